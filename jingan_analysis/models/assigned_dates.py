"""All the ways, or a sample of them, in which dates of adoption can fall on units."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def number_of_assignments(adoption: NDArray[np.int64]) -> int:
    """In how many different ways the dates can be given to the units: n! over the product of the group sizes' m!."""
    sizes = np.unique(adoption, return_counts=True)[1].tolist()
    return math.factorial(len(adoption)) // math.prod(math.factorial(size) for size in sizes)


def every_assignment(adoption: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Every different assignment once, the given one first."""
    yield adoption.copy()
    dates, sizes = np.unique(adoption, return_counts=True)
    empty = np.full(len(adoption), dates[0], dtype=np.int64)
    for row in _filled(empty, tuple(range(len(adoption))), list(zip(dates.tolist(), sizes.tolist(), strict=True))[1:]):
        if (row != adoption).any():
            yield row


def _filled(
    row: NDArray[np.int64], free: tuple[int, ...], groups: list[tuple[int, int]]
) -> Iterator[NDArray[np.int64]]:
    if not groups:
        yield row
        return
    (date, size), *rest = groups
    for chosen in combinations(free, size):
        filled = row.copy()
        filled[list(chosen)] = date
        yield from _filled(filled, tuple(unit for unit in free if unit not in chosen), rest)


def drawn_assignments(adoption: NDArray[np.int64], draws: int, *, seed: int) -> NDArray[np.int64]:
    """The given assignment and a sample of all, drawn with replacement, shape (1 + draws, n)."""
    generator = np.random.default_rng(seed)
    shuffled = generator.permuted(np.tile(adoption, (draws, 1)), axis=1)
    return np.vstack([adoption, shuffled])
