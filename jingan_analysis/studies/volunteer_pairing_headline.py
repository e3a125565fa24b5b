"""The headline on volunteers: who has one, who carries too much, where contact fails, what lasts, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

PAIRED = {
    "district": mark(
        "Of {listed} older people on the list {paired} have a volunteer ({share}), fewest in {lowest} ({low}); {unpaired} have nobody."
    ),
    "place": mark(
        "Of {listed} older people on the list in {place} {paired} have a volunteer ({share}); {unpaired} have nobody."
    ),
}
NEXT = {
    "place": mark(
        "Next: {more} volunteers more in {place} would give everybody within reach one, and {norm_more} would keep all to the norm of {norm}."
    ),
    "place_norm": mark(
        "Next: the volunteers in {place} would do for everybody within reach; {norm_more} more would keep all to the norm of {norm}."
    ),
    "place_none": mark(
        "Next: the volunteers in {place} would do for everybody within reach, and keep all to the norm of {norm}."
    ),
    "some": mark(
        "Next: with {more} volunteers more, most of them in {where}, everybody within reach would have one; {kept} of the pairs stay as "
        "they are in the best pairing, and the mean walk falls from {now} to {best} m."
    ),
    "none": mark(
        "Next: the volunteers there are would do for everybody within reach; {kept} of the pairs stay as they are in the best pairing, and "
        "the mean walk falls from {now} to {best} m."
    ),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _paired(situation, tables),
        _load(situation, tables),
        _contact(situation, tables),
        _lasting(tables),
        _next(situation, tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def lowest(situation: Situation, tables: Tables, table: str, column: str) -> str | None:
    """Sub-district with the smallest value that may be shown; None without one, or in a report on one."""
    if table not in tables or situation.params.unit is not None:
        return None
    values = tables[table].frame[column].drop(DISTRICT_ROW).dropna()
    return None if values.empty else str(values.idxmin())


def highest(situation: Situation, tables: Tables, table: str, column: str) -> str | None:
    """Sub-district with the largest value that may be shown; None without one, or in a report on one."""
    if table not in tables or situation.params.unit is not None:
        return None
    values = tables[table].frame[column].drop(DISTRICT_ROW).dropna()
    return None if values.empty or not values.max() > 0 else str(values.idxmax())


def _paired(situation: Situation, tables: Tables) -> Statement:
    row = situation.row
    claims = {name: Claim("by_subdistrict", row, name) for name in ("listed", "paired", "unpaired")}
    claims["share"] = Claim("by_subdistrict", row, "paired_share")
    words = {"place": situation.place}
    if not all_shown(tables, claims):
        return state(
            "How many of the older people on the list in {place} have a volunteer cannot be told.", tables, words=words
        )
    least = lowest(situation, tables, "by_subdistrict", "paired_share")
    finding = PAIRED["place" if least is None else "district"]
    if least is None:
        return state(finding, tables, words=words, **claims)
    claims["low"] = Claim("by_subdistrict", least, "paired_share")
    return state(finding, tables, words={"lowest": situation.units.names[least]}, **claims)


def _load(situation: Situation, tables: Tables) -> Statement | None:
    row = situation.row
    claims = {
        "ratio": Claim("programmes", "total", "ratio"),
        "share": Claim("load", row, "over_share"),
        "excess": Claim("load", row, "excess"),
        "norm": setting("norm"),
    }
    if not all_shown(tables, claims):
        return None
    return state(
        "There are {ratio} older people for each volunteer, everybody counted once; {share} of the volunteers have more than the norm of "
        "{norm}, by {excess} pairs together.",
        tables,
        words={},
        **claims,
    )


def _contact(situation: Situation, tables: Tables) -> Statement | None:
    row = situation.row
    claims = {
        "share": Claim("compliance", row, "share"),
        "gap": Claim("compliance", row, "long_gap_share"),
        "days": setting("long_gap_days"),
    }
    if not all_shown(tables, claims):
        return None
    least = lowest(situation, tables, "compliance", "share")
    if least is None:
        return state(
            "Contact was kept as required in {share} of the checks; {gap} of the people were at least once without any for more than {days} "
            "days.",
            tables,
            words={},
            **claims,
        )
    return state(
        "Contact was kept as required in {share} of the checks, least in {lowest} ({low}); {gap} of the people were at least once without "
        "any for more than {days} days.",
        tables,
        words={"lowest": situation.units.names[least]},
        low=Claim("compliance", least, "share"),
        **claims,
    )


def _lasting(tables: Tables) -> Statement | None:
    claims = {
        "months": setting("lasting_months"),
        "share": Claim("lasting", "total", "lasting_share"),
        "same": Claim("lasting", "same", "lasting_share"),
        "across": Claim("lasting", "across", "lasting_share"),
    }
    if "lasting" not in tables or not all_shown(tables, claims):
        return None
    return state(
        "After {months} months {share} of the pairs still last: {same} of those within a committee, {across} of those across two.",
        tables,
        words={},
        **claims,
    )


def _next(situation: Situation, tables: Tables) -> Statement | None:
    claims = {
        "kept": Claim("scenarios", "ready", "kept"),
        "now": Claim("scenarios", "now", "mean_walk_m"),
        "best": Claim("scenarios", "ready", "mean_walk_m"),
    }
    if "scenarios" not in tables or not all_shown(tables, claims):
        return None
    more = Claim("scenarios", "ready", "more_volunteers")
    if not shown(tables, *_place(more)):
        return None
    if situation.params.unit is not None:
        return _next_here(situation, tables)
    where = highest(situation, tables, "missing", "more_ready")
    finding = NEXT["none" if cell(tables, *_place(more)) == 0 else "some"]
    if cell(tables, *_place(more)) == 0:
        return state(finding, tables, words={}, **claims)
    if where is None:
        return None
    return state(finding, tables, words={"where": situation.units.names[where]}, more=more, **claims)


def _next_here(situation: Situation, tables: Tables) -> Statement | None:
    claims = {
        "more": Claim("missing", situation.row, "more_ready"),
        "norm_more": Claim("missing", situation.row, "more_norm"),
        "norm": setting("norm"),
    }
    if "missing" not in tables or not all_shown(tables, claims):
        return None
    if cell(tables, *_place(claims["more"])) > 0:
        finding = NEXT["place"]
        return state(finding, tables, words={"place": situation.place}, **claims)
    more = claims.pop("norm_more")
    finding = NEXT["place_none"]
    if cell(tables, *_place(more)) > 0:
        finding, claims = NEXT["place_norm"], claims | {"norm_more": more}
    del claims["more"]
    return state(finding, tables, words={"place": situation.place}, **claims)


def _place(claim: Claim) -> tuple[str, str, str]:
    return claim.table, claim.row, claim.column
