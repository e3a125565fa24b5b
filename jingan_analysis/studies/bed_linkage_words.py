"""Words of the study on linked beds for the codes of its tables, in the spoken language."""

from __future__ import annotations

from collections.abc import Iterable

from jingan_analysis.contracts.linked_beds import BED_TYPES
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.tables.claims import sentence_case
from jingan_analysis.tables.formatting import format_month

OUTSIDE = {
    "home": mark("Home"),
    "left": mark("Gave up"),
    "died": mark("Died"),
}
COVERAGES = {
    "institutions": mark("Contract: institutions"),
    "holders": mark("Contract: people"),
    "served": mark("Service"),
    "linked": mark("Data: linked"),
    "fresh": mark("Data: linked and matched of late"),
}
DENOMINATORS = {
    "institutions": mark("homes that are open"),
    "holders": mark("people with an institution bed or a home care bed"),
    "served": mark("people with a contract"),
    "linked": mark("people with a contract"),
    "fresh": mark("people with a contract"),
}
CHANNELS = {"green": mark("Green channel"), "other": mark("Other")}
TERMS = {
    "intercept": mark("Level at the first break"),
    "trend": mark("Trend a month"),
    "level": mark("Step, {month}"),
    "slope": mark("Change of slope a month, {month}"),
    "sine_1": mark("Season, sine of a year"),
    "cosine_1": mark("Season, cosine of a year"),
    "spring_festival": mark("A day of the Spring Festival"),
    "comparison_intercept": mark("Elsewhere: level at the first break"),
    "comparison_trend": mark("Elsewhere: trend a month"),
    "comparison_level": mark("Elsewhere: step, {month}"),
    "comparison_slope": mark("Elsewhere: change of slope a month, {month}"),
}
CHECKS = {
    "months": mark("Months in the model"),
    "terms": mark("Terms"),
    "dispersion": mark("Dispersion"),
    "autocorrelation": mark("Autocorrelation, mean of its weights"),
    "lags": mark("Lags of the Newey–West error"),
    "factor": mark("Small-sample factor of the Newey–West error"),
    "freedom": mark("Degrees of freedom"),
    "ljung_box_1": mark("Ljung–Box test, first lag: p"),
    "ljung_box_12": mark("Ljung–Box test, a year of lags: p"),
    "placebos": mark("Placebo breaks"),
    "placebo_level": mark("Share of them with as large a step"),
    "placebo_slope": mark("Share of them with as large a change of slope"),
}
EXCLUDED = {
    "stock_after": mark("Rows on beds after the last month, left out"),
    "stays_after": mark("Stays begun after the last day, left out"),
    "stays_in_closed": mark("Stays begun in an institution that had closed, left out"),
    "stays_overlapping": mark("Stays in a kind of bed that the person still held, left out"),
    "stays_at_once": mark("Stays beside another kind of bed that cannot be held at once, left out"),
    "stays_after_death": mark("Stays begun after the person's death, left out"),
    "requests_after": mark("Requests made after the last day, left out"),
    "contracts_after": mark("Contracts signed after the last day, left out"),
    "services_after": mark("Services given after the last day, left out"),
}


def kind_names() -> dict[str, str]:
    """Kinds of bed by code, as they stand inside a sentence."""
    language = spoken()
    return {choice.code: getattr(choice.label, language) for choice in BED_TYPES}


def kind_labels(*, total: str = "") -> dict[str, str]:
    """Kinds of bed by code as labels of rows, with the last one for the total where it has a name."""
    labels = {code: sentence_case(name) for code, name in kind_names().items()}
    return {**labels, "total": total} if total else labels


def place_labels(*, total: str) -> dict[str, str]:
    """Kinds of bed and places outside by code."""
    return {**kind_labels(), **{code: tr(text) for code, text in OUTSIDE.items()}, "total": total}


def term_labels(names: Iterable[str], breaks: tuple[str, ...]) -> dict[str, str]:
    """Terms of the model by name; a step and a change of slope name the month of their break."""
    found = {}
    for name in names:
        stem, _, number = name.rpartition("_")
        if stem in TERMS and number.isdigit() and stem.endswith(("level", "slope")):
            found[name] = tr(TERMS[stem], month=format_month(breaks[int(number) - 1]))
        else:
            found[name] = tr(TERMS[name])
    return found


def coverage_labels() -> dict[str, str]:
    """Coverages by code."""
    return worded(COVERAGES)
