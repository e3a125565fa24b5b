"""Did occupancy change at the breaks: a controlled interrupted time series of bed-days in institutions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_effects import counterfactual, effects_after
from jingan_analysis.models.interrupted_series import InterruptedSeries, interrupted_series
from jingan_analysis.models.placebo_breaks import PlaceboBreaks, placebo_breaks
from jingan_analysis.models.residual_autocorrelation import ResidualAutocorrelation, residual_autocorrelation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MONTHS_AFTER = (0, 6, 12)
"""Months after a break for which its effect is told."""


@dataclass(frozen=True)
class OccupancySeries:
    """The series of the place and what its breaks changed.

    Attributes
    ----------
    months
        Bed-days by month, ``YYYY-MM``: ``occupied_bed_days``, ``usable_bed_days``, ``share``, and of the comparison
        ``comparison_share`` where there is one.
    breaks
        Months whose break was estimated.
    too_late
        Months named as breaks that leave too few months to estimate one.
    found
        The model; its ``refusal`` says why there is no estimate.
    controlled
        Whether a comparison went in.
    """

    months: pd.DataFrame
    breaks: tuple[str, ...]
    too_late: tuple[str, ...]
    found: InterruptedSeries | None
    controlled: bool

    @property
    def refusal(self) -> str | None:
        """Why nothing is estimated."""
        return "no_break" if self.found is None else self.found.refusal

    @cached_property
    def placebo(self) -> PlaceboBreaks | None:
        """Breaks where none was; None with a refusal."""
        return None if self.found is None or self.found.fit is None else placebo_breaks(self.found)

    @cached_property
    def autocorrelation(self) -> ResidualAutocorrelation | None:
        """The test of the residuals; None with a refusal."""
        if self.found is None or self.found.fit is None:
            return None
        return residual_autocorrelation(self.found.fit.pearson[0], self.found.series.month)

    def effects(self) -> pd.DataFrame:
        """Effect of every break after some months: one row a break and month, in percentage points and as odds."""
        assert self.found is not None
        pieces = []
        for place, name in enumerate(self.breaks):
            table = effects_after(self.found, place, MONTHS_AFTER)
            if table is not None:
                pieces.append(table.assign(break_month=name, after=list(MONTHS_AFTER)))
        return pd.concat(pieces, ignore_index=True)

    def expected(self) -> pd.DataFrame:
        """Expected and counterfactual share by month."""
        assert self.found is not None
        table = counterfactual(self.found)
        assert table is not None
        frame = table.to_frame()
        return frame.set_axis([_text(int(month)) for month in frame.index])


def occupancy_series(
    months: pd.DataFrame,
    comparison: pd.DataFrame | None,
    breaks: Sequence[str],
    *,
    fewest_months: int,
    confidence: float,
) -> OccupancySeries:
    """Fit the series; a break with too few months beside it is left out, and named.

    Parameters
    ----------
    months
        From :func:`jingan_analysis.studies.bed_linkage_occupancy.by_month`.
    comparison
        Bed-days elsewhere by month, or None.
    breaks
        First months of what may have changed it, ``YYYY-MM``.
    """
    months = months[months["usable_bed_days"] > 0]
    controlled = comparison is not None and set(months.index) <= set(comparison.index)
    if controlled:
        assert comparison is not None
        beside = comparison.loc[months.index]
        months = months.assign(comparison_share=beside["occupied_bed_days"] / beside["usable_bed_days"])
    kept = _estimable(list(months.index), breaks, fewest_months)
    late = tuple(month for month in breaks if month not in kept)
    if not kept and len(breaks):
        kept, late = (breaks[0],), tuple(breaks[1:])  # the model itself says what is missing
    if not len(breaks) or months.empty:
        return OccupancySeries(months, (), tuple(breaks), None, controlled)
    series = monthly_series(
        [_number(month) for month in months.index],
        months["occupied_bed_days"],
        size=months["usable_bed_days"],
        comparison=beside["occupied_bed_days"] if controlled else None,
        comparison_size=beside["usable_bed_days"] if controlled else None,
        covariates=_festival_days(months.index)[:, None],
        covariate_names=("spring_festival",),
    )
    model = SegmentedModel("binomial", tuple(_number(month) for month in kept), season=1, fewest_months=fewest_months)
    found = interrupted_series(series, model, confidence=confidence)
    return OccupancySeries(months, kept, late, found, controlled)


def _estimable(months: Sequence[str], breaks: Sequence[str], fewest: int) -> tuple[str, ...]:
    """Breaks with enough months between them, before the first and after the last."""
    kept: list[str] = []
    since = 0
    for month in breaks:
        before = sum(month_ < month for month_ in months)
        if before - since >= fewest and len(months) - before >= fewest:
            kept.append(month)
            since = before
    return tuple(kept)


def _number(month: str) -> int:
    """Months counted from year 0."""
    year, number = month.split("-")
    return 12 * int(year) + int(number) - 1


def _text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _festival_days(months: Iterable[str]) -> NDArray[np.float64]:
    """Days of the Spring Festival in each month: the seven from the first day of the lunar year, shape (n,)."""
    first = np.array(parameter("spring_festival_days").value, dtype="datetime64[D]")
    days = (first[:, None] + np.arange(7)).ravel().astype("datetime64[M]")
    return np.array([np.sum(days == np.datetime64(month, "M")) for month in months], dtype=np.float64)
