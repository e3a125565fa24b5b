"""The headline indicator of canteens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark
from jingan_analysis.studies.canteen_reach_meals import with_all_meals
from jingan_analysis.studies.canteen_reach_published import year_of_meals
from jingan_analysis.studies.indicators import Indicator, Measured
from jingan_analysis.studies.walking import open_on

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.canteen_reach import Params

INDICATORS = (
    Indicator(
        "meals",
        mark("Meals served"),
        mark("meals that kitchens can cook on their days with meals"),
        ("canteens", "meals"),
        chart="xmr",
        people=False,
    ),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Meals of the canteens in service on the last day against what they can cook, in twelve months and by month."""
    canteens, meals = district.table("canteens"), year_of_meals(district, params)
    mine = canteens["subdistrict_code"].notna() if params.unit is None else canteens["subdistrict_code"] == params.unit
    sites = canteens[mine & open_on(canteens, pd.Timestamp(params.window.end))]
    capacity = sites.set_index("site_id")["capacity_meals_per_day"].astype("float64")
    capacity = capacity[capacity > 0]
    if meals is None or capacity.empty:
        return {"meals": Measured(0, 0)}
    counted = with_all_meals(meals[meals["site_id"].isin(capacity.index)])
    daily = counted.groupby(["site_id", "served_on"])["all_meals"].sum().reset_index()
    daily = daily[daily["all_meals"] > 0]
    frame = pd.DataFrame(
        {"numerator": daily["all_meals"].astype("float64"), "denominator": daily["site_id"].map(capacity)}
    )
    months = pd.period_range(params.window.year_start, params.window.end, freq="M")
    series = frame.groupby(pd.PeriodIndex(daily["served_on"], freq="M")).sum().reindex(months)
    total = frame.sum()
    series = series.set_axis(series.index.astype(str))
    return {"meals": Measured(float(total["numerator"]), float(total["denominator"]), series=series)}
