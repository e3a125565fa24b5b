"""From changes of grade to tables, caveats and checks of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import relief_coverage_words as wording
from jingan_analysis.studies.rate_columns import missing_marks, unsure_marks
from jingan_analysis.studies.relief_coverage_grade_change import GRADE_CODES, HIGH, NOT_SERVED, SERVED, TOTAL
from jingan_analysis.studies.result import Check
from jingan_analysis.tables import relief_coverage_grade_change as layout
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.relief_coverage_grade_change import CHANGES, RAW_ROW, SAME_ROW
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.shown import all_shown, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.studies.relief_coverage_grade_change import GradeChange
    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

SERVICE = {
    SERVED: mark("Served in between"),
    NOT_SERVED: mark("Not served in between"),
    TOTAL: mark("Both groups"),
}


COMPARISONS = {RAW_ROW: mark("As they are"), SAME_ROW: mark("With the same first grades")}


TOO_FEW = mark(
    "Changes of grade are left out: fewer than twenty households of {place} were served between two assessments."
)

GRADE_EXCLUDED_LABELS = {
    "assessed_once": mark("Households assessed on one day only: no change of grade to see"),
    "served_recently": mark("Households first served shortly before their last assessment, in no comparison of grades"),
    "served_before": mark("Households served before they were first assessed, in no comparison of grades"),
}
"""Labels of the rows that changes of grade add to the table of exclusions."""


GRADE_EXCLUDED_NOTES = {
    "assessed_once": mark("Left out of the changes of grade: households assessed on one day only ({count})."),
    "served_recently": mark("Left out of the changes of grade: households first served shortly before their last assessment ({count})."),
    "served_before": mark("Left out of the changes of grade: households served before they were first assessed ({count})."),
}  # fmt: skip
"""Sentences on those rows."""


def grade_change_tables(found: GradeChange, words: Words, served: Text) -> list[Table]:
    """Changes of grade; empty with too few households served between two assessments.

    Parameters
    ----------
    served
        A sentence that says when a household counts as served, with the number of days.
    """
    if found.refusal is not None:
        return []
    labels, grades = worded(SERVICE), wording.grade_names()
    changes, transitions, difference = change_rows(found), transition_rows(found), difference_rows(found)
    marks = missing_marks(changes) | unsure_marks(changes, dict.fromkeys(("net_share", "lower", "upper"), "households"))
    tables = [layout.grade_change(changes, marks, words, labels, served)]
    if not difference.empty:
        tables.append(layout.grade_difference(difference, missing_marks(difference), words, worded(COMPARISONS)))
    return [*tables, layout.grade_transitions(transitions, missing_marks(transitions), words, grades, labels)]


def change_rows(found: GradeChange) -> pd.DataFrame:
    """One row a group and both together: counts always, shares and tests where there are enough households."""
    counts = transition_rows(found)[["households", *CHANGES]]
    return counts.join(_tested(found, ("net_share", "lower", "upper", "sign_p_value")))


def transition_rows(found: GradeChange) -> pd.DataFrame:
    """One row a group and both together: households by first and last grade, and the sums that are made of them."""
    known = found.households[found.households["group"].isin([SERVED, NOT_SERVED])]
    groups = {name: known[known["group"] == name] for name in (SERVED, NOT_SERVED)} | {TOTAL: known}
    frame = pd.DataFrame.from_dict({name: _counted(group) for name, group in groups.items()}, orient="index")
    return frame.join(_tested(found, ("mcnemar_p_value",)))


def _counted(households: pd.DataFrame) -> dict[str, int]:
    before, after = (households[column].map(GRADE_CODES.index).to_numpy("int64") for column in ("before", "after"))
    high = GRADE_CODES.index(HIGH)
    counts = {"households": len(households)}
    for first, name in enumerate(GRADE_CODES):
        counts |= {
            f"{name}_{grade}": int(((before == first) & (after == last)).sum())
            for last, grade in enumerate(GRADE_CODES)
        }
    return counts | {
        "improved": int((after < before).sum()),
        "same": int((after == before).sum()),
        "worsened": int((after > before).sum()),
        "no_longer_high": int(((before == high) & (after < high)).sum()),
        "became_high": int(((before < high) & (after == high)).sum()),
    }


def _tested(found: GradeChange, names: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(
        {
            group: {name: float("nan") if change is None else float(getattr(change, name)) for name in names}
            for group, change in found.changes.items()
        },
        orient="index",
    )


def difference_rows(found: GradeChange) -> pd.DataFrame:
    """Net shares of both groups and their difference, as they are and with the same first grades."""
    served, others = found.changes[SERVED], found.changes[NOT_SERVED]
    rows = {}
    for name, difference in ((RAW_ROW, found.difference), (SAME_ROW, found.same_grades)):
        if difference is None or served is None or others is None:
            continue
        rows[name] = {
            "served_net": served.net_share,
            "not_served_net": others.net_share if name == RAW_ROW else served.net_share - difference.value,
            "difference": difference.value * POINTS,
            "lower": difference.lower * POINTS,
            "upper": difference.upper * POINTS,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def served_statement(settings: Table) -> Statement:
    """When a household counts as served between two assessments, with the number of days from the table of parameters."""
    return state(
        "Served in between: the first service lies on or after the first assessment and at least {days} days before the last one. Not "
        "served: no service before the last assessment or on its day. All others are counted as left out.",
        {SETTINGS: settings},
        days=Claim(SETTINGS, "served_days_before", "value"),
    )  # fmt: skip


def grade_notes(situation: Situation, tables: Tables, found: GradeChange) -> list[Statement]:
    """Caveats of the change of grade, or why none is told."""
    if found.refusal is not None:
        return [state(TOO_FEW, tables, words={"place": situation.place})]
    notes = [
        state(
            "A lower grade at a later assessment is no proof that a service helped. Households were chosen to be assessed again and to be "
            "served, and difficulties that stood high when they were first assessed come down in part by chance (regression to the mean).",
            tables,
        )
    ]  # fmt: skip
    claims = {
        "served": Claim("grade_change", SERVED, "net_share"),
        "others": Claim("grade_change", NOT_SERVED, "net_share"),
        "raw": Claim("grade_difference", RAW_ROW, "difference"),
        "same": Claim("grade_difference", SAME_ROW, "difference"),
    }
    if all_shown(tables, claims):
        notes.append(
            state(
                "Of households served in between, a net share of {served} came to a lower grade, of the others {others}: a difference of "
                "{raw} percentage points, and of {same} once both are taken to have begun with the same grades.",
                tables,
                words={},
                **claims,
            )
        )  # fmt: skip
    return notes


def grade_checks(tables: Tables, found: GradeChange, focus: Records) -> list[Check]:
    """Every assessed household stands in one group or is left out."""
    if found.refusal is not None:
        return []
    compared = int(found.households["group"].isin([SERVED, NOT_SERVED]).sum())
    left_out = sum(number for number, _ in found.excluded.values())
    closes = compared + left_out == focus.assessments["household_id"].nunique()
    detail = (
        state(
            "The {households} households compared by grade and those left out add up to all assessed households.",
            tables,
            households=Claim("grade_change", TOTAL, "households"),
        )
        if shown(tables, "grade_change", TOTAL, "households")
        else state("Households compared by grade and those left out add up to all assessed households.", tables)
    )
    return [Check(tr("households assessed again add up"), closes, detail)]
