"""What an assignment starts from: units that groups want, units that projects have, and who may use which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

UnknownCapacity = Literal["refuse", "as zero", "unlimited"]


@dataclass(frozen=True)
class Needs:
    """What is wanted and what there is, whole units of service.

    Requests that may use the same projects, and are worth the same, belong together in one group: nothing tells them
    apart, and thousands of requests become some hundred groups.

    Attributes
    ----------
    wanted
        Units that each group wants, shape (g,).
    value
        What one unit for the group is worth, above 0, shape (g,).
    capacity
        Units of each project, shape (p,).
    group, project
        Pairs that are allowed, shape (e,) each.
    """

    wanted: NDArray[np.int64]
    value: NDArray[np.float64]
    capacity: NDArray[np.int64]
    group: NDArray[np.int64]
    project: NDArray[np.int64]

    @property
    def has_project(self) -> NDArray[np.bool_]:
        """Groups that some project is open to, shape (g,)."""
        return np.bincount(self.group, minlength=len(self.wanted)) > 0


def needs(
    wanted: ArrayLike,
    value: ArrayLike,
    capacity: ArrayLike,
    group: ArrayLike,
    project: ArrayLike,
    *,
    unknown_capacity: UnknownCapacity = "refuse",
) -> Needs:
    """Check what an assignment starts from.

    Parameters
    ----------
    wanted, value
        Units that each group wants, and what one of them is worth, shape (g,).
    capacity
        Units of each project; NaN is not known, shape (p,).
    group, project
        Pairs that are allowed, shape (e,) each.
    unknown_capacity
        What stands for a capacity that is not known: nothing (``refuse``), 0 units (``as zero``), or as many as the
        project's groups want together (``unlimited``). Neither is a guess: they are the ends of what can be.

    Raises
    ------
    InvalidParameter
        If units are not whole, a value is not positive, a capacity is not known, or a pair is repeated or names a
        group or project that is not there; all faults at once.
    """
    faults: list[str] = []
    units = _amounts("wanted", wanted, faults)
    worth = _amounts("value", value, faults, length=len(units))
    room = _amounts("capacity", capacity, faults, unknown=True)
    faults += _not_whole("wanted", units) + _not_whole("capacity", room)
    if (worth <= 0).any():
        faults.append(f"value: {int((worth <= 0).sum())} are not positive")
    unknown = np.isnan(room)
    if unknown_capacity not in get_args(UnknownCapacity):
        faults.append(f"unknown_capacity={unknown_capacity!r} must be one of {', '.join(get_args(UnknownCapacity))}")
    if unknown.any() and unknown_capacity == "refuse":
        faults.append(f"capacity: {int(unknown.sum())} are not known; decide what stands for them, such as 0")
    first, second = _pairs(group, project, (len(units), len(room)), faults)
    if faults:
        raise InvalidParameter("; ".join(faults))
    room = np.where(unknown, 0.0, room)
    if unknown_capacity == "unlimited":
        room = np.where(unknown, np.bincount(second, units[first], len(room)), room)
    return Needs(units.astype(np.int64), worth, room.astype(np.int64), first, second)


def _amounts(
    name: str, values: ArrayLike, faults: list[str], *, length: int | None = None, unknown: bool = False
) -> NDArray[np.float64]:
    """The amounts, or none and a fault: the other arguments are looked at as well."""
    try:
        return quantity(name, values, length=length, unknown=unknown)
    except InvalidParameter as fault:
        faults.append(str(fault))
        return np.zeros(0)


def _not_whole(name: str, units: NDArray[np.float64]) -> list[str]:
    # Above 2**53 a float cannot tell one unit from the next.
    broken = (units % 1 > 0) | (units >= 2.0**53)
    return [f"{name}: {int(broken.sum())} are no whole number of units"] if broken.any() else []


def _pairs(
    group: ArrayLike, project: ArrayLike, sizes: tuple[int, int], faults: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, second = np.asarray(group), np.asarray(project)
    whole = all(one.ndim == 1 and (one.dtype.kind in "iu" or not len(one)) for one in (first, second))
    if not whole or len(first) != len(second):
        faults.append(
            f"group and project must be whole positions of equal number, shape (e,); they are {first.dtype} of shape "
            f"{first.shape} and {second.dtype} of shape {second.shape}"
        )
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first, second = first.astype(np.int64), second.astype(np.int64)
    outside = (first < 0) | (first >= sizes[0]) | (second < 0) | (second >= sizes[1])
    if outside.any():
        faults.append(
            f"group and project must be positions of wanted and capacity; {int(outside.sum())} of {len(first)} pairs "
            f"are not, the first at position {int(np.argmax(outside))}"
        )
        return first[:0], second[:0]
    repeated = len(first) - len(np.unique(first * max(sizes[1], 1) + second))
    if repeated:
        faults.append(f"group and project: {repeated} pairs stand there more than once")
    return first, second
