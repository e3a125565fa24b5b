"""No study shows a small count: not in a table, nor in a sentence, a chart or a file made from it."""

import numpy as np
import pandas as pd
import pytest

from jingan_analysis import run_study
from jingan_analysis.figures.html import figure_html
from jingan_analysis.tables import protection
from jingan_analysis.tables.claims import plain_text
from jingan_analysis.tables.csv import table_csv
from jingan_analysis.tables.html import table_html
from jingan_analysis.tables.protection import refuse_small_counts

pytestmark = pytest.mark.slow

STUDIES = (
    "canteen_reach",
    "doorstep_loop",
    "home_retrofits",
    "marriage_registration",
    "next_sites",
    "relief_coverage",
    "relief_resources",
    "service_access",
)
PEOPLE = {"persons", "households", "cases", "person-times"}
UNIT = "310106013000"
OPTIONAL = {
    "equity_groups",
    "grade_change",
    "grade_transitions",
    "grade_difference",
    "edge",
    "promised_absent",
    "projects_by_need",
    "rank",
}
"""Tables that a report has only where there is something to say."""

STRICT = 100
"""The strictest limit that a report can have, so that much is hidden in the demonstration district."""


@pytest.fixture(scope="module", params=STUDIES)
def study(request):
    return request.param


@pytest.fixture(scope="module")
def observed(study, demo):
    """The study where everything is shown, and what its policy was told: tables, and what they say of each other."""
    found = []

    def protect_all(tables, minimum_cell, across):
        found.append((tables, across))
        return protection.protect_all(tables, minimum_cell, across)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"jingan_analysis.studies.{study}_disclosure.protect_all", protect_all)
        result = run_study(study, demo, period="2024-08", unit=UNIT, minimum_cell=1)
    return result, found[0]


@pytest.fixture(scope="module")
def exact(observed):
    return observed[0]


@pytest.fixture(scope="module")
def told(observed):
    return observed[1]


@pytest.fixture(scope="module")
def strict(study, demo):
    return run_study(study, demo, period="2024-08", unit=UNIT, minimum_cell=STRICT)


def hidden_numbers(exact, strict) -> list[float]:
    """The numbers that the strict report hides, told by the other one."""
    hidden = [
        exact.tables[name].number(*cell)
        for name, table in strict.tables.items()
        for cell, mark in table.marks.items()
        if mark == "c" and table.column(cell[1]).kind != "text"
    ]
    return [value for value in hidden if not np.isnan(value)]


def everything_shown(result) -> str:
    texts = [statement.html for statement in result.statements.values()]
    tables = [part for table in result.tables.values() for part in (table_html(table), table_csv(table))]
    figures = [figure_html(figure) for figure in result.figures.values()]
    return "\n".join([*texts, *tables, *figures, result.headline._repr_html_(), result.checks._repr_html_()])


def test_nothing_that_is_hidden_stands_anywhere(exact, strict):
    by_chance = {
        value for table in strict.tables.values() for value in table.frame.select_dtypes("number").to_numpy().flat
    }
    told = {repr(value) for value in set(hidden_numbers(exact, strict)) - by_chance if len(repr(value)) > 12}
    assert len(told) > 3, "no number that would be known again is hidden: the test says nothing"
    everything, shown = everything_shown(exact), everything_shown(strict)
    assert all(number in everything for number in told), "raw numbers are in files and pages"
    assert [number for number in told if number in shown] == []


def test_small_counts_are_hidden_and_large_ones_of_the_same_column_stay(exact, strict):
    hidden = [
        (table.name, cell, exact.tables[table.name].number(*cell))
        for table in strict.tables.values()
        for cell, mark in table.marks.items()
        if mark == "c" and table.column(cell[1]).kind != "text"
    ]
    assert any(0 < value < STRICT for _, _, value in hidden)
    for table in exact.tables.values():
        for column in (column for column in table.columns if column.counts):
            for row in table.frame.index:
                value = table.number(str(row), column.name)
                if 0 < value < STRICT and row not in table.uncounted:
                    assert (table.name, (row, column.name), value) in hidden
    refuse_small_counts(strict.tables, STRICT)


def test_hidden_counts_do_not_follow_from_an_interval_or_share(strict):
    """Who knows share and whole knows the part."""
    for table in strict.tables.values():
        marked = {cell for cell, mark in table.marks.items() if mark == "c"}
        for column in table.columns:
            for row in map(str, table.frame.index):
                if any((row, source) in marked for source in column.made_from):
                    assert pd.isna(table.frame.at[row, column.name]), (table.name, row, column.name)


