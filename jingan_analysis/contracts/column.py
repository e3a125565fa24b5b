"""What one column of an input table holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["code", "text", "choice", "integer", "number", "date", "month", "boolean", "hours"]
"""``code`` is an identifier kept as text (leading zeros survive); ``month`` is ``YYYY-MM`` text;
``hours`` is an opening-hours text, see :mod:`jingan_analysis.contracts.opening_hours`."""


@dataclass(frozen=True)
class Words:
    """One term in the three report languages."""

    en: str
    zh: str
    ja: str


@dataclass(frozen=True)
class Choice:
    """One allowed value: the code that the package uses and the labels that bureaus write."""

    code: str
    label: Words


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Attributes
    ----------
    name
        Name inside the package; carries the unit where there is one.
    kind
        Type after intake.
    header
        Header in a spreadsheet, by language; any of the three is understood.
    description
        What a value means.
    unit
        Unit of the values, ``""`` for none.
    required
        Whether the file must have the column.
    nullable
        Whether a cell may be empty; the description says what empty means.
    choices
        Allowed values of a ``choice`` column.
    minimum, maximum
        Inclusive range of a number or integer.
    references
        ``table.column`` whose values these must be among.
    """

    name: str
    kind: ColumnKind
    header: Words
    description: str
    unit: str = ""
    required: bool = True
    nullable: bool = False
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    references: str | None = None

    @property
    def rule(self) -> str:
        """The column's rule in words, for the data dictionary and for faults."""
        parts: list[str] = [self.kind]
        if self.choices:
            parts.append("one of " + ", ".join(choice.code for choice in self.choices))
        if self.minimum is not None and self.maximum is not None:
            parts.append(f"{self.minimum:,.10g} to {self.maximum:,.10g}")
        elif self.minimum is not None:
            parts.append(f"at least {self.minimum:,.10g}")
        elif self.maximum is not None:
            parts.append(f"at most {self.maximum:,.10g}")
        if self.references:
            parts.append(f"must be in {self.references}")
        parts.append("may be empty" if self.nullable else "not empty")
        return "; ".join(parts)


def choices(*triples: tuple[str, str, str, str]) -> tuple[Choice, ...]:
    """Make choices from (code, English, Chinese, Japanese) rows."""
    return tuple(Choice(code, Words(en, zh, ja)) for code, en, zh, ja in triples)
