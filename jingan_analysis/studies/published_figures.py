"""Published figures beside what the data of the whole district hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from jingan_analysis.intake.published import published_claims
from jingan_analysis.language import mark, spoken, tr
from jingan_analysis.studies.result import Check
from jingan_analysis.studies.units import district_name
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.published import PUBLISHED, published

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.intake.published import PublishedClaim
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.table import Table

AGREES: Final = mark("agrees")
DIFFERS: Final = mark("differs")
OTHER_WINDOW: Final = mark("not compared: published for another window")
NOT_HELD: Final = mark("not compared: the data do not hold it")
SUPPRESSED: Final = mark("not compared: too few to be shown")
NO_NUMBER: Final = mark("not compared: published without a number")
STATUSES: Final = (AGREES, DIFFERS, OTHER_WINDOW, NOT_HELD, SUPPRESSED, NO_NUMBER)

Obstacle = Literal["", "no_number", "no_table", "no_others", "no_record", "window", "few"]
"""Why a number cannot be compared: none was published; the district lacks a table, or one on other districts; its tables
hold nothing of it; it was published for another window; too few to be shown. Empty where it is compared."""
_STATUS_OF: Final[Mapping[Obstacle, str]] = {
    "no_number": NO_NUMBER,
    "no_table": NOT_HELD,
    "no_others": NOT_HELD,
    "no_record": NOT_HELD,
    "window": OTHER_WINDOW,
    "few": SUPPRESSED,
}


@dataclass(frozen=True)
class Comparable:
    """One published number and the count of the data that it is held against.

    Attributes
    ----------
    row, label
        Row of the table and its label, marked for translation; ``row`` also names the count.
    claim, position
        Identifier of the claim and which of its numbers it is.
    window_of
        For a claim without a date: another one of the same text whose window dates it.
    every_unit
        The claim is that every sub-district has one; the number is that of the sub-districts.
    needs
        Tables without which the data cannot give the count.
    of_others
        Which of these tables are on other districts, not on this one.
    years_back
        The count is of the calendar year so many years before that of the last day, as far as it is over, and is held
        against a figure that is dated by its year alone; None for counts of the window.
    """

    row: str
    label: str
    claim: str
    position: int = 0
    window_of: str = ""
    every_unit: bool = False
    needs: tuple[str, ...] = ()
    of_others: tuple[str, ...] = ()
    years_back: int | None = None


@dataclass(frozen=True)
class Held:
    """What the data of the whole district hold.

    Attributes
    ----------
    counts
        Count by row; a row that the district's tables cannot give is absent.
    window
        The window counted.
    units
        Number of sub-districts.
    suppressed
        Rows whose count is too small to be shown.
    """

    counts: Mapping[str, float]
    window: Period
    units: int
    suppressed: frozenset[str] = frozenset()


def published_table(district: District, comparables: Sequence[Comparable], held: Held) -> Table | None:
    """Published numbers, the same counted in the data, and whether they agree.

    None where the district brings no published figures, or none of these.
    """
    claims = {claim.id: claim for claim in published_claims(*district.published_paths)}
    found = (compare(entry, claims, held, district) for entry in counted_for(claims, comparables))
    rows = {name: _row(each) for name, each in _named(found)}
    if not rows:
        return None
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame = frame.astype(dict.fromkeys(["published", "data", "difference"], "float64"))
    marks = missing_marks(frame, "x")
    marks |= {cell: "c" for cell in marks if frame.at[cell[0], "status"] == SUPPRESSED}
    return published(frame, marks, district_name(district), {status: tr(status) for status in STATUSES})


@dataclass(frozen=True)
class Compared:
    """One published number beside the count of the data.

    Attributes
    ----------
    entry, claim
        What was held against what.
    published
        The number as published; NaN where there is none.
    data
        The count; None where it cannot be compared.
    obstacle
        Why it cannot; empty where it can.
    lacking
        Tables that the district would have to bring.
    """

    entry: Comparable
    claim: PublishedClaim
    published: float
    data: float | None
    obstacle: Obstacle
    lacking: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """Whether the two agree, or why nobody can say."""
        return _STATUS_OF[self.obstacle] if self.data is None else agreement(self.claim, self.published, self.data)

    @property
    def unit(self) -> str:
        """Unit of the number in the spoken language."""
        if self.entry.every_unit:
            return tr("sub-districts")
        units = self.claim.words(spoken()).units
        return units[self.entry.position] if units else ""


def counted_for(claims: Mapping[str, PublishedClaim], comparables: Sequence[Comparable]) -> Iterator[Comparable]:
    """The comparables whose claim was published.

    A claim that says what it is counted as, in ``counted_as``, is held against just these counts; any other one against
    those that studies keep for a claim of its name.
    """
    for entry in comparables:
        named = claims.get(entry.claim)
        if named is not None and not named.counted_as and entry.position < max(len(named.values), 1):
            yield entry
    by_row = {entry.row: entry for entry in comparables}
    for claim in claims.values():
        for position, row in enumerate(claim.counted_as):
            if row in by_row:
                yield replace(by_row[row], claim=claim.id, position=position, window_of="")


def compare(entry: Comparable, claims: Mapping[str, PublishedClaim], held: Held | None, district: District) -> Compared:
    """Hold one published number against the data.

    Parameters
    ----------
    claims
        Published claims by identifier, that of the entry among them.
    held
        What the data hold; None where they cannot be counted at all.
    """
    claim = claims[entry.claim]
    if not claim.values and not entry.every_unit:  # noqa: PD011  # a tuple
        return Compared(entry, claim, float("nan"), None, "no_number")
    units = float(held.units) if held is not None and held.units else float("nan")
    value = units if entry.every_unit else claim.values[entry.position]  # noqa: PD011  # a tuple
    lacking = tuple(name for name in entry.needs if not district.has(name))
    if lacking:
        own = set(lacking) - set(entry.of_others)
        return Compared(entry, claim, value, None, "no_table" if own else "no_others", lacking)
    if held is None:
        return Compared(entry, claim, value, None, "no_record")
    if not _dated_alike(entry, claims, held.window):
        return Compared(entry, claim, value, None, "window")
    if entry.row in held.suppressed:
        return Compared(entry, claim, value, None, "few")
    data = held.counts.get(entry.row)
    return Compared(entry, claim, value, data, "no_record" if data is None else "")


def _dated_alike(entry: Comparable, claims: Mapping[str, PublishedClaim], window: Period) -> bool:
    """Whether the figure is of the time that is counted."""
    claim, dating = claims[entry.claim], claims.get(entry.window_of)
    as_of = claim.as_of or (dating.as_of if dating is not None else "")
    if entry.years_back is None:
        return covers(as_of, window)
    years = as_of.split("/")
    dated = years[entry.position] if len(years) == len(claim.values) else as_of
    return dated in ("", f"{window.end.year - entry.years_back}")


def _named(found: Iterator[Compared]) -> Iterator[tuple[str, Compared]]:
    """Rows by name: that of the count, with the claim behind it where several claims tell of one count."""
    seen: set[str] = set()
    for each in found:
        name = each.entry.row if each.entry.row not in seen else f"{each.entry.row}_{each.claim.id}"
        seen.add(name)
        yield name, each


def _row(found: Compared) -> dict[str, object]:
    words = found.claim.words(spoken())
    return {
        "label": tr(found.entry.label),
        "claim": words.statement,
        "published": found.published,
        "data": found.data,
        "difference": None if found.data is None else found.data - found.published,
        "unit": found.unit,
        "status": found.status,
        "can_mean": words.can_mean,
        "cannot_mean": words.cannot_mean,
    }


def covers(as_of: str, window: Period) -> bool:
    """Whether a figure can be held against a window.

    A figure without a date is a level and always can; one of a range of months needs just these
    months, and one of a day needs a window that ends on it.
    """
    first, _, last = as_of.partition("/")
    if not as_of:
        return True
    if last:
        return (first, last) == (f"{window.start:%Y-%m}", f"{window.end:%Y-%m}")
    return as_of in (window.end.isoformat(), f"{window.end:%Y-%m}", *_whole_year(window))


def _whole_year(window: Period) -> tuple[str, ...]:
    return (f"{window.end:%Y}",) if window.end.month == 12 else ()  # December


def agreement(claim: PublishedClaim, value: float, data: float) -> str:
    """Whether a count agrees with a published number as it was meant: exact, rounded or a lower bound."""
    if claim.precision == "at_least":
        return AGREES if data >= value else DIFFERS
    return AGREES if abs(data - value) <= (claim.rounded_to or 0.0) / 2 else DIFFERS


def published_checks(tables: Mapping[str, Table]) -> list[Check]:
    """One check for each published figure that could be compared."""
    if PUBLISHED not in tables:
        return []
    frame = tables[PUBLISHED].frame
    compared = frame[frame["status"].isin([AGREES, DIFFERS])]
    return [
        Check(
            tr("published figure: {figure}", figure=_inside_a_sentence(row["label"])),
            row["status"] == AGREES,
            state(
                "Published: {published}; in the data: {data}.",
                tables,
                published=Claim(PUBLISHED, str(name), "published"),
                data=Claim(PUBLISHED, str(name), "data"),
            ),
        )
        for name, row in compared.iterrows()
    ]


def _inside_a_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]


def made_to_agree(tables: Mapping[str, Table], *, synthetic: bool) -> list[Statement]:
    """What a reader of synthetic data must know where published figures agree."""
    if not synthetic or PUBLISHED not in tables or not (tables[PUBLISHED].frame["status"] == AGREES).any():
        return []
    return [
        state(
            "The demonstration data were made to hold the published figures: that they agree here confirms nothing.",
            tables,
        )
    ]
