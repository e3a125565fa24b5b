"""Display tables of the study of service access on people, points and hours: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


KIND_LABELS: Final = {
    "remote_spot": "Nearby spot",
    "centre": "Centre with windows",
    "self_service_24h": "24-hour self-service point",
    "any": "Any point",
}
DAY_LABELS: Final = {
    "monday": "Mon", "tuesday": "Tue", "wednesday": "Wed", "thursday": "Thu",
    "friday": "Fri", "saturday": "Sat", "sunday": "Sun",
}  # fmt: skip
MOMENT_LABELS: Final = {
    "working_hours": "Tuesday morning",
    "lunch": "Tuesday noon",
    "evening": "Tuesday evening",
    "saturday": "Saturday morning",
    "sunday": "Sunday morning",
    "night": "Night",
}
WHO_LABELS: Final = {"any": "any point", "staffed": "centre or spot with staff"}
STATE_LABELS: Final = {
    "unused": "No case", "nearly_idle": "Nearly idle", "usual": "Usual", "overloaded": "Overloaded",
}  # fmt: skip
VENUE_LABELS: Final = {
    "committee": "committee premises", "building": "office building", "park": "business park", "other": "other",
}  # fmt: skip

CLUSTERED: Final = (
    "Intervals are Wilson intervals on the effective number of independent residents: people of one compound share "
    "their walk, so they do not count as independent observations."
)
LOCATED: Final = "Residents whose home is not joined to the street network are counted apart and are in no share."
WILSON: Final = "Intervals are Wilson intervals."
OPEN_AT_END: Final = "Points in service on the last day of the period."


def rate_columns(
    prefix: str, group: str, *, counted: str = "Residents", unit: str = "persons", denominator: str | None = None
) -> tuple[TableColumn, ...]:
    """Numerator, share and interval of one rate; with a denominator's header, that column too."""
    whole = () if denominator is None else (TableColumn(f"{prefix}denominator", denominator, "count", unit, 0, group),)
    return (
        TableColumn(f"{prefix}numerator", counted, "count", unit, 0, group),
        *whole,
        *interval_columns(prefix, group),
    )


def interval_columns(prefix: str, group: str) -> tuple[TableColumn, ...]:
    """Share with its interval."""
    return (
        TableColumn(f"{prefix}share", "Share", "percent", "%", 1, group),
        TableColumn(f"{prefix}lower", "Lower", "percent", "%", 1, group),
        TableColumn(f"{prefix}upper", "Upper", "percent", "%", 1, group),
    )


