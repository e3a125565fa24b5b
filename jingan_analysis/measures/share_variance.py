"""How exactly each share of a panel is known: by its number of cases, and by what shares vary beyond that."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter


def share_variance(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    r"""Variance of each share of a panel of units and periods.

    .. math::

        v_{it} = \sigma^2 + \frac{\tilde p (1 - \tilde p)}{n_{it}}, \qquad \tilde p = \frac{x + 1}{n + 2}, \qquad
        \sigma^2 = \max\left(0,\; \frac{\sum_{i,t} r_{it}^2}{(N - 1)(T - 1)}
        - \frac{1}{NT} \sum_{i,t} \frac{\tilde p (1 - \tilde p)}{n_{it}}\right)

    Where
        n_it   cases of unit i of N in period t of T; x of all n cases have the property, so that p̃ is never 0 or 1;
        r_it   share less the mean of its unit, less the mean of its period, plus the mean of all;
        σ²     spread beyond that of independent cases, by moments: r² adds up to (N - 1)(T - 1) mean variances.

    Real effects in a few units are in σ² as well: they make the variances more alike, never less.

    Parameters
    ----------
    part, whole
        Cases with the property and all cases, shape (n_units, n_periods), with 0 <= part <= whole and whole above 0.

    Returns
    -------
    NDArray
        Variance of each share, above 0, shape (n_units, n_periods).

    Raises
    ------
    InvalidParameter
        If the shapes differ, there are fewer than two units or periods, or a count is not as described.

    Notes
    -----
    Ferman, B. and Pinto, C. (2019), Inference in differences-in-differences with few treated groups and
    heteroskedasticity, *Review of Economics and Statistics* 101(3), for variances that fall with a unit's size down to
    a floor; DerSimonian, R. and Laird, N. (1986), *Controlled Clinical Trials* 7(3), for the moments.
    """
    counted, cases = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    if counted.shape != cases.shape or cases.ndim != 2 or min(cases.shape) < 2:
        raise InvalidParameter(
            f"part has shape {counted.shape} and whole {cases.shape}; give both for at least two units and two periods"
        )
    faulty = ~((cases > 0) & (counted >= 0) & (counted <= cases) & np.isfinite(cases))
    if faulty.any():
        unit, period = np.argwhere(faulty)[0]
        raise InvalidParameter(
            f"part and whole: {int(faulty.sum())} of {cases.size} cells are no share, the first of unit {unit} in "
            f"period {period}; a cell needs at least one case, and no more with the property than there are"
        )
    overall = (counted.sum() + 1.0) / (cases.sum() + 2.0)
    chance = overall * (1.0 - overall) / cases
    share = counted / cases
    rest = share - share.mean(axis=1, keepdims=True) - share.mean(axis=0) + share.mean()
    units, periods = cases.shape
    spread = float((rest**2).sum()) / ((units - 1) * (periods - 1)) - float(chance.mean())
    return np.asarray(max(spread, 0.0) + chance, dtype=np.float64)
