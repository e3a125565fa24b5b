"""The door that every measured quantity passes: people, meals, opportunities, scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter


def quantity(
    name: str,
    values: ArrayLike,
    *,
    length: int | None = None,
    unknown: bool = False,
) -> NDArray[np.float64]:
    """One-dimensional amounts, finite and not negative.

    Parameters
    ----------
    name
        Name of the argument, for messages.
    values
        The amounts.
    length
        How many are expected; None takes any number.
    unknown
        Whether NaN, meaning not known, is allowed.

    Returns
    -------
    NDArray
        The amounts as float64, shape (n,).

    Raises
    ------
    InvalidParameter
        If the shape is wrong, or an amount is negative, infinite or, unless allowed, NaN. The
        message tells how many and where the first one is, never the amounts themselves.
    """
    amounts = np.asarray(values, dtype=np.float64)
    if amounts.ndim != 1 or (length is not None and len(amounts) != length):
        expected = "(n,)" if length is None else f"({length},)"
        raise InvalidParameter(f"{name} has shape {amounts.shape}; give one amount each, shape {expected}")
    missing = np.isnan(amounts)
    if not unknown:
        _refuse(name, missing, "NaN", "leave out what is not known before, and count it")
    _refuse(name, np.isinf(amounts), "infinite", "give finite amounts")
    _refuse(name, amounts < 0, "negative", "give amounts of 0 or more")
    return amounts


def _refuse(name: str, faulty: NDArray[np.bool_], fault: str, mend: str) -> None:
    if faulty.any():
        raise InvalidParameter(
            f"{name}: {int(faulty.sum())} of {len(faulty)} values are {fault}, "
            f"the first at position {int(np.argmax(faulty))}; {mend}"
        )


def confidence_level(confidence: float) -> float:
    """Check that a confidence level lies strictly between 0 and 1.

    Raises
    ------
    InvalidParameter
        If it is not; a level given in percent is named as the likely cause.
    """
    if not 0.0 < confidence < 1.0:
        raise InvalidParameter(f"confidence={confidence!r} must lie between 0 and 1, such as 0.95 for 95 percent")
    return float(confidence)
