"""Distance decay."""

from __future__ import annotations

import math

import numpy as np
import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.decay import DECAYS, decay_weights

DISTANCES = np.array([0, 250_000, 500_000, 1_000_000, 1_000_001], dtype=np.int64)


def test_gaussian_of_the_literature():
    weights = decay_weights(DISTANCES, 1_000_000, "gaussian")
    at_half = (math.exp(-0.125) - math.exp(-0.5)) / (1 - math.exp(-0.5))
    assert weights[0] == 1.0
    assert weights[2] == pytest.approx(at_half, abs=1e-15)
    assert weights[2] == pytest.approx(0.7013666, abs=1e-7)
    assert weights[3:].tolist() == [0.0, 0.0]


def test_linear_and_uniform():
    assert decay_weights(DISTANCES, 1_000_000, "linear").tolist() == [1.0, 0.75, 0.5, 0.0, 0.0]
    assert decay_weights(DISTANCES, 1_000_000, "uniform").tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize("decay", DECAYS)
def test_weights_never_rise_with_distance_and_stay_between_0_and_1(decay):
    weights = decay_weights(np.arange(0, 1_200_000, 777, dtype=np.int64), 900_003, decay)
    assert (np.diff(weights) <= 0).all()
    assert weights.min() == 0.0
    assert weights.max() == 1.0


@pytest.mark.parametrize("limit_mm", [1, 3, 7, 799_999, 780_000])
def test_gaussian_is_exactly_zero_at_any_limit(limit_mm):
    assert decay_weights(np.array([limit_mm], dtype=np.int64), limit_mm, "gaussian")[0] == 0.0


def test_a_misspelt_decay_names_the_right_one():
    with pytest.raises(InvalidParameter, match=r"decay='gausian' is not a known decay. Did you mean 'gaussian'\?"):
        decay_weights(DISTANCES, 1_000_000, "gausian")


@pytest.mark.parametrize("limit_mm", [0, -5])
def test_a_limit_must_be_positive(limit_mm):
    with pytest.raises(InvalidParameter, match=rf"limit_mm={limit_mm} must be above 0"):
        decay_weights(DISTANCES, limit_mm, "uniform")
