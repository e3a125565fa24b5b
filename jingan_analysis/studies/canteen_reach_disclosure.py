"""What the tables of canteen reach say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.canteen_reach_use import GROUPS
from jingan_analysis.studies.supply_disclosure import shares_of_people
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row, whole_column
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    return protect_all(tables, situation.params.minimum_cell, _across(situation, tables))


def _across(situation: Situation, tables: Mapping[str, Table]) -> Across:
    params, area = situation.params, "by_subdistrict"
    place, main = situation.units.row(params.unit), f"{params.walk_speed_mps:g}-{params.access_threshold_minutes:g}"
    everybody = whole_column(tables, ("scenarios", "persons"), ("walkers", "persons"))
    same = (
        linked((area, place, "older_persons"), ("groups", "older", "persons"), *everybody),
        linked(
            (area, place, "reached"),
            ("groups", "older", "reached"),
            ("scenarios", main, "reached"),
            ("uncertainty", "share", "value"),
        ),
        linked(
            (area, place, "not_reached"), ("groups", "older", "not_reached"), ("uncertainty", "not_reached", "value")
        ),
        linked(
            (area, place, "unsnapped"),
            ("groups", "older", "unsnapped"),
            *whole_column(tables, ("walkers", "unknown")),
        ),
        linked(
            (area, DISTRICT_ROW, "unsnapped"),
            ("ledger", "inside_unsnapped", "persons"),
            ("exclusions", "unsnapped_people", "count"),
        ),
        linked(("ledger", "outside", "persons"), ("exclusions", "outside_people", "count")),
        *row_by_row(situation.units.codes, (area, "older_persons"), ("why_here", "persons")),
        *_of_use(situation),
    )
    catchment = {"meals_access": ("none_share", "low_share", "unknown_share")}
    return Across(same, shares_of_people(tables, (area, "older_persons"), catchment))


def _of_use(situation: Situation) -> Iterator[frozenset[Place]]:
    """People by how they are reached, and diners: the same people in several tables."""
    place, rows = situation.units.row(situation.params.unit), [*situation.units.codes, DISTRICT_ROW]
    same = {"persons": "older_persons", "reached": "reached", "not_reached": "not_reached", "unknown": "unsnapped"}
    for part, counted in same.items():
        yield from row_by_row(rows, ("by_subdistrict", counted), ("delivery", part))
    yield from row_by_row(rows, ("by_subdistrict", "older_persons"), ("penetration", "older_persons"))
    for part in (*same, "both", "foot_only", "delivery_only", "neither"):
        yield linked(("delivery", place, part), ("delivery_groups", "older", part))
    for group in GROUPS:
        for part, counted in {**same, "persons": "persons"}.items():
            yield linked(("groups", group, counted), ("delivery_groups", group, part))
    yield linked(("penetration", place, "diners"), ("standards", "penetration", "part"))
    yield linked(("penetration", place, "older_persons"), ("standards", "penetration", "whole"))
