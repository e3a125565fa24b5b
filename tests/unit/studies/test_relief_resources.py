"""The resource community: against loops over the rows, in the directions that altered lists must take, and odd input."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis import run_study
from jingan_analysis.errors import UnknownUnit

START, END = date(2024, 1, 1), date(2024, 8, 31)
BEIZHAN = "310106016000"


@pytest.fixture(scope="module")
def result(demo):
    return run_study("relief_resources", demo, minimum_cell=1, scenarios=20)


def run(demo, **tables):
    return run_study("relief_resources", Altered(demo, **tables), minimum_cell=1, scenarios=10)


@pytest.fixture(scope="module")
def window(demo):
    """Requests of the window as dictionaries, with household, grade, category and sub-district."""
    case = dict(demo.table("relief_cases")[["case_id", "household_id"]].itertuples(index=False))
    home = {row.household_id: row for row in demo.table("households").itertuples()}
    grades = defaultdict(list)
    for row in demo.table("need_assessments").itertuples():
        grades[row.household_id].append((row.assessed_on, row.grade))
    found = []
    for row in demo.table("need_requests").itertuples():
        if START <= row.requested_on.date() <= END:
            household = case[row.case_id]
            known = [(day, grade) for day, grade in grades[household] if day <= row.requested_on]
            supplier = next((name for name in (row.project_id, row.resource_id) if isinstance(name, str)), "")
            found.append(
                {
                    "need": row.need_dimension, "units": row.requested_units, "supplier": supplier,
                    "delivered": 0 if pd.isna(row.delivered_units) else int(row.delivered_units),
                    "days": None if pd.isna(row.matched_on) else (row.matched_on - row.requested_on).days,
                    "followed": (pd.Timestamp(END) - row.requested_on).days, "grade": max(known)[1] if known else "",
                    "category": home[household].relief_category, "unit": home[household].subdistrict_code,
                }
            )  # fmt: skip
    return found


def test_requests_and_matches_agree_with_a_loop(result, window):
    frame = result.tables["by_need"].frame
    for need in [*frame.index[:-1], "total"]:
        here = [row for row in window if need in ("total", row["need"])]
        assert frame.loc[need, "requests"] == len(here)
        assert frame.loc[need, "matched"] == sum(row["days"] is not None for row in here)
    assert len(frame) == 11


def test_the_curve_is_the_product_over_days(result, window):
    survival, expected = 1.0, {}
    for day in range(181):
        at_risk = sum((row["days"] if row["days"] is not None else row["followed"]) >= day for row in window)
        matched = sum(row["days"] == day for row in window)
        survival *= 1 - matched / at_risk
        expected[day] = 1 - survival
    frame = result.tables["waiting"].frame
    assert frame["matched_share"].tolist() == pytest.approx([expected[int(day)] for day in frame.index], abs=1e-12)
    half = min(day for day, share in expected.items() if share >= 0.5)
    assert result.tables["by_need"].frame.loc["total", "half_days"] == half


def test_units_by_need_agree_with_a_loop(result, window):
    frame = result.tables["balance"].frame
    suppliers = set(result.tables["suppliers"].frame.index)
    for need in frame.index[:-1]:
        here = [row for row in window if row["need"] == need]
        assert frame.loc[need, "wanted"] == sum(row["units"] for row in here)
        assert frame.loc[need, "matched"] == sum(row["units"] for row in here if row["supplier"] in suppliers)
        assert frame.loc[need, "delivered"] == sum(row["delivered"] for row in here if row["supplier"] in suppliers)


def test_the_best_is_that_of_a_naive_program(demo, result, window):
    """One variable for each request and supplier, rules read row by row, the solver's other method."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    table = result.tables["suppliers"].frame
    rules = defaultdict(list)
    for row in demo.table("project_eligibility").itertuples():
        rules[row.project_id].append((row.grade, row.relief_category, row.subdistrict_code))
    for row in demo.table("resources").itertuples():
        if isinstance(row.subdistrict_code, str):
            rules[row.resource_id].append((None, None, row.subdistrict_code))

    def may(row, name):
        mine = (row["grade"], row["category"], row["unit"])
        return not rules[name] or any(
            all(not isinstance(rule, str) or rule == own for rule, own in zip(one, mine, strict=True))
            for one in rules[name]
        )

    pairs = [
        (i, j) for i, row in enumerate(window) for j, (name, need) in enumerate(table["need_dimension"].items())
        if row["need"] == need and may(row, name)
    ]  # fmt: skip
    n, m = len(window), len(table)
    rows = [i for i, _ in pairs] + [n + j for _, j in pairs]
    matrix = csr_array((np.ones(len(rows)), (rows, list(range(len(pairs))) * 2)), shape=(n + m, len(pairs)))
    limits = np.concatenate([[row["units"] for row in window], table["room_units"]])
    best = linprog(-np.ones(len(pairs)), A_ub=matrix, b_ub=limits, method="highs-ipm")
    assert result.tables["plans"].frame.loc["best", "units"] == pytest.approx(-best.fun)


