"""Moran's I and LISA: against naive loops, with seed, digest, islands and the false discovery rate."""

from __future__ import annotations

import itertools
import math
import random
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.spatial_association import CLUSTERS, local_moran, moran_i
from jingan_analysis.measures.spatial_weights import SpatialWeights

modest = settings(deadline=None, max_examples=25, derandomize=True)


def grid(side):
    """Cells of a square that share an edge."""
    ids = [f"{row:02d}-{column:02d}" for row in range(side) for column in range(side)]
    pairs = [
        (f"{r:02d}-{c:02d}", f"{r + dr:02d}-{c + dc:02d}")
        for r in range(side)
        for c in range(side)
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if 0 <= r + dr < side and 0 <= c + dc < side
    ]
    return ids, SpatialWeights.from_pairs(ids, *zip(*pairs, strict=True))


def naive_moran(value, ids, pairs):
    """Row-standardised Moran's I and its local parts, with dictionaries; pairs are (from, to, weight)."""
    n = len(ids)
    z = {one: v - sum(value) / n for one, v in zip(ids, value, strict=True)}
    squares = sum(x * x for x in z.values())
    rows = {}
    for start, end, weight in pairs:
        rows.setdefault(start, []).append((end, weight))
    lag = {
        one: sum(w * z[end] for end, w in rows[one]) / sum(w for _, w in rows[one]) if one in rows else math.nan
        for one in ids
    }
    with_neighbours = [one for one in ids if one in rows]
    whole = n / len(with_neighbours) * sum(z[one] * lag[one] for one in with_neighbours) / squares
    return whole, [(n - 1) * z[one] * lag[one] / squares for one in ids]


@modest
@given(data=st.data())
def test_the_indices_against_a_loop_with_any_weights_and_islands(data):
    n = data.draw(st.integers(4, 9))
    ids = [f"u{i}" for i in range(n)]
    possible = [(a, b) for a in ids for b in ids if a != b]
    chosen = data.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=14, unique=True))
    pairs = [(a, b, data.draw(st.sampled_from([0.25, 0.5, 1.0, 3.0]))) for a, b in chosen]
    value = data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(lambda v: len(set(v)) > 1))
    weights = SpatialWeights.from_pairs(ids, *zip(*pairs, strict=True))
    whole, local = naive_moran(value, ids, pairs)
    found = moran_i(value, ids, weights, seed=1, permutations=9)
    assert found.index == pytest.approx(whole, abs=1e-9)
    assert found.expected == pytest.approx(-1 / (n - 1))
    each = local_moran(value, ids, weights, seed=1, permutations=19)
    np.testing.assert_allclose(each.index, local, atol=1e-9)
    alone = sorted(set(ids) - {a for a, _, _ in pairs})
    assert list(found.islands) == list(each.islands) == alone
    assert [one for one, cluster in zip(ids, each.cluster, strict=True) if cluster == "no neighbours"] == alone


def test_a_chessboard_and_two_halves():
    ids, weights = grid(6)
    row, column = np.divmod(np.arange(36), 6)
    chessboard = moran_i((row + column) % 2, ids, weights, seed=1)
    assert chessboard.index == pytest.approx(-1.0, abs=1e-12)
    assert chessboard.p_value == pytest.approx(2 / 1000)
    halves = moran_i(row < 3, ids, weights, seed=1)
    assert halves.index > 0.7
    assert halves.p_value == pytest.approx(2 / 1000), "as small as 999 permutations allow, two-sided"


def test_chance_is_rarely_named():
    # Without association the p value is at most 0.1 in about a tenth of the cases.
    ids, weights = grid(6)
    p = [
        moran_i(np.random.default_rng(s).normal(size=36), ids, weights, seed=s, permutations=99).p_value
        for s in range(100)
    ]
    assert 0.03 <= np.mean(np.array(p) <= 0.1) <= 0.18


