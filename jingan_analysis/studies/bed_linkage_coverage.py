"""The three full coverages: contracts, services and data, each with its denominator and with what is missing of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.studies.bed_linkage_records import SIGNING
from jingan_analysis.studies.rate_columns import with_shares
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage_records import BedRecords

HOMES = ("elder_home", "care_home", "nursing_home")
"""Kinds of institution that can join; health centres and hospitals are partners, whose own contracts are not asked for."""


def holders(records: BedRecords, unit: str | None = None) -> pd.DataFrame:
    """People who hold an institution bed or a home care bed on the last day, once each, with its institution's place."""
    now = records.stays[records.stays["ended_on"].isna() & records.stays["bed_type"].isin(SIGNING)]
    who = now.drop_duplicates("person_id")[["person_id", "inst_id"]]
    who = who.join(records.institutions["subdistrict_code"], on="inst_id")
    return who if unit is None else who[who["subdistrict_code"] == unit]


def contracted(records: BedRecords) -> set[str]:
    """People with a contract in force on the last day."""
    assert records.contracts is not None
    return set(records.contracts.loc[records.contracts["ended_on"].isna(), "person_id"])


def coverage(
    records: BedRecords, unit: str | None, *, service_days: int, fresh_days: int, confidence: float
) -> pd.DataFrame:
    """One row a coverage: ``covered`` of ``all`` with its share and Wilson interval.

    Rows: ``institutions`` that joined, ``holders`` of a bed who have a contract; of people with a contract those
    ``served`` within the days, those whose records are ``linked``, and those matched within the days (``fresh``). Rows that
    the district's tables do not carry are left out.
    """
    rows: dict[str, tuple[int, int]] = {}
    homes = records.institutions[records.institutions["kind"].isin(HOMES)]
    homes = homes if unit is None else homes[homes["subdistrict_code"] == unit]
    homes = homes[homes["closed_on"].isna() | (homes["closed_on"] >= records.end)]
    rows["institutions"] = (int((homes["joined_on"] <= records.end).sum()), len(homes))
    if records.contracts is not None:
        who = holders(records, unit)
        signed = contracted(records)
        rows["holders"] = (int(who["person_id"].isin(signed).sum()), len(who))
        mine = _of_unit(records, signed, unit)
        if records.services is not None:
            recent = records.services["done_on"] > records.end - pd.Timedelta(days=service_days)
            rows["served"] = (len(mine & set(records.services.loc[recent, "person_id"])), len(mine))
        if records.links is not None:
            links = records.links[records.links["person_id"].isin(mine)]
            matched = links["synced_on"] <= records.end
            linked = links["civil_record"].astype(bool) & links["health_record"].astype(bool) & matched
            fresh = linked & (links["synced_on"] >= records.end - pd.Timedelta(days=fresh_days))
            rows |= {"linked": (int(linked.sum()), len(mine)), "fresh": (int(fresh.sum()), len(mine))}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["covered", "all"])
    return with_shares(frame, {"covered": "all"}, confidence=confidence)


def _of_unit(records: BedRecords, persons: set[str], unit: str | None) -> set[str]:
    if unit is None:
        return persons
    assert records.contracts is not None
    here = records.contracts["inst_id"].map(records.institutions["subdistrict_code"]) == unit
    return persons & set(records.contracts.loc[here, "person_id"])


def contracts_by_unit(records: BedRecords, codes: Sequence[str], *, confidence: float) -> pd.DataFrame:
    """Holders of a bed and those of them with a contract, by sub-district of the institution, the district last."""
    who = holders(records)
    flags = pd.DataFrame({"holders": True, "signed": who["person_id"].isin(contracted(records))}, index=who.index)
    frame = flags.groupby(who["subdistrict_code"]).sum().reindex(list(codes), fill_value=0)
    frame.loc[DISTRICT_ROW] = flags.sum()
    return with_shares(frame.astype("int64"), {"signed": "holders"}, confidence=confidence)
