"""Waits for the first service and services after it: by loops over rows, on cases made by hand, and in their directions."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from relief_rows import assessment, case, household, relief_of, service

from jingan_analysis.models.transition_intensities import DAYS_A_MONTH
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_covariates import covariates
from jingan_analysis.studies.relief_coverage_further import further_rows, further_services
from jingan_analysis.studies.relief_coverage_hazards import hazards
from jingan_analysis.studies.relief_coverage_records import relief_records
from jingan_analysis.studies.relief_coverage_waiting import (
    grades_alike,
    units_alike,
    waiting_by_grade,
    waiting_curves,
    waits_of,
)

START, END = pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 8, 31)
PROACTIVE = ("adviser_visit", "committee", "data_match")


@pytest.fixture(scope="module")
def records(demo):
    return relief_records(demo, Period.parse("2024-08"))


@pytest.fixture(scope="module")
def naive(demo):
    """One namespace a household that was assessed: first days of everything, by loops."""
    found = {}
    for row in demo.table("need_assessments").itertuples():
        fact = found.setdefault(
            row.household_id, SimpleNamespace(assessed=row.assessed_on, grade=row.grade, services=[])
        )
        if row.assessed_on < fact.assessed:
            fact.assessed, fact.grade = row.assessed_on, row.grade
    household_of = {}
    for row in demo.table("relief_cases").itertuples():
        household_of[row.case_id] = row.household_id
        if row.household_id in found:
            found[row.household_id].closed = row.closed_on
    for row in demo.table("households").itertuples():
        if row.household_id in found:
            found[row.household_id].last = END if pd.isna(row.relief_to) else min(END, row.relief_to)
    for row in demo.table("service_events").itertuples():
        if household_of[row.case_id] in found:
            found[household_of[row.case_id]].services.append(row.done_on)
    for fact in found.values():
        ends = [(fact.last, 2, 0)]
        if not pd.isna(fact.closed) and fact.closed >= fact.assessed:
            ends.append((fact.closed, 1, 2))
        if fact.services:
            ends.append((min(fact.services), 0, 1))
        day, _, fact.cause = min(ends)
        fact.days = (day - fact.assessed).days
    return list(found.values())


def test_waits_agree_with_loops_over_rows(records, naive) -> None:
    waits = waits_of(records)
    assert sorted(zip(waits.frame["days"], waits.frame["cause"], waits.frame["grade"], strict=True)) == sorted(
        (fact.days, fact.cause, fact.grade) for fact in naive
    )
    table = waiting_by_grade(waits, 90, confidence=0.95)
    for grade in ("high", "medium", "low"):
        mine = [fact.cause for fact in naive if fact.grade == grade]
        counts = [len(mine), mine.count(1), mine.count(2), mine.count(0)]
        assert table.loc[grade, ["households", "served", "closed", "open"]].tolist() == counts
    assert table.loc["total", "households"] == len(naive)


def products(facts, upto: int) -> tuple[float, float]:
    """Still waiting while open (Kaplan–Meier), and served by that day (cumulative incidence), day by day."""
    waiting, untouched, served = 1.0, 1.0, 0.0
    for day in range(upto + 1):
        at_risk = sum(fact.days >= day for fact in facts)
        events = [sum(fact.days == day and fact.cause == cause for fact in facts) for cause in (1, 2)]
        if at_risk:
            served += untouched * events[0] / at_risk
            untouched *= 1 - sum(events) / at_risk
            waiting *= 1 - events[0] / at_risk
    return waiting, served


@pytest.mark.parametrize("grade", ["high", "medium", "low"])
def test_curves_and_shares_served_agree_with_day_by_day_products(records, naive, grade: str) -> None:
    waits = waits_of(records)
    mine = [fact for fact in naive if fact.grade == grade]
    waiting, served = products(mine, 90)
    curves = waiting_curves(waits, confidence=0.95)
    assert curves is not None
    assert curves.loc["90", f"{grade}_share"] == pytest.approx(waiting, abs=1e-12)
    row = waiting_by_grade(waits, 90, confidence=0.95).loc[grade]
    assert row["within_share"] == pytest.approx(served, abs=1e-12)
    # One minus Kaplan–Meier would count closed cases as served later.
    assert row["within_share"] < 1 - waiting
    assert products(mine, int(row["median_days"]))[0] <= 0.5 < products(mine, int(row["median_days"]) - 1)[0]


def by_hand():
    names = ["at-once", "same-day", "closed-first", "left", "waits", "before", "late", "reopened", "old-closing"]
    ends = {"left": "2024-03-01", "late": "2024-01-31"}
    return relief_of(
        households=[household(name, last=ends.get(name)) for name in names],
        relief_cases=[
            case("at-once", "2024-01-01"),
            case("same-day", "2024-01-01", "2024-02-10"),
            case("closed-first", "2024-01-01", "2024-02-10"),
            case("left", "2024-01-01"),
            case("waits", "2024-01-01"),
            case("before", "2024-01-01"),
            case("late", "2024-01-01"),
            case("reopened", "2024-01-01", "2024-02-10"),
            case("reopened", "2024-02-20", number="-2"),
            case("old-closing", "2023-01-01", "2023-06-01"),
        ],
        need_assessments=[assessment(name, "2024-02-01") for name in names]
        + [assessment("waits", "2024-05-01", "high")],
        service_events=[
            service("at-once", "2024-02-01"),
            service("same-day", "2024-02-10"),
            service("closed-first", "2024-03-01"),
            service("before", "2024-01-20"),
            service("before", "2024-03-20"),
        ],
    )


def test_ends_of_waits_on_edges() -> None:
    waits = waits_of(by_hand())
    found = {name: (row["days"], row["cause"]) for name, row in waits.frame.iterrows()}
    until = (END - pd.Timestamp(2024, 2, 1)).days
    assert found == {
        "at-once": (0, 1),
        "same-day": (9, 1),
        "closed-first": (9, 2),
        "left": (29, 0),
        "waits": (until, 0),
        "reopened": (until, 0),
        "old-closing": (until, 0),
    }
    assert waits.excluded == {"served_before_assessment": 1, "assessed_after_entitlement": 1}
    assert waits.frame.loc["waits", "grade"] == "medium", "the grade is that of the first assessment"


def test_nobody_assessed_and_nobody_served() -> None:
    nobody = waits_of(relief_of(households=[household("A")]))
    assert nobody.frame.empty
    assert waiting_curves(nobody, confidence=0.95) is None
    unserved = relief_of(households=[household("A")], need_assessments=[assessment("A", "2024-02-01")])
    waits = waits_of(unserved)
    table = waiting_by_grade(waits, 90, confidence=0.95)
    assert table.loc["total", ["households", "served", "open"]].tolist() == [1, 0, 1]
    assert table["median_days"].isna().all(), "nobody served is no wait of zero days"
    assert grades_alike(waits) is None
    assert hazards(waits, PROACTIVE, confidence=0.95) is None
    assert further_services(unserved, waits, PROACTIVE, confidence=0.95) is None


def test_sooner_services_for_low_grade_raise_its_hazard_ratio(records) -> None:
    """Cut the waits of low grade that ended with a service to a fifth: the ratio must cross 1."""
    waits = waits_of(records)
    before = hazards(waits, PROACTIVE, confidence=0.95)
    frame = waits.frame.copy()
    sooner = (frame["grade"] == "low") & (frame["cause"] == 1)
    frame.loc[sooner, "days"] = (frame.loc[sooner, "days"] / 5).round()
    after = hazards(type(waits)(frame, waits.excluded), PROACTIVE, confidence=0.95)
    assert before is not None
    assert after is not None
    assert before.to_frame().loc["grade_low", "upper"] < 1 < after.to_frame().loc["grade_low", "ratio"]


def test_planted_effects_are_found_on_the_demonstration_district(records, demo) -> None:
    waits = waits_of(records)
    found = hazards(waits, PROACTIVE, confidence=0.95)
    assert found is not None
    table = found.to_frame()
    for row, planted in (("grade_high", 1.8), ("grade_low", 0.6)):
        assert table.loc[row, "lower"] < planted < table.loc[row, "upper"]
    assert found.model.proportionality.holds
    by_grade, by_unit = grades_alike(waits), units_alike(waits, list(demo.table("sub_districts")["subdistrict_code"]))
    assert by_grade is not None
    assert by_unit is not None
    assert by_grade.p_value < 1e-6
    assert by_unit.p_value > 0.05, "units were not made to differ"
    further = further_services(records, waits, PROACTIVE, confidence=0.95)
    assert further is not None
    rates = further.to_frame()
    for row, planted in (("grade_high", 1.6), ("grade_low", 0.7)):
        assert rates.loc[row, "lower"] < planted < rates.loc[row, "upper"]
    assert further.model.overdispersion_p_value < 1e-6
    assert (rates["upper"] - rates["lower"] > rates["chance_upper"] - rates["chance_lower"]).all()


def test_further_services_agree_with_loops_over_rows(records, naive) -> None:
    rows, late = further_rows(records, waits_of(records))
    count, days = 0, 0
    for fact in naive:
        if fact.cause != 1:
            continue
        begins = max(min(fact.services) + pd.Timedelta(days=1), START)
        ends = fact.last if pd.isna(fact.closed) else min(fact.last, fact.closed)
        exposed = (ends - begins).days + 1
        if exposed > 0:
            days += exposed
            count += sum(begins <= day <= ends for day in fact.services)
    assert (rows["further"].sum(), rows["days"].sum(), late) == (count, days, 0)
    further = further_services(records, waits_of(records), PROACTIVE, confidence=0.95)
    assert further is not None
    assert further.months == pytest.approx(days / DAYS_A_MONTH)


def test_exposure_begins_after_the_first_service_and_ends_with_the_case() -> None:
    names = ["old", "new", "closed", "last-day"]
    records = relief_of(
        households=[household(name) for name in names],
        relief_cases=[
            case("old", "2023-01-01"),
            case("new", "2024-01-01"),
            case("closed", "2024-01-01", "2024-03-31"),
            case("last-day", "2024-01-01"),
        ],
        need_assessments=[assessment("old", "2023-02-01"), *(assessment(name, "2024-02-01") for name in names[1:])],
        service_events=[
            service("old", "2023-03-01"), service("old", "2023-12-31"), service("old", "2024-01-01"),
            service("new", "2024-03-01"), service("new", "2024-03-01"), service("new", "2024-03-02"),
            service("closed", "2024-03-01"), service("closed", "2024-03-31"), service("closed", "2024-04-01"),
            service("last-day", "2024-08-31"), service("last-day", "2024-08-31"),
        ],
    )  # fmt: skip
    rows, late = further_rows(records, waits_of(records))
    assert rows["further"].to_dict() == {"old": 1, "new": 1, "closed": 1}
    assert rows["days"].to_dict() == {
        "old": 244,
        "new": (END - pd.Timestamp(2024, 3, 1)).days,
        "closed": 30,
    }
    assert rows["earlier"].to_dict() == {"old": True, "new": False, "closed": False}
    assert late == 1


def test_small_groups_are_put_together_with_the_one_compared_with() -> None:
    households = pd.DataFrame(
        {
            "grade": ["medium"] * 30 + ["high"] * 20 + ["low"] * 9,
            "category": ["low_income"] * 59,
            "members": [1, 2] * 29 + [1],
            "source": ["window"] * 59,
        }
    )
    found = covariates(households, pd.Series(data=True, index=households.index), PROACTIVE)
    assert found.names == ("grade_high", "members")
    assert found.compared_with == {"grade": "medium", "category": "low_income"}
    assert found.table[:, 0].sum() == 20
