"""Cases by where people live: the months that are known, and which committees have a spot of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs

UNKNOWN_ROW = "unknown"
"""Row of cases whose residence is not recorded, beside those of the sub-districts."""

LONG_AGO = pd.Timestamp(1900, 1, 1)
"""Stands for an opening of which the day is not known: open before the records begin."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class ResidentCases:
    """Cases by consecutive months, committee of residence and channel.

    Attributes
    ----------
    months
        ``YYYY-MM``, one after the other up to the last known month of the period, n of them.
    committees
        Index committee; ``subdistrict_code``; ``residents``; ``opened_on`` and ``closed_on``, first day of its first own spot and last
        day with one, empty for none; m rows.
    counts
        Cases, shape (n, m + 1, channels); last of the m + 1 are those whose residence is not known.
    before_gap
        Cases of months before one without any record; they are in no figure.
    """

    months: tuple[str, ...]
    committees: pd.DataFrame
    counts: Counts
    before_gap: int

    @cached_property
    def months_of_year(self) -> NDArray[np.int64]:
        """1 to 12, shape (n,)."""
        return np.array([int(month[5:]) for month in self.months], dtype=np.int64)

    def in_area(self, row: str) -> NDArray[np.bool_]:
        """Whose cases a row of the tables by sub-district speaks of; the district has those without a residence, too; shape (m + 1,)."""
        if row == DISTRICT_ROW:
            return np.ones(len(self.committees) + 1, dtype=np.bool_)
        if row == UNKNOWN_ROW:
            return np.asarray(np.arange(len(self.committees) + 1) == len(self.committees))
        return np.append((self.committees["subdistrict_code"] == row).to_numpy(), False)

    @cached_property
    def with_spot(self) -> NDArray[np.bool_]:
        """Committees that had a spot of their own at some time up to the last month, shape (m,)."""
        return np.asarray(self.committees["opened_on"].notna())


def resident_cases(district: District, inputs: Inputs, params: Params) -> ResidentCases | None:
    """Read the table; None where the district has none, or none of the months up to the end of the period."""
    if not (district.has("resident_cases") and district.has("committees")):
        return None
    table = district.table("resident_cases")
    table = table[table["month"] <= f"{params.window.end:%Y-%m}"]
    if table.empty:
        return None
    months = _without_gap(table["month"])
    committees = _committees(district, inputs, pd.Period(months[-1]).end_time)
    kept = table[table["month"].isin(months)]
    row = pd.Index(months).get_indexer(pd.Index(kept["month"]))
    # -1 for an empty committee is the last place.
    column = committees.index.get_indexer(pd.Index(kept["committee_id"]))
    channel = pd.Index(CHANNELS).get_indexer(pd.Index(kept["channel"]))
    counts = np.zeros((len(months), len(committees) + 1, len(CHANNELS)), dtype=np.int64)
    np.add.at(counts, (row, column, channel), kept["cases"].to_numpy(dtype=np.int64))
    return ResidentCases(months, committees, counts, int(table["cases"].sum() - kept["cases"].sum()))


def _without_gap(recorded: pd.Series) -> tuple[str, ...]:
    """The last recorded month and those before it, up to the first month that is not recorded."""
    known = set(recorded)
    month, months = pd.Period(max(known), freq="M"), []
    while str(month) in known:
        months.append(str(month))
        month -= 1
    return tuple(reversed(months))


def _committees(district: District, inputs: Inputs, end: pd.Timestamp) -> pd.DataFrame:
    committees = district.table("committees").set_index("committee_id")[["subdistrict_code"]]
    points = district.table("demand_points")
    persons = pd.Series(inputs.residents.persons()).groupby(points["committee_id"].to_numpy()).sum()
    spots = own_spots(inputs.all_points)
    spots = spots[spots["opened_on"] <= end]
    of_committee = spots.groupby("committee_id")
    return committees.assign(
        residents=persons.reindex(committees.index, fill_value=0.0),
        opened_on=of_committee["opened_on"].min().reindex(committees.index),
        closed_on=_last_days(spots, end).reindex(committees.index),
    )


def own_spots(points: pd.DataFrame) -> pd.DataFrame:
    """Spots on the premises of a committee, or in a place that is not stated; a day of opening that is not known is long ago."""
    spots = points[(points["kind"] == "remote_spot") & points["committee_id"].notna()]
    spots = spots[spots["venue"].isna() | (spots["venue"] == "committee")]
    return spots.assign(opened_on=_days(spots["opened_on"]).fillna(LONG_AGO))


def _last_days(spots: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """Last day of the last spot of each committee whose spots were all closed by the end."""
    last = _days(spots["closed_on"]).fillna(end + pd.Timedelta(days=1)).groupby(spots["committee_id"]).max()
    return last[last <= end]


def _days(days: pd.Series) -> pd.Series:
    """Days of one resolution, whichever file they were read from."""
    return days.astype("datetime64[ns]")
