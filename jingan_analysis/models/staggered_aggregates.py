"""Effects by group and period made into one number, or one for each group, event time or calendar period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.staggered_effects import GroupTimeEffects, normal_interval

Aggregation = Literal["simple", "group", "event", "calendar"]


@dataclass(frozen=True)
class AggregateEffects:
    """Weighted means of effects after treatment, with k of them by what was asked.

    Attributes
    ----------
    aggregation
        What the effects are by.
    at
        First treated period, periods since it (0 is the first treated one, negative ones are before), or calendar
        period, shape (k,); empty for the simple mean.
    effect, std_error, lower, upper
        In the unit of the outcome, with normal intervals, shape (k,); a NaN standard error is not known.
    groups
        Number of groups in each mean, shape (k,): event times far from 0 rest on few groups.
    overall, overall_std_error, overall_lower, overall_upper
        One number for all: see :func:`aggregate_effects`.
    influence, overall_influence
        Influence of each unit on each mean, shape (n_units, k), and on the one number, shape (n_units,): products of
        them added up over units are covariances.
    confidence
        Confidence level of the intervals.
    """

    aggregation: Aggregation
    at: NDArray[np.int64]
    effect: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    groups: NDArray[np.int64]
    overall: float
    overall_std_error: float
    overall_lower: float
    overall_upper: float
    influence: NDArray[np.float64]
    overall_influence: NDArray[np.float64]
    confidence: float


_Mean = tuple[float, NDArray[np.float64], bool]
"""A mean, the influence of each unit on it, and whether its standard error is known."""


def aggregate_effects(effects: GroupTimeEffects, aggregation: Aggregation) -> AggregateEffects:
    r"""Aggregate group-time effects.

    .. math::

        \theta = \sum_{g,t} \omega(g, t)\, ATT(g, t), \qquad \omega(g, t) \propto P(G = g)

    Where
        simple     all cells with t >= g; overall is this mean;
        group      for each g the plain mean over t >= g; overall weighs the groups by size;
        event      for each e all cells with t - g = e, also before treatment; overall is the plain mean over e >= 0;
        calendar   for each t the groups with g <= t; overall is the plain mean over t.

    Sizes of the groups count as estimated, as in the paper: their part is in the standard error. Cells without
    comparison units are left out.

    Parameters
    ----------
    effects
        From :func:`~jingan_analysis.models.staggered_effects.group_time_effects`.
    aggregation
        What the effects are wanted by.

    Raises
    ------
    InvalidParameter
        If there is no such aggregation.

    Notes
    -----
    Callaway, B. and Sant'Anna, P. H. C. (2021), section 3.1.
    """
    if aggregation not in get_args(Aggregation):
        raise InvalidParameter(f"aggregation={aggregation!r} is not one of {', '.join(get_args(Aggregation))}")
    known = ~np.isnan(effects.effect)
    after = known & (effects.period >= effects.group)
    if aggregation == "simple":
        return _assembled(effects, aggregation, [], [], [], _size_weighted(effects, after))
    if aggregation == "group":
        keys, cells = effects.group, after
    elif aggregation == "event":
        keys, cells = effects.period - effects.group, known
    else:
        keys, cells = effects.period, after
    at = np.unique(keys[cells]).tolist()
    chosen = [cells & (keys == key) for key in at]
    means = [_size_weighted(effects, cell) for cell in chosen]
    late = [mean for key, mean in zip(at, means, strict=True) if aggregation != "event" or key >= 0]
    overall = _over_groups(effects, at, late) if aggregation == "group" else _plain_mean(late)
    counts = [len(np.unique(effects.group[cell])) for cell in chosen]
    return _assembled(effects, aggregation, at, means, counts, overall)


def _size_weighted(effects: GroupTimeEffects, cells: NDArray[np.bool_]) -> _Mean:
    """Mean of cells weighted by the sizes of their groups."""
    position = np.searchsorted(effects.groups, effects.group[cells])
    share = effects.group_share[position]
    weight = share / share.sum()
    effect = effects.effect[cells]
    influence = effects.influence[:, cells] @ weight + _of_sizes(effects, position) @ effect
    # The base period of a group is 0 by definition: it is known to have no error.
    base = (effects.period[cells] == effects.group[cells] - 1) & (effects.base_period == "universal")
    unknown = np.isnan(effects.std_error[cells]) & ~base
    return float(weight @ effect), influence, not unknown.any() and not base.all()


def _of_sizes(effects: GroupTimeEffects, position: NDArray[np.int64]) -> NDArray[np.float64]:
    """Influence of each unit on the weights of the cells, shape (n_units, cells)."""
    share = effects.group_share[position]
    part = effects.membership[:, position]
    # That a share is taken of an expected size drops out, because the weights of the cells add up to 1.
    return np.asarray(part / share.sum() - part.sum(axis=1, keepdims=True) * share / share.sum() ** 2)


def _over_groups(effects: GroupTimeEffects, at: list[int], means: list[_Mean]) -> _Mean:
    position = np.searchsorted(effects.groups, at)
    share = effects.group_share[position]
    weight = share / share.sum()
    effect = np.array([mean[0] for mean in means])
    influence = np.column_stack([mean[1] for mean in means]) @ weight + _of_sizes(effects, position) @ effect
    return float(weight @ effect), influence, all(mean[2] for mean in means)


def _plain_mean(means: list[_Mean]) -> _Mean:
    influence = np.mean([mean[1] for mean in means], axis=0)
    return float(np.mean([mean[0] for mean in means])), influence, all(mean[2] for mean in means)


def _assembled(
    effects: GroupTimeEffects,
    aggregation: Aggregation,
    at: list[int],
    means: list[_Mean],
    groups: list[int],
    overall: _Mean,
) -> AggregateEffects:
    every = [*means, overall]
    effect = np.array([mean[0] for mean in every])
    std_error = np.array([float(np.sqrt((mean[1] ** 2).sum())) if mean[2] else float("nan") for mean in every])
    lower, upper = normal_interval(effect, std_error, effects.confidence)
    influence = np.column_stack([mean[1] for mean in every])
    return AggregateEffects(
        aggregation, np.array(at, dtype=np.int64), effect[:-1], std_error[:-1], lower[:-1], upper[:-1],
        np.array(groups, dtype=np.int64), float(effect[-1]), float(std_error[-1]), float(lower[-1]),
        float(upper[-1]), influence[:, :-1], influence[:, -1], effects.confidence,
    )  # fmt: skip
