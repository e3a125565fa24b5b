"""What kind of day couples choose: kinds of open days, and a count model of their marriages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.models.count_regression import CountRegression, count_regression

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords

PEAKS = ("may_20", "qixi", "other_lucky")
"""Days that couples choose."""
KINDS = ("weekday", "friday", "saturday", "month_end", "near_festival", *reversed(PEAKS))
"""Each open day is of one kind, the last one that applies to it; ``weekday`` is Monday to Thursday."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEAR_FESTIVAL_DAYS = 14
MONTH_END_DAYS = 2


def kinds_of(days: pd.DatetimeIndex) -> pd.Series:
    """Kind of each open day, one of :data:`KINDS`; a Sunday that is open counts as a Saturday."""
    short = days.strftime("%m-%d")
    new_years = pd.DatetimeIndex(list(parameter("spring_festival_days").value))
    ordinals, festivals = (dates.to_numpy().astype("datetime64[D]").astype(np.int64) for dates in (days, new_years))
    near = np.arange(-NEAR_FESTIVAL_DAYS, NEAR_FESTIVAL_DAYS + 1)
    places = pd.Series(np.arange(len(days)), index=days).groupby(days.strftime("%Y-%m"))
    applies = {
        "friday": days.day_of_week == 4,
        "saturday": days.day_of_week >= 5,
        "month_end": places.rank(ascending=False).to_numpy() <= MONTH_END_DAYS,
        "near_festival": np.isin(ordinals, (festivals[:, None] + near).ravel()),
        "other_lucky": short.isin(parameter("other_lucky_days").value),
        "qixi": days.isin(pd.DatetimeIndex(list(parameter("qixi_days").value))),
        "may_20": short.isin(parameter("may_20").value),
    }
    kind = np.full(len(days), "weekday", dtype=object)
    for name in KINDS[1:]:
        kind[applies[name]] = name
    return pd.Series(kind, index=days, dtype="str")


def week_or_peak(days: pd.DatetimeIndex, kinds: pd.Series) -> pd.Series:
    """Day of the week of each open day, or the kind of a day that couples choose."""
    weekday = pd.Series(np.array(WEEK)[days.day_of_week], index=days)
    return kinds.where(kinds.isin(PEAKS), weekday)


@dataclass(frozen=True)
class Calendar:
    """What a kind of day does to marriages.

    Attributes
    ----------
    daily
        Marriages by open day.
    kinds
        Kind of each open day.
    table
        By kind with any day: ``days``, ``marriages``, ``mean``, and ``ratio``, ``lower``, ``upper``, ``p_value`` against
        an ordinary weekday; NaN where a kind has too few days or nothing could be estimated.
    found
        The regression; None where none was possible.
    """

    daily: pd.Series
    kinds: pd.Series
    table: pd.DataFrame
    found: CountRegression | None

    @property
    def weights(self) -> pd.Series:
        """Weight of each open day against an ordinary weekday: the ratio, or the crude one where none was estimated."""
        ordinary = self.table["mean"].get("weekday", np.nan)
        crude = self.table["mean"] / ordinary if ordinary > 0 else pd.Series(1.0, index=self.table.index)
        ratio = self.table["ratio"].fillna(crude).fillna(1.0).mask(self.table.index == "weekday", 1.0)
        return self.kinds.map(ratio).astype("float64")


def calendar(records: MarriageRecords, *, fewest_days: int, confidence: float) -> Calendar:
    r"""Rate ratios of kinds of day, with a level of each month.

    .. math::

        \log \mu_t = \alpha_{m(t)} + \beta_{k(t)}, \qquad \operatorname{Var} y_t = \mu_t + \alpha \mu_t^2

    Where
        t      open day, m(t) its month, k(t) its kind.

    A level of each month takes trend, season and openings out of the comparison: each day is held against the other days
    of its month. Days of a kind with too few of them are left out of the model.
    """
    days = pd.DatetimeIndex(records.days.index)
    daily = records.marriages.groupby("done_on").size().reindex(days, fill_value=0)
    kinds = kinds_of(days)
    grouped = daily.groupby(kinds)
    table = pd.DataFrame({"days": grouped.size(), "marriages": grouped.sum(), "mean": grouped.mean()})
    table = table.reindex([kind for kind in KINDS if kind in table.index]).astype("float64")
    found = _model(daily, kinds, table["days"], fewest_days, confidence)
    table = table.assign(ratio=np.nan, lower=np.nan, upper=np.nan, p_value=np.nan)
    if found is not None:
        model = found.negative_binomial
        for place, name in enumerate(found.names):
            if name in table.index:
                values = (model.rate_ratio, model.lower, model.upper, model.p_value)
                table.loc[name, ["ratio", "lower", "upper", "p_value"]] = [float(value[place]) for value in values]
    return Calendar(daily, kinds, table, found)


def _model(
    daily: pd.Series, kinds: pd.Series, days: pd.Series, fewest_days: int, confidence: float
) -> CountRegression | None:
    estimated = [kind for kind in days.index if kind != "weekday" and days[kind] >= fewest_days]
    if not days.get("weekday", 0) >= fewest_days or not estimated:
        return None
    kept = kinds.isin(["weekday", *estimated])
    rows, kind = daily[kept], kinds[kept]
    month = pd.Series(pd.DatetimeIndex(rows.index).strftime("%Y-%m"), index=rows.index)
    # A month without any marriage has no level.
    some = rows.groupby(month).transform("sum") > 0
    rows, kind, month = rows[some], kind[some], month[some]
    design = pd.DataFrame({name: (kind == name).astype("float64") for name in estimated}, index=rows.index)
    levels = pd.get_dummies(month, drop_first=True, dtype="float64")
    whole = design.join(levels.set_axis([f"month {name}" for name in levels.columns], axis=1))
    try:
        return count_regression(rows.to_numpy(), whole.to_numpy(), names=list(whole.columns), confidence=confidence)
    except (DidNotConverge, InvalidParameter):
        return None
