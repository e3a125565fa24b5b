"""From the event log of home visits to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import doorstep_loop_hidden as hidden_people
from jingan_analysis.studies import doorstep_loop_numbers as numbers
from jingan_analysis.studies import doorstep_loop_words as wording
from jingan_analysis.studies.chart_signals import SIGNALS
from jingan_analysis.studies.doorstep_loop_log import ACTIVITIES, DISCOVER
from jingan_analysis.studies.doorstep_loop_published import published_loop
from jingan_analysis.studies.numbers_at_risk import with_followed
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.settings_table import settings_table, within
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import doorstep_loop as layout
from jingan_analysis.tables.claims import sentence_case
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.doorstep_loop import Situation
    from jingan_analysis.tables.table import Table


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, window.label)
    settings = _settings(situation)
    found = [
        *_closure_tables(situation, words, settings),
        *_wait_tables(situation, words, settings),
        *_conformity_tables(situation, words),
        *_month_tables(situation, words, settings),
        *_hidden_tables(district, situation, words),
        *filter(None, [published_loop(district, situation)]),
        exclusions(counted(situation.district.exclusions), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _closure_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params = situation.params
    by_unit = numbers.closure_by_unit(situation.district, situation.units.codes, params)
    ends = numbers.outcomes(situation.focus, params)
    limit = within(
        mark(
            "Due are cases discovered at least {days} days before the last day: only they have had the time. In time: "
            "discovery, judgement, visit and follow-up in this order within {days} days, both limits included. Rejected and "
            "withdrawn cases stay in the denominator."
        ),
        settings,
        "loop_within_days",
    )
    return [
        layout.closure(by_unit, missing_marks(by_unit), words, situation.units.labels, limit),
        layout.outcomes(ends, missing_marks(ends), words, wording.outcome_labels(), limit),
    ]


def _wait_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    names = {code: sentence_case(name) for code, name in wording.activity_names().items()}
    steps = numbers.steps(situation.focus, situation.params)
    limit = within(mark("Within {days} days"), settings, "step_within_days")
    found = [layout.steps(steps, missing_marks(steps), words, names, limit)]
    incidence = numbers.incidence(situation.focus, situation.params)
    if incidence is not None:
        labels = {str(day): tr("{days} days", days=day) for day in incidence.index}
        days, _ = numbers.loop_spells(situation.focus, situation.params)
        frame, hidden = with_followed(incidence, days, minimum_cell=situation.params.minimum_cell)
        found.append(layout.incidence(frame, missing_marks(frame) | hidden, words, labels))
    return found


def _conformity_tables(situation: Situation, words: Words) -> list[Table]:
    params = situation.params
    by_unit = numbers.conformity_by_unit(
        situation.district, situation.conformance_of_all, situation.units.codes, params
    )
    kinds = numbers.deviations(situation.conformance, params)
    edges = numbers.transitions(situation.graph)
    courses, traces = numbers.variants(situation.conformance, params)
    labels = {
        f"v{number + 1}": wording.course([ACTIVITIES[code] for code in trace]) for number, trace in enumerate(traces)
    } | {"others": tr("All others"), "total": tr("All cases")}
    return [
        layout.conformity(by_unit, missing_marks(by_unit), words, situation.units.labels),
        layout.deviations(kinds, missing_marks(kinds), words, worded(wording.DEVIATIONS)),
        layout.transitions(edges, missing_marks(edges), words, wording.activity_names(), worded(wording.FORESEEN)),
        layout.variants(courses, missing_marks(courses), words, labels),
    ]


def _month_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params = situation.params
    back = numbers.came_back(situation.everyone, situation.units.codes, params)
    limit = within(
        mark(
            "Cases with a follow-up at least {days} days before the last day; came back: the same person has a new case that "
            "began at most {days} days after it."
        ),
        settings,
        "reopened_within_days",
    )
    found = [layout.came_back(back, missing_marks(back), words, situation.units.labels, limit)]
    here = situation.everyone.of_unit(params.unit)
    if np.isfinite(here.log.first_day(DISCOVER)).any():
        months = numbers.by_month(here, params)
        limits = (
            within(mark("Judged in time: within {days} days of discovery."), settings, "judge_within_days"),
            within(
                mark("Closed in time: all four steps within {days} days of discovery."), settings, "loop_within_days"
            ),
        )
        found.insert(0, layout.by_month(months, missing_marks(months), words, worded(SIGNALS), limits))
    return found


def _hidden_tables(district: District, situation: Situation, words: Words) -> list[Table]:
    lists = hidden_people.listed(district, situation.params.unit, situation.params, situation.units.codes)
    if lists is None:
        return []
    found = [layout.listed(lists, {}, words, {**situation.units.labels, "total": situation.place})]
    estimates = hidden_people.hidden(lists, situation.params)
    if estimates is not None:
        found.insert(0, layout.hidden(estimates, missing_marks(estimates), words, worded(wording.HIDDEN)))
    return found


def _settings(situation: Situation) -> Table:
    params = situation.params
    return settings_table(
        {
            "loop_within_days": (params.loop_within_days, tr("days"), tr("Days within which the loop should close")),
            "judge_within_days": (
                params.judge_within_days,
                tr("days"),
                tr("Days within which a discovery should be judged"),
            ),
            "step_within_days": (
                params.step_within_days,
                tr("days"),
                tr("Days within which one step should follow the step before"),
            ),
            "reopened_within_days": (
                params.reopened_within_days,
                tr("days"),
                tr("Days after closing within which a new case counts as reopened"),
            ),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of people that is shown")),
        }
    )
