"""Accounts of beds close exactly, occupancy is decomposed exactly, and moves that are taken back are counted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multi_state_data import spells_of

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.bounce_back import bounce_back
from jingan_analysis.models.occupancy_change import occupancy_change
from jingan_analysis.models.state_spells import CENSORED
from jingan_analysis.models.stock_and_flow import flows_by_month, stock_and_flow

KINDS, OUTSIDE, MONTHS = 3, 2, 4


def simulate(people, seed):
    """Who is in which of three kinds at the end of each month, and the moves in between."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, KINDS + OUTSIDE, people)
    stocks, moves = [np.bincount(place, minlength=KINDS + OUTSIDE)[:KINDS]], []
    for month in range(MONTHS):
        for _ in range(3 * people):
            who, to = rng.integers(people), rng.integers(KINDS + OUTSIDE)
            if place[who] < KINDS or to < KINDS:
                moves.append((month, place[who], to))
                place[who] = to
        stocks.append(np.bincount(place, minlength=KINDS + OUTSIDE)[:KINDS])
    return np.array(stocks), np.array(moves).T


@settings(deadline=None, max_examples=40, derandomize=True)
@given(people=st.integers(1, 12), seed=st.integers(0, 10_000))
def test_the_account_of_all_moves_closes(people, seed):
    stocks, moves = simulate(people, seed)
    flows = flows_by_month(*moves, number=MONTHS, kinds=KINDS, outside=OUTSIDE)
    account = stock_and_flow(stocks, flows)
    assert account.closes and not account.residual.any()
    assert (account.opening + account.inflow - account.outflow == account.closing).all()
    assert account.flow_matrix.sum() == moves.shape[1]
    # What comes from outside or goes there is all that changes the whole.
    assert (account.net_outside.sum(axis=1) == np.diff(stocks.sum(axis=1))).all()


@settings(deadline=None, max_examples=40, derandomize=True)
@given(people=st.integers(2, 12), seed=st.integers(0, 10_000), lost=st.integers(0, 10_000))
def test_a_move_that_was_not_recorded_is_a_residual_at_both_ends(people, seed, lost):
    stocks, moves = simulate(people, seed)
    lost %= moves.shape[1]
    month, source, destination = moves[:, lost]
    account = stock_and_flow(
        stocks, flows_by_month(*np.delete(moves, lost, axis=1), number=MONTHS, kinds=KINDS, outside=OUTSIDE)
    )
    expected = np.zeros((MONTHS, KINDS), dtype=int)
    if source < KINDS:
        expected[month, source] -= 1
    if destination < KINDS:
        expected[month, destination] += 1
    assert (account.residual == expected).all()
    assert account.residual.dtype == np.int64


def test_an_account_by_hand():
    # Home beds and institution beds; one place outside.
    account = stock_and_flow([[10, 20], [12, 21]], [[[0, 3, 1], [2, 4, 0], [4, 1, 0]]])
    assert account.inflow.tolist() == [[6, 8]] and account.outflow.tolist() == [[4, 6]]
    assert account.residual.tolist() == [[0, -1]] and not account.closes
    assert account.net_outside.tolist() == [[3, 1]]


def test_months_without_moves_and_huge_counts_stay_exact():
    none = flows_by_month([], [], [], number=2, kinds=1, outside=1)
    assert stock_and_flow([[5], [5], [4]], none).residual.tolist() == [[0], [-1]]
    big = 2**53 + 1
    assert stock_and_flow([[big], [big + 1]], np.array([[[0, 0], [1, 0]]])).residual.tolist() == [[0]]


def test_accounts_that_cannot_be_made_are_refused():
    with pytest.raises(InvalidParameter, match=r"stocks: 1 of 4 are no whole numbers.*; flows: 1 of 4 are no whole"):
        stock_and_flow([[1, 2], [3, 0.5]], [[[0, -1], [0, 0]]])
    with pytest.raises(InvalidParameter, match="leave its month out"):
        stock_and_flow([[1.0], [np.nan]], [[[0]]])
    with pytest.raises(InvalidParameter, match=r"give \(m \+ 1, k\) and"):
        stock_and_flow([[1, 2]], [[[0, 0], [0, 0]]])
    with pytest.raises(InvalidParameter, match="1 of 2 moves begin and end outside the 1 kinds"):
        flows_by_month([0, 0], [0, 1], [1, 2], number=1, kinds=1, outside=2)
    with pytest.raises(InvalidParameter, match="months: 1 of 1 are above 0; destinations: 1 of 1 are above 1"):
        flows_by_month([1], [0], [2], number=1, kinds=1, outside=1)


