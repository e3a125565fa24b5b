from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.conformance import StepModel, align, conformance, worst_cost
from jingan_analysis.models.directly_follows import END, START, directly_follows
from jingan_analysis.models.event_log import event_log, variants

ORDER = ("discover", "judge", "reject", "visit", "follow_up", "withdraw")
DISCOVER, JUDGE, REJECT, VISIT, FOLLOW_UP, WITHDRAW = range(6)
MODEL = StepModel((DISCOVER, JUDGE, VISIT, FOLLOW_UP), ((REJECT, frozenset({2})), (WITHDRAW, frozenset({1, 2, 3}))))
traces = st.lists(st.integers(0, 5), max_size=7).map(tuple)


def runs(is_open: bool) -> list[tuple[int, ...]]:
    """Every run of the model, or every beginning of one."""
    whole = [MODEL.steps] + [(*MODEL.steps[:done], code) for code, after in MODEL.exits for done in after]
    return [run[:n] for run in whole for n in range(len(run) + 1)] if is_open else whole


def distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Insertions and deletions between two sequences."""
    table = np.zeros((len(one) + 1, len(other) + 1), dtype=int)
    table[:, 0], table[0, :] = range(len(one) + 1), range(len(other) + 1)
    for i, j in product(range(len(one)), range(len(other))):
        same = table[i, j] if one[i] == other[j] else 99
        table[i + 1, j + 1] = min(same, table[i, j + 1] + 1, table[i + 1, j] + 1)
    return int(table[-1, -1])


@settings(max_examples=200, deadline=None)
@given(traces, st.booleans())
def test_the_cost_is_the_least_distance_to_any_run_of_the_model(trace, is_open):
    beginnings = [MODEL.steps[:n] for n in range(5)] if is_open else [MODEL.steps]
    costs = [distance(trace, run) for run in beginnings]
    # An exit explains an event of its own or nothing at all; what comes after it is not explained.
    costs += [
        distance(trace[:place], MODEL.steps[:done]) + len(trace) - place - 1
        for place, code in enumerate(trace) for exit_code, after in MODEL.exits if code == exit_code for done in after
    ]  # fmt: skip
    assert align(trace, MODEL, is_open=is_open).cost == min(costs)


@settings(max_examples=100, deadline=None)
@given(traces, st.booleans())
def test_the_moves_spell_the_trace_and_a_run_and_their_cost(trace, is_open):
    found = align(trace, MODEL, is_open=is_open)
    assert tuple(code for move, code in found.moves if move != "model") == trace
    assert tuple(code for move, code in found.moves if move != "log") in runs(is_open)
    assert sum(move != "both" for move, _ in found.moves) == found.cost
    assert found.cost <= worst_cost(trace, MODEL, is_open=is_open)


def log_of(*traces):
    """One case a trace, one event a day."""
    rows = [(case, ORDER[code], day) for case, trace in enumerate(traces) for day, code in enumerate(trace)]
    case, name, day = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    return event_log(case, name, np.datetime64("2024-01-01") + np.array(day, dtype="timedelta64[D]"), order=ORDER)


@settings(max_examples=100, deadline=None)
@given(st.lists(traces.filter(len), min_size=1, max_size=6), st.data())
def test_deviations_add_up_to_the_cost(cases, data):
    is_open = np.array(data.draw(st.lists(st.booleans(), min_size=len(cases), max_size=len(cases))))
    found = conformance(log_of(*cases), MODEL, is_open=is_open)
    for case, trace in enumerate(cases):
        moves = align(trace, MODEL, is_open=bool(is_open[case])).moves
        passed = {code for move, code in moves if move == "model"}
        events = found.repeated[case] + found.out_of_order[case] + found.foreign[case]
        elsewhere = len(passed) - int(found.skipped[case].sum())
        assert events + found.skipped[case].sum() + elsewhere == found.cost[case]
        assert 0 <= elsewhere <= found.out_of_order[case]
        assert 0 <= found.fitness[case] <= 1


def test_an_open_case_is_not_blamed_for_what_has_not_happened_yet():
    log = log_of((DISCOVER, JUDGE), (DISCOVER, JUDGE))
    found = conformance(log, MODEL, is_open=np.array([True, False]))
    assert found.cost.tolist() == [0, 2]
    assert found.fitness.tolist() == [1.0, 1 - 2 / 6]
    assert found.skipped.tolist() == [[False] * 4, [False, False, True, True]]


@pytest.mark.parametrize(
    ("trace", "skipped", "repeated", "out_of_order", "foreign"),
    [
        ((DISCOVER, JUDGE, VISIT, FOLLOW_UP), 0, 0, 0, 0),
        ((DISCOVER, VISIT, FOLLOW_UP), 1, 0, 0, 0),
        ((DISCOVER, JUDGE, VISIT, VISIT, FOLLOW_UP), 0, 1, 0, 0),
        ((DISCOVER, JUDGE, FOLLOW_UP, VISIT), 0, 0, 1, 0),
        ((DISCOVER, JUDGE, DISCOVER, JUDGE, DISCOVER, JUDGE, VISIT, FOLLOW_UP), 0, 4, 0, 0),
        ((DISCOVER, JUDGE, REJECT), 0, 0, 0, 0),
        ((DISCOVER, REJECT), 1, 0, 0, 0),
        ((DISCOVER, JUDGE, VISIT, FOLLOW_UP, WITHDRAW), 0, 0, 0, 1),
        ((WITHDRAW,), 1, 0, 0, 0),
        ((JUDGE, DISCOVER, VISIT, FOLLOW_UP), 0, 0, 1, 0),
    ],
)  # fmt: skip
def test_deviations_by_kind(trace, skipped, repeated, out_of_order, foreign):
    found = conformance(log_of(trace), MODEL, is_open=np.array([False]))
    assert found.skipped.sum() == skipped
    assert (found.repeated[0], found.out_of_order[0], found.foreign[0]) == (repeated, out_of_order, foreign)


def test_fitness_of_a_log_is_the_share_of_the_worst_cost_that_was_avoided():
    found = conformance(log_of((DISCOVER, VISIT, FOLLOW_UP), MODEL.steps), MODEL, is_open=np.zeros(2, dtype=bool))
    assert found.log_fitness == pytest.approx(1 - 1 / (7 + 8))
    assert found.fits.tolist() == [False, True]


def test_an_empty_log_has_no_fitness():
    found = conformance(log_of(), MODEL, is_open=np.zeros(0, dtype=bool))
    assert np.isnan(found.log_fitness)
    assert len(directly_follows(log_of(), is_open=np.zeros(0, dtype=bool))) == 0


def test_wrong_arguments_are_refused():
    log = log_of((DISCOVER,))
    with pytest.raises(InvalidParameter, match=r"one value a case \(1\), not 2"):
        conformance(log, MODEL, is_open=np.zeros(2, dtype=bool))
    with pytest.raises(InvalidParameter, match="each activity once"):
        conformance(log, StepModel((0, 0)), is_open=np.zeros(1, dtype=bool))


def test_events_of_one_day_are_taken_in_the_order_of_the_process():
    day = np.array(["2024-01-01"] * 4, dtype="datetime64[D]")
    log = event_log([0] * 4, ["follow_up", "visit", "judge", "discover"], day, order=ORDER)
    assert log.trace(0) == MODEL.steps


def test_all_faults_of_a_log_are_told_at_once():
    with pytest.raises(InvalidParameter, match=r"without gaps; 1 activities are unknown.*'call'.*; 1 days are missing"):
        event_log([0, 2], ["call", "visit"], np.array(["2024-01-01", "NaT"], dtype="datetime64[D]"), order=ORDER)


@settings(max_examples=50, deadline=None)
@given(st.lists(traces.filter(len), min_size=1, max_size=8), st.data())
def test_what_enters_an_activity_leaves_it_or_waits_there(cases, data):
    is_open = np.array(data.draw(st.lists(st.booleans(), min_size=len(cases), max_size=len(cases))))
    graph = directly_follows(log_of(*cases), is_open=is_open)
    for code in range(6):
        came = graph.transitions[graph.target == code].sum()
        assert came == graph.transitions[graph.origin == code].sum() + graph.still_open[code]
    assert graph.transitions[graph.origin == START].sum() == len(cases)
    assert graph.transitions[graph.target == END].sum() == (~is_open).sum()


@settings(max_examples=50, deadline=None)
@given(st.lists(traces.filter(len), min_size=1, max_size=6))
def test_the_graph_agrees_with_a_loop_over_the_traces(cases):
    graph = directly_follows(log_of(*cases), is_open=np.zeros(len(cases), dtype=bool))
    counted = {}
    for trace in cases:
        for pair in zip((START, *trace), (*trace, END), strict=True):
            counted[pair] = counted.get(pair, 0) + 1
    found = {(int(o), int(t)): int(n) for o, t, n in zip(graph.origin, graph.target, graph.transitions, strict=True)}
    assert found == counted


def test_rare_edges_can_be_left_out_and_are_counted():
    graph = directly_follows(log_of(*[MODEL.steps] * 9, (DISCOVER, VISIT)), is_open=np.zeros(10, dtype=bool))
    kept, left_out = graph.kept(0.05)
    assert left_out == graph.transitions[~kept].sum() == 2
    with pytest.raises(InvalidParameter, match="below 1"):
        graph.kept(1.0)


def test_variants_are_ordered_and_cover_every_case():
    found = variants(log_of((0, 1), (0, 3), (0, 1)))
    assert found.traces == ((0, 1), (0, 3))
    assert found.counts.tolist() == [2, 1]
    assert found.of_case.tolist() == [0, 1, 0]
