"""OR-Library's p-median problems: the published optima, proven."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from jingan_analysis.models.siting import SiteRules, p_median, ways

OPTIMA = {"pmed1": 5819, "pmed2": 4093, "pmed3": 4250, "pmed4": 3034, "pmed5": 1355}
"""Beasley, J. E. (1985), A note on solving large p-median problems, European Journal of Operational Research 21."""


@pytest.mark.real_data
@pytest.mark.parametrize("name", OPTIMA)
def test_the_published_optimum_is_found_and_proven(name, real_data):
    numbers = (real_data("known_answers") / "p_median" / f"{name}.txt").read_text(encoding="utf-8").split()
    vertices, edges, p = map(int, numbers[:3])
    # A repeated edge counts as it is told last.
    lengths = {}
    for a, b, length in np.array(numbers[3 : 3 + 3 * edges], dtype=int).reshape(-1, 3):
        lengths[min(a, b) - 1, max(a, b) - 1] = float(length)
    ends = np.array(list(lengths))
    graph = csr_array((list(lengths.values()), (ends[:, 0], ends[:, 1])), shape=(vertices, vertices))
    travel = dijkstra(graph, directed=False)
    found = p_median(ways(travel, np.ones(vertices)), SiteRules(vertices, most_new=p))
    assert found.value == OPTIMA[name]
    assert found.gap < 1e-9 and found.chosen.sum() <= p
