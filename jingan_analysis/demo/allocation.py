"""Whole numbers by weight, and random streams that do not disturb each other."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SEED = 20240831


def stream(name: str, seed: int = SEED) -> np.random.Generator:
    """Open a random stream for one concept, so that changing one concept leaves the others alone."""
    return np.random.default_rng([seed, crc32(name.encode())])


def largest_remainder(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Split a whole number by weight (Hamilton's method).

    Where
        q_i = total * w_i / sum(w);  n_i = floor(q_i), plus one for the largest remainders.
        Equal remainders go to the earlier row.

    Parameters
    ----------
    weights
        Non-negative weights, one a row, not all zero.
    total
        Whole number to split.

    Returns
    -------
    NDArray[np.int64]
        One whole number a row; they add up to ``total``.

    Raises
    ------
    ValueError
        If no weight is positive.
    """
    if not weights.sum() > 0:
        raise ValueError("weights must hold a positive value; all are zero, so nothing can be split by them")
    # Rounding makes ties the same on every machine.
    quotas = np.round(total * weights / weights.sum(), 6)
    shares: NDArray[np.int64] = np.floor(quotas).astype(np.int64)
    order = np.argsort(-(quotas - shares), kind="stable")
    shares[order[: total - int(shares.sum())]] += 1
    return shares


def rounded_shares(weights: NDArray[np.float64], total: int, *, at_least: int) -> NDArray[np.int64]:
    """Split a whole number by weight with a minimum for every row."""
    rest = largest_remainder(weights, total - at_least * len(weights))
    return np.asarray(rest + at_least, dtype=np.int64)


def days_later(day: np.datetime64, days: int) -> np.datetime64:
    """A day so many days later; NumPy no longer adds a bare number of days."""
    shifted: np.datetime64 = np.add(day, np.timedelta64(days, "D"))
    return shifted
