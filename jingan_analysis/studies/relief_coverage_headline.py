"""The headline of relief coverage: finding and certainty, where, whom, what was published, what next."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.relief_coverage_words import category_names, need_names
from jingan_analysis.studies.result import Statements
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.shown import all_shown, cell, shown
from jingan_analysis.tables.table import Table

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation

Tables = Mapping[str, Table]

SURE_WIDTH = 0.1
"""Up to this width of the interval the headline calls the share sure (wording only; no number depends on it)."""
FINDING = {
    "nobody": mark("On {day}, no household in {place} was entitled to relief."),
    "hidden": mark(
        "So few households in {place} are entitled to relief or missed on {day} that printing how many would "
        "point at them."
    ),
    "none": mark(
        "On {day}, each of the {eligible} households in {place} entitled to relief had been served at least once."
    ),
    "all": mark(
        "By {day}, none of the {eligible} households in {place} entitled to relief had ever received a service."
    ),
    "sure": mark(
        "On {day}, {never} of the {eligible} households in {place} entitled to relief ({share}) had never received "
        "a service; chance alone would put that share between {lower} and {upper}, so only services that nobody "
        "recorded could change it much."
    ),
    "unsure": mark(
        "On {day}, {never} of the {eligible} households in {place} entitled to relief ({share}) had never "
        "received a service; they are so few that chance alone could put that share anywhere between {lower} and "
        "{upper}."
    ),
}
LOSSES = {
    "known": mark(
        "The largest loss comes first: {lost} of them have no case at all, so the service does not know them."
    ),
    "assessed": mark("The largest loss is after the case is opened: {lost} known households have never been assessed."),
    "planned": mark(
        "The largest loss is after the assessment: for {lost} assessed households no service has been agreed."
    ),
    "served": mark("The largest loss is at the last step: {lost} households got that far and have had no service."),
}
NEXT = {
    "known": mark(
        "Next, check the register against the list of cases and visit the households that have none, beginning in "
        "{worst}, where {never} households were never served."
    ),
    "assessed": mark(
        "Next, assess the households that are known and still waiting, beginning in {worst}, where {never} "
        "households were never served."
    ),
    "planned": mark(
        "Next, agree a service with every household already assessed, beginning in {worst}, where {never} "
        "households were never served."
    ),
    "served": mark(
        "Next, find out why those who got to the last step are not served, beginning in {worst}, where {never} "
        "households were never served."
    ),
}
WHERE = {
    (0, False): mark(
        "No sub-district and no category stands out from the whole ({share} never served) by more than chance "
        "would explain."
    ),
    (0, True): mark(
        "No sub-district stands out by more than chance would explain, but one category does: of households "
        "under {category}, {category_share} were never served."
    ),
    (1, False): mark(
        "{first} stands out: {first_share} were never served there, against {share} in the whole district."
    ),
    (1, True): mark(
        "{first} stands out: {first_share} were never served there, against {share} in the whole district; by "
        "category it is {category} ({category_share})."
    ),
    (2, False): mark(
        "{first} ({first_share} never served) and {second} ({second_share}) stand out from the district's "
        "{share} by more than chance would explain."
    ),
    (2, True): mark(
        "Most often missed are households in {first} ({first_share} never served) and {second} "
        "({second_share}), and by category those under {category} ({category_share})."
    ),
}
UNIT_WHERE = {
    "above": mark(
        "Households are missed there more often than in the district as a whole, where {share} were never served."
    ),
    "below": mark(
        "Households are missed there less often than in the district as a whole, where {share} were never served."
    ),
    "alike": mark(
        "That is no different from the district as a whole ({share} never served) beyond what chance would explain."
    ),
}


def headline(situation: Situation, tables: Tables) -> Statements:
    """At most five sentences."""
    sentences = [
        _finding(situation, tables),
        _loss(tables),
        _whom(situation, tables),
        _mixture(situation, tables) or _need_gap(tables),
        _next(situation, tables),
    ]
    return Statements(tr("Headline"), tuple(sentence for sentence in sentences if sentence is not None))


def _finding(situation: Situation, tables: Tables) -> Statement:
    row = situation.row
    words = {"place": situation.place, "day": situation.params.window.end_label}
    claims = {
        "eligible": Claim("by_subdistrict", row, "eligible"),
        "never": Claim("by_subdistrict", row, "never_served"),
        "share": Claim("by_subdistrict", row, "never_served_share"),
        "lower": Claim("by_subdistrict", row, "never_served_lower"),
        "upper": Claim("by_subdistrict", row, "never_served_upper"),
    }
    if cell(tables, "by_subdistrict", row, "eligible") == 0:
        finding = FINDING["nobody"]
        return state(finding, tables, words=words)
    if not all_shown(tables, claims):
        finding = FINDING["hidden"]
        return state(finding, tables, words=words)
    never, eligible = (cell(tables, "by_subdistrict", row, name) for name in ("never_served", "eligible"))
    if never in (0, eligible):
        finding = FINDING["none" if never == 0 else "all"]
        return state(finding, tables, words=words, eligible=claims["eligible"])
    lower, upper = (cell(tables, "by_subdistrict", row, f"never_served_{end}") for end in ("lower", "upper"))
    finding = FINDING["sure" if upper - lower <= SURE_WIDTH else "unsure"]
    return state(finding, tables, words=words, **claims)


def largest_loss(tables: Tables) -> str | None:
    """The step up to a service before which most households are lost; None where nobody is, or it may not be shown."""
    lost = tables["cascade"].frame["lost"].drop(index="reassessed").dropna()
    return str(lost.idxmax()) if (lost > 0).any() else None


def _loss(tables: Tables) -> Statement | None:
    step = largest_loss(tables)
    return None if step is None else state(LOSSES[step], tables, lost=Claim("cascade", step, "lost"))


def _whom(situation: Situation, tables: Tables) -> Statement | None:
    if not shown(tables, "by_subdistrict", DISTRICT_ROW, "never_served_share"):
        return None
    return _unit_whom(situation, tables) if situation.params.unit else _district_whom(situation, tables)


def _district_whom(situation: Situation, tables: Tables) -> Statement:
    units = standing_out(tables["by_subdistrict"])
    categories = standing_out(tables["by_category"])
    number = min(len(units), 2)
    names = dict(zip(("first", "second"), units, strict=False))
    words = {place: situation.units.names[code] for place, code in names.items()}
    claims = {f"{place}_share": Claim("by_subdistrict", code, "never_served_share") for place, code in names.items()}
    if categories:
        words["category"] = category_names()[categories[0]]
        claims["category_share"] = Claim("by_category", categories[0], "never_served_share")
    claims["share"] = Claim("by_subdistrict", DISTRICT_ROW, "never_served_share")
    return state(WHERE[number, bool(categories)], tables, words=words, **claims)


def standing_out(table: Table) -> list[str]:
    """Rows whose share never served lies above the total's by more than their interval, highest first."""
    total = str(table.total_row)
    shares, lower = table.frame["never_served_share"], table.frame["never_served_lower"]
    above = shares[lower > shares.loc[total]].drop(index=total, errors="ignore")
    return [str(row) for row in above.sort_values(ascending=False, kind="stable").index]


