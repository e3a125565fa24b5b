"""Intervals over uncertain inputs on the demonstration district: every draw computed again by plain loops.

What is drawn comes from the distributions of the study, which have tests of their own.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.models.monte_carlo_inputs import central_inputs, draw_inputs, streams

NUMBERS = ("share", "not_reached", "in_reach", "gini", "low_share")
INPUTS = ("speed", "homes", "capacity")
UNITS = [None, "310106018000"]


@pytest.fixture(scope="module")
def ground(canteen_ground):
    return canteen_ground


@pytest.fixture(scope="module")
def report_of(canteen_report):
    """Parameters, table and question by unit."""

    def report(unit):
        found = canteen_report(**({"unit": unit} if unit else {}))
        return found.params, found.result.tables["uncertainty"].frame, found.situation.uncertainty

    return report


@pytest.fixture(scope="module", params=UNITS)
def report(request, report_of):
    return report_of(request.param)


def draws_of(params, question):
    """Two hundred draws of all inputs."""
    stream = streams(question.inputs, params.seed)
    return [draw_inputs(question.inputs, stream) for _ in range(200)]


def pulls_at(ground, speed):
    """Home, canteen and weight of every walk within the limit."""
    limit = math.floor(round(speed * 900_000, 6))
    at_limit = math.exp(-0.5)
    return [
        (i, j, max((math.exp(-((mm / limit) ** 2) / 2) - at_limit) / (1 - at_limit), 0.0) if mm < limit else 0.0)
        for (i, j), mm in ground.walks.items()
        if mm <= limit
    ]


def access_of(ground, pulls, persons, daily):
    """Meals for a person at every home; None where nobody counts, or where it is not known."""
    drawn, access, unknown = [0.0] * len(daily), [0.0] * len(persons), set()
    for i, j, w in pulls:
        drawn[j] += persons[i] * w
    for i, j, w in pulls:
        if math.isnan(daily[j]):
            unknown |= {i} if w > 0 else set()
        elif drawn[j] > 0:
            access[i] += daily[j] / drawn[j] * w
    for i, home in enumerate(ground.homes):
        if home["joined"] is None or persons[i] == 0 or (access[i] == 0 and i in unknown):
            access[i] = None
    return access


def main_numbers(ground, pulls, persons, daily, gini):
    """The main numbers of every report: those of one unit are of the same access as those of the district."""
    access, near = access_of(ground, pulls, persons, daily), {i for i, _, _ in pulls}
    found, line = {}, None
    for unit in UNITS:
        people = reached = not_reached = 0.0
        rows = []
        for i, home in enumerate(ground.homes):
            if home["unit"] and unit in (None, home["unit"]):
                people += persons[i]
                if i in near:
                    reached += persons[i]
                elif home["joined"] is not None:
                    not_reached += persons[i]
                if access[i] is not None:
                    rows.append((access[i], persons[i]))
        counted, meals = sum(n for _, n in rows), sum(value * n for value, n in rows)
        if unit is None:  # the line is half the mean of the district
            line = 0.5 * meals / counted
        found[unit] = {
            "share": reached / people,
            "not_reached": not_reached,
            "in_reach": 100 * meals / counted,
            "gini": gini(sorted(rows)),
            "low_share": sum(n for value, n in rows if value < line) / counted,
        }
    return found


@pytest.fixture(scope="module")
def naive(ground, naive_canteen_reach, report_of):
    """Main numbers by unit as they are, over all draws (None), and over the draws with one input as it is."""
    params, _, question = report_of(None)
    older = naive_canteen_reach.counts_by_home(ground, "resident")["older"]
    by_name = sorted(range(len(older)), key=lambda i: ground.homes[i]["id"])
    daily, centre = [site["daily"] for site in ground.sites], central_inputs(question.inputs)

    def numbers(pulls, drawn):
        persons = list(older)
        if "homes" in drawn:  # drawn in the order of the homes' names
            for i, people in zip(by_name, drawn["homes"].tolist(), strict=True):
                persons[i] = people
        return main_numbers(
            ground, pulls, persons, list(drawn.get("capacity", daily)), naive_canteen_reach.naive_equity.gini
        )

    central = pulls_at(ground, float(centre["speed"]))
    rows = {fixed: [] for fixed in (None, *INPUTS)}
    for drawn in draws_of(params, question):
        pulls = pulls_at(ground, float(drawn["speed"]))
        for fixed, found in rows.items():
            state = drawn | ({fixed: centre[fixed]} if fixed else {})
            found.append(numbers(central if fixed == "speed" else pulls, state))
    return numbers(pulls_at(ground, 1.0), {}), rows


@pytest.mark.slow
def test_every_draw_by_loops(report, naive):
    params, frame, question = report
    assert set(question.inputs) == set(INPUTS)

    def bounds(fixed=None):
        rows = [row[params.unit] for row in naive[1][fixed]]
        return {name: np.quantile([row[name] for row in rows], [0.025, 0.975]) for name in NUMBERS}

    main, whole = naive[0][params.unit], bounds()
    shown = {"share": 100, "gini": 100, "low_share": 100, "not_reached": 0.001}
    for name in NUMBERS:
        row, scale = frame.loc[name], shown.get(name, 1)
        assert row["value"] == pytest.approx(scale * main[name], rel=1e-9)
        assert row["lower"] == pytest.approx(scale * whole[name][0], rel=1e-9)
        assert row["upper"] == pytest.approx(scale * whole[name][1], rel=1e-9)
    for fixed in INPUTS:
        known = bounds(fixed)
        for name in NUMBERS:
            expected = 1 - (known[name][1] - known[name][0]) / (whole[name][1] - whole[name][0])
            assert frame.at[name, fixed] == pytest.approx(expected, abs=1e-6), (fixed, name)


@pytest.mark.slow
def test_a_report_on_one_unit_draws_as_the_one_on_the_district(report_of):
    """So that one naive computation can stand beside both."""
    (params, _, question), (same, _, other) = map(report_of, UNITS)
    for one, two in zip(draws_of(params, question), draws_of(same, other), strict=True):
        assert one.keys() == two.keys()
        assert all(np.array_equal(one[name], two[name], equal_nan=True) for name in one)


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
