"""Display tables on when, where and how often matters can be done near home: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from babel.dates import get_day_names

from jingan_analysis.language import locale, mark, tr, worded
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.columns import cases, persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access import CLUSTERED, LOCATED, MOMENTS, OPEN_AT_END, rate_columns, rates_of
from jingan_analysis.tables.service_access_use import CHANNELS, LISTED, REALLY
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.service_access import Words

PLACES: Final = {
    "any": mark("Any point"),
    "window": CHANNELS["window"],
    "nearby": CHANNELS["nearby"],
    "self_service": CHANNELS["self_service"],
}
"""Where one walks to, by channel."""

_AT_RANDOM: Final = mark(
    "A case drawn at random: a resident drawn at random with one of the cases of the district drawn at random. It can be done "
    "in an hour if a point near home that really handles the matter is open for the whole of it."
)


def channel_reach_table(frame: pd.DataFrame, tiers: Table, words: Words) -> Table:
    """Layout of promise and reach by channel, within each limit of the table of kinds and walks."""
    walks = tiers.frame[(tiers.frame["kind"] == "any") & (tiers.frame["unit"] == "minutes")].index
    promised = tr("What the list opens")
    return Table(
        "reach_by_channel",
        tr("What each channel promises, and how many cases can be done near home, {place}, {day}", place=words.place, day=words.day),
        frame,
        (
            TableColumn("listed", tr("Matters"), "count", tr("matters"), 0, promised),
            TableColumn("listed_share", tr("Their part of the cases"), "percent", "%", 1, promised),
            TableColumn("offered", tr("Handled at some point"), "count", tr("matters")),
            persons("persons", tr("Residents")),
            *(
                column
                for row in map(str, walks)
                for column in rate_columns(
                    f"within_{row.removeprefix('any-')}_",
                    state("Within {minutes} minutes", {tiers.name: tiers}, minutes=Claim(tiers.name, row, "limit")),
                    counted=tr("Residents (weighted)"),
                    part_of="persons",
                )
            ),
        ),
        row_header=tr("Channel"),
        row_labels={**worded(CHANNELS), "any": tr("Any point that one walks to")},
        marks=missing_marks(frame, "z"),
        notes=(
            tr(
                "A case drawn at random: residents times matters, matters weighted by their cases in the whole district, so "
                "that a matter that everybody needs counts more than one that nobody asks for."
            ),
            tr(REALLY),
            tr("To a home visit and online nobody walks: what the list opens is all that can be said of them here."),
            tr(CLUSTERED),
        ),
    )  # fmt: skip


def busiest_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the fewest matters that make each share of the cases."""
    spots, matters = tr("Of these, on the nearby list"), tr("matters")
    near, far = setting("near_minutes"), setting("access_threshold_minutes")
    return Table(
        "busiest",
        tr("The fewest matters that make a share of all cases, {period}", period=words.period),
        frame,
        (
            TableColumn("matters", tr("Matters"), "count", matters),
            TableColumn("of_matters", tr("Of all matters"), "percent", "%", 1),
            cases("cases", tr("Their cases")),
            cases("denominator", tr("All cases of the district")),
            TableColumn("share", tr("Share of all cases"), "percent", "%", 1, made_from=("cases", "denominator")),
            TableColumn("listed_nearby", tr("Listed"), "count", matters, 0, spots),
            TableColumn(
                "spot_widely", tr("At a spot, the longer walk"), "count", matters, 0, spots,
            ),
            TableColumn("near_widely", tr("At a spot, the shorter walk"), "count", matters, 0, spots),
        ),
        row_header=tr("Share of the cases asked for"),
        row_labels={str(row): tr("{percent} % of the cases", percent=str(row)) for row in frame.index},
        marks=missing_marks(frame, "z"),
        overlapping=("cases", "denominator"),
        notes=(
            state(
                "At a spot: for at least {share} of residents, with {near} and with {far} minutes' walk. Matters in the order of their "
                "cases in the whole district; ties in the order of the list.",
                words.tables, words={}, share=share_setting("widely_share"), near=near, far=far,
            ),
        ),
    )  # fmt: skip


