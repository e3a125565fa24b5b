"""How cases end: in the promised days or later, at the first attempt or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class CaseEffects:
    """Sizes of what is planted in the table on results of cases.

    Attributes
    ----------
    on_time, first_time
        Chance that a case is finished in the promised days, and without sending anybody back, by channel.
    on_time_at_windows_in, first_time_at_windows_in
        The same at the windows of the units that differ.
    usual_spread
        Standard deviation of the log odds of all units: what differs without a reason.
    """

    on_time: Mapping[str, float]
    first_time: Mapping[str, float]
    on_time_at_windows_in: Mapping[str, float]
    first_time_at_windows_in: Mapping[str, float]
    usual_spread: float


def planted_case_effects() -> CaseEffects:
    """Read the effects of the demonstration district."""
    return CaseEffects(**read_data("planted.toml")["case_results"])


def no_case_effects() -> CaseEffects:
    """No unit differs but by the usual spread."""
    return replace(planted_case_effects(), on_time_at_windows_in={}, first_time_at_windows_in={})


def finish_cases(counts: pd.DataFrame, effects: CaseEffects, seed: int = SEED) -> pd.DataFrame:
    """Make the table ``case_results``: every case of ``case_counts`` is finished in the month of its acceptance."""
    random = stream("case results", seed)
    keys = ["month", "subdistrict_code", "channel"]
    table = counts.groupby(keys)[["cases"]].sum().set_axis(["finished_cases"], axis=1).reset_index()
    codes = pd.Index(sorted(table["subdistrict_code"].unique()))
    row = codes.get_indexer(pd.Index(table["subdistrict_code"]))
    windows = table["channel"] == "window"
    for column, chance, differs in (
        ("on_time_cases", effects.on_time, effects.on_time_at_windows_in),
        ("first_time_cases", effects.first_time, effects.first_time_at_windows_in),
    ):
        own = table["subdistrict_code"].map(differs).where(windows)
        usual = own.fillna(table["channel"].map(chance)).to_numpy(dtype=np.float64)
        odds = np.log(usual / (1 - usual)) + effects.usual_spread * random.standard_normal(len(codes))[row]
        table[column] = random.binomial(table["finished_cases"], 1 / (1 + np.exp(-odds)))
    return table
