"""Cox regression against loops, and its refusals and caveats with their reasons."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.hazard_regression import PHReg

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.durations import checked_spells
from jingan_analysis.models.log_rank import log_rank
from jingan_analysis.models.partial_likelihood import information, moments, risk_sets, schoenfeld, score_residuals
from jingan_analysis.models.proportional_hazards import proportional_hazards

rows_strategy = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.integers(0, 1),
        st.integers(0, 6),
        st.integers(0, 1),
        st.integers(-3, 3),
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=25,
).map(lambda rows: [(max(a, b + 1), e, b, s, x, z) for a, e, b, s, x, z in rows])


def risk_set(rows, row):
    return [r for r in rows if r[3] == row[3] and r[0] >= row[0] and (r[2] < row[0] or r[2] == 0)]


def naive(rows, beta, ties):
    """Log-likelihood, score, information and score residuals of tied events, one term at a time."""
    x = {id(r): np.array(r[4:], dtype=float) for r in rows}
    hazard = {id(r): math.exp(x[id(r)] @ beta) for r in rows}
    value, score, curvature = 0.0, np.zeros(2), np.zeros((2, 2))
    residuals = {id(r): np.zeros(2) for r in rows}
    for day, stratum in {(r[0], r[3]) for r in rows if r[1]}:
        tied = [r for r in rows if (r[0], r[3]) == (day, stratum) and r[1]]
        everyone = risk_set(rows, tied[0])
        for r in tied:
            value += x[id(r)] @ beta
        for number in range(len(tied)):
            gone = number / len(tied) if ties == "efron" else 0.0
            weight = {id(r): hazard[id(r)] * ((1 - gone) if any(r is t for t in tied) else 1.0) for r in everyone}
            total = sum(weight.values())
            mean = sum(weight[id(r)] * x[id(r)] for r in everyone) / total
            value -= math.log(total)
            square = sum(weight[id(r)] * np.outer(x[id(r)], x[id(r)]) for r in everyone) / total
            curvature += square - np.outer(mean, mean)
            for r in tied:
                score += (x[id(r)] - mean) / len(tied)
                residuals[id(r)] += (x[id(r)] - mean) / len(tied)
            for r in everyone:
                residuals[id(r)] -= weight[id(r)] / total * (x[id(r)] - mean)
    return value, score, curvature, np.array([residuals[id(r)] for r in rows])


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=rows_strategy.filter(lambda rows: any(row[1] for row in rows)), ties=st.sampled_from(["efron", "breslow"]))
def test_likelihood_slope_curvature_and_residuals_agree_with_loops(rows, ties):
    rows = [tuple(row) for row in rows]
    rows = [row for number, row in enumerate(rows) if row not in rows[:number]]  # one object each
    days, seen, entry, stratum, *columns = (np.array(column) for column in zip(*rows, strict=True))
    beta = np.array([0.3, -0.2])
    x = np.column_stack(columns).astype(float)
    sets = risk_sets(checked_spells(days, seen, entry=entry), stratum, x, ties)
    at = moments(sets, beta)
    value, score, curvature, residuals = naive(rows, beta, ties)
    assert at.log_likelihood == pytest.approx(value, abs=1e-9)
    assert schoenfeld(sets, at).sum(axis=0) == pytest.approx(score, abs=1e-9)
    assert information(sets, at, np.ones(seen.sum())) == pytest.approx(curvature, abs=1e-9)
    assert score_residuals(sets, at) == pytest.approx(residuals, abs=1e-9)


def sample(seed=0, n=200, *, effect=(0.5, 0.0), drift=0.0):
    """Exponential waits; with drift the effect of the first covariate turns round on day 20."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
    early, late = np.exp(x @ effect) / 30, np.exp(x @ effect - drift * x[:, 0]) / 30
    need = rng.exponential(size=n)
    wait = np.where(need < 20 * early, need / early, 20 + (need - 20 * early) / late)
    censor = rng.uniform(5, 120, n)
    return np.ceil(np.minimum(wait, censor)), (wait <= censor).astype(int), x


