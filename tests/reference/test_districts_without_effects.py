"""Districts in which nothing was planted stay quiet: every test finds something at its level, and no more often.

A district without effects is not one without change. There too a need appears now and then between two assessments, so
that grades rise a little on the whole; and scores are drawn anew, so that high grades come down and low ones rise
(regression to the mean). What must be none there is the difference that a service makes.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from planted_districts import (
    PROACTIVE,
    UNITS,
    all_services,
    as_read,
    begun,
    changes,
    declared_once,
    first_services,
    station_test,
    stations,
)

from jingan_analysis.demo.planted import nothing_planted
from jingan_analysis.studies.relief_coverage_further import further_services
from jingan_analysis.studies.relief_coverage_waiting import grades_alike, units_alike, waits_of

pytestmark = pytest.mark.slow

DISTRICTS, WITH_ALL_SERVICES, ASSESSED_TWICE = 200, 60, 60
"""All services of a district take longer to make than its waits: the first sixty have them, and second assessments."""


@pytest.fixture(scope="module")
def quiet():
    """What every test finds in each of the districts: all of them look at the same ones, which are made once."""
    generator, nothing = np.random.default_rng(5), nothing_planted()
    declared = stations()
    others = [code for code in UNITS if code != declared["subdistrict_code"].iloc[0]]
    found = SimpleNamespace(grades=[], units=[], rates=[], here=[], anywhere=[], changes=[])
    with declared_once():
        for number in range(DISTRICTS):
            seed = 1_000 + number
            register, first = begun(nothing, seed)
            further = number < WITH_ALL_SERVICES
            services = all_services(register, first, nothing, seed) if further else first_services(first)
            records = as_read(register, first, services)
            waits = waits_of(records)
            found.grades.append(grades_alike(waits).p_value)
            found.units.append(units_alike(waits, UNITS).p_value)
            if further:
                rates = further_services(records, waits, PROACTIVE, confidence=0.95).to_frame()
                found.rates += rates.loc[["grade_high", "grade_low"], "p_value"].to_list()
            found.here.append(station_test(register, declared))
            if number % 2:
                two = tuple(generator.choice(others, 2, replace=False))
                found.anywhere.append(station_test(register, stations(two)))
            if number < ASSESSED_TWICE:
                found.changes.append(changes(register, first, nothing, seed))
    return found


def test_waits_are_alike_by_grade_and_by_sub_district(quiet):
    """At five in a hundred, over 200 districts."""
    called = [sum(p_value < 0.05 for p_value in p_values) for p_values in (quiet.grades, quiet.units)]
    assert len(quiet.grades) == len(quiet.units) == 200
    # Ten are expected of 200; 3 to 19 leave out less than one in a hundred.
    assert all(3 <= count <= 19 for count in called), called


def test_rates_of_further_services_are_alike(quiet):
    """Two tests a district in 60 districts."""
    called = sum(p_value < 0.05 for p_value in quiet.rates)
    # Six are expected of 120; 1 to 12 leave out less than one in a hundred. A test that called fifteen in a hundred would
    # be found out in nine trials of ten, one that never called in all.
    assert len(quiet.rates) == 120
    assert 1 <= called <= 12, called


def test_stations_without_effect_are_called_effective_at_the_nominal_rate(quiet):
    found = [one for one in quiet.here if one is not None]
    here = sum(one.test.p_value < 0.05 for one in found)
    before = sum(one.before_p_value < 0.05 for one in found)
    anywhere = sum(one.test.p_value < 0.05 for one in quiet.anywhere if one is not None)
    assert len(found) >= 190
    # Ten are expected of 200; 3 to 19 leave out less than one in a hundred. Of a hundred, 12 are as rare.
    assert 3 <= here <= 19, here
    assert 3 <= before <= 19, before
    assert anywhere <= 12, anywhere
    # The stations stand in large sub-districts: held against small ones, nothing of theirs is ever unusual.
    plain = sum(one.plain.p_value < 0.05 for one in found)
    assert plain <= 2, plain


def test_a_service_that_changes_nothing_is_not_called_helpful(quiet):
    """The difference covers 0 at its level, and no sign test finds the served improved.

    That grades rise a little with needs that appear may be noticed, in either group.
    """
    raw = same = improved = 0
    for found in quiet.changes:
        served = found.changes["served"]
        raw += found.difference.lower <= 0 <= found.difference.upper
        same += found.same_grades.lower <= 0 <= found.same_grades.upper
        improved += served.sign_p_value < 0.05 and served.net_share > 0
    # Binomial limits of 60 intervals at 95 %: 52 to 60 leave out less than one in a hundred.
    assert len(quiet.changes) == 60
    assert raw >= 52, raw
    assert same >= 52, same
    # One side of a test at 5 %: more than 5 of 60 come less than once in a hundred trials.
    assert improved <= 5, improved
