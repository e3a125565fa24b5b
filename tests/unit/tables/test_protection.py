"""Tables under the disclosure policy: known answers within a table and across the tables of a report."""

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.errors import DisclosureRefused
from jingan_analysis.tables.across import Across
from jingan_analysis.tables.columns import interval, persons, uncounted
from jingan_analysis.tables.protection import protect, protect_all, refuse_small_counts
from jingan_analysis.tables.table import Table, TableColumn

AREA = pd.DataFrame(
    {"persons": [500.0, 600, 700, 1800], "near": [4.0, 30, 200, 234], "far": [496.0, 570, 500, 1566]},
    index=["a", "b", "c", "total"],
).pipe(lambda frame: frame.assign(share=frame["near"] / frame["persons"], lower=0.0, upper=1.0))


def area(frame=AREA, **more):
    columns = (
        persons("persons", "People"),
        persons("near", "Near", part_of="persons"),
        persons("far", "Far", part_of="persons"),
        *interval("", "Near", made_from=("near", "persons")),
    )
    return Table("area", "Area", frame.copy(), columns, "Unit", total_row="total",
                 partitions=(("persons", ("near", "far")),), **more)  # fmt: skip


def hidden(table):
    return {cell for cell, mark in table.marks.items() if mark == "c"}


def test_a_small_part_hides_the_other_part_and_a_neighbour_and_every_rate_of_them():
    cells = hidden(protect(area(), 10))
    counts = {("a", "near"), ("a", "far"), ("b", "near"), ("b", "far")}
    assert cells == counts | {(row, column) for row in "ab" for column in ("share", "lower", "upper")}


def test_hidden_cells_are_missing_and_the_given_table_is_untouched():
    given = area()
    shown = protect(given, 10)
    assert all(np.isnan(shown.number(*cell)) for cell in hidden(shown))
    assert given.number("a", "near") == 4
    assert given.marks == {}


def test_all_but_a_few_tell_of_the_few():
    frame = AREA.drop(index="total").assign(near=[495.0, 30, 200], far=[5.0, 570, 500])
    assert {("a", "near"), ("a", "far")} <= hidden(protect(area(frame.assign(share=0.5)), 10))


def test_a_share_that_stands_for_a_few_is_hidden_although_nobody_printed_how_many():
    frame = pd.DataFrame({"persons": [100.0, 100, 100], "share": [0.03, 0.5, 0.98]}, index=["few", "half", "most"])
    table = Table("t", "T", frame, (persons("persons", "People"), *interval("", "", part_of="persons")[:1]), "Unit")
    assert hidden(protect(table, 10)) == {("few", "share"), ("most", "share")}


def test_rows_that_count_no_people_stay():
    frame = pd.DataFrame({"count": [3.0, 4, 5], "unit": ["persons", "canteens", "households"]}, index=["p", "s", "h"])
    column = TableColumn("count", "Count", "count", counts="persons")
    table = Table("t", "T", frame, (column,), "Case", uncounted=uncounted(frame["unit"]))
    assert hidden(protect(table, 10)) == {("p", "count"), ("h", "count")}


def other(near=30.0):
    frame = pd.DataFrame({"people": [600.0], "near": [near], "share": [near / 600]}, index=["b"])
    columns = (
        persons("people", "People"),
        persons("near", "Near"),
        *interval("", "", made_from=("near", "people"))[:1],
    )
    return Table("other", "Other", frame, columns, "Unit")


def test_no_table_shows_what_another_one_hides():
    tables = {"area": area(), "other": other()}
    alone = protect_all(tables, 10)
    assert hidden(alone["other"]) == set()
    same = Across(same=(frozenset({("area", "b", "near"), ("other", "b", "near"), ("absent", "b", "near")}),))
    assert hidden(protect_all(tables, 10, same)["other"]) == {("b", "near"), ("b", "share")}


def test_what_one_table_hides_can_hide_more_in_a_table_before_it():
    """The other table's small count stands, large, among cells that add up in the first one."""
    large = AREA.assign(near=[40.0, 30, 200, 270], far=[460.0, 570, 500, 1530])
    tables = {"area": area(large), "other": other(near=3.0)}
    same = Across(same=(frozenset({("area", "b", "near"), ("other", "b", "near")}),))
    cells = hidden(protect_all(tables, 10, same)["area"])
    assert {("b", "near"), ("b", "far"), ("a", "near"), ("a", "far")} <= cells


@pytest.mark.parametrize("row", ["", "b"])
def test_shares_of_people_that_another_table_counts(row):
    frame = pd.DataFrame({"share": [0.005, 0.2]}, index=["a", "b"])
    shares = Table("shares", "S", frame, (TableColumn("share", "Share", "percent"),), "Unit")
    large = AREA.assign(near=200.0, far=AREA["persons"] - 200.0)
    across = Across(shares={("shares", "share"): ("area", row, "persons")})
    assert hidden(protect_all({"area": area(large), "shares": shares}, 10, across)["shares"]) == {("a", "share")}


def test_shares_go_with_their_whole():
    frame = pd.DataFrame({"share": [0.5, 0.5]}, index=["a", "b"])
    shares = Table("shares", "S", frame, (TableColumn("share", "Share", "percent"),), "Unit")
    few = AREA.drop(index="total").assign(persons=[6.0, 600, 700], near=0.0, far=0.0)
    across = Across(shares={("shares", "share"): ("area", "", "persons")})
    assert ("a", "share") in hidden(protect_all({"area": area(few), "shares": shares}, 10, across)["shares"])


def test_the_last_look_refuses_what_was_not_protected_and_says_where_but_not_how_many():
    with pytest.raises(DisclosureRefused, match=r"table 'area', column 'near'") as caught:
        refuse_small_counts({"area": area()}, 10)
    assert "496" not in str(caught.value)
    refuse_small_counts(protect_all({"area": area()}, 10), 10)
