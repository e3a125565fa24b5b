"""Checks, notes and method of the study on linked beds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.bed_linkage_tables import REFUSALS
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.shown import all_shown, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "stock_after": mark("Left out: rows on beds after the last month ({count})."),
    "stays_after": mark("Left out: stays begun after the last day ({count})."),
    "stays_in_closed": mark("Left out: stays begun in an institution that had closed ({count})."),
    "stays_overlapping": mark("Left out: stays in a kind of bed that the person still held ({count})."),
    "stays_at_once": mark("Left out: stays beside another kind of bed that cannot be held at once ({count})."),
    "stays_after_death": mark("Left out: stays begun after the person's death ({count})."),
    "requests_after": mark("Left out: requests made after the last day ({count})."),
    "contracts_after": mark("Left out: contracts signed after the last day ({count})."),
    "services_after": mark("Left out: services given after the last day ({count})."),
}
_EXACT = 1e-12
_FINDINGS: tuple[tuple[str, dict[str, Claim]], ...] = (
    (
        mark(
            "Of people with a contract {served} had a listed service within {days} days; the records of {linked} are linked, and of "
            "{fresh} they were matched within {fresh_days} days."
        ),
        {
            "served": Claim("coverage", "served", "covered_share"),
            "days": Claim("settings", "service_within_days", "value"),
            "linked": Claim("coverage", "linked", "covered_share"),
            "fresh": Claim("coverage", "fresh", "covered_share"),
            "fresh_days": Claim("settings", "fresh_within_days", "value"),
        },
    ),
    (
        mark(
            "Through the green channel {green} moved within {days} days, otherwise {other}: who goes through it is not chosen by lot."
        ),
        {
            "green": Claim("channels", "green", "within_share"),
            "days": Claim("settings", "moved_within_days", "value"),
            "other": Claim("channels", "other", "within_share"),
        },
    ),
    (
        mark(
            "Whoever comes to an institution bed spends {stayed} days of the year after in one, {medical} in a medical bed and {home} at "
            "home, on the average."
        ),
        {
            "stayed": Claim("days_after", "institution", "institution"),
            "medical": Claim("days_after", "institution", "medical"),
            "home": Claim("days_after", "institution", "home"),
        },
    ),
    (
        mark(
            "Of the {beds} usable institution beds {needed} would do for the present load of {load}, if a share of {share} of the arrivals "
            "may find none free and all were one pool."
        ),
        {
            "load": Claim("needed", "institution", "load"),
            "needed": Claim("needed", "institution", "needed"),
            "beds": Claim("needed", "institution", "beds"),
            "share": Claim("settings", "blocked_share", "value"),
        },
    ),
)


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    return Checks((_account_closes(situation, tables), _change_adds_up(exact, tables), _days_agree(situation, tables)))


def _account_closes(situation: Situation, tables: Tables) -> Check:
    detail = (
        state(
            "For every kind of bed and every month on record, who was there plus who came less who went is who is there; {all} "
            "moves in the twelve months.",
            tables,
            all=Claim("flows", "total", "total"),
        )
        if shown(tables, "flows", "total", "total")
        else state("For every kind of bed and every month on record the account of stays closes.", tables)
    )
    return Check(tr("stock and flow close for every kind and month"), situation.account.ledger.closes, detail)


def _change_adds_up(exact: Tables, tables: Tables) -> Check:
    frame = exact["occupancy"].frame.dropna(subset=["change"])
    gap = frame["change"] - frame["by_residents"] - frame["by_beds"]
    told = (frame["share"] - frame["before_share"]) * POINTS - frame["change"]
    closes = bool((gap.abs() <= _EXACT * POINTS).all() and (told.abs() <= _EXACT * POINTS).all())
    return Check(
        tr("the change of occupancy is that of residents and of beds"),
        closes,
        state(
            "The two parts of every change of occupancy add up to it, and it is the difference of the two occupancies.",
            tables,
        ),
    )


def _days_agree(situation: Situation, tables: Tables) -> Check:
    """Bed-days that institutions report against the nights of the stays, in the last month."""
    records = situation.records
    first, until = pd.Timestamp(f"{records.end:%Y-%m}-01"), records.end + pd.Timedelta(days=1)
    stays = records.stays
    begin = stays["started_on"].where(stays["started_on"] > first, first)
    end = stays["ended_on"].where(stays["ended_on"] < until, until)
    nights = (end - begin).dt.days.clip(lower=0).groupby(stays["bed_type"]).sum()
    now = records.stock[records.stock["month"] == f"{records.end:%Y-%m}"]
    reported = now.groupby("bed_type")["occupied_bed_days"].sum()
    agrees = (
        bool((reported - nights.reindex(reported.index, fill_value=0)).abs().max() == 0) if len(reported) else False
    )
    return Check(
        tr("bed-days are the nights of the stays"),
        agrees,
        state(
            "Occupied bed-days that institutions report for the last month are the nights of the stays on record, for every kind.",
            tables,
        )
        if agrees
        else state(
            "Occupied bed-days that institutions report for the last month are not the nights of the stays on record: stays are "
            "missing, or beds are counted otherwise.",
            tables,
        ),
    )


def notes(situation: Situation, tables: Tables) -> Statements:
    """Counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    given = {
        "bed_requests": situation.records.requests,
        "bed_contracts": situation.records.contracts,
        "bed_services": situation.records.services,
        "data_links": situation.records.links,
        "comparison_occupancy": situation.records.comparison,
    }
    missing = [
        state("The district has no table “{table}”: what needs it is left out.", tables, words={"table": name})
        for name, table in given.items()
        if table is None
    ]
    refused = situation.series.refusal
    reason = [] if refused is None else [state(REFUSALS[refused], tables)]
    return Statements(tr("Notes"), (*_found(tables), *counted, *missing, *reason, *_caveats(tables)))


