"""Largest remainder against a naive count, and the properties a fair split has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.demo.allocation import largest_remainder, rounded_shares, stream

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any)


def naive(weights, total):
    quotas = [round(total * weight / sum(weights), 6) for weight in weights]
    shares = [int(quota) for quota in quotas]
    while sum(shares) < total:
        rests = [quota - share for quota, share in zip(quotas, shares, strict=True)]
        shares[rests.index(max(rests))] += 1
    return shares


def test_a_known_split():
    # Hamilton's textbook example: quotas 4.7, 1.6, 1.58, 1.2, 0.61, 0.31 of 10 seats.
    votes = np.array([47_000, 16_000, 15_800, 12_000, 6_100, 3_100], dtype=float)
    assert largest_remainder(votes, 10).tolist() == [5, 2, 1, 1, 1, 0]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(WEIGHTS, st.integers(0, 500))
def test_agrees_with_a_naive_count(weights, total):
    assert largest_remainder(np.array(weights, dtype=float), total).tolist() == naive(weights, total)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(WEIGHTS, st.integers(0, 500))
def test_adds_up_and_stays_within_one_of_the_quota(weights, total):
    values = np.array(weights, dtype=float)
    shares = largest_remainder(values, total)
    assert shares.sum() == total
    assert (np.abs(shares - total * values / values.sum()) < 1 + 1e-5).all()


def test_a_minimum_is_kept():
    assert rounded_shares(np.array([0.0, 1.0, 9.0]), 13, at_least=1).tolist() == [1, 2, 10]


def test_no_weight_at_all_is_an_error():
    with pytest.raises(ValueError, match="nothing can be split"):
        largest_remainder(np.zeros(3), 5)


def test_streams_do_not_share_their_numbers():
    assert stream("a").integers(1_000_000) == stream("a").integers(1_000_000)
    assert stream("a").integers(1_000_000) != stream("b").integers(1_000_000)
