"""Requests for help up to the end of the period, with what is known of the household that asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Excluded


@dataclass(frozen=True)
class Requests:
    """Requests of one place, nothing later than the last day.

    Attributes
    ----------
    table
        One row a request: ``case_id``, ``need_dimension``, ``requested_on``, ``requested_units``, ``supplier`` (project
        or resource matched, empty for none), ``matched_on``, ``delivered_units``, ``grade`` (empty where the household
        has no assessment by that day), ``relief_category``, ``subdistrict_code``.
    start, end
        First and last day of the window.
    exclusions
        Counts of what was left out, by kind.
    """

    table: pd.DataFrame
    start: date
    end: date
    exclusions: Excluded

    def of_unit(self, code: str | None) -> Requests:
        """Requests of one sub-district; all of them for None."""
        chosen = self.table if code is None else self.table[self.table["subdistrict_code"] == code]
        return Requests(chosen, self.start, self.end, self.exclusions)

    @property
    def in_window(self) -> pd.DataFrame:
        """Requests made in the window."""
        return self.table[self.table["requested_on"] >= pd.Timestamp(self.start)]


def requests_of(district: District, window: Period) -> Requests:
    """Read the requests; a match later than the last day has not happened yet."""
    table = district.table("need_requests")
    known = table[table["requested_on"] <= pd.Timestamp(window.end)]
    cases = district.table("relief_cases").set_index("case_id")["household_id"]
    homes = district.table("households").set_index("household_id")
    household = known["case_id"].map(cases)
    on_register = household.isin(homes.index).to_numpy()
    late = known["matched_on"] > pd.Timestamp(window.end)
    joined = known.assign(
        household_id=household,
        supplier=known["project_id"].fillna("").where(known["project_id"].notna(), known["resource_id"].fillna("")),
        delivered_units=known["delivered_units"].fillna(0).astype("int64").where(~late, 0),
        matched_on=known["matched_on"].where(~late),
        relief_category=household.map(homes["relief_category"]),
        subdistrict_code=household.map(homes["subdistrict_code"]),
        grade=_grade(district, household, known["requested_on"]).fillna(""),
    )
    joined.loc[late, "supplier"] = ""
    unassessed = joined["household_id"][on_register & (joined["grade"] == "").to_numpy()]
    exclusions: Excluded = {
        "requests_after": (len(table) - len(known), "rows"),
        "requests_unmatched": (int((~on_register).sum()), "rows"),
        "matches_after": (int(late.sum()), "rows"),
        "without_assessment": (unassessed.nunique(), "households"),
    }
    return Requests(joined[on_register].reset_index(drop=True), window.start, window.end, exclusions)


def _grade(district: District, household: pd.Series, day: pd.Series) -> pd.Series:
    """Grade of the household's last assessment by the day of the request."""
    grades = district.table("need_assessments")[["household_id", "assessed_on", "grade"]].sort_values("assessed_on")
    asked = pd.DataFrame({"household_id": household, "day": day, "row": range(len(day))}).sort_values("day")
    found = pd.merge_asof(
        asked.dropna(subset="household_id"), grades, left_on="day", right_on="assessed_on", by="household_id"
    )
    return found.set_index("row")["grade"].reindex(range(len(day))).set_axis(day.index)
