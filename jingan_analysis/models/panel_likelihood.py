"""Likelihood of states that were seen at visits only, when moves between visits go unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.durations import whole_codes
from jingan_analysis.models.markov_generator import checked_generator, exponentials, reachable


@dataclass(frozen=True)
class PanelPairs:
    """Pairs of visits that follow each other, alike ones counted once.

    Attributes
    ----------
    first, second
        State at the earlier and the later visit, shape (m,).
    gap
        Position of the time between them in ``gaps``, shape (m,).
    number
        How many such pairs there are, shape (m,).
    gaps
        Distinct times between visits, rising, shape (g,).
    counts
        Pairs by earlier (row) and later state (column), shape (k, k).
    exact
        States that are entered at a known time, shape (k,).
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    gap: NDArray[np.int64]
    number: NDArray[np.int64]
    gaps: NDArray[np.float64]
    counts: NDArray[np.int64]
    exact: NDArray[np.bool_]


def panel_pairs(
    subjects: ArrayLike, times: ArrayLike, seen: ArrayLike, allowed: NDArray[np.bool_], exact: Sequence[int]
) -> PanelPairs:
    """Pairs of visits that can come from the allowed moves.

    Parameters
    ----------
    subjects
        Whole code of the person, shape (n,).
    times
        When the state was seen, finite, shape (n,); all different within a person, in any order.
    seen
        State that was seen, 0 to k - 1, shape (n,).
    allowed
        Whether a direct move from state (row) to state (column) can happen, shape (k, k).
    exact
        States whose time is the time of entering, such as a date of death; nobody leaves them.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, nobody was seen twice, or somebody was seen where no allowed way leads. All
        faults are told at once.
    """
    k = len(allowed)
    faults: list[str] = []
    n = np.size(np.asarray(subjects))
    person = whole_codes(faults, "subjects", subjects, n, least=None)
    state = whole_codes(faults, "seen", seen, n, least=0)
    when = np.asarray(times, dtype=np.float64)
    if when.shape != (n,) or not np.isfinite(when).all():
        faults.append(f"times must be finite, one each, shape ({n},)")
    if np.any(state >= k):
        faults.append(f"seen holds states above {k - 1}; allowed has {k}")
    known = np.zeros(k, dtype=bool)
    for code in exact:
        if not 0 <= code < k or allowed[code].any():
            faults.append(f"exact={tuple(exact)!r}: state {code} must be one of 0 to {k - 1} that no move leaves")
        else:
            known[code] = True
    if faults:
        raise InvalidParameter("; ".join(faults))
    order = np.lexsort((when, person))
    person, when, state = person[order], when[order], state[order]
    follows = np.flatnonzero(person[1:] == person[:-1])
    if len(follows) == 0:
        raise InvalidParameter("subjects: nobody was seen twice, so nothing is known about moves")
    return _counted(state[follows], state[follows + 1], when[follows + 1] - when[follows], allowed, known)


def _counted(
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    elapsed: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    exact: NDArray[np.bool_],
) -> PanelPairs:
    faults = []
    if np.any(elapsed <= 0):
        faults.append(f"times: {int(np.sum(elapsed <= 0))} visits of one person are at the same time; keep one of each")
    impossible = ~reachable(allowed)[first, second]
    if impossible.any():
        at = int(np.argmax(impossible))
        faults.append(
            f"seen: {int(impossible.sum())} pairs of visits that no allowed moves can give, such as from state "
            f"{first[at]} to state {second[at]}; allow a way, or look for faults in the data"
        )
    if faults:
        raise InvalidParameter("; ".join(faults))
    # Times that were made by a division differ in their last digits: 12 digits make them one.
    scale = 10.0 ** (12 - np.ceil(np.log10(elapsed.max())))
    _, chosen, gap = np.unique(np.round(elapsed * scale), return_index=True, return_inverse=True)
    k = len(allowed)
    cell, number = np.unique((gap * k + first) * k + second, return_counts=True)
    counts = np.bincount(first * k + second, minlength=k * k).reshape(k, k)
    return PanelPairs(cell // k % k, cell % k, cell // (k * k), number, elapsed[chosen], counts, exact)


def log_likelihood_and_score(
    pairs: PanelPairs, log_intensities: NDArray[np.float64], allowed: NDArray[np.bool_]
) -> tuple[float, NDArray[np.float64]]:
    r"""Log-likelihood and its derivatives by the logarithms of the allowed intensities.

    .. math::

        \ell = \sum \log p_{ab}(w) + \sum_{\text{exact}} \log \sum_{r \ne b} p_{ar}(w) \, q_{rb}

    Where
        a, b, w   states of two visits of a person and the time between them; p(w) is exp(Qw).

    Parameters
    ----------
    pairs
        From :func:`panel_pairs`.
    log_intensities
        In row order of the allowed moves, shape (p,).
    allowed
        Shape (k, k).

    Returns
    -------
    tuple of float and numpy.ndarray
        The log-likelihood, and its gradient, shape (p,). Minus infinity and zeros where the likelihood is 0.
    """
    rows, columns = np.nonzero(allowed)
    intensities = np.exp(log_intensities)
    generator = np.zeros(allowed.shape)
    generator[rows, columns] = intensities
    np.fill_diagonal(generator, -generator.sum(axis=1))
    directions = np.zeros((len(rows), *allowed.shape))
    directions[np.arange(len(rows)), rows, columns] = intensities
    directions[np.arange(len(rows)), rows, rows] = -intensities
    probability, change = exponentials(generator, directions, pairs.gaps)
    inflow, inflow_change = np.eye(len(allowed)), np.zeros_like(directions)
    # Of a state entered at a known time, the density takes the place of the probability.
    inflow[:, pairs.exact] = generator[:, pairs.exact]
    inflow_change[:, :, pairs.exact] = directions[:, :, pairs.exact]
    stays = pairs.exact[pairs.first]
    value = np.where(stays, 1.0, (probability @ inflow)[pairs.gap, pairs.first, pairs.second])
    if np.any(value <= 0) or not np.isfinite(value).all():
        return -np.inf, np.zeros(len(rows))
    slope = change @ inflow + probability[:, None] @ inflow_change
    slope_of = np.where(stays[:, None], 0.0, slope[pairs.gap, :, pairs.first, pairs.second])
    return float(pairs.number @ np.log(value)), (pairs.number / value) @ slope_of


def panel_log_likelihood(
    subjects: ArrayLike, times: ArrayLike, seen: ArrayLike, generator: ArrayLike, *, exact: Sequence[int] = ()
) -> float:
    """Log-likelihood of given intensities.

    Parameters
    ----------
    subjects, times, seen, exact
        As for :func:`panel_pairs`.
    generator
        Intensities per unit of ``times``, shape (k, k); rows sum to 0.

    Raises
    ------
    InvalidParameter
        As for :func:`panel_pairs`, or if the generator is none.
    """
    q = checked_generator(generator)
    allowed = (q > 0) & ~np.eye(len(q), dtype=bool)
    pairs = panel_pairs(subjects, times, seen, allowed, exact)
    return log_likelihood_and_score(pairs, np.log(q[allowed]), allowed)[0]
