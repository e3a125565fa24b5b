"""Display tables on the resource community: requests, lists, and the best possible assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, interval
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words

Labels = Mapping[str, str]

WILSON = mark(
    "Intervals: Wilson. They say how far luck alone could carry the share if every request had the same chance."
)
UNITS = mark("Units are services asked for or given, not households and not requests.")
BEST = mark("Best possible: the largest number of units that capacity, eligibility and area allow, proven (gap zero).")


def requests(name: str, header: str, *, part_of: str = "") -> TableColumn:
    """A count of requests: behind each stands a household, so few requests are few households."""
    return TableColumn(name, header, "count", tr("requests"), 0, counts="households", part_of=part_of)


def units(name: str, header: str, *, group: Text = "") -> TableColumn:
    """A number of units of service."""
    return TableColumn(name, header, "count", tr("services"), 0, group)


def entries(name: str, header: str, *, unit: str = "") -> TableColumn:
    """A count of entries of a list."""
    return TableColumn(name, header, "count", unit or tr("entries"))


def by_need(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Requests of the window by need."""
    return Table(
        "by_need",
        tr("Requests and matches by need, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            requests("requests", tr("Requests")),
            requests("matched", tr("Matched"), part_of="requests"),
            *interval("matched_", tr("Matched, of all requests"), made_from=("matched", "requests")),
            TableColumn("half_days", tr("Half matched within"), "number", tr("days"), 0, made_from=("matched",)),
        ),
        row_header=tr("Need"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr("Half matched: Kaplan–Meier; requests still open on the last day are censored. [z]: half never are."),
            tr(WILSON),
        ),
    )