def _found(tables: Tables) -> list[Statement]:
    """Findings that the headline has no room for, each where its numbers may be shown."""
    return [state(text, tables, words={}, **claims) for text, claims in _FINDINGS if all_shown(tables, claims)]


def _caveats(tables: Tables) -> list[Statement]:
    return [
        state(
            "A rise between two figures proves no effect: homes may have been filling anyway. Only a series with enough months before "
            "and after, and places of comparison, can tell one from the other.",
            tables,
        ),
        state(
            "Persons, stays, moves and requests are four different counts: one person may have several of each, and two beds at once.",
            tables,
        ),
        state(
            "Beds and contracts are those of institutions in the place; stays, moves and requests those of people whose home is there.",
            tables,
        ),
        state(
            "Who moves sooner, or through the green channel, is not chosen by lot. Nothing here says what a channel does to the same person.",
            tables,
        ),
    ]


def method() -> tuple[Section, ...]:
    """How the numbers were made."""
    return (
        Section(
            tr("Occupancy and its change"),
            (
                tr(
                    "Occupancy is occupied bed-days over usable bed-days of a month, so that beds opened during it count for their days."
                ),
                formulas.OCCUPANCY,
                tr(formulas.OCCUPANCY_WHERE),
            ),
        ),
        Section(
            tr("Changes at a break"),
            (
                tr(
                    "An interrupted time series: log odds of an occupied bed-day follow a trend, a wave over the year and the days of the "
                    "Spring Festival in the month; at each break level and slope may change, the slope counted from the break. With places "
                    "of comparison the same is fitted to them at once, and the changes are those beyond theirs."
                ),
                formulas.INTERRUPTED,
                tr(formulas.INTERRUPTED_WHERE),
                tr(
                    "Bed-days of one month are far from independent: the dispersion is estimated, and intervals allow for autocorrelation, "
                    "averaged over its possible values by how well they fit (Zellner and Tiao). Newey–West errors stand beside them. With "
                    "two points, or too few months on a side, nothing is estimated and the report says so."
                ),
            ),
        ),
        Section(
            tr("Moves and stays"),
            (
                tr(
                    "Stocks are counted on the first day of each month and flows between, each from the stays alone, so that an account that "
                    "does not close shows itself."
                ),
                tr(
                    "Days in each state within a year come from Aalen and Johansen's estimate of the chance to be in it on each day; a home "
                    "care bed with a home sickbed beside it is a state of its own."
                ),
                formulas.OCCUPATION,
                tr(formulas.OCCUPATION_WHERE),
            ),
        ),
        Section(
            tr("Waiting and beds"),
            (
                tr(
                    "A request ends in a move, a refusal, a withdrawal or a death; these compete, and open requests are censored on the last "
                    "day."
                ),
                formulas.INCIDENCE,
                tr(formulas.INCIDENCE_WHERE),
                formulas.ERLANG_B,
                tr(formulas.ERLANG_B_WHERE),
            ),
        ),
        Section(
            tr("Three coverages"),
            (
                tr(
                    "“Full coverage” was published three times without saying of what. Each has its denominator here: open homes, people "
                    "with an institution bed or a home care bed, and people with a contract in force."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        small_counts(),
    )
