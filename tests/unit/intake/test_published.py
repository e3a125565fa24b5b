"""The published interview: 26 claims with the published values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jingan_analysis.errors import InvalidParameter, UnknownParameter
from jingan_analysis.intake.published import published_claim, published_claims

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "data" / "published" / "interview.toml"
CLAIMS = published_claims(FILE)

# What the interview says, typed from its text and not from the file under test.
PUBLISHED = {
    "F1": [3], "F2": [75], "F3": [3, 67], "F4": [1, 8], "F5": [420], "F6": [4020], "F7": [5], "F8": [3], "F9": [299],
    "F10": [51, 59], "F11": [26], "F12": [3_800_000], "F13": [3209], "F14": [1], "F15": [4475], "F16": [25395],
    "F17": [3], "F18": [1, 100], "F19": [24], "F20": [11, 195], "F21": [249], "F22": [43_600], "F23": [53_800],
    "F24": [4], "F25": [4], "F26": [],
}  # fmt: skip
IN_ITS_WORDS = {
    "F1": "3つの街道・鎮", "F2": "75件", "F3": "3種類の資源リスト67項目", "F4": "1月から8月", "F5": "420世帯", "F6": "4020回",
    "F7": "5ベッド", "F8": "3つの「完全カバー」", "F9": "299人", "F10": "51%から59%", "F11": "26カ所", "F12": "380万食", "F13": "3209世帯",
    "F14": "一位", "F15": "4475名", "F16": "25395名", "F17": "三位一体", "F18": "最後の100メートル", "F19": "24時間",
    "F20": "11項目で195件", "F21": "249カ所", "F22": "4.36万件", "F23": "5.38万人以上", "F24": "クローズドループ",
    "F25": "マルチ発生源", "F26": "国際婚姻届出",
}  # fmt: skip


def test_26_claims_with_unique_ids_in_order():
    assert [claim.id for claim in CLAIMS] == [f"F{number}" for number in range(1, 27)]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_values_are_as_published(claim):
    assert list(claim.values) == PUBLISHED[claim.id]
    assert len(claim.units) == len(claim.values)
    assert all(claim.units)


def test_statements_are_sentences_in_our_own_english_words():
    for claim in CLAIMS:
        assert claim.statement.endswith(".")
        assert claim.statement.isascii()
        assert claim.can_mean != claim.cannot_mean


ENGLISH_NUMBERS = {
    "three": 3, "four": 4, "five": 5, "eight": 8, "fourteen": 14, "million": 1_000_000, "january": 1, "august": 8,
}  # fmt: skip
SAID_OTHERWISE = {"F14": ("highest", 1), "F18": ("mile", 1)}
"""English statements that say a number with a word that is none elsewhere."""
ALSO_DATED = {"F22": {8}, "F23": {8}}
"""Statements that also name the month of their date."""
TERMS = r"five-bed|五床联动|5ベッド連動"
"""Names with a number in them, which count for nothing."""


def numbers(text: str) -> set[float]:
    """Every number of a text: digits, with 万 or million, and English words."""
    text = re.sub(TERMS, "", text).lower()
    found = {
        round(float(digits.replace(",", "")) * {"万": 10_000, " million": 1_000_000}.get(unit, 1), 6)
        for digits, unit in re.findall(r"(\d[\d,]*(?:\.\d+)?)(万| million)?", text)
    }
    words = set(re.findall(r"[a-z]+", text)) - {"million"}
    return found | {float(number) for word, number in ENGLISH_NUMBERS.items() if word in words}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
@pytest.mark.parametrize("language", ["en", "zh", "ja"])
def test_a_statement_says_its_values_in_every_language(claim, language):
    text = claim.words(language).statement
    word, number = SAID_OTHERWISE.get(claim.id, ("", 0))
    otherwise = {float(number)} if word and word in text else set()
    assert numbers(text) | otherwise == set(claim.values) | ALSO_DATED.get(claim.id, set())


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
@pytest.mark.parametrize("language", ["zh", "ja"])
@pytest.mark.parametrize("part", ["can_mean", "cannot_mean"])
def test_what_a_claim_can_and_cannot_mean_has_the_same_numbers_in_every_language(claim, language, part):
    assert numbers(getattr(claim.words(language), part)) == numbers(getattr(claim, part))


def test_the_languages_are_not_mixed_up():
    kana, simplified, japanese_only = (
        re.compile(f"[{letters}]") for letters in ("\u3040-\u30ff", "户务东这为说时现项类龄邻", "隣齢楽済対図収辺駅鎮")
    )
    for claim in CLAIMS:
        chinese, japanese = (
            "".join([words.statement, words.can_mean, words.cannot_mean, *words.units])
            for words in (claim.words("zh"), claim.words("ja"))
        )
        assert not kana.search(chinese) and not japanese_only.search(chinese), claim.id
        assert kana.search(japanese) and not simplified.search(japanese), claim.id
        assert all(words.statement.endswith("。") for words in (claim.words("zh"), claim.words("ja")))


def test_a_claim_without_a_language_is_said_in_english(tmp_path):
    text = FILE.read_text(encoding="utf-8")
    plain = tmp_path / "interview.toml"
    plain.write_text(re.sub(r"(?ms)^\[claim\.ja\]\n.*?(?=^\[\[claim|\Z)", "", text), encoding="utf-8")
    claim = published_claim(published_claims(plain), "F5")
    assert claim.words("ja") is claim.words("en") is claim
    assert claim.words("zh").units == ("户",)


def test_precision_of_the_rounded_and_the_open_figures():
    by_id = {claim.id: claim for claim in CLAIMS}
    assert (by_id["F22"].precision, by_id["F22"].rounded_to) == ("rounded", 100.0)
    assert by_id["F23"].precision == "at_least"
    assert by_id["F14"].precision == by_id["F18"].precision == "ordinal"
    assert by_id["F26"].precision == "none"
    assert by_id["F5"].precision == "exact"


def test_dates_of_the_flows():
    by_id = {claim.id: claim for claim in CLAIMS}
    assert {by_id[name].as_of for name in ("F4", "F5", "F6")} == {"2024-01/2024-08"}
    assert {by_id[name].as_of for name in ("F22", "F23")} == {"2024-08-31"}
    assert by_id["F11"].as_of == ""


def test_one_value_or_an_error():
    assert published_claim(CLAIMS, "F5").value == 420
    assert published_claim(CLAIMS, "F5").unit == "households"
    with pytest.raises(InvalidParameter, match=r"Claim F20 has 2 values; use \.values"):
        _ = published_claim(CLAIMS, "F20").value
    with pytest.raises(InvalidParameter, match=r"Claim F26 has 0 units; use \.units"):
        _ = published_claim(CLAIMS, "F26").unit


def test_an_unknown_claim_is_named():
    with pytest.raises(UnknownParameter, match="Unknown claim 'F27'"):
        published_claim(CLAIMS, "F27")


def test_a_missing_file():
    with pytest.raises(FileNotFoundError):
        published_claims(FILE.with_name("nothing.toml"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "F2"', 'id = "F1"', "repeats F1; give each claim its own id"),
        ("values = [75]", "values = [75, 76]", r"claim\.1: .*give one unit for each value"),
        ("values = [75]", 'values = ["many"]', r"claim\.1\.values\.0"),
        ('units = ["类", "项"]', 'units = ["项"]', r"claim\.2: .*give one unit for each value, in every language"),
        ("[claim.ja]\nstatement", "[claim.fr]\nstatement", r"claim\.0\.fr: Extra inputs"),
        ('precision = "at_least"', 'precision = "rounded"', "rounded_to belongs to precision 'rounded'"),
        ('precision = "none"', "", "precision 'none' belongs to claims without values"),
        ('precision = "at_least"', 'precision = "about"', r"claim\.22\.precision"),
        ('as_of = "2024-08-31"', 'as_of = "end of August"', r"as_of: String should match pattern"),
        ("paragraph = 4", "paragraph = 0", r"claim\.0\.paragraph"),
        ("paragraph = 4", "paragraf = 4", r"claim\.0\.paragraf: Extra inputs"),
        ("title = ", "title ", "interview.toml cannot be read"),
    ],
)
def test_faulty_files_are_refused(tmp_path, old, new, message):
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    spoilt = tmp_path / "interview.toml"
    spoilt.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidParameter, match=message):
        published_claims(spoilt)


@pytest.mark.real_data
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_paragraph_numbers_lead_to_the_words(claim):
    text = ROOT.parent / "shared" / "interview.ja.txt"
    if not text.exists():
        pytest.skip("the interview's text is not beside the project (../shared/interview.ja.txt)")
    lines = [line.strip() for line in text.read_text(encoding="utf-8").splitlines() if line.strip()]
    is_label = [bool(re.fullmatch(r"\S{1,6}[:：]", line)) for line in lines]
    first = is_label.index(True)
    spoken = [line for line, label in zip(lines[first:], is_label[first:], strict=True) if not label]
    assert IN_ITS_WORDS[claim.id] in spoken[claim.paragraph - 1]