def test_a_hot_spot_is_found_and_noise_is_not():
    ids, weights = grid(12)
    row, column = np.divmod(np.arange(144), 12)
    noise = np.random.default_rng(3).normal(size=144)
    hot = (row < 4) & (column < 4)
    found = local_moran(noise + 6 * hot, ids, weights, seed=1)
    # With two neighbours only, as in the corner, chance is hard to rule out.
    inner = (row >= 1) & (row < 3) & (column >= 1) & (column < 3)
    assert set(found.cluster[inner]) == {"high-high"}
    assert (found.cluster[(row > 5) & (column > 5)] == "high-high").sum() == 0
    plain = local_moran(noise, ids, weights, seed=1)
    assert (plain.p_value <= 0.05).sum() >= 3, "uncorrected, chance alone would name some"
    assert set(plain.cluster) == {"not significant"}


def test_q_values_are_benjamini_and_hochbergs():
    ids, weights = grid(7)
    found = local_moran(np.random.default_rng(5).gamma(1.0, size=49).cumsum(), ids, weights, seed=2, permutations=499)
    p = sorted(found.p_value)
    m = len(p)
    by_rank = [min(p[k] * m / (k + 1) for k in range(rank, m)) for rank in range(m)]
    assert sorted(found.q_value) == pytest.approx([min(1.0, q) for q in by_rank], abs=1e-12)
    assert ((found.q_value <= 0.05) == ~np.isin(found.cluster, ["not significant", "no neighbours"])).all()


@pytest.mark.slow
def test_esdas_class_gives_the_same_chances():
    # The class compiles for some twenty seconds. Its p values are one-sided, and in the lower tail they leave
    # out the permutations that give just the same index (esda 2.9); ours count those as chance, too.
    from esda.moran import Moran_Local
    from libpysal.graph import Graph

    ids, weights = grid(5)
    value = np.random.default_rng(4).normal(size=25)
    many = 9999
    ours = local_moran(value, ids, weights, seed=6, permutations=many)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = Graph.from_arrays(weights.focal, weights.neighbor, weights.weight)
        theirs = Moran_Local(value, graph, permutations=many, seed=6)
    np.testing.assert_allclose(ours.index, theirs.Is, rtol=1e-12)
    above, below = (
        np.sum(side | np.isclose(theirs.rlisas, theirs.Is[:, None], rtol=1e-9), axis=1)
        for side in (theirs.rlisas > theirs.Is[:, None], theirs.rlisas < theirs.Is[:, None])
    )
    expected = np.minimum(1.0, 2 * (np.minimum(above, below) + 1) / (many + 1))
    # Other draws: five standard errors of the difference of two shares of so many.
    spread = 2 * np.sqrt(2 * expected / 2 * (1 - expected / 2) / many)
    assert (np.abs(ours.p_value - expected) <= 5 * spread + 2 / many).all()


def test_local_p_values_are_those_of_all_arrangements():
    """Three others, every order of them equally often: a share that draws come close to, by hand."""
    ids = ["a", "b", "c", "d"]
    weights = SpatialWeights.from_pairs(ids, ["a", "a", "b", "c", "d"], ["b", "c", "a", "a", "a"], [2.0, 1.0, 1, 1, 1])
    value, many = np.array([5.0, 4.0, 2.0, 1.0]), 20_000
    found = local_moran(value, ids, weights, seed=3, permutations=many)
    z = value - value.mean()
    scale = 3 / (z @ z)
    every = [scale * z[0] * (2 * z[i] + z[j]) / 3 for i, j in itertools.permutations((1, 2, 3), 2)]
    share = min(
        np.mean([one >= found.index[0] - 1e-12 for one in every]),
        np.mean([one <= found.index[0] + 1e-12 for one in every]),
    )
    assert found.index[0] == pytest.approx(scale * z[0] * (2 * z[1] + z[2]) / 3)
    assert found.p_value[0] == pytest.approx(min(1.0, 2 * share), abs=10 * math.sqrt(share * (1 - share) / many))


def test_islands_are_kept_and_said_but_not_tested():
    ids = ["a", "b", "c", "d", "island"]
    weights = SpatialWeights.from_pairs(ids, ["a", "b", "b", "c", "c", "d"], ["b", "a", "c", "b", "d", "c"])
    assert weights.islands == ("island",)
    found = local_moran([1, 2, 3, 5, 40], ids, weights, seed=1, permutations=99)
    assert math.isnan(found.index[4])
    assert math.isnan(found.p_value[4])
    assert found.cluster[4] == "no neighbours"
    assert found.to_frame()["id"].tolist() == ids
    # Four tests, not five: the island does not dilute the correction.
    assert np.nanmax(found.q_value) <= 1.0
    assert np.isfinite(found.q_value[:4]).all()
    whole = moran_i([1, 2, 3, 5, 40], ids, weights, seed=1, permutations=99)
    assert (whole.areas, whole.islands) == (5, ("island",))
    assert whole.to_frame()["islands"].tolist() == [1]


