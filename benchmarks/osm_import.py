"""An OpenStreetMap extract to a walking network: ours against osmnx, from the same file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from benchmarks.race import installed, race, table, with_version

EXTRACT, METRIC_CRS = "porto_alegre/osm.pbf", "EPSG:31982"


def run() -> str:
    home = os.environ.get("JINGAN_REAL_DATA")
    path = Path(home) / EXTRACT if home else None
    if path is None or not path.exists():
        return f"The extract is missing: set JINGAN_REAL_DATA to a folder with {EXTRACT}.\n"
    with tempfile.TemporaryDirectory() as folder:
        return against_osmnx(path, Path(folder) / "extract.osm")


def against_osmnx(pbf: Path, xml: Path) -> str:
    from jingan_analysis.geography.network import Network
    from jingan_analysis.intake.osm_network import _edges
    from jingan_analysis.intake.osm_ways import read_ways

    def ours(_: int) -> Network:
        return Network.from_edges(_edges(read_ways(pbf), METRIC_CRS).to_crs(METRIC_CRS))

    contenders, rounds, notes = {"ours": ours}, {"ours": 5}, {}
    if installed("osmnx"):
        import osmnx

        as_xml(pbf, xml)

        def theirs(_: int):
            graph = osmnx.graph_from_xml(xml, bidirectional=True, simplify=True, retain_all=True)
            return osmnx.project_graph(graph, to_crs=METRIC_CRS)

        name = with_version("osmnx")
        contenders[name], rounds[name] = theirs, 3
        notes[name] = "from the same extract as XML, which it asks for; the conversion is not timed"
    network = ours(0)
    title = f"Porto Alegre from OpenStreetMap: {network.n_nodes:,} nodes, {network.n_edges:,} edges"
    return table(title, race(contenders, rounds=rounds, notes=notes))


def as_xml(pbf: Path, xml: Path) -> None:
    import osmium

    with osmium.SimpleWriter(str(xml)) as writer:
        for thing in osmium.FileProcessor(str(pbf)):
            writer.add(thing)


if __name__ == "__main__":
    print(run())
