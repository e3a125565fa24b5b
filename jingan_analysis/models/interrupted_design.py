"""What a segmented regression is fitted to: a monthly series, its breaks, and the terms of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

Family = Literal["binomial", "poisson", "gaussian"]
Vector = NDArray[np.float64]

MOST_PAIRS = 5
"""A sixth pair of sine and cosine would say the same as the others at whole months."""


@dataclass(frozen=True, eq=False)
class MonthlySeries:
    """An outcome by month, and that of a comparison if there is one; n months, in order.

    Attributes
    ----------
    month
        Whole numbers that count months, 12 × year + calendar month − 1, shape (n,): 2023-08 is 12 × 2023 + 7. Some may
        be missing.
    outcome
        Occupied bed-days, events, or any measurement, shape (s, n): the series, then its comparison; s is 1 or 2.
    size
        Usable bed-days or exposure of each, shape (s, n); None for measurements, which have none.
    covariates
        Further terms of the model, the same for both series, shape (n, q).
    covariate_names
        Their names, q of them.
    """

    month: NDArray[np.int64]
    outcome: Vector
    size: Vector | None
    covariates: Vector
    covariate_names: tuple[str, ...]

    def before(self, month: int) -> MonthlySeries:
        """The months before this one."""
        kept = self.month < month
        size = None if self.size is None else self.size[:, kept]
        return MonthlySeries(self.month[kept], self.outcome[:, kept], size, self.covariates[kept], self.covariate_names)


@dataclass(frozen=True)
class SegmentedModel:
    """What is asked of the series.

    Attributes
    ----------
    family
        ``binomial``: log odds of the outcome's share in its size; ``poisson``: log of its rate per size; ``gaussian``:
        the outcome itself.
    breaks
        First month after each break, in order.
    slope_change
        Whether the slope may change at a break, beside the level.
    season
        Pairs of sine and cosine with periods of 12, 6, 4 ... months, from 0 to 5; or ``months``, a term for each
        calendar month.
    fewest_months
        Months that each segment must have: with fewer, nothing is estimated.
    lags
        Lags of the Newey–West error; None takes the rule of :func:`jingan_analysis.models.newey_west.lag_rule`.
    """

    family: Family
    breaks: tuple[int, ...]
    slope_change: bool = True
    season: int | Literal["months"] = 2
    fewest_months: int = 8
    lags: int | None = None

    def __post_init__(self) -> None:
        if self.family not in get_args(Family):
            raise InvalidParameter(f"family={self.family!r} is not one of {', '.join(get_args(Family))}")
        if not self.breaks or any(b <= a for a, b in zip(self.breaks, self.breaks[1:], strict=False)):
            raise InvalidParameter(
                f"breaks={self.breaks!r} must name at least one month, each later than the one before"
            )
        if self.season != "months" and not (isinstance(self.season, int) and 0 <= self.season <= MOST_PAIRS):
            raise InvalidParameter(
                f"season={self.season!r} must be 'months' or a number of pairs from 0 to {MOST_PAIRS}"
            )
        if self.fewest_months < 2:
            raise InvalidParameter(f"fewest_months={self.fewest_months} must be 2 or more: two levels need two points")
        if self.lags is not None and self.lags < 0:
            raise InvalidParameter(f"lags={self.lags} must be 0 or more")


@dataclass(frozen=True, eq=False)
class Design:
    """The terms of the model, p of them.

    Attributes
    ----------
    matrix
        Value of each term in each month of each series, shape (s, n, p).
    names
        Names of the terms. With a comparison, ``intercept``, ``trend``, ``level_1``, ``slope_1`` ... are what the
        series has more than its comparison, whose own terms begin with ``comparison_``; season and covariates are
        shared.
    level, slope
        Places of the changes at each break among the terms, shape (b,); ``slope`` is empty where none is allowed.
    """

    matrix: Vector
    names: tuple[str, ...]
    level: NDArray[np.int64]
    slope: NDArray[np.int64]

    def without(self, breaks: Sequence[int]) -> Vector:
        """The terms of the series as if these breaks, counted from 0, had not happened, shape (n, p).

        With a comparison, as if the series had changed as much as the comparison did.
        """
        rows = self.matrix[0].copy()
        for places in (self.level, self.slope):
            if len(places):
                rows[:, places[list(breaks)]] = 0.0
        return np.asarray(rows, dtype=np.float64)


def monthly_series(
    month: ArrayLike,
    outcome: ArrayLike,
    *,
    size: ArrayLike | None = None,
    comparison: ArrayLike | None = None,
    comparison_size: ArrayLike | None = None,
    covariates: ArrayLike | None = None,
    covariate_names: Sequence[str] = (),
) -> MonthlySeries:
    """Check a monthly series and put it in order.

    Parameters
    ----------
    month
        Whole numbers that count months, all different, shape (n,); see :class:`MonthlySeries`.
    outcome, comparison
        Finite numbers, shape (n,) each.
    size, comparison_size
        Above 0, shape (n,) each; both or neither. Leave out months without any.
    covariates
        Finite numbers, shape (n, q), such as the days of the Spring Festival in each month.
    covariate_names
        Their names, q of them, all different.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, a number is not finite, a size is not above 0, or months repeat.
    """
    number = np.asarray(month)
    if number.ndim != 1 or not np.issubdtype(number.dtype, np.integer):
        raise InvalidParameter("month must be whole numbers that count months, shape (n,), such as 12 * 2023 + 7")
    if len(np.unique(number)) < len(number):
        raise InvalidParameter("month: some months are there more than once; give one value a month")
    n = len(number)
    outcomes, sizes = [_column("outcome", outcome, n)], [size]
    if comparison is not None:
        outcomes.append(_column("comparison", comparison, n))
        sizes.append(comparison_size)
    elif comparison_size is not None:
        raise InvalidParameter("comparison_size is given without comparison")
    if len({given is None for given in sizes}) > 1:
        raise InvalidParameter("size and comparison_size: give both or neither")
    checked = None if size is None else np.array([_size(given, n) for given in sizes])
    table = np.empty((n, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64)
    names = tuple(covariate_names)
    if table.shape != (n, len(names)) or not np.isfinite(table).all() or len(set(names)) < len(names):
        raise InvalidParameter(
            f"covariates has shape {table.shape} for {n} months and {len(names)} names; give finite numbers, one row a "
            "month and one differently named column each"
        )
    order = np.argsort(number)
    return MonthlySeries(
        number[order].astype(np.int64),
        np.array(outcomes)[:, order],
        None if checked is None else checked[:, order],
        table[order],
        names,
    )


def _column(name: str, values: ArrayLike, n: int) -> Vector:
    column = np.asarray(values, dtype=np.float64)
    if column.shape != (n,):
        raise InvalidParameter(f"{name} has shape {column.shape}; give one value a month, shape ({n},)")
    if not np.isfinite(column).all():
        raise InvalidParameter(
            f"{name}: {int((~np.isfinite(column)).sum())} of {n} values are not finite; leave out months that are not "
            "known, and count them"
        )
    return column


def _size(values: ArrayLike | None, n: int) -> Vector:
    assert values is not None
    column = _column("size", values, n)
    if not (column > 0).all():
        raise InvalidParameter(
            f"size: {int((column <= 0).sum())} of {n} values are not above 0; leave these months out, and count them"
        )
    return column


def design(series: MonthlySeries, model: SegmentedModel) -> Design:
    r"""Lay out the terms of a segmented regression.

    .. math::

        \eta_t = \beta_0 + \beta_1 (t - b_1) + \sum_j \bigl[\lambda_j 1\{t \ge b_j\} + \sigma_j (t - b_j)_+\bigr]
        + \text{season} + \text{covariates}

    Where
        b_j      break j, the first month after it;
        λ_j      its change of level, in that month; σ_j its change of slope, a month;
        β_1      slope before the first break.

    The term of the slope is 0 in the month of the break. If it counted from the start of the series instead, λ would be
    the change of level at the start, years before the break.

    Notes
    -----
    Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017), Interrupted time series regression for the evaluation of
    public health interventions: a tutorial, *International Journal of Epidemiology* 46(1), and its correction, which
    centres the slope at the break; the same (2018), The use of controls in interrupted time series studies of public
    health interventions, 47(6).
    """
    own, names = _segments(series.month, model)
    shared, shared_names = _shared(series, model)
    b = len(model.breaks)
    start = 2
    if len(series.outcome) == 1:
        matrix = np.hstack([own, shared])[None]
        all_names = (*names, *shared_names)
    else:
        nothing = np.zeros_like(own)
        matrix = np.array([np.hstack([own, own, shared]), np.hstack([own, nothing, shared])])
        all_names = (*(f"comparison_{name}" for name in names), *names, *shared_names)
        start += len(names)
    level = start + np.arange(b)
    slope = level + b if model.slope_change else np.empty(0, dtype=np.int64)
    return Design(matrix, all_names, level, slope)


def _segments(month: NDArray[np.int64], model: SegmentedModel) -> tuple[Vector, list[str]]:
    since = np.array([month - b for b in model.breaks], dtype=np.float64)
    columns = [np.ones(len(month)), since[0], *(since >= 0)]
    names = ["intercept", "trend", *(f"level_{k + 1}" for k in range(len(since)))]
    if model.slope_change:
        columns += [*np.maximum(since, 0.0)]
        names += [f"slope_{k + 1}" for k in range(len(since))]
    return np.column_stack(columns).astype(np.float64), names


def _shared(series: MonthlySeries, model: SegmentedModel) -> tuple[Vector, list[str]]:
    """Season and covariates."""
    calendar = series.month % 12
    columns: list[NDArray[np.float64]] = []
    names: list[str] = []
    if model.season == "months":
        for number in np.unique(calendar)[1:].tolist():
            columns.append((calendar == number).astype(np.float64))
            names.append(f"calendar_month_{number + 1}")
    else:
        for pair in range(1, model.season + 1):
            angle = 2.0 * np.pi * pair * (calendar + 1) / 12.0
            columns += [np.sin(angle), np.cos(angle)]
            names += [f"sine_{pair}", f"cosine_{pair}"]
    season = np.column_stack(columns) if columns else np.empty((len(calendar), 0))
    return np.hstack([season, series.covariates]), [*names, *series.covariate_names]
