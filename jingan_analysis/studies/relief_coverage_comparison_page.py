"""Table, figures and method of the comparison of sub-districts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.funnel import funnel
from jingan_analysis.figures.shrinkage import shrinkage
from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import formulas
from jingan_analysis.studies.compared_shares import funnel_points
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.result import Section
from jingan_analysis.studies.share_map import beyond_note, ends_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import relief_coverage_comparison as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.compared_shares import DISPERSION as USUAL_DISPERSION
from jingan_analysis.tables.compared_shares import PLACES
from jingan_analysis.tables.formatting import count, listed, percent, tenth_percent
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

DISPERSION = {
    **USUAL_DISPERSION,
    "no_variation_possible": mark("All or none were never served, so that chance makes no variation; both sets of limits are the same."),
}  # fmt: skip
FUNNEL_TITLE = {
    "usual": mark("Sub-districts differ more than chance explains, but none stands apart from the others"),
    "unusual": mark("Beyond the differences that are usual here: {names}"),
    "chance": mark("Beyond what chance explains: {names}"),
    "none": mark("No sub-district misses more or fewer households than chance explains"),
}
SHRINKAGE_TITLE = {
    "partial": mark("Weighed by how much is known, from {low} in {lowest} to {high} in {highest} were never served"),
    "even": mark("Weighed by how much is known, in every sub-district {high} were never served"),
}


def comparison_tables(situation: Situation, words: Words) -> list[Table]:
    """The comparison; empty where too few sub-districts have eligible households."""
    found = situation.comparison
    if found is None:
        return []
    return [
        layout.comparison(
            found.frame,
            missing_marks(found.frame),
            words,
            situation.units.labels,
            positions=worded(PLACES),
            pooled=found.shrunken.pooling == "complete",
            dispersion=tr(DISPERSION[found.funnel.reason]),
        )
    ]


def comparison_figures(situation: Situation, tables: Tables) -> list[Figure]:
    """Raw beside shrunken shares, and the funnel."""
    if situation.comparison is None or "comparison" not in tables:
        return []
    return [figure for figure in (_shrinkage(situation, tables), _funnel(situation, tables)) if figure is not None]


def _shrinkage(situation: Situation, tables: Tables) -> Figure | None:
    ends = ends_of(tables, "comparison", "shrunken")
    claims = {"all": Claim("comparison", DISTRICT_ROW, "raw")}
    if ends is None or not all_shown(tables, claims):
        return None
    frame = tables["comparison"].frame.drop(index=DISTRICT_ROW)
    rows = frame[["raw", "shrunken", "lower", "upper"]].sort_values("raw", ascending=False, kind="stable")
    low, high = ends
    claims |= {"low": Claim("comparison", low, "shrunken"), "high": Claim("comparison", high, "shrunken")}
    words = {"lowest": situation.units.names[low], "highest": situation.units.names[high]}
    uneven = cell(tables, "comparison", high, "shrunken") > cell(tables, "comparison", low, "shrunken")
    finding = SHRINKAGE_TITLE["partial" if uneven else "even"]
    return Figure(
        "shrinkage",
        state(finding, tables, words=words, **claims),
        tr(
            "Share of eligible households never served, as counted and drawn towards the mean, {day}; lines: credible intervals",
            day=situation.params.window.end_label,
        ),
        state(
            "Two marks a sub-district, as counted and drawn towards the mean, most missed first: from {high} in {highest} down to "
            "{low} in {lowest} once drawn towards the mean; {all} in the whole district.",
            tables,
            words=words,
            **claims,
        ),
        shrinkage(
            name="shrinkage",
            rows=rows.rename(index=situation.units.names),
            prior_mean=cell(tables, "comparison", DISTRICT_ROW, "raw"),
            prior_label=tr("whole district"),
            x_title=tr("Eligible households never served"),
            value_format=tenth_percent,
            include=(),
            missing_label=tr("not shown"),
        ),
        "comparison",
        (tr("The scale does not begin at zero."), *beyond_note(tables, "comparison", "shrunken")),
    )  # fmt: skip


def _funnel(situation: Situation, tables: Tables) -> Figure | None:
    found, points = situation.comparison, funnel_points(tables["comparison"].frame, whole="eligible")
    claims = {
        "all": Claim("comparison", DISTRICT_ROW, "raw"),
        "eligible": Claim("comparison", DISTRICT_ROW, "eligible"),
    }
    if found is None or len(points) < 3 or not all_shown(tables, claims):
        return None
    names = [situation.units.names[str(code)] for code in points.index[points["outside"] != 0]]
    widened = not found.funnel.reason
    finding = FUNNEL_TITLE[("unusual" if widened else "chance") if names else ("usual" if widened else "none")]
    return Figure(
        "funnel",
        state(finding, tables, words={"names": listed(names)} if names else {}),
        tr(
            "Share of eligible households never served against their number, by sub-district, {day}; lines: limits",
            day=situation.params.window.end_label,
        ),
        state(
            "A point a sub-district between lines that narrow as the number of eligible households grows, around {all} of all "
            "{eligible} households.",
            tables,
            words={},
            **claims,
        ),
        funnel(
            name="funnel",
            points=points.rename(index=situation.units.names),
            limits=found.limits(),
            centre=cell(tables, "comparison", DISTRICT_ROW, "raw"),
            centre_label=tr("whole district"),
            x_title=tr("Eligible households"),
            y_title=tr("Never served"),
            x_format=count,
            y_format=percent,
            include=(),
        ),
        "comparison",
        (tr(DISPERSION[found.funnel.reason]),),
    )  # fmt: skip


def comparison_method() -> Section:
    """How sub-districts are compared."""
    return Section(
        tr("Sub-districts compared"),
        (
            tr(
                "A share of few households swings by chance. Empirical Bayes draws it towards what all sub-districts have in common, "
                "by as much as its own households cannot tell: a beta distribution of shares is learned from all of them, and each "
                "share is the mean of what its own households leave possible. The interval averages over the distributions that "
                "the data make likely, since one learned from so few sub-districts is not known."
            ),
            formulas.SHRINKAGE,
            tr(formulas.SHRINKAGE_WHERE),
            tr(
                "The funnel asks the other way round: how far may a sub-district of this size lie from the district's share by chance? "
                "Its inner limits leave out one in twenty, its outer ones two in a thousand. Where sub-districts vary more than that "
                "throughout, limits by chance alone call many of them unusual; the wider limits add the spread that is usual among "
                "them (Spiegelhalter), the most extreme tenth at each end drawn in so that it does not excuse itself."
            ),
            formulas.FUNNEL,
            tr(formulas.FUNNEL_WHERE),
        ),
    )  # fmt: skip
