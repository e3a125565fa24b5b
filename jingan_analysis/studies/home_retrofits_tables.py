"""From the records on adapted homes to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.studies import home_retrofits_completions as completing
from jingan_analysis.studies import home_retrofits_falls as falling
from jingan_analysis.studies import home_retrofits_stages as staging
from jingan_analysis.studies import home_retrofits_targeting as targeting
from jingan_analysis.studies import home_retrofits_words as wording
from jingan_analysis.studies.home_retrofits_published import published_retrofits
from jingan_analysis.studies.home_retrofits_records import GROUPS
from jingan_analysis.studies.rate_columns import missing_marks
from jingan_analysis.studies.settings_table import settings_table, within
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import home_retrofits as layout
from jingan_analysis.tables import home_retrofits_need as need_layout
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.compared_shares import DISPERSION, LIMITS, POOLED, compared_table
from jingan_analysis.tables.exclusions import counted, exclusions
from jingan_analysis.tables.words import Words

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.compared_shares import Comparison
    from jingan_analysis.studies.home_retrofits import Situation
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table
    from jingan_analysis.vocabulary import Mark


def tables_of(district: District, situation: Situation) -> dict[str, Table]:
    """All tables by name in reading order."""
    window = situation.params.window
    words = Words(situation.place, situation.units.labels[DISTRICT_ROW], window.end_label, situation.since)
    settings = _settings(situation)
    published = published_retrofits(district, situation)
    found = [
        *_stage_tables(situation, words, settings),
        *_completion_tables(situation, words),
        *_need_tables(situation, words),
        *_fall_tables(situation, words, settings),
        *([] if published is None else [published]),
        exclusions(counted(situation.records.exclusions), worded(wording.EXCLUDED)),
        settings,
    ]
    return {table.name: table for table in found}


def _stage_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    records, params, units = situation.records, situation.params, situation.units
    stages = staging.stages(records, params.unit)
    limit = within(mark("Accepted within {days} days"), settings, "accepted_within_days")
    frame = staging.by_unit(records, units.codes, params.accepted_within_days, confidence=params.confidence)
    found = [
        layout.stages(stages, missing_marks(stages), words, worded(wording.STAGES), worded(wording.ENDS)),
        layout.by_unit(frame, missing_marks(frame), words, units.labels, limit),
    ]
    curve = staging.incidence_curve(
        records, params.unit, confidence=params.confidence, minimum_cell=params.minimum_cell
    )
    if curve is not None:
        rows, marks = curve
        labels = {str(day): tr("{days} days", days=day) for day in rows.index}
        found.append(layout.incidence(rows, {**missing_marks(rows), **marks}, words, labels))
    return [*found, *_compared_tables(situation, words, settings)]


def _compared_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    captions = {
        "withdrawals": mark("Withdrawn within {days} days"),
        "on_time": mark("Accepted within {days} days"),
    }
    headers = {"withdrawals": tr("Withdrawn"), "on_time": tr("Accepted")}
    found = []
    for name, template in captions.items():
        comparison = situation.comparison(name)
        if comparison is None:
            continue
        caption = state(
            "{what}, sub-districts compared, until {day}",
            {},
            words={"what": within(template, settings, "accepted_within_days"), "day": words.end},
        )
        found.append(
            compared_table(
                name,
                caption,
                comparison.frame.drop(columns="weight"),
                missing_marks(comparison.frame.drop(columns="weight")),
                situation.units.labels,
                whole=layout.applications("whole", tr("Applications")),
                part=layout.applications("part", headers[name], part_of="whole"),
                notes=_compared_notes(comparison, settings),
            )
        )
    return found


def _compared_notes(comparison: Comparison, settings: Table) -> tuple[Text, ...]:
    return (
        within(mark("Applications made at least {days} days before the last day, so that each had its time."), settings, "accepted_within_days"),
        tr(POOLED)
        if comparison.shrunken.pooling == "complete"
        else tr("The share of a small sub-district is drawn towards the mean of all, the more so the fewer applications it has. The intervals are credible intervals."),
        tr(LIMITS),
        tr(DISPERSION[comparison.funnel.reason]),
    )  # fmt: skip


def _completion_tables(situation: Situation, words: Words) -> list[Table]:
    records, params, units = situation.records, situation.params, situation.units
    frame = completing.completions(records, situation.older, units.codes, confidence=params.confidence)
    years = completing.by_year(records, params.unit)
    labels = {**{year: year for year in years.index}, completing.TOTAL: tr("All")}
    found = [
        layout.completions(frame, missing_marks(frame), words, units.labels, tr(wording.BASES[params.basis])),
        layout.by_year(years, missing_marks(years), words, labels),
    ]
    ranked = completing.ranked(records)
    return found if ranked is None else [*found, layout.ranked(ranked, words, units.labels)]


def _need_tables(situation: Situation, words: Words) -> list[Table]:
    records, params, units = situation.records, situation.params, situation.units
    if records.need is None:
        return []
    groups = targeting.by_group(records, params.unit, confidence=params.confidence)
    places = targeting.by_unit(records, confidence=params.confidence)
    left = targeting.unmet_cells(records, params.unit)
    found = [
        need_layout.by_group(groups, _need_marks(groups), words, wording.group_labels(total=tr("All"))),
        need_layout.by_unit(places, _need_marks(places), words, units.labels),
        need_layout.unmet(left, missing_marks(left, "x"), words, units.labels, _group_headers()),
    ]  # fmt: skip
    index = situation.concentration
    if index is None:
        return found
    standard = index.interval.to_frame().set_index("form").loc[["standard"], ["index", "lower", "upper"]]
    return [*found, need_layout.concentration(standard, {}, words, {"standard": tr("Concentration index")})]


def _need_marks(frame: pd.DataFrame) -> dict[tuple[str, str], Mark]:
    """A need that is not known is not at hand; what cannot be said of it, or of no group, does not apply."""
    unknown = {cell: cell[1] in ("need", "met", "unmet") and cell[0] != targeting.NONE for cell in missing_marks(frame)}
    return {cell: "x" if is_unknown else "z" for cell, is_unknown in unknown.items()}


def _group_headers() -> dict[str, str]:
    labels = wording.group_labels()
    return {name: labels[name] for name in GROUPS}


def _fall_tables(situation: Situation, words: Words, settings: Table) -> list[Table]:
    records = situation.records
    if records.watched is None or records.falls is None:
        return []
    captions = {
        "home": tr("Falls at home around application and acceptance, {place}, {day}", place=words.place, day=words.end),
        "elsewhere": tr("Falls elsewhere around application and acceptance, {place}, {day}", place=words.place, day=words.end),
    }  # fmt: skip
    labels, found = worded(wording.TIMES), []
    for place, falls in situation.falls.items():
        if falls.refusal is None:
            frame = falling.ratios(falls)
            name = f"falls_{place}"
            found.append(need_layout.falls(name, captions[place], frame, missing_marks(frame), labels, _fall_notes(settings)))  # fmt: skip
    home = situation.falls["home"]
    split = falling.ratios_split(home) if home.refusal is None else None
    if split is not None:
        caption = tr("Falls at home soon and later after acceptance, {place}, {day}", place=words.place, day=words.end)
        note = within(mark("Soon: within {days} days after acceptance."), settings, "early_days")
        found.append(need_layout.falls("falls_split", caption, split, missing_marks(split), labels, (note,)))
    return [*found, *_fall_details(situation, words)]


def _fall_notes(settings: Table) -> tuple[Text, ...]:
    return (
        within(mark("Rate ratios compare falls of the same persons, adjusted for age and season, with the time outside these times. Before the application: the {days} days before it, in which a fall may have prompted it."), settings, "pre_exposure_days"),
        tr("Watched: person-months of those who fell; others tell nothing of a ratio. Intervals come from the profile likelihood. A p that is shown as zero is smaller than the last digit shown."),
    )  # fmt: skip


def _fall_details(situation: Situation, words: Words) -> list[Table]:
    records, told = situation.records, [name for name, falls in situation.falls.items() if falls.refusal is None]
    if not told:
        return []
    assert records.watched is not None
    assert records.falls is not None
    pieces = {
        place: falling.before_after(situation.watched, situation.falls_seen, place, situation.options) for place in told
    }
    simple = pd.concat([frame.set_axis([f"{place}-{row}" for row in frame.index]) for place, frame in pieces.items()])
    checks = pd.DataFrame({place: falling.series_checks(situation.falls[place])["value"] for place in told}).T
    return [
        need_layout.before_after(simple, missing_marks(simple), words, worded(wording.BEFORE_AFTER)),
        need_layout.series_checks(checks, missing_marks(checks), words, worded(wording.PLACES)),
    ]


def _settings(situation: Situation) -> Table:
    params, days = situation.params, tr("days")
    return settings_table(
        {
            "accepted_within_days": (params.accepted_within_days, days, tr("Days within which works should be accepted, and withdrawals are compared")),
            "pre_exposure_days": (params.pre_exposure_days, days, tr("Days before an application that are kept apart when falls are compared")),
            "early_days": (params.early_days, days, tr("Days after acceptance that are also told apart")),
            "naive_days": (params.naive_days, days, tr("Days before an application in the simple comparison of falls")),
            "fewest_falls": (params.fewest_falls, tr("falls"), tr("Fewest falls that a comparison needs")),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (params.minimum_cell, tr("persons"), tr("Smallest count of people that is shown")),
        }
    )  # fmt: skip
