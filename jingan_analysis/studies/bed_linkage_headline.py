"""The headline on linked beds: occupancy, what changed it, where people wait, what comes back, who is not covered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.bed_linkage_tables import REFUSALS
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import format_month
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EFFECT = {
    "more": mark(
        "{after} months after the break of {month} occupancy stood {difference} points higher than the season and the trend before would "
        "have brought (between {lower} and {upper})."
    ),
    "less": mark(
        "{after} months after the break of {month} occupancy stood {difference} points from what the season and the trend before would have "
        "brought (between {lower} and {upper}), that is, lower."
    ),
    "unsure": mark(
        "{after} months after the break of {month} occupancy stood {difference} points from what the season and the trend before would have "
        "brought (between {lower} and {upper}): that may be chance."
    ),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _occupancy(situation, tables),
        _effect(situation, tables),
        _waiting(tables),
        _back(tables),
        _covered(situation, tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def effect_row(tables: Tables) -> str | None:
    """The row of the latest effect of the first break that the series reaches; None without any."""
    if "effects" not in tables:
        return None
    frame = tables["effects"].frame
    known = frame[frame["difference"].notna()]
    first = [str(row) for row in known.index if str(row).split("-after")[0] == str(frame.index[0]).split("-after")[0]]
    return first[-1] if first else None


def _occupancy(situation: Situation, tables: Tables) -> Statement:
    claims = {
        "share": Claim("occupancy", "institution", "share"),
        "before": Claim("occupancy", "institution", "before_share"),
        "residents": Claim("occupancy", "institution", "by_residents"),
        "beds": Claim("occupancy", "institution", "by_beds"),
    }
    words = {"place": situation.place}
    if not all_shown(tables, claims):
        return state("No occupancy of institutions in {place} can be told.", tables, words=words)
    return state(
        "Of the bed-days in institutions of {place} {share} were occupied in the last month, against {before} last year: "
        "{residents} points through residents and {beds} through beds.",
        tables,
        words=words,
        **claims,
    )


def _effect(situation: Situation, tables: Tables) -> Statement:
    series = situation.series
    row = effect_row(tables)
    if series.refusal is not None or row is None:
        reason = REFUSALS[series.refusal or "no_break"]
        return state(reason, tables)
    month = row.partition("-after")[0]
    claims = {name: Claim("effects", row, name) for name in ("after", "difference", "lower", "upper")}
    low, high = cell(tables, "effects", row, "lower"), cell(tables, "effects", row, "upper")
    finding = EFFECT["more" if low > 0 else "less" if high < 0 else "unsure"]
    return state(finding, tables, words={"month": format_month(month)}, **claims)


def _waiting(tables: Tables) -> Statement | None:
    claims = {
        "requests": Claim("waiting", "institution", "requests"),
        "days": Claim("waiting", "institution", "median_days"),
        "open": Claim("waiting", "institution", "open"),
        "refused": Claim("waiting", "institution", "refused"),
    }
    if "waiting" not in tables or not all_shown(tables, claims):
        return None
    return state(
        "Half of the {requests} requests for an institution bed end in a move within {days} days; {refused} were refused and "
        "{open} are open.",
        tables,
        words={},
        **claims,
    )


def _back(tables: Tables) -> Statement | None:
    claims = {
        "moves": Claim("back", "medical", "moves"),
        "share": Claim("back", "medical", "back_share"),
        "days": Claim("settings", "bounce_within_days", "value"),
    }
    if "back" not in tables or not all_shown(tables, claims):
        return None
    return state(
        "Of {moves} moves from a medical bed to another kind {share} were taken back within {days} days.",
        tables,
        words={},
        **claims,
    )


def _covered(situation: Situation, tables: Tables) -> Statement | None:
    claims = {
        "covered": Claim("coverage", "holders", "covered"),
        "all": Claim("coverage", "holders", "all"),
        "share": Claim("coverage", "holders", "covered_share"),
    }
    if not all_shown(tables, claims):
        return None
    shares = tables["contracts"].frame["signed_share"].drop(DISTRICT_ROW).dropna()
    if situation.params.unit or shares.empty or not shown(tables, "contracts", str(shares.idxmin()), "signed_share"):
        return state("A contract covers {covered} of {all} people with a bed ({share}).", tables, words={}, **claims)
    first = str(shares.idxmin())
    return state(
        "A contract covers {covered} of {all} people with a bed ({share}), fewest in {lowest} ({low}): next, sign up those there.",
        tables,
        words={"lowest": situation.units.names[first]},
        low=Claim("contracts", first, "signed_share"),
        **claims,
    )
