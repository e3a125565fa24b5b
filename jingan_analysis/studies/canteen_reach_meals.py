"""Meals by meal, mode and week, and meals against what kitchens can cook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.canteen_use import MODES

if TYPE_CHECKING:
    from jingan_analysis.studies.period import Period

MEALS = ("breakfast", "lunch", "dinner")
ALL = "all"
DAYS_OF_A_WEEK = 7.0


def with_all_meals(meals: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``all_meals``, to older people and to others together."""
    return meals.assign(all_meals=meals["elder_meals"] + meals["other_meals"])


def canteen_days(meals: pd.DataFrame) -> int:
    """Days with meals, summed over canteens."""
    served = meals[meals["all_meals"] > 0]
    return len(served[["site_id", "served_on"]].drop_duplicates())


def by_kind(meals: pd.DataFrame) -> pd.DataFrame:
    """Meals by meal (rows, all of them last) and mode, and per day with meals of a canteen (``<mode>_per_day``).

    All means have one denominator, the days with meals summed over canteens, so that they add up as the meals do.
    """
    frame = meals.pivot_table(index="meal", columns="mode", values="all_meals", aggfunc="sum", observed=True)
    frame = frame.reindex(index=list(MEALS), columns=list(MODES)).fillna(0.0).astype("float64")
    frame[ALL] = frame.sum(axis=1)
    frame.loc[ALL] = frame.sum()
    frame = frame[frame[ALL] > 0]
    days = canteen_days(meals) or np.nan
    return frame.assign(**{f"{mode}_per_day": frame[mode] / days for mode in (*MODES, ALL)})


def shares_by_meal(meals: pd.DataFrame) -> pd.DataFrame:
    """Meals, those to older people and those delivered, with their shares, by meal and for all of them."""
    delivered = meals["all_meals"].where(meals["mode"] == "delivery", 0)
    counted = pd.DataFrame({"meals": meals["all_meals"], "elder": meals["elder_meals"], "delivered": delivered})
    frame = counted.groupby(meals["meal"], observed=True).sum().reindex(list(MEALS)).fillna(0.0)
    frame.loc[ALL] = frame.sum()
    frame = frame[frame["meals"] > 0].astype("float64")
    return frame.assign(elder_share=frame["elder"] / frame["meals"], delivery_share=frame["delivered"] / frame["meals"])


def by_week(meals: pd.DataFrame, window: Period) -> pd.DataFrame:
    """Meals by week of the twelve months, Monday to Sunday: by mode and together, with the days of the week inside.

    Means are per calendar day, so that the weeks that the twelve months cut can be held beside the others.
    """
    days = pd.date_range(window.year_start, window.end, freq="D")
    daily = meals.pivot_table(index="served_on", columns="mode", values="all_meals", aggfunc="sum", observed=True)
    daily = daily.reindex(index=days, columns=list(MODES)).fillna(0.0)
    monday = days - pd.to_timedelta(days.day_of_week, unit="D")
    frame = daily.groupby(monday).sum().astype("float64")
    frame[ALL] = frame.sum(axis=1)
    frame["days"] = pd.Series(1, index=days).groupby(monday).sum()
    frame = frame.assign(**{f"{mode}_per_day": frame[mode] / frame["days"] for mode in (*MODES, ALL)})
    return frame.set_axis([f"{day:%Y-%m-%d}" for day in frame.index])


def whole_weeks(weeks: pd.DataFrame) -> pd.DataFrame:
    """The weeks with seven days inside the twelve months."""
    return weeks[weeks["days"] == DAYS_OF_A_WEEK]


def scheduled_days(sites: pd.DataFrame, window: Period) -> pd.Series:
    """Days on which each canteen should have served: days in service × open days a week / 7, NaN if not stated.

    Parameters
    ----------
    sites
        Canteens with ``opened_on``, ``closed_on`` and ``open_days_per_week``.
    """
    begin, end = pd.Timestamp(window.year_start), pd.Timestamp(window.end)
    first = sites["opened_on"].where(sites["opened_on"] > begin, begin)
    last = sites["closed_on"].where(sites["closed_on"] < end, end)
    in_service = ((last - first).dt.days + 1).clip(lower=0)
    return in_service * sites["open_days_per_week"].astype("float64") / DAYS_OF_A_WEEK


