"""Display tables on the closed loop of home visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, cases, interval, persons
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words

Labels = Mapping[str, str]

WILSON = mark("Intervals: Wilson. They say how far luck alone could carry the share if every case had the same chance.")
OPEN = mark(
    "Cases that are still open on the last day are censored: what has not happened yet is not counted as missing."
)


def closure(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, limit: Text) -> Table:
    """Whether the loop closed in time, by sub-district."""
    return Table(
        "closure",
        tr(
            "Cases that closed in time, by sub-district, {place}, {day}",
            place=words.district,
            day=words.end,
        ),
        frame,
        (
            cases("due", tr("Cases due")),
            cases("in_time", tr("All four steps in time"), part_of="due"),
            *interval("in_time_", tr("Closed in time, of those due"), made_from=("in_time", "due")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=(limit, tr(WILSON)),
    )


def outcomes(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, limit: Text) -> Table:
    """What became of the cases that are due."""
    return Table(
        "outcomes",
        tr("What became of the cases that are due, {place}, {day}", place=words.place, day=words.end),
        frame,
        (cases("cases", tr("Cases")), *interval("cases_", tr("Of those due"), made_from=("cases",))),
        row_header=tr("Outcome"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(limit, tr(WILSON)),
    )


def steps(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, within: Text) -> Table:
    """How each step waited for the next."""
    return Table(
        "steps",
        tr("How long each step takes, and who leaves before it, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            cases("came", tr("Came to the step before")),
            cases("done", tr("Went on")),
            cases("withdrawn", tr("Withdrew")),
            cases("rejected", tr("Were rejected")),
            cases("waiting", tr("Still wait")),
            TableColumn("median_days", tr("Half within"), "number", tr("days"), 0, made_from=("done",)),
            TableColumn("p90_days", tr("Nine in ten within"), "number", tr("days"), 0, made_from=("done",)),
            *interval("within_", within, made_from=("done",), part_of="came"),
        ),
        row_header=tr("Step"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr(OPEN),
            tr(
                "Days and shares are of all cases that came to the step before, withdrawn and rejected ones included: "
                "cumulative incidence by Aalen and Johansen, intervals on the log-minus-log scale. [z]: half, or nine in "
                "ten, never get there."
            ),
            tr(
                "A case that skips a step does not wait for it; one whose next step is dated before the step is left out."
            ),
        ),
        partitions=(("came", ("done", "withdrawn", "rejected", "waiting")),),
    )


def incidence(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Closed, withdrawn, rejected, open, by days since discovery."""
    return Table(
        "incidence",
        tr("Where cases are so many days after discovery, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            cases("cases", tr("Cases")),
            *interval("closed_", tr("Closed, all steps in order"), part_of="cases"),
            TableColumn("withdrawn_share", tr("Withdrawn"), "percent", "", 1, part_of="cases"),
            TableColumn("rejected_share", tr("Rejected"), "percent", "", 1, part_of="cases"),
            TableColumn("open_share", tr("Still open"), "percent", "", 1, part_of="cases"),
            cases("followed", tr("Number at risk"), part_of="cases"),
        ),
        row_header=tr("Days since discovery"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr(
                "Cumulative incidence by Aalen and Johansen: withdrawal and rejection compete with closing. One minus "
                "Kaplan–Meier would call withdrawn cases as likely to close as open ones and overstate it."
            ),
            tr("The four shares of a row add up to all cases."),
            tr(AT_RISK_NOTE),
        ),
        overlapping=("cases", "followed"),
    )


