"""Every text that a study looks up is in the catalogue: one that reaches ``tr`` unmarked would stay English unnoticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from jingan_analysis import language
from jingan_analysis.studies import run_study, study_names

LESS: dict[str, dict[str, object]] = {"volunteer_pairing": {"prices_minutes": [10.0]}}
"""What a study may compute less of here: it says the same words about one price as about five."""


@pytest.mark.parametrize("name", study_names())
def test_a_study_says_nothing_that_the_catalogue_lacks(name, demo, monkeypatch):
    with Path(language.CATALOGUES / "zh_CN/LC_MESSAGES/jingan.po").open("rb") as file:
        known = {message.id for message in read_po(file)}
    read, asked = language._catalogue, set()

    class Listening:
        def __init__(self, spoken: str) -> None:
            self._words = read(spoken)

        def gettext(self, text: str) -> str:
            asked.add(text)
            return self._words.gettext(text)

    monkeypatch.setattr(language, "_catalogue", Listening)
    run_study(name, demo, period="2024-08", language="zh", **LESS.get(name, {}))
    assert len(asked) > 100
    # Formulas and shorthand in brackets are the same in every language.
    words = {text for text in asked if not text.startswith("$$") and re.search(r"[A-Za-z]{2}", text)}
    assert words - known == set()
