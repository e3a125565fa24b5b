"""Aalen–Johansen: its product, its variance, its special cases, and what it must not be asked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multi_state_data import TWELVE, spells_of, walk

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.competing_risks import cumulative_incidence
from jingan_analysis.models.multi_state import cumulative_intensities, probabilities_at, transition_probabilities
from jingan_analysis.models.state_occupation import expected_sojourn, state_occupation
from jingan_analysis.models.state_spells import CENSORED, joined, state_ledger, state_spells, transition_counts
from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.models.survival_summaries import restricted_mean


@st.composite
def histories(draw, states=3, people=12):
    """Rows of people who move among the states, the last of which nobody leaves."""
    rows = []
    for person in range(draw(st.integers(2, people))):
        day, state = draw(st.integers(0, 3)), draw(st.integers(0, states - 2))
        for _ in range(draw(st.integers(1, 5))):
            end = day + draw(st.integers(1, 4))
            to = draw(st.sampled_from([s for s in range(states) if s != state] + [CENSORED]))
            rows.append((person, state, to, day, end))
            if to in (CENSORED, states - 1):
                break
            day, state = end, to
    return rows


def naive(rows, start, day, states=3):
    """The product over days, one person at a time, and Greenwood's covariance of one row by Kronecker products."""
    product, covariance = np.eye(states), np.zeros((states**2, states**2))
    for t in sorted({end for *_, end in rows}):
        if not start < t <= day:
            continue
        step, noise = np.eye(states), np.zeros((states**2, states**2))
        for h in range(states):
            n = sum(a == h and e < t <= x for _, a, _, e, x in rows)
            if not n:
                continue
            share = np.array([sum(a == h and b == j and x == t for _, a, b, _, x in rows) / n for j in range(states)])
            share[h] = 1 - share.sum()
            step[h] = share
            at = [h + states * j for j in range(states)]
            noise[np.ix_(at, at)] = (np.diag(share) - np.outer(share, share)) / n
        right, left = np.kron(step.T, np.eye(states)), np.kron(np.eye(states), product)
        covariance = right @ covariance @ right.T + left @ noise @ left.T
        product = product @ step
    return product, covariance


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=histories(), start=st.integers(0, 4))
def test_probabilities_and_covariances_agree_with_the_product_over_days(rows, start):
    spells = spells_of(rows)
    if spells.exit.max() <= start:
        return
    result = transition_probabilities(spells, start=start)
    for i in (0, len(result.days) // 2, -1):
        product, covariance = naive(rows, start, result.days[i])
        assert result.probability[i] == pytest.approx(product, abs=1e-12)
        for h in range(3):
            at = [h + 3 * j for j in range(3)]
            assert result.covariance[i, h] == pytest.approx(covariance[np.ix_(at, at)], abs=1e-12)
    assert result.probability.sum(axis=2) == pytest.approx(1, abs=1e-12)
    assert (result.probability >= 0).all()
    assert result.probability[:, 2] == pytest.approx(np.tile([0, 0, 1], (len(result.days), 1)))


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=histories(), middle=st.integers(1, 8))
def test_from_s_to_t_goes_through_every_day_between(rows, middle):
    spells = spells_of(rows)
    last = int(spells.exit.max())
    if not spells.entry.min() < middle < last:
        return
    whole = transition_probabilities(spells, start=-1).probability[-1]
    before = transition_probabilities(spells, start=-1, until=middle).probability[-1]
    after = transition_probabilities(spells, start=middle).probability[-1]
    assert before @ after == pytest.approx(whole, abs=1e-12)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=histories(), order=st.permutations(range(3)), seed=st.integers(0, 99))
def test_names_of_states_and_order_of_rows_do_not_matter(rows, order, seed):
    codes = np.array([*order, CENSORED])
    renamed = [(p, codes[a], codes[b], e, x) for p, a, b, e, x in rows]
    shuffled = [renamed[i] for i in np.random.default_rng(seed).permutation(len(rows))]
    plain = transition_probabilities(spells_of(rows), start=-1)
    other = transition_probabilities(spells_of(shuffled), start=-1)
    turned = np.ix_(range(len(plain.days)), order, order)
    assert other.probability[turned] == pytest.approx(plain.probability, abs=1e-12)
    assert other.std_error[turned] ** 2 == pytest.approx(plain.std_error**2, abs=1e-12)
    assert (other.supported[:, order] == plain.supported).all()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=histories(states=4))
