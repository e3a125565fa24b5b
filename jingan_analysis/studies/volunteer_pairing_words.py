"""Words of the study on volunteers for the codes of its tables, in the spoken language."""

from __future__ import annotations

from jingan_analysis.contracts.befriending import COMPANION_CONTACTS, LIVING, PROGRAMMES
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.tables.claims import sentence_case

RISKS = {"high": mark("High risk"), "medium": mark("Medium risk"), "low": mark("Low risk")}
SCENARIOS = {
    "now": mark("As it is"),
    "ready": mark("As many as each is ready for"),
    "most": mark("At most {most} each"),
    "norm": mark("At most {norm} each, the norm"),
}
LIMITS = {
    "ready": mark("As many as each is ready for"),
    "most": mark("At most the middle number"),
    "norm": mark("At most the norm"),
}
COMMITTEES = {
    "same": mark("Within a committee"),
    "across": mark("Across two committees"),
    "unknown": mark("A committee is not known"),
}
RATIOS = {
    "across": mark("Given up: pairs across two committees against within one"),
    "programme": mark("Leaving: volunteers of {second} against {first}"),
}
CAUSES = {
    "lasting": mark("Lasting"),
    "gave_up": mark("Given up"),
    "volunteer_left": mark("Volunteer left"),
    "elder_left": mark("Older person died or moved"),
    "unknown": mark("Reason not known"),
}
EXCLUDED = {
    "volunteers_after": mark("Volunteers who joined after the last day, left out"),
    "elders_after": mark("Older people listed after the last day, left out"),
    "pairs_after": mark("Pairs begun after the last day, left out"),
    "pairs_of_late_people": mark("Pairs of somebody who came after the last day, left out"),
    "pairs_without_volunteer": mark("Pairs begun before the volunteer joined or after they left, left out"),
    "pairs_after_list": mark("Pairs begun after the older person had left the list, left out"),
    "pairs_repeated": mark("Pairs of two people who were paired already, left out"),
    "pairs_left_open": mark("Pairs without an end whose volunteer or older person had gone, ended with that"),
    "contacts_after": mark("Contacts after the last day, left out"),
    "contacts_of_no_pair": mark("Contacts of pairs that are left out, left out"),
    "contacts_before_pair": mark("Contacts before the pair began, left out"),
    "contacts_after_pair": mark("Contacts after the pair had ended, left out"),
    "homes_of_committee": mark(
        "People of the pairing whose home is not known: the middle of their committee stands for it"
    ),
    "homes_unknown": mark("People without home and committee, left out of the pairing"),
}


def programmes() -> dict[str, str]:
    """Programmes by code, with all of them last."""
    return {choice.code: getattr(choice.label, spoken()) for choice in PROGRAMMES} | {
        "total": tr("Both, everybody once")
    }


def modes() -> dict[str, str]:
    """Kinds of contact by code, with all of them last."""
    choices = COMPANION_CONTACTS.column("mode").choices
    return {choice.code: sentence_case(getattr(choice.label, spoken())) for choice in choices} | {"total": tr("All")}


def groups() -> dict[str, str]:
    """Risks and living arrangements by code."""
    living = {choice.code: sentence_case(getattr(choice.label, spoken())) for choice in LIVING}
    return worded(RISKS) | living | {"unknown": tr("Living arrangement not known"), "total": tr("All")}


def scenarios(*, most: int, norm: int) -> dict[str, str]:
    """Scenarios by code, with their limits."""
    return {code: tr(text, most=f"{most}", norm=f"{norm}") for code, text in SCENARIOS.items()}


def ratios() -> dict[str, str]:
    """Hazard ratios by code."""
    names = programmes()
    return {
        code: tr(text, first=names["old_partners"], second=names["company_in_age"]) for code, text in RATIOS.items()
    }
