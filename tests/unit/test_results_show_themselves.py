"""Every result of the engine prints and draws itself, on a line of homes where all four cases occur."""

import re

import matplotlib as mpl
import numpy as np
import pytest

from jingan_analysis import plotting
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.figures import style
from jingan_analysis.geography.isochrones import isochrones, plot_isochrones
from jingan_analysis.geography.nearest import nearest_facility
from jingan_analysis.geography.routes import walk_route
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.area_bootstrap import area_bootstrap
from jingan_analysis.measures.catchments.crowding import inverted_two_step_catchment
from jingan_analysis.measures.catchments.modified import modified_two_step_catchment
from jingan_analysis.measures.catchments.rational_agent import rational_agents
from jingan_analysis.measures.catchments.spatial_availability import spatial_availability
from jingan_analysis.measures.catchments.two_step import enhanced_two_step_catchment
from jingan_analysis.measures.concentration import concentration_index
from jingan_analysis.measures.gini import gini, gini_decomposition
from jingan_analysis.measures.lorenz import lorenz_curve
from jingan_analysis.measures.palma import palma_ratio
from jingan_analysis.measures.poverty import access_poverty
from jingan_analysis.measures.reach import nearest
from jingan_analysis.measures.spatial_association import local_moran, moran_i
from jingan_analysis.measures.spatial_weights import SpatialWeights
from jingan_analysis.measures.theil import theil_decomposition, theil_l

LIMIT_MM = 900_000
XY = np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0], [300.0, 0.0], [400.0, 50.0]])
SITES_XY = np.array([[0.0, 10.0], [200.0, 10.0], [900.0, 0.0]])
PERSONS, SEATS = np.array([10.0, 20.0, 30.0, 40.0, 50.0]), np.array([30.0, np.nan, 0.0])


@pytest.fixture(autouse=True)
def no_window():
    import matplotlib.pyplot as plt

    mpl.use("Agg")
    yield
    plt.close("all")


def words(html: str) -> str:
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", text)


def shown(result: object) -> str:
    """What the result prints; twice the same, and the frame that the page says holds all exists."""
    html = result._repr_html_()
    assert html == result._repr_html_()
    assert "nan" not in words(html).lower()
    return words(html)


def line_of_homes() -> TravelCosts:
    """Homes: 0 and 1 reach the known site, 2 the unknown one only, 3 none (joined), 4 off the network; site 2 nobody's."""
    return TravelCosts(
        origin_ids=np.array(list("abcde"), dtype=object),
        destination_ids=np.array(["known", "unknown", "empty"], dtype=object),
        origin=np.array([0, 1, 2]),
        destination=np.array([0, 0, 1]),
        distance_mm=np.array([0, 100_000, 10_000]),
        cutoff_mm=LIMIT_MM,
        method="walking_network",
        origin_snapped=np.array([True, True, True, True, False]),
        destination_snapped=np.array([True, True, True]),
    )


def network():
    import geopandas as gpd
    from shapely.geometry import LineString

    from jingan_analysis.geography.network import Network

    lines = [LineString([(x, 0), (x + 100, 0)]) for x in range(0, 1000, 100)]
    frame = gpd.GeoDataFrame(
        {
            "edge_id": [f"e{i}" for i in range(10)],
            "from_node": [f"n{i}" for i in range(10)],
            "to_node": [f"n{i + 1}" for i in range(10)],
            "length_m": 100.0,
        },
        geometry=lines,
        crs="EPSG:4549",
    )
    return Network.from_edges(frame)


def weights() -> SpatialWeights:
    ids = list("abcde")
    return SpatialWeights.from_pairs(ids, ["a", "b", "b", "c"], ["b", "a", "c", "b"])


def test_walks_tell_none_and_not_joined_apart():
    told = shown(line_of_homes())
    assert "Origins with a destination 3 of 5 (60.0%)" in told
    assert "Origins with none within the cutoff 1 of 5 (20.0%)" in told
    assert "Origins not joined to the network: not known 1 of 5 (20.0%)" in told
    assert "3 of 3 rows" in told


def test_a_walk_of_zero_is_a_walk():
    told = shown(nearest(line_of_homes()))
    assert "Origins with a destination within 900 m 3 of 5" in told
    assert "0 0 reached" in told
    assert told.count("none none beyond") == 1
    assert told.count("none none unsnapped") == 1


def test_modelled_walks_say_so():
    costs = line_of_homes()
    straight = TravelCosts(**{**vars(costs), "method": "straight_line", "detour_factor": 1.3})
    assert "Modelled: straight line × 1.3" in shown(straight)
    assert "Modelled" not in shown(costs)