def test_states_that_nobody_leaves_can_be_merged(rows):
    """Two ways to end are one end: their probabilities add up, and the others stay."""
    kept = [row for row in rows if row[1] < 2]
    if not kept:
        return
    apart = transition_probabilities(spells_of(kept, "abcd"), start=-1).probability
    merged = transition_probabilities(
        spells_of([(p, a, min(b, 2), e, x) for p, a, b, e, x in kept], "abc"), start=-1
    ).probability
    assert merged[:, :2, :2] == pytest.approx(apart[:, :2, :2], abs=1e-12)
    assert merged[:, :2, 2] == pytest.approx(apart[:, :2, 2:].sum(axis=2), abs=1e-12)


waits = st.lists(st.tuples(st.integers(1, 10), st.integers(0, 2)), min_size=2, max_size=40)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=waits.filter(lambda rows: any(cause for _, cause in rows)))
def test_with_one_state_to_leave_it_is_cumulative_incidence_with_the_same_variance(rows):
    days, cause = (np.array(column) for column in zip(*rows, strict=True))
    spells = spells_of([(i, 0, c or CENSORED, 0, d) for i, (d, c) in enumerate(rows)], ("home", "bed", "dead"))
    result = transition_probabilities(spells)
    (known,) = cumulative_incidence(days, cause)
    assert (result.days == known.times).all() and (result.at_risk[:, 0] == known.at_risk).all()
    for k in range(len(known.incidence)):
        assert result.probability[:, 0, k + 1] == pytest.approx(known.incidence[k], abs=1e-12)
        assert result.std_error[:, 0, k + 1] ** 2 == pytest.approx(known.std_error[k] ** 2, abs=1e-12)
        both = ~np.isnan(known.lower[k]) & (known.std_error[k] > 1e-6)
        assert result.lower[both, 0, k + 1] == pytest.approx(known.lower[k][both], abs=1e-9)


def test_with_two_states_it_is_kaplan_meier_and_its_restricted_mean():
    days, seen = np.array([2, 3, 3, 5, 8, 8, 9, 12]), np.array([1, 1, 0, 1, 1, 0, 0, 1])
    entry = np.array([0, 0, 0, 0, 0, 0, 0, 0])
    spells = state_spells(
        np.arange(8), np.zeros(8), np.where(seen, 1, CENSORED), entry, days, states=("waits", "served")
    )
    result = transition_probabilities(spells)
    (curve,) = kaplan_meier(days, seen)
    assert result.probability[:, 0, 0] == pytest.approx(curve.survival)
    alive = ~np.isnan(curve.std_error)
    assert result.std_error[alive, 0, 0] == pytest.approx(curve.std_error[alive])
    mean, found = restricted_mean(curve, 10), expected_sojourn(spells, 10)
    assert (found.days[0], found.std_error[0]) == pytest.approx((mean.days, mean.std_error))
    assert (found.lower[0], found.upper[0]) == pytest.approx((mean.lower, mean.upper))


