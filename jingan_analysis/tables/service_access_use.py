"""Display tables of the study of service access on matters, use, channels and home visits: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.columns import cases, interval, persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access import (
    CLUSTERED,
    KINDS,
    LOCATED,
    STATES,
    WILSON,
    rate_columns,
    rates_of,
)
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.service_access import Words
    from jingan_analysis.vocabulary import Mark

CHANNELS: Final = {
    "window": mark("Window at a centre"),
    "nearby": mark("Nearby spot"),
    "home_visit": mark("Home visit"),
    "self_service": mark("Self-service machine"),
    "online": mark("Online"),
}
TARGETS: Final = {
    "oldest_old": mark("aged 80 and over"),
    "living_alone": mark("living alone"),
    "care_dependent": mark("care-dependent"),
    "disabled": mark("with a disability"),
    "severe_illness": mark("severely ill"),
    "other": mark("other"),
}
"""Why people are on the lists of home visits, within a sentence."""

VENUES: Final = {
    "committee": mark("committee premises"),
    "building": mark("office building"),
    "park": mark("business park"),
    "other": mark("other"),
    "not_stated": mark("not stated"),
}
LISTED: Final = {"yes": mark("yes"), "no": mark("no")}
MATTERS: Final = {
    "matters": mark("Every matter: what is promised and what can be done near home, {place}"),
    "promised_absent": mark("Matters promised at nearby spots that hardly anybody can do at a spot near home, {place}"),
}
POINTS: Final = {
    "unused": mark("Points without a case, {place}, {period}"),
    "overloaded": mark("Overloaded points, {place}, {period}"),
}
REALLY: Final = mark(
    "Really handled: recorded for the point itself, its devices and staff; the list alone does not count."
)


def matters_table(frame: pd.DataFrame, words: Words, *, name: str) -> Table:
    """Layout of single matters; ``name`` says which ones."""
    shown = frame.assign(listed=frame["listed_nearby"].map({True: "yes", False: "no"}))
    near, far = setting("near_minutes"), setting("access_threshold_minutes")
    return Table(
        name,
        tr(MATTERS[name], place=words.place),
        shown,
        (
            TableColumn("group_no", tr("Group"), "count"),
            TableColumn("listed", tr("On the nearby list"), "text", labels=worded(LISTED)),
            TableColumn("points", tr("Points that handle it"), "count", tr("points")),
            TableColumn("spots", tr("Spots that handle it"), "count", tr("spots")),
            persons("denominator", tr("Residents")),
            *rate_columns(
                "",
                state("Within {minutes} minutes of any such point", words.tables, minutes=far),
                part_of="denominator",
            ),
            *rates_of(
                "denominator",
                spot_=state("Within {minutes} minutes of such a spot", words.tables, minutes=far),
                near_=state("Within {minutes} minutes of such a spot", words.tables, minutes=near),
            ),
            cases("cases", tr("Cases in the district")),
        ),
        row_header=tr("Matter"),
        row_labels={str(matter): f"{text} ({matter})" for matter, text in frame["name"].items()},
        marks=missing_marks(shown, "x"),
        notes=(tr(REALLY), tr(CLUSTERED), tr(LOCATED)),
        detail=name == "matters",
    )


def groups_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the groups of matters."""
    within = state("Within {minutes} minutes of any point", words.tables, minutes=setting("access_threshold_minutes"))
    matters, on_list = tr("matters"), tr("On the nearby list")
    return Table(
        "matters_by_group",
        tr("What can really be done near home, by group of matters, {place}, {day}", place=words.place, day=words.day),
        frame,
        (
            TableColumn("matters", tr("Matters"), "count", matters),
            TableColumn("widely", tr("For most residents"), "count", matters, 0, within),
            TableColumn("nearly_all", tr("For nearly all"), "count", matters, 0, within),
            TableColumn("listed_nearby", tr("Listed"), "count", matters, 0, on_list),
            TableColumn("spot_widely", tr("At a spot, for most"), "count", matters, 0, on_list),
            TableColumn("spot_nearly_all", tr("At a spot, for nearly all"), "count", matters, 0, on_list),
            TableColumn("hardly", tr("Near hardly anybody"), "count", matters, 0, on_list),
            cases("cases", tr("Cases in the district")),
            *_random_case(),
        ),
        row_header=tr("Group of the published list"),
        row_labels={
            str(row): tr("All groups") if row == "all" else tr("Group {number}", number=row) for row in frame.index
        },
        marks=missing_marks(frame, "x"),
        total_row="all",
        overlapping=("numerator", "denominator"),
        notes=(
            tr(REALLY),
            tr(
                "Most, nearly all and hardly anybody: shares of residents as in the parameters of this report; near is the "
                "shorter walk, all else the longer one."
            ),
            tr(
                "A case drawn at random: residents times matters, matters weighted by their cases in the whole district; "
                "where nothing is offered, no case is recorded, so this share flatters."
            ),
            tr("The list numbers its groups; what they stand for is not published."),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
    )


def _random_case() -> tuple[TableColumn, ...]:
    return rate_columns(
        "", tr("A case drawn at random"), counted=tr("Residents (weighted)"), denominator=tr("Residents")
    )


def offered_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of what can be done near home by sub-district."""
    return Table(
        "matters_by_subdistrict",
        tr("What can really be done near home, by sub-district, {day}", day=words.day),
        frame,
        (
            TableColumn("spots", tr("Nearby spots"), "count", tr("spots")),
            TableColumn("matters_per_spot", tr("Matters a spot"), "number", tr("matters"), 1),
            *_random_case(),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr(REALLY),
            tr("The same mix of cases, that of the whole district, in every row."),
            tr(CLUSTERED),
            tr(LOCATED),
        ),
    )


def load_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of the use of nearby spots by sub-district."""
    without, states, spots = tr("Spots without a case"), worded(STATES), tr("spots")
    return Table(
        "points_load",
        tr("Use of nearby spots, by sub-district, {period}", period=words.period),
        frame,
        (
            TableColumn("spots", tr("Spots"), "count", spots),
            cases("cases", tr("Cases")),
            TableColumn("spot_months", tr("Spot-months"), "count", tr("months")),
            TableColumn("cases_per_month", tr("Cases a spot-month"), "number", tr("cases"), 1, made_from=("cases",)),
            TableColumn("unused", states["unused"], "count", spots, 0, without),
            *interval("unused_", without, unit="%"),
            *(TableColumn(name, states[name], "count", spots) for name in ("nearly_idle", "usual", "overloaded")),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr("Spots in service at any time of the period; a month counts if some case was recorded anywhere in it."),
            tr(
                "Nearly idle and overloaded are relative to the median of used points of the same kind: project "
                "conventions, see the parameters."
            ),
            tr(WILSON),
        ),
    )


def load_by_kind_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of the use of each kind of point."""
    unit, each, points = tr("cases"), tr("Cases a point-month"), tr("points")
    return Table(
        "load_by_kind",
        tr("Use of each kind of point, {place}, {period}", place=words.place, period=words.period),
        frame,
        (
            TableColumn("points", tr("Points"), "count", points),
            TableColumn("point_months", tr("Point-months"), "count", tr("months")),
            cases("cases", tr("Cases")),
            TableColumn("cases_per_month", tr("Mean"), "number", unit, 1, each, made_from=("cases",)),
            TableColumn("median", tr("Median"), "number", unit, 1, each, made_from=("cases",)),
            TableColumn("top_tenth_share", tr("At the busiest tenth"), "percent", "%", 1, part_of="cases"),
            *(TableColumn(name, label, "count", points, 0, tr("Points")) for name, label in worded(STATES).items()),
        ),
        row_header=tr("Kind"),
        row_labels=worded(KINDS),
        marks=missing_marks(frame, "z"),
    )


def point_list(frame: pd.DataFrame, units: Mapping[str, str], words: Words, *, name: str) -> Table:
    """Layout of single points, which are public places; ``name`` says which ones."""
    shown = frame.assign(
        unit=frame["subdistrict_code"].map(dict(units)), venue=frame["venue"].astype(object).fillna("not_stated")
    )
    return Table(
        name,
        tr(POINTS[name], place=words.place, period=words.period),
        shown,
        (
            TableColumn("unit", tr("Sub-district"), "text"),
            TableColumn("kind", tr("Kind"), "text", labels=worded(KINDS)),
            TableColumn("venue", tr("Venue"), "text", labels=worded(VENUES)),
            TableColumn("months", tr("Months in service"), "count", tr("months")),
            cases("cases", tr("Cases")),
            TableColumn("cases_per_month", tr("Cases a month"), "number", tr("cases"), 1, made_from=("cases",)),
        ),
        row_header=tr("Point"),
        row_labels={str(point): str(text) for point, text in frame["name"].items()},
        detail=True,
    )


def channels_table(frame: pd.DataFrame, words: Words) -> Table:
    """Layout of cases by channel."""
    return Table(
        "channels",
        tr("Cases and person-times by channel, {place}, {period}", place=words.place, period=words.period),
        frame,
        (
            cases("cases", tr("Cases"), group=tr("Cases")),
            cases("denominator", tr("In all channels"), group=tr("Cases")),
            *interval("", tr("Cases"), made_from=("cases", "denominator"), unit="%"),
            *_person_times(),
        ),
        row_header=tr("Channel"),
        row_labels={**worded(CHANNELS), "all": tr("All channels")},
        marks=missing_marks(frame, "z"),
        total_row="all",
        overlapping=("denominator",),
        notes=(tr("Cases and person-times are two units and are never added."), tr(WILSON)),
    )


def _person_times() -> tuple[TableColumn, ...]:
    return (
        persons("person_times", tr("Person-times"), unit=tr("person-times")),
        TableColumn("per_case", tr("Person-times a case"), "number", "", 3, made_from=("cases", "person_times")),
    )


def channels_by_subdistrict_table(frame: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """Layout of channel shares by sub-district."""
    groups = (
        (
            cases(f"{channel}_cases", tr("Cases"), group=label),
            *interval(f"{channel}_", label, made_from=(f"{channel}_cases", "cases"), unit="%"),
        )
        for channel, label in worded(CHANNELS).items()
    )
    return Table(
        "channels_by_subdistrict",
        tr("Cases by channel and sub-district, {period}", period=words.period),
        frame,
        (
            cases("cases", tr("Cases")),
            *_person_times(),
            *(column for group in groups for column in group),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        partitions=(("cases", tuple(f"{channel}_cases" for channel in CHANNELS)),),
        notes=(tr("By the sub-district that accepted the case, not by the resident's home."), tr(WILSON)),
        detail=True,
    )


def visits_by_subdistrict_table(
    frame: pd.DataFrame, marks: dict[tuple[str, str], Mark], labels: dict[str, str], words: Words
) -> Table:
    """Layout of home visits by sub-district."""
    return Table(
        "home_visits",
        tr("Home visits to people who cannot come, by sub-district, {period}", period=words.period),
        frame,
        _visit_columns(),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=marks,
        total_row="district",
        notes=_visit_notes(),
    )


def visits_by_group_table(frame: pd.DataFrame, marks: dict[tuple[str, str], Mark], words: Words) -> Table:
    """Layout of home visits by target group."""
    groups = {code: sentence_case(name) for code, name in worded(TARGETS).items()}
    return Table(
        "home_visits_by_group",
        tr("Home visits to people who cannot come, {place}, {period}", place=words.place, period=words.period),
        frame,
        _visit_columns(),
        row_header=tr("Why they are listed"),
        row_labels={**groups, "all": tr("All groups")},
        marks=marks,
        total_row="all",
        notes=_visit_notes(),
    )


def _visit_columns() -> tuple[TableColumn, ...]:
    people = tr("People on the lists")
    return (
        persons("served", tr("Visited"), group=people, part_of="listed"),
        persons("listed", tr("Listed"), group=people),
        *interval("", people, made_from=("served", "listed"), unit="%"),
    )


def _visit_notes() -> tuple[str, ...]:
    return (
        tr(
            "Listed at the end of the period; visited at least once in it. Small counts of people are suppressed, "
            "and a second one where a subtraction would show the first."
        ),
        tr(WILSON),
    )
