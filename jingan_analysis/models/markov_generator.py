"""A generator of constant intensities: transition probabilities, days in each state, and who ever comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

_TERMS = 16
"""Of the exponential series at norm 0.5: the remainder is below 1e-19."""


@dataclass(frozen=True)
class AbsorbingChain:
    """What constant intensities say about the whole way to absorption.

    Attributes
    ----------
    transient, absorbing
        Positions of the m states that are left for good in the end, and of the a states that nobody leaves.
    mean_stay
        Mean time of one stay in each transient state, shape (m,).
    time_in
        Mean time spent in each transient state (column) before absorption, of people who are in each (row), shape
        (m, m): the fundamental matrix. The unit is that of the intensities' denominator.
    absorbed_in
        Probability of ending in each absorbing state (column), shape (m, a); rows sum to 1.
    ever_reached
        Probability that people in the row's state are ever in the column's state later, shape (m, m). On the diagonal
        that is the probability of coming back after having left.
    mean_visits
        Mean number of stays in each state, the present one included, shape (m, m).
    """

    transient: NDArray[np.int64]
    absorbing: NDArray[np.int64]
    mean_stay: NDArray[np.float64]
    time_in: NDArray[np.float64]
    absorbed_in: NDArray[np.float64]
    ever_reached: NDArray[np.float64]
    mean_visits: NDArray[np.float64]


def checked_generator(generator: ArrayLike) -> NDArray[np.float64]:
    """A square matrix with intensities of 0 or more off the diagonal and rows that sum to 0.

    Raises
    ------
    InvalidParameter
        If it is none.
    """
    q = np.asarray(generator, dtype=np.float64)
    if q.ndim != 2 or q.shape[0] != q.shape[1] or len(q) < 2:
        raise InvalidParameter(f"generator has shape {q.shape}; give a square matrix of at least 2 states")
    outside = q[~np.eye(len(q), dtype=bool)]
    if not np.isfinite(q).all() or np.any(outside < 0):
        raise InvalidParameter("generator: intensities off the diagonal must be finite and 0 or more")
    if np.abs(q.sum(axis=1)).max() > 1e-9 * max(1.0, float(np.abs(q).max())):
        raise InvalidParameter("generator: rows must sum to 0; put minus the sum of its intensities on the diagonal")
    return q


def probabilities_of_generator(generator: ArrayLike, times: ArrayLike) -> NDArray[np.float64]:
    r"""Transition probabilities after given times, :math:`P(t) = e^{Qt}`.

    Parameters
    ----------
    generator
        Intensities per unit of time, shape (k, k); rows sum to 0.
    times
        In the same unit, 0 or more, shape (d,).

    Returns
    -------
    numpy.ndarray
        Shape (d, k, k).

    Raises
    ------
    InvalidParameter
        If the generator is none, or a time is negative, infinite or NaN.
    """
    q = checked_generator(generator)
    probability, _ = exponentials(q, np.zeros((0, *q.shape)), quantity("times", times))
    return probability


def exponentials(
    generator: NDArray[np.float64], directions: NDArray[np.float64], times: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    r"""Matrix exponentials for many times at once, and their derivatives in given directions.

    Scaling and squaring: the power series at time t / 2^s, whose coefficients all times share, and s squarings,

    .. math:: P(2t) = P(t)^2, \qquad \dot P(2t) = \dot P(t) P(t) + P(t) \dot P(t)

    Parameters
    ----------
    generator
        Q, shape (k, k).
    directions
        Derivatives of Q, shape (p, k, k).
    times
        Shape (d,).

    Returns
    -------
    tuple of numpy.ndarray
        exp(Qt), shape (d, k, k), and its derivatives, shape (d, p, k, k).

    Notes
    -----
    Moler, C. and Van Loan, C. (2003), Nineteen dubious ways to compute the exponential of a matrix, *SIAM Review*
    45(1), method 3.
    """
    k = len(generator)
    coefficient, slope = np.eye(k), np.zeros_like(directions)
    coefficients, slopes = [coefficient], [slope]
    for n in range(1, _TERMS):
        slope = (slope @ generator + coefficient @ directions) / n
        coefficient = coefficient @ generator / n
        coefficients.append(coefficient)
        slopes.append(slope)
    norm = float(np.abs(generator).sum(axis=1).max() * times.max(initial=0.0))
    squarings = max(0, int(np.ceil(np.log2(max(norm, 1e-300) / 0.5))))
    powers = (times / 2.0**squarings)[:, None] ** np.arange(_TERMS)
    probability = np.tensordot(powers, np.array(coefficients), axes=1)
    change = np.tensordot(powers, np.array(slopes), axes=1)
    for _ in range(squarings):
        wide = probability[:, None]
        change = change @ wide + wide @ change
        probability = probability @ probability
    return probability, change


def sojourn_of_generator(generator: ArrayLike, horizon: float) -> NDArray[np.float64]:
    r"""Mean time in each state (column) within a horizon, of people who are in each state (row) now.

    .. math::

        \int_0^\tau e^{Qt}\,dt = \text{upper right block of } \exp\left(\tau \begin{pmatrix} Q & I \\ 0 & 0
        \end{pmatrix}\right)

    Parameters
    ----------
    generator
        Intensities per unit of time, shape (k, k).
    horizon
        τ, in the same unit, above 0.

    Returns
    -------
    numpy.ndarray
        Shape (k, k); every row sums to the horizon.

    Raises
    ------
    InvalidParameter
        If the generator is none or the horizon is not above 0.

    Notes
    -----
    Van Loan, C. F. (1978), Computing integrals involving the matrix exponential, *IEEE Transactions on Automatic
    Control* 23(3).
    """
    q = checked_generator(generator)
    if not 0 < horizon < np.inf:
        raise InvalidParameter(f"horizon={horizon!r} must be above 0 and finite")
    k = len(q)
    block = np.zeros((2 * k, 2 * k))
    block[:k, :k], block[:k, k:] = q * horizon, np.eye(k) * horizon
    whole, _ = exponentials(block, np.zeros((0, 2 * k, 2 * k)), np.ones(1))
    return np.asarray(whole[0, :k, k:], dtype=np.float64)


def absorbing_chain(generator: ArrayLike) -> AbsorbingChain:
    r"""Mean times, ends and returns, from the fundamental matrix.

    .. math::

        N = (-Q_{TT})^{-1}, \qquad B = N Q_{TA}, \qquad
        f_{ij} = N_{ij} / N_{jj} \; (i \ne j), \qquad f_{jj} = 1 - \frac{1}{q_j N_{jj}}

    Where
        T, A   transient and absorbing states; q_j all intensities out of j together;
        N      mean times in each state; B where people end; f the probability of being there once more.

    Parameters
    ----------
    generator
        Intensities per unit of time, shape (k, k).

    Raises
    ------
    InvalidParameter
        If the generator is none, or some states never lead to an absorbing one, so that times in them have no mean.

    Notes
    -----
    Kemeny, J. G. and Snell, J. L. (1960), *Finite Markov Chains*, chapter III; Norris, J. R. (1997), *Markov Chains*,
    section 3.3.
    """
    q = checked_generator(generator)
    leaving = -np.diag(q)
    transient, absorbing = np.flatnonzero(leaving > 0), np.flatnonzero(leaving == 0)
    direct: NDArray[np.bool_] = np.asarray(q > 0)
    ways = reachable(direct)
    ends = np.asarray(ways[:, absorbing].any(axis=1), dtype=bool)
    if not ends[transient].all():
        stuck = ", ".join(str(i) for i in transient[~ends[transient]])
        raise InvalidParameter(
            f"generator: states {stuck} never lead to a state that nobody leaves, so time in them has no mean; use "
            "sojourn_of_generator with a horizon"
        )
    inside = q[np.ix_(transient, transient)]
    solved = np.asarray(np.linalg.solve(-inside, np.eye(len(transient))), dtype=np.float64)
    # Where no way leads, rounding leaves 1e-16 of either sign.
    time_in = np.where(ways[np.ix_(transient, transient)], np.maximum(solved, 0.0), 0.0)
    diagonal = np.diag(time_in)
    visits = time_in * leaving[transient]
    reached = time_in / diagonal
    np.fill_diagonal(reached, np.maximum(1.0 - 1.0 / np.diag(visits), 0.0))
    return AbsorbingChain(
        transient, absorbing, 1.0 / leaving[transient], time_in, time_in @ q[np.ix_(transient, absorbing)], reached,
        visits,
    )  # fmt: skip


def reachable(direct: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether there is a way from state (row) to state (column), itself included, shape (k, k)."""
    found = direct | np.eye(len(direct), dtype=bool)
    for via in range(len(direct)):
        found |= found[:, [via]] & found[via]
    return found
