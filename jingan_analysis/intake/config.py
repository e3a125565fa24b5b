"""``district.toml``: what a district declares about itself and its tables."""

from __future__ import annotations

import codecs
import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.errors import DistrictConfigError, DistrictNotFound, did_you_mean
from jingan_analysis.intake.faults import Fault, fault_message, in_order
from jingan_analysis.intake.hidden import VisibleText, VisibleWords
from jingan_analysis.vocabulary import DATUMS, LANGUAGES, Datum, TableFormat

CONFIG_FILE: Final = "district.toml"
ACTS_ONLY_FOR: Final = {"encoding": "csv", "sheet": "xlsx", "layer": "gpkg"}
"""Options of a table that mean nothing in other formats."""

ConstantValue = str | int | float | bool | dt.date


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Strict):
    """The district's name in the report languages."""

    en: VisibleWords
    zh: VisibleWords
    ja: VisibleWords


class Geography(_Strict):
    """The metric CRS and the distances that geography needs.

    Attributes
    ----------
    metric_crs
        Projected CRS in metres, such as ``EPSG:4549``.
    buffer_m
        Points farther outside the district than this are faults.
    detour_factor
        Walking distance over straight line, where there is no network.
    snap_cap_m
        Longest walk from a place to the network.
    """

    metric_crs: str
    buffer_m: Annotated[float, Field(ge=0, le=100_000)] = 3_000.0
    detour_factor: Annotated[float, Field(ge=1, le=5)] = 1.3
    snap_cap_m: Annotated[float, Field(gt=0, le=5_000)] = 200.0

    @field_validator("metric_crs")
    @classmethod
    def _in_metres(cls, text: str) -> str:
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            crs = CRS.from_user_input(text)
        except CRSError:
            raise ValueError(f"{text!r} is not a CRS; write for example 'EPSG:4549'") from None
        if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
            raise ValueError(f"{text!r} ({crs.name}) is not a projected CRS in metres; write for example 'EPSG:4549'")
        return text


