"""Where sites should stand: sparse arrays and bounds of our own, against spopt, HiGHS alone, OR-tools and greedy."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import shortest_path

from benchmarks.race import Result, installed, race, table, with_version
from jingan_analysis.models import siting
from jingan_analysis.models.siting.costs import uncovered_costs
from jingan_analysis.models.siting.integer_program import solve
from jingan_analysis.models.siting.kinds import Kinds, covering_program
from jingan_analysis.models.siting.vertex_substitution import greedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SIDE_KM = 10.0

COMPARED = """### Where sites should stand: what is compared

Homes and sites are strewn over a square of 10 km; people are 1 to 99 a home; distances are given as an array. All are
timed from that array to the answer, and answers are checked to be equally good before the race. *HiGHS alone* is the
textbook model, a variable for each home, built by us as sparse arrays. spopt builds its models by PuLP. Greedy proves
nothing: its note says what it lacks. Where a contender did not end within its limit, the note says so. Networks are
random ones made as OR-Library's are (Beasley 1985), a person and a possible site at every vertex.
"""


def town(groups: int, sites: int, turn: int) -> tuple[Floats, Floats]:
    """Kilometres from each home to each site, and people of each home."""
    rng = np.random.default_rng([groups, sites, turn])
    homes, places = (rng.random((count, 2)) * SIDE_KM for count in (groups, sites))
    return np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1)), rng.integers(1, 100, groups).astype(float)


# --- maximal coverage --------------------------------------------------------------------------


def coverage(groups: int, sites: int, chosen: int, reach: float, *, rounds: dict[str, int], large: bool = False) -> str:
    """One table of maximal coverage; a large one against HiGHS alone and greedy only."""

    def ours(turn: int) -> float:
        km, people = town(groups, sites, turn)
        found = siting.maximal_coverage(km <= reach, people, siting.SiteRules(sites, most_new=chosen))
        assert found.gap < 1e-9, f"not proven: {found.gap:.2%} open"
        return found.value

    def alone(turn: int) -> float:
        km, people = town(groups, sites, turn)
        rules = siting.SiteRules(sites, most_new=chosen)
        near = Kinds.of(km <= reach, rules)
        every = Kinds(near.matrix, near.matrix, np.arange(groups))
        return -solve(covering_program(every, rules, people)).value

    def by_greedy(turn: int) -> float:
        km, people = town(groups, sites, turn)
        rules = siting.SiteRules(sites, most_new=chosen)
        kinds = Kinds.of(km <= reach, rules)
        costs = uncovered_costs(kinds.near, kinds.sums(people))
        return float(people.sum()) - costs.total(greedy(costs, rules))

    contenders: dict[str, Callable[[int], float]] = {"jingan_analysis": ours, "HiGHS alone": alone, "greedy": by_greedy}
    if not large and installed("spopt", "pulp"):
        contenders |= {
            f"{with_version('spopt')}, {name}": _spopt_coverage(groups, sites, chosen, reach, solver)
            for name, solver in (("CBC", "PULP_CBC_CMD"), ("HiGHS", "HiGHS"))
        }
    if not large and installed("ortools"):
        contenders[f"{with_version('ortools')}, SCIP"] = _scip(groups, sites, chosen, reach)
    notes = _checked(contenders, exact=lambda name: name != "greedy")
    chosen_rounds = {name: rounds.get(name.split(" ")[0], rounds["others"]) for name in contenders}
    results = race(contenders, rounds=chosen_rounds, notes=notes)
    return table(f"Maximal coverage, {groups:,} homes, {sites:,} sites, {chosen} chosen, {reach:g} km", results)


def _checked(contenders: dict[str, Callable[[int], float]], exact: Callable[[str], bool]) -> dict[str, str]:
    """What a contender lacks of the best; who must be exact is."""
    best = contenders["jingan_analysis"](0)
    notes = {}
    for name, contender in contenders.items():
        if name != "jingan_analysis":
            value = contender(0)
            assert not exact(name) or abs(value - best) < 1e-6 * best, (name, value, best)
            notes[name] = "" if exact(name) else f"{1 - value / best:.2%} fewer people, no bound"
    return notes


def _pulp_solver(name: str, seconds: float | None = None) -> Any:
    import pulp

    return pulp.getSolver(name, msg=False, timeLimit=seconds, gapRel=0.0)


def _spopt_coverage(groups: int, sites: int, chosen: int, reach: float, solver: str) -> Callable[[int], float]:
    from spopt.locate import MCLP

    def one(turn: int) -> float:
        km, people = town(groups, sites, turn)
        model = MCLP.from_cost_matrix(km, people, service_radius=reach, p_facilities=chosen)
        found = model.solve(_pulp_solver(solver))
        return float(found.problem.objective.value())

    return one


def _scip(groups: int, sites: int, chosen: int, reach: float) -> Callable[[int], float]:
    from ortools.linear_solver import pywraplp

    def one(turn: int) -> float:
        km, people = town(groups, sites, turn)
        solver = pywraplp.Solver.CreateSolver("SCIP")
        x = [solver.BoolVar("") for _ in range(sites)]
        z = [solver.NumVar(0, 1, "") for _ in range(groups)]
        for group, row in enumerate(km <= reach):
            solver.Add(z[group] <= sum(x[site] for site in np.flatnonzero(row)))
        solver.Add(sum(x) <= chosen)
        solver.Maximize(sum(float(n) * z[group] for group, n in enumerate(people)))
        assert solver.Solve() == pywraplp.Solver.OPTIMAL
        return float(solver.Objective().Value())

    return one


# --- one run each, with a limit ----------------------------------------------------------------


def median(groups: int, sites: int, chosen: int, *, seconds: float, against: bool = True) -> str:
    """The p-median: ours to the proof, or the gap that is left; spopt with HiGHS within a limit, where it may end."""
    km, people = town(groups, sites, 0)
    rules = siting.SiteRules(sites, most_new=chosen)
    start = time.perf_counter()
    found = siting.p_median(siting.ways(km, people), rules, effort=siting.Effort(seconds=seconds))
    ours = Result("jingan_analysis", (time.perf_counter() - start,), f"{found.gap:.2%} open")
    results = [ours]
    if against and installed("spopt", "pulp"):
        results.append(_spopt_median(km, people, chosen, found.value, seconds))
    return table(f"p-median, {groups:,} homes, {sites:,} sites, {chosen} chosen", results)


def _spopt_median(km: Floats, people: Floats, chosen: int, best: float, seconds: float) -> Result:
    from spopt.locate import PMedian

    start = time.perf_counter()
    model = PMedian.from_cost_matrix(km, people, p_facilities=chosen)
    model.problem.solve(_pulp_solver("HiGHS", seconds))
    taken = time.perf_counter() - start
    # What spopt reports may be of a search cut short: the value says how good it is.
    value = model.problem.objective.value()
    told = "no answer within the limit" if value is None else f"{value / best - 1:.2%} worse than ours"
    return Result(f"{with_version('spopt')}, HiGHS", (taken,), told)


NETWORKS = ((100, 10), (200, 67), (400, 40), (600, 60), (900, 5), (900, 10), (900, 90))
"""Vertices and medians, as in OR-Library's files."""


