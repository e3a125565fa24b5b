"""Small random problems of assignment, and their limits as a dense matrix."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from jingan_analysis.models.assignment import needs


@st.composite
def problems(draw, most=6, units=9):
    g, p = draw(st.integers(1, most)), draw(st.integers(1, most))
    allowed = [pair for pair in product(range(g), range(p)) if draw(st.booleans())]
    return needs(
        draw(st.lists(st.integers(0, units), min_size=g, max_size=g)),
        draw(st.lists(st.sampled_from([1.0, 2.0, 3.0, 1.5]), min_size=g, max_size=g)),
        draw(st.lists(st.integers(0, units), min_size=p, max_size=p)),
        [pair[0] for pair in allowed],
        [pair[1] for pair in allowed],
    )


def dense(problem):
    rows = np.zeros((len(problem.wanted) + len(problem.capacity), len(problem.group)))
    for e, (g, p) in enumerate(zip(problem.group, problem.project, strict=True)):
        rows[g, e] = rows[len(problem.wanted) + p, e] = 1
    return rows, np.concatenate([problem.wanted, problem.capacity])
