from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jingan_analysis.intake.published import PublishedClaim
from jingan_analysis.language import speaking
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.published_figures import (
    AGREES,
    DIFFERS,
    NOT_HELD,
    OTHER_WINDOW,
    SUPPRESSED,
    Comparable,
    Held,
    agreement,
    covers,
    published_checks,
    published_table,
)
from jingan_analysis.vocabulary import LANGUAGES

TEXT = """
source_url = "https://example.org"
title = "t"
published_on = "2025-01-01"
dating = "d"
paragraphs_counted = "p"
"""
CLAIM = """
[[claim]]
id = "{id}"
statement = "said so"
values = [{value}]
units = ["things"]
as_of = "{as_of}"
paragraph = 1
numerator = "n"
denominator = "d"
can_mean = "c"
cannot_mean = "x"
"""


def claim(**changes: Any) -> PublishedClaim:
    values = {
        "id": "A1", "statement": "s", "values": (100,), "units": ("cases",), "as_of": "", "paragraph": 1,
        "numerator": "n", "denominator": "d", "can_mean": "c", "cannot_mean": "x",
    }  # fmt: skip
    return PublishedClaim(**{**values, **changes})


@pytest.fixture
def district(tmp_path):
    path = tmp_path / "published.toml"
    rows = [("A1", 3, ""), ("A2", 9, "2024-01/2024-08"), ("A3", 5, ""), ("A4", 7, "2024-08-31")]
    path.write_text(TEXT + "".join(CLAIM.format(id=name, value=value, as_of=when) for name, value, when in rows))
    return SimpleNamespace(published_paths=(path,), names={"en": "Place"}, has=lambda _: True)


@pytest.mark.parametrize(
    ("changes", "data", "status"),
    [
        ({}, 100, AGREES),
        ({}, 101, DIFFERS),
        ({"precision": "rounded", "rounded_to": 10}, 105, AGREES),
        ({"precision": "rounded", "rounded_to": 10}, 106, DIFFERS),
        ({"precision": "at_least"}, 150, AGREES),
        ({"precision": "at_least"}, 99, DIFFERS),
    ],
)
def test_a_number_is_compared_as_it_was_meant(changes, data, status):
    assert agreement(claim(**changes), 100, data) == status


@pytest.mark.parametrize(
    ("as_of", "period", "covered"),
    [
        ("", "2019", True),  # a level without a date
        ("2024-01/2024-08", "2024-08", True),
        ("2024-01/2024-08", "2024-07", False),
        ("2024-02/2024-08", "2024-08", False),
        ("2024-08-31", "2024-08", True),
        ("2024-08-30", "2024-08", False),
        ("2024-08", "2024-08", True),
        ("2024", "2024", True),
        ("2024", "2024-08", False),  # eight months are not a year
    ],
)
def test_a_dated_figure_needs_its_window(as_of, period, covered):
    assert covers(as_of, Period.parse(period)) is covered


def test_what_cannot_be_compared_says_why_and_shows_no_number(district):
    rows = (
        Comparable("held", "Held", "A1"),
        Comparable("other", "Other window", "A2"),
        Comparable("dated", "Dated by another", "A3", window_of="A2"),
        Comparable("absent", "Absent", "A4"),
        Comparable("few", "Few", "A1"),
        Comparable("units", "Units", "A1", every_unit=True),
        Comparable("unknown", "No such claim", "Z9"),
    )
    counts = {"held": 3, "other": 9, "dated": 5, "few": 2, "units": 13}
    held = Held(counts, Period.parse("2024-07"), 14, frozenset({"few"}))
    table = published_table(district, rows, held)
    status = table.frame["status"].to_dict()
    assert status == {
        "held": AGREES, "other": OTHER_WINDOW, "dated": OTHER_WINDOW, "absent": OTHER_WINDOW, "few": SUPPRESSED,
        "units": DIFFERS,
    }  # fmt: skip
    assert table.marks[("few", "data")] == table.marks[("few", "difference")] == "c"
    assert table.marks[("other", "data")] == "x"
    assert table.frame["data"].notna().to_list() == [True, False, False, False, False, True]
    assert table.number("units", "published") == 14
    assert table.number("units", "difference") == -1
    later = published_table(district, rows, Held({}, Period.parse("2024-08"), 14))
    assert later.frame.loc["absent", "status"] == NOT_HELD


def test_claims_are_said_in_the_spoken_language_or_else_in_english(tmp_path):
    path = tmp_path / "published.toml"
    chinese = '[claim.zh]\nstatement = "说过"\nunits = ["件"]\ncan_mean = "能"\ncannot_mean = "不能"\n'
    path.write_text(TEXT + CLAIM.format(id="A1", value=3, as_of="") + chinese, encoding="utf-8")
    district = SimpleNamespace(published_paths=(path,), names={"en": "Place"}, has=lambda _: True)
    rows = (Comparable("held", "Held", "A1"),)
    found = {}
    for language in LANGUAGES:
        with speaking(language):
            found[language] = published_table(district, rows, Held({"held": 3}, Period.parse("2024"), 14)).frame
    columns = ["claim", "unit", "can_mean", "cannot_mean"]
    assert found["zh"].loc["held", columns].to_list() == ["说过", "件", "能", "不能"]
    assert found["ja"].loc["held", columns].to_list() == found["en"].loc["held", columns].to_list()
    assert found["en"].loc["held", columns].to_list() == ["said so", "things", "c", "x"]
    assert {frame.loc["held", "status"] for frame in found.values()} == {AGREES}


def test_checks_are_made_only_of_what_was_compared(district):
    rows = (Comparable("held", "Held", "A1"), Comparable("wrong", "Wrong", "A3"), Comparable("other", "Other", "A2"))
    table = published_table(district, rows, Held({"held": 3, "wrong": 6, "other": 9}, Period.parse("2024"), 14))
    found = {check.name: check.passed for check in published_checks({"published": table})}
    assert found == {"published figure: held": True, "published figure: wrong": False}


def test_a_district_without_published_figures_has_no_such_table(district):
    held = Held({"held": 3}, Period.parse("2024"), 14)
    assert published_table(SimpleNamespace(published_paths=()), (Comparable("held", "Held", "A1"),), held) is None
    assert published_table(district, (Comparable("held", "Held", "Z9"),), held) is None
    assert published_checks({}) == []