def networks(*, seconds: float) -> str:
    """p-medians of random networks made as OR-Library's: whether they are proven, and how fast."""
    lines = ["### p-median of networks", "", "| vertices | chosen | seconds | open |", "|---|---|---|---|"]
    for vertices, chosen in NETWORKS:
        asked = siting.ways(network(vertices, chosen), np.ones(vertices))
        start = time.perf_counter()
        found = siting.p_median(
            asked, siting.SiteRules(vertices, most_new=chosen), effort=siting.Effort(seconds=seconds)
        )
        lines.append(f"| {vertices} | {chosen} | {time.perf_counter() - start:.2f} | {found.gap:.2%} |")
    return "\n".join([*lines, ""])


def network(vertices: int, turn: int) -> Floats:
    """Shortest ways between vertices of a ring with n²/50 more edges, each 1 to 100 long (Beasley 1985)."""
    rng = np.random.default_rng([vertices, turn])
    more = vertices**2 // 50
    ends = np.concatenate(
        [rng.integers(0, vertices, (2, more)), [np.arange(vertices), np.roll(np.arange(vertices), -1)]], 1
    )
    length = rng.integers(1, 101, ends.shape[1]).astype(float)
    matrix = np.full((vertices, vertices), np.inf)
    np.minimum.at(matrix, (ends[0], ends[1]), length)
    return np.asarray(shortest_path(matrix, directed=False))


