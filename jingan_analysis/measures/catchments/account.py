"""What every catchment method returns: access, and an account of supply and demand that closes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.ledger import Ledger
from jingan_analysis.measures.decay import Decay, decay_weights
from jingan_analysis.measures.quantity import quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True)
class Catchment:
    """Result of a floating catchment.

    Attributes
    ----------
    access
        Supply per person, shape (n_origins,). 0 where certainly no supply is in reach; NaN where it
        is not known: the origin is unsnapped, or the only supply in reach is of unknown capacity.
    lower_bound
        Whether a site of unknown capacity is also in reach, so that the access is at least the
        number given, shape (n_origins,).
    supply_ratio
        Supply per person of the demand that a site attracts, as its method counts demand, shape (n_destinations,). NaN
        where the capacity is unknown or nobody is in reach.
    ledger
        Closed account of supply and demand.
    """

    access: NDArray[np.float64]
    lower_bound: NDArray[np.bool_]
    supply_ratio: NDArray[np.float64]
    ledger: Ledger

    def to_frame(self) -> pd.DataFrame:
        """One row an origin: ``access_per_person`` and ``lower_bound``."""
        return pd.DataFrame({"access_per_person": self.access, "lower_bound": self.lower_bound})

    def plot(self, xy_m: ArrayLike, *, per: float = 1000.0, ax: Axes | None = None) -> Axes:
        """Draw a map of access: none at all and not known have colours of their own.

        Parameters
        ----------
        xy_m
            Positions of the origins in metres, shape (n_origins, 2).
        per
            Access is told for so many persons.

        Raises
        ------
        InvalidParameter
            If there is not one position an origin.
        """
        from jingan_analysis.plotting import place_map

        states = {"certainly none": self.access == 0.0, "not known": np.isnan(self.access)}
        label = f"Supply per {per:,.0f} persons"
        return place_map(xy_m, self.access * per, states=states, label=label, ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: who has some, who has none, of whom it is not known, and the account."""
        from jingan_analysis.showing import Fact, share_text, shown

        n, some = len(self.access), self.access[self.access > 0.0]
        facts = [
            Fact("Origins with access", share_text(len(some), n)),
            Fact("Origins with certainly none", share_text(int((self.access == 0.0).sum()), n)),
            Fact("Origins of which it is not known", share_text(int(np.isnan(self.access).sum()), n)),
            Fact("Origins with at least so much: a site of unknown capacity is near", int(self._at_least.sum())),
        ]
        if len(some):
            facts.append(Fact("Median access, where there is some", float(np.median(some)), "per person"))
        found = shown("Floating catchment: supply per person at every origin", facts, self.to_frame())
        return found + self.ledger._repr_html_()

    @property
    def _at_least(self) -> NDArray[np.bool_]:
        return np.asarray(self.lower_bound & (self.access > 0.0))


@dataclass(frozen=True, eq=False)
class Pull:
    """What a method that is linear in people and supply weighs each pair by.

    Attributes
    ----------
    draws
        Part of the origin's people whom the site must share its supply among, shape (n_pairs,).
    gives
        Part of the site's ratio that each person at the origin gets, shape (n_pairs,).
    conserves
        Whether the method hands out the supply exactly.
    """

    draws: NDArray[np.float64]
    gives: NDArray[np.float64]
    conserves: bool = True


