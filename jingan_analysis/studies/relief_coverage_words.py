"""Words of relief coverage for the codes of its tables, in the spoken language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.relief import HOUSEHOLDS, RELIEF_CASES
from jingan_analysis.contracts.relief_columns import GRADES, NEED_DIMENSIONS
from jingan_analysis.language import mark, spoken, tr
from jingan_analysis.studies.relief_coverage_discovery import WITH_STATION, WITHOUT_STATION
from jingan_analysis.tables.claims import sentence_case
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jingan_analysis.contracts.column import Choice
    from jingan_analysis.studies.relief_coverage_covariates import Covariates

STEPS = {
    "eligible": mark("Eligible: entitled on the last day"),
    "known": mark("Known: a case was opened"),
    "assessed": mark("Assessed at least once"),
    "planned": mark("Planned: a service agreed"),
    "served": mark("Served at least once"),
    "reassessed": mark("Assessed again after a service"),
}
FLOWS = {
    "known": mark("Cases opened"),
    "assessed": mark("Assessments"),
    "planned": mark("Plans agreed"),
    "served": mark("Services given"),
}
ASSESSED = {
    "window": mark("In the window"),
    "earlier": mark("Only before the window"),
    "never": mark("Never"),
    "total": mark("All services of the window"),
}
STATIONS = {WITH_STATION: mark("With a caring station"), WITHOUT_STATION: mark("Without a caring station")}
ORDER = {"assessed": mark("assessed"), "planned": mark("planned"), "served": mark("served")}
SUPPOSED = {
    "grades_alike": mark("All grades wait equally long (log-rank)"),
    "units_alike": mark("All sub-districts wait equally long, within grades (log-rank, whole district)"),
    "no_covariate": mark("Nothing known at the assessment tells who is served sooner (likelihood ratio)"),
    "proportional": mark("Hazard ratios are the same at all times (Grambsch–Therneau)"),
    "poisson": mark("Services vary by chance alone (likelihood ratio, Poisson against negative binomial)"),
}
MODELS = {
    "hazards": mark("Time to the first service (Cox regression)"),
    "further": mark("Services after the first one (negative binomial regression)"),
}
SHARED_OUT = {
    "served": mark("Served or not (Erreygers)"),
    "services": mark("Services in the window (standard)"),
}
EXCLUDED = {
    "not_entitled": mark("Households on the register but not entitled on the last day"),
    "cases_after": mark("Cases dated after the last day"),
    "cases_unmatched": mark("Cases of no household of the register"),
    "assessments_after": mark("Assessments dated after the last day"),
    "assessments_unmatched": mark("Assessments of no household of the register"),
    "plans_after": mark("Plans dated after the last day"),
    "plans_unmatched": mark("Plans of no household of the register"),
    "services_after": mark("Services dated after the last day"),
    "services_unmatched": mark("Services of no household of the register"),
    "served_before_assessment": mark("Households served before they were first assessed: no wait to measure"),
    "assessed_after_entitlement": mark("Households first assessed when no longer entitled: no wait to measure"),
    "services_after_end": mark(
        "Services after the case was closed or entitlement ended, in no rate of further services"
    ),
}


def category_names() -> dict[str, str]:
    """Categories of relief by code, as they stand inside a sentence."""
    return _labels(HOUSEHOLDS.column("relief_category").choices)


def need_names() -> dict[str, str]:
    """Dimensions of need by code, as they stand inside a sentence."""
    return _labels(NEED_DIMENSIONS)


def grade_names() -> dict[str, str]:
    """Grades of difficulty by code, from high to low."""
    return _labels(GRADES)


def covariate_labels(names: Iterable[str], covariates: Covariates) -> dict[str, str]:
    """Labels of the covariates of a model, with what each group is compared with."""
    groups = {"grade": grade_names(), "category": category_names()}
    labels = {
        "members": tr("Each further member of the household"),
        "proactive": tr("Found by the service itself, against coming by itself"),
        "assessed_earlier": tr("First assessed before the window, against in it"),
    }
    for factor, known in groups.items():
        other = known[covariates.compared_with[factor]]
        for code, group in known.items():
            labels[f"{factor}_{code}"] = sentence_case(
                tr("{grade} grade, against {other}", grade=group, other=other)
                if factor == "grade"
                else tr("{category}, against {other}", category=group, other=other)
            )
    return {name: labels[name] for name in names}


def source_names() -> dict[str, str]:
    """Discovery sources by code."""
    return _labels(RELIEF_CASES.column("discovery_source").choices)


def row_labels(names: Mapping[str, str], *, total: str) -> dict[str, str]:
    """Names as labels of rows, with a capital letter where the script has one, and the label of the total row."""
    return {code: sentence_case(name) for code, name in names.items()} | {"total": total}


def _labels(choices: Iterable[Choice]) -> dict[str, str]:
    """The words of the contract: a district's staff read in the report what they chose in the form."""
    language: Language = spoken()
    return {choice.code: getattr(choice.label, language) for choice in choices}


def direction(lower: float, upper: float) -> str:
    """Whether an interval lies above zero, below it, or around it."""
    return "more" if lower > 0 else "less" if upper < 0 else "unclear"
