"""Daily meals of canteens by kind of day, season and trend: a count model with over-dispersion estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.count_regression import CountRegression, count_regression
from jingan_analysis.studies.canteen_reach_days import KINDS

DAYS_OF_A_YEAR = 365.25
MONTHS_OF_A_YEAR = 12
SEASON = ("sine", "cosine", "trend")
TERMS = (*KINDS[1:], *SEASON)


@dataclass(frozen=True)
class MealsModel:
    """What a day does to a canteen's meals.

    Attributes
    ----------
    terms
        Rows of :data:`TERMS` that were estimated: ``ratio``, ``lower``, ``upper``, ``p_value``. Kinds of day are
        against an ordinary weekday; ``trend`` is for a year; sine and cosine are of one wave a year.
    left_out
        Kinds of day with too few days to be estimated: their days are not in the model.
    found
        The regression itself.
    dates
        Days in the model, which are its clusters.
    canteens
        Canteens in the model.
    """

    terms: pd.DataFrame
    left_out: tuple[str, ...]
    found: CountRegression
    dates: int
    canteens: int


def daily_meals(meals: pd.DataFrame) -> pd.DataFrame:
    """One row a canteen and day with meals: ``site_id``, ``served_on`` and ``meals``."""
    daily = meals.groupby(["site_id", "served_on"])["all_meals"].sum().rename("meals").reset_index()
    return daily[daily["meals"] > 0].reset_index(drop=True)


def days_by_kind(daily: pd.DataFrame, kinds: pd.Series, in_service: pd.Series) -> pd.DataFrame:
    """Calendar days, canteen-days in service, those with meals and those without, and meals per canteen-day with meals.

    Parameters
    ----------
    kinds
        Kind of every day of the twelve months.
    in_service
        Canteens in service on every day of them.
    """
    kind = kinds.reindex(daily["served_on"]).to_numpy()
    served = daily.groupby(kind)["meals"].agg(["size", "sum"]).reindex(list(KINDS)).fillna(0)
    frame = pd.DataFrame(
        {
            "days": kinds.value_counts().reindex(list(KINDS)).fillna(0),
            "in_service": in_service.groupby(kinds).sum().reindex(list(KINDS)).fillna(0),
            "with_meals": served["size"],
            "meals": served["sum"],
        }
    ).astype("float64")
    frame.loc["all"] = frame.sum()
    frame = frame[frame["days"] > 0]
    frame["without_meals"] = frame["in_service"] - frame["with_meals"]
    return frame.assign(meals_per_day=frame["meals"] / frame["with_meals"].replace(0, np.nan))


def meals_model(daily: pd.DataFrame, kinds: pd.Series, *, fewest_days: int, confidence: float) -> MealsModel | None:
    r"""Rate ratios of kinds of day, season and trend, each canteen with a level of its own; None without an answer.

    .. math::

        \log \mu_{jt} = \alpha_j + \beta_{k(t)} + \gamma_1 \sin\frac{2\pi t}{T} + \gamma_2 \cos\frac{2\pi t}{T}
            + \delta \frac{t}{T}, \qquad \operatorname{Var} y_{jt} = \mu_{jt} + \alpha \mu_{jt}^2

    Where
        j, t   canteen and day, a day with meals: closed days are no rows;
        k(t)   kind of the day; T = 365.25 days.

    The dispersion α is estimated with the rest. Kinds of day, season and trend are the same for all canteens on a day, so
    that whatever canteens share on a day (weather, a closed street) would pass for that many observations: the errors
    are clustered by date. Clustering by canteen would let exactly these shared days through, and one canteen or two, as
    in a report on one sub-district, have too few clusters. Days that follow each other are taken as independent given
    the season; season and trend are left out unless all twelve months have meals.

    Parameters
    ----------
    daily
        One row a canteen and day with meals, see :func:`daily_meals`.
    kinds
        Kind of each day, by day.
    fewest_days
        Days that a kind must have to be estimated.
    """
    if daily.empty:
        return None
    kind = kinds.reindex(daily["served_on"]).to_numpy()
    dates = daily["served_on"].groupby(kind).nunique().reindex(list(KINDS)).fillna(0)
    few = tuple(name for name in KINDS if 0 < dates[name] < fewest_days)
    estimated = [name for name in KINDS[1:] if dates[name] >= fewest_days]
    if dates["weekday"] < fewest_days or not estimated:
        return None
    kept = ~np.isin(kind, few)
    rows, kind = daily[kept], kind[kept]
    design = pd.DataFrame({name: (kind == name).astype("float64") for name in estimated}, index=rows.index)
    if rows["served_on"].dt.to_period("M").nunique() == MONTHS_OF_A_YEAR:
        design = design.join(_season(rows["served_on"]))
    names = list(design.columns)
    levels = pd.get_dummies(rows["site_id"], drop_first=True, dtype="float64")
    whole = design.join(levels.set_axis([f"canteen {name}" for name in levels.columns], axis=1))
    try:
        found = count_regression(
            rows["meals"].to_numpy(),
            whole.to_numpy(),
            names=list(whole.columns),
            clusters=rows["served_on"].to_numpy().astype("datetime64[D]").astype(np.int64),
            confidence=confidence,
        )
    except (DidNotConverge, InvalidParameter):
        return None
    model, n = found.negative_binomial, len(names)
    columns = {"ratio": model.rate_ratio, "lower": model.lower, "upper": model.upper, "p_value": model.p_value}
    terms = pd.DataFrame({name: values[:n] for name, values in columns.items()}, index=names)
    return MealsModel(terms, few, found, rows["served_on"].nunique(), rows["site_id"].nunique())


def _season(days: pd.Series) -> pd.DataFrame:
    """Sine and cosine of the day of the year, and years since the middle of the days."""
    since = (days - days.min()).dt.days.to_numpy(dtype=np.float64)
    angle = 2.0 * np.pi * days.dt.day_of_year.to_numpy(dtype=np.float64) / DAYS_OF_A_YEAR
    trend = (since - since.mean()) / DAYS_OF_A_YEAR
    return pd.DataFrame({"sine": np.sin(angle), "cosine": np.cos(angle), "trend": trend}, index=days.index)
