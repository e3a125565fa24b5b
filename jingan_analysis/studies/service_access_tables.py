"""Runs the steps of the study and lays their frames out as tables, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies import service_access_channels as channels
from jingan_analysis.studies import service_access_load as load
from jingan_analysis.studies import service_access_matters as matters
from jingan_analysis.studies import service_access_reach as reach
from jingan_analysis.studies.edge_page import edge_settings, edge_tables
from jingan_analysis.studies.equity_page import equity_settings, equity_tables
from jingan_analysis.studies.robustness_page import robustness_tables
from jingan_analysis.studies.service_access_hours import opening_hours
from jingan_analysis.studies.service_access_published import published_services
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.shortfall_page import shortfall_settings, shortfall_tables
from jingan_analysis.studies.snapping_table import snapping_table
from jingan_analysis.studies.supply_ledger import ledger_table
from jingan_analysis.studies.uncertainty_page import uncertainty_tables
from jingan_analysis.studies.walkers_page import walker_settings, walkers_tables
from jingan_analysis.tables import service_access as layout
from jingan_analysis.tables import service_access_use as use
from jingan_analysis.tables.supply_words import SupplyWords

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.tables.table import Table

Tables = dict[str, "Table"]
Exclusions = dict[str, tuple[float, str, str]]


def collect(district: District, inputs: Inputs, params: Params) -> Tables:
    """All tables of the report by name; a section whose data the district lacks is left out."""
    place = inputs.units.labels[inputs.row]
    cases = load.cases_in_window(district, params)
    usable = cases if cases is not None and len(cases) else None
    excluded: Exclusions = _people_and_points(inputs)
    tables = [
        *_reach_tables(inputs, params, place),
        *_matter_tables(district, inputs, params, usable, excluded),
        *_hour_tables(inputs, params, place, excluded),
        *_use_tables(district, inputs, params, usable, excluded),
        *_visit_tables(district, inputs, params, place),
    ]
    _count_cases(district, inputs, params, excluded)
    named = {table.name: table for table in tables}
    published = published_services(district, inputs, params, usable)
    if published is not None:
        named[published.name] = published
    snapping = _snapping(inputs)
    if snapping is not None:
        named[snapping.name] = snapping
    named["ledger"] = ledger_table(inputs.shortfall, supply_words(inputs, params))
    named["exclusions"] = layout.exclusions_table(excluded)
    named["settings"] = settings_table(_settings(inputs, params))
    return named


def _reach_tables(inputs: Inputs, params: Params, place: str) -> list[Table]:
    limits = {reach.limit_name(minutes): minutes for minutes in params.limits_minutes}
    labels, period, words = inputs.units.labels, params.window.end_label, supply_words(inputs, params)
    return [
        layout.by_subdistrict_table(
            reach.by_subdistrict(inputs, params), limits, labels, period=period, walking=inputs.walking.label
        ),
        *edge_tables(inputs.shortfall, words),
        layout.kinds_table(
            reach.kinds_by_subdistrict(inputs, params),
            params.access_threshold_minutes,
            params.last_distance_m,
            labels,
            period=period,
        ),
        layout.tiers_table(reach.tiers(inputs, params), place=place, period=period),
        layout.scenarios_table(reach.scenarios(inputs, params), limits, place=place, period=period),
        *uncertainty_tables(inputs.uncertainty, words),
        *equity_tables(inputs.shortfall, words),
        *robustness_tables(inputs.robustness, "Spots in reach"),
        *shortfall_tables(inputs.shortfall, words),
        *walkers_tables(
            inputs.walkers, "residents" if params.basis == "resident" else "registered residents", "a nearby spot"
        ),
    ]


def supply_words(inputs: Inputs, params: Params) -> SupplyWords:
    """Words of the tables and figures on why few spots are near."""
    people = "residents" if params.basis == "resident" else "registered residents"
    limit = f"{params.near_minutes:g} minutes at {params.walk_speed_mps:g} m/s"
    return SupplyWords(
        people=people,
        supply="Spots",
        per="per 10,000 people",
        amount="spots",
        site="a nearby spot",
        sites="nearby spots",
        limit=limit,
        place=inputs.units.labels[inputs.row],
    )


def _matter_tables(
    district: District, inputs: Inputs, params: Params, cases: pd.DataFrame | None, excluded: Exclusions
) -> list[Table]:
    offer = matters.read_offer(district, inputs)
    if offer is None:
        return []
    place, period = inputs.units.labels[inputs.row], params.window.end_label
    minutes = params.access_threshold_minutes
    by_matter = None if cases is None else cases.groupby("matter_id")["cases"].sum()
    frame, everywhere = matters.matters_frame(inputs, offer, params, by_matter)
    excluded["points_without_matters"] = (
        offer.silent_points,
        "points",
        "Points in service without a record of what they handle; they count as offering nothing",
    )
    excluded["points_taken_from_list"] = (
        int(inputs.in_report(inputs.points)["kind"].isin(offer.from_list).sum()),
        "points",
        "Points of a kind for which nothing is recorded anywhere; what the list opens to them is taken instead",
    )
    excluded["offers_not_listed"] = (
        offer.beyond_list, "pairs of point and matter", "Recorded although the list does not open the matter there",
    )  # fmt: skip
    absent = matters.promised_but_absent(frame)
    shown = {
        "matters": ("Every matter: what is promised and what can be done near home", frame),
        "promised_absent": ("Matters promised at nearby spots that hardly anybody can do at a spot near home", absent),
    }
    return [
        use.groups_table(matters.groups_frame(frame, inputs, everywhere, params), minutes, place=place, period=period),
        use.offered_table(
            matters.offered_by_subdistrict(inputs, offer, everywhere, by_matter), inputs.units.labels, period=period
        ),
        *(
            use.matters_table(rows, minutes, params.near_minutes, place=place, name=name, caption=caption)
            for name, (caption, rows) in shown.items()
            if len(rows)
        ),
    ]


def _hour_tables(inputs: Inputs, params: Params, place: str, excluded: Exclusions) -> list[Table]:
    found = opening_hours(inputs, params)
    excluded["points_without_hours"] = (
        found.unknown, "points", "Points in service whose opening hours are not stated; they count as closed",
    )  # fmt: skip
    return [
        layout.hours_table(found.week, params.access_threshold_minutes, place=place),
        layout.moments_table(found.moments, place=place),
    ]


def _use_tables(
    district: District, inputs: Inputs, params: Params, cases: pd.DataFrame | None, excluded: Exclusions
) -> list[Table]:
    labels, place, period = inputs.units.labels, inputs.units.labels[inputs.row], params.window.label
    found = []
    covered = load.committee_coverage(district, inputs, params)
    if covered is not None:
        found.append(layout.committees_table(covered, labels, period=params.window.end_label))
    if cases is None:
        return found
    used = load.points_load(inputs, cases, params)
    at_points = inputs.in_report(cases[cases["point_id"].notna()])
    stray = at_points[~at_points["point_id"].isin(used.index)]["cases"].sum()
    excluded["cases_at_closed_points"] = (
        float(stray), "cases", "Cases at points outside the district or not in service in the period; in no load",
    )  # fmt: skip
    found += [
        use.load_table(load.load_by_subdistrict(used, inputs, params), labels, period=period),
        use.load_by_kind_table(load.load_by_kind(used, inputs), place=place, period=period),
    ]
    lists = {
        "unused": (f"Points without a case, {place}, {period}", load.unused_points(used, inputs)),
        "overloaded": (f"Overloaded points, {place}, {period}", load.overloaded_points(used, inputs)),
    }
    found += [
        use.point_list(points, inputs.units.names, name=name, caption=caption)
        for name, (caption, points) in lists.items()
        if len(points)
    ]
    found.append(use.channels_table(channels.channels(cases, inputs, params), place=place, period=period))
    by_unit = channels.channels_by_subdistrict(cases, inputs, params)
    return [*found, use.channels_by_subdistrict_table(by_unit, labels, period=period)]


def _visit_tables(district: District, inputs: Inputs, params: Params, place: str) -> list[Table]:
    if not district.has("home_visit_targets"):
        return []
    targets = district.table("home_visit_targets")
    period = params.window.label
    units, unit_marks = channels.home_visits_by_subdistrict(targets, inputs, params)
    groups, group_marks = channels.home_visits_by_group(targets, inputs, params, unit_marks)
    return [
        use.visits_table(
            units, unit_marks, inputs.units.labels, total_row="district",
            name="home_visits", caption=f"Home visits to people who cannot come, by sub-district, {period}",
        ),
        use.visits_table(
            groups, group_marks, use.TARGET_LABELS, total_row="all",
            name="home_visits_by_group", caption=f"Home visits to people who cannot come, {place}, {period}",
        ),
    ]  # fmt: skip


def _snapping(inputs: Inputs) -> Table | None:
    points = inputs.points[["x_m", "y_m"]].to_numpy(dtype="float64")
    return snapping_table(inputs.walking, {"Homes": inputs.residents.xy_m, "Service points": points})


def _people_and_points(inputs: Inputs) -> Exclusions:
    people = inputs.people
    outside = ~inputs.residents.inside
    unsnapped = inputs.points[~inputs.costs.destination_snapped]
    return {
        "residents_not_located": (
            float(people.totals(people.unlocated)[inputs.row]),
            "persons",
            "Residents whose home is not joined to the street network; they are in no share",
        ),
        "people_outside": (
            float(inputs.residents.persons()[outside].sum()),
            "persons",
            "People living outside the district in the demand points; they are in no share",
        ),
        "points_not_in_service": (
            float(len(inputs.in_report(inputs.all_points)) - len(inputs.in_report(inputs.points))),
            "points",
            "Points not in service on the last day of the period; nobody is counted as near them",
        ),
        "points_outside": (
            float(inputs.points["subdistrict_code"].isna().sum()),
            "points",
            "Points in service outside the district: residents may use them, but they belong to no sub-district",
        ),
        "points_not_located": (
            float(len(inputs.in_report(unsnapped))),
            "points",
            "Points in service that are not joined to the street network; nobody is counted as near them",
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
        float(counts["cases"].sum() - inside["cases"].sum()), "cases", "Cases of other months; they are in no figure",
    )  # fmt: skip
    excluded["months_without_cases"] = (
        float(len(months) - len(recorded)), "months", "Months of the period for which no case is recorded anywhere",
    )  # fmt: skip
    excluded["cases_without_point"] = (
        float(without_point), "cases", "Cases at no point, such as home visits and online; in channels, in no load",
    )  # fmt: skip


def _settings(inputs: Inputs, params: Params) -> dict[str, tuple[float, str, str]]:
    detour = {"detour_factor": (inputs.walking.detour_factor, "", "Walk over straight line, without a network")}
    return {
        "walk_speed_mps": (params.walk_speed_mps, "metres per second", "Main walking speed"),
        "near_minutes": (params.near_minutes, "minutes", "Walk within which a spot counts as near"),
        "access_threshold_minutes": (
            params.access_threshold_minutes, "minutes", "Longest walk at which a matter counts as done near home",
        ),
        **walker_settings(params),
        **equity_settings(params),
        **shortfall_settings(params),
        **edge_settings(params),
        "last_distance_m": (params.last_distance_m, "metres", "The last metres, as a walking distance"),
        "widely_share": (params.widely_share, "share of residents", "From here on: most residents"),
        "nearly_all_share": (params.nearly_all_share, "share of residents", "From here on: nearly all residents"),
        "hardly_share": (params.hardly_share, "share of residents", "Below: hardly anybody has a spot near home for a matter"),
        "idle_ratio_to_median": (
            params.idle_ratio_to_median, "medians", "Up to here, in cases per month: a nearly idle point",
        ),
        "overloaded_ratio_to_median": (
            params.overloaded_ratio_to_median, "medians", "From here on, in cases per month: an overloaded point",
        ),
        "confidence": (params.confidence, "", "Confidence level of intervals"),
        "minimum_cell": (float(params.minimum_cell), "persons", "Smallest count of people that is shown"),
        "sub_districts": (float(len(inputs.units)), "sub-districts", "Sub-districts of the district"),
        "snap_cap_m": (inputs.walking.snap_cap_m, "metres", "Longest distance from a place to the street network"),
        **(detour if inputs.walking.modelled else {}),
    }  # fmt: skip
