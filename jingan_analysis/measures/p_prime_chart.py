"""p′ charts: whether a share changed from week to week, when there are many in each."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.control_chart import ADVISED_POINTS, Better, ControlChart, charted, mean_moving_range

_D2 = 1.128
"""Mean range of two standard normal values."""


def p_prime_chart(events: ArrayLike, trials: ArrayLike, *, better: Better = "neither") -> ControlChart:
    r"""Draw up Laney's p′ chart with the rules of the XmR chart.

    .. math::

        z_i = \frac{p_i - \bar p}{s_i}, \qquad s_i = \sqrt{\bar p (1 - \bar p) / n_i}, \qquad
        \text{limits}_i = \bar p \pm 3\, s_i\, \overline{mR}(z) / 1.128

    Where
        p_i   share of week i among n_i; p̄ of all weeks together;
        mR    moving range of z; its mean over 1.128 says how much more the shares vary than tosses of a coin would.

    Limits of a p chart (without that factor) would be a hair's breadth around the mean with some thousands a week, and
    every week would be special; those of an XmR chart would be the same for a week with few and one with many. Where
    shares vary as tosses of a coin do, this is the p chart. Moving ranges above 3.267 times their mean are left out
    once.

    Parameters
    ----------
    events, trials
        Whole numbers of each point in order of time, shape (n,); a point without trials has no value.
    better
        Direction of improvement.

    Raises
    ------
    InvalidParameter
        If numbers are negative or events exceed trials, fewer than two points have trials, or all shares are 0 or 1.

    Notes
    -----
    Laney, D. B. (2002), Improved control charts for attributes, *Quality Engineering* 14(4).
    """
    happened, tried = (np.asarray(part, dtype=np.float64) for part in (events, trials))
    if happened.ndim != 1 or happened.shape != tried.shape or not np.isfinite(happened + tried).all():
        raise InvalidParameter("events and trials must be two rows of finite numbers of the same length")
    if (happened < 0).any() or (happened > tried).any():
        raise InvalidParameter("events must lie between 0 and trials at every point")
    known = tried > 0
    mean = happened.sum() / tried.sum() if known.any() else 0.0
    if known.sum() < 2 or not 0 < mean < 1:
        raise InvalidParameter(
            "a p′ chart needs at least two points with trials and a share between 0 and 1, not "
            f"{int(known.sum())} and {mean:g}"
        )
    share = np.full(len(tried), np.nan)
    np.divide(happened, tried, out=share, where=known)
    error = np.sqrt(mean * (1 - mean) / np.maximum(tried, 1.0))
    spread = mean_moving_range(((share - mean) / error)[known])
    half = 3 * error * spread / _D2
    centre = np.full(len(tried), mean)
    return charted(
        share, centre, (centre - half, centre + half), spread * error, [slice(0, len(tried))], better,
        few=int(known.sum()) < ADVISED_POINTS,
    )  # fmt: skip
