"""Who has how much: the front door to Lorenz, Gini, Theil and the interval of a Gini coefficient."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from jingan_analysis.measures.area_bootstrap import area_bootstrap
from jingan_analysis.measures.gini import GiniDecomposition, gini, gini_decomposition
from jingan_analysis.measures.lorenz import LorenzCurve, lorenz_curve
from jingan_analysis.measures.theil import (
    MeanLogDeviation,
    TheilDecomposition,
    theil_decomposition,
    theil_l,
    theil_l_decomposition,
    theil_t,
)

__all__ = [
    "GiniDecomposition",
    "GiniInterval",
    "LorenzCurve",
    "MeanLogDeviation",
    "TheilDecomposition",
    "gini",
    "gini_decomposition",
    "gini_interval",
    "lorenz_curve",
    "theil_decomposition",
    "theil_l",
    "theil_l_decomposition",
    "theil_t",
]


class GiniInterval(NamedTuple):
    """Bootstrap interval of a Gini coefficient.

    Attributes
    ----------
    lower, upper
        Bounds; NaN with fewer than two areas, and where too many resamples have no coefficient.
    """

    lower: float
    upper: float


def gini_interval(
    value: ArrayLike,
    weight: ArrayLike,
    area: ArrayLike,
    *,
    seed: int,
    draws: int = 500,
    confidence: float = 0.95,
) -> GiniInterval:
    """Interval of a Gini coefficient by resampling whole areas.

    :func:`jingan_analysis.measures.area_bootstrap.area_bootstrap` of the Gini coefficient, which see for
    the parameters, the errors and the source.
    """
    found = area_bootstrap(gini, value, weight, area, seed=seed, draws=draws, confidence=confidence)
    return GiniInterval(found.lower, found.upper)
