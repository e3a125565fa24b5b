"""Log-rank test: whether groups wait equally long, with or without strata."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.durations import Spells, checked_spells, whole_codes
from jingan_analysis.models.holm import holm

Untestable = Literal["no_events", "one_group", "not_connected"]
"""Why groups cannot be compared: nobody had the event; only one group was at risk when events happened; groups share
no stratum, directly or through others."""


@dataclass(frozen=True)
class LogRank:
    """Log-rank test of equal hazards.

    Attributes
    ----------
    groups
        Codes in rising order, shape (g,).
    spells
        Spells of each group, shape (g,).
    observed, expected
        Events of each group, and those expected if all groups of a stratum had the same hazard, shape (g,). Both
        sum to the same.
    chi2, degrees_of_freedom, p_value
        The test; NaN, 0 and NaN where the groups cannot be compared.
    strata
        Number of strata, 1 for none.
    reason
        Why the groups cannot be compared; None where they can.
    """

    groups: NDArray[np.int64]
    spells: NDArray[np.int64]
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    chi2: float
    degrees_of_freedom: int
    p_value: float
    strata: int
    reason: Untestable | None


@dataclass(frozen=True)
class PairwiseLogRank:
    """Log-rank tests of every pair of groups.

    Attributes
    ----------
    first, second
        Group codes of each pair, shape (pairs,).
    chi2, p_value
        Each pair's own test, one degree of freedom, shape (pairs,); NaN where it cannot be made.
    adjusted
        Holm's p values over the pairs that can be tested, shape (pairs,).
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    chi2: NDArray[np.float64]
    p_value: NDArray[np.float64]
    adjusted: NDArray[np.float64]


def log_rank(
    durations: ArrayLike,
    observed: ArrayLike,
    groups: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    entry: ArrayLike | None = None,
) -> LogRank:
    r"""Log-rank (Mantel–Haenszel) test of k groups, stratified where strata are given.

    .. math::

        U_g = \sum_j \Bigl(d_{gj} - d_j \frac{n_{gj}}{n_j}\Bigr), \qquad
        V_{gh} = \sum_j \frac{d_j (n_j - d_j)}{n_j - 1} \frac{n_{gj}}{n_j}
                 \Bigl(\delta_{gh} - \frac{n_{hj}}{n_j}\Bigr), \qquad
        \chi^2 = U^\top V^- U

    Where
        d_gj, n_gj   events and spells at risk of group g on event day j; without g, of all groups.
        Sums run over the event days of every stratum. One group of those compared is left out of U and V.

    A group that was never at risk when an event happened does not count towards the degrees of freedom.

    Parameters
    ----------
    durations, observed, entry
        As for :func:`~jingan_analysis.models.survival.kaplan_meier`.
    groups
        Whole codes of at least two groups, shape (n,).
    strata
        Whole codes, shape (n,); groups are compared within strata only.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, or all spells are of one group.

    Notes
    -----
    Mantel, N. (1966), Evaluation of survival data and two new rank order statistics arising in its consideration,
    *Cancer Chemotherapy Reports* 50(3); Peto, R. and Peto, J. (1972), *Journal of the Royal Statistical Society A*
    135(2).
    """
    spells, stratum = _checked(durations, observed, groups, strata, entry)
    codes, position = np.unique(spells.group, return_inverse=True)
    counts = np.bincount(position, minlength=len(codes))
    seen = np.bincount(position[spells.cause == 1], minlength=len(codes))
    expected, variance = np.zeros(len(codes)), np.zeros((len(codes), len(codes)))
    numbers = np.unique(stratum)
    for number in numbers:
        kept = stratum == number
        part = Spells(spells.duration[kept], spells.cause[kept], spells.entry[kept], position[kept])
        more, spread = _stratum(part, len(codes))
        expected += more
        variance += spread
    chi2, freedom, reason = _statistic(seen - expected, variance, expected)
    from scipy.stats import chi2 as distribution

    p_value = float(distribution.sf(chi2, freedom)) if reason is None else float("nan")
    return LogRank(codes, counts, seen, expected, chi2, freedom, p_value, len(numbers), reason)


def _checked(
    durations: ArrayLike, observed: ArrayLike, groups: ArrayLike, strata: ArrayLike | None, entry: ArrayLike | None
) -> tuple[Spells, NDArray[np.int64]]:
    spells = checked_spells(durations, observed, groups=groups, entry=entry)
    faults: list[str] = []
    stratum = whole_codes(
        faults, "strata", np.zeros(len(spells)) if strata is None else strata, len(spells), least=None
    )
    if np.any(spells.cause > 1):
        faults.append("observed holds codes above 1; to test one of several causes, count the others as censored")
    if len(np.unique(spells.group)) < 2:
        faults.append("groups holds one code only; give at least two groups to compare")
    if faults:
        raise InvalidParameter("; ".join(faults))
    return spells, stratum


def _stratum(spells: Spells, groups: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected events of each group, and the covariance matrix, of one stratum."""
    days, events = np.unique(spells.duration[spells.cause == 1], return_counts=True)
    at_risk = np.zeros((groups, len(days)))
    for group in range(groups):
        own = spells.of_group(group)
        watched = np.searchsorted(np.sort(own.entry), days, side="left")
        at_risk[group] = watched - np.searchsorted(np.sort(own.duration), days, side="left")
    total = at_risk.sum(axis=0)
    share = at_risk / np.maximum(total, 1)
    weight = events * (total - events) / np.maximum(total - 1, 1)
    return share @ events, np.diag(share @ weight) - (share * weight) @ share.T


def _statistic(
    score: NDArray[np.float64], variance: NDArray[np.float64], expected: NDArray[np.float64]
) -> tuple[float, int, Untestable | None]:
    compared = np.flatnonzero(np.diag(variance) > 1e-12 * max(expected.sum(), 1.0))
    if expected.sum() == 0:
        return float("nan"), 0, "no_events"
    if len(compared) < 2:
        return float("nan"), 0, "one_group"
    kept = compared[:-1]
    matrix, shift = variance[np.ix_(kept, kept)], score[kept]
    scale = 1.0 / np.sqrt(np.diag(matrix))
    if np.linalg.matrix_rank(matrix * np.outer(scale, scale), tol=1e-10) < len(kept):
        return float("nan"), 0, "not_connected"
    return float(shift @ np.linalg.solve(matrix, shift)), len(kept), None


def pairwise_log_rank(
    durations: ArrayLike,
    observed: ArrayLike,
    groups: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    entry: ArrayLike | None = None,
) -> PairwiseLogRank:
    """Log-rank test of every pair of groups, with Holm's adjustment for their number.

    Parameters and errors are those of :func:`log_rank`.
    """
    spells, stratum = _checked(durations, observed, groups, strata, entry)
    days, cause, code = spells.duration, spells.cause, spells.group
    start = np.maximum(spells.entry, 0.0)
    pairs = list(combinations(np.unique(code), 2))
    tests = []
    for pair in pairs:
        kept = np.isin(code, pair)
        tests.append(log_rank(days[kept], cause[kept], code[kept], strata=stratum[kept], entry=start[kept]))
    chi2, p_value = np.array([t.chi2 for t in tests]), np.array([t.p_value for t in tests])
    return PairwiseLogRank(
        np.array([a for a, _ in pairs]), np.array([b for _, b in pairs]), chi2, p_value, holm(p_value)
    )
