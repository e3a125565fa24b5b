"""Windows of the centres: against exact Erlang values by a loop, directions, and what is not stated."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from altered import Altered

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.studies import load_study
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_load import cases_in_window
from jingan_analysis.studies.service_access_queue import windows_at_centres

DAYS_OF_EIGHT_MONTHS = 244


def found(district, **options):
    params = load_study("service_access").Params(period="2024-08", **options)
    return windows_at_centres(cases_in_window(district, params), read_inputs(district, params), params)


def erlang_c(servers: int, load: Fraction) -> Fraction:
    """From its definition, in exact fractions."""
    terms = [load**k / factorial(k) for k in range(servers)]
    last = load**servers / factorial(servers) * Fraction(servers, 1) / (servers - load)
    return last / (sum(terms) + last)


def test_waits_against_exact_values(demo):
    frame = found(demo, busy_hour_factor=10, window_service_minutes=60)
    visits: Counter = Counter()
    for row in demo.table("case_counts").itertuples():
        if row.channel == "window":
            visits[row.subdistrict_code] += row.person_times
    for centre in demo.table("service_points").itertuples():
        if centre.kind != "centre" or not isinstance(centre.subdistrict_code, str):
            continue
        row = frame.loc[centre.subdistrict_code]
        hours = sum(last - first for first, last in OpeningHours.parse(centre.hours).spans) / 60
        open_hours = hours * DAYS_OF_EIGHT_MONTHS / 7
        assert row["visits"] == visits[centre.subdistrict_code]
        assert row["open_hours"] == pytest.approx(open_hours)
        load = Fraction(visits[centre.subdistrict_code] / open_hours).limit_denominator(10**6) * 10
        servers = int(centre.windows)
        if load >= servers:
            assert row["busy_long"] == 1 and np.isnan(row["busy_wait_minutes"])
            continue
        waits = float(erlang_c(servers, load))
        assert row["busy_wait_minutes"] == pytest.approx(waits * 60 / float(servers - load), rel=1e-4)
        assert row["busy_long"] == pytest.approx(waits * exp(-float(servers - load) * 15 / 60), rel=1e-4)
        needed = next(c for c in range(1, 100) if c > load and float(erlang_c(c, load)) * exp(-float(c - load) * 15 / 60) <= 0.05)  # fmt: skip
        assert row["needed"] == needed
    assert frame.loc["district", "visits"] == sum(visits.values())
    assert frame.loc["district", "needed"] == frame["needed"].drop("district").sum()


def test_longer_visits_busier_hours_and_shorter_waits_need_more_windows(demo):
    usual = found(demo)["needed"]
    for harder in (
        {"window_service_minutes": 40},
        {"busy_hour_factor": 6},
        {"window_wait_minutes": 1},
        {"long_wait_share": 0.001},
    ):
        assert (found(demo, **harder)["needed"] >= usual).all()
        assert found(demo, **harder)["needed"]["district"] > usual["district"]


def test_what_is_not_stated_is_not_guessed(demo):
    points = demo.table("service_points")
    first, second = points.index[points["kind"] == "centre"][:2]
    points.loc[first, "hours"] = None
    points.loc[second, "windows"] = None
    frame = found(Altered(demo, service_points=points))
    one, other = points.loc[first, "subdistrict_code"], points.loc[second, "subdistrict_code"]
    assert np.isnan(frame.loc[one, "open_hours"]) and np.isnan(frame.loc[one, "needed"])
    assert np.isnan(frame.loc[other, "windows"]) and frame.loc[other, "visits_an_hour"] > 0
    assert np.isnan(frame.loc[other, "busy_long"])
    assert frame.loc["district", "visits"] == found(demo).loc["district", "visits"]


def test_no_centre_no_table(demo):
    points = demo.table("service_points")
    assert found(Altered(demo, service_points=points[points["kind"] != "centre"])) is None