def test_no_pairs_at_all_print_and_draw():
    nobody = line_of_homes().to_destinations(np.zeros(3, dtype=bool))
    assert "Origins with a destination 0 of 5 (0%)" in shown(nobody)
    nobody.plot()
    nearest(nobody).plot(XY)


def test_nearest_in_one_sweep_knows_who_is_not_joined():
    xy = np.vstack([XY, [[5000.0, 5000.0]]])
    found = nearest_facility(xy, SITES_XY[:1], network=network(), cutoff_mm=150_000)
    assert found.state.tolist() == ["reached", "reached", "beyond", "beyond", "beyond", "unsnapped"]
    assert found.to_frame()["destination"].isna().sum() == 4


def test_catchment_tells_four_cases_apart():
    found = enhanced_two_step_catchment(line_of_homes(), PERSONS, SEATS, LIMIT_MM)
    told = shown(found)
    assert "Origins with access 2 of 5" in told
    assert "Origins with certainly none 1 of 5" in told
    assert "Origins of which it is not known 2 of 5" in told
    assert "not known: only unknown capacity in reach 30" in told
    assert "not known: not joined to the network 50" in told
    assert "certainly none 40" in told
    labels = [text.get_text() for text in found.plot(XY).get_legend().get_texts()]
    assert "certainly none (1)" in labels
    assert "not known (2)" in labels


@pytest.mark.parametrize("outside", [None, [True, False, False, False, False]])
@pytest.mark.parametrize("method", [enhanced_two_step_catchment, modified_two_step_catchment])
def test_parts_of_an_account_are_its_total(outside, method):
    ledger = method(line_of_homes(), PERSONS, SEATS, LIMIT_MM, outside=outside).ledger
    assert sum(ledger.supply_parts.values()) == pytest.approx(ledger.supply_total, rel=1e-12)
    assert sum(ledger.demand_parts.values()) == pytest.approx(ledger.demand_total, rel=1e-12)
    assert ("outside, only competing" in ledger.demand_parts) == (outside is not None)
    assert ("hands out" in shown(ledger)) == (ledger.supply_lost != 0)


def test_a_map_needs_one_position_a_place():
    found = enhanced_two_step_catchment(line_of_homes(), PERSONS, SEATS, LIMIT_MM)
    with pytest.raises(InvalidParameter, match="position of every place"):
        found.plot(XY[:2])


def test_crowding_tells_empty_from_unknown():
    told = shown(inverted_two_step_catchment(line_of_homes(), PERSONS, SEATS, LIMIT_MM))
    assert "Sites with somebody in reach 1 of 3" in told
    assert "Sites with nobody in reach 0 of 3" in told
    assert "Sites of capacity 0 1 of 3" in told
    assert "Sites of unknown capacity 1 of 3" in told
    remote = inverted_two_step_catchment(line_of_homes(), PERSONS, [30.0, np.nan, 5.0], LIMIT_MM)
    assert "Sites with nobody in reach 1 of 3" in shown(remote)
    labels = [text.get_text() for text in remote.plot(SITES_XY).get_legend().get_texts()]
    assert "nobody in reach (1)" in labels
    assert "capacity not known (1)" in labels


def test_agents_without_a_choice_are_certain_or_not():
    told = shown(rational_agents(line_of_homes(), PERSONS, SEATS, LIMIT_MM, tau_mm=5e5))
    assert "Origins with known supply in reach 2 of 5" in told
    assert "Origins with certainly none in reach 1 of 5" in told
    assert "Origins of which it is not known 2 of 5" in told


def test_classes_of_a_map_hold_everybody_once():
    rng = np.random.default_rng(1)
    for value in (rng.random(400) * 2000, np.repeat([1.0, 5.0], 200), np.full(400, 3.0)):
        none = np.arange(400) < 50
        ax = plotting.place_map(rng.random((400, 2)), value, states={"none": none}, label="x")
        counts = [int(text.get_text().rsplit("(", 1)[1].rstrip(")")) for text in ax.get_legend().get_texts()]
        assert sum(counts) == 400
        assert counts[-1] == 50
        assert not any("e+" in text.get_text() for text in ax.get_legend().get_texts())


