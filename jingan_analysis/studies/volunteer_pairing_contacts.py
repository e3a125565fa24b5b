"""Whether contact is kept as required, week by week, and how long people are without any.

A contact counts for the older person, whichever volunteer kept it. Somebody who is due one contact in two weeks is checked
every second week, not every week: two checks that share a week would say the same twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.measures.p_prime_chart import p_prime_chart
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from jingan_analysis.measures.control_chart import ControlChart
    from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords

_WEEK = 7
_EXACT = 1e-9
MODES = ("visit", "call", "errand")


@dataclass(frozen=True)
class ContactChecks:
    """Contacts by older person and whole week.

    Attributes
    ----------
    first
        The first Monday of the records of contacts.
    weeks
        Mondays of the whole weeks, shape (w,).
    people
        Older people with a pair in these weeks: ``subdistrict_code`` and ``vol_id`` of the latest pair, by person.
    due, met
        Whether each is checked in each week, and whether as many contacts were kept as required, shape (n, w).
    gaps
        Longest time without a contact in days by person, of those who were paired for so long: ``days`` watched,
        ``longest``, and ``subdistrict_code``.
    contacts
        All contacts that count.
    """

    first: pd.Timestamp
    weeks: pd.DatetimeIndex
    people: pd.DataFrame
    due: NDArray[np.bool_]
    met: NDArray[np.bool_]
    gaps: pd.DataFrame
    contacts: pd.DataFrame

    @property
    def last(self) -> pd.Timestamp:
        """The last day of the last whole week."""
        return self.weeks[-1] + pd.Timedelta(days=_WEEK - 1)

    @cached_property
    def cluster(self) -> NDArray[np.int64]:
        """The latest volunteer of each person by number: whoever is away misses everybody, shape (n,)."""
        return pd.factorize(self.people["vol_id"])[0].astype(np.int64)

    def of_unit(self, unit: str | None) -> NDArray[np.bool_]:
        """People who live in a sub-district, everybody for None, shape (n,)."""
        if unit is None:
            return np.ones(len(self.people), dtype=bool)
        return (self.people["subdistrict_code"] == unit).to_numpy()


def contact_checks(records: BefriendingRecords) -> ContactChecks | None:
    """Check every older person; None without contacts or without a whole week of them."""
    contacts = records.contacts
    if contacts is None or contacts.empty:
        return None
    start = contacts["done_on"].min()
    first = start + pd.Timedelta(days=-start.weekday() % _WEEK)
    count = ((records.end - first).days + 1) // _WEEK
    if count < 1:
        return None
    blocks = _blocks(records, first)
    persons = blocks["person_id"].unique()
    elders = records.elders.loc[persons]
    latest = records.pairs[records.pairs["person_id"].isin(persons)].groupby("person_id")["vol_id"].last()
    people = elders[["subdistrict_code"]].assign(vol_id=latest.reindex(persons))
    covered = _covered(blocks, people.index, first, count)
    kept = _kept(contacts, people.index, first, count)
    due, met = _checked(covered, kept, elders["required_contacts_per_week"].to_numpy(dtype=np.float64))
    gaps = _gaps(blocks, contacts[contacts["done_on"] >= first]).join(elders["subdistrict_code"])
    weeks = pd.date_range(first, periods=count, freq="7D")
    return ContactChecks(first, weeks, people, due, met, gaps, contacts)


def _blocks(records: BefriendingRecords, first: pd.Timestamp) -> pd.DataFrame:
    """Times of each person with at least one pair, from the first Monday to the last day: ``start`` and ``end``, both inside.

    Pairs that overlap or follow each other from one day to the next are one time.
    """
    pairs = records.pairs
    until = pairs["ended_on"].fillna(records.end)
    pairs = pairs.assign(start=pairs["paired_on"].where(pairs["paired_on"] > first, first), end=until)[until >= first]
    pairs = pairs.sort_values(["person_id", "start", "end"], kind="stable")
    reach = pairs.groupby("person_id")["end"].cummax()
    before = reach.groupby(pairs["person_id"]).shift()
    new = before.isna() | (pairs["start"] > before + pd.Timedelta(days=1))
    found = pairs.assign(block=new.cumsum()).groupby("block")
    return found.agg(person_id=("person_id", "first"), start=("start", "min"), end=("end", "max")).reset_index(
        drop=True
    )


def _covered(blocks: pd.DataFrame, people: pd.Index, first: pd.Timestamp, count: int) -> NDArray[np.bool_]:
    """Weeks that each person was paired on every day of, shape (n, w)."""
    row = people.get_indexer(pd.Index(blocks["person_id"]))
    begin = -(-(blocks["start"] - first).dt.days.to_numpy() // _WEEK)
    stop = ((blocks["end"] - first).dt.days.to_numpy() + 1) // _WEEK
    whole = stop > begin
    steps = np.zeros((len(people), count + 1), dtype=np.int64)
    np.add.at(steps, (row[whole], np.clip(begin[whole], 0, count)), 1)
    np.add.at(steps, (row[whole], np.clip(stop[whole], 0, count)), -1)
    return np.asarray(np.cumsum(steps, axis=1)[:, :count] > 0)


def _kept(contacts: pd.DataFrame, people: pd.Index, first: pd.Timestamp, count: int) -> NDArray[np.int64]:
    """Contacts of each person and whole week, shape (n, w)."""
    row = people.get_indexer(pd.Index(contacts["person_id"]))
    week = (contacts["done_on"] - first).dt.days.to_numpy() // _WEEK
    inside = (row >= 0) & (week >= 0) & (week < count)
    found = np.zeros((len(people), count), dtype=np.int64)
    np.add.at(found, (row[inside], week[inside]), contacts["contacts"].to_numpy()[inside])
    return found


def _checked(
    covered: NDArray[np.bool_], kept: NDArray[np.int64], per_week: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Checks due and met. Who is due a contact in k weeks is checked once in k weeks, people by turns."""
    weeks = np.maximum(np.ceil(1.0 / per_week - _EXACT), 1).astype(np.int64)
    needed = np.ceil(per_week * weeks - _EXACT).astype(np.int64)
    due, met = np.zeros_like(covered), np.zeros_like(covered)
    for k in np.unique(weeks).tolist():
        rows = np.flatnonzero(weeks == k)
        turn = np.arange(len(rows)) % k
        for week in range(k - 1, covered.shape[1]):
            mine = rows[turn == week % k]
            span = slice(week - k + 1, week + 1)
            due[mine, week] = covered[mine, span].all(axis=1)
            met[mine, week] = due[mine, week] & (kept[mine, span].sum(axis=1) >= needed[mine])
    return due, met