def test_room_is_what_is_left_of_the_stated_capacity(demo, result, window):
    events = demo.table("service_events")
    given = events[(events["done_on"] >= "2024-01-01") & (events["done_on"] <= "2024-08-31")]
    stated = demo.table("projects").set_index("project_id")["annual_capacity_units"]
    table = result.tables["suppliers"].frame
    for name in ("P001", "P017", "P044", "P075"):
        here = int((given["project_id"] == name).sum())
        to_window = sum(row["delivered"] for row in window if row["supplier"] == name)
        assert table.loc[name, "given_units"] == here
        capacity = here if pd.isna(stated[name]) else int(stated[name] * 244 / 366)
        assert table.loc[name, "room_units"] == max(capacity - (here - to_window), 0)


def test_plans_keep_their_promises(result):
    plans = result.tables["plans"].frame
    assert (plans["fewer"] >= 0).all()
    assert plans.loc["even", "least_share"] >= plans["least_share"].max() - 1e-6
    grades = result.tables["by_grade"].frame
    assert grades.loc["high", "first_high"] >= grades.loc["high", "best"]
    assert plans.loc["first_high", "units"] == plans.loc["best", "units"], "priority costs no unit"
    total = result.tables["balance"].frame.loc["total"]
    assert total["wanted"] == total["best"] + total["no_project"] + total["no_room"]
    assert total["idle"] + total["best"] == total["room"]


def test_planted_scarcity_is_found(result):
    frame = result.tables["balance"].frame.drop("total")
    served = frame["best"] / frame["wanted"]
    assert set(served.nsmallest(4).index) == {"housing", "employment", "child_environment", "income"} or set(
        served.nsmallest(5).index
    ) >= {"housing", "employment", "child_environment", "social_participation"}
    assert frame["idle"].idxmax() == "illness"
    scarce = result.tables["scarcity"].frame
    assert scarce.loc["housing", "always"] == scarce.loc["housing", "suppliers"]
    assert scarce.loc["illness", "never"] == scarce.loc["illness", "suppliers"]


def test_one_more_unit_of_a_scarce_project_serves_one_more(demo, result):
    before = result.tables["plans"].frame.loc["best", "units"]
    projects = demo.table("projects")
    for name, gain in (("P012", 1), ("P019", 0)):
        row = result.tables["suppliers"].frame.loc[name]
        assert row["one_more"] == gain
        more = projects.copy()
        # One unit of the window is one and a half of the year.
        more.loc[more["project_id"] == name, "annual_capacity_units"] = int(
            np.ceil((row["stated_units"] + 1) * 366 / 244)
        )
        after = run(demo, projects=more)
        assert after.tables["suppliers"].frame.loc[name, "stated_units"] == row["stated_units"] + 1
        assert after.tables["plans"].frame.loc["best", "units"] == before + gain


