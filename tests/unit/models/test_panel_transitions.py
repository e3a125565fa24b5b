"""States seen at visits only: the likelihood, its derivatives, closed forms, and what visits cannot tell."""

from __future__ import annotations

import numpy as np
import pytest
from multi_state_data import walk
from scipy.linalg import expm

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.panel_likelihood import log_likelihood_and_score, panel_log_likelihood, panel_pairs
from jingan_analysis.models.panel_transitions import PanelRefusal, PanelTransitions, panel_transitions

BOTH_WAYS = np.array([[0, 1], [1, 0]])
TRUE = np.array([[-0.3, 0.2, 0.1], [0.4, -0.7, 0.3], [0, 0, 0]])


def visits_of(counts, gap=1.0):
    """Visits of one pair of states each, so many of each kind."""
    pairs = [(a, b) for a, row in enumerate(counts) for b, number in enumerate(row) for _ in range(number)]
    person = np.repeat(np.arange(len(pairs)), 2)
    return person, np.tile([0.0, gap], len(pairs)), np.array(pairs).ravel()


def simulated(people, rng, exact=True):
    """Visits at irregular times; deaths at their time, or found at the next visit."""
    rows = []
    for person in range(people):
        path = walk(TRUE, int(rng.integers(2)), 12, rng)
        times, states = np.array([t for t, _ in path]), [s for _, s in path]
        death = times[-1] if states[-1] == 2 else np.inf
        for t in np.cumsum(rng.uniform(0.4, 1.6, 12)):
            if exact and t >= death:
                rows.append((person, death, 2))
                break
            seen = states[np.searchsorted(times, t, side="right") - 1]
            rows.append((person, t, seen))
            if seen == 2:
                break
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def naive_log_likelihood(person, times, seen, generator, exact):
    total = 0.0
    for i in range(1, len(person)):
        if person[i] != person[i - 1] or seen[i - 1] in exact:
            continue
        p = expm(generator * (times[i] - times[i - 1]))[seen[i - 1]]
        b = seen[i]
        total += np.log(sum(p[r] * generator[r, b] for r in range(len(p)) if r != b) if b in exact else p[b])
    return total


@pytest.mark.parametrize("exact", [(), (2,)])
def test_likelihood_agrees_with_its_formula_and_its_slope_with_differences(exact):
    data = simulated(40, np.random.default_rng(4))
    assert panel_log_likelihood(*data, TRUE, exact=exact) == pytest.approx(
        naive_log_likelihood(*data, TRUE, exact), rel=1e-12
    )
    allowed = (TRUE > 0) & ~np.eye(3, dtype=bool)
    pairs, theta = panel_pairs(*data, allowed, exact), np.log(TRUE[allowed]) + 0.1
    _, score = log_likelihood_and_score(pairs, theta, allowed)
    for p in range(len(theta)):
        shift = np.zeros(len(theta))
        shift[p] = 1e-5
        ahead, behind = (log_likelihood_and_score(pairs, theta + s * shift, allowed)[0] for s in (1, -1))
        assert score[p] == pytest.approx((ahead - behind) / 2e-5, rel=1e-5, abs=1e-5)


def test_two_states_at_equal_gaps_have_a_closed_form():
    """Shares that stay give the eigenvalue; the share of moves gives its parts."""
    counts, gap = [[70, 30], [20, 80]], 2.0
    fit = panel_transitions(*visits_of(counts, gap), BOTH_WAYS)
    assert isinstance(fit, PanelTransitions)
    there, back = 0.3, 0.2
    total = -np.log(1 - there - back) / gap
    assert fit.generator[0, 1] == pytest.approx(total * there / (there + back), rel=1e-8)
    assert fit.generator[1, 0] == pytest.approx(total * back / (there + back), rel=1e-8)
    # Delta method from two binomial shares.
    slopes = []
    for shares in ((there, back), (back, there)):
        a, b = shares
        s, decay = a + b, 1 - a - b
        by_a = a / (s * gap * decay) - np.log(decay) * b / (s**2 * gap)
        by_b = a / (s * gap * decay) + np.log(decay) * a / (s**2 * gap)
        slopes.append((by_a, by_b))
    spread = np.array([there * 0.7 / 100, back * 0.8 / 100])
    assert fit.std_error[0, 1] ** 2 == pytest.approx(np.square(slopes[0]) @ spread, rel=1e-6)
    assert fit.std_error[1, 0] ** 2 == pytest.approx(np.square(slopes[1]) @ spread[::-1], rel=1e-6)
    assert fit.mean_stay == pytest.approx(1 / -np.diag(fit.generator))


def test_exact_times_alone_are_occurrence_over_exposure():
    """Alive until a known death or the last visit: deaths over time, with the variance of a Poisson count."""
    times, states = [0, 3, 0, 5, 0, 4, 0, 8], [0, 1, 0, 1, 0, 0, 0, 0]
    person = np.repeat(np.arange(4), 2)
    fit = panel_transitions(person, times, states, [[0, 1], [0, 0]], exact=(1,))
    assert fit.generator[0, 1] == pytest.approx(2 / 20, rel=1e-9)
    assert fit.std_error[0, 1] == pytest.approx(np.sqrt(2) / 20, rel=1e-5)
    assert fit.lower[0, 1] == pytest.approx(0.1 * np.exp(-1.959963985 / np.sqrt(2)), rel=1e-5)
    assert np.isinf(fit.mean_stay[1]) and np.isnan(fit.std_error[1, 0])


