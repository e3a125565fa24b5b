"""What the report could say if it knew the other side of the border, where the data tell nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from jingan_analysis.geography.boundaries import distance_to_boundary_m, outline, share_outside
from jingan_analysis.language import tr
from jingan_analysis.measures.decay import decay_weights
from jingan_analysis.measures.edge_bounds import OtherSide, access_bounds, reach_bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.measures.edge_bounds import AccessBounds
    from jingan_analysis.studies.supply_near import SupplyNear


@dataclass(frozen=True, eq=False)
class EdgeQuestion:
    """What lies within one walk of the border.

    Attributes
    ----------
    near
        Whom what sites serve, and how far.
    """

    near: SupplyNear

    @property
    def people_unknown(self) -> bool:
        """Whether the data hold nobody beyond the border."""
        return not (self.near.persons[~self.near.residents.inside] > 0).any()

    @property
    def sites_unknown(self) -> bool:
        """Whether the data hold no site beyond the border."""
        return not self.near.sites["subdistrict_code"].isna().any()

    def unknown(self, sites: str) -> str:
        """What the data do not hold: ``people``, ``people or canteens``, ``canteens``."""
        if self.people_unknown and self.sites_unknown:
            return tr("people or {sites}", sites=sites)
        return tr("people") if self.people_unknown else sites * self.sites_unknown

    @cached_property
    def border_m(self) -> NDArray[np.float64]:
        """Shortest possible walk from each home to the border, metres, shape (n_points,)."""
        return distance_to_boundary_m(self.near.residents.xy_m, self._outline) * self._least_detour

    @cached_property
    def _outline(self) -> shapely.Geometry:
        return outline(self.near.units.frame)

    @property
    def _least_detour(self) -> float:
        """Least walk for a metre of straight line: a street may be straight, a modelled walk never is."""
        return self.near.walking.detour_factor if self.near.walking.modelled else 1.0

    def beyond(self, xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Part of the catchment of each place that lies beyond the border, shape (n,)."""
        detour = self._least_detour

        def weight(straight_m: NDArray[np.float64]) -> NDArray[np.float64]:
            return decay_weights(np.rint(straight_m * detour * 1000.0).astype(np.int64), self.near.limit_mm, "gaussian")

        return share_outside(xy_m, self._outline, self.near.limit_mm / 1000.0 / detour, weight)

    @cached_property
    def access(self) -> AccessBounds:
        """Supply a person for the least and the most helpful other side."""
        near = self.near
        homes, sites = np.zeros(len(near.persons)), np.zeros(len(near.sites))
        if self.sites_unknown:
            homes = np.where(near.residents.inside, self.beyond(near.residents.xy_m), 0.0)
        if self.people_unknown:
            sites = self.beyond(near.sites[["x_m", "y_m"]].to_numpy(dtype=np.float64))
        return access_bounds(
            near.costs,
            near.persons,
            near.supply,
            near.limit_mm,
            OtherSide(sites, homes, near.params.outside_density_ratio),
            outside=~near.residents.inside,
        )


def by_subdistrict(question: EdgeQuestion) -> pd.DataFrame | None:
    """Bounds of reach and of supply a head; None where people and sites beyond the border are both in the data.

    Returns
    -------
    DataFrame
        Share of people ``near_border``; shares ``certain`` and ``possible`` of people within the walk; supply
        ``worst``, ``estimate`` and ``best`` a head. One row a sub-district and the district's.
    """
    near = question.near
    if not (question.people_unknown or question.sites_unknown) or not near.persons[near.residents.inside].any():
        return None
    reach = reach_bounds(near.costs, near.limit_mm, question.border_m)
    told = near.per_people if np.isfinite(near.supply).any() else np.nan
    values = {
        "near_border": question.border_m * 1000.0 <= near.limit_mm,
        "certain": reach.certain,
        "possible": reach.possible if question.sites_unknown else reach.certain,
        "worst": told * question.access.lower,
        "estimate": told * question.access.estimate,
        "best": told * question.access.upper,
    }
    return pd.DataFrame({name: near.means(value.astype(np.float64)) for name, value in values.items()})
