"""Display tables of the study of service access on people, points and hours: layout only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel.dates import get_day_names

from jingan_analysis.language import locale, mark, tr, worded
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.columns import interval, persons, uncounted
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Text


KINDS: Final = {
    "remote_spot": mark("Nearby spot"),
    "centre": mark("Centre with windows"),
    "self_service_24h": mark("24-hour self-service point"),
    "any": mark("Any point"),
}
MOMENTS: Final = {
    "working_hours": mark("Tuesday morning"),
    "lunch": mark("Tuesday noon"),
    "evening": mark("Tuesday evening"),
    "saturday": mark("Saturday morning"),
    "sunday": mark("Sunday morning"),
    "night": mark("Night"),
}
WHO: Final = {"any": mark("any point"), "staffed": mark("centre or spot with staff")}
STATES: Final = {
    "unused": mark("No case"),
    "nearly_idle": mark("Nearly idle"),
    "usual": mark("Usual"),
    "overloaded": mark("Overloaded"),
}
EXCLUSIONS: Final = {
    "residents_not_located": mark("Residents not located"),
    "people_outside": mark("People outside"),
    "points_not_in_service": mark("Points not in service"),
    "points_outside": mark("Points outside"),
    "points_not_located": mark("Points not located"),
    "points_without_matters": mark("Points without matters"),
    "points_taken_from_list": mark("Points taken from list"),
    "offers_not_listed": mark("Offers not listed"),
    "points_without_hours": mark("Points without hours"),
    "cases_at_closed_points": mark("Cases at closed points"),
    "cases_without_result": mark("Cases without a recorded result"),
    "cases_outside_period": mark("Cases outside period"),
    "months_without_cases": mark("Months without cases"),
    "cases_without_point": mark("Cases without point"),
    "cases_before_gap": mark("Cases before a gap"),
}
WALK_UNITS: Final = {"minutes": mark("minutes"), "metres": mark("metres")}

CLUSTERED: Final = mark(
    "Intervals are Wilson intervals on the effective number of independent residents: people of one compound share "
    "their walk, so they do not count as independent observations."
)
LOCATED: Final = mark("Residents whose home is not joined to the street network are counted apart and are in no share.")
WILSON: Final = mark("Intervals are Wilson intervals.")
OPEN_AT_END: Final = mark("Points in service on the last day of the period.")


@dataclass(frozen=True)
class Words:
    """Words that captions share.

    Attributes
    ----------
    place
        The place reported on.
    day
        The last day of the period.
    period
        The period.
    settings
        The parameters of the report, so that limits in captions are bound to them.
    """

    place: str
    day: str
    period: str
    settings: Table

    @property
    def tables(self) -> dict[str, Table]:
        """What captions can claim."""
        return {SETTINGS: self.settings}


def rate_columns(
    prefix: str, group: Text, *, counted: str | None = None, denominator: str | None = None, part_of: str = ""
) -> tuple[TableColumn, ...]:
    """Numerator, share and interval of one rate of people; with a denominator's header, that column too.

    Parameters
    ----------
    part_of
        Column of counts that the numerator is a part of, where the denominator has no column of its own.
    """
    numerator, whole = f"{prefix}numerator", part_of or f"{prefix}denominator"
    return (
        persons(numerator, counted or tr("Residents"), group=group, part_of=whole),
        *(() if denominator is None else (persons(whole, denominator, group=group),)),
        *interval(prefix, group, made_from=(numerator, whole), unit="%"),
    )


def rates_of(whole: str, **groups: Text) -> Iterator[TableColumn]:
    """Rates of the people in one column, each under its prefix and its spanning header."""
    for prefix, group in groups.items():
        yield from rate_columns(prefix, group, part_of=whole)


def by_subdistrict_table(
    frame: pd.DataFrame, tiers: Table, labels: dict[str, str], words: Words, *, walking: Text
) -> Table:
    """Layout of the nearby spots by sub-district, within each limit of the table of kinds and walks."""
    return Table(
        "by_subdistrict",
        tr("Residents with a nearby spot within a short walk, by sub-district, {day}", day=words.day),
        frame,
        (
            TableColumn("spots", tr("Nearby spots"), "count", tr("spots")),
            persons("persons", tr("Residents")),
            persons("unlocated", tr("Not located")),
            *_within(tiers),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr(OPEN_AT_END),
            sentence_case(
                state("{walking}; the limit itself counts as within.", words.tables, words={"walking": walking})
            ),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
    )


def _within(tiers: Table) -> list[TableColumn]:
    """A rate for each limit in minutes; the limits are cells of the table of kinds and walks."""
    walks = tiers.frame[(tiers.frame["kind"] == "any") & (tiers.frame["unit"] == "minutes")].index
    bound = {tiers.name: tiers}
    return [
        column
        for row in map(str, walks)
        for column in rate_columns(
            f"within_{row.removeprefix('any-')}_",
            state("Within {minutes} minutes", bound, minutes=Claim(tiers.name, row, "limit")),
            part_of="persons",
        )
    ]


def kinds_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of centres, 24-hour points and the last metres by sub-district."""
    minutes, metres = setting("access_threshold_minutes"), setting("last_distance_m")
    return Table(
        "kinds_by_subdistrict",
        tr(
            "Residents near a centre, a 24-hour point, and within the last metres of any point, by sub-district, {day}",
            day=words.day,
        ),
        frame,
        (
            persons("persons", tr("Residents")),
            *rates_of(
                "persons",
                centre_=state("Centre within {minutes} minutes", words.tables, minutes=minutes),
                self_service_24h_=state("24-hour point within {minutes} minutes", words.tables, minutes=minutes),
                last_=state("Any point within {metres} metres", words.tables, metres=metres),
            ),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(tr(OPEN_AT_END), tr(CLUSTERED), tr(LOCATED)),
    )


def tiers_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the share of residents near each kind of point."""
    return Table(
        "tiers",
        tr("Residents near each kind of service point, {place}, {day}", place=words.place, day=words.day),
        frame,
        (
            TableColumn("limit", tr("Walk"), "setting"),
            TableColumn("unit", tr("Unit of the walk"), "text", labels=worded(WALK_UNITS)),
            *rate_columns("", tr("Residents"), counted=tr("Near"), denominator=tr("All located")),
        ),
        row_header=tr("Kind and longest walk"),
        row_labels={str(row): _tier(cells["kind"], cells["limit"], cells["unit"]) for row, cells in frame.iterrows()},
        marks=missing_marks(frame, "z"),
        notes=(tr(OPEN_AT_END), tr(CLUSTERED), tr(LOCATED)),
    )


def _tier(kind: str, limit: float, unit: str) -> str:
    if unit == "metres":
        return tr("{kind}, {metres} metres", kind=tr(KINDS[kind]), metres=f"{limit:g}")
    return tr("{kind}, {minutes} minutes", kind=tr(KINDS[kind]), minutes=f"{limit:g}")


def scenarios_table(frame: pd.DataFrame, tiers: Table, words: Words) -> Table:
    """Layout of the shares at other walking speeds, within each limit of the table of kinds and walks."""
    return Table(
        "scenarios",
        tr("How the shares change with walking speed, {place}, {day}", place=words.place, day=words.day),
        frame,
        (
            TableColumn("walk_speed_mps", tr("Speed"), "setting", tr("metres per second")),
            persons("persons", tr("Residents")),
            *_within(tiers),
        ),
        row_header=tr("Kind and speed"),
        row_labels={
            str(row): tr("{kind}, {speed} m/s", kind=tr(KINDS[kind]), speed=f"{speed:g}")
            for row, kind, speed in zip(frame.index, frame["kind"], frame["walk_speed_mps"], strict=True)
        },
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Slow speeds stand for frail walkers, fast ones for adults in good health."),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
        detail=True,
    )


def hours_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the week by hours."""
    days = get_day_names("abbreviated", locale=locale())
    return Table(
        "hours",
        state(
            "Residents with an open service point within {minutes} minutes' walk, by hour of the week, {place}",
            words.tables,
            words={"place": words.place},
            minutes=setting("access_threshold_minutes"),
        ),
        frame,
        tuple(TableColumn(name, days[day], "percent", "%", 0) for day, name in enumerate(frame.columns)),
        row_header=tr("Hour that begins at"),
        row_labels={hour: f"{hour}:00" for hour in frame.index},
        marks=missing_marks(frame, "z"),
        notes=(
            tr(
                "A point counts as open in an hour if it is open for the whole of it. An ordinary week: public holidays "
                "are not in the data."
            ),
            tr("Points without stated hours count as closed and are counted in the table of exclusions."),
            tr(LOCATED),
        ),
        detail=True,
    )


def moments_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of chosen moments of the week, with intervals."""
    return Table(
        "hours_moments",
        tr("Residents with an open service point near home at chosen moments of the week, {place}", place=words.place),
        frame,
        (
            TableColumn("hour", tr("Hour that begins at"), "count", tr("o'clock")),
            *rate_columns("", tr("Residents"), counted=tr("With an open point"), denominator=tr("All located")),
        ),
        row_header=tr("Moment and kind of point"),
        row_labels={
            str(row): tr("{moment}, {points}", moment=tr(MOMENTS[moment]), points=tr(WHO[who]))
            for row, moment, who in zip(frame.index, frame["moment"], frame["who"], strict=True)
        },
        marks=missing_marks(frame, "z"),
        notes=(tr("The whole hour must be open."), tr(CLUSTERED), tr(LOCATED)),
    )


def committees_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of the committees that have a spot."""
    return Table(
        "committees",
        tr("Committees with a nearby spot on their premises, by sub-district, {day}", day=words.day),
        frame,
        (
            TableColumn("committees", tr("Committees"), "count", tr("committees")),
            TableColumn("with_spot", tr("With a spot"), "count", tr("committees")),
            *interval("", tr("Committees with a spot"), unit="%"),
            TableColumn("spots", tr("All spots"), "count", tr("spots"), 0, tr("Spots")),
            TableColumn("spots_beyond_first", tr("Second spots of a committee"), "count", tr("spots"), 0, tr("Spots")),
            TableColumn("spots_elsewhere", tr("In other places"), "count", tr("spots"), 0, tr("Spots")),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr(
                "The number of spots divided by the number of committees is not a coverage: spots also stand in office "
                "buildings and business parks, and one committee may have several."
            ),
            tr(WILSON),
        ),
    )


def exclusions_table(rows: Mapping[str, tuple[float, str, str]]) -> Table:
    """Layout of what was left out or left unknown, and how much of it: count, unit and meaning by name."""
    import pandas as pd

    frame = pd.DataFrame.from_dict(dict(rows), orient="index", columns=["count", "unit", "meaning"])
    frame["count"] = frame["count"].astype(float)
    return Table(
        "exclusions",
        tr("Counted exclusions: what is in no share, and why"),
        frame,
        (
            TableColumn("count", tr("Count"), "count", counts="persons"),
            TableColumn("unit", tr("Unit"), "text"),
            TableColumn("meaning", tr("What they are"), "text"),
        ),
        row_header=tr("Exclusion"),
        row_labels={name: tr(EXCLUSIONS[name]) for name in rows},
        uncounted=uncounted(frame["unit"]),
        detail=True,
    )
