"""Small random problems of pairing, and a community on a square."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from jingan_analysis.models.pairing import NOBODY, candidates


@st.composite
def problems(draw, elders=5, volunteers=4, costs=9, places=2):
    n, m = draw(st.integers(1, elders)), draw(st.integers(1, volunteers))
    allowed = [each for each in product(range(n), range(m)) if draw(st.booleans())]
    return (
        candidates(
            [i for i, _ in allowed],
            [j for _, j in allowed],
            [draw(st.integers(0, costs)) for _ in allowed],
            capacity=draw(st.lists(st.integers(0, places), min_size=m, max_size=m)),
            existing=draw(st.lists(st.integers(NOBODY, m - 1), min_size=n, max_size=n)),
        )
        if allowed
        else nothing_allowed(n, m)
    )


def nothing_allowed(n, m):
    return candidates([], [], [], capacity=np.ones(m), existing=np.full(n, NOBODY))


def community(n=400, m=70, nearest=12, seed=3, capacity=5):
    """Elders and volunteers on a square, the nearest candidates, and pairs at present."""
    generator = np.random.default_rng(seed)
    home, post = generator.random((n, 2)), generator.random((m, 2))
    walk = np.rint(1e6 * np.hypot(*(home[:, None] - post[None]).transpose(2, 0, 1))).astype(int)
    order = np.argsort(walk, axis=1)[:, :nearest]
    elder = np.repeat(np.arange(n), nearest)
    existing = np.where(generator.random(n) < 0.8, order[np.arange(n), generator.integers(0, nearest, n)], NOBODY)
    existing[:10] = generator.integers(0, m, 10)
    cost = walk[elder, order.ravel()]
    return candidates(elder, order.ravel(), cost, capacity=np.full(m, capacity), existing=existing)
