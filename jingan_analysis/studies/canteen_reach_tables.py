"""From the numbers of canteen reach to its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.disclosure.suppression import Marks, suppress_small, without_suppressed
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.studies import canteen_reach_numbers as numbers
from jingan_analysis.studies.canteen_reach_meals import meal_totals
from jingan_analysis.studies.canteen_reach_published import published_canteens
from jingan_analysis.studies.canteen_reach_use_settings import use_settings
from jingan_analysis.studies.canteen_reach_use_tables import (
    delivery_tables,
    diner_tables,
    meal_tables,
    seat_tables,
    standards_table,
)
from jingan_analysis.studies.counted_people import counted_people
from jingan_analysis.studies.edge_page import edge_settings, edge_tables
from jingan_analysis.studies.equity_page import equity_settings, equity_tables
from jingan_analysis.studies.robustness_page import robustness_tables
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.shortfall_page import shortfall_settings, shortfall_tables
from jingan_analysis.studies.snapping_table import snapping_table
from jingan_analysis.studies.supply_ledger import ledger_table
from jingan_analysis.studies.uncertainty_page import uncertainty_tables
from jingan_analysis.studies.units import DISTRICT_ROW, place_names
from jingan_analysis.studies.walkers_page import walker_settings, walkers_tables
from jingan_analysis.tables import canteen_reach as layout
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.supply_words import SupplyWords
from jingan_analysis.tables.table import Table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.studies.canteen_reach_use import CanteenUse

WALKED = frozenset(
    {
        "by_subdistrict",
        "edge",
        "scenarios",
        "uncertainty",
        "groups",
        "far_and_frail",
        "delivery",
        "delivery_groups",
        "walkers",
        "walkers_by_subdistrict",
        "meals_access",
        "equity",
        "access_clusters",
        "robustness",
        "choices",
        "why_here",
        "openings",
        "canteens",
        "ledger",
    }
)
"""Tables whose numbers rest on walks."""

GROUP_LABELS = {
    "aged_80_plus": mark("Aged 80 and over"),
    "living_alone": mark("Living alone"),
    "frail": mark("Frail"),
    "frail_80_plus": mark("Frail, aged 80 and over"),
    "alone_80_plus": mark("Living alone, aged 80 and over"),
}


NESTED = (
    ("frail_80_plus", "frail"),
    ("frail_80_plus", "aged_80_plus"),
    ("alone_80_plus", "living_alone"),
    ("alone_80_plus", "aged_80_plus"),
)
"""Groups inside groups: what is left of the outer one is a count too."""

PARTS = ("reached", "not_reached", "unsnapped")
RATE = ("share", "lower", "upper")

_SAME_COUNT = {"persons": "frail_persons", "not_reached": "frail_far"}
"""Columns of the frail in the table of groups, and the columns by sub-district that count the same people."""


def tables_of(district: District, situation: Situation, use: CanteenUse, exclusions: pd.DataFrame) -> dict[str, Table]:
    """All tables, in reading order."""
    meals = use.district_meals
    words, near_words, labels = _words(situation), supply_words(situation), situation.units.labels
    loads = numbers.canteen_loads(situation, meals)
    tables = [
        layout.by_subdistrict(numbers.by_subdistrict(situation), words, labels, situation.params.thresholds_minutes),
        *edge_tables(situation.shortfall, near_words),
        layout.scenarios(numbers.scenarios(situation), words),
        *uncertainty_tables(situation.uncertainty, near_words),
        *_group_tables(situation, words),
        *delivery_tables(use, words, _group_labels(situation)),
        *diner_tables(use, words),
        *walkers_tables(situation.walkers, words.people, tr("a canteen")),
    ]
    meals_access = numbers.access_by_subdistrict(situation)
    if meals_access is not None:
        tables.append(layout.access(meals_access, words, labels))
    tables += equity_tables(situation.shortfall, near_words)
    tables += robustness_tables(situation.robustness, tr("Meals in reach"))
    tables += shortfall_tables(situation.shortfall, near_words)
    if len(loads):
        names = place_names(situation.sites, "site_id")
        tables.append(layout.canteens(_with_unit_names(situation, loads), words, names))
    load = numbers.loads(situation, loads)
    if load is not None:
        tables.append(layout.load(load, words))
    if meals is not None:
        tables.append(layout.meals(_meal_totals(situation, meals), words))
    tables += [*meal_tables(use, loads, words), *seat_tables(use, words)]
    tables += standards_table(use, {table.name: table for table in tables}, words)
    tables += [
        ledger_table(situation.shortfall, near_words),
        *filter(None, [published_canteens(district, situation, meals), _snapping(situation)]),
        layout.exclusions(exclusions),
        _settings(situation),
    ]
    return {table.name: situation.walking.marked(table) if table.name in WALKED else table for table in tables}


def _group_tables(situation: Situation, words: layout.Words) -> list[Table]:
    """Groups of older people; small counts of frail people and people living alone are suppressed."""
    minimum = situation.params.minimum_cell
    groups, tables = numbers.groups(situation), []
    hidden: set[str] = set()
    if "frail" in groups.index:
        frail = numbers.frail_by_subdistrict(situation)
        marks = suppress_small(
            frail[["frail_persons", "frail_far"]],
            minimum_cell=minimum,
            total_row=DISTRICT_ROW,
            parts={"frail_far": ["frail_persons"]},
            derived={"frail_far": ["share", "lower", "upper"]},
        )
        # What this table hides, to protect a neighbour, the groups of the same place must not show.
        place = situation.units.row(situation.params.unit)
        hidden = {own for own, other in _SAME_COUNT.items() if (place, other) in marks}
        tables.append(
            layout.frail_by_subdistrict(without_suppressed(frail, marks), marks, words, situation.units.labels)
        )
    marks = _group_marks(groups, minimum) | {("frail", column): "c" for column in hidden}
    marks |= {("frail", column): "c" for column in (*PARTS, *RATE) if hidden}
    return [layout.groups(without_suppressed(groups, marks), marks, words, _group_labels(situation)), *tables]


def _group_labels(situation: Situation) -> dict[str, str]:
    return {"older": tr("All {people}", people=situation.people), **worded(GROUP_LABELS)}


def _group_marks(groups: pd.DataFrame, minimum_cell: int) -> Marks:
    """What small counts hide in the table of groups; all older people together are shown by sub-district anyway."""
    counts = groups[["persons", *PARTS]]
    # Three parts add up to the people of a group: a small one goes with the others, or they would give it away.
    marks = suppress_small(
        counts.drop(index="older"),
        minimum_cell=minimum_cell,
        total_row=None,
        parts=dict.fromkeys(PARTS, ("persons",)),
        derived=dict.fromkeys(PARTS, (*PARTS, *RATE)),
    )
    for inner, persons in _given_away(counts, minimum_cell).items():
        marks |= {(inner, column): "c" for column in (*(("persons",) if persons else ()), *PARTS, *RATE)}
    return marks


def _given_away(counts: pd.DataFrame, minimum_cell: int) -> dict[str, bool]:
    """Inner groups that would give a small remainder of an outer group away, and whether their size would."""
    found: dict[str, bool] = {}
    for inner, outer in NESTED:
        if {inner, outer} <= set(counts.index):
            own, whole = (counts.loc[[row]].to_numpy(dtype="float64")[0] for row in (inner, outer))
            small = (own > 0) & (whole > own) & (whole - own < minimum_cell)
            if small.any():
                found[inner] = found.get(inner, False) or bool(small[list(counts.columns).index("persons")])
    return found


def _snapping(situation: Situation) -> Table | None:
    homes = situation.residents.xy_m[situation.older > 0]
    sites = situation.sites[["x_m", "y_m"]].to_numpy(dtype="float64")
    return snapping_table(situation.walking, {mark("Homes"): homes, mark("Canteens"): sites})


def supply_words(situation: Situation) -> SupplyWords:
    """Words of the tables and figures on why little is in reach."""
    words = _words(situation)
    return SupplyWords(
        people=words.people,
        supply=tr("Meals"),
        per=tr("per 100 people and day"),
        amount=tr("per day"),
        site=tr("a canteen"),
        sites=tr("canteens"),
        limit=words.limit,
        place=words.focus,
    )


def _words(situation: Situation) -> layout.Words:
    params, settings = situation.params, _settings(situation)
    bound = {SETTINGS: settings}
    return layout.Words(
        people=counted_people(situation.params, bound),
        limit=state(
            "{minutes} minutes at {speed} m/s",
            bound,
            minutes=setting("access_threshold_minutes"),
            speed=setting("walk_speed_mps"),
        ),
        focus=situation.units.labels[situation.units.row(params.unit)],
        year=params.window.year_label,
        settings=settings,
    )


def _with_unit_names(situation: Situation, loads: pd.DataFrame) -> pd.DataFrame:
    names = loads["subdistrict_code"].map(situation.units.names)
    return loads.drop(columns="subdistrict_code").assign(subdistrict=names)


def _meal_totals(situation: Situation, meals: pd.DataFrame) -> pd.DataFrame:
    window = situation.params.window
    days = (window.end - window.year_start).days + 1
    return meal_totals(meals, float(situation.older[situation.residents.inside].sum()), days)


def _settings(situation: Situation) -> Table:
    params = situation.params
    return settings_table(
        {
            "age_from_years": (params.age_from_years, tr("years"), tr("Youngest age counted as older")),
            "walk_speed_mps": (
                params.walk_speed_mps,
                tr("m/s"),
                tr(
                    "Walking speed of the main results ({source})",
                    source=parameter("walk_speed_mps").source_in(spoken()),
                ),
            ),
            "access_threshold_minutes": (
                params.access_threshold_minutes,
                tr("minutes"),
                tr("Time limit ({source})", source=parameter("access_threshold_minutes").source_in(spoken())),
            ),
            **situation.walking.settings,
            **walker_settings(params),
            **shortfall_settings(situation.shortfall),
            **edge_settings(params),
            **equity_settings(params),
            "overload_share": (
                params.overload_share,
                tr("of capacity"),
                tr("Overloaded from here on (project convention)"),
            ),
            "idle_share": (params.idle_share, tr("of capacity"), tr("Idle below this (project convention)")),
            **use_settings(params),
            "minimum_cell": (
                params.minimum_cell,
                tr("persons"),
                tr("Smallest count of a group of people that is shown"),
            ),
            "confidence": (params.confidence, "", tr("Confidence level of intervals")),
            "seed": (params.seed, "", tr("Seed of the bootstrap")),
        }
    )
