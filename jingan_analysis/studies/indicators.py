"""Headline indicators that studies offer to the overview: a share each, and what it was month by month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from jingan_analysis.measures.control_chart import control_chart
from jingan_analysis.measures.p_prime_chart import p_prime_chart
from jingan_analysis.measures.rates import wilson_rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jingan_analysis.measures.control_chart import Better, ControlChart

Chart = Literal["xmr", "p_prime"]
Step = Literal["month", "week"]
NO_SERIES: Final = pd.DataFrame(columns=["numerator", "denominator"], index=pd.Index([], dtype="str"), dtype="float64")
"""The series of an indicator that is known for one time only."""


@dataclass(frozen=True)
class Indicator:
    """A share that stands for a system on one page.

    Attributes
    ----------
    name
        Identifier, the same in no other study.
    label, of
        What is counted and out of what, marked for translation.
    needs
        Tables without which it cannot be computed.
    better
        Direction of improvement.
    chart
        Rules of which chart tell a change: XmR, or p′ where every point counts many.
    people
        Whether people, households or cases are counted: few of them are not shown.
    """

    name: str
    label: str
    of: str
    needs: tuple[str, ...]
    better: Better = "up"
    chart: Chart = "p_prime"
    people: bool = True


@dataclass(frozen=True)
class Measured:
    """An indicator as computed.

    Attributes
    ----------
    numerator, denominator
        Counts.
    lower, upper
        Interval of the share; NaN where nothing was drawn by chance.
    series
        The same by point in time: ``numerator`` and ``denominator`` by first day of the month or week (as text, ``2024-08``
        or ``2024-08-05``), both NaN for a point that cannot be computed yet. Empty where there is none.
    step
        Whether points are months or weeks.
    """

    numerator: float
    denominator: float
    lower: float = float("nan")
    upper: float = float("nan")
    series: pd.DataFrame = field(default_factory=lambda: NO_SERIES)
    step: Step = "month"

    @property
    def share(self) -> float:
        """Numerator over denominator, NaN where there is nothing to count out of."""
        return self.numerator / self.denominator if self.denominator > 0 else float("nan")


def sampled(
    numerator: float, denominator: float, series: pd.DataFrame | None = None, *, confidence: float, step: Step = "month"
) -> Measured:
    """A share of people or cases with Wilson's interval."""
    lower = upper = float("nan")
    if denominator > 0:
        found = wilson_rate(numerator, denominator, confidence=confidence)
        lower, upper = found.lower, found.upper
    points = NO_SERIES if series is None else series.astype("float64")
    return Measured(float(numerator), float(denominator), lower, upper, points, step)


def by_month(days: pd.Series, flags: Iterable[bool], end: pd.Timestamp) -> pd.DataFrame:
    """A series of flagged rows among all rows, from the first month with a row to the month of the last day."""
    if days.empty:
        return NO_SERIES
    month = pd.PeriodIndex(days, freq="M")
    months = pd.period_range(month.min(), pd.Period(end, "M"), freq="M")
    counts = pd.DataFrame({"numerator": np.asarray(list(flags), dtype=np.float64), "denominator": 1.0})
    frame = counts.groupby(month).sum().reindex(months, fill_value=0.0)
    return frame.set_axis(frame.index.astype(str))


def chart_of(indicator: Indicator, series: pd.DataFrame) -> ControlChart | None:
    """The control chart of a series; None where fewer than two points are known, or all of them are none or all.

    Points without anybody to count are gaps, as are those that cannot be computed.
    """
    known = (series["denominator"] > 0) & series["numerator"].notna()
    if known.sum() < 2:
        return None
    part = series["numerator"].where(known, 0.0)
    whole = series["denominator"].where(known, 0.0)
    if not 0 < part.sum() < whole.sum():
        return None
    if indicator.chart == "p_prime":
        return p_prime_chart(part, whole, better="up")
    return control_chart((part / whole).where(known), better="up")