def waiting(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Share matched by days since the request."""
    return Table(
        "waiting",
        tr(
            "Requests matched so many days after they were made, {place}, {window}",
            place=words.place,
            window=words.window,
        ),
        frame,
        (
            requests("requests", tr("Requests")),
            *interval("matched_", tr("Matched"), part_of="requests"),
            requests("followed", tr("Number at risk"), part_of="requests"),
        ),
        row_header=tr("Days since the request"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("One minus Kaplan–Meier: nothing competes with a match. [z]: no request was followed for so long."),
            tr(AT_RISK_NOTE),
        ),
        detail=True,
        overlapping=("requests", "followed"),
    )


def open_by_age(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Open requests by age."""
    return Table(
        "open_by_age",
        tr(
            "Requests without a match, by how long they have been open, {place}, {day}",
            place=words.place,
            day=words.end,
        ),
        frame,
        (requests("requests", tr("Requests")),),
        row_header=tr("Open for"),
        row_labels=dict(labels),
        total_row="total",
        notes=(tr("Requests of earlier years are in it, too."),),
    )


def list_cover(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """What the lists hold by need and grade."""
    return Table(
        "list_cover",
        tr("What the lists hold for each need and grade, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            entries("projects", tr("Projects"), unit=tr("projects")),
            entries("resources", tr("Resources bound to it"), unit=tr("resources")),
            entries("open_high", tr("Open to high grade")),
            entries("open_medium", tr("Open to medium grade")),
            entries("open_low", tr("Open to low grade")),
            requests("requests", tr("Requests")),
        ),
        row_header=tr("Need"),
        row_labels=dict(labels),
        total_row="total",
        notes=(
            tr(
                "Open to a grade: in some sub-district and to some category at least. A list counts kinds of help; its length "
                "is no capacity, and projects are not divided by resources."
            ),
        ),
    )


def balance(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Units by need."""
    return Table(
        "balance",
        tr("Units wanted, matched and possible by need, {place}, {window}", place=words.district, window=words.window),
        frame,
        (
            units("wanted", tr("Wanted")),
            units("matched", tr("Matched")),
            units("delivered", tr("Delivered so far")),
            units("room", tr("Room")),
            units("best", tr("Best possible")),
            units("no_project", tr("Nothing is open to them"), group=tr("Wanted and not possible")),
            units("no_room", tr("No room"), group=tr("Wanted and not possible")),
            units("idle", tr("Idle even then")),
        ),
        row_header=tr("Need"),
        row_labels=dict(labels),
        total_row="total",
        notes=(
            tr(UNITS),
            tr(BEST),
            tr(
                "Room: what projects and resources state for the window, less what they gave to earlier requests and others; "
                "where nothing is stated, what they gave. Matches may promise more than there is room for."
            ),
        ),
    )


def plans(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Plans compared."""
    return Table(
        "plans",
        tr(
            "What happened, what was possible, and what fairness costs, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            units("units", tr("Units")),
            TableColumn("share", tr("Of those wanted"), "percent", "", 1),
            units("fewer", tr("Fewer than the best")),
            TableColumn("least_share", tr("Share of the sub-district worst off"), "percent", "", 1),
        ),
        row_header=tr("Plan"),
        row_labels=dict(labels),
        marks=marks,
        notes=(tr(UNITS), tr(BEST)),
    )


def by_grade(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Units by grade."""
    return Table(
        "by_grade",
        tr("Units by grade under three plans, {place}, {window}", place=words.district, window=words.window),
        frame,
        (units("wanted", tr("Wanted")), *_portions({"matched": tr("Matched"), "best": tr("Best possible"), "first_high": tr("High grade first")})),
        row_header=tr("Grade"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr(UNITS), tr("The best possible does not look at grades: where grades compete, which one it serves is chance.")),
    )  # fmt: skip


def by_unit(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Units by sub-district."""
    return Table(
        "by_subdistrict",
        tr("Units by sub-district under three plans, {place}, {window}", place=words.district, window=words.window),
        frame,
        (units("wanted", tr("Wanted")), *_portions({"matched": tr("Matched"), "best": tr("Best possible"), "even": tr("Even shares")})),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=(tr(UNITS), tr("Even shares: the sub-district worst off has as much as it can, and then as much as possible is served.")),
    )  # fmt: skip


def _portions(names: Mapping[str, str]) -> tuple[TableColumn, ...]:
    return tuple(
        column
        for name, header in names.items()
        for column in (
            units(name, tr("Number"), group=header),
            TableColumn(f"{name}_share", tr("Share"), "percent", "", 1, header),
        )
    )


def scarcity(frame: pd.DataFrame, words: Words, labels: Labels, scenarios: Text) -> Table:
    """How many suppliers are scarce, by need."""
    return Table(
        "scarcity",
        tr(
            "Where one unit more would serve one more, by need, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            entries("suppliers", tr("Projects and resources")),
            entries("unstated", tr("No capacity stated")),
            entries("scarce", tr("One unit more serves")),
            entries("always", tr("In nine scenarios of ten")),
            entries("never", tr("In no scenario")),
        ),
        row_header=tr("Need"),
        row_labels=dict(labels),
        total_row="total",
        notes=(
            scenarios,
            tr("What one unit more serves is found exactly, by the chain of exchanges that it would start."),
        ),
    )


def suppliers(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, needs: Labels, kinds: Labels) -> Table:
    """Every project and resource."""
    return Table(
        "suppliers",
        tr(
            "Projects and resources: room, best use and price, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame,
        (
            TableColumn("kind", tr("Kind"), "text", labels=kinds),
            TableColumn("need_dimension", tr("Need"), "text", labels=needs),
            units("stated_units", tr("Stated for the window")),
            units("given_units", tr("Given")),
            units("room_units", tr("Room")),
            units("best", tr("Best use")),
            units("idle", tr("Idle")),
            TableColumn("one_more", tr("One unit more serves"), "number", tr("services"), 0),
            TableColumn("binding_share", tr("Scarce, of the scenarios"), "percent", "", 0),
        ),
        row_header=tr("Project or resource"),
        row_labels=dict(labels),
        marks=marks,
        notes=(tr("[x]: no capacity is stated; what was given stands for it."),),
        detail=True,
    )


def resource_lists(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """The resource lists."""
    return Table(
        "resources",
        tr("Resource lists, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            entries("entries", tr("Entries")),
            entries("on_offer", tr("On offer on the last day")),
            entries("bound", tr("Bound to a need")),
            entries("known", tr("With a stated quantity")),
            entries("used", tr("Matched in the window")),
        ),
        row_header=tr("List"),
        row_labels=dict(labels),
        total_row="total",
        notes=(tr("An entry that is bound to no need takes no part in the assignment."),),
    )


def concentration(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Concentration of providers."""
    return Table(
        "concentration",
        tr("How far a few providers stand behind all, {place}, {window}", place=words.district, window=words.window),
        frame,
        (
            entries("providers", tr("Providers"), unit=tr("providers")),
            TableColumn("largest_share", tr("Share of the largest"), "percent", "", 1),
            TableColumn("index", tr("Herfindahl index"), "number", tr("zero to one"), 3),
            TableColumn("equivalent", tr("Equal providers that would give the same"), "number", tr("providers"), 1),
        ),
        row_header=tr("Counted by"),
        row_labels=dict(labels),
        marks=marks,
        detail=True,
    )
