"""The most units that groups can have from projects, where every unit counts alike: a largest flow in whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from jingan_analysis.models.assignment_needs import Needs

MOST_UNITS = 2**31 - 1
"""SciPy counts flows in 32 bits."""


def fits(problem: Needs) -> bool:
    """Whether the amounts are small enough for ``largest_flow``."""
    amounts = (problem.wanted, problem.capacity)
    return bool(max(float(one.astype(np.float64).sum()) for one in amounts) <= MOST_UNITS)


def largest_flow(problem: Needs) -> NDArray[np.int64]:
    """Units of each pair of a largest flow (Dinic 1970, as SciPy has it), shape (e,).

    From a source to the groups with what they want, on to the projects that are open to them, and to a sink with what
    the projects have. It counts in whole numbers throughout and takes a tenth of a linear program's time; values of the
    groups play no part.
    """
    if not len(problem.group):
        return np.zeros(0, dtype=np.int64)
    groups, projects = len(problem.wanted), len(problem.capacity)
    at_group, at_project = 1 + np.arange(groups), 1 + groups + np.arange(projects)
    sink = 1 + groups + projects
    start = np.concatenate([np.zeros(groups, dtype=np.int64), at_group[problem.group], at_project])
    end = np.concatenate([at_group, at_project[problem.project], np.full(projects, sink)])
    between = np.minimum(problem.wanted[problem.group], problem.capacity[problem.project])
    size = np.concatenate([problem.wanted, between, problem.capacity]).astype(np.int32)
    graph = csr_array((size, (start, end)), shape=(sink + 1, sink + 1))
    flow = maximum_flow(graph, 0, sink).flow
    return np.asarray(flow[at_group[problem.group], at_project[problem.project]], dtype=np.int64).ravel()
