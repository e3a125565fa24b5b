"""Cumulative incidence: its ledger, its variance, and why one minus Kaplan–Meier will not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.survival import kaplan_meier

rows_strategy = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 3)), min_size=2, max_size=40).filter(
    lambda rows: any(cause for _, cause in rows)
)


def columns(rows):
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def naive(rows, cause, day):
    """Incidence and variance by the double sum of the formula."""
    days = sorted({a for a, c in rows if c and a <= day})
    survival, incidence, steps = 1.0, 0.0, []
    for t in days:
        n = sum(a >= t for a, _ in rows)
        d, own = sum(a == t and c > 0 for a, c in rows), sum(a == t and c == cause for a, c in rows)
        incidence += survival * own / n
        steps.append((incidence, survival, n, d, own))
        survival *= 1 - d / n
    variance = 0.0
    for at, before, n, d, own in steps:
        gap = incidence - at
        variance += gap**2 * d / (n * (n - d)) if n > d else 0.0
        variance += before**2 * (n - own) * own / n**3 - 2 * gap * before * own / n**2
    return incidence, variance


@settings(deadline=None, max_examples=80, derandomize=True)
@given(rows=rows_strategy)
def test_incidence_and_variance_agree_with_their_formulas_and_the_ledger_closes(rows):
    (result,) = cumulative_incidence(*columns(rows))
    for cause in range(1, len(result.incidence) + 1):
        for j, day in enumerate(result.times):
            incidence, variance = naive(rows, cause, day)
            assert result.incidence[cause - 1, j] == pytest.approx(incidence, abs=1e-12)
            assert result.std_error[cause - 1, j] ** 2 == pytest.approx(variance, abs=1e-12)
    assert result.survival + result.incidence.sum(axis=0) == pytest.approx(1, abs=1e-12)
    assert (np.diff(result.incidence, axis=1) >= 0).all()
    known = ~np.isnan(result.lower)
    assert (result.lower[known] <= result.incidence[known]).all()
    assert (result.incidence[known] <= result.upper[known]).all()


@settings(deadline=None, max_examples=60, derandomize=True)
@given(rows=rows_strategy)
def test_one_minus_kaplan_meier_is_never_below_the_incidence(rows):
    """With the other doors walled up, at least as many would leave by this one."""
    days, cause = columns(rows)
    (result,) = cumulative_incidence(days, cause)
    for k in range(1, len(result.incidence) + 1):
        (walled_up,) = kaplan_meier(days, cause == k)
        assert (1 - walled_up.survival >= result.incidence[k - 1] - 1e-12).all()


def test_one_minus_kaplan_meier_overstates_who_got_a_bed():
    """Of ten who wait, four get a bed and six die first, nobody is left: 40 percent got a bed, not all."""
    days, cause = np.arange(1, 11), np.array([2, 1, 2, 1, 2, 2, 1, 2, 2, 1])
    (result,) = cumulative_incidence(days, cause)
    bed, died = result.incidence[:, -1]
    assert (bed, died) == pytest.approx((0.4, 0.6))
    wrong_bed, wrong_died = (1 - kaplan_meier(days, cause == k)[0].survival[-1] for k in (1, 2))
    assert wrong_bed == 1.0 and wrong_died > 0.8
    assert wrong_bed + wrong_died > 1.8, "together they would be more than everybody"
    # Before the last day too: 3 of 10 had a bed by day 9, and 1 - 8/9 * 6/7 * 3/4 is 43 percent.
    assert result.incidence[0, 8] == pytest.approx(0.3)
    assert 1 - kaplan_meier(days, cause == 1)[0].survival[8] == pytest.approx(3 / 7)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=st.lists(st.tuples(st.integers(0, 10), st.integers(1, 3)), min_size=2, max_size=40))
def test_without_censoring_incidence_is_a_share_with_the_variance_of_a_share(rows):
    days, cause = columns(rows)
    (result,) = cumulative_incidence(days, cause)
    n = len(rows)
    for k in range(1, len(result.incidence) + 1):
        share = np.array([np.mean((days <= t) & (cause == k)) for t in result.times])
        assert result.incidence[k - 1] == pytest.approx(share, abs=1e-12)
        assert result.std_error[k - 1] ** 2 == pytest.approx(share * (1 - share) / n, abs=1e-12)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    rows=st.lists(st.tuples(st.integers(0, 10), st.integers(0, 1)), min_size=2, max_size=40).filter(
        lambda r: any(e for _, e in r)
    )
)
def test_with_one_cause_it_is_one_minus_kaplan_meier(rows):
    (result,), (curve,) = cumulative_incidence(*columns(rows)), kaplan_meier(*columns(rows))
    assert result.incidence[0] == pytest.approx(1 - curve.survival, abs=1e-12)
    known = ~np.isnan(curve.std_error)
    assert result.std_error[0][known] == pytest.approx(curve.std_error[known], abs=1e-9)


def test_merging_two_causes_adds_their_incidences():
    days, cause = np.array([1, 2, 2, 3, 5, 6, 7, 7]), np.array([1, 2, 3, 0, 1, 3, 2, 0])
    (apart,) = cumulative_incidence(days, cause)
    (merged,) = cumulative_incidence(days, np.where(cause == 3, 2, cause))
    assert merged.incidence[1] == pytest.approx(apart.incidence[1] + apart.incidence[2])
    assert merged.incidence[0] == pytest.approx(apart.incidence[0])


def test_a_group_without_a_cause_has_a_row_of_zeros_and_no_interval():
    days, cause, code = [1, 2, 3, 4], [1, 0, 2, 1], [0, 0, 1, 1]
    first, second = cumulative_incidence(days, cause, groups=code)
    assert first.incidence.shape[0] == second.incidence.shape[0] == 2
    assert (first.incidence[1] == 0).all() and np.isnan(first.upper[1]).all()


def test_late_entry_counts_from_when_a_spell_is_watched():
    (late,) = cumulative_incidence([2, 4, 6, 8], [1, 2, 1, 0], entry=[0, 0, 3, 3])
    assert late.at_risk[late.times == 2].tolist() == [2]
    # Half leaves on day 2; then one of three by door 2 and one of two by door 1.
    assert late.incidence[:, -1] == pytest.approx([0.5 + 0.5 * 2 / 3 / 2, 0.5 / 3])
    assert (late.survival + late.incidence.sum(axis=0)) == pytest.approx(1)


def test_incidence_outside_the_watch_is_unknown_unless_everybody_has_left():
    (open_end,) = cumulative_incidence([1, 2, 3], [1, 2, 0])
    found = incidence_at(open_end, [0, 2, 3, 4])
    assert found.incidence[:, :2].tolist() == [[0, pytest.approx(1 / 3)], [0, pytest.approx(1 / 3)]]
    assert np.isnan(found.survival).tolist() == [False, False, False, True]
    assert found.at_risk.tolist() == [3, 2, 1, 0]
    (closed,) = cumulative_incidence([1, 2], [1, 2])
    assert incidence_at(closed, [50]).incidence[:, 0].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("days", "causes", "message"),
    [
        ([1, 2], [0, 0], "causes: the largest code is 0"),
        ([1, 2], [1, 2024], "causes: the largest code is 2024"),
        ([1, 2], [1, -1], "causes: 1 of 2 are no whole numbers of 0 or more"),
    ],
)
def test_impossible_causes_are_refused(days, causes, message):
    with pytest.raises(InvalidParameter, match=message):
        cumulative_incidence(days, causes)
