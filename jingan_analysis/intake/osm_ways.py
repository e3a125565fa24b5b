"""Ways of an OpenStreetMap extract that people can walk on.

Which ways can be walked, by their tags (https://wiki.openstreetmap.org/wiki/Key:foot and Key:highway):

1. ``area=yes`` is a surface, not a way: dropped.
2. ``highway`` must be a kind in :data:`WALKED`, or a kind in :data:`WALKED_IF_ALLOWED` (cycleways, bridleways,
   trunk roads, which in large cities are often elevated) that also says that people walk there: ``foot`` is in
   :data:`ALLOWED`, or ``sidewalk`` in :data:`SIDEWALK_THERE`. Motorways, raceways, platforms, works and plans are
   dropped.
3. ``foot`` in :data:`REFUSED` drops the way: it is forbidden, private, or replaced by a separate path.
4. ``access`` in :data:`CLOSED` drops it, unless ``foot`` is in :data:`ALLOWED`.
5. ``sidewalk=separate`` on both sides drops the carriageway, unless ``foot`` is in :data:`ALLOWED`: its pavements are
   ways of their own.

A barrier (gate, wall, fence …) that is shut to walkers (``foot=no``, or ``access=no`` without ``foot`` in
:data:`ALLOWED`) parts the ways at its node. A *private* gate does not: those who live behind it pass.
A way is walked both ways unless ``oneway:foot`` says otherwise, or ``oneway`` does on a way that only walkers use
(:data:`WALKERS_ONLY`); ``oneway`` of other ways is a rule for vehicles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jingan_analysis.errors import InvalidNetwork

WALKED: Final = frozenset(
    {
        "footway", "path", "pedestrian", "steps", "living_street", "residential", "service", "unclassified", "road",
        "track", "corridor", "primary", "primary_link", "secondary", "secondary_link", "tertiary", "tertiary_link",
    }
)  # fmt: skip
WALKED_IF_ALLOWED: Final = frozenset({"cycleway", "bridleway", "trunk", "trunk_link"})
ALLOWED: Final = frozenset({"yes", "designated", "permissive", "destination", "official", "customers"})
REFUSED: Final = frozenset({"no", "private", "use_sidepath"})
CLOSED: Final = frozenset({"no", "private", "military", "agricultural", "forestry", "delivery"})
SIDEWALK_THERE: Final = frozenset({"yes", "both", "left", "right"})
WALKERS_ONLY: Final = frozenset({"footway", "steps", "pedestrian", "corridor"})
DIRECTIONS: Final = {"yes": "forward", "1": "forward", "true": "forward", "-1": "backward", "reverse": "backward"}


@dataclass(frozen=True)
class Ways:
    """Walkable ways as runs of nodes; a way with missing nodes makes several runs.

    Attributes
    ----------
    names, kinds
        OpenStreetMap id and ``highway`` value of each kept way.
    directions
        ``both``, ``forward`` or ``backward`` for each kept way, by the order of its nodes.
    way
        Row of the way that each run belongs to.
    runs
        Node ids in order, at least two a run.
    position
        Place of each node as longitude and latitude in ten-millionths of a degree.
    shut
        Nodes of runs at which a barrier is shut to walkers.
    dropped
        Number of other ways with a ``highway`` tag, by reason.
    missing_nodes
        Points that kept ways name but the extract lacks.
    """

    names: list[str]
    kinds: list[str]
    directions: list[str]
    way: list[int]
    runs: list[list[int]]
    position: dict[int, tuple[int, int]]
    shut: frozenset[int]
    dropped: Counter[str]
    missing_nodes: int


def read_ways(pbf: Path) -> Ways:
    """Read the walkable ways of an extract.

    Raises
    ------
    InvalidNetwork
        If the extract is missing or unreadable.
    """
    import osmium

    if not pbf.is_file():
        raise InvalidNetwork(f"{pbf} does not exist; give the path of an OpenStreetMap extract (.osm.pbf)")
    names: list[str] = []
    kinds: list[str] = []
    directions: list[str] = []
    way_of_run: list[int] = []
    runs: list[list[int]] = []
    position: dict[int, tuple[int, int]] = {}
    dropped: Counter[str] = Counter()
    missing = 0
    try:
        for way in _tagged(pbf, "highway", osmium.osm.NODE | osmium.osm.WAY):
            if not way.is_way():
                continue
            if (reason := why_not_walked(way.tags)) is not None:
                dropped[reason] += 1
                continue
            found = _runs(way, position)
            missing += sum(1 for node in way.nodes if not node.location.valid())
            if not found:
                dropped["fewer than two points in the extract"] += 1
                continue
            way_of_run += [len(names)] * len(found)
            runs += found
            names.append(str(way.id))
            kinds.append(way.tags["highway"])
            directions.append(walk_direction(way.tags))
        shut = _shut_barriers(pbf)
    except RuntimeError as error:
        raise InvalidNetwork(f"{pbf} cannot be read as OpenStreetMap data: {error}") from error
    used = frozenset(shut & position.keys())
    return Ways(names, kinds, directions, way_of_run, runs, position, used, dropped, missing)


def walk_direction(tags: Mapping[str, str]) -> str:
    """Directions in which people may walk a way: ``both``, ``forward`` or ``backward``."""
    rule = tags.get("oneway:foot") or tags.get("foot:oneway")
    if rule is None and tags.get("highway") in WALKERS_ONLY:
        rule = tags.get("oneway")
    return DIRECTIONS.get(rule or "no", "both")


def _runs(way: Any, position: dict[int, tuple[int, int]]) -> list[list[int]]:  # noqa: ANN401 - osmium has no types
    """Runs of at least two different successive nodes whose places are known; the places are noted."""
    runs: list[list[int]] = [[]]
    for node in way.nodes:
        if not node.location.valid():
            runs.append([])
        elif not runs[-1] or runs[-1][-1] != node.ref:
            position[node.ref] = (node.location.x, node.location.y)
            runs[-1].append(node.ref)
    return [run for run in runs if len(run) > 1]


def _tagged(pbf: Path, key: str, entities: Any) -> Iterator[Any]:  # noqa: ANN401 - osmium has no types
    """The objects of an extract that have a tag, with the places of their nodes."""
    import osmium

    return iter(osmium.FileProcessor(str(pbf), entities).with_locations().with_filter(osmium.filter.KeyFilter(key)))


def _shut_barriers(pbf: Path) -> set[int]:
    import osmium

    return {
        node.id
        for node in _tagged(pbf, "barrier", osmium.osm.NODE)
        if node.tags.get("foot") == "no" or (node.tags.get("access") == "no" and node.tags.get("foot") not in ALLOWED)
    }


def why_not_walked(tags: Mapping[str, str]) -> str | None:
    """Why nobody walks on a way with these tags; None where people do."""
    kind, foot, sidewalk = tags.get("highway", ""), tags.get("foot"), tags.get("sidewalk")
    allowed = foot in ALLOWED
    reason = None
    if tags.get("area") == "yes":
        reason = "an area, not a way"
    elif kind not in WALKED | WALKED_IF_ALLOWED:
        reason = f"highway={kind}"
    elif foot in REFUSED:
        reason = f"foot={foot}"
    elif allowed:
        reason = None
    elif tags.get("access") in CLOSED:
        reason = f"access={tags['access']}"
    elif sidewalk == "separate" or tags.get("sidewalk:both") == "separate":
        reason = "pavements are separate ways"
    elif kind in WALKED_IF_ALLOWED and sidewalk not in SIDEWALK_THERE:
        reason = f"highway={kind} without a word on walkers"
    return reason
