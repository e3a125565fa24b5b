"""Checks, notes and method of where next."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies import next_sites_numbers as numbers
from jingan_analysis.studies.next_sites_headline import PROVEN
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.next_sites_situation import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

_COUNTED = {
    "unsnapped_people": mark("{count} people live too far from any street for their walk to be known; they are counted apart."),
    "outside_people": mark("{count} people outside the border compete for the supply near it and are in no share."),
    "not_in_service": mark("Sites not in service on the last day of the period, left out: {count}."),
    "unknown_supply": mark("Sites and candidates of unknown supply: {count}. They count for the walk but bring nothing into the catchments, and are not taken as zero."),
}  # fmt: skip


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    return Checks(
        (_everybody(exact, tables), _proven(situation, tables), *_ledger(exact, tables), _lists(exact, tables))
    )


def _everybody(exact: Tables, tables: Tables) -> Check:
    frame = exact["by_subdistrict"].frame
    parts = frame[list(numbers.PARTS)].sum(axis=1)
    rows = frame["gained"].iloc[:-1].sum()
    return Check(
        tr("everybody is counted once"),
        bool((abs(parts - frame["persons"]) < 1e-6).all()) and isclose(rows, frame["gained"].iloc[-1], abs_tol=1e-6),
        state("Near one now, gaining one, still far and unknown make all people of each sub-district, and sub-districts make the district.", tables),
    )  # fmt: skip


def _proven(situation: Situation, tables: Tables) -> Check:
    open_ = [situation.proposal.gap, *(plan.gap for plan in situation.curve.plans)]
    fair = situation.frontier is None or all(point.proven for point in situation.frontier.points)
    proven = max(open_) <= PROVEN and fair
    return Check(
        tr("choices are proven best"),
        proven,
        state("Bounds computed from prices, or from a search of all choices, prove the proposal, the curve of further sites and every point of fairness.", tables)
        if proven
        else state("Not every choice is proven best: the column of what is open says how far each may be from it.", tables),
    )  # fmt: skip


def _ledger(exact: Tables, tables: Tables) -> list[Check]:
    if "ledger" not in exact:
        return []
    # The total is the last row.
    columns = [column.to_numpy(dtype=np.float64) for _, column in exact["ledger"].frame.items()]
    closes = all(isclose(np.nansum(parts[:-1]), parts[-1], rel_tol=1e-9, abs_tol=1e-6) for parts in columns)
    return [
        Check(
            tr("accounts of people and supply close"),
            closes,
            state("People, and supply, add up to their totals now and with the proposal.", tables),
        )
    ]  # fmt: skip


def _lists(exact: Tables, tables: Tables) -> Check:
    frame = exact["left_out"].frame["candidates"]
    return Check(
        tr("every candidate has one reason or none"),
        int(frame.drop("all").sum()) == int(frame["all"]),
        state("Candidates that may be chosen and those left out make all {all}.", tables, all=Claim("left_out", "all", "candidates")),
    )  # fmt: skip


def notes(situation: Situation, tables: Tables) -> Statements:
    """Findings without room in the headline, counted exclusions and caveats."""
    return Statements(tr("Notes"), (*_found(situation, tables), *_left_out(tables), *_caveats(situation, tables)))


def _found(situation: Situation, tables: Tables) -> list[Statement]:
    found = []
    plan = {
        "plan": Claim("choices", "plan", "covered"),
        "proposal": Claim("choices", "proposal", "covered"),
        "new": Claim("choices", "plan", "new"),
    }
    if situation.planned is not None and all_shown(tables, plan):
        found.append(
            state("The plan made by hand, of {new} new sites, brings a site near {plan} people; the proposal {proposal}.", tables, words={}, **plan)
        )  # fmt: skip
    moved = numbers.closed(situation)
    if moved:
        names = ", ".join(situation.names[site] for site in moved)
        found.append(state("The proposal moves sites that stand: {names}.", tables, words={"names": names}))
    regret = {"lost": Claim("scenarios", "frail", "regret"), "least": Claim("scenarios", "frail", "least_regret")}
    if all_shown(tables, regret):
        found.append(
            state(
                "If only frail people counted, the proposal would lose {lost} percentage points against the best choice for them; the choice of least "
                "regret {least}.",
                tables, words={}, **regret,
            )
        )  # fmt: skip
    walking = {
        "now": Claim("choices", "now", "mean_walk"),
        "then": Claim("choices", "proposal", "mean_walk"),
        "best": Claim("choices", "median", "mean_walk"),
    }
    if all_shown(tables, walking):
        found.append(
            state(
                "The mean walk falls from {now} to {then} minutes; to {best}, if the least walking in all were the question.",
                tables, words={}, **walking,
            )
        )  # fmt: skip
    return found


def _left_out(tables: Tables) -> list[Statement]:
    frame = tables["exclusions"].frame
    return [
        state(text, tables, words={}, count=Claim("exclusions", row, "count"))
        for row, text in _COUNTED.items()
        if frame["count"].loc[row] != 0
    ]


def _caveats(situation: Situation, tables: Tables) -> list[Statement]:
    found = [
        state("Near is a matter of {minutes} minutes: who lives just beyond counts as far, and who lives just within as near. The mean walk in the table of choices does not have that edge.", tables, words={}, minutes=setting("access_threshold_minutes")),
        state("A site near is not yet a place: seats, prices, opening days and what people like are not in the choice, only in what is told beside it.", tables),
        state("The draws move people within their sub-district by chance alone; new housing, new streets and who moves away are not among them.", tables),
    ]  # fmt: skip
    if situation.premises.generated:
        found.append(state("No premises are listed: the middle of each committee stands for a place there. List real premises in the table “{table}” before anybody decides.", tables, words={"table": "candidate_sites"}))  # fmt: skip
    if situation.weighted:
        found.append(state("Some people count for more than others here: a frail person for {frail}, one who lives alone for {alone}. All counts shown are of people.", tables, words={}, frail=setting("frail_weight"), alone=setting("alone_weight")))  # fmt: skip
    return found


def method(situation: Situation) -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("The proposal"),
            (
                situation.walking.method,
                tr("Of all choices of new sites among the candidates that may be chosen, one is taken that brings most people near to a site; sites that stand stay, unless they may move (maximal covering location, Church and ReVelle 1974)."),
                formulas.NEXT_SITES,
                tr(formulas.NEXT_SITES_WHERE),
                tr("Homes near the very same sites are one to the search. It begins with a greedy choice and exchanges, bounds what any choice could bring by prices that people would pay for being near (Lagrangian relaxation), and searches what that leaves open by branch and bound. Values are summed from the data, and bounds from prices, so that the proof does not rest on the solver's word."),
            ),
        ),
        Section(
            tr("What fairness costs"),
            (
                formulas.FAIRNESS,
                tr(formulas.FAIRNESS_WHERE),
                tr("Every point of the curve is the most people near for its lowest share, and of such choices one with the highest lowest share."),
            ),
        ),
        Section(
            tr("How sure"),
            (
                tr("Alternatives: the best choice that leaves out at least one site of each one before it, again and again, while it lacks little. Draws: people of each sub-district placed at its homes anew, by the shares that the data tell, and the best choice sought again; a site stays where it is in that choice, or the proposal is as good."),
                formulas.REGRET,
                tr(formulas.REGRET_WHERE),
            ),
        ),
        Section(
            tr("Supply in reach"),
            (*formulas.CATCHMENT, tr(formulas.CATCHMENT_WHERE)),
        ),
        small_counts(),
    )  # fmt: skip
