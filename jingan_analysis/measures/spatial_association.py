"""Whether neighbours are alike: Moran's I of all areas, and of each area with its neighbours (LISA)."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.spatial_weights import SpatialWeights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Cluster = Literal["high-high", "low-high", "low-low", "high-low", "not significant", "no neighbours"]
CLUSTERS: Final[tuple[Cluster, ...]] = get_args(Cluster)

_TIE = 1e-10
"""Two indices this near are the same index, added up in another order."""


@dataclass(frozen=True)
class MoranI:
    """Moran's I of all areas.

    Attributes
    ----------
    index
        Above the expectation where neighbours are alike, below where they differ; NaN where it is not
        defined.
    expected
        Its expectation without association, -1 / (n - 1).
    p_value
        Two-sided, from permutations; NaN where there is no index.
    permutations, seed
        As asked for.
    areas
        Number of areas, islands included.
    islands
        Areas without neighbours: they count in the mean and the spread and have no neighbours to be
        like.
    weights_digest
        SHA-256 of the weights; see :attr:`SpatialWeights.digest`.
    undefined_because
        Why there is no index; None where there is one.
    """

    index: float
    expected: float
    p_value: float
    permutations: int
    seed: int
    areas: int
    islands: tuple[str, ...]
    weights_digest: str
    undefined_because: str | None

    def to_frame(self) -> pd.DataFrame:
        """One row with all attributes as columns; islands as their number."""
        return pd.DataFrame([{**asdict(self), "islands": len(self.islands)}])

    def _repr_html_(self) -> str:
        """How JupyterLab shows the index, or why there is none."""
        from jingan_analysis.showing import Fact, number_text, shown

        because = self.undefined_because
        facts = [
            Fact("Moran's I", f"not defined: {because}" if because else number_text(self.index)),
            Fact("Expected without association", self.expected),
            Fact("p value, two-sided", number_text(self.p_value, missing="not defined")),
            Fact("Areas", self.areas),
            Fact("Areas without neighbours", len(self.islands)),
            Fact("Permutations, seed", f"{self.permutations:,}, {self.seed}"),
            Fact("Weights, SHA-256", f"{self.weights_digest[:16]}…"),
        ]
        return shown("Are neighbours alike?", facts)


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I of every area, in the order in which the areas were given.

    Attributes
    ----------
    ids
        Identifiers, shape (n,).
    value
        Value of each area, shape (n,).
    index
        Local index, shape (n,); NaN for islands and where nothing is defined.
    p_value
        Two-sided, from conditional permutations, shape (n,); NaN where there is no index.
    q_value
        Smallest false discovery rate at which the area would be named (Benjamini–Hochberg over the areas
        with neighbours), shape (n,).
    cluster
        One of ``CLUSTERS``: own value and mean of the neighbours against the mean of all, where the q
        value is at most the false discovery rate; shape (n,).
    false_discovery_rate, permutations, seed
        As asked for.
    islands, weights_digest, undefined_because
        As in :class:`MoranI`.
    """

    ids: NDArray[np.object_]
    value: NDArray[np.float64]
    index: NDArray[np.float64]
    p_value: NDArray[np.float64]
    q_value: NDArray[np.float64]
    cluster: NDArray[np.object_]
    false_discovery_rate: float
    permutations: int
    seed: int
    islands: tuple[str, ...]
    weights_digest: str
    undefined_because: str | None

    def to_frame(self) -> pd.DataFrame:
        """One row an area: ``id``, ``value``, ``local_index``, ``p_value``, ``q_value``, ``cluster``."""
        return pd.DataFrame(
            {
                "id": self.ids,
                "value": self.value,
                "local_index": self.index,
                "p_value": self.p_value,
                "q_value": self.q_value,
                "cluster": self.cluster,
            }
        )

    def plot(self, xy_m: ArrayLike, *, ax: Axes | None = None) -> Axes:
        """Draw a map of the clusters.

        Parameters
        ----------
        xy_m
            A point of each area in metres, shape (n, 2).
        """
        from jingan_analysis.plotting import AXIS, RULE, SERIES, key, map_axes, scale_bar

        places = np.asarray(xy_m, dtype=np.float64)
        ax = map_axes(ax)
        colours = (SERIES[0], SERIES[5], SERIES[2], SERIES[3], RULE, AXIS)
        for cluster, colour in zip(CLUSTERS, colours, strict=True):
            here = self.cluster == cluster
            if here.any():
                x, y = places[here].T
                ax.scatter(x, y, s=60, color=colour, edgecolors=AXIS, label=f"{cluster} ({here.sum():,})")
        scale_bar(ax)
        key(ax, "Own value, neighbours'\n(number of areas)")
        return ax

    def _repr_html_(self) -> str:
        """How JupyterLab shows the clusters: how many of each kind, then the areas."""
        from jingan_analysis.showing import Fact, shown

        facts = [Fact(f"Areas {cluster}", int((self.cluster == cluster).sum())) for cluster in CLUSTERS]
        if self.undefined_because:
            facts = [Fact("Clusters", f"not defined: {self.undefined_because}")]
        notes = [
            f"Named where the false discovery rate is at most {self.false_discovery_rate:.0%}; "
            f"{self.permutations:,} permutations, seed {self.seed}, weights {self.weights_digest[:16]}…"
        ]
        none = dict.fromkeys(("local_index", "p_value", "q_value"), "not defined")
        return shown("Local Moran's I: own value and neighbours'", facts, self.to_frame(), missing=none, notes=notes)


