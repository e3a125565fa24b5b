"""Words of the study on marriages for the codes of its tables, in the spoken language."""

from __future__ import annotations

from jingan_analysis.contracts.marriage import SCOPES, TYPES
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.studies.marriage_registration_records import LOCAL
from jingan_analysis.studies.marriage_registration_scopes import OTHER
from jingan_analysis.tables.claims import sentence_case

KINDS = {
    "weekday": mark("Monday to Thursday, ordinary"),
    "friday": mark("Friday"),
    "saturday": mark("Saturday"),
    "month_end": mark("Last two open days of a month"),
    "near_festival": mark("Two weeks before and after the lunar new year"),
    "other_lucky": mark("Other lucky days"),
    "qixi": mark("Qixi"),
    "may_20": mark("May twentieth"),
}
WEEK = {
    "monday": mark("Monday"),
    "tuesday": mark("Tuesday"),
    "wednesday": mark("Wednesday"),
    "thursday": mark("Thursday"),
    "friday": mark("Friday"),
    "saturday": mark("Saturday"),
    "sunday": mark("Sunday"),
}
STAGES = {
    "before": mark("Before the openings"),
    "city": mark("City-wide"),
    "inter_province": mark("And inter-provincial"),
    "foreign_related": mark("And foreign-related"),
}
STATUSES = {
    "estimated": mark("estimated"),
    "too_few_before": mark("not estimated: too few months before it"),
    "too_few_after": mark("not estimated: too few months from it on"),
    "too_thin": mark("not estimated: too few marriages a month"),
    "not_estimated": mark("not estimated: the model has no solution"),
}
VERDICTS = {
    "moved": mark("moved here"),
    "new": mark("new"),
    "part": mark("partly moved, partly new"),
    "none": mark("no more here than chance"),
    "open": mark("more here; moved or new is open"),
}
WAYS = {
    "here": mark("Way to this office, {scope}"),
    "alternative": mark("Way to the responsible office, {scope}"),
}
EXCLUDED = {
    "applied_after": mark("Applications made after the last day, left out"),
    "city_before": mark("City-wide registrations dated before that opening, left out"),
    "inter_province_before": mark("Inter-provincial registrations dated before that opening, left out"),
    "foreign_related_before": mark("Foreign-related registrations dated before that opening, left out"),
    "foreign_not_marriage": mark("Foreign-related divorces and certificates, which the pilot does not cover, left out"),
    "inter_province_reissue": mark(
        "Inter-provincial certificates issued again, which the trial does not cover, left out"
    ),
    "done_after": mark("Registrations dated after the last day, taken as open"),
    "done_on_closed_day": mark("Registrations dated on a day without slots: in months, not in kinds of day"),
    "days_after": mark("Days with slots after the last day, left out"),
    "elsewhere_after": mark("Months elsewhere after the last one, left out"),
    "elsewhere_incomplete": mark("Months in which not every place elsewhere is known, left out"),
}


def scopes() -> dict[str, str]:
    """Scopes by code, with all of them last."""
    found = {choice.code: sentence_case(getattr(choice.label, spoken())) for choice in SCOPES}
    return found | {LOCAL: tr("Own district or foreign-related"), "total": tr("All")}


def types() -> dict[str, str]:
    """Types of registration by code, with all of them last."""
    found = {choice.code: sentence_case(getattr(choice.label, spoken())) for choice in TYPES}
    return found | {OTHER: tr("Divorces and certificates issued again"), "total": tr("All")}


def days() -> dict[str, str]:
    """Days of the week and days that couples choose, with all of them last."""
    return worded(KINDS) | worded(WEEK) | {"total": tr("All")}


def assumptions(names: list[str]) -> dict[str, str]:
    """Assumptions on travel by name."""
    scope_labels = scopes()
    found = {"extra_trip": tr("Share of couples whom the opening saves the way")}
    for name in names:
        way, _, scope = name.partition(" ")
        if scope:
            found[name] = tr(WAYS[way], scope=scope_labels[scope])
    return found
