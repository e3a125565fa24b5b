"""Case series: a likelihood by loops over days, Poisson with a dummy a person, planted effects, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.models.case_histories import (
    OwnWindow,
    RiskWindow,
    TimeSteps,
    case_histories,
    person_rows,
    step_terms,
    window_terms,
)
from jingan_analysis.models.case_series import case_series, observation_end
from jingan_analysis.models.conditional_poisson import conditional_fit, profile_interval

BEFORE, AFTER, LATER = RiskWindow("before", -90, 0), RiskWindow("after", 0, 180), RiskWindow("later", 180, np.inf)
QUARTERS = TimeSteps("quarter", [91, 182, 273, 365, 456, 547, 638], levels=[0, 1, 2, 3, 0, 1, 2, 3])


def drawn(seed, *, persons=400, ratios=(1.0, 0.5), autumn=1.0, rate=0.0012, spread=1.0, most=730):
    """Falls of persons of very different frailty, day by day; the retrofit is somewhere in the middle.

    Ratios are of the windows before and after the exposure; the fourth quarter has ``autumn`` times the rate.
    """
    generator = np.random.default_rng(seed)
    day = np.arange(most)
    exposure = np.where(generator.random(persons) < 0.8, generator.integers(150, 500, persons), np.nan)
    offset = day[None, :] - exposure[:, None]
    rates = np.full((persons, most), rate) * generator.gamma(1 / spread, spread, persons)[:, None]
    rates *= np.where((offset >= -90) & (offset < 0), ratios[0], 1.0) * np.where(offset >= 0, ratios[1], 1.0)
    rates *= np.where(day // 91 % 4 == 3, autumn, 1.0)
    who, when = np.nonzero(generator.poisson(rates))
    return case_histories(np.zeros(persons), np.full(persons, most), when, who, exposure)


def naive_likelihood(histories, windows, steps):
    """Minus the log-likelihood, from one row a person and day; ``cuts`` of the steps count from 0."""
    persons = []
    for i in range(len(histories)):
        day = np.arange(histories.start[i], histories.end[i])
        offset = day - histories.exposure[i]
        columns = [(offset >= w.first) & (offset < w.last) for w in windows]
        for step in steps:
            levels = np.asarray(step.levels)[np.searchsorted(step.cuts, day, side="right")]
            columns += [levels == level for level in sorted(set(step.levels) - {0})]
        had = histories.event[histories.person == i]
        if len(had):
            persons.append((np.array(columns, float).T, np.searchsorted(day, had)))

    def minus(beta):
        total = 0.0
        for x, had in persons:
            linear = x @ beta
            total -= linear[had].sum() - len(had) * np.log(np.exp(linear).sum())
        return total

    return minus


def test_estimates_intervals_and_test_agree_with_a_likelihood_by_loops():
    histories, windows = drawn(1, persons=120), [BEFORE, RiskWindow("after", 0, 180), LATER]
    found = case_series(histories, windows, steps=[QUARTERS])
    minus = naive_likelihood(histories, windows, [QUARTERS])
    p = len(found.names)
    assert found.names == ("before", "after", "later", "quarter 1", "quarter 2", "quarter 3")
    top = minimize(minus, np.zeros(p), tol=1e-12)
    assert found.log_rate_ratio == pytest.approx(top.x, abs=1e-4)
    null = minimize(lambda rest: minus(np.r_[np.zeros(3), rest]), np.zeros(3), tol=1e-12)
    assert found.chi2 == pytest.approx(2 * (null.fun - top.fun), abs=1e-6) and found.freedom == 3
    assert found.overall_p_value == pytest.approx(chi2.sf(found.chi2, 3))
    for end in (found.lower[1], found.upper[1]):
        held = np.log(end)
        others = minimize(lambda rest, b=held: minus(np.r_[rest[0], b, rest[1:]]), np.delete(top.x, 1), tol=1e-12)
        assert 2 * (others.fun - top.fun) == pytest.approx(chi2.isf(0.05, 1), abs=1e-4)
    step = 1e-3 * np.eye(p)
    curved = [
        [minus(top.x + a + b) - minus(top.x + a - b) - minus(top.x - a + b) + minus(top.x - a - b) for b in step]
        for a in step
    ]
    assert found.std_error == pytest.approx(np.sqrt(np.diag(np.linalg.inv(np.array(curved) / 4e-6))), rel=1e-3)
    assert found.wald_upper == pytest.approx(found.rate_ratio * np.exp(1.959964 * found.std_error), rel=1e-6)


def test_it_is_poisson_regression_with_a_dummy_a_person():
    from statsmodels.discrete.discrete_model import Poisson

    histories = drawn(2, persons=60)
    rows = person_rows(histories, [*window_terms(histories, [BEFORE, AFTER]), *step_terms(histories, [QUARTERS])])
    dummies = rows.person[:, None] == np.unique(rows.person)
    design = np.column_stack([rows.design, dummies])
    model = Poisson(rows.events, design, offset=np.log(rows.days)).fit(disp=0, maxiter=200, tol=1e-12, method="newton")
    found = case_series(histories, [BEFORE, AFTER], steps=[QUARTERS])
    p = len(found.names)
    assert found.log_rate_ratio == pytest.approx(model.params[:p], abs=1e-7)
    assert found.std_error == pytest.approx(model.bse[:p], rel=1e-6)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(inside=st.integers(1, 30), outside=st.integers(1, 30), length=st.integers(1, 99))
def test_one_window_of_the_same_length_for_all_has_a_closed_form(inside, outside, length):
    """The share of events inside against the share of time inside; the variance is 1 / inside + 1 / outside."""
    n = inside + outside
    event = np.r_[np.full(inside, 50), np.full(outside, 49)]
    persons = case_histories([0] * n, [200] * n, event, range(n), [50] * n)
    found = case_series(persons, [RiskWindow("after", 0, length)])
    assert found.rate_ratio[0] == pytest.approx(inside / outside * (200 - length) / length, rel=1e-7)
    assert found.std_error[0] == pytest.approx(np.sqrt(1 / inside + 1 / outside), rel=1e-6)
    assert found.term_days[0] == n * length and found.term_events[0] == inside
    assert found.lower[0] < found.rate_ratio[0] < found.upper[0]


def numbers(found):
    return np.r_[found.log_rate_ratio, found.lower, found.upper, found.chi2]


def test_what_does_not_matter():
    histories, windows, steps = drawn(3, persons=150), [BEFORE, AFTER], [QUARTERS]
    base = numbers(case_series(histories, windows, steps=steps))
    order = np.random.default_rng(1).permutation(len(histories))
    place = np.argsort(order)
    h = histories
    mixed = case_histories(h.start[order], h.end[order], h.event[::-1], place[h.person[::-1]], h.exposure[order])
    assert numbers(case_series(mixed, windows, steps=steps)) == pytest.approx(base, abs=1e-6), "order of rows"
    born = case_histories(h.start + 5000, h.end + 5000, h.event + 5000, h.person, h.exposure + 5000)
    origin = TimeSteps(QUARTERS.name, QUARTERS.cuts, QUARTERS.levels, np.full(len(h), 5000))
    assert numbers(case_series(born, windows, steps=[origin])) == pytest.approx(base, abs=1e-6), "origin of time"
    cases = np.unique(h.person)
    only = case_histories(h.start[cases], h.end[cases], h.event, np.searchsorted(cases, h.person), h.exposure[cases])
    assert numbers(case_series(only, windows, steps=steps)) == pytest.approx(base, abs=1e-6), "those without events"
    weeks = case_histories(h.start / 7, h.end / 7, h.event / 7, h.person, h.exposure / 7)
    in_weeks = [RiskWindow(w.name, w.first / 7, w.last / 7) for w in windows]
    cuts = TimeSteps("quarter", np.array(QUARTERS.cuts) / 7, QUARTERS.levels)
    assert numbers(case_series(weeks, in_weeks, steps=[cuts])) == pytest.approx(base, abs=1e-6), "unit of time"


def test_the_never_exposed_tell_about_seasons_only():
    histories = drawn(4, persons=200)
    exposed = np.isfinite(histories.exposure)
    kept = exposed[histories.person]
    place = np.cumsum(exposed) - 1
    h = histories
    without = case_histories(
        h.start[exposed], h.end[exposed], h.event[kept], place[h.person[kept]], h.exposure[exposed]
    )
    assert numbers(case_series(without, [AFTER])) == pytest.approx(numbers(case_series(h, [AFTER])), abs=1e-6)
    with_them = case_series(h, [AFTER], steps=[QUARTERS])
    assert (with_them.std_error[1:] < case_series(without, [AFTER], steps=[QUARTERS]).std_error[1:]).all()
    assert with_them.exposed_cases < with_them.cases < with_them.persons == 200


def test_planted_ratios_are_found_as_often_as_the_interval_says():
    """A halved rate after the exposure, an autumn half as dangerous again, and frailty that differs a hundredfold."""
    covered, wald, estimates = 0, 0, []
    for seed in range(200):
        found = case_series(drawn(seed, autumn=1.5, persons=300), [RiskWindow("after", 0, np.inf)], steps=[QUARTERS])
        covered += found.lower[0] <= 0.5 <= found.upper[0]
        wald += found.wald_lower[0] <= 0.5 <= found.wald_upper[0]
        estimates.append([found.log_rate_ratio[0], found.log_rate_ratio[3]])
    assert 180 <= covered <= 198 and 180 <= wald <= 198
    error = np.std(estimates, axis=0) / np.sqrt(200)
    assert (np.abs(np.mean(estimates, axis=0) - np.log([0.5, 1.5])) < 4 * error + 0.01).all()
    assert np.std(estimates, axis=0)[0] == pytest.approx(found.std_error[0], rel=0.25)


def test_without_an_effect_it_is_quiet():
    found = [case_series(drawn(1000 + seed, persons=200, ratios=(1, 1)), [BEFORE, AFTER]) for seed in range(200)]
    assert 2 <= sum(one.overall_p_value < 0.05 for one in found) <= 20
    assert 2 <= sum(bool(one.flags) for one in found) <= 20
    assert np.mean([one.overall_p_value for one in found]) == pytest.approx(0.5, abs=0.09)


def test_a_season_that_is_left_out_looks_like_an_effect():
    """All are exposed at the end of a quiet season."""
    generator = np.random.default_rng(6)
    n, day = 500, np.arange(364)
    rates = np.where(day >= 182, 0.006, 0.002)
    who, when = np.nonzero(generator.poisson(np.broadcast_to(rates, (n, 364))))
    exposure = np.where(generator.random(n) < 0.5, generator.integers(160, 200, n), np.nan)
    histories = case_histories(np.zeros(n), np.full(n, 364), when, who, exposure)
    naive, adjusted = (
        case_series(histories, [LATER_THAN_0], steps=steps) for steps in ((), [TimeSteps("half", [182])])
    )
    assert naive.lower[0] > 2
    assert adjusted.lower[0] < 1 < adjusted.upper[0] and adjusted.lower[1] < 3 < adjusted.upper[1]


LATER_THAN_0 = RiskWindow("after", 0, np.inf)


def test_a_fall_that_brings_the_retrofit_about_is_flagged():
    quiet, flagged = (case_series(drawn(7, persons=600, ratios=(r, 0.6)), [BEFORE, AFTER, LATER]) for r in (1.0, 3.0))
    assert quiet.flags == () and flagged.flags == ("exposure_depends_on_event",)
    assert case_series(drawn(7, persons=600, ratios=(3.0, 0.6)), [AFTER, LATER]).flags == (), (
        "without a window it cannot see"
    )


def test_deaths_soon_after_an_event_are_noticed_and_others_are_not():
    histories = drawn(8, persons=900, ratios=(1.0, 1.0), rate=0.002)
    generator = np.random.default_rng(9)
    first = np.full(len(histories), np.inf)
    np.minimum.at(first, histories.person, histories.event)
    chance = generator.random(len(histories)) < 0.5
    by_fall = np.where(chance, first + generator.integers(1, 40, len(histories)), np.inf)
    by_chance = np.where(chance, generator.integers(300, 730, len(histories)), np.inf)
    for dies, expected in ((by_fall, True), (by_chance, False)):
        end = np.minimum(dies, 730.0)
        seen = histories.event < end[histories.person]
        cut = case_histories(histories.start, end, histories.event[seen], histories.person[seen], histories.exposure)
        found = observation_end(cut, [AFTER], ended_early=dies < 730, days=60)
        assert found.refusal is None and found.depends is expected
        assert (found.ratio > 2) is expected
        assert found.ended_early == (dies < 730)[np.unique(cut.person)].sum()
        last = (cut.event >= (end - 60)[cut.person]) & (dies < 730)[cut.person]
        assert found.observed == last.sum()


def test_nobody_ended_early_so_nothing_can_be_said():
    histories = drawn(8, persons=100)
    found = observation_end(histories, [AFTER], ended_early=np.zeros(100, dtype=bool), days=60)
    assert found.refusal == "nobody_ended_early"
    assert found.depends is None and np.isnan(found.ratio) and found.ended_early == 0
    nothing = case_histories([0], [100], [20], [0], [50])
    assert observation_end(nothing, ONE, ended_early=[1], days=60).refusal == "series_refused"


def test_the_last_days_by_hand():
    """Three persons with one event each; without an effect, 40 of 100 days hold 0.4 of an event."""
    histories = case_histories([0] * 4, [100] * 4, [80, 70, 55, 2], range(4), [50, 50, 50, 0])
    found = observation_end(histories, [RiskWindow("after", 0, 25)], ended_early=[1, 1, 0, 0], days=40)
    ratio = case_series(histories, [RiskWindow("after", 0, 25)]).rate_ratio[0]
    chance = (25 + 15 * ratio) / (75 + 25 * ratio)
    assert (found.observed, found.expected) == (2.0, pytest.approx(2 * chance))
    assert found.p_value == pytest.approx(2 * chance**2) and found.depends is False


def test_the_look_at_the_end_is_quiet_without_dependence():
    noticed = 0
    for seed in range(100):
        histories = drawn(2000 + seed, persons=150)
        end = np.random.default_rng(seed).integers(300, 731, len(histories)).astype(float)
        seen = histories.event < end[histories.person]
        h = histories
        cut = case_histories(h.start, end, h.event[seen], h.person[seen], h.exposure)
        noticed += bool(observation_end(cut, [LATER_THAN_0], ended_early=end < 730, days=60).depends)
    assert noticed <= 10


def test_edges_of_windows_and_observation():
    """A window holds its first day and not its last; exposure may lie before the observation."""
    persons = case_histories([0, 0, 0], [100, 100, 100], [50, 59, 60], [0, 1, 2], [50, 50, 50])
    found = case_series(persons, [RiskWindow("after", 0, 10)])
    assert found.term_events[0] == 2 and found.term_days[0] == 30
    early = case_histories([0, 0], [100, 100], [3, 80], [0, 1], [-5, -5])
    assert case_series(early, [RiskWindow("after", 0, 10)]).term_days.tolist() == [10.0]
    late = case_histories([0, 0, 0], [100, 100, 100], [3, 80, 95], [0, 1, 2], [500, 90, 90])
    assert case_series(late, [RiskWindow("after", 0, 30)]).term_days.tolist() == [20.0]
    several = case_histories([0], [100], [10, 10, 60, 61], [0, 0, 0, 0], [50])
    assert case_series(several, [RiskWindow("after", 0, 50)]).rate_ratio[0] == pytest.approx(1.0)


def test_two_step_functions_at_once():
    histories = drawn(10, persons=400)
    born = np.random.default_rng(3).integers(-500, 0, len(histories))
    found = case_series(histories, [AFTER], steps=[QUARTERS, TimeSteps("age", [600], origin=born)])
    assert found.refusal is None and found.names[-1] == "age 1"
    assert abs(found.log_rate_ratio[-1]) < 4 * found.std_error[-1]


ONE = [RiskWindow("after", 0, 10)]


@pytest.mark.parametrize(
    ("histories", "windows", "steps", "refusal", "terms"),
    [
        (([0], [100], [], [], [50]), ONE, (), "no_events", ()),
        (([], [], [], [], []), ONE, (), "no_events", ()),
        (([0], [100], [20], [0], [np.nan]), ONE, (), "no_time_in_a_term", ("after",)),
        (([0], [100], [20], [0], [500]), ONE, (), "no_time_in_a_term", ("after",)),
        (([0], [100], [20], [0], [50]), ONE, (), "no_event_in_a_term", ("after",)),
        (([0], [100], [55], [0], [50]), ONE, (), "no_finite_estimate", ("after",)),
        (([0], [100], [55], [0], [-9]), [RiskWindow("after", 0, np.inf)], (), "terms_not_told_apart", ("after",)),
        (
            ([0, 0], [100, 100], [20, 70], [0, 1], [50, 50]),
            [RiskWindow("after", 0, np.inf)],
            [TimeSteps("half", [50])],
            "terms_not_told_apart",
            ("after", "half 1"),
        ),
        (
            ([0, 0], [100, 100], [20, 55], [0, 1], [50, 50]),
            ONE,
            [TimeSteps("half", [70])],
            "no_event_in_a_term",
            ("half 1",),
        ),
        (
            ([0, 0], [100, 100], [20, 70], [0, 1], [10, 65]),
            [RiskWindow("after", 0, 20), RiskWindow("before", -10, 0)],
            (),
            "no_event_in_a_term",
            ("before",),
        ),
    ],
)
def test_what_cannot_be_estimated_is_a_refusal(histories, windows, steps, refusal, terms):
    found = case_series(case_histories(*histories), windows, steps=steps)
    assert (found.refusal, found.refused_terms) == (refusal, terms)
    assert np.isnan(found.rate_ratio).all() and np.isnan(found.upper).all() and np.isnan(found.chi2)
    assert len(found.rate_ratio) == len(found.names) == len(found.term_days)
    assert found.events == len(histories[2]) and found.flags == ()


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    events=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 29)), min_size=1, max_size=12),
    exposure=st.lists(st.sampled_from([np.nan, 3.0, 8.0, 15.0, 22.0]), min_size=6, max_size=6),
)
def test_whatever_is_not_refused_has_a_top_with_an_interval_around_it(events, exposure):
    """Small data are where likelihoods run away: the refusals must catch all of them and nothing else."""
    who, when = zip(*events, strict=True)
    histories = case_histories([0] * 6, [30] * 6, when, who, exposure)
    windows, steps = [RiskWindow("before", -4, 0), RiskWindow("after", 0, 6)], [TimeSteps("half", [15])]
    found = case_series(histories, windows, steps=steps)
    if found.refusal is None:
        assert (found.lower < found.rate_ratio).all() and (found.rate_ratio < found.upper).all()
        assert np.isfinite(found.upper).all() and (found.lower > 0).all()
        return
    assume(found.refusal in ("no_event_in_a_term", "no_finite_estimate"))
    minus = naive_likelihood(histories, windows, [TimeSteps("half", [15], levels=[0, 1])])
    free = minimize(minus, np.zeros(3), bounds=[(-12, 12)] * 3)
    assert np.abs(free.x).max() > 9, "the likelihood rises as far as one looks"


def test_a_profile_that_does_not_fall_is_told():
    """Without the refusals before it: all events inside, so that the likelihood rises for ever."""
    histories = case_histories([0], [100], [55], [0], [50])
    rows = person_rows(histories, window_terms(histories, ONE))
    fit = conditional_fit(rows)
    with pytest.raises(DidNotConverge, match=r"profile likelihood does not fall|no top|does not rise"):
        profile_interval(rows, fit, 0, 0.95)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: case_histories([0], [0], [], [], [5]), "end: 1 of 1 do not come after their start"),
        (lambda: case_histories([0], [9], [9], [0], [5]), "event: 1 of 1 lie outside the observation"),
        (lambda: case_histories([0], [9], [3], [1], [5]), "person: 1 of 1 are not the position of one of 1 persons"),
        (lambda: case_histories([0], [9], [3], [0.5], [5]), "person: 1 of 1 are no whole numbers"),
        (lambda: case_histories([np.nan], [9], [3], [0], [5]), "start: 1 of 1 are NaN or infinite"),
        (lambda: case_histories([0], [9], [3], [0], [np.inf]), "exposure: 1 of 1 are NaN or infinite"),
        (lambda: case_histories([0], [9, 8], [3], [0], [5, 6]), r"end has shape \(2,\).*; exposure has shape"),
        (lambda: RiskWindow("w", 5, 5), "window 'w': first=5 must be before last=5"),
        (lambda: case_series(drawn(1), []), "windows is empty"),
        (lambda: case_series(drawn(1), [AFTER, RiskWindow("x", 100, 200)]), "windows 'after' and 'x' overlap"),
        (lambda: case_series(drawn(1), [AFTER, RiskWindow("after", 200, 300)]), "must all be different"),
        (lambda: case_series(drawn(1), [AFTER], steps=[TimeSteps("s", [5, 5])]), "cuts must be finite and rising"),
        (lambda: case_series(drawn(1), [AFTER], steps=[TimeSteps("s", [5], [0])]), r"levels has shape \(1,\)"),
        (lambda: case_series(drawn(1), [AFTER], steps=[TimeSteps("s", [5], None, [0])]), r"origin has shape \(1,\)"),
        (lambda: case_series(drawn(1), [AFTER], confidence=95), "confidence=95"),
        (lambda: observation_end(drawn(1), [AFTER], ended_early=[1], days=60), "ended_early must be True or False"),
        (lambda: observation_end(drawn(1), [AFTER], ended_early=np.ones(400), days=0), "days=0 must be above 0"),
    ],
)
def test_impossible_arguments_are_refused(call, message):
    with pytest.raises(InvalidParameter, match=message):
        call()


def test_windows_of_each_person_are_the_same_as_windows_around_the_exposure():
    histories = drawn(31)
    around = case_series(histories, [BEFORE, AFTER, LATER], steps=[QUARTERS])
    days = [
        (histories.exposure + window.first, np.minimum(histories.exposure + window.last, histories.end))
        for window in (BEFORE, AFTER, LATER)
    ]
    own = [OwnWindow(name, begins, ends) for name, (begins, ends) in zip(("a", "b", "c"), days, strict=True)]
    found = case_series(histories, own, steps=[QUARTERS])
    for name in ("rate_ratio", "lower", "upper", "p_value", "term_events", "term_days"):
        np.testing.assert_array_equal(getattr(found, name), getattr(around, name), err_msg=name)


def test_windows_of_a_person_that_overlap_or_have_another_shape_are_refused():
    histories = drawn(32)
    begins = histories.exposure
    with pytest.raises(InvalidParameter, match="'a' and 'b' overlap for"):
        case_series(histories, [OwnWindow("a", begins, begins + 90), OwnWindow("b", begins + 89, begins + 120)])
    with pytest.raises(InvalidParameter, match="window 'a': begins"):
        case_series(histories, [OwnWindow("a", begins[:-1], begins + 90)])


def test_what_is_left_out_to_save_time_changes_nothing_else():
    histories = drawn(33)
    whole = case_series(histories, [BEFORE, AFTER], steps=[QUARTERS])
    short = case_series(histories, [BEFORE, AFTER], steps=[QUARTERS], intervals_of_steps=False)
    for name in ("rate_ratio", "wald_lower", "wald_upper", "p_value", "overall_p_value"):
        np.testing.assert_array_equal(getattr(short, name), getattr(whole, name), err_msg=name)
    np.testing.assert_array_equal(short.lower[:2], whole.lower[:2])
    assert np.isnan(short.upper[2:]).all()
    assert not np.isnan(whole.upper).any()
    early = np.arange(len(histories)) % 5 == 0
    look = {"ended_early": early, "days": 60.0, "steps": [QUARTERS]}
    assert observation_end(histories, [BEFORE, AFTER], series=short, **look) == observation_end(
        histories, [BEFORE, AFTER], **look
    )
