"""The records on adapted homes as one report counts them; what is left out is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.home_retrofits import END_REASONS, PRIORITY_GROUPS

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.period import Period
    from jingan_analysis.tables.exclusions import Excluded

GROUPS = tuple(choice.code for choice in PRIORITY_GROUPS)
REASONS = tuple(choice.code for choice in END_REASONS)
STAGES = ("applied", "assessed", "contracted", "works", "accepted")
"""Stages in order; the last is the goal."""
STAGE_DAYS = ("applied_on", "assessed_on", "signed_on", "started_on", "accepted_on")
_ALL_DAYS = ("applied_on", "assessed_on", "signed_on", "started_on", "finished_on", "accepted_on")


@dataclass(frozen=True)
class RetrofitRecords:
    """Records up to the last day.

    Attributes
    ----------
    window
        The period reported on.
    applications
        Applications that count, one row each, with the days of their stages (NaT for not yet), end, reason, package,
        cost and subsidy.
    need
        Households in need by sub-district (rows) and group (columns), NaN for unknown; None where the district has no
        such table.
    watched
        People watched for falls, with ``birth`` (first day of the month), ``start`` and ``end`` (the day after the last), ``early``
        (whether the watch broke off), and days and sub-district of their application; None where there are none.
    falls
        Falls of those people within their watch: ``watched`` row, ``fell_on`` and ``place``.
    peers
        Latest count of each other district up to the last day; None where none is given.
    exclusions
        How many of what were left out.
    """

    window: Period
    applications: pd.DataFrame
    need: pd.DataFrame | None
    watched: pd.DataFrame | None
    falls: pd.DataFrame | None
    peers: pd.DataFrame | None
    exclusions: Excluded

    @property
    def end(self) -> pd.Timestamp:
        """The last day."""
        return pd.Timestamp(self.window.end)

    @property
    def first(self) -> pd.Timestamp:
        """First day of an application; the last day where there is none."""
        return self.applications["applied_on"].min() if len(self.applications) else self.end

    def of(self, unit: str | None) -> pd.DataFrame:
        """Applications from a sub-district; all for None."""
        table = self.applications
        return table if unit is None else table[table["subdistrict_code"] == unit]

    def stage(self, applications: pd.DataFrame) -> NDArray[np.int64]:
        """How many stages each application has reached, 1 for applied to 5 for accepted, shape (n,)."""
        return np.asarray(applications[list(STAGE_DAYS)].notna().sum(axis=1), dtype=np.int64)


def retrofit_records(district: District, window: Period) -> RetrofitRecords:
    """Read the tables on adapted homes and leave out what cannot count."""
    end = pd.Timestamp(window.end)
    applications, left_out = _applications(district, end)
    watched, falls, lost = _falls(district, applications, end)
    return RetrofitRecords(
        window=window,
        applications=applications,
        need=_need(district) if district.has("retrofit_need") else None,
        watched=watched,
        falls=falls,
        peers=_peers(district, end),
        exclusions={**left_out, **lost},
    )


def _applications(district: District, end: pd.Timestamp) -> tuple[pd.DataFrame, Excluded]:
    read = district.table("retrofit_applications")
    known = read[read["applied_on"] <= end]
    for name, columns in {
        "retrofit_assessments": ["assessed_on"],
        "retrofit_contracts": ["signed_on", "package", "total_yuan", "subsidy_yuan"],
        "retrofit_works": ["started_on", "finished_on", "accepted_on"],
    }.items():
        known = known.join(district.table(name).set_index("app_id")[columns], on="app_id")
    kept, left_out = countable(up_to(known, end))
    return kept, {"applications_after": (len(read) - len(known), "rows"), **left_out}


def up_to(applications: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """What happened after the last day had not happened on it."""
    masked = {day: applications[day].mask(applications[day] > end) for day in (*_ALL_DAYS, "ended_on")}
    return applications.assign(**masked, end_reason=applications["end_reason"].mask(masked["ended_on"].isna()))


def countable(applications: pd.DataFrame) -> tuple[pd.DataFrame, Excluded]:
    """Applications whose stages make sense, once a home and person at a time, and how many others there are.

    Left out are those with a stage but not the one before; with days out of order, a day after their end, or both an
    end and an acceptance; of a home that was adapted before; and made while another one of the same home or person
    was open.
    """
    gap = _gap(applications)
    order = ~gap & _out_of_order(applications)
    rest = applications[~(gap | order)].sort_values(["applied_on", "app_id"], kind="stable")
    again, at_once = _repeated(rest)
    kept = rest[~(again | at_once)].reset_index(drop=True)
    return kept, {
        "stage_missing": (int(gap.sum()), "cases"),
        "out_of_order": (int(order.sum()), "cases"),
        "applied_again": (int(again.sum()), "cases"),
        "applied_at_once": (int(at_once.sum()), "cases"),
    }


def _gap(applications: pd.DataFrame) -> pd.Series:
    there = applications[list(STAGE_DAYS)].notna().to_numpy()
    return pd.Series((there[:, 1:] & ~there[:, :-1]).any(axis=1), index=applications.index)


def _out_of_order(applications: pd.DataFrame) -> pd.Series:
    days = applications[list(_ALL_DAYS)].to_numpy().astype("datetime64[s]")
    wrong = np.zeros(len(applications), dtype=bool)
    for place in range(1, len(_ALL_DAYS)):
        # Against every earlier day, not only the one before: works still going on have no last day.
        wrong |= (days[:, [place]] < days[:, :place]).any(axis=1)
    ended = applications["ended_on"].to_numpy().astype("datetime64[s]")[:, None]
    return pd.Series(wrong | (days > ended).any(axis=1), index=applications.index) | (
        applications["ended_on"].notna() & applications["accepted_on"].notna()
    )


def _repeated(ordered: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of applications in order: of a home adapted before; beside one of the same home or person that is still open."""
    again, at_once = np.zeros(len(ordered), dtype=bool), np.zeros(len(ordered), dtype=bool)
    never = np.datetime64("2200-01-01")
    homes, persons = ordered["home_id"].to_numpy(), ordered["person_id"].to_numpy()
    days = ordered["applied_on"].to_numpy().astype("datetime64[D]")
    done = ordered["accepted_on"].to_numpy().astype("datetime64[D]")
    over = ordered["ended_on"].to_numpy().astype("datetime64[D]")
    accepted: set[str] = set()
    open_until: dict[str, np.datetime64] = {}
    # Only homes and persons that come twice need to be looked at one by one.
    twice = ordered["home_id"].duplicated(keep=False) | ordered["person_id"].duplicated(keep=False)
    for place in np.flatnonzero(twice.to_numpy()).tolist():
        keys = (f"home {homes[place]}", f"person {persons[place]}")
        at_once[place] = any(key in open_until and open_until[key] > days[place] for key in keys)
        again[place] = not at_once[place] and homes[place] in accepted
        if at_once[place] or again[place]:
            continue
        finished = next((day[place] for day in (done, over) if not np.isnat(day[place])), never)
        open_until.update(dict.fromkeys(keys, finished))
        if not np.isnat(done[place]):
            accepted.add(homes[place])
    return again, at_once


