"""Display tables of the study of service access on matters, use, channels and home visits: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access import (
    CLUSTERED,
    KIND_LABELS,
    LOCATED,
    STATE_LABELS,
    VENUE_LABELS,
    WILSON,
    interval_columns,
    rate_columns,
)
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.vocabulary import Mark

CHANNEL_LABELS: Final = {
    "window": "Window at a centre",
    "nearby": "Nearby spot",
    "home_visit": "Home visit",
    "self_service": "Self-service machine",
    "online": "Online",
}
TARGET_LABELS: Final = {
    "oldest_old": "Aged 80 and over",
    "living_alone": "Living alone",
    "care_dependent": "Care-dependent",
    "disabled": "With a disability",
    "severe_illness": "Severely ill",
    "other": "Other",
}
REALLY: Final = "Really handled: recorded for the point itself, its devices and staff; the list alone does not count."


def matters_table(
    frame: pd.DataFrame, minutes: float, near_minutes: float, *, place: str, name: str, caption: str
) -> Table:
    """Layout of single matters; ``caption`` says which ones."""
    shown = frame.assign(listed=frame["listed_nearby"].map({True: "yes", False: "no"}))
    return Table(
        name,
        f"{caption}, {place}",
        shown,
        (
            TableColumn("group_no", "Group", "count"),
            TableColumn("listed", "On the nearby list", "text"),
            TableColumn("points", "Points that handle it", "count", "points"),
            TableColumn("spots", "Spots that handle it", "count", "spots"),
            TableColumn("denominator", "Residents", "count", "persons"),
            *rate_columns("", f"Within {minutes:g} minutes of any such point"),
            *rate_columns("spot_", f"Within {minutes:g} minutes of such a spot"),
            *rate_columns("near_", f"Within {near_minutes:g} minutes of such a spot"),
            TableColumn("cases", "Cases in the district", "count", "cases"),
        ),
        row_header="Matter",
        row_labels={str(matter): f"{text} ({matter})" for matter, text in frame["name"].items()},
        marks=missing_marks(shown, "x"),
        notes=(REALLY, CLUSTERED, LOCATED),
        detail=name == "matters",
    )


def groups_table(frame: pd.DataFrame, minutes: float, *, place: str, period: str) -> Table:
    """Layout of the groups of matters."""
    within = f"Within {minutes:g} minutes"
    return Table(
        "matters_by_group",
        f"What can really be done near home, by group of matters, {place}, {period}",
        frame,
        (
            TableColumn("matters", "Matters", "count", "matters"),
            TableColumn("widely", "For most residents", "count", "matters", 0, f"{within} of any point"),
            TableColumn("nearly_all", "For nearly all", "count", "matters", 0, f"{within} of any point"),
            TableColumn("listed_nearby", "Listed", "count", "matters", 0, "On the nearby list"),
            TableColumn("spot_widely", "At a spot, for most", "count", "matters", 0, "On the nearby list"),
            TableColumn("spot_nearly_all", "At a spot, for nearly all", "count", "matters", 0, "On the nearby list"),
            TableColumn("hardly", "Near hardly anybody", "count", "matters", 0, "On the nearby list"),
            TableColumn("cases", "Cases in the district", "count", "cases"),
            *rate_columns("", "A case drawn at random", counted="Residents (weighted)", denominator="Residents"),
        ),
        row_header="Group of the published list",
        row_labels={str(row): "All groups" if row == "all" else f"Group {row}" for row in frame.index},
        marks=missing_marks(frame, "x"),
        total_row="all",
        notes=(
            REALLY,
            "Most, nearly all and hardly anybody: shares of residents as in the parameters of this report; near is the "
            "shorter walk, all else the longer one.",
            "A case drawn at random: residents times matters, matters weighted by their cases in the whole district; "
            "where nothing is offered, no case is recorded, so this share flatters.",
            "The list numbers its groups; what they stand for is not published.",
            CLUSTERED,
            LOCATED,
        ),
    )


def offered_table(frame: pd.DataFrame, labels: dict[str, str], *, period: str) -> Table:
    """Layout of what can be done near home by sub-district."""
    return Table(
        "matters_by_subdistrict",
        f"What can really be done near home, by sub-district, {period}",
        frame,
        (
            TableColumn("spots", "Nearby spots", "count", "spots"),
            TableColumn("matters_per_spot", "Matters a spot", "number", "matters", 1),
            *rate_columns("", "A case drawn at random", counted="Residents (weighted)", denominator="Residents"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(REALLY, "The same mix of cases, that of the whole district, in every row.", CLUSTERED, LOCATED),
    )


def load_table(frame: pd.DataFrame, labels: dict[str, str], *, period: str) -> Table:
    """Layout of the use of nearby spots by sub-district."""
    return Table(
        "points_load",
        f"Use of nearby spots, by sub-district, {period}",
        frame,
        (
            TableColumn("spots", "Spots", "count", "spots"),
            TableColumn("cases", "Cases", "count", "cases"),
            TableColumn("spot_months", "Spot-months", "count", "months"),
            TableColumn("cases_per_month", "Cases a spot-month", "number", "cases", 1),
            TableColumn("unused", STATE_LABELS["unused"], "count", "spots", 0, "Spots without a case"),
            *interval_columns("unused_", "Spots without a case"),
            TableColumn("nearly_idle", STATE_LABELS["nearly_idle"], "count", "spots"),
            TableColumn("usual", STATE_LABELS["usual"], "count", "spots"),
            TableColumn("overloaded", STATE_LABELS["overloaded"], "count", "spots"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            "Spots in service at any time of the period; a month counts if some case was recorded anywhere in it.",
            "Nearly idle and overloaded are relative to the median of used points of the same kind: project conventions, "
            "see the parameters.",
            WILSON,
        ),
    )


def load_by_kind_table(frame: pd.DataFrame, *, place: str, period: str) -> Table:
    """Layout of the use of each kind of point."""
    return Table(
        "load_by_kind",
        f"Use of each kind of point, {place}, {period}",
        frame,
        (
            TableColumn("points", "Points", "count", "points"),
            TableColumn("point_months", "Point-months", "count", "months"),
            TableColumn("cases", "Cases", "count", "cases"),
            TableColumn("cases_per_month", "Mean", "number", "cases", 1, "Cases a point-month"),
            TableColumn("median", "Median", "number", "cases", 1, "Cases a point-month"),
            TableColumn("top_tenth_share", "At the busiest tenth", "percent", "%", 1),
            *(TableColumn(state, label, "count", "points", 0, "Points") for state, label in STATE_LABELS.items()),
        ),
        row_header="Kind",
        row_labels=KIND_LABELS,
        marks=missing_marks(frame, "z"),
    )


def point_list(frame: pd.DataFrame, units: Mapping[str, str], *, name: str, caption: str) -> Table:
    """Layout of single points, which are public places."""
    shown = frame.assign(
        unit=frame["subdistrict_code"].map(dict(units)),
        kind=frame["kind"].map(KIND_LABELS),
        venue=frame["venue"].map(VENUE_LABELS).astype(object).fillna("not stated"),
    )
    return Table(
        name,
        caption,
        shown,
        (
            TableColumn("unit", "Sub-district", "text"),
            TableColumn("kind", "Kind", "text"),
            TableColumn("venue", "Venue", "text"),
            TableColumn("months", "Months in service", "count", "months"),
            TableColumn("cases", "Cases", "count", "cases"),
            TableColumn("cases_per_month", "Cases a month", "number", "cases", 1),
        ),
        row_header="Point",
        row_labels={str(point): str(text) for point, text in frame["name"].items()},
        detail=True,
    )


def channels_table(frame: pd.DataFrame, *, place: str, period: str) -> Table:
    """Layout of cases by channel."""
    return Table(
        "channels",
        f"Cases and person-times by channel, {place}, {period}",
        frame,
        (
            TableColumn("cases", "Cases", "count", "cases", 0, "Cases"),
            TableColumn("denominator", "All cases", "count", "cases", 0, "Cases"),
            *interval_columns("", "Cases"),
            TableColumn("person_times", "Person-times", "count", "person-times"),
            TableColumn("per_case", "Person-times a case", "number", "", 3),
        ),
        row_header="Channel",
        row_labels={**CHANNEL_LABELS, "all": "All channels"},
        marks=missing_marks(frame, "z"),
        total_row="all",
        notes=("Cases and person-times are two units and are never added.", WILSON),
    )


def channels_by_subdistrict_table(frame: pd.DataFrame, labels: dict[str, str], *, period: str) -> Table:
    """Layout of channel shares by sub-district."""
    groups = (
        (TableColumn(f"{channel}_cases", "Cases", "count", "cases", 0, label), *interval_columns(f"{channel}_", label))
        for channel, label in CHANNEL_LABELS.items()
    )
    return Table(
        "channels_by_subdistrict",
        f"Cases by channel and sub-district, {period}",
        frame,
        (
            TableColumn("cases", "Cases", "count", "cases"),
            TableColumn("person_times", "Person-times", "count", "person-times"),
            TableColumn("per_case", "Person-times a case", "number", "", 3),
            *(column for group in groups for column in group),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=("By the sub-district that accepted the case, not by the resident's home.", WILSON),
        detail=True,
    )


def visits_table(
    frame: pd.DataFrame,
    marks: dict[tuple[str, str], Mark],
    labels: Mapping[str, str],
    *,
    total_row: str,
    name: str,
    caption: str,
) -> Table:
    """Layout of home visits by sub-district or by target group."""
    return Table(
        name,
        caption,
        frame,
        (
            TableColumn("served", "Visited", "count", "persons", 0, "People on the lists"),
            TableColumn("listed", "Listed", "count", "persons", 0, "People on the lists"),
            *interval_columns("", "People on the lists"),
        ),
        row_header="Sub-district" if total_row == "district" else "Why they are listed",
        row_labels={"all": "All groups", **labels},
        marks=marks,
        total_row=total_row,
        notes=(
            "Listed at the end of the period; visited at least once in it. Small counts of people are suppressed, "
            "and a second one where a subtraction would show the first.",
            WILSON,
        ),
    )
