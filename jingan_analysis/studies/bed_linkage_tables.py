"""From the records on linked beds to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import bed_linkage_coverage as covering
from jingan_analysis.studies import bed_linkage_flows as flowing
from jingan_analysis.studies import bed_linkage_waiting as waiting
from jingan_analysis.studies import bed_linkage_words as wording
from jingan_analysis.studies.bed_linkage_occupancy import occupancy_by_kind
from jingan_analysis.studies.bed_linkage_published import published_beds
from jingan_analysis.studies.numbers_at_risk import with_followed
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.settings_table import settings_table, within
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import bed_linkage as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.formatting import format_month
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table

REFUSALS = {
    "no_break": mark("No month is named in which something began, so no change is estimated."),
    "two_points_only": mark("Two months show no change: what one month has more than another may be chance, season or trend. Nothing is estimated."),
    "too_few_months": mark("There are too few months before or after the break: nothing is estimated."),
    "no_variation": mark("Occupancy is the same in every month, or the model meets every one: nothing is estimated."),
    "singular_design": mark("The terms of the model cannot be told apart with these months: nothing is estimated."),
    "too_few_months_for_terms": mark("There are too few months for the terms of the model: nothing is estimated."),
    "no_convergence": mark("The model has no solution with these months: nothing is estimated."),
}  # fmt: skip


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, window.year_label)
    settings = _settings(situation)
    published = published_beds(district, situation)
    found = [
        *_occupancy_tables(situation, words),
        *_coverage_tables(situation, words),
        *_flow_tables(situation, words, settings),
        *_waiting_tables(situation, words, settings),
        *([] if published is None else [published]),
        exclusions(counted(situation.records.exclusions), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _occupancy_tables(situation: Situation, words: Words) -> list[Table]:
    kinds = occupancy_by_kind(situation.records.stock_of(situation.params.unit), situation.params.window)
    found = [layout.occupancy(kinds, missing_marks(kinds), words, wording.kind_labels())]
    series = situation.series
    months = series.months
    if months.empty:
        return found
    if series.refusal is None:
        frame = series.effects()
        if series.too_late:
            late = pd.DataFrame({"break_month": series.too_late, "after": 0})
            frame = pd.concat([frame, late], ignore_index=True)
        rows = [f"{month}-after{after}" for month, after in zip(frame["break_month"], frame["after"], strict=True)]
        shown = frame[["after", "fitted", "without"]].assign(
            difference=frame["difference"] * POINTS,
            lower=frame["difference_lower"] * POINTS,
            upper=frame["difference_upper"] * POINTS,
        )
        shown = shown.set_axis(rows)
        labels = {row: format_month(str(month)) for row, month in zip(rows, frame["break_month"], strict=True)}
        found.append(layout.effects(shown, missing_marks(shown), words, labels, _series_notes(situation)))
        expected = series.expected()
        months = months.assign(fitted=expected["fitted"], without=expected["without"])
    found.append(layout.by_month(months, missing_marks(months), words))
    if series.refusal is None:
        found += _model_tables(situation, words)
    return found


def _series_notes(situation: Situation) -> tuple[str, ...]:
    series = situation.series
    return (
        tr("Controlled: steps and slopes are those beyond what places of comparison show.")
        if series.controlled
        else tr("Without comparison: whatever else happened in the month of a break is in its change."),
        tr("[z]: too few months before or after the break, or none so long after it: no change is estimated."),
    )


def _model_tables(situation: Situation, words: Words) -> list[Table]:
    series = situation.series
    assert series.found is not None
    assert series.found.fit is not None
    terms = series.found.to_frame()
    columns = ["estimate", "lower", "upper", "p_value", "newey_west_lower", "newey_west_upper", "newey_west_p_value"]
    terms = terms[columns].set_axis(terms.index.astype(str))
    checks = _checks(situation)
    labels = wording.term_labels(terms.index, series.breaks)
    note = tr("Errors used allow for an autocorrelation that is not known: its possible values are weighted by how well they fit. A p that is shown as zero is smaller than the last digit shown.")  # fmt: skip
    return [
        layout.terms(terms, missing_marks(terms), words, labels, (note,)),
        layout.model_checks(checks, missing_marks(checks, "x"), words, worded(wording.CHECKS)),
    ]


def _checks(situation: Situation) -> pd.DataFrame:
    series = situation.series
    assert series.found is not None
    fit, placebo, residuals = series.found.fit, series.placebo, series.autocorrelation
    assert fit is not None
    assert placebo is not None
    assert residuals is not None
    p_values = dict(zip(residuals.lags.tolist(), residuals.p_value.tolist(), strict=True))
    count, share, number = tr("number"), tr("share"), ""
    rows: dict[str, tuple[float, str]] = {
        "months": (fit.newey_west.months, tr("months")),
        "terms": (len(fit.estimate), count),
        "dispersion": (fit.dispersion, number),
        "autocorrelation": (fit.serial.mean_autocorrelation, number),
        "lags": (fit.newey_west.lags, tr("months")),
        "factor": (fit.newey_west.small_sample_factor, number),
        "freedom": (fit.freedom, count),
        "ljung_box_1": (p_values.get(1, np.nan), number),
        "ljung_box_12": (p_values.get(12, np.nan), number),
        "placebos": (len(placebo.table), count),
        "placebo_level": (placebo.share_level, share),
        "placebo_slope": (placebo.share_slope, share),
    }
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"])
    return frame.assign(value=frame["value"].astype("float64").round(4))


def _coverage_tables(situation: Situation, words: Words) -> list[Table]:
    records, params = situation.records, situation.params
    frame = covering.coverage(
        records,
        params.unit,
        service_days=params.service_within_days,
        fresh_days=params.fresh_within_days,
        confidence=params.confidence,
    )
    frame = frame.assign(of=frame.index)
    labels, denominators = worded(wording.COVERAGES), worded(wording.DENOMINATORS)
    found = [layout.coverage(frame, missing_marks(frame), words, labels, denominators)]
    if records.contracts is not None:
        units = covering.contracts_by_unit(records, situation.units.codes, confidence=params.confidence)
        found.append(layout.contracts(units, missing_marks(units), words, situation.units.labels))
    return found


def _flow_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params, records = situation.params, situation.records
    flows = flowing.flow_table(situation.account, records)
    accounts = flowing.account_table(situation.account, records)
    labels = wording.place_labels(total=tr("All"))
    found = [
        layout.flows(flows, {}, words, labels),
        layout.account(accounts, {}, words, wording.kind_labels(total=tr("All"))),
    ]
    days = flowing.days_after(situation.courses, confidence=params.confidence)
    if len(days):
        names = {**wording.kind_labels(), **{code: tr(text) for code, text in wording.OUTSIDE.items()}}
        columns = {**names, "linked": tr("Any bed")}
        found.append(layout.days_after(days, missing_marks(days), words, wording.kind_labels(), columns))
    back = flowing.back_table(situation.courses, params.bounce_within_days, confidence=params.confidence)
    if back is not None:
        limit = within(mark("Back within {days} days"), settings, "bounce_within_days")
        found.append(layout.back(back, missing_marks(back), words, wording.kind_labels(total=tr("All")), limit))
    return found


def _waiting_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params, records = situation.params, situation.records
    needed = waiting.beds_needed(records, params.unit, params.blocked_share, confidence=params.confidence)
    blocked = state(
        "Beds needed: so many that a share of {value} of the arrivals finds none free.",
        {settings.name: settings},
        value=Claim(settings.name, "blocked_share", "value"),
    )
    found = [layout.needed(needed, missing_marks(needed), words, wording.kind_labels(), blocked)]
    requests = records.requests_of(params.unit)
    if requests is None:
        return found
    limit = within(mark("Moved within {days} days"), settings, "moved_within_days")
    kinds = waiting.requests_by_kind(requests, records, params.moved_within_days, confidence=params.confidence)
    tables = [layout.waiting(kinds, missing_marks(kinds), words, wording.kind_labels(total=tr("All")), limit)]
    channels = waiting.by_channel(requests, records, params.moved_within_days, confidence=params.confidence)
    if (channels["requests"] > 0).all():
        tables.append(layout.channels(channels, missing_marks(channels), words, worded(wording.CHANNELS), limit))
    curve = waiting.waiting_curve(requests, records, "institution", confidence=params.confidence)
    if curve is not None:
        labels = {str(day): tr("{days} days", days=day) for day in curve.index}
        lasted = waiting.watched_days(requests, records, "institution")
        curve, hidden = with_followed(curve, lasted, minimum_cell=params.minimum_cell)
        tables.append(layout.waiting_curve(curve, missing_marks(curve) | hidden, words, labels))
    return [*tables, *found]


def _settings(situation: Situation) -> Table:
    params, days = situation.params, tr("days")
    return settings_table(
        {
            "moved_within_days": (params.moved_within_days, days, tr("Days within which a move should follow a request")),
            "bounce_within_days": (params.bounce_within_days, days, tr("Days within which a move back counts as a bounce-back")),
            "service_within_days": (params.service_within_days, days, tr("Days within which a person with a contract should have had a service")),
            "fresh_within_days": (params.fresh_within_days, days, tr("Days within which linked records should have been matched")),
            "blocked_share": (params.blocked_share, tr("share"), tr("Share of arrivals that may find no free bed")),
            "fewest_months": (params.fewest_months, tr("months"), tr("Fewest months before, between and after breaks")),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of people that is shown")),
        }
    )  # fmt: skip
