"""Display tables of how channels shift over time: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.columns import cases, points
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access_use import CHANNELS
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.service_access import Words
    from jingan_analysis.vocabulary import Mark

SHIFT_CHANNELS, SHIFT_PACE, SHIFT_INDEX = "shift_channels", "shift_pace", "shift_index"
SHIFT_PARTS = "shift_parts"
SHIFT_SHARES, SHIFT_MODELLED, SHIFT_LEDGER = "shift_shares", "shift_modelled", "shift_ledger"

ALL: Final = "all"
UNKNOWN: Final = "unknown"
"""Row of cases whose residence is not recorded."""

SIMULTANEOUS: Final = mark("The intervals of all channels hold at once.")
LIKE: Final = mark("Both spans hold the same months of the year.")
SPOT_GROUPS: Final = {
    "with_spot": mark("With a spot of their own"),
    "without_spot": mark("Without a spot of their own"),
    "unknown": mark("Residence not recorded"),
}


def _share(name: str, header: str, group: Text, made_from: tuple[str, ...] = ()) -> TableColumn:
    return TableColumn(name, header, "percent", "", 1, group, made_from=made_from)


def _points_with_limits(name: str, header: str, group: str, made_from: tuple[str, ...]) -> tuple[TableColumn, ...]:
    return (
        points(name, header, group, made_from),
        points(f"{name}_lower", tr("Lower"), group, (name,)),
        points(f"{name}_upper", tr("Upper"), group, (name,)),
    )


def channels_table(frame: pd.DataFrame, words: Words, *, spans: tuple[str, str]) -> Table:
    """Layout of shares of channels earlier and later.

    Parameters
    ----------
    spans
        The two spans, in words.
    """
    return Table(
        SHIFT_CHANNELS,
        tr("Channels that residents use, earlier and later, {place}", place=words.place),
        frame,
        (
            cases("first_cases", tr("Cases"), group=spans[0]),
            _share("first_share", tr("Share"), spans[0], ("first_cases",)),
            cases("last_cases", tr("Cases"), group=spans[1]),
            _share("last_share", tr("Share"), spans[1], ("last_cases",)),
            *_points_with_limits("change", tr("Change"), tr("Between the spans"), ("first_cases", "last_cases")),
        ),
        row_header=tr("Channel"),
        row_labels={**worded(CHANNELS), ALL: tr("All channels")},
        marks=missing_marks(frame, "z"),
        total_row=ALL,
        notes=(tr("Cases by where people live, wherever they are handled."), tr(LIKE), tr(SIMULTANEOUS)),
    )


def pace_table(frame: pd.DataFrame, words: Words, *, latest: bool) -> Table:
    """Layout of how fast shares change as modelled.

    Parameters
    ----------
    latest
        Whether the frame has the last twelve months by themselves, too.
    """
    spans = {"pace": tr("All months together"), **({"latest": tr("Last twelve months")} if latest else {})}
    columns = [
        column for name, group in spans.items() for column in _points_with_limits(name, tr("Change a year"), group, ())
    ]
    return Table(
        SHIFT_PACE,
        tr("How fast the share of each channel changes in a year, as modelled, {place}, up to {day}", place=words.place, day=words.day),
        frame,
        tuple(columns),
        row_header=tr("Channel"),
        row_labels=worded(CHANNELS),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Modelled: mean change a year in a multinomial logit with trend and season, fitted to months. Shares that grow take from the others."),
            tr(SIMULTANEOUS),
        ),
    )  # fmt: skip


def index_table(frame: pd.DataFrame, labels: dict[str, str], words: Words, *, spans: tuple[str, str]) -> Table:
    """Layout of the shift by sub-district."""
    shift = tr("Channel shift index")
    return Table(
        SHIFT_INDEX,
        tr("How far channels shifted, by sub-district of the home, up to {day}", day=words.day),
        frame,
        (
            cases("first_cases", tr("Cases"), group=spans[0]),
            cases("first_window", tr("At windows"), group=spans[0], part_of="first_cases"),
            _share("first_share", tr("Share"), spans[0], ("first_cases", "first_window")),
            cases("last_cases", tr("Cases"), group=spans[1]),
            cases("last_window", tr("At windows"), group=spans[1], part_of="last_cases"),
            _share("last_share", tr("Share"), spans[1], ("last_cases", "last_window")),
            points("change", tr("Change"), made_from=("first_share", "last_share")),
            TableColumn("index", tr("Index"), "percent", "", 1, shift, made_from=("first_cases", "last_cases")),
            TableColumn("lower", tr("Lower"), "percent", "", 1, shift, made_from=("index",)),
            TableColumn("upper", tr("Upper"), "percent", "", 1, shift, made_from=("index",)),
        ),
        row_header=tr("Sub-district"),
        row_labels={**labels, UNKNOWN: tr("Residence not recorded")},
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr("Channel shift index: half the sum of the changes of all shares without their sign; so many of a hundred cases went another way than they would have before."),
            tr("Its interval reaches down to zero where chance alone explains the changes; variances allow for months that differ more than chance."),
        ),
    )  # fmt: skip


def parts_table(frame: pd.DataFrame, words: Words, *, groups: Sequence[str], by_unit: bool) -> Table:
    """Layout of the parts of each change.

    Parameters
    ----------
    groups
        Groups by spot, of which the frame has a column each.
    by_unit
        Whether the frame has parts over sub-districts.
    """
    units, spots = tr("Over sub-districts"), tr("Over committees")
    columns = [points("change", tr("Change"))]
    if by_unit:
        columns += [points("unit_within", tr("Within groups"), units), points("unit_mix", tr("Mix of groups"), units)]
    names = worded(SPOT_GROUPS)
    columns += [points(f"within_{group}", names[group], spots) for group in groups]
    columns.append(points("spot_mix", tr("Mix of groups"), spots))
    return Table(
        SHIFT_PARTS,
        tr("What the change of each share is made of, {place}", place=words.place),
        frame,
        tuple(columns),
        row_header=tr("Channel"),
        row_labels=worded(CHANNELS),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Within: shares changed in the groups themselves. Mix: groups with other shares grew or shrank. The parts add up to the change (Kitagawa)."),
            tr("With a spot of their own: a spot stood on the committee's premises at some time up to the last month."),
        ),
        detail=True,
    )  # fmt: skip


def _withheld(frame: pd.DataFrame, hidden: Collection[str]) -> dict[tuple[str, str], Mark]:
    """Marks of missing numbers: withheld in columns of hidden channels, elsewhere not applicable."""
    columns = {f"{channel}_{name}" for channel in hidden for name in ("cases", "share")}
    return {(row, column): "c" if column in columns else "z" for row, column in missing_marks(frame, "z")}


def shares_table(
    frame: pd.DataFrame, words: Words, *, labels: dict[str, str], channels: Sequence[str], hidden: Collection[str]
) -> Table:
    """Layout of cases and shares by period.

    Parameters
    ----------
    hidden
        Channels of which nothing may be shown; the frame has no number of them.
    """
    names = worded(CHANNELS)
    columns = [cases("cases", tr("Cases"))]
    for channel in channels:
        columns += [
            cases(f"{channel}_cases", tr("Cases"), group=names[channel], part_of="cases"),
            _share(f"{channel}_share", tr("Share"), names[channel], (f"{channel}_cases", "cases")),
        ]
    return Table(
        SHIFT_SHARES,
        tr("Cases and shares of channels by period, {place}", place=words.place),
        frame,
        tuple(columns),
        row_header=tr("Period from"),
        row_labels=labels,
        marks=_withheld(frame, hidden),
        notes=(tr("Whole periods of equal length, counted back from the last month."),),
        detail=True,
        partitions=(("cases", tuple(f"{channel}_cases" for channel in channels)),),
    )


def modelled_table(
    frame: pd.DataFrame, words: Words, *, labels: dict[str, str], channels: Sequence[str], hidden: Collection[str]
) -> Table:
    """Layout of modelled shares by period; ``hidden`` as in the table of cases."""
    names = worded(CHANNELS)
    return Table(
        SHIFT_MODELLED,
        tr("Modelled shares of channels by period, {place}", place=words.place),
        frame,
        tuple(_share(f"{channel}_share", names[channel], "") for channel in channels),
        row_header=tr("Period from"),
        row_labels=labels,
        marks=_withheld(frame, hidden),
        notes=(tr("Multinomial logit with a trend and, from two years on, a season and bends of the trend every nine months; modelled cases of the months over their cases."),),
        detail=True,
    )  # fmt: skip


def ledger_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of cases by residence beside cases by where they are handled."""
    return Table(
        SHIFT_LEDGER,
        tr("Cases by where people live beside cases by where they are handled, whole district, in months that both hold, up to {day}", day=words.day),
        frame,
        (
            cases("handled", tr("Where handled")),
            cases("resident", tr("Where people live")),
            cases("unknown", tr("Of these: residence not recorded"), part_of="resident"),
            TableColumn("difference", tr("Difference"), "number", tr("cases"), 0, made_from=("handled", "resident")),
            TableColumn("months_apart", tr("Months that differ"), "count", tr("months")),
        ),
        row_header=tr("Channel"),
        row_labels={**worded(CHANNELS), ALL: tr("All channels")},
        marks=missing_marks(frame, "z"),
        total_row=ALL,
        notes=(tr("Both tables count a case in the month of its acceptance. By sub-district they need not agree: people go to windows and machines elsewhere."),),
        detail=True,
    )  # fmt: skip
