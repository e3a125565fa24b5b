"""Concentration of providers: the Herfindahl–Hirschman index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.quantity import quantity


@dataclass(frozen=True)
class Herfindahl:
    """Concentration of shares.

    Attributes
    ----------
    index
        Sum of squared shares, from 1 / n to 1; NaN where there is nothing to share.
    normalised
        The same from 0 (all alike) to 1 (one has all); NaN for a single provider.
    equivalent
        Number of equal providers with the same index, 1 / index.
    shares
        Shape (n,).
    """

    index: float
    normalised: float
    equivalent: float
    shares: NDArray[np.float64]


def herfindahl(amounts: ArrayLike) -> Herfindahl:
    """Sum the squared shares.

    Where
        s_i = x_i / sum x;  H = sum s_i^2;  H* = (H - 1/n) / (1 - 1/n);  1 / H is the number equivalent (Adelman 1969).
    In the competition authorities' scale of 0 to 10,000 it is 10,000 H.

    Parameters
    ----------
    amounts
        What each provider has, at least 0, shape (n,).

    Source: Hirschman (1964), The paternity of an index.
    """
    x = quantity("amounts", amounts)
    if x.sum() == 0:
        return Herfindahl(float("nan"), float("nan"), float("nan"), np.full(len(x), np.nan))
    shares = x / x.sum()
    index, least = float((shares**2).sum()), 1 / len(x)
    return Herfindahl(index, (index - least) / (1 - least) if len(x) > 1 else float("nan"), 1 / index, shares)
