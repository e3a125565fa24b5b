"""Display tables of where next: captions, units and notes around finished numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.columns import interval, persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Statement, Text

    Labels = Mapping[str, str]

NET_NOTE = mark(
    "Differences between two choices: some people gain and others lose a site near them, so that small ones tell of nobody."
)


@dataclass(frozen=True)
class Words:
    """Words that captions share.

    Attributes
    ----------
    people
        Whom the report counts, such as ``residents aged 60 and over``.
    site, sites
        The kind of site, such as ``a canteen`` and ``canteens``.
    limit
        The longest walk that counts as near, such as ``15 minutes at 1 m/s``.
    place
        The place reported on.
    area, areas
        What the place is divided into: ``Sub-district`` or ``Committee``, and the same of the worst-off one.
    supply
        What a site supplies, such as ``Meals``.
    """

    people: Text
    site: str
    sites: str
    limit: Text
    place: str
    area: str
    supply: str

    def caption(self, template: str, *names: str) -> Statement:
        """A caption from a marked template and the words that it holds."""
        return sentence_case(state(template, {}, words={name: getattr(self, name) for name in names}))


def sites(frame: pd.DataFrame, words: Words, names: Labels, premises: Labels, *, meals: bool) -> Table:
    """The proposed sites."""
    sure = tr("How sure")
    capacity = (TableColumn("capacity", tr("Capacity"), "count", tr("meals per day")),) if meals else ()
    return Table(
        "sites",
        words.caption(mark("Proposed {sites}: {people} within {limit}, {place}"), "sites", "people", "limit", "place"),
        frame,
        (
            TableColumn("subdistrict", tr("Sub-district"), "text"),
            TableColumn("premises", tr("Premises"), "text", labels=premises),
            persons("near", tr("Near it")),
            persons("without", tr("Fewer without it")),
            TableColumn("in_alternatives", tr("Alternatives"), "percent", tr("have it"), group=sure),
            TableColumn("stays", tr("Draws"), "percent", tr("keep it"), group=sure),
            *capacity,
            TableColumn("cost", tr("Setting up"), "count", "CNY"),
        ),
        row_header=tr("Site"),
        row_labels=dict(names),
        marks=missing_marks(frame, "x"),
        notes=(
            tr("Fewer without it: people fewer who would be near a site if this one could not be had and the best of all others took its place."),
            tr("Alternatives: choices that lack little of the proposal's people, the proposal among them. Draws: people placed anew at the homes of their sub-district, each time with the best choice sought again."),
        ),
    )  # fmt: skip


def _gains(frame: pd.DataFrame) -> tuple[TableColumn, ...]:
    shares = interval("after_", tr("Share then"), part_of="persons")
    return (
        persons("persons", tr("People")),
        persons("before", tr("Near one now"), part_of="persons"),
        persons("gained", tr("Gain one"), part_of="persons"),
        persons("missed", tr("Still far"), part_of="persons"),
        persons("unsnapped", tr("Walk unknown"), part_of="persons"),
        TableColumn("before_share", tr("Share now"), "percent", "", 1, part_of="persons"),
        # Modelled people have no interval.
        *(column for column in shares if frame[column.name].notna().any() or column.name == "after_share"),
    )


def by_subdistrict(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Who gains, by sub-district."""
    return Table(
        "by_subdistrict",
        words.caption(mark("{people} within {limit} of {site}, now and with the proposal, by sub-district"), "people", "limit", "site"),
        frame,
        _gains(frame),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        total_row=str(frame.index[-1]),
        partitions=(("persons", ("before", "gained", "missed", "unsnapped")),),
        notes=(
            tr("Intervals: Wilson score, with the number of homes that are independent of each other for a sample size; they say how far chance of who lives where could move a share, not how sure the proposal is."),
            tr("Sites outside the border count for the people near it, now and then."),
        ),
    )  # fmt: skip


