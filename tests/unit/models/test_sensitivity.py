"""Which input matters: analytic indices, groups, and scipy's estimator."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import sobol_indices as scipy_sobol_indices

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.monte_carlo_inputs import Fixed, Normal, Uniform, draw_inputs, streams
from jingan_analysis.models.sensitivity import interval_if_known, sobol_indices

ISHIGAMI = {name: Uniform(-math.pi, math.pi) for name in ("x1", "x2", "x3")}


def ishigami(drawn):
    """Ishigami and Homma (1990) with a = 7, b = 0.1."""
    x1, x2, x3 = drawn["x1"], drawn["x2"], drawn["x3"]
    return {"y": math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)}


def ishigami_indices():
    a, b, pi = 7, 0.1, math.pi
    v1, v2, v13 = 0.5 * (1 + b * pi**4 / 5) ** 2, a**2 / 8, b**2 * pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return np.array([v1, v2, 0]) / v, np.array([v1 + v13, v2, v13]) / v, v


def test_ishigami_has_its_published_indices():
    first, total, variance = ishigami_indices()
    assert first.round(4).tolist() == [0.3139, 0.4424, 0.0]
    assert total.round(4).tolist() == [0.5576, 0.4424, 0.2437]
    found = sobol_indices(ishigami, ISHIGAMI, draws=8000, seed=1)
    # Kurtosis 3.5: four standard errors of the variance of 16,000 draws are 5 % of it.
    assert found.variance[0] == pytest.approx(variance, rel=4 * math.sqrt(2.5 / 16_000))
    assert (np.abs(found.first_order[:, 0] - first) < 4 * found.first_order_error[:, 0]).all()
    assert (np.abs(found.total[:, 0] - total) < 4 * found.total_error[:, 0]).all()
    assert found.first_order[:, 0] == pytest.approx(first, abs=0.05)
    assert found.total[:, 0] == pytest.approx(total, abs=0.05)
    assert found.runs == 8000 * 5
    assert found.to_frame()["input"].tolist() == ["x1", "x2", "x3"]


def test_stated_standard_errors_are_those_of_repeated_runs():
    runs = [sobol_indices(ishigami, ISHIGAMI, draws=300, seed=seed) for seed in range(60)]
    for indices, errors in (("first_order", "first_order_error"), ("total", "total_error")):
        between = np.std([getattr(run, indices)[:, 0] for run in runs], axis=0, ddof=1)
        stated = np.mean([getattr(run, errors)[:, 0] for run in runs], axis=0)
        np.testing.assert_allclose(stated, between, rtol=0.35)


def test_equals_scipy_on_the_same_runs():
    n = 256
    runs = {"f_A": [], "f_B": [], "f_AB": [[], [], []]}
    one, other = streams(ISHIGAMI, 9), streams(ISHIGAMI, 9, sample=1)
    for _ in range(n):
        a, b = draw_inputs(ISHIGAMI, one), draw_inputs(ISHIGAMI, other)
        runs["f_A"].append(ishigami(a)["y"])
        runs["f_B"].append(ishigami(b)["y"])
        for j, name in enumerate(ISHIGAMI):
            runs["f_AB"][j].append(ishigami({**a, name: b[name]})["y"])
    theirs = scipy_sobol_indices(
        func={
            "f_A": np.array([runs["f_A"]]),
            "f_B": np.array([runs["f_B"]]),
            "f_AB": np.array(runs["f_AB"])[:, None, :],
        },
        n=n,
    )
    ours = sobol_indices(ishigami, ISHIGAMI, draws=n, seed=9)
    np.testing.assert_allclose(ours.first_order[:, 0], np.ravel(theirs.first_order), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.total[:, 0], np.ravel(theirs.total_order), rtol=1e-10, atol=1e-12)


def test_an_array_counts_as_one_input():
    # Variances of the sum: 10 places × 4 against 10 × 1.
    inputs = {"people": Normal(np.full(10, 50.0), 2), "visits": Normal(np.full(10, 50.0), 1)}
    found = sobol_indices(
        lambda drawn: {"sum": float(drawn["people"].sum() + drawn["visits"].sum())}, inputs, draws=4000, seed=2
    )
    assert found.first_order[:, 0] == pytest.approx([0.8, 0.2], abs=0.05)
    assert found.total[:, 0] == pytest.approx([0.8, 0.2], abs=0.05)


def test_a_number_that_does_not_vary_has_no_indices():
    # scipy reports 0 here, which says that no input matters; the share of nothing is not defined.
    found = sobol_indices(lambda drawn: {"same": 0.1 + 0.2, "x": drawn["x"]}, {"x": Uniform(0, 1)}, draws=50, seed=1)
    assert np.isnan(found.first_order[0, 0]) and np.isnan(found.total[0, 0])
    assert found.total[0, 1] == pytest.approx(1, abs=0.5)


def test_undefined_runs_are_left_out_whole_and_counted():
    found = sobol_indices(
        lambda drawn: {"x": math.nan if drawn["x"] < 0.1 else drawn["x"] + drawn["y"]},
        {"x": Uniform(0, 1), "y": Uniform(0, 1)},
        draws=500,
        seed=1,
    )
    assert 50 < found.undefined[0] < 150  # either sample's x is below 0.1: 19 %
    assert np.isfinite(found.total).all()


def test_fixing_an_input_shrinks_the_interval_as_variances_say():
    # A sum of normals: without the first, the width falls from sqrt(16 + 9) to 3.
    inputs = {"a": Normal(100, 4), "b": Normal(100, 3), "c": Fixed(5)}
    found = interval_if_known(
        lambda drawn: {"sum": drawn["a"] + drawn["b"] + drawn["c"]}, inputs, draws=4000, seed=4, confidence=0.9
    )
    assert found.inputs == ("a", "b")
    assert found.shrinkage[:, 0] == pytest.approx([1 - 3 / 5, 1 - 4 / 5], abs=0.03)
    assert found.to_frame()["input"].tolist() == ["a", "b"]


def test_an_input_that_does_nothing_shrinks_nothing_exactly():
    # The other inputs draw the same numbers whether or not this one is fixed.
    found = interval_if_known(
        lambda drawn: {"a": drawn["a"]}, {"idle": Uniform(0, 1), "a": Uniform(0, 1)}, draws=40, seed=4, confidence=0.9
    )
    assert found.shrinkage[0, 0] == 0.0
    assert found.shrinkage[1, 0] == 1.0


def test_a_number_that_is_sure_has_no_shrinkage():
    found = interval_if_known(lambda drawn: {"one": 1.0}, {"a": Uniform(0, 1)}, draws=40, seed=4, confidence=0.9)
    assert np.isnan(found.shrinkage[0, 0])


def test_nothing_uncertain_is_refused():
    for ask in (
        lambda: sobol_indices(ishigami, dict.fromkeys(ISHIGAMI, Fixed(1)), draws=50, seed=1),
        lambda: interval_if_known(ishigami, dict.fromkeys(ISHIGAMI, Fixed(1)), draws=50, seed=1, confidence=0.9),
    ):
        with pytest.raises(InvalidParameter, match="no input is uncertain"):
            ask()
    with pytest.raises(InvalidParameter, match="draws=1"):
        sobol_indices(ishigami, ISHIGAMI, draws=1, seed=1)
