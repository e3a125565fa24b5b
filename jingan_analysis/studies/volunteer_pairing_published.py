"""What the study on volunteers counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("volunteers", mark("Volunteers active on the last day"), "F15"),
    Comparable("paired", mark("Older people with a volunteer"), "F16"),
)


def published_volunteers(district: District, situation: Situation) -> Table | None:
    """Published numbers of volunteers and paired people against the records of the whole district."""
    records = situation.records
    counts = {"volunteers": float(len(records.active)), "paired": float(records.lasting["person_id"].nunique())}
    few = frozenset(name for name, count in counts.items() if 0 < count < situation.params.minimum_cell)
    return published_table(district, COMPARABLE, Held(counts, situation.params.window, len(situation.units), few))
