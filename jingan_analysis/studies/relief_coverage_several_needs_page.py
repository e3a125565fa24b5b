"""Tables, figures and method on several needs at once, and on services against need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import formulas
from jingan_analysis.studies import relief_coverage_words as wording
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.relief_coverage_equity import GROUPS
from jingan_analysis.studies.relief_coverage_settings import relief_settings
from jingan_analysis.studies.relief_coverage_several_needs import several_needs_by_dimension, several_needs_by_unit
from jingan_analysis.studies.result import Section
from jingan_analysis.studies.share_map import beyond_note, ends_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import relief_coverage_several_needs as layout
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.formatting import format_value
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

SEVERAL_TITLE = {
    "uneven": mark("Needs in several ways weigh most in {highest} ({high}) and least in {lowest} ({low})"),
    "even": mark("Needs in several ways weigh alike in all sub-districts ({high})"),
}
EQUITY_TITLE = {
    "more": mark("Households in greater need have more services (concentration index {index})"),
    "less": mark("Households in greater need have fewer services (concentration index {index})"),
    "unclear": mark("Services do not follow need beyond chance (concentration index {index})"),
}


def several_needs_tables(situation: Situation, words: Words) -> list[Table]:
    """Needs in several ways by sub-district and dimension; empty where nobody was assessed."""
    if situation.scores.empty:
        return []
    confidence, rule = situation.params.confidence, situation.need_rule
    by_unit = several_needs_by_unit(
        situation.scores,
        situation.records.households["subdistrict_code"],
        situation.units.codes,
        rule,
        confidence=confidence,
    )
    note = state(
        "In need in several ways: needs in at least {share} of the weighted dimensions, a need being a score from {score} on.",
        {SETTINGS: relief_settings(situation.params)},
        share=Claim(SETTINGS, "need_cutoff", "value", kind="percent", decimals=0),
        score=Claim(SETTINGS, "need_threshold", "value"),
    )
    tables = [layout.several_needs(by_unit, missing_marks(by_unit), words, situation.units.labels, note)]
    if not situation.focus_scores.empty:
        by_dimension = several_needs_by_dimension(situation.focus_scores, rule)
        labels = wording.row_labels(wording.need_names(), total=tr("All needs"))
        tables.append(layout.several_needs_by_dimension(by_dimension, missing_marks(by_dimension), words, labels))
    return tables


def equity_tables(situation: Situation, words: Words) -> list[Table]:
    """Services against need; empty with too few assessed households."""
    found = situation.equity
    if found is None:
        return []
    fifths = {str(number): str(number) for number in range(1, GROUPS + 1)}
    fifths |= {"1": tr("1 (least need)"), str(GROUPS): tr("{number} (greatest need)", number=str(GROUPS))}
    fifths["total"] = tr("All assessed")
    return [
        layout.equity(found.indices, missing_marks(found.indices), words, worded(wording.SHARED_OUT)),
        layout.equity_groups(found.groups, missing_marks(found.groups), words, fifths),
    ]


def several_needs_figures(situation: Situation, tables: Tables) -> list[Figure]:
    """M by sub-district, and the concentration of services."""
    return [figure for figure in (_by_unit(situation, tables), _concentration(situation, tables)) if figure is not None]


def _by_unit(situation: Situation, tables: Tables) -> Figure | None:
    ends = ends_of(tables, "several_needs", "adjusted") if "several_needs" in tables else None
    claims = {
        "all": Claim("several_needs", DISTRICT_ROW, "adjusted"),
        "share": Claim("several_needs", DISTRICT_ROW, "several_share"),
        "deep": Claim("several_needs", DISTRICT_ROW, "intensity"),
    }
    if ends is None or not all_shown(tables, claims):
        return None
    low, high = ends
    ends_claims = {"low": Claim("several_needs", low, "adjusted"), "high": Claim("several_needs", high, "adjusted")}
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    uneven = cell(tables, "several_needs", high, "adjusted") > cell(tables, "several_needs", low, "adjusted")
    finding = SEVERAL_TITLE["uneven" if uneven else "even"]
    columns = {"adjusted": "value", "adjusted_lower": "lower", "adjusted_upper": "upper"}
    rows = tables["several_needs"].frame.drop(index=DISTRICT_ROW)[list(columns)].rename(columns=columns)
    rows = rows.sort_values("value", ascending=False, kind="stable", na_position="last")
    return Figure(
        "several-needs",
        state(finding, tables, words=words, **ends_claims),
        tr(
            "Share in need in several ways times how deep (M), assessed households by sub-district, {day}; lines: intervals",
            day=situation.params.window.end_label,
        ),
        state(
            "Dots with intervals by sub-district, highest first. In the whole district {share} of assessed households are in need in "
            "several ways, in {deep} of the weighted dimensions on average: {all} both together.",
            tables,
            words={},
            **claims,
        ),
        interval_dots(
            name="several-needs",
            rows=rows.rename(index=situation.units.names),
            x_title=tr("M of assessed households"),
            value_format=_two_decimals,
            reference=cell(tables, "several_needs", DISTRICT_ROW, "adjusted"),
            reference_label=tr("whole district"),
            missing_label=tr("not shown"),
        ),
        "several_needs",
        (tr("Assessed households were chosen; they do not stand for all."), *beyond_note(tables, "several_needs", "adjusted")),
    )  # fmt: skip


def _concentration(situation: Situation, tables: Tables) -> Figure | None:
    if "equity_groups" not in tables:
        return None
    frame = tables["equity_groups"].frame.drop(index="total")
    columns = {"served_cumulated": tr("ever served"), "services_cumulated": tr("services in the window")}
    population = frame["households_cumulated"]
    whole = {name: label for name, label in columns.items() if frame[name].notna().all()}
    claims = {"index": Claim("equity", "services", "index"), "served": Claim("equity", "served", "index")}
    if not whole or population.isna().any() or not all_shown(tables, claims):
        return None
    return Figure(
        "equity",
        _equity_title(tables),
        tr(
            "Cumulated shares from the households in least need to those in greatest, {place}, {day}",
            place=situation.place,
            day=situation.params.window.end_label,
        ),
        state(
            "Curves below the line of equal shares where households in greater need have more: concentration index of services {index}, "
            "Erreygers' index of being served {served}.",
            tables,
            words={},
            **claims,
        ),
        lorenz(
            name="equity",
            curves={sentence_case(label): ([0.0, *population], [0.0, *frame[name]]) for name, label in whole.items()},
            x_title=tr("Assessed households, from the least need to the greatest"),
            y_title=tr("Share of all service"),
        ),
        "equity_groups",
    )  # fmt: skip


def _equity_title(tables: Tables) -> Statement:
    lower, upper = (cell(tables, "equity", "services", end) for end in ("lower", "upper"))
    finding = EQUITY_TITLE[wording.direction(lower, upper)]
    return state(finding, tables, index=Claim("equity", "services", "index"))


def _two_decimals(value: float) -> str:
    return format_value(value, "number", 2)


def several_needs_method() -> Section:
    """How needs in several ways, and services against need, are measured."""
    return Section(
        tr("Needs in several ways"),
        (
            tr(
                "Needs come together. Alkire and Foster's measure counts, for each assessed household, the weighted dimensions in which its "
                "last assessment finds a need, and calls its needs several from the cutoff on. H says how many are in that state, A how "
                "deep, and their product M falls when either does. It adds up over sub-districts, and over dimensions once only the "
                "needs of households in that state are counted. Weights and cutoff are parameters; the whole report can be run with "
                "others."
            ),
            formulas.ALKIRE_FOSTER,
            tr(formulas.ALKIRE_FOSTER_WHERE),
            tr(
                "Whether service follows need is read off the concentration index. Households are ranked by the need found at their first "
                "assessment, before any service could change it. Being served has bounds, so Erreygers' index is used for it, which "
                "gives the same answer for the served as for those not served."
            ),
            formulas.CONCENTRATION,
            tr(formulas.CONCENTRATION_WHERE),
        ),
    )  # fmt: skip
