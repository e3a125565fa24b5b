"""Shares and rates as columns beside the counts that they are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.disclosure.suppression import Marks, suppress_small, without_suppressed
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.measures.rates import poisson_rates, wilson_rates
from jingan_analysis.vocabulary import Mark

BOUNDS = ("share", "lower", "upper")


def share_columns(part: str) -> list[str]:
    """Names of the share and its two bounds of a count."""
    return [f"{part}_{bound}" for bound in BOUNDS]


def with_shares(frame: pd.DataFrame, whole_by_part: dict[str, str], *, confidence: float) -> pd.DataFrame:
    """Add share, lower and upper bound (Wilson) of every part in its whole; NaN where the whole is zero."""
    added: dict[str, NDArray[np.float64]] = {}
    for part, whole in whole_by_part.items():
        found = wilson_rates(frame[part].to_numpy(), frame[whole].to_numpy(), confidence=confidence)
        added |= dict(zip(share_columns(part), (found.share, found.lower, found.upper), strict=True))
    return frame.assign(**added)


def with_rate(
    frame: pd.DataFrame, name: str, count: str, exposure: str, *, confidence: float, per: float = 1.0
) -> pd.DataFrame:
    """Add a rate of events ``per`` so many units of exposure with its exact Poisson interval."""
    found = poisson_rates(frame[count].to_numpy(), frame[exposure].to_numpy(), confidence=confidence)
    return frame.assign(
        **{name: found.rate * per, f"{name}_lower": found.lower * per, f"{name}_upper": found.upper * per}
    )


def missing_marks(frame: pd.DataFrame, mark: Mark = "z") -> Marks:
    """Mark every missing number; by default as not applicable, for example a share of nobody."""
    numeric = frame.select_dtypes("number")
    return {
        (str(row), str(column)): mark for column in numeric.columns for row in numeric.index[numeric[column].isna()]
    }


def unsure_marks(frame: pd.DataFrame, whole_by_share: Mapping[str, str]) -> Marks:
    """Mark known shares of few households as of low reliability; ``whole_by_share`` names what each is a share of."""
    least = parameter("low_reliability_denominator").value
    return {
        (str(row), share): "u"
        for share, whole in whole_by_share.items()
        for row in frame.index[frame[whole].between(1, least - 1) & frame[share].notna()]
    }


def published_counts(
    frame: pd.DataFrame,
    *,
    minimum_cell: int,
    total_row: str | None,
    whole_by_part: dict[str, str],
    steps: Sequence[tuple[str, str]] = (),
    alone: Iterable[str] = (),
    derived: dict[str, Sequence[str]] | None = None,
    hidden_totals: Collection[str] = (),
) -> tuple[pd.DataFrame, Marks]:
    """Suppress small counts together with their shares, and mark what is missing.

    Parameters
    ----------
    whole_by_part
        Parts with their wholes; both are counts of households.
    steps
        Further (part, whole) pairs whose small difference would show a few households.
    alone
        Counts of households that are part of nothing shown.
    derived
        Further columns made from a count.
    hidden_totals
        Columns whose total is suppressed elsewhere in the report.
    """
    counted = list(dict.fromkeys([*whole_by_part.values(), *whole_by_part, *alone]))
    shares = {part: [name for name in share_columns(part) if name in frame] for part in whole_by_part}
    extra = derived or {}
    wholes = {part: [whole, *(w for p, w in steps if p == part)] for part, whole in whole_by_part.items()}
    marks = (
        missing_marks(frame)
        | unsure_marks(
            frame,
            {name: whole for part, whole in whole_by_part.items() for name in share_columns(part) if name in frame},
        )
        | suppress_small(
            frame[counted],
            minimum_cell=minimum_cell,
            total_row=total_row,
            parts=wholes,
            derived={name: [*shares.get(name, []), *extra.get(name, [])] for name in dict.fromkeys([*shares, *extra])},
            hidden_totals=hidden_totals,
        )
    )
    return without_suppressed(frame, marks), marks


def grouped(flags: pd.DataFrame, group: pd.Series, rows: Sequence[str], total_row: str) -> pd.DataFrame:
    """Count the true flags by group, zero where a group has none, with the total of all rows last."""
    counts = flags.groupby(group.reindex(flags.index)).sum().reindex(list(rows), fill_value=0)
    counts.loc[total_row] = flags.sum()
    return counts.astype("int64")
