"""OR-Library's graphs: the published optima of the p-median and the p-centre, proven."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jingan_analysis.models.siting import SiteRules, Ways, p_centre, p_median, ways

OPTIMA = {"pmed1": 5819, "pmed2": 4093, "pmed3": 4250, "pmed4": 3034, "pmed5": 1355}
"""Beasley, J. E. (1985), A note on solving large p-median problems, European Journal of Operational Research 21."""


LONGEST = {"pmed1": 127, "pmed2": 98, "pmed3": 93, "pmed4": 74, "pmed5": 48}
"""p-centre on the same graphs: Daskin, M. S. (2000), A new approach to solving the vertex p-center problem to
optimality, Communications of the Operations Research Society of Japan 45."""


def read(folder: Path, name: str) -> tuple[Ways, SiteRules]:
    numbers = (folder / "p_median" / f"{name}.txt").read_text(encoding="utf-8").split()
    vertices, edges, p = map(int, numbers[:3])
    # A repeated edge counts as it is told last.
    lengths = {}
    for a, b, length in np.array(numbers[3 : 3 + 3 * edges], dtype=int).reshape(-1, 3):
        lengths[min(a, b) - 1, max(a, b) - 1] = float(length)
    ends = np.array(list(lengths))
    graph = csr_array((list(lengths.values()), (ends[:, 0], ends[:, 1])), shape=(vertices, vertices))
    return ways(dijkstra(graph, directed=False), np.ones(vertices)), SiteRules(vertices, most_new=p)


@pytest.mark.real_data
@pytest.mark.parametrize("name", OPTIMA)
def test_the_published_median_is_found_and_proven(name, real_data):
    asked, rules = read(real_data("known_answers"), name)
    found = p_median(asked, rules)
    assert found.value == OPTIMA[name]
    assert found.gap < 1e-9 and found.chosen.sum() <= rules.most_new


@pytest.mark.real_data
@pytest.mark.parametrize("name", LONGEST)
def test_the_published_centre_is_found_and_proven(name, real_data):
    asked, rules = read(real_data("known_answers"), name)
    found = p_centre(asked, rules)
    assert found.value == LONGEST[name] == found.bound
    assert found.chosen.sum() <= rules.most_new
