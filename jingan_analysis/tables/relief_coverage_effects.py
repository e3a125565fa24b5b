"""Layout of the tables on what a caring station changes, and on the change of grade after a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import cases, households
from jingan_analysis.tables.formatting import count
from jingan_analysis.tables.relief_coverage_waiting import SMALL_P_NOTE
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

EFFECT_ROW = "effect"
"""The one row of the tables of the effect and of what it rests on."""

SAME_ROW, RAW_ROW = "same_grades", "raw"
"""Rows of the table of the difference after a service."""

CHANGES = ("improved", "same", "worsened")
"""Columns of what became of a grade."""

POINTS_NOTE = mark(
    "Percentage points of the share of opened cases that the service found itself; the interval holds every effect "
    "that the permutation test does not reject."
)
CHOSEN_NOTE = mark(
    "Who is assessed again was chosen, and who was served in between was not left to chance. A household of high grade comes "
    "down in part by chance, without any service (regression to the mean); one of low grade cannot come down."
)


def _points(name: str, header: str, group: str) -> TableColumn:
    return TableColumn(name, header, "number", tr("percentage points"), 1, group)


def _p(name: str, group: str, made_from: tuple[str, ...] = ()) -> TableColumn:
    return TableColumn(name, tr("p"), "number", "", 4, group, made_from=made_from)


def _limits(prefix: str, group: str) -> tuple[TableColumn, ...]:
    return (_points(f"{prefix}lower", tr("Lower"), group), _points(f"{prefix}upper", tr("Upper"), group))


def station_effect(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """The mean effect of a station."""
    effect, alike = tr("Effect of a station"), tr("All sub-districts taken as equally exact")
    return Table(
        "station_effect",
        tr("What a caring station changes in the share of cases found by the service itself, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            _points("effect", tr("Effect"), effect),
            *_limits("", effect),
            _p("p_value", effect),
            *_limits("plain_", alike),
            _p("plain_p_value", alike),
        ),
        row_header=tr("Outcome"),
        row_labels={EFFECT_ROW: tr("Share found by the service itself")},
        marks=marks,
        notes=(
            tr(POINTS_NOTE),
            tr(
                "Staggered difference-in-differences: each sub-district is compared with itself in the last period before its station "
                "opened, and with those that never had one. The period of the opening counts as one with a station."
            ),
            tr(
                "Each effect that the dates of opening would have on other sub-districts is held against its own standard error, since "
                "shares of few cases swing more. Beside it the test that takes all sub-districts as equally exact: it is "
                "too cautious where large sub-districts have the stations."
            ),
            tr(SMALL_P_NOTE),
        ),
    )  # fmt: skip


def station_effect_basis(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """What the effect rests on."""
    units, span = tr("Sub-districts"), tr("Periods")
    return Table(
        "station_effect_basis",
        tr("What the effect of a station rests on, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            TableColumn("treated", tr("Station opened"), "count", tr("sub-districts"), 0, units),
            TableColumn("compared", tr("Never had one"), "count", tr("sub-districts"), 0, units),
            TableColumn("periods", tr("Number"), "count", tr("periods"), 0, span),
            TableColumn("months", tr("Length"), "count", tr("months"), 0, span),
            TableColumn("before", tr("Before the first opening"), "count", tr("periods"), 0, span),
            TableColumn("open_share", tr("Days with a station"), "percent", tr("of those that count"), 1),
            TableColumn("assignments", tr("Ways to give the dates"), "count", tr("assignments")),
            _p("before_p_value", tr("Apart before the opening?")),
        ),
        row_header=tr("Outcome"),
        row_labels={EFFECT_ROW: tr("Share found by the service itself")},
        marks=marks,
        notes=(
            tr("The ways to give the dates of opening to the sub-districts that were looked at: all there are, or a sample of them."),
            tr(
                "Apart before the opening: permutation test of the differences before it, by the largest of them over its standard error. A "
                "large p does not prove that the sub-districts would have moved alike."
            ),
        ),
        detail=True,
    )  # fmt: skip


def station_effect_groups(frame: pd.DataFrame, marks: Marks, words: Words, labels: Mapping[str, str]) -> Table:
    """Cases before and after the openings, counted plainly."""
    spans = {
        "before": tr("Before the first opening"),
        "between": tr("In between"),
        "after": tr("From the last opening on"),
    }
    shown = [span for span in spans if span != "between" or frame["between_cases"].sum() > 0]
    columns = [
        cases("cases", tr("Cases opened")),
        TableColumn("units", tr("Sub-districts"), "count", tr("sub-districts")),
    ]
    for span in shown:
        whole, part = f"{span}_cases", f"{span}_proactive"
        columns.append(cases(whole, tr("Cases opened"), group=spans[span]))
        if span != "between":
            columns += [
                cases(part, tr("Found proactively"), group=spans[span], part_of=whole),
                TableColumn(f"{span}_share", tr("Share"), "percent", "", 1, spans[span], made_from=(whole, part)),
            ]
    return Table(
        "station_effect_groups",
        tr("Cases found by the service itself before and after stations opened, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            *columns,
            TableColumn("change", tr("Change"), "number", tr("percentage points"), 1, made_from=("before_share", "after_share")),
        ),
        row_header=tr("Group"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("All cases of a group together, in the whole periods that the effect is estimated from."),
            tr("Left out of the effect are sub-districts whose station opened before the records or too soon after they begin."),
        ),
        detail=True,
        partitions=(("cases", tuple(f"{span}_cases" for span in shown)),),
    )  # fmt: skip


def station_effect_periods(frame: pd.DataFrame, marks: Marks, words: Words, notes: tuple[str, ...]) -> Table:
    """Effects by periods since the opening."""
    group = tr("Difference from the last period before")
    return Table(
        "station_effect_periods",
        tr("The effect by periods since a station opened, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            _points("effect", tr("Effect"), group),
            *_limits("", group),
            TableColumn("units", tr("Sub-districts"), "count", tr("sub-districts")),
            TableColumn("groups", tr("Dates of opening"), "count", tr("dates")),
        ),
        row_header=tr("Periods since the opening"),
        row_labels={str(row): count(float(str(row))) for row in frame.index},
        marks=marks,
        notes=(
            tr("Periods are counted from the one in which the station opened; the last one before is zero by definition."),
            tr("Intervals are permutation intervals, one period at a time, around a constant effect; [x]: too few sub-districts for one."),
            *notes,
        ),
        detail=True,
    )  # fmt: skip


def station_effect_permutations(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """How often each effect comes about when the dates fall on other sub-districts."""
    group = tr("Effect")
    return Table(
        "station_effect_permutations",
        tr("Effects if the dates of opening had fallen on other sub-districts, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            _points("left", tr("From"), group),
            _points("right", tr("To"), group),
            TableColumn("count", tr("Ways to give the dates"), "count", tr("assignments")),
            TableColumn("as_extreme", tr("As far from zero as the real one"), "text", labels={"yes": tr("yes"), "no": tr("no")}),
        ),
        row_header=tr("Bin"),
        marks=marks,
        notes=(tr("Each effect is brought to the standard error of the real one, so that all are equally exact. The real one is among them."),),
        detail=True,
    )  # fmt: skip


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
            _p("sign_p_value", tr("As likely either way?"), counts),
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
            _p("mcnemar_p_value", crossing, ("no_longer_high", "became_high")),
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
                TableColumn(name, header, "number", tr("percentage points"), 1, difference, made_from=made)
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
