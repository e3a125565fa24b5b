"""Meals by site, day, meal and mode over one year; the district's total is met exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, days_later, largest_remainder, stream
from jingan_analysis.demo.canteen_effects import CanteenEffects, planted_canteen_effects
from jingan_analysis.demo.canteens import Sites
from jingan_analysis.demo.units import read_data

_HOLIDAYS = (
    ("2023-09-29", "2023-10-06"),
    ("2023-12-30", "2024-01-01"),
    ("2024-04-04", "2024-04-06"),
    ("2024-05-01", "2024-05-05"),
    ("2024-06-08", "2024-06-10"),
)
_SPRING_FESTIVAL = ("2024-02-10", "2024-02-17")
_MEAL_SHARES = {"breakfast": 0.16, "lunch": 0.58, "dinner": 0.26}
_MODE_SHARES = {"dine_in": 0.62, "takeaway": 0.16, "delivery": 0.22}
_ELDER_SHARES = {"breakfast": 0.70, "lunch": 0.79, "dinner": 0.75}
_ELDER_DELIVERY = 0.95


def serve_meals(sites: Sites, effects: CanteenEffects | None = None, seed: int = SEED) -> pd.DataFrame:
    """Make the table ``meals``; a day without meals has no row. Without ``effects`` they are those planted."""
    effects = planted_canteen_effects() if effects is None else effects
    year = read_data("sites.toml")["year"]
    days = np.arange(np.datetime64(year["first_day"]), days_later(np.datetime64(year["last_day"]), 1))
    expected = pd.concat(
        [_site_year(sites, number, days, effects, seed) for number in range(len(sites.table))],
        ignore_index=True,
    )
    weights = expected[["elder", "other"]].to_numpy()
    inside = expected["site_id"].isin(sites.table.loc[sites.inside, "site_id"]).to_numpy()
    meals = np.round(weights).astype(np.int64)
    meals[inside] = largest_remainder(weights[inside].ravel(), year["meals"]).reshape(-1, 2)
    table = expected[["site_id", "served_on", "meal", "mode"]].assign(elder_meals=meals[:, 0], other_meals=meals[:, 1])
    served = table[["elder_meals", "other_meals"]].sum(axis=1) > 0
    return table[served].sort_values(["site_id", "served_on", "meal", "mode"], kind="stable", ignore_index=True)


def day_factors(days: NDArray[np.datetime64], open_days: int, effects: CanteenEffects) -> NDArray[np.float64]:
    """Share of a normal weekday's meals on each day, (n,); 0 when the site is closed."""
    weekday = (days.astype(np.int64) + 3) % 7
    factors = np.where(weekday >= 5, effects.weekend, 1.0)
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    factors = factors * np.where(np.isin(month, [7, 8]), effects.summer, 1.0)
    for first, last in _HOLIDAYS:
        holiday = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
        factors[holiday] = 0.0 if open_days <= 5 else effects.holiday
    festival = (days >= np.datetime64(_SPRING_FESTIVAL[0])) & (days <= np.datetime64(_SPRING_FESTIVAL[1]))
    factors[festival] = effects.spring_festival if open_days == 7 else 0.0
    factors[weekday >= open_days] = 0.0
    return factors


def _site_year(
    sites: Sites, number: int, days: NDArray[np.datetime64], effects: CanteenEffects, seed: int
) -> pd.DataFrame:
    """Expect meals of one site, one row a day, meal and mode."""
    site = sites.table.iloc[number]
    factors = day_factors(days, int(site["open_days_per_week"]), effects)
    if site["opened_on"]:
        since = (days - np.datetime64(site["opened_on"])).astype(np.int64)
        # A new site fills up over about three months.
        factors = factors * np.where(since < 0, 0.0, np.clip(0.4 + since / 150, 0.4, 1.0))
    noise = stream(f"meals {site['site_id']}", seed).uniform(0.9, 1.1, len(days))
    limit = np.inf if sites.overloaded[number] else 0.99 * float(site["capacity_meals_per_day"] or np.inf)
    shares = _shares(site["hours"], delivers=bool(site["delivers"]))
    meals = np.minimum(sites.daily[number] * factors * noise, limit)
    total = np.repeat(meals, len(shares)) * np.tile([row[2] for row in shares], len(days))
    elder = np.tile([row[3] for row in shares], len(days))
    return pd.DataFrame(
        {
            "site_id": site["site_id"],
            "served_on": np.repeat(days, len(shares)).astype("datetime64[s]"),
            "meal": np.tile([row[0] for row in shares], len(days)),
            "mode": np.tile([row[1] for row in shares], len(days)),
            "elder": total * elder,
            "other": total * (1 - elder),
        }
    )


def _shares(hours: str, *, delivers: bool) -> list[tuple[str, str, float, float]]:
    """(meal, mode, share of the day's meals, share of older people) for a site's opening hours."""
    meals = ["lunch"]
    if "06:30" in hours or "07:00" in hours:
        meals.insert(0, "breakfast")
    if "18:" in hours:
        meals.append("dinner")
    rows = []
    for meal in meals:
        modes = ["dine_in", "takeaway", "delivery"] if delivers and meal != "breakfast" else ["dine_in", "takeaway"]
        for mode in modes:
            share = _MEAL_SHARES[meal] * _MODE_SHARES[mode] / sum(_MODE_SHARES[other] for other in modes)
            rows.append((meal, mode, share, _ELDER_DELIVERY if mode == "delivery" else _ELDER_SHARES[meal]))
    total = sum(row[2] for row in rows)
    return [(meal, mode, share / total, elder) for meal, mode, share, elder in rows]
