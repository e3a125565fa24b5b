"""From the records on volunteers to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, spoken, tr, worded
from jingan_analysis.studies import volunteer_pairing_contacts as contacts
from jingan_analysis.studies import volunteer_pairing_decision as deciding
from jingan_analysis.studies import volunteer_pairing_lasting as lasting
from jingan_analysis.studies import volunteer_pairing_numbers as numbers
from jingan_analysis.studies import volunteer_pairing_words as wording
from jingan_analysis.studies.chart_signals import SIGNALS
from jingan_analysis.studies.numbers_at_risk import with_followed
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.settings_table import settings_table, within
from jingan_analysis.studies.units import DISTRICT_ROW, place_names
from jingan_analysis.studies.volunteer_pairing_published import published_volunteers
from jingan_analysis.tables import volunteer_pairing as layout
from jingan_analysis.tables.claims import sentence_case, state
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.volunteer_pairing import Situation
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.exclusions import Excluded
    from jingan_analysis.tables.table import Table

MOST_COMMITTEES = 15
"""Committees listed by name."""
_MM_A_MINUTE = 60_000.0


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, window.label)
    settings = _settings(situation)
    published = published_volunteers(district, situation)
    found = [
        *_present_tables(situation, words, settings),
        *_contact_tables(situation, words, settings),
        *_lasting_tables(situation, words, settings),
        *_decision_tables(situation, words, settings),
        *([] if published is None else [published]),
        exclusions(counted(_left_out(situation)), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _left_out(situation: Situation) -> Excluded:
    """What the records leave out, and of whom the pairing knows no home."""
    homes = situation.ground
    told: Excluded = (
        {}
        if homes is None
        else {
            "homes_of_committee": (homes.from_committee, "cases"),
            "homes_unknown": (homes.left_out, "cases"),
        }
    )
    return {**situation.records.exclusions, **told}


def _present_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params, records, units = situation.params, situation.records, situation.units
    coverage = numbers.by_unit(records, units.codes, confidence=params.confidence)
    groups = numbers.by_group(records, params.unit, confidence=params.confidence)
    programmes = numbers.by_programme(records, params.unit)
    load = numbers.load_by_unit(situation.loads, units.codes, norm=params.norm, confidence=params.confidence)
    spread = numbers.load_distribution(situation.loads, params.unit)
    norm = state("Norm: {norm} older people a volunteer.", {settings.name: settings}, norm=setting("norm"))
    more = tr("More than {most}", most=f"{numbers.MOST_LOAD_SHOWN}")
    return [
        layout.by_subdistrict(coverage, missing_marks(coverage), words, units.labels),
        layout.groups(groups, missing_marks(groups), words, wording.groups()),
        layout.programmes(programmes, missing_marks(programmes), words, wording.programmes()),
        layout.load(load, missing_marks(load), words, units.labels, norm),
        layout.load_distribution(spread, {}, words, {"more": more, "total": tr("All")}),
    ]


def _contact_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    checks, params = situation.contact_checks, situation.params
    if checks is None or situation.weeks is None:
        return []
    frame = contacts.compliance_by_unit(
        checks, situation.units.codes, long_gap_days=params.long_gap_days, confidence=params.confidence
    )
    notes = (
        tr("A check is a week, or as many weeks as one contact is due in; it is met where as many contacts were kept as required, by whichever volunteer. Intervals: people of one volunteer are a cluster."),
        tr("Weeks before the records of contacts begin are not known and not counted."),
        within(mark("Long gap: more than {days} days without any contact, among people paired for longer than that without a break."), settings, "long_gap_days"),
    )  # fmt: skip
    weeks = _charted(situation.weeks)
    modes = contacts.by_mode(checks, params.unit)
    return [
        layout.compliance(frame, missing_marks(frame), words, situation.units.labels, notes),
        layout.weeks(weeks, missing_marks(weeks), words, worded(SIGNALS)),
        layout.modes(modes, missing_marks(modes), words, wording.modes()),
    ]


def _charted(weeks: pd.DataFrame) -> pd.DataFrame:
    """Weeks with mean, limits and signals of their chart; NaN and no signal where there is none."""
    chart = contacts.chart_of(weeks)
    if chart is None:
        return weeks.assign(centre=np.nan, low=np.nan, high=np.nan, signal="none")
    signals = np.select(
        [chart.improvement & chart.concern, chart.improvement, chart.concern], ["both", "better", "worse"], "none"
    )
    low, high = np.maximum(chart.lower, 0.0), np.minimum(chart.upper, 1.0)
    return weeks.assign(centre=chart.centre, low=low, high=high, signal=signals)


def _lasting_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params, pairs, volunteers = situation.params, situation.pair_spells, situation.volunteer_spells
    confidence, found = params.confidence, []
    bound = {settings.name: settings}
    if lasting.has_ends(pairs):
        frame = lasting.pairs_lasting(pairs, params.lasting_months, confidence=confidence)
        labels = worded(wording.COMMITTEES) | {"total": tr("All")}
        after = state("Lasting: after {months} months.", bound, months=setting("lasting_months"))
        found.append(layout.lasting(frame, missing_marks(frame), words, labels, after))
        curve = lasting.pair_curve(pairs, params.lasting_months, confidence=confidence)
        days = curve.set_axis([f"{lasting.days_of(float(month)):g}" for month in curve.index])
        followed, marks = with_followed(days, pairs["days"], minimum_cell=params.minimum_cell)
        months = dict(zip(days.index, curve.index, strict=True))
        hidden = {(months[row], column): told for (row, column), told in marks.items()}
        shown = followed.set_axis(curve.index)
        found.append(layout.pair_curve(shown, missing_marks(shown) | hidden, words, worded(wording.CAUSES)))
    if volunteers["left"].any():
        frame = lasting.volunteers_staying(volunteers, params.lasting_months, confidence=confidence)
        spans = tuple(
            state(text, bound, months=setting(name))
            for text, name in (
                (mark("After {months} months"), "lasting_months"),
                (mark("After {months} months"), "lasting_months_twice"),
            )
        )
        found.append(layout.staying(frame, missing_marks(frame), words, wording.programmes(), (spans[0], spans[1])))
    ratios = lasting.ratios(pairs, volunteers, confidence=confidence)
    if len(ratios):
        found.append(layout.ratios(ratios, missing_marks(ratios), words, wording.ratios()))
    return found


def _decision_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    decision, params, units = situation.decision, situation.params, situation.units
    if decision is None:
        return []
    labels = wording.scenarios(most=params.most, norm=params.norm)
    scenarios = deciding.by_scenario(decision)
    prices = _priced(deciding.by_price(decision), params.walk_speed_mps)
    found = [
        layout.scenarios(scenarios, missing_marks(scenarios), words, labels, _scenario_notes(situation, settings)),
        layout.prices(prices, missing_marks(prices), words, _price_labels(prices)),
    ]
    if situation.committees.empty:
        return found
    codes = situation.committees["subdistrict_code"]
    missing = deciding.by_unit(decision, units.codes, codes)
    found.append(layout.missing(missing, missing_marks(missing), words, units.labels, worded(wording.LIMITS)))
    committees = deciding.by_committee(decision)
    mine = codes.reindex(committees.index)
    committees = committees[params.unit is None or (mine == params.unit)] if params.unit else committees
    if len(committees):
        names = place_names(situation.committees.reset_index(), "committee_id")
        found.append(layout.committees(committees.head(MOST_COMMITTEES), {}, words, names))
    return found


def _scenario_notes(situation: Situation, settings: Table) -> tuple[Text, ...]:
    bound = {settings.name: settings}
    return (
        state(
            "Proven optimal: as many as can be are paired, then walks are least, with {price} minutes of walking as the price of each pair that is broken and might have been kept. New pairs live within {minutes} minutes at {speed} m/s; a pair that exists may be kept up to {kept} minutes, and the mean walk as it is counts no longer ones.",
            bound, price=setting("price_minutes"), minutes=setting("longest_walk_minutes"),
            kept=setting("kept_walk_minutes"), speed=setting("walk_speed_mps"),
        ),
        tr("Who is in both programmes wants a place in each. Room: as many as volunteers are ready for, and at most the number of the row. Volunteers more: the fewest with whom nobody within reach of a committee stays without."),
        sentence_case(state("{label}.", {}, words={"label": situation.walking.label})),
    )  # fmt: skip


def _priced(frame: pd.DataFrame, speed_mps: float) -> pd.DataFrame:
    minutes = frame["price_mm"] / (speed_mps * _MM_A_MINUTE)
    rows = ["fewest" if np.isnan(value) else f"{value:g}" for value in minutes]
    return frame.drop(columns="price_mm").set_axis(rows)


def _price_labels(frame: pd.DataFrame) -> dict[str, str]:
    return {
        str(row): tr("As few broken as can be") if row == "fewest" else tr("{minutes} minutes", minutes=str(row))
        for row in frame.index
    }


def _settings(situation: Situation) -> Table:
    params = situation.params

    def sourced(name: str, meaning: str) -> str:
        return tr("{meaning} ({source})", meaning=meaning, source=parameter(name).source_in(spoken()))

    return settings_table(
        {
            "norm": (params.norm, tr("persons"), sourced("elders_per_volunteer_norm", tr("Older people that one volunteer should have at most"))),
            "most": (params.most, tr("persons"), sourced("elders_per_volunteer_most", tr("Older people of a volunteer at most, middle scenario"))),
            "long_gap_days": (params.long_gap_days, tr("days"), sourced("long_gap_days", tr("A longer time without contact is a long gap"))),
            "lasting_months": (params.lasting_months, tr("months"), sourced("lasting_months", tr("Time after which pairs and volunteers count as lasting"))),
            "lasting_months_twice": (2 * params.lasting_months, tr("months"), tr("Twice that time")),
            "walk_speed_mps": (params.walk_speed_mps, tr("m/s"), sourced("walk_speed_mps", tr("Walking speed of the main results"))),
            "longest_walk_minutes": (params.longest_walk_minutes, tr("minutes"), sourced("pair_walk_minutes", tr("Longest walk of a new pair"))),
            "kept_walk_minutes": (params.kept_walk_minutes, tr("minutes"), sourced("kept_pair_walk_minutes", tr("Longest walk of a pair that exists and may be kept"))),
            "price_minutes": (params.price_minutes, tr("minutes"), sourced("broken_pair_price_minutes", tr("Walk that must be saved for each pair that is broken"))),
            **situation.walking.settings,
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of a group of people that is shown")),
            "confidence": (params.confidence, "", tr("Confidence level of intervals")),
        }
    )  # fmt: skip
