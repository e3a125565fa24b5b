"""Whether the grade of difficulty changes after a service: households assessed twice, served in between or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief_columns import GRADES
from jingan_analysis.measures.combined_intervals import CombinedEstimate, combined_interval
from jingan_analysis.models.paired_change import PairedChange, paired_change

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.tables.exclusions import Excluded

Group = Literal["served", "not_served", "served_recently", "served_before"]
GRADE_CODES = tuple(choice.code for choice in reversed(GRADES))
"""Grades from the least to the most difficulty."""

HIGH = GRADE_CODES[-1]
FEWEST_HOUSEHOLDS = 20
"""With fewer households a change can hardly be told from chance."""

SERVED, NOT_SERVED, TOTAL = "served", "not_served", "total"


@dataclass(frozen=True)
class GradeChange:
    """Households assessed at least twice, and how their grade changed from the first to the last assessment.

    Attributes
    ----------
    households
        One row a household assessed on two days at least: ``before`` and ``after`` (grades of the first and the last
        assessment) and ``group``.
    assessed_once
        Households assessed on one day only.
    changes
        By group (served, not served, both together): the change; None with fewer than 20 households.
    difference
        Net share of the served less that of those not served, and its interval; None without both.
    same_grades
        The same difference if both groups had begun with the grades of the served; None where a grade that some of the
        served began with has nobody among those not served.
    """

    households: pd.DataFrame
    assessed_once: int
    changes: Mapping[str, PairedChange | None]
    difference: CombinedEstimate | None
    same_grades: CombinedEstimate | None

    @cached_property
    def refusal(self) -> Literal["too_few_households"] | None:
        """Why nothing is told: too few households were served between two assessments."""
        return "too_few_households" if self.changes[SERVED] is None else None

    @property
    def excluded(self) -> Excluded:
        """Households in none of the two groups, by reason."""
        number = self.households["group"].value_counts()
        return {
            "assessed_once": (self.assessed_once, "households"),
            "served_recently": (int(number.get("served_recently", 0)), "households"),
            "served_before": (int(number.get("served_before", 0)), "households"),
        }


def grade_change(records: Records, *, served_days_before: int, confidence: float) -> GradeChange:
    """Compare first and last grades of the households of a register.

    Parameters
    ----------
    served_days_before
        Days before the last assessment by which the first service must lie to have had the time to change something.
    confidence
        Confidence level.
    """
    households = assessed_twice(records, served_days_before)
    grades = {
        SERVED: households[households["group"] == SERVED],
        NOT_SERVED: households[households["group"] == NOT_SERVED],
        TOTAL: households[households["group"].isin([SERVED, NOT_SERVED])],
    }
    changes = {name: _change(part, confidence, FEWEST_HOUSEHOLDS) for name, part in grades.items()}
    served, others = changes[SERVED], changes[NOT_SERVED]
    return GradeChange(
        households,
        records.assessments["household_id"].nunique() - len(households),
        changes,
        _combined([(1.0, served), (-1.0, others)]) if served and others else None,
        _same_grades(grades[SERVED], grades[NOT_SERVED], confidence) if served and others else None,
    )


def assessed_twice(records: Records, served_days_before: int) -> pd.DataFrame:
    """``before``, ``after`` and ``group`` of each household assessed on two days at least.

    The group is told by the first service: ``served`` where it lies on or after the first assessment and long enough before
    the last one; ``not_served`` where there is none, or only after the last assessment; ``served_recently`` where it lies
    less long before, or on the same day; ``served_before`` where it lies before the first assessment. Of two assessments
    on one day the later row stands.
    """
    by_household = records.assessments.sort_values("day", kind="stable").groupby("household_id")
    last = by_household[["day", "grade"]].last()
    table = records.assessments
    of_first_day = table[table["day"] == table.groupby("household_id")["day"].transform("min")]
    first = of_first_day.groupby("household_id")[["day", "grade"]].last()
    twice = last.index[last["day"] > first["day"]]
    first, last = first.loc[twice], last.loc[twice]
    service = records.events.groupby("household_id")["day"].min().reindex(twice)
    days = (last["day"] - service).dt.days
    group = np.select(
        [service < first["day"], days >= served_days_before, days >= 0],
        ["served_before", SERVED, "served_recently"],
        NOT_SERVED,
    )
    return pd.DataFrame({"before": first["grade"], "after": last["grade"], "group": group}, index=twice)


def _change(households: pd.DataFrame, confidence: float, fewest: int) -> PairedChange | None:
    if len(households) < fewest:
        return None
    return paired_change(
        households["before"],
        households["after"],
        grades=GRADE_CODES,
        cut=HIGH,
        fewest_households=fewest,
        confidence=confidence,
    )


def _same_grades(served: pd.DataFrame, others: pd.DataFrame, confidence: float) -> CombinedEstimate | None:
    """Difference of net shares within each first grade, averaged as the served have those grades.

    A household of high grade can only come down or stay, and comes down in part by chance. Where grades decide who is
    served, this makes the two groups differ without any effect of a service.
    """
    parts: list[tuple[float, PairedChange]] = []
    for grade in GRADE_CODES:
        ours = _change(served[served["before"] == grade], confidence, 1)
        theirs = _change(others[others["before"] == grade], confidence, 1)
        if ours is None:
            continue
        if theirs is None:
            return None
        weight = ours.households / len(served)
        parts += [(weight, ours), (-weight, theirs)]
    return _combined(parts)


def _combined(parts: list[tuple[float, PairedChange]]) -> CombinedEstimate:
    return combined_interval(
        [change.net_share for _, change in parts],
        [change.lower for _, change in parts],
        [change.upper for _, change in parts],
        coefficients=[weight for weight, _ in parts],
    )
