"""Kaplan–Meier: how many still wait after so many days, when some were never seen to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.durations import RiskTable, Spells, checked_spells, refuse_broken_watch, risk_table

SurvivalInterval = Literal["log_log", "log"]


@dataclass(frozen=True)
class SurvivalCurve:
    """Kaplan–Meier estimate of one group.

    Attributes
    ----------
    group
        Code of the group.
    spells
        Number of spells.
    start
        Day after which the first spell is watched; 0 where one is watched from day 0. Survival is that of those who
        had not had the event by then.
    times
        Distinct days of events, censorings and late entries, rising, shape (t,). Day 0 is there if something
        happened on it.
    at_risk, events, censored, entered
        Spells under watch on that day, events and censorings on it, and spells watched from just after it; all
        shape (t,).
    survival
        Share without the event after that day, from 0 to 1, shape (t,).
    std_error
        Greenwood's, shape (t,); NaN where the survival is 0.
    lower, upper
        Pointwise interval, shape (t,); NaN where the survival is 1 or 0, of which Greenwood's variance says nothing.
    confidence
        Confidence level of the interval.
    interval
        Scale of the interval: ``log_log`` (log-minus-log) or ``log``.
    """

    group: int
    spells: int
    start: float
    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    censored: NDArray[np.int64]
    entered: NDArray[np.int64]
    survival: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float
    interval: SurvivalInterval


def kaplan_meier(
    durations: ArrayLike,
    observed: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
    interval: SurvivalInterval = "log_log",
) -> tuple[SurvivalCurve, ...]:
    r"""Survival curves with Greenwood's variance, one a group.

    .. math::

        \hat S(t) = \prod_{t_j \le t} \Bigl(1 - \frac{d_j}{n_j}\Bigr), \qquad
        \hat V(\hat S) = \hat S^2 \sum_{t_j \le t} \frac{d_j}{n_j (n_j - d_j)}, \qquad
        \hat S^{\exp(\pm z \sqrt{\hat V} / (\hat S \log \hat S))}

    Where
        d_j, n_j   events on day t_j, and spells at risk on it: those censored on that day are still at risk;
        z          standard normal quantile of the confidence level.

    The ``log_log`` interval never leaves 0 to 1; ``log``, which is S exp(±z √V / S) cut at 1, is what R's survfit
    prints unless told otherwise.

    Parameters
    ----------
    durations
        Days until the event or the last day seen, 0 or more, shape (n,). An event on day 0 counts: all who are
        watched from day 0 are at risk of it, and the curve may begin below 1.
    observed
        Whether the event was seen, shape (n,).
    groups
        Whole codes, shape (n,); one group, coded 0, where None.
    entry
        Day after which each spell is watched (left truncation), shape (n,); 0 means from day 0, that day included.
    confidence
        Confidence level.
    interval
        Scale on which the interval is symmetric.

    Returns
    -------
    tuple of SurvivalCurve
        In order of the group codes.

    Raises
    ------
    InvalidParameter
        If an argument is impossible (all faults at once), or late entry leaves days on which nobody is watched.

    Notes
    -----
    Kaplan, E. L. and Meier, P. (1958), Nonparametric estimation from incomplete observations, *Journal of the
    American Statistical Association* 53(282); Greenwood, M. (1926), The natural duration of cancer; Kalbfleisch, J. D.
    and Prentice, R. L. (1980), *The Statistical Analysis of Failure Time Data*, for the interval.
    """
    level = confidence_level(confidence)
    if interval not in ("log_log", "log"):
        raise InvalidParameter(f"interval={interval!r} is unknown; give 'log_log' or 'log'")
    spells = checked_spells(durations, observed, groups=groups, entry=entry)
    if np.any(spells.cause > 1):
        raise InvalidParameter("observed holds codes above 1; with several causes use cumulative_incidence")
    return tuple(_curve(spells.of_group(int(code)), level, interval) for code in np.unique(spells.group))


def _curve(spells: Spells, level: float, interval: SurvivalInterval) -> SurvivalCurve:
    group = int(spells.group[0])
    table = risk_table(spells)
    refuse_broken_watch(table, group)
    events = table.events[0]
    survival = np.cumprod(1.0 - events / np.maximum(table.at_risk, 1))
    relative = np.sqrt(np.cumsum(greenwood_terms(table)))
    std_error = np.where(survival > 0, survival * relative, np.nan)
    lower, upper = _interval(survival, relative, level, interval)
    start = max(float(spells.entry.min()), 0.0)
    return SurvivalCurve(
        group, len(spells), start, table.times, table.at_risk, events, table.censored, table.entered,
        survival, std_error, lower, upper, level, interval,
    )  # fmt: skip


def greenwood_terms(table: RiskTable) -> NDArray[np.float64]:
    """Terms d / (n (n - d)) of all causes on each day; 0 on the day that leaves nobody, after which survival is 0."""
    happened = table.events.sum(axis=0)
    left = table.at_risk - happened
    return np.where(left > 0, happened / np.maximum(table.at_risk * left, 1), 0.0)


def _interval(
    survival: NDArray[np.float64], relative: NDArray[np.float64], level: float, interval: SurvivalInterval
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.stats import norm

    z = float(norm.isf((1.0 - level) / 2.0))
    lower, upper = (np.full(len(survival), np.nan) for _ in range(2))
    inside = (survival > 0) & (survival < 1)
    share, spread = survival[inside], z * relative[inside]
    if interval == "log_log":
        step = spread / -np.log(share)
        lower[inside], upper[inside] = share ** np.exp(step), share ** np.exp(-step)
    else:
        lower[inside], upper[inside] = share * np.exp(-spread), np.minimum(share * np.exp(spread), 1.0)
    return lower, upper