def test_nelson_aalen_sums_moves_over_those_at_risk():
    result = cumulative_intensities(spells_of(TWELVE))
    # On day 3 three of eight leave home, on day 5 two of six.
    day5 = list(result.days).index(5)
    assert result.intensity[day5, 0, 1] == pytest.approx(3 / 8 + 2 / 6)
    assert result.std_error[day5, 0, 1] ** 2 == pytest.approx(3 * 5 / 8**3 + 2 * 4 / 6**3)
    factor = np.exp(1.959963985 * result.std_error[day5, 0, 1] / result.intensity[day5, 0, 1])
    assert result.upper[day5, 0, 1] == pytest.approx(result.intensity[day5, 0, 1] * factor)
    assert np.isnan(result.lower[:, 0, 0]).all() and (result.intensity[:, 2] == 0).all()


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=histories())
def test_the_ledger_closes_and_counts_everybody(rows):
    spells = spells_of(rows)
    ledger, counts = state_ledger(spells), transition_counts(spells)
    left = ledger.at_risk - ledger.moves.sum(axis=2) - ledger.censored + ledger.entered
    assert (ledger.at_risk[1:] == left[:-1]).all() and (left[-1] == 0).all()
    assert (ledger.moves.sum(axis=0) == counts.moves).all()
    widths = np.diff(ledger.days, prepend=ledger.days[0])
    assert ((ledger.at_risk * widths[:, None]).sum(axis=0) == counts.person_days).all()
    assert counts.moves.sum() + counts.censored.sum() == len(rows) == counts.spells.sum()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=histories(), cut=st.integers(1, 8))
def test_a_stay_cut_in_two_is_the_same_stay(rows, cut):
    pieces = []
    for person, a, b, begin, end in rows:
        if begin < cut < end:
            pieces += [(person, a, CENSORED, begin, cut), (person, a, b, cut, end)]
        else:
            pieces.append((person, a, b, begin, end))
    whole, parts = spells_of(rows), spells_of(pieces)
    again = joined(parts)
    assert all((getattr(again, f) == getattr(whole, f)).all() for f in ("subject", "origin", "exit", "entry"))
    one, two = (state_occupation(s, start=-1, initial=[0.5, 0.5, 0]) for s in (whole, parts))
    assert two.probability[-1] == pytest.approx(one.probability[-1], abs=1e-12)
    assert two.std_error[-1] ** 2 == pytest.approx(one.std_error[-1] ** 2, abs=1e-12)


def test_occupation_is_the_initial_distribution_times_the_probabilities():
    spells = spells_of(TWELVE)
    given_, counted = state_occupation(spells, initial=[0.875, 0.125, 0]), state_occupation(spells)
    matrix = transition_probabilities(spells).probability
    # Eight people are watched from day 0, seven of them at home.
    assert counted.initial.tolist() == [0.875, 0.125, 0] and counted.initial_persons == 8
    assert given_.initial_persons is None
    assert given_.probability == pytest.approx(np.array([0.875, 0.125, 0]) @ matrix)
    assert counted.probability == pytest.approx(given_.probability)
    assert (counted.std_error >= given_.std_error - 1e-12).all(), "eight people are a sample"


def test_without_censoring_occupation_is_a_share_with_the_variance_of_a_share():
    rng = np.random.default_rng(5)
    rows = []
    for person in range(60):
        state, edges = int(rng.integers(2)), np.unique(rng.integers(1, 20, 4)).tolist()
        for begin, end in pairwise([0, *edges, 20]):
            rows.append((person, state, 1 - state if end < 20 else CENSORED, begin, end))
            state = 1 - state
    result = state_occupation(spells_of(rows, ("home", "hospital")))
    for day, share, error in zip(result.days[:-1], result.probability, result.std_error, strict=False):
        there = np.mean([a for _, a, _, begin, end in rows if begin <= day < end])
        assert share[1] == pytest.approx(there, abs=1e-12)
        # Not Markov: the product is right, and the variance is near that of a share.
        assert error[1] == pytest.approx(np.sqrt(there * (1 - there) / 60), rel=0.35)


def test_expected_days_are_the_areas_and_add_up_to_the_horizon():
    spells = spells_of(TWELVE)
    found = expected_sojourn(spells, 13)
    matrix = probabilities_at(transition_probabilities(spells), np.arange(13)).probability
    assert found.days_from == pytest.approx(matrix.sum(axis=0), abs=1e-12)
    assert found.days_from.sum(axis=1) == pytest.approx(13)
    assert found.days.sum() == pytest.approx(13)
    assert expected_sojourn(spells, 13, start=5).days.sum() == pytest.approx(8)


