"""Thresholds, speeds and norms: numbers with unit, source, date and range, kept as data."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from jingan_analysis.errors import InvalidParameter, UnknownParameter, did_you_mean
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

CONVENTION = "project convention"
"""How the source of a number begins that this project chose itself."""


@dataclass(frozen=True)
class Parameter:
    """A number, numbers or codes, with where they come from.

    Attributes
    ----------
    name
        Name, unique over all files, with its unit where it has one.
    value
        A float, a tuple of floats, or a tuple of codes (str).
    unit
        Unit of the numbers; empty for codes.
    minimum, maximum
        Sensible range, inclusive; NaN for codes.
    source
        Issuing body and document, or ``project convention`` with its reason.
    as_of
        Year or date of the source.
    description
        What it is and how it is used.
    sources
        The source in other languages, where the file says it in them.
    """

    name: str
    value: Any
    unit: str
    minimum: float
    maximum: float
    source: str
    as_of: str
    description: str
    sources: Mapping[Language, str] = field(default_factory=dict)

    def source_in(self, language: Language) -> str:
        """The source in a language, in English where the file does not say it in that one."""
        return self.sources.get(language, self.source)

    @property
    def is_convention(self) -> bool:
        """Whether this project chose the number; a report must not print it as a fact."""
        return self.source.startswith(CONVENTION)


def parameter(name: str) -> Parameter:
    """Look up a parameter.

    The files are read once.

    Raises
    ------
    UnknownParameter
        If no file has it; the message names the nearest one.
    InvalidParameter
        If a parameter file breaks the rules.
    """
    known = parameters()
    if name not in known:
        raise UnknownParameter(f"Unknown parameter {name!r}.{did_you_mean(name, known)}")
    return known[name]


@cache
def parameters() -> Mapping[str, Parameter]:
    """All parameters by name, in the order of their files.

    Raises
    ------
    InvalidParameter
        If a file breaks the rules; all faults of all files at once.
    """
    return read_parameters(_folder())


def read_parameters(folder: Traversable) -> Mapping[str, Parameter]:
    """Read every TOML file of a folder; a table is a parameter.

    Raises
    ------
    InvalidParameter
        If there is no file, a file is not TOML, a name occurs twice, a field is missing, unknown or
        ill-typed, or a number is outside its own range; all faults of all files at once.
    """
    found: dict[str, Parameter] = {}
    faults: list[str] = []
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    if not names:
        faults.append(f"no .toml file in {folder.name}/")
    for file_name in names:
        try:
            tables = tomllib.loads(folder.joinpath(file_name).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(f"{file_name}: {error}")
            continue
        for name, table in tables.items():
            if name in found:
                faults.append(f"{file_name}, {name}: a parameter of that name exists already")
                continue
            try:
                found[name] = _Row.model_validate(table).named(name)
            except ValidationError as error:
                faults += [f"{file_name}, {name}: {fault}" for fault in _messages(error)]
    if faults:
        raise InvalidParameter("Parameter files are not valid: " + "; ".join(faults))
    return MappingProxyType(found)


class _Row(BaseModel):
    """A parameter as its file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    value: float | list[float] | list[str]
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    source: str
    source_zh: str | None = None
    source_ja: str | None = None
    as_of: str
    description: str

    @model_validator(mode="after")
    def _one_kind_in_range(self) -> _Row:
        if self.value == []:
            raise ValueError("value is an empty list")
        for name in ("source", "source_zh", "source_ja", "as_of", "description"):
            said = getattr(self, name)
            if said is not None and not said.strip():
                raise ValueError(f"{name} is empty; say it, or 'project convention' with its reason")
        if not self.numbers:
            return self
        if self.minimum is None or self.maximum is None or not self.unit:
            raise ValueError("numbers need unit, minimum and maximum")
        outside = [number for number in self.numbers if not self.minimum <= number <= self.maximum]
        if outside:
            raise ValueError(f"{outside[0]:g} is outside its range {self.minimum:g} to {self.maximum:g}")
        return self

    @property
    def numbers(self) -> tuple[float, ...]:
        given = self.value if isinstance(self.value, list) else [self.value]
        return tuple(number for number in given if not isinstance(number, str))

    def named(self, name: str) -> Parameter:
        return Parameter(
            name=name,
            value=tuple(self.value) if isinstance(self.value, list) else self.value,
            unit=self.unit,
            minimum=math.nan if self.minimum is None else self.minimum,
            maximum=math.nan if self.maximum is None else self.maximum,
            source=self.source,
            as_of=self.as_of,
            description=self.description,
            sources=self._sources(),
        )

    def _sources(self) -> dict[Language, str]:
        told: dict[Language, str | None] = {"zh": self.source_zh, "ja": self.source_ja}
        return {language: text for language, text in told.items() if text is not None}


def _messages(error: ValidationError) -> list[str]:
    return [_message(fault) for fault in error.errors(include_url=False)]


def _message(fault: Any) -> str:  # noqa: ANN401
    where = ".".join(map(str, fault["loc"]))
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def _folder() -> Traversable:
    # An installed wheel carries its copy inside the package; a checkout keeps the files beside it.
    packaged = files("jingan_analysis").joinpath("_data", "parameters")
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "data" / "parameters"
