from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.district import load_district
from jingan_analysis.errors import DistrictConfigError, DistrictNotFound, InvalidNetwork
from jingan_analysis.intake.osm_network import import_network
from jingan_analysis.intake.osm_ways import why_not_walked

CONFIG = """\
key = "small"
[names]
en = "Small"
zh = "小区"
ja = "小さな区"
[geography]
metric_crs = "EPSG:4549"
"""
LON, LAT, STEP = 120.30, 31.20, 0.001
METRES_EAST = 95.31  # one step of longitude at this latitude, on the projection to the centimetre


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "district.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "place"


@pytest.fixture
def extract(tmp_path):
    """Write an .osm file: nodes as {id: (steps east, steps north)}, ways as (node ids, tags)."""

    def _extract(nodes, ways, *, node_tags=None):
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
        for number, (east, north) in nodes.items():
            tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in (node_tags or {}).get(number, {}).items())
            lines.append(
                f'<node id="{number}" version="1" lat="{LAT + north * STEP:.7f}" lon="{LON + east * STEP:.7f}">{tags}</node>'
            )
        for number, (refs, tags) in enumerate(ways, start=1):
            inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + "".join(
                f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()
            )
            lines.append(f'<way id="{number}" version="1">{inner}</way>')
        path = tmp_path / "extract.osm"
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    return _extract


STREET = {"highway": "residential"}
LINE = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (3, 0)}


def imported(path, folder):
    summary = import_network(path, folder)
    return summary, gpd.read_parquet(folder / "walking_network.parquet")


def joined(edges):
    """The edges as node pairs."""
    return list(zip(edges["from_node"], edges["to_node"], strict=True))


# --- which ways are walked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tags",
    [
        *(
            {"highway": kind}
            for kind in ("footway", "path", "pedestrian", "steps", "living_street", "residential", "service")
        ),
        *({"highway": kind} for kind in ("unclassified", "tertiary", "secondary_link", "primary", "track", "corridor")),
        {"highway": "primary", "sidewalk": "no"},
        {"highway": "cycleway", "foot": "yes"},
        {"highway": "trunk", "sidewalk": "both"},
        {"highway": "trunk", "foot": "designated"},
        {"highway": "service", "access": "private", "foot": "yes"},
        {"highway": "service", "access": "no", "foot": "permissive"},
        {"highway": "service", "access": "customers"},
        {"highway": "residential", "area": "no"},
        {"highway": "secondary", "sidewalk": "separate", "foot": "yes"},
    ],
)
def test_people_walk_there(tags):
    assert why_not_walked(tags) is None


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "motorway"}, "highway=motorway"),
        ({"highway": "motorway", "foot": "yes"}, "highway=motorway"),
        ({"highway": "motorway_link"}, "highway=motorway_link"),
        ({"highway": "construction"}, "highway=construction"),
        ({"highway": "platform"}, "highway=platform"),
        ({"highway": "pedestrian", "area": "yes"}, "an area, not a way"),
        ({"highway": "residential", "foot": "no"}, "foot=no"),
        ({"highway": "footway", "foot": "private"}, "foot=private"),
        ({"highway": "primary", "foot": "use_sidepath"}, "foot=use_sidepath"),
        ({"highway": "service", "access": "private"}, "access=private"),
        ({"highway": "service", "access": "no"}, "access=no"),
        ({"highway": "service", "access": "yes", "foot": "no"}, "foot=no"),
        ({"highway": "primary", "sidewalk": "separate"}, "pavements are separate ways"),
        ({"highway": "primary", "sidewalk:both": "separate"}, "pavements are separate ways"),
        ({"highway": "cycleway"}, "highway=cycleway without a word on walkers"),
        ({"highway": "trunk"}, "highway=trunk without a word on walkers"),
        ({"highway": "trunk", "sidewalk": "no"}, "highway=trunk without a word on walkers"),
    ],
)
def test_people_do_not_walk_there_for_a_reason(tags, reason):
    assert why_not_walked(tags) == reason


# --- cutting --------------------------------------------------------------------------------------


