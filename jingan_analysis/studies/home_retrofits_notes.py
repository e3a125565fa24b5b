"""Checks, notes and method of the study on adapted homes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies import home_retrofits_words as wording
from jingan_analysis.studies.published_figures import made_to_agree, published_checks
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "applications_after": mark("Left out: applications made after the last day ({count})."),
    "stage_missing": mark("Left out: applications with a step but not the one before it ({count})."),
    "out_of_order": mark("Left out: applications with days out of order ({count})."),
    "applied_again": mark("Left out: applications of a home that was adapted before ({count})."),
    "applied_at_once": mark("Left out: applications made while another of the home or person was open ({count})."),
    "watched_after": mark("Left out: watches begun after the last day ({count})."),
    "falls_after": mark("Left out: falls after the last day ({count})."),
    "falls_unwatched": mark("Left out: falls of people who are not watched ({count})."),
    "falls_outside": mark("Left out: falls outside the watch of the person ({count})."),
}
_FINDINGS: tuple[tuple[str, dict[str, Claim]], ...] = (
    (
        mark(
            "The works cost {total} yuan in all, of which subsidies paid {share}; half of the homes cost no more than {median} yuan."
        ),
        {
            "total": Claim("by_year", "total", "total_yuan"),
            "share": Claim("by_year", "total", "subsidy_share"),
            "median": Claim("by_year", "total", "median_yuan"),
        },
    ),
    (
        mark(
            "In the {days} days before an application people fell {ratio} times as often at home as otherwise (between {lower} and {upper})."
        ),
        {
            "days": Claim("settings", "pre_exposure_days", "value"),
            "ratio": Claim("falls_home", "prompted", "ratio"),
            "lower": Claim("falls_home", "prompted", "lower"),
            "upper": Claim("falls_home", "prompted", "upper"),
        },
    ),
    (
        mark(
            "Falls elsewhere are the control, which a safer home should not change: after acceptance {ratio} (between {lower} and {upper})."
        ),
        {
            "ratio": Claim("falls_elsewhere", "after", "ratio"),
            "lower": Claim("falls_elsewhere", "after", "lower"),
            "upper": Claim("falls_elsewhere", "after", "upper"),
        },
    ),
    (
        mark(
            "Of the fall ratio after acceptance at home, the first {days} days show {early} and the time after them {late}."
        ),
        {
            "days": Claim("settings", "early_days", "value"),
            "early": Claim("falls_split", "early", "ratio"),
            "late": Claim("falls_split", "late", "ratio"),
        },
    ),
    (
        mark(
            "Along need the concentration index of adapted homes is {index} (between {lower} and {upper}); zero means that they follow need."
        ),
        {name: Claim("concentration", "standard", name) for name in ("index", "lower", "upper")},
    ),
)
CONTROL = {
    "quiet": mark("Falls elsewhere did not change beyond chance after acceptance: between {lower} and {upper} times as many."),
    "loud": mark(
        "Falls elsewhere changed after acceptance, too: between {lower} and {upper} times as many. Something else than the home changed, and the ratio at home holds it."
    ),
}  # fmt: skip
ENDS = {
    "quiet": mark("Watches that broke off did not do so after falls beyond chance: {observed} falls in their last days, {expected} expected."),
    "loud": mark(
        "Watches broke off after falls more or less often than chance has it: {observed} falls in their last days, {expected} expected. The ratios are biased."
    ),
}  # fmt: skip


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    found = [_stages_close(situation, tables), _units_add_up(exact, tables)]
    for more in (_control(exact, tables), _ends(exact, tables)):
        found += [] if more is None else [more]
    return Checks((*found, *published_checks(tables)))


def _stages_close(situation: Situation, tables: Tables) -> Check:
    """The ledger itself stops the study where it does not close."""
    detail = (
        state(
            "At every stage each of the {all} applications went on, ended or is open.",
            tables,
            all=Claim("stages", "total", "reached"),
        )
        if shown(tables, "stages", "total", "reached")
        else state("At every stage each application went on, ended or is open.", tables)
    )
    return Check(tr("no application is lost at a stage"), True, detail)


def _units_add_up(exact: Tables, tables: Tables) -> Check:
    frame = exact["by_subdistrict"].frame
    columns = ["applications", "accepted", "withdrawn", "other", "open"]
    parts = frame[columns].drop(DISTRICT_ROW).sum()
    rows = frame[["accepted", "withdrawn", "other", "open"]].sum(axis=1)
    passed = bool((parts == frame.loc[DISTRICT_ROW, columns]).all() and (rows == frame["applications"]).all())
    return Check(
        tr("applications add up over sub-districts and over how they stand"),
        passed,
        state("Every application belongs to one sub-district and stands in one way.", tables),
    )


def _control(exact: Tables, tables: Tables) -> Check | None:
    claims = {name: Claim("falls_elsewhere", "after", name) for name in ("lower", "upper")}
    if not all_shown(exact, claims) or not all_shown(tables, claims):
        return None
    low, high = (cell(tables, "falls_elsewhere", "after", name) for name in ("lower", "upper"))
    quiet = low <= 1 <= high
    finding = CONTROL["quiet" if quiet else "loud"]
    return Check(
        tr("falls elsewhere, the control, stay as they were"), quiet, state(finding, tables, words={}, **claims)
    )


def _ends(exact: Tables, tables: Tables) -> Check | None:
    claims = {name: Claim("falls_checks", "home", name) for name in ("observed", "expected", "ends_p_value")}
    if not all_shown(exact, claims) or not all_shown(tables, claims):
        return None
    level = 1 - float(exact["settings"].frame["value"].loc["confidence"])
    quiet = cell(tables, "falls_checks", "home", "ends_p_value") >= level
    told = {name: claims[name] for name in ("observed", "expected")}
    finding = ENDS["quiet" if quiet else "loud"]
    return Check(tr("watches do not break off because of falls"), quiet, state(finding, tables, words={}, **told))


def notes(situation: Situation, tables: Tables) -> Statements:
    """Findings that the headline has no room for, counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    found = [state(text, tables, words={}, **claims) for text, claims in _FINDINGS if all_shown(tables, claims)]
    agree = made_to_agree(tables, synthetic=situation.synthetic)
    refused = [
        state("{place}: {reason}", tables, words={"place": tr(wording.PLACES[place]), "reason": tr(wording.REFUSALS[falls.refusal])})
        for place, falls in situation.falls.items()
        if falls.refusal is not None
    ]  # fmt: skip
    return Statements(
        tr("Notes"),
        (*found, _rank(situation, tables), *counted, *_missing(situation, tables), *refused, *agree, *_caveats(tables)),
    )


