"""Display tables of the matters to open at spots next: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.columns import cases, persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access import CLUSTERED, rate_columns
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.service_access import Words


def opening_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of what opening so many matters at spots brings."""
    near, within = setting("near_minutes"), {"place": words.place, "day": words.day}
    return Table(
        "opening_steps",
        state(
            "Matters opened at spots, and a case that can be done within {minutes} minutes, {place}, {day}",
            words.tables, words=within, minutes=near,
        ),
        frame,
        (
            TableColumn("opened", tr("Pairs opened"), "count"),
            TableColumn("spots", tr("Spots"), "count", tr("spots")),
            TableColumn("matters", tr("Matters"), "count", tr("matters")),
            *rate_columns("", tr("A case drawn at random"), counted=tr("Residents (weighted)"), denominator=tr("Residents")),
            TableColumn("most", tr("Proven bound"), "percent", "", 1),
            TableColumn("gain", tr("Gain"), "number", tr("percentage points"), 2, made_from=("numerator", "denominator")),
        ),
        row_header=tr("Opened next"),
        row_labels={
            str(row): {"now": tr("none, as it is"), "all": tr("all that the list allows")}.get(str(row), f"{row}") for row in frame.index
        },
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Best pairs for each number, at spots of the place and for matters that the list opens to nearby spots. A bound equal to the share proves that no other choice of as many brings more."),
            tr("A case drawn at random: residents times matters, matters weighted by their cases in the whole district. Any point that handles the matter counts, also a centre."),
            tr(CLUSTERED),
        ),
    )  # fmt: skip


def pairs_table(frame: pd.DataFrame, names: dict[str, str], words: Words) -> Table:
    """Layout of the pairs to open first."""
    shown = frame.assign(unit=frame["subdistrict_code"].map(names))
    return Table(
        "open_next",
        tr("Which matters to open at which spots first, {place}, {day}", place=words.place, day=words.day),
        shown,
        (
            TableColumn("unit", tr("Sub-district"), "text"),
            TableColumn("matter", tr("Matter"), "text"),
            persons("persons", tr("Gain it near home"), unit=tr("residents")),
            cases("cases", tr("Cases in the district")),
            TableColumn("gain", tr("Gain"), "number", tr("percentage points"), 3, made_from=("persons",)),
        ),
        row_header=tr("Spot"),
        row_labels={str(row): str(spot) for row, spot in frame["spot"].items()},
        marks=missing_marks(shown, "x"),
        notes=(
            tr("In the order of what each adds to those before it. Gain it: residents near the spot who had the matter near at no point. Whether a spot has room, devices and staff for it is not in the data."),
        ),
        overlapping=("persons", "cases"),
        detail=True,
    )  # fmt: skip
