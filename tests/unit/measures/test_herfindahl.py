import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.measures.herfindahl import herfindahl

amounts = st.lists(st.integers(0, 1000), min_size=2, max_size=12).filter(any)


@given(amounts)
def test_the_index_lies_between_equal_and_one(x):
    found = herfindahl(x)
    assert 1 / len(x) - 1e-12 <= found.index <= 1 + 1e-12
    assert -1e-9 <= found.normalised <= 1 + 1e-9
    assert found.shares.sum() == pytest.approx(1)


@given(amounts, st.integers(1, 50))
def test_the_unit_does_not_matter_and_a_merger_concentrates(x, scale):
    assert herfindahl(np.array(x) * scale).index == pytest.approx(herfindahl(x).index)
    assert herfindahl([x[0] + x[1], *x[2:]]).index >= herfindahl(x).index - 1e-12


def test_equal_providers_are_their_own_equivalent():
    assert herfindahl([5, 5, 5, 5]).equivalent == pytest.approx(4)
    assert herfindahl([7]).index == 1
    assert np.isnan(herfindahl([0, 0]).index)
