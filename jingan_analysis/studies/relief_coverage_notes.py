"""Checks, notes and method of relief coverage."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.published_figures import made_to_agree, published_checks
from jingan_analysis.studies.relief_coverage_comparison_page import comparison_method
from jingan_analysis.studies.relief_coverage_grade_change_method import grade_method
from jingan_analysis.studies.relief_coverage_grade_change_page import GRADE_EXCLUDED_NOTES as WITHOUT_CHANGE
from jingan_analysis.studies.relief_coverage_grade_change_page import grade_checks, grade_notes
from jingan_analysis.studies.relief_coverage_several_needs_page import several_needs_method
from jingan_analysis.studies.relief_coverage_station_effect_method import station_method
from jingan_analysis.studies.relief_coverage_station_effect_notes import station_checks, station_notes
from jingan_analysis.studies.relief_coverage_tables import OPTIONAL
from jingan_analysis.studies.relief_coverage_waiting_page import waiting_method
from jingan_analysis.studies.relief_coverage_words import ORDER
from jingan_analysis.studies.relief_coverage_workload_page import EXCLUDED_NOTES as WITHOUT_LOAD
from jingan_analysis.studies.relief_coverage_workload_page import (
    workload_caveats,
    workload_check,
    workload_findings,
    workload_method,
)
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import shown

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "not_entitled": mark(
        "Left out of every share of the eligible: households of the register not entitled on the last day ({count})."
    ),
    "cases_after": mark("Left out: cases opened after the last day ({count})."),
    "assessments_after": mark("Left out: assessments dated after the last day ({count})."),
    "plans_after": mark("Left out: plans dated after the last day ({count})."),
    "services_after": mark("Left out: services dated after the last day ({count})."),
    "cases_unmatched": mark("Left out: cases of no household of the register ({count})."),
    "assessments_unmatched": mark("Left out: assessments of no household of the register ({count})."),
    "plans_unmatched": mark("Left out: plans of no household of the register ({count})."),
    "services_unmatched": mark("Left out: services of no household of the register ({count})."),
    "served_before_assessment": mark(
        "Left out of the waits: households served before they were first assessed ({count})."
    ),
    "assessed_after_entitlement": mark(
        "Left out of the waits: households first assessed when no longer entitled ({count})."
    ),
    "services_after_end": mark(
        "Left out of the rates of further services: services after the case was closed or entitlement ended ({count})."
    ),
}
BREAKS = {
    "without": mark(
        "Most breaks are households with a record of the step “{step}” and none of the step before it ({count}). The "
        "cascade does not count them at that step; whoever has a service on record is not called never served."
    ),
    "earlier": mark(
        "Most breaks are households whose first record of the step “{step}” is earlier than the step before it "
        "({count}). They are counted all the same."
    ),
}


def checks(district: District, situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    found = [
        _account(situation, tables),
        _units_add_up(situation, tables),
        _services_add_up(situation, tables),
        _waits_add_up(situation, tables),
        *station_checks(tables, situation.station_effect, situation.records),
        *grade_checks(tables, situation.grades, situation.focus),
        workload_check(district, situation, tables),
        _in_order(exact, tables),
        *published_checks(tables),
    ]
    return Checks(tuple(check for check in found if check is not None))


def _account(situation: Situation, tables: Tables) -> Check:
    days, steps = situation.focus_days, situation.focus_steps
    order = list(steps.columns)
    lost = sum(int((steps[before] & ~steps[after]).sum()) for before, after in pairwise(order))
    closes = lost + int(steps[order[-1]].sum()) == len(days)
    last = str(tables["cascade"].frame.index[-1])
    visible = all(shown(tables, "cascade", step, "households") for step in ("eligible", last))
    detail = (
        state(
            "The households lost at the steps and the {last} that came through all of them add up to the {eligible} "
            "eligible ones.",
            tables,
            last=Claim("cascade", last, "households"),
            eligible=Claim("cascade", "eligible", "households"),
        )
        if visible
        else state(
            "Counted before small counts were suppressed, the losses and the served add up to the eligible.", tables
        )
    )
    return Check(tr("every eligible household is counted once"), closes, detail)


def _units_add_up(situation: Situation, tables: Tables) -> Check:
    eligible = situation.records.eligible
    in_units = eligible["subdistrict_code"].isin(situation.units.codes)
    detail = (
        state(
            "The eligible households of the sub-districts add up to the district's {eligible}.",
            tables,
            eligible=Claim("by_subdistrict", DISTRICT_ROW, "eligible"),
        )
        if shown(tables, "by_subdistrict", DISTRICT_ROW, "eligible")
        else state("Every eligible household belongs to a sub-district.", tables)
    )
    return Check(tr("sub-districts add up"), bool(in_units.all()), detail)


def _services_add_up(situation: Situation, tables: Tables) -> Check:
    window = situation.focus.in_window(situation.focus.events)
    assessed = set(situation.focus.assessments["household_id"])
    recent = set(situation.focus.in_window(situation.focus.assessments)["household_id"])
    never = int((~window["household_id"].isin(assessed)).sum())
    earlier = int(window["household_id"].isin(assessed - recent).sum())
    closes = never + earlier + int(window["household_id"].isin(recent).sum()) == len(window)
    detail = (
        state(
            "The three groups of households received the {services} services of the window between them, none twice.",
            tables,
            services=Claim("services_by_assessment", "total", "services"),
        )
        if shown(tables, "services_by_assessment", "total", "services")
        else state("The services of the three groups of households add up to those of the window.", tables)
    )
    return Check(tr("services of the window add up"), closes, detail)


def _waits_add_up(situation: Situation, tables: Tables) -> Check | None:
    """Every assessed household of the register has one wait, and every wait one end, or is counted as left out."""
    if "waiting" not in tables:
        return None
    waits = situation.waits
    assessed = situation.records.assessments["household_id"].nunique()
    ends = waits.frame["cause"].value_counts()
    closes = len(waits.frame) + sum(waits.excluded.values()) == assessed and int(ends.sum()) == len(waits.frame)
    in_order = bool((waits.frame["days"] >= 0).all())
    detail = (
        state(
            "Of the {households} waits, {served} ended with a service; the rest ended otherwise or not yet, none twice.",
            tables,
            households=Claim("waiting", "total", "households"),
            served=Claim("waiting", "total", "served"),
        )
        if all(shown(tables, "waiting", "total", column) for column in ("households", "served"))
        else state("Every assessed household has one wait with one end, or is counted as left out.", tables)
    )
    return Check(tr("waits add up"), closes and in_order, detail)


def _in_order(exact: Tables, tables: Tables) -> Check:
    frame = exact["order"].frame
    breaks = {(str(step), str(kind)): int(frame[kind].loc[step]) for kind in frame.columns for step in frame.index}
    if not sum(breaks.values()):
        return Check(
            tr("steps come in order"),
            passed=True,
            detail=state("No household has a record without the step before it, or earlier than it.", tables),
        )
    step, kind = max(breaks, key=breaks.__getitem__)
    detail = state(BREAKS[kind], tables, words={"step": tr(ORDER[step])}, count=Claim("order", step, kind))
    return Check(tr("steps come in order"), passed=False, detail=detail)


def notes(situation: Situation, tables: Tables, absent: tuple[str, ...]) -> Statements:
    """Counted exclusions, missing tables and caveats."""
    frame, reasons = tables["exclusions"].frame, {**EXCLUDED, **WITHOUT_LOAD, **WITHOUT_CHANGE}
    counted = [
        state(reasons[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    missing = [state(OPTIONAL[name], tables, words={"table": name}) for name in absent]
    return Statements(tr("Notes"), (*counted, *missing, *_caveats(situation, tables)))


def _caveats(situation: Situation, tables: Tables) -> list[Statement]:
    found = [
        state(
            "Households, people and services are three different counts. Every share here is a share of households, "
            "unless its table says services or cases.",
            tables,
        ),
        state(
            "Whoever is not on the register is not in this report: households in need that nobody has registered "
            "are missed by every number in it.",
            tables,
        ),
        state(
            "Households assessed were chosen for it. What they need says little about the eligible households that "
            "nobody has assessed.",
            tables,
        ),
        state(
            "The records end on {day}. Households that became known shortly before have had little time to be "
            "assessed and served.",
            tables,
            words={"day": situation.params.window.end_label},
        ),
    ]
    found += _model_caveats(situation, tables)
    found += station_notes(situation, tables, situation.station_effect)
    found += grade_notes(situation, tables, situation.grades)
    found += [*workload_findings(situation, tables), *workload_caveats(tables)]
    if "published" in tables:
        found += _published_caveats(situation, tables)
    return found


def _model_caveats(situation: Situation, tables: Tables) -> list[Statement]:
    """What the models of this run cannot say."""
    found = []
    if "waiting" in tables and situation.hazards is None:
        found.append(
            state("There are too few first services here for a model of who is served sooner; none is shown.", tables)
        )
    elif situation.hazards is not None:
        failing = situation.hazards.model.proportionality.holds is False
        found.append(
            state(
                "The hazard ratios change as time goes on: each is an average over the days that households were followed, "
                "and another period would have another.",
                tables,
            )
            if failing
            else state(
                "Hazard and rate ratios compare households that differ in one thing and are alike in all others that are "
                "recorded. What nobody recorded may stand behind them: they are no effects.",
                tables,
            )
        )
    if "waiting" in tables and situation.further is None:
        found.append(
            state("Too few households were under service here for a model of further services; none is shown.", tables)
        )
    if "comparison" in tables:
        found.append(
            state(
                "The register is complete. Intervals, limits and tests treat its households as if each had been served or "
                "missed by chance: they are about the practice that brought this about, not about households that are not "
                "on the register.",
                tables,
            )
        )
    return found


def _published_caveats(situation: Situation, tables: Tables) -> list[Statement]:
    frame = tables["published"].frame
    found = []
    if {"services", "assessed"} <= set(frame.index):
        found.append(
            state(
                "Published were {services} services and {assessed} assessed households. Dividing one by the other "
                "gives services per household only if every service went to a household assessed in the same "
                "months, which the publication does not say.",
                tables,
                services=Claim("published", "services", "published"),
                assessed=Claim("published", "assessed", "published"),
            )
        )
    if {"projects", "resources"} <= set(frame.index):
        found.append(
            state(
                "Published were a list of {projects} projects and lists of {resources} resources. They count kinds "
                "of service and resource, so their ratio means nothing.",
                tables,
                projects=Claim("published", "projects", "published"),
                resources=Claim("published", "resources", "published"),
            )
        )
    return [*found, *made_to_agree(tables, synthetic=situation.synthetic)]


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("Who is counted"),
            (
                tr(
                    "Eligible are the households on the register that are entitled to relief on the last day of the "
                    "period: entitlement began on or before that day and has not ended before it. One household is "
                    "one unit, however many people live in it."
                ),
                tr(
                    "The cascade is a stock: it asks which of these households have a record of each step by the "
                    "last day, however old. A household is known when a case was opened, even if the case is closed "
                    "by now; assessed, planned and served when there is at least one assessment, agreed plan and "
                    "service. Each step counts only households that reached all the steps before it. Records without "
                    "the step before are counted as breaks of order among the checks."
                ),
                tr(
                    "Never served means no service on record at all, in whatever order. It is the answer to the "
                    "question of this report."
                ),
                tr(
                    "The flow counts what happened from the first to the last day of the window, both included: "
                    "records, distinct households, and how many of these for the first time. Its rows are not steps "
                    "of one group of households."
                ),
            ),
        ),
        Section(
            tr("Shares and intervals"),
            (
                tr(
                    "A share is the number of households with the property divided by all households of the row; it "
                    "always stands beside both. The district's row is computed from all households and is not a mean "
                    "of sub-districts."
                ),
                formulas.CASCADE,
                tr(formulas.CASCADE_WHERE),
                tr(
                    "Intervals of shares are Wilson score intervals. For a complete register they answer one "
                    "question: if every household had the same chance of being reached, how far could the share lie "
                    "from that chance just by luck? A sub-district is said to stand out when the district's share "
                    "lies outside its interval. Among many sub-districts one or two may do so by luck."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
                tr(
                    "Services are counted per household with exact Poisson intervals. They take services as "
                    "independent, which services agreed in one plan are not; read them as the least uncertainty "
                    "there is."
                ),
                formulas.POISSON,
                tr(formulas.POISSON_WHERE),
                tr(
                    "Where services or cases come in clusters (of a household, of a sub-district), the interval uses "
                    "the effective number of independent ones, estimated from how much the clusters differ."
                ),
            ),
        ),
        comparison_method(),
        waiting_method(),
        several_needs_method(),
        Section(
            tr("Needs"),
            (
                tr(
                    "A household has a need in a dimension when any of its assessments by the last day scores it at "
                    "or above the threshold. The need is met when a project of the same dimension served the "
                    "household on or after the day that the need was first found. One service is enough: met means "
                    "begun."
                ),
                tr("Projects are compared with needs dimension by dimension. The length of a list is not a capacity."),
            ),
        ),
        Section(
            tr("Discovery and advisers"),
            (
                tr(
                    "A case is found proactively when an adviser's visit, a committee's report or a data match "
                    "brought it in, unless the parameters say otherwise; window, online and referral cases came by "
                    "themselves or through others. Sub-districts with a caring station are set beside the others as "
                    "a description. Which sub-districts received a station was not left to chance, and so few have "
                    "one that other differences between them may explain the whole gap."
                ),
                tr(
                    "A committee is covered when at least one adviser registered for it is active on the last day. "
                    "Advisers without a committee are counted at the sub-district's own point."
                ),
            ),
        ),
        station_method(),
        grade_method(),
        workload_method(),
        small_counts(),
    )
