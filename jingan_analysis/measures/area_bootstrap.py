"""Intervals of any index by resampling whole areas, never single people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, SupportsFloat

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.atkinson import atkinson, atkinson_of_draws
from jingan_analysis.measures.concentration import concentration_index, concentration_of_draws, finite_ranking
from jingan_analysis.measures.gini import gini, gini_of_draws
from jingan_analysis.measures.palma import palma_of_draws, palma_ratio
from jingan_analysis.measures.poverty import foster_greer_thorbecke, poverty_of_draws
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.measures.theil import theil_l, theil_l_of_draws, theil_t, theil_t_of_draws
from jingan_analysis.measures.weighted_points import amounts, membership

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Statistic = Callable[..., SupportsFloat]
"""An index of (value, weight), or of (value, weight, ranking) where a ranking is given."""

_LEFT_OUT = 1000
"""Most areas that are left out one at a time."""

_BLOCK_CELLS = 400_000
"""Cells of one block of draws: a block stays in the processor's cache."""


def weighted_mean(value: ArrayLike, weight: ArrayLike) -> float:
    """Mean over persons; the coverage share where the value is 1 for covered and 0 for not.

    NaN where nobody lives.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.
    """
    amount, persons = amounts(value, weight)
    return float(_mean_of_draws(amount, persons[None, :])[0])


