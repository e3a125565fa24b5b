"""Display tables on the registration of marriages: captions, units and notes around finished numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import interval, p_value, persons, points
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]
    Labels = Mapping[str, str]
    Notes = tuple[Text, ...]


def _couples(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of couples."""
    return persons(name, header, group=group, unit=tr("couples"), part_of=part_of)


def _number(
    name: str, header: str, unit: str = "", decimals: int = 0, group: Text = "", made_from: tuple[str, ...] = ()
) -> TableColumn:
    return TableColumn(name, header, "number", unit, decimals, group, made_from=made_from)


def _plain(name: str, header: str, unit: str, group: Text = "") -> TableColumn:
    """A count of days, slots or windows, which are no people."""
    return TableColumn(name, header, "count", unit, 0, group)


def _range(
    prefix: str, group: str, unit: str, decimals: int, made_from: tuple[str, ...] = ()
) -> tuple[TableColumn, ...]:
    """A number under ``prefix`` with the bounds of its interval."""
    headers = {prefix: tr("Estimate"), f"{prefix}_lower": tr("Lower"), f"{prefix}_upper": tr("Upper")}
    return tuple(_number(name, header, unit, decimals, group, made_from) for name, header in headers.items())


def scopes(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Marriages of the period by scope."""
    return Table(
        "scopes",
        tr("Marriages registered by scope, {place}, {window}", place=words.place, window=words.window),
        frame,
        (_couples("marriages", tr("Marriages")), *interval("", tr("Share of all"), made_from=("marriages",))),
        row_header=tr("Scope"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("By the rule by which the couple may register here. Intervals: Wilson."),),
    )


def types(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """What was registered in the period by type."""
    return Table(
        "types",
        tr("What was registered, {place}, {window}", place=words.place, window=words.window),
        frame,
        (_couples("registered", tr("Registered")), *interval("", tr("Share of all"), made_from=("registered",))),
        row_header=tr("Type"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
    )


def kept(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Appointments by type and who did not come."""
    return Table(
        "kept",
        tr("Appointments and who did not come, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _couples("booked", tr("Booked")),
            _couples("shown", tr("Came"), part_of="booked"),
            _couples("missing", tr("Did not come"), part_of="booked"),
            *interval("no_show_", tr("Did not come"), made_from=("missing", "booked")),
        ),
        row_header=tr("Type"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("booked", ("shown", "missing")),),
        notes=(tr("All records up to that day, not the period alone. Intervals: Wilson."),),
    )


def residence(
    frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, scope_labels: Labels, shared: tuple[str, ...]
) -> Table:
    """Marriages of the period by sub-district of residence."""
    by_scope = tr("Marriages by scope")
    shares = [
        column
        for scope in shared
        for column in interval(f"{scope}_", tr("{scope} of all", scope=scope_labels[scope]), made_from=(scope, "marriages"))
    ]  # fmt: skip
    return Table(
        "residence",
        tr("Where the couples live, marriages registered at the office of {place}, {window}", place=words.district, window=words.window),
        frame,
        (
            _couples("marriages", tr("All")),
            *(_couples(name, label, group=by_scope, part_of="marriages") for name, label in scope_labels.items()),
            *shares,
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("marriages", tuple(scope_labels)),),
        notes=(
            tr("The sub-district in which the couple lives, or the one of them who lives in the district. Where a party is registered (hukou) does not matter here. Intervals: Wilson."),
            tr("Foreign-related couples must live in the district and are too few in each sub-district to be told apart: they stand with those of whom a party is registered in the district."),
        ),
    )  # fmt: skip


def rates(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, residents: str, notes: Notes) -> Table:
    """Marriages of the period for every thousand residents."""
    rate, each = tr("For every thousand residents"), tr("marriages")
    made_from = ("marriages", "residents")
    return Table(
        "rates",
        tr("Marriages registered here for every thousand residents, {place}, {window}", place=words.district, window=words.window),
        frame,
        (
            _couples("marriages", tr("Marriages")),
            persons("residents", residents),
            _number("rate", tr("Rate"), each, 2, rate, made_from),
            _number("rate_lower", tr("Lower"), each, 2, rate, made_from),
            _number("rate_upper", tr("Upper"), each, 2, rate, made_from),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=notes,
    )  # fmt: skip


def stages(
    frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, scope_labels: Labels, notes: Notes
) -> Table:
    """Marriages by scope before and after each opening."""
    by_scope, cross = tr("Marriages by scope"), tr("City-wide of all")
    against = (points("difference", tr("Above the city’s share"), cross, ("cross_share",)),)
    return Table(
        "stages",
        tr("Marriages by scope before and after each opening, {place}", place=words.place),
        frame,
        (
            *(_couples(name, label, group=by_scope, part_of="marriages") for name, label in scope_labels.items()),
            _couples("marriages", tr("All")),
            *interval("cross_", cross, made_from=("city", "marriages")),
            *(against if "difference" in frame else ()),
        ),
        row_header=tr("Time"),
        row_labels=dict(labels),
        marks=marks,
        partitions=(("marriages", tuple(scope_labels)),),
        notes=notes,
    )


def openings(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, statuses: Labels, notes: Notes) -> Table:
    """What the openings changed here."""
    ratio, months = tr("Ratio of levels"), tr("Months in the model")
    return Table(
        "openings",
        tr("What the openings changed here, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _couples("since", tr("Registered under it")),
            _plain("before", tr("Before"), tr("months"), months),
            _plain("after", tr("From then on"), tr("months"), months),
            _number("ratio", tr("Ratio"), "", 2, ratio),
            _number("lower", tr("Lower"), "", 2, ratio),
            _number("upper", tr("Upper"), "", 2, ratio),
            p_value("p_value", ratio),
            TableColumn("status", tr("Change"), "text", labels=statuses),
        ),
        row_header=tr("Opening"),
        row_labels=dict(labels),
        marks=marks,
        notes=notes,
    )


def moved_created(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, verdicts: Labels) -> Table:
    """Change at each opening here, elsewhere and together."""
    unit = tr("a month")
    return Table(
        "moved_created",
        tr("Moved or new: change of marriages at each opening, {place} and elsewhere", place=words.place),
        frame,
        (
            *_range("here", tr("Here"), unit, 1),
            *_range("elsewhere", tr("Elsewhere"), unit, 1),
            *_range("both", tr("Together"), unit, 1),
            TableColumn("verdict", tr("What it says"), "text", labels=verdicts),
        ),
        row_header=tr("Opening"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Modelled: changes of level for a month of an average calendar, with trend and season; here and elsewhere make together, since all three have the same terms. Elsewhere: the places of comparison."),
            tr("New means new to this office and the places of comparison together: couples may also have come from places that are not compared."),
        ),
    )  # fmt: skip


def by_month(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """Marriages by month here and elsewhere, and what is expected."""
    modelled = tr("Modelled, here")
    elsewhere = (_couples("elsewhere", tr("Elsewhere")),)
    return Table(
        "by_month",
        tr("Marriages by month, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _couples("here", tr("Here")),
            *(elsewhere if "elsewhere" in frame else ()),
            _plain("open_days", tr("Days open"), tr("days")),
            _number("even_days", tr("In ordinary weekdays"), tr("days"), 1),
            _number("expected", tr("Expected"), tr("a month"), 1, modelled, ("here",)),
            _number("without", tr("Without the openings"), tr("a month"), 1, modelled, ("here",)),
        ),
        row_header=tr("Month"),
        marks=marks,
        notes=(
            tr("In ordinary weekdays: each open day weighs as much as its kind brings over an ordinary weekday. Months without an open day are no rows; months outside the model have no expected number."),
        ),
        detail=True,
    )  # fmt: skip


def by_quarter(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Marriages by quarter, in place of months that are too small."""
    return Table(
        "by_quarter",
        tr("Marriages by quarter, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _couples("here", tr("Marriages")),
            _plain("open_days", tr("Days open"), tr("days")),
            _number("even_days", tr("In ordinary weekdays"), tr("days"), 1),
        ),
        row_header=tr("Quarter"),
        row_labels=dict(labels),
        notes=(
            tr("By quarter, since many months have too few marriages to be shown. In ordinary weekdays: each open day weighs as much as its kind brings over an ordinary weekday. The last quarter may be incomplete."),
        ),
        detail=True,
    )  # fmt: skip


def residuals(frame: pd.DataFrame, words: Words) -> Table:
    """Whether the residuals depend on each other."""
    return Table(
        "residuals",
        tr("Do the residuals of the months depend on each other, {place}", place=words.place),
        frame,
        (_number("statistic", tr("Ljung–Box statistic"), "", 2), p_value("p_value", "")),
        row_header=tr("Lags"),
        notes=(tr("A small p says that they do. Intervals allow for it in any case."),),
        detail=True,
    )


def calendar(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: Notes) -> Table:
    """Marriages by kind of day."""
    ratio = tr("Against an ordinary weekday")
    return Table(
        "calendar",
        tr("Marriages by kind of day, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _plain("days", tr("Days"), tr("days")),
            _couples("marriages", tr("Marriages")),
            _number("mean", tr("Mean"), tr("a day"), 1, "", ("marriages",)),
            _number("ratio", tr("Ratio"), "", 2, ratio, ("marriages",)),
            _number("lower", tr("Lower"), "", 2, ratio, ("marriages",)),
            _number("upper", tr("Upper"), "", 2, ratio, ("marriages",)),
            p_value("p_value", ratio, ("marriages",)),
        ),
        row_header=tr("Kind of day"),
        row_labels=dict(labels),
        marks=marks,
        notes=notes,
    )


def slots(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Slots and no-shows by day of the week."""
    return Table(
        "slots",
        tr("Slots and who did not come, {place}, up to {day}", place=words.place, day=words.end),
        frame,
        (
            _plain("days", tr("Days"), tr("days")),
            _plain("full", tr("Full"), tr("days")),
            _plain("capacity", tr("Offered"), tr("slots")),
            _couples("booked", tr("Booked")),
            TableColumn("used", tr("Used"), "percent", "", 1, made_from=("booked",)),
            _couples("shown", tr("Came"), part_of="booked"),
            _couples("missing", tr("Did not come"), part_of="booked"),
            *interval("no_show_", tr("Did not come"), made_from=("missing", "booked")),
        ),
        row_header=tr("Day"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("booked", ("shown", "missing")),),
        notes=(tr("All types of registration. Days that couples choose stand apart and not among the days of the week."),),
    )  # fmt: skip


def peak_demand(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: Notes) -> Table:
    """What days that couples choose need."""
    ratio, wished = tr("Wishes against an ordinary weekday"), tr("Would wish such a day now")
    return Table(
        "peak_demand",
        tr("Slots that days need which couples choose, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            _plain("days", tr("Days"), tr("days")),
            _plain("full", tr("Full"), tr("days")),
            _number("ratio", tr("Ratio"), "", 2, ratio),
            _number("lower", tr("Lower"), "", 2, ratio),
            _number("upper", tr("Upper"), "", 2, ratio),
            *_range("wished", wished, tr("couples"), 0),
            _plain("slots", tr("Offered last"), tr("slots")),
            TableColumn("served_share", tr("Get their day"), "percent", "", 1),
            _plain("needed", tr("Needed"), tr("slots")),
        ),
        row_header=tr("Day"),
        row_labels=dict(labels),
        marks=marks,
        notes=notes,
    )


def windows(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: Notes) -> Table:
    """Waits at the windows."""
    needed = tr("Windows needed")
    return Table(
        "windows",
        tr(
            "Waiting at the windows by kind of day, {place}, twelve months up to {day}",
            place=words.place,
            day=words.end,
        ),
        frame,
        (
            _number("came", tr("Came"), tr("a day"), 1),
            _number("minutes", tr("Visit, mean"), tr("minutes"), 1),
            _plain("windows", tr("Windows open"), tr("windows")),
            _number("load", tr("Busy"), tr("windows"), 2),
            TableColumn("long_share", tr("Long waits"), "percent", "", 1),
            _number("wait", tr("Mean wait"), tr("minutes"), 1),
            _plain("needed", tr("As many as came"), tr("windows"), needed),
            _plain("needed_for_all", tr("All who wish it"), tr("windows"), needed),
        ),
        row_header=tr("Kind of day"),
        row_labels=dict(labels),
        marks=marks,
        notes=notes,
    )


def visits(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, *, every_type: bool = False) -> Table:
    """Minutes and missing documents by scope, of those who came to marry or of all types."""
    time, documents = tr("Minutes at the window"), tr("Documents short")
    caption = (
        tr("Visits of every type, by scope, {place}, up to {day}", place=words.place, day=words.end)
        if every_type
        else tr("Visits of couples who came to marry, by scope, {place}, up to {day}", place=words.place, day=words.end)
    )
    return Table(
        "visits",
        caption,
        frame,
        (
            _couples("came", tr("Came")),
            _number("median", tr("Median"), tr("minutes"), 0, time, ("came",)),
            _number("p90", tr("One in ten longer than"), tr("minutes"), 0, time, ("came",)),
            _couples("noted", tr("Noted"), group=documents, part_of="came"),
            _couples("short", tr("Short"), group=documents, part_of="noted"),
            *interval("short_", documents, made_from=("short", "noted")),
        ),
        row_header=tr("Scope"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(tr("Minutes count where they were noted; the wait before is not in them."),),
    )


def travel_saved(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: Notes) -> Table:
    """Time that the openings save."""
    each, all_hours = tr("Saved for each couple"), tr("Saved by all")
    return Table(
        "travel_saved",
        tr("Travel that the openings save, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            _couples("couples", tr("Couples")),
            *_range("minutes", each, tr("minutes"), 0),
            *_range("hours", all_hours, tr("hours"), 0, ("couples",)),
        ),
        row_header=tr("Scope"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=notes,
    )


def travel_inputs(frame: pd.DataFrame, words: Words, labels: Labels) -> Table:
    """Assumptions and what of the uncertainty each carries."""
    triangle, variance = tr("Assumed"), tr("Share of the variance of all hours")
    shares = (
        TableColumn("first_order", tr("By itself"), "percent", "", 0, variance),
        TableColumn("total", tr("With others"), "percent", "", 0, variance),
    )
    return Table(
        "travel_inputs",
        tr("Assumptions on travel and what each contributes to the uncertainty, {place}", place=words.place)
        if "total" in frame
        else tr("Assumptions on travel, {place}", place=words.district),
        frame,
        (
            _number("low", tr("Least"), "", 1, triangle),
            _number("mode", tr("Most likely"), "", 1, triangle),
            _number("high", tr("Most"), "", 1, triangle),
            *(shares if "total" in frame else ()),
        ),
        row_header=tr("Assumption"),
        row_labels=dict(labels),
        notes=(
            tr("Ways in minutes one way, the share of couples from zero to one. Shares of the variance (Sobol’) are estimates from draws and may fall a little below zero.")
            if "total" in frame
            else tr("Ways in minutes one way, the share of couples from zero to one."),
        ),
        detail=True,
    )  # fmt: skip
