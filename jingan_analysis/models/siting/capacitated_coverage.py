"""Which sites serve as much as possible of what people near them want, when each has limited room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.best_transport import best_transport
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.kinds import Kinds
from jingan_analysis.models.siting.plan import open_share
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.transport import Transport

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_HAIR = 1e-9
"""Share of an amount that sums may be off by."""


@dataclass(frozen=True)
class CapacitatedCoverage:
    """Sites, and what they serve; amounts in units a day.

    Every unit of demand is served, or finds no room, or is missed, or is beyond.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    demand
        Units of each group, shape (g,).
    capacity
        Units that each site has room for, shape (s,).
    flows
        Units of each group at each site, shape (g, s). Their total is the most there can be; where several divisions
        reach it, this is one of them, and groups near the very same sites have the same share of theirs served.
    near_chosen
        Groups with a chosen site near, shape (g,).
    coverable
        Groups with any site near, chosen or not, that the rules do not bar, shape (g,).
    bound
        No choice that the rules allow serves more.
    """

    chosen: Mask
    demand: Floats
    capacity: Floats
    flows: csr_array
    near_chosen: Mask
    coverable: Mask
    bound: float

    def __post_init__(self) -> None:
        close = _HAIR * max(float(self.demand.sum()), 1.0)
        faults = []
        if (self.served > self.demand + close).any() or (self.served[~self.near_chosen] > 0).any():
            faults.append("a group is served more than it wants, or by no site near it")
        if (self.load > np.where(self.chosen, self.capacity, 0.0) + close).any():
            faults.append("a site serves more than it has room for")
        parts = self.value + self.no_room + self.missed + self.beyond
        if abs(parts - float(self.demand.sum())) > close:
            faults.append(f"parts add up to {parts!r} and the demand to {float(self.demand.sum())!r}")
        if faults:
            raise LedgerDoesNotClose("; ".join(faults) + "; do not use this result")

    @property
    def served(self) -> Floats:
        """Units of each group that are served, shape (g,)."""
        return np.asarray(self.flows.sum(axis=1), dtype=np.float64)

    @property
    def load(self) -> Floats:
        """Units that each site serves, shape (s,)."""
        return np.asarray(self.flows.sum(axis=0), dtype=np.float64)

    @property
    def value(self) -> float:
        """Units served."""
        return float(self.flows.data.sum())

    @property
    def no_room(self) -> float:
        """Units that chosen sites are near for, but have no room for."""
        return float((self.demand - self.served)[self.near_chosen].sum())

    @property
    def missed(self) -> float:
        """Units of groups near no chosen site, that other sites are near for."""
        return float(self.demand[self.coverable & ~self.near_chosen].sum())

    @property
    def beyond(self) -> float:
        """Units of groups near no site at all that may be chosen."""
        return float(self.demand[~self.coverable].sum())

    @property
    def gap(self) -> float:
        """Bound less value as a share of the bound; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.value, self.bound)


def capacitated_coverage(
    near: ArrayLike | csr_array,
    demand: ArrayLike,
    capacity: ArrayLike,
    rules: SiteRules,
    *,
    effort: Effort = PROOF,
    start: Mask | None = None,
) -> CapacitatedCoverage:
    r"""Choose sites so that as much demand as possible is served near by, each site within its room.

    .. math::
        \max_{x, y} \sum_i \sum_{j \in N(i)} y_{ij} \quad\text{subject to}\quad \sum_{j \in N(i)} y_{ij} \le d_i, \quad
        \sum_{i: j \in N(i)} y_{ij} \le k_j x_j, \quad y_{ij} \le \min(d_i, k_j)\, x_j, \quad x \in X, \quad
        x_j \in \{0, 1\}, \quad y \ge 0

    Where
        x_j    whether site j is chosen, X the choices that the rules allow;
        y_ij   units of group i that site j serves; N(i) the sites near group i;
        d_i    units that group i wants a day; k_j units that site j has room for.

    The capacitated maximal covering location problem (Current and Storbeck 1988), demand divisible between sites
    (Pirkul and Schilling 1991). Groups near the very same sites are one. What the chosen sites serve is then worked out
    anew from the data.

    Parameters
    ----------
    near
        Which groups are near which sites, true or false, shape (g, s), dense or sparse.
    demand
        Units that each group wants a day, such as meals, 0 or more, shape (g,).
    capacity
        Units that each site has room for a day, 0 or more, standing ones too, shape (s,).
    rules
        Which choices are allowed.
    effort
        When to end without a proof; the answer carries the best bound then.
    start
        A choice to begin from, shape (s,); disregarded where the rules do not allow it.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, or demand or capacity are no amounts.
    NoSiteAllowed
        If no choice keeps the rules; the message says which rules to relax, and by how much.

    Notes
    -----
    Current, J. R. and Storbeck, J. E. (1988), Capacitated covering models, *Environment and Planning B* 15. Pirkul, H.
    and Schilling, D. A. (1991), The maximal covering location problem with capacities on total workload, *Management
    Science* 37.
    """
    kinds = Kinds.of(near, rules)
    wanted = quantity("demand", demand, length=len(kinds.number))
    room = quantity("capacity", capacity, length=rules.sites)
    transport = _transport(kinds.near, kinds.sums(wanted), room, rules)
    found = best_transport(transport, rules, effort=effort, start=start)
    if found.chosen is None:
        refuse(rules)
    return CapacitatedCoverage(
        chosen=found.chosen,
        demand=wanted,
        capacity=room,
        flows=_divided(transport, found.flow, wanted, kinds.number),
        near_chosen=kinds.covered(found.chosen),
        coverable=kinds.covered(~rules.barred),
        bound=max(-found.bound, float(found.flow.sum())),
    )


def _transport(kinds: csr_array, demand: Floats, room: Floats, rules: SiteRules) -> Transport:
    """Pairs that may serve something, each unit worth 1."""
    pairs = kinds.tocoo()
    group, site = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
    useful = (demand[group] > 0) & (room[site] > 0) & ~rules.barred[site]
    group, site = group[useful], site[useful]
    return Transport(group, site, -np.ones(len(group)), demand, room, all_served=False)


def _divided(transport: Transport, flow: Floats, demand: Floats, number: NDArray[np.int64]) -> csr_array:
    """Units of each kind, divided between its groups by what they want, shape (g, s)."""
    used = flow > 0
    shape = (len(transport.demand), len(transport.capacity))
    whole = csr_array((flow[used], (transport.group[used], transport.site[used])), shape=shape)
    total = transport.demand[number]
    share = np.divide(demand, total, out=np.zeros(len(demand)), where=total > 0)
    return csr_array(diags_array(share) @ whole[number])