def test_what_nobody_watches_is_unknown_and_not_constant():
    """All who went to hospital were lost on day 6: what became of people there is not known."""
    rows = [(1, 0, 1, 0, 4), (1, 1, CENSORED, 4, 6), (2, 0, CENSORED, 0, 10), (3, 0, 2, 0, 8)]
    result = transition_probabilities(spells_of(rows))
    found = probabilities_at(result, [0, 3, 4, 6, 7, 10, 11])
    assert found.probability[:4, 0, 0] == pytest.approx([1, 1, 2 / 3, 2 / 3])
    assert np.isnan(found.probability[4:, 0]).all() and np.isnan(found.upper[4:, 0]).all()
    assert np.isnan(found.probability[1:, 1]).all(), "nobody was in hospital before day 4"
    assert found.probability[:, 2].tolist() == [[0, 0, 1]] * 7, "the dead stay dead"
    sojourn = expected_sojourn(spells_of(rows), 10, initial=[1, 0, 0])
    assert np.isnan(sojourn.days).all() and np.isnan(sojourn.days_from[0]).all()
    assert expected_sojourn(spells_of(rows), 6, initial=[1, 0, 0]).days == pytest.approx([4 + 4 / 3, 2 / 3, 0])


def test_when_all_have_come_to_an_end_the_rest_is_known():
    result = transition_probabilities(spells_of([(1, 0, 1, 0, 4), (1, 1, 2, 4, 9), (2, 0, 2, 0, 7)]))
    assert probabilities_at(result, [50]).probability[0, 0].tolist() == [0, 0, 1]


def test_two_kinds_of_interval():
    logs = transition_probabilities(spells_of(TWELVE))
    plain = transition_probabilities(spells_of(TWELVE), interval="plain")
    i = list(logs.days).index(9)
    p, error = logs.probability[i, 0, 1], logs.std_error[i, 0, 1]
    assert plain.upper[i, 0, 1] == pytest.approx(p + 1.959963985 * error)
    assert plain.lower[i, 0, 1] == 0, "cut"
    assert 0 < logs.lower[i, 0, 1] < p < logs.upper[i, 0, 1] < 1
    assert logs.upper[i, 0, 1] == pytest.approx(p ** np.exp(1.959963985 * error / (p * np.log(p))))
    assert np.isnan(logs.lower[i, 2, 2]) and np.isnan(plain.lower[i, 2, 2])


def paths(people, rng):
    """Home, hospital and death; a third is lost from sight in between."""
    generator = np.array([[-0.02, 0.015, 0.005], [0.05, -0.07, 0.02], [0, 0, 0]])
    rows = []
    for person in range(people):
        entry, until = int(rng.integers(0, 20)) * (person % 3 == 0), int(rng.integers(60, 200))
        path = [(int(np.ceil(t)), s) for t, s in walk(generator, 0, until, rng)]
        path = [x for i, x in enumerate(path) if i == len(path) - 1 or x[0] < path[i + 1][0]]
        for (begin, a), (end, b) in pairwise([*path, (until, CENSORED)]):
            if a != 2 and max(begin, entry) < end and a != b:
                rows.append((person, a, b, max(begin, entry), end))
    return rows


def bootstrapped(rows, day, draws, rng):
    """Standard deviations over samples of people."""
    of_person = {}
    for row in rows:
        of_person.setdefault(row[0], []).append(row[1:])
    people, found = list(of_person), []
    for _ in range(draws):
        chosen = rng.integers(len(people), size=len(people))
        spells = spells_of([(i, *row) for i, c in enumerate(chosen) for row in of_person[people[c]]])
        found.append(
            (
                probabilities_at(transition_probabilities(spells), [day]).probability[0, 0],
                expected_sojourn(spells, day, initial=[1, 0, 0]).days,
            )
        )
    return np.std(np.array(found), axis=0, ddof=1)


def test_variances_are_those_of_samples_of_people():
    rng = np.random.default_rng(11)
    rows = paths(150, rng)
    spells = spells_of(rows)
    of_share, of_days = bootstrapped(rows, 60, 200, rng)
    found = probabilities_at(transition_probabilities(spells), [60])
    assert found.std_error[0, 0] == pytest.approx(of_share, rel=0.2)
    assert expected_sojourn(spells, 60, initial=[1, 0, 0]).std_error == pytest.approx(of_days, rel=0.2)


