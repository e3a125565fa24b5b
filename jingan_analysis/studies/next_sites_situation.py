"""What one run of where next looks at: people, sites that stand, candidates, the walks between them, and the choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.catchment import enhanced_two_step_catchment
from jingan_analysis.models import siting
from jingan_analysis.models.monte_carlo_inputs import Reallocation
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.units import place_names
from jingan_analysis.studies.walkers import OLD_AGE_YEARS
from jingan_analysis.studies.walking import open_on

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.district import District
    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.measures.catchment import Catchment
    from jingan_analysis.studies.next_sites import Params
    from jingan_analysis.studies.next_sites_premises import Premises
    from jingan_analysis.studies.residents import Residents
    from jingan_analysis.studies.units import Units
    from jingan_analysis.studies.walking import Walking

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]
    Mask = NDArray[np.bool_]

KEYS = {"canteens": "site_id", "stations": "station_id", "service_points": "point_id"}
"""Identifier of each kind of site."""

_MM_A_MINUTE = 60_000.0

FAR = 3
"""Walks are known up to so many times the limit: for who is not near, how far it is still matters."""

GROUPS: dict[str, dict[str, object]] = {
    "counted": {},
    "aged_80_plus": {"age_from_years": OLD_AGE_YEARS},
    "frail": {"frailty": "frail"},
    "living_alone": {"living_arrangement": "alone"},
}
"""Groups of the people counted, as filters of :meth:`Residents.persons`; a scenario counts one of them alone."""


@dataclass(frozen=True)
class Standing:
    """Sites in service on the last day.

    Attributes
    ----------
    table
        ``site_id``, ``x_m``, ``y_m``, ``subdistrict_code`` (missing outside the district) and ``supply``, a day.
    names
        Display name by id.
    not_in_service
        Sites left out.
    """

    table: pd.DataFrame
    names: dict[str, str]
    not_in_service: int


def standing_sites(district: District, params: Params) -> Standing:
    """Sites of the kind asked about; every one but a canteen supplies 1."""
    key, sites = KEYS[params.facility], district.table(params.facility)
    dated = sites if "closed_on" in sites else sites.assign(closed_on=pd.Series(pd.NaT, index=sites.index))
    in_service = open_on(dated, pd.Timestamp(params.window.end))
    kept = sites[in_service].sort_values(key, ignore_index=True)
    supply: pd.Series | float = 1.0
    if params.facility == "canteens":
        supply = kept["capacity_meals_per_day"] * kept["open_days_per_week"].astype("float64").fillna(7.0) / 7.0
    table = pd.DataFrame(
        {"site_id": kept[key], "x_m": kept["x_m"], "y_m": kept["y_m"], "subdistrict_code": kept["subdistrict_code"]}
    )
    return Standing(table.assign(supply=supply), place_names(kept, key), int(np.sum(~in_service)))


@dataclass(frozen=True)
class Committees:
    """Committees that homes belong to.

    Attributes
    ----------
    of_point
        Position of each point's committee in ``ids``, -1 where it is not known, shape (n_points,).
    ids, names
        Identifiers, and display names by id.
    """

    of_point: Integers
    ids: list[str]
    names: dict[str, str]


def committees_of(district: District) -> Committees:
    """Committees of a district's homes; none where the data do not tell."""
    points = district.table("demand_points")
    if "committee_id" not in points or not points["committee_id"].notna().any():
        return Committees(np.full(len(points), -1), [], {})
    codes, ids = pd.factorize(points["committee_id"].astype(object), sort=True)
    names = place_names(district.table("committees"), "committee_id") if district.has("committees") else {}
    return Committees(codes.astype(np.int64), [str(one) for one in ids], names)


