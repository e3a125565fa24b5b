"""Points where people live: what one person has there, how many persons, and which group they are in."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity


def amounts(value: ArrayLike, weight: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Checked amounts and persons, both float64 of shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.
    """
    amount = quantity("value", value)
    return amount, quantity("weight", weight, length=len(amount))


def membership(name: str, labels: ArrayLike, length: int) -> tuple[NDArray[np.int64], NDArray[np.generic]]:
    """Number of each point's group, shape (n,), and the sorted labels of the groups.

    Raises
    ------
    InvalidParameter
        If there is not one label a point, or a label is missing.
    """
    found = np.asarray(labels)
    if found.shape != (length,):
        raise InvalidParameter(f"{name} has shape {found.shape}; give one for each value, shape ({length},)")
    missing = pd.isna(found)
    if missing.any():
        raise InvalidParameter(
            f"{name}: {int(missing.sum())} of {length} labels are missing, the first at position "
            f"{int(np.argmax(missing))}; leave those points out and count them, or give them a label of their own"
        )
    names, member = np.unique(found, return_inverse=True)
    return np.asarray(member, dtype=np.int64), names


def not_below_zero(index: float) -> float:
    """The index without the negative rounding that equal shares may leave; NaN passes through."""
    return max(index, 0.0)
