"""Display table of visits, waits and windows at the centres: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.columns import persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.service_access import Words


def windows_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of the windows of the centres, by sub-district."""
    hour, busy, visits = tr("Mean open hour"), tr("Busy hour"), ("visits",)
    return Table(
        "centre_windows",
        tr("Visits to the centres, waits and windows, by sub-district, {period}", period=words.period),
        frame,
        (
            TableColumn("centres", tr("Centres"), "count", tr("points")),
            persons("visits", tr("Visits"), unit=tr("person-times")),
            TableColumn("open_hours", tr("Hours open"), "number", tr("hours"), 0),
            TableColumn("windows", tr("Windows"), "count"),
            TableColumn("visits_an_hour", tr("Visits"), "number", tr("an hour"), 1, hour, made_from=visits),
            TableColumn("used", tr("Windows in use"), "percent", "", 1, hour, made_from=visits),
            TableColumn("busy_wait_minutes", tr("Mean wait"), "number", tr("minutes"), 1, busy, made_from=visits),
            TableColumn("busy_long", tr("Long waits"), "percent", "", 1, busy, made_from=visits),
            TableColumn("needed", tr("Windows needed"), "count", "", 0, busy, made_from=visits),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            state(
                "Modelled by Erlang's formula for waiting: a visit takes {minutes} minutes on the average, a busy hour has {factor} times the visits of the mean hour, and a long wait is longer than {wait} minutes. Windows needed: so many that no more than {share} of the visits in a busy hour have a long wait.",
                words.tables, words={}, minutes=setting("window_service_minutes"), factor=setting("busy_hour_factor"), wait=setting("window_wait_minutes"), share=share_setting("long_wait_share"),
            ),
            tr("Visits are those of the cases that are counted here; what else comes to the windows is not in the data, so that these are the fewest that can be needed."),
        ),
    )  # fmt: skip


def simulated_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of waits by formula and by simulation, by sub-district."""
    wait, minutes, visits = tr("Mean wait in a busy hour, at the windows needed"), tr("minutes"), ("visits",)
    return Table(
        "centre_windows_simulated",
        tr("Waits at the centres by formula and by simulation, by sub-district, {period}", period=words.period),
        frame,
        (
            persons("visits", tr("Visits"), unit=tr("person-times")),
            TableColumn("needed", tr("Windows needed"), "count", "", made_from=visits),
            TableColumn("formula", tr("By formula"), "number", minutes, 2, wait, made_from=visits),
            TableColumn("long_run", tr("Simulated without end"), "number", minutes, 2, wait, made_from=visits),
            TableColumn("day", tr("Simulated, one busy hour"), "number", minutes, 2, wait, made_from=visits),
            TableColumn("errors_apart", tr("Apart"), "number", tr("standard errors"), 1, made_from=visits),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        notes=(
            tr(
                "Simulated without end: the busy hour goes on until waits have settled, as the formula takes for granted. "
                "Simulated, one busy hour: the day begins empty, and the busy hour comes after ordinary ones; it ends before the "
                "line has grown to its length, so that the windows needed by the formula are on the safe side."
            ),
            tr("Apart: formula against the simulation without end, in standard errors of that simulation."),
        ),
        detail=True,
    )  # fmt: skip
