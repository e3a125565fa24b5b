"""Records of service-type relief up to the end of the period, joined to their households."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.tables.exclusions import counted

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Unit

DAYS = {
    "relief_cases": "opened_on",
    "need_assessments": "assessed_on",
    "service_plans": "agreed_on",
    "service_events": "done_on",
}
"""The date column of every table of records."""

NOUNS = {
    "relief_cases": "cases",
    "need_assessments": "assessments",
    "service_plans": "plans",
    "service_events": "services",
}


@dataclass(frozen=True)
class Records:
    """Households and what was recorded about them, nothing later than the last day of the period.

    Attributes
    ----------
    households
        The whole register, indexed by household id, with ``eligible`` (entitled on the last day) and
        ``in_window`` (entitled on any day of the window).
    cases, assessments, plans, events
        One row a record, with ``household_id``, ``day`` and the table's own columns; ``plans`` is None
        where the district has no plans.
    window
        The period.
    exclusions
        Rows that no number counts, by reason: ``count`` and ``unit``.
    """

    households: pd.DataFrame
    cases: pd.DataFrame
    assessments: pd.DataFrame
    plans: pd.DataFrame | None
    events: pd.DataFrame
    window: Period
    exclusions: pd.DataFrame

    @property
    def eligible(self) -> pd.DataFrame:
        """Households entitled on the last day."""
        return self.households[self.households["eligible"]]

    @property
    def start(self) -> pd.Timestamp:
        """First day of the window."""
        return pd.Timestamp(self.window.start)

    @property
    def end(self) -> pd.Timestamp:
        """Last day of the window."""
        return pd.Timestamp(self.window.end)

    def in_window(self, records: pd.DataFrame) -> pd.DataFrame:
        """Records from the first to the last day of the window, both included."""
        return records[records["day"] >= self.start]

    def of_unit(self, code: str | None) -> Records:
        """Records of the households of one sub-district; all of them for None."""
        if code is None:
            return self
        households = self.households[self.households["subdistrict_code"] == code]
        return replace(
            self,
            households=households,
            cases=_of(self.cases, households),
            assessments=_of(self.assessments, households),
            plans=None if self.plans is None else _of(self.plans, households),
            events=_of(self.events, households),
        )


def relief_records(district: District, window: Period) -> Records:
    """Read the register and the records of a district.

    Raises
    ------
    MissingTable, InvalidTable
        If households, cases, assessments or services are missing or wrong.
    """
    households = _register(district, window)
    cases = district.table("relief_cases").rename(columns={"opened_on": "day"})
    household_of_case = cases.set_index("case_id")["household_id"]
    found = {"relief_cases": cases}
    for name in ("need_assessments", "service_plans", "service_events"):
        if name == "service_plans" and not district.has(name):
            continue
        table = district.table(name).rename(columns={DAYS[name]: "day"})
        if "household_id" not in table:
            table = table.assign(household_id=table["case_id"].map(household_of_case))
        found[name] = table
    excluded: dict[str, tuple[int, Unit]] = {"not_entitled": (int((~households["eligible"]).sum()), "households")}
    kept: dict[str, pd.DataFrame] = {}
    for name, table in found.items():
        known = _among(table["household_id"], households)
        late = table["day"] > pd.Timestamp(window.end)
        excluded[f"{NOUNS[name]}_after"] = (int(late.sum()), "rows")
        excluded[f"{NOUNS[name]}_unmatched"] = (int((~known & ~late).sum()), "rows")
        kept[name] = table[known & ~late]
    return Records(
        households=households,
        cases=kept["relief_cases"],
        assessments=kept["need_assessments"],
        plans=kept.get("service_plans"),
        events=kept["service_events"],
        window=window,
        exclusions=counted(excluded),
    )


def _register(district: District, window: Period) -> pd.DataFrame:
    """The register with its two entitlement flags; first and last day of entitlement both count."""
    register = district.table("households").set_index("household_id")
    begun = register["relief_from"] <= pd.Timestamp(window.end)
    ends = register["relief_to"]
    return register.assign(
        eligible=begun & (ends.isna() | (ends >= pd.Timestamp(window.end))),
        in_window=begun & (ends.isna() | (ends >= pd.Timestamp(window.start))),
    )


def _of(records: pd.DataFrame, households: pd.DataFrame) -> pd.DataFrame:
    return records[_among(records["household_id"], households)]


def _among(ids: pd.Series, households: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each id is one of the households; looked up in their index, which is made once."""
    return np.asarray(households.index.get_indexer(pd.Index(ids)) >= 0)
