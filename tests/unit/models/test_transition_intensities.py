"""Occurrence over exposure, and what a generator says: probabilities, days, ends and returns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multi_state_data import TWELVE, TWOWAY4, spells_of, walk

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.rates import poisson_rate
from jingan_analysis.models.markov_generator import (
    absorbing_chain,
    exponentials,
    probabilities_of_generator,
    sojourn_of_generator,
)
from jingan_analysis.models.state_spells import CENSORED
from jingan_analysis.models.transition_intensities import DAYS_A_MONTH, generator_of, transition_intensities


@st.composite
def generators(draw, states=4, absorbing=True):
    """Generators whose every state but, if wanted, the last is left, and leads to the last."""
    rates = st.floats(0.01, 3)
    q = np.array([[draw(rates) * draw(st.integers(0, 1)) for _ in range(states)] for _ in range(states)])
    q[:-1, -1] = [draw(rates) for _ in range(states - 1)]
    q[-1] = 0 if absorbing else 0.5
    np.fill_diagonal(q, 0)
    return q - np.diag(q.sum(axis=1))


def test_moves_over_months_with_garwoods_interval():
    result = transition_intensities(spells_of(TWELVE))
    home = sum(end - begin for _, a, _, begin, end in TWELVE if a == 0)
    moves = sum(a == 0 and b == 1 for _, a, b, *_ in TWELVE)
    assert (result.person_days[0, 0], result.moves[0, 0, 1]) == (home, moves)
    expected = poisson_rate(moves, home / DAYS_A_MONTH / 100)
    assert (result.rate[0, 0, 1], result.lower[0, 0, 1], result.upper[0, 0, 1]) == pytest.approx(
        (expected.rate, expected.lower, expected.upper)
    )
    assert np.isnan(result.rate[0, 0, 0]) and np.isnan(result.upper[0, 2]).all(), "nobody is watched when dead"


def test_periods_share_out_days_and_moves():
    spells = spells_of(TWELVE)
    whole, apart = transition_intensities(spells), transition_intensities(spells, cuts=(5, 9))
    assert (apart.person_days.sum(axis=0) == whole.person_days[0]).all()
    assert (apart.moves.sum(axis=0) == whole.moves[0]).all()
    naive = np.zeros((3, 3), dtype=int)
    for _, a, _, begin, end in TWELVE:
        for day in range(begin + 1, end + 1):
            naive[0 if day <= 5 else 1 if day <= 9 else 2, a] += 1
    assert (apart.person_days == naive).all()
    assert apart.moves[0].sum() == sum(b >= 0 and end <= 5 for *_, b, _, end in TWELVE), "day 5 is in the first"


def test_no_move_has_a_rate_of_0_and_an_upper_limit():
    result = transition_intensities(spells_of([(1, 0, 1, 0, 30), (2, 1, 0, 0, 30)]))
    assert result.rate[0, 0, 2] == 0 and result.lower[0, 0, 2] == 0 and result.upper[0, 0, 2] > 0


def test_true_intensities_are_found_again():
    generator = np.array([[-0.02, 0.015, 0.005], [0.05, -0.07, 0.02], [0, 0, 0]])
    rng = np.random.default_rng(2)
    rows = []
    for person in range(800):
        # Thousandths of a day, for intensities per day are those of a continuous clock.
        path = [(round(1000 * t), s) for t, s in walk(generator, person % 2, 150, rng)]
        for (begin, a), (end, b) in zip(path, [*path[1:], (150_000, CENSORED)], strict=True):
            if a != 2 and begin < end:
                rows.append((person, a, b, begin, end))
    result = transition_intensities(spells_of(rows), confidence=0.999)
    scale = 100 * DAYS_A_MONTH / 1000
    inside = ~np.eye(3, dtype=bool)
    inside[2] = False
    assert (result.lower[0][inside] * 1000 / 1000 <= generator[inside] * scale).all()
    assert (generator[inside] * scale <= result.upper[0][inside]).all()
    assert generator_of(result, days=1000) == pytest.approx(generator, rel=0.15)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(q=generators(), s=st.floats(0, 3), t=st.floats(0, 3))
def test_probabilities_of_a_generator_form_a_semigroup(q, s, t):
    first, second, both, none = probabilities_of_generator(q, [s, t, s + t, 0])
    assert first @ second == pytest.approx(both, abs=1e-12)
    assert both.sum(axis=1) == pytest.approx(1, abs=1e-12) and (both >= -1e-15).all()
    assert none == pytest.approx(np.eye(4))


@settings(deadline=None, max_examples=25, derandomize=True)
@given(q=generators(), t=st.floats(0.01, 50), seed=st.integers(0, 99))
def test_exponentials_and_derivatives_are_scipys(q, t, seed):
    from scipy.linalg import expm, expm_frechet

    direction = np.random.default_rng(seed).normal(size=q.shape)
    direction -= np.diag(direction.sum(axis=1))
    value, slope = exponentials(q, direction[None], np.array([t, t / 7]))
    assert value[0] == pytest.approx(expm(q * t), abs=1e-12)
    expected = expm_frechet(q * t, direction * t, compute_expm=False)
    assert slope[0, 0] == pytest.approx(expected, abs=1e-10 * max(1, np.abs(expected).max()))


@settings(deadline=None, max_examples=40, derandomize=True)
@given(q=generators(), horizon=st.floats(0.1, 20))
def test_days_within_a_horizon_add_up_and_are_the_area(q, horizon):
    days = sojourn_of_generator(q, horizon)
    assert days.sum(axis=1) == pytest.approx(horizon)
    middle = (np.arange(4000) + 0.5) * horizon / 4000
    assert days == pytest.approx(probabilities_of_generator(q, middle).sum(axis=0) * horizon / 4000, abs=1e-4 * horizon)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(q=generators(), order=st.permutations(range(4)))
def test_the_fundamental_matrix_is_the_whole_area_and_forgets_names(q, order):
    chain = absorbing_chain(q)
    far = sojourn_of_generator(q, 5000.0)
    assert chain.transient.tolist() == [0, 1, 2]
    assert chain.time_in == pytest.approx(far[:3, :3], rel=1e-6, abs=1e-9)
    assert chain.absorbed_in == pytest.approx(1)
    assert (chain.ever_reached >= 0).all() and (chain.ever_reached <= 1 + 1e-12).all()
    turned = absorbing_chain(q[np.ix_(order, order)])
    at = [list(turned.transient).index(order.index(state)) for state in range(3)]
    assert turned.time_in[np.ix_(at, at)] == pytest.approx(chain.time_in)


def test_ends_and_returns_are_those_of_simulated_lives():
    rng = np.random.default_rng(8)
    chain = absorbing_chain(TWOWAY4)
    lives = [[s for _, s in walk(TWOWAY4, 0, np.inf, rng)] for _ in range(4000)]
    ever = [np.mean([state in life[1:] for life in lives]) for state in range(3)]
    assert chain.ever_reached[0] == pytest.approx(ever, abs=0.03)
    visits = [np.mean([life.count(state) for life in lives]) for state in range(3)]
    assert chain.mean_visits[0] == pytest.approx(visits, abs=0.06)
    assert chain.mean_stay == pytest.approx([2, 1 / 0.498, 2])
    # There is no way back to state 0 but through state 1: half go there, and ever_reached is a probability.
    assert chain.ever_reached[0, 0] == pytest.approx(0.5 * chain.ever_reached[1, 0])


def test_days_of_a_bed_that_leads_nowhere_are_refused():
    round_and_round = np.array([[-1, 1, 0], [1, -1, 0], [0, 0, 0.0]])
    with pytest.raises(InvalidParameter, match="states 0, 1 never lead to a state that nobody leaves"):
        absorbing_chain(round_and_round)
    assert sojourn_of_generator(round_and_round, 10)[0].sum() == pytest.approx(10)


def test_impossible_arguments_are_refused():
    spells = spells_of(TWELVE)
    for cuts in ((9, 5), (0,), (16,), (99,)):
        with pytest.raises(InvalidParameter, match="must rise and lie after day 0 and before day 16"):
            transition_intensities(spells, cuts=cuts)
    with pytest.raises(InvalidParameter, match="period=2 must be from 0 to 1"):
        generator_of(transition_intensities(spells, cuts=(5,)), period=2)
    late = transition_intensities(spells_of([(1, 0, 1, 0, 5), (1, 1, 0, 5, 9)]), cuts=(5,))
    with pytest.raises(InvalidParameter, match="nobody was watched in hospital; join it"):
        generator_of(late)
    for wrong, message in (
        (np.ones((2, 3)), "square"),
        ([[-1, 1], [-1, 1]], "must be finite and 0 or more"),
        ([[-1, 0.5], [0, 0]], "rows must sum to 0"),
    ):
        with pytest.raises(InvalidParameter, match=message):
            probabilities_of_generator(wrong, [1])
    with pytest.raises(InvalidParameter, match="horizon=0 must be above 0"):
        sojourn_of_generator(TWOWAY4, 0)
