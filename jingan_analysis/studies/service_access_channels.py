"""How matters are handled (channels) and who is visited at home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from jingan_analysis.disclosure.suppression import Marks, suppress_small, without_suppressed
from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

CHANNELS: Final = ("window", "nearby", "home_visit", "self_service", "online")
TARGET_GROUPS: Final = ("oldest_old", "living_alone", "care_dependent", "disabled", "severe_illness", "other")
ALL = "all"
RATE: Final = ("share", "lower", "upper")


def channels(cases: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame:
    """Cases and person-times by channel, in the area that the report speaks of.

    Returns
    -------
    DataFrame
        Index channel and ``all``; ``cases``, ``denominator``, ``share``, ``lower``, ``upper``,
        ``person_times``, ``per_case``.
    """
    here = inputs.in_report(cases)
    frame = here.groupby("channel")[["cases", "person_times"]].sum().reindex(CHANNELS, fill_value=0)
    frame.loc[ALL] = frame.sum()
    frame["denominator"] = float(frame["cases"].loc[ALL])
    frame["per_case"] = frame["person_times"] / frame["cases"].where(frame["cases"] > 0)
    return frame.join(_rates(frame["cases"], frame["denominator"], "", params.confidence))


def channels_by_subdistrict(cases: pd.DataFrame, inputs: Inputs, params: Params) -> pd.DataFrame:
    """Cases, person-times and the share of every channel, by sub-district and in the district."""
    codes = inputs.units.codes
    counts = cases.pivot_table(index="subdistrict_code", columns="channel", values="cases", aggfunc="sum")
    counts = counts.reindex(index=codes, columns=list(CHANNELS)).fillna(0)
    counts["person_times"] = cases.groupby("subdistrict_code")["person_times"].sum().reindex(codes, fill_value=0)
    counts.loc[DISTRICT_ROW] = counts.sum()
    total = counts[list(CHANNELS)].sum(axis=1)
    frame = pd.DataFrame({"cases": total, "person_times": counts["person_times"]})
    frame["per_case"] = frame["person_times"] / total.where(total > 0)
    for channel in CHANNELS:
        frame[f"{channel}_cases"] = counts[channel]
        frame = frame.join(_rates(counts[channel], total, f"{channel}_", params.confidence))
    return frame


def home_visits_by_subdistrict(targets: pd.DataFrame, inputs: Inputs, params: Params) -> tuple[pd.DataFrame, Marks]:
    """People on the home-visit lists and those visited, by sub-district, with small counts suppressed."""
    grouped = targets.groupby("subdistrict_code")[["listed_persons", "served_persons"]].sum()
    frame = grouped.reindex(inputs.units.codes)
    frame.loc[DISTRICT_ROW] = frame.sum()
    return _suppressed(frame, DISTRICT_ROW, params)


def home_visits_by_group(
    targets: pd.DataFrame, inputs: Inputs, params: Params, hidden: Marks
) -> tuple[pd.DataFrame, Marks]:
    """The same by target group, in the area that the report speaks of.

    Parameters
    ----------
    hidden
        Marks of the table by sub-district: what is suppressed there must not come back as a total here.
    """
    here = inputs.in_report(targets)
    grouped = here.groupby("target_group")[["listed_persons", "served_persons"]].sum()
    frame = grouped.reindex([group for group in TARGET_GROUPS if group in grouped.index])
    frame.loc[ALL] = frame.sum()
    totals = tuple(column for column in ("listed", "served") if hidden.get((inputs.row, column)) == "c")
    return _suppressed(frame, ALL, params, totals)


def _suppressed(
    frame: pd.DataFrame, total_row: str, params: Params, hidden_totals: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, Marks]:
    frame = frame.rename(columns={"listed_persons": "listed", "served_persons": "served"}).astype(np.float64)
    hidden = suppress_small(
        frame,
        minimum_cell=params.minimum_cell,
        total_row=total_row,
        parts={"served": ("listed",)},
        derived={"served": RATE},
        hidden_totals=hidden_totals,
    )
    rated = frame.join(_rates(frame["served"].fillna(0), frame["listed"].fillna(0), "", params.confidence))
    shown = without_suppressed(rated, hidden)
    absent: Marks = {(row, column): "x" for row in frame.index[frame["listed"].isna()] for column in shown.columns}
    nobody: Marks = {(row, column): "z" for row in frame.index[frame["listed"] == 0] for column in RATE}
    return shown, {**absent, **nobody, **hidden}


def _rates(numerator: pd.Series, denominator: pd.Series, prefix: str, confidence: float) -> pd.DataFrame:
    rates = wilson_rates(numerator.to_numpy(), denominator.to_numpy(), confidence=confidence)
    parts = {f"{prefix}{name}": getattr(rates, name) for name in RATE}
    return pd.DataFrame(parts, index=numerator.index)
