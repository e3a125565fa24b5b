"""Words of the resource community for the codes of its tables, in the spoken language."""

from __future__ import annotations

from jingan_analysis.contracts.relief_columns import GRADES
from jingan_analysis.language import mark, spoken, tr
from jingan_analysis.tables.claims import sentence_case

AGES = {
    "month": mark("up to a month"),
    "quarter": mark("up to a quarter"),
    "half_year": mark("up to half a year"),
    "longer": mark("longer"),
    "total": mark("All open requests"),
}
PLANS = {
    "matched": mark("What happened: units of matched requests"),
    "best": mark("Best possible"),
    "first_high": mark("High grade first"),
    "even": mark("Even shares for sub-districts"),
}
KINDS = {"project": mark("project"), "resource": mark("resource")}
COUNTED = {"entries": mark("Entries of the lists"), "given": mark("Units given in the window")}
EXCLUDED = {
    "requests_after": mark("Requests dated after the last day, left out"),
    "requests_unmatched": mark("Requests of no household of the register, left out"),
    "matches_after": mark("Matches dated after the last day, counted as still open"),
    "without_assessment": mark("Households without an assessment when they asked, whose grade is not known"),
}


def grade_names() -> dict[str, str]:
    """Grades by code, as labels of rows."""
    language = spoken()
    names = {choice.code: sentence_case(getattr(choice.label, language)) for choice in GRADES}
    return {**names, "unassessed": tr("Not assessed"), "total": tr("All grades")}