RESULTS = {
    "travel costs": (line_of_homes, {}),
    "nearest": (lambda: nearest(line_of_homes()), {}),
    "nearest map": (lambda: nearest(line_of_homes()), {"xy_m": XY}),
    "route": (lambda: walk_route((0.0, 10.0), (450.0, 0.0), network=network(), cutoff_mm=LIMIT_MM), {}),
    "catchment": (lambda: enhanced_two_step_catchment(line_of_homes(), PERSONS, SEATS, LIMIT_MM), {"xy_m": XY}),
    "ledger": (lambda: enhanced_two_step_catchment(line_of_homes(), PERSONS, SEATS, LIMIT_MM).ledger, {}),
    "availability": (lambda: spatial_availability(line_of_homes(), PERSONS, SEATS, LIMIT_MM), {"xy_m": XY}),
    "agents": (lambda: rational_agents(line_of_homes(), PERSONS, SEATS, LIMIT_MM, tau_mm=5e5), {"xy_m": XY}),
    "lorenz": (lambda: lorenz_curve([0, 1, 2, 3], [1, 1, 1, 1]), {"label": "seats"}),
    "gini": (lambda: gini_decomposition([0, 1, 2, 3], [1, 1, 1, 1], list("aabb")), {}),
    "theil": (lambda: theil_decomposition([0, 1, 2, 3], [1, 1, 1, 1], list("aabb")), {}),
    "interval": (lambda: area_bootstrap(gini, [0, 1, 2, 3], [1, 1, 1, 1], list("aabb"), seed=1, draws=99), {}),
    "local moran": (
        lambda: local_moran([1, 2, 3, 4, 9], list("abcde"), weights(), seed=1, permutations=99),
        {"xy_m": XY},
    ),
}


@pytest.mark.parametrize("name", RESULTS)
def test_every_result_prints_and_draws(name):
    make, given = RESULTS[name]
    result = make()
    assert len(shown(result)) > 40
    axes = result.plot(**given)
    axes.get_figure().canvas.draw()
    assert axes.has_data()
    import matplotlib.pyplot as plt

    own = plt.subplots()[1]
    assert make().plot(**given, ax=own) is own


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (palma_ratio([0, 0, 0, 0, 9], [1] * 5), "not defined: the lowest 40 % of persons have nothing"),
        (palma_ratio([1] * 10, [1] * 10), "Palma ratio 0.25"),
        (theil_l([0, 1], [1, 1]), "not defined: 1 of 2 persons have nothing"),
        (lorenz_curve([0, 0], [1, 1]), "not defined: nobody lives here or nobody has anything"),
        (lorenz_curve([0, 1], [1, 3]), "Persons who have nothing 25.0%"),
        (access_poverty([0, 1, 2], [1, 1, 2], line=2), "of them persons who have nothing 1 of 4 (25.0%)"),
        (access_poverty([], [], line=2), "nobody lives here"),
        (concentration_index([0, 1], [1, 1], [1, 2]), "none, so no corrected form"),
        (gini_decomposition([0, 0], [1, 1], list("ab")), "not defined"),
        (theil_decomposition([0, 0], [1, 1], list("ab")), "not defined"),
        (area_bootstrap(gini, [1, 2], [1, 1], ["a", "a"], seed=1), "needs at least 2 areas"),
        (moran_i([1, 1, 1, 1, 1], list("abcde"), weights(), seed=1), "not defined: all areas have the same value"),
        (moran_i([1, 2, 3, 4, 9], list("abcde"), weights(), seed=1, permutations=99), "Areas without neighbours 2"),
        (local_moran([1] * 5, list("abcde"), weights(), seed=1, permutations=9), "not defined: all areas"),
    ],
)
def test_what_is_not_defined_says_why(result, told):
    assert told in shown(result)


def test_isochrones_draw_far_grounds_first_and_keep_empty_ones_in_the_key():
    ground = isochrones(SITES_XY[:1], [100_000, 300_000], network=network(), crs="EPSG:4549")
    axes = plot_isochrones(ground)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["within 300 m", "within 100 m"]
    nowhere = isochrones(np.array([[9e4, 9e4]]), [100_000], network=network(), crs="EPSG:4549")
    assert len(plot_isochrones(nowhere).get_legend().get_texts()) == 1


def test_unreached_places_keep_the_curve_below_everybody():
    """Of four joined homes three have a site: leaving the fourth out would draw the curve to 100 %."""
    line = line_of_homes().plot().lines[0]
    assert max(line.get_ydata()) == pytest.approx(75.0)


def test_colours_are_those_of_the_reports():
    for name in ("INK", "INK_SOFT", "AXIS", "RULE", "PAPER", "SERIES", "RAMP"):
        assert getattr(plotting, name) == getattr(style, name)


def test_district_prints_its_stamps_and_reads_nothing(valid_district):
    from jingan_analysis.district import SYNTHETIC, load_district

    district = load_district(valid_district)
    told = shown(district)
    assert district.stamps == (SYNTHETIC,)
    assert SYNTHETIC in told
    assert "demand_points" in told
    assert list(district.input_digests()) == ["district.toml"]
