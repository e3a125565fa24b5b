"""The sparse origin × destination table of walking distances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

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
        return self._pairs(self.distance_mm <= limit_mm, limit_mm)

    def to_destinations(self, keep: NDArray[np.bool_]) -> TravelCosts:
        """The pairs whose destination is kept (mask of shape (n_destinations,)); ids stay."""
        return self._pairs(keep[self.destination], self.cutoff_mm)

    def minutes(self, walk_speed_mps: float) -> NDArray[np.float64]:
        """Walking minutes of each pair at one speed, shape (n_pairs,)."""
        return self.distance_mm / (walk_speed_mps * 60_000.0)

    def _pairs(self, keep: NDArray[np.bool_], cutoff_mm: int) -> TravelCosts:
        return TravelCosts(
            origin_ids=self.origin_ids,
            destination_ids=self.destination_ids,
            origin=self.origin[keep],
            destination=self.destination[keep],
            distance_mm=self.distance_mm[keep],
            cutoff_mm=cutoff_mm,
            method=self.method,
            origin_snapped=self.origin_snapped,
            destination_snapped=self.destination_snapped,
            detour_factor=self.detour_factor,
        )
