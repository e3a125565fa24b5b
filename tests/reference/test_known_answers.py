"""Methods give the numbers that their literature gives; the table of them stands in docs/known_answers.md."""

import re
from pathlib import Path

import pytest
from known_answers import known_answers, table

ANSWERS = known_answers()
PAGE = Path(__file__).parents[2] / "docs" / "known_answers.md"
SIX_DIGITS = re.compile(r"[+-]?\d+\.\d{6}(?!\d)")


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_published_number_is_found(answer):
    assert answer.compute() == pytest.approx(answer.expected, rel=0, abs=answer.tolerance)


def test_the_table_is_up_to_date():
    written, fresh = PAGE.read_text(encoding="utf-8"), table(ANSWERS)
    assert SIX_DIGITS.sub("", written) == SIX_DIGITS.sub("", fresh), "make known writes it anew"
    # The last digit may round either way from machine to machine.
    assert numbers(written) == pytest.approx(numbers(fresh), rel=0, abs=1.5e-6), "make known writes it anew"


def numbers(page):
    return [float(number) for number in SIX_DIGITS.findall(page)]