def moran_i(value: ArrayLike, ids: ArrayLike, weights: SpatialWeights, *, seed: int, permutations: int = 999) -> MoranI:
    r"""Moran's I, with a p value from permutations.

    .. math::

        I = \frac{n}{S_0} \frac{\sum_i \sum_j w_{ij} z_i z_j}{\sum_i z_i^2}, \qquad
        p = \min\Bigl( 1, 2\, \frac{\min(M_\ge, M_\le) + 1}{R + 1} \Bigr)

    Where
        z_i    value of area i less the mean of all n areas;
        w_ij   weights, each row divided by its sum; S_0 their sum;
        M      permutations with an index at least, or at most, as large; R all permutations.

    Areas are permuted in the order of their ids, so the order of the rows does not matter. The
    index is computed by the package esda.

    Parameters
    ----------
    value
        Value of each area, any finite number, shape (n,).
    ids
        Identifiers of the areas, each area of the weights once, shape (n,).
    weights
        Neighbours.
    seed
        Seed of the permutations.
    permutations
        Number of permutations; the smallest p value is 2 / (permutations + 1).

    Raises
    ------
    InvalidParameter
        If a value is not finite, the ids are not those of the weights, or permutations is below 1.

    Notes
    -----
    Moran, P. A. P. (1950), Notes on continuous stochastic phenomena, *Biometrika* 37(1/2); Cliff, A. D.
    and Ord, J. K. (1981), *Spatial Processes*, Pion.
    """
    sorted_value, _ = _by_area(value, ids, weights, permutations)
    n = len(sorted_value)
    reason = _undefined(sorted_value, weights)
    index = p_value = float("nan")
    if reason is None:
        from esda.moran import Moran

        with _seeded_and_quiet(seed):
            found = Moran(sorted_value, _graph(weights), transformation="r", permutations=permutations)
        index = float(found.I)
        p_value = float(_two_sided(np.array([index]), np.asarray(found.sim)[:, None])[0])
    expected = -1.0 / (n - 1) if n > 1 else float("nan")
    return MoranI(index, expected, p_value, permutations, seed, n, weights.islands, weights.digest, reason)


def local_moran(
    value: ArrayLike,
    ids: ArrayLike,
    weights: SpatialWeights,
    *,
    seed: int,
    permutations: int = 9999,
    false_discovery_rate: float = 0.05,
) -> LocalMoran:
    r"""Local Moran's I (LISA) of every area, with control of the false discovery rate.

    .. math::

        I_i = (n - 1) \frac{z_i \sum_j w_{ij} z_j}{\sum_k z_k^2}

    Where
        z_i    value of area i less the mean of all n areas;
        w_ij   weights, each row divided by its sum.

    The value of an area stays and those of the others are permuted. With m areas there are m tests:
    an area is named only where its Benjamini–Hochberg q value is at most the false discovery rate.
    p values are two-sided as in :func:`moran_i`, twice those that esda gives. The index is computed by
    the package esda, the permutations as there: the same draws for every area.

    Parameters
    ----------
    value
        Value of each area, any finite number, shape (n,).
    ids
        Identifiers of the areas, each area of the weights once, shape (n,).
    weights
        Neighbours.
    seed
        Seed of the permutations.
    permutations
        Number of permutations. Too few cannot pass the correction: the smallest p value is
        2 / (permutations + 1).
    false_discovery_rate
        Largest expected share of wrongly named areas among those named.

    Raises
    ------
    InvalidParameter
        If a value is not finite, the ids are not those of the weights, permutations is below 1, or the
        false discovery rate is not between 0 and 1.

    Notes
    -----
    Anselin, L. (1995), Local indicators of spatial association, *Geographical Analysis* 27(2);
    Benjamini, Y. and Hochberg, Y. (1995), *Journal of the Royal Statistical Society B* 57(1); Caldas de
    Castro, M. and Singer, B. H. (2006), *Geographical Analysis* 38(2).
    """
    if not 0.0 < false_discovery_rate < 1.0:
        raise InvalidParameter(f"false_discovery_rate={false_discovery_rate!r} must lie between 0 and 1, such as 0.05")
    sorted_value, row = _by_area(value, ids, weights, permutations)
    n = len(sorted_value)
    reason = _undefined(sorted_value, weights)
    alone = np.isin(weights.ids, weights.islands)
    index, p_value, q_value = (np.full(n, np.nan) for _ in range(3))
    quadrant = np.full(n, "not significant", dtype=object)
    if reason is None:
        from scipy.stats import false_discovery_control

        index, p_value, quadrant = _local_indices(sorted_value, weights, seed, permutations)
        index[alone] = np.nan
        q_value[~alone] = false_discovery_control(p_value[~alone], method="bh")
    with np.errstate(invalid="ignore"):
        cluster = np.where(q_value <= false_discovery_rate, quadrant, "not significant")
    cluster[alone] = "no neighbours"
    return LocalMoran(
        ids=weights.ids[row],
        value=sorted_value[row],
        index=index[row],
        p_value=p_value[row],
        q_value=q_value[row],
        cluster=cluster[row],
        false_discovery_rate=float(false_discovery_rate),
        permutations=permutations,
        seed=seed,
        islands=weights.islands,
        weights_digest=weights.digest,
        undefined_because=reason,
    )


