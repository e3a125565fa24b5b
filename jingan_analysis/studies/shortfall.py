"""Why some sub-districts have less within reach than others, and which crossing would help most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.boundaries import locate
from jingan_analysis.geography.severance import Links, candidate_crossings, closed_gates, opened_network
from jingan_analysis.models.openings import openings
from jingan_analysis.models.why_here import FACTORS, why_here
from jingan_analysis.studies.supply_near import SupplyNear

if TYPE_CHECKING:
    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.models.openings import Openings
    from jingan_analysis.models.why_here import WhyHere

MOST_OPENINGS = 10
MOST_UNITS = 3

SHORT_FROM = 0.05
"""A sub-district is short from this part of the reference on: less is no finding."""


@dataclass(frozen=True, eq=False)
class ShortfallQuestion(SupplyNear):
    """Why some have less in reach than others."""

    @cached_property
    def links(self) -> Links | None:
        """Crossings and gates that could be opened; None without a walking network."""
        network, params = self.walking.network, self.params
        if network is None:
            return None
        crossings = candidate_crossings(
            network,
            gap_m=params.crossing_gap_m,
            detour_m=max(params.crossing_detour_m, params.crossing_gap_m + 1.0),
            spacing_m=params.crossing_spacing_m,
        )
        return Links.joined(crossings, closed_gates(network))

    @cached_property
    def split(self) -> WhyHere | None:
        """Shortfall of every sub-district, split; None where nobody inside has anything of known size in reach."""
        # The decay is 0 at the very limit.
        lives = (self.persons > 0) & self.residents.inside
        served = self.costs.destination[lives[self.costs.origin] & (self.costs.distance_mm < self.limit_mm)]
        if not (self.supply[served] > 0).any():
            return None
        return why_here(
            self.costs,
            self._costs_opened() or self.costs,
            self.persons,
            self.supply,
            np.where(self.residents.inside, self.residents.unit, 0),
            self.limit_mm,
            outside=~self.residents.inside,
        )

    @cached_property
    def ranked(self) -> Openings | None:
        """Links by the people of the place reported on whom each would bring within reach; None without links."""
        network, links = self.walking.network, self.links
        if network is None or links is None or not len(links):
            return None
        return openings(
            links,
            network,
            self.residents.xy_m,
            self.persons * self.in_focus,
            self.sites[["x_m", "y_m"]].to_numpy(dtype=np.float64),
            limit_mm=self.limit_mm,
            snap_cap_m=self.walking.snap_cap_m,
        )

    def _costs_opened(self) -> TravelCosts | None:
        """Walks with all links open at once; None where there are no links."""
        network, links = self.walking.network, self.links
        if network is None or links is None or not len(links):
            return None
        opened = replace(self.walking, network=opened_network(network, links))
        return opened.costs(self.residents, self.sites, self.key, self.limit_mm)


def by_subdistrict(question: ShortfallQuestion) -> pd.DataFrame | None:
    """Access, reference, shortfall and its parts, per so many people; one row a sub-district.

    Parts sum to the shortfall. Below 0: more than the reference.
    """
    split = question.split
    if split is None:
        return None
    frame = pd.DataFrame(
        {
            "persons": split.persons,
            "access": split.access * question.per_people,
            "reference": np.where(np.isnan(split.access), np.nan, split.reference * question.per_people),
            "shortfall": split.deficit * question.per_people,
            **dict(zip(FACTORS, split.parts.T * question.per_people, strict=True)),
        },
        index=[question.units.codes[int(row)] for row in split.units],
    )
    codes = question.units.codes
    return frame.reindex(codes).fillna({"persons": 0.0})


def worst(frame: pd.DataFrame) -> list[str]:
    """Sub-districts with the largest shortfalls that matter, at most three, the largest first."""
    short = frame.loc[frame["shortfall"] >= SHORT_FROM * frame["reference"], "shortfall"].sort_values(
        ascending=False, kind="stable"
    )
    return [str(code) for code in short.index[:MOST_UNITS]]


def openings_frame(question: ShortfallQuestion) -> pd.DataFrame | None:
    """Links that would bring most people within reach, most first; None where none would bring anybody."""
    ranked, network = question.ranked, question.walking.network
    if ranked is None or network is None:
        return None
    links = ranked.links.to_frame(network)
    middle = links[["x_m", "y_m"]].to_numpy(dtype=np.float64)
    units = question.units.frame.reset_index()
    frame = pd.DataFrame(
        {
            "kind": links["kind"],
            "subdistrict_code": locate(middle, units, "subdistrict_code"),
            "length_m": links["length_m"],
            "present_walk_m": links["present_walk_m"],
            "gained_persons": ranked.gained_persons,
            "gained_homes": ranked.gained_homes.astype(np.float64),
            "x_m": links["x_m"],
            "y_m": links["y_m"],
        }
    )
    frame = frame[frame["gained_persons"] > 0].head(MOST_OPENINGS)
    frame.index = pd.Index([f"{place}" for place in range(1, len(frame) + 1)])
    return None if frame.empty else frame
