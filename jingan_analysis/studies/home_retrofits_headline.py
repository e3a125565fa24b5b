"""The headline on adapted homes: how many, for whom, where it takes long, whether people fall less, and where to go next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import compared_shares
from jingan_analysis.studies import home_retrofits_words as wording
from jingan_analysis.studies.home_retrofits_records import GROUPS
from jingan_analysis.studies.home_retrofits_targeting import TOTAL
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

FALLS = {
    "less": mark(
        "After acceptance the same persons fell {ratio} times as often at home as at other times, age and season allowed for (between {lower} and {upper}); "
        "a simple comparison of before and after would say {simple}, since a fall often prompts the application."
    ),
    "more": mark(
        "After acceptance the same persons fell {ratio} times as often at home as at other times, age and season allowed for (between {lower} and {upper}), that is, "
        "more often; a simple comparison of before and after would say {simple}."
    ),
    "unsure": mark(
        "After acceptance the same persons fell {ratio} times as often at home as at other times, age and season allowed for (between {lower} and {upper}): that may be "
        "chance; a simple comparison of before and after would say {simple}."
    ),
}
APART = {
    ("withdrawals", "on_time"): mark(
        "Beyond chance, more applications are withdrawn in {withdrawn}, and fewer are accepted within {days} days in {late}."
    ),
    ("withdrawals",): mark("Beyond chance, more applications are withdrawn within {days} days in {withdrawn}."),
    ("on_time",): mark("Beyond chance, fewer applications are accepted within {days} days in {late}."),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences; the last says what should be done next."""
    sentences = [
        _done(situation, tables),
        _need(situation, tables),
        _apart(situation, tables),
        _falls(tables),
        _next(situation, tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def _done(situation: Situation, tables: Tables) -> Statement:
    row = situation.row
    claims = {
        "accepted": Claim("by_subdistrict", row, "accepted"),
        "applications": Claim("by_subdistrict", row, "applications"),
        "withdrawn": Claim("by_subdistrict", row, "withdrawn"),
        "share": Claim("by_subdistrict", row, "within_share"),
        "days": Claim("settings", "accepted_within_days", "value"),
        "median": Claim("by_subdistrict", row, "median_days"),
    }
    words = {"place": situation.place}
    if all_shown(tables, claims):
        return state(
            "In {place} {accepted} of {applications} applications have come to an adapted home and {withdrawn} were withdrawn; half come to "
            "acceptance within {median} days, and {share} within {days} days.",
            tables,
            words=words,
            **claims,
        )
    some = {name: claims[name] for name in ("accepted", "applications")}
    if all_shown(tables, some):
        return state(
            "In {place} {accepted} of {applications} applications have come to an adapted home.",
            tables,
            words=words,
            **some,
        )
    return state("No number of adapted homes in {place} can be told.", tables, words=words)


def least_met(tables: Tables) -> str | None:
    """The priority group whose need is met least, of those shown; None with fewer than two."""
    if "by_group" not in tables:
        return None
    known = tables["by_group"].frame["met_share"].reindex(list(GROUPS)).dropna()
    return str(known.idxmin()) if len(known) > 1 else None


def _need(situation: Situation, tables: Tables) -> Statement | None:
    group = least_met(tables)
    if group is None:
        return None
    claims = {
        "all": Claim("by_group", TOTAL, "met_share"),
        "need": Claim("by_group", TOTAL, "need"),
        "low": Claim("by_group", group, "met_share"),
        "part": Claim("by_group", group, "accepted_share"),
        "share": Claim("by_group", group, "need_share"),
    }
    words = {"group": wording.group_names()[group], "place": situation.place}
    if not all_shown(tables, claims):
        return None
    return state(
        "Of {need} households in need {all} were reached, fewest of the group “{group}” ({low}), which is {share} of the need and got {part} of "
        "the adapted homes.",
        tables,
        words=words,
        **claims,
    )


def apart(tables: Tables, name: str, *, far: tuple[str, ...]) -> list[str]:
    """Sub-districts whose share lies beyond the wider limits on one side, in the order of the table."""
    return compared_shares.apart(tables[name].frame, far=far) if name in tables else []


def too_many_withdraw(tables: Tables) -> list[str]:
    """Sub-districts where more is withdrawn than chance and usual differences explain."""
    return apart(tables, "withdrawals", far=("above", "far_above"))


def _apart(situation: Situation, tables: Tables) -> Statement | None:
    late = apart(tables, "on_time", far=("below", "far_below"))
    found = {"withdrawals": too_many_withdraw(tables), "on_time": late}
    which = tuple(name for name, rows in found.items() if rows)
    if not which:
        return None
    names = situation.units.names
    words = {
        "withdrawn": listed([names[row] for row in found["withdrawals"]]),
        "late": listed([names[row] for row in late]),
    }
    return state(APART[which], tables, words=words, days=Claim("settings", "accepted_within_days", "value"))


def _falls(tables: Tables) -> Statement | None:
    claims = {name: Claim("falls_home", "after", name) for name in ("ratio", "lower", "upper")}
    claims["simple"] = Claim("before_after", "home-after", "ratio")
    if not all_shown(tables, claims):
        return None
    low, high = (cell(tables, "falls_home", "after", name) for name in ("lower", "upper"))
    finding = FALLS["less" if high < 1 else "more" if low > 1 else "unsure"]
    return state(finding, tables, words={}, **claims)


def most_left(tables: Tables) -> tuple[str, str] | None:
    """Sub-district and group with most households still in need, of those shown; None where none is."""
    if "unmet" not in tables:
        return None
    cells = tables["unmet"].frame.drop(index=DISTRICT_ROW, errors="ignore")[list(GROUPS)].stack().dropna()
    if cells.empty or not cells.max() > 0:
        return None
    row, group = cells.index[int(cells.to_numpy().argmax())]
    return str(row), str(group)


def _next(situation: Situation, tables: Tables) -> Statement | None:
    place = most_left(tables)
    if place is None:
        return None
    row, group = place
    many = too_many_withdraw(tables)
    words = {"group": wording.group_names()[group], "unit": situation.units.names[row]}
    claims = {"left": Claim("unmet", row, group)}
    if situation.params.unit is None and many:
        words["many"] = listed([situation.units.names[one] for one in many])
        return state(
            "Next: go to the group “{group}” in {unit}, where most households are left ({left}), and ask in {many} why applications are withdrawn.",
            tables,
            words=words,
            **claims,
        )
    return state(
        "Next: go to the group “{group}” in {unit}, where most households are left ({left}).",
        tables,
        words=words,
        **claims,
    )
