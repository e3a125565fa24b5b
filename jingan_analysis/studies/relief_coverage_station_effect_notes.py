"""What a reader must know of the effect of stations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_discovery import WITH_STATION, WITHOUT_STATION
from jingan_analysis.studies.relief_coverage_station_effect_page import COMPARED, TREATED
from jingan_analysis.studies.result import Check
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.relief_coverage_station_effect import EFFECT_ROW
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.studies.relief_coverage_station_effect import StationEffect
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

NOT_TRUSTED = 0.05
"""With a smaller p value before the opening, sub-districts had been moving apart already."""


REFUSAL_WORDS = {
    "no_station_opened_in_records": mark(
        "What caring stations change is not estimated: none opened within the records of cases, so that no sub-district can "
        "be seen before and after."
    ),
    "too_few_periods_before": mark(
        "What caring stations change is not estimated: the records begin too shortly before the openings to show how these "
        "sub-districts moved until then."
    ),
    "nobody_to_compare_with": mark(
        "What caring stations change is not estimated: every sub-district has a station by the last day, so that nobody is left "
        "to compare with."
    ),
    "cells_without_cases": mark(
        "What caring stations change is not estimated: in some sub-district no case was opened in one of the periods, and longer "
        "periods would be too few."
    ),
    "too_few_assignments": mark(
        "What caring stations change is not estimated: so few sub-districts can be compared that no result could be told from "
        "chance."
    ),
}  # fmt: skip


GAP = {
    "overstates": mark(
        "Sub-districts with a caring station found {having} of the cases of the window themselves, the others {lacking}. That gap "
        "overstates what a station changes: before the first of the stations compared opened, the service found {before} of cases "
        "itself where they were to open, and {elsewhere} where none ever did."
    ),
    "differs": mark(
        "Sub-districts with a caring station found {having} of the cases of the window themselves, the others {lacking}. That gap "
        "is no effect of stations, for it holds what differed before: until the first of the stations compared opened, the service "
        "found {before} of cases itself where they were to open, and {elsewhere} where none ever did."
    ),
}  # fmt: skip


APART = {
    "alike": mark(
        "That sub-districts would have moved alike without a station cannot be known. Before the openings they did not move apart by "
        "more than chance explains (p {before})."
    ),
    "apart": mark(
        "The effect of stations is not to be trusted: the sub-districts had been moving apart before the openings, by more than "
        "chance explains (p {before})."
    ),
}  # fmt: skip


def station_notes(situation: Situation, tables: Tables, found: StationEffect | None) -> list[Statement]:
    """Caveats of the effect of stations, or why there is none; empty where the district has no table of stations."""
    if found is None:
        return []
    if found.refusal is not None:
        reason = REFUSAL_WORDS[found.refusal]
        return [state(reason, tables)]
    names = situation.units.names
    treated, early = (listed([names[code] for code in codes]) for codes in (found.panel.treated, found.panel.early))
    notes = [
        state(
            "Stations opened within the records of cases in {names}: only these sub-districts tell what a station changes.",
            tables,
            words={"names": treated},
        )
    ]
    if early:
        notes.append(
            state(
                "Left out of the effect of stations: {names}, where the station opened before the records of cases or too soon after "
                "they begin, so that no change can be seen.",
                tables,
                words={"names": early},
            )
        )  # fmt: skip
    return [*notes, *_trust(tables, found), *_gap(tables)]


def _trust(tables: Tables, found: StationEffect) -> list[Statement]:
    """How far the effect is to be trusted."""
    before = Claim("station_effect_basis", EFFECT_ROW, "before_p_value", decimals=2)
    finding = APART["apart" if found.before_p_value < NOT_TRUSTED else "alike"]
    notes = [state(finding, tables, before=before)]
    if found.few_periods_before:
        notes.append(
            state(
                "Only {number} periods lie before the first opening: whether the sub-districts moved alike can hardly be seen.",
                tables,
                number=Claim("station_effect_basis", EFFECT_ROW, "before"),
            )
        )
    if found.panel.open_share < 1.0:
        notes.append(
            state(
                "The period in which a station opens counts as one with a station. It was open on {share} of the days that count, so the "
                "effect looks smaller by about as much, and never larger.",
                tables,
                share=Claim("station_effect_basis", EFFECT_ROW, "open_share", decimals=0),
            )
        )  # fmt: skip
    if found.lengthened:
        notes.append(
            state(
                "The effect of stations is estimated in periods of {months} months: in shorter ones some sub-district had no case.",
                tables,
                months=Claim("station_effect_basis", EFFECT_ROW, "months"),
            )
        )
    return notes


def _gap(tables: Tables) -> list[Statement]:
    """Why sub-districts with a station beside the others tell something else."""
    claims = {
        "having": Claim("discovery_by_station", WITH_STATION, "proactive_share"),
        "lacking": Claim("discovery_by_station", WITHOUT_STATION, "proactive_share"),
        "before": Claim("station_effect_groups", TREATED, "before_share"),
        "elsewhere": Claim("station_effect_groups", COMPARED, "before_share"),
    }
    if not all_shown(tables, claims):
        return []
    having, lacking, before, elsewhere = (
        cell(tables, claim.table, claim.row, claim.column) for claim in claims.values()
    )
    larger = (having - lacking) * POINTS > cell(tables, "station_effect", EFFECT_ROW, "upper")
    finding = GAP["overstates" if larger and before > elsewhere else "differs"]
    return [state(finding, tables, words={}, **claims)]


def station_checks(tables: Tables, found: StationEffect | None, records: Records) -> list[Check]:
    """Every case of the periods stands in one cell of the panel."""
    if found is None or found.refusal is not None:
        return []
    panel = found.panel
    closes = int(panel.cases.sum()) == int((records.cases["day"] >= panel.starts[0]).sum())
    detail = state("Every case of these periods is counted in one sub-district and one period.", tables)
    return [Check(tr("cases of the periods add up"), closes, detail)]
