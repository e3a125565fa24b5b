"""Pairing older people with volunteers: as many as possible, with the least walking, few pairs broken, and a proof."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.models.pairing_candidates import NOBODY, Candidates, candidates
from jingan_analysis.models.pairing_flow import Shipment, cheapest_shipment
from jingan_analysis.models.pairing_shortage import Shortage, shortage

__all__ = ["NOBODY", "OUTCOMES", "Candidates", "Pairing", "Shortage", "candidates", "keeping_price", "pair", "shortage"]

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

OUTCOMES = ("kept", "moved", "newly_paired", "no_candidate", "no_capacity")
"""What can become of an elder: the rows of the ledger."""


@dataclass(frozen=True)
class Pairing:
    """A best pairing, its ledger and its proof.

    ``elders = kept + moved + newly paired + no candidate + no capacity``.

    Attributes
    ----------
    problem
        Who may be paired with whom.
    price
        What one broken pair costs, in the unit of walks.
    volunteer
        Volunteer of each elder, -1 for none, shape (n,).
    walk
        Walk of each pair in the unit of ``problem.cost``, NaN for elders without one, shape (n,).
    load
        Older people of each volunteer, shape (m,).
    shortage
        The most that can be paired, and who competes for too few places.
    elder_price, volunteer_price
        The proof, whole numbers, shapes (n,) and (m,): together at most the cost of each allowed pair between short and
        short, or other and other. Prices of short elders and of other volunteers are at most 0.
    objective, bound
        All walks plus ``price`` for each broken pair, and what the prices prove that no largest pairing is below.
    """

    problem: Candidates
    price: int
    volunteer: Integers
    walk: NDArray[np.float64]
    load: Integers
    shortage: Shortage
    elder_price: Integers
    volunteer_price: Integers
    objective: int
    bound: int

    @property
    def gap(self) -> int:
        """Objective minus bound: 0 for a proven optimum."""
        return self.objective - self.bound

    @property
    def paired(self) -> Mask:
        """Elders who have a volunteer, shape (n,)."""
        return np.asarray(self.volunteer != NOBODY)

    @property
    def kept(self) -> Mask:
        """Elders who keep their volunteer, shape (n,)."""
        return np.asarray(self.paired & (self.volunteer == self.problem.existing))

    @property
    def moved(self) -> Mask:
        """Elders who have another volunteer than before, shape (n,)."""
        return np.asarray(self.paired & (self.problem.existing != NOBODY) & ~self.kept)

    @property
    def newly_paired(self) -> Mask:
        """Elders who had nobody before, shape (n,)."""
        return np.asarray(self.paired & (self.problem.existing == NOBODY))

    @property
    def no_candidate(self) -> Mask:
        """Elders who may be paired with nobody, shape (n,)."""
        return ~self.problem.has_candidate

    @property
    def no_capacity(self) -> Mask:
        """Elders for whom no place is left, shape (n,)."""
        return np.asarray(self.problem.has_candidate & ~self.paired)

    @property
    def broken(self) -> Mask:
        """Elders whose pair at present is broken, for another volunteer or for none, shape (n,)."""
        return np.asarray((self.problem.existing != NOBODY) & ~self.kept)

    @property
    def walking(self) -> int:
        """All walks together, in the unit of ``problem.cost``."""
        return int(np.nansum(self.walk))

    @property
    def outcome(self) -> NDArray[np.str_]:
        """What becomes of each elder, one of :data:`OUTCOMES`, shape (n,)."""
        return np.select([getattr(self, name) for name in OUTCOMES], OUTCOMES, default="")

    def to_frame(self) -> pd.DataFrame:
        """One row an elder: ``elder``, ``volunteer``, ``before``, ``walk`` and ``outcome``; missing where nobody is."""
        found = {"volunteer": self.volunteer, "before": self.problem.existing}
        columns = {name: pd.Series(who, dtype="Int64").mask(who == NOBODY) for name, who in found.items()}
        frame = pd.DataFrame({"elder": np.arange(len(self.volunteer)), **columns})
        return frame.assign(walk=self.walk, outcome=self.outcome)

    def ledger(self) -> pd.DataFrame:
        """One row an outcome: ``outcome``, ``elders``, and ``broken``, those of them who lose a volunteer."""
        masks = {name: getattr(self, name) for name in OUTCOMES}
        elders = [int(mask.sum()) for mask in masks.values()]
        broken = [int((mask & self.broken).sum()) for mask in masks.values()]
        return pd.DataFrame({"outcome": OUTCOMES, "elders": elders, "broken": broken})


def keeping_price(problem: Candidates) -> int:
    """A price of broken pairs at which no walking saved outweighs breaking one more: as few are broken as can be."""
    return problem.elders * int(problem.cost.max(initial=0)) + 1


def pair(problem: Candidates, price: int, *, short: Shortage | None = None) -> Pairing:
    r"""Pair as many as possible and, of all ways to do that, choose one with the least walking and breaking.

    .. math::
        \min_x \sum_{(i,j)} c_{ij} x_{ij} + p \Bigl(b - \sum_{i} x_{i\,b(i)}\Bigr) \quad\text{subject to}\quad
        \sum_j x_{ij} \le 1, \quad \sum_i x_{ij} \le k_j, \quad \sum_{(i,j)} x_{ij} = K, \quad x \ge 0

    Where
        c_ij   walk between elder i and volunteer j, over allowed pairs; x_ij whether they are paired;
        p      price of a broken pair; b pairs at present, b(i) the volunteer of i;
        k_j    capacity of volunteer j; K the most pairs that there can be.

    The smallest cut of :func:`shortage` splits it into two: short volunteers give all their places to short elders,
    and all other elders find one with other volunteers. In both one side is served in full, so that no large number
    needs to stand for an elder without a volunteer, and each is a cheapest shipment in whole numbers
    (:func:`~jingan_analysis.models.pairing_flow.cheapest_shipment`).

    The objective does not depend on the order of anything. Of several best pairings it is one and the same for the same
    numbering of elders and volunteers, whatever the order of the allowed pairs.

    Parameters
    ----------
    problem
        Who may be paired with whom, by :func:`candidates`.
    price
        Walk that must be saved for each pair that is broken, at least 0, in the unit of ``problem.cost``. A pair at
        present that is not allowed costs it as well.
    short
        Of the same problem, where it is known: it does not depend on the price.

    Raises
    ------
    InvalidParameter
        If the price is negative or not whole, or so high that sums are not exact, or ``short`` is of another problem.
    DidNotConverge
        If the answer cannot be proven.
    LedgerDoesNotClose
        If an elder is lost.

    Notes
    -----
    Ahuja, R. K., Magnanti, T. L. and Orlin, J. B. (1993), *Network Flows*, chapters 9 and 12.
    """
    if isinstance(price, bool) or not isinstance(price, int | np.integer) or price < 0:
        raise InvalidParameter(f"price={price!r} must be a whole number of at least 0, in the unit of walks")
    if short is not None and short.problem is not problem:
        raise InvalidParameter("short belongs to another problem; leave it out, or give shortage(problem)")
    cut = shortage(problem) if short is None else short
    cost = problem.cost - int(price) * problem.is_existing
    used, elder_price, volunteer_price = _solved(problem, cut, cost)
    at_present = int(price) * int((problem.existing != NOBODY).sum())
    bound = int(elder_price.sum() + problem.capacity @ volunteer_price) + at_present
    return _accounted(problem, int(price), cut, used, (elder_price, volunteer_price, bound))


def _solved(problem: Candidates, cut: Shortage, cost: Integers) -> tuple[Mask, Integers, Integers]:
    """Pairs used, shape (e,), and the prices of elders and volunteers that prove them."""
    short = cut.short_elder[problem.elder]
    scarce = _shipped(
        problem.volunteer,
        problem.elder,
        cost,
        short,
        problem.capacity * cut.short_volunteer,
        np.ones_like(problem.existing),
    )
    ample = ~short & ~cut.short_volunteer[problem.volunteer]
    others = (problem.has_candidate & ~cut.short_elder).astype(np.int64)
    plenty = _shipped(problem.elder, problem.volunteer, cost, ample, others, problem.capacity)
    return (
        scarce.used | plenty.used,
        scarce.column_price + plenty.row_price,
        scarce.row_price + plenty.column_price,
    )


def _shipped(row: Integers, column: Integers, cost: Integers, keep: Mask, supply: Integers, room: Integers) -> Shipment:
    """The cheapest shipment on the kept pairs; its arcs in the order of all pairs."""
    kept = np.flatnonzero(keep)
    # Where pairs are in order already, a stable sort of one number sees it at once.
    order = kept[np.argsort(row[kept] * len(room) + column[kept], kind="stable")]
    found = cheapest_shipment(row[order], column[order], cost[order], supply=supply, room=room)
    used = np.zeros(len(row), dtype=np.bool_)
    used[order] = found.used
    return replace(found, used=used)


def _accounted(
    problem: Candidates, price: int, cut: Shortage, used: Mask, proof: tuple[Integers, Integers, int]
) -> Pairing:
    """The answer, once nobody is lost, everybody has room, and it costs what its prices say it must."""
    elder, volunteer = problem.elder[used], problem.volunteer[used]
    who, walk = np.full(problem.elders, NOBODY), np.full(problem.elders, np.nan)
    who[elder], walk[elder] = volunteer, problem.cost[used]
    load = np.bincount(volunteer, minlength=problem.volunteers).astype(np.int64)
    broken = int(((problem.existing != NOBODY) & (who != problem.existing)).sum())
    objective = int(problem.cost[used].sum()) + price * broken
    elder_price, volunteer_price, bound = proof
    found = Pairing(
        problem, price, who, walk, load, cut, elder_price, volunteer_price, objective=objective, bound=bound
    )
    whole = len(np.unique(elder)) == len(elder) == cut.most and (load <= problem.capacity).all()
    if not whole or found.gap or int(found.ledger()["elders"].sum()) != problem.elders:
        raise LedgerDoesNotClose("the pairing loses an elder, overfills a volunteer or misses its bound; do not use it")
    return found
