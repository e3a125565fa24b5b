"""Atkinson's index: the share of the total that could be given up if the rest were spread evenly."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.weighted_points import amounts


def atkinson(value: ArrayLike, weight: ArrayLike, *, epsilon: float) -> float:
    r"""Population-weighted Atkinson index.

    .. math::

        A_\varepsilon = 1 - \frac{1}{\mu} \Bigl( \sum_i \frac{w_i}{W} y_i^{1 - \varepsilon}
            \Bigr)^{1 / (1 - \varepsilon)}, \qquad A_1 = 1 - \frac{1}{\mu} \prod_i y_i^{w_i / W}

    Where
        y_i   what one person has at point i; w_i persons there; W all persons;
        μ     mean over persons;
        ε     aversion to inequality: the larger, the more those with the least count.

    A single person with nothing makes the index 1 when ε is 1 or more. That is the answer, not a fault;
    choose ε below 1 where some people have nothing and their number should count.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    epsilon
        Aversion to inequality, above 0.

    Returns
    -------
    float
        0 for equal shares, at most 1; NaN where nobody lives or nobody has anything.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the shapes differ, or epsilon is not above 0.

    Notes
    -----
    Atkinson, A. B. (1970), On the measurement of inequality, *Journal of Economic Theory* 2(3).
    """
    amount, persons = amounts(value, weight)
    return float(atkinson_of_draws(amount, persons[None, :], epsilon=epsilon)[0])


def atkinson_of_draws(
    value: NDArray[np.float64], weight: NDArray[np.float64], *, epsilon: float
) -> NDArray[np.float64]:
    """Atkinson's index of many weightings of the same points: (n,) and (draws, n) give (draws,)."""
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise InvalidParameter(f"epsilon={epsilon!r} must be a number above 0, such as 0.5")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = weight / weight.sum(axis=1, keepdims=True)
        logarithm = np.where(share > 0, np.log(value), 0.0)
        log_equivalent = (
            np.sum(share * logarithm, axis=1) if epsilon == 1 else _log_power_mean(share, logarithm, epsilon)
        )
        index = 1.0 - np.exp(log_equivalent - np.log(np.sum(share * value, axis=1)))
    anything = (weight @ value) > 0
    return np.where(anything, np.clip(np.nan_to_num(index, nan=1.0), 0.0, 1.0), np.nan)


def _log_power_mean(share: NDArray[np.float64], logarithm: NDArray[np.float64], epsilon: float) -> NDArray[np.float64]:
    # The largest term is taken out first, so that a large aversion does not overflow.
    power = 1.0 - epsilon
    terms = np.where(share > 0, power * logarithm, -np.inf)
    largest = terms.max(axis=1, initial=-np.inf)
    log_sum = largest + np.log(np.sum(share * np.exp(terms - largest[:, None]), axis=1))
    # With an aversion above 1 a zero is an infinite term: the equally distributed equivalent is then 0.
    return np.where(np.isposinf(largest), -np.inf, log_sum / power)
