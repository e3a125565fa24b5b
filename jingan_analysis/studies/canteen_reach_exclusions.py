"""What canteen reach leaves out of some number, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.canteen_reach_numbers import Situation


def exclusions(
    situation: Situation, *, closed_sites: int, meals: Mapping[str, float], more: Mapping[str, tuple[float, str]]
) -> pd.DataFrame:
    """What was left out of some number, counted; ``more`` are further rows of count and unit."""
    capacity = situation.sites["capacity_meals_per_day"]
    inside = situation.residents.inside
    rows = {
        "closed_sites": (closed_sites, "canteens"),
        "unsnapped_sites": (int(np.sum(~situation.costs.destination_snapped)), "canteens"),
        "unknown_capacity": (int(capacity.isna().sum()), "canteens"),
        "outside_sites": (int(np.sum(~situation.own)), "canteens"),
        "unsnapped_people": (float(situation.older[inside & situation.unsnapped].sum()), "persons"),
        "outside_people": (float(situation.older[~inside].sum()), "persons"),
        "meals_outside": (meals["outside"], "rows"),
        "meals_elsewhere": (meals["elsewhere"], "rows"),
        "meals_closed": (meals["closed"], "meals"),
        **more,
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["count", "unit"])