def _need(district: District) -> pd.DataFrame:
    table = district.table("retrofit_need")
    wide = table.pivot_table(index="subdistrict_code", columns="priority_group", values="households", aggfunc="sum")
    units = list(district.table("sub_districts")["subdistrict_code"])
    return wide.reindex(index=units, columns=list(GROUPS)).astype("float64")


def _falls(
    district: District, applications: pd.DataFrame, end: pd.Timestamp
) -> tuple[pd.DataFrame | None, pd.DataFrame | None, Excluded]:
    if not (district.has("fall_observation") and district.has("fall_events")):
        return None, None, {}
    return watched_falls(district.table("fall_observation"), district.table("fall_events"), applications, end)


def watched_falls(
    observation: pd.DataFrame, events: pd.DataFrame, applications: pd.DataFrame, end: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame, Excluded]:
    """People watched up to the last day with their application, their falls in that time, and what is left out.

    Of several applications of a person the accepted one counts, and the first where none is.
    """
    known = observation[observation["observed_from"] <= end].reset_index(drop=True)
    last = known["observed_to"].where(known["observed_to"] <= end, end)
    own = applications.assign(open_=applications["accepted_on"].isna())
    own = own.sort_values(["open_", "applied_on", "app_id"], kind="stable").drop_duplicates("person_id")
    own = own.set_index("person_id")[["subdistrict_code", "applied_on", "accepted_on", "ended_on"]]
    watched = known.assign(
        birth=pd.to_datetime(known["birth_month"]),
        start=known["observed_from"],
        end=last + pd.Timedelta(days=1),
        early=last < end,
    ).join(own, on="person_id")
    place = pd.Series(watched.index, index=watched["person_id"])
    upto = events[events["fell_on"] <= end]
    falls = upto.assign(watched=upto["person_id"].map(place))
    unwatched = falls["watched"].isna()
    falls = falls[~unwatched].astype({"watched": "int64"})
    start, until = (watched[name].to_numpy()[falls["watched"]] for name in ("start", "end"))
    outside = (falls["fell_on"].to_numpy() < start) | (falls["fell_on"].to_numpy() >= until)
    left_out: Excluded = {
        "watched_after": (len(observation) - len(known), "rows"),
        "falls_after": (len(events) - len(upto), "rows"),
        "falls_unwatched": (int(unwatched.sum()), "cases"),
        "falls_outside": (int(outside.sum()), "cases"),
    }
    return watched, falls[~outside][["watched", "fell_on", "place"]].reset_index(drop=True), left_out


def _peers(district: District, end: pd.Timestamp) -> pd.DataFrame | None:
    if not district.has("peer_retrofits"):
        return None
    table = district.table("peer_retrofits")
    latest = table[table["as_of"] <= end].sort_values("as_of", kind="stable").drop_duplicates("place", keep="last")
    return None if latest.empty else latest.set_index("place")
