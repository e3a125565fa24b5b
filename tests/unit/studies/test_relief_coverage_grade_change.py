"""Changes of grade after a service: by loops over rows, on households made by hand, in directions, and what is hidden."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from relief_rows import assessment, case, household, relief_of, service

from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_grade_change import GradeChange, assessed_twice, grade_change
from jingan_analysis.studies.relief_coverage_grade_change_disclosure import grade_change_across
from jingan_analysis.studies.relief_coverage_grade_change_figures import grade_figure
from jingan_analysis.studies.relief_coverage_grade_change_page import (
    TOO_FEW,
    grade_change_tables,
    grade_checks,
    grade_notes,
    served_statement,
    transition_rows,
)
from jingan_analysis.studies.relief_coverage_records import Records, relief_records
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables.across import Across
from jingan_analysis.tables.protection import protect_all, refuse_small_counts
from jingan_analysis.tables.words import Words

GRADES = ("low", "medium", "high")
WORDS = Words("Place", "District", "31 August 2024", "January to August")
SETTINGS = settings_table({"served_days_before": (30.0, "days", "Days before")})
SITUATION: Any = SimpleNamespace(params=SimpleNamespace(window=Period.parse("2024-08")), place="Place")


@pytest.fixture(scope="module")
def records(demo) -> Records:
    return relief_records(demo, Period.parse("2024-08"))


@pytest.fixture(scope="module")
def found(records) -> GradeChange:
    return grade_change(records, served_days_before=30, confidence=0.95)


@pytest.fixture(scope="module")
def naive(demo):
    """First and last grade and group of every household, by loops over rows."""
    end = pd.Timestamp(2024, 8, 31)
    of_case = {row.case_id: row.household_id for row in demo.table("relief_cases").itertuples()}
    assessed, served = defaultdict(list), defaultdict(list)
    for row in demo.table("need_assessments").itertuples():
        if row.assessed_on <= end:
            assessed[row.household_id].append((row.assessed_on, row.grade))
    for row in demo.table("service_events").itertuples():
        if row.done_on <= end:
            served[of_case[row.case_id]].append(row.done_on)
    facts = {}
    for name, rows in assessed.items():
        first, last = min(rows), max(rows)
        days = served.get(name, [])
        if len({day for day, _ in rows}) < 2:
            group = "assessed_once"
        elif not days or min(days) > last[0]:
            group = "not_served"
        elif min(days) < first[0]:
            group = "served_before"
        else:
            group = "served" if (last[0] - min(days)).days >= 30 else "served_recently"
        facts[name] = (group, GRADES.index(first[1]), GRADES.index(last[1]))
    return facts


# By loops over rows


def test_groups_and_counts_agree_with_loops_over_rows(found, naive) -> None:
    groups = Counter(group for group, _, _ in naive.values())
    assert found.households["group"].value_counts().to_dict() == {
        group: number for group, number in groups.items() if group != "assessed_once"
    }
    assert {name: number for name, (number, _) in found.excluded.items()} == {
        name: groups[name] for name in ("assessed_once", "served_recently", "served_before")
    }
    for name in ("served", "not_served", "total"):
        mine = [fact for fact in naive.values() if fact[0] == name or (name == "total" and fact[0].endswith("served"))]
        change = found.changes[name]
        moved = [after - before for _, before, after in mine]
        counts = (sum(m < 0 for m in moved), moved.count(0), sum(m > 0 for m in moved))
        assert (change.improved, change.same, change.worsened) == counts
        assert change.net_share == pytest.approx((counts[0] - counts[2]) / len(mine))
        # Exact sign test: the smaller side of as many coins, twice.
        changed, fewer = counts[0] + counts[2], min(counts[0], counts[2])
        tail = sum(math.comb(changed, k) for k in range(fewer + 1)) / 2**changed
        assert change.sign_p_value == pytest.approx(min(1.0, 2 * tail))
        down = sum(before == 2 > after for _, before, after in mine)
        up = sum(after == 2 > before for _, before, after in mine)
        assert (change.no_longer_high, change.became_high) == (down, up)


def test_the_ledger_closes(found, records) -> None:
    check = grade_checks(tables_of(found, 10), found, records)
    assert [each.passed for each in check] == [True]
    assert "243" in str(check[0].detail)
    assert not grade_checks(tables_of(found, 10), found, records.of_unit("310106017000"))[0].passed
    groups = found.households["group"].value_counts()
    compared = int(groups["served"] + groups["not_served"])
    assert compared == found.changes["total"].households
    left_out = sum(number for number, unit in found.excluded.values() if unit == "households")
    assert compared + left_out == records.assessments["household_id"].nunique()


def bonett_price(improved: int, worsened: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    up, down = (improved + 1) / (n + 2), (worsened + 1) / (n + 2)
    half = z * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return max(up - down - half, -1.0), min(up - down + half, 1.0)


def naive_net(naive, group: str, before: int | None = None) -> tuple[float, float, float, int]:
    """Net share with its interval, and households."""
    moved = [after - first for name, first, after in naive.values() if name == group and before in (None, first)]
    down, up = sum(m < 0 for m in moved), sum(m > 0 for m in moved)
    return ((down - up) / len(moved), *bonett_price(down, up, len(moved)), len(moved))


def test_differences_and_their_intervals_agree_with_the_formulas(found, naive) -> None:
    served, lower, upper, households = naive_net(naive, "served")
    others, other_lower, other_upper, _ = naive_net(naive, "not_served")
    assert found.difference.value == pytest.approx(served - others)
    assert found.difference.lower == pytest.approx(
        served - others - math.sqrt((served - lower) ** 2 + (other_upper - others) ** 2)
    )
    assert found.difference.upper == pytest.approx(
        served - others + math.sqrt((upper - served) ** 2 + (others - other_lower) ** 2)
    )
    value = below = above = 0.0
    for grade in range(3):
        ours, theirs = (naive_net(naive, group, grade) for group in ("served", "not_served"))
        weight = ours[3] / households
        value += weight * (ours[0] - theirs[0])
        below += weight**2 * ((ours[0] - ours[1]) ** 2 + (theirs[2] - theirs[0]) ** 2)
        above += weight**2 * ((ours[2] - ours[0]) ** 2 + (theirs[0] - theirs[1]) ** 2)
    assert found.same_grades.value == pytest.approx(value)
    assert [found.same_grades.lower, found.same_grades.upper] == pytest.approx(
        [value - math.sqrt(below), value + math.sqrt(above)]
    )


def test_recovery_was_planted_in_the_demonstration_district(found) -> None:
    served, others = found.changes["served"], found.changes["not_served"]
    assert served.lower > 0
    assert served.sign_p_value < 1e-6
    assert others.net_share < 0, "needs appear now and then, and none is resolved without a service"
    assert found.same_grades.lower > 0
    # Grades decide who is served soon, so the raw difference holds some regression to the mean.
    assert found.difference.value > found.same_grades.value


# Households made by hand


def rows(
    name: str, grades: tuple[str, str], service_on: str | None = None, days: tuple[str, ...] = ()
) -> dict[str, Any]:
    first, last = days or ("2023-06-01", "2024-03-01")
    return {
        "households": [household(name)],
        "relief_cases": [case(name, "2023-01-01")],
        "need_assessments": [assessment(name, first, grades[0]), assessment(name, last, grades[1])],
        "service_events": [] if service_on is None else [service(name, service_on)],
    }


def put_together(*parts: dict[str, Any], period: str = "2024-08") -> Records:
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for part in parts:
        for name, table in part.items():
            tables[name] += table
    return relief_of(period, **tables)


def test_groups_on_their_edges() -> None:
    services = {
        "before": "2023-05-31",
        "first-day": "2023-06-01",
        "long": "2024-01-31",
        "short": "2024-02-01",
        "last-day": "2024-03-01",
        "after": "2024-03-02",
        "never": None,
    }
    records = put_together(
        *(rows(name, ("high", "low"), day) for name, day in services.items()),
        rows("same-day", ("high", "low"), None, ("2023-06-01", "2023-06-01")),
        rows("late", ("high", "low"), None, ("2023-06-01", "2024-09-01")),
    )
    assert assessed_twice(records, 30)["group"].to_dict() == {
        "before": "served_before",
        "first-day": "served",
        "long": "served",
        "short": "served_recently",
        "last-day": "served_recently",
        "after": "not_served",
        "never": "not_served",
    }
    assert assessed_twice(records, 29).loc["short", "group"] == "served"
    assert assessed_twice(records, 0).loc["last-day", "group"] == "served"
    found = grade_change(records, served_days_before=30, confidence=0.95)
    assert found.assessed_once == 2, "two rows of one day are one, and one after the last day is none"


def test_the_first_and_the_last_of_several_assessments_count() -> None:
    part = rows("many", ("medium", "low"), "2023-07-01", ("2023-06-01", "2024-03-01"))
    part["need_assessments"] = [
        assessment("many", "2024-03-01", "low"),
        assessment("many", "2023-06-01", "low"),
        assessment("many", "2023-06-01", "high"),
        assessment("many", "2023-12-01", "high"),
        assessment("many", "2024-03-01", "medium"),
    ]
    part["service_events"].insert(0, service("many", "2024-02-28"))
    household_row = assessed_twice(put_together(part), 30).loc["many"]
    # Of two on one day the later row stands; the first of all services decides.
    assert household_row.tolist() == ["high", "medium", "served"]


def group_of(pairs: dict[tuple[str, str], int], *, served: bool, prefix: str = "") -> list[dict[str, Any]]:
    return [
        rows(f"{prefix}{served}-{pair}-{number}", pair, "2023-07-01" if served else None)
        for pair, count in pairs.items()
        for number in range(count)
    ]


def change_of(served: dict[tuple[str, str], int], others: dict[tuple[str, str], int]) -> GradeChange:
    return grade_change(
        put_together(*group_of(served, served=True), *group_of(others, served=False)),
        served_days_before=30,
        confidence=0.95,
    )


def test_regression_to_the_mean_makes_a_raw_difference_and_none_with_the_same_grades() -> None:
    """Without any effect half of those of high grade come down and a fifth of those of low grade rise, served or not."""
    found = change_of(
        {("high", "medium"): 20, ("high", "high"): 20, ("low", "low"): 8, ("low", "medium"): 2},
        {("high", "medium"): 5, ("high", "high"): 5, ("low", "low"): 32, ("low", "medium"): 8},
    )
    assert found.difference.value == pytest.approx((20 - 2) / 50 - (5 - 8) / 50)
    assert found.difference.lower > 0, "the served were of higher grade"
    assert found.same_grades.value == pytest.approx(0.0)
    assert found.same_grades.lower < 0 < found.same_grades.upper


def test_a_grade_that_only_the_served_began_with_has_nobody_to_compare_with() -> None:
    served = {("medium", "low"): 20, ("high", "low"): 1}
    found = change_of(served, {("medium", "medium"): 25})
    assert found.difference is not None
    assert found.same_grades is None
    tables = {table.name: table for table in grade_change_tables(found, WORDS, served_statement(SETTINGS))}
    assert tables["grade_difference"].frame.index.tolist() == ["raw"]
    # A grade that none of the served began with weighs nothing.
    fewer = change_of({("medium", "low"): 21}, {("medium", "medium"): 25, ("low", "high"): 9})
    assert fewer.same_grades.value == pytest.approx(1.0)


def test_too_few_households_are_not_compared() -> None:
    nineteen, twenty = ({("medium", "low"): number} for number in (19, 20))
    found = change_of(nineteen, twenty)
    assert found.refusal == "too_few_households"
    assert grade_change_tables(found, WORDS, "") == []
    assert [note.template for note in grade_notes(SITUATION, {}, found)] == [TOO_FEW]
    found = change_of(twenty, nineteen)
    assert found.refusal is None
    assert found.changes["not_served"] is None
    assert found.difference is None
    tables = {table.name: table for table in grade_change_tables(found, WORDS, served_statement(SETTINGS))}
    assert set(tables) == {"grade_change", "grade_transitions"}
    assert tables["grade_change"].frame.loc["not_served", "households"] == 19
    assert tables["grade_change"].marks["not_served", "net_share"] == "z"
    assert tables["grade_change"].marks["served", "net_share"] == "u", "twenty are few"
    nobody = grade_change(relief_of(households=[household("A")]), served_days_before=30, confidence=0.95)
    assert nobody.refusal == "too_few_households"
    assert nobody.assessed_once == 0


# Directions


def test_directions() -> None:
    base = {("high", "medium"): 12, ("medium", "medium"): 12, ("low", "medium"): 6}
    start = change_of(base, base)
    better = change_of(
        {**base, ("high", "medium"): 8, ("high", "low"): 4, ("medium", "medium"): 6, ("medium", "low"): 6}, base
    )
    worse_others = change_of(base, {**base, ("medium", "medium"): 6, ("medium", "high"): 6})
    assert start.difference.value == start.same_grades.value == 0
    assert better.difference.value > 0
    assert better.same_grades.value > 0
    assert worse_others.difference.value > 0
    # Two grades down are one household better, as one grade down is.
    assert better.changes["served"].improved == start.changes["served"].improved + 6
    turned = change_of({(after, before): number for (before, after), number in base.items()}, base)
    assert turned.changes["served"].net_share == -start.changes["served"].net_share


# Tables, figure and notes


def tables_of(found: GradeChange, minimum: int) -> dict[str, Any]:
    tables = {table.name: table for table in grade_change_tables(found, WORDS, served_statement(SETTINGS))}
    return protect_all(tables | {"settings": SETTINGS}, minimum, Across(tuple(grade_change_across())))


def test_tables_say_what_was_found(found) -> None:
    tables = tables_of(found, 1)
    change = tables["grade_change"].frame
    served = found.changes["served"]
    assert change.loc["served", ["households", "improved", "same", "worsened"]].tolist() == [
        served.households, served.improved, served.same, served.worsened,
    ]  # fmt: skip
    assert (change.loc["served"] + change.loc["not_served"]).iloc[:4].tolist() == change.loc["total"].iloc[:4].tolist()
    matrix = tables["grade_transitions"].frame
    for before, after in ((before, after) for before in GRADES for after in GRADES):
        expected = found.changes["served"].to_frame().loc[before, after]
        assert matrix.loc["served", f"{before}_{after}"] == expected
    assert matrix.loc["total", "no_longer_high"] == found.changes["total"].no_longer_high
    difference = tables["grade_difference"].frame
    assert difference.loc["same_grades", "difference"] == pytest.approx(100 * found.same_grades.value)
    for row in difference.index:
        gap = difference.loc[row, "served_net"] - difference.loc[row, "not_served_net"]
        assert 100 * gap == pytest.approx(difference.loc[row, "difference"])
    assert "30 days" in str(tables["grade_change"].notes[0])


@pytest.mark.parametrize("minimum", [1, 5, 10, 15, 20, 40])
def test_no_hidden_count_follows_from_all_tables_together(found, minimum: int) -> None:
    """Every sum that holds between the counts of both tables, set up from the grades themselves."""
    tables = tables_of(found, minimum)
    refuse_small_counts(tables, minimum)
    shown: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for name in ("grade_change", "grade_transitions"):
        table = tables[name]
        for column in (column.name for column in table.columns if column.counts):
            for row in table.frame.index:
                shown[row, column].add(table.marks.get((row, column)) != "c")
    assert all(len(states) == 1 for states in shown.values()), "one table shows what the other hides"
    assert any(states == {False} for states in shown.values()) == (minimum > 1)
    exact = transition_rows(found)
    pairs = [f"{before}_{after}" for before in GRADES for after in GRADES]
    place = {
        (group, pair): k for k, (group, pair) in enumerate((g, p) for g in ("served", "not_served") for p in pairs)
    }
    equations = []
    for (row, column), states in shown.items():
        if states == {True}:
            parts = [pair for pair in pairs if counts_as(pair, column)]
            groups = ("served", "not_served") if row == "total" else (row,)
            equation = np.zeros(len(place))
            equation[[place[group, pair] for group in groups for pair in parts]] = 1.0
            equations.append(equation)
            assert exact.loc[list(groups), parts].to_numpy().sum() == exact.loc[row, column]
    _, strength, directions = np.linalg.svd(np.array(equations))
    free = directions[(strength > 1e-9).sum() :]
    for (row, column), states in shown.items():
        if states == {False}:
            groups = ("served", "not_served") if row == "total" else (row,)
            cells = [place[group, pair] for group in groups for pair in pairs if counts_as(pair, column)]
            assert np.abs(free[:, cells].sum(axis=1)).max() > 1e-9, (row, column)


def counts_as(pair: str, column: str) -> bool:
    before, after = (GRADES.index(grade) for grade in pair.split("_"))
    return {
        "households": True,
        "improved": after < before,
        "same": after == before,
        "worsened": after > before,
        "no_longer_high": before == 2 > after,
        "became_high": after == 2 > before,
    }.get(column, pair == column)


def test_what_is_made_of_hidden_counts_is_hidden(found) -> None:
    tables = tables_of(found, 20)
    change = tables["grade_change"]
    assert change.marks["not_served", "improved"] == "c"
    for column in ("net_share", "lower", "upper", "sign_p_value"):
        assert change.marks["not_served", column] == "c"
    for column in ("not_served_net", "difference", "lower", "upper"):
        assert tables["grade_difference"].marks["raw", column] == "c"


def test_the_figure_and_the_notes(found) -> None:
    tables = tables_of(found, 10)
    figure = grade_figure(SITUATION, tables)
    assert figure is not None
    assert (
        str(figure.title)
        == "Grades come down more often after a service: net 41.5% of households, against −10.4% without one"
    )
    assert "75 came to a lower and 14 to a higher grade" in str(figure.alternative)
    notes = [str(note) for note in grade_notes(SITUATION, tables, found)]
    assert "regression to the mean" in notes[0]
    assert "no proof" in notes[0]
    assert "51.9 percentage points, and of 40.3" in notes[1]
    assert grade_figure(SITUATION, {}) is None
    assert grade_figure(SITUATION, tables_of(found, 20)) is None, "a figure of hidden numbers"
    assert len(grade_notes(SITUATION, tables_of(found, 20), found)) == 1


@pytest.mark.parametrize(
    ("served", "others", "words"),
    [
        ({("medium", "medium"): 30}, {("medium", "low"): 25, ("medium", "medium"): 5}, "less often"),
        (
            {("medium", "low"): 12, ("medium", "medium"): 12},
            {("medium", "low"): 11, ("medium", "medium"): 12},
            "but for chance",
        ),
        ({("medium", "low"): 12, ("medium", "medium"): 12}, {("medium", "low"): 5}, "12 households have a lower grade"),
    ],
)
def test_the_title_follows_the_difference(served, others, words: str) -> None:
    figure = grade_figure(SITUATION, tables_of(change_of(served, others), 1))
    assert figure is not None
    assert words in str(figure.title)
