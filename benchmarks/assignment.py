"""The best assignment of requests to projects: groups and sparse arrays, against a variable for each pair in PuLP."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.race import installed, peak_of, peak_while, race, table, with_version
from jingan_analysis.models.assignment import assign, needs
from jingan_analysis.models.assignment_requests import assign_back

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jingan_analysis.models.assignment import Needs

AREAS, GRADES, CATEGORIES, NEEDS = 14, 3, 4, 10

COMPARED = """### Best assignment of requests to suppliers: what is compared

All start from the same arrays of requests, capacities and rules, and are timed from there to the best total; before
the race the totals are checked to be equal. PuLP is timed with CBC and with HiGHS, on the problem as textbooks write
it, with a variable for each request and each supplier open to it, and on groups, as ours: requests that nothing tells
apart are one (at most 14 × 3 × 4 × 10 = 1,680). Ours proves its answer best and deals it back to single requests.
"""


def community(requests: int, projects: int, turn: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Requests by kind (need, grade, category, area), units they want, capacities, and whom a project is open to."""
    rng = np.random.default_rng(turn)
    kinds = np.column_stack([rng.integers(0, n, requests) for n in (NEEDS, GRADES, CATEGORIES, AREAS)])
    wanted = rng.integers(3, 26, requests)
    need = rng.integers(0, NEEDS, projects)
    capacity = rng.integers(0, int(2 * wanted.sum() / projects), projects)
    rule = np.column_stack([rng.integers(0, n, projects) for n in (GRADES, CATEGORIES, AREAS)])
    # Two projects in five are for one grade, one category or one area only.
    rule[rng.random(projects)[:, None] > np.array([0.15, 0.15, 0.1])] = -1
    return kinds, wanted, capacity, np.column_stack([need, rule])


def may(kinds: np.ndarray, rules: np.ndarray) -> np.ndarray:
    allowed = kinds[:, None, 0] == rules[None, :, 0]
    for column in (1, 2, 3):
        allowed &= (rules[None, :, column] < 0) | (rules[None, :, column] == kinds[:, None, column])
    return allowed


def grouped(requests: int, projects: int, turn: int) -> tuple[Needs, np.ndarray, np.ndarray]:
    """As the study does it: requests that nothing tells apart are one group; with group and units of each request."""
    kinds, wanted, capacity, rules = community(requests, projects, turn)
    groups, position = np.unique(kinds, axis=0, return_inverse=True)
    units = np.bincount(position.ravel(), wanted, len(groups))
    group, project = np.nonzero(may(groups, rules))
    return needs(units, np.ones(len(groups)), capacity, group, project), position.ravel(), wanted


def ours(requests: int, projects: int, turn: int) -> int:
    problem, position, wanted = grouped(requests, projects, turn)
    found = assign(problem)
    assert found.gap == 0
    # Back to single requests, in the order in which they stand.
    back = assign_back(problem, found, position, wanted, np.arange(requests))
    assert back.served.sum() == found.served.sum()
    return int(found.served.sum())


def textbook(requests: int, projects: int, turn: int, solver: str) -> int:
    """A variable for each request and each project that is open to it."""
    kinds, wanted, capacity, rules = community(requests, projects, turn)
    return with_pulp(zip(*np.nonzero(may(kinds, rules)), strict=True), wanted, capacity, solver)


def on_groups(requests: int, projects: int, turn: int, solver: str) -> int:
    """A variable for each group and each project that is open to it; the answer stays one of groups."""
    problem = grouped(requests, projects, turn)[0]
    pairs = zip(problem.group.tolist(), problem.project.tolist(), strict=True)
    return with_pulp(pairs, problem.wanted, problem.capacity, solver)


def with_pulp(pairs: Iterable[tuple[int, int]], wanted: np.ndarray, capacity: np.ndarray, solver: str) -> int:
    import pulp

    problem = pulp.LpProblem("assignment", pulp.LpMaximize)
    flow = {pair: pulp.LpVariable(f"f_{pair[0]}_{pair[1]}", lowBound=0) for pair in pairs}
    problem += pulp.lpSum(flow.values())
    by_request, by_project = {}, {}
    for (i, j), variable in flow.items():
        by_request.setdefault(i, []).append(variable)
        by_project.setdefault(j, []).append(variable)
    for i, variables in by_request.items():
        problem += pulp.lpSum(variables) <= int(wanted[i])
    for j, variables in by_project.items():
        problem += pulp.lpSum(variables) <= int(capacity[j])
    problem.solve(pulp.getSolver(solver, msg=False))
    return round(pulp.value(problem.objective))


def run(scale: float = 1.0) -> str:
    sizes = [max(100, int(size * scale)) for size in (1_345, 13_450)]
    return "\n".join([COMPARED, *(one(size, 126) for size in sizes), growth((sizes[0], 126), (sizes[1], 1_260))])


def one(requests: int, projects: int) -> str:
    contenders = {"ours": lambda turn: ours(requests, projects, turn)}
    rounds = {"ours": 7}
    notes = {"ours": "proven, gap 0, and back to single requests"}
    if installed("pulp"):
        import pulp

        available = pulp.listSolvers(onlyAvailable=True)
        for way, note in (
            (textbook, "a variable a request and supplier"),
            (on_groups, "a variable a group and supplier"),
        ):
            for solver in (each for each in ("PULP_CBC_CMD", "HiGHS") if each in available):
                name = f"{with_version('pulp')}, {solver}{', on our groups' if way is on_groups else ''}"
                contenders[name] = lambda turn, way=way, solver=solver: way(requests, projects, turn, solver)
                rounds[name], notes[name] = 3, note
                assert way(requests, projects, 0, solver) == ours(requests, projects, 0)
    title = f"Best assignment of {requests:,} requests to {projects} projects and resources"
    return table(title, race(contenders, rounds=rounds, notes=notes))


def growth(*sizes: tuple[int, int]) -> str:
    lines = [
        "### Growth of the best assignment: ten times the requests and the projects",
        "",
        "| requests | projects | groups | pairs | seconds | MB above the start |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for requests, projects in sizes:
        found = peak_of("benchmarks.assignment", requests, projects)
        lines.append(
            f"| {requests:,} | {projects:,} | {found['groups']:,} | {found['pairs']:,} | {found['seconds']:.3g} | "
            f"{found['extra_mb']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def alone(requests: int, projects: int) -> None:
    ours(100, 10, 0)
    start = time.perf_counter()
    _, before, most = peak_while(lambda: ours(requests, projects, 0))
    seconds = time.perf_counter() - start
    problem = grouped(requests, projects, 0)[0]
    found = {"groups": len(problem.wanted), "pairs": len(problem.group)}
    print(json.dumps({**found, "seconds": seconds, "extra_mb": most - before}))


if __name__ == "__main__":
    import sys

    if len(sys.argv) > 1:
        alone(int(sys.argv[1]), int(sys.argv[2]))
    else:
        print(run())
