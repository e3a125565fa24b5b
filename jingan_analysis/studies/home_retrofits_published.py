"""What the study on adapted homes counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.home_retrofits_completions import ranked
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("homes", mark("Adapted homes so far"), "F13"),
    Comparable("rank", mark("Rank among central districts by adapted homes"), "F14"),
)


def published_retrofits(district: District, situation: Situation) -> Table | None:
    """Published figures on adapted homes against the records of the whole district; the rank only where others are given."""
    records = situation.records
    counts: dict[str, float] = {"homes": int(records.applications["accepted_on"].notna().sum())}
    others = ranked(records)
    if others is not None:
        counts["rank"] = float(others["rank"].loc[DISTRICT_ROW])
    few = frozenset({"homes"} if 0 < counts["homes"] < situation.params.minimum_cell else ())
    return published_table(district, COMPARABLE, Held(counts, situation.params.window, len(situation.units), few))
