"""Needs in several ways at once: how many assessed households have them, and how many needs each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.measures.multidimensional_poverty import (
    MultidimensionalPoverty,
    PovertyByGroup,
    deprivations,
    multidimensional_poverty,
    poverty_by_group,
)
from jingan_analysis.studies.rate_columns import with_shares
from jingan_analysis.studies.relief_coverage_needs import DIMENSIONS
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.studies.relief_coverage_records import Records

SCORES = [f"score_{code}" for code in DIMENSIONS]
TOTAL = "total"


@dataclass(frozen=True)
class NeedRule:
    """When a household is in need in several ways.

    Attributes
    ----------
    threshold
        Score from which a difficulty counts as a need.
    weights
        Weight of each dimension in the order of the contract, shape (10,); only proportions matter.
    cutoff
        Share of the weighted dimensions from which needs are several.
    """

    threshold: float
    weights: NDArray[np.float64]
    cutoff: float


def latest_scores(records: Records, assessed: pd.Index) -> pd.DataFrame:
    """Ten scores of each assessed household, from its last assessment; of two on one day the later row stands."""
    table = records.assessments[records.assessments["household_id"].isin(assessed)]
    return table.sort_values(["household_id", "day"], kind="stable").groupby("household_id")[SCORES].last()


def several_needs_by_unit(
    scores: pd.DataFrame, unit: pd.Series, rows: Sequence[str], rule: NeedRule, *, confidence: float
) -> pd.DataFrame:
    """Households in need in several ways (H), how deep (A) and both together (M0), by unit with the district last.

    Columns ``assessed``, ``several``, ``several_share`` and its Wilson interval, ``intensity``, ``adjusted``, its interval
    ``adjusted_lower`` and ``adjusted_upper``, and ``contribution``, each unit's part of the district's M0.
    """
    deprived = _deprived(scores, rule)
    unit_of = unit.reindex(scores.index).to_numpy()
    by_group = poverty_by_group(deprived, rule.weights, unit_of, cutoff=rule.cutoff)
    counts = pd.DataFrame({"assessed": True, "several": by_group.whole.poor}).groupby(unit_of).sum()
    frame = counts.reindex(list(rows), fill_value=0).astype("int64")
    frame.loc[DISTRICT_ROW] = frame.sum()
    frame = with_shares(frame, {"several": "assessed"}, confidence=confidence)
    for name, (parts, whole) in _measures(by_group).items():
        frame[name] = [*pd.Series(parts, index=by_group.group).reindex(list(rows)), whole]
    return _with_interval(frame, confidence)


def _measures(by_group: PovertyByGroup) -> dict[str, tuple[NDArray[np.float64], float]]:
    """Of each group, and of all."""
    whole = by_group.whole
    return {
        "intensity": (by_group.intensity, whole.intensity),
        "adjusted": (by_group.adjusted, whole.adjusted),
        "std_error": (by_group.std_error, whole.std_error),
        "contribution": (by_group.contribution, 1.0 if whole.adjusted > 0 else float("nan")),
    }


def _with_interval(frame: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Normal interval of M0, within 0 and 1; none where all households are alike, of which the error says nothing."""
    from scipy.stats import norm

    error = frame["std_error"].where(frame["std_error"] > 0)
    half = float(norm.isf((1.0 - confidence) / 2.0)) * error
    bounds = {
        "adjusted_lower": (frame["adjusted"] - half).clip(lower=0.0),
        "adjusted_upper": (frame["adjusted"] + half).clip(upper=1.0),
    }
    return frame.assign(**bounds).drop(columns="std_error")


def several_needs_by_dimension(scores: pd.DataFrame, rule: NeedRule) -> pd.DataFrame:
    """Parts of M0 by dimension, with the total last.

    Columns ``assessed``, ``weight``, ``found`` (households with the need), ``found_share``, ``censored`` (those of them in
    need in several ways), ``censored_share`` of the assessed, and ``contribution`` to M0.
    """
    deprived = _deprived(scores, rule)
    found = multidimensional_poverty(deprived, rule.weights, cutoff=rule.cutoff)
    assessed = len(scores)
    frame = pd.DataFrame(
        {
            "assessed": assessed,
            "weight": found.weights,
            "found": _count(found.uncensored_headcount, assessed),
            "found_share": found.uncensored_headcount,
            "censored": _count(found.censored_headcount, assessed),
            "censored_share": found.censored_headcount,
            "contribution": found.contribution,
        },
        index=list(DIMENSIONS),
    )
    total = {"assessed": assessed, "weight": 1.0, "contribution": 1.0 if found.adjusted > 0 else np.nan}
    return pd.concat([frame, pd.DataFrame([total], index=[TOTAL])])


def _deprived(scores: pd.DataFrame, rule: NeedRule) -> NDArray[np.float64]:
    return deprivations(scores.to_numpy(dtype=np.float64), np.full(len(SCORES), rule.threshold), worse="high")


def _count(share: NDArray[np.float64], of: int) -> NDArray[np.float64]:
    """Households behind a share of all; whole but for rounding."""
    return np.round(share * of)


def measure_of(scores: pd.DataFrame, rule: NeedRule) -> MultidimensionalPoverty:
    """The measure of all these households."""
    return multidimensional_poverty(_deprived(scores, rule), rule.weights, cutoff=rule.cutoff)
