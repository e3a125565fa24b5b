"""San Francisco, 205 census tracts and 16 stores: the optima that spopt finds on its own test data, found and proven."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.models.siting import (
    SiteRules,
    backup_coverage,
    location_set_covering,
    maximal_coverage,
    p_centre,
    p_median,
    ways,
)

# What PuLP plans for its next version is no business of ours.
pytestmark = [pytest.mark.real_data, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

SITES, CHOSEN, REACH_M = 16, 4, 5_000
DISTANCES = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
PEOPLE = "SF_demand_205_centroid_uniform_weight.csv"


@pytest.fixture(scope="module")
def francisco() -> tuple[np.ndarray, np.ndarray]:
    """Metres from each tract to each store, and people of each tract."""
    found = find_spec("spopt")
    folder = Path(found.origin).parent / "tests/test_locate/data" if found and found.origin else None
    if folder is None or not (folder / DISTANCES).is_file():
        pytest.skip("spopt's test data are missing: pip install .[benchmarks] brings them")
    table = pd.read_csv(folder / DISTANCES)
    metres = table.pivot_table(values="distance", index="DestinationName", columns="name")
    people = pd.read_csv(folder / PEOPLE).set_index("NAME")["POP2000"].sort_index()
    return metres.to_numpy(), people.to_numpy(dtype=np.float64)


def spopt_finds(model) -> float:
    import pulp

    return float(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value())


def test_the_fewest_sites_for_all(francisco):
    from spopt.locate import LSCP

    metres, people = francisco
    found = location_set_covering(metres <= REACH_M, people, SiteRules(SITES))
    assert found.value == found.bound == 8 == spopt_finds(LSCP.from_cost_matrix(metres, REACH_M))


def test_the_most_people_covered(francisco):
    from spopt.locate import MCLP

    metres, people = francisco
    found = maximal_coverage(metres <= REACH_M, people, SiteRules(SITES, most_new=CHOSEN))
    assert found.value == 875_247 and found.gap == pytest.approx(0, abs=1e-12)
    assert spopt_finds(MCLP.from_cost_matrix(metres, people, REACH_M, CHOSEN)) == pytest.approx(found.value)


def test_the_least_travel(francisco):
    from spopt.locate import PMedian

    metres, people = francisco
    found = p_median(ways(metres, people), SiteRules(SITES, most_new=CHOSEN))
    assert found.value == pytest.approx(2_848_268_129.71, abs=0.01) and found.gap == pytest.approx(0, abs=1e-12)
    assert spopt_finds(PMedian.from_cost_matrix(metres, people, CHOSEN)) == pytest.approx(found.value)


def test_the_shortest_longest_way(francisco):
    from spopt.locate import PCenter

    metres, people = francisco
    found = p_centre(ways(metres, people), SiteRules(SITES, most_new=CHOSEN))
    assert found.value == found.bound == pytest.approx(7_403.0638, abs=1e-4)
    assert spopt_finds(PCenter.from_cost_matrix(metres, CHOSEN)) == pytest.approx(found.value)


def test_the_fewest_sites_for_all_cover_nobody_less_with_backup(francisco):
    metres, people = francisco
    found = backup_coverage(metres <= REACH_M, people, SiteRules(SITES, most_new=8), first_share=1.0)
    assert found.value == people.sum()
