"""``reports.toml``: which reports there should be, as a matrix of studies and units, in which languages."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jingan_analysis.errors import (
    DistrictConfigError,
    DistrictNotFound,
    InvalidParameter,
    InvalidSchedule,
    UnknownParameter,
    UnknownStudy,
    UnknownUnit,
    did_you_mean,
)
from jingan_analysis.reporting.cadence import Cadence, stale_after
from jingan_analysis.reporting.limits import UNLIMITED, Limits
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.reporting.runner import Published, Request

REPORTS_FILE: Final = "reports.toml"
_ASKED_WRONGLY: Final = (
    DistrictConfigError, DistrictNotFound, InvalidParameter, UnknownParameter, UnknownStudy, UnknownUnit,
)  # fmt: skip


class Matrix(BaseModel):
    """The whole of ``reports.toml``.

    Attributes
    ----------
    district, out
        Folders of the district's data and of all reports; relative to the file.
    timezone
        IANA name; days and hours of the schedule are those of this zone.
    period
        None takes the district's ``default_period``.
    languages
        Of every report: one edition has the pages of all of them.
    studies
        None are all studies.
    units
        ``district`` is the whole district, ``all`` is that and each of its units, or codes of units.
    editions_kept
        How many editions of a report stay; None takes the parameter ``editions_kept``.
    cadence
        When a newer report is due; None never.
    limits
        Of each run.
    settings
        Further parameters by study.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    district: Path
    out: Path = Path("reports")
    timezone: str = "UTC"
    period: str | None = None
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    studies: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    units: str | tuple[str, ...] = "district"
    editions_kept: Annotated[int, Field(ge=1, le=1_000)] | None = None
    cadence: Cadence | None = None
    limits: Limits = Limits()
    settings: dict[str, dict[str, Any]] = {}

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is no time zone; write an IANA name such as 'Asia/Shanghai'")
        return name

    @field_validator("units", mode="before")
    @classmethod
    def _readable_units(cls, value: Any) -> Any:  # noqa: ANN401
        codes = isinstance(value, (list, tuple)) and value and all(isinstance(code, str) for code in value)
        if not codes and value not in ("district", "all"):
            raise ValueError("write 'district', 'all', or a list of codes, each in quotation marks")
        return tuple(value) if codes else value

    @field_validator("languages", "studies", "units")
    @classmethod
    def _once(cls, values: Any) -> Any:  # noqa: ANN401
        if isinstance(values, tuple) and len(set(values)) < len(values):
            raise ValueError("an entry stands twice; name each once")
        return values

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the schedule."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class Report:
    """One cell of the matrix: one report, in all its languages.

    Attributes
    ----------
    request
        The checked request.
    languages
        Of its pages.
    settings
        Further parameters as they were given.
    limits
        Of its run.
    editions_kept
        How many editions of it stay; None takes the parameter.
    leads_to_others
        Whether its page leads to the other reports, so that it is made when they are there.
    """

    request: Request
    languages: tuple[Language, ...] = ("en",)
    settings: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = UNLIMITED
    editions_kept: int | None = None
    leads_to_others: bool = False

    @property
    def name(self) -> str:
        """Study, and unit if it is not the whole district."""
        return " ".join(filter(None, (self.request.study, self.request.unit)))

    @property
    def key(self) -> str:
        """District, study and unit, whatever the period: what a newer report is a newer report of."""
        district, study, _, *unit = self.request.target.relative_to(self.request.out).parts
        return "/".join((district, study, *unit))

    def run(self, *, run_id: str, progress: Callable[[str, int, int], None]) -> Published:
        """Make the report; see :func:`jingan_analysis.reporting.runner.run_report`."""
        from jingan_analysis.reporting import runner

        asked = self.request
        return runner.run_report(
            asked.study, asked.district, period=asked.period, unit=asked.unit, settings=self.settings,
            languages=self.languages, out=asked.out, notebooks=asked.notebook.parent, stale_after=asked.stale_after,
            limits=self.limits, kept=self.editions_kept, run_id=run_id, progress=progress,
        )  # fmt: skip


@dataclass(frozen=True)
class LeftOut:
    """A study without reports on sub-districts where ``units`` is ``all``.

    Attributes
    ----------
    study, reason
        Which, and what its data lack.
    """

    study: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """The reports of a matrix.

    Attributes
    ----------
    reports
        Checked, studies in the order given and units in the order of the district's file; a page that leads to other
        reports comes after them.
    left_out
        Studies that are left out of the units.
    """

    reports: tuple[Report, ...]
    left_out: tuple[LeftOut, ...] = ()


