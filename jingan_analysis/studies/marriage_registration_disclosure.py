"""What the tables on marriages say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.disclosure.suppression import Marks, without_suppressed
from jingan_analysis.studies.marriage_registration_records import HOME_SCOPES, LOCAL, OPENED, SCOPE_CODES
from jingan_analysis.studies.marriage_registration_residence import ELSEWHERE, TOTAL
from jingan_analysis.studies.marriage_registration_scopes import COMPARED
from jingan_analysis.studies.marriage_registration_series import quarter_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords
    from jingan_analysis.tables.across import Place, Sum
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    records = situation.records
    row = situation.params.unit or TOTAL
    same = [
        *(
            linked(("scopes", scope, "marriages"), ("residence", row, scope), ("travel_saved", scope, "couples"))
            for scope in situation.own.scopes
        ),
        linked(("scopes", TOTAL, "marriages"), ("residence", row, "marriages"), ("types", "marriage", "registered")),
        *row_by_row(situation.units.codes, ("residence", "marriages"), ("rates", "marriages")),
    ]
    if "visits" in tables:
        # Where documents were noted of everybody, it is known who came as soon as one of the two is.
        visits = tables["visits"].frame
        same += row_by_row(visits.index[visits["noted"] == visits["came"]], ("visits", "came"), ("visits", "noted"))
    if situation.params.unit is None:
        same += _last_opening(records)
    sums = tuple(each for each in _sums(situation, tables) if _holds(tables, each))
    shown = protect_all(tables, situation.params.minimum_cell, Across(tuple(same), sums=sums))
    return _without_hours_of_few(shown)


def _last_opening(records: MarriageRecords) -> list[frozenset[Place]]:
    """What came under the last opening stands in the last stage, and in the period where that began within it."""
    since = ("openings", "foreign_related", "since")
    same = [linked(since, ("stages", "foreign_related", "foreign_related"))]
    if records.openings["foreign_related"] >= pd.Timestamp(records.window.start):
        same.append(linked(since, ("scopes", "foreign_related", "marriages")))
    return same


def _sums(situation: Situation, tables: Mapping[str, Table]) -> Iterator[Sum]:
    """Counts of one table that make as much as counts of others."""
    if "residence" in tables:
        yield (
            (("residence", TOTAL, "marriages"),),
            (
                ("rates", DISTRICT_ROW, "marriages"),
                ("residence", ELSEWHERE, "marriages"),
            ),
        )
        if situation.params.unit is None:
            local = tuple(("scopes", scope, "marriages") for scope in SCOPE_CODES if scope not in HOME_SCOPES)
            yield (("residence", TOTAL, LOCAL),), local
    if "kept" in tables:
        yield (("visits", TOTAL, "came"),), (("kept", TOTAL, "shown"),)
    yield from _course_sums(situation, tables)


def _course_sums(situation: Situation, tables: Mapping[str, Table]) -> Iterator[Sum]:
    """Months or quarters make the period, and the times between the openings; those make what came under an opening."""
    name = "by_quarter" if "by_quarter" in tables else "by_month"
    if name not in tables:
        return
    rows, records = list(map(str, tables[name].frame.index)), situation.records

    def course(first: str, stop: str = "9999") -> tuple[Place, ...]:
        return tuple((name, row, "here") for row in rows if first <= row < stop)

    begin = f"{records.window.start:%Y-%m}"
    yield (("scopes", TOTAL, "marriages"),), course(quarter_of(begin) if name == "by_quarter" else begin)
    if "stages" not in tables:
        return
    stages = [str(stage) for stage in tables["stages"].frame.index if stage != COMPARED]
    for scope in OPENED:
        yield (("openings", scope, "since"),), tuple(("stages", stage, scope) for stage in stages)
    yield tuple(("stages", stage, "marriages") for stage in stages), course("0000")
    begins = {"before": "0000"} | {scope: f"{day:%Y-%m}" for scope, day in records.openings.items()}
    ends = dict(zip(begins, [*list(begins.values())[1:], "9999"], strict=True))
    if name == "by_month":
        for stage in stages:
            yield (("stages", stage, "marriages"),), course(begins[stage], ends[stage])


def _holds(tables: Mapping[str, Table], each: Sum) -> bool:
    """Whether both sides make as much: not where marriages lie in months without an open day, or tables are missing."""

    def made(places: tuple[Place, ...]) -> float:
        known = all(
            name in tables and column in tables[name].frame and row in tables[name].frame.index
            for name, row, column in places
        )
        return (
            sum(tables[name].number(row, column) for name, row, column in places) if known and places else float("nan")
        )

    left, right = each
    return made(left) == made(right)


def _without_hours_of_few(tables: dict[str, Table]) -> dict[str, Table]:
    """All hours go where the couples of a scope are hidden.

    A couple from far away saves many hours and one from near by few: all hours would tell how many there are of each.
    So would what each assumption carries of their variance.
    """
    if "travel_saved" not in tables or not any(
        tables["travel_saved"].marks.get((scope, "couples")) == "c" for scope in OPENED
    ):
        return tables
    saved, inputs = tables["travel_saved"], tables["travel_inputs"]
    hidden = {"travel_saved": _marks(saved, [TOTAL], ("hours", "hours_lower", "hours_upper"))}
    hidden["travel_inputs"] = _marks(inputs, list(map(str, inputs.frame.index)), ("first_order", "total"))
    return tables | {
        name: replace(
            tables[name], frame=without_suppressed(tables[name].frame, marks), marks=tables[name].marks | marks
        )
        for name, marks in hidden.items()
    }


def _marks(table: Table, rows: list[str], columns: tuple[str, ...]) -> Marks:
    return {(row, column): "c" for row in rows for column in columns if column in table.frame}
