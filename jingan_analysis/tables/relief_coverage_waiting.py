"""Layout of the tables on the wait for the first service and on services after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import AT_RISK_NOTE, households, interval
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.relief_coverage import Marks
    from jingan_analysis.tables.words import Words

SELECTED_NOTE = mark(
    "Households of the register that were assessed by the last day. They were chosen for it: nothing here speaks of the others."
)
SMALL_P_NOTE = mark("A p that is shown as zero is smaller than the last digit shown.")
_ENDS = ("served", "closed", "open")


def _ratio(group: str) -> tuple[TableColumn, ...]:
    headers = {"ratio": tr("Ratio"), "lower": tr("Lower"), "upper": tr("Upper")}
    return tuple(TableColumn(name, header, "number", "", 2, group) for name, header in headers.items())


def waiting(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str], within: Text) -> Table:
    """How the wait for the first service ended, by grade; ``within`` heads the share served in time."""
    days = {"median_days": tr("Median"), "median_lower": tr("Lower"), "median_upper": tr("Upper")}
    return Table(
        "waiting",
        tr("From the first assessment to the first service, by grade of difficulty, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("households", tr("Households")),
            households("served", tr("Served"), group=tr("How the wait ended"), part_of="households"),
            households("closed", tr("Closed unserved"), group=tr("How the wait ended"), part_of="households"),
            households("open", tr("Not ended"), group=tr("How the wait ended"), part_of="households"),
            *(
                TableColumn(name, header, "count", tr("days"), 0, tr("Wait while the case is open"), made_from=("households", "served"))
                for name, header in days.items()
            ),
            *interval("within_", within, made_from=("households", "served")),
        ),
        row_header=tr("Grade"),
        row_labels=labels,
        marks=marks,
        total_row="total",
        partitions=(("households", _ENDS),),
        notes=(
            tr(SELECTED_NOTE),
            tr(
                "Median wait: Kaplan–Meier with the Brookmeyer–Crowley interval; it is the wait of cases that stay open, closed ones "
                "count up to their closing. Served within so many days: cumulative incidence, of all households, with closing "
                "as a competing end (log-minus-log interval)."
            ),
            tr("Not ended: still waiting on the last day, or no longer entitled; such waits are censored, not failed."),
        ),
    )  # fmt: skip


def waiting_curves(frame: pd.DataFrame, marks: Marks, words: Words, grades: Mapping[str, str]) -> Table:
    """Share still waiting by days since the assessment."""
    shown = [grade for grade in grades if f"{grade}_share" in frame]
    return Table(
        "waiting_curves",
        tr("Share still waiting for a first service, by days since the assessment and grade, {place}, {day}", place=words.place, day=words.end),
        frame,
        tuple(column for grade in shown for column in interval(f"{grade}_", grades[grade])),
        row_header=tr("Days since the assessment"),
        row_labels={},
        marks=marks,
        notes=(
            tr("Kaplan–Meier with log-minus-log intervals (Greenwood's variance); closing without a service counts as censoring."),
            tr("[z]: fewer than ten households were followed for so long, or the interval is not known because all or none still wait."),
        ),
        detail=True,
    )  # fmt: skip


def followed(frame: pd.DataFrame, marks: Marks, words: Words, grades: Mapping[str, str]) -> Table:
    """Households at risk of a first service by days since the assessment."""
    return Table(
        "waiting_followed",
        tr("Households that still wait and are followed, by days since the assessment and grade, {place}, {day}", place=words.place, day=words.end),
        frame,
        tuple(households(grade, grades[grade]) for grade in map(str, frame.columns)),
        row_header=tr("Days since the assessment"),
        row_labels={},
        marks=marks,
        notes=(tr(AT_RISK_NOTE),),
        detail=True,
        overlapping=tuple(map(str, frame.columns)),
    )  # fmt: skip


def hazards(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Who comes to a first service sooner."""
    return Table(
        "hazards",
        tr("Who comes to a first service sooner: hazard ratios, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            *_ratio(tr("Hazard ratio")),
            TableColumn("p_value", tr("p"), "number", "", 4, tr("Hazard ratio")),
            TableColumn("drift_p_value", tr("p"), "number", "", 4, tr("Same at all times?")),
        ),
        row_header=tr("Household"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr(
                "Cox regression with sub-districts as strata: households are compared within their sub-district. A ratio above one is sooner. "
                "Closing without a service counts as censoring."
            ),
            tr(
                "Same at all times: Grambsch–Therneau test with Holm's adjustment; a small p says that the ratio changes "
                "as time goes on and is an average."
            ),
            tr(SMALL_P_NOTE),
        ),
    )  # fmt: skip


def further_services(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """Who has more services after the first one."""
    chance = {"chance_lower": tr("Lower"), "chance_upper": tr("Upper")}
    return Table(
        "further_services",
        tr("Services after the first one: rate ratios, {place}, {window}", place=words.place, window=words.window),
        frame,
        (
            *_ratio(tr("Rate ratio")),
            TableColumn("p_value", tr("p"), "number", "", 4, tr("Rate ratio")),
            *(TableColumn(name, header, "number", "", 2, tr("If they varied by chance alone")) for name, header in chance.items()),
        ),
        row_header=tr("Household"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr(
                "Negative binomial regression of services in the window after the first service, with the months under service as "
                "exposure. Beside it the interval that Poisson regression gives: too narrow where households differ."
            ),
            tr(SMALL_P_NOTE),
        ),
    )  # fmt: skip


def tests(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """What was tested, and with what result."""
    return Table(
        "tests",
        tr("What was tested, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            TableColumn("statistic", tr("Statistic"), "number", tr("chi-squared"), 1),
            TableColumn("freedom", tr("Degrees of freedom"), "count"),
            TableColumn("p_value", tr("p"), "number", "", 4),
        ),
        row_header=tr("Supposed"),
        row_labels=labels,
        marks=marks,
        notes=(
            tr("A small p speaks against what is supposed; a large one does not prove it."),
            tr(SMALL_P_NOTE),
        ),
        detail=True,
    )  # fmt: skip


def model_fit(frame: pd.DataFrame, marks: Marks, words: Words, labels: dict[str, str]) -> Table:
    """What the models are fitted to, and how well."""
    return Table(
        "model_fit",
        tr("What the models rest on, {place}, {day}", place=words.place, day=words.end),
        frame,
        (
            households("households", tr("Households")),
            TableColumn("events", tr("Services"), "count", tr("services")),
            TableColumn("months", tr("Exposure"), "count", tr("household-months")),
            TableColumn("concordance", tr("Concordance"), "number", "", 2),
            TableColumn("alpha", tr("Over-dispersion"), "number", tr("alpha"), 2),
            TableColumn("alpha_error", tr("Standard error"), "number", tr("alpha"), 2),
            TableColumn("dispersion", tr("Pearson dispersion"), "number", "", 2),
        ),
        row_header=tr("Model"),
        row_labels=labels,
        marks=marks,
        overlapping=("households",),
        notes=(
            tr(
                "Concordance: how often, of two households of a sub-district, the model has the one first that was served first; one half is chance. Over-dispersion: the variance is mean + alpha × mean², and alpha zero is Poisson. Pearson dispersion: near one if "
                "the variance of the model is right."
            ),
        ),
        detail=True,
    )  # fmt: skip
