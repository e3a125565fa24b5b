"""Checks, notes and method of the overview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.overview_register import REASONS, VERDICTS
from jingan_analysis.studies.overview_words import joined, latest_point, missing_points, whole_share
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.settings import setting

if TYPE_CHECKING:
    from jingan_analysis.studies.overview import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted."""
    found = [_directions_add_up(exact, tables)]
    if "verdicts" in exact:
        found += [_entries_add_up(exact, tables), _nothing_left_out(situation, tables)]
    return Checks(tuple(found))


def _entries_add_up(exact: Tables, tables: Tables) -> Check:
    counts = exact["verdicts"].frame["entries"]
    whole = counts[list(VERDICTS)].sum() == counts["total"]
    reasons = counts.reindex(list(REASONS)).sum() == counts["cannot_be_computed"]
    return Check(
        tr("statuses add up to all entries"),
        bool(whole and reasons),
        state(
            "{reproduced} reproduced, {differs} different and {open} that cannot be computed make {all}; the reasons add up to the last "
            "of them.",
            tables,
            words={},
            reproduced=Claim("verdicts", "reproduced", "entries"),
            differs=Claim("verdicts", "differs", "entries"),
            open=Claim("verdicts", "cannot_be_computed", "entries"),
            all=Claim("verdicts", "total", "entries"),
        ),
    )


def _nothing_left_out(situation: Situation, tables: Tables) -> Check:
    entries = situation.entries
    told = {(line.claim.id, line.position) for line in entries}
    wanted = {
        (line.claim.id, position)
        for line in entries
        for position in (range(len(line.claim.values)) if line.claim.values else (None,))  # a tuple
    }
    return Check(
        tr("every published number stands in the register"),
        told == wanted and len({line.name for line in entries}) == len(entries),
        state(
            "The register has {all} entries of {claims} claims.",
            tables,
            words={},
            all=Claim("verdicts", "total", "entries"),
            claims=Claim("verdicts", "total", "claims"),
        ),
    )


def _directions_add_up(exact: Tables, tables: Tables) -> Check:
    counts = exact["directions"].frame["indicators"]
    return Check(
        tr("changes add up to all indicators"),
        bool(counts.drop(["charted", "total"]).sum() == counts["total"]),
        state(
            "{moved} up or down, {none} without a change and the others make {all}.",
            tables,
            words={},
            moved=Claim("directions", "moved", "indicators"),
            none=Claim("directions", "none", "indicators"),
            all=Claim("directions", "total", "indicators"),
        ),
    )


def notes(situation: Situation, tables: Tables) -> Statements:
    """Caveats that a reader must know."""
    found: list[Statement] = [
        state(
            "The latest {months} months are charted. A month whose cases have not had their time yet, or that nobody recorded, cannot be "
            "computed: it is a gap, and the change is told of the latest point before it.",
            tables,
            words={},
            months=setting("months_shown"),
        ),
        state(
            "That a chart signals says that a month is not like the others, not why; that it does not says that the months are alike, not that all is well.",
            tables,
        ),
    ]  # fmt: skip
    found += _indicators(situation, tables)
    if "verdicts" in tables:
        found.append(
            state(
                "That a number is reproduced says that it was counted like this, not that it means what it is taken for: see what each claim can "
                "and cannot mean.",
                tables,
            )
        )
        if situation.synthetic and tables["verdicts"].number("reproduced", "entries"):
            found.append(
                state(
                    "The demonstration data were made to hold the published figures: that they agree here confirms nothing.",
                    tables,
                )
            )
    if situation.params.unit is not None:
        found.append(state("Published figures are of the whole district: so is the register.", tables))
    return Statements(tr("Notes"), tuple(found))


def _indicators(situation: Situation, tables: Tables) -> list[Statement]:
    """Indicators with a chart in one sentence, what is missing of them in another, and short charts in a third."""
    whole = [whole_share(score, tables) for score in situation.scores if score.known.any()]
    parts = {
        mark("Over the whole time of each indicator with a chart: {parts}."): whole,
        mark("At the latest point that can be computed: {parts}."): [
            latest_point(score, tables) for score in situation.scores
        ],
        mark("Gaps: {parts}."): [missing_points(score, tables) for score in situation.scores],
    }
    told = {text: [part for part in found if part is not None] for text, found in parts.items()}
    found = [state(text, tables, words={"parts": joined(shown)}) for text, shown in told.items() if shown]
    short = [
        tr(score.indicator.label) for score in situation.scores if score.chart is not None and score.chart.few_points
    ]
    if short:
        found.append(
            state(
                "Known for fewer than twelve months, so that the limits are provisional: {names}.",
                tables,
                words={"names": listed(short)},
            )
        )
    return found


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("Register"),
            (
                tr(
                    "Every number of every published claim is one entry, and so is a claim without a number. The studies say which count of the "
                    "data a number is held against and which tables that needs; a district's own file of claims may say so, too."
                ),
                tr(
                    "An exact number is reproduced by the same count, a rounded one within half a step, a lower bound by any count not below it. "
                    "What is dated is compared only in a report on its window."
                ),
                tr(
                    "Where nothing is compared the reason is found, not judged: the table is not declared; it would be one on other districts; the "
                    "window is another; the tables hold nothing of it; too few; or no study counts it, because nothing says what is counted, "
                    "because it is a slogan, or because there is no number."
                ),
            ),
        ),
        Section(
            tr("Scoreboard"),
            (
                tr(
                    "Indicators are the studies' own, with their parameters. Intervals are Wilson's. Changes are told by the rules of NHS England's "
                    "“Making Data Count” on XmR charts, or on Laney's p′ charts where every point counts many; with fewer than twelve points "
                    "limits are provisional."
                ),
            ),
        ),
        small_counts(),
    )
