"""Cases by sub-district and period, and the period in which each sub-district's first station opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.adoption_panel import NEVER

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jingan_analysis.studies.relief_coverage_records import Records

FEWEST_BEFORE = 2
"""With fewer periods before a station opened nobody can see how its sub-district moved before."""

LONG_AGO = pd.Timestamp(1900, 1, 1)
"""Stands for an opening before the records begin, of which the day is not known."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class StationPanel:
    """Sub-districts by whole periods up to the last day.

    Attributes
    ----------
    codes
        All sub-districts.
    starts
        First day of each period, the day after the last one at the end.
    months
        Months in a period.
    cases, proactive
        Cases opened, and those of them found proactively, shape (n_units, n_periods).
    adoption
        Period in which the first station of each sub-district opened, counted from 0, also for stations opened earlier; -1
        where there is none by the last day; shape (n_units,).
    open_days
        Days of each period on which a station was open, shape (n_units, n_periods).
    opened_in_records
        Whether a station opened after the first case on record.
    """

    codes: tuple[str, ...]
    starts: tuple[pd.Timestamp, ...]
    months: int
    cases: Counts
    proactive: Counts
    adoption: Counts
    open_days: Counts
    opened_in_records: bool

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.starts) - 1

    @cached_property
    def treated(self) -> tuple[str, ...]:
        """Sub-districts that can be seen before and after their station opened."""
        return self._those(self.adoption >= FEWEST_BEFORE)

    @cached_property
    def never(self) -> tuple[str, ...]:
        """Sub-districts without a station by the last day: the treated are compared with them."""
        return self._those(self.adoption == NEVER)

    @cached_property
    def early(self) -> tuple[str, ...]:
        """Sub-districts left out: their station opened before the records, or too soon after they begin."""
        return self._those((self.adoption >= 0) & (self.adoption < FEWEST_BEFORE))

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Sub-districts that are compared, shape (n_units,)."""
        return np.isin(self.codes, [*self.treated, *self.never])

    @cached_property
    def periods_before(self) -> int:
        """Periods before the first opening among the treated."""
        return int(self.adoption[self.adoption >= FEWEST_BEFORE].min())

    @cached_property
    def periods_after(self) -> int:
        """Periods from the last opening among the treated on, that of the opening included."""
        return self.periods - int(self.adoption.max())

    @cached_property
    def open_share(self) -> float:
        """Of the days that count as treated, the share on which the station was open: below 1, it opened in mid-period."""
        treated = (self.adoption[:, None] >= FEWEST_BEFORE) & (np.arange(self.periods) >= self.adoption[:, None])
        days = np.diff(np.array(self.starts, dtype="datetime64[D]")).astype(np.int64)
        return float((self.open_days * treated).sum() / (days * treated).sum())

    def _those(self, chosen: NDArray[np.bool_]) -> tuple[str, ...]:
        return tuple(code for code, is_chosen in zip(self.codes, chosen, strict=True) if is_chosen)


def first_openings(stations: pd.DataFrame, end: pd.Timestamp) -> pd.Series:
    """First day of the first station of each sub-district that has one by the last day, by code.

    Where the day is not known, the station was open before the records begin.
    """
    known = stations.assign(opened_on=stations["opened_on"].fillna(LONG_AGO))
    return known[known["opened_on"] <= end].groupby("subdistrict_code")["opened_on"].min()


def period_starts(first: pd.Timestamp, end: pd.Timestamp, months: int) -> tuple[pd.Timestamp, ...]:
    """First days of the whole periods counted back from the last day, none before the first; the day after the last at the end.

    Parameters
    ----------
    first
        First day of the records.
    end
        Last day, the last one of a month.
    """
    starts = [end + pd.Timedelta(days=1)]
    while (before := starts[0] - pd.DateOffset(months=months)) >= first:
        starts.insert(0, before)
    return tuple(starts)


def station_panel(
    records: Records, codes: Sequence[str], opened: pd.Series, proactive: Collection[str], *, months: int
) -> StationPanel:
    """Count cases by sub-district and period.

    The period in which a station opens counts as the first one with it, though the station was open for part of it only:
    the period before is then wholly without. Were it the last one without, the effect would already be in what all later
    periods are measured from; and to leave it out everywhere would lose as many periods as there are openings. So the
    effect can look smaller than it is, by about the days before the opening, and never larger.

    Parameters
    ----------
    opened
        First opening by sub-district, from :func:`first_openings`.
    """
    day = records.cases["day"]
    first = day.min() if len(day) else records.end
    starts = period_starts(first, records.end, months)
    edges = np.array(starts, dtype="datetime64[D]")
    unit = records.cases["household_id"].map(records.households["subdistrict_code"])
    row = pd.Index(codes).get_indexer(pd.Index(unit))
    column = np.searchsorted(edges, day.to_numpy().astype("datetime64[D]"), side="right") - 1
    found = records.cases["discovery_source"].isin(list(proactive)).to_numpy()
    inside = (row >= 0) & (column >= 0)
    days = opened.reindex(list(codes)).to_numpy().astype("datetime64[D]")
    known = ~np.isnat(days)
    adoption = np.where(known, np.maximum(np.searchsorted(edges, days, side="right") - 1, 0), NEVER)
    begun = np.maximum(edges[:-1], np.where(known, days, edges[-1])[:, None])
    return StationPanel(
        codes=tuple(codes),
        starts=starts,
        months=months,
        cases=_counted(row[inside], column[inside], (len(codes), len(starts) - 1)),
        proactive=_counted(row[inside & found], column[inside & found], (len(codes), len(starts) - 1)),
        adoption=adoption.astype(np.int64),
        open_days=np.maximum((edges[1:] - begun).astype(np.int64), 0),
        opened_in_records=bool((opened.reindex(list(codes)).dropna() > first).any()),
    )


def _counted(row: NDArray[np.int64], column: NDArray[np.int64], shape: tuple[int, int]) -> Counts:
    counts = np.zeros(shape, dtype=np.int64)
    np.add.at(counts, (row, column), 1)
    return counts
