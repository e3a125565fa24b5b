"""How far intervals must reach so that all of several estimates are covered at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level

DRAWS = 20_000
"""With so many draws the critical value of a 95 % interval is known to about one in two hundred."""


def simultaneous_critical_value(
    covariance: ArrayLike, *, confidence: float = 0.95, draws: int = DRAWS, seed: int = 0
) -> float:
    r"""Multiple of the standard errors that covers all estimates at once.

    .. math::

        c = q_{1 - \alpha}\left(\max_k \frac{|Z_k|}{\sqrt{\Sigma_{kk}}}\right), \qquad Z \sim N(0, \Sigma)

    Where
        Σ   covariance of the estimates, which may be singular, as where they add up to zero;
        q   quantile, here over draws.

    It lies between the normal quantile, where all estimates move together, and that of Bonferroni, where each goes its
    own way.

    Parameters
    ----------
    covariance
        Shape (k, k); estimates without variance are known and do not count.
    confidence
        Probability that all are covered.
    draws, seed
        Draws from the normal distribution, and their seed.

    Raises
    ------
    InvalidParameter
        If the covariance is not square and finite, or no estimate has a variance.

    Notes
    -----
    Montiel Olea, J. L. and Plagborg-Møller, M. (2019), Simultaneous confidence bands: theory, implementation, and an
    application to SVARs, *Journal of Applied Econometrics* 34(1), the sup-t band.
    """
    level = confidence_level(confidence)
    return float(np.quantile(_largest(np.asarray(covariance, dtype=np.float64), draws, seed)[2], level))


def _largest(
    matrix: NDArray[np.float64], draws: int, seed: int
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Which estimates have a variance, their errors, and the largest of all over its error in each draw."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(matrix).all():
        raise InvalidParameter(
            f"covariance has shape {matrix.shape}; give finite numbers, one row and column an estimate"
        )
    variance = np.diag(matrix)
    uncertain = variance > 1e-12 * max(float(variance.max(initial=0.0)), 1e-300)
    if not uncertain.any():
        raise InvalidParameter("covariance: no estimate has a variance, so that there is nothing to cover")
    error = np.sqrt(variance[uncertain])
    values, vectors = np.linalg.eigh(matrix[np.ix_(uncertain, uncertain)] / np.outer(error, error))
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    drawn = np.random.default_rng(seed).standard_normal((draws, len(error)))
    return uncertain, error, np.abs(drawn @ root.T).max(axis=1)


def simultaneous_p_value(estimates: ArrayLike, covariance: ArrayLike, *, draws: int = DRAWS, seed: int = 0) -> float:
    """Test that all estimates are zero, by the largest of them over its standard error.

    It asks how often the largest of as many normal ones with this covariance is as far from zero. With many estimates
    from few units it keeps its level better than a Wald test, which has to turn their whole covariance round.

    Parameters
    ----------
    estimates, covariance
        Shapes (k,) and (k, k).
    draws, seed
        Draws from the normal distribution, and their seed.

    Returns
    -------
    float
        From one over one more than the draws to 1.

    Raises
    ------
    InvalidParameter
        As :func:`simultaneous_critical_value`, or if there is not one estimate a row.
    """
    found = np.asarray(estimates, dtype=np.float64)
    uncertain, error, largest = _largest(np.asarray(covariance, dtype=np.float64), draws, seed)
    if found.shape != uncertain.shape:
        raise InvalidParameter(
            f"estimates has shape {found.shape}; give one for each row of the covariance, {uncertain.shape}"
        )
    observed = float((np.abs(found[uncertain]) / error).max())
    return float((1 + (largest >= observed).sum()) / (draws + 1))
