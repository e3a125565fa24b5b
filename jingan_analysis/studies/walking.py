"""Walking distances from homes to facilities, with what the report must say about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from jingan_analysis.geography.network import Network
from jingan_analysis.geography.travel import travel_costs
from jingan_analysis.language import tr
from jingan_analysis.measures.walkers import reach_probability
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables.claims import Text, plain_text, sentence_case, state
from jingan_analysis.tables.settings import SETTINGS, setting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.district import District
    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.measures.walkers import Walker
    from jingan_analysis.studies.residents import Residents
    from jingan_analysis.tables.table import Table


@dataclass(frozen=True)
class Walking:
    """A way of measuring walks.

    Attributes
    ----------
    network
        The walking network; None where the district has none.
    snap_cap_m
        Longest distance from a place to the network.
    detour_factor
        Walk over straight line, used only without a network.
    """

    network: Network | None
    snap_cap_m: float
    detour_factor: float

    @classmethod
    def of(cls, district: District) -> Walking:
        """The best way that a district's data allow."""
        network = Network.from_edges(district.table("walking_network")) if district.has("walking_network") else None
        return cls(network, district.snap_cap_m, district.detour_factor)

    @property
    def modelled(self) -> bool:
        """Whether walks are modelled rather than measured along streets."""
        return self.network is None

    @property
    def settings(self) -> dict[str, tuple[float, str, str]]:
        """Rows of the settings table: value, unit and meaning."""
        if self.network is not None:
            meaning = tr("Longest way from a door to the street, declared with the district's data")
            return {"snap_cap_m": (self.snap_cap_m, tr("metres"), meaning)}
        meaning = tr("Walk over straight line, as there is no walking network; declared with the district's data")
        return {"detour_factor": (self.detour_factor, tr("times"), meaning)}

    @property
    def label(self) -> Text:
        """How walks are measured, for subtitles and notes."""
        if self.network is not None:
            return tr("walking distance along the street network")
        bound = {SETTINGS: settings_table(self.settings)}
        return state("modelled walking distance: straight line × {detour}", bound, detour=setting("detour_factor"))

    @property
    def stamps(self) -> tuple[str, ...]:
        """What every page must say."""
        if self.network is not None:
            return ()
        stamp = tr(
            "Modelled travel: no walking network, so walks are straight lines × {detour}",
            detour=f"{self.detour_factor:g}",
        )
        return (stamp,)

    @property
    def method(self) -> str:
        """How a walk is measured, in a sentence or two."""
        if self.network is not None:
            return tr(
                "Every home and every site is joined to the nearest point of the nearest street, not to the nearest "
                "crossing. Distance: walking distance along the street network, including the way from the door to the "
                "street at both ends."
            )
        return tr(
            "There is no walking network. Distance: {label}, from door to door; rivers, railways and walls are not seen.",
            label=plain_text(self.label),
        )

    def marked(self, table: Table) -> Table:
        """The table, saying so where its walks are modelled."""
        if not self.modelled:
            return table
        note = sentence_case(state("{label}.", {}, words={"label": self.label}))
        return replace(table, notes=(note, *table.notes))

    def costs(self, residents: Residents, sites: pd.DataFrame, key: str, cutoff_mm: int) -> TravelCosts:
        """Walks from every demand point to every site within the cutoff.

        Parameters
        ----------
        sites
            Point table with ``x_m`` and ``y_m``.
        key
            Column with the site's identifier.
        cutoff_mm
            Longest walk of interest.
        """
        return travel_costs(
            residents.point_ids,
            residents.xy_m,
            sites[key].to_numpy(dtype=object),
            sites[["x_m", "y_m"]].to_numpy(dtype=np.float64),
            network=self.network,
            cutoff_mm=cutoff_mm,
            snap_cap_m=self.snap_cap_m,
            detour_factor=self.detour_factor,
        )

    def probability(
        self, residents: Residents, sites: pd.DataFrame, walker: Walker, minutes: float
    ) -> NDArray[np.float64]:
        """Probability that a walker from each demand point is at some site in time, shape (n_points,).

        NaN where a home is not joined to the network. Without a network stairs and waits are not seen.
        """
        sites_xy = sites[["x_m", "y_m"]].to_numpy(dtype=np.float64)
        if self.network is not None:
            return reach_probability(
                residents.xy_m,
                sites_xy,
                walker,
                network=self.network,
                minutes=minutes,
                snap_cap_m=self.snap_cap_m,
            )
        if sites.empty:
            return np.zeros(len(residents.xy_m))
        distance_m = cKDTree(sites_xy).query(residents.xy_m)[0] * self.detour_factor
        return walker.share_at_least(walker.speed_needed(distance_m, minutes))


def open_on(sites: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Whether each site is in service on a day; both its first and its last day count."""
    opened = sites["opened_on"].isna() | (sites["opened_on"] <= day)
    closed = sites["closed_on"].notna() & (sites["closed_on"] < day)
    return opened & ~closed
