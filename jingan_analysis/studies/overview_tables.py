"""From the register and the scoreboard to the tables of the overview."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies.overview_register import NOT_COMPUTED, REASONS, VERDICTS, register_frame, summary
from jingan_analysis.studies.overview_scoreboard import DIRECTIONS, MOVED, points_frame, scoreboard_frame
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.study import load_study
from jingan_analysis.tables import overview as layout
from jingan_analysis.tables.formatting import format_day, format_month
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.studies.overview import Situation
    from jingan_analysis.tables.table import Table

HELPS = {
    "differs": mark("Look at the report: another day, another definition, or records that lack something."),
    "no_definition": mark("Ask what is counted, and out of what."),
    "no_others": mark("Ask for the figures of the other districts, with their days."),
    "slogan": mark("Nothing: a test of the words is ours, not theirs."),
    "no_number": mark("Ask for the number of cases by month."),
    "window": mark("Run the report for the window of the figure."),
    "no_table": mark("Bring the table, or ask who keeps it."),
    "no_record": mark("Look whether the records are complete for the window."),
    "few": mark("Nothing: small counts are not shown."),
    "no_study": mark("Say in the file of claims what each number is counted as."),
}
"""What would let an entry be computed, or a difference be understood."""
SIGNALS = {
    "up": mark("signal upwards"),
    "down": mark("signal downwards"),
    "both": mark("signals both ways"),
    "none": mark("no signal"),
    "short": mark("no chart"),
    "not_computed": mark("cannot be computed"),
    "few": mark("too few to be shown"),
}


def tables_of(situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.district, window.end_label, window.label)
    found = [*_board_tables(situation, words), *_register_tables(situation, words), _settings(situation)]
    return {table.name: table for table in found}


def _board_tables(situation: Situation, words: Words) -> list[Table]:
    scores = situation.scores
    frame = scoreboard_frame(scores)
    frame["latest"] = [point_label(str(point)) for point in frame["latest"]]
    labels = {score.indicator.name: tr(score.indicator.label) for score in scores}
    people = {score.indicator.name: "" for score in scores if score.indicator.people}
    marks = missing_marks(frame, "z")
    for score in scores:
        if score.measured is None:  # the table is not there; what is of no use elsewhere is not applicable
            marks |= dict.fromkeys([cell for cell in marks if cell[0] == score.indicator.name], "x")
    whole = {
        score.indicator.name: tr("{part}, of {whole}", part=tr(score.indicator.label), whole=tr(score.indicator.of))
        for score in scores
    }
    board = layout.scoreboard(
        frame, marks, words, labels=whole, titles=titles(situation), directions=worded(DIRECTIONS), people=people
    )
    found = [board, layout.directions(_directions(frame), words, _direction_labels())]
    points = points_frame(scores)
    if len(points):
        names = {
            str(row): tr("{name}: {value}", name=labels[each["indicator"]], value=point_label(each["point"]))
            for row, each in points.iterrows()
        }
        hidden = missing_marks(points, "x")
        hidden |= {cell: "c" for cell in hidden if cell[1] == "share" and points.at[cell[0], "few"]}
        found.append(layout.points(points, hidden, words, labels=names, signals=worded(SIGNALS)))
    return found


def point_label(point: str) -> str:
    """A month, or the Monday of a week, in words; nothing for none."""
    if not point:
        return ""
    if len(point) == len("2024-08"):
        return format_month(point)
    return tr("week from {day}", day=format_day(pd.Timestamp(point).date()))


def titles(situation: Situation) -> dict[str, str]:
    """Titles of the studies that the page names, in the spoken language."""
    named = {line.study for line in situation.entries} | {score.study for score in situation.scores}
    named.discard("")
    return {study: tr(load_study(study).title) for study in sorted(named)}


def _directions(board: pd.DataFrame) -> pd.DataFrame:
    counts = Counter(board["direction"])
    rows = {"moved": sum(counts[name] for name in MOVED)}
    rows |= {name: counts[name] for name in DIRECTIONS if name not in MOVED}
    charted = sum(rows[name] for name in ("moved", "both", "none"))
    return pd.DataFrame({"indicators": {**rows, "charted": charted, "total": len(board)}})


def _direction_labels() -> dict[str, str]:
    return worded(DIRECTIONS) | {
        "moved": tr("up or down, more than chance explains"),
        "charted": tr("of all, with a chart"),
        "total": tr("All indicators"),
    }


def _register_tables(situation: Situation, words: Words) -> list[Table]:
    entries = situation.entries
    if not entries:
        return []
    counts = summary(entries)
    labels = worded(VERDICTS) | worded(REASONS) | {"total": tr("All entries")}
    frame = register_frame(entries)
    marks = missing_marks(frame[["published", "data", "difference"]], "x")
    for line in entries:
        if line.position is None:
            marks |= dict.fromkeys([(line.name, name) for name in ("published", "data", "difference")], "z")
        if line.reason == "few":
            marks |= dict.fromkeys([(line.name, name) for name in ("data", "difference")], "c")
    once = frame[~frame["id"].duplicated()]
    found = [
        layout.verdicts(counts, words, labels=labels, helps=worded(HELPS)),
        layout.register(frame, marks, words, titles=titles(situation), statuses=_statuses()),
        layout.meanings(once.astype({"paragraph": "int64"}), words),
    ]
    absent = _lacking(situation)
    return [*found, *([layout.lacking(absent, words)] if len(absent) else [])]


def _statuses() -> dict[str, str]:
    """What became of an entry, in words, with the reason where it cannot be computed."""
    cannot = tr(VERDICTS[NOT_COMPUTED])
    reasons = {name: tr("{name}: {value}", name=cannot, value=tr(reason)) for name, reason in REASONS.items()}
    return worded(VERDICTS) | reasons


def _lacking(situation: Situation) -> pd.DataFrame:
    """Tables that are not there, with how much waits for them."""
    entries = Counter(name for line in situation.entries if line.compared for name in line.compared.lacking)
    indicators = Counter(name for score in situation.scores for name in score.lacking)
    names = sorted(entries.keys() | indicators.keys())
    return pd.DataFrame(
        {"entries": [entries[name] for name in names], "indicators": [indicators[name] for name in names]}, index=names
    )


def _settings(situation: Situation) -> Table:
    params = situation.params
    return settings_table(
        {
            "months_shown": (
                params.months_shown,
                tr("months"),
                tr("Latest months of every indicator that are charted"),
            ),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of people that is shown")),
        }
    )
