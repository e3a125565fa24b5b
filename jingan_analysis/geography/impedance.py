"""What it costs to walk each edge: direction, stairs, waits, closed gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from jingan_analysis.geography.network import Network

CLOSED = -1
"""Cost of an edge that must not be walked. It is never added to anything."""


@dataclass(frozen=True, eq=False)
class Impedance:
    """What every edge costs one kind of walker, in millimetres of level walking.

    Attributes
    ----------
    forward_mm, backward_mm
        Cost from ``from_node`` to ``to_node`` and back, -1 where that must not be walked; shapes (n_edges,). Costs
        spread evenly over the edge.
    walk_speed_mps
        Speed at which waits became millimetres; None where waits are left out and a cost is a plain distance.
    """

    forward_mm: NDArray[np.int64]
    backward_mm: NDArray[np.int64]
    walk_speed_mps: float | None = None

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Edges that may be walked in one direction at least, shape (n_edges,)."""
        return np.asarray((self.forward_mm != CLOSED) | (self.backward_mm != CLOSED), dtype=np.bool_)


def impedance(
    network: Network,
    *,
    walk_speed_mps: float | None = None,
    stairs_factor: float | None = 1.0,
    opened: NDArray[np.bool_] | None = None,
) -> Impedance:
    """Cost of each edge for one kind of walker.

    Parameters
    ----------
    walk_speed_mps
        Speed on the level in metres per second: a wait of t seconds then costs as much as walking speed × t. None
        leaves waits out.
    stairs_factor
        Cost of a metre of stairs over a metre on the level, at least 1; None for who cannot take stairs.
    opened
        Closed edges that count as open, shape (n_edges,).

    Raises
    ------
    InvalidParameter
        If the speed is not positive, the factor below 1, or the mask has another shape.
    """
    if walk_speed_mps is not None and not (np.isfinite(walk_speed_mps) and walk_speed_mps > 0):
        raise InvalidParameter(f"walk_speed_mps={walk_speed_mps} must be a positive number of metres per second")
    if stairs_factor is not None and not (np.isfinite(stairs_factor) and stairs_factor >= 1.0):
        raise InvalidParameter(f"stairs_factor={stairs_factor} must be at least 1, or None for who cannot take stairs")
    shut = network.closed
    if opened is not None:
        if np.shape(opened) != shut.shape:
            raise InvalidParameter(f"opened has shape {np.shape(opened)}; give one mark for each edge, {shut.shape}")
        shut = shut & ~np.asarray(opened, dtype=np.bool_)
    if stairs_factor is None:
        shut = shut | network.stairs
    cost = network.length_mm.astype(np.float64) * np.where(network.stairs, stairs_factor or 1.0, 1.0)
    if walk_speed_mps is not None:
        cost = cost + network.wait_s * walk_speed_mps * 1000.0
    cost_mm = np.rint(cost).astype(np.int64)
    return Impedance(
        forward_mm=np.where(network.walkable_forward & ~shut, cost_mm, CLOSED),
        backward_mm=np.where(network.walkable_backward & ~shut, cost_mm, CLOSED),
        walk_speed_mps=walk_speed_mps,
    )