@modest
@given(seed=st.integers(0, 2**32 - 1))
def test_order_does_not_matter_to_the_bit(seed):
    ids, weights = grid(4)
    value = np.random.default_rng(9).integers(0, 6, 16)
    order = random.Random(seed).sample(range(16), 16)
    shuffled = SpatialWeights.from_pairs(
        [ids[i] for i in order],
        *(
            column[random.Random(seed).sample(range(48), 48)]
            for column in (weights.ids[weights.focal], weights.ids[weights.neighbor])
        ),
    )
    assert shuffled.digest == weights.digest
    moved = [ids[i] for i in order]
    assert moran_i(value[order], moved, shuffled, seed=4, permutations=49) == moran_i(
        value, ids, weights, seed=4, permutations=49
    )
    plain = local_moran(value, ids, weights, seed=4, permutations=49)
    other = local_moran(value[order], moved, shuffled, seed=4, permutations=49)
    assert plain.p_value[order].tolist() == other.p_value.tolist()
    assert plain.cluster[order].tolist() == other.cluster.tolist()


def test_the_seed_decides_and_the_global_generator_is_left_alone():
    ids, weights = grid(5)
    value = np.random.default_rng(1).normal(size=25)
    np.random.seed(123)  # noqa: NPY002
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    first = local_moran(value, ids, weights, seed=7, permutations=99)
    again = local_moran(value, ids, weights, seed=7, permutations=99)
    other = local_moran(value, ids, weights, seed=8, permutations=99)
    assert first.p_value.tolist() == again.p_value.tolist() != other.p_value.tolist()
    whole = [moran_i(value, ids, weights, seed=s, permutations=99).p_value for s in (7, 7, 8, 9, 10)]
    assert whole[0] == whole[1]
    assert len(set(whole)) > 1
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_warning_filters_are_left_alone():
    ids, weights = grid(4)
    before = list(warnings.filters)
    local_moran(np.arange(16.0), ids, weights, seed=1, permutations=19)
    assert list(warnings.filters) == before


def test_equal_neighbours_are_ties_not_rounding():
    # Many areas with no access at all: an index that chance gives as often as not has p near 1.
    ids, weights = grid(5)
    value = np.where(np.arange(25) == 12, 0.1 + 0.2, 0.0)
    found = local_moran(value, ids, weights, seed=1, permutations=199)
    far = found.p_value[0]
    assert far > 0.5, "both its neighbours are like nearly everybody"


@pytest.mark.parametrize(
    ("value", "pairs", "reason"),
    [
        ([1, 2], [("a", "b")], "2 areas are too few; at least 3 are needed"),
        ([4, 4, 4], [("a", "b")], "all areas have the same value"),
        ([1, 2, 3], [], "no area has a neighbour"),
    ],
)
def test_what_is_not_defined_says_why(value, pairs, reason):
    ids = ["a", "b", "c"][: len(value)]
    weights = SpatialWeights.from_pairs(ids, [a for a, _ in pairs], [b for _, b in pairs])
    whole, each = moran_i(value, ids, weights, seed=1), local_moran(value, ids, weights, seed=1)
    assert whole.undefined_because == each.undefined_because == reason
    assert math.isnan(whole.index)
    assert math.isnan(whole.p_value)
    assert np.isnan(each.index).all()
    assert set(each.cluster) <= {"not significant", "no neighbours"} <= set(CLUSTERS)


# Weights ------------------------------------------------------------------------------------------


