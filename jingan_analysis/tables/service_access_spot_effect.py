"""Display tables of what opening a spot changes: layout only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.columns import p_value, persons
from jingan_analysis.tables.formatting import count
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.service_access_use import CHANNELS
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.service_access import Words

EFFECT, LEDGER, TIMES = "spot_effect", "spot_effect_ledger", "spot_effect_times"
GROUPS, CHOICES, BASIS, MOVED = "spot_effect_groups", "spot_effect_choices", "spot_effect_basis", "spot_effect_moved"
ONLY_ROW: Final = "spots"
"""The one row of the tables of what moved and of what the effect rests on."""

LEDGER_ROWS: Final = {
    "window": mark("At windows"),
    "nearby": mark("At nearby spots"),
    "both": mark("Net of both"),
}
GROUP_NAMES: Final = {
    "opened": mark("Spot opened within the records"),
    "never": mark("Never had a spot"),
    "early": mark("Left out: opened earlier or too soon"),
    "closed": mark("Left out: closed again"),
    "empty": mark("Left out: no resident known"),
}
CHOICE_NAMES: Final = {
    "main": mark("As estimated"),
    "never": mark("Against committees that never had a spot only"),
    "alike": mark("All committees weigh alike"),
    "proportional": mark("Would have moved in proportion, not by as much"),
}


def outcome_names() -> dict[str, str]:
    """Names of the outcomes, in order."""
    return {**worded({"window": CHANNELS["window"], "nearby": CHANNELS["nearby"]}), "both": tr("Windows and nearby spots together"), **worded({name: CHANNELS[name] for name in ("self_service", "online", "home_visit")})}  # fmt: skip


def _rate(name: str, header: str, group: Text = "", made_from: tuple[str, ...] = ()) -> TableColumn:
    return TableColumn(name, header, "number", tr("for each thousand residents"), 2, group, made_from=made_from)


def effect_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of the effect on every outcome."""
    effect, share = tr("Effect of a spot"), tr("Of what there would have been")
    return Table(
        EFFECT,
        tr("What a spot of its own changes, cases of a committee’s residents a month for each thousand of them, {place}, up to {day}", place=district, day=words.day),
        frame,
        (
            TableColumn("without", tr("Without a spot"), "number", "", 2),
            TableColumn("effect", tr("Effect"), "number", "", 2, effect),
            TableColumn("lower", tr("Lower"), "number", "", 2, effect),
            TableColumn("upper", tr("Upper"), "number", "", 2, effect),
            TableColumn("percent", tr("Effect"), "percent", "", 1, share),
            TableColumn("percent_lower", tr("Lower"), "percent", "", 1, share),
            TableColumn("percent_upper", tr("Upper"), "percent", "", 1, share),
            p_value("before_p_value", tr("Apart before the opening?")),
        ),
        row_header=tr("Cases"),
        row_labels=outcome_names(),
        marks=missing_marks(frame, "z"),
        notes=(
            tr(
                "Staggered difference-in-differences: each committee is compared with itself in the last period before its spot opened, and "
                "with those that have none yet. Mean over all committees and months with a spot, weighted by residents."
            ),
            tr("Machines, online and home visits are there to test the comparison: a spot should not change them."),
            tr("Of what there would have been: [z] where hardly any case would have been made there."),
            tr("A p below one in twenty is a warning that the committees had moved apart already; one in twenty is by chance."),
        ),
    )  # fmt: skip


def ledger_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of cases lost at windows and gained at spots."""
    month, year = tr("A month of one spot"), tr("A year, all these committees")
    cases = tr("cases")
    return Table(
        LEDGER,
        tr("Cases lost at windows and gained at spots where a spot opened, {place}, up to {day}", place=district, day=words.day),
        frame,
        tuple(
            TableColumn(f"{span}_{name}", header, "number", cases, decimals, group)
            for span, group, decimals in (("month", month, 1), ("year", year, 0))
            for name, header in {"effect": tr("Change"), "lower": tr("Lower"), "upper": tr("Upper")}.items()
        ),
        row_header=tr("Cases"),
        row_labels=worded(LEDGER_ROWS),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("A month of one spot: the effect for each thousand residents times the residents of a mean committee. A year: twelve times that, over all committees whose spot opened within the records."),
            tr("Net: cases that would not have been made, or would have been made in another way."),
        ),
    )  # fmt: skip


def moved_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of the share of cases at spots that windows lost."""
    group = tr("Moved from windows")
    return Table(
        MOVED,
        tr("How many of the cases gained at spots came from windows, {place}, up to {day}", place=district, day=words.day),
        frame,
        (
            TableColumn("share", tr("Share"), "percent", "", 0, group),
            TableColumn("lower", tr("Lower"), "percent", "", 0, group),
            TableColumn("upper", tr("Upper"), "percent", "", 0, group),
            TableColumn("new", tr("New"), "percent", "", 0, made_from=("share",)),
        ),
        row_header=tr("Cases"),
        row_labels={ONLY_ROW: tr("Gained at spots")},
        marks=missing_marks(frame, "z"),
        notes=(tr("Fall at windows over rise at spots; the interval by the delta method from the committees’ influence on both."),),
        detail=True,
    )  # fmt: skip


