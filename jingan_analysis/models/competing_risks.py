"""Aalen–Johansen: how many have left by each of several doors, when leaving by one closes the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.measures.quantity import confidence_level, quantity
from jingan_analysis.models.durations import (
    RiskTable,
    Spells,
    checked_spells,
    number_at_risk,
    refuse_broken_watch,
    risk_table,
)
from jingan_analysis.models.survival import greenwood_terms

_MOST_CAUSES = 20
"""Largest code of a cause: more of them is a column of something else."""


@dataclass(frozen=True)
class CumulativeIncidence:
    """Cumulative incidence of each cause in one group.

    ``survival + incidence.sum(axis=0)`` is 1 on every day.

    Attributes
    ----------
    group
        Code of the group.
    spells
        Number of spells.
    start
        Day after which the first spell is watched; 0 where one is watched from day 0.
    times
        Distinct days of events, censorings and late entries, rising, shape (t,).
    at_risk, censored, entered
        Spells under watch on that day, censorings on it, and spells watched from just after it, shape (t,).
    events
        Events of each cause on that day, shape (causes, t).
    survival
        Share without an event of any cause after that day, shape (t,).
    incidence
        Share that has had the event of each cause by that day, from 0 to 1, shape (causes, t).
    std_error
        Of the incidence, shape (causes, t).
    lower, upper
        Pointwise log-minus-log interval of the incidence, shape (causes, t); NaN where the incidence is 0 or 1 or its
        variance is 0.
    confidence
        Confidence level of the interval.
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
    incidence: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    confidence: float


@dataclass(frozen=True)
class IncidenceAt:
    """Cumulative incidences of one group on given days.

    Attributes
    ----------
    days
        The days asked for, shape (d,).
    at_risk
        Spells under watch on each, before its events, shape (d,).
    survival
        Share without an event after each day, shape (d,); NaN outside the days that were watched.
    incidence, std_error, lower, upper
        Shape (causes, d); NaN outside the days that were watched.
    """

    days: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    survival: NDArray[np.float64]
    incidence: NDArray[np.float64]
    std_error: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def cumulative_incidence(
    durations: ArrayLike,
    causes: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    entry: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[CumulativeIncidence, ...]:
    r"""Cumulative incidence of each of several causes, one result a group.

    One minus Kaplan–Meier with the other causes as censored answers another question, namely how many would leave by
    this door if the others were walled up, and is always at least as large. Summed over causes it exceeds 1.

    .. math::

        \hat F_k(t) = \sum_{t_j \le t} \hat S(t_{j-1}) \frac{d_{kj}}{n_j}, \qquad
        \hat V(\hat F_k(t)) = \sum_{t_j \le t} \Bigl[
            \bigl(\hat F_k(t) - \hat F_k(t_j)\bigr)^2 \frac{d_j}{n_j (n_j - d_j)}
            + \hat S(t_{j-1})^2 \frac{(n_j - d_{kj})\, d_{kj}}{n_j^3}
            - 2 \bigl(\hat F_k(t) - \hat F_k(t_j)\bigr) \hat S(t_{j-1}) \frac{d_{kj}}{n_j^2} \Bigr]

    Where
        d_kj, d_j   events of cause k, and of all causes, on day t_j;
        n_j         spells at risk on it; S is the Kaplan–Meier curve of leaving by any door.

    Without censoring the variance is that of a share, F (1 - F) / n. The interval is
    :math:`\hat F^{\exp(\pm z \sqrt{\hat V} / (\hat F \log \hat F))}`.

    Parameters
    ----------
    durations, entry, groups, confidence
        As for :func:`~jingan_analysis.models.survival.kaplan_meier`.
    causes
        0 for censored, 1 to k for the cause of the event, shape (n,). Every group gets a row for each of the k causes,
        also for one that it did not see.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, no event was seen, a code is above 20, or late entry leaves days on which nobody
        is watched.
    LedgerDoesNotClose
        If survival and incidences do not add up to 1.

    Notes
    -----
    Aalen, O. O. and Johansen, S. (1978), An empirical transition matrix for non-homogeneous Markov chains based on
    censored observations, *Scandinavian Journal of Statistics* 5(3); Gaynor, J. J. et al. (1993), On the use of
    cause-specific failure and conditional failure probabilities, *Journal of the American Statistical Association*
    88(422), for the variance.
    """
    level = confidence_level(confidence)
    spells = checked_spells(durations, causes, groups=groups, entry=entry, causes_name="causes")
    count = int(spells.cause.max())
    if not 1 <= count <= _MOST_CAUSES:
        raise InvalidParameter(
            f"causes: the largest code is {count}; give 0 for censored and 1 to k for k causes, at most "
            f"{_MOST_CAUSES}, of which at least one was seen"
        )
    return tuple(_of_group(spells.of_group(int(code)), count, level) for code in np.unique(spells.group))


def _of_group(spells: Spells, causes: int, level: float) -> CumulativeIncidence:
    table = risk_table(spells, causes)
    group = int(spells.group[0])
    refuse_broken_watch(table, group)
    n = np.maximum(table.at_risk, 1)
    survival = np.cumprod(1.0 - table.events.sum(axis=0) / n)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * table.events / n, axis=1)
    if np.abs(survival + incidence.sum(axis=0) - 1.0).max() > 1e-9:
        raise LedgerDoesNotClose(f"group {group}: survival and cumulative incidences do not add up to 1")
    std_error = np.sqrt(_variance(table, before, incidence))
    lower, upper = _log_minus_log(incidence, std_error, level)
    return CumulativeIncidence(
        group, len(spells), max(float(spells.entry.min()), 0.0), table.times, table.at_risk, table.events,
        table.censored, table.entered, survival, incidence, std_error, lower, upper, level,
    )  # fmt: skip


