"""The records on marriages as one report counts them; what is left out is counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.contracts.marriage import RESULTS, SCOPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Excluded

SCOPE_CODES = tuple(choice.code for choice in SCOPES)
OPENED = SCOPE_CODES[1:]
"""Scopes that an opening brought, in its order."""
LOCAL = "local"
"""Own-district and foreign-related couples together: both need the district, and the latter are few in a sub-district."""
HOME_SCOPES = (LOCAL, "city", "inter_province")
"""Scopes as they are told of sub-districts."""
CAME = frozenset({"registered", "refused"})
"""Results of couples who came."""
assert {choice.code for choice in RESULTS} >= CAME


@dataclass(frozen=True)
class MarriageRecords:
    """Records up to the last day.

    Attributes
    ----------
    window
        The period reported on.
    openings
        First day by scope that an opening brought.
    registrations
        Applications that count, by ``reg_id``; ``done_on`` NaT where nothing is registered by the last day;
        ``residence_code`` missing for couples who live elsewhere or of whom it is not noted.
    days
        Open days in order, all offices together: ``capacity``, ``booked``, ``shown``, and ``windows`` and
        ``open_minutes`` (NaN where not known; the mean where offices differ).
    elsewhere
        Marriages at the places of comparison by month, ``YYYY-MM``; None without such a table.
    travel
        Assumed minutes by scope; None without such a table.
    exclusions
        How many of what were left out.
    scopes
        Codes of scopes in their order, as the registrations carry them.
    """

    window: Period
    openings: Mapping[str, pd.Timestamp]
    registrations: pd.DataFrame
    days: pd.DataFrame
    elsewhere: pd.Series | None
    travel: pd.DataFrame | None
    exclusions: Excluded
    scopes: tuple[str, ...] = SCOPE_CODES

    @property
    def end(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.window.end)

    @property
    def marriages(self) -> pd.DataFrame:
        """Marriages registered by the last day."""
        table = self.registrations
        return table[(table["reg_type"] == "marriage") & table["done_on"].notna()]

    @property
    def in_window(self) -> pd.DataFrame:
        """Marriages registered in the period."""
        return self.done_in_window("marriage")

    def done_in_window(self, *types: str) -> pd.DataFrame:
        """Registrations of these types in the period."""
        table = self.registrations
        return table[table["reg_type"].isin(types) & (table["done_on"] >= pd.Timestamp(self.window.start))]

    @property
    def with_homes(self) -> bool:
        """Whether any registration says in which sub-district the couple lives."""
        return bool(self.registrations["residence_code"].notna().any())

    def of(self, unit: str | None) -> MarriageRecords:
        """Applications of couples who live in one sub-district, by :data:`HOME_SCOPES`; slots stay those of the office.

        Marriages elsewhere are of couples from anywhere, so that they are nothing to compare with.
        """
        if unit is None:
            return self
        mine = self.registrations[(self.registrations["residence_code"] == unit).fillna(value=False)]
        merged = mine.assign(scope=home_scopes(mine["scope"]))
        return replace(self, registrations=merged, elsewhere=None, scopes=HOME_SCOPES)


def home_scopes(scopes: pd.Series) -> pd.Series:
    """Scopes as they are told of sub-districts, one of :data:`HOME_SCOPES`."""
    plain = scopes.astype(object)
    return plain.where(plain.isin(HOME_SCOPES), LOCAL)


def marriage_records(district: District, window: Period, openings: tuple[str, ...]) -> MarriageRecords:
    """Read the tables on marriages and leave out what cannot count.

    Parameters
    ----------
    openings
        First months of the city-wide, inter-provincial and foreign-related opening, ``YYYY-MM``.
    """
    end = pd.Timestamp(window.end)
    opened = {scope: pd.Timestamp(f"{month}-01") for scope, month in zip(OPENED, openings, strict=True)}
    days, late_days = _days(district.table("appointments"), end)
    registrations, left_out = _registrations(district.table("registrations"), opened, end)
    elsewhere, elsewhere_out = _elsewhere(district, end)
    travel = district.table("registration_travel").set_index("scope") if district.has("registration_travel") else None
    closed = registrations["done_on"].notna() & ~registrations["done_on"].isin(days.index)
    exclusions: Excluded = {
        **left_out,
        "done_on_closed_day": (int(closed.sum()), "cases"),
        "days_after": (late_days, "rows"),
        **elsewhere_out,
    }
    return MarriageRecords(window, opened, registrations, days, elsewhere, travel, exclusions)


def _registrations(
    table: pd.DataFrame, opened: Mapping[str, pd.Timestamp], end: pd.Timestamp
) -> tuple[pd.DataFrame, Excluded]:
    """Applications by the last day under a rule that was in force; each is left out for the first reason only."""
    known = table[table["applied_on"] <= end].set_index("reg_id")
    scope, kind = known["scope"], known["reg_type"]
    day = known["done_on"].fillna(known["slot_on"])
    reasons = {f"{name}_before": (scope == name) & (day < first) for name, first in opened.items()}
    reasons |= {
        "foreign_not_marriage": (scope == "foreign_related") & (kind != "marriage"),
        "inter_province_reissue": (scope == "inter_province") & (kind == "reissue"),
    }
    left_out: Excluded = {"applied_after": (len(table) - len(known), "rows")}
    kept = pd.Series(True, index=known.index)
    for name, holds in reasons.items():
        out = holds.fillna(value=False).astype(bool) & kept
        left_out = {**left_out, name: (int(out.sum()), "cases")}
        kept &= ~out
    found = known[kept]
    late = found["done_on"] > end
    open_yet = found.assign(done_on=found["done_on"].mask(late), result=found["result"].astype(object).mask(late))
    return open_yet, {**left_out, "done_after": (int(late.sum()), "cases")}


def _days(table: pd.DataFrame, end: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """Slots by open day over all offices; days without slots are closed."""
    known = table[(table["slot_on"] <= end) & (table["capacity"] > 0)]
    late = int((table["slot_on"] > end).sum())
    sums = known.groupby("slot_on")[["capacity", "booked", "shown"]].sum().astype("float64")
    for name in ("windows", "open_minutes"):
        values = known[name].astype("float64") if name in known else pd.Series(float("nan"), index=known.index)
        by_day = values.groupby(known["slot_on"])
        # One office of which it is not known makes the day's number of windows unknown.
        sums[name] = (
            by_day.sum(min_count=1).where(by_day.count() == by_day.size()) if name == "windows" else by_day.mean()
        )
    return sums.sort_index(), late


def _elsewhere(district: District, end: pd.Timestamp) -> tuple[pd.Series | None, Excluded]:
    """Marriages elsewhere in the months of which every place is known."""
    if not district.has("comparison_registrations"):
        return None, {}
    table = district.table("comparison_registrations")
    known = table[table["month"] <= f"{end:%Y-%m}"]
    by_month = known.groupby("month")["marriages"].agg(["sum", "size"])
    whole = by_month["size"] == table["place"].nunique()
    return by_month.loc[whole, "sum"].astype("float64"), {
        "elsewhere_after": (len(table) - len(known), "rows"),
        "elsewhere_incomplete": (int((~whole).sum()), "rows"),
    }
