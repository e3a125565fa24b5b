from __future__ import annotations

import geopandas as gpd
import pytest
import shapely


def edge_table(rows):
    """Edges from (edge_id, from_node, to_node, vertices, length_m or None for the line's own)."""
    lines = [shapely.LineString(vertices) for *_, vertices, _ in rows]
    return gpd.GeoDataFrame(
        {
            "edge_id": [row[0] for row in rows],
            "from_node": [row[1] for row in rows],
            "to_node": [row[2] for row in rows],
            "length_m": [line.length if row[4] is None else row[4] for row, line in zip(rows, lines, strict=True)],
        },
        geometry=lines,
        crs="EPSG:4549",
    )


@pytest.fixture
def edges():
    return edge_table


@pytest.fixture
def build():
    from jingan_analysis.geography.network import Network

    def _build(*rows):
        return Network.from_edges(edge_table([(*row, None) if len(row) == 4 else row for row in rows]))

    return _build
