"""Display tables on volunteers for older people: captions, units and notes around finished numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, interval, p_value, persons
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]
    Labels = Mapping[str, str]


def _pairs(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of pairs: behind each stand two people."""
    return TableColumn(name, header, "count", tr("pairs"), 0, group, counts="persons", part_of=part_of)


def _places(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    return TableColumn(name, header, "count", tr("places"), 0, group, counts="persons", part_of=part_of)


def _number(
    name: str, header: str, unit: str, decimals: int, made_from: tuple[str, ...] = (), group: Text = ""
) -> TableColumn:
    return TableColumn(name, header, "number", unit, decimals, group, made_from=made_from)


def by_subdistrict(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Who has a volunteer, and how many volunteers there are, by sub-district."""
    return Table(
        "by_subdistrict",
        tr("Older people on the list and volunteers by sub-district, {day}", day=words.end),
        frame,
        (
            persons("listed", tr("On the list"), group=tr("Older people")),
            persons("paired", tr("Paired"), group=tr("Older people"), part_of="listed"),
            persons("unpaired", tr("No volunteer"), group=tr("Older people"), part_of="listed"),
            *interval("paired_", tr("Paired"), made_from=("paired", "listed")),
            persons("volunteers", tr("Volunteers")),
            _number("ratio", tr("Paired"), tr("a volunteer"), 2, ("paired", "volunteers")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row=str(frame.index[-1]),
        partitions=(("listed", ("paired", "unpaired")),),
        notes=(
            tr("Everybody counts once, whatever the number of volunteers. Both live in the sub-district; pairs may cross its border, so that the ratio is not the load of its volunteers."),
            tr("The ratio of the district is all paired older people over all volunteers, not the mean of the ratios."),
        ),
    )  # fmt: skip


def groups(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Who has a volunteer, by risk and living arrangement."""
    return Table(
        "groups",
        tr("Older people on the list by risk and living arrangement, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            persons("listed", tr("On the list")),
            persons("paired", tr("Paired"), part_of="listed"),
            persons("unpaired", tr("No volunteer"), part_of="listed"),
            *interval("paired_", tr("Paired"), made_from=("paired", "listed")),
        ),
        row_header=tr("Group"),
        row_labels=dict(labels),
        marks=marks,
        partitions=(("listed", ("paired", "unpaired")),),
        notes=(tr("Risk and living arrangement are two views of the same people."),),
    )


def programmes(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Volunteers, pairs and distinct people by programme."""
    return Table(
        "programmes",
        tr("The two programmes, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            persons("volunteers", tr("Volunteers")),
            _pairs("pairs", tr("Pairs")),
            persons("elders", tr("Older people")),
            persons("in_both", tr("In both"), part_of="elders"),
            _number("ratio", tr("Older people"), tr("a volunteer"), 2, ("elders", "volunteers")),
        ),
        row_header=tr("Programme"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        overlapping=("elders", "in_both"),
        notes=(tr("Who is in both programmes stands in both rows and once in the last one: the rows add up to too many people."),),
    )  # fmt: skip


def load(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, norm: Text) -> Table:
    """What volunteers carry, by sub-district."""
    many = tr("Above the norm")
    return Table(
        "load",
        tr("Load of volunteers by sub-district, {day}", day=words.end),
        frame,
        (
            persons("volunteers", tr("Volunteers")),
            persons("idle", tr("With nobody"), part_of="volunteers"),
            _pairs("pairs", tr("Pairs")),
            _number("mean", tr("Mean"), tr("a volunteer"), 2, ("pairs", "volunteers")),
            TableColumn("gini", tr("Gini"), "number", "", 3, made_from=("volunteers",)),
            persons("over", tr("Volunteers"), group=many, part_of="volunteers"),
            *interval("over_", many, made_from=("over", "volunteers")),
            _pairs("excess", tr("Pairs"), group=many, part_of="pairs"),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row=str(frame.index[-1]),
        notes=(norm, tr("By the home of the volunteer, with all of their pairs. Gini: zero where all carry the same.")),
    )


def load_distribution(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Volunteers by load."""
    return Table(
        "load_distribution",
        tr("Volunteers by number of older people, {place}, {day}", place=words.place, day=words.end),
        frame,
        (persons("volunteers", tr("Volunteers")),),
        row_header=tr("Older people"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        detail=True,
    )


def compliance(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: tuple[Text, ...]) -> Table:
    """Contact kept as required, and long gaps, by sub-district."""
    checked, long_gap = tr("Contacts as required"), tr("Long gap")
    return Table(
        "compliance",
        tr("Contact with paired older people by sub-district, {window}", window=words.window),
        frame,
        (
            persons("people", tr("Checked")),
            TableColumn("due", tr("Checks"), "count", tr("weeks"), made_from=("people",)),
            *interval("", checked, made_from=("people",)),
            persons("watched", tr("Watched"), group=long_gap),
            persons("long_gap", tr("With one"), group=long_gap, part_of="watched"),
            *interval("long_gap_", long_gap, made_from=("long_gap", "watched")),
            _number("median_gap", tr("Longest, median"), tr("days"), 0, ("watched",), long_gap),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row=str(frame.index[-1]),
        notes=notes,
    )


def weeks(frame: pd.DataFrame, marks: Marks, words: Words, signals: Labels) -> Table:
    """Contact kept as required by week with the limits of the chart."""
    limits = tr("Limits")
    return Table(
        "weeks",
        tr("Contact kept as required by week, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            persons("due", tr("Checked")),
            persons("met", tr("As required"), part_of="due"),
            TableColumn("share", tr("Share"), "percent", "", 1, made_from=("met", "due")),
            TableColumn("centre", tr("Mean"), "percent", "", 1),
            TableColumn("low", tr("Lower"), "percent", "", 1, limits),
            TableColumn("high", tr("Upper"), "percent", "", 1, limits),
            TableColumn("signal", tr("Signal"), "text", labels=signals),
        ),
        row_header=tr("Week from"),
        marks=marks,
        notes=(tr("Limits of a p′ chart: between them shares move as they did from week to week; outside, something happened."),),
        detail=True,
    )  # fmt: skip


def modes(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Contacts by kind."""
    return Table(
        "modes",
        tr("Contacts by kind, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            TableColumn("contacts", tr("Contacts"), "count", tr("contacts"), counts="persons"),
            TableColumn("share", tr("Share"), "percent", "", 1, made_from=("contacts",)),
        ),
        row_header=tr("Kind"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("Contacts, not people."),),
        detail=True,
    )


def lasting(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, after: Text) -> Table:
    """Pairs that last, within a committee and across."""
    return Table(
        "lasting",
        tr("How long pairs last, {place}", place=words.place),
        frame,
        (
            _pairs("pairs", tr("All")),
            _pairs("gave_up", tr("Given up"), part_of="pairs"),
            *interval("lasting_", tr("Lasting"), made_from=("pairs",)),
        ),
        row_header=tr("Homes"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            after,
            tr("Kaplan–Meier: pairs that still last are followed up to the last day. Every end counts, whoever left."),
        ),
    )


def pair_curve(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """What becomes of pairs by months."""
    shares = [
        name for name in ("lasting", "gave_up", "volunteer_left", "elder_left", "unknown") if f"{name}_share" in frame
    ]
    given_up = tr("Given up")
    columns = []
    for name in shares:
        group = given_up if name == "gave_up" else ""
        header = tr("Share") if name == "gave_up" else labels[name]
        columns.append(TableColumn(f"{name}_share", header, "percent", "", 1, group))
        if name == "gave_up":
            columns += [
                TableColumn("gave_up_lower", tr("Lower"), "percent", "", 1, group),
                TableColumn("gave_up_upper", tr("Upper"), "percent", "", 1, group),
            ]
    return Table(
        "pair_curve",
        tr("What became of pairs by months since they began, {place}", place=words.place),
        frame,
        (*columns, _pairs("followed", tr("Followed"))),
        row_header=tr("Months"),
        marks=marks,
        notes=(
            tr("Cumulative incidence (Aalen and Johansen): the ends compete, and the shares of one row add up to all."),
            tr(AT_RISK_NOTE),
        ),
        detail=True,
    )


def staying(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, after: tuple[Text, Text]) -> Table:
    """Volunteers who stay, by programme."""
    return Table(
        "staying",
        tr("How long volunteers stay, {place}", place=words.place),
        frame,
        (
            persons("volunteers", tr("Ever joined")),
            persons("left", tr("Gone"), part_of="volunteers"),
            *interval("first_", after[0], made_from=("volunteers",)),
            *interval("second_", after[1], made_from=("volunteers",)),
        ),
        row_header=tr("Programme"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr("Kaplan–Meier: share still there after so long; who is still there is followed up to the last day."),
        ),
    )


def ratios(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Hazard ratios."""
    ratio = tr("Hazard ratio")
    return Table(
        "ratios",
        tr("Who gives up or leaves sooner, {place}", place=words.place),
        frame,
        (
            persons("events", tr("Ends"), unit=tr("ends")),
            _number("ratio", tr("Ratio"), "", 2, ("events",), ratio),
            _number("lower", tr("Lower"), "", 2, ("events",), ratio),
            _number("upper", tr("Upper"), "", 2, ("events",), ratio),
            p_value("p_value", ratio, ("events",)),
            TableColumn("drift_p_value", tr("Drift: p"), "number", "", 4, made_from=("events",)),
        ),
        row_header=tr("Comparison"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Cox regression; pairs of one volunteer count as a cluster. A small p of drift says that the ratio changes with time. A p that is shown as zero is smaller than the last digit shown."),
            tr("Nobody drew lots for who is paired across a committee: what else differs may be behind the ratio."),
        ),
    )  # fmt: skip


def scenarios(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: tuple[Text, ...]) -> Table:
    """The best pairing of each scenario."""
    becomes, left = tr("What becomes of older people"), tr("Left without")
    return Table(
        "scenarios",
        tr("Pairs as they are and as they could be, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            TableColumn("places", tr("Volunteers' places"), "count", tr("places")),
            _places("wanted", tr("Places wanted")),
            _places("kept", tr("Kept"), group=becomes, part_of="wanted"),
            _places("moved", tr("Reassigned"), group=becomes, part_of="wanted"),
            _places("new", tr("New"), group=becomes, part_of="wanted"),
            _places("no_volunteer_near", tr("Nobody near"), group=left, part_of="wanted"),
            _places("no_room", tr("No room"), group=left, part_of="wanted"),
            _places("unpaired", tr("All"), group=left, part_of="wanted"),
            _number("mean_walk_m", tr("Mean walk"), tr("metres"), 0),
            TableColumn("more_volunteers", tr("Volunteers more"), "count", tr("persons")),
            _places("still_without", tr("Without even so"), part_of="wanted"),
        ),
        row_header=tr("Most older people of a volunteer"),
        row_labels=dict(labels),
        marks=marks,
        partitions=(("wanted", ("kept", "moved", "new", "unpaired")),),
        notes=notes,
    )


def prices(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """What breaking pairs is good for."""
    return Table(
        "prices",
        tr("Walks saved against pairs broken, {place}", place=words.district),
        frame,
        (
            _pairs("broken", tr("Broken")),
            _number("mean_walk_m", tr("Mean walk"), tr("metres"), 0),
            _number("saved_m", tr("Saved for each"), tr("metres"), 0),
        ),
        row_header=tr("Price of a broken pair"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Each row pairs as many as can be; the last one breaks as few as can be. Saved for each: all walks saved against the last row, for each pair broken beyond its."),
        ),
    )  # fmt: skip


def missing(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, scenario_labels: Labels) -> Table:
    """Where places are wanted and volunteers missing."""
    more = tr("Volunteers more")
    return Table(
        "missing",
        tr("Where volunteers are missing, by sub-district, {day}", day=words.end),
        frame,
        (
            _places("wanted", tr("Places wanted")),
            _places("unpaired", tr("Left without"), part_of="wanted"),
            *(
                TableColumn(f"more_{name}", label, "count", tr("persons"), group=more)
                for name, label in scenario_labels.items()
            ),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row=str(frame.index[-1]),
        notes=(
            tr("Left without: in the best pairing with as many as each is ready for. Volunteers more: the fewest with whom nobody within reach of a committee stays without; how they are divided among committees is one of several ways."),
        ),
    )  # fmt: skip


def committees(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """The committees where volunteers are missing."""
    return Table(
        "committees",
        tr("Committees where volunteers are missing, {place}, {day}", place=words.place, day=words.end),
        frame,
        (TableColumn("more", tr("Volunteers more"), "count", tr("persons")),),
        row_header=tr("Committee"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("With as many as each is ready for. A new volunteer is taken to live in the middle of the committee."),
        ),
    )
