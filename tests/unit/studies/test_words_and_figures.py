"""Every study once, in Chinese: its words are in the catalogue, and its figures are drawn when they are looked at.

A text that reached ``tr`` unmarked would stay English unnoticed. A figure drawn late must still speak the language of
its result, and must not read a table that the result does not list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from jingan_analysis import language
from jingan_analysis.language import speaking
from jingan_analysis.studies import study_names
from jingan_analysis.studies.result import StudyResult
from jingan_analysis.studies.study import load_study

LESS: dict[str, dict[str, object]] = {
    "volunteer_pairing": {"prices_minutes": [10.0]},
    "next_sites": {"most_new_sites": 4, "most_alternatives": 3, "draws": 2},
}
"""What a study may compute less of here: it says the same words about one price as about five."""


@dataclass(frozen=True)
class Heard:
    """A result, and what was asked and read until its figures had been drawn."""

    result: StudyResult
    drawn_before: bool
    asked: set[str]
    read_after: dict[str, str]


@pytest.fixture(scope="module", params=study_names())
def heard(request, demo) -> Heard:
    read, asked = language._catalogue, set()

    class Listening:
        def __init__(self, spoken: str) -> None:
            self._words = read(spoken)

        def gettext(self, text: str) -> str:
            asked.add(text)
            return self._words.gettext(text)

    study, own = load_study(request.param), demo.unread()
    params = study.parameters(own, {"period": "2024-08", **LESS.get(request.param, {})})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "_catalogue", Listening)
        with speaking("zh"):
            result = study.run(own, params)
        drawn_before = result.figures.made
        list(result.figures)
    return Heard(result, drawn_before, asked, own.input_digests())


def test_a_study_says_nothing_that_the_catalogue_lacks(heard):
    with Path(language.CATALOGUES / "zh_CN/LC_MESSAGES/jingan.po").open("rb") as file:
        known = {message.id for message in read_po(file)}
    assert len(heard.asked) > 100
    # Formulas and shorthand in brackets are the same in every language.
    words = {text for text in heard.asked if not text.startswith("$$") and re.search(r"[A-Za-z]{2}", text)}
    assert words - known == set()


def test_figures_are_drawn_when_somebody_looks_in_the_language_of_the_result(heard):
    assert not heard.drawn_before and heard.result.figures.made
    assert {figure.language for figure in heard.result.figures.values()} == {"zh"}


def test_figures_read_no_table_that_the_result_does_not_list(heard):
    assert heard.read_after == heard.result.inputs
