"""The headline of the overview: what is borne out, what is not and why, what changed, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.overview_register import DIFFERS, NOT_COMPUTED, REASONS
from jingan_analysis.studies.overview_scoreboard import DIRECTIONS, MOVED
from jingan_analysis.studies.overview_words import joined
from jingan_analysis.studies.result import Statements
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.shown import cell

if TYPE_CHECKING:
    from jingan_analysis.studies.overview import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

_MOST_NAMES = 4
ASKS = {
    "no_definition": mark("what is counted, and out of what, for {count} of them"),
    "no_others": mark("the figures of other districts for {count}"),
    "no_number": mark("the number of cases for {count}"),
    "no_table": mark("the tables of the list “tables that would let more be computed” for {count}"),
    "window": mark("a run for the window that was published for {count}"),
    "no_study": mark("a count that a study could give for {count}"),
}
"""What to ask for, in order of how much it would settle."""


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        *_register(situation, tables),
        _changes(situation, tables),
        _next(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def commonest(tables: Tables) -> str | None:
    """The reason that most entries have; None where everything can be computed. Of two as common, the first of the table."""
    counts = tables["verdicts"].frame["entries"].reindex(list(REASONS)).dropna()
    return None if counts.empty else str(counts.idxmax())


def _register(situation: Situation, tables: Tables) -> list[Statement]:
    if "verdicts" not in tables:
        return [state("No published figures were brought, so that nothing can be held against the data.", tables)]
    claims = {
        name: Claim("verdicts", row, "entries")
        for name, row in (("all", "total"), ("reproduced", "reproduced"), ("differs", DIFFERS), ("open", NOT_COMPUTED))
    }
    claims["claims"] = Claim("verdicts", "total", "claims")
    found = [
        state(
            "Of the {all} entries that the {claims} published claims come to, the data reproduce {reproduced}; {differs} differ and {open} cannot be computed.",
            tables, words={}, **claims,
        ),
    ]  # fmt: skip
    if cell(tables, "verdicts", DIFFERS, "entries"):
        names = [
            tr(line.compared.entry.label) for line in situation.entries if line.verdict == DIFFERS and line.compared
        ]
        found.append(state("Different: {names}.", tables, words={"names": _short(names)}))
    reason = commonest(tables)
    if reason is not None:
        found.append(
            state(
                "The commonest reason why something cannot be computed: {reason} ({count} of {all}).",
                tables,
                words={"reason": tr(REASONS[reason])},
                count=Claim("verdicts", reason, "entries"),
                all=claims["open"],
            )
        )
    return found


def _changes(situation: Situation, tables: Tables) -> Statement | None:
    claims = {name: Claim("directions", name, "indicators") for name in ("moved", "charted", "none")}
    if not cell(tables, "directions", "charted", "indicators"):
        return state("No indicator is known for enough months to say whether it changed.", tables)
    moved = [score for score in situation.scores if score.direction in MOVED]
    if not moved:
        return state(
            "None of the {charted} indicators with a chart changed more than chance explains.",
            tables,
            charted=claims["charted"],
        )
    names = [
        tr("{name} ({what})", name=tr(score.indicator.label), what=tr(DIRECTIONS[score.direction])) for score in moved
    ]
    return state(
        "Of {charted} indicators with a chart {moved} changed: {names}; {none} show no change beyond chance.",
        tables, words={"names": _short(names)}, **claims,
    )  # fmt: skip


def _next(tables: Tables) -> Statement | None:
    if "verdicts" not in tables:
        return None
    asked = [
        state(text, tables, count=Claim("verdicts", reason, "entries"))
        for reason, text in ASKS.items()
        if reason in tables["verdicts"].frame.index
    ]
    if not asked:
        return None
    return state("Next, ask for: {what}.", tables, words={"what": joined(asked)})


def _short(names: list[str]) -> str:
    return listed(names[:_MOST_NAMES], and_others=len(names) > _MOST_NAMES)
