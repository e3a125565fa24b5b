"""Layout of the tables on the five linked kinds of bed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, interval, p_value, persons, points
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.words import Words
    from jingan_analysis.vocabulary import Mark

    Marks = dict[tuple[str, str], Mark]
    Labels = Mapping[str, str]


def _stays(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of stays or moves: behind each stands a person, so few of them are few people."""
    return TableColumn(name, header, "count", tr("stays"), 0, group, counts="persons", part_of=part_of)


def _requests(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    return TableColumn(name, header, "count", tr("requests to move"), 0, group, counts="persons", part_of=part_of)


def _days(
    name: str, header: str, *, group: Text = "", made_from: tuple[str, ...] = (), decimals: int = 0
) -> TableColumn:
    return TableColumn(name, header, "number", tr("days"), decimals, group, made_from=made_from)


def _share(name: str, header: str, *, group: Text = "", made_from: tuple[str, ...] = ()) -> TableColumn:
    return TableColumn(name, header, "percent", "", 1, group, made_from=made_from)


def occupancy(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Occupancy of each kind, and its change split into residents and beds."""
    change = tr("Change from last year, percentage points")
    return Table(
        "occupancy",
        tr("Occupancy by kind of bed, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("beds", tr("Usable"), "number", tr("beds"), 0),
            _share("share", tr("Last month"), group=tr("Occupied bed-days of usable ones")),
            _share("before_share", tr("Last year"), group=tr("Occupied bed-days of usable ones")),
            _share("point_share", tr("Mid-month"), group=tr("Beds occupied")),
            *(
                TableColumn(name, header, "number", "", 1, change)
                for name, header in (
                    ("change", tr("All")),
                    ("by_residents", tr("Through residents")),
                    ("by_beds", tr("Through beds")),
                )
            ),
        ),
        row_header=tr("Kind of bed"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Occupancy is occupied bed-days over usable bed-days; last year is the calendar year before, all months together."),
            tr("Through residents: more or fewer residents on the beds of now. Through beds: more or fewer beds under the residents of then. The two add up."),
            tr("Beds are in institutions of the place, wherever their residents come from."),
        ),
    )  # fmt: skip


def by_month(frame: pd.DataFrame, marks: Marks, words: Words) -> Table:
    """Occupancy of institutions by month beside what the model expects."""
    columns = [
        TableColumn("occupied_bed_days", tr("Occupied"), "count", tr("bed-days")),
        TableColumn("usable_bed_days", tr("Usable"), "count", tr("bed-days")),
        _share("share", tr("Occupancy")),
    ]
    if "comparison_share" in frame:
        columns.append(_share("comparison_share", tr("Elsewhere")))
    if "fitted" in frame:
        columns += [
            _share("fitted", tr("Expected"), group=tr("Model")),
            _share("without", tr("Without the breaks"), group=tr("Model")),
        ]
    return Table(
        "by_month",
        tr("Occupancy of institutions by month, {place}", place=words.place),
        frame,
        tuple(columns),
        row_header=tr("Month"),
        marks=marks,
        notes=(tr("Model: see the table of changes at the breaks. Its values are modelled, not counted."),) if "fitted" in frame else (),
        detail=True,
    )  # fmt: skip


def effects(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: tuple[Text, ...]) -> Table:
    """What the breaks changed, some months after each."""
    group = tr("Change of occupancy")
    return Table(
        "effects",
        tr("What changed at the breaks: occupancy of institutions against what it would have been, {place}", place=words.place),
        frame,
        (
            TableColumn("after", tr("After"), "count", tr("months")),
            _share("fitted", tr("With")),
            _share("without", tr("Without")),
            points("difference", tr("Change"), group),
            points("lower", tr("Lower"), group),
            points("upper", tr("Upper"), group),
        ),
        row_header=tr("Break"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Modelled: expected occupancy with and without the break, from the terms of the model; the season and the trend before go on."),
            *notes,
        ),
    )  # fmt: skip


def terms(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, notes: tuple[Text, ...]) -> Table:
    """The terms of the model with three kinds of error."""

    def four(name: str, header: str, group: str) -> TableColumn:
        return TableColumn(name, header, "number", "", 4, group)

    used, plain = tr("Errors used"), tr("Newey–West")
    return Table(
        "terms",
        tr("Terms of the model of occupancy, log odds, {place}", place=words.place),
        frame,
        (
            four("estimate", tr("Estimate"), ""),
            four("lower", tr("Lower"), used),
            four("upper", tr("Upper"), used),
            p_value("p_value", used),
            four("newey_west_lower", tr("Lower"), plain),
            four("newey_west_upper", tr("Upper"), plain),
            p_value("newey_west_p_value", plain),
        ),
        row_header=tr("Term"),
        row_labels=dict(labels),
        marks=marks,
        notes=notes,
        detail=True,
    )  # fmt: skip


def model_checks(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """What the model rests on, every option of it, and what its residuals and placebo breaks say."""
    return Table(
        "model_checks",
        tr("Options and checks of the model of occupancy, {place}", place=words.place),
        frame,
        (TableColumn("value", tr("Value"), "setting"), TableColumn("unit", tr("Unit"), "text")),
        row_header=tr("Item"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Newey–West: Bartlett kernel on the scores of the quasi-likelihood, neither centred nor whitened, with the factor n / (n − p) and Student's distribution."),
            tr("Placebo breaks: the same model in the months before the first break, with a break where none was."),
        ),
        detail=True,
    )  # fmt: skip


def flows(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Moves of the period from kind to kind and out."""
    kinds = [name for name in frame.columns if name != "total"]
    parts = tuple(kinds)
    return Table(
        "flows",
        tr("Moves between kinds of bed, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            *(_stays(name, labels[name], group=tr("Moved to"), part_of="total") for name in kinds),
            _stays("total", tr("All")),
        ),
        row_header=tr("Moved from"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("total", parts),),
        notes=(
            tr("Moves, not people: one person may move more than once. From home: whoever had no bed before, and the second of two beds held at once."),
        ),
    )  # fmt: skip


def account(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Stocks by kind of bed at both ends of the period."""
    return Table(
        "account",
        tr("Beds held at first and at last, by kind, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            _stays("opening", tr("At first")),
            _stays("closing", tr("At last")),
            TableColumn("unexplained", tr("Unexplained"), "count", tr("stays")),
        ),
        row_header=tr("Kind of bed"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr(
                "At first plus moves in less moves out is at last; each is counted on its own from the stays, and what is left "
                "over in any month is unexplained."
            ),
        ),
    )


def days_after(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, columns: Labels) -> Table:
    """Mean days in each state within a year of coming to a kind of bed."""
    group = tr("Mean days within a year")
    return Table(
        "days_after",
        tr("Where people are in the year after coming to a bed, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            persons("persons", tr("Followed")),
            *(_days(name, label, group=group, made_from=("persons",)) for name, label in columns.items()),
        ),
        row_header=tr("Came to"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Aalen–Johansen: all but the dead are censored on the last day. Each person counts from the first time on record. Days in a home care bed include those with a home sickbed beside it."),
            tr("Whoever has no bed counts as at home, or as having given up, until the next bed; deaths without a bed are not on record."),
            tr("[z]: nobody was followed for so long."),
        ),
        overlapping=("persons",),
    )  # fmt: skip


def waiting(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, within: Text) -> Table:
    """Requests by the kind of bed asked for."""
    ends = ("moved", "refused", "withdrawn", "died", "open")
    headers = dict(
        zip(ends, (tr("Moved"), tr("Refused"), tr("Withdrawn"), tr("Died waiting"), tr("Open")), strict=True)
    )
    return Table(
        "waiting",
        tr("Requests for a move, by kind of bed asked for, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            _requests("requests", tr("Requests to move")),
            *(_requests(name, headers[name], group=tr("How they ended"), part_of="requests") for name in ends),
            _days("median_days", tr("Median"), made_from=("requests", "moved")),
            *interval("within_", within, made_from=("requests", "moved")),
        ),
        row_header=tr("Kind of bed"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        partitions=(("requests", ends),),
        notes=(
            tr("Median: days until half of all requests have ended in a move. Moved within the days: cumulative incidence of all requests; refusal, withdrawal and death compete, open requests are censored."),
        ),
    )  # fmt: skip


def channels(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, within: Text) -> Table:
    """Requests by channel."""
    return Table(
        "channels",
        tr("Requests of people with a bed and a contract, by channel, {place}, until {day}", place=words.place, day=words.end),
        frame,
        (
            _requests("requests", tr("Requests to move")),
            _requests("moved", tr("Moved"), part_of="requests"),
            _days("median_days", tr("Median"), made_from=("requests", "moved")),
            *interval("within_", within, made_from=("requests", "moved")),
        ),
        row_header=tr("Channel"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("All requests since the first one through the green channel. Who goes through it is not random: this describes, it shows no effect."),
        ),
    )  # fmt: skip


def waiting_curve(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """How requests for an institution bed stand by days."""
    return Table(
        "waiting_curve",
        tr("Where requests for an institution bed stand so many days later, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            _requests("requests", tr("Requests to move")),
            *interval("moved_", tr("Moved"), part_of="requests"),
            TableColumn("away_share", tr("Refused or withdrawn"), "percent", "", 1, part_of="requests"),
            TableColumn("died_share", tr("Died waiting"), "percent", "", 1, part_of="requests"),
            TableColumn("open_share", tr("Open"), "percent", "", 1, part_of="requests"),
            _requests("followed", tr("Followed")),
        ),
        row_header=tr("Days after the request"),
        row_labels=dict(labels),
        marks=marks,
        notes=(tr("Cumulative incidence by Aalen and Johansen. The four shares of a row add up to all requests."), tr(AT_RISK_NOTE)),
        detail=True,
        overlapping=("requests", "followed"),
    )  # fmt: skip


def back(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, within: Text) -> Table:
    """Moves between beds that were soon taken back."""
    return Table(
        "back",
        tr("Moves between kinds of bed that were soon taken back, {place}, until {day}", place=words.place, day=words.end),
        frame,
        (
            _stays("moves", tr("Moves")),
            _stays("back", tr("Back"), part_of="moves"),
            *interval("back_", within, made_from=("moves", "back")),
        ),
        row_header=tr("Moved from"),
        row_labels=dict(labels),
        marks=marks,
        total_row="total",
        notes=(
            tr("Back: to the kind of bed left. Share: cumulative incidence, moves on to a third kind, home and death compete; moves too recent to tell are censored. Moves of one person count as independent."),
        ),
    )  # fmt: skip


def needed(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, blocked: Text) -> Table:
    """Beds that the load asks for."""
    group = tr("Beds needed")
    return Table(
        "needed",
        tr("How many beds the present load asks for, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            _stays("stays", tr("Stays begun")),
            TableColumn("arrivals", tr("A day"), "number", tr("stays"), 2, made_from=("stays",)),
            _days("mean_days", tr("Mean stay"), made_from=("stays",)),
            TableColumn("load", tr("In use"), "number", tr("beds"), 0, made_from=("stays",)),
            TableColumn("beds", tr("Usable"), "count", tr("beds")),
            _share("blocked_share", tr("Find none free"), made_from=("stays",)),
            TableColumn("needed", tr("Estimate"), "count", tr("beds"), 0, group, made_from=("stays",)),
            TableColumn("needed_lower", tr("Lower"), "count", tr("beds"), 0, group, made_from=("stays",)),
            TableColumn("needed_upper", tr("Upper"), "count", tr("beds"), 0, group, made_from=("stays",)),
        ),
        row_header=tr("Kind of bed"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            blocked,
            tr("Modelled: Erlang's loss formula, for arrivals by chance at a steady rate and one pool of beds. People who were turned away do not count as arrivals, and a choice of home or place asks for more beds than this."),
            tr("Mean stay: all days of the stays begun in the twelve months over those that ended; exponential stays."),
        ),
        overlapping=("stays",),
    )  # fmt: skip


def coverage(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels, denominators: Labels) -> Table:
    """The three full coverages with their denominators."""
    return Table(
        "coverage",
        tr("Contracts, services and data: what is covered, and of what, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("of", tr("Of what"), "text", labels=dict(denominators)),
            persons("all", tr("All"), unit=tr("number")),
            persons("covered", tr("Covered"), unit=tr("number"), part_of="all"),
            *interval("covered_", tr("Of all"), made_from=("covered", "all")),
        ),
        row_header=tr("Coverage"),
        row_labels=dict(labels),
        marks=marks,
        notes=(
            tr("Registers are complete: Wilson intervals say how far luck alone could carry a share of this size."),
        ),
        uncounted=frozenset({"institutions"}),
        overlapping=("all", "covered"),
    )  # fmt: skip


def contracts(frame: pd.DataFrame, marks: Marks, words: Words, labels: Labels) -> Table:
    """Contracts by sub-district of the institution."""
    return Table(
        "contracts",
        tr("Holders of a bed with a contract, by sub-district of the institution, {place}, {day}", place=words.district, day=words.end),
        frame,
        (
            persons("holders", tr("Hold a bed")),
            persons("signed", tr("Have a contract"), part_of="holders"),
            *interval("signed_", tr("Of them"), made_from=("signed", "holders")),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=marks,
        total_row="district",
        notes=(
            tr("People in an institution bed or with a home care bed on the last day, once each."),
        ),
    )  # fmt: skip
