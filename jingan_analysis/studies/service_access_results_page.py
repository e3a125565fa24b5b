"""What the page says and shows of how cases end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.funnel import funnel
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.compared_shares import apart, funnel_points
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.compared_shares import DISPERSION
from jingan_analysis.tables.formatting import count, listed, percent
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.compared_shares import Comparison
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_tables import Tables

FEWEST_DOTS: Final = 5
HIGH: Final = ("above", "far_above")
TITLES: Final = {
    "late": (
        mark("More cases are late at the windows of {names} than usual differences explain"),
        mark("At no window are more cases late than chance and usual differences explain"),
        mark("Late at windows, share against the number of cases, by sub-district; lines: limits"),
        mark("A point a sub-district between lines that narrow as cases grow in number, around {all} late."),
        mark("Late"),
    ),
    "sent_back": (
        mark("More people are sent back at the windows of {names} than usual differences explain"),
        mark("At no window are more people sent back than chance and usual differences explain"),
        mark("Sent back at windows, share against the number of cases, by sub-district; lines: limits"),
        mark("A point a sub-district between lines that narrow as cases grow in number, around {all} sent back."),
        mark("Sent back"),
    ),
}


def windows_figure(name: str, found: Comparison, tables: Tables, inputs: Inputs) -> Figure | None:
    """The funnel of the windows by one share; None where too few may be shown."""
    table = f"windows_{name}"
    points = funnel_points(tables[table].frame)
    claims = {"all": Claim(table, DISTRICT_ROW, "raw")}
    if len(points) < FEWEST_DOTS or not all_shown(tables, claims):
        return None
    some, none, subtitle, told, axis = TITLES[name]
    names = [inputs.units.names[row] for row in apart(tables[table].frame, far=HIGH)]
    return Figure(
        table,
        state(some, tables, words={"names": listed(names)}) if names else state(none, tables),
        tr(subtitle),
        state(told, tables, words={}, **claims),
        funnel(
            name=table,
            points=points.rename(index=inputs.units.names),
            limits=found.limits(),
            centre=tables[table].number(DISTRICT_ROW, "raw"),
            centre_label=tr("whole district"),
            x_title=tr("Cases finished"),
            y_title=tr(axis),
            x_format=count,
            y_format=percent,
        ),
        table,
        (tr(DISPERSION[found.funnel.reason]),),
    )


def results_notes(tables: Tables) -> list[Statement]:
    """Shares on time and right the first time over all channels, and what they do not say."""
    claims = {
        "on_time": Claim("case_results", "all", "on_time_share"),
        "first_time": Claim("case_results", "all", "first_time_share"),
    }
    if not all_shown(tables, claims):
        return []
    return [
        state(
            "Of the cases finished {on_time} were on time and {first_time} right the first time. Promised days are the "
            "bureau's own: a longer promise is easier to keep.",
            tables, words={}, **claims,
        )
    ]  # fmt: skip
