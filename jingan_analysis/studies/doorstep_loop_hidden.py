"""People unable to come whom neither way of discovery has found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.models.capture_recapture import chapman, under_dependence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.district import District
    from jingan_analysis.studies.doorstep_loop import Params

ODDS_RATIOS = {"apart": 0.5, "independent": 1.0, "together": 2.0}
"""Readings of how the two lists may depend on each other."""


def listed(district: District, unit: str | None, params: Params, codes: Sequence[str]) -> pd.DataFrame | None:
    """People on each list by sub-district, one row each and the total; None where the district has no listings."""
    if not district.has("target_listings"):
        return None
    table = district.table("target_listings")
    table = table[table["listed_on"] <= pd.Timestamp(params.window.end)]
    home = table.sort_values(["listed_on", "source"]).groupby("person_id")["subdistrict_code"].first()
    on = pd.DataFrame(
        {name: home.index.isin(table.loc[table["source"] == name, "person_id"]) for name in ("visit", "data_match")},
        index=home.index,
    )
    kinds = pd.DataFrame(
        {
            "found": on.any(axis=1),
            "both": on.all(axis=1),
            "only_visit": on["visit"] & ~on["data_match"],
            "only_match": on["data_match"] & ~on["visit"],
        }
    )
    frame = kinds.groupby(home).sum().reindex(list(codes), fill_value=0)
    frame = frame if unit is None else frame.loc[[unit]]
    frame.loc["total"] = frame.sum()
    return frame.astype("int64")


def hidden(lists: pd.DataFrame, params: Params) -> pd.DataFrame | None:
    """Estimates of those on neither list; None where nobody, or in one sub-district nobody, is on both.

    Strata are the sub-districts: what differs between them, such as how well they look, does no harm then.
    """
    strata = lists.drop(index="total")
    strata = strata[strata["found"] > 0]
    if strata.empty or (strata["both"] == 0).any():
        return None
    counts = [strata[name].to_numpy() for name in ("both", "only_visit", "only_match")]
    rows = {}
    for name, odds_ratio in ODDS_RATIOS.items():
        if name == "independent":
            estimate = chapman(*counts, confidence=params.confidence)
            low, high = estimate.lower - estimate.found, estimate.upper - estimate.found
            rows[name] = {"odds_ratio": odds_ratio, "hidden": estimate.hidden, "lower": low, "upper": high}
        else:
            guess = under_dependence(*counts, odds_ratio=odds_ratio)
            rows[name] = {"odds_ratio": odds_ratio, "hidden": guess, "lower": float("nan"), "upper": float("nan")}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame["found"] = int(strata["found"].sum())
    frame["total"] = frame["found"] + frame["hidden"]
    frame["found_share"] = frame["found"] / frame["total"]
    return frame
