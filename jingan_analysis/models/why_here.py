"""Why here: an exact split of a unit's deficit in access into distance, competition, capacity and barriers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.measures.catchments.account import share
from jingan_analysis.measures.decay import Decay, decay_weights
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.shapley import shapley_values

FACTORS: Final = ("distance", "competition", "capacity", "barriers")
"""What a deficit is split into, in this order everywhere. Coalition c holds factor k if bit k of c is set."""

_DISTANCE, _COMPETITION, _CAPACITY, _BARRIERS = (1 << bit for bit in range(len(FACTORS)))

_TOLERANCE = 1e-9
"""Largest difference between a deficit and the sum of its parts, over the access it is made of."""


@dataclass(frozen=True, eq=False)
class WhyHere:
    """Deficits of units, split.

    Attributes
    ----------
    units
        Labels, sorted, shape (n_units,).
    persons
        Persons of each unit whose walks are known, shape (n_units,).
    access
        Supply per person in each unit, counting known capacities only, NaN without persons, shape (n_units,).
    reference
        Supply per person of all units together, at present.
    gain_if_opened
        What all units together would gain in supply per person with the links open: from sites that nobody reaches
        now, and from or to people outside. 0 where neither is in question.
    deficit
        Reference less access, below 0 where a unit has more than its share, shape (n_units,).
    parts
        What each factor adds to the deficit, in the order of ``FACTORS``; below 0 where it helps the unit. Rows sum to
        the deficit. Shape (n_units, 4).
    coalitions
        Supply per person in each unit when the factors in the row's number are even, shape (16, n_units): row 0 is the
        access, row 15 the reference and the gain if opened.
    beside_unknown
        Persons of each unit with a site of unknown capacity in reach: their access is at least what is given. Shape
        (n_units,).
    sites
        Sites of known capacity in somebody's reach: the split is about these.
    sites_unknown
        Sites of unknown capacity, left out.
    sites_unreached, supply_unreached
        Sites of known capacity that nobody could reach even without barriers, and their supply, left out.
    persons_outside
        Persons in no unit, who compete.
    persons_unsnapped
        Persons whose walks are not known, left out.
    """

    units: NDArray[np.object_]
    persons: NDArray[np.float64]
    access: NDArray[np.float64]
    reference: float
    gain_if_opened: float
    deficit: NDArray[np.float64]
    parts: NDArray[np.float64]
    coalitions: NDArray[np.float64]
    beside_unknown: NDArray[np.float64]
    sites: int
    sites_unknown: int
    sites_unreached: int
    supply_unreached: float
    persons_outside: float
    persons_unsnapped: float

    def worst(self, n: int) -> NDArray[np.int64]:
        """Rows of the units with the largest deficits, the largest first; units without persons never."""
        # A unit without persons sorts last, and is cut off.
        order = np.argsort(-self.deficit, kind="stable")
        return order[: min(n, int((~np.isnan(self.deficit)).sum()))]

    def to_frame(self) -> pd.DataFrame:
        """One row a unit: access, reference, deficit and its four parts, all in supply per person."""
        table = {
            "unit": self.units,
            "persons": self.persons,
            "persons_beside_unknown": self.beside_unknown,
            "access_per_person": self.access,
            "reference_per_person": np.where(np.isnan(self.access), np.nan, self.reference),
            "deficit_per_person": self.deficit,
        }
        table |= {f"{name}_per_person": part for name, part in zip(FACTORS, self.parts.T, strict=True)}
        return pd.DataFrame(table)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: the deficits, the largest first, and what was left out."""
        from jingan_analysis.showing import Fact, shown

        facts = [
            Fact("Mean access of all units", self.reference, "per person"),
            Fact("Units below it", int((self.deficit > 0).sum())),
            Fact("Sites of known capacity in reach", self.sites),
            Fact("Sites of unknown capacity, left out", self.sites_unknown),
            Fact("Persons whose walks are not known, left out", self.persons_unsnapped),
        ]
        frame = self.to_frame().sort_values("deficit_per_person", ascending=False, kind="stable", ignore_index=True)
        notes = ("The four parts sum to the deficit; below 0, a part helps the unit.",)
        return shown("Why here: deficits in access, split", facts, frame, notes=notes)

    def close(self, *, catchment_access: NDArray[np.float64] | None = None) -> None:
        """Verify that the parts of each deficit sum to it, and that access is what a catchment found.

        Raises
        ------
        LedgerDoesNotClose
            If two that must agree differ by more than 1e-9 of the larger of access and reference.
        """
        scale = np.nan_to_num(self.coalitions).max(axis=0, initial=self.reference)
        _must_agree("the parts of a deficit must sum to it", self.parts.sum(axis=1), self.deficit, scale)
        if catchment_access is not None:
            _must_agree("access must be that of the catchment", self.access, catchment_access, scale)


