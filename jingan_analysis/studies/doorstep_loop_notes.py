"""Checks, notes and method of the loop of home visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark, tr
from jingan_analysis.models.directly_follows import END, START
from jingan_analysis.studies import formulas
from jingan_analysis.studies.published_figures import made_to_agree, published_checks
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import shown

if TYPE_CHECKING:
    from jingan_analysis.studies.doorstep_loop import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "events_after": mark("Left out: events dated after the last day ({count})."),
    "events_twice": mark("Counted once: events entered twice, with the same case, activity and day ({count})."),
    "cases_moved": mark("Counted at their first sub-district: cases whose events name several ({count})."),
    "cases_mixed": mark("Counted for their first person: cases whose events name several ({count})."),
    "never_begun": mark("Left out: cases without a discovery, which have no day to count from ({count})."),
    "not_yet_due": mark("Left out of all tables but the months: cases discovered too late to be due ({count})."),
    "before_discovery": mark("Kept, and a deviation: cases with an event dated before their discovery ({count})."),
}


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    return Checks(
        (
            _every_case_once(situation, exact, tables),
            _flow_closes(situation, tables),
            _deviations_add_up(situation, tables),
            *published_checks(tables),
        )
    )


def _every_case_once(situation: Situation, exact: Tables, tables: Tables) -> Check:
    frame, ends = exact["closure"].frame, exact["outcomes"].frame
    row = situation.row
    closes = bool(
        frame["due"].drop(DISTRICT_ROW).sum() == exact["closure"].number(DISTRICT_ROW, "due")
        and ends["cases"].drop("total").sum()
        == exact["outcomes"].number("total", "cases")
        == exact["closure"].number(row, "due")
    )
    detail = (
        state(
            "The {due} cases that are due have one outcome each, and the sub-districts add up to the whole district.",
            tables,
            due=Claim("closure", row, "due"),
        )
        if shown(tables, "closure", row, "due")
        else state("The cases that are due have one outcome each, and the sub-districts add up.", tables)
    )
    return Check(tr("every case is counted once"), closes, detail)


def _flow_closes(situation: Situation, tables: Tables) -> Check:
    graph = situation.graph
    came = np.array([graph.transitions[graph.target == code].sum() for code in range(len(graph.still_open))])
    left = np.array([graph.transitions[graph.origin == code].sum() for code in range(len(graph.still_open))])
    started = graph.transitions[graph.origin == START].sum()
    ended = graph.transitions[graph.target == END].sum()
    closes = bool((came == left + graph.still_open).all() and started == ended + graph.still_open.sum())
    detail = state(
        "At every activity the transitions in are the transitions out and the cases that are still open there.", tables
    )
    return Check(tr("what enters a step leaves it or waits there"), closes, detail)


def _deviations_add_up(situation: Situation, tables: Tables) -> Check:
    found = situation.conformance
    events = found.repeated + found.out_of_order + found.foreign
    # An event out of order costs one move, and one more where the model passes its own place without it.
    least = events + found.skipped.sum(axis=1)
    closes = bool(((least <= found.cost) & (found.cost <= least + found.out_of_order)).all())
    detail = state("The deviations of every case add up to the cost of its best alignment.", tables)
    return Check(tr("deviations add up"), closes, detail)


def notes(situation: Situation, tables: Tables) -> Statements:
    """Counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    missing = [] if "listed" in tables else [
        state("The district has no table “{table}”: people never discovered are left out.", tables, words={"table": "target_listings"})
    ]  # fmt: skip
    agreed = made_to_agree(tables, synthetic=situation.synthetic)
    return Statements(tr("Notes"), (*counted, *missing, *_caveats(situation, tables), *agreed))


def _caveats(situation: Situation, tables: Tables) -> list[Statement]:
    return [
        state(
            "The records end on {day}. A case that is still open then has not failed: it is followed up to that day and no "
            "further.",
            tables,
            words={"day": situation.params.window.end_label},
        ),
        state(
            "A case is not a person: who comes back has a new case. Cases, people, events and transitions are four different "
            "counts here.",
            tables,
        ),
        state(
            "The log says that a step was recorded, not that it was done well. A missing step may be a missing record.",
            tables,
        ),
        state(
            "Steps are dated by the day. What happened on one day is taken in the order of the process, so that no deviation "
            "comes from it.",
            tables,
        ),
    ]


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("The loop and its denominator"),
            (
                tr(
                    "The published loop has four steps: discovery on the service's own initiative, judgement of needs, home "
                    "visit, follow-up. A case may be rejected when it is judged and withdrawn until it is followed up."
                ),
                tr(
                    "A case counts as closed in time when the four steps happened in this order within the limit from its "
                    "first discovery. The denominator is every case discovered at least that long before the last day, "
                    "whatever became of it; younger cases are not yet due, even those that have closed, for the slow ones "
                    "among them have not had their time."
                ),
                tr(
                    "The register is complete: there is no sampling error. Wilson intervals answer one question, how far luck "
                    "alone could carry a share if every case had the same chance."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        Section(
            tr("Conformance"),
            (
                tr(
                    "Each course of a case is aligned with the model at the least cost: an event that the model does not "
                    "expect costs one, and so does a step without an event. Open cases are aligned with the beginning of a "
                    "run, so that steps still to come cost nothing."
                ),
                formulas.FITNESS,
                tr(formulas.FITNESS_WHERE),
                tr(
                    "From the alignment each unexpected event is a repetition, out of order or foreign, and each missing step "
                    "is skipped, unless its event stands elsewhere in the case."
                ),
            ),
        ),
        Section(
            tr("Waiting"),
            (
                tr(
                    "A wait runs from a step to the next one, to a withdrawal or rejection, or to the last day, where it is "
                    "censored. These ends compete: the cumulative incidence is the share of all cases that have ended in each "
                    "way, and one minus Kaplan–Meier is not."
                ),
                formulas.INCIDENCE,
                tr(formulas.INCIDENCE_WHERE),
            ),
        ),
        Section(
            tr("Months"),
            (
                tr(
                    "Cases are counted in the month of their discovery, and only months whose cases have all had the whole "
                    "limit: counting by month of the event would favour short waits at the beginning of the records and long "
                    "ones never at their end."
                ),
                formulas.XMR,
                tr(formulas.XMR_WHERE),
            ),
        ),
        Section(
            tr("People never discovered"),
            (
                tr(
                    "Two ways of discovery that overlap tell how many people both have missed, as two nets tell of the fish "
                    "in a pond. The estimate is modelled, and only as good as its assumptions."
                ),
                formulas.CHAPMAN,
                tr(formulas.CHAPMAN_WHERE),
            ),
        ),
        small_counts(),
    )
