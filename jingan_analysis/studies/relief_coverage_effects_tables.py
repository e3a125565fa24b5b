"""From what a station changes, and from changes of grade, to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import relief_coverage_words as wording
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.relief_coverage_grade_change import GRADE_CODES, HIGH, NOT_SERVED, SERVED, TOTAL
from jingan_analysis.studies.relief_coverage_station_panel import FEWEST_BEFORE
from jingan_analysis.tables import relief_coverage_effects as layout
from jingan_analysis.tables.relief_coverage_effects import CHANGES, EFFECT_ROW, RAW_ROW, SAME_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.studies.relief_coverage_grade_change import GradeChange
    from jingan_analysis.studies.relief_coverage_station_effect import StationEffect
    from jingan_analysis.studies.relief_coverage_station_panel import StationPanel
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

POINTS = 100.0
"""Percentage points in a share."""

SHARES = {"before_share": "before_cases", "after_share": "after_cases"}
"""Shares of the groups and the cases that they are shares of."""

TREATED, COMPARED, EARLY = "treated", "compared", "early"
GROUPS = {
    TREATED: mark("Station opened within the records"),
    COMPARED: mark("Never had a station"),
    EARLY: mark("Left out: station opened earlier"),
}
SERVICE = {
    SERVED: mark("Served in between"),
    NOT_SERVED: mark("Not served in between"),
    TOTAL: mark("Both groups"),
}
COMPARISONS = {RAW_ROW: mark("As they are"), SAME_ROW: mark("With the same first grades")}
SINGLE_NOTE = mark(
    "Where each date has one sub-district, the spread between those of one date is not known and no standard error "
    "follows from it; permutations need none."
)


def station_effect_tables(found: StationEffect | None, words: Words) -> list[Table]:
    """The effect of stations; empty where the district has none on record, or the records do not carry it."""
    if found is None or found.refusal is not None:
        return []
    summary, basis, groups = effect_summary(found), effect_basis(found), effect_groups(found.panel)
    periods, bins = effect_periods(found), effect_bins(found)
    labels = worded({code: text for code, text in GROUPS.items() if code in groups.index})
    unknown = missing_marks(periods, "x") | {("-1", end): "z" for end in ("lower", "upper")}
    assert found.events is not None
    single = (tr(SINGLE_NOTE),) if found.events["std_error"].drop(index=-1).isna().any() else ()
    return [
        layout.station_effect(summary, missing_marks(summary), words),
        layout.station_effect_groups(groups, missing_marks(groups) | _unsure(groups, SHARES), words, labels),
        layout.station_effect_periods(periods, unknown, words, single),
        layout.station_effect_permutations(bins, {}, words),
        layout.station_effect_basis(basis, missing_marks(basis), words),
    ]


def effect_summary(found: StationEffect) -> pd.DataFrame:
    """One row: the effect and its limits in percentage points, and p values."""
    assert found.test is not None
    assert found.plain is not None
    row = {
        "effect": found.test.effect * POINTS,
        "lower": found.test.lower * POINTS,
        "upper": found.test.upper * POINTS,
        "p_value": found.test.p_value,
        "plain_lower": found.plain.lower * POINTS,
        "plain_upper": found.plain.upper * POINTS,
        "plain_p_value": found.plain.p_value,
    }
    return pd.DataFrame([row], index=[EFFECT_ROW])


def effect_basis(found: StationEffect) -> pd.DataFrame:
    """One row: sub-districts, periods and assignments that the effect rests on."""
    assert found.test is not None
    panel = found.panel
    row = {
        "treated": len(panel.treated),
        "compared": len(panel.never),
        "periods": panel.periods,
        "months": panel.months,
        "before": panel.periods_before,
        "open_share": panel.open_share,
        "assignments": found.test.assignments,
        "before_p_value": found.before_p_value,
    }
    return pd.DataFrame([row], index=[EFFECT_ROW])


def effect_periods(found: StationEffect) -> pd.DataFrame:
    """Effects by periods since the opening, in percentage points, with the units and dates behind them."""
    assert found.events is not None
    frame = found.events.set_axis(found.events.index.astype(str))
    points = frame[["effect", "lower", "upper"]] * POINTS
    return points.join(frame[["units", "groups"]])


def effect_bins(found: StationEffect) -> pd.DataFrame:
    """The histogram of the effects under all assignments, in percentage points."""
    assert found.test is not None
    bins = found.test.histogram()
    return pd.DataFrame(
        {
            "left": bins["left"] * POINTS,
            "right": bins["right"] * POINTS,
            "count": bins["count"],
            "as_extreme": np.where(bins["as_extreme"], "yes", "no"),
        }
    ).set_axis([str(number + 1) for number in range(len(bins))])


def effect_groups(panel: StationPanel) -> pd.DataFrame:
    """Cases of each group before the first opening among the treated, from the last one on, and in between."""
    last = panel.periods - panel.periods_after
    spans = {
        "before": slice(0, panel.periods_before),
        "between": slice(panel.periods_before, last),
        "after": slice(last, None),
    }
    groups = {
        TREATED: panel.adoption >= FEWEST_BEFORE,
        COMPARED: panel.adoption < 0,
        EARLY: (panel.adoption >= 0) & (panel.adoption < FEWEST_BEFORE),
    }
    rows = {}
    for name, chosen in groups.items():
        if not chosen.any():
            continue
        row = {"units": int(chosen.sum()), "cases": int(panel.cases[chosen].sum())}
        for span, periods in spans.items():
            row[f"{span}_cases"] = int(panel.cases[chosen, periods].sum())
            row[f"{span}_proactive"] = int(panel.proactive[chosen, periods].sum())
        rows[name] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    for span in ("before", "after"):
        whole = frame[f"{span}_cases"]
        frame[f"{span}_share"] = (frame[f"{span}_proactive"] / whole).where(whole > 0)
    return frame.assign(change=(frame["after_share"] - frame["before_share"]) * POINTS)


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
    marks = missing_marks(changes) | _unsure(changes, dict.fromkeys(("net_share", "lower", "upper"), "households"))
    tables = [layout.grade_change(changes, marks, words, labels, served)]
    if not difference.empty:
        tables.append(layout.grade_difference(difference, missing_marks(difference), words, worded(COMPARISONS)))
    return [*tables, layout.grade_transitions(transitions, missing_marks(transitions), words, grades, labels)]


def _unsure(frame: pd.DataFrame, whole_by_share: Mapping[str, str]) -> Marks:
    """Mark shares of few as of low reliability."""
    least = parameter("low_reliability_denominator").value
    return {
        (str(row), share): "u"
        for share, whole in whole_by_share.items()
        for row in frame.index[frame[whole].between(1, least - 1) & frame[share].notna()]
    }


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
