"""Which sites let all units together travel least, when each site has limited room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose, NoSiteAllowed
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.best_transport import best_transport
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.plan import open_share
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program
from jingan_analysis.models.siting.transport import Transport
from jingan_analysis.models.siting.ways import Ways

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_HAIR = 1e-7
"""Share of the units that a solver's sums may be off by."""


@dataclass(frozen=True)
class CapacitatedMedians:
    """Sites, and how many units go where; amounts in units a day.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    demand
        Units of each group, shape (g,).
    capacity
        Units that each site has room for, shape (s,).
    flows
        Units of each group that go to each site, shape (g, s). Where several divisions travel as little, this is one.
    travelled
        What units that go to a site travel together.
    beyond
        What stands for a unit that goes to no site; NaN where every unit must.
    bound
        Under no choice that the rules allow do all units together travel less.
    """

    chosen: Mask
    demand: Floats
    capacity: Floats
    flows: csr_array
    travelled: float
    beyond: float
    bound: float

    def __post_init__(self) -> None:
        close = _HAIR * max(float(self.demand.sum()), 1.0)
        faults = []
        if (self.served > self.demand + close).any():
            faults.append("a group has more units at sites than it has in all")
        if (self.load > np.where(self.chosen, self.capacity, 0.0) + close).any():
            faults.append("a site takes more than it has room for")
        if np.isnan(self.beyond) and self.unserved.sum() > close:
            faults.append("units go to no site although all must")
        if faults:
            raise LedgerDoesNotClose("; ".join(faults) + "; do not use this result")

    @property
    def served(self) -> Floats:
        """Units of each group that go to a site, shape (g,)."""
        return np.asarray(self.flows.sum(axis=1), dtype=np.float64)

    @property
    def unserved(self) -> Floats:
        """Units of each group that go to no site, shape (g,)."""
        return np.maximum(self.demand - self.served, 0.0)

    @property
    def load(self) -> Floats:
        """Units that go to each site, shape (s,)."""
        return np.asarray(self.flows.sum(axis=0), dtype=np.float64)

    @property
    def value(self) -> float:
        """What all units travel together, those that go to no site counted as ``beyond``."""
        return self.travelled + (0.0 if np.isnan(self.beyond) else self.beyond * float(self.unserved.sum()))

    @property
    def mean(self) -> float:
        """What one unit travels on average; NaN where there are none."""
        total = float(self.demand.sum())
        return self.value / total if total > 0 else float("nan")

    @property
    def gap(self) -> float:
        """Value less bound as a share of the value; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.bound, self.value)


def capacitated_p_median(
    ways: Ways, capacity: ArrayLike, rules: SiteRules, *, effort: Effort = PROOF, start: Mask | None = None
) -> CapacitatedMedians:
    r"""Choose sites so that units travel least in all, each site within its room.

    .. math::
        \min_{x, y} \sum_{ij} d_{ij} y_{ij} + b \sum_i \Big(w_i - \sum_j y_{ij}\Big) \quad\text{subject to}\quad
        \sum_j y_{ij} \le w_i, \quad \sum_i y_{ij} \le k_j x_j, \quad y_{ij} \le \min(w_i, k_j)\, x_j, \quad x \in X,
        \quad x_j \in \{0, 1\}, \quad y \ge 0

    Where
        x_j    whether site j is chosen, X the choices that the rules allow; k_j units that it has room for;
        y_ij   units of group i that go to site j; w_i the units of the group, d_ij what one of them travels;
        b      what stands for a unit that goes to no site; without it every unit must, and the first rows are equal.

    The capacitated p-median (Mulvey and Beck 1984), demand divisible between sites. Where sites are full, units are
    divided so that all together travel least: a group may be sent past its nearest site to leave room for another.

    Parameters
    ----------
    ways
        What each group travels to each site, of :func:`~jingan_analysis.models.siting.ways.ways`, with the units that
        each group wants a day, such as meals, as its people. Its ``beyond`` says what stands for a unit that finds no
        room; without it there must be room in reach for all.
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
        If the rules have other sites than the ways, or capacity is no amounts.
    NoSiteAllowed
        If no choice keeps the rules, or every unit must go to a site and no choice has room in reach for all. The
        message says how much room there can be, and how much is needed.

    Notes
    -----
    Mulvey, J. M. and Beck, M. P. (1984), Solving capacitated clustering problems, *European Journal of Operational
    Research* 18.
    """
    if ways.sites != rules.sites:
        raise InvalidParameter(
            f"ways lead to {ways.sites} sites and rules are for {rules.sites}; give both for the same sites"
        )
    room = quantity("capacity", capacity, length=rules.sites)
    transport = _transport(ways, room, rules)
    found = best_transport(transport, rules, effort=effort, start=start)
    if found.chosen is None:
        _refuse(ways, room, rules, proven=bool(np.isposinf(found.bound)))
    used = found.flow > 0
    flow, group, site = found.flow[used], transport.group[used], transport.site[used]
    instead = _instead(ways)
    return CapacitatedMedians(
        chosen=found.chosen,
        demand=ways.people,
        capacity=room,
        flows=csr_array((flow, (group, site)), shape=(ways.groups, ways.sites)),
        travelled=float(flow @ (transport.cost[used] + instead)),
        beyond=ways.beyond,
        bound=found.bound + instead * float(ways.people.sum()),
    )


def _instead(ways: Ways) -> float:
    """What a unit that goes to no site counts as before any goes to one."""
    return 0.0 if np.isnan(ways.beyond) else ways.beyond


def _transport(ways: Ways, room: Floats, rules: SiteRules) -> Transport:
    """Ways that may carry something, each unit costed by what it saves beside going to no site."""
    group, site = ways.group, ways.site
    useful = (ways.people[group] > 0) & (room[site] > 0) & ~rules.barred[site]
    cost = ways.cost[useful] - _instead(ways)
    return Transport(group[useful], site[useful], cost, ways.people, room, all_served=bool(np.isnan(ways.beyond)))


def _refuse(ways: Ways, room: Floats, rules: SiteRules, *, proven: bool) -> NoReturn:
    if allowed_choice(rules) is None:
        refuse(rules)
    mend = "or give beyond, what a unit that goes to no site counts as"
    wanting = ways.people > 0
    reachable = np.zeros(ways.groups, dtype=np.bool_)
    reachable[ways.group[~rules.barred[ways.site] & (room[ways.site] > 0)]] = True
    if never := int((wanting & ~reachable).sum()):
        raise NoSiteAllowed(
            f"{never} of {int(wanting.sum())} groups with units have no site with room in reach that may be chosen; "
            f"leave those groups out and count them, {mend}"
        )
    most, needed = _most_room(room, rules), float(ways.people.sum())
    if most < needed * (1 - _HAIR):
        raise NoSiteAllowed(
            f"capacity is short: the allowed choice with the most room has {most:g} units and {needed:g} are needed; "
            f"allow more sites or give them more room, {mend}"
        )
    known = "no choice" if proven else "no choice that was found within the effort"
    raise NoSiteAllowed(
        f"{known} that the rules allow has room in reach of every unit, though {most:g} units in all for {needed:g}; "
        f"ask capacitated_coverage how many can be served, allow more sites, {mend}"
    )


def _most_room(room: Floats, rules: SiteRules) -> float:
    """The room of the allowed choice that has most."""
    found = solve(site_program(-room, rules))
    return 0.0 if found.x is None else float(room[found.x > 0.5].sum())
