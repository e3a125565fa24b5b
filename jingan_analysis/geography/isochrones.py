"""Isochrones: the ground from which a walk to a facility stays within a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.impedance import CLOSED
from jingan_analysis.geography.nearest import Sweep, sweep
from jingan_analysis.geography.search_graph import SearchGraph, whole_cutoff
from jingan_analysis.geography.snapping import Snapping, snap

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes

    from jingan_analysis.geography.impedance import Impedance
    from jingan_analysis.geography.network import Network


def isochrones(
    destination_xy: NDArray[np.float64],
    limits_mm: Sequence[int],
    *,
    network: Network,
    crs: str,
    beside_m: float = 30.0,
    snap_cap_m: float = 200.0,
    cost: Impedance | None = None,
) -> gpd.GeoDataFrame:
    """Ground within each limit of the nearest facility: the streets that are reached, and what lies beside them.

    Streets are cut at the very point where the limit is reached. Ground between them is filled in only
    as far as it lies within ``beside_m`` of a reached street: what a wall or a creek cuts off stays empty.

    Parameters
    ----------
    destination_xy
        Facilities in metres in the network's CRS, shape (n, 2).
    limits_mm
        Longest walks in millimetres, each above 0.
    crs
        The network's CRS, for the result.
    beside_m
        Width of ground beside a reached street that counts as reached.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a limit, in rising order: ``limit_m``, ``street_km`` (length of streets reached) and the ground.
        Each ground holds the one before; it is empty where no facility is joined to the network.

    Raises
    ------
    InvalidParameter
        If there is no limit, or one is not positive, or the width is not.
    """
    import geopandas as gpd

    if not len(limits_mm):
        raise InvalidParameter("limits_mm is empty; give at least one limit in millimetres")
    if not beside_m > 0:
        raise InvalidParameter(f"beside_m={beside_m} must be above 0 metres")
    limits = sorted({whole_cutoff(limit) for limit in limits_mm})
    graph = SearchGraph.of(network, cost)
    facilities = snap(network, destination_xy, cap_m=snap_cap_m, usable=graph.cost.usable)
    found = sweep(graph, facilities, limits[-1])
    streets = [reached_streets(graph, facilities, found, limit) for limit in limits]
    ground = [shapely.buffer(lines, beside_m, quad_segs=4) for lines in streets]
    return gpd.GeoDataFrame(
        {"limit_m": np.array(limits) / 1000.0, "street_km": shapely.length(streets) / 1000.0}, geometry=ground, crs=crs
    )


def plot_isochrones(ground: gpd.GeoDataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the grounds of :func:`isochrones` on a map, the nearest darkest.

    Their table is a GeoDataFrame, which JupyterLab shows by itself.
    """
    from jingan_analysis.plotting import RAMP, key, map_axes, scale_bar

    fresh = ax is None
    ax = map_axes(ax)
    rows = ground.sort_values("limit_m", ascending=False)
    shades = [RAMP[round(place)] for place in np.linspace(1, len(RAMP) - 1, len(rows))]
    for colour, place in zip(shades, range(len(rows)), strict=True):
        row = rows.iloc[[place]]
        # A ground that is empty has its line in the key all the same.
        ax.scatter([], [], marker="s", s=60, color=colour, label=f"within {row['limit_m'].iloc[0]:,.0f} m")
        if not row.geometry.is_empty.all():
            row.plot(ax=ax, color=colour, zorder=1, aspect=None)
    # geopandas names the axes, which have no scale here.
    ax.set(xlabel="", ylabel="")
    if fresh:
        scale_bar(ax)
    key(ax)
    return ax


def reached_streets(graph: SearchGraph, facilities: Snapping, found: Sweep, limit_mm: int) -> shapely.MultiLineString:
    """Parts of streets from which the walk to the nearest facility is at most the limit."""
    network = graph.network
    slack_first = limit_mm - found.distance_mm[network.edge_from]
    slack_last = limit_mm - found.distance_mm[network.edge_to]
    # Share of the edge that the slack at each end pays for, walking towards that end.
    from_first = _paid_for(slack_first, graph.cost.backward_mm)
    from_last = _paid_for(slack_last, graph.cost.forward_mm)
    whole = from_first + from_last >= 1.0
    pieces = [network.geometry[whole]]
    pieces.append(_substrings(network.geometry, np.flatnonzero(~whole & (from_first > 0)), 0.0, from_first))
    pieces.append(_substrings(network.geometry, np.flatnonzero(~whole & (from_last > 0)), 1.0 - from_last, 1.0))
    pieces.append(_around(graph, facilities, whole, limit_mm))
    lines = np.concatenate(pieces)
    return shapely.multilinestrings(lines[shapely.length(lines) > 0]) if len(lines) else shapely.MultiLineString()


def _paid_for(slack_mm: NDArray[np.float64], cost_mm: NDArray[np.int64]) -> NDArray[np.float64]:
    share = np.clip(np.nan_to_num(slack_mm) / np.maximum(cost_mm, 1), 0.0, 1.0)
    return np.where((cost_mm == CLOSED) | np.isnan(slack_mm), 0.0, share)


def _around(graph: SearchGraph, facilities: Snapping, whole: NDArray[np.bool_], limit_mm: int) -> NDArray[np.object_]:
    """The parts of facilities' own edges that are reached straight along them."""
    rows = np.flatnonzero(facilities.snapped & (facilities.off_network_mm <= limit_mm))
    rows = rows[~whole[facilities.edge[rows]]]
    edge = facilities.edge[rows]
    pace, length_mm = graph.pace(edge), graph.network.length_mm[edge]
    left_mm = (limit_mm - facilities.off_network_mm[rows]).astype(np.float64)
    # Homes before the facility walk forward, homes after it walk back.
    before, after = (np.where(pace[:, way] > 0, left_mm / np.maximum(pace[:, way], 1e-12), 0.0) for way in (0, 1))
    low = np.clip((facilities.along_mm[rows] - before) / length_mm, 0.0, 1.0)
    high = np.clip((facilities.along_mm[rows] + after) / length_mm, 0.0, 1.0)
    return _substrings(graph.network.geometry[edge], np.arange(len(rows)), low, high)


def _substrings(
    lines: NDArray[np.object_],
    rows: NDArray[np.int64],
    low: NDArray[np.float64] | float,
    high: NDArray[np.float64] | float,
) -> NDArray[np.object_]:
    from shapely.ops import substring

    lows, highs = np.broadcast_to(low, len(lines))[rows], np.broadcast_to(high, len(lines))[rows]
    parts = [
        substring(line, one, other, normalized=True)
        for line, one, other in zip(lines[rows], lows.tolist(), highs.tolist(), strict=True)
        if other > one
    ]
    cut = np.empty(len(parts), dtype=object)
    cut[:] = parts
    return cut
