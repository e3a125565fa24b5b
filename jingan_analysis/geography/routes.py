"""The way that somebody walks: the edges and the line of one shortest walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString

from jingan_analysis.geography.nearest import Sweep, sweep
from jingan_analysis.geography.search_graph import SearchGraph, whole_cutoff
from jingan_analysis.geography.snapping import Snapping, snap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from jingan_analysis.geography.impedance import Impedance
    from jingan_analysis.geography.network import Network


@dataclass(frozen=True, eq=False)
class WalkRoute:
    """One shortest walk.

    Attributes
    ----------
    distance_mm
        Its cost in millimetres, as in a table of travel costs.
    edge_ids
        Edges in the order of the walk; the first and the last in part only.
    geometry
        The line from door to door in metres, with both legs off the network.
    """

    distance_mm: int
    edge_ids: tuple[str, ...]
    geometry: LineString

    @property
    def length_m(self) -> float:
        """Length of the line; a cost differs from it by stairs, waits and bends that the line leaves out."""
        return float(self.geometry.length)

    def to_frame(self) -> pd.DataFrame:
        """One row: ``distance_m``, ``line_m`` and the number of ``edges``."""
        return pd.DataFrame(
            {"distance_m": [self.distance_mm / 1000.0], "line_m": [self.length_m], "edges": [len(self.edge_ids)]}
        )

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the line from door (dot) to door (square)."""
        from jingan_analysis.plotting import SERIES, key, map_axes, scale_bar

        fresh = ax is None
        ax = map_axes(ax)
        x, y = shapely.get_coordinates(self.geometry).T
        label = f"walk of {self.distance_mm / 1000:,.0f} m"
        ax.plot(x, y, color=SERIES[3], linewidth=3, label=label, zorder=5, solid_joinstyle="round")
        ax.scatter(x[:1], y[:1], s=60, color=SERIES[0], edgecolors="white", label="from", zorder=6)
        ax.scatter(x[-1:], y[-1:], s=60, color=SERIES[2], edgecolors="white", marker="s", label="to", zorder=6)
        if fresh:
            scale_bar(ax)
        key(ax)
        return ax

    def _repr_html_(self) -> str:
        """How JupyterLab shows the walk: its length and its edges."""
        from jingan_analysis.showing import Fact, shown

        facts = [
            Fact("Walk", self.distance_mm / 1000.0, "m"),
            Fact("Length of the line on the map", self.length_m, "m"),
            Fact("Edges walked along, the first and the last in part", len(self.edge_ids)),
        ]
        edges = pd.DataFrame({"edge_id": self.edge_ids})
        notes = ["A walk is longer than its line where stairs, waits or bends that the line leaves out cost more."]
        return shown("One shortest walk", facts, edges, notes=notes)


def walk_route(
    origin_xy: tuple[float, float],
    destination_xy: tuple[float, float],
    *,
    network: Network,
    cutoff_mm: int,
    snap_cap_m: float = 200.0,
    main_component_only: bool = True,
    cost: Impedance | None = None,
) -> WalkRoute | None:
    """How somebody walks from one place to another; None where no walk within the cutoff joins them.

    Parameters are those of :func:`jingan_analysis.geography.travel.travel_costs`, and so is the distance.

    Raises
    ------
    InvalidParameter
        If a coordinate is not finite or an option is out of range.
    """
    limit_mm = whole_cutoff(cutoff_mm)
    doors = np.array([origin_xy, destination_xy], dtype=np.float64)
    graph = SearchGraph.of(network, cost)
    ends = [
        snap(network, door[None], cap_m=snap_cap_m, main_component_only=main_component_only, usable=graph.cost.usable)
        for door in doors
    ]
    if not all(end.snapped[0] for end in ends):
        return None
    if (np.rint(doors[0] * 1000) == np.rint(doors[1] * 1000)).all():
        return WalkRoute(0, (), LineString(doors))
    home, site = ends
    found = sweep(graph, site, limit_mm)
    walks = [*_over_ends(graph, home, found), *_along_edge(graph, home, site)]
    walks = [walk for walk in walks if walk[0] <= limit_mm]
    if not walks:
        return None
    distance_mm, first_end = min(walks)
    if first_end < 0:
        edges, line = [int(home.edge[0])], [_part(network, home, int(site.along_mm[0]))]
    else:
        edges, line = _follow(network, home, site, found, first_end)
    coordinates = np.concatenate([doors[:1], *line, doors[1:]])
    moved = np.ones(len(coordinates), dtype=np.bool_)
    moved[1:] = (np.diff(coordinates, axis=0) != 0).any(axis=1)
    return WalkRoute(distance_mm, tuple(network.edge_ids[edges]), LineString(coordinates[moved]))


def _over_ends(graph: SearchGraph, home: Snapping, found: Sweep) -> list[tuple[int, int]]:
    """Walks over the first (0) and the last (1) node of the home's edge, where there are any."""
    legs = graph.walk_to_ends(home, np.array([0]))[0]
    edge = home.edge[0]
    onward = found.distance_mm[[graph.network.edge_from[edge], graph.network.edge_to[edge]]]
    return [(int(legs[end] + onward[end]), end) for end in (0, 1) if np.isfinite(onward[end])]


def _along_edge(graph: SearchGraph, home: Snapping, site: Snapping) -> list[tuple[int, int]]:
    """The walk straight along an edge that both stand on."""
    if home.edge[0] != site.edge[0]:
        return []
    gap_mm = int(site.along_mm[0] - home.along_mm[0])
    pace = graph.pace(home.edge[:1])[0, 0 if gap_mm >= 0 else 1]
    if pace < 0 and gap_mm:
        return []
    walk_mm = round(abs(gap_mm) * max(float(pace), 0.0))
    return [(walk_mm + int(home.off_network_mm[0] + site.off_network_mm[0]), -1)]


def _follow(
    network: Network, home: Snapping, site: Snapping, found: Sweep, first_end: int
) -> tuple[list[int], list[NDArray[np.float64]]]:
    """Edges and pieces of line from the home's edge to the facility's."""
    edge = int(home.edge[0])
    node = int((network.edge_from, network.edge_to)[first_end][edge])
    edges, line = [edge], [_part(network, home, int(network.length_mm[edge]) * first_end)]
    while found.leads_to[node] >= 0:
        edge, onward = int(found.leaves_by[node]), int(found.leads_to[node])
        piece = shapely.get_coordinates(network.geometry[edge])
        line.append(piece if network.edge_from[edge] == node else piece[::-1])
        edges.append(edge)
        node = onward
    last = int(site.edge[0])
    from_start = network.edge_from[last] == node
    if network.edge_from[last] == network.edge_to[last]:
        from_start = bool(site.along_mm[0] <= site.to_end_mm[0])
    edges.append(last)
    line.append(_part(network, site, 0 if from_start else int(network.length_mm[last]))[::-1])
    return edges, line


def _part(network: Network, place: Snapping, to_mm: int) -> NDArray[np.float64]:
    """Coordinates from a joining point to another point of its edge."""
    from shapely.ops import substring

    edge = place.edge[0]
    shares = np.array([place.along_mm[0], to_mm]) / network.length_mm[edge]
    piece = substring(network.geometry[edge], *shares, normalized=True)
    return np.asarray(shapely.get_coordinates(piece), dtype=np.float64)
