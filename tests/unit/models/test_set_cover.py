from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.set_cover import smallest_cover


def by_hand(pairs, elements, sets):
    """The first smallest choice of sets, trying all of them by size."""
    inside = {i: {j for e, j in pairs if e == i} for i in range(elements)}
    for size in range(sets + 1):
        for chosen in combinations(range(sets), size):
            if all(not inside[i] or inside[i] & set(chosen) for i in range(elements)):
                return size
    return None


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 6), st.integers(1, 6), st.data())
def test_no_choice_of_fewer_sets_covers_everything(elements, sets, data):
    allowed = st.tuples(st.integers(0, max(elements - 1, 0)), st.integers(0, sets - 1))
    pairs = data.draw(st.lists(allowed, max_size=20)) if elements else []
    found = smallest_cover([e for e, _ in pairs], [j for _, j in pairs], elements=elements, sets=sets)
    assert found.size == by_hand(pairs, elements, sets)
    chosen = set(np.flatnonzero(found.chosen))
    for i in range(elements):
        inside = {j for e, j in pairs if e == i}
        assert found.uncoverable[i] == (not inside)
        assert not inside or inside & chosen
        if len(inside) == 1:
            assert found.essential[inside.pop()]
    assert (found.essential <= found.chosen).all()
    assert found.bound <= found.size
    assert found.gap == found.size - found.bound


def test_three_projects_answer_what_five_do():
    # Project 0 is alone with need 0; of 1, 2 and 3 for the needs 1 to 3, two suffice.
    pairs = [(0, 0), (1, 1), (2, 1), (2, 2), (3, 2), (3, 3), (1, 4)]
    found = smallest_cover(*zip(*pairs, strict=True), elements=4, sets=5)
    assert found.size == 3
    assert found.essential.tolist() == [True, False, False, False, False]
    # Of {1, 2}, {1, 3} and {2, 4} the one whose projects stand first.
    assert found.chosen.tolist() == [True, True, True, False, False]
    assert found.gap == 0


def test_where_weights_do_not_prove_it_the_gap_says_so():
    # Seven points on the lines of the Fano plane: three lines cover them, weights prove 7/3 only, rounded up 3;
    # pairs of a triangle: two cover it, weights prove 3/2, rounded up 2.
    fano = [(0, 1, 2), (0, 3, 4), (0, 5, 6), (1, 3, 5), (1, 4, 6), (2, 3, 6), (2, 4, 5)]
    pairs = [(point, line) for line, points in enumerate(fano) for point in points]
    assert smallest_cover(*zip(*pairs, strict=True), elements=7, sets=7).gap == 0
    # Lines through the points that are not on a line: the complement needs 3, weights of 1/4 prove 7/4, rounded up 2.
    pairs = [(point, line) for line, points in enumerate(fano) for point in range(7) if point not in points]
    found = smallest_cover(*zip(*pairs, strict=True), elements=7, sets=7)
    assert (found.size, found.bound, found.gap) == (3, 2, 1)


def test_nothing_to_cover_needs_nothing():
    assert smallest_cover([], [], elements=0, sets=3).size == 0
    alone = smallest_cover([], [], elements=2, sets=0)
    assert alone.size == 0 and alone.uncoverable.all()


def test_positions_are_checked():
    with pytest.raises(InvalidParameter, match="element must be whole positions below 2"):
        smallest_cover([2], [0], elements=2, sets=1)
    with pytest.raises(InvalidParameter, match="chosen_set must be whole positions below 1"):
        smallest_cover([0], [-1], elements=2, sets=1)
    with pytest.raises(InvalidParameter, match="element must be"):
        smallest_cover([0.5], [0], elements=2, sets=1)
