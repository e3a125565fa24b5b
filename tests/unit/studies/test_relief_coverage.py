"""Relief coverage on the demonstration district, against loops over its rows, and on altered districts."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from altered import Altered
from relief_rows import assessment, case, household, relief_of, service

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, UnknownParameter, UnknownUnit
from jingan_analysis.studies import run_study
from jingan_analysis.studies.relief_coverage_cascade import cascade, first_days, order_breaks, steps_reached
from jingan_analysis.studies.relief_coverage_needs import DIMENSIONS, needs_found, needs_met

START, END = pd.Timestamp(2024, 1, 1), pd.Timestamp(2024, 8, 31)
PROACTIVE = {"adviser_visit", "committee", "data_match"}
STEPS = ("eligible", "known", "assessed", "planned", "served", "reassessed")
HOUSEHOLD_COUNTS = {
    "cascade": ["households", "lost"],
    "by_subdistrict": ["eligible", "known", "assessed", "served", "never_served"],
    "by_category": ["eligible", "known", "assessed", "served", "never_served"],
    "by_need": ["found", "met", "unmet"],
    "projects_by_need": ["found", "unmet"],
    "flow": ["households", "first_time", "on_register", "register"],
    "services_by_assessment": ["households", "served"],
    "intensity": ["served", "assessed", "eligible"],
    "discovery": ["cases", "proactive"],
    "discovery_by_station": ["cases", "proactive"],
    "sources": ["cases"],
    "advisers": ["eligible"],
}


@pytest.fixture(scope="module")
def result(demo):
    return run_study("relief_coverage", demo, period="2024-08", minimum_cell=5)


@pytest.fixture(scope="module")
def naive(demo):
    """Facts about every household, by plain loops over rows."""
    facts = {
        row.household_id: SimpleNamespace(
            unit=row.subdistrict_code,
            category=row.relief_category,
            eligible=row.relief_from <= END and (pd.isna(row.relief_to) or row.relief_to >= END),
            days=defaultdict(list),
            needs={},
            served_for=defaultdict(list),
        )
        for row in demo.table("households").itertuples()
    }
    dimension = dict(demo.table("projects")[["project_id", "need_dimension"]].itertuples(index=False))
    household = dict(demo.table("relief_cases")[["case_id", "household_id"]].itertuples(index=False))
    for row in demo.table("relief_cases").itertuples():
        facts[row.household_id].days["known"].append(row.opened_on)
    for row in demo.table("need_assessments").itertuples():
        if row.assessed_on > END:
            continue
        fact = facts[row.household_id]
        fact.days["assessed"].append(row.assessed_on)
        for name in DIMENSIONS:
            if getattr(row, f"score_{name}") >= 0.5:
                fact.needs[name] = min(fact.needs.get(name, row.assessed_on), row.assessed_on)
    for row in demo.table("service_plans").itertuples():
        facts[household[row.case_id]].days["planned"].append(row.agreed_on)
    for row in demo.table("service_events").itertuples():
        facts[household[row.case_id]].days["served"].append(row.done_on)
        if row.done_on <= END:
            facts[household[row.case_id]].served_for[dimension[row.project_id]].append(row.done_on)
    for fact in facts.values():
        fact.days = {step: [day for day in days if day <= END] for step, days in fact.days.items()}
        fact.days["reassessed"] = reassessments(fact.days)
        fact.reached = set()
        for step in STEPS:
            if fact.eligible and (step == "eligible" or fact.days.get(step)):
                fact.reached.add(step)
            else:
                break
        fact.recent = {step: sum(day >= START for day in days) for step, days in fact.days.items()}
    return list(facts.values())


def reassessments(days: dict[str, list[pd.Timestamp]]) -> list[pd.Timestamp]:
    """Assessments after the first one and after the first service."""
    assessed, served = days.get("assessed", []), days.get("served", [])
    return [day for day in assessed if served and day > max(min(served), min(assessed))]


def wilson(part: int, whole: int, z: float = 1.959963984540054) -> tuple[float, float]:
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return middle - half, middle + half


def test_the_cascade_counts_households_that_reached_every_step_before(result, naive) -> None:
    counts = [sum(step in fact.reached for fact in naive) for step in STEPS]
    frame = result.tables["cascade"].frame
    assert list(frame["households"]) == counts
    assert counts == sorted(counts, reverse=True)
    assert list(frame["lost"])[1:] == [before - after for before, after in pairwise(counts)]
    assert frame.loc["assessed", "step_share"] == pytest.approx(counts[2] / counts[1], abs=1e-15)
    lower, upper = wilson(counts[2], counts[0])
    assert frame.loc["assessed", ["households_lower", "households_upper"]].tolist() == pytest.approx([lower, upper])


@pytest.mark.parametrize(("table", "group"), [("by_subdistrict", "unit"), ("by_category", "category")])
def test_coverage_by_group_agrees_with_loops(result, naive, table: str, group: str) -> None:
    shown = result.tables[table]
    for row in shown.frame.index:
        mine = [f for f in naive if f.eligible and (row == shown.total_row or getattr(f, group) == row)]
        never = sum(not f.days.get("served") for f in mine)
        assert shown.frame.loc[row, "eligible"] == len(mine)
        assert shown.frame.loc[row, "never_served"] == never
        assert shown.frame.loc[row, "never_served_share"] == pytest.approx(never / len(mine), abs=1e-15)
        counts = {step: sum(step in f.reached for f in mine) for step in ("known", "assessed", "served")}
        assert {
            "known": shown.frame.loc[row, "known"],
            "assessed": shown.frame.loc[row, "assessed"],
        }.items() <= counts.items()
        # Served in order is shown where the loss before it, households assessed and not served, is none or not few.
        few = 0 < counts["assessed"] - counts["served"] < 10
        assert shown.marks.get((row, "served")) == "c" if few else shown.frame.loc[row, "served"] == counts["served"]
        bounds = [shown.frame.loc[row, f"never_served_{end}"] for end in ("lower", "upper")]
        assert bounds == pytest.approx(list(wilson(never, len(mine))), abs=1e-12)


def test_the_published_figures_are_in_the_data(result) -> None:
    frame = result.tables["published"].frame
    assert frame["data"].to_dict() == {
        "stations": 3, "projects": 75, "resource_lists": 3, "resources": 67, "assessed": 420, "services": 4020,
        "first_month": 1, "last_month": 8, "elements": 4,
    }  # fmt: skip
    assert set(frame["status"]) == {"agrees"}
    assert "75" not in " ".join(column.header for column in result.tables["projects_by_need"].columns)


def test_the_flow_counts_records_and_distinct_households_of_the_window(result, naive) -> None:
    frame = result.tables["flow"].frame
    for step in frame.index:
        assert frame.loc[step, "records"] == sum(f.recent.get(step, 0) for f in naive)
        assert frame.loc[step, "households"] == sum(f.recent.get(step, 0) > 0 for f in naive)
        first = [min(f.days[step]) for f in naive if f.days.get(step)]
        assert frame.loc[step, "first_time"] == sum(day >= START for day in first)
    assert list(frame.index) == ["known", "assessed", "planned", "served"]
    # Repeat assessments must not be taken for households.
    assert frame.loc["assessed", "records"] > frame.loc["assessed", "households"] == 420


def test_services_are_split_by_when_their_household_was_assessed(result, naive) -> None:
    groups: dict[str, list[Any]] = {"window": [], "earlier": [], "never": []}
    for fact in naive:
        assessed = fact.days.get("assessed", [])
        name = "window" if any(day >= START for day in assessed) else "earlier" if assessed else "never"
        groups[name].append(fact)
    frame = result.tables["services_by_assessment"].frame
    for name, facts in groups.items():
        assert frame.loc[name, "services"] == sum(f.recent.get("served", 0) for f in facts)
        assert frame.loc[name, "served"] == sum(f.recent.get("served", 0) > 0 for f in facts)
    assert frame.loc["window", "households"] == 420
    assert frame["services"].drop("total").sum() == frame.loc["total", "services"] == 4020
    # The ratio of the published figures is above the services that an assessed household really got.
    assert frame.loc["window", "per_household"] < 4020 / 420
    assert frame.loc["window", "lower"] < frame.loc["window", "share"] < frame.loc["window", "upper"]


def test_intensity_divides_services_by_the_households_that_got_them(result, naive) -> None:
    frame = result.tables["intensity"].frame
    for row in frame.index:
        mine = [f for f in naive if row in ("district", f.unit)]
        services = sum(f.recent.get("served", 0) for f in mine)
        served = sum(f.recent.get("served", 0) > 0 for f in mine)
        assert frame.loc[row, "per_served"] == pytest.approx(services / served, abs=1e-12)
        eligible = [f for f in mine if f.eligible]
        expected = 100 * sum(f.recent.get("served", 0) for f in eligible) / len(eligible)
        assert frame.loc[row, "per_100_eligible"] == pytest.approx(expected, abs=1e-10)
        assert frame.loc[row, "per_served_lower"] < frame.loc[row, "per_served"] < frame.loc[row, "per_served_upper"]


def test_needs_found_and_met_agree_with_loops(result, naive) -> None:
    frame = result.tables["by_need"].frame
    assessed = [f for f in naive if "assessed" in f.reached]
    for name in DIMENSIONS:
        having = [f for f in assessed if name in f.needs]
        met = sum(any(day >= f.needs[name] for day in f.served_for[name]) for f in having)
        assert frame.loc[name, ["found", "met", "unmet"]].tolist() == [len(having), met, len(having) - met]
        assert frame.loc[name, "found_share"] == pytest.approx(len(having) / len(assessed), abs=1e-15)
    assert frame.loc["total", "met"] == frame["met"].drop("total").sum()


def test_discovery_and_its_comparison_by_station(demo, result) -> None:
    unit = demo.table("households").set_index("household_id")["subdistrict_code"]
    opened: dict[str, list[bool]] = defaultdict(list)
    for row in demo.table("relief_cases").itertuples():
        if START <= row.opened_on <= END:
            opened[unit[row.household_id]].append(row.discovery_source in PROACTIVE)
    frame = result.tables["discovery"].frame
    for code, found in opened.items():
        assert frame.loc[code, ["cases", "proactive"]].tolist() == [len(found), sum(found)]
    stations = set(demo.table("stations")["subdistrict_code"])
    groups = result.tables["discovery_by_station"].frame
    with_station = [flag for code in stations for flag in opened[code]]
    assert groups.loc["with_station", "proactive_share"] == pytest.approx(sum(with_station) / len(with_station))
    # Planted in the demonstration: stations discover earlier.
    assert groups.loc["with_station", "proactive_share"] > groups.loc["without_station", "proactive_share"]
    assert groups["units"].sum() == 14
    assert any("not an effect" in note for note in result.tables["discovery_by_station"].notes)


def test_adviser_coverage_counts_committees_not_advisers(demo, result) -> None:
    active = [
        row for row in demo.table("advisers").itertuples()
        if row.registered_on <= END and (pd.isna(row.left_on) or row.left_on >= END)
    ]  # fmt: skip
    covered = {row.committee_id for row in active if isinstance(row.committee_id, str)}
    frame = result.tables["advisers"].frame
    assert frame.loc["district", "committees"] == 267
    assert frame.loc["district", "covered"] == len(covered)
    assert frame.loc["district", "uncovered"] == 267 - len(covered) > 0
    assert frame.loc["district", "advisers"] == len(active)
    for code in frame.index.drop("district"):
        at_point = sum(row.subdistrict_code == code and pd.isna(row.committee_id) for row in active)
        assert frame.loc[code, "points_meeting"] == int(at_point >= 2)


def test_supply_is_listed_by_dimension_without_dividing_list_lengths(demo, result) -> None:
    frame = result.tables["projects_by_need"].frame
    projects = demo.table("projects")
    assert frame.loc["total", "projects"] == 75
    assert frame.loc["housing", "projects"] == sum(projects["need_dimension"] == "housing")
    stated = projects.loc[projects["need_dimension"] == "illness", "annual_capacity_units"].dropna()
    assert frame.loc["illness", "capacity"] == sum(int(units) for units in stated)
    assert frame.loc["total", "services"] == 4020
    assert result.tables["resources"].frame["entries"].tolist()[-1] == 67


def test_the_headline_is_three_to_five_sentences_with_every_number_bound(result) -> None:
    assert 3 <= len(result.headline) <= 5
    statements = [
        *result.headline, *result.notes, *(check.detail for check in result.checks),
        *(text for figure in result.figures.values() for text in (figure.title, figure.alternative)),
    ]  # fmt: skip
    ids = {
        f"cell-{table.name}-{row}-{column.name}".replace(" ", "_")
        for table in result.tables.values() for row in table.frame.index for column in table.columns
    }  # fmt: skip
    assert sum(len(statement.numbers) for statement in statements) > 40
    for statement in statements:
        assert not any(letter.isdigit() for letter in statement.template), statement.template
        assert all(number.cell_id in ids for number in statement.numbers)
    first = result.headline.sentences[0]
    never = result.tables["by_subdistrict"].frame.loc["district", "never_served_share"]
    assert {number.text for number in first.numbers} >= {"6,500", f"{never:.1%}"}


def test_tables_and_figures_asked_for_are_there(result) -> None:
    assert set(result.figures) >= {
        "map", "cascade", "shrinkage", "funnel", "waiting", "hazards", "further-services", "several-needs", "equity",
        "needs", "services", "discovery",
    }  # fmt: skip
    assert set(result.tables) >= {
        "cascade", "by_subdistrict", "by_category", "by_need", "flow", "services_by_assessment", "intensity",
        "discovery", "advisers", "projects_by_need", "published", "settings",
    }  # fmt: skip
    for figure in result.figures.values():
        assert figure.table in result.tables
        assert figure.svg.startswith("<svg")
    # Showing every table fails on a missing number without a mark.
    assert result.tables._repr_html_().count("<table") == len(result.tables)
    assert result.stamps == ("Synthetic demonstration data: no figure here describes a real place",)
    assert "households.csv" in result.inputs


def test_checks_pass_except_the_planted_order_breaks(demo, result, naive) -> None:
    failed = {check.name: check.detail.plain for check in result.checks if not check.passed}
    unplanned = sum(f.eligible and bool(f.days.get("served")) and not f.days.get("planned") for f in naive)
    assert set(failed) == {"steps come in order"}
    assert f"({unplanned})" in failed["steps come in order"]
    assert len(result.checks) >= 3


def test_a_second_run_gives_the_same_bytes(demo, result) -> None:
    again = run_study("relief_coverage", load_district(demo.path), period="2024-08", minimum_cell=5)
    assert again.tables._repr_html_() == result.tables._repr_html_()
    assert again.figures._repr_html_() == result.figures._repr_html_()
    assert [s.plain for s in again.headline] == [s.plain for s in result.headline]


def test_a_report_on_one_unit_speaks_of_it_and_keeps_the_others_for_comparison(demo, result) -> None:
    code = "310106020000"
    report = run_study("relief_coverage", demo, period="2024-08", unit=code, minimum_cell=5)
    row = result.tables["by_subdistrict"].frame.loc[code]
    assert report.tables["by_subdistrict"].frame.loc[code].equals(row)
    assert report.tables["cascade"].frame["households"].iloc[0] == row["eligible"]
    assert report.tables["by_category"].frame.loc["total", "eligible"] == row["eligible"]
    assert report.unit_name == "Pengpu Xincun"
    assert report.unit_name in report.headline.sentences[0].plain
    assert len(report.headline) >= 3
    with pytest.raises(UnknownUnit, match="310106020001"):
        run_study("relief_coverage", demo, period="2024-08", unit="310106020001")


@pytest.mark.parametrize(("unit", "minimum"), [(None, 100), ("310106015000", 5), ("310106015000", 40)])
def test_no_small_count_of_households_is_shown_and_the_study_survives(demo, unit, minimum) -> None:
    report = run_study("relief_coverage", demo, period="2024-08", unit=unit, minimum_cell=minimum)
    for name, columns in HOUSEHOLD_COUNTS.items():
        counts = report.tables[name].frame[columns]
        assert not ((counts > 0) & (counts < minimum)).any(axis=None), name
    marks = report.tables["by_subdistrict"].marks
    for (row, column), mark in marks.items():
        if mark == "c" and column in HOUSEHOLD_COUNTS["by_subdistrict"][1:]:
            assert marks[row, f"{column}_share"] == "c", "a share beside a shown whole would give the count away"
    for column in HOUSEHOLD_COUNTS["by_subdistrict"]:
        hidden = [row for row in report.tables["by_subdistrict"].frame.index if marks.get((row, column)) == "c"]
        assert len(hidden) != 1 or hidden == ["district"], "the total would give the only hidden cell away"
    assert report.headline.sentences[0].plain
    assert report.tables._repr_html_()
    assert report.figures._repr_html_()


def test_the_cascade_of_a_unit_does_not_show_what_the_table_by_subdistrict_hides(demo) -> None:
    # With this minimum some unit's count is hidden only to protect another one.
    everywhere = run_study("relief_coverage", demo, period="2024-08", minimum_cell=12).tables["by_subdistrict"]
    hidden = [(row, column) for (row, column), mark in everywhere.marks.items() if mark == "c" and column in STEPS]
    secondary = [cell for cell in hidden if everywhere.frame.loc[cell[0], "eligible"] > 12]
    assert secondary
    unit, column = secondary[-1]
    report = run_study("relief_coverage", demo, period="2024-08", minimum_cell=12, unit=unit)
    assert math.isnan(report.tables["cascade"].frame.loc[column, "households"])
    assert math.isnan(report.tables["by_category"].frame.loc["total", column])
    shown = report.tables["by_category"].frame[column].drop("total")
    assert shown.isna().any(), "the categories would add up to the hidden total"


def test_a_window_before_all_records_reports_nobody_reached(demo) -> None:
    report = run_study("relief_coverage", demo, period="2020")
    assert report.tables["cascade"].frame["households"].tolist()[1:] == [0] * 5
    assert "none of the" in report.headline.sentences[0].plain
    later = report.tables["exclusions"].frame["count"]
    assert later["services_after"] == len(demo.table("service_events"))
    assert any("services dated after the last day" in note.plain for note in report.notes)
    # Undated lists are compared as they stand; figures of another window are not compared at all.
    status = report.tables["published"].frame["status"]
    assert status["services"].startswith("not compared")
    assert status["stations"].startswith("not compared")
    assert report.tables._repr_html_()


def test_a_district_without_a_single_household_is_no_error(demo) -> None:
    names = ("households", "relief_cases", "need_assessments", "service_plans", "service_events")
    report = run_study(
        "relief_coverage", Altered(demo, **{name: demo.table(name).iloc[:0] for name in names}), period="2024-08"
    )
    assert "no household" in report.headline.sentences[0].plain
    assert math.isnan(report.tables["by_subdistrict"].frame.loc["district", "known_share"])
    assert report.tables["by_subdistrict"].marks["district", "known_share"] == "z"
    assert report.tables._repr_html_()


@pytest.mark.parametrize(
    ("missing", "gone"),
    [
        ("service_plans", []),
        ("projects", ["projects_by_need"]),
        ("resources", ["resources"]),
        (
            "stations",
            [
                "discovery_by_station",
                "station_effect",
                "station_effect_basis",
                "station_effect_groups",
                "station_effect_periods",
                "station_effect_permutations",
            ],
        ),
        ("advisers", ["advisers", "training", "workload", "rebalancing"]),
        ("committees", ["advisers"]),
        ("training_records", ["training"]),
    ],
)
def test_a_missing_optional_table_leaves_its_section_out_and_says_so(demo, result, missing: str, gone) -> None:
    report = run_study("relief_coverage", Altered(demo, missing=(missing,)), period="2024-08")
    assert set(result.tables) - set(report.tables) == set(gone)
    assert any(f"“{missing}”" in note.plain for note in report.notes)
    assert 3 <= len(report.headline) <= 5
    assert report.tables._repr_html_()
    if missing == "service_plans":
        assert list(report.tables["cascade"].frame.index) == [
            "eligible",
            "known",
            "assessed",
            "served",
            "reassessed",
        ]
    if missing == "projects":
        assert report.tables["by_need"].marks["housing", "met"] == "x", "unknown is not zero"


def test_parameters_act_and_misspelt_ones_are_named(demo, result) -> None:
    strict = run_study(
        "relief_coverage", demo, period="2024-08", need_threshold=0.9, proactive_sources=("committee",),
        advisers_per_point=3, confidence=0.8,
    )  # fmt: skip
    found = (strict.tables["by_need"].frame["found"], result.tables["by_need"].frame["found"])
    assert (found[0] < found[1]).all()
    shares = [r.tables["discovery"].frame.loc["district", "proactive_share"] for r in (strict, result)]
    assert shares[0] < shares[1]
    widths = [
        r.tables["by_subdistrict"].frame.eval("known_upper - known_lower").loc["district"] for r in (strict, result)
    ]
    assert widths[0] < widths[1]
    assert strict.tables["advisers"].frame.loc["district", "points_meeting"] == 0
    with pytest.raises(UnknownParameter, match="need_threshold"):
        run_study("relief_coverage", demo, period="2024-08", need_treshold=0.5)
    with pytest.raises(InvalidParameter, match="proactive_sources"):
        run_study("relief_coverage", demo, period="2024-08", proactive_sources=("comittee",))


def test_one_more_service_can_only_lower_the_never_served(demo, result) -> None:
    served = set(demo.table("service_events")["case_id"])
    case = next(case for case in demo.table("relief_cases")["case_id"] if case not in served)
    events = demo.table("service_events")
    extra = events.iloc[[-1]].assign(event_id="extra", case_id=case, done_on=END)
    more = run_study("relief_coverage", Altered(demo, service_events=pd.concat([events, extra])), period="2024-08")
    before, after = (r.tables["by_subdistrict"].frame["never_served"] for r in (result, more))
    assert before["district"] - after["district"] == 1
    assert (after <= before).all()


@pytest.mark.parametrize(
    ("language", "category", "need", "source", "assessed"),
    [
        ("zh", "低收入困难", "住房困难", "救助顾问走访", "期间内对420户家庭开展了需求评估。"),
        ("ja", "低所得", "住居", "救済顧問の訪問", "期間内に420世帯のニーズ評価を実施した。"),
    ],
)
def test_numbers_and_codes_are_the_same_in_every_language_and_words_are_not(
    demo, result, language, category, need, source, assessed
) -> None:
    report = run_study("relief_coverage", demo, language=language, period="2024-08", minimum_cell=5)
    spoken = {"published": ["label", "claim", "unit", "can_mean", "cannot_mean"], "settings": ["unit", "meaning"]}
    assert list(report.tables) == list(result.tables)
    for name, table in report.tables.items():
        codes = spoken.get(name, [])
        pd.testing.assert_frame_equal(table.frame.drop(columns=codes), result.tables[name].frame.drop(columns=codes))
        assert table.marks == result.tables[name].marks
    assert report.tables["by_category"].row_labels["low_income"] == category
    assert report.tables["by_need"].row_labels["housing"] == need
    assert report.tables["sources"].row_labels["adviser_visit"] == source
    assert report.tables["published"].frame.loc["assessed", "claim"] == assessed
    assert result.tables["published"].frame.loc["assessed", "claim"].isascii()
    bound = [[number.cell_id for number in each.numbers] for each in result.statements.values()]
    assert sorted(map(sorted, bound)) == sorted(
        sorted(number.cell_id for number in each.numbers) for each in report.statements.values()
    )


# Small cases by hand: dates that fall on an edge, and records out of order.


def test_first_and_last_days_count() -> None:
    records = relief_of(
        households=[
            household("last-day", last="2024-08-31"),
            household("day-before", last="2024-08-30"),
            household("begins", first="2024-08-31"),
            household("day-after", first="2024-09-01"),
            household("left-on-first", last="2024-01-01"),
            household("left-before", last="2023-12-31"),
        ],
        relief_cases=[case("last-day", "2024-08-31"), case("begins", "2024-09-01"), case("day-before", "2024-01-01")],
    )
    assert set(records.eligible.index) == {"last-day", "begins"}
    assert set(records.households.index[records.households["in_window"]]) == {
        "last-day", "day-before", "begins", "left-on-first",
    }  # fmt: skip
    assert set(records.in_window(records.cases)["household_id"]) == {"last-day", "day-before"}
    assert records.exclusions.loc["cases_after", "count"] == 1
    assert records.exclusions.loc["not_entitled", "count"] == 4


def test_records_without_the_step_before_are_breaks_and_not_in_the_cascade() -> None:
    records = relief_of(
        households=[household(name) for name in ("in-order", "no-assessment", "no-case", "late-case")],
        relief_cases=[
            case("in-order", "2024-01-02"),
            case("no-assessment", "2024-01-02"),
            case("late-case", "2024-06-01"),
        ],
        need_assessments=[
            assessment("in-order", "2024-01-03"),
            assessment("no-case", "2024-01-03"),
            assessment("late-case", "2024-01-03"),
        ],
        service_plans=[{"case_id": "K-in-order", "project_id": "P", "agreed_on": "2024-01-04"}],
        service_events=[service("in-order", "2024-01-05"), service("no-assessment", "2024-01-05")],
    )
    days = first_days(records)
    steps = steps_reached(days)
    assert steps.sum().to_dict() == {
        "eligible": 4,
        "known": 3,
        "assessed": 2,
        "planned": 1,
        "served": 1,
        "reassessed": 0,
    }
    breaks = order_breaks(days)
    assert breaks["without"].to_dict() == {"assessed": 1, "planned": 0, "served": 1}
    assert breaks["earlier"].to_dict() == {"assessed": 1, "planned": 0, "served": 0}


def test_a_need_is_met_only_by_its_own_dimension_and_not_before_it_was_found() -> None:
    names = ("same-day", "before", "other", "at-threshold", "below")
    records = relief_of(
        households=[household(name) for name in names],
        relief_cases=[case(name, "2024-01-02") for name in names],
        need_assessments=[
            assessment("same-day", "2024-03-01", housing=0.9),
            assessment("same-day", "2024-06-01", housing=0.9),
            assessment("before", "2024-03-01", housing=0.9),
            assessment("other", "2024-03-01", housing=0.9),
            assessment("at-threshold", "2024-03-01", housing=0.5),
            assessment("below", "2024-03-01", housing=0.49),
        ],
        service_events=[
            service("same-day", "2024-03-01", "H"),
            service("before", "2024-02-28", "H"),
            service("other", "2024-03-02", "I"),
        ],
    )
    projects = pd.DataFrame({"project_id": ["H", "I"], "need_dimension": ["housing", "illness"]})
    found = needs_found(records, pd.Index(names), 0.5)
    assert sorted(found["household_id"]) == ["at-threshold", "before", "other", "same-day"]
    met = needs_met(found, records, projects)
    assert set(found.loc[met, "household_id"]) == {"same-day"}


def test_a_small_loss_hides_both_sides_of_it() -> None:
    steps = pd.DataFrame({"eligible": [True] * 100, "known": [True] * 60 + [False] * 40})
    steps["assessed"] = [True] * 58 + [False] * 42
    frame, marks = cascade(steps, confidence=0.95, minimum_cell=5)
    assert frame["households"].isna().tolist() == [False, False, True], "sixty less two would show the two"
    assert math.isnan(frame.loc["assessed", "lost"])
    assert marks["assessed", "step_share"] == "c"
    assert frame.loc["known", "households"] == 60
