"""What projects and resources can give in the window, to whom, and what they gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.studies.units import place_names

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.studies.relief_resources_records import Requests

RULE_COLUMNS = ("grade", "relief_category", "subdistrict_code")


@dataclass(frozen=True)
class Supply:
    """Suppliers (projects, and resources that are bound to a need) and whom they are open to.

    Attributes
    ----------
    table
        One row a supplier, indexed by id: ``kind`` (project or resource), ``label``, ``need_dimension``,
        ``provider_id``, ``stated_units`` (in the window, NaN for unknown), ``given_units`` (in the window, to whom ever),
        ``capacity_units`` (what the window holds, with unknown ones as given), ``room_units`` (of it, what is left for
        requests of the window).
    rules
        One row opens a supplier to households that match every filled cell.
    """

    table: pd.DataFrame
    rules: pd.DataFrame

    def open_to(self, homes: pd.DataFrame) -> pd.DataFrame:
        """Allowed pairs: one row a home (its position in ``home``) and a supplier that answers its need.

        A supplier with rules is open to homes that fit one of them; one without is open to all. A home whose grade is
        not known fits no rule about grades.
        """
        columns = ["need_dimension", *RULE_COLUMNS]
        numbered = homes[columns].reset_index(drop=True).rename_axis("home").reset_index()
        offers = self.table[["need_dimension"]].rename_axis("supplier").reset_index()
        pairs = numbered.merge(offers, on="need_dimension")
        ruled = pairs["supplier"].isin(self.rules["supplier"])
        fitting = pairs[ruled].merge(self.rules, on="supplier", suffixes=("", "_rule"))
        fits = np.ones(len(fitting), dtype=bool)
        for column in RULE_COLUMNS:
            rule = fitting[f"{column}_rule"]
            fits &= (rule.isna() | (rule == fitting[column])).to_numpy()
        allowed = pd.concat([pairs[~ruled], fitting[fits]])[["home", "supplier"]]
        return allowed.drop_duplicates().sort_values(["home", "supplier"], ignore_index=True)


def supply_of(district: District, requests: Requests, window: Period) -> Supply:
    """Read the lists; what was given to earlier requests and to others is no room for those of the window.

    A capacity that nobody states is taken as what was given: it was at least that.
    """
    table = pd.concat([_projects(district, window), *_resources(district, window)])
    to_window = requests.in_window.groupby("supplier")["delivered_units"].sum()
    given = pd.concat([_given_by_projects(district, window), _given_by_resources(requests)])
    table["given_units"] = given.groupby(level=0).sum().reindex(table.index, fill_value=0).astype("int64")
    # An event may be recorded and its delivery not, or the other way round: the larger of the two was given.
    here = to_window.reindex(table.index, fill_value=0).astype("int64")
    table["given_units"] = np.maximum(table["given_units"], here)
    table["capacity_units"] = table["stated_units"].fillna(table["given_units"]).astype("int64")
    others = table["given_units"] - here
    table["room_units"] = np.maximum(table["capacity_units"] - others, 0)
    return Supply(table, _rules(district))


def share_of_year(window: Period) -> float:
    """Days of the window over days of its year."""
    year = window.end.year
    days = 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365
    return ((window.end - window.start).days + 1) / days


def _projects(district: District, window: Period) -> pd.DataFrame:
    projects = district.table("projects")
    return pd.DataFrame(
        {
            "kind": "project",
            "label": projects["project_id"].map(place_names(projects, "project_id")),
            "need_dimension": projects["need_dimension"],
            "provider_id": projects["provider_id"],
            "stated_units": np.floor(projects["annual_capacity_units"].astype("float64") * share_of_year(window)),
        }
    ).set_axis(projects["project_id"].to_numpy())


def _resources(district: District, window: Period) -> list[pd.DataFrame]:
    """Resources that answer a need; one that ends within the window counts for the days that it was there."""
    if not district.has("resources"):
        return []
    resources = district.table("resources")
    bound = resources[resources["need_dimension"].notna()]
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    since, until = bound["valid_from"].fillna(start), bound["valid_to"].fillna(end)
    first, last = since.where(since > start, start), until.where(until < end, end)
    days = ((last - first).dt.days + 1).clip(lower=0)
    share = days / ((end - start).days + 1) * share_of_year(window)
    return [
        pd.DataFrame(
            {
                "kind": "resource",
                "label": bound["resource_id"].map(place_names(bound, "resource_id")),
                "need_dimension": bound["need_dimension"],
                "provider_id": bound["provider_id"],
                "stated_units": np.floor(bound["quantity_units"].astype("float64") * share),
            }
        ).set_axis(bound["resource_id"].to_numpy())
    ]


def _given_by_projects(district: District, window: Period) -> pd.Series:
    events = district.table("service_events")
    days = events["done_on"].between(pd.Timestamp(window.start), pd.Timestamp(window.end))
    return events[days].groupby("project_id").size()


def _given_by_resources(requests: Requests) -> pd.Series:
    """Deliveries have no day of their own: they are counted in the window if the match is."""
    table = requests.table
    here = table[table["matched_on"] >= pd.Timestamp(requests.start)]
    return here[here["resource_id"].notna()].groupby("supplier")["delivered_units"].sum()


def _rules(district: District) -> pd.DataFrame:
    found = []
    if district.has("project_eligibility"):
        found.append(district.table("project_eligibility").rename(columns={"project_id": "supplier"}))
    if district.has("resources"):
        resources = district.table("resources")
        local = resources[resources["subdistrict_code"].notna()]
        area = local[["resource_id", "subdistrict_code"]].rename(columns={"resource_id": "supplier"})
        found.append(area.assign(grade=None, relief_category=None))
    if not found:
        return pd.DataFrame(columns=["supplier", *RULE_COLUMNS])
    return pd.concat([table[["supplier", *RULE_COLUMNS]] for table in found if len(table)], ignore_index=True)
