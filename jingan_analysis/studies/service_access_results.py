"""How cases end: in the promised days, and without sending anybody back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from jingan_analysis.studies.compared_shares import compared_shares
from jingan_analysis.studies.rate_columns import with_shares
from jingan_analysis.studies.service_access_channels import ALL, CHANNELS
from jingan_analysis.studies.service_access_load import window_months

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.compared_shares import Comparison
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

PARTS: Final = {"on_time": "on_time_cases", "first_time": "first_time_cases"}
"""What is counted, and the column of the table that counts it."""
MISSED: Final = {"late": "on_time_cases", "sent_back": "first_time_cases"}
"""What is compared between windows, and the column of the table that counts the others."""


@dataclass(frozen=True)
class Results:
    """Results of the cases of the window.

    Attributes
    ----------
    by_channel
        One row a channel and ``all``, in the area reported on: ``finished``; for each of :data:`PARTS` its ``_known``
        cases, those of them that are so, and the share with a Wilson interval.
    windows
        Sub-districts by the share of each of :data:`MISSED` at their windows; only those that can be compared.
    unrecorded
        Finished cases of which one of the two is not recorded, in the area reported on.
    """

    by_channel: pd.DataFrame
    windows: dict[str, Comparison]
    unrecorded: float


def case_results(district: District, inputs: Inputs, params: Params) -> Results | None:
    """Results of the window; None where the district has no such table or none of the window."""
    if not district.has("case_results"):
        return None
    table = district.table("case_results")
    table = table[table["month"].isin(window_months(params.window))]
    here = inputs.in_report(table)
    if not here["finished_cases"].sum() > 0:
        return None
    windows = table[table["channel"] == "window"]
    compared = {name: _compared(windows, column, inputs, params) for name, column in MISSED.items()}
    unknown = here[list(PARTS.values())].isna().any(axis=1)
    return Results(
        _by_channel(here, params),
        {name: found for name, found in compared.items() if found is not None},
        float(here.loc[unknown, "finished_cases"].sum()),
    )


def _by_channel(here: pd.DataFrame, params: Params) -> pd.DataFrame:
    counts = pd.DataFrame({"finished": here.groupby("channel")["finished_cases"].sum()})
    for name, column in PARTS.items():
        known = here[here[column].notna()].groupby("channel")
        counts[f"{name}_known"] = known["finished_cases"].sum()
        counts[name] = known[column].sum()
    counts = counts.reindex([channel for channel in CHANNELS if channel in counts.index]).fillna(0).astype("float64")
    counts.loc[ALL] = counts.sum()
    return with_shares(counts, {name: f"{name}_known" for name in PARTS}, confidence=params.confidence)


def _compared(windows: pd.DataFrame, column: str, inputs: Inputs, params: Params) -> Comparison | None:
    known = windows[windows[column].notna()]
    sums = known.groupby("subdistrict_code")[["finished_cases", column]].sum()
    sums = sums.reindex(inputs.units.codes, fill_value=0).astype("int64")
    counts = pd.DataFrame({"whole": sums["finished_cases"], "part": sums["finished_cases"] - sums[column]})
    return compared_shares(counts, confidence=params.confidence)