def conformity(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Whether cases follow the four steps, by sub-district."""
    return Table(
        "conformity",
        tr("Cases that follow the four steps, by sub-district, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            cases("cases", tr("Cases")),
            cases("conforming", tr("Without any deviation"), part_of="cases"),
            *interval("conforming_", tr("Of all cases"), made_from=("conforming", "cases")),
            TableColumn("fitness", tr("Fitness"), "number", tr("zero to one"), 3, made_from=("conforming",)),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=(
            tr(
                "Fitness: one minus the cost of the best alignments with the four steps, over the cost of alignments that "
                "have nothing in common with them. One means no deviation at all."
            ),
            tr(OPEN),
            tr(WILSON),
        ),
    )


def deviations(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Kinds of deviations."""
    return Table(
        "deviations",
        tr("Deviations from the four steps, {place}, {day}", place=words.place, day=words.end),
        frame,
        (cases("cases", tr("Cases")), *interval("cases_", tr("Of all cases"), made_from=("cases",))),
        row_header=tr("Deviation"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("A case may have several, so that the rows do not add up."), tr(OPEN)),
        overlapping=("cases",),
    )


def transitions(frame: pd.DataFrame, marks: Marks, words: Words, activities: Labels, foreseen: Labels) -> Table:
    """What followed what."""
    labels = {
        str(row): tr("{origin} → {target}", origin=activities[str(o)], target=activities[str(t)])
        for row, o, t in zip(frame.index, frame["origin"], frame["target"], strict=True)
    }
    return Table(
        "transitions",
        tr("What followed what directly, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("transitions", tr("Times"), "count", tr("transitions"), made_from=("cases",)),
            cases("cases", tr("Cases")),
            TableColumn("median_days", tr("Median"), "number", tr("days"), 0, made_from=("cases",)),
            TableColumn("p90_days", tr("Ninth decile"), "number", tr("days"), 0, made_from=("cases",)),
            TableColumn("foreseen", tr("Foreseen"), "text", labels=foreseen),
        ),
        row_header=tr("Transition"),
        row_labels=labels,
        marks=marks,
        notes=(tr("Days are those of transitions that happened; waits still going on are in the table of steps."),),
        detail=True,
        overlapping=("cases",),
    )


def variants(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """The most frequent sequences."""
    return Table(
        "variants",
        tr("The most frequent courses of a case, {place}, {day}", place=words.place, day=words.end),
        frame,
        (cases("cases", tr("Cases")), *interval("cases_", tr("Of all cases"), made_from=("cases",))),
        row_header=tr("Course"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("A course that ends before the follow-up and without rejection or withdrawal is still open."),),
        detail=True,
    )


def by_month(frame: pd.DataFrame, marks: Marks, words: Words, signals: Labels, limits: tuple[Text, Text]) -> Table:
    """Shares in time by month of discovery, with the limits of their control charts."""

    def measured(name: str, group: str) -> tuple[TableColumn, ...]:
        made = (f"{name}", "cases")
        return (
            cases(name, tr("Number"), group=group, part_of="cases"),
            TableColumn(f"{name}_share", tr("Share"), "percent", "", 1, group, made_from=made),
            TableColumn(f"{name}_centre", tr("Mean"), "percent", "", 1, group),
            TableColumn(f"{name}_low", tr("Lower limit"), "percent", "", 1, group),
            TableColumn(f"{name}_high", tr("Upper limit"), "percent", "", 1, group),
            TableColumn(f"{name}_signal", tr("Signal"), "text", "", 0, group, labels=signals),
        )

    return Table(
        "by_month",
        tr("Judged and closed in time, by month of discovery, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            cases("cases", tr("Discovered")),
            *measured("judged", tr("Judged in time")),
            *measured("closed", tr("Closed in time")),
        ),
        row_header=tr("Month of discovery"),
        marks=marks,
        notes=(
            *limits,
            tr("[z]: the month is not due yet, some of its cases have not had the whole time."),
            tr(
                "XmR chart: the limits follow from the mean difference between one month and the next. Signals: a month beyond a limit, "
                "seven in a row on one side of the mean, six in a row rising or falling, two of three next to a limit."
            ),
        ),
        detail=True,
    )


def came_back(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, limit: Text) -> Table:
    """Closed cases whose person came back."""
    return Table(
        "reopened",
        tr("Closed cases whose person came back, by sub-district, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            cases("closed", tr("Closed long enough ago")),
            cases("reopened", tr("Came back"), part_of="closed"),
            *interval("reopened_", tr("Of those closed"), made_from=("reopened", "closed")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=(limit, tr(WILSON)),
        detail=True,
    )


def listed(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """People on the two lists."""
    return Table(
        "listed",
        tr("People found by visits and by matching of records, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            persons("found", tr("Found by either")),
            persons("both", tr("By both")),
            persons("only_visit", tr("By visits only")),
            persons("only_match", tr("By matching only")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("A person is counted where the first of the two found him or her."),),
        detail=True,
        partitions=(("found", ("both", "only_visit", "only_match")),),
    )


def hidden(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Estimates of people never discovered."""
    made = ("found",)
    return Table(
        "hidden",
        tr("People whom neither has found, an estimate, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("odds_ratio", tr("Odds ratio assumed"), "number", "", 1),
            TableColumn("hidden", tr("Found by neither"), "count", tr("persons (modelled)"), 0, made_from=made),
            TableColumn("lower", tr("Lower"), "count", tr("persons (modelled)"), 0, made_from=made),
            TableColumn("upper", tr("Upper"), "count", tr("persons (modelled)"), 0, made_from=made),
            persons("found", tr("Found by either")),
            TableColumn("total", tr("All"), "count", tr("persons (modelled)"), 0, made_from=made),
            TableColumn("found_share", tr("Found"), "percent", tr("modelled"), 1, made_from=made),
        ),
        row_header=tr("If the two ways"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr(
                "Two lists by Chapman's estimator, summed over sub-districts, with Chao's interval. It assumes that nobody "
                "came or went, that a person is recognised on both lists, that within a sub-district everybody has the "
                "same chance to be found, and that being found by one says nothing of the other."
            ),
            tr(
                "Two lists cannot tell whether they depend on each other: the other rows show what a dependence would "
                "mean. Where some people are harder to find for both, all rows are too low."
            ),
        ),
        overlapping=("found",),
    )
