"""What to offer where next: pairs of site and service that bring the most use near to people, for a budget of pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from jingan_analysis.errors import DidNotConverge, InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.quantity import quantity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_EXACT = 1e-9
_MOST_NODES = 50_000


@dataclass(frozen=True)
class Offering:
    """Who could be offered what, and what is offered already.

    Attributes
    ----------
    near
        Which groups of people are near which sites, shape (g, s).
    people
        People of each group, 0 or more, shape (g,).
    frequency
        How often each service is asked for, 0 or more, shape (m,): weights, of any sum above 0.
    covered
        Whether a group has the service near already, from anywhere, shape (g, m).
    may_open
        Whether the service may be offered at the site and is not yet, shape (s, m).
    """

    near: csr_array
    people: Floats
    frequency: Floats
    covered: Mask
    may_open: Mask

    def __post_init__(self) -> None:
        faults = []
        groups, sites = self.near.shape
        services = len(self.frequency)
        for name, expected in (
            ("people", (groups,)), ("covered", (groups, services)), ("may_open", (sites, services)),
        ):  # fmt: skip
            if (shape := getattr(self, name).shape) != expected:
                faults.append(f"{name} has the shape {shape}; near and frequency ask for {expected}")
        for name in ("people", "frequency"):
            try:
                quantity(name, getattr(self, name))
            except InvalidParameter as fault:
                faults.append(str(fault))
        if not faults and not self.frequency.sum() > 0:
            faults.append("frequency: no service is asked for at all")
        if faults:
            raise InvalidParameter("; ".join(faults))

    def gain(self, site: Integers, service: Integers) -> float:
        """Uses that are near to people with these pairs and were not before, in people times frequency."""
        new = np.zeros(self.covered.shape, dtype=np.bool_)
        for one in np.unique(service):
            new[:, one] = np.asarray(self.near[:, site[service == one]].sum(axis=1) > 0).ravel()
        return float(self.people @ ((new & ~self.covered) @ self.frequency))

    @property
    def single_gain(self) -> Floats:
        """What each pair would bring alone, 0 where it may not be opened, shape (s, m)."""
        missing = self.people[:, None] * ~self.covered
        return np.where(self.may_open, np.asarray(self.near.T @ missing) * self.frequency, 0.0)


@dataclass(frozen=True)
class Enabling:
    """The best pairs for a budget.

    Attributes
    ----------
    site, service
        Pairs by position, the one that brings most first, and then those that add most to it, shape (k,).
    added
        What each brings beyond those before it, shape (k,).
    bound
        No choice of as many pairs brings more.
    greedy
        What choosing the best next pair each time brings, for comparison.
    price
        What one pair more of budget would bring at most, by the linear relaxation.
    """

    site: Integers
    service: Integers
    added: Floats
    bound: float
    greedy: float
    price: float

    @property
    def gain(self) -> float:
        """What all of them bring, in people times frequency."""
        return float(self.added.sum())

    @property
    def gap(self) -> float:
        """Bound minus gain, as a share of the bound: 0 for a proven optimum, up to the last digits of sums."""
        return max(self.bound - self.gain, 0.0) / self.bound if self.bound > 0 else 0.0


def best_enabling(offering: Offering, budget: int) -> Enabling:
    r"""Choose pairs of site and service so that as many uses as possible come near.

    .. math::
        \max_{x, z} \sum_m f_m \sum_g w_g z_{gm} \quad\text{subject to}\quad
        z_{gm} \le \sum_{s \in N(g)} x_{sm}, \quad z_{gm} \le 1, \quad \sum_{s,m} x_{sm} \le B, \quad
        x_{sm} \in \{0, 1\}

    Where
        x_sm  whether service m is opened at site s, for pairs that may be opened;
        z_gm  whether group g has service m near and had not before; w_g its people, f_m the frequency of m;
        N(g)  sites near the group; B the budget of pairs.

    Maximal covering (Church and ReVelle 1974) of all services at once. A pair brings at most what it brings alone, so
    that the linear relaxation needs only pairs that bring more alone than its price of one pair; of them those are left
    out that the relaxation's reduced costs rule out beside the greedy choice, and the rest is a small integer program.

    Parameters
    ----------
    offering
        Who could be offered what.
    budget
        Most pairs, at least 1.

    Raises
    ------
    InvalidParameter
        If the budget is no whole number of at least 1.
    DidNotConverge
        If the solver finds no answer.
    LedgerDoesNotClose
        If the pairs do not bring what the solver says.

    Notes
    -----
    Church, R. and ReVelle, C. (1974), The maximal covering location problem, *Papers of the Regional Science
    Association* 32.
    """
    if isinstance(budget, bool) or not isinstance(budget, int | np.integer) or budget < 1:
        raise InvalidParameter(f"budget={budget!r} must be a whole number of at least 1")
    alone = offering.single_gain
    worth = int((alone > 0).sum())
    site, service, greedy = _greedy(offering, np.where(alone > 0, alone, -1.0), min(int(budget), worth))
    if worth <= budget:
        added = _in_order(offering, site, service)
        return Enabling(*added, bound=greedy, greedy=greedy, price=0.0)
    return _proven(offering, alone, int(budget), (site, service, greedy))


def _greedy(offering: Offering, gains: Floats, count: int) -> tuple[Integers, Integers, float]:
    gains, covered = gains.copy(), offering.covered.copy()
    opened, total = np.zeros((2, count), dtype=np.int64), 0.0
    for number in range(count):
        site, service = np.unravel_index(int(gains.argmax()), gains.shape)
        if gains[site, service] <= 0:
            opened = opened[:, :number]
            break
        total += float(gains[site, service])
        opened[:, number] = site, service
        covered[:, service] |= np.asarray(offering.near[:, [site]].todense() > 0).ravel()
        left = np.asarray(offering.near.T @ (offering.people * ~covered[:, service])) * offering.frequency[service]
        gains[:, service] = np.where(offering.may_open[:, service], left, -1.0)
        gains[site, service] = -1.0
    return opened[0], opened[1], total


def _in_order(offering: Offering, site: Integers, service: Integers) -> tuple[Integers, Integers, Floats]:
    """Pairs and what each adds: the one that adds most next comes next."""
    covered, left = offering.covered.copy(), list(range(len(site)))
    order, added = [], []
    near = [np.asarray(offering.near[:, [one]].todense() > 0).ravel() for one in site]
    worth = np.array([_adds(offering, covered, near[pair], int(service[pair])) for pair in left])
    while left:
        pair = max(left, key=lambda one: (worth[one], -one))
        order.append(pair)
        left.remove(pair)
        added.append(worth[pair])
        covered[:, service[pair]] |= near[pair]
        for other in left:
            if service[other] == service[pair]:
                worth[other] = _adds(offering, covered, near[other], int(service[other]))
    return site[order], service[order], np.array(added, dtype=np.float64)


def _adds(offering: Offering, covered: Mask, near: Mask, service: int) -> float:
    return float(offering.people[near & ~covered[:, service]].sum() * offering.frequency[service])


@dataclass(frozen=True)
class _Program:
    """The covering of some pairs: columns are the pairs, then groups of people with one service."""

    worth: Floats
    matrix: csr_array
    limit: Floats
    pairs: int


def _program(offering: Offering, site: Integers, service: Integers, budget: int) -> _Program:
    """Rows: each group with a service at most its sites; all pairs at most the budget."""
    near = offering.near.tocsc()
    sizes = np.diff(near.indptr)[site]
    group = np.concatenate([near.indices[near.indptr[one] : near.indptr[one + 1]] for one in site])
    pair = np.repeat(np.arange(len(site)), sizes)
    missing = ~offering.covered[group, service[pair]] & (offering.people[group] > 0)
    group, pair = group[missing], pair[missing]
    _, first, number = np.unique(
        group.astype(np.int64) * len(offering.frequency) + service[pair], return_index=True, return_inverse=True
    )
    worth = offering.people[group[first]] * offering.frequency[service[pair[first]]]
    # Groups that the same pairs would serve are one.
    member = csr_array((np.ones(len(pair)), (number, pair)), shape=(len(first), len(site)))
    kinds, alike = np.unique(_signatures(member), return_inverse=True)
    kept = np.zeros(len(kinds), dtype=np.int64)
    kept[alike] = np.arange(len(alike))
    worth = np.asarray(np.bincount(alike, weights=worth), dtype=np.float64)
    member = csr_array(member[kept])
    eye = csr_array((np.ones(len(kept)), (np.arange(len(kept)), np.arange(len(kept)))))
    budgeted = csr_array(np.concatenate([np.ones(len(site)), np.zeros(len(kept))])[None])
    matrix = csr_array(vstack([hstack([-member, eye]), budgeted]))
    return _Program(worth, matrix, np.concatenate([np.zeros(len(kept)), [float(budget)]]), len(site))


def _signatures(member: csr_array) -> NDArray[np.object_]:
    """One text of bytes a row: the columns in it."""
    member.sort_indices()
    rows = np.split(member.indices, member.indptr[1:-1])
    return np.array([row.tobytes() for row in rows], dtype=object)


def _proven(offering: Offering, alone: Floats, budget: int, greedy: tuple[Integers, Integers, float]) -> Enabling:
    """The best pairs among those that the linear relaxation does not rule out."""
    threshold = 0.7 * float(np.partition(alone.ravel(), -budget)[-budget])
    while True:
        site, service = np.nonzero(alone > threshold)
        upper, price, reduced = _relaxed(_program(offering, site, service, budget))
        # Once pairs left out bring less alone than the price of one, the relaxation is that of all pairs, and a choice
        # with one of them brings at most upper - price + what that one brings alone.
        needed = price - max(upper - greedy[2], 0.0) - _EXACT * upper
        if threshold <= max(needed, 0.0):
            break
        threshold = max(needed, 0.0)
    kept = reduced <= upper - greedy[2] + _EXACT * upper
    site, service, bound = _chosen(offering, (site[kept], service[kept]), budget, greedy, upper)
    site, service, added = _in_order(offering, site, service)
    return Enabling(site, service, added, bound=bound, greedy=greedy[2], price=price)


def _relaxed(program: _Program) -> tuple[float, float, Floats]:
    """The relaxation's gain, its price of one pair, and what each pair loses against it."""
    from scipy.optimize import linprog  # heavy

    cost = -np.concatenate([np.zeros(program.pairs), program.worth])
    found = linprog(cost, A_ub=program.matrix, b_ub=program.limit, bounds=(0, 1), method="highs")
    if found.status != 0:
        raise DidNotConverge(f"no choice of pairs was found: {found.message}")
    return float(-found.fun), float(-found.ineqlin.marginals[-1]), np.asarray(found.lower.marginals[: program.pairs])


