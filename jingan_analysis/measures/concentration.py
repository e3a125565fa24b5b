"""Concentration index: whether access goes to those who stand low or high in another ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.weighted_points import amounts


@dataclass(frozen=True)
class ConcentrationIndex:
    """Concentration index of a value along a ranking, and its corrected forms.

    All forms are above 0 where people who rank high have more, below 0 where people who rank low have
    more. Ranked by deprivation, a negative index says that the deprived have less.

    Attributes
    ----------
    standard
        From -1 to 1; NaN where nobody lives or nobody has anything.
    generalised
        Standard index times the mean, in the unit of the value.
    erreygers, wagstaff
        Corrected for a value with bounds, from -1 to 1; NaN without bounds. Wagstaff's is also NaN
        where everybody stands at the same bound.
    mean
        Mean of the value over persons.
    bounds
        Smallest and largest possible value; None where the value has none.
    persons
        All persons.
    """

    standard: float
    generalised: float
    erreygers: float
    wagstaff: float
    mean: float
    bounds: tuple[float, float] | None
    persons: float

    def __float__(self) -> float:
        return self.standard

    def to_frame(self) -> pd.DataFrame:
        """One row a form: ``form`` and ``index``; the generalised one is in the unit of the value."""
        forms = ("standard", "generalised", "erreygers", "wagstaff")
        return pd.DataFrame({"form": list(forms), "index": [getattr(self, form) for form in forms]})

    def _repr_html_(self) -> str:
        """How JupyterLab shows the four forms."""
        from jingan_analysis.showing import Fact, shown

        bounds = "none, so no corrected form" if self.bounds is None else f"{self.bounds[0]:g} to {self.bounds[1]:g}"
        facts = [
            Fact("Mean of the value over persons", self.mean),
            Fact("Persons", self.persons),
            Fact("Bounds of the value", bounds),
        ]
        notes = ["Above 0: people who rank high have more. Below 0: people who rank low have more."]
        forms = shown("Concentration index", frame=self.to_frame(), missing={"index": "not defined"}, notes=notes)
        return forms + shown("What it is of", facts)


def concentration_index(
    value: ArrayLike,
    weight: ArrayLike,
    ranking: ArrayLike,
    *,
    bounds: tuple[float, float] | None = None,
) -> ConcentrationIndex:
    r"""Population-weighted concentration index of access along a ranking such as deprivation.

    .. math::

        C = \frac{2}{\mu} \operatorname{cov}_w(y, R), \quad GC = \mu C, \quad
        E = \frac{4 \mu}{b - a} C, \quad
        W = \frac{(b - a)\, \mu}{(b - \mu)(\mu - a)} C

    Where
        y      what one person has; μ its mean over persons;
        R      fractional rank of a person, from 0 to 1: the share of people who rank lower plus half the
               share of those who rank the same, so that ties do not depend on the order of the rows;
        a, b   smallest and largest possible y.

    The standard index of a value with bounds cannot reach 1 and gives another answer for who lacks
    than for who has; Erreygers' and Wagstaff's only change sign.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    ranking
        What people are ranked by, from low to high, any finite number, shape (n,).
    bounds
        Smallest and largest possible value, such as (0, 1) for covered or not.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the ranking is not finite, the shapes differ, or a
        value lies beyond the bounds.

    Notes
    -----
    Wagstaff, A., Paci, P. and van Doorslaer, E. (1991), *Social Science & Medicine* 33(5); Wagstaff,
    A. (2005), *Health Economics* 14(4); Erreygers, G. (2009), Correcting the concentration index,
    *Journal of Health Economics* 28(2).
    """
    amount, persons = amounts(value, weight)
    rank_by = finite_ranking(ranking, len(amount))
    people = float(persons.sum())
    mean = float(persons @ amount) / people if people > 0 else float("nan")
    generalised = float(_generalised(amount, persons[None, :], rank_by)[0])
    erreygers, wagstaff = _corrected(generalised, mean, _checked_bounds(bounds, amount))
    standard = generalised / mean if mean > 0 else float("nan")
    return ConcentrationIndex(standard, generalised, erreygers, wagstaff, mean, bounds, people)


def erreygers_index(value: ArrayLike, weight: ArrayLike, ranking: ArrayLike, *, bounds: tuple[float, float]) -> float:
    """Erreygers' corrected concentration index; see :func:`concentration_index`."""
    return concentration_index(value, weight, ranking, bounds=bounds).erreygers


