"""Requests for help with single needs, and what they were matched with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.relief_needs import NEED_FROM, needs_list, score_columns
from jingan_analysis.demo.relief_services import window

_ASKED = 0.9
"""Chance that a household asks for help with a need that was found."""
_RESOURCE_MATCH = 0.25
"""Chance that a request without a plan is matched with a resource, where the lists hold one."""


def match_requests(
    first: pd.DataFrame, plans: pd.DataFrame, events: pd.DataFrame, resources: pd.DataFrame, seed: int = SEED
) -> pd.DataFrame:
    """Make the table ``need_requests``: a planned need is a request matched with its project on the day of the plan."""
    random = stream("requests", seed)
    table = _asked(first, plans, random)
    delivered = events.groupby(["case_id", "project_id"]).size()
    keys = pd.MultiIndex.from_frame(table[["case_id", "project_id"]])
    table["delivered_units"] = delivered.reindex(keys).fillna(0).to_numpy(np.int64)
    # More was given than asked for: the household asked again, and the wish is what was met.
    table["requested_units"] = np.maximum(table["requested_units"], table["delivered_units"])
    table = _with_resources(table, resources, random)
    matched = table["matched_on"] != ""
    accepted = np.where(random.random(len(table)) < 0.93, "true", "false")
    table["accepted"] = np.where(matched, np.where(table["delivered_units"] > 0, "true", accepted), "")
    table["delivered_units"] = table["delivered_units"].astype(str).where(matched, "")
    table = table.sort_values(["requested_on", "case_id", "need_dimension"], ignore_index=True)
    table.insert(0, "request_id", [f"Q{number + 1:05d}" for number in range(len(table))])
    return table


def _asked(first: pd.DataFrame, plans: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    found = first[score_columns()].to_numpy() >= NEED_FROM
    row, need = np.nonzero(found)
    asked = first[["case_id", "assessed_on"]].iloc[row].reset_index(drop=True)
    asked["need_dimension"] = np.array(needs_list())[need]
    asked["units"] = random.integers(3, 21, len(asked))
    asked["kept"] = random.random(len(asked)) < _ASKED
    planned = plans[["case_id", "need_dimension", "project_id", "agreed_on", "planned_units"]]
    table = asked.merge(planned, on=["case_id", "need_dimension"], how="outer")
    table = table[table["kept"].fillna(value=False).astype(bool) | table["project_id"].notna()].reset_index(drop=True)
    assessed = table["case_id"].map(first.set_index("case_id")["assessed_on"])
    return pd.DataFrame(
        {
            "case_id": table["case_id"],
            "need_dimension": table["need_dimension"],
            "requested_on": assessed.dt.strftime("%Y-%m-%d"),
            "requested_units": table["planned_units"].fillna(table["units"]).astype("int64"),
            "project_id": table["project_id"].fillna(""),
            "resource_id": "",
            "matched_on": table["agreed_on"].fillna(""),
        }
    )


def _with_resources(table: pd.DataFrame, resources: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Some of the unmatched get a resource that answers their need, some weeks later."""
    offers = resources[(resources["subdistrict_code"] == "") & (resources["valid_to"] == "")]
    by_need = {need: group["resource_id"].to_numpy() for need, group in offers.groupby("need_dimension")}
    unmatched = ((table["matched_on"] == "") & table["need_dimension"].isin(by_need)).to_numpy()
    lucky = random.random(len(table)) < _RESOURCE_MATCH
    asked = table["requested_on"].to_numpy().astype("datetime64[D]")
    day = asked + random.integers(5, 80, len(table))
    chosen = np.flatnonzero(unmatched & lucky & (day <= window()[1]))
    picked = [str(random.choice(by_need[need])) for need in table["need_dimension"].iloc[chosen]]
    table.loc[chosen, "resource_id"] = picked
    table.loc[chosen, "matched_on"] = day[chosen].astype(str)
    share = random.random(len(chosen))
    table.loc[chosen, "delivered_units"] = np.floor(share * table.loc[chosen, "requested_units"]).astype(np.int64)
    return table
