"""What a sub-district's page says first: of the couples who live there, not of the office of the whole district."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import marriage_registration_words as wording
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

CHANGED = {
    "more": mark("{opening} opening: marriages here of couples who live in {place} times {ratio} (between {lower} and {upper})."),
    "fewer": mark("{opening} opening: marriages here of couples who live in {place} fell, times {ratio} (between {lower} and {upper})."),
    "none": mark("{opening} opening: marriages here of couples who live in {place} times {ratio} (between {lower} and {upper}), no more than chance explains."),
}  # fmt: skip
LEFT_OUT = (
    mark("Slots, windows, waits and the days that couples choose belong to the office of the whole district: its own page tells them, this one leaves them out."),
    mark("Whether marriages moved here or are new can be asked of the whole office only: the numbers from elsewhere do not tell where the couples live."),
    mark("Months are made comparable by the calendar of the whole office: which days its couples choose."),
)  # fmt: skip
"""What a sub-district's page leaves to the page of the whole district."""


def unit_headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences on the couples who live in the sub-district."""
    words = {"place": situation.units.names[str(situation.params.unit)]}
    sentences = [
        _who(tables, words),
        _rate(str(situation.params.unit), tables),
        _changed(tables, words),
        _saved(tables),
        _next(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def _who(tables: Tables, words: dict[str, str]) -> Statement:
    total = {"total": Claim("scopes", "total", "marriages")}
    openings = total | {
        "city": Claim("scopes", "city", "marriages"),
        "city_share": Claim("scopes", "city", "share"),
        "inter": Claim("scopes", "inter_province", "marriages"),
        "inter_share": Claim("scopes", "inter_province", "share"),
        "all_share": Claim("residence", "total", "inter_province_share"),
    }
    if all_shown(tables, openings):
        return state(
            "Of {total} marriages of couples who live in {place}, {city} ({city_share}) are city-wide and {inter} ({inter_share}) inter-provincial; of all "
            "marriages at the office {all_share} are inter-provincial.",
            tables, words=words, **openings,
        )  # fmt: skip
    own = total | {"own": Claim("scopes", "local", "marriages"), "share": Claim("scopes", "local", "share")}
    if all_shown(tables, own):
        return state(
            "Of {total} marriages of couples who live in {place}, {own} ({share}) are of the own district or foreign-related; the other scopes are too small to be told one by one.",
            tables, words=words, **own,
        )  # fmt: skip
    if all_shown(tables, total):
        return state(
            "{total} marriages of couples who live in {place} were registered here.", tables, words=words, **total
        )
    return state("How many couples who live in {place} married here is too few to be told.", tables, words=words)


def _rate(unit: str, tables: Tables) -> Statement | None:
    claims = {
        "rate": Claim("rates", unit, "rate"),
        "low": Claim("rates", unit, "rate_lower"),
        "high": Claim("rates", unit, "rate_upper"),
        "all": Claim("rates", DISTRICT_ROW, "rate"),
    }
    if not all_shown(tables, claims):
        return None
    return state(
        "That is {rate} marriages for every thousand residents (between {low} and {high}), against {all} in all sub-districts together.",
        tables, words={}, **claims,
    )  # fmt: skip


def _changed(tables: Tables, words: dict[str, str]) -> Statement | None:
    claims = {name: Claim("openings", "city", name) for name in ("ratio", "lower", "upper")}
    if not all_shown(tables, claims):
        return None
    row = tables["openings"].frame.loc["city"]
    verdict = "more" if row["lower"] > 1 else "fewer" if row["upper"] < 1 else "none"
    finding = CHANGED[verdict]
    return state(finding, tables, words=words | {"opening": wording.scopes()["city"]}, **claims)


def _saved(tables: Tables) -> Statement | None:
    claims = {
        "hours": Claim("travel_saved", "total", "hours"),
        "low": Claim("travel_saved", "total", "hours_lower"),
        "high": Claim("travel_saved", "total", "hours_upper"),
    }
    if not all_shown(tables, claims):
        return None
    return state(
        "By declared assumptions the openings saved these couples {hours} hours of travel (between {low} and {high}).",
        tables, words={}, **claims,
    )  # fmt: skip


def hardest(tables: Tables) -> str | None:
    """The scope whose couples surely lack documents most often: the highest lower bound; None where fewer than two are told."""
    if "visits" not in tables:
        return None
    known = tables["visits"].frame["short_lower"].drop("total").dropna()
    return str(known.idxmax()) if len(known) > 1 else None


def _next(tables: Tables) -> Statement | None:
    scope = hardest(tables)
    claims = {
        "share": Claim("visits", scope or "total", "short_share"),
        "low": Claim("visits", scope or "total", "short_lower"),
        "high": Claim("visits", scope or "total", "short_upper"),
    }
    if not all_shown(tables, claims):
        return None
    if scope is None:
        return state(
            "Next: tell couples before they come what to bring. Documents were short in {share} of the visits (between {low} and {high}).",
            tables, words={}, **claims,
        )  # fmt: skip
    claims["all"] = Claim("visits", "total", "short_share")
    return state(
        "Next: tell couples before they come what to bring. Documents were short in {share} of the visits under “{scope}” (between {low} and {high}), against {all} of all visits.",
        tables, words={"scope": wording.scopes()[scope]}, **claims,
    )  # fmt: skip


def unit_notes(situation: Situation, tables: Tables) -> list[Statement]:
    """Who did not come, who is on no sub-district's page, and what is left to the page of the whole district."""
    words = {"place": situation.units.names[str(situation.params.unit)]}
    told = (
        (
            mark("Of {booked} appointments of couples who live in {place}, {share} were not kept (between {low} and {high})."),
            {
                "booked": Claim("kept", "total", "booked"),
                "share": Claim("kept", "total", "no_show_share"),
                "low": Claim("kept", "total", "no_show_lower"),
                "high": Claim("kept", "total", "no_show_upper"),
            },
        ),
        (
            mark("Of {total} marriages at the office {elsewhere} are of couples who live elsewhere, or of whom no sub-district is noted: they are on no sub-district’s page."),
            {
                "total": Claim("residence", "total", "marriages"),
                "elsewhere": Claim("residence", "elsewhere", "marriages"),
            },
        ),
    )  # fmt: skip
    found = [state(text, tables, words=words, **claims) for text, claims in told if all_shown(tables, claims)]
    return [*found, *(state(text, tables) for text in LEFT_OUT)]
