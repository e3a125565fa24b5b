"""Checks, notes and method of the study on volunteers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "volunteers_after": mark("Left out: volunteers who joined after the last day ({count})."),
    "elders_after": mark("Left out: older people listed after the last day ({count})."),
    "pairs_after": mark("Left out: pairs begun after the last day ({count})."),
    "pairs_of_late_people": mark("Left out: pairs of somebody who came after the last day ({count})."),
    "pairs_without_volunteer": mark("Left out: pairs begun before the volunteer joined or after they left ({count})."),
    "pairs_after_list": mark("Left out: pairs begun after the older person had left the list ({count})."),
    "pairs_repeated": mark("Left out: pairs of two people who were paired already ({count})."),
    "pairs_left_open": mark(
        "Ended on the day on which the volunteer or the older person had gone: pairs without an end ({count})."
    ),
    "contacts_after": mark("Left out: contacts after the last day ({count})."),
    "contacts_of_no_pair": mark("Left out: contacts of pairs that are left out ({count})."),
    "contacts_before_pair": mark("Left out: contacts before the pair began ({count})."),
    "contacts_after_pair": mark("Left out: contacts after the pair had ended ({count})."),
    "homes_of_committee": mark(
        "People of the pairing whose home is not known, so that the middle of their committee stands for it: {count}."
    ),
    "homes_unknown": mark("Left out of the pairing: people without home and committee ({count})."),
}
_FINDINGS: tuple[tuple[str, dict[str, Claim]], ...] = (
    (
        mark(
            "{both} older people have a volunteer in each programme: added up, the programmes would count {all} people with one volunteer "
            "or more too often by so many."
        ),
        {"both": Claim("programmes", "total", "in_both"), "all": Claim("programmes", "total", "elders")},
    ),
    (
        mark(
            "Across two committees pairs are given up {ratio} times as often as within one (between {lower} and {upper}): pair neighbours "
            "first."
        ),
        {name: Claim("ratios", "across", name) for name in ("ratio", "lower", "upper")},
    ),
    (
        mark(
            "After {months} months {old} of the volunteers of the larger programme are still there, and {company} of the other one."
        ),
        {
            "months": setting("lasting_months"),
            "old": Claim("staying", "old_partners", "first_share"),
            "company": Claim("staying", "company_in_age", "first_share"),
        },
    ),
    (
        mark(
            "With at most {norm} older people each {left} places would stay without a volunteer, and {more} volunteers more would be needed."
        ),
        {
            "norm": setting("norm"),
            "left": Claim("scenarios", "norm", "unpaired"),
            "more": Claim("scenarios", "norm", "more_volunteers"),
        },
    ),
)


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    found = [_people_add_up(exact, tables), _load_is_pairs(exact, tables)]
    if situation.decision is not None:
        found += [_pairing_closes(exact, tables), _pairing_proven(situation, tables)]
    return Checks(tuple(found))


def _people_add_up(exact: Tables, tables: Tables) -> Check:
    frame = exact["by_subdistrict"].frame
    whole = bool((frame["paired"] + frame["unpaired"] == frame["listed"]).all())
    programmes = exact["programmes"].frame
    elders, in_both = programmes["elders"], programmes["in_both"]
    once = elders.drop("total").sum() - in_both.loc["total"] == elders.loc["total"]
    return Check(
        tr("everybody counts once"),
        whole and bool(once),
        state("Paired and unpaired make the list; people of the two programmes less those in both make all who are paired.", tables),
    )  # fmt: skip


def _load_is_pairs(exact: Tables, tables: Tables) -> Check:
    load, spread = exact["load"].frame, exact["load_distribution"].frame
    parts = spread["volunteers"].drop("total").sum() == spread.loc["total", "volunteers"]
    rows = load["pairs"].iloc[:-1].sum() == load["pairs"].iloc[-1]
    return Check(
        tr("the load of volunteers is the pairs"),
        bool(parts and rows),
        state("Pairs of volunteers by sub-district make all pairs, and volunteers by load make all volunteers.", tables),
    )  # fmt: skip


def _pairing_closes(exact: Tables, tables: Tables) -> Check:
    frame = exact["scenarios"].frame.drop(index="now")
    parts = frame[["kept", "moved", "new", "no_volunteer_near", "no_room"]].sum(axis=1)
    return Check(
        tr("nobody is lost in the pairing"),
        bool((parts == frame["wanted"]).all()),
        state("In every scenario kept, moved, new and left without make all places that are wanted.", tables),
    )


def _pairing_proven(situation: Situation, tables: Tables) -> Check:
    assert situation.decision is not None
    gaps = [found.gap for found in situation.decision.pairings.values()]
    gaps += [found.gap for found in situation.decision.more.values()]
    return Check(
        tr("pairings and volunteers more are proven best"),
        not any(gaps),
        state("Whole-number prices prove that no pairing of as many costs less, and sets of older people that fewer volunteers would not do.", tables)
        if not any(gaps)
        else state("Not every pairing and number of volunteers is proven best: there may be a better one.", tables),
    )  # fmt: skip


def notes(situation: Situation, tables: Tables) -> Statements:
    """Findings without room in the headline, counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    return Statements(tr("Notes"), (*_found(tables), *counted, *_missing(situation, tables), *_caveats(tables)))


