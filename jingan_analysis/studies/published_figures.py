"""Published figures beside what the data of the whole district hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
    from jingan_analysis.intake.published import ClaimWords, PublishedClaim
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
    """

    row: str
    label: str
    claim: str
    position: int = 0
    window_of: str = ""
    every_unit: bool = False


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
    path = district.published_path
    if path is None:
        return None
    claims = {claim.id: claim for claim in published_claims(path)}
    rows = {entry.row: _compared(entry, claims, held) for entry in comparables if entry.claim in claims}
    if not rows:
        return None
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame = frame.astype(dict.fromkeys(["published", "data", "difference"], "float64"))
    marks = missing_marks(frame, "x")
    marks |= {cell: "c" for cell in marks if cell[0] in held.suppressed}
    return published(frame, marks, district_name(district), {status: tr(status) for status in STATUSES})


def _compared(entry: Comparable, claims: Mapping[str, PublishedClaim], held: Held) -> dict[str, object]:
    claim = claims[entry.claim]
    words = claim.words(spoken())
    dating = claims.get(entry.window_of)
    if not claim.values and not entry.every_unit:  # noqa: PD011  # a tuple
        return _without_number(entry, words)
    value = float(held.units) if entry.every_unit else claim.values[entry.position]  # noqa: PD011  # a tuple
    same_window = covers(claim.as_of or (dating.as_of if dating is not None else ""), held.window)
    shown = same_window and entry.row not in held.suppressed
    data = held.counts.get(entry.row) if shown else None
    return {
        "label": tr(entry.label),
        "claim": words.statement,
        "published": value,
        "data": data,
        "difference": None if data is None else data - value,
        "unit": tr("sub-districts") if entry.every_unit else words.units[entry.position],
        "status": _reason(entry.row, held, same_window=same_window) if data is None else agreement(claim, value, data),
        "can_mean": words.can_mean,
        "cannot_mean": words.cannot_mean,
    }


def _without_number(entry: Comparable, words: ClaimWords) -> dict[str, object]:
    """A sentence without a number: what it can mean and cannot is all that there is to say."""
    return {
        "label": tr(entry.label),
        "claim": words.statement,
        "published": None,
        "data": None,
        "difference": None,
        "unit": "",
        "status": NO_NUMBER,
        "can_mean": words.can_mean,
        "cannot_mean": words.cannot_mean,
    }


def _reason(row: str, held: Held, *, same_window: bool) -> str:
    if not same_window:
        return OTHER_WINDOW
    return SUPPRESSED if row in held.suppressed else NOT_HELD


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
