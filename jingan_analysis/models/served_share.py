"""How many places a day needs so that a share of those who want it gets it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.censored_demand import count_law

_MOST_PLACES = 100_000


def served_share(places: int, mean: float, alpha: float) -> float:
    r"""Expected share of those who want the day that get it.

    .. math:: s(c) = \frac{E \min(D, c)}{E D} = \frac{1}{\mu} \sum_{k=0}^{c-1} P(D > k)

    Where
        c   places; D demand of the day, negative binomial with mean μ and variance μ + α μ².

    Raises
    ------
    InvalidParameter
        If there are no such places, mean or alpha.
    """
    _check(mean, alpha)
    if not 0 <= places <= _MOST_PLACES:
        raise InvalidParameter(f"places={places!r} must be from 0 to {_MOST_PLACES}")
    return float(_tails(places, mean, alpha).sum() / mean)


def places_for_share(mean: float, alpha: float, share: float) -> int:
    """The fewest places with which at least this share of those who want the day is expected to get it.

    Raises
    ------
    InvalidParameter
        If the share is not above 0 and below 1, or the mean or alpha is impossible.
    """
    _check(mean, alpha)
    if not 0.0 < share < 1.0:
        raise InvalidParameter(f"share={share!r} must be above 0 and below 1; no number of places is enough for all")
    most = int(np.ceil(mean)) + 1
    while _tails(most, mean, alpha).sum() < share * mean:
        most *= 2
        if most > _MOST_PLACES:
            raise InvalidParameter(f"mean={mean!r} with share={share!r} would need more than {_MOST_PLACES} places")
    served = np.cumsum(_tails(most, mean, alpha))
    return int(np.argmax(served >= share * mean - 1e-12)) + 1


def _tails(places: int, mean: float, alpha: float) -> NDArray[np.float64]:
    """Probability of a demand above 0, 1 ... places - 1, shape (places,)."""
    return np.asarray(count_law(mean, alpha).sf(np.arange(places)), dtype=np.float64)


def _check(mean: float, alpha: float) -> None:
    if not (np.isfinite(mean) and mean > 0):
        raise InvalidParameter(f"mean={mean!r} must be finite and above 0")
    if not (np.isfinite(alpha) and alpha >= 0):
        raise InvalidParameter(f"alpha={alpha!r} must be 0 or more")
