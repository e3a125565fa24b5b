"""Services against need: whether households in greater difficulty have more of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.concentration_interval import FORMS, ConcentrationInterval, concentration_interval
from jingan_analysis.studies.relief_coverage_several_needs import SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.studies.relief_coverage_records import Records

GROUPS = 5
"""Households are laid out in fifths by need, so that each holds enough of them to be shown."""
FEWEST_HOUSEHOLDS = 50
TOTAL = "total"


@dataclass(frozen=True)
class Equity:
    """Concentration of services along need.

    Attributes
    ----------
    indices
        Rows ``served`` (Erreygers' index of whether a household was served) and ``services`` (standard index of services in
        the window): ``households``, ``index``, ``lower``, ``upper`` and ``clusters``.
    groups
        Fifths of the households by need, least first, and the total last: ``households``, ``need`` (mean score), ``served``,
        ``services``, the shares made of them, and the cumulative shares ``households_cumulated``, ``served_cumulated`` and
        ``services_cumulated``.
    """

    indices: pd.DataFrame
    groups: pd.DataFrame


def first_scores(records: Records, assessed: pd.Index) -> pd.DataFrame:
    """Ten scores of each assessed household at its first assessment: the need before any service could change it."""
    table = records.assessments[records.assessments["household_id"].isin(assessed)]
    first = table[table["day"] == table.groupby("household_id")["day"].transform("min")]
    return first.groupby("household_id")[SCORES].last()


def equity(
    scores: pd.DataFrame,
    weights: NDArray[np.float64],
    served: pd.Series,
    services: pd.Series,
    committee: pd.Series,
    *,
    confidence: float,
) -> Equity | None:
    """Concentration indices of service along need, households of one committee taken as a cluster.

    Parameters
    ----------
    scores
        Scores of the first assessment, one row a household, shape (n, 10).
    weights
        Of the dimensions, shape (10,).
    served
        Whether each household was ever served; same index.
    services
        Services of each household in the window; same index.
    committee
        Committee of each household; same index.

    Returns
    -------
    Equity or None
        None with too few households, or where nobody was served.
    """
    if len(scores) < FEWEST_HOUSEHOLDS or not served.any():
        return None
    need = pd.Series(scores.to_numpy(dtype=np.float64) @ weights / weights.sum(), index=scores.index).round(9)
    found = {
        "served": _index(served.astype("float64"), need, committee, "erreygers", (0.0, 1.0), confidence),
        "services": _index(services.astype("float64"), need, committee, "standard", None, confidence),
    }
    return Equity(pd.DataFrame.from_dict(found, orient="index"), _groups(need, served, services))


def _index(
    value: pd.Series,
    need: pd.Series,
    committee: pd.Series,
    form: str,
    bounds: tuple[float, float] | None,
    confidence: float,
) -> dict[str, float]:
    found: ConcentrationInterval = concentration_interval(
        value, np.ones(len(value)), need, bounds=bounds, clusters=committee.fillna("none"), confidence=confidence
    )
    place = FORMS.index(form)
    return {
        "households": float(len(value)),
        "index": float(getattr(found.index, form)),
        "lower": float(found.lower[place]),
        "upper": float(found.upper[place]),
        "clusters": float(found.units),
    }


def _groups(need: pd.Series, served: pd.Series, services: pd.Series) -> pd.DataFrame:
    """Fifths by rank of need; households of equal need stay together."""
    fifth = np.ceil(need.rank(method="average", pct=True) * GROUPS).clip(1, GROUPS).astype("int64")
    table = pd.DataFrame({"households": 1, "need": need, "served": served.astype("int64"), "services": services})
    by_fifth = table.groupby(fifth)
    frame = by_fifth.sum().reindex(range(1, GROUPS + 1)).fillna(0).set_axis([str(n) for n in range(1, GROUPS + 1)])
    frame.loc[TOTAL] = frame.sum()
    counted = frame["households"].where(frame["households"] > 0)
    rates = {"need": "need", "served_share": "served", "per_household": "services"}
    frame = frame.assign(**{name: frame[part] / counted for name, part in rates.items()})
    for name in ("households", "served", "services"):
        parts = frame[name].drop(TOTAL)
        frame[f"{name}_cumulated"] = (parts.cumsum() / parts.sum() if parts.sum() else parts * np.nan).reindex(
            frame.index
        )
    return frame