def case_hours_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the week by hours, for a case drawn at random."""
    days = get_day_names("abbreviated", locale=locale())
    return Table(
        "case_hours",
        state(
            "Cases that can be done within {minutes} minutes' walk, by hour of the week and channel, {place}",
            words.tables,
            words={"place": words.place},
            minutes=setting("access_threshold_minutes"),
        ),
        frame,
        tuple(TableColumn(name, days[day], "percent", "%", 0) for day, name in enumerate(frame.columns)),
        row_header=tr("Channel and hour that begins at"),
        row_labels={str(row): _hour_label(str(row)) for row in frame.index},
        marks=missing_marks(frame, "z"),
        notes=(
            tr(_AT_RANDOM),
            tr("An ordinary week: public holidays are not in the data. Points without stated hours count as closed."),
            tr(LOCATED),
        ),
        detail=True,
    )


def _hour_label(row: str) -> str:
    channel, hour = row.rsplit("-", 1)
    return tr("{channel}, {hour}:00", channel=tr(PLACES[channel]), hour=hour)


def case_moments_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of chosen moments of the week by channel, with intervals."""
    return Table(
        "case_moments",
        state(
            "Cases that can be done within {minutes} minutes' walk at chosen moments of the week, by channel, {place}",
            words.tables,
            words={"place": words.place},
            minutes=setting("access_threshold_minutes"),
        ),
        frame,
        (
            TableColumn("hour", tr("Hour that begins at"), "count", tr("o'clock")),
            *rate_columns(
                "", tr("A case drawn at random"), counted=tr("Residents (weighted)"), denominator=tr("Residents")
            ),
        ),
        row_header=tr("Moment and channel"),
        row_labels={
            str(row): tr("{moment}, {channel}", moment=tr(MOMENTS[moment]), channel=tr(PLACES[channel]))
            for row, moment, channel in zip(frame.index, frame["moment"], frame["channel"], strict=True)
        },
        marks=missing_marks(frame, "z"),
        notes=(tr(_AT_RANDOM), tr(CLUSTERED), tr(LOCATED)),
        detail=True,
    )


def matter_hours_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the hours a week in which every matter can be done near home."""
    shown = frame.assign(**{name: frame[name].map({True: "yes", False: "no"}) for name in ("home_visit", "online")})
    hours, listed = tr("Hours a week, mean over residents"), tr("On the list")
    return Table(
        "matter_hours",
        state(
            "Every matter: how many hours a week it can be done within {minutes} minutes' walk, {place}",
            words.tables,
            words={"place": words.place},
            minutes=setting("access_threshold_minutes"),
        ),
        shown,
        (
            *(
                TableColumn(f"{channel}_hours", label, "number", tr("hours"), 1, hours)
                for channel, label in worded(PLACES).items()
            ),
            *rate_columns("", tr("Outside office hours"), denominator=tr("All located")),
            TableColumn("home_visit", tr("Home visit"), "text", "", 0, listed, labels=worded(LISTED)),
            TableColumn("online", tr("Online"), "text", "", 0, listed, labels=worded(LISTED)),
        ),
        row_header=tr("Matter"),
        row_labels={str(matter): f"{text} ({matter})" for matter, text in frame["name"].items()},
        marks=missing_marks(shown, "z"),
        notes=(
            state(
                "Outside office hours: at some hour of the week that is not from {first} to {last} o'clock on a weekday.",
                words.tables,
                first=setting("office_from_hour"),
                last=setting("office_to_hour"),
            ),
            tr("A resident near no open point that handles the matter has no hour; hours at several points are counted once."),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
        detail=True,
    )  # fmt: skip


def nights_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of who finds an open point at night, by sub-district."""
    minutes = setting("access_threshold_minutes")
    near = state("Open point within {minutes} minutes", words.tables, minutes=minutes)
    done = state("A case drawn at random within {minutes} minutes", words.tables, minutes=minutes)
    night = {"first": setting("night_from_hour"), "last": setting("night_to_hour")}
    return Table(
        "nights",
        state(
            "Who finds an open point throughout the night, from {first} to {last} o'clock, by sub-district, {day}",
            words.tables, words={"day": words.day}, **night,
        ),
        frame,
        (
            TableColumn("points", tr("24-hour point"), "count", tr("points")),
            TableColumn("open", tr("Points open all night"), "count", tr("points")),
            persons("persons", tr("Residents")),
            *rates_of("persons", near_=near),
            *(
                rate_columns("case_", done, counted=tr("Residents (weighted)"), part_of="persons")
                if "case_share" in frame
                else ()
            ),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr("Open all night: by the hours that the point states, in every hour of every night, whatever its kind."),
            tr(OPEN_AT_END),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
    )  # fmt: skip
