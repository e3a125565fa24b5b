"""Layout of the tables on seats at lunch and on figures to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.canteen_reach import Words
    from jingan_analysis.tables.claims import Text


def sittings(frame: pd.DataFrame, words: Words, names: dict[str, str]) -> Table:
    """Seats and lunches of each canteen."""
    median, peak = tr("Median day"), tr("Peak day")
    return Table(
        "sittings",
        words.caption(mark("Seats at lunch by canteen, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("seats", tr("Seats"), "count", tr("seats")),
            TableColumn("places", tr("Seats × sittings"), "number", tr("lunches"), 0),
            TableColumn("lunches_median", tr("Eaten in"), "number", tr("lunches"), 0, median),
            TableColumn("use_median", tr("Used"), "percent", "", 0, median),
            TableColumn("lunches_peak", tr("Eaten in"), "number", tr("lunches"), 0, peak),
            TableColumn("use_peak", tr("Used"), "percent", "", 0, peak),
            TableColumn("days", tr("Days"), "count", tr("days with lunch")),
            TableColumn("short_share", tr("Days short of seats"), "percent", tr("of days"), 0),
        ),
        row_header=tr("Canteen"),
        row_labels=names,
        marks=missing_marks(frame, "x"),
        notes=(
            state(
                "Modelled: a seat is taken for {minutes} minutes, and whole sittings fit into the hours of lunch in which the canteen is open.",
                {SETTINGS: words.settings},
                minutes=setting("minutes_per_sitting"),
            ),
            tr("Used above the whole: more lunches were eaten in than sittings of that length can hold, so people waited, shared or ate faster. Diners come in waves, so that a room can be full below that, too."),
            tr("Seats [x] are unknown, not zero."),
        ),
        detail=True,
    )  # fmt: skip


def by_length(frame: pd.DataFrame, words: Words) -> Table:
    """Canteens short of seats by length of a sitting."""
    return Table(
        "sittings_by_length",
        words.caption(mark("Canteens short of seats at lunch, by length of a sitting, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("minutes", tr("Sitting"), "setting", tr("minutes")),
            TableColumn("known", tr("Seats known"), "count", tr("canteens")),
            TableColumn("short_median", tr("Short on a median day"), "count", tr("canteens")),
            TableColumn("short_peak", tr("Short on a peak day"), "count", tr("canteens")),
            TableColumn("unknown", tr("Seats unknown"), "count", tr("canteens")),
        ),
        row_header=tr("Length"),
        row_labels={str(row): tr("{minutes} minutes", minutes=str(row)) for row in frame.index},
        notes=(tr("No length of a sitting is published: a canteen that is short at every length is short."),),
    )  # fmt: skip


def standards(frame: pd.DataFrame, words: Words, labels: Mapping[str, str], sources: tuple[Text, ...]) -> Table:
    """Shares of the place beside figures from elsewhere."""
    return Table(
        "standards",
        words.caption(mark("Figures from elsewhere to compare with, {place}, {year}"), "place", "year"),
        frame,
        (
            TableColumn("part", tr("Part"), "count", counts="persons", part_of="whole"),
            TableColumn("whole", tr("Whole"), "count", counts="persons"),
            TableColumn("share", tr("Here"), "percent", "", 1, made_from=("part", "whole")),
            TableColumn("compared", tr("Figure elsewhere"), "percent", "", 1),
        ),
        row_header=tr("Share"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        uncounted=frozenset(map(str, frame.index)) - {"penetration"},
        notes=sources,
    )
