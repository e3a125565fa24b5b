"""What breaking pairs is good for: walking saved against pairs broken, for a range of prices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.pairing import Pairing, keeping_price, pair
from jingan_analysis.models.pairing_candidates import Candidates
from jingan_analysis.models.pairing_shortage import shortage

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class PairingCurve:
    """Best pairings at rising prices of a broken pair; each has as many pairs as there can be.

    Attributes
    ----------
    price
        Walk that must be saved for each broken pair, rising, shape (k,); the last is so high that as few pairs are
        broken as can be.
    walking
        All walks, in the unit of the candidates' cost, rising, shape (k,).
    broken
        Pairs broken, falling, shape (k,).
    paired
        Pairs, the same at each price.
    fewest_broken
        The pairing at the last price.
    """

    price: Integers
    walking: Integers
    broken: Integers
    paired: int
    fewest_broken: Pairing

    @property
    def saved(self) -> Integers:
        """Walking saved against the pairing that breaks as few as can be, shape (k,)."""
        return np.asarray(self.walking[-1] - self.walking, dtype=np.int64)

    @property
    def broken_for_it(self) -> Integers:
        """Pairs broken beyond those that must be, shape (k,)."""
        return np.asarray(self.broken - self.broken[-1], dtype=np.int64)

    def to_frame(self) -> pd.DataFrame:
        """One row a price: ``price``, ``broken``, ``broken_for_it``, ``walking`` and ``saved``."""
        names = ("price", "broken", "broken_for_it", "walking", "saved")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def pairing_curve(problem: Candidates, prices: Iterable[int], *, known: Pairing | None = None) -> PairingCurve:
    """Pair at each price, and at one at which as few pairs are broken as can be.

    Each point is the least walking for its number of broken pairs: a pairing with less of both, or of one at the same
    of the other, would be better at that price. Between two points lie others, off the lower hull, that no price finds
    (Everett 1963).

    Parameters
    ----------
    problem
        Who may be paired with whom.
    prices
        Prices as in :func:`~jingan_analysis.models.pairing.pair`, in any order; one given twice counts once, and
        one as high as the last adds nothing.
    known
        The best pairing of the same problem at one price, where it is known: it need not be found again.

    Raises
    ------
    InvalidParameter, DidNotConverge, LedgerDoesNotClose
        As :func:`~jingan_analysis.models.pairing.pair`.

    Notes
    -----
    Everett, H. (1963), Generalized Lagrange multiplier method for solving problems of optimum allocation of resources,
    *Operations Research* 11(3).
    """
    short = shortage(problem) if known is None else known.shortage
    highest = keeping_price(problem)
    fewest = pair(problem, highest, short=short)
    points = [
        (each, known if known is not None and each == known.price else pair(problem, each, short=short))
        for each in sorted(set(prices))
        if each < highest
    ]
    points.append((highest, fewest))
    return PairingCurve(
        price=np.array([each for each, _ in points], dtype=np.int64),
        walking=np.array([found.walking for _, found in points], dtype=np.int64),
        broken=np.array([found.broken.sum() for _, found in points], dtype=np.int64),
        paired=short.most,
        fewest_broken=fewest,
    )