def _gaps(blocks: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    """Longest time without a contact inside the times with a pair: ``days`` watched and ``longest``, by person.

    The first day and the last one bound a time without contact as a contact does: the gap may have been longer.
    """
    ends = pd.concat(
        [
            pd.DataFrame({"person_id": blocks["person_id"], "block": blocks.index, "day": blocks[edge]})
            for edge in ("start", "end")
        ]
    )
    days = contacts[["person_id", "done_on"]].drop_duplicates().sort_values("done_on", kind="stable")
    starts = blocks.assign(block=blocks.index).sort_values("start", kind="stable")
    inside = pd.merge_asof(
        days, starts[["person_id", "start", "block"]], left_on="done_on", right_on="start", by="person_id"
    )
    marks = pd.concat(
        [ends, inside.dropna(subset=["block"]).rename(columns={"done_on": "day"})[["person_id", "block", "day"]]]
    )
    marks = marks.sort_values(["person_id", "block", "day"], kind="stable")
    gap = marks.groupby(["person_id", "block"])["day"].diff().dt.days
    longest = gap.groupby(marks["person_id"]).max()
    watched = ((blocks["end"] - blocks["start"]).dt.days + 1).groupby(blocks["person_id"]).max()
    return pd.DataFrame({"days": watched, "longest": longest}).rename_axis("person_id")


def compliance_by_unit(
    checks: ContactChecks, codes: Sequence[str], *, long_gap_days: int, confidence: float
) -> pd.DataFrame:
    """Checks, and long gaps, by sub-district of the older person; the district last.

    Columns ``people``, ``due``, ``share`` of the checks that were met with its interval (people of one volunteer are a cluster),
    ``watched`` (people paired without a break for longer than the limit), ``long_gap`` of them with its share and
    interval, and ``median_gap`` in days.
    """
    due, met = checks.due.sum(axis=1), checks.met.sum(axis=1)
    unit = pd.Index(codes).get_indexer(pd.Index(checks.people["subdistrict_code"]))
    rows: list[pd.DataFrame] = []
    for group, count in ((unit, len(codes)), (np.zeros_like(unit), 1)):
        # One row a volunteer and place: those whom a volunteer looks after share whatever keeps the volunteer away.
        cells = pd.DataFrame({"group": group, "vol": checks.cluster, "due": due, "met": met})
        clusters = cells.groupby(["group", "vol"], as_index=False).sum()
        found = clustered_wilson(
            clusters["met"].to_numpy(np.float64), clusters["due"].to_numpy(np.float64),
            clusters["group"].to_numpy(np.int64), count, confidence=confidence,
        )  # fmt: skip
        columns: dict[str, NDArray[Any]] = {"due": found.denominator}
        columns |= {"share": found.share, "lower": found.lower, "upper": found.upper}
        columns["people"] = np.bincount(group, due > 0, count)
        rows.append(pd.DataFrame(columns))
    frame = pd.concat(rows, ignore_index=True).set_axis([*codes, DISTRICT_ROW])
    return frame.join(_gaps_by_unit(checks, codes, long_gap_days, confidence))


def _gaps_by_unit(checks: ContactChecks, codes: Sequence[str], limit: int, confidence: float) -> pd.DataFrame:
    long_enough = checks.gaps[checks.gaps["days"] > limit]
    cluster = checks.people["vol_id"].reindex(long_enough.index)
    parts = [(long_enough["subdistrict_code"] == code).to_numpy() for code in codes]
    parts.append(np.ones(len(long_enough), dtype=bool))
    rows = []
    for mine in parts:
        longest = long_enough["longest"][mine]
        cells = pd.DataFrame({"vol": cluster[mine], "n": 1, "long": longest > limit}).groupby("vol").sum()
        found = clustered_wilson(
            cells["long"].to_numpy(np.float64), cells["n"].to_numpy(np.float64), np.zeros(len(cells), dtype=np.int64), 1,
            confidence=confidence,
        )  # fmt: skip
        rows.append(
            {
                "watched": int(mine.sum()),
                "long_gap": int((longest > limit).sum()),
                "long_gap_share": float(found.share[0]),
                "long_gap_lower": float(found.lower[0]),
                "long_gap_upper": float(found.upper[0]),
                "median_gap": float(longest.median()) if len(longest) else np.nan,
            }
        )
    return pd.DataFrame(rows, index=[*codes, DISTRICT_ROW])


def weekly(checks: ContactChecks, unit: str | None) -> pd.DataFrame:
    """Checks of every whole week: ``due``, ``met`` and ``share``, by the Monday."""
    mine = checks.of_unit(unit)
    due, met = checks.due[mine].sum(axis=0), checks.met[mine].sum(axis=0)
    share = np.where(due > 0, met / np.maximum(due, 1), np.nan)
    return pd.DataFrame({"due": due, "met": met, "share": share}, index=checks.weeks.strftime("%Y-%m-%d"))


def chart_of(weeks: pd.DataFrame) -> ControlChart | None:
    """A p′ chart of the weekly shares; None with fewer than two weeks in which somebody was checked."""
    if (weeks["due"] > 0).sum() < 2 or not 0 < weeks["met"].sum() < weeks["due"].sum():
        return None
    return p_prime_chart(weeks["met"], weeks["due"], better="up")


def by_mode(checks: ContactChecks, unit: str | None) -> pd.DataFrame:
    """Contacts of the whole weeks by kind: ``contacts`` and their ``share``."""
    mine = checks.people.index[checks.of_unit(unit)]
    inside = checks.contacts["done_on"].between(checks.first, checks.last) & checks.contacts["person_id"].isin(mine)
    sums = checks.contacts[inside].groupby("mode")["contacts"].sum().reindex(list(MODES), fill_value=0)
    sums.loc["total"] = sums.sum()
    return pd.DataFrame({"contacts": sums, "share": sums / sums["total"] if sums["total"] else np.nan})
