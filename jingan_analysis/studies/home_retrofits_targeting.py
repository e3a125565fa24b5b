"""Whether homes are adapted for those in need: by priority group, by sub-district, and along how needy a place is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.concentration_curve import ConcentrationCurve, concentration_curve
from jingan_analysis.measures.concentration_interval import ConcentrationInterval, concentration_interval
from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.studies.home_retrofits_records import GROUPS
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.studies.home_retrofits_records import RetrofitRecords

NONE, TOTAL = "none", "total"
FEWEST_UNITS = 5
"""Sub-districts that a curve needs."""


@dataclass(frozen=True)
class Concentration:
    """Adapted homes along how needy sub-districts are.

    Attributes
    ----------
    curve
        Cumulative shares of households in need and of adapted homes, the least needy sub-district first.
    interval
        Concentration index with its interval.
    units
        Codes in the order of the ranking.
    """

    curve: ConcentrationCurve
    interval: ConcentrationInterval
    units: tuple[str, ...]


def done_by_cell(records: RetrofitRecords) -> pd.DataFrame:
    """Adapted homes by sub-district (rows of the need) and group, those in none of the groups in the last column."""
    assert records.need is not None
    done = records.applications[records.applications["accepted_on"].notna()]
    counts = pd.crosstab(done["subdistrict_code"], done["priority_group"])
    return counts.reindex(index=records.need.index, columns=[*GROUPS, NONE], fill_value=0).astype("float64")


def by_group(records: RetrofitRecords, unit: str | None, *, confidence: float) -> pd.DataFrame:
    """One row a priority group, those in none, and ``total``.

    Columns ``accepted`` with its share of all adapted homes; of the groups ``need``, ``need_share``, ``met`` (adapted homes where the
    need is known) with its share of the need and interval, and ``unmet``. Numbers about need are NaN where it is not known in
    some sub-district reported on, or does not apply.
    """
    need, done = _of_unit(records, unit)
    frame = pd.DataFrame({"accepted": done.sum()}, index=[*GROUPS, NONE])
    frame.loc[TOTAL] = frame["accepted"].sum()
    whole = frame["accepted"].loc[TOTAL]
    share = wilson_rates(frame["accepted"].to_numpy(), np.full(len(frame), whole), confidence=confidence)
    frame = frame.assign(accepted_share=share.share, accepted_lower=share.lower, accepted_upper=share.upper)
    frame.loc[TOTAL, ["accepted_lower", "accepted_upper"]] = np.nan  # the whole has no error
    frame["need"] = need.sum(skipna=False).reindex(frame.index)
    frame.loc[TOTAL, "need"] = need.sum(skipna=False).sum(skipna=False)
    frame["need_share"] = frame["need"] / frame["need"].loc[TOTAL]
    met = frame["accepted"].where(frame["need"].notna())
    met[TOTAL] = met.drop([TOTAL]).sum() if need.notna().all(axis=None) else np.nan
    return with_met(frame.assign(met=met), confidence=confidence).astype({"accepted": "int64"})


def by_unit(records: RetrofitRecords, *, confidence: float) -> pd.DataFrame:
    """Need and adapted homes of priority groups by sub-district, the district last; NaN where the need is not known.

    Columns ``accepted`` (all adapted homes), ``outside`` (of them in no priority group), and as for the groups.
    """
    need, done = _of_unit(records, None)
    known = need.notna().all(axis=1)
    frame = pd.DataFrame(
        {
            "accepted": done.sum(axis=1),
            "outside": done[NONE].where(known),
            "need": need.sum(axis=1).where(known),
            "met": done[list(GROUPS)].sum(axis=1).where(known),
        }
    )
    frame.loc[DISTRICT_ROW] = frame.sum(skipna=False)
    return with_met(frame, confidence=confidence)


def unmet_cells(records: RetrofitRecords, unit: str | None) -> pd.DataFrame:
    """Households still in need by sub-district and group with both totals; NaN where the need is not known."""
    need, done = _of_unit(records, unit)
    left = (need - done[list(GROUPS)]).clip(lower=0)
    left[TOTAL] = left.sum(axis=1, skipna=False)
    if unit is None:
        left.loc[DISTRICT_ROW] = left.sum(skipna=False)
    return left


def with_met(frame: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Add ``unmet`` and the share of ``met`` in ``need`` with its interval.

    More adapted homes than households in need say that the need is out of date: no share, and nobody left.
    """
    known = (frame["need"] > 0) & (frame["met"] <= frame["need"])
    share = wilson_rates(
        frame["met"].where(known, 0).to_numpy(), frame["need"].where(known, 0).to_numpy(), confidence=confidence
    )
    unmet = (frame["need"] - frame["met"]).clip(lower=0)
    return frame.assign(unmet=unmet, met_share=share.share, met_lower=share.lower, met_upper=share.upper)


def concentration(records: RetrofitRecords, older: pd.Series | None, *, confidence: float) -> Concentration | None:
    """Adapted homes for each household in need, along the share of older residents in need of the sub-district.

    None without older residents, or where fewer than five sub-districts have a known need and some home was adapted.
    """
    if records.need is None or older is None:
        return None
    frame = by_unit(records, confidence=confidence).drop(index=DISTRICT_ROW)
    people = older.reindex(frame.index)
    frame, people = frame[(frame["need"] > 0) & (people > 0)], people[(frame["need"] > 0) & (people > 0)]
    if len(frame) < FEWEST_UNITS or not frame["met"].sum() > 0:
        return None
    ranking = (frame["need"] / people).to_numpy()
    value, weight = (frame["met"] / frame["need"]).to_numpy(), frame["need"].to_numpy()
    return Concentration(
        concentration_curve(value, weight, ranking),
        concentration_interval(value, weight, ranking, confidence=confidence),
        tuple(frame.index[np.argsort(ranking, kind="stable")]),
    )


def _of_unit(records: RetrofitRecords, unit: str | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    assert records.need is not None
    need, done = records.need, done_by_cell(records)
    return (need, done) if unit is None else (need.loc[[unit]], done.loc[[unit]])