def peak_day(meals: pd.DataFrame, quantile: float) -> pd.Series:
    """Meals of each canteen on a peak day: the quantile of its days with meals, between neighbouring days linearly."""
    daily = meals.groupby(["site_id", "served_on"])["all_meals"].sum()
    return daily[daily > 0].groupby("site_id").quantile(quantile)


def capacity_use(loads: pd.DataFrame, closed_meals: float) -> pd.DataFrame:
    """Meals against capacity × days, pooled over canteens of known capacity; the others apart.

    Rows ``known``, ``unknown`` and, where there are some, ``closed``: canteens that had closed by the last day. The
    meals of the rows add up to ``all``.

    Parameters
    ----------
    loads
        One row a canteen: ``capacity``, ``meals``, ``open_days`` and ``scheduled_days``.
    """
    known = (loads["capacity"] > 0).to_numpy()
    rows = {"known": loads[known], "unknown": loads[~known]}
    frame = pd.DataFrame({row: _capacity_row(part) for row, part in rows.items()}).T
    frame.loc["unknown", frame.columns.drop(["canteens", "meals"])] = np.nan
    if closed_meals:
        frame.loc["closed", "meals"] = closed_meals
    frame.loc[ALL, "canteens"], frame.loc[ALL, "meals"] = len(loads), frame["meals"].sum()
    return frame


def _capacity_row(part: pd.DataFrame) -> dict[str, float]:
    meals, stated = float(part["meals"].sum()), part.dropna(subset="scheduled_days")
    possible = float((part["capacity"] * part["open_days"]).sum())
    scheduled = float((stated["capacity"] * stated["scheduled_days"]).sum())
    return {
        "canteens": len(part),
        "meals": meals,
        "possible_open": possible,
        "used_open": meals / possible if possible else np.nan,
        "possible_scheduled": scheduled or np.nan,
        "used_scheduled": float(stated["meals"].sum()) / scheduled if scheduled else np.nan,
    }


def meals_by_site(meals: pd.DataFrame) -> pd.DataFrame:
    """Meals, days with meals, and shares to older people and delivered, by canteen."""
    counted = meals.assign(all_meals=meals["elder_meals"] + meals["other_meals"])
    site = counted.groupby("site_id")
    total = site["all_meals"].sum()
    open_days = counted[counted["all_meals"] > 0].groupby("site_id")["served_on"].nunique()
    delivered = counted[counted["mode"] == "delivery"].groupby("site_id")["all_meals"].sum()
    return pd.DataFrame(
        {
            "meals": total,
            "open_days": open_days,
            "meals_per_open_day": total / open_days,
            "elder_share": site["elder_meals"].sum() / total,
            "delivery_share": delivered.reindex(total.index).fillna(0) / total,
        }
    )


def meal_totals(meals: pd.DataFrame, older_persons: float, days: int) -> pd.DataFrame:
    """Meals of the twelve months by diner and by mode."""
    elder, other = meals["elder_meals"].sum(), meals["other_meals"].sum()
    rows = {"all": elder + other, "elder": elder, "other": other}
    by_mode = (meals["elder_meals"] + meals["other_meals"]).groupby(meals["mode"]).sum()
    rows |= {mode: by_mode.get(mode, 0) for mode in ("dine_in", "takeaway", "delivery")}
    frame = pd.DataFrame({"meals": pd.Series(rows, dtype="float64")})
    frame["share"] = frame["meals"] / (float(elder + other) or np.nan)
    frame["per_day"] = frame["meals"] / days
    frame["per_older_person"] = frame["meals"] / (older_persons or np.nan)
    return frame
