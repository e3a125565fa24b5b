"""What the tables of where next say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.next_sites_numbers import PARTS, proposed
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jingan_analysis.studies.next_sites_situation import Situation
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    across = Across(tuple(_same(situation, tables)))
    return protect_all(tables, situation.params.minimum_cell, across)


def _same(situation: Situation, tables: Mapping[str, Table]) -> Iterator[frozenset[Place]]:
    place = situation.row
    yield linked(
        ("by_subdistrict", place, "persons"), ("groups", "counted", "persons"), ("scenarios", "counted", "persons")
    )
    for part in PARTS:
        yield linked(("by_subdistrict", place, part), ("groups", "counted", part))
    for group in ("aged_80_plus", "living_alone", "frail"):
        yield linked(("groups", group, "persons"), ("scenarios", group, "persons"))
    yield linked(
        ("by_subdistrict", DISTRICT_ROW, "unsnapped"),
        ("ledger", "inside_unsnapped", "persons_before"),
        ("ledger", "inside_unsnapped", "persons_after"),
        ("exclusions", "unsnapped_people", "count"),
    )
    yield linked(
        ("ledger", "outside", "persons_before"),
        ("ledger", "outside", "persons_after"),
        ("exclusions", "outside_people", "count"),
    )
    yield linked(("by_subdistrict", place, "before"), ("choices", "now", "covered"))
    yield linked(("choices", "proposal", "covered"), ("alternatives", "1", "covered"))
    for site in proposed(situation):
        yield linked(("sites", site, "near"), ("candidates", site, "near"))
