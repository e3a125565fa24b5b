"""Holm's adjustment against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from jingan_analysis.models.holm import holm


@settings(deadline=None, max_examples=8, derandomize=True)
@given(p_values=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_statsmodels_gives_the_same(p_values):
    assert holm(np.array(p_values)) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-15)


def test_what_was_not_tested_stays_unknown_and_costs_nothing():
    assert holm(np.array([0.04, np.nan, 0.01]))[[0, 2]].tolist() == [0.04, 0.02]
    assert np.isnan(holm(np.array([0.04, np.nan, 0.01]))[1])
    assert np.isnan(holm(np.array([np.nan]))).all()
    assert len(holm(np.array([]))) == 0
