"""Methods give the numbers that their literature gives; the table of them stands in docs/known_answers.md."""

from pathlib import Path

import pytest
from known_answers import known_answers, table

ANSWERS = known_answers()
PAGE = Path(__file__).parents[2] / "docs" / "known_answers.md"


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_published_number_is_found(answer):
    assert answer.compute() == pytest.approx(answer.expected, rel=0, abs=answer.tolerance)


def test_the_table_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == table(ANSWERS), "make known writes it anew"
