"""Every word of the reports has its translations, and a translation says no less and no more numbers than the English."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "jingan_analysis"
LOCALES = ("zh_CN", "ja")
KEYWORDS = {"tr": None, "mark": None, "state": None}
METHODS = [("**.py", "python"), ("reporting/templates/**.j2", "jinja2")]

TERMS = {
    "canteen": ("食堂|助餐", "食堂"),
    "sub-district": ("街道|街镇|街镇", "街道|町"),
    "adviser": ("顾问", "顧問"),
    "floating catchment": ("移动搜寻|搜寻法|移动搜索", "浮動|フローティング"),
    "Wilson": ("Wilson|威尔逊", "Wilson|ウィルソン"),
    "Gini": ("基尼", "ジニ"),
    "interval": ("区间|间隔", "区間|間隔"),
}
"""Words of the subject by English stem, and what stands for them in Chinese and Japanese."""


def extracted() -> set[str]:
    found = extract_from_dir(str(PACKAGE), METHODS, {}, KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def catalogue(locale: str) -> dict[str, str]:
    with (PACKAGE / "locales" / locale / "LC_MESSAGES" / "jingan.po").open("rb") as file:
        read = read_po(file, locale=locale)
    assert not read.obsolete, "run make messages"
    assert not [message.id for message in read if message.id and message.fuzzy]
    return {message.id: message.string for message in read if message.id}


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"\{[^}]*\}", "", text)))


def faults(translations: dict[str, str], texts: set[str]) -> list[str]:
    """Everything that is wrong with a catalogue."""
    found = [f"not in the catalogue (make messages): {text[:70]}" for text in sorted(texts - translations.keys())]
    found += [f"nobody says this any more (make messages): {text[:70]}" for text in sorted(translations.keys() - texts)]
    for text, translation in translations.items():
        if not translation:
            found.append(f"not translated: {text[:70]}")
        elif placeholders(text) != placeholders(translation):
            found.append(f"other placeholders: {text[:70]} -> {translation[:70]}")
        elif numbers(text) != numbers(translation):
            found.append(f"other numbers: {text[:70]} -> {translation[:70]}")
        elif re.search(r"[\u3040-\u9fff][,;:?!] ?(?=[\u3040-\u9fff])", translation):
            found.append(f"Latin punctuation between ideographs: {translation[:70]}")
        elif re.search(r"[A-Za-z]{4,} [A-Za-z]{4,} [A-Za-z]{3,}", re.sub(r"\([^)]*\)|（[^）]*）|\$[^$]*\$|\{[^}]*\}", "", translation)):
            found.append(f"English left: {translation[:70]}")
    return found


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated(locale):
    assert faults(catalogue(locale), extracted()) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_one_translation(locale, term):
    form = TERMS[term][LOCALES.index(locale)]
    astray = [
        f"{text[:60]} -> {translation[:60]}"
        for text, translation in catalogue(locale).items()
        if re.search(rf"\b{term}", text) and not re.search(form, translation)
    ]
    assert astray == []


def test_japanese_and_chinese_are_not_mixed_up():
    assert [text for text in catalogue("zh_CN").values() if re.search(r"[\u3040-\u30ff]", text)] == []
    kana = [text for text in catalogue("ja").values() if len(text) > 12 and not re.search(r"[\u3040-\u30ff]", text)]
    assert kana == []


@pytest.mark.parametrize(
    ("translation", "words"),
    [
        ("", "not translated"),
        ("{people}中有可达食堂", "other placeholders"),
        ("在{limit}内的{people}共5人", "other numbers"),
        ("有食堂,在{limit}内的{people}", "Latin punctuation"),
        ("{people} within walking distance of {limit}", "English left"),
    ],
)
def test_a_bad_translation_is_found(translation, words):
    text = "{people} within {limit}"
    assert [words in fault for fault in faults({text: translation}, {text})] == [True]


def test_a_text_that_is_missing_or_gone_is_found():
    assert len(faults({"gone": "没有了"}, {"new"})) == 2