def wagstaff_index(value: ArrayLike, weight: ArrayLike, ranking: ArrayLike, *, bounds: tuple[float, float]) -> float:
    """Wagstaff's corrected concentration index; see :func:`concentration_index`."""
    return concentration_index(value, weight, ranking, bounds=bounds).wagstaff


def concentration_of_draws(
    value: NDArray[np.float64],
    weight: NDArray[np.float64],
    ranking: NDArray[np.float64],
    *,
    bounds: tuple[float, float] | None = None,
) -> NDArray[np.float64]:
    """Standard indices of many weightings of the same points: (n,), (draws, n) and (n,) give (draws,)."""
    _checked_bounds(bounds, value)
    owned, people = weight @ value, weight.sum(axis=1)
    generalised = _generalised(value, weight, ranking)
    index = np.full(len(weight), np.nan)
    np.divide(generalised * people, owned, out=index, where=owned > 0)
    return index


def _generalised(
    value: NDArray[np.float64], weight: NDArray[np.float64], ranking: NDArray[np.float64]
) -> NDArray[np.float64]:
    """2 cov(y, R) of each weighting."""
    if not len(value):
        return np.full(len(weight), np.nan)
    order = np.lexsort((weight[0], value, ranking))
    ranked = ranking[order]
    first_of_tie = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    heads = np.add.reduceat(weight[:, order], first_of_tie, axis=1)
    owned = np.add.reduceat((weight * value)[:, order], first_of_tie, axis=1)
    people = heads.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        rank = (np.cumsum(heads, axis=1) - heads / 2.0) / people
        return np.asarray(2.0 * np.sum(owned / people * (rank - 0.5), axis=1), dtype=np.float64)


def _corrected(generalised: float, mean: float, bounds: tuple[float, float] | None) -> tuple[float, float]:
    if bounds is None:
        return float("nan"), float("nan")
    low, high = bounds
    room = (high - mean) * (mean - low)
    return 4.0 * generalised / (high - low), generalised * (high - low) / room if room > 0 else float("nan")


def _checked_bounds(bounds: tuple[float, float] | None, amount: NDArray[np.float64]) -> tuple[float, float] | None:
    if bounds is None:
        return None
    low, high = float(bounds[0]), float(bounds[1])
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise InvalidParameter(f"bounds={bounds!r} must be two numbers, the smaller first, such as (0, 1)")
    beyond = (amount < low) | (amount > high)
    if beyond.any():
        raise InvalidParameter(
            f"bounds={bounds!r}: {int(beyond.sum())} of {len(amount)} values lie beyond them, "
            f"the first at position {int(np.argmax(beyond))}; give the smallest and largest possible value"
        )
    return low, high


def finite_ranking(ranking: ArrayLike, length: int) -> NDArray[np.float64]:
    """The ranking as float64, shape (length,), once it is known to be finite."""
    rank_by = np.asarray(ranking, dtype=np.float64)
    if rank_by.shape != (length,):
        raise InvalidParameter(f"ranking has shape {rank_by.shape}; give one for each value, shape ({length},)")
    unknown = ~np.isfinite(rank_by)
    if unknown.any():
        raise InvalidParameter(
            f"ranking: {int(unknown.sum())} of {length} values are NaN or infinite, the first at position "
            f"{int(np.argmax(unknown))}; leave out what is not known before, and count it"
        )
    return rank_by
