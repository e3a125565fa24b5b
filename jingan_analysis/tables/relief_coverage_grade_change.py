"""Layout of the tables on the change of grade after a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import households, p_value, points
from jingan_analysis.tables.relief_coverage_waiting import SMALL_P_NOTE
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

SAME_ROW, RAW_ROW = "same_grades", "raw"
"""Rows of the table of the difference after a service."""

CHANGES = ("improved", "same", "worsened")
"""Columns of what became of a grade."""

CHOSEN_NOTE = mark(
    "Who is assessed again was chosen, and who was served in between was not left to chance. A household of high grade comes "
    "down in part by chance, without any service (regression to the mean); one of low grade cannot come down."
)


def grade_change(frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str], served: Text) -> Table:
    """Change of grade of households assessed twice."""
    counts, net = ("households", *CHANGES), tr("Lower less higher")
    return Table(
        "grade_change",
        tr("Grade at the last assessment against the first, households served in between and others, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("households", tr("Households assessed again")),
            *_changes(),
            TableColumn("net_share", tr("Net share"), "percent", "", 1, net, made_from=counts),
            TableColumn("lower", tr("Lower"), "percent", "", 1, net, made_from=(*counts, "net_share")),
            TableColumn("upper", tr("Upper"), "percent", "", 1, net, made_from=(*counts, "net_share")),
            p_value("sign_p_value", tr("As likely either way?"), counts),
        ),
        row_header=tr("Between the assessments"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            served,
            tr(CHOSEN_NOTE),
            tr(
                "Net share: Bonett and Price's interval of a difference of paired shares; test: exact sign test that a lower and a higher "
                "grade are as likely. [z]: fewer than twenty households."
            ),
            tr(SMALL_P_NOTE),
        ),
        partitions=(("households", CHANGES),),
    )  # fmt: skip


def grade_transitions(
    frame: pd.DataFrame, marks: Marks, words: Words, grades: Mapping[str, str], labels: Mapping[str, str]
) -> Table:
    """From which grade to which.

    All counts of changes and their sums stand in one row, so that the disclosure policy sees every equation between them.
    """
    crossing = tr("High grade")
    return Table(
        "grade_transitions",
        tr("From which grade to which, households assessed twice, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            _homes("households", tr("Households assessed again")),
            *(
                _homes(f"{before}_{after}", tr("Then {grade}", grade=grades[after]), tr("First {grade}", grade=grades[before]))
                for before in grades
                for after in grades
            ),
            *(_homes(name, header) for name, header in _change_headers().items()),
            _homes("no_longer_high", tr("No longer"), crossing),
            _homes("became_high", tr("Newly"), crossing),
            p_value("mcnemar_p_value", crossing, ("no_longer_high", "became_high")),
        ),
        row_header=tr("Between the assessments"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr("p: McNemar's exact test that coming down from high grade and rising to it are as likely. [z]: fewer than twenty households."),
            tr(SMALL_P_NOTE),
        ),
        detail=True,
        partitions=(("households", CHANGES), *_sums(list(grades))),
    )  # fmt: skip


def _homes(name: str, header: str, group: str = "") -> TableColumn:
    """A count of households without its unit under the header: the caption says it, and the table would not fit a page."""
    return TableColumn(name, header, "count", "", 0, group, counts="households")


def _change_headers() -> dict[str, str]:
    return dict(zip(CHANGES, (tr("Lower grade"), tr("Same grade"), tr("Higher grade")), strict=True))


def _changes() -> tuple[TableColumn, ...]:
    return tuple(households(name, header) for name, header in _change_headers().items())


def _sums(grades: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Which transitions each change is made of; grades from the most to the least difficulty."""
    pairs = [(first, last) for first in range(len(grades)) for last in range(len(grades))]
    chosen = {
        "improved": [pair for pair in pairs if pair[1] > pair[0]],
        "same": [pair for pair in pairs if pair[1] == pair[0]],
        "worsened": [pair for pair in pairs if pair[1] < pair[0]],
        "no_longer_high": [pair for pair in pairs if pair[0] == 0 < pair[1]],
        "became_high": [pair for pair in pairs if pair[1] == 0 < pair[0]],
    }
    return tuple(
        (whole, tuple(f"{grades[first]}_{grades[last]}" for first, last in parts)) for whole, parts in chosen.items()
    )


def grade_difference(frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str]) -> Table:
    """Net shares of the served less those of the others."""
    net, difference = tr("Net share improved"), tr("Difference")
    made = ("served_net", "not_served_net")
    return Table(
        "grade_difference",
        tr("Change of grade, households served between two assessments against households not served, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("served_net", tr("Served"), "percent", "", 1, net),
            TableColumn("not_served_net", tr("Not served"), "percent", "", 1, net),
            *(
                points(name, header, difference, made)
                for name, header in {"difference": tr("Served less not served"), "lower": tr("Lower"), "upper": tr("Upper")}.items()
            ),
        ),
        row_header=tr("Comparison"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr(
                "With the same first grades: net shares within each first grade, averaged as the served have those grades. It takes out "
                "what comes of their higher grades alone, not what nobody recorded: it is no proof that the service did it."
            ),
            tr("Intervals combine those of the net shares (MOVER)."),
            tr(CHOSEN_NOTE),
        ),
    )  # fmt: skip
