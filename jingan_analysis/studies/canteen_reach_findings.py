"""What canteen reach says in words: headline, checks, notes, method; every number bound to a cell."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import access_method, formulas
from jingan_analysis.studies.canteen_reach_use_findings import (
    reached_by_neither,
    use_checks,
    use_notes,
    what_next,
    who_eats,
)
from jingan_analysis.studies.canteen_reach_use_method import use_method
from jingan_analysis.studies.edge_page import edge_notes
from jingan_analysis.studies.published_figures import made_to_agree, published_checks
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.supply_ledger import ledger_checks
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.table import Table

if TYPE_CHECKING:
    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.studies.canteen_reach_use import CanteenUse

Tables = Mapping[str, Table]
COVERED_SHARE = 0.95
"""From this share on the headline speaks of a covered place (wording only; no number depends on it)."""


def headline(situation: Situation, tables: Tables) -> Statements:
    """Finding, how sure, who is missed, what it suggests."""
    if tables["by_subdistrict"].number(situation.units.row(situation.params.unit), "older_persons") == 0:
        return Statements(tr("Headline"), (_nobody(situation, tables),))
    sentences = [
        _finding(situation, tables),
        _certainty(situation, tables),
        reached_by_neither(situation, tables) or _gap(situation, tables),
        who_eats(situation, tables) or _frail(situation, tables),
        what_next(situation, tables) or _suggestion(situation, tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def place(situation: Situation) -> str:
    """The place that the report speaks of."""
    return situation.units.labels[situation.units.row(situation.params.unit)]


def _whom(situation: Situation) -> str:
    return tr("residents") if situation.params.basis == "resident" else tr("registered residents")


def _nobody(situation: Situation, tables: Tables) -> Statement:
    return state(
        "The data hold no {whom} aged {age} and over in {place}, so there is no share to report: check the population table.",
        tables,
        words={"place": place(situation), "whom": _whom(situation)},
        age=setting("age_from_years"),
    )


def _finding(situation: Situation, tables: Tables) -> Statement:
    row = situation.units.row(situation.params.unit)
    aged = {"age": setting("age_from_years")} if situation.params.age_from_years else {}
    some_unknown = tables["by_subdistrict"].number(row, "unsnapped") != 0
    unknown = {"unknown": Claim("by_subdistrict", row, "unsnapped")} if some_unknown else {}
    templates = {
        (True, False): mark(
            "In {place}, {share} of the {persons} {whom} aged {age} and over can walk to a canteen within {minutes} "
            "minutes at {speed} m/s; {missed} cannot."
        ),
        (True, True): mark(
            "In {place}, {share} of the {persons} {whom} aged {age} and over can walk to a canteen within {minutes} "
            "minutes at {speed} m/s; {missed} cannot, and for {unknown} the walk is unknown."
        ),
        (False, False): mark(
            "In {place}, {share} of the {persons} {whom} can walk to a canteen within {minutes} minutes at {speed} m/s; "
            "{missed} cannot."
        ),
        (False, True): mark(
            "In {place}, {share} of the {persons} {whom} can walk to a canteen within {minutes} minutes at {speed} m/s; "
            "{missed} cannot, and for {unknown} the walk is unknown."
        ),
    }
    template = templates[bool(aged), some_unknown]
    return state(
        template,
        tables,
        words={"place": place(situation), "whom": _whom(situation)},
        **aged,
        **unknown,
        share=Claim("by_subdistrict", row, "share"),
        persons=Claim("by_subdistrict", row, "older_persons"),
        missed=Claim("by_subdistrict", row, "not_reached"),
        minutes=setting("access_threshold_minutes"),
        speed=setting("walk_speed_mps"),
    )


def _certainty(situation: Situation, tables: Tables) -> Statement:
    row = situation.units.row(situation.params.unit)
    bounds = {"lower": Claim("by_subdistrict", row, "lower"), "upper": Claim("by_subdistrict", row, "upper")}
    modelled, ends = situation.residents.modelled, _extreme_speeds(situation)
    if ends is None:
        template = (
            mark("How sure: where people live is modelled here, so no interval is given.")
            if modelled
            else mark("The share lies between {lower} and {upper} when one allows for where people happen to live.")
        )
        return state(template, tables, words={}, **({} if modelled else bounds))
    slow, fast = ends
    speeds = {
        "slow_share": Claim("scenarios", slow, "share"),
        "fast_share": Claim("scenarios", fast, "share"),
        "slow": Claim("scenarios", slow, "walk_speed_mps"),
        "fast": Claim("scenarios", fast, "walk_speed_mps"),
    }
    if modelled:
        return state(
            "How sure: where people live is modelled here, so no interval is given; the share is {slow_share} at {slow} and "
            "{fast_share} at {fast} m/s.",
            tables,
            words={},
            **speeds,
        )
    scenario, area = tables["scenarios"], tables["by_subdistrict"]
    spread = abs(scenario.number(fast, "share") - scenario.number(slow, "share"))
    chance = area.number(row, "upper") - area.number(row, "lower")
    template = (
        mark(
            "How fast people walk matters more than chance: the share is {slow_share} at {slow} and {fast_share} at {fast} "
            "m/s, while its interval at the main speed is {lower} to {upper}."
        )
        if spread > chance
        else mark(
            "The share lies between {lower} and {upper} when one allows for where people happen to live; it is "
            "{slow_share} at {slow} and {fast_share} at {fast} m/s."
        )
    )
    return state(
        template,
        tables,
        words={},
        **speeds,
        **bounds,
    )


def _extreme_speeds(situation: Situation) -> tuple[str, str] | None:
    """Rows of the slowest and the fastest scenario at the main time limit; None where they do not exist."""
    speeds, minutes = situation.params.walk_speeds_mps, situation.params.access_threshold_minutes
    if minutes not in situation.params.thresholds_minutes or min(speeds) == max(speeds):
        return None
    return f"{min(speeds):g}-{minutes:g}", f"{max(speeds):g}-{minutes:g}"


def largest_gap(tables: Tables) -> str | None:
    """The sub-district with most people not reached; None where all are reached."""
    missed = tables["by_subdistrict"].frame["not_reached"].drop(DISTRICT_ROW)
    return str(missed.idxmax()) if (missed > 0).any() else None


def _gap(situation: Situation, tables: Tables) -> Statement | None:
    if situation.params.unit is not None:
        return None
    worst = largest_gap(tables)
    if worst is None:
        return None
    shares = tables["by_subdistrict"].frame["share"].drop(DISTRICT_ROW)
    if shares.isna().all():
        return None
    lowest = str(shares.idxmin())
    tied = int((shares == shares.min()).sum())
    claims = {
        "missed": Claim("by_subdistrict", worst, "not_reached"),
        "share": Claim("by_subdistrict", worst, "share"),
        "lowest_share": Claim("by_subdistrict", lowest, "share"),
    }
    words = {"people": situation.people, "worst": situation.units.names[worst], "lowest": situation.units.names[lowest]}
    if lowest == worst:
        template = mark(
            "The gap is largest in {worst}: {missed} {people} there are beyond that walk, and only {share} are within it."
        )
        del claims["lowest_share"], words["lowest"]
    elif tied > 1:
        template = mark(
            "More of those missed live in {worst} than anywhere else ({missed} people; {share} reached); the lowest share, "
            "{lowest_share}, is that of several sub-districts."
        )
        del words["lowest"]
    else:
        template = mark(
            "More of those missed live in {worst} than anywhere else ({missed} people; {share} reached); the lowest share "
            "is in {lowest} ({lowest_share})."
        )
    return state(template, tables, words=words, **claims)


def _frail(situation: Situation, tables: Tables) -> Statement | None:
    table = tables["groups"]
    if "frail" not in table.frame.index or any(_marked(table, row, "share") for row in ("frail", "older")):
        return None
    template = (
        mark(
            "Frail {people} are worse placed than {people} as a whole: {share} are reached against {all_share}, and "
            "{missed} are not."
        )
        if table.number("frail", "share") < table.number("older", "share")
        else mark(
            "Frail {people} are no worse placed than {people} as a whole ({share} reached against {all_share}), but "
            "{missed} of them are beyond the walk."
        )
    )
    return state(
        template,
        tables,
        words={"people": situation.people},
        share=Claim("groups", "frail", "share"),
        all_share=Claim("groups", "older", "share"),
        missed=Claim("groups", "frail", "not_reached"),
    )


def _suggestion(situation: Situation, tables: Tables) -> Statement:
    row = situation.units.row(situation.params.unit)
    worst = largest_gap(tables) if situation.params.unit is None else situation.params.unit
    if tables["by_subdistrict"].number(row, "share") >= COVERED_SHARE:
        return state(
            "Distance is not the main barrier here: look at capacity, opening days and delivery before a new site.",
            tables,
        )
    if worst is None:
        template = mark(
            "Look first at the {unknown} people whose walk is unknown: their homes lie too far from any mapped street."
        )
        return state(template, tables, unknown=Claim("by_subdistrict", row, "unsnapped"))
    words = {"worst": situation.units.names[worst]}
    if "far_and_frail" not in tables or _marked(tables["far_and_frail"], worst, "frail_far"):
        template = mark("Look first at {worst}, and compare sites by the number of people that each would add.")
        return state(template, tables, words=words)
    if "delivery" in tables and tables["delivery"].number(worst, "neither") == 0:
        return state(
            "Look first at {worst}: delivery is offered to everybody there who lives beyond the walk, so ask whether the {frail} frail "
            "people among them have meals; then compare sites by the number of people that each would add.",
            tables,
            words=words,
            frail=Claim("far_and_frail", worst, "frail_far"),
        )
    return state(
        "Look first at {worst}: a site within a short walk, or delivery to the {frail} frail people there who live beyond it; "
        "then compare sites by the number of people that each would add.",
        tables,
        words=words,
        frail=Claim("far_and_frail", worst, "frail_far"),
    )


def _marked(table: Table, row: str, column: str) -> bool:
    return (row, column) in table.marks


def notes(situation: Situation, use: CanteenUse, tables: Tables, *, synthetic: bool) -> Statements:
    """Counted exclusions and caveats."""
    counted = {
        "closed_sites": mark("Canteens not in service on the last day of the period, left out: {count}."),
        "unsnapped_sites": mark(
            "Canteens too far from any street to be reached by the network, which serve nobody here: {count}."
        ),
        "unknown_capacity": mark(
            "Canteens of unknown capacity: {count}. They count for the walk but bring no meals into the catchments, and are not taken as zero."
        ),
        "outside_sites": mark("Canteens outside the border, which count for the people near it: {count}."),
        "unsnapped_people": mark(
            "{count} {people} live too far from any street for their walk to be known; they are counted apart."
        ),
        "outside_people": mark("{count} {people} outside the border compete for the meals near it and are in no rate."),
        "meals_outside": mark("{count} rows of the meals table lie outside the twelve months and are left out."),
        "meals_elsewhere": mark(
            "{count} rows of the meals table are of canteens outside the border: their meals are in no total."
        ),
        "meals_closed": mark(
            "{count} meals were served by canteens that closed before the last day: they are in the totals, but in no canteen’s load."
        ),
    }
    sentences = [
        state(template, tables, words={"people": situation.people}, count=Claim("exclusions", row, "count"))
        for row, template in counted.items()
        if tables["exclusions"].number(row, "count") != 0
    ]
    sentences += edge_notes(situation.shortfall, tables, tr("canteens"))
    sentences += use_notes(use, tables)
    sentences.append(
        state(
            "Reach is about distance alone: prices, taste, illness and stairs inside a building also keep people away.",
            tables,
        )
    )
    sentences.append(
        state(
            "A resident population and a registered population differ by many people; this report counts one of them "
            "({basis}) and never mixes the two.",
            tables,
            words={"basis": tr("resident") if situation.params.basis == "resident" else tr("registered")},
        )
    )
    return Statements(tr("Notes"), (*sentences, *made_to_agree(tables, synthetic=synthetic)))


def checks(exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    area = exact["by_subdistrict"]
    parts = sum(area.number(DISTRICT_ROW, column) for column in ("reached", "not_reached", "unsnapped"))
    reached = area.frame["reached"].drop(DISTRICT_ROW).to_numpy(dtype=np.float64).sum()
    found = [
        Check(
            tr("everybody is counted once"),
            isclose(parts, area.number(DISTRICT_ROW, "older_persons"), rel_tol=1e-12),
            state(
                "Reached, not reached and unknown add up to the {persons} people counted in the district.",
                tables,
                persons=Claim("by_subdistrict", DISTRICT_ROW, "older_persons"),
            ),
        ),
        Check(
            tr("sub-districts add up"),
            isclose(reached, area.number(DISTRICT_ROW, "reached"), rel_tol=1e-12),
            state(
                "The people reached in the sub-districts add up to the district's {reached}.",
                tables,
                reached=Claim("by_subdistrict", DISTRICT_ROW, "reached"),
            ),
        ),
    ]
    found += ledger_checks(exact, tables, tr("meals"))
    found += use_checks(exact, tables)
    return Checks((*found, *published_checks(tables)))


def method(walk: str) -> tuple[Section, ...]:
    """How the numbers were made, for a reader who wants to check them."""
    return (
        Section(
            tr("Walks"),
            (
                walk,
                tr(
                    "A place counts as reached when the walk is at most the time limit times the speed; equality counts. "
                    "Distances are whole millimetres, so ties do not depend on rounding."
                ),
                formulas.WITHIN_REACH,
                tr(formulas.WITHIN_REACH_WHERE),
            ),
        ),
        Section(
            tr("Shares and intervals"),
            (
                tr(
                    "A share divides the people counted whose home has a canteen within the limit by all people counted of "
                    "the unit. Its interval is a Wilson score interval whose sample size is the effective number of "
                    "independent homes."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
                *formulas.EFFECTIVE_SIZE,
                tr(formulas.EFFECTIVE_SIZE_WHERE),
            ),
        ),
        Section(
            tr("Meals in reach"),
            (
                tr(
                    "First every canteen divides its daily meals by the people who can walk to it, weighted by a Gaussian "
                    "that falls from one at the door to zero at the limit. Then every home adds up these ratios, with the "
                    "same weights, over the canteens it can walk to (Luo and Qi 2009; Dai 2010). The result is meals per "
                    "person and day; what the canteens give out equals what people receive, and the accounts table shows it."
                ),
                *formulas.CATCHMENT,
                tr(formulas.CATCHMENT_WHERE),
            ),
        ),
        *access_method.worded_sections(
            access_method.EQUITY,
            access_method.WALKERS,
            access_method.UNCERTAINTY,
            access_method.ROBUSTNESS,
            access_method.WHY_HERE,
        ),
        *use_method(),
        small_counts(),
    )