@dataclass(frozen=True, eq=False)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    residents, walking
        People and streets.
    premises, standing
        Candidates, and sites that stand.
    committees
        Committees that homes belong to.
    """

    params: Params
    units: Units
    residents: Residents
    walking: Walking
    premises: Premises
    standing: Standing
    committees: Committees

    # --- people ---------------------------------------------------------------------------------

    @cached_property
    def persons(self) -> Floats:
        """People counted at each demand point, inside the district and outside, shape (n_points,)."""
        return self.residents.persons(age_from_years=self.params.age_from_years)

    @property
    def in_focus(self) -> Mask:
        """Points of the place reported on, shape (n_points,)."""
        return self.residents.living_in(self.units, self.params.unit)

    @cached_property
    def people_here(self) -> Floats:
        """People counted of the place reported on, 0 elsewhere, shape (n_points,)."""
        return np.where(self.in_focus, self.persons, 0.0)

    @cached_property
    def weight(self) -> Floats:
        """What the people of each point count for: 0 outside the place reported on, shape (n_points,)."""
        more = self.persons.copy()
        for column, value, factor in (
            ("frailty", "frail", self.params.frail_weight),
            ("living_arrangement", "alone", self.params.alone_weight),
        ):
            if factor != 1.0 and self.residents.knows(column):
                more += (factor - 1.0) * self.group(**{column: value})
        return np.asarray(np.where(self.in_focus, np.maximum(more, 0.0), 0.0))

    @property
    def weighted(self) -> bool:
        """Whether some people count for more or less than others."""
        return self.params.frail_weight != 1.0 or self.params.alone_weight != 1.0

    def group(self, **wanted: object) -> Floats:
        """People counted of a group, at each demand point, shape (n_points,)."""
        filters = {"age_from_years": self.params.age_from_years, **wanted}
        return self.residents.persons(**filters)  # type: ignore[arg-type]  # the keys are those of the call

    @cached_property
    def groups(self) -> dict[str, Floats]:
        """People of each of ``GROUPS`` that the data tell, at each demand point, shape (n_points,) each."""
        return {name: self.group(**wanted) for name, wanted in GROUPS.items() if self._tells(wanted)}

    def _tells(self, wanted: Mapping[str, object]) -> bool:
        if "age_from_years" in wanted:
            return self.residents.bands_begin_at(OLD_AGE_YEARS) and self.params.age_from_years <= OLD_AGE_YEARS
        return all(self.residents.knows(column) for column in wanted)

    # --- sites ----------------------------------------------------------------------------------

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Sites that stand, then candidates that may be chosen: ``site_id``, place, ``subdistrict_code``, ``supply``."""
        candidates = self.premises.open.assign(supply=self.candidate_supply)
        columns = ["site_id", "x_m", "y_m", "subdistrict_code", "supply"]
        return pd.concat([self.standing.table[columns], candidates[columns]], ignore_index=True)

    @property
    def candidate_supply(self) -> pd.Series | float:
        """What a new site would supply a day; NaN where it is not known."""
        if self.params.facility != "canteens":
            return 1.0
        return self.premises.open["capacity_meals_per_day"].astype("float64")

    @cached_property
    def stands(self) -> Mask:
        """Whether each site stands already, shape (n_sites,)."""
        return np.arange(len(self.sites)) < len(self.standing.table)

    @cached_property
    def names(self) -> dict[str, str]:
        """Display name of each site by its id."""
        return {**self.standing.names, **self.premises.names}

    @property
    def limit_mm(self) -> int:
        """Longest walk that counts as near."""
        return reach_mm(self.params.walk_speed_mps, self.params.access_threshold_minutes)

    @property
    def far_minutes(self) -> float:
        """Walks are known up to so many minutes."""
        return FAR * self.params.access_threshold_minutes

    @cached_property
    def far_walks(self) -> TravelCosts:
        """Walks to all sites up to ``FAR`` times the limit."""
        return self.walking.costs(self.residents, self.sites, "site_id", FAR * self.limit_mm)

    @cached_property
    def travel_minutes(self) -> csr_array:
        """Minutes from points to sites, none where a site is not within ``far_minutes``, shape (n_points, n_sites)."""
        walks, shape = self.far_walks, (len(self.persons), len(self.sites))
        minutes = walks.distance_mm / (self.params.walk_speed_mps * _MM_A_MINUTE)
        return csr_array((np.minimum(minutes, self.far_minutes), (walks.origin, walks.destination)), shape=shape)

    @cached_property
    def ways(self) -> siting.Ways:
        """The same, nearest first, of people as they are weighted; who reaches no site counts with ``far_minutes``."""
        return siting.ways(self.travel_minutes, self.weight, beyond=self.far_minutes)

    @cached_property
    def walks(self) -> TravelCosts:
        """Walks to all sites within the limit."""
        return self.far_walks.within(self.limit_mm)

    @cached_property
    def near(self) -> csr_array:
        """Which points are near which sites, shape (n_points, n_sites)."""
        walks, shape = self.walks, (len(self.persons), len(self.sites))
        return csr_array((np.ones(len(walks.origin), dtype=np.bool_), (walks.origin, walks.destination)), shape=shape)

    def covered(self, chosen: Mask) -> Mask:
        """Points near a chosen site, shape (n_points,)."""
        return np.asarray(self.near @ chosen.astype(np.int32) > 0)

    def people_covered(self, chosen: Mask) -> float:
        """People counted of the place reported on who are near a chosen site."""
        return float(self.people_here[self.covered(chosen)].sum())

    @cached_property
    def unsnapped(self) -> Mask:
        """Points too far from the network for a walk to be known, shape (n_points,)."""
        return np.asarray(~self.walks.origin_snapped)

    def supplied(self, chosen: Mask) -> Catchment:
        """Supply a person by E2SFCA from the chosen sites; people outside the border compete."""
        supply = np.where(chosen, self.sites["supply"].to_numpy(dtype=np.float64), 0.0)
        return enhanced_two_step_catchment(self.walks.to_destinations(chosen), self.persons, supply, self.limit_mm)

    @cached_property
    def supplied_now(self) -> Catchment:
        """Supply a person from the sites that stand."""
        return self.supplied(self.stands)

    @cached_property
    def supplied_then(self) -> Catchment:
        """Supply a person with the proposal."""
        return self.supplied(self.proposal.chosen)

    @property
    def knows_supply(self) -> bool:
        """Whether any site's supply is known, now or with the proposal."""
        return self.supplied_now.ledger.supply_total > 0 or self.supplied_then.ledger.supply_total > 0

    # --- choices --------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> siting.SiteRules:
        """What the parameters allow."""
        params, ids = self.params, self.sites["site_id"]
        own = self.stands & self.sites["subdistrict_code"].notna().to_numpy(dtype=bool)
        mine = (
            own if params.unit is None else own & (self.sites["subdistrict_code"] == params.unit).to_numpy(dtype=bool)
        )
        unit = self.units.positions(self.sites["subdistrict_code"])
        there = np.bincount(unit[unit >= 0], minlength=len(self.units)) > 0
        return siting.SiteRules(
            len(ids),
            most_new=params.new_sites,
            standing=self.stands,
            may_close=mine if params.most_moved else np.zeros(len(ids), dtype=np.bool_),
            most_closed=params.most_moved,
            moves=params.most_moved > 0,
            forced=ids.isin(params.forced).to_numpy(dtype=bool) & ~self.stands,
            cost=None if params.budget_cny is None else self._cost(params.budget_cny),
            budget=params.budget_cny,
            unit=unit if params.each_unit else None,
            least_in_unit=there.astype(np.int64) if params.each_unit else None,
        )

    def _cost(self, budget: float) -> Floats:
        """What each site costs; who does not know what one costs cannot say that it fits a budget."""
        cost = self.premises.open["setup_cost_cny"].astype("float64").fillna(budget + 1.0)
        return np.append(np.zeros(int(self.stands.sum())), cost.to_numpy(dtype=np.float64))

    @property
    def effort(self) -> siting.Effort:
        """When a search ends: a count of branches, so that a report is the same on every machine."""
        return siting.Effort(nodes=self.params.search_branches)

    @cached_property
    def proposal(self) -> siting.Coverage:
        """The choice that brings most people near."""
        return siting.maximal_coverage(self.near, self.weight, self.rules, effort=self.effort)

    @cached_property
    def curve(self) -> siting.StopCurve:
        """The best choice for each number of new sites."""
        most = self.params.most_new_sites
        return siting.stop_curve(self.near, self.weight, self.rules, most_new=most, effort=self.effort)

    @cached_property
    def alternatives(self) -> siting.Alternatives:
        """Other choices nearly as good."""
        params = self.params
        return siting.alternatives(
            self.near,
            self.weight,
            self.rules,
            within=params.alternatives_within,
            most=params.most_alternatives,
            effort=self.effort,
        )

    @cached_property
    def area(self) -> Integers:
        """Sub-district of each point, in a report on one its committee; -1 elsewhere, shape (n_points,)."""
        if self.params.unit is None:
            return self.residents.unit
        return np.where(self.in_focus, self.committees.of_point, -1)

    def area_name(self, position: int) -> str:
        """Display name of an area."""
        if self.params.unit is None:
            return self.units.names[self.units.codes[position]]
        one = self.committees.ids[position]
        return self.committees.names.get(one, one)

    @cached_property
    def frontier(self) -> siting.Frontier | None:
        """People covered against the worst-off area; None where there is no area to compare with another."""
        here = self.area[(self.area >= 0) & (self.weight > 0)]
        if len(np.unique(here)) < 2:
            return None
        return siting.fairness_frontier(self.near, self.weight, self.area, self.rules, effort=self.effort)

    @cached_property
    def scenarios(self) -> dict[str, Floats]:
        """People of the place by whose demand alone counts, shape (n_points,) each; groups without anybody are left out."""
        here = {name: np.where(self.in_focus, people, 0.0) for name, people in self.groups.items()}
        return {name: people for name, people in here.items() if people.sum() > 0}

    @cached_property
    def least_regret(self) -> siting.LeastRegret | None:
        """The choice that no scenario regrets much, in shares of each one's people; None with fewer than two."""
        if len(self.scenarios) < 2:
            return None
        shares = np.array([people / people.sum() for people in self.scenarios.values()])
        return siting.least_regret(self.near, shares, self.rules, effort=self.effort)

    @cached_property
    def staying(self) -> Floats | None:
        """How often each site is in the best set when people are placed anew; None where that cannot be drawn."""
        people = self.persons[self.in_focus]
        if not self.params.draws or self.weighted or (people != np.floor(people)).any() or not people.sum():
            return None
        return siting.staying_share(self.near, self._draws(), self.rules, self.proposal.chosen, effort=self.effort)

    def _draws(self) -> Iterator[Floats]:
        """People of each area placed anew at its homes."""
        here = np.flatnonzero(self.in_focus)
        _, area = np.unique(self.residents.unit[here], return_inverse=True)
        people = self.persons[here]
        placing = Reallocation(persons=np.bincount(area, people), area=area, weight=people)
        random = np.random.default_rng([self.params.seed, 8])
        for _ in range(self.params.draws):
            drawn = np.zeros(len(self.persons))
            drawn[here] = placing.draw(random)
            yield drawn

    @cached_property
    def without(self) -> dict[str, float]:
        """People fewer who are near a site if a proposed one could not be had, by its id."""
        found, best = {}, self.people_covered(self.proposal.chosen)
        for site in np.flatnonzero(self.proposal.chosen & self.rules.free & ~self.stands):
            barred = replace(self.rules, barred=np.arange(self.rules.sites) == site)
            plan = siting.maximal_coverage(self.near, self.weight, barred, effort=self.effort)
            found[str(self.sites["site_id"].iloc[site])] = best - self.people_covered(plan.chosen)
        return found

    @cached_property
    def planned(self) -> Mask | None:
        """The plan made by hand, beside the sites that stand; None where there is none."""
        if not self.params.plan:
            return None
        return np.asarray(self.stands | self.sites["site_id"].isin(self.params.plan).to_numpy(dtype=bool))