def test_a_way_is_one_edge_until_another_meets_it(extract, folder):
    summary, edges = imported(extract(LINE, [([1, 2, 3, 4], STREET)]), folder)
    assert joined(edges) == [("1", "4")]
    assert shapely.get_num_coordinates(edges.geometry.to_numpy()).tolist() == [4]
    assert (summary.nodes, summary.edges, summary.islands, summary.main_share) == (2, 1, 0, 1.0)

    side = {**LINE, 5: (1, 1)}
    summary, edges = imported(extract(side, [([1, 2, 3, 4], STREET), ([2, 5], {"highway": "steps"})]), folder)
    assert joined(edges) == [("1", "2"), ("2", "4"), ("2", "5")]
    assert edges["edge_id"].tolist() == ["1-1", "1-2", "2-1"]
    assert edges["way_kind"].tolist() == ["residential", "residential", "steps"]
    assert summary.nodes == 4


def test_ways_that_cross_without_a_shared_node_do_not_meet(extract, folder):
    # A bridge: the lines cross, nobody can turn.
    nodes = {1: (0, 0), 2: (2, 0), 3: (1, -1), 4: (1, 1)}
    summary, edges = imported(extract(nodes, [([1, 2], STREET), ([3, 4], STREET)]), folder)
    assert joined(edges) == [("1", "2"), ("3", "4")]
    assert summary.islands == 1
    assert 0.5 < summary.main_share < 0.6


def test_a_way_that_meets_itself_is_cut_there_and_a_ring_is_a_loop(extract, folder):
    nodes = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1)}
    _, edges = imported(extract(nodes, [([1, 2, 3, 4, 2], STREET)]), folder)
    assert joined(edges) == [("1", "2"), ("2", "2")]
    _, edges = imported(extract(nodes, [([1, 2, 3, 4, 1], STREET)]), folder)
    assert joined(edges) == [("1", "1")]


def test_a_node_shared_only_with_a_way_that_nobody_walks_is_no_junction(extract, folder):
    _, edges = imported(
        extract({**LINE, 5: (1, 1)}, [([1, 2, 3, 4], STREET), ([2, 5], {"highway": "motorway"})]), folder
    )
    assert joined(edges) == [("1", "4")]


def test_lengths_are_metres_on_the_metric_crs_rounded_up_and_never_below_the_straight_line(extract, folder):
    nodes = {1: (0, 0), 2: (1, 0), 3: (1, 1)}
    _, edges = imported(extract(nodes, [([1, 2], STREET), ([1, 2, 3], STREET)]), folder)
    assert edges["length_m"][0] == pytest.approx(METRES_EAST, abs=0.02)
    projected = edges.to_crs("EPSG:4549").geometry.length
    assert ((edges["length_m"] >= projected - 1e-6) & (edges["length_m"] <= projected + 0.0011)).all()
    assert (edges["length_m"] * 1000).round(6).mod(1).eq(0).all()


def test_two_nodes_at_one_place_are_a_millimetre_apart_and_stay_joined(extract, folder):
    nodes = {1: (0, 0), 2: (1, 0), 3: (1, 0), 4: (2, 0)}
    summary, edges = imported(extract(nodes, [([1, 2], STREET), ([2, 3], STREET), ([3, 4], STREET)]), folder)
    assert edges["length_m"][1] == 0.001
    assert summary.islands == 0


def test_a_node_named_twice_in_a_row_is_one_point(extract, folder):
    _, edges = imported(extract(LINE, [([1, 1, 2], STREET)]), folder)
    assert joined(edges) == [("1", "2")]


def test_a_way_with_points_outside_the_extract_ends_there_and_they_are_counted(extract, folder):
    summary, edges = imported(extract(LINE, [([1, 2, 99, 3, 4], STREET), ([4, 98], STREET)]), folder)
    assert joined(edges) == [("1", "2"), ("3", "4")]
    assert edges["edge_id"].tolist() == ["1-1", "1-2"]
    assert summary.missing_nodes == 2
    assert summary.dropped_ways == {"fewer than two points in the extract": 1}
    assert summary.kept_ways == 1


@pytest.mark.parametrize(
    ("tags", "open_"),
    [
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, True),
        ({"barrier": "bollard", "foot": "yes"}, True),
        ({"barrier": "gate", "foot": "no"}, False),
        ({"barrier": "gate", "access": "no"}, False),
        ({"access": "no"}, True),  # no barrier at all
    ],
)
def test_a_shut_gate_parts_the_ways_and_a_private_one_does_not(extract, folder, tags, open_):
    path = extract(LINE, [([1, 2, 3], STREET), ([3, 4], STREET)], node_tags={2: tags})
    summary, edges = imported(path, folder)
    assert summary.islands == (0 if open_ else 1)
    assert summary.closed_barriers == (0 if open_ else 1)
    assert edges["length_m"].sum() == pytest.approx(3 * METRES_EAST, abs=0.05)


