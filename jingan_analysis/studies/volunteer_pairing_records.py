"""The records on volunteers and the older people they look after, as one report counts them; what is left out is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.befriending import LIVING, PROGRAMMES, RISKS

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Excluded

PROGRAMME_CODES = tuple(choice.code for choice in PROGRAMMES)
RISK_CODES = tuple(choice.code for choice in RISKS)
LIVING_CODES = tuple(choice.code for choice in LIVING)


@dataclass(frozen=True)
class BefriendingRecords:
    """Records up to the last day.

    Attributes
    ----------
    window
        The period reported on.
    volunteers
        By ``vol_id``, everybody who joined by the last day; ``left_on`` NaT and ``active`` while they are volunteers.
    elders
        By ``person_id``, everybody listed by the last day; ``listed`` tells who still is.
    pairs
        Pairs that count, by ``pair_id`` in order of person and day: ``vol_id``, ``person_id``, ``paired_on``,
        ``ended_on`` (NaT while they last), ``end_reason`` (missing while they last or where it is unknown), ``lasts``,
        ``subdistrict_code`` of the older person, ``programme`` of the volunteer, and ``across``, whether the two homes
        are in different committees (NaN where one is unknown).
    contacts
        Contacts within the days of their pair: ``person_id``, ``vol_id``, ``done_on``, ``mode``, ``contacts``; None where
        the district has no such table.
    exclusions
        How many of what were left out.
    """

    window: Period
    volunteers: pd.DataFrame
    elders: pd.DataFrame
    pairs: pd.DataFrame
    contacts: pd.DataFrame | None
    exclusions: Excluded

    @property
    def end(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.window.end)

    @property
    def active(self) -> pd.DataFrame:
        """Volunteers on the last day."""
        return self.volunteers[self.volunteers["active"]]

    @property
    def listed(self) -> pd.DataFrame:
        """Older people on the list on the last day."""
        return self.elders[self.elders["listed"]]

    @property
    def lasting(self) -> pd.DataFrame:
        """Pairs on the last day."""
        return self.pairs[self.pairs["lasts"]]


def befriending_records(district: District, window: Period) -> BefriendingRecords:
    """Read the tables on volunteers and leave out what cannot count."""
    end = pd.Timestamp(window.end)
    volunteers, late_volunteers = _people(district.table("volunteers"), "vol_id", ("joined_on", "left_on"), end)
    elders, late_elders = _people(district.table("elder_needs"), "person_id", ("listed_on", "delisted_on"), end)
    volunteers = volunteers.rename(columns={"there": "active"})
    elders = elders.rename(columns={"there": "listed"})
    pairs, left_out = _pairs(district.table("pairings"), volunteers, elders, end)
    contacts, contacts_out = _contacts(district, pairs, end)
    exclusions: Excluded = {
        "volunteers_after": (late_volunteers, "cases"),
        "elders_after": (late_elders, "cases"),
        **left_out,
        **contacts_out,
    }
    return BefriendingRecords(window, volunteers, elders, pairs, contacts, exclusions)


def _people(table: pd.DataFrame, key: str, days: tuple[str, str], end: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """People who had come by the last day, and whether they are still there on it."""
    came, went = days
    known = table[table[came] <= end].set_index(key)
    gone = known[went] < end
    known = known.assign(**{went: known[went].where(gone), "there": ~gone})
    return known, len(table) - len(known)


def _pairs(
    table: pd.DataFrame, volunteers: pd.DataFrame, elders: pd.DataFrame, end: pd.Timestamp
) -> tuple[pd.DataFrame, Excluded]:
    """Pairs that count: begun by the last day, while both were there, and not while the same two were paired already."""
    known = table[table["paired_on"] <= end].set_index("pair_id")
    both = known["vol_id"].isin(volunteers.index) & known["person_id"].isin(elders.index)
    people = known[both].join(
        volunteers[["committee_id", "programme", "joined_on", "left_on"]].rename(
            columns={"committee_id": "vol_committee"}
        ),
        on="vol_id",
    )
    people = people.join(elders[["subdistrict_code", "committee_id", "delisted_on"]], on="person_id")
    absent = (people["paired_on"] < people["joined_on"]) | (people["paired_on"] > people["left_on"])
    gone = people["paired_on"] > people["delisted_on"]
    there = people[~absent & ~gone]
    last = there[["left_on", "delisted_on"]].min(axis=1)
    overdue = (last < end) & (there["ended_on"].isna() | (there["ended_on"] > last))
    there = _closed(there, last.where(overdue), end)
    ordered = there.sort_values(["person_id", "paired_on", "vol_id"], kind="stable")
    repeated = _repeated(ordered, end)
    kept = ordered[~repeated]
    known_committees = kept["vol_committee"].notna() & kept["committee_id"].notna()
    across = (kept["vol_committee"] != kept["committee_id"]).astype("float64").where(known_committees)
    names = ["vol_id", "person_id", "paired_on", "ended_on", "end_reason", "lasts", "subdistrict_code", "programme"]
    return kept[names].assign(across=across), {
        "pairs_after": (len(table) - len(known), "rows"),
        "pairs_of_late_people": (int((~both).sum()), "cases"),
        "pairs_without_volunteer": (int(absent.sum()), "cases"),
        "pairs_after_list": (int((gone & ~absent).sum()), "cases"),
        "pairs_repeated": (int(repeated.sum()), "cases"),
        "pairs_left_open": (int(overdue.sum()), "cases"),
    }


def _closed(pairs: pd.DataFrame, last: pd.Series, end: pd.Timestamp) -> pd.DataFrame:
    """Pairs whose volunteer left, or whose older person left the list, end with that; what ends later lasts still."""
    volunteer = last.notna() & (last == pairs["left_on"])
    reason = pairs["end_reason"].astype(object).mask(last.notna(), "elder_left").mask(volunteer, "volunteer_left")
    ended = pairs["ended_on"].fillna(last).where(last.isna(), last)
    lasts = ended.isna() | (ended >= end)
    return pairs.assign(ended_on=ended.mask(lasts), end_reason=reason.mask(lasts), lasts=lasts)


def _repeated(pairs: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """Pairs begun while the same two people were paired; in order of person and day."""
    until = pairs["ended_on"].fillna(end + pd.Timedelta(days=1))
    same = [pairs["person_id"], pairs["vol_id"]]
    before = until.groupby(same).cummax().groupby(same).shift()
    return pairs["paired_on"] <= before


def _contacts(district: District, pairs: pd.DataFrame, end: pd.Timestamp) -> tuple[pd.DataFrame | None, Excluded]:
    """Contacts by the last day, of pairs that count and within their days."""
    if not district.has("companion_contacts"):
        return None, {}
    table = district.table("companion_contacts")
    known = table[table["done_on"] <= end]
    place = pairs.index.get_indexer(pd.Index(known["pair_id"]))
    found = place >= 0
    known, place = known[found], place[found]
    days = known["done_on"].to_numpy()
    early = days < pairs["paired_on"].to_numpy()[place]
    late = days > pairs["ended_on"].fillna(end).to_numpy()[place]
    kept = ~early & ~late
    number = known["contacts"].fillna(1) if "contacts" in known else pd.Series(1, index=known.index)
    contacts = pd.DataFrame(
        {
            "person_id": pairs["person_id"].to_numpy()[place[kept]],
            "vol_id": pairs["vol_id"].to_numpy()[place[kept]],
            "done_on": days[kept],
            "mode": known["mode"].to_numpy()[kept],
            "contacts": number.to_numpy(dtype=np.int64)[kept],
        }
    )
    return contacts, {
        "contacts_after": (int((table["done_on"] > end).sum()), "rows"),
        "contacts_of_no_pair": (int((~found).sum()), "rows"),
        "contacts_before_pair": (int(early.sum()), "rows"),
        "contacts_after_pair": (int(late.sum()), "rows"),
    }
