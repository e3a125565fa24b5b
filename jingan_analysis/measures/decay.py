"""How willingness to walk falls with distance."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter, did_you_mean

Decay = Literal["gaussian", "linear", "uniform", "epanechnikov", "exponential", "zones"]
_ZONE_WEIGHTS: Final = (1.0, 0.68, 0.22)
_LOOKUPS: Final = 4
"""Parts of a long table of pairs that are looked up at the same time."""

DECAYS: Final[tuple[Decay, ...]] = get_args(Decay)


def decay_weights(distance_mm: NDArray[np.int64], limit_mm: int, decay: Decay) -> NDArray[np.float64]:
    r"""Weight of a walk, from 1 at the door to 0 beyond the limit.

    .. math::

        f_{gaussian}(d) = \frac{e^{-\frac12 (d/d_0)^2} - e^{-\frac12}}{1 - e^{-\frac12}}, \qquad
        f_{linear}(d) = 1 - \frac{d}{d_0}, \qquad f_{uniform}(d) = 1 \qquad (d \le d_0)

    .. math::

        f_{epanechnikov}(d) = 1 - (d/d_0)^2, \qquad f_{exponential}(d) = e^{-2 d / d_0}, \qquad
        f_{zones}(d) = 1,\ 0.68,\ 0.22 \text{ in the first, second and last third}

    Where
        d     walking distance;
        d_0   the limit, inclusive; f(d) = 0 for d > d_0. A third ends at its limit, inclusive.

    The Epanechnikov kernel stands without its factor 3/4: at the door every weight is 1.
    The Gaussian, the linear and the Epanechnikov weight are 0 at the limit itself, the others are not.

    Raises
    ------
    InvalidParameter
        If the limit is not positive or the decay has another name.

    Notes
    -----
    Zones: Luo, W. and Qi, Y. (2009), *Health & Place* 15(4), weights of the slow decay. Epanechnikov: Dai, D. and Wang,
    F. (2011), *Environment and Planning B* 38(4). Gaussian: Dai, D. (2010), Black residential
    segregation, disparities in spatial access to health care
    facilities, and late-stage breast cancer diagnosis in metropolitan Detroit, *Health & Place* 16(5).
    """
    if limit_mm <= 0:
        raise InvalidParameter(f"limit_mm={limit_mm} must be above 0 millimetres")
    if decay not in DECAYS:
        raise InvalidParameter(f"decay={decay!r} is not a known decay.{did_you_mean(str(decay), DECAYS)}")
    if len(distance_mm) <= limit_mm + 1:
        return _weights(distance_mm, limit_mm, decay)
    # Distances are whole millimetres: with more pairs than millimetres each weight is computed once and looked up.
    by_millimetre = _weights(np.arange(limit_mm + 2), limit_mm, decay)
    found = np.empty(len(distance_mm))
    bounds = np.linspace(0, len(distance_mm), _LOOKUPS + 1).astype(int)
    parts = [slice(first, last) for first, last in pairwise(bounds)]
    with ThreadPoolExecutor(_LOOKUPS) as threads:
        list(threads.map(lambda part: np.take(by_millimetre, distance_mm[part], out=found[part], mode="clip"), parts))
    return found


def _weights(distance_mm: NDArray[np.int64], limit_mm: int, decay: Decay) -> NDArray[np.float64]:
    relative = distance_mm / float(limit_mm)
    if decay == "gaussian":
        at_limit = math.exp(-0.5)
        # The scalar and the array exponential may differ in the last bit: never below 0.
        weights = np.maximum((np.exp(-0.5 * relative**2) - at_limit) / (1.0 - at_limit), 0.0)
        weights[distance_mm == limit_mm] = 0.0
    elif decay == "linear":
        weights = 1.0 - relative
    elif decay == "epanechnikov":
        weights = 1.0 - relative**2
    elif decay == "exponential":
        weights = np.exp(-2.0 * relative)
    elif decay == "zones":
        # Thirds are compared in whole millimetres, so that a walk at the border of a zone is always in the nearer one.
        zone = (3 * distance_mm > limit_mm).astype(np.int64) + (3 * distance_mm > 2 * limit_mm)
        weights = np.array(_ZONE_WEIGHTS)[zone]
    else:
        weights = np.ones(len(relative))
    return np.where(distance_mm <= limit_mm, weights, 0.0)