def test_late_entry_and_loss_do_not_shift_the_probabilities():
    from jingan_analysis.models.markov_generator import probabilities_of_generator

    generator = np.array([[-0.02, 0.015, 0.005], [0.05, -0.07, 0.02], [0, 0, 0]])
    spells = spells_of(paths(3000, np.random.default_rng(3)))
    found = probabilities_at(transition_probabilities(spells), [50])
    true = probabilities_of_generator(generator, [50])[0, 0]
    # Whole days drop stays of no day, so allow a day's worth of moves beside the noise.
    assert found.probability[0, 0] == pytest.approx(true, abs=4 * found.std_error[0, 0].max() + 0.01)


def test_many_stays_take_little_time():
    """50,000 stays among six states on every day of three years; a loop over stays would take minutes."""

    rng = np.random.default_rng(0)
    n = 12_500
    ends = np.sort(rng.choice(1000, (n, 5)), axis=1) + np.arange(5) + rng.integers(0, 90, (n, 1))
    where = (rng.integers(0, 5, (n, 1)) + np.cumsum(rng.integers(1, 5, (n, 5)), axis=1)) % 5
    destination = where[:, 1:].copy()
    destination[:, -1] = np.where(rng.random(n) < 0.5, 5, CENSORED)
    spells = state_spells(
        np.repeat(np.arange(n), 4), where[:, :-1].ravel(), destination.ravel(), ends[:, :-1].ravel(),
        ends[:, 1:].ravel(), states=tuple("abcdef"),
    )  # fmt: skip
    result = transition_probabilities(spells)
    expected_sojourn(spells, 900)
    assert len(spells) == 50_000 and result.probability[-1].sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, 0, 0, 0, 5)], "1 of 1 end in their own state"),
        ([(1, 0, 1, 5, 5)], "1 of 1 do not end after their entry"),
        ([(1, 0, 1, 0, 5), (1, 1, 0, 4, 9)], "begin before the same person's earlier stay has ended"),
        ([(1, 0, 1, 0, 5), (1, 0, 2, 5, 9)], "not in the state that it ended in"),
        ([(1, 0, CENSORED, 0, 5), (1, 1, 2, 5, 9)], "not in the state that it ended in"),
        ([(1, 0, 3, 0, 5)], "destinations: 1 of 1 are above 2"),
        ([(1, -1, 2, 0, 5)], "origins: 1 of 1 are no whole numbers of 0 or more"),
        ([(1, 0, 1, 0.5, 5)], "entry: 1 of 1 are no whole numbers"),
        ([(1, 0, 0, 0, 5), (2, 0, 1, 7, 3)], "own state.*; stays: 1 of 2 do not end after"),
    ],
)
def test_impossible_stays_are_refused_with_all_their_faults(rows, message):
    with pytest.raises(InvalidParameter, match=message):
        spells_of(rows)


def test_options_without_an_answer_are_refused():
    spells = spells_of(TWELVE)
    with pytest.raises(InvalidParameter, match="subjects is empty"):
        state_spells([], [], [], [], [], states=("a", "b"))
    with pytest.raises(InvalidParameter, match="states names 2 states, 1 of them different"):
        spells_of(TWELVE[:1], ("a", "a"))
    with pytest.raises(InvalidParameter, match="nobody came, moved or left between them"):
        transition_probabilities(spells, start=16)
    with pytest.raises(InvalidParameter, match="interval='log' is unknown"):
        transition_probabilities(spells, interval="log")
    with pytest.raises(InvalidParameter, match="initial sums to 0.9"):
        state_occupation(spells, initial=[0.5, 0.4, 0])
    with pytest.raises(InvalidParameter, match="nobody is under watch just after"):
        state_occupation(spells, start=-1)
    with pytest.raises(InvalidParameter, match="horizon=0 must be after the start"):
        expected_sojourn(spells, 0)
    with pytest.raises(InvalidParameter, match="days must be whole and not before the start"):
        probabilities_at(transition_probabilities(spells, start=5), [4])
