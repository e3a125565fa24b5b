"""Display tables of how cases end: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.columns import cases, interval
from jingan_analysis.tables.compared_shares import DISPERSION, LIMITS, POOLED, compared_table
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access import WILSON
from jingan_analysis.tables.service_access_use import CHANNELS
from jingan_analysis.tables.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.service_access import Words

PARTS: Final = {"on_time": mark("On time"), "first_time": mark("First time right")}
MISSED: Final = {"late": mark("Late"), "sent_back": mark("Sent back")}
COMPARED: Final = {
    "late": mark("Finished late at windows, sub-districts compared, {period}"),
    "sent_back": mark("Sent back for documents at windows, sub-districts compared, {period}"),
}


def results_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of results by channel; cases that are not recorded have columns of their own only where there are any."""
    apart = [name for name in PARTS if (frame[f"{name}_known"] != frame["finished"]).any()]
    columns = [cases("finished", tr("Finished"))]
    for name, label in worded(PARTS).items():
        whole = f"{name}_known" if name in apart else "finished"
        columns += [cases(whole, tr("Recorded"), group=label, part_of="finished")] if name in apart else []
        columns += [
            cases(name, label, group=label, part_of=whole),
            *interval(f"{name}_", label, made_from=(name, whole)),
        ]
    return Table(
        "case_results",
        tr("How cases ended, by channel, {place}, {period}", place=words.place, period=words.period),
        frame,
        tuple(columns),
        row_header=tr("Channel"),
        row_labels={**worded(CHANNELS), "all": tr("All channels")},
        marks=missing_marks(frame, "z"),
        total_row="all",
        notes=(
            tr("On time: in no more days than were promised for the matter. First time right: nobody was sent back for documents. Cases count in the month in which they were finished."),
            tr(WILSON),
        ),
    )  # fmt: skip


def windows_table(name: str, frame: pd.DataFrame, labels: dict[str, str], words: Words, *, reason: str, pooled: bool) -> Table:  # fmt: skip
    """Layout of sub-districts by one share at their windows."""
    drawn = mark(
        "The share of a window with few cases is drawn towards the mean of all. The intervals are credible intervals."
    )
    return compared_table(
        f"windows_{name}",
        tr(COMPARED[name], period=words.period),
        frame,
        missing_marks(frame, "z"),
        labels,
        whole=cases("whole", tr("Finished")),
        part=cases("part", tr(MISSED[name]), part_of="whole"),
        notes=(tr(POOLED if pooled else drawn), tr(LIMITS), tr(DISPERSION[reason])),
    )  # fmt: skip
