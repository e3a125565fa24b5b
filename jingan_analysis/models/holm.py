"""Holm's adjustment: several tests at once, and the chance that any of them errs held at the level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Holm's adjusted p values.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min\{(m - j + 1)\, p_{(j)},\, 1\}

    Where
        p_(j)   the j-th smallest of the m p values that are known.

    statsmodels has the same, but collects garbage on every call, which takes longer than a whole Cox regression.

    Parameters
    ----------
    p_values
        From 0 to 1, NaN for a test that could not be made, shape (n,).

    Returns
    -------
    numpy.ndarray
        Adjusted p values, shape (n,); NaN stays NaN and does not count as a test.

    Notes
    -----
    Holm, S. (1979), A simple sequentially rejective multiple test procedure, *Scandinavian Journal of Statistics* 6(2).
    """
    adjusted = np.full(len(p_values), np.nan)
    order = np.argsort(p_values, kind="stable")[: np.count_nonzero(~np.isnan(p_values))]
    steps = np.minimum(p_values[order] * np.arange(len(order), 0, -1), 1.0)
    adjusted[order] = np.maximum.accumulate(steps) if len(order) else steps
    return adjusted
