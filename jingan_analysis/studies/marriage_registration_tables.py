"""From the records on marriages to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import spoken, tr, worded
from jingan_analysis.studies import marriage_registration_residence as homes
from jingan_analysis.studies import marriage_registration_scopes as coming
from jingan_analysis.studies import marriage_registration_series as changing
from jingan_analysis.studies import marriage_registration_words as wording
from jingan_analysis.studies.marriage_registration_published import published_marriages
from jingan_analysis.studies.marriage_registration_records import HOME_SCOPES, OPENED
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import marriage_registration as layout
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.formatting import format_month
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.tables.table import Table


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.whose, situation.units.labels[DISTRICT_ROW], window.end_label, window.label)
    settings = _settings(situation)
    published = published_marriages(district, situation)
    found = [
        *_scope_tables(situation, words),
        *_home_tables(situation, words),
        *_stage_tables(situation, words, settings),
        *_opening_tables(situation, words, settings),
        *(_day_tables(situation, words, settings) if situation.params.unit is None else _kept_tables(situation, words)),
        *_visit_tables(situation, words),
        *_travel_tables(situation, words),
        *([] if published is None else [published]),
        exclusions(counted(situation.records.exclusions), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _scope_tables(situation: Situation, words: Words) -> list[Table]:
    confidence = situation.params.confidence
    frame, by_type = (found(situation.own, confidence=confidence) for found in (coming.scopes, coming.types))
    return [
        layout.scopes(frame, missing_marks(frame), words, wording.scopes()),
        layout.types(by_type, missing_marks(by_type), words, wording.types()),
    ]


def _home_tables(situation: Situation, words: Words) -> list[Table]:
    lived, rates, people = situation.lived, situation.rates, situation.people
    if lived is None:
        return []
    labels = situation.units.labels | {
        homes.ELSEWHERE: tr("Elsewhere, or not noted"),
        homes.TOTAL: tr("All"),
        DISTRICT_ROW: tr("All sub-districts together"),
    }
    by_scope = {code: wording.scopes()[code] for code in HOME_SCOPES}
    found = [layout.residence(lived, missing_marks(lived), words, labels, by_scope, homes.SHARED)]
    if rates is None or people is None:
        return found
    header = (
        tr("Residents")
        if people.ages is None
        else tr("Residents aged {first} to {last}", first=str(people.ages[0]), last=str(people.ages[1]))
    )
    notes = (
        tr("Only marriages at this office: couples who live here and register elsewhere are not in the rate. It is of the period, not of a year. Intervals: Poisson, exact."),
        *((tr("The data do not tell the ages at which most people marry: where many residents are old, the rate is low for that alone."),) if people.ages is None else ()),
        *people.stamps,
    )  # fmt: skip
    return [*found, layout.rates(rates, missing_marks(rates), words, labels, header, notes)]


def _stage_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    params, whole = situation.params, situation.params.unit is None
    staged = coming.stages(
        situation.own, params.benchmark_months if whole else (), params.benchmark_share, confidence=params.confidence
    )
    if staged.empty:
        return []
    if not whole:
        staged = staged.drop(columns="difference")
    first, last = format_month(params.benchmark_months[0]), format_month(params.benchmark_months[-1])
    labels = worded(wording.STAGES) | {
        coming.COMPARED: tr("As the city’s share, {first} to {last}", first=first, last=last)
    }
    scope_labels = {code: wording.scopes()[code] for code in situation.own.scopes}
    note = state(
        "The city’s share of couples who registered outside their district was {share}%: the last row, of the same months, is held against it. The other rows are of other months.",
        {settings.name: settings},
        words={},
        share=setting("benchmark_percent"),
    )  # fmt: skip
    return [layout.stages(staged, missing_marks(staged), words, labels, scope_labels, (note,) if whole else ())]


def _opening_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    series, params = situation.series, situation.params
    labels = wording.scopes()
    frame = changing.openings(series, situation.own)
    dated = {
        scope: tr("{opening}, from {month}", opening=labels[scope], month=format_month(month))
        for scope, month in zip(OPENED, params.openings, strict=True)
    }
    notes = (
        state(
            "A change needs {months} months before the opening and from it on, and {least} marriages a month on the average; months from an opening on that cannot be estimated are left out of the model.",
            {settings.name: settings}, words={}, months=setting("fewest_months"), least=setting("fewest_a_month"),
        ),
        tr("Modelled: an interrupted series of monthly counts, with trend, season and the calendar of open days. Nothing else may have happened in these months that moved registrations: the model cannot tell one cause from another."),
    )  # fmt: skip
    found = [layout.openings(frame, missing_marks(frame, "x"), words, dated, worded(wording.STATUSES), notes)]
    split = changing.moved_created(series)
    if len(split):
        found.append(layout.moved_created(split, missing_marks(split), words, labels, worded(wording.VERDICTS)))
    found += _course_tables(situation, words)
    tested = changing.autocorrelation(series)
    return found if tested is None else [*found, layout.residuals(tested, words)]


def _course_tables(situation: Situation, words: Words) -> list[Table]:
    """Months, or quarters where a sub-district's months are so small that many would be hidden."""
    course = changing.course(situation.series).drop(columns=["used", "both"])
    if situation.params.unit is not None:
        course = course.drop(columns="elsewhere")
    if course.empty:
        return []
    if situation.thin:
        by_quarter = changing.quarters(course)
        labels = {str(row): tr("{year} Q{number}", year=str(row)[:4], number=str(row)[-1]) for row in by_quarter.index}
        return [layout.by_quarter(by_quarter, words, labels)]
    unknown = missing_marks(course.filter(["elsewhere"]), "x")
    return [layout.by_month(course, missing_marks(course) | unknown, words)]