def test_the_digest_sees_ids_pairs_and_weights():
    ids = ["b", "a", "c"]
    plain = SpatialWeights.from_pairs(ids, ["a", "b"], ["b", "a"])
    assert len(plain.digest) == 64
    assert plain.digest == SpatialWeights.from_pairs(["a", "b", "c"], ["b", "a"], ["a", "b"], [1.0, 1.0]).digest
    assert plain.digest == SpatialWeights.from_pairs(ids, ["a", "b", "c"], ["b", "a", "a"], [1, 1, 0]).digest
    others = [
        SpatialWeights.from_pairs(ids, ["a", "b"], ["b", "c"]),
        SpatialWeights.from_pairs(ids, ["a", "b"], ["b", "a"], [1.0, np.nextafter(1.0, 2.0)]),
        SpatialWeights.from_pairs(["a", "b"], ["a", "b"], ["b", "a"]),
        SpatialWeights.from_pairs(["a", "b", "d"], ["a", "b"], ["b", "a"]),
    ]
    assert len({plain.digest, *(other.digest for other in others)}) == 5


def test_the_digest_is_the_same_on_every_machine():
    # Two areas, one pair of weight one half: sha256 of '[["a","b"],[["a","b","0x1.0000000000000p-1"]]]'.
    weights = SpatialWeights.from_pairs(["a", "b"], ["a"], ["b"], [0.5])
    assert weights.digest == "f31faadeaea82c353c4146909409a14aaedb4b4678e926c51581c874aea7df6f"


def test_a_sparse_matrix_gives_the_same_weights():
    ids = ["c", "a", "b"]
    matrix = sparse.csr_array(np.array([[0, 0.5, 0], [0.5, 0, 2.0], [0, 0, 0]]))
    made = SpatialWeights.from_sparse(ids, matrix)
    assert made.to_frame().to_dict("list") == {
        "from_id": ["a", "a", "c"],
        "to_id": ["b", "c", "a"],
        "weight": [2.0, 0.5, 0.5],
    }
    assert made.islands == ("b",)
    assert made.digest == SpatialWeights.from_pairs(ids, ["c", "a", "a"], ["a", "c", "b"], [0.5, 0.5, 2.0]).digest
    with pytest.raises(InvalidParameter, match=r"matrix has shape \(3, 3\); with 2 ids give \(2, 2\)"):
        SpatialWeights.from_sparse(["a", "b"], matrix)


@pytest.mark.parametrize(
    ("ids", "pairs", "message"),
    [
        (["a", "a"], [], "ids: 1 of 2 repeat; name every area once"),
        (["a", "b"], [("a", "x", 1)], "name 1 areas that are not among the ids, such as 'x'"),
        (["a", "b"], [("a", "a", 1)], "1 of 1 pairs join an area to itself"),
        (["a", "b"], [("a", "b", 1), ("a", "b", 2)], "1 of 2 pairs repeat"),
        (["a", "b"], [("a", "b", -1)], "1 of 1 pairs are negative, infinite or NaN"),
        (["a", "b"], [("a", "b", np.nan)], "1 of 1 pairs are negative, infinite or NaN"),
        (["a", None], [], "ids: 1 of 2 labels are missing"),
    ],
)
def test_faulty_weights_are_refused(ids, pairs, message):
    start, end, weight = ([pair[k] for pair in pairs] for k in range(3))
    with pytest.raises(InvalidParameter, match=message):
        SpatialWeights.from_pairs(np.array(ids, dtype=object), start, end, weight)


def test_columns_of_pairs_must_match():
    with pytest.raises(InvalidParameter, match="from_id, to_id and weight have 1, 2"):
        SpatialWeights.from_pairs(["a", "b"], ["a"], ["b", "a"])


def test_values_must_match_the_weights():
    ids, weights = grid(3)
    with pytest.raises(InvalidParameter, match=r"1 areas of the weights are missing, 1 are not in the weights"):
        moran_i(np.arange(9), ["x", *ids[1:]], weights, seed=1)
    with pytest.raises(InvalidParameter, match=r"value has shape \(8,\)"):
        moran_i(np.arange(8), ids, weights, seed=1)
    with pytest.raises(InvalidParameter, match="value: 1 of 9 values are NaN or infinite"):
        local_moran([np.nan, *range(8)], ids, weights, seed=1)
    with pytest.raises(InvalidParameter, match="permutations=0 must be 1 or more"):
        moran_i(np.arange(9), ids, weights, seed=1, permutations=0)
    with pytest.raises(InvalidParameter, match="false_discovery_rate=5 must lie between 0 and 1"):
        local_moran(np.arange(9), ids, weights, seed=1, false_discovery_rate=5)