def _local_indices(
    value: NDArray[np.float64], weights: SpatialWeights, seed: int, permutations: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """Local indices, their p values and the quadrants; p values are NaN for islands."""
    from esda.moran import Moran_Local

    n = len(value)
    with _seeded_and_quiet(seed):
        found = Moran_Local(value, _graph(weights), transformation="r", permutations=0)
    # esda's own permutations hold areas x permutations in memory, and every process compiles them for ten seconds.
    start = np.searchsorted(weights.focal, np.arange(n + 1))
    draws, most = np.random.default_rng(seed), int(np.diff(start).max())
    others = np.array([draws.choice(n - 1, most, replace=False) for _ in range(permutations)])
    scaling = (n - 1) / float((found.z * found.z).sum())
    p_value = np.full(n, np.nan)
    for area in np.unique(weights.focal):
        own = weights.weight[start[area] : start[area + 1]]
        neighbours = np.delete(found.z, area)[others[:, : len(own)]]
        simulated = scaling * found.z[area] * (neighbours @ (own / own.sum()))
        p_value[area] = _two_sided(found.Is[area : area + 1], simulated[:, None])[0]
    quadrant = np.array(CLUSTERS[:4], dtype=object)[np.asarray(found.q, dtype=np.int64) - 1]
    return np.array(found.Is, dtype=np.float64), p_value, quadrant


def _by_area(
    value: ArrayLike, ids: ArrayLike, weights: SpatialWeights, permutations: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Values in the order of the weights' ids, and the row there of each given area."""
    if permutations < 1:
        raise InvalidParameter(f"permutations={permutations} must be 1 or more")
    row = weights.rows_of(ids)
    given = np.asarray(value, dtype=np.float64)
    if given.shape != row.shape:
        raise InvalidParameter(f"value has shape {given.shape}; give one for each area, shape {row.shape}")
    if not np.isfinite(given).all():
        raise InvalidParameter(
            f"value: {int((~np.isfinite(given)).sum())} of {len(given)} values are NaN or infinite; leave those areas "
            "out of the values and of the weights, and count them"
        )
    in_order = np.empty(len(row))
    in_order[row] = given
    return in_order, row


def _undefined(value: NDArray[np.float64], weights: SpatialWeights) -> str | None:
    if len(value) < 3:
        return f"{len(value)} areas are too few; at least 3 are needed"
    if value.min() == value.max():
        return "all areas have the same value"
    return None if len(weights.weight) else "no area has a neighbour"


def _graph(weights: SpatialWeights) -> Any:  # noqa: ANN401 — libpysal carries no types
    from libpysal.graph import Graph

    alone = np.setdiff1d(np.arange(len(weights.ids)), weights.focal)
    # libpysal writes an island as a pair with itself of weight 0; pairs must stand in order of area.
    focal = np.concatenate((weights.focal, alone))
    neighbor = np.concatenate((weights.neighbor, alone))
    order = np.lexsort((neighbor, focal))
    weight = np.concatenate((weights.weight, np.zeros(len(alone))))
    return Graph.from_arrays(focal[order], neighbor[order], weight[order])


def _two_sided(index: NDArray[np.float64], simulated: NDArray[np.float64]) -> NDArray[np.float64]:
    """Permutation p values, shape (n,), from indices of shape (n,) and simulated ones of shape (R, n)."""
    # Equal neighbours give equal indices up to rounding, and an index as large counts against chance.
    slack = _TIE * (1.0 + np.abs(index))
    above = np.sum(simulated >= index - slack, axis=0)
    below = np.sum(simulated <= index + slack, axis=0)
    return np.asarray(
        np.minimum(1.0, 2.0 * (np.minimum(above, below) + 1.0) / (len(simulated) + 1.0)), dtype=np.float64
    )


@contextmanager
def _seeded_and_quiet(seed: int) -> Iterator[None]:
    """Numpy's global generator seeded, as esda draws from it, and put back; esda's own warnings not shown."""
    state = np.random.get_state()  # noqa: NPY002 — esda takes no generator
    try:
        np.random.seed(seed)  # noqa: NPY002
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            # It announces another default for p values, which are not taken from it.
            warnings.filterwarnings("ignore", message="The alternative hypothesis", category=DeprecationWarning)
            # Its normal approximation, not used here, divides by the spread of islands, which is 0.
            warnings.filterwarnings("ignore", message="invalid value encountered", category=RuntimeWarning)
            yield
    finally:
        np.random.set_state(state)  # noqa: NPY002
