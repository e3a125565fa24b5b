"""From requests, lists and assignments to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr, worded
from jingan_analysis.studies import relief_resources_numbers as numbers
from jingan_analysis.studies import relief_resources_words as wording
from jingan_analysis.studies.numbers_at_risk import with_followed
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.relief_coverage_words import need_names, row_labels
from jingan_analysis.studies.relief_resources_published import published_resources
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import relief_resources as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, window.label)
    settings = _settings(situation)
    found = [
        *_request_tables(situation, words),
        *_plan_tables(situation, words),
        *_supply_tables(district, situation, words, settings),
        *filter(None, [published_resources(district, situation)]),
        exclusions(counted(situation.district.exclusions), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _need_labels() -> dict[str, str]:
    return row_labels(need_names(), total=tr("All needs"))


def _request_tables(situation: Situation, words: Words) -> list[Table]:
    by_need = numbers.by_need(situation.focus, situation.params)
    found = [
        layout.by_need(by_need, missing_marks(by_need), words, _need_labels()),
        layout.open_by_age(numbers.open_by_age(situation.focus), words, worded(wording.AGES)),
    ]
    waiting = numbers.waiting(situation.focus, situation.params)
    if waiting is not None:
        labels = {str(day): tr("{days} days", days=day) for day in waiting.index}
        days = numbers.days_followed(situation.focus)
        frame, hidden = with_followed(waiting, days, minimum_cell=situation.params.minimum_cell)
        found.append(layout.waiting(frame, missing_marks(frame) | hidden, words, labels))
    return found


def _plan_tables(situation: Situation, words: Words) -> list[Table]:
    plans, supply = situation.plans, situation.supply
    units = numbers.by_unit(plans, situation.units.codes)
    compared = numbers.compared(plans, units)
    grades = numbers.by_grade(plans)
    return [
        layout.plans(compared, missing_marks(compared), words, worded(wording.PLANS)),
        layout.balance(numbers.balance(plans, supply), words, _need_labels()),
        layout.by_grade(grades, missing_marks(grades), words, wording.grade_names()),
        layout.by_unit(units, missing_marks(units), words, situation.units.labels),
    ]


def _supply_tables(district: District, situation: Situation, words: Words, settings: Table) -> list[Table]:
    scenarios = state(
        "{scenarios} scenarios: in each of them every stated capacity is off by a factor of its own, by up to {spread} either way.",
        {settings.name: settings},
        scenarios=Claim(settings.name, "scenarios", "value"),
        spread=Claim(settings.name, "capacity_spread", "value"),
    )
    table = numbers.suppliers(situation.plans, situation.supply, situation.robust)
    found = [
        layout.list_cover(numbers.list_cover(situation.district, situation.supply), words, _need_labels()),
        layout.scarcity(numbers.scarcity(table), words, _need_labels(), scenarios),
        layout.suppliers(
            table.drop(columns="label"),
            missing_marks(table, "x"),
            words,
            dict(table["label"]),
            need_names(),
            worded(wording.KINDS),
        ),
    ]
    lists = numbers.resource_lists(district, situation.district)
    if lists is not None:
        names = {str(number): tr("List {number}", number=number) for number in lists.index}
        found.append(layout.resource_lists(lists, words, {**names, "total": tr("All lists")}))
    concentration = numbers.concentration(situation.supply)
    if concentration is not None:
        found.append(layout.concentration(concentration, missing_marks(concentration), words, worded(wording.COUNTED)))
    return found


def _settings(situation: Situation) -> Table:
    params = situation.params
    return settings_table(
        {
            "capacity_spread": (params.capacity_spread, tr("share"), tr("How far stated capacities may be off")),
            "scenarios": (params.scenarios, tr("scenarios"), tr("Scenarios of the capacities")),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (
                params.minimum_cell,
                tr("households"),
                tr("Smallest count of households that is shown"),
            ),
        }
    )
