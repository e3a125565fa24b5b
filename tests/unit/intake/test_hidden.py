"""What nobody sees is taken out and counted, or refused; what is seen stays."""

from __future__ import annotations

import json
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.contracts.column import Column, Words
from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.cells import typed_cells
from jingan_analysis.intake.check import check_district
from jingan_analysis.intake.hidden import BREAKS, INVISIBLE, visible
from jingan_analysis.intake.published import published_claims

HIDDEN = {
    "\u200b",
    "\u200d",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u061c",
    "\U000e0041",
}


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(sorted(HIDDEN | {"\n", "\t", "\x00", "\x1b"}))))
@settings(max_examples=300, deadline=None)
def test_nothing_unseen_is_left_and_nothing_seen_is_lost(text):
    try:
        shown, repairs = visible(text)
    except ValueError:
        assert any(unicodedata.category(each) == "Cc" for each in text)
        return
    assert not {unicodedata.category(each) for each in shown} & {"Cf", "Cc", "Cs", "Zl", "Zp"}
    kept = [each for each in text if unicodedata.category(each) not in {"Cf", "Cc", "Zl", "Zp"}]
    assert [each for each in shown if each != " "] == [each for each in kept if each != " "]
    assert bool(repairs) == (shown != text)


def column(kind):
    return Column("name_en", kind, Words("Name", "名", "名"), "A name.", required=False, nullable=True)


@pytest.mark.parametrize("kind", ["text", "code"])
def test_texts_and_codes_lose_what_nobody_sees_and_it_is_counted(kind):
    cells = pd.Series(["ab", "a\u202eb", "a\u200bb", "\ufeffab", "ab\u2069", None], dtype="str")
    typed = typed_cells(cells, column(kind))
    assert typed.cells.tolist()[:5] == ["ab"] * 5
    assert typed.repairs[INVISIBLE] == 4
    assert typed.refusals == ()


def test_line_breaks_in_a_name_become_blanks_and_are_counted():
    typed = typed_cells(pd.Series(["two\nlines", "a\tb", "a\u2028b", "plain"], dtype="str"), column("text"))
    assert typed.cells.tolist() == ["two lines", "a b", "a b", "plain"]
    assert typed.repairs[BREAKS] == 3


@pytest.mark.parametrize("control", ["\x00", "\x08", "\x1b", "\x7f", "\x9b"])
def test_control_characters_are_refused_by_name(control):
    typed = typed_cells(pd.Series(["a", f"b{control}c", f"b{control}c"], dtype="str"), column("text"))
    (refusal,) = typed.refusals
    assert refusal.records.tolist() == [1, 2]
    assert refusal.rule == f"the text holds the control character U+{ord(control):04X}"
    assert typed.cells.isna().tolist() == [False, True, True]


def test_a_check_counts_repairs_and_lists_faults_once(valid_district):
    file = valid_district / "canteens.csv"
    file.write_text(
        file.read_text().replace("Canteen 0", "Can\u202eteen 0").replace("Canteen 1", "Can\x1bteen 1"), encoding="utf-8"
    )
    report = check_district(valid_district)
    told = [(each.row, each.column, each.rule) for each in report.faults]
    assert told.count((3, "name_en", "the text holds the control character U+001B")) == 1
    assert "canteens.name_en: 1 × invisible characters removed" in str(report)
    assert "\x1b" not in str(report) and "\u202e" not in str(report)


def test_a_header_is_known_in_spite_of_what_nobody_sees(valid_district):
    file = valid_district / "canteens.csv"
    file.write_text(file.read_text().replace("name_en", "name\u200b_en\u202c"), encoding="utf-8")
    assert load_district(valid_district).table("canteens")["name_en"].tolist() == ["Canteen 0", "Canteen 1"]


@pytest.mark.parametrize("hidden", [r"\u202e", r"\u200b", r"\u0000", r"\t"])
@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('en = "Small"', "names.en"),
        ('file = "canteens.csv"', "tables.canteens.file"),
        ('as_of = "x"', "tables.canteens.as_of"),
    ],
)
def test_settings_with_what_nobody_sees_are_faults(valid_district, hidden, line, place):
    config = valid_district / "district.toml"
    text = config.read_text(encoding="utf-8").replace("[tables.canteens]\n", '[tables.canteens]\nas_of = "x"\n')
    assert line in text
    config.write_text(text.replace(line, line[:-2] + hidden + line[-2:], 1), encoding="utf-8")
    (fault,) = [each for each in check_district(valid_district).faults if each.table == "district.toml"]
    assert fault.column == place
    assert "U+" in fault.rule


def test_published_texts_with_what_nobody_sees_are_refused(tmp_path):
    path = tmp_path / "p.toml"
    head = 'source_url = "u"\ntitle = "t"\npublished_on = "d"\ndating = "d"\nparagraphs_counted = "p"\n'
    claim = '[[claim]]\nid = "F1"\nstatement = "{}"\nvalues = []\nunits = []\nprecision = "none"\nas_of = ""\nparagraph = 1\n'
    claim += 'numerator = "n"\ndenominator = "d"\ncan_mean = "c"\ncannot_mean = "c"\n'
    path.write_text(head + claim.format("plain"), encoding="utf-8")
    assert len(published_claims(path)) == 1
    path.write_text(head + claim.format("pl\\u202eain"), encoding="utf-8")
    with pytest.raises(InvalidParameter, match=r"claim\.0\.statement: .*U\+202E"):
        published_claims(path)


def test_half_a_character_in_geojson_is_a_fault(valid_district):
    file = valid_district / "sub_districts.geojson"
    content = json.loads(file.read_text())
    content["features"][0]["properties"]["name_en"] = "\ud800"
    file.write_text(json.dumps(content))
    faults = [each.rule for each in check_district(valid_district).faults if each.table == "sub_districts"]
    assert faults == ["the file holds half a character"]
    content["features"][0]["properties"]["name_en"] = "\U00020000"
    file.write_text(json.dumps(content))
    assert check_district(valid_district).ok