def _rank(situation: Situation, tables: Tables) -> Statement:
    if "rank" not in tables:
        return state(
            "That the district is the first of the central districts by adapted homes was published, but cannot be checked: no figures of the others are given.",
            tables,
        )
    claims = {"rank": Claim("rank", DISTRICT_ROW, "rank"), "homes": Claim("rank", DISTRICT_ROW, "households")}
    if not all_shown(tables, claims):
        return state("The rank among central districts is not shown, to protect small groups.", tables)
    return state(
        "By number of adapted homes ({homes}) the district ranks {rank} among the districts given, large and small alike.",
        tables,
        words={},
        **claims,
    )


def _missing(situation: Situation, tables: Tables) -> list[Statement]:
    records = situation.records
    given = {
        "population": situation.older,
        "retrofit_need": records.need,
        "fall_observation": records.watched,
        "fall_events": records.falls,
    }
    return [
        state("The district has no table “{table}”: what needs it is left out.", tables, words={"table": name})
        for name, table in given.items()
        if table is None
    ]


def _caveats(tables: Tables) -> list[Statement]:
    return [
        state(
            "A number of adapted homes is no rate, and a cumulative one has no year: both are given here with what they are counted over.",
            tables,
        ),
        state(
            "The comparison of falls assumes that falls are independent within a person but for what it adjusts for, that a watch does not end because of a fall, and "
            "that no other thing changed at acceptance. People who died or moved away are followed until then.",
            tables,
        ),
        state(
            "Time before the application is kept apart, because a fall may prompt one; whoever withdrew counts as not adapted afterwards.",
            tables,
        ),
        state(
            "Need is as current as the table it comes from; who is in need and not known to anybody is in no number of this report.",
            tables,
        ),
    ]


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("From application to acceptance"),
            (
                tr(
                    "An application is accepted, withdrawn or refused, or the person moves away or dies; these compete, and open applications are "
                    "censored on the last day. One minus Kaplan and Meier's estimate would count the withdrawn as if they could still be accepted."
                ),
                formulas.INCIDENCE,
                tr(formulas.INCIDENCE_WHERE),
                formulas.COMPETING_MEDIAN,
                tr(formulas.COMPETING_MEDIAN_WHERE),
            ),
        ),
        Section(
            tr("Sub-districts compared"),
            (
                tr(
                    "Only applications old enough to have had the days are compared, so that a share needs no censoring. Limits around the district's "
                    "share say how far chance alone may carry a sub-district of that size; the wider ones add the differences that are usual here."
                ),
                formulas.FUNNEL,
                tr(formulas.FUNNEL_WHERE),
            ),
        ),
        Section(
            tr("Need"),
            (
                tr(
                    "Adapted homes of a group over households in need of it, known from outside the applications. Shares of adapted homes are held "
                    "against shares of the need; the concentration index asks whether places with dense need are served more or less."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
                formulas.ALONG_NEED,
                tr(formulas.ALONG_NEED_WHERE),
            ),
        ),
        Section(
            tr("Falls"),
            (
                tr(
                    "A self-controlled case series (Farrington; Whitaker and others): falls of the same person in different times are compared, so that "
                    "whatever stays the same with a person cancels out. Age in bands of five years and quarters of the year are adjusted for as far as "
                    "enough falls are in each. The days before an application and those until acceptance are windows of their own."
                ),
                formulas.CASE_SERIES,
                tr(formulas.CASE_SERIES_WHERE),
                tr(
                    "The simple comparison beside it takes rates before the application and after acceptance as they are."
                ),
                formulas.CRUDE_RATIO,
                tr(formulas.CRUDE_RATIO_WHERE),
            ),
        ),
        small_counts(),
    )