def groups(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Who gains, by group."""
    return Table(
        "groups",
        words.caption(mark("Groups of {people} within {limit} of {site}, now and with the proposal, {place}"), "people", "limit", "site", "place"),
        frame,
        _gains(frame),
        row_header=tr("Group"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        partitions=(("persons", ("before", "gained", "missed", "unsnapped")),),
        notes=(tr("Groups overlap: a person can be in several."),),
    )  # fmt: skip


def decision(frame: pd.DataFrame, words: Words) -> Table:
    """What there is to decide about, counted."""
    return Table(
        "decision",
        words.caption(mark("The decision in numbers, {place}"), "place"),
        frame,
        (TableColumn("number", tr("Number"), "count"),),
        row_header=tr("What is counted"),
        row_labels={
            "alternatives": tr("Choices nearly as good, the proposal among them"),
            "unbeaten": tr("Choices that no other beats in both people near and the worst-off area"),
            "stop": tr("New sites of which each further one is worth it"),
        },
    )


def stop_curve(frame: pd.DataFrame, words: Words) -> Table:
    """What one site more is worth."""
    return Table(
        "stop_curve",
        words.caption(mark("What one site more is worth: {people} within {limit} of {site} by number of new ones, {place}"), "people", "limit", "site", "place"),
        frame,
        (
            persons("covered", tr("Near one")),
            TableColumn("share", tr("Share"), "percent", "", 1, made_from=("covered",)),
            persons("gained", tr("One more brings")),
            TableColumn("gap", tr("Unproven"), "percent", tr("of the proof"), 2),
        ),
        row_header=tr("New sites"),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Each number has its own best choice: the sites of the best few need not be among those of the best many."),
            tr("Unproven: what a proof leaves between the choice and the best that could be; zero is a proven best."),
        ),
    )  # fmt: skip


def frontier(frame: pd.DataFrame, words: Words) -> Table:
    """What fairness costs."""
    return Table(
        "frontier",
        words.caption(mark("What fairness costs: every choice that no other one beats in both people near and the worst-off area, {place}"), "place"),
        frame,
        (
            persons("covered", tr("Near one")),
            persons("price", tr("Fewer people")),
            TableColumn("area", words.area, "text", group=tr("Worst off")),
            TableColumn("worst", tr("Share"), "percent", "", 1, tr("Worst off")),
            TableColumn("severity", tr("Shortfall"), "number", tr("0 to 1"), 4),
            TableColumn("exchanged", tr("Exchanged"), "count", tr("sites")),
            TableColumn("proven", tr("Proven"), "text", labels={"yes": tr("yes"), "no": tr("no")}),
        ),
        row_header=tr("Choice"),
        row_labels={str(row): tr("Choice {number}", number=str(row)) for row in frame.index},
        notes=(
            tr("The first choice is the proposal, or one as good for most people and fairer. Shortfall: the squared gaps (Foster, Greer and Thorbecke) of the shares of all areas below that of the whole place under the first choice."),
            tr(NET_NOTE),
        ),
    )  # fmt: skip


def alternatives(frame: pd.DataFrame, words: Words, within: Text, *, complete: bool) -> Table:
    """Choices nearly as good."""
    full = (
        tr("The list is complete: no other choice is within that share.")
        if complete
        else tr("The list is not complete: there are more such choices.")
    )
    return Table(
        "alternatives",
        words.caption(mark("Choices nearly as good, {place}"), "place"),
        frame,
        (
            persons("covered", tr("Near one")),
            persons("lost", tr("Fewer than the best")),
            TableColumn("exchanged", tr("Exchanged"), "count", tr("sites")),
            TableColumn("sites", tr("New sites"), "text"),
        ),
        row_header=tr("Choice"),
        row_labels={str(row): tr("Choice {number}", number=str(row)) for row in frame.index},
        notes=(within, full, tr(NET_NOTE)),
    )


def scenarios(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Regret if only some people count."""
    mine, least = tr("Proposal"), tr("Least regret")
    return Table(
        "scenarios",
        words.caption(mark("What is lost if only some of the {people} count, {place}"), "people", "place"),
        frame,
        (
            persons("persons", tr("People")),
            TableColumn("best", tr("Best choice"), "percent", tr("near one"), 1, made_from=("persons",)),
            TableColumn("proposal", tr("Share"), "percent", tr("near one"), 1, mine, made_from=("persons",)),
            TableColumn("regret", tr("Lost"), "number", tr("percentage points"), 2, mine, made_from=("persons",)),
            TableColumn("least", tr("Share"), "percent", tr("near one"), 1, least, made_from=("persons",)),
            TableColumn("least_regret", tr("Lost"), "number", tr("percentage points"), 2, least, made_from=("persons",)),
        ),
        row_header=tr("Who counts"),
        row_labels=dict(labels),
        notes=(tr("Lost: against the best choice for just these people. Least regret: the choice whose largest loss over all rows is smallest, proven."),),
    )  # fmt: skip


def choices(frame: pd.DataFrame, words: Words, labels: Labels, notes: tuple[Text, ...]) -> Table:
    """What other questions would choose."""
    return Table(
        "choices",
        words.caption(mark("What other questions would choose, by the same yardsticks: {people}, {place}"), "people", "place"),
        frame,
        (*_yardsticks(), TableColumn("gap", tr("Unproven"), "percent", tr("of the proof"), 2)),
        row_header=tr("Choice"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        notes=notes,
    )  # fmt: skip


def _yardsticks() -> tuple[TableColumn, ...]:
    """What every choice is measured by."""
    walk = tr("Walk to the nearest")
    return (
        TableColumn("new", tr("New"), "count", tr("sites")),
        TableColumn("exchanged", tr("Exchanged"), "count", tr("sites")),
        persons("covered", tr("Near one")),
        TableColumn("share", tr("Share"), "percent", "", 1, made_from=("covered",)),
        TableColumn("worst", tr("Worst area"), "percent", tr("near one"), 1),
        TableColumn("twice", tr("Near two"), "percent", tr("of people"), 1),
        TableColumn("mean_walk", tr("Mean"), "number", tr("minutes"), 1, walk),
        TableColumn("longest_walk", tr("Longest"), "number", tr("minutes"), 1, walk),
        persons("beyond", tr("Beyond")),
    )


def what_if(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Sites moved by hand."""
    return Table(
        "what_if",
        words.caption(mark("Your sites beside the proposal: {people}, {place}"), "people", "place"),
        frame,
        (
            *_yardsticks(),
            TableColumn("per_100", words.supply, "number", tr("per 100 people"), 2, tr("In reach")),
            TableColumn("none", tr("None"), "percent", tr("of people"), 1, tr("In reach")),
            TableColumn("gini", tr("Gini"), "number", tr("0 to 1"), 3, tr("In reach")),
        ),
        row_header=tr("Choice"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
    )


def access(frame: pd.DataFrame, words: Words, labels: Labels, per: str) -> Table:
    """Supply in reach before and after."""
    none, spread = tr("None in reach"), tr("Gini")
    return Table(
        "access",
        words.caption(mark("{supply} within {limit} per hundred {people}, now and with the proposal, by sub-district"), "supply", "limit", "people"),
        frame,
        (
            TableColumn("per_100_before", tr("Now"), "number", per, 2, words.supply),
            TableColumn("per_100_after", tr("Then"), "number", per, 2, words.supply),
            TableColumn("per_100_change", tr("Change"), "number", per, 2, words.supply),
            TableColumn("none_before", tr("Now"), "percent", tr("of people"), 1, none),
            TableColumn("none_after", tr("Then"), "percent", tr("of people"), 1, none),
            TableColumn("none_change", tr("Change"), "number", tr("percentage points"), 1, none),
            TableColumn("gini_before", tr("Now"), "number", tr("0 to 1"), 3, spread),
            TableColumn("gini_after", tr("Then"), "number", tr("0 to 1"), 3, spread),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "x"),
        total_row=str(frame.index[-1]),
        notes=(
            tr("Enhanced two-step floating catchment (Gaussian decay): every site shares its supply among the people who can walk to it, near ones first; people and sites outside the border take part. A new site draws people from those beside it, so that access rises there, too."),
            tr("Sites of unknown supply bring none into the catchments; people with only such in reach are in no column."),
        ),
    )  # fmt: skip


def ledger(frame: pd.DataFrame, words: Words) -> Table:
    """Where people and supply are before and after."""
    return Table(
        "ledger",
        words.caption(mark("Accounts of people and {supply} in the catchments ({limit}), now and with the proposal"), "supply", "limit"),
        frame,
        (
            persons("persons_before", tr("Now"), group=tr("People")),
            persons("persons_after", tr("Then"), group=tr("People")),
            TableColumn("supply_before", tr("Now"), "number", tr("per day"), 1, words.supply),
            TableColumn("supply_after", tr("Then"), "number", tr("per day"), 1, words.supply),
        ),
        row_header=tr("Account"),
        row_labels={
            "inside_with": tr("Inside the district: {supply} in reach", supply=words.supply),
            "inside_without": tr("Inside: no {supply} in reach", supply=words.supply),
            "inside_unknown": tr("Inside: only {sites} of unknown capacity in reach", sites=words.sites),
            "inside_unsnapped": tr("Inside: walk unknown"),
            "outside": tr("Outside the border"),
            "without_demand": tr("At {sites} that nobody can reach", sites=words.sites),
            "total": tr("Total"),
        },
        marks=missing_marks(frame, "z"),
        total_row="total",
        notes=(tr("Both accounts close: their parts add up to the total, or this report would not have been published."),),
        detail=True,
    )  # fmt: skip


def left_out(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Candidates by why they are left out."""
    return Table(
        "left_out",
        words.caption(mark("Candidate sites, and why some are left out, {place}"), "place"),
        frame,
        (TableColumn("candidates", tr("Candidates"), "count", tr("sites")),),
        row_header=tr("Why"),
        row_labels=dict(labels),
        notes=(tr("A candidate with several reasons counts for the first one in this order. What is unknown is no reason."),),
    )  # fmt: skip


def candidates(frame: pd.DataFrame, words: Words, names: Labels, premises: Labels, status: Labels) -> Table:
    """All candidates."""
    return Table(
        "candidates",
        words.caption(mark("All candidate sites: {people} within {limit}, {place}"), "people", "limit", "place"),
        frame,
        (
            TableColumn("subdistrict", tr("Sub-district"), "text"),
            TableColumn("premises", tr("Premises"), "text", labels=premises),
            TableColumn("area", tr("Floor area"), "count", "m²"),
            TableColumn("status", tr("Status"), "text", labels=status),
            persons("near", tr("Near it")),
        ),
        row_header=tr("Site"),
        row_labels=dict(names),
        marks=missing_marks(frame, "x"),
        detail=True,
    )  # fmt: skip