def test_every_column_that_counts_people_says_so(exact):
    undeclared = [
        (table.name, column.name)
        for table in exact.tables.values()
        for column in table.columns
        if column.kind == "count" and plain_text(column.unit) in PEOPLE and not column.counts
    ]
    assert undeclared == []


def test_every_column_named_by_another_one_exists(exact):
    for table in exact.tables.values():
        names = set(table.frame.columns)
        for column in table.columns:
            assert {*column.made_from, *filter(None, [column.part_of])} <= names, (table.name, column.name)
        for whole, parts in table.partitions:
            assert {whole, *parts} <= names


def test_a_sentence_about_a_hidden_number_says_that_it_is_hidden(strict):
    for where, statement in strict.statements.items():
        for number in statement.numbers:
            assert (number.value is None) == ("[c]" in number.text), where


def test_parts_still_add_up_where_all_of_them_are_shown(exact):
    for table in exact.tables.values():
        for whole, parts in table.partitions:
            total = table.frame[list(parts)].sum(axis=1, skipna=False)
            known = total.notna() & table.frame[whole].notna()
            assert np.allclose(total[known], table.frame[whole][known]), (table.name, whole)
        if table.total_row is None:
            continue
        counted = [column.name for column in table.columns if column.counts and column.name not in table.overlapping]
        parts = table.frame.drop(index=table.total_row)[counted].sum()
        known = table.frame[counted].notna().all()
        wholes = table.frame.loc[table.total_row, counted]
        assert np.allclose(parts[known].astype(float), wholes[known].astype(float)), table.name


def test_cells_that_the_policy_is_told_are_the_same_count_are(study, exact, told):
    """A link between cells that differ would hide for nothing, and miss what it was meant for."""
    tables, across = told
    compared = 0
    for places in across.same:
        values = [
            tables[name].number(row, column)
            for name, row, column in places
            if name in tables and row in tables[name].frame.index and column in tables[name].frame
            if tables[name].column(column).counts
        ]
        # Some are hidden whatever the smallest count, to protect single advisers.
        values = [value for value in values if not np.isnan(value)]
        compared += len(values) > 1
        assert np.ptp(values or [0]) < 1e-6, sorted(places)
    # Of one sub-district's requests two tables tell; the others are of the whole district.
    assert compared > {"relief_resources": 0, "marriage_registration": 4}.get(study, 5)


def test_no_count_is_hidden_in_one_table_and_shown_in_another(exact, strict):
    """Large counts are hidden to protect small ones; a number so large stands twice by chance only here."""
    by_chance = {
        ("by_subdistrict", "known"), ("by_need", "found"), ("projects_by_need", "found"), ("closure", "in_time"), ("reopened", "closed"),
        ("workload", "cases"), ("rebalancing", "cases"), ("by_subdistrict", "eligible"), ("comparison", "eligible"),
        ("intensity", "eligible"), ("advisers", "eligible"), ("incidence", "followed"),
        ("by_subdistrict", "accepted"), ("completions", "accepted"), ("need", "accepted"), ("need", "outside"), ("need", "need"), ("withdrawals", "whole"),
        ("on_time", "whole"), ("on_time", "part"), ("falls_home", "falls"), ("falls_split", "falls"), ("before_after", "falls"),
            ("matters", "cases"), ("open_next", "cases"), ("home_visits_by_group", "listed"),
        ("shift_channels", "first_cases"), ("windows_sent_back", "part"), ("channels_by_subdistrict", "home_visit_cases"),
        ("channels_by_subdistrict", "online_cases"), ("home_visits", "served"),
    }  # fmt: skip
    hidden = {
        exact.tables[table.name].number(*cell)
        for table in strict.tables.values()
        for cell, mark in table.marks.items()
        if mark == "c" and table.column(cell[1]).counts
    }
    shown = [
        (table.name, column.name, table.number(str(row), column.name))
        for table in strict.tables.values()
        for column in table.columns
        if column.counts
        for row in table.frame.index
    ]
    twice = {(name, column) for name, column, value in shown if value >= STRICT and value in hidden}
    assert twice - by_chance == set()


def test_no_link_names_a_table_or_column_that_no_longer_exists(exact, told):
    tables, across = told
    named = {(name, column) for places in across.same for name, _, column in places} | set(across.shares)
    assert {(name, column) for name, column in named if name in tables and column not in tables[name].frame} == set()
    assert {name for name, _ in named} - set(tables) <= OPTIONAL