def _unit_whom(situation: Situation, tables: Tables) -> Statement | None:
    share = Claim("by_subdistrict", DISTRICT_ROW, "never_served_share")
    lower, upper = (cell(tables, "by_subdistrict", situation.row, f"never_served_{end}") for end in ("lower", "upper"))
    if math.isnan(lower):
        return None
    district = cell(tables, share.table, share.row, share.column)
    place = "above" if lower > district else "below" if upper < district else "alike"
    return state(UNIT_WHERE[place], tables, share=share)


def _mixture(situation: Situation, tables: Tables) -> Statement | None:
    """Why services divided by assessed households are no services per household."""
    cells = [("window", "share"), ("window", "per_household"), ("window", "households"), ("total", "services")]
    if situation.params.unit or not all(shown(tables, "services_by_assessment", *cell) for cell in cells):
        return None
    services, share, rate, households = (
        Claim("services_by_assessment", row, column)
        for row, column in (
            ("total", "services"),
            ("window", "share"),
            ("window", "per_household"),
            ("window", "households"),
        )
    )
    return state(
        "The {services} services and the {households} households assessed in the period are not the same "
        "households: {share} of the services went to those assessed, {rate} for each of them.",
        tables,
        services=services,
        households=households,
        share=share,
        rate=Claim(rate.table, rate.row, rate.column, decimals=1),
    )


def least_met(tables: Tables) -> str | None:
    """The need dimension least often met; None where nobody can tell. Rare needs only if all are rare."""
    frame = tables["by_need"].frame.drop(index="total")
    known = frame["met_share"].dropna()
    common = known[frame.loc[known.index, "found"] >= parameter("low_reliability_denominator").value]
    known = common if len(common) else known
    return str(known.idxmin()) if len(known) else None


def _need_gap(tables: Tables) -> Statement | None:
    worst = least_met(tables)
    if worst is None:
        return None
    return state(
        "Among needs that assessments found, {need} is least often met: {met} of {found} households have had a "
        "service for it.",
        tables,
        words={"need": need_names()[worst]},
        met=Claim("by_need", worst, "met"),
        found=Claim("by_need", worst, "found"),
    )


def _next(situation: Situation, tables: Tables) -> Statement | None:
    step = largest_loss(tables)
    never = tables["by_subdistrict"].frame["never_served"].drop(DISTRICT_ROW).dropna()
    worst = situation.params.unit or (str(never.idxmax()) if len(never) else None)
    if step is None or worst is None or not never.get(worst, 0) > 0:
        return None
    words = {"worst": situation.units.names[worst]}
    return state(NEXT[step], tables, words=words, never=Claim("by_subdistrict", worst, "never_served"))
