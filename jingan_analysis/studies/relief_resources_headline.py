"""The headline of relief resources: matching, what was possible, what is scarce, what fairness costs, what next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_words import need_names
from jingan_analysis.studies.result import Statements
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

FINDING = {
    "nobody": mark("From {window}, no household in {place} asked for help with a need."),
    "hidden": mark(
        "So few households in {place} asked for help from {window} that printing how many would point at them."
    ),
    "half": mark(
        "Of {requests} requests for help made in {place} from {window}, {matched} ({share}) were matched with a project or "
        "resource by the last day; it takes {days} days until half of all requests are."
    ),
    "never": mark(
        "Of {requests} requests for help made in {place} from {window}, {matched} ({share}) were matched with a project or "
        "resource by the last day: fewer than half."
    ),
}
POSSIBLE = {
    "more": mark(
        "Matches promise {matched} of the {wanted} units of service wanted in the district; the best use of the same lists "
        "would serve {best}, and no assignment can serve more."
    ),
    "promised": mark(
        "Matches promise {matched} of the {wanted} units of service wanted in the district, more than the {best} that the "
        "lists have room for at best."
    ),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _finding(situation, tables),
        _possible(tables),
        _scarce(tables),
        _fair(tables),
        _next(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def _finding(situation: Situation, tables: Tables) -> Statement:
    words = {"place": situation.place, "window": situation.params.window.label}
    claims = {
        "requests": Claim("by_need", "total", "requests"),
        "matched": Claim("by_need", "total", "matched"),
        "share": Claim("by_need", "total", "matched_share"),
    }
    if cell(tables, "by_need", "total", "requests") == 0:
        finding = FINDING["nobody"]
        return state(finding, tables, words=words)
    if not all_shown(tables, claims):
        finding = FINDING["hidden"]
        return state(finding, tables, words=words)
    days = Claim("by_need", "total", "half_days")
    if all_shown(tables, {"days": days}):
        finding = FINDING["half"]
        return state(finding, tables, words=words, days=days, **claims)
    finding = FINDING["never"]
    return state(finding, tables, words=words, **claims)


def _possible(tables: Tables) -> Statement | None:
    claims = {
        "matched": Claim("balance", "total", "matched"),
        "wanted": Claim("balance", "total", "wanted"),
        "best": Claim("balance", "total", "best"),
    }
    if not cell(tables, "balance", "total", "wanted") > 0:
        return None
    more = cell(tables, "balance", "total", "best") >= cell(tables, "balance", "total", "matched")
    finding = POSSIBLE["more" if more else "promised"]
    return state(finding, tables, words={}, **claims)


def scarcest(tables: Tables) -> str | None:
    """The need with most units that find no room; None where all do."""
    frame = tables["balance"].frame.drop(index="total")
    return str(frame["no_room"].idxmax()) if frame["no_room"].max() > 0 else None


def _scarce(tables: Tables) -> Statement | None:
    need = scarcest(tables)
    if need is None:
        return None
    idle = tables["balance"].frame.drop(index="total")["idle"]
    claims = {
        "no_room": Claim("balance", need, "no_room"),
        "wanted": Claim("balance", need, "wanted"),
        "idle": Claim("balance", str(idle.idxmax()), "idle"),
    }
    words = {"need": need_names()[need], "spare": need_names()[str(idle.idxmax())]}
    return state(
        "Even then {no_room} of the {wanted} units wanted for {need} find no room, while {idle} units for {spare} stay idle.",
        tables,
        words=words,
        **claims,
    )


def _fair(tables: Tables) -> Statement | None:
    claims = {
        "first": Claim("by_grade", "high", "first_high_share"),
        "matched": Claim("by_grade", "high", "matched_share"),
        "fewer": Claim("plans", "first_high", "fewer"),
    }
    if not all_shown(tables, claims):
        return None
    if cell(tables, "plans", "first_high", "fewer") == 0:
        del claims["fewer"]
        return state(
            "Serving the high grade first would give it {first} of what it wants, instead of {matched} as matched, without "
            "serving one unit less in all.",
            tables,
            words={},
            **claims,
        )
    return state(
        "Serving the high grade first would give it {first} of what it wants, instead of {matched} as matched, for {fewer} "
        "units fewer in all.",
        tables,
        words={},
        **claims,
    )


def _next(tables: Tables) -> Statement | None:
    """Where more capacity serves, however the capacities turn out."""
    need = scarcest(tables)
    if need is None or not cell(tables, "scarcity", need, "always") > 0:
        return None
    return state(
        "Next, add capacity for {need}: one unit more serves one more at {always} of its {suppliers} projects and resources "
        "in at least nine scenarios of ten.",
        tables,
        words={"need": need_names()[need]},
        always=Claim("scarcity", need, "always"),
        suppliers=Claim("scarcity", need, "suppliers"),
    )
