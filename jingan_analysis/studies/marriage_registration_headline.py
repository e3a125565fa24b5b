"""The headline on marriages: where couples come from, what the openings did, what they saved, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import marriage_registration_words as wording
from jingan_analysis.studies.marriage_registration_days import PEAKS
from jingan_analysis.studies.result import Statements
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

CHANGED = {
    "moved": mark(
        "{opening} opening: {here} marriages a month more here (between {here_low} and {here_high}), elsewhere a change of {elsewhere} (between "
        "{elsewhere_low} and {elsewhere_high}), together {both} (between {both_low} and {both_high}): they moved here, and new ones are not shown."
    ),
    "new": mark(
        "{opening} opening: {here} marriages a month more here (between {here_low} and {here_high}), elsewhere a change of {elsewhere} (between "
        "{elsewhere_low} and {elsewhere_high}), together {both} (between {both_low} and {both_high}): they are new, not moved."
    ),
    "part": mark(
        "{opening} opening: {here} marriages a month more here (between {here_low} and {here_high}), elsewhere a change of {elsewhere} (between "
        "{elsewhere_low} and {elsewhere_high}), together {both} (between {both_low} and {both_high}): some moved here, some are new."
    ),
    "open": mark(
        "{opening} opening: {here} marriages a month more here (between {here_low} and {here_high}), elsewhere a change of {elsewhere} (between "
        "{elsewhere_low} and {elsewhere_high}), together {both} (between {both_low} and {both_high}): whether they moved or are new, these months "
        "cannot tell."
    ),
    "none": mark(
        "{opening} opening: a change of {here} marriages a month here (between {here_low} and {here_high}), no more than chance explains."
    ),
}
RATIO = mark(
    "{opening} opening: marriages here times {ratio} (between {lower} and {upper}); without numbers from elsewhere nobody can tell whether they moved."
)
NEXT = {
    "both": mark(
        "Next: on {day} offer {needed} slots in place of {slots}, so that {wished} of the couples get the day, and open {more} windows in place of "
        "{windows}: now {long} wait longer than {minutes} minutes."
    ),
    "slots": mark(
        "Next: on {day} offer {needed} slots in place of {slots}, so that {wished} of the couples get the day; its {windows} windows are enough."
    ),
    "windows": mark(
        "Next: on {day} open {more} windows in place of {windows}, for now {long} of the couples wait longer than {minutes} minutes; its {slots} slots "
        "are enough."
    ),
    "none": mark("Next: nothing is short on {day}: {slots} slots and {windows} windows are enough."),
}


def headline(tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _coming(tables),
        _changed(tables, "city"),
        _changed(tables, "inter_province"),
        _saved(tables),
        _next(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def change_claims(scope: str) -> dict[str, Claim]:
    """Change here, elsewhere and together with their bounds."""
    found = {}
    for place in ("here", "elsewhere", "both"):
        found[place] = Claim("moved_created", scope, place, decimals=0)
        found[f"{place}_low"] = Claim("moved_created", scope, f"{place}_lower", decimals=0)
        found[f"{place}_high"] = Claim("moved_created", scope, f"{place}_upper", decimals=0)
    return found


def _coming(tables: Tables) -> Statement:
    claims = {
        name: Claim("scopes", name, "marriages") for name in ("city", "inter_province", "foreign_related", "total")
    }
    claims |= {f"{name}_share": Claim("scopes", name, "share") for name in ("city", "inter_province")}
    if not all_shown(tables, claims):
        return state("Where the couples come from who marry here cannot be told.", tables)
    return state(
        "Of {total} marriages {city} ({city_share}) are of couples from elsewhere in the city, {inter_province} ({inter_province_share}) of couples "
        "from other provinces, and {foreign_related} are foreign-related.",
        tables, words={}, **claims,
    )  # fmt: skip


def _changed(tables: Tables, scope: str) -> Statement | None:
    words = {"opening": wording.scopes()[scope]}
    if "moved_created" in tables and scope in tables["moved_created"].frame.index:
        verdict = str(tables["moved_created"].frame["verdict"].loc[scope])
        claims = change_claims(scope)
        if verdict == "none":
            claims = {name: claim for name, claim in claims.items() if name.startswith("here")}
        finding = CHANGED[verdict]
        return state(finding, tables, words=words, **claims)
    ratios = {name: Claim("openings", scope, name) for name in ("ratio", "lower", "upper")}
    return state(RATIO, tables, words=words, **ratios) if all_shown(tables, ratios) else None


def _saved(tables: Tables) -> Statement | None:
    claims = {
        "hours": Claim("travel_saved", "total", "hours"),
        "low": Claim("travel_saved", "total", "hours_lower"),
        "high": Claim("travel_saved", "total", "hours_upper"),
    }
    if not all_shown(tables, claims):
        return None
    widest = str(tables["travel_inputs"].frame["total"].idxmax())
    return state(
        "By declared assumptions the openings saved couples {hours} hours of travel (between {low} and {high}); {share} of what is uncertain comes from "
        "one of them: {widest}.",
        tables, words={"widest": tables["travel_inputs"].row_labels[widest]},
        share=Claim("travel_inputs", widest, "total"), **claims,
    )  # fmt: skip


def busiest(tables: Tables) -> str | None:
    """The first of the days that couples choose whose slots and windows are both told; None without one."""
    for day in PEAKS:
        if shown(tables, "peak_demand", day, "needed") and shown(tables, "windows", day, "needed_for_all"):
            return day
    return None


def _next(tables: Tables) -> Statement | None:
    day = busiest(tables)
    if day is None:
        return None
    slots = cell(tables, "peak_demand", day, "needed") > cell(tables, "peak_demand", day, "slots")
    more = cell(tables, "windows", day, "needed_for_all") > cell(tables, "windows", day, "windows")
    claims = {
        "slots": Claim("peak_demand", day, "slots"),
        "needed": Claim("peak_demand", day, "needed"),
        "wished": share_setting("wished_share"),
        "windows": Claim("windows", day, "windows"),
        "more": Claim("windows", day, "needed_for_all"),
        "long": Claim("windows", day, "long_share"),
        "minutes": setting("wait_minutes"),
    }
    finding = NEXT[
        {(True, True): "both", (True, False): "slots", (False, True): "windows", (False, False): "none"}[slots, more]
    ]
    return state(finding, tables, words={"day": wording.days()[day]}, **claims)
