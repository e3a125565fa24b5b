"""Display tables of the overview: captions, units and notes around finished lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import interval
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]
    Labels = Mapping[str, str]


def scoreboard(  # all are named by the caller
    frame: pd.DataFrame,
    marks: Marks,
    words: Words,
    *,
    labels: Labels,
    titles: Labels,
    directions: Labels,
    people: Labels,
) -> Table:
    """Headline indicators of every system.

    Parameters
    ----------
    labels
        What is counted, by row.
    titles
        Titles of the studies.
    directions
        What the chart says, by code.
    people
        Rows whose counts are of people or cases.
    """
    return Table(
        "scoreboard",
        tr("Headline indicators of every system, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            TableColumn("numerator", tr("Numerator"), "count", group=tr("Share"), counts="persons", part_of="denominator"),
            TableColumn("denominator", tr("Denominator"), "count", group=tr("Share"), counts="persons"),
            *interval("", tr("Share"), made_from=("numerator", "denominator")),
            TableColumn("direction", tr("Change"), "text", labels=directions),
            TableColumn("latest", tr("Month or week"), "text", group=tr("Latest point")),
            TableColumn("latest_share", tr("Share"), "percent", "", 1, tr("Latest point")),
            TableColumn("not_computed", tr("Cannot be computed or shown"), "count", tr("months or weeks"), 0),
            TableColumn("study", tr("Report"), "text", labels=titles, reports=True),
        ),
        row_header=tr("Indicator"),
        row_labels=dict(labels),
        marks=marks,
        uncounted=frozenset(str(row) for row in frame.index if row not in people),
        notes=(
            tr(
                "A change is told only where a rule of the control chart signals at the latest point that can be computed: a point "
                "beyond a limit, a run of points on one side of the mean, a run of rises or falls, or points close to a limit."
            ),
            tr("Meals, bed-days and checks of the same people week by week are no sample: their shares have no interval."),
        ),
    )  # fmt: skip


def points(frame: pd.DataFrame, marks: Marks, words: Words, *, labels: Labels, signals: Labels) -> Table:
    """Every point of every indicator with its chart."""
    return Table(
        "points",
        tr("Indicators by month or week with their control charts, {place}", place=words.place),
        frame,
        (
            TableColumn("share", tr("Share"), "percent", "", 1),
            TableColumn("mean", tr("Mean"), "percent", "", 1),
            TableColumn("low", tr("Lower limit"), "percent", "", 1),
            TableColumn("high", tr("Upper limit"), "percent", "", 1),
            TableColumn("signal", tr("Signal"), "text", labels=signals),
        ),
        row_header=tr("Indicator and month or week"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr(
                "A point of which too few are counted is hidden and left out of the chart, like one that cannot be computed."
            ),
        ),
        detail=True,
    )


def directions(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """How many indicators changed."""
    return Table(
        "directions",
        tr("Indicators by what their charts say of the latest point, {place}", place=words.place),
        frame,
        (TableColumn("indicators", tr("Indicators"), "count"),),
        row_header=tr("Change"),
        row_labels=dict(labels),
        total_row=str(frame.index[-1]),
        detail=True,
    )


def verdicts(frame: pd.DataFrame, words: Words, *, labels: Labels, helps: Labels) -> Table:
    """Entries of the register by what became of them."""
    return Table(
        "verdicts",
        tr(
            "Published numbers by what the data say of them, {place}, {window}",
            place=words.district,
            window=words.window,
        ),
        frame.assign(helps=[helps.get(str(row), "") for row in frame.index]),
        (
            TableColumn("entries", tr("Entries"), "count"),
            TableColumn("claims", tr("Claims"), "count"),
            TableColumn("helps", tr("What would help"), "text"),
        ),
        row_header=tr("Status or reason"),
        row_labels=dict(labels),
        total_row=str(frame.index[-1]),
        notes=(
            tr(
                "An entry is one number of a claim and the count that it is held against, or a claim without a number. The reasons "
                "are parts of “cannot be computed”; a claim with several numbers may stand in several rows."
            ),
        ),
    )


def register(  # all are named by the caller
    frame: pd.DataFrame, marks: Marks, words: Words, *, titles: Labels, statuses: Labels
) -> Table:
    """Every published number against the data."""
    return Table(
        "register",
        tr("Register of published claims, {place}, {window}", place=words.district, window=words.window),
        frame,
        (
            TableColumn("published", tr("Published"), "count"),
            TableColumn("data", tr("In the data"), "count"),
            TableColumn("difference", tr("Difference"), "count", made_from=("data",)),
            TableColumn("unit", tr("Unit"), "text"),
            TableColumn("status", tr("Status"), "text", labels=statuses),
            TableColumn("as_of", tr("As of"), "text"),
            TableColumn("claim", tr("Published as"), "text"),
            TableColumn("study", tr("Report"), "text", labels=titles, reports=True),
        ),
        row_header=tr("Claim, and what is counted"),
        row_labels={str(row): str(label) for row, label in frame["label"].items()},
        marks=marks,
        notes=(
            tr(
                "Difference: data less published, for the whole district. A figure with a date is compared only with "
                "the window that it was published for; a rounded figure agrees within half a step, a lower bound if "
                "the data are not below it."
            ),
        ),
    )


def meanings(frame: pd.DataFrame, words: Words) -> Table:
    """What every claim counts, can mean and cannot mean."""
    return Table(
        "meanings",
        tr("What the published claims count, can mean and cannot mean, {place}", place=words.district),
        frame,
        (
            TableColumn("claim", tr("Published as"), "text"),
            TableColumn("numerator", tr("Numerator"), "text"),
            TableColumn("denominator", tr("Denominator"), "text"),
            TableColumn("can_mean", tr("Can mean"), "text"),
            TableColumn("cannot_mean", tr("Cannot mean"), "text"),
            TableColumn("paragraph", tr("Paragraph"), "count"),
        ),
        row_header=tr("Claim"),
        row_labels={str(row): str(identifier) for row, identifier in frame["id"].items()},
        detail=True,
    )


def lacking(frame: pd.DataFrame, words: Words) -> Table:
    """Tables that the district would have to bring."""
    return Table(
        "lacking",
        tr("Tables that would let more be computed, {place}", place=words.district),
        frame,
        (
            TableColumn("entries", tr("Entries of the register"), "count"),
            TableColumn("indicators", tr("Indicators"), "count"),
        ),
        row_header=tr("Table"),
    )
