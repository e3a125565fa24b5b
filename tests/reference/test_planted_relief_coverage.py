"""What a station changes and grades after a service, over regenerated districts: planted effects are covered near the
level of the intervals, and districts without them are quiet.

A district without effects is not one without change. There too a need appears now and then between two assessments, so
that grades rise a little on the whole; and scores are drawn anew, so that high grades come down and low ones rise
(regression to the mean). What must be none there is the difference that a service makes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo import build
from jingan_analysis.demo.planted import nothing_planted, planted_effects
from jingan_analysis.demo.relief_households import register_households
from jingan_analysis.demo.relief_needs import assess_again, assess_first
from jingan_analysis.demo.relief_services import wait_for_service
from jingan_analysis.demo.units import load_census, load_units, read_data
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_grade_change import grade_change
from jingan_analysis.studies.relief_coverage_records import Records
from jingan_analysis.studies.relief_coverage_station_effect import station_effect

pytestmark = pytest.mark.slow

PROACTIVE = ("adviser_visit", "committee", "data_match")
CODES = [unit.code for unit in load_units()]
PLANTED_DISTRICTS, NULL_DISTRICTS = 40, 200


@pytest.fixture(scope="module")
def ground():
    """Places and people, which no effect is planted in: made once."""
    units = load_units()
    cells = build.boundaries(units, read_data("units.toml")["district"]["outline_km2"])
    border = build.shapely.coverage_union_all(np.array(cells))
    places = build.settle_places(build.build_compounds(build.lay_streets(border), border), cells, units)
    return places, build.settle_people(places, build.build_sites(places), load_census())


def stations(units: tuple[str, str] | None = None) -> pd.DataFrame:
    """The declared stations; those that opened within the records in two other sub-districts where some are named."""
    table = pd.DataFrame(read_data("relief.toml")["stations"]).rename(columns={"unit": "subdistrict_code"})
    table["opened_on"] = pd.to_datetime(table["opened_on"])
    if units is not None:
        table.loc[table["opened_on"] >= pd.Timestamp(2022, 7, 1), "subdistrict_code"] = list(units)
    return table


def records_of(register, assessments: pd.DataFrame, events: pd.DataFrame) -> Records:
    cases = register.cases.rename(columns={"opened_on": "day"})
    return Records(
        households=register.households.set_index("household_id"),
        cases=cases.assign(day=pd.to_datetime(cases["day"])),
        assessments=assessments.rename(columns={"assessed_on": "day"}),
        plans=None,
        events=events,
        window=Period.parse("2024-08"),
        exclusions=pd.DataFrame(),
    )


NONE = pd.DataFrame(columns=["household_id", "assessed_on", "grade", "day"])


def with_grades(ground, planted, seed) -> Records:
    """Cases, both assessments and the first services of one district."""
    register = register_households(*ground, planted, seed)
    first = wait_for_service(assess_first(register, planted, seed), planted, seed)
    columns = ["household_id", "assessed_on", "grade"]
    assessments = pd.concat([first[columns], assess_again(first, planted, seed)[columns]])
    events = first.dropna(subset="first_service_on").rename(columns={"first_service_on": "day"})
    return records_of(register, assessments, events[["household_id", "day"]])


def station_test(records, table):
    """The effect, or None where some sub-district had no case for years: once or twice in a hundred districts."""
    found = station_effect(records, CODES, table, proactive=PROACTIVE, months=3, confidence=0.95, seed=1)
    assert found.refusal in (None, "cells_without_cases", "too_few_assignments")
    return found if found.refusal is None else None


def changes(records):
    return grade_change(records, served_days_before=30, confidence=0.95)


def test_planted_effects_are_covered_at_their_level(ground):
    planted = planted_effects()
    errors, whole, diluted, plain, grades = [], 0, 0, 0, []
    for seed in range(PLANTED_DISTRICTS):
        records = with_grades(ground, planted, seed)
        grades.append(changes(records))
        found = station_test(records, stations())
        if found is not None:
            # Stations were open on nine tenths of the days that count as treated: so much of the effect can be seen.
            seen = planted.proactive_chance_added * found.panel.open_share
            errors.append(found.test.effect - seen)
            diluted += found.test.lower <= seen <= found.test.upper
            whole += found.test.lower <= planted.proactive_chance_added <= found.test.upper
            plain += found.plain.lower <= planted.proactive_chance_added <= found.plain.upper
    assert len(errors) >= 38
    assert np.mean(errors) == pytest.approx(0.0, abs=3 * np.std(errors) / len(errors) ** 0.5)
    # Binomial limits at 95 %: of 40 intervals 34 and more cover in more than 99 of a hundred trials.
    assert diluted >= 34, diluted
    assert whole >= 33, whole
    assert plain == len(errors), "the plain interval is so wide that it always covers"
    for found in grades:
        assert found.changes["served"].lower > 0
        assert found.changes["served"].sign_p_value < 1e-3
        assert found.same_grades.lower > 0
        assert found.changes["not_served"].net_share < found.changes["served"].net_share
    # Recovery raises the net share of the served, compared with others of the same first grades, by about two fifths.
    assert np.mean([found.same_grades.value for found in grades]) == pytest.approx(0.39, abs=0.05)


def test_stations_without_effect_are_called_effective_at_the_nominal_rate(ground):
    generator = np.random.default_rng(5)
    others = [unit.code for unit in load_units() if unit.code != stations()["subdistrict_code"].iloc[0]]
    here, plain_here, before, anywhere = [], [], [], []
    for seed in range(NULL_DISTRICTS):
        register = register_households(*ground, nothing_planted(), 1_000 + seed)
        records = records_of(register, NONE, NONE)
        found = station_test(records, stations())
        if found is not None:
            here.append(found.test.p_value < 0.05)
            plain_here.append(found.plain.p_value < 0.05)
            before.append(found.before_p_value < 0.05)
        if seed % 2:
            drawn = station_test(records, stations(tuple(generator.choice(others, 2, replace=False))))
            anywhere += [] if drawn is None else [drawn.test.p_value < 0.05]
    assert len(here) >= 190
    # Ten are expected of 200; 3 to 19 leave out less than one in a hundred. Of a hundred, 12 are as rare.
    assert 3 <= sum(here) <= 19, sum(here)
    assert 3 <= sum(before) <= 19, sum(before)
    assert sum(anywhere) <= 12, sum(anywhere)
    # The stations stand in large sub-districts: held against small ones, nothing of theirs is ever unusual.
    assert sum(plain_here) <= 2, sum(plain_here)


def test_a_service_that_changes_nothing_is_not_called_helpful(ground):
    """Nothing planted: the difference covers 0 at its level, and no sign test finds the served improved.

    That grades rise a little with needs that appear may be noticed, in either group.
    """
    raw = same = improved = 0
    for seed in range(60):
        found = changes(with_grades(ground, nothing_planted(), 3_000 + seed))
        served = found.changes["served"]
        raw += found.difference.lower <= 0 <= found.difference.upper
        same += found.same_grades.lower <= 0 <= found.same_grades.upper
        improved += served.sign_p_value < 0.05 and served.net_share > 0
    # Binomial limits of 60 intervals at 95 %: 52 to 60 leave out less than one in a hundred.
    assert raw >= 52, raw
    assert same >= 52, same
    # One side of a test at 5 %: more than 5 of 60 come less than once in a hundred trials.
    assert improved <= 5, improved


def test_regression_to_the_mean_passes_for_an_effect_unless_first_grades_are_the_same(ground):
    """No recovery, but high grades are served sooner: the raw difference misleads, that with the same grades does not."""
    planted = replace(planted_effects(), resolved_chance=0.0)
    raw, same, value = 0, 0, []
    for seed in range(60):
        found = changes(with_grades(ground, planted, 3_000 + seed))
        raw += found.difference.lower <= 0 <= found.difference.upper
        same += found.same_grades.lower <= 0 <= found.same_grades.upper
        value.append(found.difference.value)
    assert same >= 52, same
    assert raw < 52, raw
    assert np.mean(value) > 0.08, "as if a service brought one household in ten to a lower grade"
