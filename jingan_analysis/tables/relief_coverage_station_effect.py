"""Layout of the tables on what a caring station changes in the share of cases found proactively."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import cases, p_value, points
from jingan_analysis.tables.formatting import count
from jingan_analysis.tables.relief_coverage_waiting import SMALL_P_NOTE
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

EFFECT_ROW = "effect"
"""The one row of the tables of the effect and of what it rests on."""

POINTS_NOTE = mark(
    "Percentage points of the share of opened cases that the service found itself; the interval holds every effect "
    "that the permutation test does not reject."
)


def _limits(prefix: str, group: str) -> tuple[TableColumn, ...]:
    return (points(f"{prefix}lower", tr("Lower"), group), points(f"{prefix}upper", tr("Upper"), group))


def station_effect(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """The mean effect of a station."""
    effect, alike = tr("Effect of a station"), tr("All sub-districts taken as equally exact")
    return Table(
        "station_effect",
        tr("What a caring station changes in the share of cases found by the service itself, {place}, up to {day}", place=words.district, day=words.end),
        frame,
        (
            points("effect", tr("Effect"), effect),
            *_limits("", effect),
            p_value("p_value", effect),
            *_limits("plain_", alike),
            p_value("plain_p_value", alike),
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
            p_value("before_p_value", tr("Apart before the opening?")),
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
            points("change", tr("Change"), made_from=("before_share", "after_share")),
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
            points("effect", tr("Effect"), group),
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
            points("left", tr("From"), group),
            points("right", tr("To"), group),
            TableColumn("count", tr("Ways to give the dates"), "count", tr("assignments")),
            TableColumn("as_extreme", tr("As far from zero as the real one"), "text", labels={"yes": tr("yes"), "no": tr("no")}),
        ),
        row_header=tr("Bin"),
        marks=marks,
        notes=(tr("Each effect is brought to the standard error of the real one, so that all are equally exact. The real one is among them."),),
        detail=True,
    )  # fmt: skip
