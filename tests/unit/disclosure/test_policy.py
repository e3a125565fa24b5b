"""No small count is shown, and none follows from what is shown."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jingan_analysis.disclosure.policy import Sums, suppressed_cells

SUMS = Sums(
    counted=("persons", "reached", "missed", "unknown"),
    made_from={"share": ("reached", "persons")},
    partitions=(("persons", ("reached", "missed", "unknown")),),
    total_row="total",
)


def table(parts: list[tuple[int, int, int]]) -> pd.DataFrame:
    rows = [(sum(each), *each) for each in parts]
    frame = pd.DataFrame(rows, index=[f"u{n}" for n in range(len(rows))], columns=list(SUMS.counted), dtype=float)
    frame.loc["total"] = frame.sum()
    frame["share"] = frame["reached"] / frame["persons"].where(frame["persons"] > 0)
    return frame


def bounds(frame: pd.DataFrame, hidden: set, cell) -> tuple[float, float]:
    """What somebody with a solver can say of a hidden count: the least and the most that the shown cells allow."""
    cells = sorted(each for each in hidden if each[1] in SUMS.counted)
    place = {each: n for n, each in enumerate(cells)}
    rows, right = [], []

    def equation(signs):
        row, value = np.zeros(len(cells)), 0.0
        for each, sign in signs.items():
            if each in place:
                row[place[each]] = sign
            else:
                value -= sign * frame.at[each]
        rows.append(row)
        right.append(value)

    for unit in frame.index:
        equation({(unit, "persons"): -1, (unit, "reached"): 1, (unit, "missed"): 1, (unit, "unknown"): 1})
    for column in SUMS.counted:
        equation({(unit, column): -1 if unit == "total" else 1 for unit in frame.index})
    aim = np.zeros(len(cells))
    aim[place[cell]] = 1
    found = [
        linprog(sign * aim, A_eq=np.array(rows), b_eq=np.array(right), bounds=(0, 1e6)).fun * sign for sign in (1, -1)
    ]
    return found[0], found[1]


PARTS = st.lists(st.tuples(*[st.sampled_from([0, 0, 1, 3, 7, 9, 10, 14, 60, 500])] * 3), min_size=2, max_size=6)


@given(PARTS)
@settings(deadline=None, max_examples=60)
def test_no_small_count_is_shown_or_follows_from_the_sums(parts):
    frame = table(parts)
    hidden = set(suppressed_cells(frame, {}, SUMS, 10))
    small = {(row, column) for row in frame.index for column in SUMS.counted if 0 < frame.at[row, column] < 10}
    assert small <= hidden
    assert all(frame.at[cell] != 0 for cell in hidden if cell[1] in SUMS.counted)
    assert all((row, "share") in hidden for row, column in hidden if column in ("reached", "persons"))
    others = frame.to_numpy()[:, :4].sum() - sum(frame.at[cell] for cell in hidden if cell[1] in SUMS.counted)
    if others == 0:
        return  # nothing is left that could be hidden with it
    for cell in small:
        least, most = bounds(frame, hidden, cell)
        assert most - least > 1e-6, f"{cell} follows from what is shown"


@given(PARTS)
def test_a_second_pass_hides_nothing_more(parts):
    frame = table(parts)
    marks = suppressed_cells(frame, {}, SUMS, 10)
    shown = frame.copy()
    for row, column in marks:
        shown.at[row, column] = np.nan
    assert suppressed_cells(shown, marks, SUMS, 10) == {}


def test_sums_that_give_a_count_away_only_together():
    """Two rows and a column leave one unknown of three: no shown cell stands in a sum with it."""
    frame = table([(1, 0, 0), (1, 0, 1), (10, 1, 1)])
    hidden = set(suppressed_cells(frame, {}, SUMS, 10))
    least, most = bounds(frame, hidden, ("u1", "unknown"))
    assert most > least


def test_the_least_is_hidden_with_a_small_count():
    frame = table([(500, 60, 3), (500, 60, 20), (500, 60, 40)])
    assert set(suppressed_cells(frame, {}, SUMS, 10)) == {
        ("u0", "unknown"), ("u0", "missed"), ("u1", "unknown"), ("u1", "missed"),
    }  # fmt: skip


def test_large_counts_and_zeros_stay():
    assert suppressed_cells(table([(500, 60, 0), (10, 0, 0)]), {}, SUMS, 10) == {}


def test_what_is_hidden_already_is_protected_too():
    frame = table([(500, 60, 30), (500, 60, 20)])
    frame.at["u0", "unknown"] = np.nan
    more = suppressed_cells(frame, {("u0", "unknown"): "c"}, SUMS, 10)
    assert {("u0", "missed"), ("u1", "unknown"), ("u1", "missed")} <= set(more)


def test_a_limit_of_one_hides_nothing_and_less_is_refused():
    frame = table([(1, 2, 3), (4, 5, 6)])
    assert suppressed_cells(frame, {}, SUMS, 1) == {}
    with pytest.raises(ValueError, match="minimum_cell=0"):
        suppressed_cells(frame, {}, SUMS, 0)
