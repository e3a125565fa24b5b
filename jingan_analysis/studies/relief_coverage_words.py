"""Words of relief coverage for the codes of its tables, in the spoken language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.relief import HOUSEHOLDS, RELIEF_CASES
from jingan_analysis.contracts.relief_columns import NEED_DIMENSIONS
from jingan_analysis.language import mark, spoken
from jingan_analysis.studies.relief_coverage_discovery import WITH_STATION, WITHOUT_STATION
from jingan_analysis.tables.claims import sentence_case
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jingan_analysis.contracts.column import Choice

STEPS = {
    "eligible": mark("Eligible: entitled on the last day"),
    "known": mark("Known: a case was opened"),
    "assessed": mark("Assessed at least once"),
    "planned": mark("Planned: a service agreed"),
    "served": mark("Served at least once"),
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
}


def category_names() -> dict[str, str]:
    """Categories of relief by code, as they stand inside a sentence."""
    return _labels(HOUSEHOLDS.column("relief_category").choices)


def need_names() -> dict[str, str]:
    """Dimensions of need by code, as they stand inside a sentence."""
    return _labels(NEED_DIMENSIONS)


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
