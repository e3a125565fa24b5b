"""Count regression: against loops and closed forms, in directions, at the boundary of no over-dispersion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import chi2

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.count_regression import count_regression


def drawn(seed, *, alpha=0.5, n=400, slope=0.7):
    generator = np.random.default_rng(seed)
    x = generator.normal(size=n)
    exposure = generator.uniform(0.5, 20, n)
    mean = exposure * np.exp(-0.5 + slope * x)
    gamma = generator.gamma(1 / alpha, alpha, n) if alpha else 1.0
    return generator.poisson(mean * gamma), x[:, None], exposure


def naive_log_likelihood(y, x, exposure, intercept, beta, alpha):
    total = 0.0
    for count, row, e in zip(y, x, exposure, strict=True):
        mean = e * math.exp(intercept + sum(b * value for b, value in zip(beta, row, strict=True)))
        if alpha == 0:
            total += count * math.log(mean) - mean - math.lgamma(count + 1)
        else:
            r = 1 / alpha
            total += gammaln(count + r) - gammaln(r) - math.lgamma(count + 1)
            total += r * math.log(r / (r + mean)) + count * math.log(mean / (r + mean))
    return total


@pytest.mark.parametrize("seed", range(3))
def test_both_models_stand_at_the_top_of_a_naive_likelihood(seed):
    y, x, exposure = drawn(seed, n=120)
    found = count_regression(y, x, names=["x"], exposure=exposure)
    for model in (found.poisson, found.negative_binomial):
        at = [model.intercept, model.log_rate_ratio[0], model.alpha]
        top = naive_log_likelihood(y, x, exposure, at[0], at[1:2], at[2])
        assert model.log_likelihood == pytest.approx(top, abs=1e-8)
        for place in range(3 if model.alpha > 0 else 2):
            for step in (-1e-3, 1e-3):
                moved = list(at)
                moved[place] += step
                assert naive_log_likelihood(y, x, exposure, moved[0], moved[1:2], moved[2]) < top
    assert found.overdispersion_chi2 == pytest.approx(
        2 * (found.negative_binomial.log_likelihood - found.poisson.log_likelihood)
    )
    assert found.overdispersion_p_value == pytest.approx(chi2.sf(found.overdispersion_chi2, 1) / 2, abs=0)


def test_a_rate_ratio_of_two_groups_is_the_ratio_of_their_rates():
    # 30 in 10 and 20 in 20: rates 3 and 1; the Poisson error of the log ratio is sqrt(1/30 + 1/20).
    counts, exposure, group = [10, 20, 5, 15], [4, 6, 8, 12], [[1.0], [1.0], [0.0], [0.0]]
    found = count_regression(counts, group, names=["group"], exposure=exposure).poisson
    assert found.rate_ratio[0] == pytest.approx(3.0)
    assert found.intercept == pytest.approx(math.log(1.0), abs=1e-9)
    assert found.std_error[0] == pytest.approx(math.sqrt(1 / 30 + 1 / 20))
    assert found.lower[0] == pytest.approx(3 * math.exp(-1.959963984540054 * found.std_error[0]))
    assert found.fitted.tolist() == pytest.approx([12, 18, 8, 12])
    pearson = 4 / 12 + 4 / 18 + 9 / 8 + 9 / 12
    assert found.pearson_dispersion == pytest.approx(pearson / 2)


def test_the_dispersion_that_was_put_in_comes_out_and_the_interval_holds_the_truth():
    y, x, exposure = drawn(1, n=4000, alpha=0.5)
    found = count_regression(y, x, names=["x"], exposure=exposure)
    model = found.negative_binomial
    assert model.alpha == pytest.approx(0.5, abs=4 * model.alpha_std_error)
    assert 0.01 < model.alpha_std_error < 0.05
    assert model.lower[0] < math.exp(0.7) < model.upper[0]
    assert model.pearson_dispersion == pytest.approx(1.0, abs=0.12)
    assert found.poisson.pearson_dispersion > 3
    assert found.overdispersion_p_value < 1e-12
    # Poisson takes varied counts for exact ones: its interval is too narrow.
    assert found.poisson.std_error[0] < 0.6 * model.std_error[0]
    assert model.akaike < found.poisson.akaike


def test_alpha_is_estimated_and_not_taken_for_one():
    alphas = [
        count_regression(*drawn(2, alpha=alpha, n=3000)[:2], names=["x"], exposure=drawn(2, alpha=alpha, n=3000)[2])
        for alpha in (0.1, 2.0)
    ]
    assert alphas[0].negative_binomial.alpha == pytest.approx(0.1, abs=0.03)
    assert alphas[1].negative_binomial.alpha == pytest.approx(2.0, abs=0.3)


def test_counts_more_even_than_poisson_have_no_over_dispersion():
    x = np.arange(20) % 2
    found = count_regression(5 + 3 * x, x[:, None], names=["x"])
    assert found.negative_binomial is found.poisson
    assert (found.overdispersion_chi2, found.overdispersion_p_value) == (0.0, 1.0)
    assert found.poisson.alpha == 0.0 and math.isnan(found.poisson.alpha_std_error)


def test_without_over_dispersion_the_test_rejects_as_often_as_it_says():
    # Half of all districts lie at the boundary; without the correction one in forty would be rejected, not one in twenty.
    p_values = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=(150, 1))
        p_values.append(count_regression(generator.poisson(5, 150), x, names=["x"]).overdispersion_p_value)
    rejected, at_boundary = np.mean(np.array(p_values) <= 0.1), np.mean(np.array(p_values) == 1.0)
    assert abs(rejected - 0.1) < 3.5 * math.sqrt(0.09 / 200)
    assert 0.4 < at_boundary < 0.7


def naive_sandwich(y, x, exposure, clusters, model):
    design = [[1.0, *row] for row in x]
    p = len(design[0])
    bread, sums = np.zeros((p, p)), {}
    for count, row, e, cluster in zip(y, design, exposure, clusters, strict=True):
        mean = e * math.exp(sum(b * v for b, v in zip([model.intercept, *model.log_rate_ratio], row, strict=True)))
        weight = 1 + model.alpha * mean
        bread += mean / weight * np.outer(row, row)
        sums[cluster] = sums.get(cluster, 0) + (count - mean) / weight * np.array(row)
    inverse = np.linalg.inv(bread)
    meat = sum(np.outer(s, s) for s in sums.values())
    return len(sums) / (len(sums) - 1) * inverse @ meat @ inverse


def test_robust_errors_agree_with_loops_and_use_few_clusters_honestly():
    y, x, exposure = drawn(4, n=150)
    clusters = [f"c{i % 9}" for i in range(150)]
    plain = count_regression(y, x, names=["x"], exposure=exposure)
    found = count_regression(y, x, names=["x"], exposure=exposure, clusters=clusters)
    assert (found.clusters, plain.clusters) == (9, None)
    for model in (found.poisson, found.negative_binomial):
        assert model.covariance == pytest.approx(naive_sandwich(y, x, exposure, clusters, model), rel=1e-6)
    model = found.negative_binomial
    assert model.rate_ratio == pytest.approx(plain.negative_binomial.rate_ratio)
    # Student's quantile with 8 degrees of freedom is 2.306.
    assert math.log(model.upper[0] / model.rate_ratio[0]) == pytest.approx(2.306004 * model.std_error[0], rel=1e-5)


def test_rows_that_repeat_in_a_cluster_are_no_new_evidence():
    y, x, exposure = drawn(6, n=60)
    once = count_regression(y, x, names=["x"], exposure=exposure, clusters=np.arange(60))
    thrice = count_regression(
        np.tile(y, 3),
        np.tile(x, (3, 1)),
        names=["x"],
        exposure=np.tile(exposure, 3),
        clusters=np.tile(np.arange(60), 3),
    )
    assert thrice.poisson.std_error == pytest.approx(once.poisson.std_error)
    naive = count_regression(np.tile(y, 3), np.tile(x, (3, 1)), names=["x"], exposure=np.tile(exposure, 3))
    assert naive.poisson.std_error[0] < 0.7 * thrice.poisson.std_error[0]


@settings(deadline=None, max_examples=20, derandomize=True)
@given(seed=st.integers(0, 500), factor=st.floats(0.01, 100), shift=st.floats(-30, 30), stretch=st.floats(0.01, 100))
def test_units_do_not_matter(seed, factor, shift, stretch):
    y, x, exposure = drawn(seed, n=80)
    plain = count_regression(y, x, names=["x"], exposure=exposure).negative_binomial
    found = count_regression(y, shift + stretch * x, names=["x"], exposure=factor * exposure).negative_binomial
    assert found.log_rate_ratio * stretch == pytest.approx(plain.log_rate_ratio, rel=1e-4, abs=1e-6)
    assert found.std_error * stretch == pytest.approx(plain.std_error, rel=1e-4)
    assert found.alpha == pytest.approx(plain.alpha, rel=1e-4, abs=1e-7)
    assert found.p_value == pytest.approx(plain.p_value, rel=1e-3, abs=1e-7)


def test_rows_without_exposure_are_left_out_and_counted():
    y, x, exposure = drawn(3, n=50)
    plain = count_regression(y, x, names=["x"], exposure=exposure)
    found = count_regression(
        np.append(y, [0, 0]), np.vstack([x, [[1.0], [2.0]]]), names=["x"], exposure=np.append(exposure, [0, 0])
    )
    assert (found.without_exposure, found.rows, found.events) == (2, 50, int(y.sum()))
    assert found.negative_binomial.rate_ratio == pytest.approx(plain.negative_binomial.rate_ratio)


def test_a_rate_alone_needs_no_covariate():
    found = count_regression([3, 5, 7], np.empty((3, 0)), names=[], exposure=[1, 2, 2])
    assert math.exp(found.poisson.intercept) == pytest.approx(15 / 5)
    assert found.poisson.rate_ratio.shape == (0,)


GIVEN = {"counts": [1, 2, 3, 0, 4], "covariates": [[0.0], [1.0], [2.0], [3.0], [1.0]], "names": ["x"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": [1, 2, 3, 0, 0.5]}, r"counts must be whole numbers of events"),
        ({"counts": [1, 2, 3, 0, -1]}, r"counts: 1 of 5 values are negative, the first at position 4"),
        ({"counts": [0, 0, 0, 0, 0]}, r"no event was counted"),
        ({"counts": [1, 2], "covariates": [[0.0], [1.0]]}, r"2 rows with exposure are too few for 2 coefficients"),
        ({"covariates": [[0.0], [1.0], [np.nan], [3.0], [1.0]]}, r"1 values are NaN or infinite, the first at position 2 of 'x'"),
        ({"covariates": [[1.0]] * 5}, r"'x' is the same in every row"),
        ({"covariates": [[0.0, 1.0]] * 5}, r"covariates has shape \(5, 2\).*shape \(5, 1\)"),
        ({"covariates": [[i, 2 * i] for i in range(5)], "names": ["a", "b"]}, r"some say the same as others"),
        ({"covariates": [[i, 2 * i] for i in range(5)], "names": ["a", "a"]}, r"names must all be different"),
        ({"exposure": [0, 1, 1, 1, 1]}, r"exposure: 0 in 1 of 5 rows where events were counted, the first at position 0"),
        ({"exposure": [1, 1]}, r"exposure has shape \(2,\)"),
        ({"clusters": ["a"] * 4 + ["b"]}, r"clusters: 2 are too few for the robust errors of 2 coefficients; have at least 3"),
        ({"clusters": ["a", None, "b", "c", "d"]}, r"clusters: 1 of 5 codes are missing, the first at position 1"),
        ({"clusters": ["a"]}, r"clusters has shape \(1,\)"),
        ({"covariates": [[0.0], [0.0], [0.0], [1.0], [0.0]]}, r"tell exactly which rows have no events"),
        ({"confidence": 0}, r"confidence=0 must lie"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused(change, message):
    given = {**GIVEN, **change}
    with pytest.raises(InvalidParameter, match=message):
        count_regression(given.pop("counts"), given.pop("covariates"), **given)


def test_rows_without_events_among_others_are_no_separation():
    found = count_regression([0, 2, 0, 3, 1, 0], [[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]], names=["x"])
    assert found.poisson.rate_ratio[0] == pytest.approx(4 / 2)