def _mean_of_draws(value: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    people = weight.sum(axis=1)
    mean = np.full(len(weight), np.nan)
    np.divide(weight @ value, people, out=mean, where=people > 0)
    return mean


_OF_DRAWS: Final[Mapping[Statistic, Callable[..., NDArray[np.float64]]]] = {
    gini: gini_of_draws,
    theil_t: theil_t_of_draws,
    theil_l: theil_l_of_draws,
    atkinson: atkinson_of_draws,
    palma_ratio: palma_of_draws,
    foster_greer_thorbecke: poverty_of_draws,
    concentration_index: concentration_of_draws,
    weighted_mean: _mean_of_draws,
}
"""The indices that take many draws at once."""


@dataclass(frozen=True)
class AreaInterval:
    """Bootstrap interval of an index over areas.

    Attributes
    ----------
    estimate
        The index of all areas; NaN where it is not defined.
    lower, upper
        Bounds; NaN where there is no interval.
    confidence, draws, seed
        As asked for.
    areas
        Areas in which somebody lives.
    undefined_draws
        Resamples in which the index is not defined; they are left out of the interval.
    undefined_because
        Why there is no interval; None where there is one.
    """

    estimate: float
    lower: float
    upper: float
    confidence: float
    draws: int
    seed: int
    areas: int
    undefined_draws: int
    undefined_because: str | None

    def to_frame(self) -> pd.DataFrame:
        """One row with all attributes as columns."""
        return pd.DataFrame([asdict(self)])

    def plot(self, *, label: str = "", ax: Axes | None = None) -> Axes:
        """Draw the estimate with its interval as one more row; give the axes of another interval to compare.

        Parameters
        ----------
        label
            Name of the row.
        """
        from jingan_analysis.plotting import SERIES, new_axes

        rows: list[str] = [] if ax is None else [text.get_text() for text in ax.get_yticklabels()]
        ax = new_axes(ax, high=1.6)
        row = len(rows)
        if self.undefined_because is None:
            ax.plot([self.lower, self.upper], [row, row], color=SERIES[0], linewidth=3, solid_capstyle="butt")
        ax.plot([self.estimate], [row], marker="o", markersize=9, color=SERIES[0], linestyle="none")
        ax.set_yticks(range(row + 1), [*rows, label])
        ax.set_ylim(row + 0.6, -0.6)
        ax.set_xlabel(f"Index, interval of {self.confidence:.0%} over areas")
        return ax

    def _repr_html_(self) -> str:
        """How JupyterLab shows the interval, or why there is none."""
        from jingan_analysis.showing import Fact, number_text, share_text, shown

        bounds = f"{number_text(self.lower)} to {number_text(self.upper)}"
        facts = [
            Fact("Estimate", number_text(self.estimate, missing="not defined")),
            Fact(f"Interval of {self.confidence:.0%}", self.undefined_because or bounds),
            Fact("Areas in which somebody lives", self.areas),
            Fact("Resamples without an index, left out", share_text(self.undefined_draws, self.draws)),
            Fact("Seed", str(self.seed)),
        ]
        return shown("Interval over areas", facts, notes=["Whole areas are resampled, never single people."])


def area_bootstrap(
    statistic: Statistic,
    value: ArrayLike,
    weight: ArrayLike,
    area: ArrayLike,
    *,
    seed: int,
    draws: int = 1999,
    confidence: float = 0.95,
    ranking: ArrayLike | None = None,
) -> AreaInterval:
    r"""Interval of an index by resampling whole areas with replacement.

    .. math::

        [\hat\theta^*_{(\alpha_1)},\ \hat\theta^*_{(\alpha_2)}], \qquad
        \alpha_{1,2} = \Phi\Bigl( z_0 + \frac{z_0 \mp t}{1 - a (z_0 \mp t)} \Bigr), \qquad
        t = \sqrt{\frac{n}{n - 1}}\; t_{n-1}^{-1}\bigl( \tfrac{1 + c}{2} \bigr)

    Where
        θ*     index of a resample: n areas drawn with replacement from the n there are, an area that
               is drawn twice counting twice; θ*_(α) their α quantile;
        z_0    bias: normal quantile of the share of resamples below the index of the district;
        a      acceleration, from the indices with one area left out;
        t      quantile of Student's t with n - 1 degrees of freedom, expanded because resamples of few
               areas vary too little; c the confidence.

    Neighbours share their facilities, so areas are resampled, not people: resampling people gives
    intervals that are far too narrow. The interval tells how much the index depends on which areas
    the district happens to have.

    Areas are put in order of what they contain, not of their labels or rows, and points of an area in
    order of their values. The same district therefore gives the same bounds to the bit, whatever the
    order of its rows and whatever its areas are called. Areas where nobody lives change nothing.

    On simulated districts of two kinds, intervals of 95 % held the truth in 92 to 96 % of 500 districts
    with 14, 30 or 60 areas, for the Gini coefficient and for the coverage share; with 10 areas in 90 to
    94 %.

    Parameters
    ----------
    statistic
        The index: :func:`gini`, :func:`theil_t`, :func:`weighted_mean`, ``partial(atkinson, epsilon=0.5)``
        and the others of this package take many draws at once; any other function of (value, weight)
        is called draw by draw.
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    area
        Area of each point, such as its committee, shape (n,).
    seed
        Seed of the resampling; the same seed gives the same interval.
    draws
        Number of resamples.
    confidence
        Confidence level.
    ranking
        What people are ranked by, for indices of (value, weight, ranking), shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, a label is missing, the shapes differ, draws is below
        1, or the confidence is not between 0 and 1.

    Notes
    -----
    Davison, A. C. and Hinkley, D. V. (1997), *Bootstrap Methods and their Application*, Cambridge
    University Press, section 3.8 (whole clusters); Efron, B. (1987), Better bootstrap confidence
    intervals, *Journal of the American Statistical Association* 82(397) (BCa); Hesterberg, T. C. (2015),
    What teachers should know about the bootstrap, *The American Statistician* 69(4) (expanded tails).
    """
    level = confidence_level(confidence)
    if draws < 1:
        raise InvalidParameter(f"draws={draws} must be 1 or more")
    amount, persons = amounts(value, weight)
    ranked = None if ranking is None else finite_ranking(ranking, len(amount))
    points = _canonical(amount, persons, membership("area", area, len(amount))[0], ranked)
    whole = AreaInterval(
        estimate=float(_of_weights(statistic, points, points.persons[None, :])[0]),
        lower=float("nan"),
        upper=float("nan"),
        confidence=level,
        draws=draws,
        seed=seed,
        areas=points.n_areas,
        undefined_draws=0,
        undefined_because=None,
    )
    if points.n_areas < 2:
        return replace(whole, undefined_because=f"an interval needs at least 2 areas with people, not {points.n_areas}")
    if np.isnan(whole.estimate):
        return replace(whole, undefined_because="the index is not defined for the areas together")
    return _with_bounds(whole, statistic, points)


def _with_bounds(whole: AreaInterval, statistic: Statistic, points: _Points) -> AreaInterval:
    drawn = _of_times(statistic, points, _times_drawn(points.n_areas, whole.draws, whole.seed))
    defined = drawn[~np.isnan(drawn)]
    undefined = whole.draws - len(defined)
    if undefined > (1.0 - whole.confidence) * whole.draws:
        reason = f"the index is not defined in {undefined} of {whole.draws} resamples"
        return replace(whole, undefined_draws=undefined, undefined_because=reason)
    left_out = _of_times(statistic, points, _times_with_one_left_out(points.n_areas))
    tails = _tails(whole, defined, left_out)
    lower, upper = np.quantile(defined, tails)
    return replace(whole, lower=float(lower), upper=float(upper), undefined_draws=undefined)


@dataclass(frozen=True)
class _Points:
    """Points in ascending order of value, with areas numbered in order of their content."""

    amount: NDArray[np.float64]
    persons: NDArray[np.float64]
    member: NDArray[np.int64]
    ranking: NDArray[np.float64] | None
    n_areas: int


def _canonical(
    amount: NDArray[np.float64],
    persons: NDArray[np.float64],
    member: NDArray[np.int64],
    ranking: NDArray[np.float64] | None,
) -> _Points:
    lived_in = persons > 0
    columns = [amount, persons] if ranking is None else [amount, persons, ranking]
    table = np.column_stack([column[lived_in] for column in columns])
    own = member[lived_in]
    order = np.lexsort((*table.T[::-1], own))
    table, own = table[order], own[order]
    # Two areas with the same content are exchangeable, so a tie between them cannot matter.
    starts = np.flatnonzero(np.append(True, own[1:] != own[:-1])) if len(own) else np.zeros(0, dtype=np.int64)
    # Bytes with the largest first sort like the numbers, so another unit leaves the order as it is.
    contents = [part.astype(">f8").tobytes() for part in np.split(table, starts[1:])] if len(own) else []
    number = np.empty(len(contents), dtype=np.int64)
    number[sorted(range(len(contents)), key=contents.__getitem__)] = np.arange(len(contents))
    own = np.repeat(number, np.diff(np.append(starts, len(own))))
    order = np.lexsort((own, *table.T[::-1]))
    table = table[order]
    return _Points(
        amount=np.ascontiguousarray(table[:, 0]),
        persons=np.ascontiguousarray(table[:, 1]),
        member=own[order],
        ranking=None if ranking is None else np.ascontiguousarray(table[:, 2]),
        n_areas=len(contents),
    )


def _times_drawn(n_areas: int, draws: int, seed: int) -> NDArray[np.int64]:
    """How often each area is drawn in each resample, shape (draws, n_areas)."""
    chosen = np.random.default_rng(seed).integers(0, n_areas, (draws, n_areas))
    cells = chosen + n_areas * np.arange(draws)[:, None]
    return np.bincount(cells.ravel(), minlength=draws * n_areas).reshape(draws, n_areas)


def _times_with_one_left_out(n_areas: int) -> NDArray[np.int64]:
    """Every area once, but for one; of very many areas a block of them, which leaves the acceleration as it is."""
    n_blocks = min(n_areas, _LEFT_OUT)
    kept = np.arange(n_areas) % n_blocks != np.arange(n_blocks)[:, None]
    return np.asarray(kept, dtype=np.int64)


def _of_times(statistic: Statistic, points: _Points, times: NDArray[np.int64]) -> NDArray[np.float64]:
    size = max(1, _BLOCK_CELLS // max(1, len(points.amount)))
    blocks = [
        _of_weights(statistic, points, points.persons * times[start : start + size, points.member])
        for start in range(0, len(times), size)
    ]
    return np.concatenate(blocks)


def _of_weights(statistic: Statistic, points: _Points, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    more = () if points.ranking is None else (points.ranking,)
    plain, options = (statistic.func, statistic.keywords) if isinstance(statistic, partial) else (statistic, {})
    at_once = None if isinstance(statistic, partial) and statistic.args else _OF_DRAWS.get(plain)
    if at_once is not None:
        return at_once(points.amount, weight, *more, **options)
    return np.array([float(statistic(points.amount, row, *more)) for row in weight])


def _tails(whole: AreaInterval, drawn: NDArray[np.float64], left_out: NDArray[np.float64]) -> NDArray[np.float64]:
    """Which quantiles of the resamples are the bounds."""
    from scipy.special import ndtr, ndtri, stdtrit

    # Ties count half, and never all: a bias of infinity is no bias that can be corrected.
    below = (np.sum(drawn < whole.estimate) + 0.5 * np.sum(drawn == whole.estimate)) / len(drawn)
    bias = ndtri(np.clip(below, 0.5 / len(drawn), 1.0 - 0.5 / len(drawn)))
    n = whole.areas
    student = np.sqrt(n / (n - 1.0)) * stdtrit(n - 1.0, (1.0 + whole.confidence) / 2.0)
    shifted = bias + np.array([-student, student])
    room = 1.0 - _acceleration(left_out) * shifted
    # Without room the quantile lies beyond all resamples, on the side of the shift.
    corrected = np.where(room > 0, bias + shifted / np.where(room > 0, room, 1.0), np.copysign(np.inf, shifted))
    return np.asarray(ndtr(corrected), dtype=np.float64)


def _acceleration(left_out: NDArray[np.float64]) -> float:
    defined = left_out[~np.isnan(left_out)]
    apart = defined.mean() - defined if len(defined) else defined
    spread = float(np.sum(apart**2))
    return float(np.sum(apart**3)) / (6.0 * spread**1.5) if spread > 0 else 0.0