def fit(days, seen, x, **options):
    return proportional_hazards(days, seen, x, names=["need", "alone"], **options)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_statsmodels_gives_the_same_coefficients_and_errors(ties):
    days, seen, x = sample()
    rng = np.random.default_rng(9)
    stratum, entry = rng.integers(0, 3, len(days)), np.floor(days * rng.random(len(days)) * 0.9)
    ours = fit(days, seen, x, strata=stratum, entry=entry, ties=ties)
    theirs = PHReg(days, x, seen, entry=np.where(entry > 0, entry + 0.5, 0), strata=stratum, ties=ties).fit()
    assert ours.log_hazard_ratio == pytest.approx(theirs.params, abs=1e-5)
    assert ours.std_error == pytest.approx(theirs.bse, rel=1e-4)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_the_score_test_of_one_group_is_the_log_rank_test_without_ties():
    rng = np.random.default_rng(4)
    days, seen, code = rng.permutation(60) + 1.0, rng.integers(0, 2, 60), rng.integers(0, 2, 60)
    found = proportional_hazards(days, seen, code[:, None], names=["group"])
    assert found.score_chi2 == pytest.approx(log_rank(days, seen, code).chi2, rel=1e-9)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(seed=st.integers(0, 50), shift=st.floats(-1e4, 1e4), unit=st.sampled_from([0.001, 12.0, 365.25]))
def test_units_of_covariates_and_days_change_only_the_unit_of_the_answer(seed, shift, unit):
    days, seen, x = sample(seed, 60)
    plain = fit(days, seen, x)
    other = fit(days * unit, seen, np.column_stack([x[:, 0] * unit + shift, x[:, 1]]))
    scale = np.array([unit, 1])
    assert other.log_hazard_ratio * scale == pytest.approx(plain.log_hazard_ratio, rel=1e-5, abs=1e-7)
    assert other.std_error * scale == pytest.approx(plain.std_error, rel=1e-5)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood)
    assert other.proportionality.chi2 == pytest.approx(plain.proportionality.chi2, rel=1e-4, abs=1e-6)
    assert other.concordance == pytest.approx(plain.concordance)


def test_who_needs_more_waits_less_and_what_does_not_matter_is_near_1():
    found = fit(*sample(1, 600))
    assert found.lower[0] > 1.3 and found.hazard_ratio[0] == pytest.approx(math.exp(0.5), rel=0.15)
    assert found.lower[1] < 1 < found.upper[1]
    assert found.p_value[0] < 1e-6 < found.p_value[1]
    assert found.concordance > 0.6 and found.caveats == () and found.proportionality.holds


def test_an_effect_that_turns_round_is_told_and_found_with_its_direction():
    found = fit(*sample(1, 600, drift=1.2))
    test = found.proportionality
    assert "not_proportional" in found.caveats and test.holds is False
    assert test.failing == ("need",) and test.drift[0] < 0
    for transform in ("rank", "identity"):
        other = fit(*sample(1, 600, drift=1.2), transform=transform).proportionality
        assert (other.transform, other.failing) == (transform, ("need",))


def test_strata_free_the_baseline_of_a_covariate_that_fails():
    """Two groups whose hazards cross: as a covariate the group fails the test, as a stratum it asks for no ratio."""
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], 300)
    x = rng.normal(size=600)
    days = np.where(group == 0, rng.exponential(20, 600), 40 * rng.weibull(4, 600)) * np.exp(-0.3 * x)
    seen = np.ones(600, dtype=int)
    both = proportional_hazards(days, seen, np.column_stack([x, group]), names=["need", "group"])
    assert "group" in both.proportionality.failing
    apart = proportional_hazards(days, seen, x[:, None], names=["need"], strata=group)
    assert apart.strata == 2 and apart.log_hazard_ratio[0] > 0.3


