"""What canteen reach counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.district import District
    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("canteens", mark("Canteens in service"), "F11"),
    Comparable("meals", mark("Meals in twelve months"), "F12"),
)
MONTHS_OF_A_YEAR = 12


def published_canteens(district: District, situation: Situation, meals: pd.DataFrame | None) -> Table | None:
    """Published figures on canteens and meals against the data of the whole district.

    Meals are held against a yearly figure only if every one of the twelve months has some.
    """
    counts: dict[str, float] = {"canteens": int(situation.own.sum())}
    if meals is not None and meals["served_on"].dt.to_period("M").nunique() == MONTHS_OF_A_YEAR:
        counts["meals"] = float(meals["elder_meals"].sum() + meals["other_meals"].sum())
    return published_table(district, COMPARABLE, Held(counts, situation.params.window, len(situation.units)))
