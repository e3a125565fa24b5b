"""From the numbers of where next to its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.studies import next_sites_numbers as numbers
from jingan_analysis.studies import next_sites_words as wording
from jingan_analysis.studies.counted_people import counted_people
from jingan_analysis.studies.next_sites_choices import choices
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.snapping_table import snapping_table
from jingan_analysis.tables import next_sites as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.settings import SETTINGS, setting

if TYPE_CHECKING:
    from jingan_analysis.studies.next_sites_situation import Situation
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table

WALKED = frozenset(
    {"sites", "by_subdistrict", "groups", "stop_curve", "frontier", "alternatives", "scenarios", "choices", "access",
     "ledger", "candidates"}
)  # fmt: skip
"""Tables whose numbers rest on walks."""


def tables_of(situation: Situation) -> dict[str, Table]:
    """All tables, in reading order."""
    settings = settings_of(situation)
    words, labels = words_of(situation, settings), situation.units.labels
    groups = worded(wording.GROUPS)
    tables = [
        *_proposal_tables(situation, words),
        layout.by_subdistrict(numbers.by_subdistrict(situation), words, labels),
        layout.groups(numbers.groups(situation), words, groups),
        layout.decision(numbers.decision(situation), words),
        layout.stop_curve(numbers.stop_curve(situation), words),
        *_trade_tables(situation, words, settings),
        layout.choices(choices(situation), words, worded(wording.CHOICES), _choice_notes(settings)),
        *_supply_tables(situation, words),
        *_candidate_tables(situation, words),
        *_ends(situation),
        settings,
    ]
    return {table.name: situation.walking.marked(table) if table.name in WALKED else table for table in tables}


def _proposal_tables(situation: Situation, words: layout.Words) -> list[Table]:
    frame = numbers.sites(situation)
    if frame.empty:
        return []
    meals = situation.params.facility == "canteens"
    return [layout.sites(frame, words, situation.names, worded(wording.PREMISES), meals=meals)]


def _trade_tables(situation: Situation, words: layout.Words, settings: Table) -> list[Table]:
    found, bound = [], {SETTINGS: settings}
    frontier, scenarios = numbers.frontier(situation), numbers.scenarios(situation)
    if frontier is not None:
        found.append(layout.frontier(frontier, words))
    within = state(
        "Nearly as good: at most {within} of the people fewer than the best choice, and at least one of its sites exchanged.",
        bound, within=Claim(SETTINGS, "alternatives_within", "value", decimals=1, kind="percent"),
    )  # fmt: skip
    frame = numbers.alternatives(situation)
    found.append(layout.alternatives(frame, words, within, complete=situation.alternatives.complete))
    if scenarios is not None:
        found.append(layout.scenarios(scenarios, words, worded(wording.GROUPS)))
    return found


def _choice_notes(settings: Table) -> tuple[Text, ...]:
    return (
        state(
            "Walks: who has no site within {far} minutes counts with so many in the mean, and stands under “beyond”; the longest is that of all others.",
            {SETTINGS: settings}, far=setting("far_minutes"),
        ),
        tr("All choices keep the same rules. Least walking: the p-median. Shortest longest walk: the p-centre of all homes that some site may be in reach of. Unproven: what is open of the proof of the choice's own question."),
    )  # fmt: skip


def _supply_tables(situation: Situation, words: layout.Words) -> list[Table]:
    if not situation.knows_supply:
        return []
    access, ledger = numbers.access(situation), numbers.ledger(situation)
    per = tr("per 100 people and day") if situation.params.facility == "canteens" else tr("per 100 people")
    return [layout.access(access, words, situation.units.labels, per), layout.ledger(ledger, words)]


def _candidate_tables(situation: Situation, words: layout.Words) -> list[Table]:
    found = [layout.left_out(numbers.left_out(situation), words, worded(wording.REASONS))]
    frame = numbers.candidates(situation)
    if len(frame):
        premises, status = worded(wording.PREMISES), wording.status()
        found.append(layout.candidates(frame, words, situation.premises.names, premises, status))
    return found


def _ends(situation: Situation) -> list[Table]:
    people, inside = situation.persons, situation.residents.inside
    places = {
        mark("Homes"): situation.residents.xy_m[people > 0],
        mark("Sites"): situation.sites[["x_m", "y_m"]].to_numpy(dtype="float64"),
    }
    snapping = snapping_table(situation.walking, places)
    table = exclusions(
        counted(
            {
                "unsnapped_people": (int(people[inside & situation.unsnapped].sum()), "cases"),
                "outside_people": (int(people[~inside].sum()), "cases"),
                "not_in_service": (situation.standing.not_in_service, "rows"),
                "unknown_supply": (int(pd.isna(situation.sites["supply"]).sum()), "rows"),
            }
        ),
        {
            "unsnapped_people": tr("People whose walk is unknown"),
            "outside_people": tr("People outside the border"),
            "not_in_service": tr("Sites not in service on the last day"),
            "unknown_supply": tr("Sites and candidates of unknown supply"),
        },
    )
    return [*([] if snapping is None else [snapping]), table]


def words_of(situation: Situation, settings: Table) -> layout.Words:
    """Words that captions share."""
    bound, facility = {SETTINGS: settings}, situation.params.facility
    return layout.Words(
        people=counted_people(situation.params, bound),
        site=tr(wording.SITE[facility]),
        sites=tr(wording.SITES[facility]),
        limit=state(
            "{minutes} minutes at {speed} m/s",
            bound,
            minutes=setting("access_threshold_minutes"),
            speed=setting("walk_speed_mps"),
        ),
        place=situation.place,
        area=tr("Sub-district") if situation.params.unit is None else tr("Committee"),
        supply=tr(wording.SUPPLY[facility]),
    )


def settings_of(situation: Situation) -> Table:
    """The parameters of the report."""
    params = situation.params

    def sourced(name: str, meaning: str) -> str:
        return tr("{meaning} ({source})", meaning=meaning, source=parameter(name).source_in(spoken()))

    budget = tr("Most that all new sites may cost together")
    return settings_table(
        {
            "age_from_years": (params.age_from_years, tr("years"), tr("Youngest age counted")),
            "frail_weight": (params.frail_weight, tr("times"), tr("What a frail person counts against another one")),
            "alone_weight": (params.alone_weight, tr("times"), tr("What a person who lives alone counts against another one")),
            "walk_speed_mps": (params.walk_speed_mps, tr("m/s"), sourced("walk_speed_mps", tr("Walking speed of the main results"))),
            "access_threshold_minutes": (params.access_threshold_minutes, tr("minutes"), sourced("access_threshold_minutes", tr("Longest walk that counts as near"))),
            "far_minutes": (situation.far_minutes, tr("minutes"), tr("Walks are known up to so many minutes")),
            **situation.walking.settings,
            "new_sites": (params.new_sites, tr("sites"), sourced("new_sites", tr("New sites proposed"))),
            "most_new_sites": (params.most_new_sites, tr("sites"), sourced("most_new_sites", tr("Last number of new sites on the curve"))),
            "worthwhile_persons": (params.worthwhile_persons, tr("persons"), sourced("worthwhile_persons", tr("People whom a further site must bring near to be worth it"))),
            "least_floor_area_m2": (params.least_floor_area_m2, "m²", sourced("least_floor_area_m2", tr("Premises known to be smaller are left out"))),
            "most_moved": (params.most_moved, tr("sites"), tr("Sites that stand and may move, at most")),
            **({} if params.budget_cny is None else {"budget_cny": (params.budget_cny, "CNY", budget)}),
            "alternatives_within": (params.alternatives_within, tr("of people"), sourced("alternatives_within", tr("What an alternative may lack"))),
            "most_alternatives": (params.most_alternatives, tr("choices"), sourced("most_alternatives", tr("Choices listed at most"))),
            "draws": (params.draws, tr("draws"), tr("Times that people are placed anew")),
            "search_branches": (params.search_branches, tr("branches"), sourced("search_branches", tr("Branches after which a search ends without a proof"))),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of a group of people that is shown")),
            "confidence": (params.confidence, "", tr("Confidence level of intervals")),
            "seed": (params.seed, "", tr("Seed of everything random")),
        }
    )  # fmt: skip
