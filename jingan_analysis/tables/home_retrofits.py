"""Layout of the tables on homes adapted for old age: stages, waiting, comparison, completions and costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, households, interval, persons
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]
    Labels = Mapping[str, str]


def applications(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of applications: behind each stands a household. Under a group of columns the unit stands once, in it."""
    unit = "" if group else tr("applications")
    return TableColumn(name, header, "count", unit, 0, group, counts="households", part_of=part_of)


def share(name: str, header: str, *, group: Text = "", made_from: tuple[str, ...] = ()) -> TableColumn:
    """A share without an interval."""
    return TableColumn(name, header, "percent", "", 1, group, made_from=made_from)


def stages(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, ends: Labels) -> Table:
    """How far applications came, and what became of those that did not go on."""
    gone = tr("Did not go on (applications)")
    return Table(
        "stages",
        tr("From application to acceptance, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            applications("reached", tr("Came so far")),
            applications("next", tr("Went on"), part_of="reached"),
            share("of_stage", tr("Of this stage"), made_from=("next", "reached")),
            share("of_first", tr("Of all"), made_from=("next", "reached")),
            *(applications(name, header, group=gone, part_of="reached") for name, header in ends.items()),
        ),
        row_header=tr("Stage"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("reached", ("next", *ends)),),
        overlapping=("reached", "next"),
        notes=(
            tr("Whoever came to a stage either went on, or the application ended there, or it is still open on the last day."),
            tr("In the last row all applications are what came so far, and accepted ones are what went on."),
        ),
    )  # fmt: skip


def by_unit(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, within: Text) -> Table:
    """Applications and how long they take, by sub-district."""
    parts = ("accepted", "withdrawn", "other", "open")
    headers = (tr("Accepted"), tr("Withdrawn"), tr("Ended otherwise"), tr("Open"))
    group = tr("How they stand (applications)")
    return Table(
        "by_subdistrict",
        tr("Applications and days to acceptance, by sub-district, {window}", window=words.window),
        frame,
        (
            applications("applications", tr("Applications")),
            *(applications(name, header, group=group, part_of="applications") for name, header in zip(parts, headers, strict=True)),
            TableColumn("median_days", tr("Median"), "number", tr("days"), 0, made_from=("applications", "accepted")),
            *interval("within_", within, made_from=("applications", "accepted")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        partitions=(("applications", parts),),
        notes=(
            tr("Median: days until half of all applications have come to acceptance, with withdrawal, refusal, moving away and death competing; [z] where that is not reached."),
            tr("Accepted within the days: cumulative incidence of all applications. Open ones are censored on the last day; withdrawn ones are not, since they will never be accepted."),
        ),
    )  # fmt: skip


def incidence(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Where applications stand by days."""
    return Table(
        "incidence",
        tr("Where applications stand so many days later, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            applications("followed", tr("Number at risk")),
            *interval("accepted_", tr("Accepted"), made_from=()),
            *interval("withdrawn_", tr("Withdrawn"), made_from=()),
            share("other_share", tr("Ended otherwise")),
            share("open_share", tr("Open")),
        ),
        row_header=tr("Days after the application"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Cumulative incidence by Aalen and Johansen. The four shares of a row add up to all applications."),
            tr(AT_RISK_NOTE),
        ),
        detail=True,
        overlapping=("followed",),
    )


def completions(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, basis: str) -> Table:
    """Adapted homes for each 1,000 older people."""
    columns = [households("accepted", tr("Adapted homes"))]
    notes: tuple[Text, ...] = ()
    if "older" in frame:
        group = tr("For each thousand aged sixty and over")
        columns += [
            persons("older", tr("Aged sixty and over")),
            *(
                TableColumn(name, header, "number", tr("households"), 2, group, made_from=("accepted", "older"))
                for name, header in (("rate", tr("Rate")), ("rate_lower", tr("Lower")), ("rate_upper", tr("Upper")))
            ),
        ]
        notes = (
            tr("Population counted: {basis}.", basis=basis),
            tr("Households over persons: a household may have several people of that age. Intervals are exact Poisson intervals."),
        )  # fmt: skip
    return Table(
        "completions",
        tr("Adapted homes by sub-district, {window}", window=words.window),
        frame,
        tuple(columns),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=notes,
    )


def by_year(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Applications, adapted homes and their cost by year."""
    made = ("accepted",)
    return Table(
        "by_year",
        tr("Applications, adapted homes and their cost by year, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            applications("applications", tr("Applications")),
            households("accepted", tr("Adapted homes")),
            TableColumn("median_yuan", tr("Median cost"), "number", tr("yuan"), 0, made_from=made),
            TableColumn("total_yuan", tr("All costs"), "number", tr("yuan"), 0, made_from=made),
            TableColumn("subsidy_yuan", tr("Of them subsidies"), "number", tr("yuan"), 0, made_from=made),
            share("subsidy_share", tr("Subsidised"), made_from=made),
        ),
        row_header=tr("Year"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr("Applications by the day they were made, adapted homes and their cost by the day of acceptance. The share subsidised is the sum of subsidies over the sum of costs."),
        ),
    )  # fmt: skip


def ranked(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Adapted homes here and in other districts."""
    return Table(
        "rank",
        tr("Adapted homes in central districts, {day}", day=words.end),
        frame,
        (
            TableColumn("rank", tr("Rank"), "count", ""),
            TableColumn("households", tr("Adapted homes"), "count", tr("households"), counts="households"),
            TableColumn("as_of", tr("Counted up to"), "text", ""),
        ),
        row_header=tr("District"),
        row_labels=dict(labels),
        notes=(tr("A rank by number favours large districts; the figures of others may be of another day."),),
        overlapping=("households",),
    )
