"""Palma ratio: what the tenth with the most has, over what the four tenths with the least have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.weighted_points import amounts

_LOWEST, _HIGHEST = 0.4, 0.1
_SLIVER = 1e-12
"""Part of all persons below which the slice of a point at a boundary is rounding, not people."""


@dataclass(frozen=True)
class PalmaRatio:
    """Palma ratio and its two shares.

    Attributes
    ----------
    ratio
        Top share over bottom share; 0.25 for equal shares. NaN where it is not defined.
    top_share
        Share of everything that the 10 % of persons with the most have, 0 to 1.
    bottom_share
        Share of everything that the 40 % of persons with the least have, 0 to 1.
    """

    ratio: float
    top_share: float
    bottom_share: float

    def __float__(self) -> float:
        return self.ratio

    @property
    def undefined_because(self) -> str | None:
        """Why there is no ratio; None where there is one."""
        if not np.isnan(self.ratio):
            return None
        if np.isnan(self.top_share):
            return "nobody lives here or nobody has anything"
        return "the lowest 40 % of persons have nothing"

    def to_frame(self) -> pd.DataFrame:
        """One row: ``ratio``, ``top_10_percent_share``, ``bottom_40_percent_share``, ``undefined_because``."""
        return pd.DataFrame(
            {
                "ratio": [self.ratio],
                "top_10_percent_share": [self.top_share],
                "bottom_40_percent_share": [self.bottom_share],
                "undefined_because": [self.undefined_because],
            }
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the ratio, or why there is none."""
        from jingan_analysis.showing import Fact, number_text, percent_text, shown

        because = self.undefined_because
        shares = (("The 10% with the most have", self.top_share), ("The 40% with the least have", self.bottom_share))
        facts = [Fact("Palma ratio", f"not defined: {because}" if because else number_text(self.ratio))]
        facts += [Fact(told, percent_text(share, missing="not defined")) for told, share in shares]
        return shown("Palma ratio", facts, notes=["0.25 where all have the same."])


def palma_ratio(value: ArrayLike, weight: ArrayLike) -> PalmaRatio:
    r"""Population-weighted Palma ratio.

    .. math::

        P = \frac{1 - L(0.9)}{L(0.4)}

    Where
        L(p)   share of everything that the p of persons with the least have (Lorenz curve).

    A point that straddles a boundary is split exactly: as many of its persons count as are missing.
    Where the lowest 40 % have nothing there is no ratio: infinity is not a number to report.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Palma, J. G. (2011), Homogeneous middles vs. heterogeneous tails, *Development and Change* 42(1);
    Cobham, A. and Sumner, A. (2013), Is it all about the tails?, CGD Working Paper 343.
    """
    amount, persons = amounts(value, weight)
    order = np.argsort(amount, kind="stable")
    top, bottom = _shares(amount[order], persons[None, order])
    return PalmaRatio(float(_ratio(top, bottom)[0]), float(top[0]), float(bottom[0]))


def palma_of_draws(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Palma ratios of many weightings of the same points: ascending (n,) and (draws, n) give (draws,)."""
    return _ratio(*_shares(value, weight))


def _shares(value: NDArray[np.float64], weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    people = weight.sum(axis=1, keepdims=True)
    before = np.cumsum(weight, axis=1) - weight
    lowest = _slice(_LOWEST * people - before, weight, people)
    highest = _slice(before + weight - (1.0 - _HIGHEST) * people, weight, people)
    total = weight @ value
    undefined = np.full(len(weight), np.nan)
    top = np.divide(highest @ value, total, out=undefined.copy(), where=total > 0)
    return top, np.divide(lowest @ value, total, out=undefined.copy(), where=total > 0)


def _slice(
    persons: NDArray[np.float64], weight: NDArray[np.float64], people: NDArray[np.float64]
) -> NDArray[np.float64]:
    inside = np.clip(persons, 0.0, weight)
    return np.where(inside <= _SLIVER * people, 0.0, inside)


def _ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.full(len(top), np.nan)
    np.divide(top, bottom, out=ratio, where=bottom > 0)
    return ratio
