"""Tables, check, sentences and method on the training of relief advisers and on their load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from jingan_analysis.contracts.relief_supply import TRAINING_SESSIONS
from jingan_analysis.disclosure.suppression import without_suppressed
from jingan_analysis.language import mark, spoken, tr
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.relief_coverage_workload import (
    ACTIVE,
    charges_of,
    of_few_advisers,
    rebalanced_by_unit,
    training,
    workload_by_unit,
)
from jingan_analysis.studies.relief_coverage_workload_figures import NORM
from jingan_analysis.studies.result import Check, Section
from jingan_analysis.studies.share_map import ends_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import relief_coverage_workload as layout
from jingan_analysis.tables.across import row_by_row
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.district import District
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.studies.relief_coverage_workload import Charges
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.exclusions import Unit
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

LOAD: Final = r"$$L_u = \frac{\sum_i c_i}{\sum_i f_i}$$"
LOAD_WHERE: Final = mark(
    "Where $L_u$ is the load of sub-district $u$ and the sums run over its advisers; $c_i$ are the open cases of adviser $i$ and $f_i$ "
    "the full-time equivalent, one half for half a post."
)
REBALANCED: Final = (
    r"$$e = \sum_i \max\left(0,\; c_i - \lfloor k f_i \rfloor\right), \qquad r = \sum_i \max\left(0,\; \lfloor k f_i \rfloor - c_i\right)$$",
    r"$$m = \min(e, r), \qquad s = e - m$$",
)
REBALANCED_WHERE: Final = mark(
    "Where $k$ is the norm and the brackets round down to whole cases; $e$ are the cases above the norm, $r$ is the room of the others, $m$ the "
    "fewest cases to move, and $s$ what is too many whatever is moved."
)
EXCLUDED_LABELS: Final = {
    "open_nobody": mark("Open cases with no adviser in charge on record; in no load"),
    "open_left": mark("Open cases whose adviser is not active on the last day; in no load"),
    "open_no_time": mark("Open cases whose adviser has no working time on record; in no load"),
    "advisers_no_time": mark("Active advisers without working time on record; in no load"),
}
"""Rows of the table of exclusions."""
EXCLUDED_NOTES: Final = {
    "open_nobody": mark("Left out of the load of advisers: open cases with no adviser in charge on record ({count})."),
    "open_left": mark("Left out of the load of advisers: open cases whose adviser is no longer active ({count})."),
    "open_no_time": mark(
        "Left out of the load of advisers: open cases whose adviser has no working time on record ({count})."
    ),
    "advisers_no_time": mark("Left out of the load of advisers: advisers without working time on record ({count})."),
}
"""Notes on these exclusions."""
FINDING: Final = {
    "missing": mark(
        "For each full-time equivalent advisers have {load} open cases on average, {high} in {highest}; the norm is {norm}. After "
        "{moves} moves between advisers of the same sub-district {unplaced} cases are still too many: {missing} full-time equivalents "
        "are missing there."
    ),
    "movable": mark(
        "For each full-time equivalent advisers have {load} open cases on average, {high} in {highest}; the norm is {norm}. Moving "
        "{moves} cases between advisers of the same sub-district would keep all of them within it."
    ),
    "within": mark(
        "For each full-time equivalent advisers have {load} open cases on average, {high} in {highest}; no adviser is above the norm "
        "of {norm}."
    ),
    "hidden": mark(
        "For each full-time equivalent advisers have {load} open cases on average, {high} in {highest}; the norm is {norm}."
    ),
}  # fmt: skip


def workload_tables(district: District, situation: Situation, words: Words, settings: Table) -> list[Table]:
    """Tables on training and load of the whole district's advisers, as far as the district's data go.

    Parameters
    ----------
    settings
        The parameters of the report; the norm is its row ``cases_per_full_time``.
    """
    found = _training_tables(district, situation, words)
    charges = _charges(district, situation)
    if charges is not None:
        found += _load_tables(charges, situation, words, settings)
    return found


def _training_tables(district: District, situation: Situation, words: Words) -> list[Table]:
    if not all(district.has(name) for name in ("advisers", "training_sessions", "training_records")):
        return []
    tables = (district.table(name) for name in ("advisers", "training_sessions", "training_records"))
    frame = training(*tables, end=situation.records.end, confidence=situation.params.confidence)
    return [layout.training(frame, missing_marks(frame), words, stage_labels())]


def stage_labels() -> dict[str, str]:
    """Labels of the rows of the funnel of training, with the words of the contract."""
    choices = TRAINING_SESSIONS.column("stage").choices
    stages = {choice.code: getattr(choice.label, spoken()) for choice in choices}
    attended = {code: sentence_case(tr("{stage} training attended", stage=stage)) for code, stage in stages.items()}
    return {ACTIVE: tr("Active advisers"), **attended}


def _charges(district: District, situation: Situation) -> Charges | None:
    """Who has which open cases; None where no open case names an active adviser with working time."""
    if not district.has("advisers"):
        return None
    charges = charges_of(district.table("advisers"), situation.records.cases, end=situation.records.end)
    return charges if charges.in_load else None


def _load_tables(charges: Charges, situation: Situation, words: Words, settings: Table) -> list[Table]:
    norm, codes, labels = settings.number(NORM.row, NORM.column), situation.units.codes, situation.units.labels
    loads = workload_by_unit(charges, codes, norm=norm)
    moves = rebalanced_by_unit(charges, codes, norm=norm)
    told = state(
        "Norm: {norm} open cases for each full-time equivalent, a convention of this project; room for part of a case is none.",
        {SETTINGS: settings},
        norm=NORM,
    )
    marks = [missing_marks(frame) | of_few_advisers(frame, loads) for frame in (loads, moves)]
    return [
        layout.workload(without_suppressed(loads, marks[0]), marks[0], words, labels, told),
        layout.rebalancing(without_suppressed(moves, marks[1]), marks[1], words, labels, told),
    ]


def workload_left_out(district: District, situation: Situation) -> dict[str, tuple[int, Unit]]:
    """Open cases and advisers that are in no load, for the table of exclusions; empty where no load is shown."""
    charges = _charges(district, situation)
    if charges is None:
        return {}
    cases: dict[str, tuple[int, Unit]] = {reason: (number, "cases") for reason, number in charges.left_out.items()}
    return cases | {"advisers_no_time": (charges.advisers_no_time, "rows")}


def workload_same(rows: Sequence[str]) -> list[frozenset[Place]]:
    """Cells of the two tables that show the same counts, for the disclosure policy."""
    return [
        *row_by_row(rows, ("workload", "cases"), ("rebalancing", "cases")),
        *row_by_row(rows, ("workload", "excess"), ("rebalancing", "excess")),
    ]


def workload_check(district: District, situation: Situation, tables: Tables) -> Check | None:
    """Every open case is in one load or counted as left out; None where no load is shown."""
    charges = _charges(district, situation)
    if charges is None or "workload" not in tables:
        return None
    cases, end = situation.records.cases, situation.records.end
    is_open = cases["closed_on"].isna() | (cases["closed_on"] > end)
    known = charges.advisers["unit"].isin(situation.units.codes).all()
    closes = charges.in_load + sum(charges.left_out.values()) == int(is_open.sum()) and bool(known)
    total = Claim("workload", DISTRICT_ROW, "cases")
    detail = (
        state(
            "The {cases} open cases of the advisers and those left out are all open cases, none twice.",
            tables,
            cases=total,
        )
        if shown(tables, total.table, total.row, total.column)
        else state("The open cases of the advisers and those left out are all open cases, none twice.", tables)
    )
    return Check(tr("open cases add up"), closes, detail)


def workload_findings(situation: Situation, tables: Tables) -> list[Statement]:
    """How heavy the load is, what moving cases can do, and where it lies most unequally; empty where none may be shown."""
    found = (_heaviest(situation, tables), _most_unequal(situation, tables))
    return [statement for statement in found if statement is not None]


def _heaviest(situation: Situation, tables: Tables) -> Statement | None:
    ends = ends_of(tables, "workload", "load") if "workload" in tables else None
    claims = {"load": Claim("workload", DISTRICT_ROW, "load"), "norm": NORM}
    if ends is None or not all_shown(tables, claims):
        return None
    claims["high"] = Claim("workload", ends[1], "load")
    moved = {
        "moves": Claim("rebalancing", DISTRICT_ROW, "moves"),
        "unplaced": Claim("rebalancing", DISTRICT_ROW, "unplaced"),
        "missing": Claim("rebalancing", DISTRICT_ROW, "missing_full_time"),
    }
    kind = "hidden"
    if all_shown(tables, moved):
        moves, unplaced = (cell(tables, "rebalancing", DISTRICT_ROW, name) for name in ("moves", "unplaced"))
        kind = "missing" if unplaced > 0 else "movable" if moves > 0 else "within"
    words = {"highest": situation.units.names[ends[1]]}
    return state(FINDING[kind], tables, words=words, **claims, **moved)


def _most_unequal(situation: Situation, tables: Tables) -> Statement | None:
    ends = ends_of(tables, "workload", "gini") if "workload" in tables else None
    if ends is None:
        return None
    claims = {
        "gini": Claim("workload", ends[1], "gini"),
        "load": Claim("workload", ends[1], "load"),
        "all": Claim("workload", DISTRICT_ROW, "gini"),
    }
    if not all_shown(tables, claims):
        return None
    return state(
        "The load lies most unequally in {unit} (Gini {gini}, {all} in the whole district): its mean of {load} is no guide to what "
        "a single adviser there carries.",
        tables,
        words={"unit": situation.units.names[ends[1]]},
        **claims,
    )  # fmt: skip


def workload_caveats(tables: Tables) -> list[Statement]:
    """What the tables on load cannot say."""
    if "workload" in tables:
        return [
            state(
                "A case counts as one, be it light or heavy, and an adviser's other duties are not on record: a load within the norm "
                "is no proof of time to spare.",
                tables,
            )
        ]
    if "advisers" in tables:
        return [
            state(
                "No open case names an active adviser with working time, so the load of advisers is left out.", tables
            )
        ]
    return []


def workload_method() -> Section:
    """How training and load of advisers are told."""
    return Section(
        tr("Training and load of advisers"),
        (
            tr(
                "Training is counted among the advisers active on the last day. A stage counts once a session of it was attended by that day, and "
                "only with every stage before it; whoever attended a later stage without an earlier one is counted apart, so that both "
                "together are all who attended."
            ),
            tr(
                "The load of a sub-district is all open cases of its active advisers over all their working time, and so is the district's: "
                "neither is a mean of single loads. Dividing by heads instead would call half a post with half the cases idle. The Gini "
                "coefficient says how unequally the load lies: advisers count with their working time, and zero means that every hour bears "
                "the same."
            ),
            LOAD,
            tr(LOAD_WHERE),
            tr(
                "How far the norm can be kept is a question of its own. Inside each sub-district the fewest cases are moved that leave the "
                "fewest above the norm. As every adviser of a sub-district may take over from every other, and a move takes one case from "
                "above the norm to where there is room, the answer is the one below. What stays too many needs more working time there, or "
                "help from another sub-district."
            ),
            *REBALANCED,
            tr(REBALANCED_WHERE),
            tr(
                "Advisers are people. No table or figure has a row of one adviser, and a number on cases behind which fewer than three "
                "advisers stand is suppressed like a small count."
            ),
        ),
    )  # fmt: skip
