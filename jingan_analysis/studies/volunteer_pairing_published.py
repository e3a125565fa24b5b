"""What the study on volunteers counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.volunteer_pairing_records import befriending_records

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.volunteer_pairing import Params, Situation
    from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords
    from jingan_analysis.tables.table import Table

_RECORDS = ("volunteers", "elder_needs", "pairings")
COMPARABLE = (
    Comparable("volunteers", mark("Volunteers active on the last day"), "F15", needs=_RECORDS),
    Comparable("paired", mark("Older people with a volunteer"), "F16", needs=_RECORDS),
)


def published_volunteers(district: District, situation: Situation) -> Table | None:
    """Published numbers of volunteers and paired people against the records of the whole district."""
    return published_table(district, COMPARABLE, _held(situation.records, situation.params, len(situation.units)))


def held(district: District, params: Params, units: int) -> Held | None:
    """What the records of a district hold; None where it has not got them."""
    if not all(map(district.has, _RECORDS)):
        return None
    return _held(befriending_records(district, params.window), params, units)


def _held(records: BefriendingRecords, params: Params, units: int) -> Held:
    counts = {"volunteers": float(len(records.active)), "paired": float(records.lasting["person_id"].nunique())}
    few = frozenset(name for name, count in counts.items() if 0 < count < params.minimum_cell)
    return Held(counts, params.window, units, few)