def read_matrix(file: Path) -> Matrix:
    """Read a ``reports.toml``; its folders become absolute.

    Raises
    ------
    InvalidSchedule
        If it cannot be read or breaks its schema; the message lists every fault.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InvalidSchedule(f"there is no {file.name} in {file.parent}; name one with --config") from None
    except UnicodeDecodeError:
        raise InvalidSchedule(f"{file.name} is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InvalidSchedule(f"{file.name}: {error}; correct the TOML there, texts stand in quotation marks") from None
    try:
        matrix = Matrix.model_validate(content)
    except ValidationError as error:
        faults = dict.fromkeys(_told(fault) for fault in error.errors(include_url=False))
        raise InvalidSchedule(f"{file.name} cannot be used:\n" + "\n".join(f"  {fault}" for fault in faults)) from None
    here = file.resolve().parent
    return matrix.model_copy(update={"district": here / matrix.district, "out": here / matrix.out})


def plan(matrix: Matrix, notebooks: Path, *, source: str) -> Plan:
    """The reports of a matrix; nothing runs before all names and values are right.

    Where ``units`` is ``all``, a study whose data tell nothing of sub-districts is reported on the whole district only.
    Where units are named, asking it for them is a fault.

    Parameters
    ----------
    notebooks
        Folder of the studies' notebooks.
    source
        Where the matrix comes from, for messages.

    Raises
    ------
    InvalidSchedule
        If a study, unit or setting does not exist, or a value is not allowed; the message lists every fault.
    InvalidTable
        If the district's units cannot be read.
    """
    from jingan_analysis.district import load_district
    from jingan_analysis.studies import load_study, study_names

    district = load_district(matrix.district)
    studies = matrix.studies or study_names()
    faults = list(_faults(matrix, district, studies))
    if faults:
        raise InvalidSchedule(f"{source} cannot be used:\n" + "\n".join(f"  {each}" for each in dict.fromkeys(faults)))
    # A page that leads to other reports is made after them, so that they are there.
    ordered = sorted(studies, key=lambda name: load_study(name).leads_to_others)
    left_out = tuple(_left_out(district, ordered)) if matrix.units == "all" else ()
    whole_only = {each.study for each in left_out}
    cells = product(ordered, _units(matrix, district))
    kept = ((study, unit) for study, unit in cells if unit is None or study not in whole_only)
    return Plan(tuple(_report(matrix, district, cell, notebooks) for cell in kept), left_out)


def _left_out(district: District, studies: Sequence[str]) -> Iterator[LeftOut]:
    from jingan_analysis.studies import load_study

    for study in studies:
        reason = load_study(study).unit_refused(district)
        if reason is not None:
            yield LeftOut(study, reason)


def _faults(matrix: Matrix, district: District, studies: Sequence[str]) -> Iterator[str]:
    """Everything that is asked for and does not exist, or is not allowed."""
    from jingan_analysis.studies.period import Period
    from jingan_analysis.studies.units import district_units

    for name in matrix.settings:
        if name not in studies:
            yield f"settings.{name}: not one of the studies that are asked for.{did_you_mean(name, studies)}"
    checks: list[tuple[str, Callable[[], object]]] = []
    if matrix.period is not None:
        checks.append(("period", partial(Period.parse, matrix.period)))
    if isinstance(matrix.units, tuple):
        checks += [("units", partial(district_units(district).require, code)) for code in matrix.units]
    for study in studies:
        settings = matrix.settings.get(study, {})
        # One by one, so that a wrong name does not hide a wrong value; then all, for what only shows together.
        checks += [(f"settings.{study}", partial(_check, study, district, {name: settings[name]})) for name in settings]
        checks.append((study, partial(_check, study, district, settings)))
        if isinstance(matrix.units, tuple):
            checks.append((study, partial(_check_units, study, district, matrix.units)))
    told: set[str] = set()
    for where, check in checks:
        try:
            check()
        except _ASKED_WRONGLY as error:
            # What a setting alone is told for already is not told again for the study.
            if f"settings.{where}" not in told:
                yield f"{where}: {error.args[0]}"
            told.add(where)


def _check(study: str, district: District, settings: Mapping[str, Any]) -> None:
    from jingan_analysis.reporting.runner import read_settings
    from jingan_analysis.studies import load_study

    # The period is looked at by itself.
    load_study(study).parameters(district, {"period": "2024", **read_settings(settings)})


def _check_units(study: str, district: District, codes: Sequence[str]) -> None:
    from jingan_analysis.studies import load_study

    reason = load_study(study).unit_refused(district)
    if reason is not None:
        raise InvalidParameter(f"units={', '.join(codes)}: no report on a sub-district can be made: {reason}")


def _units(matrix: Matrix, district: District) -> Sequence[str | None]:
    if matrix.units == "district":
        return (None,)
    if matrix.units != "all":
        return matrix.units
    from jingan_analysis.studies.units import district_units

    return (None, *district_units(district).codes)


def _report(matrix: Matrix, district: District, cell: tuple[str, str | None], notebooks: Path) -> Report:
    from jingan_analysis.reporting.runner import check_request
    from jingan_analysis.studies import load_study

    study, unit = cell
    settings = matrix.settings.get(study, {})
    given = {name: value for name, value in (("period", matrix.period), ("unit", unit)) if value is not None}
    request = check_request(
        study,
        matrix.district,
        given,
        settings,
        languages=matrix.languages,
        out=matrix.out,
        notebooks=notebooks,
        district=district,
    )
    if matrix.cadence is not None:
        request = replace(request, stale_after=stale_after(request.period, matrix.cadence))
    leads = load_study(study).leads_to_others
    return Report(request, matrix.languages, settings, matrix.limits, matrix.editions_kept, leads_to_others=leads)


def _told(fault: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    """One fault of the file: key, value, what is allowed, what to do."""
    keys = [str(part) for part in fault["loc"]]
    key = ".".join(keys)
    if fault["type"] == "missing":
        return f"{key} is missing; add it"
    if fault["type"] == "extra_forbidden":
        return f"{key} is not known; correct or remove it.{did_you_mean(keys[-1], _keys_at(keys[:-1]))}"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{key}={fault['input']!r}: {message}" + ("" if ";" in message else f"; correct {key}")


def _keys_at(keys: list[str]) -> list[str]:
    models: dict[str, type[BaseModel]] = {"cadence": Cadence, "limits": Limits}
    model = models.get(keys[0], Matrix) if keys else Matrix
    return list(model.model_fields)
