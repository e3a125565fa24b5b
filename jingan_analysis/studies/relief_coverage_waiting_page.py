"""Tables, figures and method on the wait for the first service and on services after it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.figures.survival_curves import StepCurve, survival_curves
from jingan_analysis.language import tr, worded
from jingan_analysis.studies import formulas
from jingan_analysis.studies import relief_coverage_words as wording
from jingan_analysis.studies.numbers_at_risk import numbers_at_risk, printed
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.relief_coverage_further import EARLIER
from jingan_analysis.studies.relief_coverage_settings import WITHIN, relief_settings
from jingan_analysis.studies.relief_coverage_waiting import (
    CURVE_DAYS,
    grades_alike,
    units_alike,
    waiting_by_grade,
    waiting_curves,
)
from jingan_analysis.studies.result import Section
from jingan_analysis.tables import relief_coverage_waiting as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import count, format_value, percent
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.studies.relief_coverage_situation import Situation
    from jingan_analysis.tables.table import Table
    from jingan_analysis.tables.words import Words

    Tables = Mapping[str, Table]

MARKED_DAYS = tuple(float(day) for day in range(0, CURVE_DAYS[-1] + 1, 60))


def waiting_tables(situation: Situation, words: Words) -> list[Table]:
    """The waits by grade, their curves and the models of them, as far as the records carry them."""
    waits, confidence = situation.focus_waits, situation.params.confidence
    if waits.frame.empty:
        return []
    grades = wording.grade_names()
    by_grade = waiting_by_grade(waits, situation.params.served_within_days, confidence=confidence)
    labels = wording.row_labels(grades, total=tr("All assessed"))
    settings = {"settings": relief_settings(situation.params)}
    within = state("Served within {days} days", settings, days=WITHIN)
    tables = [layout.waiting(by_grade, missing_marks(by_grade), words, labels, within)]
    curves = waiting_curves(waits, confidence=confidence)
    if curves is not None:
        names = wording.row_labels(grades, total="")
        days = {str(grade): part["days"] for grade, part in waits.frame.groupby("grade") if f"{grade}_share" in curves}
        followed, hidden = numbers_at_risk(days, MARKED_DAYS, minimum_cell=situation.params.minimum_cell)
        tables += [
            layout.waiting_curves(curves, missing_marks(curves), words, names),
            layout.followed(followed[[grade for grade in grades if grade in followed]], hidden, words, names),
        ]
    if situation.hazards is not None:
        frame = situation.hazards.to_frame()
        covariates = wording.covariate_labels(frame.index, situation.hazards.covariates)
        tables.append(layout.hazards(frame, missing_marks(frame), words, covariates))
    return tables


def further_tables(situation: Situation, words: Words) -> list[Table]:
    """Services after the first one; empty where too few households were under service."""
    if situation.further is None:
        return []
    frame = situation.further.to_frame()
    labels = wording.covariate_labels(frame.index, situation.further.covariates)
    return [layout.further_services(frame, missing_marks(frame), words, labels)]


def model_tables(situation: Situation, words: Words) -> list[Table]:
    """What was tested, and what the models rest on."""
    found, fit = _tests(situation), _fit(situation)
    tables = []
    if found:
        frame = pd.DataFrame.from_dict(found, orient="index", columns=["statistic", "freedom", "p_value"])
        tables.append(layout.tests(frame, missing_marks(frame), words, worded(wording.SUPPOSED)))
    if fit:
        columns = ["households", "events", "months", "concordance", "alpha", "alpha_error", "dispersion"]
        frame = pd.DataFrame.from_dict(fit, orient="index", columns=columns)
        tables.append(layout.model_fit(frame, missing_marks(frame), words, worded(wording.MODELS)))
    return tables


def _tests(situation: Situation) -> dict[str, tuple[float, float, float]]:
    """Statistic, degrees of freedom and p value by what is supposed."""
    waits, found = situation.focus_waits, {}
    by_grade = None if waits.frame.empty else grades_alike(waits)
    by_unit = None if situation.waits.frame.empty else units_alike(situation.waits, situation.units.codes)
    for name, test in (("grades_alike", by_grade), ("units_alike", by_unit)):
        if test is not None and test.reason is None:
            found[name] = (test.chi2, float(test.degrees_of_freedom), test.p_value)
    if situation.hazards is not None:
        model = situation.hazards.model
        freedom = float(len(model.names))
        found["no_covariate"] = (model.likelihood_ratio, freedom, model.likelihood_ratio_p_value)
        check = model.proportionality
        if check.holds is not None:
            found["proportional"] = (check.global_chi2, freedom, check.global_p_value)
    if situation.further is not None:
        counts = situation.further.model
        found["poisson"] = (counts.overdispersion_chi2, 1.0, counts.overdispersion_p_value)
    return found


def _fit(situation: Situation) -> dict[str, tuple[float, ...]]:
    fit: dict[str, tuple[float, ...]] = {}
    nothing = math.nan
    if situation.hazards is not None:
        model = situation.hazards.model
        fit["hazards"] = (
            float(model.spells),
            float(model.events),
            nothing,
            model.concordance,
            nothing,
            nothing,
            nothing,
        )
    if situation.further is not None:
        further = situation.further
        best = further.model.negative_binomial
        fit["further"] = (
            float(further.model.rows), float(further.model.events), further.months, nothing, best.alpha,
            best.alpha_std_error, best.pearson_dispersion,
        )  # fmt: skip
    return fit


def waiting_figures(situation: Situation, tables: Tables) -> list[Figure]:
    """Curves of the wait by grade, and who comes sooner."""
    found = (
        _curves(situation, tables),
        _ratios(situation, tables, "hazards"),
        _ratios(situation, tables, "further_services"),
    )
    return [figure for figure in found if figure is not None]


def _curves(situation: Situation, tables: Tables) -> Figure | None:
    if "waiting_curves" not in tables or "waiting" not in tables:
        return None
    frame = tables["waiting_curves"].frame
    names = wording.row_labels(wording.grade_names(), total="")
    curves = [
        _step_curve(
            names[grade],
            frame[[f"{grade}_{part}" for part in ("share", "lower", "upper")]],
            printed(tables["waiting_followed"], grade),
        )
        for grade in wording.grade_names()
        if f"{grade}_share" in frame and frame[f"{grade}_share"].notna().any()
    ]
    claims = {
        "all": Claim("waiting", "total", "within_share"),
        "high": Claim("waiting", "high", "within_share"),
        "low": Claim("waiting", "low", "within_share"),
    }
    if not curves or not all_shown(tables, {"all": claims["all"]}):
        return None
    by_grade = all_shown(tables, claims)
    title = (
        state(
            "Within {days} days {high} of households of high grade were served and {low} of low grade",
            tables,
            days=WITHIN,
            high=claims["high"],
            low=claims["low"],
        )
        if by_grade
        else state(
            "Within {days} days of the assessment {all} of households were served",
            tables,
            days=WITHIN,
            all=claims["all"],
        )
    )
    return Figure(
        "waiting",
        title,
        tr(
            "Share still waiting for a first service while the case is open, by grade, {place}, {day}; bands: intervals",
            place=situation.place,
            day=situation.params.window.end_label,
        ),
        state(
            "Falling curves by days since the first assessment, one a grade; within {days} days {all} of all assessed households were served.",
            tables,
            days=WITHIN,
            all=claims["all"],
        ),
        survival_curves(
            name="waiting",
            curves=curves,
            marks=MARKED_DAYS,
            x_title=tr("Days since the first assessment"),
            y_title=tr("Still waiting"),
            value_format=percent,
            x_format=count,
        ),
        "waiting_curves",
        (tr("Kaplan–Meier on the days of the table; cases closed without a service leave the curve where they are closed."),),
    )  # fmt: skip


def _step_curve(label: str, columns: pd.DataFrame, at_risk: Sequence[str]) -> StepCurve:
    """A curve from day 0 through the days that the table shows."""
    known = columns[columns.iloc[:, 0].notna()]
    days = [0.0, *(float(day) for day in known.index)]
    share, lower, upper = (list(map(float, known[name])) for name in known.columns)
    return StepCurve(label, days, [1.0, *share], lower=[math.nan, *lower], upper=[math.nan, *upper], at_risk=at_risk)


def _ratios(situation: Situation, tables: Tables, name: str) -> Figure | None:
    if name not in tables:
        return None
    table = tables[name]
    rows = table.frame[["ratio", "lower", "upper"]].rename(columns={"ratio": "value"})
    clear = _clearest(table.frame)
    hazards = name == "hazards"
    if clear is None:
        title = (
            state("Nothing known at the assessment tells who is served sooner", tables)
            if hazards
            else state("Nothing known at the assessment tells who has more services", tables)
        )
    else:
        claims, words = {"ratio": Claim(name, clear, "ratio")}, {"who": table.row_labels[clear]}
        title = (
            state("{who}: first served {ratio} times as readily, all else alike", tables, words=words, **claims)
            if hazards
            else state("{who}: {ratio} times as many further services, all else alike", tables, words=words, **claims)
        )
    subtitle = (
        tr(
            "Hazard ratios of a first service within sub-districts, {place}, {day}; lines: intervals",
            place=situation.place,
            day=situation.params.window.end_label,
        )
        if hazards
        else tr(
            "Rate ratios of services after the first one, {place}, {window}; lines: intervals",
            place=situation.place,
            window=situation.params.window.label,
        )
    )
    return Figure(
        name.replace("_", "-"),
        title,
        subtitle,
        state("Dots with intervals, one a property of the household, around the line of no difference.", tables),
        interval_dots(
            name=name.replace("_", "-"),
            rows=rows.rename(index=table.row_labels),
            x_title=tr("Hazard ratio") if hazards else tr("Rate ratio"),
            value_format=_two_decimals,
            reference=1.0,
            reference_label=tr("no difference"),
            include=(0.0, 1.0),
            tick_format=_one_decimal,
        ),
        name,
    )  # fmt: skip


def _clearest(frame: pd.DataFrame) -> str | None:
    """The covariate farthest from no difference among those whose interval leaves it out; None where there is none."""
    # That old cases have fewer services is why it is in the model, and no finding.
    known = frame.drop(index=EARLIER, errors="ignore")
    clear = known[(known["lower"] > 1.0) | (known["upper"] < 1.0)]
    if clear.empty:
        return None
    far = clear["ratio"].map(lambda ratio: abs(math.log(ratio)))
    return str(far.idxmax())


def _two_decimals(value: float) -> str:
    return format_value(value, "number", 2)


def _one_decimal(value: float) -> str:
    return format_value(value, "number", 1)


def waiting_method() -> Section:
    """How waits and services after the first one are told."""
    paragraphs: Sequence[str] = (
        tr(
            "The wait runs from the first assessment to the first service. It is censored on the last day of the period and where "
            "entitlement ends: such a household was followed for so long and not longer. A case closed without a service is another "
            "end. Two questions are asked. How long does a household wait while its case stays open: Kaplan–Meier, with closing as "
            "censoring. What share of all was served by day so and so: the cumulative incidence, in which a closed case can no "
            "longer be served; one minus Kaplan–Meier would say more than was."
        ),
        formulas.KAPLAN_MEIER,
        tr(formulas.KAPLAN_MEIER_WHERE),
        tr(
            "Whether grades, and sub-districts within grades, wait equally long is tested by the log-rank test. Cox regression compares "
            "households of one sub-district with each other, so that what differs between sub-districts explains nothing. Its "
            "assumption, that a ratio is the same at all times, is tested for each covariate (Grambsch and Therneau). Grades and "
            "categories with fewer than ten first services are put together with the one compared with; with fewer than ten for each "
            "covariate nothing is estimated."
        ),
        formulas.COX,
        tr(formulas.COX_WHERE),
        tr(
            "Services after the first one are counted over the months in which the household could have had them within the window. "
            "Households differ in ways that nobody recorded, so that counts vary more than chance makes them: negative binomial "
            "regression estimates by how much and tests it. Whether a household was assessed before the window is always in the model, "
            "since old cases are another matter than new ones."
        ),
        formulas.COUNTS,
        tr(formulas.COUNTS_WHERE),
    )
    return Section(tr("Waits and services"), tuple(paragraphs))