sizes = st.integers(1, 100_000)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(n0=st.integers(0, 100_000), b0=sizes, n1=st.integers(0, 100_000), b1=sizes)
def test_occupancy_is_decomposed_exactly(n0, b0, n1, b1):
    first = occupancy_change([n0], [b0], [n1], [b1], order="beds_first")
    even = occupancy_change([n0], [b0], [n1], [b1])
    change = Fraction(n1, b1) - Fraction(n0, b0)
    exact = max(1.0, n0 / b0, n1 / b0, n0 / b1, n1 / b1) * 1e-12
    for found in (first, even):
        assert found.by_residents[0] + found.by_beds[0] == pytest.approx(float(change), abs=exact)
    assert first.by_residents[0] == pytest.approx(float(Fraction(n1 - n0, b1)), abs=exact)
    assert first.by_beds[0] == pytest.approx(float(-Fraction(n0 * (b1 - b0), b0 * b1)), abs=exact)
    middle = Fraction(n1 - n0, 2) * (Fraction(1, b0) + Fraction(1, b1))
    assert even.by_residents[0] == pytest.approx(float(middle), abs=exact)
    back = occupancy_change([n1], [b1], [n0], [b0])
    assert back.by_residents[0] == pytest.approx(-even.by_residents[0], abs=exact), "symmetric in time"


def test_new_beds_lower_occupancy_and_nobody_left():
    found = occupancy_change([80, 80], [100, 100], [80, 95], [125, 100])
    assert found.change == pytest.approx([-0.16, 0.15])
    assert found.by_residents == pytest.approx([0, 0.15]) and found.by_beds == pytest.approx([-0.16, 0])
    with pytest.raises(InvalidParameter, match="without beds there is no occupancy"):
        occupancy_change([1], [0], [1], [1])
    with pytest.raises(InvalidParameter, match="order='first' is unknown"):
        occupancy_change([1], [1], [1], [1], order="first")


PLACES = ("home", "institution", "hospital", "dead")
MOVES = (
    (1, 1, 2, 0, 10), (1, 2, 1, 10, 15), (1, 1, CENSORED, 15, 60),  # to hospital and back after 5 days
    (2, 1, 2, 0, 20), (2, 2, 0, 20, 30), (2, 0, CENSORED, 30, 70),  # on to home after 10 days
    (3, 1, 2, 0, 5), (3, 2, 3, 5, 40),  # died after 35 days: stayed for 30
    (4, 1, 2, 0, 5), (4, 2, 3, 5, 9),  # died after 4 days
    (5, 1, 2, 0, 5), (5, 2, CENSORED, 5, 17),  # lost from sight after 12 days
    (6, 1, 2, 0, 5),  # never seen again
)  # fmt: skip


def test_moves_are_counted_by_what_followed():
    found = bounce_back(spells_of(MOVES, PLACES), 30)
    assert found.moves[1, 2] == 6 and found.moves[2, 1] == 1 and found.moves[2, 0] == 1 and found.moves.sum() == 8
    assert (found.back[1, 2], found.onward[1, 2], found.absorbed[1, 2]) == (1, 1, 1)
    assert (found.stayed[1, 2], found.unknown[1, 2]) == (1, 2)
    assert found.stayed[2, 1] == found.stayed[2, 0] == 1
    assert (found.back + found.onward + found.absorbed + found.stayed + found.unknown == found.moves).all()
    # One is lost at once: of seven one dies, then of six one is back, then of five one goes on.
    assert found.share == pytest.approx(6 / 7 / 6)
    assert found.onward_share == pytest.approx(5 / 7 / 5)
    assert found.lower < found.share < found.upper


@settings(deadline=None, max_examples=30, derandomize=True)
@given(cut=st.integers(1, 69), within=st.integers(1, 60))
def test_pieces_of_a_stay_are_no_moves(cut, within):
    pieces = []
    for person, a, b, begin, end in MOVES:
        inside = begin < cut < end
        pieces += (
            [(person, a, CENSORED, begin, cut), (person, a, b, cut, end)] if inside else [(person, a, b, begin, end)]
        )
    whole, parts = (bounce_back(spells_of(rows, PLACES), within) for rows in (MOVES, pieces))
    assert (whole.moves == parts.moves).all() and (whole.back == parts.back).all()
    assert parts.share == pytest.approx(whole.share, nan_ok=True)


def test_followed_for_all_days_the_share_is_a_share():
    rows = []
    for person in range(20):
        back = person < 7
        rows += [(person, 0, 1, 0, 4), (person, 1, 0 if back else CENSORED, 4, 4 + (person + 1 if back else 50))]
    found = bounce_back(spells_of(rows, ("home", "hospital", "dead")), 30)
    assert found.share == pytest.approx(7 / 20) and found.onward_share == 0
    assert bounce_back(spells_of(rows, ("home", "hospital", "dead")), 3).share == pytest.approx(3 / 20)


def test_shares_that_cannot_be_told():
    short = [(1, 0, 1, 0, 4), (1, 1, CENSORED, 4, 8)]
    found = bounce_back(spells_of(short), 30)
    assert np.isnan(found.share) and found.unknown[0, 1] == 1
    assert bounce_back(spells_of(short), 4).share == 0
    with pytest.raises(InvalidParameter, match="within_days=0 must be at least 1"):
        bounce_back(spells_of(short), 0)
    with pytest.raises(InvalidParameter, match="no move to a state that can be left again"):
        bounce_back(spells_of([(1, 0, 2, 0, 4)]), 30)
