"""Runs the steps of the study and lays their frames out as tables, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import service_access_channels as channels
from jingan_analysis.studies import service_access_load as load
from jingan_analysis.studies import service_access_matters as matters
from jingan_analysis.studies import service_access_reach as reach
from jingan_analysis.studies.edge_page import edge_settings, edge_tables
from jingan_analysis.studies.equity_page import equity_settings, equity_tables
from jingan_analysis.studies.robustness_page import robustness_tables
from jingan_analysis.studies.service_access_busiest import busiest_matters
from jingan_analysis.studies.service_access_channel_reach import reach_by_channel
from jingan_analysis.studies.service_access_hours import opening_hours
from jingan_analysis.studies.service_access_next import next_matters
from jingan_analysis.studies.service_access_nights import nights
from jingan_analysis.studies.service_access_over_time import over_time_tables
from jingan_analysis.studies.service_access_published import published_services
from jingan_analysis.studies.service_access_queue import windows_at_centres
from jingan_analysis.studies.service_access_simulation import simulated_windows
from jingan_analysis.studies.service_access_when import when_done
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.shortfall_page import shortfall_settings, shortfall_tables
from jingan_analysis.studies.snapping_table import snapping_table
from jingan_analysis.studies.supply_ledger import ledger_table
from jingan_analysis.studies.uncertainty_page import uncertainty_tables
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.studies.walkers_page import walker_settings, walkers_tables
from jingan_analysis.tables import service_access as layout
from jingan_analysis.tables import service_access_next as opening
from jingan_analysis.tables import service_access_queue as queue
from jingan_analysis.tables import service_access_results as results
from jingan_analysis.tables import service_access_use as use
from jingan_analysis.tables import service_access_when as when
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.supply_words import SupplyWords

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_over_time import OverTime
    from jingan_analysis.studies.service_access_results import Results
    from jingan_analysis.tables.table import Table

Tables = dict[str, "Table"]
Exclusions = dict[str, tuple[float, str, str]]


def collect(
    district: District, inputs: Inputs, params: Params, ended: Results | None = None, later: OverTime | None = None
) -> Tables:
    """All tables of the report by name; a section whose data the district lacks is left out.

    Parameters
    ----------
    ended
        How cases ended, by :func:`~jingan_analysis.studies.service_access_results.case_results`.
    later
        What cases over years tell, by :func:`~jingan_analysis.studies.service_access_over_time.over_time`.
    """
    settings = settings_table(_settings(inputs, params))
    words = layout.Words(
        place=inputs.units.labels[inputs.row],
        day=params.window.end_label,
        period=params.window.label,
        settings=settings,
    )
    cases = load.cases_in_window(district, params)
    usable = cases if cases is not None and len(cases) else None
    excluded: Exclusions = _people_and_points(inputs)
    offer = matters.read_offer(district, inputs)
    tables = [
        *(reached := _reach_tables(inputs, params, words)),
        *_matter_tables(inputs, params, offer, usable, excluded, words),
        *_hour_tables(inputs, params, excluded, words),
        *_when_tables(inputs, params, offer, usable, reached, words),
        *_use_tables(district, inputs, params, usable, excluded, words),
        *_result_tables(ended, inputs, excluded, words),
        *_visit_tables(district, inputs, params, words),
        *over_time_tables(district, inputs, params, later, excluded, words),
    ]
    _count_cases(district, inputs, params, excluded)
    named = {table.name: table for table in tables}
    published = published_services(district, inputs, params, usable)
    if published is not None:
        named[published.name] = published
    snapping = _snapping(inputs)
    if snapping is not None:
        named[snapping.name] = snapping
    named["ledger"] = ledger_table(inputs.shortfall, supply_words(inputs, params, settings))
    named["exclusions"] = layout.exclusions_table(excluded)
    named["settings"] = settings
    return named


def _reach_tables(inputs: Inputs, params: Params, words: layout.Words) -> list[Table]:
    tiers = layout.tiers_table(reach.tiers(inputs, params), words)
    labels, near = inputs.units.labels, supply_words(inputs, params, words.settings)
    return [
        layout.by_subdistrict_table(
            reach.by_subdistrict(inputs, params), tiers, labels, words, walking=inputs.walking.label
        ),
        *edge_tables(inputs.shortfall, near),
        layout.kinds_table(reach.kinds_by_subdistrict(inputs, params), labels, words),
        tiers,
        layout.scenarios_table(reach.scenarios(inputs, params), tiers, words),
        *uncertainty_tables(inputs.uncertainty, near),
        *equity_tables(inputs.shortfall, near),
        *robustness_tables(inputs.robustness, near.in_reach),
        *shortfall_tables(inputs.shortfall, near),
        *walkers_tables(inputs.walkers, people_counted(params), tr("a nearby spot")),
    ]


def people_counted(params: Params) -> str:
    """Whom the report counts, within a sentence."""
    return tr("residents") if params.basis == "resident" else tr("registered residents")


def supply_words(inputs: Inputs, params: Params, settings: Table) -> SupplyWords:
    """Words of the tables and figures on why few spots are near."""
    return SupplyWords(
        people=people_counted(params),
        supply=tr("Spots"),
        per=tr("per 10,000 people"),
        amount=tr("spots"),
        site=tr("a nearby spot"),
        sites=tr("nearby spots"),
        limit=state(
            "{minutes} minutes at {speed} m/s",
            {SETTINGS: settings},
            minutes=setting("near_minutes"),
            speed=setting("walk_speed_mps"),
        ),
        place=inputs.units.labels[inputs.row],
    )


def _matter_tables(
    inputs: Inputs,
    params: Params,
    offer: matters.Offer | None,
    cases: pd.DataFrame | None,
    excluded: Exclusions,
    words: layout.Words,
) -> list[Table]:
    if offer is None:
        return []
    by_matter = _by_matter(cases)
    frame, everywhere = matters.matters_frame(inputs, offer, params, by_matter)
    excluded |= _offers_left_out(inputs, offer)
    lists = {"matters": frame, "promised_absent": matters.promised_but_absent(frame)}
    offered = matters.offered_by_subdistrict(inputs, offer, everywhere, by_matter)
    return [
        use.groups_table(matters.groups_frame(frame, inputs, everywhere, params), words),
        use.offered_table(offered, inputs.units.labels, words),
        *(use.matters_table(rows, words, name=name) for name, rows in lists.items() if len(rows)),
        *([] if (few := busiest_matters(frame, params)) is None else [when.busiest_table(few, words)]),
        *_opening_tables(inputs, params, offer, by_matter, words),
    ]


def _by_matter(cases: pd.DataFrame | None) -> pd.Series | None:
    return None if cases is None else cases.groupby("matter_id")["cases"].sum()


def _opening_tables(
    inputs: Inputs, params: Params, offer: matters.Offer, by_matter: pd.Series | None, words: layout.Words
) -> list[Table]:
    found = next_matters(inputs, offer, params, by_matter)
    if found is None:
        return []
    return [
        opening.opening_table(found.steps, words),
        opening.pairs_table(found.pairs, inputs.units.names, words),
    ]


def _offers_left_out(inputs: Inputs, offer: matters.Offer) -> Exclusions:
    from_list = inputs.in_report(inputs.points)["kind"].isin(offer.from_list).sum()
    return {
        "points_without_matters": (
            float(offer.silent_points),
            tr("points"),
            tr("Points in service without a record of what they handle; they count as offering nothing"),
        ),
        "points_taken_from_list": (
            float(from_list),
            tr("points"),
            tr("Points of a kind for which nothing is recorded anywhere; what the list opens to them is taken instead"),
        ),
        "offers_not_listed": (
            float(offer.beyond_list),
            tr("pairs of point and matter"),
            tr("Recorded although the list does not open the matter there"),
        ),
    }


def _hour_tables(inputs: Inputs, params: Params, excluded: Exclusions, words: layout.Words) -> list[Table]:
    found = opening_hours(inputs, params)
    excluded["points_without_hours"] = (
        float(found.unknown),
        tr("points"),
        tr("Points in service whose opening hours are not stated; they count as closed"),
    )
    return [layout.hours_table(found.week, words), layout.moments_table(found.moments, words)]


def _when_tables(
    inputs: Inputs,
    params: Params,
    offer: matters.Offer | None,
    cases: pd.DataFrame | None,
    reached: list[Table],
    words: layout.Words,
) -> list[Table]:
    by_matter = _by_matter(cases)
    night = when.nights_table(nights(inputs, offer, params, by_matter), inputs.units.labels, words)
    if offer is None:
        return [night]
    found = when_done(inputs, offer, params, by_matter)
    walks = next(table for table in reached if table.name == "tiers")
    return [
        when.channel_reach_table(reach_by_channel(inputs, offer, params, by_matter), walks, words),
        when.case_hours_table(found.week, words),
        when.case_moments_table(found.moments, words),
        when.matter_hours_table(found.matters, words),
        night,
    ]


def _use_tables(
    district: District,
    inputs: Inputs,
    params: Params,
    cases: pd.DataFrame | None,
    excluded: Exclusions,
    words: layout.Words,
) -> list[Table]:
    labels = inputs.units.labels
    found = []
    covered = load.committee_coverage(district, inputs, params)
    if covered is not None:
        found.append(layout.committees_table(covered, labels, words))
    if cases is None:
        return found
    used = load.points_load(inputs, cases, params)
    at_points = inputs.in_report(cases[cases["point_id"].notna()])
    stray = at_points[~at_points["point_id"].isin(used.index)]["cases"].sum()
    excluded["cases_at_closed_points"] = (
        float(stray),
        tr("cases"),
        tr("Cases at points outside the district or not in service in the period; in no load"),
    )
    lists = {"unused": load.unused_points(used, inputs), "overloaded": load.overloaded_points(used, inputs)}
    by_unit = channels.channels_by_subdistrict(cases, inputs, params)
    return [
        *found,
        use.load_table(load.load_by_subdistrict(used, inputs, params), labels, words),
        use.load_by_kind_table(load.load_by_kind(used, inputs), words),
        *(
            use.point_list(points, inputs.units.names, words, name=name)
            for name, points in lists.items()
            if len(points)
        ),
        *_window_tables(cases, inputs, params, words),
        use.channels_table(channels.channels(cases, inputs, params), words),
        use.channels_by_subdistrict_table(by_unit, labels, words),
    ]


def _window_tables(cases: pd.DataFrame, inputs: Inputs, params: Params, words: layout.Words) -> list[Table]:
    halls, labels = windows_at_centres(cases, inputs, params), inputs.units.labels
    if halls is None:
        return []
    simulated = simulated_windows(halls.drop(index=DISTRICT_ROW), params)
    return [
        queue.windows_table(halls, labels, words),
        *([] if simulated is None else [queue.simulated_table(simulated, labels, words)]),
    ]


def _result_tables(found: Results | None, inputs: Inputs, excluded: Exclusions, words: layout.Words) -> list[Table]:
    if found is None:
        return []
    excluded["cases_without_result"] = (
        found.unrecorded,
        tr("cases"),
        tr("Finished cases of which it is not recorded whether they were on time, or right the first time"),
    )
    return [
        results.results_table(found.by_channel, words),
        *(
            results.windows_table(
                name, compared.frame.drop(columns="weight"), inputs.units.labels, words,
                reason=compared.funnel.reason, pooled=compared.shrunken.pooling == "complete",
            )
            for name, compared in found.windows.items()
        ),
    ]  # fmt: skip


def _visit_tables(district: District, inputs: Inputs, params: Params, words: layout.Words) -> list[Table]:
    if not district.has("home_visit_targets"):
        return []
    targets = district.table("home_visit_targets")
    units, unit_marks = channels.home_visits_by_subdistrict(targets, inputs, params)
    groups, group_marks = channels.home_visits_by_group(targets, inputs, params, unit_marks)
    return [
        use.visits_by_subdistrict_table(units, unit_marks, inputs.units.labels, words),
        use.visits_by_group_table(groups, group_marks, words),
    ]


def _snapping(inputs: Inputs) -> Table | None:
    points = inputs.points[["x_m", "y_m"]].to_numpy(dtype="float64")
    return snapping_table(inputs.walking, {mark("Homes"): inputs.residents.xy_m, mark("Service points"): points})


def _people_and_points(inputs: Inputs) -> Exclusions:
    people = inputs.people
    outside = ~inputs.residents.inside
    unsnapped = inputs.points[~inputs.costs.destination_snapped]
    return {
        "residents_not_located": (
            float(people.totals(people.unlocated)[inputs.row]),
            tr("persons"),
            tr("Residents whose home is not joined to the street network; they are in no share"),
        ),
        "people_outside": (
            float(inputs.residents.persons()[outside].sum()),
            tr("persons"),
            tr("People living outside the district in the demand points; they are in no share"),
        ),
        "points_not_in_service": (
            float(len(inputs.in_report(inputs.all_points)) - len(inputs.in_report(inputs.points))),
            tr("points"),
            tr("Points not in service on the last day of the period; nobody is counted as near them"),
        ),
        "points_outside": (
            float(inputs.points["subdistrict_code"].isna().sum()),
            tr("points"),
            tr("Points in service outside the district: residents may use them, but they belong to no sub-district"),
        ),
        "points_not_located": (
            float(len(inputs.in_report(unsnapped))),
            tr("points"),
            tr("Points in service that are not joined to the street network; nobody is counted as near them"),
        ),
    }


def _count_cases(district: District, inputs: Inputs, params: Params, excluded: Exclusions) -> None:
    """Say how many cases lie outside the window, and how many of its months have none at all."""
    if not district.has("case_counts"):
        return
    counts = inputs.in_report(district.table("case_counts"))
    months = load.window_months(params.window)
    inside = counts[counts["month"].isin(months)]
    everywhere = load.cases_in_window(district, params)
    recorded = [] if everywhere is None else load.recorded_months(everywhere, params.window)
    without_point = inside[inside["point_id"].isna()]["cases"].sum()
    excluded["cases_outside_period"] = (
        float(counts["cases"].sum() - inside["cases"].sum()),
        tr("cases"),
        tr("Cases of other months; they are in no figure"),
    )
    excluded["months_without_cases"] = (
        float(len(months) - len(recorded)),
        tr("months"),
        tr("Months of the period for which no case is recorded anywhere"),
    )
    excluded["cases_without_point"] = (
        float(without_point),
        tr("cases"),
        tr("Cases at no point, such as home visits and online; in channels, in no load"),
    )


def _settings(inputs: Inputs, params: Params) -> dict[str, tuple[float, str, str]]:
    metres, minutes, residents = tr("metres"), tr("minutes"), tr("share of residents")
    detour = {"detour_factor": (inputs.walking.detour_factor, "", tr("Walk over straight line, without a network"))}
    return {
        "walk_speed_mps": (params.walk_speed_mps, tr("metres per second"), tr("Main walking speed")),
        "near_minutes": (params.near_minutes, minutes, tr("Walk within which a spot counts as near")),
        "access_threshold_minutes": (
            params.access_threshold_minutes,
            minutes,
            tr("Longest walk at which a matter counts as done near home"),
        ),
        **walker_settings(params),
        **equity_settings(params),
        **shortfall_settings(inputs.shortfall),
        **edge_settings(params),
        "last_distance_m": (params.last_distance_m, metres, tr("The last metres, as a walking distance")),
        "widely_share": (params.widely_share, residents, tr("From here on: most residents")),
        "nearly_all_share": (params.nearly_all_share, residents, tr("From here on: nearly all residents")),
        "window_service_minutes": (params.window_service_minutes, minutes, tr("Mean time of a visit at a window")),
        "busy_hour_factor": (params.busy_hour_factor, "", tr("Visits of a busy hour over those of the mean open hour")),
        "window_wait_minutes": (params.window_wait_minutes, minutes, tr("A longer wait for a window is long")),
        "long_wait_share": (
            params.long_wait_share,
            tr("share of visits"),
            tr("In a busy hour no more may have a long wait"),
        ),
        **_hour_settings(params),
        "open_pairs": (
            float(params.open_pairs),
            tr("pairs of point and matter"),
            tr("Matters at spots that are to be opened next"),
        ),
        "panel_months": (
            float(params.panel_months),
            tr("months"),
            tr("Length of a period when the effect of opening a spot is estimated"),
        ),
        "hardly_share": (
            params.hardly_share,
            residents,
            tr("Below: hardly anybody has a spot near home for a matter"),
        ),
        **_load_settings(params),
        "confidence": (params.confidence, "", tr("Confidence level of intervals")),
        "minimum_cell": (float(params.minimum_cell), tr("persons"), tr("Smallest count of people that is shown")),
        "sub_districts": (float(len(inputs.units)), tr("sub-districts"), tr("Sub-districts of the district")),
        "snap_cap_m": (inputs.walking.snap_cap_m, metres, tr("Longest distance from a place to the street network")),
        **(detour if inputs.walking.modelled else {}),
    }


def _hour_settings(params: Params) -> dict[str, tuple[float, str, str]]:
    hour = tr("o'clock")
    return {
        "office_from_hour": (float(params.office_from_hour), hour, tr("First hour of a working day")),
        "office_to_hour": (float(params.office_to_hour), hour, tr("End of a working day")),
        "night_from_hour": (float(params.night_from_hour), hour, tr("Beginning of the night")),
        "night_to_hour": (float(params.night_to_hour), hour, tr("End of the night")),
        "busiest_share": (
            params.busiest_share,
            tr("share of cases"),
            tr("Share of the cases that the busiest matters make"),
        ),
    }


def _load_settings(params: Params) -> dict[str, tuple[float, str, str]]:
    medians = tr("medians")
    return {
        "idle_ratio_to_median": (
            params.idle_ratio_to_median,
            medians,
            tr("Up to here, in cases per month: a nearly idle point"),
        ),
        "overloaded_ratio_to_median": (
            params.overloaded_ratio_to_median,
            medians,
            tr("From here on, in cases per month: an overloaded point"),
        ),
    }
