"""What a pairing starts from: who may be paired with whom, at what walk, and who is paired already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NOBODY = -1
"""Stands where an older person has no volunteer."""


@dataclass(frozen=True)
class Candidates:
    """Older people, volunteers, and the pairs that are allowed.

    Attributes
    ----------
    capacity
        Most older people that each volunteer can have, shape (m,).
    elder, volunteer
        Allowed pairs by position, in order of elder, then volunteer, shape (e,) each. A pair that is absent is not
        allowed: it is beyond the cutoff or unreachable.
    cost
        Walk of each allowed pair, whole millimetres or seconds, shape (e,).
    existing
        Volunteer of each elder at present, :data:`NOBODY` for none, shape (n,). The pair need not be allowed, and a
        volunteer may have more than the capacity at present.
    """

    capacity: Integers
    elder: Integers
    volunteer: Integers
    cost: Integers
    existing: Integers

    @property
    def elders(self) -> int:
        """How many older people there are, n."""
        return len(self.existing)

    @property
    def volunteers(self) -> int:
        """How many volunteers there are, m."""
        return len(self.capacity)

    @cached_property
    def has_candidate(self) -> Mask:
        """Elders who may be paired with somebody, shape (n,)."""
        return np.bincount(self.elder, minlength=self.elders) > 0

    @cached_property
    def is_existing(self) -> Mask:
        """Allowed pairs that exist at present, shape (e,)."""
        return np.asarray(self.existing[self.elder] == self.volunteer)

    @cached_property
    def existing_allowed(self) -> Mask:
        """Elders whose present pair is allowed, so that it may be kept, shape (n,)."""
        return np.bincount(self.elder[self.is_existing], minlength=self.elders) > 0

    @cached_property
    def components(self) -> tuple[Integers, Integers]:
        """Component of each elder, shape (n,), and of each volunteer, shape (m,).

        Allowed pairs connect the two; between components nothing can be exchanged, so that each is a problem of its
        own. They are numbered by their first member.
        """
        from scipy.sparse.csgraph import connected_components

        graph = self.graph(np.ones(len(self.elder), dtype=np.bool_))
        label = connected_components(graph, directed=False)[1].astype(np.int64)
        return label[: self.elders], label[self.elders :]

    def graph(self, keep: Mask) -> csr_array:
        """Kept pairs as a graph of elders, then volunteers, shape (n + m, n + m)."""
        size = self.elders + self.volunteers
        ends = (self.elder[keep], self.elders + self.volunteer[keep])
        return csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(size, size))


def candidates(
    elder: ArrayLike, volunteer: ArrayLike, cost: ArrayLike, *, capacity: ArrayLike, existing: ArrayLike
) -> Candidates:
    """Check what a pairing starts from, and put the pairs in order.

    Parameters
    ----------
    elder, volunteer, cost
        Allowed pairs and their walk, in any order, shape (e,) each. An existing pair beyond the cutoff is allowed to be
        kept where it stands here with its own walk, and must be broken where it does not.
    capacity
        Most older people of each volunteer, shape (m,).
    existing
        Present volunteer of each elder, -1 for none, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative or not whole, a pair is repeated or names an elder or volunteer that is not there, or
        an elder is paired with a volunteer who is not there; all faults at once.
    """
    faults: list[str] = []
    room = _whole("capacity", capacity, faults)
    present = positions("existing", existing, faults, least=NOBODY, limit=len(room), of="capacity, or -1 for nobody")
    first = positions("elder", elder, faults, least=0, limit=len(present), of="existing")
    second = positions("volunteer", volunteer, faults, least=0, limit=len(room), of="capacity")
    walk = _whole("cost", cost, faults)
    sizes = [len(np.atleast_1d(np.asarray(one))) for one in (elder, volunteer, cost)]
    if len(set(sizes)) > 1:
        faults.append(f"elder, volunteer and cost have {sizes[0]}, {sizes[1]} and {sizes[2]} values; give one a pair")
    if faults:
        raise InvalidParameter("; ".join(faults))
    number = first * max(len(room), 1) + second
    order = np.argsort(number, kind="stable")
    # Repeated pairs are neighbours now: finding them so costs a tenth of counting the different ones.
    if repeated := int((np.diff(number[order]) == 0).sum()):
        raise InvalidParameter(
            f"elder and volunteer: {repeated} pairs stand there more than once; keep the shortest walk"
        )
    return Candidates(room, first[order], second[order], walk[order], present)


def _whole(name: str, values: ArrayLike, faults: list[str]) -> Integers:
    """The amounts, or none and a fault: the other arguments are looked at as well."""
    try:
        amounts = quantity(name, values)
    except InvalidParameter as fault:
        faults.append(str(fault))
        return np.zeros(np.shape(values)[:1], dtype=np.int64)
    # Above 2**53 a float cannot tell one unit from the next.
    broken = (amounts % 1 > 0) | (amounts >= 2.0**53)
    if broken.any():
        faults.append(f"{name}: {int(broken.sum())} of {len(amounts)} values are no whole numbers; round them before")
    return np.where(broken, 0.0, amounts).astype(np.int64)


def positions(name: str, values: ArrayLike, faults: list[str], *, least: int, limit: int, of: str) -> Integers:
    """Whole numbers from ``least`` to below ``limit``, or zeros and a fault."""
    found = np.asarray(values)
    if found.ndim != 1 or (len(found) and found.dtype.kind not in "iu"):
        faults.append(f"{name} has type {found.dtype} and shape {found.shape}; give whole positions, one-dimensional")
        return np.zeros(np.shape(values)[:1], dtype=np.int64)
    whole = found.astype(np.int64)
    outside = (whole < least) | (whole >= limit)
    if outside.any():
        faults.append(
            f"{name}: {int(outside.sum())} of {len(whole)} are no positions of {of}, "
            f"the first at position {int(np.argmax(outside))}"
        )
    return whole
