"""Committees by whole periods, and the period in which each committee's first spot opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.adoption_panel import NEVER

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_residence import Counts, ResidentCases

FEWEST_BEFORE = 2
"""With fewer periods before a spot opened nobody can see how the cases of its committee moved before."""

PER_RESIDENTS = 1000.0

OPENED, NEVER_HAD, EARLY, CLOSED, EMPTY = "opened", "never", "early", "closed", "empty"


@dataclass(frozen=True)
class SpotPanel:
    """Committees by whole periods up to the last month.

    Attributes
    ----------
    months
        Months in a period.
    first_month, last_month
        First month of the first period and last one of the last, ``YYYY-MM``.
    cases
        Shape (n_committees, n_periods, channels).
    residents
        Shape (n_committees,).
    adoption
        Period of the first opening, counted from 0, also for spots opened earlier; -1 for none; shape (n_committees,).
    group
        What each committee tells of the effect: its spot opened within the records; it never had one; it is left out, for its spot
        opened earlier or too soon after the records begin, was closed again, or nobody is known to live there; shape (n_committees,).
    open_share
        Of the months that count as with a spot, the share for which it was open.
    """

    months: int
    first_month: str
    last_month: str
    cases: Counts
    residents: NDArray[np.float64]
    adoption: NDArray[np.int64]
    group: NDArray[np.str_]
    open_share: float

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.cases.shape[1])

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Committees that are compared, shape (n_committees,)."""
        return np.isin(self.group, (OPENED, NEVER_HAD))

    @cached_property
    def treated(self) -> NDArray[np.bool_]:
        """Committees and periods with a spot, of those that are compared, shape (n_committees, n_periods)."""
        return np.asarray((self.group == OPENED)[:, None] & (np.arange(self.periods) >= self.adoption[:, None]))

    @cached_property
    def periods_before(self) -> int:
        """Periods before the first opening among those compared."""
        return int(self.adoption[self.group == OPENED].min())

    @cached_property
    def last_opening(self) -> int:
        """Period of the last opening among those compared."""
        return int(self.adoption[self.group == OPENED].max())

    def rates(self, *channels: int) -> NDArray[np.float64]:
        """Cases of some channels a month for every thousand residents, of the committees compared, shape (n_used, n_periods)."""
        cases = self.cases[self.used][:, :, list(channels)].sum(axis=2)
        return np.asarray(cases / self.residents[self.used][:, None] * PER_RESIDENTS / self.months)


def spot_panel(cases: ResidentCases, *, months: int) -> SpotPanel | None:
    """Count cases by committee and period; None where the records do not hold two periods.

    Periods are whole and counted back from the last month. The one in which a spot opens counts as the first one with it, though the spot
    was open for part of it only: the one before is then wholly without.
    """
    periods = len(cases.months) // months
    if periods < 2:
        return None
    kept = cases.months[-periods * months :]
    counts = cases.counts[-periods * months :, :-1]
    by_period = counts.reshape(periods, months, *counts.shape[1:]).sum(axis=1).swapaxes(0, 1)
    place = _month_number(cases.committees["opened_on"], kept[0])
    adoption = np.where(np.isnan(place), NEVER, np.maximum(np.nan_to_num(place) // months, 0)).astype(np.int64)
    residents = cases.committees["residents"].to_numpy(dtype=np.float64)
    closed = cases.committees["closed_on"].notna().to_numpy()
    group = np.select(
        [residents <= 0, closed, adoption == NEVER, adoption < FEWEST_BEFORE], [EMPTY, CLOSED, NEVER_HAD, EARLY], OPENED
    )
    treated = group == OPENED
    with_spot = (periods - adoption[treated]) * months
    lost = _days_lost(cases.committees["opened_on"][treated], adoption[treated], kept[0], months)
    open_share = float(1 - lost.sum() / with_spot.sum()) if treated.any() else 1.0
    return SpotPanel(months, kept[0], kept[-1], by_period, residents, adoption, group, open_share)


def _month_number(days: pd.Series, first: str) -> NDArray[np.float64]:
    """Months from the first one to that of each day; NaN without a day."""
    return np.asarray((days.dt.year - int(first[:4])) * 12.0 + days.dt.month - int(first[5:]), dtype=np.float64)


def _days_lost(opened: pd.Series, adoption: NDArray[np.int64], first: str, months: int) -> NDArray[np.float64]:
    """Months of the period of the opening that had passed by its day."""
    passed = _month_number(opened, first) - adoption * months
    return np.asarray(passed + ((opened.dt.day - 1) / opened.dt.days_in_month).to_numpy())
