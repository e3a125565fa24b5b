"""What the page says and shows of how channels shift over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.lines import lines
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.result import Check
from jingan_analysis.studies.service_access_channels import ALL
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import format_month, percent
from jingan_analysis.tables.service_access_shift import (
    SHIFT_CHANNELS,
    SHIFT_INDEX,
    SHIFT_LEDGER,
    SHIFT_MODELLED,
    SHIFT_PACE,
    SHIFT_PARTS,
    SHIFT_SHARES,
)
from jingan_analysis.tables.service_access_use import CHANNELS
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.studies.service_access_shift import ChannelShift
    from jingan_analysis.studies.service_access_tables import Tables

WINDOW: Final = "window"
FIGURE: Final = "channel-shift"

HEADLINE: Final = {
    "less": mark("People leave the windows: residents made {before} of their cases there earlier, and {after} lately, in the same months of the year."),
    "more": mark("People come back to the windows: residents made {before} of their cases there earlier, and {after} lately, in the same months of the year."),
    "unclear": mark("Whether people leave the windows cannot be told from chance: residents made {before} of their cases there earlier, and {after} lately, in the same months of the year."),
}  # fmt: skip
TITLES: Final = {
    "less": mark("The share of cases made at windows falls from {before} to {after}"),
    "more": mark("The share of cases made at windows rises from {before} to {after}"),
    "unclear": mark("The share of cases made at windows hardly changes: {before}, then {after}"),
}
LATEST: Final = {
    "less": mark("In the last twelve months the share of windows still fell, by {pace} percentage points a year as modelled ({lower} to {upper})."),
    "more": mark("In the last twelve months the share of windows rose, by {pace} percentage points a year as modelled ({lower} to {upper})."),
    "unclear": mark("In the last twelve months the share of windows no longer changed by more than chance explains: {pace} percentage points a year as modelled ({lower} to {upper})."),
}  # fmt: skip


def _direction(tables: Tables, name: str, table: str = SHIFT_CHANNELS) -> str:
    """Whether the interval of a change of the share of windows lies above zero, below it, or around it."""
    lower, upper = (cell(tables, table, WINDOW, f"{name}_{end}") for end in ("lower", "upper"))
    return "more" if lower > 0 else "less" if upper < 0 else "unclear"


def _window_shares() -> dict[str, Claim]:
    return {
        "before": Claim(SHIFT_CHANNELS, WINDOW, "first_share", decimals=0),
        "after": Claim(SHIFT_CHANNELS, WINDOW, "last_share", decimals=0),
    }


def shift_headline(tables: Tables, found: ChannelShift | None) -> Statement | None:
    """How far people left the windows; None without a shift that may be shown."""
    claims = _window_shares()
    if found is None or not all_shown(tables, claims):
        return None
    finding = HEADLINE[_direction(tables, "change")]
    return state(finding, tables, words={}, **claims)


def shift_figure(tables: Tables, found: ChannelShift | None, place: str) -> Figure | None:
    """Shares of channels by period, and as modelled."""
    claims = _window_shares()
    if found is None or SHIFT_SHARES not in tables or not all_shown(tables, claims):
        return None
    names = worded(CHANNELS)
    frame, modelled = _drawn(tables, SHIFT_SHARES, names), None
    if SHIFT_MODELLED in tables:
        modelled = _drawn(tables, SHIFT_MODELLED, names)
    title = TITLES[_direction(tables, "change")]
    return Figure(
        FIGURE,
        state(title, tables, words={}, **claims),
        state("Shares of the cases of residents by channel and period, {place}; the title compares the same months of the year, earlier and lately", tables, words={"place": place}),
        state("Lines by channel over the periods; that of windows goes from {before} in the first year compared to {after} in the last.", tables, words={}, **claims),
        lines(
            name=FIGURE, frame=frame, x_title=tr("Period from"), y_title=tr("Share of the cases of residents"),
            value_format=percent, modelled=modelled, modelled_label=tr("as modelled"),
        ),
        SHIFT_SHARES,
        () if modelled is None else (tr("Modelled: multinomial logit with trend and season."),),
    )  # fmt: skip


def _drawn(tables: Tables, name: str, names: dict[str, str]) -> pd.DataFrame:
    frame = tables[name].frame
    columns = {
        f"{channel}_share": text
        for channel, text in names.items()
        if f"{channel}_share" in tables[SHIFT_SHARES].frame
        and tables[SHIFT_SHARES].frame[f"{channel}_share"].notna().any()
    }
    drawn = frame[list(columns)].rename(columns=columns)
    return drawn.set_axis([format_month(str(month)) for month in frame.index])


def shift_notes(tables: Tables, found: ChannelShift | None, row: str) -> list[Statement]:
    """What a reader must know of the shift."""
    if found is None:
        return [state("Cases by where people live do not go back far enough to compare like months: how channels shifted is left out.", tables)]  # fmt: skip
    notes = [
        state("The shift of channels counts cases by where people live, over all records up to the end of the period, and compares the same months of the year.", tables)
    ]  # fmt: skip
    index = {name: Claim(SHIFT_INDEX, row, name) for name in ("index", "lower", "upper")}
    if all_shown(tables, index):
        notes.append(
            state(
                "The channel shift index is {index} ({lower} to {upper}): so many of all cases now go another way than they would have before.",
                tables,
                words={},
                **index,
            )
        )
    latest = {name: Claim(SHIFT_PACE, WINDOW, column) for name, column in (("pace", "latest"), ("lower", "latest_lower"), ("upper", "latest_upper"))}  # fmt: skip
    if all_shown(tables, latest):
        finding = LATEST[_direction(tables, "latest", SHIFT_PACE)]
        notes.append(state(finding, tables, words={}, **latest))
    parts = {name: Claim(SHIFT_PARTS, WINDOW, column) for name, column in (("change", "change"), ("within", "unit_within"), ("mix", "unit_mix"))}  # fmt: skip
    if all_shown(tables, parts):
        notes.append(
            state(
                "Of the change of {change} percentage points at windows {within} come from shares that changed within sub-districts and {mix} "
                "from sub-districts that grew or shrank.",
                tables, words={}, **parts,
            )
        )  # fmt: skip
    if found.fitted is None:
        notes.append(
            state("The counts by month do not carry a model, so changes are those between the two spans only.", tables)
        )
    return notes


def shift_checks(tables: Tables, exact: Tables) -> list[Check]:
    """Whether cases by residence agree with cases by where they are handled, and shares with each other."""
    found = []
    if SHIFT_LEDGER in tables:
        apart = exact[SHIFT_LEDGER].number(ALL, "months_apart")
        names = {name: Claim(SHIFT_LEDGER, ALL, name) for name in ("handled", "resident", "difference", "months_apart")}
        detail = state(
            "In the months that both tables hold there are {handled} cases by where they are handled and {resident} by where people live, a "
            "difference of {difference}; {months_apart} months differ in some channel.",
            tables, words={}, **names,
        )  # fmt: skip
        found.append(Check(tr("Cases by residence agree with cases handled"), passed=apart == 0, detail=detail))
    if SHIFT_PARTS in tables:
        frame = exact[SHIFT_PARTS].frame
        units = frame["unit_within"] + frame["unit_mix"] if "unit_within" in frame else frame["change"]
        spots = frame.filter(like="within_").sum(axis=1) + frame["spot_mix"]
        closes = bool(max(abs(frame["change"].sum()), (frame["change"] - units).abs().max(), (frame["change"] - spots).abs().max()) < 1e-9)  # fmt: skip
        detail = state(
            "Changes of the shares of all channels add up to zero, and the parts of each change to the change.", tables
        )
        found.append(Check(tr("Changes of shares add up"), passed=closes, detail=detail))
    return found