def test_a_shut_gate_where_three_ways_meet_parts_all_three(extract, folder):
    nodes = {1: (0, 0), 2: (1, 0), 3: (0, 1), 4: (-1, 0)}
    ways = [([1, 2], STREET), ([1, 3], STREET), ([4, 1], STREET)]
    summary, edges = imported(extract(nodes, ways, node_tags={1: {"barrier": "gate", "foot": "no"}}), folder)
    assert summary.islands == 2
    assert len(set(edges["from_node"]) | set(edges["to_node"])) == 6


def test_dropped_ways_are_counted_by_reason_and_told(extract, folder):
    ways = [([1, 2], STREET), ([2, 3], {"highway": "motorway"}), ([3, 4], {"highway": "motorway"}), ([1, 4], {"highway": "path", "foot": "no"}),
            ([1, 3], {"waterway": "canal"})]  # fmt: skip
    summary, edges = imported(extract(LINE, ways), folder)
    assert len(edges) == 1
    assert summary.dropped_ways == {"foot=no": 1, "highway=motorway": 2}
    assert "ways left out, highway=motorway: 2" in str(summary)
    assert "2 nodes, 1 edges, 0.1 km" in str(summary)


# --- the district's folder ------------------------------------------------------------------------


def test_the_network_can_be_loaded_as_the_districts_table(extract, folder):
    nodes = {**LINE, 5: (1, 1), 6: (2, 2)}
    summary = import_network(extract(nodes, [([1, 2, 3, 4], STREET), ([2, 5, 6, 3], STREET)]), folder)
    district = load_district(folder)
    table = district.table("walking_network")
    assert set(table.columns) == {column.name for column in CONTRACTS["walking_network"].columns} | {"geometry"}
    assert len(table) == summary.edges == 4
    assert not district.repairs("walking_network")
    assert table.crs.to_epsg() == 4549


def test_the_config_gets_the_table_once_and_keeps_the_rest(extract, folder):
    path = extract(LINE, [([1, 2], STREET)])
    first = import_network(path, folder)
    text = (folder / "district.toml").read_text(encoding="utf-8")
    assert text.startswith(CONFIG)
    assert tomllib.loads(text)["tables"]["walking_network"]["datum"] == "WGS84"
    assert first.notes == ("added [tables.walking_network] to district.toml",)
    assert import_network(path, folder).notes == ()
    assert (folder / "district.toml").read_text(encoding="utf-8") == text


def test_a_district_that_reads_another_file_is_told(extract, folder):
    other = CONFIG + '[tables.walking_network]\nfile = "streets.gpkg"\nformat = "gpkg"\ndatum = "WGS84"\n'
    (folder / "district.toml").write_text(other, encoding="utf-8")
    (note,) = import_network(extract(LINE, [([1, 2], STREET)]), folder).notes
    assert 'set file = "walking_network.parquet"' in note
    assert (folder / "district.toml").read_text(encoding="utf-8") == other


def test_the_same_extract_gives_the_same_bytes(extract, folder):
    path = extract({**LINE, 5: (1, 1)}, [([1, 2, 3, 4], STREET), ([2, 5], STREET)])
    import_network(path, folder)
    first = (folder / "walking_network.parquet").read_bytes()
    import_network(path, folder)
    assert (folder / "walking_network.parquet").read_bytes() == first


def test_a_failed_import_leaves_the_last_network_whole_and_no_rubbish(extract, folder, monkeypatch):
    path = extract(LINE, [([1, 2], STREET)])
    import_network(path, folder)
    before = (folder / "walking_network.parquet").read_bytes()

    def full_disk(self, target, **_):
        Path(target).write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(gpd.GeoDataFrame, "to_parquet", full_disk)
    with pytest.raises(OSError, match="No space left"):
        import_network(path, folder)
    assert (folder / "walking_network.parquet").read_bytes() == before
    assert sorted(each.name for each in folder.iterdir()) == ["district.toml", "walking_network.parquet"]


