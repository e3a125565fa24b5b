"""What was planted in marriages, over regenerated districts: openings covered near the level of the intervals, quiet without."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.marriage import register_marriages
from jingan_analysis.demo.marriage_days import marriage_settings
from jingan_analysis.demo.marriage_effects import MarriageEffects, no_marriage_effects, planted_marriage_effects
from jingan_analysis.studies.marriage_registration_days import calendar
from jingan_analysis.studies.marriage_registration_records import marriage_records
from jingan_analysis.studies.marriage_registration_series import moved_created, opening_series
from jingan_analysis.studies.marriage_registration_slots import Targets, peak_demand, slot_use
from jingan_analysis.studies.period import Period

pytestmark = pytest.mark.slow

PLANTED, QUIET = 10, 5
WINDOW, OPENINGS = Period.parse("2024-08"), ("2022-12", "2023-06", "2024-06")
TARGETS = Targets(wished_share=0.95, wait_minutes=15, long_wait_share=0.1, confidence=0.95)


def look(effects: MarriageEffects, seed: int) -> SimpleNamespace:
    """What the study finds in one district."""
    tables = register_marriages(effects, seed)
    tables["registrations"] = tables["registrations"].replace({"result": {"": None}})
    district = SimpleNamespace(table=tables.__getitem__, has=tables.__contains__)
    records = marriage_records(district, WINDOW, OPENINGS)
    days = calendar(records, fewest_days=3, confidence=0.95)
    series = opening_series(records, days, fewest_months=6, fewest_a_month=1, confidence=0.95)
    return SimpleNamespace(
        split=moved_created(series),
        days=days.table,
        use=slot_use(records, days, confidence=0.95),
        demand=peak_demand(records, days, TARGETS),
        a_month=series.even_days_a_month,
    )


@cache
def found(kind: str) -> list[SimpleNamespace]:
    effects = {"planted": planted_marriage_effects(), "quiet": no_marriage_effects()}[kind]
    return [look(effects, seed) for seed in range({"planted": PLANTED, "quiet": QUIET}[kind])]


def changes(kind: str, opening: str) -> pd.DataFrame:
    return pd.DataFrame([each.split.loc[opening] for each in found(kind)])


def test_the_city_wide_opening_moves_couples():
    planted, came = planted_marriage_effects(), 1 - 0.05 - 0.08 * 0.6  # neither no-shows nor missing documents
    month = np.mean([each.a_month for each in found("planted")])
    expected = planted.moved_ratio * marriage_settings()["per_day"]["marriage"] * month
    split = changes("planted", "city")
    assert split["here"].mean() == pytest.approx(expected * came, rel=0.15)
    assert split["elsewhere"].mean() == pytest.approx(-expected, rel=0.3)
    assert abs(split["both"].mean()) < 0.3 * expected
    inside = (split["here_lower"] < expected * came) & (expected * came < split["here_upper"])
    assert inside.mean() >= 0.75
    assert (split["here_lower"] > 0).all()
    assert set(split["verdict"]) <= {"moved", "open", "part"}


def test_the_inter_provincial_opening_creates():
    planted = planted_marriage_effects()
    month = np.mean([each.a_month for each in found("planted")])
    expected = planted.created_ratio * marriage_settings()["per_day"]["marriage"] * month * (1 - 0.05 - 0.15 * 0.6)
    split = changes("planted", "inter_province")
    assert split["here"].mean() == pytest.approx(expected, rel=0.3)
    assert abs(split["elsewhere"].mean()) < 0.4 * expected
    assert (split["verdict"] != "moved").mean() >= 0.9


def test_days_and_no_shows_are_recovered():
    planted = planted_marriage_effects()
    ratio = pd.DataFrame([each.days["ratio"] for each in found("planted")]).mean()
    # Those who do not come on such days are not registered on them.
    fewer = (0.95 - planted.peak_no_show_added) / 0.95
    assert ratio["qixi"] == pytest.approx(planted.qixi * fewer, rel=0.08)
    assert ratio["other_lucky"] == pytest.approx(planted.other_lucky * fewer, rel=0.1)
    assert ratio["near_festival"] == pytest.approx(
        planted.near_festival * 1.06, rel=0.08
    )  # Fridays and Saturdays among them
    assert ratio["may_20"] < planted.may_20 * fewer  # full days
    shown = pd.DataFrame([each.use["no_show_share"] for each in found("planted")]).mean()
    assert shown[["may_20", "qixi", "other_lucky"]].to_numpy() == pytest.approx(
        0.05 + planted.peak_no_show_added, abs=0.02
    )
    assert shown["monday"] == pytest.approx(0.05, abs=0.01)


def test_wishes_of_full_days_are_nearer_to_the_truth_than_what_was_booked():
    planted, settings = planted_marriage_effects(), marriage_settings()["per_day"]
    # Divorces and reissues do not follow the calendar: as of the second opening.
    marriages = settings["marriage"] * (1 + planted.moved_ratio + planted.created_ratio)
    rest = settings["divorce"] * 1.2 + settings["reissue"]
    truth = (marriages * planted.may_20 + rest) / (marriages + rest)
    ratios = np.array([each.demand.loc["may_20", "ratio"] for each in found("planted")])
    assert np.isnan(ratios).mean() <= 0.3  # full in every year
    wished = np.nanmean(ratios)
    booked = np.mean([each.use.loc["may_20", "booked"] / 3 for each in found("planted")])
    usual = np.mean([each.demand.loc["qixi", "wished"] / each.demand.loc["qixi", "ratio"] for each in found("planted")])
    assert wished == pytest.approx(truth, rel=0.1)
    assert abs(wished - truth) < abs(booked / usual - truth)


def test_a_quiet_district_stays_quiet():
    for opening in ("city", "inter_province"):
        split = changes("quiet", opening)
        assert (split["verdict"] != "none").mean() <= 0.25
    days = pd.DataFrame([each.days["ratio"] for each in found("quiet")]).mean()
    assert days[["may_20", "qixi", "other_lucky"]].to_numpy() == pytest.approx(1.05, abs=0.15)