def by_subdistrict_table(
    frame: pd.DataFrame, limits: Mapping[str, float], labels: dict[str, str], *, period: str, walking: str
) -> Table:
    """Layout of the nearby spots by sub-district; ``limits`` has the minutes by column name."""
    groups = (rate_columns(f"within_{name}_", f"Within {minutes:g} minutes") for name, minutes in limits.items())
    return Table(
        "by_subdistrict",
        f"Residents with a nearby spot within a short walk, by sub-district, {period}",
        frame,
        (
            TableColumn("spots", "Nearby spots", "count", "spots"),
            TableColumn("persons", "Residents", "count", "persons"),
            TableColumn("unlocated", "Not located", "count", "persons"),
            *(column for group in groups for column in group),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(OPEN_AT_END, f"{walking.capitalize()}; the limit itself counts as within.", CLUSTERED, LOCATED),
    )


def kinds_table(frame: pd.DataFrame, minutes: float, metres: float, labels: dict[str, str], *, period: str) -> Table:
    """Layout of centres, 24-hour points and the last metres by sub-district."""
    return Table(
        "kinds_by_subdistrict",
        f"Residents near a centre, a 24-hour point, and within the last metres of any point, by sub-district, {period}",
        frame,
        (
            TableColumn("persons", "Residents", "count", "persons"),
            *rate_columns("centre_", f"Centre within {minutes:g} minutes"),
            *rate_columns("self_service_24h_", f"24-hour point within {minutes:g} minutes"),
            *rate_columns("last_", f"Any point within {metres:g} metres"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(OPEN_AT_END, CLUSTERED, LOCATED),
    )


def tiers_table(frame: pd.DataFrame, *, place: str, period: str) -> Table:
    """Layout of the share of residents near each kind of point."""
    return Table(
        "tiers",
        f"Residents near each kind of service point, {place}, {period}",
        frame.assign(kind=frame["kind"].map(KIND_LABELS)),
        (
            TableColumn("limit", "Walk", "setting"),
            TableColumn("unit", "Unit of the walk", "text"),
            *rate_columns("", "Residents", counted="Near", denominator="All located"),
        ),
        row_header="Kind and longest walk",
        row_labels={
            str(row): f"{KIND_LABELS[frame['kind'].loc[row]]}, {frame['limit'].loc[row]:g} {frame['unit'].loc[row]}"
            for row in frame.index
        },
        marks=missing_marks(frame, "z"),
        notes=(OPEN_AT_END, CLUSTERED, LOCATED),
    )


def scenarios_table(frame: pd.DataFrame, limits: Mapping[str, float], *, place: str, period: str) -> Table:
    """Layout of the shares at other walking speeds."""
    groups = (rate_columns(f"within_{name}_", f"Within {minutes:g} minutes") for name, minutes in limits.items())
    return Table(
        "scenarios",
        f"How the shares change with walking speed, {place}, {period}",
        frame.assign(kind=frame["kind"].map(KIND_LABELS)),
        (
            TableColumn("walk_speed_mps", "Speed", "setting", "metres per second"),
            TableColumn("persons", "Residents", "count", "persons"),
            *(column for group in groups for column in group),
        ),
        row_header="Kind and speed",
        row_labels={
            str(row): f"{KIND_LABELS[frame['kind'].loc[row]]}, {frame['walk_speed_mps'].loc[row]:g} m/s"
            for row in frame.index
        },
        marks=missing_marks(frame, "z"),
        notes=("Slow speeds stand for frail walkers, fast ones for adults in good health.", CLUSTERED, LOCATED),
        detail=True,
    )


def hours_table(frame: pd.DataFrame, minutes: float, *, place: str) -> Table:
    """Layout of the week by hours."""
    return Table(
        "hours",
        f"Residents with an open service point within {minutes:g} minutes' walk, by hour of the week, {place}",
        frame,
        tuple(TableColumn(day, label, "percent", "%", 0) for day, label in DAY_LABELS.items()),
        row_header="Hour that begins at",
        row_labels={hour: f"{hour}:00" for hour in frame.index},
        marks=missing_marks(frame, "z"),
        notes=(
            "A point counts as open in an hour if it is open for the whole of it. An ordinary week: public holidays "
            "are not in the data.",
            "Points without stated hours count as closed and are counted in the table of exclusions.",
            LOCATED,
        ),
        detail=True,
    )


def moments_table(frame: pd.DataFrame, *, place: str) -> Table:
    """Layout of chosen moments of the week, with intervals."""
    labels = {
        str(row): f"{MOMENT_LABELS[frame['moment'].loc[row]]}, {WHO_LABELS[frame['who'].loc[row]]}"
        for row in frame.index
    }
    return Table(
        "hours_moments",
        f"Residents with an open service point near home at chosen moments of the week, {place}",
        frame,
        (
            TableColumn("hour", "Hour that begins at", "count", "o'clock"),
            *rate_columns("", "Residents", counted="With an open point", denominator="All located"),
        ),
        row_header="Moment and kind of point",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        notes=("The whole hour must be open.", CLUSTERED, LOCATED),
    )


def committees_table(frame: pd.DataFrame, labels: dict[str, str], *, period: str) -> Table:
    """Layout of the committees that have a spot."""
    return Table(
        "committees",
        f"Committees with a nearby spot on their premises, by sub-district, {period}",
        frame,
        (
            TableColumn("committees", "Committees", "count", "committees"),
            TableColumn("with_spot", "With a spot", "count", "committees"),
            *interval_columns("", "Committees with a spot"),
            TableColumn("spots", "All spots", "count", "spots", 0, "Spots"),
            TableColumn("spots_beyond_first", "Second spots of a committee", "count", "spots", 0, "Spots"),
            TableColumn("spots_elsewhere", "In other places", "count", "spots", 0, "Spots"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            "The number of spots divided by the number of committees is not a coverage: spots also stand in office "
            "buildings and business parks, and one committee may have several.",
            WILSON,
        ),
    )


def exclusions_table(rows: Mapping[str, tuple[float, str, str]]) -> Table:
    """Layout of what was left out or left unknown, and how much of it."""
    import pandas as pd

    frame = pd.DataFrame.from_dict(dict(rows), orient="index", columns=["count", "unit", "meaning"])
    frame["count"] = frame["count"].astype(float)
    return Table(
        "exclusions",
        "Counted exclusions: what is in no share, and why",
        frame,
        (
            TableColumn("count", "Count", "count"),
            TableColumn("unit", "Unit", "text"),
            TableColumn("meaning", "What they are", "text"),
        ),
        row_header="Exclusion",
        row_labels={name: name.replace("_", " ").capitalize() for name in rows},
        detail=True,
    )
