"""Intervals over uncertain inputs on the demonstration district: every draw computed again by plain loops.

What is drawn comes from the distributions of the study, which have tests of their own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import jingan_analysis as ja
from jingan_analysis.models.monte_carlo_inputs import central_inputs, draw_inputs, streams
from jingan_analysis.studies import canteen_reach

DEMO = Path(__file__).parents[2] / "data" / "districts" / "demo"
NUMBERS = ("share", "not_reached", "in_reach", "gini", "low_share")


@pytest.fixture(scope="module")
def ground(naive_canteen_reach):
    return naive_canteen_reach.Ground(DEMO)


@pytest.fixture(scope="module", params=[None, "310106015000"])
def report(request):
    district = ja.load_district(DEMO)
    params = canteen_reach.Params(period="2024-08", unit=request.param)
    result = ja.run_study("canteen_reach", district, period="2024-08", unit=request.param)
    situation, _ = canteen_reach._situation(district, params, canteen_reach.Walking.of(district))
    return params, result.tables["uncertainty"].frame, situation.uncertainty


def main_numbers(ground, unit, speed, persons, daily, gini):
    limit = math.floor(round(speed * 900_000, 6))
    at_limit = math.exp(-0.5)
    pull = {
        pair: max((math.exp(-((mm / limit) ** 2) / 2) - at_limit) / (1 - at_limit), 0.0) if mm < limit else 0.0
        for pair, mm in ground.walks.items()
        if mm <= limit
    }
    near, drawn, access, unknown = {i for i, _ in pull}, defaultdict(float), [0.0] * len(persons), set()
    for (i, j), w in pull.items():
        drawn[j] += persons[i] * w
    for (i, j), w in pull.items():
        if math.isnan(daily[j]):
            unknown |= {i} if w > 0 else set()
        elif drawn[j] > 0:
            access[i] += daily[j] / drawn[j] * w
    focus = [i for i, home in enumerate(ground.homes) if home["unit"] and unit in (None, home["unit"])]
    known = {
        i
        for i, home in enumerate(ground.homes)
        if home["joined"] is not None and persons[i] > 0 and not (access[i] == 0 and i in unknown)
    }
    inside = [i for i in known if ground.homes[i]["unit"]]
    line = 0.5 * sum(access[i] * persons[i] for i in inside) / sum(persons[i] for i in inside)
    here, people = sorted(known & set(focus)), sum(persons[i] for i in focus)
    counted = sum(persons[i] for i in here)
    return {
        "share": sum(persons[i] for i in focus if i in near) / people,
        "not_reached": sum(persons[i] for i in focus if i not in near and ground.homes[i]["joined"] is not None),
        "in_reach": 100 * sum(access[i] * persons[i] for i in here) / counted,
        "gini": gini([access[i] for i in here], [persons[i] for i in here]),
        "low_share": sum(persons[i] for i in here if access[i] < line) / counted,
    }


@pytest.mark.slow
def test_every_draw_by_loops(report, ground, naive_canteen_reach):
    params, frame, question = report
    older = naive_canteen_reach.counts_by_home(ground, "resident")["older"]
    daily = [site["daily"] for site in ground.sites]

    def numbers(drawn):
        speed, persons = drawn.get("speed", 1.0), older
        if "homes" in drawn:  # drawn in the order of the homes' names
            by_name = sorted(range(len(older)), key=lambda i: ground.homes[i]["id"])
            persons = [people for _, people in sorted(zip(by_name, drawn["homes"], strict=True))]
        return main_numbers(
            ground,
            params.unit,
            float(speed),
            list(persons),
            list(drawn.get("capacity", daily)),
            naive_canteen_reach.gini,
        )

    assert set(question.inputs) == {"speed", "homes", "capacity"}
    centre, stream = central_inputs(question.inputs), streams(question.inputs, params.seed)
    all_drawn = [draw_inputs(question.inputs, stream) for _ in range(200)]

    def bounds(fixed=None):
        rows = [numbers(drawn | ({fixed: centre[fixed]} if fixed else {})) for drawn in all_drawn]
        return {name: np.quantile([row[name] for row in rows], [0.025, 0.975]) for name in NUMBERS}

    main, whole = numbers({}), bounds()
    shown = {"share": 100, "gini": 100, "low_share": 100, "not_reached": 0.001}
    for name in NUMBERS:
        row, scale = frame.loc[name], shown.get(name, 1)
        assert row["value"] == pytest.approx(scale * main[name], rel=1e-9)
        assert row["lower"] == pytest.approx(scale * whole[name][0], rel=1e-9)
        assert row["upper"] == pytest.approx(scale * whole[name][1], rel=1e-9)
    for fixed in ("speed", "homes", "capacity"):
        known = bounds(fixed)
        for name in NUMBERS:
            expected = 1 - (known[name][1] - known[name][0]) / (whole[name][1] - whole[name][0])
            assert frame.at[name, fixed] == pytest.approx(expected, abs=1e-6), (fixed, name)


@pytest.mark.slow
def test_everybody_stays_in_their_sub_district(report, ground):
    params, _, question = report
    drawn = draw_inputs(question.inputs, streams(question.inputs, params.seed))["homes"]
    assert [home["id"] for home in ground.homes] == sorted(home["id"] for home in ground.homes)
    for code in [*ground.names, ""]:
        homes = [i for i, home in enumerate(ground.homes) if home["unit"] == code]
        assert drawn[homes].sum() == question.near.persons[homes].sum()
    assert (drawn != question.near.persons).any()


@pytest.mark.slow
def test_speed_matters_most_for_who_is_reached(report):
    _, frame, _ = report
    assert frame.at["share", "speed"] > 0.9, "people moved within a sub-district hardly change how many are near"
    assert frame.at["share", "capacity"] == 0.0, "who is near does not depend on what is cooked"
