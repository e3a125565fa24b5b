"""The event log of home visits up to the end of the period, as the loop's models read it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.conformance import StepModel
from jingan_analysis.models.event_log import EventLog, event_log
from jingan_analysis.models.loop_closure import loop_closure

if TYPE_CHECKING:
    from datetime import date

    from jingan_analysis.district import District
    from jingan_analysis.tables.exclusions import Excluded

ACTIVITIES = ("discover", "judge", "reject", "visit", "follow_up", "withdraw")
"""In the order in which they are taken where they fall on one day."""
DISCOVER, JUDGE, REJECT, VISIT, FOLLOW_UP, WITHDRAW = range(6)
STEPS = (DISCOVER, JUDGE, VISIT, FOLLOW_UP)
EXITS = (REJECT, WITHDRAW)
MODEL = StepModel(STEPS, ((REJECT, frozenset({2})), (WITHDRAW, frozenset({1, 2, 3}))))
"""A case may be rejected when it is judged, and withdrawn at any time before the follow-up."""


@dataclass(frozen=True)
class LoopLog:
    """Events of the cases of one place, nothing later than the last day.

    Attributes
    ----------
    table
        Events with ``case`` (whole number), one row each, exact duplicates removed.
    log
        The same as a log.
    end
        Last day of the records.
    exclusions
        Counts of what was left out, by kind.
    """

    table: pd.DataFrame
    log: EventLog
    end: date
    exclusions: Excluded

    def of_unit(self, code: str | None) -> LoopLog:
        """Cases of one sub-district; all of them for None."""
        return self if code is None else self._only(self.units == code)

    def due(self, within_days: int) -> LoopLog:
        """Cases whose limit of so many days has passed; what else there is is counted."""
        closure = loop_closure(self.log, STEPS, EXITS, last_day=self.end, within_days=within_days)
        start = self.log.first_day(DISCOVER)
        first = self.log.days[self.log.starts[:-1]]
        left_out: Excluded = {
            "never_begun": (int(closure.never_begun.sum()), "cases"),
            "not_yet_due": (int((~closure.due & ~closure.never_begun).sum()), "cases"),
            "before_discovery": (int((closure.due & (first < start)).sum()), "cases"),
        }
        return replace(self._only(closure.due), exclusions={**self.exclusions, **left_out})

    def _only(self, cases: NDArray[np.bool_]) -> LoopLog:
        chosen = np.isin(self.table["case"], np.flatnonzero(cases))
        return _logged(self.table[chosen], self.end, self.exclusions)

    @cached_property
    def units(self) -> NDArray[np.str_]:
        """Sub-district of each case, that of its first row, shape (n_cases,)."""
        return self.table.groupby("case")["subdistrict_code"].first().to_numpy(dtype=str)

    @cached_property
    def persons(self) -> NDArray[np.int64]:
        """Number of each case's person, shape (n_cases,)."""
        return pd.factorize(self.table.groupby("case")["person_id"].first())[0]

    @cached_property
    def ended(self) -> NDArray[np.bool_]:
        """Cases with a follow-up, a rejection or a withdrawal, shape (n_cases,)."""
        return np.asarray(sum(self.log.count(code) for code in (FOLLOW_UP, *EXITS)) > 0)

    @cached_property
    def closed_on(self) -> NDArray[np.float64]:
        """Day of each case's follow-up, NaN where there is none, shape (n_cases,)."""
        return self.log.first_day(FOLLOW_UP)


def loop_log(district: District, end: date) -> LoopLog:
    """Read the event log; what is left out is counted.

    A case is placed and named by its first event: where its rows name several sub-districts or persons, that is
    counted too.
    """
    events = district.table("visit_events").sort_values(["happened_on", "event_id"], kind="stable")
    known = events[events["happened_on"] <= pd.Timestamp(end)]
    single = known.drop_duplicates(["case_id", "activity", "happened_on"])
    exclusions: Excluded = {
        "events_after": (len(events) - len(known), "rows"),
        "events_twice": (len(known) - len(single), "rows"),
        "cases_moved": (_in_several(single, "subdistrict_code"), "cases"),
        "cases_mixed": (_in_several(single, "person_id"), "cases"),
    }
    return _logged(single.assign(case=pd.factorize(single["case_id"])[0]), end, exclusions)


def _in_several(events: pd.DataFrame, column: str) -> int:
    """Cases with several values in a column."""
    pairs = events[["case_id", column]].drop_duplicates()
    return int((pairs["case_id"].value_counts() > 1).sum())


def _logged(table: pd.DataFrame, end: date, exclusions: Excluded) -> LoopLog:
    numbered = table.assign(case=pd.factorize(table["case"])[0]).reset_index(drop=True)
    log = event_log(
        numbered["case"].to_numpy(),
        numbered["activity"].to_numpy(dtype=str),
        numbered["happened_on"].to_numpy(),
        order=ACTIVITIES,
    )
    return LoopLog(numbered, log, end, exclusions)
