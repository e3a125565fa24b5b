"""The best pairing of older people with volunteers, against a dense assignment, a sparse one and linear programs."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.race import installed, peak_of, peak_while, race, table, with_version
from jingan_analysis.models.pairing import candidates, pair
from jingan_analysis.models.pairing_curve import pairing_curve
from jingan_analysis.models.pairing_more_volunteers import more_volunteers

if TYPE_CHECKING:
    from collections.abc import Callable

    from jingan_analysis.models.pairing import Candidates

NEAREST, CUTOFF_KM, DETOUR, PRICE_MM = 20, 0.8, 1.3, 300_000
PEOPLE_A_COMMITTEE = 94

FAR = 10**10
"""A pair that is not allowed, for those who need a number for it: one less outweighs all walks."""

PRICES_MM = (0, 100_000, 200_000, 300_000, 500_000, 1_000_000)

COMPARED = f"""### Best pairing of older people with volunteers: what is compared

Older people live in communities, each may be paired with the {NEAREST} nearest volunteers within 800 m, four in five
are paired already, and a broken pair costs a walk of {PRICE_MM / 1e6:g} km. All start from the same arrays of pairs; in
the first round the numbers of pairs and the totals are checked to be equal. SciPy's two assignments see a volunteer for
each place, the dense one a number for every pair, the sparse one a place of last resort for each older person. The
linear programs have a variable for each allowed pair. Only ours proves its answer, in whole numbers.
"""


@cache
def community(elders: int, volunteers: int, turn: int) -> tuple[np.ndarray, ...]:
    """Elder, volunteer and walk of the allowed pairs, volunteers at present, and the committee of each elder."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(turn)
    side_km, committees = 6.1 * np.sqrt(elders / 25_000), max(elders // PEOPLE_A_COMMITTEE, 1)
    centre, size = rng.random((committees, 2)) * side_km, rng.dirichlet(np.full(committees, 4.0))
    own = rng.choice(committees, elders, p=size)
    theirs = rng.choice(committees, volunteers, p=0.7 * size + 0.3 * rng.dirichlet(np.full(committees, 4.0)))
    homes = centre[own] + rng.normal(0, 0.12, (elders, 2))
    posts = centre[theirs] + rng.normal(0, 0.12, (volunteers, 2))
    away, nearest = cKDTree(posts).query(homes, k=NEAREST, distance_upper_bound=CUTOFF_KM)
    elder, place = np.nonzero(np.isfinite(away))
    volunteer, walk = nearest[elder, place], np.rint(away[elder, place] * DETOUR * 1e6).astype(np.int64)
    chosen = nearest[
        np.arange(elders), (rng.random(elders) * np.maximum(np.bincount(elder, minlength=elders), 1)).astype(int)
    ]
    existing = np.where((rng.random(elders) < 0.8) & (chosen < volunteers), chosen, -1)
    return elder, volunteer, walk, existing, own


def posed(elders: int, volunteers: int, places: int, turn: int) -> Candidates:
    elder, volunteer, walk, existing, _ = community(elders, volunteers, turn)
    return candidates(elder, volunteer, walk, capacity=np.full(volunteers, places), existing=existing)


def ours(elders: int, volunteers: int, places: int, turn: int) -> tuple[int, int]:
    found = pair(posed(elders, volunteers, places, turn), PRICE_MM)
    assert found.gap == 0
    return int(found.paired.sum()), found.objective


def priced(elders: int, volunteers: int, turn: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Pairs with their walk less the price of breaking them, and the price of breaking all."""
    elder, volunteer, walk, existing, _ = community(elders, volunteers, turn)
    return elder, volunteer, walk - PRICE_MM * (existing[elder] == volunteer), PRICE_MM * int((existing >= 0).sum())


def dense(elders: int, volunteers: int, places: int, turn: int) -> tuple[int, int]:
    from scipy.optimize import linear_sum_assignment

    elder, volunteer, cost, all_broken = priced(elders, volunteers, turn)
    lay_out = np.full((elders, volunteers), float(FAR))
    lay_out[elder, volunteer] = cost
    lay_out = np.repeat(lay_out, places, axis=1)
    rows, columns = linear_sum_assignment(lay_out)
    taken = lay_out[rows, columns]
    return int((taken < FAR).sum()), round(taken[taken < FAR].sum()) + all_broken


def sparse(elders: int, volunteers: int, places: int, turn: int) -> tuple[int, int]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    elder, volunteer, cost, all_broken = priced(elders, volunteers, turn)
    # A weight of 0 would be no pair: walks are counted from 1 above the price.
    shift = PRICE_MM + 1
    one, last = np.arange(elders), volunteers * places
    row = np.concatenate([np.repeat(elder, places), one])
    column = np.concatenate([(volunteer[:, None] * places + np.arange(places)).ravel(), last + one])
    weight = np.concatenate([np.repeat(cost + shift, places), np.full(elders, FAR)]).astype(float)
    rows, columns = min_weight_full_bipartite_matching(
        csr_array((weight, (row, column)), shape=(elders, last + elders))
    )
    paired = columns < last
    walk = csr_array((weight, (row, column)), shape=(elders, last + elders))[rows[paired], columns[paired]]
    return int(paired.sum()), round(walk.sum()) - shift * int(paired.sum()) + all_broken


def linear(elders: int, volunteers: int, places: int, turn: int, method: str) -> tuple[int, int]:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    elder, volunteer, cost, all_broken = priced(elders, volunteers, turn)
    pairs = np.arange(len(elder))
    both = (np.concatenate([elder, elders + volunteer]), np.concatenate([pairs, pairs]))
    rows = csr_array((np.ones(2 * len(pairs)), both), shape=(elders + volunteers, len(pairs)))
    limits = np.concatenate([np.ones(elders), np.full(volunteers, places)])
    # Ten kilometres for an older person without a volunteer: a larger number troubles the solver.
    found = linprog(cost - 1e7, A_ub=rows, b_ub=limits, bounds=(0, None), method=method)
    return round(found.x.sum()), round(cost @ found.x) + all_broken


def with_pulp(elders: int, volunteers: int, places: int, turn: int, solver: str) -> tuple[int, int]:
    import pulp

    elder, volunteer, cost, all_broken = priced(elders, volunteers, turn)
    problem = pulp.LpProblem("pairing", pulp.LpMinimize)
    chosen = [pulp.LpVariable(f"x_{i}_{j}", lowBound=0) for i, j in zip(elder, volunteer, strict=True)]
    problem += pulp.lpSum((int(c) - 10**7) * x for c, x in zip(cost, chosen, strict=True))
    of_elder, of_volunteer = {}, {}
    for i, j, x in zip(elder.tolist(), volunteer.tolist(), chosen, strict=True):
        of_elder.setdefault(i, []).append(x)
        of_volunteer.setdefault(j, []).append(x)
    for variables in of_elder.values():
        problem += pulp.lpSum(variables) <= 1
    for variables in of_volunteer.values():
        problem += pulp.lpSum(variables) <= places
    problem.solve(pulp.getSolver(solver, msg=False))
    taken = np.array([x.value() for x in chosen])
    return round(taken.sum()), round(cost @ taken) + all_broken


def run(scale: float = 1.0) -> str:
    small, middle, large = (
        (max(100, int(elders * scale)), max(20, int(volunteers * scale)))
        for elders, volunteers in ((2_500, 450), (8_000, 1_440), (25_000, 4_500))
    )
    parts = [COMPARED, one(*small, 6, linear_programs=True)]
    parts += [one(*size, 6, linear_programs=False) for size in (middle, large)]
    return "\n".join([*parts, growth(small, middle, large)])


def one(elders: int, volunteers: int, places: int, *, linear_programs: bool) -> str:
    size = (elders, volunteers, places)
    others: dict[str, tuple[Callable[[int], tuple[int, int]], str]] = {}
    scipy = with_version("scipy")
    gigabytes = 8e-9 * elders * volunteers * places
    note = f"a number for every pair, {gigabytes:.2g} GB"
    others[f"{scipy}, linear_sum_assignment"] = (lambda turn: dense(*size, turn), note)
    others[f"{scipy}, min_weight_full_bipartite_matching"] = (lambda turn: sparse(*size, turn), "a volunteer a place")
    others |= programs(size, linear_programs)
    expected = ours(*size, 0)
    contenders: dict[str, Callable[[int], object]] = {"ours": lambda turn: ours(*size, turn)}
    for name, (work, _) in others.items():
        contenders[name] = lambda turn, work=work: same(work(turn), expected if turn == 0 else None)
    notes = {"ours": "proven, gap 0", **{name: note for name, (_, note) in others.items()}}
    rounds = dict.fromkeys(contenders, 3 if elders <= 2_500 else 1) | {"ours": 5}
    title = f"Best pairing of {elders:,} older people with {volunteers:,} volunteers of {places} places"
    return table(title, race(contenders, rounds=rounds, notes=notes))


def same(found: tuple[int, int], expected: tuple[int, int] | None) -> None:
    assert expected in (found, None), (found, expected)


def programs(size: tuple[int, int, int], all_of_them: bool) -> dict[str, tuple[Callable[[int], tuple[int, int]], str]]:
    found = {}
    for method in ("highs-ds", "highs-ipm") if all_of_them else ("highs-ipm",):
        name = f"{with_version('scipy')}, linprog, {method}"
        found[name] = (lambda turn, method=method: linear(*size, turn, method), "a variable a pair")
    if all_of_them and installed("pulp"):
        import pulp

        for solver in (each for each in ("PULP_CBC_CMD", "HiGHS") if each in pulp.listSolvers(onlyAvailable=True)):
            name = f"{with_version('pulp')}, {solver}"
            found[name] = (lambda turn, solver=solver: with_pulp(*size, turn, solver), "a variable a pair")
    return found


def growth(*sizes: tuple[int, int]) -> str:
    lines = [
        "### Growth of the best pairing, a curve of seven prices, and the fewest volunteers more",
        "",
        "| older people | volunteers | places each | allowed pairs | unpaired | pairing s | MB above the start "
        "| curve s | volunteers more | their gap | s |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for elders, volunteers in sizes:
        for places in (5, 6):
            found = peak_of("benchmarks.pairing", elders, volunteers, places)
            lines.append(
                f"| {elders:,} | {volunteers:,} | {places} | {found['pairs']:,} | {found['unpaired']:,} | "
                f"{found['seconds']:.3g} | {found['extra_mb']:.0f} | {found['curve_s']:.3g} | {found['more']:,} | "
                f"{found['more_gap']} | {found['more_s']:.3g} |"
            )
    return "\n".join(lines) + "\n"


def alone(elders: int, volunteers: int, places: int) -> None:
    ours(100, 20, 3, 0)
    problem, own = posed(elders, volunteers, places, 0), community(elders, volunteers, 0)[-1]
    _, before, most = peak_while(lambda: ours(elders, volunteers, places, 0))
    start = time.perf_counter()
    paired = ours(elders, volunteers, places, 0)[0]
    ends = [time.perf_counter()]
    pairing_curve(problem, PRICES_MM)
    ends.append(time.perf_counter())
    more = more_volunteers(problem, own, np.arange(elders), committees=int(own.max()) + 1, places=places)
    ends.append(time.perf_counter())
    seconds = np.diff([start, *ends]).tolist()
    found = {"pairs": len(problem.elder), "unpaired": elders - paired, "extra_mb": most - before}
    times = dict(zip(("seconds", "curve_s", "more_s"), seconds, strict=True))
    print(json.dumps({**found, **times, "more": more.total, "more_gap": more.gap}))


if __name__ == "__main__":
    import sys

    if len(sys.argv) > 1:
        alone(*map(int, sys.argv[1:]))
    else:
        print(run())
