"""A balanced panel of few units that adopt something at different dates and never give it up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

NEVER = -1
"""First treated period of a unit that is never treated."""


@dataclass(frozen=True)
class AdoptionPanel:
    """Checked outcomes, dates of adoption and sizes.

    Attributes
    ----------
    outcomes
        One number a unit and period, shape (n_units, n_periods).
    adoption
        First treated period of each unit, counted from 0; -1 is never; shape (n_units,).
    weights
        Sizes of the units, above 0, shape (n_units,).
    dates
        The different first treated periods that have a period before them, in order, shape (n_dates,).
    """

    outcomes: NDArray[np.float64]
    adoption: NDArray[np.int64]
    weights: NDArray[np.float64]
    dates: NDArray[np.int64]

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.outcomes.shape[1])

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Whether a unit has a period before treatment, shape (n_units,)."""
        return np.asarray(self.adoption != 0)


def treated_units(adoption: NDArray[np.int64], periods: int, since: ArrayLike) -> list[int]:
    """How many treated units have a period so many periods since their adoption, by the numbers of periods since it."""
    first = adoption[adoption != NEVER]
    return [int(((first + time >= 0) & (first + time < periods)).sum()) for time in np.asarray(since)]


def adoption_panel(outcomes: ArrayLike, adoption: ArrayLike, weights: ArrayLike | None = None) -> AdoptionPanel:
    """Check a panel at the door, all its faults at once.

    Parameters
    ----------
    outcomes
        Finite numbers, shape (n_units, n_periods).
    adoption
        First treated period of each unit, counted from 0, or -1 for never, shape (n_units,).
    weights
        Sizes of the units, above 0, shape (n_units,); None weighs all alike.

    Raises
    ------
    InvalidParameter
        If a shape is wrong, an outcome is not known, a date lies outside the panel, a size is not above 0, nobody is
        treated, or nobody is observed before treatment.
    """
    table = np.array(outcomes, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise InvalidParameter(f"outcomes has shape {table.shape}; give one row a unit and at least two periods")
    units, periods = table.shape
    first = np.asarray(adoption)
    size = np.ones(units) if weights is None else np.array(weights, dtype=np.float64)
    faults = [
        f"{name} has shape {given.shape}; give one for each unit, shape ({units},)"
        for name, given in (("adoption", first), ("weights", size))
        if given.shape != (units,)
    ]
    if not faults:
        faults = [*_unknown(table), *_dates(first, periods), *_sizes(size)]
    if faults:
        raise InvalidParameter("; ".join(faults))
    first = first.astype(np.int64)
    return AdoptionPanel(table, first, size, np.unique(first[first > 0]))


def _unknown(table: NDArray[np.float64]) -> list[str]:
    faulty = ~np.isfinite(table)
    if not faulty.any():
        return []
    unit, period = np.argwhere(faulty)[0]
    return [
        f"outcomes: {int(faulty.sum())} of {table.size} are NaN or infinite, the first of unit {unit} in period "
        f"{period}; leave out the unit or shorten the panel, and say so: a gap is not a zero"
    ]


def _dates(first: NDArray[np.generic], periods: int) -> list[str]:
    if first.dtype.kind not in "iuf" or (first != np.floor(first.astype(np.float64))).any():
        return ["adoption must be whole numbers: periods counted from 0, or -1 for never"]
    dates = first.astype(np.float64)
    outside = (dates < NEVER) | (dates >= periods)
    if outside.any():
        return [
            f"adoption: {int(outside.sum())} of {len(dates)} lie outside the panel, the first at unit "
            f"{int(np.argmax(outside))}; allowed are 0 to {periods - 1}, and -1 for never or after the last period"
        ]
    if (dates == NEVER).all():
        return ["adoption: no unit is treated, so there is no effect to estimate"]
    if not (dates > 0).any():
        return ["adoption: no treated unit is observed before its treatment; begin the panel earlier"]
    return []


def _sizes(size: NDArray[np.float64]) -> list[str]:
    faulty = ~(np.isfinite(size) & (size > 0))
    if not faulty.any():
        return []
    return [
        f"weights: {int(faulty.sum())} of {len(size)} are not above 0, the first at unit {int(np.argmax(faulty))}; "
        "leave out a unit in which nobody lives"
    ]