def _found(tables: Tables) -> list[Statement]:
    return [state(text, tables, words={}, **claims) for text, claims in _FINDINGS if all_shown(tables, claims)]


def _missing(situation: Situation, tables: Tables) -> list[Statement]:
    found = []
    if situation.records.contacts is None:
        found.append(
            state(
                "The district has no table “{table}”: what needs it is left out.",
                tables,
                words={"table": "companion_contacts"},
            )
        )
    if "pair_curve" not in tables:
        found.append(state("The records hold no pair that ended, so that nobody can tell how long pairs last.", tables))
    if situation.decision is None:
        found.append(state("Nobody's home is known, so that no pairing can be sought.", tables))
    return found


def _caveats(tables: Tables) -> list[Statement]:
    return [
        state("Coverage is of the list of older people in special difficulty; who should be on it and is not cannot be seen here.", tables),
        state("The records of contacts tell what was entered. A contact that nobody entered counts as missed, and one that never was counts as kept.", tables),
        state("The best pairing knows walks and room only, not whether two people get on: it is a proposal to committees, name by name, and no decision.", tables),
    ]  # fmt: skip


def method(situation: Situation) -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("Who has a volunteer, and what volunteers carry"),
            (
                tr("Pairs on the last day. A person counts once, whatever the number of programmes; the ratio is pooled: all people over all volunteers."),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        Section(
            tr("Contact"),
            (
                tr("Every older person with a volunteer is checked once a week, or once in as many weeks as one contact is due in, by turns; a check counts where the person had a volunteer on every day of it, from the first Monday of the records on."),
                *formulas.EFFECTIVE_SIZE,
                tr(formulas.EFFECTIVE_SIZE_WHERE),
                formulas.P_PRIME,
                tr(formulas.P_PRIME_WHERE),
            ),
        ),
        Section(
            tr("How long pairs and volunteers last"),
            (
                tr("The ends of a pair compete; pairs that still last are censored on the last day. The hazard ratio is Cox's, with other ends as censoring."),
                formulas.INCIDENCE,
                tr(formulas.INCIDENCE_WHERE),
            ),
        ),
        Section(
            tr("The best pairing"),
            (
                situation.walking.method,
                formulas.PAIRING,
                tr(formulas.PAIRING_WHERE),
                tr("As many as can be are paired; of all ways to do that one with the least walking and breaking is chosen. It is found by a shortest-path method in whole numbers, whose prices prove that there is no better one. The fewest volunteers more follow from Hall's condition, set by set."),
            ),
        ),
        small_counts(),
    )  # fmt: skip
