"""Counts that follow from several tables together: known answers, and a reader who solves all equations at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.tables.across import Across, linked
from jingan_analysis.tables.columns import persons
from jingan_analysis.tables.protection import protect_all
from jingan_analysis.tables.table import Table


def table(name: str, counts: dict[str, float], *, total_row: str | None = None) -> Table:
    frame = pd.DataFrame({"count": pd.Series(counts, dtype="float64")})
    return Table(name, name, frame, (persons("count", "Count"),), "Row", total_row=total_row)


def hidden(tables: dict[str, Table]) -> set[tuple[str, str]]:
    return {(name, row) for name, each in tables.items() for (row, _), mark in each.marks.items() if mark == "c"}


YEAR = {"jan": 30.0, "feb": 4, "mar": 50, "apr": 20}
SUM = ((("year", "all", "count"),), tuple(("months", month, "count") for month in YEAR))


def test_a_month_that_follows_from_the_year_takes_the_smallest_other_one_along():
    tables = {"months": table("months", YEAR), "year": table("year", {"all": 104.0})}
    assert hidden(protect_all(tables, 10)) == {("months", "feb")}
    assert hidden(protect_all(tables, 10, Across(sums=(SUM,)))) == {("months", "feb"), ("months", "apr")}


def test_two_hidden_months_need_no_other_one():
    tables = {"months": table("months", YEAR | {"apr": 2.0}), "year": table("year", {"all": 86.0})}
    assert hidden(protect_all(tables, 10, Across(sums=(SUM,)))) == {("months", "feb"), ("months", "apr")}


def test_sums_within_a_table_and_links_count_with_those_across():
    """The year is hidden as the only small part of a total, and shown again as a link of another table."""
    tables = {
        "months": table("months", YEAR),
        "years": table("years", {"before": 300.0, "all": 104, "total": 404}, total_row="total"),
        "again": table("again", {"x": 104.0}),
    }
    sums = ((("again", "x", "count"),), SUM[1])
    across = Across((linked(("years", "all", "count"), ("again", "x", "count")),), sums=(sums,))
    found = protect_all(tables, 10, across)
    assert ("months", "feb") in hidden(found)
    assert not follows(found, across)


def test_a_sum_with_an_absent_table_says_nothing():
    assert hidden(protect_all({"months": table("months", YEAR)}, 10, Across(sums=(SUM,)))) == {("months", "feb")}


def follows(tables: dict[str, Table], across: Across) -> set[tuple[str, str]]:
    """Hidden cells that a reader can solve for, by least squares with every shown cell known: written out anew."""
    places = [(name, str(row)) for name, each in tables.items() for row in each.frame.index]
    at = {place: number for number, place in enumerate(places)}
    rows = []
    for name, each in tables.items():
        if each.total_row is not None:
            row = np.zeros(len(places))
            for part in each.frame.index:
                row[at[name, part]] = -1.0 if part == each.total_row else 1.0
            rows.append(row)
    for left, right in across.sums:
        row = np.zeros(len(places))
        row[[at[name, cell] for name, cell, _ in left]] = -1.0
        row[[at[name, cell] for name, cell, _ in right]] = 1.0
        rows.append(row)
    for same in across.same:
        for (first, a, _), (second, b, _) in pairwise(sorted(same)):
            row = np.zeros(len(places))
            row[at[first, a]], row[at[second, b]] = 1.0, -1.0
            rows.append(row)
    concealed = hidden(tables)
    rows += [np.eye(len(places))[at[place]] for place in places if place not in concealed]
    known = np.array(rows)
    projector = np.linalg.pinv(known) @ known
    return {place for place in concealed if abs(projector[at[place], at[place]] - 1) < 1e-9}


@given(
    st.lists(st.integers(0, 40), min_size=3, max_size=6),
    st.lists(st.integers(0, 40), min_size=2, max_size=5),
    st.integers(2, 15),
)
def test_nothing_hidden_follows_from_parts_wholes_and_totals_together(first, second, smallest):
    """Two tables with a total each; the first one's total is a row of the second."""
    parts = {f"p{n}": float(value) for n, value in enumerate(first)}
    rows = {f"q{n}": float(value) for n, value in enumerate(second)}
    tables = {
        "parts": table("parts", parts),
        "rows": table("rows", {**rows, "whole": sum(first), "total": sum(first) + sum(second)}, total_row="total"),
    }
    across = Across(sums=(((("rows", "whole", "count"),), tuple(("parts", part, "count") for part in parts)),))
    found = protect_all(tables, smallest, across)
    small = {
        (name, row)
        for name, each in tables.items()
        for row, value in each.frame["count"].items()
        if 0 < value < smallest
    }
    assert small <= hidden(found)
    exposed = follows(found, across)
    # Where nothing is left to hide, as in a sum of zeros and one count, even that cannot help.
    left = [value for name, each in found.items() for value in each.frame["count"].dropna() if value > 0]
    assert not exposed or not left
