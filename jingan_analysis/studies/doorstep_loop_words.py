"""Words of the loop of home visits for the codes of its tables, in the spoken language."""

from __future__ import annotations

from jingan_analysis.contracts.home_visits import VISIT_EVENTS
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.tables.claims import sentence_case

OUTCOMES = {
    "closed_in_time": mark("Closed in time"),
    "closed_late": mark("Closed late"),
    "ended_otherwise": mark("Rejected or withdrawn"),
    "overdue": mark("Still open, overdue"),
    "total": mark("All cases that are due"),
}
DEVIATIONS = {
    "none": mark("None: the case follows the four steps"),
    "skipped_discover": mark("Discovery is missing"),
    "skipped_judge": mark("Judgement is missing"),
    "skipped_visit": mark("Home visit is missing"),
    "skipped_follow_up": mark("Follow-up is missing"),
    "repeated": mark("A step happened more than once"),
    "out_of_order": mark("A step came before the one before it"),
    "foreign": mark("An event after the end, or an end where none may be"),
    "total": mark("All cases"),
}
FORESEEN = {"yes": mark("yes"), "no": mark("no")}
HIDDEN = {
    "apart": mark("share out the work"),
    "independent": mark("know nothing of each other"),
    "together": mark("tend to find the same people"),
}
EXCLUDED = {
    "events_after": mark("Events dated after the last day, left out"),
    "events_twice": mark("Events entered twice (same case, activity and day), counted once"),
    "cases_moved": mark("Cases whose events name several sub-districts, counted at the first"),
    "cases_mixed": mark("Cases whose events name several persons, counted for the first"),
    "never_begun": mark("Cases without a discovery, left out"),
    "not_yet_due": mark("Cases discovered too late to be due, left out of all tables but the months"),
    "before_discovery": mark("Cases with an event dated before their discovery"),
}


def activity_names() -> dict[str, str]:
    """Activities by code, as they stand inside a sentence, with the two ends of the map."""
    language = spoken()
    names: dict[str, str] = {
        choice.code: getattr(choice.label, language) for choice in VISIT_EVENTS.column("activity").choices
    }
    return {**names, "start": tr("start"), "end": tr("end")}


def outcome_labels() -> dict[str, str]:
    """Labels of the outcomes."""
    return worded(OUTCOMES)


def course(activities: list[str]) -> str:
    """A sequence of activities in words."""
    names = activity_names()
    return sentence_case(" → ".join(names[code] for code in activities))