@dataclass(frozen=True, eq=False)
class Setting:
    """Checked inputs of a catchment method.

    Attributes
    ----------
    within
        The pairs within the limit.
    persons
        Demand, shape (n_origins,).
    units
        Supply, NaN for unknown, shape (n_destinations,).
    weight
        Decay weight of each pair, shape (n_pairs,).
    outside
        Origins that compete but are not reported, shape (n_origins,).
    """

    within: TravelCosts
    persons: NDArray[np.float64]
    units: NDArray[np.float64]
    weight: NDArray[np.float64]
    outside: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        costs: TravelCosts,
        demand: ArrayLike,
        supply: ArrayLike,
        limit_mm: int,
        decay: Decay,
        outside: ArrayLike | None,
    ) -> Setting:
        """Check the inputs.

        Raises
        ------
        InvalidParameter
            If demand, supply or outside has the wrong shape, or an amount is negative or infinite, or demand is NaN.
        ValueError
            If the limit is beyond the cutoff of the search.
        """
        persons = quantity("demand", demand, length=costs.n_origins)
        units = quantity("supply", supply, length=costs.n_destinations, unknown=True)
        within = costs.within(limit_mm)
        weight = decay_weights(within.distance_mm, limit_mm, decay)
        beyond = np.zeros(costs.n_origins, dtype=np.bool_) if outside is None else np.asarray(outside, dtype=np.bool_)
        if beyond.shape != persons.shape:
            raise InvalidParameter(f"outside has shape {beyond.shape}; give one mark for each origin, {persons.shape}")
        return cls(within, persons, units, weight, beyond)

    @property
    def offered(self) -> NDArray[np.float64]:
        """The weight of pairs whose site is known to offer something, else 0, shape (n_pairs,).

        Nobody chooses an empty kitchen, and nobody can be shared out among kitchens of unknown size.
        """
        return np.where(self.at_site(np.nan_to_num(self.units)) > 0.0, self.weight, 0.0)

    def at_origin(self, values: NDArray[Value]) -> NDArray[Value]:
        """Each pair's value of its origin."""
        return values[self.within.origin]

    def at_site(self, values: NDArray[Value]) -> NDArray[Value]:
        """Each pair's value of its site."""
        return values[self.within.destination]

    def over_origins(self, pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over each site's pairs, shape (n_destinations,)."""
        return np.bincount(self.within.destination, pairs, self.within.n_destinations).astype(np.float64)

    def over_sites(self, pairs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over each origin's pairs, shape (n_origins,)."""
        return np.bincount(self.within.origin, pairs, self.within.n_origins).astype(np.float64)

    def attracted(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """Persons times weight, summed over each site's pairs, shape (n_destinations,)."""
        from jingan_analysis.measures.catchments.floating import weighted_sums

        return weighted_sums(self.within.origin, self.within.destination, weight, self.persons, len(self.units))

    def share_of_choices(self, attraction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Each pair's part of its origin's attractions, 0 where there is none; within the catchment only."""
        return share(attraction, self.at_origin(self.over_sites(attraction)))

    def ratio(self, attracted: NDArray[np.float64]) -> NDArray[np.float64]:
        """Supply over attracted demand, NaN where the capacity is unknown or nobody is attracted."""
        found = np.full(self.within.n_destinations, np.nan)
        np.divide(self.units, attracted, out=found, where=attracted > 0.0)
        if np.isinf(found).any():
            raise InvalidParameter("demand is too small to divide the supply by; give persons, not shares of a person")
        return found

    def result(
        self, supply_ratio: NDArray[np.float64], per_person: NDArray[np.float64], *, conserves: bool = True
    ) -> Catchment:
        """The result of a method that gives each person of a pair's origin an amount from its site.

        Parameters
        ----------
        supply_ratio
            Supply per person of attracted demand, shape (n_destinations,).
        per_person
            Supply that a person at the origin gets from the site, shape (n_pairs,).
        conserves
            Whether the method hands out the supply exactly; if not, what it loses or makes has a line in the ledger.

        Raises
        ------
        LedgerDoesNotClose
            If the account does not add up.
        """
        lost = 0.0
        if not conserves:
            lost = self._lost(supply_ratio, self.over_origins(self.at_origin(self.persons) * per_person))
        return self._account(supply_ratio, self.over_sites(per_person), lost)

    def floating(self, pull: Pull) -> Catchment:
        """The result of a linear method.

        Raises
        ------
        InvalidParameter
            If demand is too small to divide by.
        LedgerDoesNotClose
            If the account does not add up.
        """
        from jingan_analysis.measures.catchments.floating import weighted_sums

        ratio = self.ratio(self.attracted(pull.draws))
        known = np.nan_to_num(ratio)
        access = weighted_sums(self.within.destination, self.within.origin, pull.gives, known, len(self.persons))
        lost = 0.0 if pull.conserves else self._lost(ratio, known * self.attracted(pull.gives))
        return self._account(ratio, access, lost)

    def _lost(self, supply_ratio: NDArray[np.float64], given: NDArray[np.float64]) -> float:
        """Supply of sites in somebody's reach that nobody is given."""
        return total((self.units - given)[~np.isnan(supply_ratio)])

    def _account(self, supply_ratio: NDArray[np.float64], access: NDArray[np.float64], lost: float) -> Catchment:
        lower_bound = self.beside_unknown.copy()
        access[~self.within.origin_snapped | (lower_bound & (access == 0.0))] = np.nan
        ledger = self._ledger(supply_ratio, access, lost)
        ledger.close()
        return Catchment(access, lower_bound, supply_ratio, ledger)

    @cached_property
    def beside_unknown(self) -> NDArray[np.bool_]:
        """Whether a site of unknown capacity is in reach, shape (n_origins,)."""
        found = np.zeros(len(self.persons), dtype=np.bool_)
        unknown = np.isnan(self.units)
        if unknown.any():
            # Pairs of weight 0 lie at the very limit of a decay: they share nothing and block nothing.
            found[self.within.origin[(self.weight > 0.0) & self.at_site(unknown)]] = True
        return found

    def _ledger(self, supply_ratio: NDArray[np.float64], access: NDArray[np.float64], lost: float) -> Ledger:
        known, snapped, inside = ~np.isnan(self.units), self.within.origin_snapped, ~self.outside
        used = known & ~np.isnan(supply_ratio)
        return Ledger(
            supply_total=total(self.units[known]),
            supply_allocated=total(self.persons * np.nan_to_num(access)),
            supply_without_demand=total(self.units[known & ~used]),
            sites_unknown=int((~known).sum()),
            demand_total=total(self.persons),
            demand_with_access=total(self.persons[inside & (access > 0.0)]),
            demand_without_access=total(self.persons[inside & (access == 0.0)]),
            demand_unknown=total(self.persons[inside & np.isnan(access) & snapped]),
            demand_unsnapped=total(self.persons[inside & ~snapped]),
            demand_outside=total(self.persons[self.outside]),
            supply_lost=lost,
        )


def share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part over whole, 0 where the whole is 0."""
    found = np.zeros(len(part))
    np.divide(part, whole, out=found, where=whole > 0.0)
    return found


def total(values: NDArray[np.float64]) -> float:
    """Sum in extended precision, so that it does not hang on the order of the rows."""
    return float(values.sum(dtype=np.longdouble))
