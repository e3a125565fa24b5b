"""Published figures beside what the data hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.intake.published import published_claim, published_claims
from jingan_analysis.studies.relief_coverage_discovery import stations_by_unit

if TYPE_CHECKING:
    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_records import Records


@dataclass(frozen=True)
class Comparable:
    """One published number and how it is counted here.

    Attributes
    ----------
    row, label
        Row of the table and its label.
    claim, position
        Identifier of the claim and which of its numbers it is.
    window_of
        For a claim without a date: another one of the same text whose window dates it.
    """

    row: str
    label: str
    claim: str
    position: int = 0
    window_of: str = ""


COMPARABLE = (
    Comparable("stations", "Sub-districts with a caring station", "F1", window_of="F5"),
    Comparable("projects", "Relief projects on the list", "F2"),
    Comparable("resource_lists", "Resource lists", "F3", 0),
    Comparable("resources", "Entries of the resource lists", "F3", 1),
    Comparable("assessed", "Households assessed in the window", "F5"),
    Comparable("services", "Services given in the window", "F6"),
)
LABELS = {entry.row: entry.label for entry in COMPARABLE}
AGREES, DIFFERS = "agrees", "differs"
OTHER_WINDOW, NOT_HELD = "not compared: published for another window", "not compared: the district has no such table"
SUPPRESSED = "not compared: too few households to be shown"


def published_table(district: District, records: Records, *, minimum_cell: int) -> tuple[pd.DataFrame, Marks] | None:
    """Published numbers, the same counted in the data, and whether they agree; None without published figures.

    Numbers of a window are compared with that window only, lists as they stand in the data.
    """
    path = district.published_path
    if path is None:
        return None
    claims = published_claims(path)
    dates = {claim.id: claim.as_of for claim in claims}
    held = _counts(district, records)
    rows: dict[str, dict[str, object]] = {}
    marks: Marks = {}
    for entry in COMPARABLE:
        if entry.claim not in dates:
            continue
        claim = published_claim(claims, entry.claim)
        same_window = _covers(claim.as_of or dates.get(entry.window_of, ""), records)
        count = held.get(entry.row) if same_window else None
        if count is not None and entry.row == "assessed" and 0 < count < minimum_cell:
            count = None
            marks |= {(entry.row, name): "c" for name in ("data", "difference")}
        elif count is None:
            marks |= {(entry.row, name): "x" for name in ("data", "difference")}
        published = claim.values  # noqa: PD011  # a tuple, not a frame
        value = published[entry.position]
        status = _status(value, count, same_window=same_window, held=entry.row in held)
        rows[entry.row] = {
            "published": value,
            "data": count,
            "difference": None if count is None else count - value,
            "unit": claim.units[entry.position],
            "status": status,
            "can_mean": claim.can_mean,
            "cannot_mean": claim.cannot_mean,
        }
    if not rows:
        return None
    frame = pd.DataFrame.from_dict(rows, orient="index")
    numbers = ["published", "data", "difference"]
    return frame.astype(dict.fromkeys(numbers, "float64")), marks


def _status(value: float, count: float | None, *, same_window: bool, held: bool) -> str:
    if not same_window:
        return OTHER_WINDOW
    if not held:
        return NOT_HELD
    if count is None:
        return SUPPRESSED
    return AGREES if count == value else DIFFERS


def _covers(as_of: str, records: Records) -> bool:
    """Whether a claim has no window, or the months of this one."""
    first, _, last = as_of.partition("/")
    return not as_of or (first, last or first) == (f"{records.start:%Y-%m}", f"{records.end:%Y-%m}")


def _counts(district: District, records: Records) -> dict[str, float]:
    held: dict[str, float] = {
        "assessed": records.in_window(records.assessments)["household_id"].nunique(),
        "services": len(records.in_window(records.events)),
    }
    if district.has("stations"):
        held["stations"] = len(stations_by_unit(district.table("stations"), records.end))
    if district.has("projects"):
        held["projects"] = len(district.table("projects"))
    if district.has("resources"):
        lists = district.table("resources")["resource_list_no"]
        held |= {"resource_lists": lists.nunique(), "resources": len(lists)}
    return held
