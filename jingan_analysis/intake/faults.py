"""What intake finds: faults, repairs and notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WITHHELD: Final = "[withheld]"
"""Shown in place of every value of a table on people or households."""

LISTED: Final = 50
"""Different faults that the message of one exception lists; the total is always given."""

RANGES: Final = 8
"""Runs of rows of one fault that the message of one exception lists."""


@dataclass(frozen=True)
class Fault:
    """One place where the data break a rule.

    Attributes
    ----------
    table
        Name of the table, or ``district.toml``.
    file
        File name as the district declares it.
    row
        Row as a person sees it: the line of a CSV file or the row of a worksheet, both with the
        header in row 1; the number of the feature or record, from 1, in the other formats.
        None for a fault of the whole table.
    column
        Column of the contract or header of the file; None for a fault of the whole table.
    value
        The value as found; ``[withheld]`` in tables on people or households.
    rule
        The rule that is broken.
    mend
        A sentence that tells what to do.
    rejected
        Whether the row was left out because the district says ``on_fault = "reject"``.
    """

    table: str
    file: str
    row: int | None
    column: str | None
    value: str
    rule: str
    mend: str
    rejected: bool = False

    def __str__(self) -> str:
        return self.told("" if self.row is None else f"row {self.row}")

    def told(self, rows: str) -> str:
        """The fault as a sentence, at the rows in those words."""
        place = [self.file, rows, "" if self.column is None else f"column {self.column}"]
        value = f" {self.value!r}:" if self.value else ""
        return f"{', '.join(filter(None, place))}:{value} {self.rule}. {self.mend}"


@dataclass(frozen=True)
class Repair:
    """How many values of one column were read in one way that is not the plain one."""

    table: str
    column: str
    kind: str
    count: int


@dataclass(frozen=True)
class Notice:
    """Something worth knowing that is not a fault."""

    table: str
    text: str


@dataclass(frozen=True)
class FaultReport:
    """Everything that one check of a district found.

    Attributes
    ----------
    faults
        Sorted by table and row; faults of the whole table first.
    """

    faults: tuple[Fault, ...]
    repairs: tuple[Repair, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether studies can run: no fault other than in rows that the district has rejected."""
        return all(fault.rejected for fault in self.faults)

    def rows(self) -> list[tuple[str, str, str, str, str, str, str]]:
        """The faults as rows of text: table, file, row, column, value, rule, mend."""
        return [
            (
                fault.table,
                fault.file,
                "" if fault.row is None else str(fault.row),
                fault.column or "",
                fault.value,
                fault.rule + (" (row rejected)" if fault.rejected else ""),
                fault.mend,
            )
            for fault in self.faults
        ]

    def __str__(self) -> str:
        lines = [f"{len(self.faults)} fault{'s' * (len(self.faults) != 1)} found" if self.faults else "No faults found"]
        lines += [f"  {line}" for line in told_once(self.faults)]
        if self.repairs:
            lines.append("Values repaired")
            lines += [f"  {each.table}.{each.column}: {each.count} × {each.kind}" for each in self.repairs]
        if self.notices:
            lines.append("Notices")
            lines += [f"  {notice.table}: {notice.text}" for notice in self.notices]
        return "\n".join(lines)


@dataclass
class Findings:
    """The running account of one table: collects faults, repairs and notices while it is read.

    Attributes
    ----------
    withhold
        Whether values must not be shown, because rows are people or households.
    """

    table: str
    file: str
    withhold: bool = False
    faults: list[Fault] = field(default_factory=list)
    repairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)

    def fault(
        self, rule: str, mend: str, *, row: int | None = None, column: str | None = None, value: object = ""
    ) -> None:
        """Record one fault."""
        shown = WITHHELD if self.withhold and row is not None else str(value)
        self.faults.append(Fault(self.table, self.file, row, column, shown, rule, mend))

    def repaired(self, column: str, kind: str, count: int) -> None:
        """Count repaired values."""
        if count:
            self.repairs[column, kind] += count

    def notice(self, text: str) -> None:
        """Record a notice."""
        self.notices.append(text)

    def nearest(self, value: str, known: Collection[str], *, among: int = 2_000) -> str:
        """' The nearest is …' for a sentence, or nothing where values are withheld or too many."""
        if self.withhold or len(known) > among:
            return ""
        near = get_close_matches(value, list(known), n=1, cutoff=0.5)
        return f" The nearest is {near[0]!r}." if near else ""

    def sorted_faults(self) -> tuple[Fault, ...]:
        """The faults so far, in the order of a report."""
        return in_order(self.faults)

    def sorted_repairs(self) -> tuple[Repair, ...]:
        """The repairs so far, in the order of a report."""
        return tuple(Repair(self.table, column, kind, n) for (column, kind), n in sorted(self.repairs.items()))


def in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults by table, then row (those of the whole table first), then column."""
    return tuple(sorted(faults, key=lambda each: (each.table, each.row or 0, each.column or "", each.rule, each.value)))


def rejected(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """The same faults, marked as rejected where they belong to a row."""
    return tuple(replace(fault, rejected=fault.row is not None) for fault in faults)


def fault_message(opening: str, faults: Collection[Fault]) -> str:
    """The text of an exception: an opening, at most fifty faults and the total."""
    lines = [f"{opening}: {len(faults)} fault{'s' * (len(faults) != 1)}"]
    told = told_once(faults, most_ranges=RANGES)
    lines += [f"  {line}" for line in told[:LISTED]]
    if len(told) > LISTED:
        lines.append(f"  … and {len(told) - LISTED} more; `jingan check` lists them all")
    return "\n".join(lines)


def told_once(faults: Iterable[Fault], *, most_ranges: int | None = None) -> list[str]:
    """One line for each different fault, with all its rows: one wrong code in a thousand rows is one line.

    Parameters
    ----------
    most_ranges
        Runs of rows to name in a line; None names them all.
    """
    rows: dict[Fault, list[int]] = {}
    for fault in faults:
        rows.setdefault(replace(fault, row=None), []).extend([] if fault.row is None else [fault.row])
    return [
        fault.told(_rows_in_words(found, most_ranges)) + (" (row rejected)" if fault.rejected else "")
        for fault, found in rows.items()
    ]


def _rows_in_words(rows: list[int], most_ranges: int | None) -> str:
    if len(rows) < 2:
        return f"row {rows[0]}" if rows else ""
    runs: list[list[int]] = []
    for row in sorted(set(rows)):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
    shown = words if most_ranges is None else words[:most_ranges]
    return f"rows {', '.join(shown)}{', …' * (len(shown) < len(words))} ({len(rows):,} rows)"