def centre(groups: int, sites: int, chosen: int, *, seconds: float) -> str:
    """The p-centre: ours to the proof; spopt with HiGHS within a limit."""
    km, people = town(groups, sites, 0)
    start = time.perf_counter()
    found = siting.p_centre(siting.ways(km, people), siting.SiteRules(sites, most_new=chosen))
    results = [Result("jingan_analysis", (time.perf_counter() - start,), f"{found.gap:.2%} open")]
    if installed("spopt", "pulp"):
        from spopt.locate import PCenter

        start = time.perf_counter()
        model = PCenter.from_cost_matrix(km, p_facilities=chosen)
        model.problem.solve(_pulp_solver("HiGHS", seconds))
        value = model.problem.objective.value()
        told = "no answer within the limit" if value is None else f"{value / found.value - 1:.2%} longer than ours"
        results.append(Result(f"{with_version('spopt')}, HiGHS", (time.perf_counter() - start,), told))
    return table(f"p-centre, {groups:,} homes, {sites:,} sites, {chosen} chosen", results)


def set_covering(groups: int, sites: int, reach: float) -> str:
    """The fewest sites that leave nobody without one."""

    def ours(turn: int) -> float:
        km, people = town(groups, sites, turn)
        return siting.location_set_covering(km <= reach, people, siting.SiteRules(sites)).value

    contenders: dict[str, Callable[[int], float]] = {"jingan_analysis": ours}
    if installed("spopt", "pulp"):
        from spopt.locate import LSCP

        def by_spopt(turn: int) -> float:
            model = LSCP.from_cost_matrix(town(groups, sites, turn)[0], service_radius=reach)
            return float(model.solve(_pulp_solver("HiGHS")).problem.objective.value())

        contenders[f"{with_version('spopt')}, HiGHS"] = by_spopt
    notes = _checked(contenders, exact=lambda _: True)
    results = race(contenders, rounds=dict.fromkeys(contenders, 3), notes=notes)
    return table(f"Fewest sites for all, {groups:,} homes, {sites:,} sites, {reach:g} km", results)


def run(*, small: bool = False) -> str:
    """All tables."""
    if small:
        rounds = {"others": 1}
        parts = [
            coverage(200, 40, 4, 1.5, rounds=rounds),
            median(200, 40, 4, seconds=20),
            centre(100, 20, 4, seconds=20),
        ]
        return "\n".join([COMPARED, *parts, set_covering(200, 60, 3.0)])
    parts = [
        coverage(2_000, 300, 10, 1.0, rounds={"others": 5}),
        coverage(20_000, 1_000, 20, 0.5, rounds={"others": 1, "jingan_analysis": 3}, large=True),
        set_covering(2_000, 300, 2.0),
        centre(2_000, 300, 10, seconds=300),
        median(2_000, 300, 10, seconds=300),
        median(20_000, 1_000, 20, seconds=55, against=False),
        networks(seconds=120),
    ]
    return "\n".join([COMPARED, *parts])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    print(run(small=parser.parse_args().small))