def why_here(
    costs: TravelCosts,
    costs_opened: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    unit: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> WhyHere:
    r"""Split the deficit of every unit exactly into distance, competition, capacity and barriers.

    Access of a unit is that of the enhanced two-step floating catchment,

    .. math::

        A_u = \sum_j w_{uj} \frac{S_j}{D_j}, \qquad
        w_{uj} = \frac{1}{P_u} \sum_{i \in u} P_i f(d_{ij}), \qquad D_j = \sum_k P_k f(d_{kj})

    Where
        P_i    persons at origin i, P_u in unit u, P in all units; people outside compete too;
        d_ij   walking distance, f decay, 0 beyond the limit;
        S_j    supply of site j, of known capacity and in somebody's reach.

    The deficit is that to the mean access of all units together, :math:`A = \sum_u P_u A_u / P`. Four counterfactuals
    make conditions even; each is a question that can be put to a district. In them a site counts by the share of its
    users who live in the units, :math:`q_j = D_j^{units} / D_j`: 1 where nobody comes from outside.

    capacity
        *What if all sites were equally large?* :math:`S_j \to \bar S = \sum q_j S_j / \sum q_j`. The part is above 0
        where the sites near the unit are small.
    competition
        *What if all sites were shared by equally many people?* :math:`D_j \to \bar D = \sum q_j D_j / \sum q_j`.
        Above 0 where the sites near the unit are crowded.
    distance
        *What if its people had as many sites around them as the average resident, near ones counting for more?*
        :math:`w_{uj} \to w_{uj} \bar W / W_u`, with :math:`W_u = \sum_j w_{uj}` and
        :math:`\bar W = \sum_u P_u W_u / P`; a unit with nothing in reach gets the average resident's walks,
        :math:`D_j^{units} / P`. Above 0 where few sites are near.
    barriers
        *What if the given links were open, to everybody?* All walks, and all means above, are taken from the
        search with the links open. Above 0 where the barrier costs the unit more than it costs the average resident;
        below 0 where it keeps others away from the unit's sites, or costs the unit less than it costs others.

    With the first three even, access is :math:`\bar W \bar S / \bar D = A` in every unit: the part of the supply that
    goes to the units, for each of their people. So the four explain the whole deficit. A factor's part is its Shapley
    value, the mean of what it changes over all orders in which the four can be made even:

    .. math::

        \phi_k(u) = \sum_{T \not\ni k} \frac{|T|!\,(3 - |T|)!}{4!} \bigl(A_u(T \cup k) - A_u(T)\bigr), \qquad
        \sum_k \phi_k(u) = A - A_u

    Opening links may change the mean itself, by :math:`G` (``gain_if_opened``), where sites are reached that
    nobody reaches now or people outside come into play. What all units gain alike does not tell why here: G is
    taken off the barriers' part.

    A part says what would change here if that one condition were as it is elsewhere; it does not say what that would
    cost, nor who would have less for it. The deficits of all units, weighted by persons, sum to 0.

    Parameters
    ----------
    costs, costs_opened
        Walks at present and with links open, from the same origins to the same sites: see
        :func:`jingan_analysis.geography.severance.opened_network`. The same table twice leaves barriers out of
        question: their part is then exactly 0.
    demand
        Persons at every origin, shape (n_origins,).
    supply
        Units per day at every site, NaN for unknown capacity, shape (n_destinations,).
    unit
        Label of the unit of every origin, such as its sub-district, shape (n_origins,).
    limit_mm
        Longest walk in millimetres.
    decay
        Shape of the distance decay, see :func:`jingan_analysis.measures.decay.decay_weights`.
    outside
        Origins whose people compete but are in no unit, shape (n_origins,).

    Raises
    ------
    InvalidParameter
        If inputs do not belong together, an amount is not valid, or there is no supply of known size in anybody's
        reach.
    LedgerDoesNotClose
        If access differs from that of the catchment, or parts do not sum to their deficit.
    ValueError
        If the limit is beyond the cutoff of a search.

    Notes
    -----
    Shapley, L. S. (1953), A value for n-person games, in *Contributions to the Theory of Games* II; as a way to
    split a statistic exactly: Shorrocks, A. F. (2013), Decomposition procedures for distributional analysis: a unified
    framework based on the Shapley value, *Journal of Economic Inequality* 11(1). Access: Luo, W. and Qi, Y.
    (2009), *Health & Place* 15(4).
    """
    _require_same_places(costs, costs_opened)
    persons = quantity("demand", demand, length=costs.n_origins)
    units_per_day = quantity("supply", supply, length=costs.n_destinations, unknown=True)
    unit_row, labels = _units(unit, outside, costs.n_origins)
    # Who is joined to the network in one search only cannot be compared, and is left out of both.
    placed = costs.origin_snapped & costs_opened.origin_snapped
    competing = np.where(placed, persons, 0.0)
    pairs = [_Pairs.of(walks, competing, limit_mm, decay) for walks in (costs, costs_opened)]
    known = ~np.isnan(units_per_day)
    counted = known & np.any([some.at_sites(len(known)) > 0.0 for some in pairs], axis=0)
    capacity = np.where(counted, units_per_day, 0.0)
    own = enhanced_two_step_catchment(costs.to_destinations(counted), competing, capacity, limit_mm, decay=decay)
    inside = unit_row >= 0
    living, had = (
        np.bincount(unit_row[inside], amount[inside], len(labels)).astype(np.float64)
        for amount in (competing, competing * np.nan_to_num(own.access))
    )
    states = [_Walks.of(some, counted, unit_row) for some in pairs]
    if not math.fsum(living) > 0.0 or not any(state.mean_access(capacity, living) for state in states):
        raise InvalidParameter(
            f"supply: none of {int(known.sum())} sites of known capacity has supply in reach of anybody in the units, "
            "so there is no access to explain; look at the limit, the capacities and the marks of who is outside"
        )
    reference, opened = (state.mean_access(capacity, living) for state in states)
    values = _coalitions(states, capacity, living)
    parts = shapley_values(values).T
    parts[:, FACTORS.index("barriers")] -= opened - reference
    result = WhyHere(
        units=labels,
        persons=living,
        access=values[0],
        reference=reference,
        gain_if_opened=opened - reference,
        deficit=reference - values[0],
        parts=parts,
        coalitions=values,
        beside_unknown=_beside(pairs[0], ~known, competing, unit_row, len(labels)),
        sites=int(counted.sum()),
        sites_unknown=int((~known).sum()),
        sites_unreached=int((known & ~counted).sum()),
        supply_unreached=math.fsum(units_per_day[known & ~counted]),
        persons_outside=math.fsum(competing[~inside]),
        persons_unsnapped=math.fsum(persons[~placed]),
    )
    result.close(catchment_access=np.divide(had, living, out=np.full(len(had), np.nan), where=living > 0.0))
    return result


# --- access under even conditions -------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Pairs within the limit, and persons times weight of each."""

    origin: NDArray[np.int64]
    site: NDArray[np.int64]
    drawn: NDArray[np.float64]

    @classmethod
    def of(cls, costs: TravelCosts, persons: NDArray[np.float64], limit_mm: int, decay: Decay) -> _Pairs:
        within = costs.within(limit_mm)
        drawn = persons[within.origin] * decay_weights(within.distance_mm, limit_mm, decay)
        return cls(within.origin, within.destination, drawn)

    def at_sites(self, n_sites: int) -> NDArray[np.float64]:
        """Persons times weight drawn to each site, shape (n_sites,)."""
        return np.bincount(self.site, self.drawn, n_sites).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Walks:
    """Walks in one state of the barriers, summed over the persons of each unit.

    Attributes
    ----------
    unit, site
        Row of each pair of a unit and a counted site in its reach, shape (n_pairs,).
    drawn_from
        Persons times weight that the site draws from the unit, shape (n_pairs,).
    drawn
        Persons times weight that each counted site draws in all, shape (n_sites,).
    drawn_inside
        The same from all units, without those outside, shape (n_sites,).
    """

    unit: NDArray[np.int64]
    site: NDArray[np.int64]
    drawn_from: NDArray[np.float64]
    drawn: NDArray[np.float64]
    drawn_inside: NDArray[np.float64]

    @classmethod
    def of(cls, pairs: _Pairs, counted: NDArray[np.bool_], unit_row: NDArray[np.int64]) -> _Walks:
        n_sites = len(counted)
        inside = counted[pairs.site] & (unit_row[pairs.origin] >= 0)
        key = unit_row[pairs.origin[inside]] * n_sites + pairs.site[inside]
        found, back = np.unique(key, return_inverse=True)
        drawn_from = np.bincount(back.ravel(), pairs.drawn[inside], len(found)).astype(np.float64)
        site = found % n_sites
        drawn_inside = np.bincount(site, drawn_from, n_sites).astype(np.float64)
        drawn = np.where(counted, pairs.at_sites(n_sites), 0.0)
        return cls(found // n_sites, site, drawn_from, drawn, drawn_inside)

    @property
    def share_inside(self) -> NDArray[np.float64]:
        """Share of what each site draws that comes from the units, 0 where nobody comes, shape (n_sites,)."""
        return share(self.drawn_inside, self.drawn)

    def mean_access(self, capacity: NDArray[np.float64], living: NDArray[np.float64]) -> float:
        """Supply per person of all units together."""
        return math.fsum(self.share_inside * capacity) / math.fsum(living)


def _coalitions(
    states: list[_Walks], capacity: NDArray[np.float64], living: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Access of every unit in every coalition, shape (16, n_units)."""
    values = np.empty((1 << len(FACTORS), len(living)))
    for coalition in range(len(values)):
        walks = states[1 if coalition & _BARRIERS else 0]
        offered = _even(capacity, walks) if coalition & _CAPACITY else capacity
        shared = _even(walks.drawn, walks) if coalition & _COMPETITION else walks.drawn
        ratio = share(offered, shared)
        got = np.bincount(walks.unit, walks.drawn_from * ratio[walks.site], len(living)).astype(np.float64)
        values[coalition] = _average_walks(walks, got, ratio, living) if coalition & _DISTANCE else share(got, living)
    values[:, living == 0.0] = np.nan
    return values


def _even(amounts: NDArray[np.float64], walks: _Walks) -> NDArray[np.float64]:
    """The mean of sites, each counted by its share of users from the units, at every site."""
    weight = walks.share_inside
    everywhere = math.fsum(weight)
    return np.full(len(amounts), math.fsum(weight * amounts) / everywhere if everywhere > 0.0 else 0.0)


def _average_walks(
    walks: _Walks, got: NDArray[np.float64], ratio: NDArray[np.float64], living: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Access of each unit if it had the average resident's weighted number of sites, in its own mix."""
    in_reach = np.bincount(walks.unit, walks.drawn_from, len(got)).astype(np.float64)
    everywhere = math.fsum(walks.drawn_inside)
    mix = np.full(len(got), math.fsum(walks.drawn_inside * ratio) / everywhere if everywhere > 0.0 else 0.0)
    np.divide(got, in_reach, out=mix, where=in_reach > 0.0)
    return mix * (everywhere / math.fsum(living))


# --- doors and checks -------------------------------------------------------------------------


def _units(unit: ArrayLike, outside: ArrayLike | None, n_origins: int) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Row of the unit of every origin, -1 outside, and the labels in order."""
    labels = pd.Series(np.asarray(unit, dtype=object))
    beyond = np.zeros(n_origins, dtype=np.bool_) if outside is None else np.asarray(outside)
    if beyond.shape != (n_origins,) or beyond.dtype != np.bool_:
        raise InvalidParameter(
            f"outside has shape {beyond.shape} and type {beyond.dtype}; give booleans ({n_origins},)"
        )
    if len(labels) != n_origins:
        raise InvalidParameter(f"unit has {len(labels)} labels; give one for each of {n_origins} origins")
    if missing := int((labels.isna() & ~beyond).sum()):
        raise InvalidParameter(f"unit: {missing} origins have no label; name their unit or mark them in outside")
    code, found = pd.factorize(labels.mask(beyond), sort=True)
    return code.astype(np.int64), np.asarray(found, dtype=object)


def _require_same_places(costs: TravelCosts, opened: TravelCosts) -> None:
    for name in ("origin_ids", "destination_ids"):
        if not np.array_equal(getattr(costs, name), getattr(opened, name)):
            raise InvalidParameter(f"costs and costs_opened differ in {name}; search from the same places in both")


def _beside(
    pairs: _Pairs, unknown: NDArray[np.bool_], persons: NDArray[np.float64], unit_row: NDArray[np.int64], n_units: int
) -> NDArray[np.float64]:
    """Persons of each unit with a site of unknown capacity in reach, shape (n_units,)."""
    beside = np.zeros(len(persons), dtype=np.bool_)
    beside[pairs.origin[unknown[pairs.site] & (pairs.drawn > 0.0)]] = True
    beside &= unit_row >= 0
    return np.bincount(unit_row[beside], persons[beside], n_units).astype(np.float64)


def _must_agree(what: str, one: NDArray[np.float64], other: NDArray[np.float64], scale: NDArray[np.float64]) -> None:
    agree = np.isclose(one, other, rtol=0.0, atol=_TOLERANCE * scale, equal_nan=True)
    if not agree.all():
        row = int(np.argmax(~agree))
        raise LedgerDoesNotClose(
            f"{what}: not so in {int((~agree).sum())} units, first in row {row} ({float(one[row])!r} against "
            f"{float(other[row])!r}); do not use this result, and report it together with the inputs"
        )