def _day_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    labels = wording.days()
    bound = {settings.name: settings}
    kinds = situation.calendar.table
    few = state("Kinds with fewer than {days} days have no ratio.", bound, words={}, days=setting("fewest_days"))
    level = tr(
        "Each day counts once, as the last kind in the list that it belongs to, and is held against the other days of its month. Where slots run out, the ratio tells what was registered, not what was wished."
    )
    small = tr("A p that is shown as zero is smaller than the last digit shown.")
    found = []
    if len(kinds):
        found.append(layout.calendar(kinds, missing_marks(kinds), words, worded(wording.KINDS), (level, few, small)))
    use = situation.use
    if use["days"].iloc[-1] > 0:
        found.append(layout.slots(use, missing_marks(use), words, labels))
    demand, waits = situation.demand, situation.windows
    if len(demand):
        limits = (
            tr("Modelled: where a day was full, at least so many wished it; the likelihood takes that into account. Where every day was full only the lower bound is known."),
            state("Needed: so that {share} of those who wish the day are expected to get it. An ordinary weekday is that of the twelve months up to the last day.", bound, words={}, share=share_setting("wished_share")),
        )  # fmt: skip
        found.append(layout.peak_demand(demand, missing_marks(demand), words, labels, limits))
    if waits is not None:
        notes = (
            state(
                "A wait of more than {minutes} minutes is long; needed are windows with which at most {share} of the couples have one.",
                bound, words={}, minutes=setting("wait_minutes"), share=share_setting("long_wait_share"),
            ),
            tr("Modelled with Erlang’s formula for waiting: couples come at random over the day and visits vary as exponential times do. Appointments spread them more evenly, so that waits are rather overstated; a crowd in the morning would make them longer."),
            tr("No mean wait stands where more couples come than the windows can serve: the line grows until they close."),
        )  # fmt: skip
        found.append(layout.windows(waits, missing_marks(waits), words, worded(wording.KINDS), notes))
    return found


def _kept_tables(situation: Situation, words: Words) -> list[Table]:
    """In place of the office's slots, whether the couples of a sub-district keep their appointments."""
    frame = coming.kept(situation.own, confidence=situation.params.confidence)
    return [layout.kept(frame, missing_marks(frame), words, wording.types())]


def _visit_tables(situation: Situation, words: Words) -> list[Table]:
    """Those who came to marry; of a sub-district all who came, for who came and was not registered would be few."""
    every = situation.params.unit is not None
    types = coming.TYPE_CODES if every else ("marriage",)
    frame = coming.visits(situation.own, confidence=situation.params.confidence, types=types)
    if frame.empty:
        return []
    shown = frame.drop(columns="timed")
    return [layout.visits(shown, missing_marks(shown), words, wording.scopes(), every_type=every)]


def _travel_tables(situation: Situation, words: Words) -> list[Table]:
    saved = situation.travel
    if saved is None:
        return []
    frame, inputs = saved.by_scope(), saved.by_input()
    if situation.params.unit is not None:
        # What each assumption carries depends on how many couples of each scope there are: with few it would tell them.
        inputs = inputs.drop(columns=["first_order", "total"])
    notes = (
        tr("Modelled from declared assumptions, not measured: twice the difference between the way to the responsible office and the way to this one, for the share of couples whom the opening saves it. Median of the draws."),
        tr("The interval says how little is known of the mean way, not how couples differ. The time of a couple counts once."),
        *(() if situation.params.unit is None else (tr("Without foreign-related couples, who are few in a sub-district and whose way is hardly shorter."),)),
    )  # fmt: skip
    return [
        layout.travel_saved(frame, missing_marks(frame), words, wording.scopes(), notes),
        layout.travel_inputs(inputs, words, wording.assumptions([str(name) for name in inputs.index])),
    ]


def _settings(situation: Situation) -> Table:
    params = situation.params

    def sourced(name: str, meaning: str) -> str:
        return tr("{meaning} ({source})", meaning=meaning, source=parameter(name).source_in(spoken()))

    low, mode, high = params.extra_trip_share
    trip = tr("Share of couples whom the opening saves the way to the responsible office")
    return settings_table(
        {
            "benchmark_percent": (100.0 * params.benchmark_share, "%", sourced("city_cross_district_share", tr("The city’s couples who registered outside their own district"))),
            "fewest_months": (params.fewest_months, tr("months"), sourced("fewest_months_between_openings", tr("Months that a change needs before it and from it on"))),
            "fewest_a_month": (params.fewest_a_month, tr("a month"), sourced("fewest_marriages_a_month", tr("Marriages a month that a change needs on the average"))),
            "fewest_days": (params.fewest_days, tr("days"), sourced("fewest_open_days_of_a_kind", tr("Open days that a kind of day needs"))),
            "wished_share": (params.wished_share, "", sourced("day_wished_share", tr("Share of couples who should get the day that they wish"))),
            "wait_minutes": (params.wait_minutes, tr("minutes"), sourced("window_wait_minutes", tr("A longer wait at the windows is long"))),
            "long_wait_share": (params.long_wait_share, "", sourced("long_wait_share", tr("Share of couples who may have a long wait"))),
            "extra_trip_low": (low, "", sourced("extra_trip_share", tr("{what}, least", what=trip))),
            "extra_trip_mode": (mode, "", tr("{what}, most likely", what=trip)),
            "extra_trip_high": (high, "", tr("{what}, most", what=trip)),
            "draws": (params.draws, tr("draws"), sourced("travel_draws", tr("Draws of the assumptions on travel"))),
            "seed": (float(params.seed), "", tr("Seed of everything random")),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of a group of people that is shown")),
            "confidence": (params.confidence, "", tr("Confidence level of intervals")),
        }
    )  # fmt: skip
