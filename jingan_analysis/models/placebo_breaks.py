"""Breaks where none was: how often the months before the first break show as large a change as the break did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.interrupted_series import InterruptedSeries, interrupted_series

Vector = NDArray[np.float64]
PlaceboRefusal = Literal["no_true_estimate", "no_admissible_month", "no_placebo_estimate"]


@dataclass(frozen=True, eq=False)
class PlaceboBreaks:
    """Changes at m months before the first break, when there was none, beside those at the first break.

    Attributes
    ----------
    table
        One row a placebo month: ``months_before`` and ``months_from``, months on its sides; ``level`` and ``slope``,
        the changes; ``level_t`` and ``slope_t``, these over their standard errors; ``refusal``, None where they were
        estimated, else they are NaN. Without change of slope its columns are NaN.
    level, level_t, slope, slope_t
        The same of the first true break, from the whole series; NaN with a refusal.
    share_level, share_level_t, share_slope, share_slope_t
        Share of placebo months that were estimated whose change is at least as far from 0 as the true one.
    refusal
        Why there is nothing to compare: the true change was not estimated, no month has enough months on each side, or
        in none of them the model could be fitted.
    """

    table: pd.DataFrame
    level: float = float("nan")
    level_t: float = float("nan")
    slope: float = float("nan")
    slope_t: float = float("nan")
    share_level: float = float("nan")
    share_level_t: float = float("nan")
    share_slope: float = float("nan")
    share_slope_t: float = float("nan")
    refusal: PlaceboRefusal | None = None


def placebo_breaks(found: InterruptedSeries, *, fewest_months: int | None = None) -> PlaceboBreaks:
    """Move the break through the months before the first true one.

    Each placebo is the same model with one break, fitted to the months before the first true break only, so that no
    true change is taken for a placebo's. Placebo months next to each other share nearly all their data: the share says
    how unusual the true change is in this series, and is no p value. Changes over their standard error are fairer to
    compare than changes, since a placebo is estimated from fewer months.

    Parameters
    ----------
    found
        From :func:`jingan_analysis.models.interrupted_series.interrupted_series`.
    fewest_months
        Months that each side of a placebo must have; None takes that of the model.
    """
    model = found.model
    least = model.fewest_months if fewest_months is None else fewest_months
    before = found.series.before(model.breaks[0])
    months = before.month[least : max(len(before.month) - least + 1, least)].tolist()
    rows = []
    for month in months:
        placebo = replace(model, breaks=(month,), fewest_months=least)
        at = interrupted_series(before, placebo, confidence=found.confidence)
        rows.append((month, *at.months_by_segment, *_changes(at), at.refusal))
    columns = ["month", "months_before", "months_from", "level", "level_t", "slope", "slope_t", "refusal"]
    table = pd.DataFrame(rows, columns=columns).set_index("month")
    if found.fit is None:
        return PlaceboBreaks(table, refusal="no_true_estimate")
    if not months:
        return PlaceboBreaks(table, refusal="no_admissible_month")
    if table["level"].isna().all():
        return PlaceboBreaks(table, refusal="no_placebo_estimate")
    true = _changes(found)
    level, level_t, slope, slope_t = (
        _share(table[name].to_numpy(dtype=np.float64), value) for name, value in zip(columns[3:7], true, strict=True)
    )
    return PlaceboBreaks(table, *true, level, level_t, slope, slope_t)


def _changes(found: InterruptedSeries) -> tuple[float, float, float, float]:
    """Level and slope at the first break, each followed by itself over its standard error."""
    fit = found.fit
    values: list[float] = []
    for places in () if fit is None else (fit.design.level, fit.design.slope):
        if fit is not None and len(places):
            contrast = np.eye(len(fit.estimate))[places[0]]
            change = float(fit.estimate[places[0]])
            values += [change, change / float(fit.serial.std_error(contrast)[0])]
    values += [float("nan")] * (4 - len(values))
    return values[0], values[1], values[2], values[3]


def _share(placebo: Vector, true: float) -> float:
    known = placebo[~np.isnan(placebo)]
    return float((np.abs(known) >= abs(true)).mean()) if len(known) else float("nan")
