"""Harrell's C against a count of all pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.models.concordance import concordance
from jingan_analysis.models.durations import checked_spells

rows_strategy = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 1), st.integers(0, 4), st.integers(0, 1), st.integers(0, 3)),
    min_size=2,
    max_size=25,
).map(lambda rows: [(max(a, b + 1), e, b, s, p) for a, e, b, s, p in rows])


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=rows_strategy)
def test_pairs_of_one_stratum_count_while_both_are_watched(rows):
    before, pairs = 0.0, 0
    for day, event, _, stratum, predictor in rows:
        for other, other_event, entry, other_stratum, other_predictor in rows:
            later = other > day or (other == day and not other_event)
            if event and stratum == other_stratum and later and (entry < day or entry == 0):
                pairs += 1
                before += 1.0 if other_predictor < predictor else 0.5 if other_predictor == predictor else 0.0
    days, seen, entry, stratum, predictor = (np.array(column) for column in zip(*rows, strict=True))
    found = concordance(checked_spells(days, seen, entry=entry), stratum, predictor.astype(float))
    assert found == pytest.approx(before / pairs if pairs else np.nan, nan_ok=True)


def test_a_perfect_predictor_has_1_a_reversed_one_0_and_none_a_half():
    spells = checked_spells([1, 2, 3, 4], [1, 1, 1, 0])
    stratum = np.zeros(4, dtype=np.int64)
    predictors = np.array([4.0, 3, 2, 1]), np.array([1.0, 2, 3, 4]), np.full(4, 0.1) * 3
    assert [concordance(spells, stratum, p) for p in predictors] == [1.0, 0.0, 0.5]
