"""Which few matters make most cases, and whether those can be done near home (Pareto)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params


def busiest_matters(matters: pd.DataFrame, params: Params) -> pd.DataFrame | None:
    """The fewest matters that make each share of all cases, and what is kept of them near home.

    Parameters
    ----------
    matters
        By matter, as :func:`~jingan_analysis.studies.service_access_matters.matters_frame` gives them.

    Returns
    -------
    DataFrame
        Index the share asked for, in percent; ``asked``, ``matters``, ``of_matters``, ``cases``, ``denominator``,
        ``share``, and of these matters ``listed_nearby``, ``spot_widely``, ``near_widely`` (opened to spots by the list;
        done at a spot within the access threshold, within the shorter walk, by most residents). None without any case.
    """
    ordered = matters.sort_values("cases", ascending=False, kind="stable")
    total = float(ordered["cases"].sum())
    if not total > 0:
        return None
    # Whole cases, so that a share met exactly does not hang on rounding.
    reached = ordered["cases"].cumsum().to_numpy()
    rows = {}
    for asked in sorted({*params.busiest_shares, params.busiest_share}):
        number = int(np.searchsorted(reached, asked * total - 1e-6)) + 1
        rows[busiest_row(asked)] = {"asked": asked, **_of(ordered.iloc[:number], len(ordered), total, params)}
    return pd.DataFrame.from_dict(rows, orient="index")


def busiest_row(asked: float) -> str:
    """Row of a share: ``80`` for 0.8."""
    return f"{100 * asked:g}"


def busiest_curve(matters: pd.DataFrame, total: float) -> pd.DataFrame:
    """Cases that the busiest matters make, and the part of them that can be done at a spot near home.

    Parameters
    ----------
    matters
        By matter, as shown; the curve leaves out matters whose few cases are suppressed.
    total
        All cases.

    Returns
    -------
    DataFrame
        Index number of matters, from 1; ``all`` and ``near``, as shares of all cases.
    """
    ordered = matters[matters["cases"].notna()].sort_values("cases", ascending=False, kind="stable")
    weights = ordered["cases"].to_numpy() / total
    # A suppressed share stands for a handful of residents: nothing on this scale.
    near = weights * ordered["near_share"].fillna(0.0).to_numpy()
    return pd.DataFrame({"all": weights.cumsum(), "near": near.cumsum()}, index=pd.RangeIndex(1, len(ordered) + 1))


def _of(chosen: pd.DataFrame, matters: int, total: float, params: Params) -> dict[str, float]:
    listed = chosen["listed_nearby"]
    return {
        "matters": len(chosen),
        "of_matters": len(chosen) / matters,
        "cases": float(chosen["cases"].sum()),
        "denominator": total,
        "share": float(chosen["cases"].sum()) / total,
        "listed_nearby": int(listed.sum()),
        "spot_widely": int((listed & (chosen["spot_share"] >= params.widely_share)).sum()),
        "near_widely": int((listed & (chosen["near_share"] >= params.widely_share)).sum()),
    }