def _chosen(
    offering: Offering,
    pairs: tuple[Integers, Integers],
    budget: int,
    greedy: tuple[Integers, Integers, float],
    upper: float,
) -> tuple[Integers, Integers, float]:
    """The best of the pairs, or the greedy ones where the search ends without better, and the bound."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy

    program = _program(offering, *pairs, budget)
    size = len(program.worth)
    found = milp(
        -np.concatenate([np.zeros(program.pairs), program.worth]),
        constraints=LinearConstraint(program.matrix, ub=program.limit),
        integrality=np.concatenate([np.ones(program.pairs), np.zeros(size)]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0, "node_limit": _MOST_NODES},
    )
    bound = upper if found.mip_dual_bound is None else min(upper, max(-float(found.mip_dual_bound), greedy[2]))
    if found.x is None:
        return greedy[0], greedy[1], bound
    opened = np.rint(found.x[: program.pairs]).astype(np.bool_)
    site, service = pairs[0][opened], pairs[1][opened]
    gain = offering.gain(site, service)
    if opened.sum() > budget or abs(gain + found.fun) > 1e-6 * max(gain, 1.0):
        raise LedgerDoesNotClose("the pairs do not bring what the solver says, or are too many; do not use them")
    return (site, service, max(bound, gain)) if gain >= greedy[2] else (greedy[0], greedy[1], bound)
