"""Checks, notes and method of relief resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.published_figures import made_to_agree, published_checks
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_resources import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "requests_after": mark("Left out: requests dated after the last day ({count})."),
    "requests_unmatched": mark("Left out: requests of no household of the register ({count})."),
    "matches_after": mark("Counted as still open: requests matched after the last day ({count})."),
    "without_assessment": mark(
        "Kept: requests of households that had not been assessed ({count} households). Their grade is not known, so no project "
        "for one grade only is open to them."
    ),
}


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified."""
    best = situation.plans.best
    over = situation.supply.table
    beyond = int((over["given_units"] > over["capacity_units"]).sum())
    totals = exact["balance"].frame.loc["total"]
    closes = bool(totals["wanted"] == totals["best"] + totals["no_project"] + totals["no_room"])
    claims = {name: Claim("balance", "total", name) for name in ("wanted", "best", "no_project", "no_room")}
    found = [
        Check(
            tr("the best possible is proven"),
            best.gap < 1e-6,
            state("Prices of the projects bound every assignment by {best} units, and this one reaches them.", tables, best=claims["best"]),
        ),
        Check(
            tr("every unit wanted is counted once"),
            closes,
            state("{best} units can be served, {no_project} have nothing open to them and {no_room} find no room: {wanted} in all.", tables, words={}, **claims),
        ),
        Check(
            tr("nobody gives more than is stated"),
            beyond == 0,
            state("No project or resource gave more than it states for the window.", tables)
            if beyond == 0
            else state("Some projects or resources gave more than they state for the window; the table of all shows which.", tables),
        ),
        *published_checks(tables),
    ]  # fmt: skip
    return Checks(tuple(found))


def notes(situation: Situation, tables: Tables) -> Statements:
    """Counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    caveats = [
        state(
            "Only what was asked for is in this report: a household that never asked has no request, whatever it needs.",
            tables,
        ),
        state(
            "A list counts kinds of help. Its length is no capacity, and the number of projects over the number of resources means "
            "nothing.",
            tables,
        ),
        state(
            "The best possible assignment knows all requests of the window at once; those who matched them did not. It is a bound "
            "and a direction, not a reproach.",
            tables,
        ),
        state(
            "Matched and possible units are promises for the window; what was delivered by its last day is in a column of its own.",
            tables,
        ),
    ]
    made = made_to_agree(tables, synthetic=situation.synthetic) if "published" in tables else []
    return Statements(tr("Notes"), (*counted, *_of_the_lists(tables), *caveats, *made))


def _of_the_lists(tables: Tables) -> list[Statement]:
    """What the lists leave open, leave unused and lean on, and what even shares would mean."""
    told = [
        (
            mark("{unstated} of {suppliers} projects and resources state no capacity: what they gave stands for it."),
            {"unstated": ("scarcity", "total", "unstated"), "suppliers": ("scarcity", "total", "suppliers")},
        ),
        (
            mark("Of {entries} entries of the resource lists, {used} were matched with a request of the window."),
            {"entries": ("resources", "total", "entries"), "used": ("resources", "total", "used")},
        ),
        (
            mark("{providers} providers stand behind the lists; the largest has {largest} of their entries."),
            {"providers": ("concentration", "entries", "providers"), "largest": ("concentration", "entries", "largest_share")},
        ),
        (
            mark(
                "Even shares would give every sub-district at least {even} of what it wants, for {fewer} units fewer in all; as "
                "matched, the one worst off has {matched}."
            ),
            {
                "even": ("plans", "even", "least_share"), "fewer": ("plans", "even", "fewer"),
                "matched": ("plans", "matched", "least_share"),
            },
        ),
    ]  # fmt: skip
    claims = [(template, {name: Claim(*cell) for name, cell in cells.items()}) for template, cells in told]
    return [state(template, tables, words={}, **found) for template, found in claims if all_shown(tables, found)]


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("Requests and matches"),
            (
                tr(
                    "A request is one household's wish for help with one need, in units of service. It is matched when a project or "
                    "a resource is found for it. Days to the match are followed to the last day and censored there."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        Section(
            tr("The best possible assignment"),
            (
                tr(
                    "Requests that may use the same suppliers form groups. A project may serve a request if it answers its need and "
                    "is open to its household's grade, category and sub-district; a resource if it is bound to the need and on offer "
                    "there. The units served are the largest number under what each supplier has room for."
                ),
                formulas.ASSIGNMENT,
                tr(formulas.ASSIGNMENT_WHERE),
                tr(
                    "The proof is a price for each supplier: no assignment can serve more than the capacity at these prices and what "
                    "the groups gain beyond them. Where both are the same number, there is no gap."
                ),
                formulas.ASSIGNMENT_BOUND,
                tr(
                    "What one unit more of a supplier would serve is found exactly, by following the exchanges that it would start, "
                    "since prices need not be unique."
                ),
            ),
        ),
        Section(
            tr("Fairness and certainty"),
            (
                tr(
                    "High grade first serves the high grade as far as possible, then the medium, then the low. Even shares raise the "
                    "share of the sub-district worst off as far as possible and then serve as much as that leaves room for. The price "
                    "of each is the number of units fewer than the best."
                ),
                tr(
                    "Capacities are stated, not measured. In each scenario every one of them is off by a factor of its own, and the "
                    "assignment is made anew: a supplier is called scarce in any case if one unit more would serve in at least nine "
                    "scenarios of ten."
                ),
            ),
        ),
        small_counts(),
    )
