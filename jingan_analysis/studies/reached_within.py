"""How long it takes until something is reached, when other ends compete with it: the median, and the share in time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at

_HALF = 0.5 - 1e-12
"""Sums of fractions that are a half may lie a hair below it."""


def reached_within(
    days: NDArray[np.float64], cause: NDArray[np.int64], goal: int, within_days: int, *, confidence: float
) -> dict[str, float]:
    """Quantile and value of the cumulative incidence of one end among several.

    Parameters
    ----------
    days, cause
        Days to the end or the last day, and how it ended (0 is open), shape (n,).
    goal
        Code of the end that is to be reached.
    within_days
        Days within which it should be.

    Returns
    -------
    dict
        ``median_days``, until half of all have reached it, NaN where that never is; ``within_share`` with its interval,
        ``within_lower`` and ``within_upper``. All NaN where nobody has reached it.
    """
    found = dict.fromkeys(("median_days", "within_share", "within_lower", "within_upper"), float("nan"))
    if not (cause == goal).any():
        return found
    curve = cumulative_incidence(days, cause, confidence=confidence)[0]
    at = incidence_at(curve, [float(within_days)])
    half = np.flatnonzero(curve.incidence[goal - 1] >= _HALF)
    found["median_days"] = float(curve.times[half[0]]) if len(half) else float("nan")
    found["within_share"], found["within_lower"], found["within_upper"] = (
        float(part[goal - 1, 0]) for part in (at.incidence, at.lower, at.upper)
    )
    return found