def naive_proportionality(days, seen, x, g):
    """Log-likelihood of a coefficient and its drift along g, event by event; no tied events."""

    def log_likelihood(beta, theta):
        value = 0.0
        for i in np.flatnonzero(seen):
            at_risk = days >= days[i]
            slope = beta + theta * g[i]
            value += slope * x[i] - math.log(np.exp(slope * x[at_risk]).sum())
        return value

    return log_likelihood


def just_before(days, seen, day):
    """One minus the Kaplan–Meier curve just before a day."""
    survival = 1.0
    for earlier in sorted({d for d, e in zip(days, seen, strict=True) if e and d < day}):
        survival *= 1 - np.sum((days == earlier) & (seen == 1)) / np.sum(days >= earlier)
    return 1 - survival


@pytest.mark.parametrize("transform", ["km", "identity"])
def test_the_test_of_proportionality_is_the_score_test_of_a_drifting_coefficient(transform):
    rng = np.random.default_rng(8)
    days, seen, x = rng.permutation(40) + 1.0, rng.integers(0, 2, 40), 3 * rng.normal(size=40)
    found = proportional_hazards(days, seen, x[:, None], names=["need"], transform=transform)
    g = days if transform == "identity" else np.array([just_before(days, seen, day) for day in days])
    g = g - g[seen == 1].mean()
    value = naive_proportionality(days, seen, x, g)
    beta, step = found.log_hazard_ratio[0], np.array([1e-4, 1e-4 / np.abs(g).max()])

    def at(i, j):
        return value(beta + i * step[0], j * step[1])

    slope = (at(0, 1) - at(0, -1)) / 2 / step[1]
    hessian = np.empty((2, 2))
    hessian[0, 0] = (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / step[0] ** 2
    hessian[1, 1] = (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / step[1] ** 2
    hessian[0, 1] = hessian[1, 0] = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / 4 / step.prod()
    inverse = np.linalg.inv(-hessian)
    chi2 = slope**2 * inverse[1, 1]
    assert found.proportionality.drift[0] == pytest.approx(inverse[1, 1] * slope, rel=1e-3)
    assert found.proportionality.chi2[0] == pytest.approx(chi2, rel=1e-3)
    assert found.proportionality.global_chi2 == pytest.approx(chi2, rel=1e-3)


def test_the_km_transform_is_one_minus_survival_just_before_the_event():
    """Days squared keep their order, so tests on the km and rank scale do not change; on the plain scale they do."""
    days, seen, x = sample(2, 100)
    for transform, same in (("km", True), ("rank", True), ("identity", False)):
        plain, squared = (fit(d, seen, x, transform=transform).proportionality.chi2 for d in (days, days**2))
        assert bool(np.abs(plain - squared).max() < 1e-8) is same


def test_copies_of_a_spell_in_its_cluster_do_not_make_the_estimate_surer():
    days, seen, x = sample(5, 80)
    thrice = [np.repeat(part, 3, axis=0) for part in (days, seen, x)]
    clustered = fit(*thrice, clusters=np.repeat(np.arange(80), 3), ties="breslow")
    single = fit(days, seen, x, clusters=np.arange(80), ties="breslow")
    assert clustered.std_error == pytest.approx(single.std_error, rel=1e-6)
    assert clustered.model_std_error == pytest.approx(single.model_std_error / math.sqrt(3), rel=1e-6)
    assert (clustered.clusters, single.clusters) == (80, 80)


def test_a_shared_cluster_effect_widens_the_interval():
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(40), 15)
    x = rng.normal(size=40)[cluster]
    days = np.ceil(rng.exponential(30, 600) * np.exp(-rng.normal(0, 0.8, 40)[cluster]))
    found = proportional_hazards(days, np.ones(600), x[:, None], names=["distance"], clusters=cluster)
    assert found.std_error[0] > 1.5 * found.model_std_error[0]
    assert found.upper[0] / found.lower[0] == pytest.approx(math.exp(2 * 1.959964 * found.std_error[0]), rel=1e-6)


def test_few_events_and_few_clusters_are_told():
    days, seen, x = sample(7, 30)
    assert fit(days, seen, x, clusters=np.arange(30) % 12).caveats[:2] == ("few_clusters",)
    seen[np.flatnonzero(seen)[12:]] = 0
    found = fit(days, seen, x)
    assert found.events_per_covariate == 6 and "few_events" in found.caveats


def test_events_on_one_day_leave_proportionality_untested():
    x = np.array([1, 2, 3, 4, 5, 6, 2.5, 3.5])[:, None]
    found = proportional_hazards([5] * 4 + [9] * 4, [1, 0, 1, 1, 0, 0, 0, 0], x, names=["need"])
    assert found.proportionality.holds is None and "proportionality_untested" in found.caveats
    assert np.isnan(found.proportionality.p_value).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_category_without_events_has_no_finite_estimate_and_is_named(sign):
    days, seen, x = sample(0, 60)
    x[:, 1] = sign * (seen == 0)
    with pytest.raises(DidNotConverge, match="estimate: alone separates spells with events from those without"):
        fit(days, seen, x)


def test_a_category_that_is_served_first_has_no_finite_estimate():
    days = np.arange(1.0, 21)
    with pytest.raises(DidNotConverge, match="first separates"):
        proportional_hazards(days, np.ones(20), (days <= 10)[:, None], names=["first"])


def test_collinear_and_constant_covariates_are_named():
    days, seen, x = sample(0, 60)
    third = 2 * x[:, 0] - x[:, 1] + 5
    with pytest.raises(InvalidParameter, match="need, alone, score are collinear"):
        proportional_hazards(days, seen, np.column_stack([x, third]), names=["need", "alone", "score"])
    with pytest.raises(InvalidParameter, match="alone never differs among spells at risk together"):
        fit(days, seen, np.column_stack([x[:, 0], np.full(60, 3.7)]))
    with pytest.raises(InvalidParameter, match="alone never differs"):
        fit(days, seen, x, strata=x[:, 1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"names": ["need", "need"]}, "names holds 2 names, 1 of them different"),
        (
            {"names": ["need"]},
            r"covariates has shape \(60, 2\); give one row a spell and one column a name, shape \(60, 1\)",
        ),
        ({"observed": np.zeros(60)}, "observed holds 0 events for 2 covariates"),
        ({"observed": np.full(60, 2)}, "count the others as censored"),
        ({"clusters": np.arange(60) % 2}, "clusters holds 2 clusters for 2 covariates"),
        ({"ties": "exact"}, "ties='exact' is unknown; give one of efron, breslow"),
        ({"transform": "log"}, "transform='log' is unknown; give one of km, rank, identity"),
        ({"level": 5}, "level=5 must lie between 0 and 1"),
        ({"confidence": 95}, "confidence=95"),
    ],
)
def test_impossible_arguments_are_refused(change, message):
    days, seen, x = sample(0, 60)
    with pytest.raises(InvalidParameter, match=message):
        proportional_hazards(
            **{"durations": days, "observed": seen, "covariates": x, "names": ["need", "alone"]} | change
        )


def test_unknown_covariates_are_counted_and_not_shown():
    days, seen, x = sample(0, 60)
    x[[3, 8], 0] = np.nan
    with pytest.raises(
        InvalidParameter, match="covariates: 2 of 60 rows hold NaN or infinite values, the first at position 3"
    ):
        fit(days, seen, x)


def test_concordance_counts_pairs():
    """Days 1, 2 and 2 with events, 3 censored: tied events are no pair, and equal predictors count one half."""
    days, seen, x = [1, 2, 2, 3, 4], [1, 1, 1, 0, 0], np.array([2.0, 3, 1, 1, 0])[:, None]
    found = proportional_hazards(days, seen, x, names=["x"])
    # Pairs: day 1 with four later, each event of day 2 with two later: 8; discordant 2 < 3; one tie 1 = 1.
    assert found.log_hazard_ratio[0] > 0
    assert found.concordance == pytest.approx((3 + 2 + 1 + 0.5) / 8)
