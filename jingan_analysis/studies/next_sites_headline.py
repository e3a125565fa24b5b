"""The headline of where next: what the proposal brings, where, how sure, what fairness costs, where to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import next_sites_words as wording
from jingan_analysis.studies.counted_people import counted_people
from jingan_analysis.studies.result import Statements
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.next_sites_situation import Situation
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

PROVEN = 1e-9
"""Share of a proof that may be open by rounding alone."""

_MOST_NAMED = 4

WORTHWHILE = Claim(SETTINGS, "worthwhile_persons", "value", kind="count")
"""The parameter as the count that it is."""

PLACES = {
    True: mark("Best places: {names}. Proven: no other choice among the {open} candidates brings more people near."),
    False: mark(
        "Best places found: {names}. Not proven: another choice among the {open} candidates may bring up to {gap} more."
    ),
}
SURE = {
    "alone": mark(
        "How sure: if people lived elsewhere within their sub-district, {least_name} would stay in {least} of the draws, no site less often; no "
        "other choice is nearly as good."
    ),
    "least": mark(
        "How sure: if people lived elsewhere within their sub-district, {most_name} would stay in {most} of the draws and {least_name} in "
        "{least}; {alternatives} choices are nearly as good, and {often_name} stands in {often} of them."
    ),
    "same": mark(
        "How sure: if people lived elsewhere within their sub-district, each site would stay in {most} of the draws; {alternatives} "
        "choices are nearly as good, and {often_name} stands in {often} of them."
    ),
}


NOT_ONE = mark("Where to stop: not even the first new site brings {worthwhile} people near; it would bring {next}.")


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    found = [
        _gain(situation, tables),
        _places(situation, tables),
        _sure(situation, tables),
        _fair(situation, tables),
        _stop(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in found if sentence is not None))


def _gain(situation: Situation, tables: Tables) -> Statement:
    row, words = situation.row, _words(situation, tables)
    claims = {
        "after": Claim("by_subdistrict", row, "after_share"),
        "before": Claim("by_subdistrict", row, "before_share"),
        "minutes": setting("access_threshold_minutes"),
        "gained": Claim("by_subdistrict", row, "gained"),
        "missed": Claim("by_subdistrict", row, "missed"),
        "new": Claim("choices", "proposal", "new"),
    }
    if "sites" not in tables:
        kept = ("before", "minutes", "missed")
        return state(
            "No new site can be proposed: {before} of the {people} in {place} have {site} within {minutes} minutes, and {missed} do not.",
            tables, words=words, **{name: claims[name] for name in kept},
        )  # fmt: skip
    return state(
        "New {sites}: {new}. With them {after} of the {people} in {place} would have one within {minutes} minutes, against {before} now: "
        "{gained} people more; {missed} would still be beyond it.",
        tables, words={name: word for name, word in words.items() if name != "site"}, **claims,
    )  # fmt: skip


def _words(situation: Situation, tables: Tables) -> dict[str, Text]:
    facility = situation.params.facility
    return {
        "site": tr(wording.SITE[facility]),
        "sites": tr(wording.SITES[facility]),
        "people": counted_people(situation.params, tables),
        "place": situation.place,
    }


def _named(situation: Situation, tables: Tables) -> str:
    ids = list(tables["sites"].frame.index)
    return listed([situation.names[str(one)] for one in ids[:_MOST_NAMED]], and_others=len(ids) > _MOST_NAMED)


def _places(situation: Situation, tables: Tables) -> Statement | None:
    if "sites" not in tables:
        return None
    proven = situation.proposal.gap <= PROVEN
    claims = {"open": Claim("left_out", "open", "candidates")}
    if not proven:
        claims["gap"] = Claim("choices", "proposal", "gap")
    finding = PLACES[proven]
    return state(finding, tables, words={"names": _named(situation, tables)}, **claims)


def _sure(situation: Situation, tables: Tables) -> Statement | None:
    if "sites" not in tables or situation.staying is None:
        return None
    frame = tables["sites"].frame
    most, least = str(frame["stays"].astype(float).idxmax()), str(frame["stays"].astype(float).idxmin())
    often = str(frame["in_alternatives"].astype(float).idxmax())
    claims = {
        "most": Claim("sites", most, "stays", decimals=0),
        "least": Claim("sites", least, "stays", decimals=0),
        "often": Claim("sites", often, "in_alternatives", decimals=0),
        "alternatives": Claim("decision", "alternatives", "number"),
    }
    words = {"most_name": most, "least_name": least, "often_name": often}
    named = {name: situation.names[site] for name, site in words.items()}
    finding = SURE["least"]
    if len(situation.alternatives.plans) == 1 and situation.alternatives.complete:
        finding, named, claims = SURE["alone"], {"least_name": named["least_name"]}, {"least": claims["least"]}
    elif frame["stays"].nunique() == 1:
        finding, named = SURE["same"], {"often_name": named["often_name"]}
        del claims["least"]
    return state(finding, tables, words=named, **claims)


def _fair(situation: Situation, tables: Tables) -> Statement | None:
    if "frontier" not in tables:
        return None
    frame = tables["frontier"].frame
    first, last = str(frame.index[0]), str(frame.index[-1])
    worst = {"worst": Claim("frontier", first, "worst")}
    words = {"area": str(frame["area"].iloc[0])}
    claims = {**worst, "best": Claim("frontier", last, "worst"), "price": Claim("frontier", last, "price")}
    if len(frame) == 1 and cell(tables, "frontier", first, "worst") >= 1.0:
        return None
    if len(frame) == 1 or not all_shown(tables, claims):
        return state(
            "Fairness: the share is lowest in {area}, {worst}, and no choice lifts it further.", tables, words=words, **worst
        )  # fmt: skip
    return state(
        "Fairness: the lowest share, in {area}, would be {worst}; another choice lifts the lowest one to {best}, at the price of {price} people fewer "
        "in all.",
        tables, words=words, **claims,
    )  # fmt: skip


def _stop(tables: Tables) -> Statement | None:
    frame, stop = tables["stop_curve"].frame, int(cell(tables, "decision", "stop", "number"))
    if len(frame) < 2:
        return None
    following = str(stop + 1)
    claims = {"worthwhile": WORTHWHILE, "stop": Claim("decision", "stop", "number")}
    if shown(tables, "stop_curve", following, "gained"):
        after = Claim("stop_curve", following, "gained")
        if str(stop) == frame.index[0]:
            return state(NOT_ONE, tables, words={}, worthwhile=WORTHWHILE, next=after)
        finding = mark(
            "Where to stop: up to {stop} new sites each further one brings at least {worthwhile} people near; the next one would bring {next}."
        )
        return state(finding, tables, words={}, **claims, next=after)
    last = str(frame.index[-1])
    if not shown(tables, "stop_curve", last, "gained") or cell(tables, "stop_curve", last, "gained") <= 0:
        return None
    return state(
        "Where to stop: even the last of {stop} new sites brings {gained} people near, more than the {worthwhile} that make one worth it.",
        tables, words={}, **claims, gained=Claim("stop_curve", last, "gained"),
    )  # fmt: skip
