"""The headline of the loop of home visits: closing, where it breaks, where it is worst, what changed, who is unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import format_month
from jingan_analysis.tables.shown import all_shown, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.doorstep_loop import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

FINDING = {
    "nobody": mark("By {day}, no case of home visits in {place} was due to be closed."),
    "hidden": mark(
        "So few cases of home visits in {place} were due by {day} that printing how many would point at them."
    ),
    "found": mark(
        "By {day}, {in_time} of the {due} cases that were due in {place} ({share}) had gone through all four steps in "
        "time, within {days} days; luck alone could carry that share from {lower} to {upper}."
    ),
}
BREAK = {
    "judge": mark(
        "Of cases that were discovered, {waiting} still wait to be judged and {withdrawn} were withdrawn first: next, judge "
        "those that have waited longest."
    ),
    "visit": mark(
        "Of cases that were judged, {waiting} still wait for the visit and {withdrawn} were withdrawn first: next, visit "
        "those that have waited longest."
    ),
    "follow_up": mark(
        "The loop breaks most often at its end: {waiting} cases that were visited have no follow-up, {withdrawn} were "
        "withdrawn first. Next, call those visited longest ago."
    ),
}
WORSE = {
    1: mark("{first} stands out with {first_share} closed in time, against {share} in the whole district."),
    2: mark(
        "{first} ({first_share} closed in time) and {second} ({second_share}) stand out from the district's {share} by "
        "more than chance would explain."
    ),
}
CHANGE = {
    "better": mark(
        "Judgement has become faster: {last} of the cases discovered in {month} were judged within {days} days, against a "
        "mean of {mean} over all months, more than chance explains."
    ),
    "worse": mark(
        "Judgement has become slower: {last} of the cases discovered in {month} were judged within {days} days, against a "
        "mean of {mean} over all months, more than chance explains."
    ),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _finding(situation, tables),
        _break(tables),
        _where(situation, tables),
        _change(tables),
        _hidden(tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def _finding(situation: Situation, tables: Tables) -> Statement:
    row = situation.row
    words = {"place": situation.place, "day": situation.params.window.end_label}
    claims = {
        "due": Claim("closure", row, "due"),
        "in_time": Claim("closure", row, "in_time"),
        "share": Claim("closure", row, "in_time_share"),
        "lower": Claim("closure", row, "in_time_lower"),
        "upper": Claim("closure", row, "in_time_upper"),
        "days": Claim("settings", "loop_within_days", "value"),
    }
    if tables["closure"].number(row, "due") == 0:
        finding = FINDING["nobody"]
        return state(finding, tables, words=words)
    if not all_shown(tables, claims):
        finding = FINDING["hidden"]
        return state(finding, tables, words=words)
    finding = FINDING["found"]
    return state(finding, tables, words=words, **claims)


def _break(tables: Tables) -> Statement | None:
    """The step that most cases still wait for."""
    waiting = tables["steps"].frame["waiting"].dropna()
    if not len(waiting) or not waiting.max() > 0:
        return None
    step = str(waiting.idxmax())
    claims = {"waiting": Claim("steps", step, "waiting"), "withdrawn": Claim("steps", step, "withdrawn")}
    return state(BREAK[step], tables, words={}, **claims) if all_shown(tables, claims) else None


def standing_out(table: Table) -> list[str]:
    """Sub-districts whose share in time lies below the district's by more than their interval, lowest first."""
    shares, upper = table.frame["in_time_share"], table.frame["in_time_upper"]
    below = shares[upper < shares.loc[DISTRICT_ROW]].drop(index=DISTRICT_ROW, errors="ignore")
    return [str(row) for row in below.sort_values(kind="stable").index]


def _where(situation: Situation, tables: Tables) -> Statement | None:
    worse = standing_out(tables["closure"])[:2]
    if situation.params.unit or not worse or not shown(tables, "closure", DISTRICT_ROW, "in_time_share"):
        return None
    names = dict(zip(("first", "second"), worse, strict=False))
    claims = {f"{place}_share": Claim("closure", code, "in_time_share") for place, code in names.items()}
    words = {place: situation.units.names[code] for place, code in names.items()}
    share = Claim("closure", DISTRICT_ROW, "in_time_share")
    return state(WORSE[len(worse)], tables, words=words, share=share, **claims)


def _change(tables: Tables) -> Statement | None:
    """What the newest month that is due says, where it carries a signal."""
    if "by_month" not in tables:
        return None
    frame = tables["by_month"].frame
    due = frame[frame["judged_share"].notna()]
    if due.empty or due["judged_signal"].iloc[-1] not in CHANGE:
        return None
    month = str(due.index[-1])
    claims = {
        "last": Claim("by_month", month, "judged_share"),
        "mean": Claim("by_month", month, "judged_centre"),
        "days": Claim("settings", "judge_within_days", "value"),
    }
    finding = CHANGE[str(due["judged_signal"].iloc[-1])]
    return state(finding, tables, words={"month": format_month(month)}, **claims)


def _hidden(tables: Tables) -> Statement | None:
    columns = ("hidden", "lower", "upper", "found")
    claims = {name: Claim("hidden", "independent", name) for name in columns}
    if "hidden" not in tables or not all_shown(tables, claims):
        return None
    return state(
        "Beside the {found} people on the lists there may be {hidden} more (between {lower} and {upper}) whom nobody has "
        "found, if visits and matching of records find people independently of each other.",
        tables,
        words={},
        **claims,
    )