def test_rules_that_close_a_project_can_only_cost(demo, result):
    rules = demo.table("project_eligibility")
    every = demo.table("projects")["project_id"]
    high_only = pd.DataFrame({"project_id": every, "grade": "high", "relief_category": None, "subdistrict_code": None})
    closed = run(demo, project_eligibility=high_only.astype(rules.dtypes))
    assert closed.tables["plans"].frame.loc["best", "units"] < result.tables["plans"].frame.loc["best", "units"]
    assert closed.tables["list_cover"].frame.loc["education", "open_low"] == 0
    assert closed.tables["balance"].frame.loc["education", "no_project"] > 0
    open_to_all = run(demo, project_eligibility=rules.iloc[:0])
    assert open_to_all.tables["plans"].frame.loc["best", "units"] >= result.tables["plans"].frame.loc["best", "units"]


def test_unknown_capacity_is_at_least_what_was_given(demo, result):
    projects = demo.table("projects")
    unknown = projects.assign(annual_capacity_units=pd.array([pd.NA] * len(projects), dtype="Int64"))
    found = run(demo, projects=unknown)
    table = found.tables["suppliers"].frame
    assert (table.loc[table["kind"] == "project", "stated_units"].isna()).all()
    assert 0 < found.tables["plans"].frame.loc["best", "units"] < result.tables["plans"].frame.loc["best", "units"]


def test_what_is_doubtful_is_counted(demo):
    requests = demo.table("need_requests")
    last = requests.tail(3).assign(
        request_id="z" + requests["request_id"].tail(3), requested_on=pd.Timestamp("2024-10-01"), matched_on=pd.NaT
    )
    last = last.assign(project_id=None, resource_id=None, delivered_units=pd.NA).astype(requests.dtypes)
    early = requests.copy()
    first = early.index[early["matched_on"].notna() & (early["matched_on"] > "2024-08-01")][:4]
    early.loc[first, "matched_on"] = pd.Timestamp("2024-09-20")
    assessments = demo.table("need_assessments")
    gone = assessments["household_id"].iloc[-30:]
    found = run(
        demo,
        need_requests=pd.concat([early, last]),
        need_assessments=assessments[~assessments["household_id"].isin(gone)],
    )
    counts = found.tables["exclusions"].frame["count"]
    assert counts["requests_after"] == 3
    assert counts["matches_after"] == 4
    assert counts["without_assessment"] > 0
    assert "unassessed" in found.tables["by_grade"].frame.index
    assert any("had not been assessed" in note.plain for note in found.notes)


def test_no_request_at_all_has_an_answer(demo):
    requests = demo.table("need_requests")
    found = run(demo, need_requests=requests[requests["requested_on"] < "2023-06-01"])
    assert "no household" in found.headline.sentences[0].plain
    assert found.tables["plans"].frame["units"].tolist() == [0, 0, 0, 0]


def test_without_resources_and_rules_there_are_projects(demo):
    found = run_study("relief_resources", Altered(demo, missing=("resources", "project_eligibility")), scenarios=10)
    assert set(found.tables["suppliers"].frame["kind"]) == {"project"}
    assert "resources" not in found.tables


def test_a_unit_looks_at_its_requests_and_shares_the_lists(demo, result):
    unit = run_study("relief_resources", demo, unit=BEIZHAN, minimum_cell=1, scenarios=20)
    assert (
        unit.tables["by_need"].frame.loc["total", "requests"] < result.tables["by_need"].frame.loc["total", "requests"]
    )
    assert unit.tables["balance"].frame.equals(result.tables["balance"].frame)
    with pytest.raises(UnknownUnit):
        run_study("relief_resources", demo, unit="310106099000")


def test_projects_are_never_divided_by_resources(result):
    ratio = 75 / 67
    for table in result.tables.values():
        numbers = table.frame.select_dtypes("number").to_numpy(dtype=float).ravel()
        assert not np.isclose(numbers, ratio, atol=1e-6).any(), table.name
