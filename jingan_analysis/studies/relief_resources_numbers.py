"""What the requests and lists tell: matching, age of what is open, cover of the lists, use, concentration, plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief_columns import NEED_DIMENSIONS
from jingan_analysis.measures.herfindahl import herfindahl
from jingan_analysis.models.assignment_robustness import Robustness
from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.models.survival_summaries import survival_quantiles
from jingan_analysis.studies.rate_columns import with_shares
from jingan_analysis.studies.relief_resources_assignment import GRADES, Plans
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_resources import Params
    from jingan_analysis.studies.relief_resources_records import Requests
    from jingan_analysis.studies.relief_resources_supply import Supply

NEEDS = tuple(choice.code for choice in NEED_DIMENSIONS)
AGES = {"month": (0, 30), "quarter": (31, 90), "half_year": (91, 180), "longer": (181, 100_000)}
"""Days that a request has been open, both ends included."""
WAIT_DAYS = tuple(range(10, 181, 10))
STABLE = 0.9
"""Share of scenarios from which a supplier is called scarce in any case."""


def by_need(requests: Requests, params: Params) -> pd.DataFrame:
    """Requests of the window by need: how many were matched, and by when half of them were."""
    window = requests.in_window
    flags = pd.DataFrame({"requests": True, "matched": window["matched_on"].notna()})
    frame = flags.groupby(window["need_dimension"]).sum().reindex(list(NEEDS), fill_value=0)
    frame.loc["total"] = flags.sum()
    frame = with_shares(frame.astype("int64"), {"matched": "requests"}, confidence=params.confidence)
    halves = {str(need): half_matched(part, requests) for need, part in window.groupby("need_dimension")}
    frame["half_days"] = frame.index.map({**halves, "total": half_matched(window, requests)})
    return frame


def _waits(window: pd.DataFrame, requests: Requests) -> tuple[pd.Series, pd.Series]:
    """Days from request to match, or to the last day, and whether there was a match."""
    until = window["matched_on"].fillna(pd.Timestamp(requests.end))
    return (until - window["requested_on"]).dt.days.astype("float64"), window["matched_on"].notna()


def days_followed(requests: Requests) -> pd.Series:
    """Days from each request of the window to its match, or to the last day."""
    return _waits(requests.in_window, requests)[0]


def half_matched(window: pd.DataFrame, requests: Requests) -> float:
    """Days by which half of the requests are matched (Kaplan–Meier); NaN where half never are."""
    if window.empty:
        return float("nan")
    days, matched = _waits(window, requests)
    curve = kaplan_meier(days.to_numpy(), matched.to_numpy())[0]
    return float(survival_quantiles(curve).days[0])


def waiting(requests: Requests, params: Params) -> pd.DataFrame | None:
    """Share matched so many days after the request; None where there is no request of the window."""
    window = requests.in_window
    if window.empty:
        return None
    days, matched = _waits(window, requests)
    curve = kaplan_meier(days.to_numpy(), matched.to_numpy(), confidence=params.confidence)[0]
    place = np.searchsorted(curve.times, WAIT_DAYS, side="right") - 1
    seen = np.array(WAIT_DAYS) <= curve.times[-1]

    def at(values: np.ndarray, start: float) -> np.ndarray:
        return np.where(seen, np.where(place >= 0, values[np.maximum(place, 0)], start), np.nan)

    frame = pd.DataFrame({"requests": len(window)}, index=[str(day) for day in WAIT_DAYS])
    frame["matched_share"] = 1 - at(curve.survival, 1.0)
    # The upper end of who still waits is the lower end of who is matched.
    frame["matched_lower"], frame["matched_upper"] = 1 - at(curve.upper, np.nan), 1 - at(curve.lower, np.nan)
    return frame


def open_by_age(requests: Requests) -> pd.DataFrame:
    """Requests without a match on the last day, of the window and before, by how long they have been open."""
    unmatched = requests.table[requests.table["matched_on"].isna()]
    age = (pd.Timestamp(requests.end) - unmatched["requested_on"]).dt.days
    frame = pd.DataFrame({"requests": {name: int(age.between(*ends).sum()) for name, ends in AGES.items()}})
    frame.loc["total"] = len(unmatched)
    return frame.astype("int64")


def list_cover(requests: Requests, supply: Supply) -> pd.DataFrame:
    """Suppliers by need, and how many of them are open to each grade; beside them the requests of the window."""
    table, rules = supply.table, supply.rules
    graded = rules[rules["grade"].notna()].groupby("supplier")["grade"].unique()
    ungraded = set(rules.loc[rules["grade"].isna(), "supplier"])
    rows = {}
    for need in (*NEEDS, "total"):
        here = table if need == "total" else table[table["need_dimension"] == need]
        row = {"projects": int((here["kind"] == "project").sum()), "resources": int((here["kind"] == "resource").sum())}
        for grade in GRADES[:3]:
            row[f"open_{grade}"] = sum(
                name in ungraded or name not in graded.index or grade in graded[name] for name in here.index
            )
        rows[need] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    asked = requests.in_window["need_dimension"].value_counts()
    frame["requests"] = [*(int(asked.get(need, 0)) for need in NEEDS), len(requests.in_window)]
    return frame


def balance(plans: Plans, supply: Supply) -> pd.DataFrame:
    """Units by need: wanted, matched, delivered, what there was room for, and the best possible."""
    groups = plans.groups.assign(
        best=plans.best.served, no_project=plans.best.no_project, no_room=plans.best.no_capacity
    )
    columns = ["wanted", "matched", "delivered", "best", "no_project", "no_room"]
    frame = groups.groupby("need_dimension")[columns].sum().reindex(list(NEEDS), fill_value=0)
    room = supply.table.assign(idle=plans.best.idle).groupby("need_dimension")[["room_units", "idle"]].sum()
    frame[["room", "idle"]] = room.reindex(list(NEEDS), fill_value=0)
    frame.loc["total"] = frame.sum()
    return frame.astype("int64")


def by_grade(plans: Plans) -> pd.DataFrame:
    """Units by grade under what happened, the best possible and high grade first."""
    groups = plans.groups.assign(best=plans.best.served, first_high=plans.first_high.served)
    columns = ["wanted", "matched", "best", "first_high"]
    frame = groups.groupby("grade")[columns].sum().reindex(list(GRADES), fill_value=0)
    frame.index = ["unassessed" if grade == "" else grade for grade in frame.index]
    if frame.loc["unassessed", "wanted"] == 0:
        frame = frame.drop(index="unassessed")
    frame.loc["total"] = frame.sum()
    return _with_portions(frame.astype("int64"), columns[1:])


def by_unit(plans: Plans, codes: Sequence[str]) -> pd.DataFrame:
    """Units by sub-district under what happened, the best possible, and even shares."""
    groups = plans.groups.assign(best=plans.best.served)
    frame = groups.groupby("subdistrict_code")[["wanted", "matched", "best"]].sum().reindex(list(codes), fill_value=0)
    even = np.zeros(len(codes))
    even[: len(plans.even.served)] = plans.even.served
    # Shares may part a unit between two areas: these units are not rounded, so that they add up.
    frame["even"] = even
    frame.loc[DISTRICT_ROW] = frame.sum()
    return _with_portions(frame, ["matched", "best", "even"])


def _with_portions(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    wanted = frame["wanted"].where(frame["wanted"] > 0)
    return frame.assign(**{f"{name}_share": frame[name] / wanted for name in columns})


def compared(plans: Plans, units: pd.DataFrame) -> pd.DataFrame:
    """Each plan in one row: units, share of those wanted, units fewer than the best, and its worst sub-district."""
    wanted = int(plans.groups["wanted"].sum())
    areas = units.drop(index=DISTRICT_ROW)
    areas = areas[areas["wanted"] > 0]
    first = plans.groups.assign(first=plans.first_high.served).groupby("subdistrict_code")["first"].sum()
    least = {
        "matched": areas["matched_share"].min(),
        "best": areas["best_share"].min(),
        "first_high": (first.reindex(areas.index) / areas["wanted"]).min(),
        "even": areas["even_share"].min(),
    }
    served = {
        "matched": int(plans.groups["matched"].sum()),
        "best": int(plans.best.served.sum()),
        "first_high": int(plans.first_high.served.sum()),
        "even": round(plans.even.total),
    }
    frame = pd.DataFrame({"units": served, "least_share": least})
    frame["share"] = frame["units"] / wanted if wanted else np.nan
    frame["fewer"] = served["best"] - frame["units"]
    return frame


def suppliers(plans: Plans, supply: Supply, robust: Robustness) -> pd.DataFrame:
    """Every supplier: room, best use, what is idle, what one unit more would serve, and how surely it is scarce."""
    frame = supply.table[["label", "kind", "need_dimension", "stated_units", "given_units", "room_units"]].copy()
    return frame.assign(
        best=plans.best.used,
        idle=plans.best.idle,
        one_more=plans.best.one_more,
        binding_share=robust.binding_share,
    )


def scarcity(table: pd.DataFrame) -> pd.DataFrame:
    """Suppliers by need: how many state no capacity, are scarce, scarce in any case, and never."""
    flags = pd.DataFrame(
        {
            "suppliers": True,
            "unstated": table["stated_units"].isna(),
            "scarce": table["one_more"] > 0,
            "always": table["binding_share"] >= STABLE,
            "never": table["binding_share"] == 0,
        }
    )
    frame = flags.groupby(table["need_dimension"]).sum().reindex(list(NEEDS), fill_value=0)
    frame.loc["total"] = flags.sum()
    return frame.astype("int64")


def resource_lists(district: District, requests: Requests) -> pd.DataFrame | None:
    """The resource lists: entries, on offer on the last day, with a quantity, and used at least once in the window."""
    if not district.has("resources"):
        return None
    table = district.table("resources")
    end = pd.Timestamp(requests.end)
    used = set(requests.in_window["supplier"])
    flags = pd.DataFrame(
        {
            "entries": True,
            "on_offer": (table["valid_to"].isna() | (table["valid_to"] >= end))
            & (table["valid_from"].isna() | (table["valid_from"] <= end)),
            "bound": table["need_dimension"].notna(),
            "known": table["quantity_units"].notna(),
            "used": table["resource_id"].isin(used),
        }
    )
    frame = flags.groupby(table["resource_list_no"].astype(str)).sum()
    frame.loc["total"] = flags.sum()
    return frame.astype("int64")


def concentration(supply: Supply) -> pd.DataFrame | None:
    """Herfindahl index of the providers, by entries of the lists and by units given; None without providers."""
    table = supply.table[supply.table["provider_id"].notna()]
    if table.empty:
        return None
    rows = {}
    for name, amounts in (
        ("entries", table.groupby("provider_id").size()),
        ("given", table.groupby("provider_id")["given_units"].sum()),
    ):
        found = herfindahl(amounts.to_numpy(dtype=np.float64))
        rows[name] = {
            "providers": len(amounts), "largest_share": float(np.max(found.shares)), "index": found.index,
            "equivalent": found.equivalent,
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")