def _variance(table: RiskTable, before: NDArray[np.float64], incidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """The double sum of the formula in one pass: squares multiplied out, so that only running sums remain."""
    n, d = np.maximum(table.at_risk, 1).astype(np.float64), table.events
    g = greenwood_terms(table)
    own = before**2 * (n - d) * d / n**3
    cross = before * d / n**2
    squares = incidence**2 * np.cumsum(g) - 2 * incidence * np.cumsum(incidence * g, axis=1)
    squares += np.cumsum(incidence**2 * g, axis=1)
    mixed = incidence * np.cumsum(cross, axis=1) - np.cumsum(incidence * cross, axis=1)
    return np.asarray(np.maximum(squares + np.cumsum(own, axis=1) - 2 * mixed, 0.0), dtype=np.float64)


def _log_minus_log(
    share: NDArray[np.float64], std_error: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from scipy.stats import norm

    z = float(norm.isf((1.0 - level) / 2.0))
    lower, upper = (np.full(share.shape, np.nan) for _ in range(2))
    inside = (share > 0) & (share < 1 - 1e-12) & (std_error > 0)
    f = share[inside]
    step = z * std_error[inside] / (f * -np.log(f))
    lower[inside], upper[inside] = f ** np.exp(step), f ** np.exp(-step)
    return lower, upper


def incidence_at(result: CumulativeIncidence, days: ArrayLike) -> IncidenceAt:
    """Cumulative incidences, their intervals and the number at risk on given days.

    Raises
    ------
    InvalidParameter
        If a day is negative, infinite or NaN.
    """
    asked = quantity("days", days)
    position = np.searchsorted(result.times, asked, side="right") - 1
    # Once everybody has left, nothing changes any more, whenever one looks.
    settled = result.survival[-1] < 1e-12
    known = (asked >= result.start) & ((asked <= result.times[-1]) | settled)

    def carried(values: NDArray[np.float64], start: float) -> NDArray[np.float64]:
        return np.where(known, np.where(position < 0, start, values[..., np.maximum(position, 0)]), np.nan)

    return IncidenceAt(
        asked,
        number_at_risk(result.times, result.at_risk, asked),
        carried(result.survival, 1.0),
        carried(result.incidence, 0.0),
        carried(result.std_error, 0.0),
        carried(result.lower, np.nan),
        carried(result.upper, np.nan),
    )
