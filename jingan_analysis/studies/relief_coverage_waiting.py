"""From the first assessment to the first service: who waits, how long, and whose cases are closed without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.relief_columns import GRADES
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.log_rank import LogRank, log_rank
from jingan_analysis.models.survival import SurvivalCurve, kaplan_meier
from jingan_analysis.models.survival_summaries import survival_at, survival_quantiles

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_records import Records

SERVED, CLOSED = 1, 2
"""Ends of a wait; 0 is none: the household still waits on the last day, or is no longer entitled."""
GRADE_CODES = tuple(choice.code for choice in GRADES)
TOTAL = "total"
CURVE_DAYS = tuple(range(10, 361, 10))
FEWEST_FOLLOWED = 10
"""A curve ends where fewer households are still followed: one of them more would move it far."""


@dataclass(frozen=True)
class Waits:
    """Waits for the first service, one row a household of the register that was assessed.

    Attributes
    ----------
    frame
        Indexed by household: ``days`` from the first assessment, ``cause`` of the end (0, 1 or 2),
        ``assessed_on``, ``grade`` of the first assessment, ``unit``, ``category``,
        ``members`` and ``source`` of its first case.
    excluded
        Households that have no such wait: served before they were first assessed, or assessed when no longer entitled.
    """

    frame: pd.DataFrame
    excluded: dict[str, int]

    def of_unit(self, code: str | None) -> Waits:
        """Waits of one sub-district; all of them for None."""
        return self if code is None else replace(self, frame=self.frame[self.frame["unit"] == code])


def waits_of(records: Records) -> Waits:
    """Follow every assessed household from its first assessment to its first service.

    A wait ends without a service where all cases of the household are closed. It is censored on the last day, and on the
    last day of entitlement.
    """
    first = _first_assessments(records)
    households = records.households.loc[first.index]
    served = records.events.groupby("household_id")["day"].min().reindex(first.index)
    frame = pd.DataFrame(
        {
            "assessed_on": first["day"],
            "grade": first["grade"],
            "unit": households["subdistrict_code"],
            "category": households["relief_category"],
            "members": households["members"],
            "source": records.cases.sort_values("day", kind="stable")
            .groupby("household_id")["discovery_source"]
            .first(),
        },
        index=first.index,
    )
    before = served < first["day"]
    last = entitled_until(records, first.index)
    late = (last < first["day"]) & ~before
    ends = _ends(served, closed_on(records).reindex(first.index), last, first["day"])
    frame = pd.concat([frame, ends], axis=1)
    excluded = {"served_before_assessment": int(before.sum()), "assessed_after_entitlement": int(late.sum())}
    return Waits(frame[~before & ~late], excluded)


def _first_assessments(records: Records) -> pd.DataFrame:
    """Day and grade of the first assessment of each household; of two on one day the later row stands."""
    table = records.assessments
    first = table[table["day"] == table.groupby("household_id")["day"].transform("min")]
    return first.groupby("household_id")[["day", "grade"]].last()


def entitled_until(records: Records, households: pd.Index) -> pd.Series:
    """Last day on which each household was entitled, no later than the last day of the period."""
    ends = records.households["relief_to"].reindex(households)
    return ends.where(ends < records.end, records.end)


def closed_on(records: Records) -> pd.Series:
    """Day on which the last case of a household was closed; NaT while one is open."""
    closed = records.cases["closed_on"].where(records.cases["closed_on"] <= records.end)
    cases = records.cases.assign(closed_on=closed).groupby("household_id")["closed_on"]
    return cases.max().where(cases.count() == cases.size())


def _ends(served: pd.Series, closed: pd.Series, last: pd.Series, start: pd.Series) -> pd.DataFrame:
    """Days and cause of the end of each wait; of a service and a closing on one day the service counts."""
    # A case closed before the assessment has nothing to do with the wait.
    closed = closed.where(closed >= start)
    is_served = (served <= last) & ~(closed < served)
    is_closed = (closed <= last) & ~is_served
    until = last.mask(is_closed, closed).mask(is_served, served)
    cause = np.select([is_served, is_closed], [SERVED, CLOSED], 0)
    return pd.DataFrame({"days": (until - start).dt.days.astype("float64"), "cause": cause}, index=start.index)


def waiting_by_grade(waits: Waits, within_days: int, *, confidence: float) -> pd.DataFrame:
    """One row a grade and the total last: households, how their waits ended, median days and share served in time.

    Columns ``households``, ``served``, ``closed``, ``open`` (the rest), ``median_days`` with its interval (of waits that no
    closing cut short), and ``within_share`` with its own: served within so many days, of all households, closed ones
    included.
    """
    parts = {grade: waits.frame[waits.frame["grade"] == grade] for grade in GRADE_CODES} | {TOTAL: waits.frame}
    return pd.DataFrame.from_dict(
        {name: _summary(part, within_days, confidence) for name, part in parts.items()}, orient="index"
    )


def _summary(waits: pd.DataFrame, within_days: int, confidence: float) -> dict[str, float]:
    counts = {
        "households": len(waits),
        "served": int((waits["cause"] == SERVED).sum()),
        "closed": int((waits["cause"] == CLOSED).sum()),
        "open": int((waits["cause"] == 0).sum()),
    }
    names = ["median_days", "median_lower", "median_upper", "within_share", "within_lower", "within_upper"]
    if not counts["served"]:
        return counts | dict.fromkeys(names, float("nan"))
    median = survival_quantiles(_curve(waits, confidence))
    incidence = cumulative_incidence(waits["days"], waits["cause"], confidence=confidence)[0]
    at = incidence_at(incidence, [float(within_days)])
    found = [float(values[0]) for values in (median.days, median.lower, median.upper)]
    found += [float(values[0, 0]) for values in (at.incidence, at.lower, at.upper)]
    return counts | dict(zip(names, found, strict=True))


def _curve(waits: pd.DataFrame, confidence: float) -> SurvivalCurve:
    """Kaplan–Meier curve of the wait; closing counts as censoring."""
    return kaplan_meier(waits["days"], waits["cause"] == SERVED, confidence=confidence)[0]


def waiting_curves(waits: Waits, *, confidence: float) -> pd.DataFrame | None:
    """Share still waiting so many days after the assessment, by grade, with intervals; None without any service.

    Columns ``<grade>_share``, ``<grade>_lower`` and ``<grade>_upper`` of grades that somebody waits in, one row a day.
    """
    if not (waits.frame["cause"] == SERVED).any():
        return None
    days = np.array(CURVE_DAYS, dtype=np.float64)
    columns: dict[str, NDArray[np.float64]] = {}
    for grade in GRADE_CODES:
        mine = waits.frame[waits.frame["grade"] == grade]
        if mine.empty:
            continue
        at = survival_at(_curve(mine, confidence), days)
        parts = {"share": at.survival, "lower": at.lower, "upper": at.upper}
        followed = at.at_risk >= FEWEST_FOLLOWED
        columns |= {f"{grade}_{part}": np.where(followed, values, np.nan) for part, values in parts.items()}
    return pd.DataFrame(columns, index=[str(day) for day in CURVE_DAYS])


def grades_alike(waits: Waits) -> LogRank | None:
    """Log-rank test that all grades wait equally long; None with fewer than two grades."""
    return _tested(waits.frame, waits.frame["grade"], GRADE_CODES, strata=None)


def units_alike(waits: Waits, codes: Sequence[str]) -> LogRank | None:
    """Log-rank test that all sub-districts wait equally long, within grades; None with fewer than two of them."""
    return _tested(waits.frame, waits.frame["unit"], codes, strata=pd.factorize(waits.frame["grade"])[0])


def _tested(
    waits: pd.DataFrame, group: pd.Series, codes: Sequence[str], *, strata: NDArray[np.int64] | None
) -> LogRank | None:
    if group.nunique() < 2:
        return None
    position = pd.Index(codes).get_indexer(pd.Index(group))
    return log_rank(waits["days"], waits["cause"] == SERVED, position, strata=strata)
