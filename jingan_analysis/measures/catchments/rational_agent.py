"""Rational agent access model (RAAM): people weigh the walk against the crowd, and nobody gains by moving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Setting, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROUNDS = 10_000
"""Most rounds; a district needs some tens."""


@dataclass(frozen=True, eq=False)
class RationalAgents:
    """Equilibrium of people and sites.

    Attributes
    ----------
    cost
        What everybody at an origin pays, walk over tau plus crowding over rho; NaN where no known supply is in
        reach, shape (n_origins,). Low is good.
    flow
        Persons who go from the origin to the site of each pair, shape (n_pairs,); real numbers.
    load
        Persons at each site, shape (n_destinations,).
    access
        The same as supply per person, with its ledger.
    gap
        Cost that people could still save by moving, over all cost.
    rounds
        Rounds until then.
    """

    cost: NDArray[np.float64]
    flow: NDArray[np.float64]
    load: NDArray[np.float64]
    access: Catchment
    gap: float
    rounds: int

    def to_frame(self) -> pd.DataFrame:
        """One row an origin: ``cost`` and ``access_per_person``."""
        return pd.DataFrame({"cost": self.cost, "access_per_person": self.access.access})

    def plot(self, xy_m: ArrayLike, *, ax: Axes | None = None) -> Axes:
        """Draw a map of what people pay, walk and crowd together; dark is dear.

        Parameters
        ----------
        xy_m
            Positions of the origins in metres, shape (n_origins, 2).

        Raises
        ------
        InvalidParameter
            If there is not one position an origin.
        """
        from jingan_analysis.plotting import place_map

        none = self.access.access == 0.0
        states = {"certainly none in reach": none & np.isnan(self.cost), "not known": ~none & np.isnan(self.cost)}
        return place_map(xy_m, self.cost, states=states, label="Cost: walk and crowd", ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the equilibrium."""
        from jingan_analysis.showing import Fact, share_text, shown

        n, paid = len(self.cost), self.cost[~np.isnan(self.cost)]
        facts = [
            Fact("Origins with known supply in reach", share_text(len(paid), n)),
            Fact("Origins with certainly none in reach", share_text(int((self.access.access == 0.0).sum()), n)),
            Fact("Origins of which it is not known", share_text(int(np.isnan(self.access.access).sum()), n)),
            Fact("Cost still to be saved by moving", f"{self.gap:.1e} of all cost" if self.gap > 0 else "none"),
            Fact("Rounds until then", self.rounds),
        ]
        if len(paid):
            facts.insert(3, Fact("Median cost, where there is supply", float(np.median(paid))))
        none = {"cost": "no known supply"}
        notes = ["Cost 1 is the walk that weighs as much as the average crowd. Low is good."]
        found = shown("Rational agents in equilibrium", facts, self.to_frame(), missing=none, notes=notes)
        return found + self.access.ledger._repr_html_()


def rational_agents(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    tau_mm: float,
    rho: float | None = None,
    gap: float = 1e-4,
    outside: ArrayLike | None = None,
) -> RationalAgents:
    r"""Let people choose sites until nobody gains by choosing another.

    .. math::

        c_{ij} = \frac{d_{ij}}{\tau} + \frac{1}{\rho} \frac{D_j}{S_j}, \qquad D_j = \sum_i x_{ij}, \qquad
        x_{ij} > 0 \Rightarrow c_{ij} = \min_l c_{il}

    Where
        d_ij   walking distance; τ the walk that weighs as much as the average crowd;
        D_j    persons at site j; S_j its supply; ρ average persons per unit of supply;
        x_ij   persons who go from i to j, with :math:`\sum_j x_{ij} = P_i`.

    This is the user equilibrium of a convex problem, so it is unique in loads and costs. Flows are real numbers: cells
    of one to four people move in part, which whole-person moves never do. Each origin in turn is
    shared out exactly, until the relative gap is reached.

    Parameters
    ----------
    costs
        Walking distances searched at least to the limit, in order of origin.
    demand, supply
        Persons at every origin, shape (n_origins,), and units at every destination, NaN for unknown.
    limit_mm
        Longest walk in millimetres.
    tau_mm
        τ in millimetres.
    rho
        ρ; all persons who have a site in reach over all supply in reach unless given.
    gap
        Relative gap at which to stop; 1e-4 is usual in traffic assignment. Loads and costs settle first; who goes
        where among sites that cost the same settles slowly, and hardly matters.
    outside
        Origins whose people compete but are not reported, shape (n_origins,).

    Raises
    ------
    InvalidParameter
        If an input or an option is out of range.
    DidNotConverge
        If the gap is not reached.
    ValueError
        If the limit is beyond the cutoff of the search, or the pairs do not stand in order of origin.

    Notes
    -----
    Saxon, J. and Snow, D. (2020), A rational agent model for the spatial accessibility of primary health care, *Annals
    of the American Association of Geographers* 110(1). Equilibrium: Beckmann, McGuire and Winsten (1956).
    """
    for name, value in (("tau_mm", tau_mm), ("rho", 1.0 if rho is None else rho), ("gap", gap)):
        if not (np.isfinite(value) and value > 0):
            raise InvalidParameter(f"{name}={value} must be a positive number")
    setting = Setting.of(costs, demand, supply, limit_mm, "uniform", outside)
    choices = setting.within.to_destinations(np.nan_to_num(setting.units) > 0.0)
    rho = _average_crowd(choices, setting) if rho is None else rho
    flow, load, reached, rounds = _settle(choices, setting, tau_mm, rho, gap)
    if reached > gap:
        raise DidNotConverge(
            f"people could still save {reached:.1e} of all cost after {rounds} rounds; set a larger gap"
        )
    pairs = setting.at_site(np.nan_to_num(setting.units) > 0.0)
    all_flow = np.zeros(len(pairs))
    all_flow[pairs] = flow
    ratio = setting.ratio(load)
    per_person = share(all_flow, setting.at_origin(setting.persons)) * np.nan_to_num(setting.at_site(ratio))
    cost = _paid(choices, setting, load, tau_mm, rho)
    return RationalAgents(cost, all_flow, load, setting.result(ratio, per_person), reached, rounds)


def _average_crowd(choices: TravelCosts, setting: Setting) -> float:
    """Persons with a choice over units that somebody can choose."""
    chooses, chosen = np.zeros(len(setting.persons), dtype=np.bool_), np.zeros(len(setting.units), dtype=np.bool_)
    chooses[choices.origin], chosen[choices.destination] = True, True
    persons = setting.persons[chooses].sum()
    return float(persons / setting.units[chosen].sum()) if persons > 0 else 1.0


def _settle(
    choices: TravelCosts, setting: Setting, tau_mm: float, rho: float, gap: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float, int]:
    from jingan_analysis.measures.catchments.equilibrium import share_out

    pace = share(np.ones(len(setting.units)), np.nan_to_num(setting.units) * rho)
    return share_out(  # type: ignore[no-any-return] # compiled
        choices.origin_start, choices.destination, choices.distance_mm / tau_mm, setting.persons, pace, _ROUNDS, gap
    )


def _paid(
    choices: TravelCosts, setting: Setting, load: NDArray[np.float64], tau_mm: float, rho: float
) -> NDArray[np.float64]:
    """Least cost of each origin in equilibrium, NaN where it has no choice."""
    crowd = load[choices.destination] / setting.units[choices.destination] / rho
    least = np.full(choices.n_origins, np.inf)
    np.minimum.at(least, choices.origin, choices.distance_mm / tau_mm + crowd)
    return np.where(np.isinf(least), np.nan, least)
