"""Every sentence that the data can choose in service access: each finds its numbers in the tables, and says what they say."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.studies import load_study
from jingan_analysis.studies import service_access_headline as headline
from jingan_analysis.studies.robustness_page import _title as robustness_title
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_notes import checks
from jingan_analysis.studies.service_access_tables import collect, supply_words
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.shortfall_page import _openings_title
from jingan_analysis.tables import shortfall as layout
from jingan_analysis.tables.table import Table


@pytest.fixture(scope="module")
def found(demo):
    params = load_study("service_access").parameters(demo, {"period": "2024-08"})
    inputs = read_inputs(demo, params)
    return SimpleNamespace(inputs=inputs, params=params, tables=collect(demo, inputs, params))


def with_cells(tables: dict[str, Table], name: str, **columns: object) -> dict[str, Table]:
    """The tables, one of them with other values in some columns: one for all rows, or by row."""
    frame = tables[name].frame.copy()
    for column, values in columns.items():
        for row, value in (values if isinstance(values, dict) else dict.fromkeys(frame.index, values)).items():
            frame[column] = frame[column].astype(object if isinstance(value, str) else float)
            frame.loc[row, column] = value
    return {**tables, name: replace(tables[name], frame=frame)}


def without(tables: dict[str, Table], *names: str) -> dict[str, Table]:
    return {name: table for name, table in tables.items() if name not in names}


def test_nobody_and_equal_shares(found):
    nobody = with_cells(found.tables, "by_subdistrict", persons={"district": 0})
    sentence = headline.near_spots(nobody, found.inputs, found.params, "Somewhere")
    assert sentence.plain == (
        "No located resident lives in Somewhere, so nothing can be said about walks of 5 minutes."
    )
    assert headline.how_sure(nobody, found.inputs, found.params) is None
    alike = with_cells(found.tables, "by_subdistrict", within_5_share=0.5)
    assert headline.near_spots(alike, found.inputs, found.params, "Somewhere").plain.startswith(
        "In Somewhere, 50.0% of residents live within 5 minutes' walk of a nearby spot and "
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"listed_nearby": 0, "widely": 7}, "The list opens no matter to nearby spots; 7 of 195 matters"),
        ({"listed_nearby": 3, "spot_nearly_all": 3}, "The promise holds: all 3 matters"),
        (
            {"listed_nearby": 3, "spot_nearly_all": 1, "hardly": 2},
            "for 2 fewer than 10% have such a spot within 5 minutes",
        ),
        ({"listed_nearby": 3, "spot_nearly_all": 1, "hardly": 0}, "walk by at least 90% of residents."),
    ],
)
def test_what_can_be_done(found, cells, words):
    tables = with_cells(found.tables, "matters_by_group", **{name: {"all": value} for name, value in cells.items()})
    assert words in headline.matters_done(tables).plain


def test_how_sure(found):
    modelled = replace(found.inputs, people=replace(found.inputs.people, modelled=True))
    assert "is modelled here, so no interval is given" in headline.how_sure(found.tables, modelled, found.params).plain
    for lost, told in ((0, False), (1, True)):
        tables = with_cells(found.tables, "exclusions", count={"residents_not_located": lost})
        sentence = headline.how_sure(tables, found.inputs, found.params).plain
        assert sentence.startswith("How sure: with 95% confidence ")
        assert sentence.endswith("1 residents whose homes could not be joined to a street are left out.") is told


def test_who_is_missed(found):
    shares = dict.fromkeys(found.tables["home_visits_by_group"].frame.index, 0.1) | {"severe_illness": 0.05}
    tables = with_cells(found.tables, "home_visits_by_group", share=shares)
    assert headline.who_is_missed(tables).plain.endswith("and only 5% of the group “severely ill”.")
    alone = headline.who_is_missed(without(tables, "home_visits_by_group"))
    assert alone.plain.startswith("Who is missed: people who can come only after work; ")
    assert headline.who_is_missed(with_cells(tables, "hours_moments", share=math.nan)) is None


def test_what_next(found):
    codes = found.inputs.units.codes
    used = with_cells(found.tables, "points_load", unused=0)
    tied = with_cells(found.tables, "points_load", unused={**dict.fromkeys(codes, 1), "district": len(codes)})
    worst = with_cells(found.tables, "points_load", unused={**dict.fromkeys(codes, 0), codes[2]: 5, "district": 5})

    def said(tables):
        return headline.what_next(tables, found.inputs, found.params).plain

    assert said(used).startswith("What to do next: all 249 spots are used")
    for tables, named in ((tied, False), (worst, True)):
        for many, word in ((3, "the 30 pairs of spot and matter"), (0, "ask why before opening")):
            sentence = said(with_cells(tables, "matters_by_group", hardly={"all": many}))
            assert word in sentence
            assert (f"5 of them in {found.inputs.units.names[codes[2]]}" in sentence) is named
        nothing_to_open = without(with_cells(tables, "matters_by_group", hardly={"all": 3}), "opening_steps")
        assert "the 3 promised matters" in said(nothing_to_open)
    alike = with_cells(without(found.tables, "points_load"), "by_subdistrict", within_5_share=0.5)
    assert headline.what_next(alike, found.inputs, found.params) is None
    low = with_cells(alike, "by_subdistrict", within_5_share={codes[1]: 0.25})
    assert f"look first at {found.inputs.units.names[codes[1]]}, where 25.0%" in said(low)


@pytest.mark.parametrize(
    ("shares", "passed", "words"),
    [
        ((0.2, 0.5, 0.9), True, "it falls nowhere"),
        ((0.2, 0.5, 0.1), False, "it falls somewhere"),
        ((math.nan, math.nan, math.nan), True, "nothing to compare"),
    ],
)
def test_longer_walks(found, shares, passed, words):
    columns = (f"within_{minutes}_share" for minutes in (5, 10, 15))
    tables = with_cells(found.tables, "by_subdistrict", **dict(zip(columns, shares, strict=True)))
    check = next(
        check for check in checks(tables, tables, found.inputs, found.params) if check.name.startswith("Longer")
    )
    assert check.passed is passed
    assert words in check.detail.plain


def test_ranks_under_every_choice(found):
    codes, question = found.inputs.units.codes, found.inputs.robustness

    def said(**columns):
        return robustness_title(question, with_cells(found.tables, "robustness", **columns)).plain

    names = [question.units.names[code] for code in codes]
    verdict = {**dict.fromkeys(codes, "depends"), codes[0]: "always", codes[3]: "always"}
    assert said(verdict=verdict).endswith(f" choices: {names[0]}, {names[3]}")
    assert said(verdict="always").endswith(f": {', '.join(names[:4])} and others")
    shares = {**dict.fromkeys(codes, 0.0), codes[1]: 0.25}
    assert said(verdict="depends", underserved_share=shares).endswith(f"{names[1]} does under 25% of them")
    assert said(verdict="never", underserved_share=0.0).startswith(
        "No sub-district falls below 50% of the mean under any"
    )


@pytest.mark.parametrize(("links", "end"), [(1, "within reach of a nearby spot"), (2, "; the second best, 30")])
def test_best_crossings(found, links, end):
    frame = pd.DataFrame(
        {"kind": "gate", "subdistrict_code": "", "gained_persons": [40.0, 30.0], "gained_homes": 1.0}
        | dict.fromkeys(("length_m", "present_walk_m", "x_m", "y_m"), np.nan),
        index=["1", "2"],
    ).head(links)
    words = supply_words(found.inputs, found.params, found.tables["settings"])
    tried = {"settings": settings_table({layout.TRIED: (1234.0, "links", "")})}
    tables = {"openings": layout.openings(frame, words, found.inputs.units.labels, tried)}
    said = tables["openings"].notes[0]
    assert said.plain.startswith("Each of 1,234 short links")
    assert [number.cell_id for number in said.numbers] == ["cell-settings-crossings_tried-value"]
    title = _openings_title(tables, words).plain
    assert title.startswith("A crossing at the best place would bring 40 people")
    assert title.endswith(end)