class TableConfig(_Strict):
    """Where one table is, and how to read it.

    Attributes
    ----------
    headers
        Header in the file → contract column, for headers that intake does not know.
    constants
        Contract column → the one value of all rows.
    on_fault
        ``refuse`` the table, or ``reject`` its faulty rows (left out, counted, kept beside the input).
    modelled
        How the rows were modelled, where nobody observed them; stamped on every page. Empty for data.
    source, licence, as_of
        Where the table comes from, under which terms, and of which date; shown in every report.
    """

    file: VisibleWords
    format: TableFormat
    encoding: str | None = None
    sheet: VisibleText | None = None
    layer: VisibleText | None = None
    datum: Datum | None = None
    headers: dict[VisibleText, str] = {}
    constants: dict[str, ConstantValue] = {}
    on_fault: Literal["refuse", "reject"] = "refuse"
    modelled: VisibleText = ""
    source: VisibleText = ""
    licence: VisibleText = ""
    as_of: VisibleText = ""

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str) -> str:
        path = PurePosixPath(file.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", file) or "://" in file:
            raise ValueError(f"{file!r} is outside the district folder; copy the file into the folder")
        return file

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        try:
            return encoding and codecs.lookup(encoding).name
        except LookupError:
            raise ValueError(f"{encoding!r} is not an encoding; write for example 'utf-8' or 'gb18030'") from None

    @model_validator(mode="after")
    def _every_option_acts(self) -> TableConfig:
        for option, table_format in ACTS_ONLY_FOR.items():
            if getattr(self, option) is not None and self.format != table_format:
                raise ValueError(f"{option} acts only for format {table_format!r}, not {self.format!r}; leave it out")
        return self


class DistrictConfig(_Strict):
    """The whole of ``district.toml``."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    synthetic: bool = False
    published: VisibleText | Annotated[list[VisibleText], Field(min_length=1)] | None = None
    default_period: Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")] | None = None
    names: Names
    geography: Geography
    tables: dict[str, TableConfig] = {}
    study_defaults: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True)
class ConfigReading:
    """What could be read of ``district.toml``.

    Attributes
    ----------
    config
        The configuration without its faulty parts; None if too much is wrong to go on.
    """

    config: DistrictConfig | None
    faults: tuple[Fault, ...]


def load_config(path: Path) -> DistrictConfig:
    """Read a district's configuration.

    Raises
    ------
    DistrictNotFound
        If the folder or its ``district.toml`` does not exist.
    DistrictConfigError
        If it breaks a rule; the message lists every fault.
    """
    if not (path / CONFIG_FILE).is_file():
        raise DistrictNotFound(_not_found(path))
    reading = read_config(path)
    if reading.faults or reading.config is None:
        raise DistrictConfigError(fault_message(f"{CONFIG_FILE} of {path.name!r} cannot be used", reading.faults))
    return reading.config


def read_config(path: Path) -> ConfigReading:
    """Read as much of a district's configuration as is right, and list what is wrong."""
    if not (path / CONFIG_FILE).is_file():
        return ConfigReading(None, (_fault(_not_found(path)),))
    try:
        content = tomllib.loads((path / CONFIG_FILE).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        return ConfigReading(None, (_fault("the file is not UTF-8 text", mend="Save it as UTF-8."),))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        mend = "Correct the TOML syntax there; texts stand in quotation marks."
        return ConfigReading(None, (_fault(str(error), mend=mend, row=int(line[1]) if line else None),))
    return _validated(content)


def _validated(content: dict[str, Any]) -> ConfigReading:
    """Validate, taking out faulty parts until the rest is right, so that all faults are found."""
    faults: dict[Fault, None] = {}
    while True:
        try:
            config = DistrictConfig.model_validate(content)
        except ValidationError as error:
            found = error.errors()
            faults.update((_config_fault(each), None) for each in found)
            taken = [_take_out(content, each) for each in found]  # every faulty part goes, not only the first
            if not all(taken):
                return ConfigReading(None, in_order(faults))
        else:
            return _without_faulty_tables(config, faults)


def _take_out(content: dict[str, Any], error: Any) -> bool:  # noqa: ANN401 - pydantic's ErrorDetails
    """Take the faulty part out; False if the configuration cannot do without it."""
    location = [*error["loc"]]
    if location[0] == "tables" and error["type"] != "extra_forbidden":
        location = location[:2]
    elif error["type"] != "extra_forbidden" and location[0] not in {"study_defaults", "published", "synthetic"}:
        return False
    holder: Any = content
    for key in location[:-1]:
        holder = holder.get(key) if isinstance(holder, dict) else None
    if isinstance(holder, dict):
        holder.pop(location[-1], None)  # already gone where one table has two faults
    return True


def _without_faulty_tables(config: DistrictConfig, faults: dict[Fault, None]) -> ConfigReading:
    sound = {}
    for name, table in config.tables.items():
        found = list(_against_contract(name, table))
        faults.update((each, None) for each in found)
        if not found:
            sound[name] = table
    return ConfigReading(config.model_copy(update={"tables": sound}), in_order(faults))


def _against_contract(name: str, table: TableConfig) -> Iterator[Fault]:
    """What a table's entry says that its contract does not allow."""
    if name not in CONTRACTS:
        mend = f"Correct or remove the entry.{did_you_mean(name, CONTRACTS)}"
        yield _fault(f"there is no table {name!r}", mend=mend, column=f"tables.{name}")
        return
    contract = CONTRACTS[name]
    columns = [column.name for column in contract.columns]
    for option, named in (("headers", table.headers.values()), ("constants", table.constants)):
        for column in set(named) - set(columns):
            mend = f"Name a column of the contract.{did_you_mean(column, columns)}"
            yield _fault(f"{name} has no column {column!r}", mend=mend, column=f"tables.{name}.{option}")
    if contract.geometry and table.datum is None:
        mend = f"State one of {', '.join(DATUMS)}; it is never guessed."
        yield _fault("a table with coordinates needs a datum", mend=mend, column=f"tables.{name}.datum")
    if contract.geometry is None and table.datum is not None:
        rule = f"{name} has no coordinates, so its datum would not act"
        yield _fault(rule, mend="Remove the datum.", column=f"tables.{name}.datum", value=table.datum)
    if contract.geometry in {"polygon", "line"} and table.format in {"csv", "xlsx"}:
        mend = "Save the table as geojson, gpkg or parquet."
        yield _fault(f"{name} needs shapes", mend=mend, column=f"tables.{name}.format", value=table.format)


def _config_fault(error: Any) -> Fault:  # noqa: ANN401 - pydantic's ErrorDetails
    location = [str(part) for part in error["loc"]]
    column = ".".join(location)
    if error["type"] == "extra_forbidden":
        hint = did_you_mean(location[-1], _keys_at(location[:-1]))
        return _fault(f"unknown key {column!r}", column=column, mend=f"Correct or remove it.{hint}")
    if error["type"] == "missing":
        return _fault(f"{column!r} is missing", column=column, mend=f"Add {column} to {CONFIG_FILE}.")
    # Our validators write "rule; what to do".
    rule, _, mend = str(error["msg"]).removeprefix("Value error, ").partition("; ")
    value = "" if isinstance(error["input"], dict) else str(error["input"])
    return _fault(rule, column=column, value=value, mend=mend or f"Correct {column}.")


def _keys_at(location: list[str]) -> list[str]:
    models: dict[str, type[BaseModel]] = {"names": Names, "geography": Geography}
    if not location:
        return list(DistrictConfig.model_fields)
    if location[0] == "tables":
        return list(TableConfig.model_fields)
    return list(models[location[0]].model_fields) if location[0] in models else []


def _sentence(text: str) -> str:
    text = text.strip()
    return text and text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _not_found(path: Path) -> str:
    what = CONFIG_FILE if path.is_dir() else "the folder"
    return f"no district at {str(path)!r}: {what} does not exist; write one with `jingan template {path}`"


def _fault(rule: str, *, mend: str = "", row: int | None = None, column: str | None = None, value: str = "") -> Fault:
    if not mend:
        rule, _, mend = rule.partition("; ")
    return Fault(CONFIG_FILE, CONFIG_FILE, row, column, value, rule, _sentence(mend) or f"Correct {CONFIG_FILE}.")


def display_names(config: DistrictConfig) -> dict[str, str]:
    """The district's name by language."""
    return {language: getattr(config.names, language) for language in LANGUAGES}


def published_paths(path: Path, config: DistrictConfig) -> tuple[Path, ...]:
    """Where the files of published figures are, in the order declared; they may lie outside the folder.

    A folder stands for every ``.toml`` file in it, in order of name; one without any stands for itself.
    """
    named = [config.published] if isinstance(config.published, str) else config.published or []
    found: dict[Path, None] = {}
    for name in named:
        place = (path / name).resolve()
        found |= dict.fromkeys(sorted(place.glob("*.toml")) or [place])
    return tuple(found)
