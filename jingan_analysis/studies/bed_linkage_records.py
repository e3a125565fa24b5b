"""The records on linked beds as one report counts them; what is left out is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.linked_beds import BED_TYPES

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Excluded

KINDS = tuple(choice.code for choice in BED_TYPES)
SIGNING = ("institution", "home_care")
"""Kinds of bed whose holders should have a contract."""
DUAL = frozenset({"home_care", "home_sickbed"})
"""The two kinds that one person may hold at a time."""
OUTSIDE = ("home", "left", "died")
"""Where a stay may end outside the five kinds."""


@dataclass(frozen=True)
class BedRecords:
    """Records up to the last day.

    Attributes
    ----------
    window
        The period reported on.
    institutions
        By id, with kind, sub-district and the day it joined.
    stock
        Beds and bed-days by institution, month and kind, with the sub-district of the institution.
    stays
        Stays that count, in order of person and start; ``ended_on`` NaT and ``end_reason`` missing while they last.
    requests, contracts, services, links
        As they are read, up to the last day; None where the district has no such table.
    comparison
        Bed-days of institutions elsewhere by month, added up; None where there are none.
    exclusions
        How many of what were left out.
    """

    window: Period
    institutions: pd.DataFrame
    stock: pd.DataFrame
    stays: pd.DataFrame
    requests: pd.DataFrame | None
    contracts: pd.DataFrame | None
    services: pd.DataFrame | None
    links: pd.DataFrame | None
    comparison: pd.DataFrame | None
    exclusions: Excluded

    @property
    def end(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.window.end)

    @property
    def start(self) -> pd.Timestamp:
        """The first of the twelve months up to the last day: moves and requests of one month would be few."""
        return pd.Timestamp(self.window.year_start)

    def stays_of(self, unit: str | None) -> pd.DataFrame:
        """Stays of people whose home is in a sub-district; of all for None."""
        return self.stays if unit is None else self.stays[self.stays["subdistrict_code"] == unit]

    def stock_of(self, unit: str | None) -> pd.DataFrame:
        """Beds of institutions in a sub-district; of all for None."""
        return self.stock if unit is None else self.stock[self.stock["subdistrict_code"] == unit]

    def requests_of(self, unit: str | None) -> pd.DataFrame | None:
        """Requests of people whose home is in a sub-district; of all for None."""
        table = self.requests
        return table if table is None or unit is None else table[table["subdistrict_code"] == unit]


def bed_records(district: District, window: Period) -> BedRecords:
    """Read the tables on linked beds and leave out what cannot count."""
    end = pd.Timestamp(window.end)
    institutions = district.table("institutions").set_index("inst_id")
    stock = district.table("bed_stock")
    known = stock[stock["month"] <= f"{end:%Y-%m}"].join(institutions["subdistrict_code"], on="inst_id")
    stays, left_out = _stays(district.table("bed_episodes"), institutions, end)
    requests, late_requests = _until(district, "bed_requests", "requested_on", end)
    contracts, late_contracts = _until(district, "bed_contracts", "signed_on", end)
    services, late_services = _until(district, "bed_services", "done_on", end)
    exclusions: Excluded = {
        "stock_after": (len(stock) - len(known), "rows"),
        **left_out,
        "requests_after": (late_requests, "rows"),
        "contracts_after": (late_contracts, "rows"),
        "services_after": (late_services, "rows"),
    }
    return BedRecords(
        window=window,
        institutions=institutions,
        stock=known,
        stays=stays,
        requests=None if requests is None else _still_open(requests, end, "outcome"),
        contracts=None if contracts is None else _still_open(contracts, end),
        services=services,
        links=district.table("data_links") if district.has("data_links") else None,
        comparison=_comparison(district, end),
        exclusions=exclusions,
    )


def _until(district: District, name: str, day: str, end: pd.Timestamp) -> tuple[pd.DataFrame | None, int]:
    if not district.has(name):
        return None, 0
    table = district.table(name)
    known = table[table[day] <= end]
    return known, len(table) - len(known)


def _still_open(table: pd.DataFrame, end: pd.Timestamp, *with_it: str) -> pd.DataFrame:
    """What ended after the last day had not ended on it."""
    later = table["ended_on"] > end
    return table.assign(**{name: table[name].mask(later) for name in ("ended_on", *with_it)})


def _stays(table: pd.DataFrame, institutions: pd.DataFrame, end: pd.Timestamp) -> tuple[pd.DataFrame, Excluded]:
    """Stays that count: begun by the last day, in an open institution, and one kind of bed at a time but for the pair."""
    known = table[table["started_on"] <= end]
    closed = known["inst_id"].map(institutions["closed_on"])
    shut = known["started_on"] > closed
    open_ones = _still_open(known[~shut], end, "end_reason")
    ordered = open_ones.sort_values(["person_id", "started_on", "ended_on", "episode_id"], kind="stable")
    died = ordered[ordered["end_reason"] == "died"].groupby("person_id")["ended_on"].min()
    dead = ordered["started_on"].to_numpy() > died.reindex(ordered["person_id"]).to_numpy()
    ordered = ordered[~dead]
    same, other = _held_at_once(ordered)
    kept = ordered[~same & ~other].reset_index(drop=True)
    return kept, {
        "stays_after": (len(table) - len(known), "rows"),
        "stays_in_closed": (int(shut.sum()), "cases"),
        "stays_overlapping": (int(same.sum()), "cases"),
        "stays_at_once": (int(other.sum()), "cases"),
        "stays_after_death": (int(dead.sum()), "cases"),
    }


def _held_at_once(stays: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Stays that begin while the person still holds a bed of the same kind, or of one that cannot be held beside it."""
    never = pd.Timestamp("2200-01-01")
    persons, kinds = stays["person_id"].to_numpy(), stays["bed_type"].to_numpy()
    begins, ends = stays["started_on"].to_numpy(), stays["ended_on"].fillna(never).to_numpy()
    same, other = np.zeros(len(stays), dtype=bool), np.zeros(len(stays), dtype=bool)
    held: dict[str, np.datetime64] = {}
    person = None
    for place in range(len(stays)):
        if persons[place] != person:
            person, held = persons[place], {}
        beside = [kind for kind, until in held.items() if until > begins[place]]
        same[place] = kinds[place] in beside
        other[place] = not same[place] and any({kind, kinds[place]} != DUAL for kind in beside)
        if not (same[place] or other[place]):
            held[kinds[place]] = ends[place]
    return same, other


def _comparison(district: District, end: pd.Timestamp) -> pd.DataFrame | None:
    """Bed-days elsewhere by month; only months that every place of the comparison tells of."""
    if not district.has("comparison_occupancy"):
        return None
    table = district.table("comparison_occupancy")
    table = table[(table["bed_type"] == "institution") & (table["month"] <= f"{end:%Y-%m}")]
    if table.empty:
        return None
    sums = table.groupby("month").agg(
        occupied_bed_days=("occupied_bed_days", "sum"),
        usable_bed_days=("usable_bed_days", "sum"),
        places=("place", "nunique"),
    )
    return sums[sums["places"] == table["place"].nunique()].drop(columns="places")
