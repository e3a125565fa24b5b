"""How many people nobody has found: two lists that overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level, quantity

_LEAST_OVERLAP = 7
"""Below this many on both lists the estimator is biased downwards by more than it varies (Seber 1982)."""


@dataclass(frozen=True)
class HiddenPopulation:
    """An estimate of everybody, found or not.

    Attributes
    ----------
    found
        People on either list.
    total, lower, upper
        Estimate of all people and its interval; never below ``found``.
    hidden
        Estimate of those on neither list.
    small_overlap
        Strata with fewer than seven people on both lists, whose estimates are too low.
    confidence
        Confidence level of the interval.
    """

    found: int
    total: float
    lower: float
    upper: float
    hidden: float
    small_overlap: int
    confidence: float


def chapman(
    both: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, *, confidence: float = 0.95
) -> HiddenPopulation:
    """Estimate a population from two lists by Chapman's estimator, summed over strata.

    Where, in each stratum,
        n1, n2 people stand on the lists and m on both;
        N = (n1 + 1)(n2 + 1) / (m + 1) - 1;
        var N = (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2))   (Seber 1970).
        The interval takes log of the hidden f0 = N - found as normal: found + f0 / C to found + f0 C with
        C = exp(z sqrt(log(1 + var / f0^2)))   (Chao 1987).

    It holds if the population is closed, the same person is recognised on both lists, each list finds everybody of a
    stratum with the same chance, and being on one list says nothing about the other. Chances that differ between
    people, and lists that find the same people, make the estimate too low; lists that share out the work make it too
    high. Strata take away the differences between them, not those within.

    Parameters
    ----------
    both, only_first, only_second
        Counts of people, one a stratum.

    Raises
    ------
    InvalidParameter
        If counts are not whole and at least 0, lengths differ, or nobody is on both lists: the chance to be found
        cannot be told then.

    Source: Chapman (1951); Seber (1970, 1982); Chao (1987).
    """
    m, b, c = _counts(both, only_first, only_second)
    level = confidence_level(confidence)
    if m.sum() == 0:
        raise InvalidParameter("both: nobody is on both lists, so the chance to be found cannot be told from them")
    n1, n2 = m + b, m + c
    totals = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = float(((n1 + 1) * (n2 + 1) * b * c / ((m + 1) ** 2 * (m + 2))).sum())
    found = int((m + b + c).sum())
    hidden = float(totals.sum()) - found
    factor = 1.0
    if hidden > 0:
        factor = float(np.exp(norm.ppf((1 + level) / 2) * np.sqrt(np.log(1 + variance / hidden**2))))
    return HiddenPopulation(
        found=found,
        total=found + hidden,
        lower=found + hidden / factor,
        upper=found + hidden * factor,
        hidden=hidden,
        small_overlap=int((m < _LEAST_OVERLAP).sum()),
        confidence=level,
    )


def under_dependence(both: ArrayLike, only_first: ArrayLike, only_second: ArrayLike, *, odds_ratio: float) -> float:
    """Estimate the hidden if the lists depend on each other with a given odds ratio.

    Where
        f0 = odds ratio x b c / m, summed over strata, with b and c people on one list alone and m on both; 1 is
        independence, above 1 those on one list are more often on the other, too.

    Two lists cannot tell the odds ratio: what another one would mean is all that can be said.

    Raises
    ------
    InvalidParameter
        As :func:`chapman`; if the odds ratio is not positive; if a stratum has nobody on both lists.

    Source: Gerritse, van der Heijden & Bakker (2015), Sensitivity of population size estimation.
    """
    m, b, c = _counts(both, only_first, only_second)
    if not 0 < odds_ratio < np.inf:
        raise InvalidParameter(f"odds_ratio={odds_ratio!r} must be positive")
    if (m == 0).any():
        raise InvalidParameter(f"both: nobody is on both lists in {int((m == 0).sum())} strata; merge them with others")
    return float((odds_ratio * b * c / m).sum())


def _counts(*counts: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    names = ("both", "only_first", "only_second")
    length = len(np.atleast_1d(np.asarray(counts[0])))
    found = tuple(
        quantity(name, np.atleast_1d(np.asarray(count)), length=length)
        for name, count in zip(names, counts, strict=True)
    )
    if any((values != np.floor(values)).any() for values in found):
        raise InvalidParameter("both, only_first, only_second must be whole numbers of people")
    return found