def test_streets_far_from_the_district_are_left_out(valid_district, extract):
    # The valid district spans 30 x 10 steps; with a buffer of 3 km, 100 steps east is outside.
    nodes = {1: (1, 1), 2: (5, 1), 3: (45, 1), 4: (100, 1), 5: (104, 1)}
    summary, edges = imported(extract(nodes, [([1, 2], STREET), ([2, 3], STREET), ([4, 5], STREET)]), valid_district)
    assert joined(edges) == [("1", "2"), ("2", "3")]
    assert summary.edges_outside == 1
    assert "edges beyond the district's surroundings: 1" in str(summary)


# --- bad input ------------------------------------------------------------------------------------


def test_an_extract_without_walkable_ways_says_what_it_has(extract, folder):
    with pytest.raises(InvalidNetwork, match=r"holds no way that people can walk .* left out: highway=motorway \(1\)"):
        import_network(extract(LINE, [([1, 2], {"highway": "motorway"})]), folder)
    assert not (folder / "walking_network.parquet").exists()


def test_an_extract_without_any_way_is_refused(extract, folder):
    with pytest.raises(InvalidNetwork, match="it has no way with a highway tag"):
        import_network(extract(LINE, []), folder)


def test_a_missing_extract_is_refused(folder, tmp_path):
    with pytest.raises(InvalidNetwork, match=r"nothing\.osm\.pbf does not exist"):
        import_network(tmp_path / "nothing.osm.pbf", folder)


@pytest.mark.parametrize("name", ["broken.osm.pbf", "broken.osm", "broken.txt"])
def test_a_file_that_is_no_extract_is_refused(folder, tmp_path, name):
    (tmp_path / name).write_bytes(b"this is not a map")
    with pytest.raises(InvalidNetwork, match="cannot be read as OpenStreetMap data"):
        import_network(tmp_path / name, folder)


def test_a_folder_without_a_district_is_refused(extract, tmp_path):
    with pytest.raises(DistrictNotFound):
        import_network(extract(LINE, [([1, 2], STREET)]), tmp_path)


def test_a_crs_in_degrees_is_refused(extract, folder):
    (folder / "district.toml").write_text(CONFIG.replace("EPSG:4549", "EPSG:4326"), encoding="utf-8")
    with pytest.raises(DistrictConfigError, match="not a projected CRS in metres"):
        import_network(extract(LINE, [([1, 2], STREET)]), folder)


# --- real cities ----------------------------------------------------------------------------------

DATA = Path(__file__).parents[4] / "shared" / "data"


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("city", "crs", "nodes", "edges", "length_km"),
    [("porto_alegre", "EPSG:31982", 18_880, 25_933, 1_833.4), ("sao_paulo", "EPSG:31983", 6_894, 9_809, 684.3)],
)
def test_real_cities(folder, city, crs, nodes, edges, length_km):
    """Published counts (20,178 nodes, 28,037 edges, 1,957 km; 7,368, 10,481, 720) let people walk on ways with
    ``access=no`` or ``private`` and, in the second city, on all trunk roads: with these our counts come within 1 %."""
    extract = DATA / city / "osm.pbf"
    if not extract.is_file():
        pytest.skip(f"the real data beside the project are missing: {extract}")
    (folder / "district.toml").write_text(CONFIG.replace("EPSG:4549", crs), encoding="utf-8")
    summary = import_network(extract, folder)
    assert (summary.nodes, summary.edges, round(summary.length_km, 1)) == (nodes, edges, length_km)
    assert summary.main_share > 0.98
    table = load_district(folder).table("walking_network")
    assert pd.Series(table["length_m"]).sum() / 1000 == pytest.approx(length_km, abs=0.05)


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"highway": "footway"}, "both"),
        ({"highway": "footway", "oneway": "yes"}, "forward"),
        ({"highway": "steps", "oneway": "-1"}, "backward"),
        ({"highway": "residential", "oneway": "yes"}, "both"),  # a rule for vehicles
        ({"highway": "residential", "oneway:foot": "yes"}, "forward"),
        ({"highway": "footway", "oneway": "yes", "oneway:foot": "no"}, "both"),
    ],
)
def test_walkers_go_one_way_only_where_a_rule_for_walkers_says_so(extract, folder, tags, direction):
    _, edges = imported(extract(LINE, [([1, 2, 3], tags)]), folder)
    assert edges["walk_direction"].tolist() == [direction]
    assert edges["stairs"].tolist() == [tags["highway"] == "steps"]
