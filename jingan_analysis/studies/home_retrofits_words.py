"""Words of the study on adapted homes for the codes of its tables, in the spoken language."""

from __future__ import annotations

from jingan_analysis.contracts.home_retrofits import NO_PRIORITY, PRIORITY_GROUPS
from jingan_analysis.language import mark, spoken
from jingan_analysis.tables.claims import sentence_case

STAGES = {
    "applied": mark("Applied"),
    "assessed": mark("Home assessed"),
    "contracted": mark("Contract signed"),
    "works": mark("Works begun"),
    "accepted": mark("Works accepted"),
    "total": mark("All applications"),
}
ENDS = {
    "withdrawn": mark("Withdrawn"),
    "refused": mark("Refused"),
    "moved_away": mark("Moved away"),
    "died": mark("Died"),
    "open": mark("Open"),
}
TIMES = {
    "base": mark("Outside these times"),
    "prompted": mark("Before the application"),
    "waiting": mark("From application to acceptance"),
    "after": mark("After acceptance"),
    "early": mark("Soon after acceptance"),
    "late": mark("Later after acceptance"),
    "total": mark("All"),
}
PLACES = {"home": mark("At home"), "elsewhere": mark("Away from home")}
BEFORE_AFTER = {
    "home-before": mark("At home, before the application"),
    "home-after": mark("At home, after acceptance"),
    "elsewhere-before": mark("Away from home, before the application"),
    "elsewhere-after": mark("Away from home, after acceptance"),
}
BASES = {"resident": mark("residents"), "registered": mark("registered people")}
EXCLUDED = {
    "applications_after": mark("Applications made after the last day, left out"),
    "stage_missing": mark("Applications with a step but not the one before it, left out"),
    "out_of_order": mark("Applications with days out of order, left out"),
    "applied_again": mark("Applications of a home that was adapted before, left out"),
    "applied_at_once": mark("Applications made while another of the home or person was open, left out"),
    "watched_after": mark("Watches begun after the last day, left out"),
    "falls_after": mark("Falls after the last day, left out"),
    "falls_unwatched": mark("Falls of people who are not watched, left out"),
    "falls_outside": mark("Falls outside the watch of the person, left out"),
}
REFUSALS = {
    "too_few_falls": mark("There are too few falls to compare: no ratio is given."),
    "no_events": mark("Nobody who is watched fell: no ratio is given."),
    "no_time_in_a_term": mark("Nobody who fell was watched in one of the times compared: no ratio is given."),
    "no_event_in_a_term": mark("Nobody fell in one of the times compared: no ratio is given."),
    "terms_not_told_apart": mark("The times compared cannot be told apart within persons: no ratio is given."),
    "no_finite_estimate": mark("All falls lie in one of the times compared: no ratio is given."),
}


def group_names() -> dict[str, str]:
    """Priority groups by code, as they stand inside a sentence."""
    language = spoken()
    return {choice.code: getattr(choice.label, language) for choice in (*PRIORITY_GROUPS, *NO_PRIORITY)}


def group_labels(*, total: str = "") -> dict[str, str]:
    """Priority groups by code as labels of rows, with the total where it has a name."""
    labels = {code: sentence_case(name) for code, name in group_names().items()}
    return {**labels, "total": total} if total else labels
