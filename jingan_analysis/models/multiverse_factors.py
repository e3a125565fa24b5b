"""Which choice drives the disagreement: the spread of ranks split by choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.multiverse_specification import FACTORS, Specification


@dataclass(frozen=True)
class FactorShares:
    """Shares of the variance of unit ranks over all specifications.

    Attributes
    ----------
    factors
        Choices with more than one option, shape (n_factors,).
    main
        Share of the variance that each choice explains by itself, shape (n_factors,); NaN where all
        specifications agree.
    interactions
        Share that only combinations of choices explain: 1 less the sum of ``main``.
    variance
        Variance of the rank, mean over the units counted, ranks squared.
    units_counted
        Number of units with a known rank in every specification; the others have no part.
    by_unit
        The same shares unit by unit, shape (n_units, n_factors + 1), interactions last; NaN for units
        that are not counted or keep one rank throughout.
    """

    factors: tuple[str, ...]
    main: NDArray[np.float64]
    interactions: float
    variance: float
    units_counted: int
    by_unit: NDArray[np.float64]

    def to_frame(self) -> pd.DataFrame:
        """One row a choice and one for their interactions: ``choice``, ``variance_share``."""
        return pd.DataFrame(
            {"choice": [*self.factors, "interactions"], "variance_share": [*self.main, self.interactions]}
        )


def factor_shares(specifications: Sequence[Specification], rank: NDArray[np.float64]) -> FactorShares:
    r"""Split the variance of ranks into the choices' main effects and the rest.

    .. math::

        \eta_f = \frac{\sum_u \mathrm{Var}_\ell\left( E[r_u \mid f = \ell] \right)}{\sum_u \mathrm{Var}(r_u)},
        \qquad \eta_{interactions} = 1 - \sum_f \eta_f

    Where
        r_u    rank of unit u in a specification, every specification weighing the same;
        f      a choice with options \ell.

    In a grid that holds every combination once, main effects are orthogonal (analysis of variance), so the
    parts are not negative and add up to 1. No share is a probability: the grid is chosen, not sampled.

    Parameters
    ----------
    specifications
        Every combination of their options exactly once.
    rank
        Ranks, NaN where unknown, shape (n_specifications, n_units).

    Raises
    ------
    InvalidParameter
        If combinations are missing.

    Notes
    -----
    Law of total variance; Searle, S. R., Casella, G. and McCulloch, C. E. (1992), *Variance Components*,
    Wiley. Specifications as a grid: Steegen, S. et al. (2016), Increasing transparency through a
    multiverse analysis, *Perspectives on Psychological Science* 11(5).
    """
    levels = _levels(specifications)
    known = ~np.isnan(rank).any(axis=0)
    counted = rank[:, known]
    centred = counted - counted.mean(axis=0) if len(counted) else counted
    total = (centred**2).mean(axis=0)
    explained = np.array([_between(code, centred) for code in levels.values()]).reshape(len(levels), -1)
    by_unit = np.full((rank.shape[1], len(levels) + 1), np.nan)
    by_unit[known, :-1] = _share(explained, total).T
    by_unit[:, -1] = 1.0 - by_unit[:, :-1].sum(axis=1) if levels else np.nan
    main = _share(explained.sum(axis=1), total.sum())
    interactions = float(1.0 - main.sum()) if levels else float("nan")
    variance = float(total.mean()) if known.any() else float("nan")
    return FactorShares(tuple(levels), main, _not_below_zero(interactions), variance, int(known.sum()), by_unit)


def _levels(specifications: Sequence[Specification]) -> dict[str, NDArray[np.int64]]:
    """Option numbers of every choice with more than one option."""
    columns: dict[str, list[object]] = {name: [getattr(s, name) for s in specifications] for name in FACTORS}
    if not _is_full(columns):
        raise InvalidParameter(
            f"the {len(specifications)} specifications are not every combination of their options once, "
            "so no choice's part can be told from another's; make them with specification_grid"
        )
    codes = {name: pd.factorize(pd.Series(column, dtype=object))[0] for name, column in columns.items()}
    return {name: code.astype(np.int64) for name, code in codes.items() if len(code) and code.max() > 0}


def _is_full(columns: dict[str, list[object]]) -> bool:
    rows = list(zip(*columns.values(), strict=True))
    return len(set(rows)) == len(rows) == prod(len(set(column)) for column in columns.values())


def _between(code: NDArray[np.int64], centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of the means of the options, shape (n_units,)."""
    means = np.array([centred[code == option].mean(axis=0) for option in range(int(code.max()) + 1)])
    variance: NDArray[np.float64] = (means**2).mean(axis=0)
    return variance


def _share(part: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(part.shape, np.nan)
    np.divide(part, total, out=found, where=np.asarray(total) > 0.0)
    return found


def _not_below_zero(share: float) -> float:
    """Rounding may leave -1e-17 for a remainder of nothing."""
    return 0.0 if -1e-9 < share < 0.0 else share