def times_table(frame: pd.DataFrame, words: Words, *, district: str, outcomes: Sequence[str]) -> Table:
    """Layout of effects by periods since the opening."""
    names = outcome_names()
    columns = []
    for name in outcomes:
        headers = {"effect": tr("Effect"), "lower": tr("Lower"), "upper": tr("Upper")}
        columns += [
            TableColumn(f"{name}_{end}", header, "number", "", 2, names[name]) for end, header in headers.items()
        ]
    return Table(
        TIMES,
        tr("The effect by periods since a spot opened, cases a month for each thousand residents, {place}, up to {day}", place=district, day=words.day),
        frame,
        (
            *columns,
            TableColumn("units", tr("Committees"), "count", tr("committees")),
            TableColumn("groups", tr("Periods of opening"), "count", tr("periods")),
        ),
        row_header=tr("Periods since the opening"),
        row_labels={str(row): count(float(str(row))) for row in frame.index},
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Periods are counted from the one in which the spot opened; the last one before is zero by definition."),
            tr("The intervals of all periods of an outcome hold at once."),
        ),
        detail=True,
    )  # fmt: skip


def groups_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of the groups of committees, counted plainly."""
    spans = {"before": tr("Before the first spot opened"), "after": tr("Since the last spot opened")}
    rates = [
        _rate(f"{span}_{channel}", header, group, ("residents",))
        for span, group in spans.items()
        for channel, header in {"window": tr("Windows"), "nearby": tr("Nearby spots")}.items()
    ]
    present = {name: text for name, text in GROUP_NAMES.items() if name in frame.index}
    return Table(
        GROUPS,
        tr("Committees by when their spot opened, and cases of their residents a month, {place}, up to {day}", place=district, day=words.day),
        frame,
        (TableColumn("committees", tr("Committees"), "count", tr("committees")), persons("residents", tr("Residents")), *rates),
        row_header=tr("Group"),
        row_labels=worded(present),
        marks=missing_marks(frame, "z"),
        notes=(tr("As counted, in whole periods: the groups’ changes hold what changed everywhere, too."),),
        detail=True,
    )  # fmt: skip


def choices_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of the effect under other choices."""
    group = tr("Effect on window cases")
    return Table(
        CHOICES,
        tr("The effect of a spot on window cases under other choices, {place}, up to {day}", place=district, day=words.day),
        frame,
        (
            TableColumn("effect", tr("Effect"), "percent", "", 1, group),
            TableColumn("lower", tr("Lower"), "percent", "", 1, group),
            TableColumn("upper", tr("Upper"), "percent", "", 1, group),
        ),
        row_header=tr("Choice"),
        row_labels=worded(CHOICE_NAMES),
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Of what there would have been without a spot."),
            tr("In proportion: cases over the level that committees of the same date had before the first opening of all; where levels differ, a common trend in proportion is not one of equal steps."),
        ),
        detail=True,
    )  # fmt: skip


def basis_table(frame: pd.DataFrame, words: Words, *, district: str) -> Table:
    """Layout of what the effect rests on."""
    units, span = tr("Committees"), tr("Periods")
    committees, periods = tr("committees"), tr("periods")
    return Table(
        BASIS,
        tr("What the effect of spots rests on, {place}, up to {day}", place=district, day=words.day),
        frame,
        (
            TableColumn("opened", tr("Spot opened"), "count", committees, 0, units),
            TableColumn("never", tr("Never had a spot"), "count", committees, 0, units),
            TableColumn("left_out", tr("Left out of the effect"), "count", committees, 0, units),
            TableColumn("periods", tr("Number"), "count", periods, 0, span),
            TableColumn("months", tr("Length"), "count", tr("months"), 0, span),
            TableColumn("before", tr("Before the first spot opened"), "count", periods, 0, span),
            TableColumn("open_share", tr("Months with a spot"), "percent", tr("of the months that count"), 1),
        ),
        row_header=tr("Effect"),
        row_labels={ONLY_ROW: tr("A spot of its own")},
        marks=missing_marks(frame, "z"),
        detail=True,
    )  # fmt: skip
