"""Cases over years by where people live: how channels shift, and what opening a spot changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.studies.service_access_residence import ResidentCases, resident_cases
from jingan_analysis.studies.service_access_shift import ChannelShift, channel_shift
from jingan_analysis.studies.service_access_shift_method import shift_method
from jingan_analysis.studies.service_access_shift_page import shift_checks, shift_figure, shift_headline, shift_notes
from jingan_analysis.studies.service_access_shift_tables import residence_ledger, shift_tables
from jingan_analysis.studies.service_access_spot_effect import SpotEffect, spot_effect
from jingan_analysis.studies.service_access_spot_method import spot_method
from jingan_analysis.studies.service_access_spot_page import spot_figures, spot_headline, spot_notes
from jingan_analysis.studies.service_access_spot_tables import spot_tables
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import linked, row_by_row
from jingan_analysis.tables.claims import Statement, state
from jingan_analysis.tables.service_access_shift import ledger_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.district import District
    from jingan_analysis.figures.figure import Figure
    from jingan_analysis.studies.result import Check, Section
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_tables import Exclusions, Tables
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.service_access import Words
    from jingan_analysis.tables.table import Table


@dataclass(frozen=True)
class OverTime:
    """What cases over years tell.

    Attributes
    ----------
    cases
        Cases by month, committee of residence and channel.
    shift
        How channels shift in the area reported on; None where the records are too short.
    effect
        What opening a spot changes in the whole district.
    """

    cases: ResidentCases
    shift: ChannelShift | None
    effect: SpotEffect


def over_time(district: District, inputs: Inputs, params: Params) -> OverTime | None:
    """Run both questions; None where the district has no cases by where people live."""
    cases = resident_cases(district, inputs, params)
    if cases is None:
        return None
    return OverTime(
        cases,
        channel_shift(cases, inputs.row, inputs.units.codes, confidence=params.confidence, seed=params.seed),
        spot_effect(cases, months=params.panel_months, confidence=params.confidence, seed=params.seed),
    )


def over_time_tables(
    district: District, inputs: Inputs, params: Params, found: OverTime | None, excluded: Exclusions, words: Words
) -> list[Table]:
    """Every table of both, and what is in none of them."""
    if found is None:
        return []
    excluded["cases_before_gap"] = (
        float(found.cases.before_gap),
        tr("cases"),
        tr("Cases by where people live of months before one without any record; they are in no figure"),
    )
    ledger = residence_ledger(found.cases, district.table("case_counts") if district.has("case_counts") else None)
    whole = inputs.units.labels[DISTRICT_ROW]
    return [
        *shift_tables(found.shift, inputs, words, minimum_cell=params.minimum_cell),
        *([] if ledger is None else [ledger_table(ledger, words)]),
        *spot_tables(found.effect, words, district=whole, confidence=params.confidence),
    ]


def over_time_headline(tables: Tables, inputs: Inputs, found: OverTime | None) -> Statement | None:
    """How far people left the windows, and what a spot changes."""
    if found is None:
        return None
    shift, effect = shift_headline(tables, found.shift), spot_headline(tables, inputs.units.labels[DISTRICT_ROW])
    if shift is None or effect is None:
        return shift or effect
    return state("{shift} {effect}", tables, words={"shift": shift, "effect": effect})


def over_time_figures(
    tables: Tables, inputs: Inputs, found: OverTime | None, *, place: str, day: str
) -> list[Figure | None]:
    """The figures of both."""
    return [] if found is None else [shift_figure(tables, found.shift, place), *spot_figures(tables, inputs, day)]


def over_time_notes(tables: Tables, found: OverTime | None, row: str) -> list[Statement]:
    """Caveats of both, or what the table would make possible."""
    if found is None:
        return [
            state(
                "Cases by month and where people live are not in the data (table “resident_cases”). With them the report "
                "would say how channels shift over time, and what opening a spot changes at windows.",
                tables,
            )
        ]
    return [*shift_notes(tables, found.shift, row), *spot_notes(tables, found.effect, row)]


def over_time_checks(exact: Tables, tables: Tables) -> list[Check]:
    """What was verified of both."""
    return shift_checks(tables, exact)


def over_time_method() -> tuple[Section, ...]:
    """How both are estimated."""
    return shift_method(), spot_method()


def over_time_links(tables: Mapping[str, Table], row: str) -> list[frozenset[Place]]:
    """Cells of these tables that show one count, and cells of others that show the same."""
    links = []
    if "shift_index" in tables:
        for span in ("first", "last"):
            links += [
                linked(("shift_channels", "all", f"{span}_cases"), ("shift_index", row, f"{span}_cases")),
                linked(("shift_channels", "window", f"{span}_cases"), ("shift_index", row, f"{span}_window")),
            ]
    if "shift_ledger" in tables:
        frame = tables["shift_ledger"].frame
        links += row_by_row(
            map(str, frame.index[frame["difference"] == 0]), ("shift_ledger", "handled"), ("shift_ledger", "resident")
        )
        links += [
            linked(("shift_ledger", channel, "handled"), ("channels_by_subdistrict", DISTRICT_ROW, f"{channel}_cases"))
            for channel in map(str, frame.index)
            if channel != "all"
        ]
        links.append(linked(("shift_ledger", "all", "handled"), ("channels_by_subdistrict", DISTRICT_ROW, "cases")))
    return links