@pytest.mark.parametrize("exact", [(), (2,)])
def test_true_intensities_are_found_again(exact):
    data = simulated(500, np.random.default_rng(6), exact=bool(exact))
    fit = panel_transitions(*data, TRUE > 0, exact=exact, confidence=0.999)
    assert isinstance(fit, PanelTransitions)
    for a, b in fit.transitions:
        assert fit.lower[a, b] < TRUE[a, b] < fit.upper[a, b]
    assert fit.generator == pytest.approx(TRUE, abs=0.08)
    assert fit.log_likelihood > panel_log_likelihood(*data, TRUE, exact=exact)
    assert fit.log_likelihood == pytest.approx(panel_log_likelihood(*data, fit.generator, exact=exact))


def test_unit_of_time_order_of_rows_and_names_of_states_do_not_matter():
    data = simulated(150, np.random.default_rng(9))
    fit = panel_transitions(*data, TRUE > 0, exact=(2,))
    months = panel_transitions(data[0], data[1] * 12, data[2], TRUE > 0, exact=(2,))
    assert months.generator == pytest.approx(fit.generator / 12, rel=1e-6)
    order = np.random.default_rng(1).permutation(len(data[0]))
    turned = [2, 0, 1]
    allowed = np.zeros((3, 3), dtype=bool)
    for a, b in fit.transitions:
        allowed[turned[a], turned[b]] = True
    other = panel_transitions(
        data[0][order], data[1][order], np.array(turned)[data[2][order]], allowed, exact=(turned[2],)
    )
    assert other.generator[np.ix_(turned, turned)] == pytest.approx(fit.generator, rel=1e-6, abs=1e-12)
    assert other.log_likelihood == pytest.approx(fit.log_likelihood)


def test_more_moves_between_visits_are_seen_than_were_noted():
    """Half a year between visits hides moves there and back: occurrence over exposure is too low."""
    data = simulated(400, np.random.default_rng(12))
    fit = panel_transitions(*data, TRUE > 0, exact=(2,))
    person, times, seen = data
    follows = person[1:] == person[:-1]
    noted = np.sum(follows & (seen[:-1] == 1) & (seen[1:] == 0))
    time = np.sum(np.diff(times)[follows & (seen[:-1] == 1)])
    assert noted / time < TRUE[1, 0] * 0.9
    assert fit.generator[1, 0] == pytest.approx(TRUE[1, 0], rel=0.2)


def test_shares_that_no_constant_intensities_give_are_refused_as_a_value():
    """More than half change between visits, both ways: the faster, the better."""
    found = panel_transitions(*visits_of([[30, 70], [60, 40]]), BOTH_WAYS)
    assert isinstance(found, PanelRefusal)
    assert found.reason == "intensity_without_limit"
    assert found.pairs.tolist() == [[30, 70], [60, 40]]


def test_a_move_that_was_never_made_is_refused_as_a_value():
    found = panel_transitions(*visits_of([[70, 30], [0, 100]]), BOTH_WAYS)
    assert isinstance(found, PanelRefusal)
    assert (found.reason, found.transitions) == ("intensity_near_zero", ((1, 0),))
    one_way = panel_transitions(*visits_of([[70, 30], [0, 100]]), [[0, 1], [0, 0]])
    assert one_way.generator[0, 1] == pytest.approx(-np.log(0.7))


def test_intensities_that_make_up_for_each_other_are_refused_as_a_value():
    """State 1 was never seen: only how many went through it is known."""
    found = panel_transitions(*visits_of([[70, 0, 30], [0, 0, 0], [0, 0, 50]]), [[0, 1, 1], [0, 0, 1], [0, 0, 0]])
    assert isinstance(found, PanelRefusal)


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (([1, 2], [0, 0], [0, 1]), {}, "nobody was seen twice"),
        (([1, 1], [0, 0], [0, 1]), {}, "1 visits of one person are at the same time"),
        (([1, 1], [0, 1], [0, 2]), {}, "seen holds states above 1"),
        (([1, 1], [0, np.nan], [0, 1]), {}, "times must be finite"),
        (([1, 1], [0, 1], [0, 1]), {"exact": (1,)}, "state 1 must be one of 0 to 1 that no move leaves"),
    ],
)
def test_impossible_visits_are_refused(data, options, message):
    with pytest.raises(InvalidParameter, match=message):
        panel_transitions(*data, BOTH_WAYS, **options)


def test_impossible_moves_are_refused():
    with pytest.raises(
        InvalidParameter, match="1 pairs of visits that no allowed moves can give.*from state 1 to state 0"
    ):
        panel_transitions([1, 1, 2, 2], [0, 1, 0, 1], [0, 1, 1, 0], [[0, 1], [0, 0]])
    with pytest.raises(InvalidParameter, match="allowed holds no move"):
        panel_transitions([1, 1], [0, 1], [0, 0], np.eye(2))
    with pytest.raises(InvalidParameter, match="allowed has shape"):
        panel_transitions([1, 1], [0, 1], [0, 0], [True])
