"""From the records of relief to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import relief_coverage_cascade as steps_of
from jingan_analysis.studies import relief_coverage_discovery as found_by
from jingan_analysis.studies import relief_coverage_needs as needs
from jingan_analysis.studies import relief_coverage_services as services
from jingan_analysis.studies import relief_coverage_words as wording
from jingan_analysis.studies.relief_coverage_comparison_page import comparison_tables
from jingan_analysis.studies.relief_coverage_grade_change_page import GRADE_EXCLUDED_LABELS as WITHOUT_CHANGE
from jingan_analysis.studies.relief_coverage_grade_change_page import grade_change_tables, served_statement
from jingan_analysis.studies.relief_coverage_published import published_relief
from jingan_analysis.studies.relief_coverage_settings import relief_settings
from jingan_analysis.studies.relief_coverage_several_needs_page import equity_tables, several_needs_tables
from jingan_analysis.studies.relief_coverage_station_effect_page import station_effect_tables
from jingan_analysis.studies.relief_coverage_waiting_page import further_tables, model_tables, waiting_tables
from jingan_analysis.studies.relief_coverage_workload_page import EXCLUDED_LABELS as WITHOUT_LOAD
from jingan_analysis.studies.relief_coverage_workload_page import workload_left_out, workload_tables
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import relief_coverage as layout
from jingan_analysis.tables import relief_coverage_discovery as discovery_layout
from jingan_analysis.tables.claims import sentence_case
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.exclusions import Unit
    from jingan_analysis.tables.table import Table

OPTIONAL = {
    "service_plans": mark("The district has no table “{table}”: plans are no step of the cascade."),
    "projects": mark("The district has no table “{table}”: needs met and the project list are left out."),
    "resources": mark("The district has no table “{table}”: the resource lists are left out."),
    "stations": mark("The district has no table “{table}”: stations and the comparison by station are left out."),
    "advisers": mark("The district has no table “{table}”: the section on advisers is left out."),
    "committees": mark("The district has no table “{table}”: committees with an adviser are not counted."),
    "training_sessions": mark("The district has no table “{table}”: the training of advisers is left out."),
    "training_records": mark("The district has no table “{table}”: the training of advisers is left out."),
}
"""What the report lacks where the district does not have a table."""


def tables_of(district: District, situation: Situation) -> tuple[dict[str, Table], tuple[str, ...]]:
    """All tables by name in reading order, and the optional tables that the district lacks."""
    words, settings = _words(situation), relief_settings(situation.params)
    found = [
        *_coverage_tables(situation, words),
        *comparison_tables(situation, words),
        *waiting_tables(situation, words),
        *_service_tables(situation, words),
        *further_tables(situation, words),
        *equity_tables(situation, words),
        *several_needs_tables(situation, words),
        *_need_tables(district, situation, words),
        *_discovery_tables(district, situation, words),
        *station_effect_tables(situation.station_effect, words),
        *grade_change_tables(situation.grades, words, served_statement(settings)),
        *_adviser_tables(district, situation, words),
        *workload_tables(district, situation, words, settings),
        *model_tables(situation, words),
        *filter(None, [published_relief(district, situation)]),
        layout.order(
            steps_of.order_breaks(situation.focus_days),
            words,
            {step: sentence_case(name) for step, name in worded(wording.ORDER).items()},
        ),
        exclusions(_left_out(district, situation), worded({**wording.EXCLUDED, **WITHOUT_LOAD, **WITHOUT_CHANGE})),
        settings,
    ]
    return {table.name: table for table in found}, tuple(name for name in OPTIONAL if not district.has(name))


def _left_out(district: District, situation: Situation) -> pd.DataFrame:
    """Counted exclusions of the records, of the waits, of the rates of further services and of the load of advisers."""
    excluded: dict[str, tuple[int, Unit]] = {
        reason: (number, "households") for reason, number in situation.waits.excluded.items()
    }
    if situation.further is not None and situation.params.unit is None:
        excluded["services_after_end"] = (situation.further.after_end, "rows")
    if situation.grades.refusal is None and situation.params.unit is None:
        excluded |= situation.grades.excluded
    excluded |= workload_left_out(district, situation)
    return pd.concat([situation.records.exclusions, counted(excluded)])


def _words(situation: Situation) -> Words:
    window = situation.params.window
    return Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, window.label)


def _coverage_tables(situation: Situation, words: Words) -> list[Table]:
    confidence, minimum = situation.params.confidence, situation.params.minimum_cell
    days, steps = situation.focus_days, situation.focus_steps
    by_unit, unit_marks = steps_of.coverage(
        situation.steps,
        situation.days,
        situation.records.households["subdistrict_code"],
        situation.units.codes,
        total_row=DISTRICT_ROW,
        confidence=confidence,
        minimum_cell=minimum,
    )
    # What the table by sub-district hides, to protect a neighbour, no other table may show.
    hidden = {column for (row, column), mark in unit_marks.items() if row == situation.row and mark == "c"}
    frame, marks = steps_of.cascade(steps, confidence=confidence, minimum_cell=minimum, hidden=hidden)
    by_category, category_marks = steps_of.coverage(
        steps,
        days,
        situation.focus.households["relief_category"],
        list(steps_of.CATEGORIES),
        total_row="total",
        confidence=confidence,
        minimum_cell=minimum,
        hidden_totals=hidden & {"eligible", *steps_of.COVERAGE},
    )
    window, window_marks = steps_of.flow(situation.focus, confidence=confidence, minimum_cell=minimum)
    categories = wording.row_labels(wording.category_names(), total=tr("All categories"))
    return [
        layout.cascade(frame, marks, words, worded(wording.STEPS)),
        layout.coverage(
            "by_subdistrict",
            by_unit,
            unit_marks,
            words,
            situation.units.labels,
            by="sub-district",
            total_row=DISTRICT_ROW,
        ),
        layout.coverage(
            "by_category", by_category, category_marks, words, categories, by="category", total_row="total"
        ),
        layout.flow(window, window_marks, words, worded(wording.FLOWS)),
    ]


def _service_tables(situation: Situation, words: Words) -> list[Table]:
    confidence, minimum = situation.params.confidence, situation.params.minimum_cell
    by_assessment, marks = services.services_by_assessment(situation.focus, confidence=confidence, minimum_cell=minimum)
    per_unit, unit_marks = services.intensity(
        situation.records,
        situation.assessed,
        situation.units.codes,
        total_row=DISTRICT_ROW,
        confidence=confidence,
        minimum_cell=minimum,
    )
    return [
        layout.services_by_assessment(by_assessment, marks, words, worded(wording.ASSESSED)),
        layout.intensity(per_unit, unit_marks, words, situation.units.labels),
    ]


def _need_tables(district: District, situation: Situation, words: Words) -> list[Table]:
    assessed = situation.focus_assessed
    found = needs.needs_found(situation.focus, assessed, situation.params.need_threshold)
    projects = district.table("projects") if district.has("projects") else None
    met = None if projects is None else needs.needs_met(found, situation.focus, projects)
    frame, marks = needs.by_need(
        found,
        met,
        len(assessed),
        confidence=situation.params.confidence,
        minimum_cell=situation.params.minimum_cell,
    )
    labels = wording.row_labels(wording.need_names(), total=tr("All needs"))
    tables = [layout.by_need(frame, marks, words, labels)]
    if projects is not None:
        supply, supply_marks = needs.projects_by_need(projects, situation.focus, frame, marks)
        tables.append(layout.projects_by_need(supply, supply_marks, words, labels))
    if district.has("resources"):
        lists = needs.resources_by_list(district.table("resources"))
        names = {str(number): tr("List {number}", number=number) for number in lists.index}
        names["total"] = tr("All lists")
        tables.append(layout.resources(lists, words, names))
    return tables


def _discovery_tables(district: District, situation: Situation, words: Words) -> list[Table]:
    confidence, minimum = situation.params.confidence, situation.params.minimum_cell
    proactive, codes = situation.params.proactive_sources, situation.units.codes
    stations = (
        found_by.stations_by_unit(district.table("stations"), situation.records.end)
        if district.has("stations")
        else None
    )
    frame, marks = found_by.discovery(
        situation.records, proactive, codes, stations, confidence=confidence, minimum_cell=minimum
    )
    source, source_marks = found_by.sources(situation.focus, proactive, confidence=confidence, minimum_cell=minimum)
    names = wording.row_labels(wording.source_names(), total=tr("All cases"))
    tables = [
        discovery_layout.discovery(frame, marks, words, situation.units.labels),
        discovery_layout.sources(source, source_marks, words, names),
    ]
    if stations is not None:
        groups, group_marks = found_by.discovery_by_station(
            situation.records, proactive, codes, stations, confidence=confidence, minimum_cell=minimum
        )
        tables.insert(1, discovery_layout.discovery_by_station(groups, group_marks, words, worded(wording.STATIONS)))
    return tables


def _adviser_tables(district: District, situation: Situation, words: Words) -> list[Table]:
    if not (district.has("advisers") and district.has("committees")):
        return []
    frame, marks = found_by.advisers_by_unit(
        district.table("advisers"),
        district.table("committees"),
        situation.records.eligible["subdistrict_code"],
        situation.units.codes,
        end=situation.records.end,
        per_point=situation.params.advisers_per_point,
        confidence=situation.params.confidence,
        minimum_cell=situation.params.minimum_cell,
    )
    return [discovery_layout.advisers(frame, marks, words, situation.units.labels)]
