"""Layout of the tables on need and falls in the study of adapted homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import households, interval, p_value, persons
from jingan_analysis.tables.home_retrofits import share
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.home_retrofits import Labels, Marks
    from jingan_analysis.tables.words import Words

MET = ("need", "met")


def _met() -> tuple[TableColumn, ...]:
    return (
        households("met", tr("Adapted"), part_of="need"),
        households("unmet", tr("Left"), part_of="need"),
        *interval("met_", tr("Need met"), made_from=MET),
    )


def _out_of_date() -> Text:
    return tr("[z] under need met: more homes were adapted than households are known to be in need, so that the need is out of date, or the need is not known.")  # fmt: skip


def by_group(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Adapted homes against need by priority group."""
    return Table(
        "by_group",
        tr("Adapted homes against need, by priority group, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            households("accepted", tr("All adapted homes")),
            *interval("accepted_", tr("Share of adapted homes"), made_from=("accepted",)),
            households("need", tr("In need")),
            share("need_share", tr("Share of the need"), made_from=("need",)),
            *_met(),
        ),
        row_header=tr("Priority group"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("need", ("met", "unmet")),),
        notes=(
            tr("A household counts once, in the first group that it belongs to. Need includes the homes adapted since. [x]: not known, which is not zero."),
            _out_of_date(),
        ),
    )  # fmt: skip


def by_unit(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Adapted homes against need by sub-district."""
    return Table(
        "need",
        tr("Adapted homes against need, by sub-district, {window}", window=words.window),
        frame,
        (
            households("accepted", tr("All adapted homes")),
            households("outside", tr("Of them in no priority group"), part_of="accepted"),
            households("need", tr("In need")),
            *_met(),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        partitions=(("need", ("met", "unmet")), ("accepted", ("met", "outside"))),
        notes=(
            tr("Adapted, of those in need: homes of priority groups. [x]: the need of some group is not known."),
            _out_of_date(),
        ),
    )


def unmet(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, groups: Labels) -> Table:
    """Households still in need by sub-district and priority group."""
    many = "district" in frame.index
    return Table(
        "unmet",
        tr("Households in need whose homes are not adapted, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            *(households(name, header, group=tr("Priority group"), part_of="total") for name, header in groups.items()),
            households("total", tr("All")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district" if many else None,
        partitions=(("total", tuple(groups)),),
        notes=(tr("Need less adapted homes of the group, nowhere below zero. [x]: the need is not known."),),
    )


def concentration(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """The index of adapted homes along need."""
    return Table(
        "concentration",
        tr("Concentration of adapted homes along need, {place}, {window}", place=words.district, window=words.window),
        frame,
        tuple(
            TableColumn(name, header, "number", "", 3)
            for name, header in (("index", tr("Index")), ("lower", tr("Lower")), ("upper", tr("Upper")))
        ),
        row_header=tr("Measure"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Sub-districts are ranked by the share of people aged sixty and over whose households are in need, and weighed by households in need. Above zero: of each household in need more homes are adapted where need is dense; below zero: where it is thin. Interval of Kakwani, Wagstaff and van Doorslaer, sub-districts as units."),
        ),
        detail=True,
    )  # fmt: skip


def falls(name: str, caption: Text, frame: pd.DataFrame, marks: Marks, labels: Labels, notes: tuple[Text, ...]) -> Table:  # fmt: skip
    """Falls by time around application and acceptance with rate ratios."""
    group, made = tr("Rate ratio"), ("falls",)
    return Table(
        name,
        caption,
        frame,
        (
            TableColumn("falls", tr("Falls"), "count", tr("falls"), 0, counts="persons"),
            TableColumn("months", tr("Watched"), "number", tr("person-months"), 0, made_from=made),
            TableColumn("ratio", tr("Estimate"), "number", "", 2, group, made_from=made),
            TableColumn("lower", tr("Lower"), "number", "", 2, group, made_from=made),
            TableColumn("upper", tr("Upper"), "number", "", 2, group, made_from=made),
            p_value("p_value", group, made_from=made),
        ),
        row_header=tr("Time"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=notes,
    )


def before_after(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """The simple comparison of falls before and after."""
    rate, ratio, made = tr("For each thousand person-months"), tr("Ratio"), ("falls",)
    three = (("", tr("Estimate")), ("_lower", tr("Lower")), ("_upper", tr("Upper")))
    return Table(
        "before_after",
        tr("The simple comparison of falls before and after, which misleads, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("falls", tr("Falls"), "count", tr("falls"), 0, counts="persons"),
            TableColumn("months", tr("Watched"), "number", tr("person-months"), 0, made_from=made),
            *(TableColumn(f"rate{end}", header, "number", tr("falls"), 1, rate, made_from=made) for end, header in three),
            *(TableColumn(name, header, "number", "", 2, ratio, made_from=made) for name, header in (("ratio", tr("Estimate")), ("lower", tr("Lower")), ("upper", tr("Upper")))),
        ),
        row_header=tr("Time"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("It misleads: falls that prompted the application make the time before look worse than it was, and people grow older in the time after."),
        ),
        detail=True,
    )  # fmt: skip


def series_checks(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """What the comparison of falls rests on."""
    group = tr("Falls in the last days of those whose watch broke off")
    made = ("cases",)
    return Table(
        "falls_checks",
        tr("What the comparison of falls rests on, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            persons("persons", tr("Watched")),
            persons("cases", tr("Who fell"), part_of="persons"),
            persons("exposed_cases", tr("Of them with an adapted home"), part_of="cases"),
            persons("ended_early", tr("Watch broke off"), part_of="cases"),
            TableColumn("observed", tr("Counted"), "count", tr("falls"), 0, group, counts="persons"),
            TableColumn("expected", tr("Expected"), "number", tr("falls"), 1, group, made_from=("observed",)),
            p_value("ends_p_value", group, made_from=("observed",)),
            p_value("overall_p_value", tr("Likelihood ratio of all windows"), made_from=made),
        ),
        row_header=tr("Place"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("A watch that breaks off soon after a fall would bias the ratios: a small p would say so. The likelihood ratio tests whether any window differs from the time outside. A p that is shown as zero is smaller than the last digit shown."),
        ),
        detail=True,
        overlapping=("persons", "cases", "exposed_cases", "ended_early", "observed"),
    )  # fmt: skip
