"""The sparse origin × destination table of walking distances."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DENSE_CELLS = 50_000_000
"""Largest table that is laid out in full: 400 MB."""

TravelMethod = Literal["walking_network", "straight_line"]


def reach_mm(walk_speed_mps: float, minutes: float) -> int:
    """The longest walk, in whole millimetres, that a time limit allows (inclusive).

    Distances are whole millimetres, so that two places at exactly the limit fall on the same
    side of it whatever order their path was added up in.
    """
    return math.floor(round(walk_speed_mps * minutes * 60_000.0, 6))


@dataclass(frozen=True)
class TravelCosts:
    """Walking distances between origins (where people live) and destinations (facilities).

    Only pairs within the cutoff are held: a pair that is absent is beyond the cutoff or
    unreachable; no number stands for it.

    Attributes
    ----------
    origin_ids, destination_ids
        Identifiers, shapes (n_origins,) and (n_destinations,).
    origin, destination
        Row numbers into the ids, shape (n_pairs,), int64; pairs are sorted by origin, then
        distance, then destination.
    distance_mm
        Walking distance in millimetres including both off-network legs, shape (n_pairs,), int64.
    cutoff_mm
        Longest distance searched, inclusive.
    method
        ``walking_network``, or ``straight_line`` (times a detour factor), which is modelled.
    origin_snapped, destination_snapped
        Whether the place lies within the snapping cap of the network; shapes (n_origins,),
        (n_destinations,). All True without a network.
    detour_factor
        Factor on the straight line; 1.0 on a network.
    walk_speed_mps
        Speed at which waits on the way became millimetres; None where distances are plain distances.
    """

    origin_ids: NDArray[np.object_]
    destination_ids: NDArray[np.object_]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    distance_mm: NDArray[np.int64]
    cutoff_mm: int
    method: TravelMethod
    origin_snapped: NDArray[np.bool_]
    destination_snapped: NDArray[np.bool_]
    detour_factor: float = 1.0
    walk_speed_mps: float | None = None

    @property
    def modelled(self) -> bool:
        """Whether distances are modelled rather than measured along streets."""
        return self.method != "walking_network"

    @property
    def n_origins(self) -> int:
        """Number of origins."""
        return len(self.origin_ids)

    @property
    def n_destinations(self) -> int:
        """Number of destinations."""
        return len(self.destination_ids)

    def within(self, limit_mm: int) -> TravelCosts:
        """The pairs at most ``limit_mm`` apart.

        Raises
        ------
        ValueError
            If the limit is beyond the cutoff: pairs out there were never searched.
        """
        if limit_mm > self.cutoff_mm:
            raise ValueError(
                f"limit_mm={limit_mm} is beyond the search cutoff of {self.cutoff_mm} mm; "
                "search again with a larger cutoff"
            )
        if limit_mm == self.cutoff_mm:
            return self
        return self._pairs(self.distance_mm <= limit_mm, limit_mm)

    def to_destinations(self, keep: NDArray[np.bool_]) -> TravelCosts:
        """The pairs whose destination is kept (mask of shape (n_destinations,)); ids stay."""
        return self._pairs(keep[self.destination], self.cutoff_mm)

    def minutes(self, walk_speed_mps: float) -> NDArray[np.float64]:
        """Walking minutes of each pair at one speed, shape (n_pairs,)."""
        return self.distance_mm / (walk_speed_mps * 60_000.0)

    @cached_property
    def is_sorted(self) -> bool:
        """Whether pairs stand in order of origin, as a search leaves them."""
        return bool((self.origin[1:] >= self.origin[:-1]).all())

    @cached_property
    def origin_start(self) -> NDArray[np.int64]:
        """Where the pairs of each origin begin, shape (n_origins + 1,).

        Raises
        ------
        ValueError
            If the pairs do not stand in order of origin.
        """
        if not self.is_sorted:
            raise ValueError("the pairs do not stand in order of origin; sort them by origin, distance and destination")
        return np.searchsorted(self.origin, np.arange(self.n_origins + 1)).astype(np.int64)

    def dense_minutes(self, walk_speed_mps: float) -> pd.DataFrame:
        """All origins by all destinations, NaN beyond the cutoff; ask for it only when both are few.

        Raises
        ------
        InvalidParameter
            If the table would have more than fifty million cells.
        """
        if (cells := self.n_origins * self.n_destinations) > _DENSE_CELLS:
            raise InvalidParameter(
                f"{self.n_origins} origins × {self.n_destinations} destinations are {cells} cells; "
                "work with the pairs, which are few"
            )
        table = np.full((self.n_origins, self.n_destinations), np.nan)
        table[self.origin, self.destination] = self.minutes(walk_speed_mps)
        return pd.DataFrame(table, index=self.origin_ids, columns=self.destination_ids)

    def to_frame(self, walk_speed_mps: float | None = None) -> pd.DataFrame:
        """One row a pair: ``from_id``, ``to_id``, ``distance_m``, and ``travel_minutes`` where a speed is given."""
        frame = pd.DataFrame(
            {
                "from_id": self.origin_ids[self.origin],
                "to_id": self.destination_ids[self.destination],
                "distance_m": self.distance_mm / 1000.0,
            }
        )
        return frame if walk_speed_mps is None else frame.assign(travel_minutes=self.minutes(walk_speed_mps))

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw how many origins have one, two and three destinations within a walk.

        Of the origins that are joined to the network; each place counts the same, however many people live there.
        """
        from jingan_analysis.plotting import shares_reached

        joined = self.origin_snapped
        walks = [walk[joined] / 1000.0 for walk in self._kth_nearest_mm(min(3, max(self.n_destinations, 1)))]
        labels = ("one destination", "two", "three")[: len(walks)]
        origins = f"{joined.sum():,} joined origins"
        return shares_reached(walks, labels, limit_m=self.cutoff_mm / 1000.0, of=origins, ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the table: what was found, and for how many nothing was."""
        from jingan_analysis.showing import MOST_ROWS, NOT_KNOWN, Fact, length_text, share_text, shown

        found = np.zeros(self.n_origins, dtype=np.bool_)
        found[self.origin] = True
        n, nearest_mm = self.n_origins, self._kth_nearest_mm(1)[0]
        none, off = ~found & self.origin_snapped, ~found & ~self.origin_snapped
        median = f"{np.nanmedian(nearest_mm) / 1000:,.0f} m" if found.any() else "none"
        facts = [
            Fact("Pairs within the cutoff", len(self.origin)),
            Fact("Longest walk searched", length_text(self.cutoff_mm)),
            Fact("Origins with a destination", share_text(int(found.sum()), n)),
            Fact("Origins with none within the cutoff", share_text(int(none.sum()), n)),
            Fact(f"Origins not joined to the network: {NOT_KNOWN}", share_text(int(off.sum()), n)),
            Fact("Destinations", self.n_destinations),
            Fact("Destinations not joined to the network", int((~self.destination_snapped).sum())),
            Fact("Median walk to the nearest, where there is one", median),
        ]
        notes = (
            [f"Modelled: straight line × {self.detour_factor:g}, not a walk along streets."] if self.modelled else []
        )
        if self.walk_speed_mps is not None:
            notes.append(f"Waits and stairs count as metres on the level at {self.walk_speed_mps:g} m/s.")
        # Identifiers are looked up for the rows that somebody sees, not for millions.
        first = self._pairs(np.arange(len(self.origin)) < MOST_ROWS, self.cutoff_mm).to_frame()
        return shown("Walks from origins to destinations", facts, first, n_rows=len(self.origin), notes=notes)

    def _kth_nearest_mm(self, k: int) -> list[NDArray[np.float64]]:
        """Walk to the first, second ... k-th destination of every origin, NaN where there are fewer."""
        order = np.lexsort((self.distance_mm, self.origin))
        origin, distance_mm = self.origin[order], self.distance_mm[order]
        place = np.arange(len(origin)) - np.searchsorted(origin, origin)
        walks = [np.full(self.n_origins, np.nan) for _ in range(k)]
        for number, walk in enumerate(walks):
            walk[origin[place == number]] = distance_mm[place == number]
        return walks

    def _pairs(self, keep: NDArray[np.bool_], cutoff_mm: int) -> TravelCosts:
        return replace(
            self,
            origin=self.origin[keep],
            destination=self.destination[keep],
            distance_mm=self.distance_mm[keep],
            cutoff_mm=cutoff_mm,
        )
