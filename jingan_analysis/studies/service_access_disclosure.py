"""What the tables of service access say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.service_access_over_time import over_time_links
from jingan_analysis.studies.service_access_reach import limit_name
from jingan_analysis.studies.supply_disclosure import shares_of_people
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.across import Across, linked, row_by_row, whole_column
from jingan_analysis.tables.protection import protect_all
from jingan_analysis.tables.service_access import KINDS
from jingan_analysis.tables.service_access_use import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table

AREA = "by_subdistrict"


def protected(tables: Mapping[str, Table], inputs: Inputs, params: Params) -> dict[str, Table]:
    """The tables as they may be shown."""
    return protect_all(tables, params.minimum_cell, _across(tables, inputs, params))


def _across(tables: Mapping[str, Table], inputs: Inputs, params: Params) -> Across:
    rows = [*inputs.units.codes, DISTRICT_ROW]
    links = [
        *_people(tables, inputs),
        *_near(inputs, params),
        *row_by_row(
            rows, (AREA, "persons"), ("kinds_by_subdistrict", "persons"), ("matters_by_subdistrict", "denominator")
        ),
        *row_by_row(rows, (AREA, "persons"), ("nights", "persons")),
        *row_by_row(inputs.units.codes, (AREA, "persons"), ("why_here", "persons")),
        *_cases(tables, inputs),
        *over_time_links(tables, inputs.row),
    ]
    shares = shares_of_people(tables, (AREA, "persons"), {})
    shares |= {
        (name, column.name): (AREA, inputs.row, "persons")
        for name in ("hours", "case_hours")
        if name in tables
        for column in tables[name].columns
    }
    return Across(tuple(links), shares)


def _people(tables: Mapping[str, Table], inputs: Inputs) -> list[frozenset[Place]]:
    """Whom every table on the place counts, and whose walk is unknown."""
    everybody = whole_column(
        tables,
        ("scenarios", "persons"),
        ("tiers", "denominator"),
        ("hours_moments", "denominator"),
        ("matters", "denominator"),
        ("promised_absent", "denominator"),
        ("matters_by_group", "denominator"),
        ("opening_steps", "denominator"),
        ("reach_by_channel", "persons"),
        ("case_moments", "denominator"),
        ("matter_hours", "denominator"),
    )
    unknown = whole_column(tables, ("walkers", "unknown"))
    return [
        linked((AREA, inputs.row, "persons"), *everybody),
        linked((AREA, inputs.row, "unlocated"), ("exclusions", "residents_not_located", "count"), *unknown),
        linked((AREA, DISTRICT_ROW, "unlocated"), ("ledger", "inside_unsnapped", "persons")),
        linked(("ledger", "outside", "persons"), ("exclusions", "people_outside", "count")),
    ]


def _near(inputs: Inputs, params: Params) -> list[frozenset[Place]]:
    """Who is near a spot or a centre stands in several tables."""
    speed, place = limit_name(params.walk_speed_mps), inputs.row
    found: dict[tuple[str, str], list[Place]] = {
        (kind, limit_name(minutes)): [
            ("tiers", f"{kind}-{limit_name(minutes)}", "numerator"),
            ("scenarios", f"{kind}-{speed}", f"within_{limit_name(minutes)}_numerator"),
        ]
        for kind in KINDS
        for minutes in params.limits_minutes
    }
    for minutes in params.limits_minutes:
        limit = limit_name(minutes)
        found["remote_spot", limit].append((AREA, place, f"within_{limit}_numerator"))
    threshold = limit_name(params.access_threshold_minutes)
    for kind in ("centre", "self_service_24h"):
        found.setdefault((kind, threshold), []).append(("kinds_by_subdistrict", place, f"{kind}_numerator"))
    found["remote_spot", limit_name(params.near_minutes)] += [
        ("uncertainty", row, "value") for row in ("share", "not_reached")
    ]
    last: list[Place] = [("tiers", "any-last", "numerator"), ("kinds_by_subdistrict", place, "last_numerator")]
    return [linked(*places) for places in (*found.values(), last)]


def _cases(tables: Mapping[str, Table], inputs: Inputs) -> list[frozenset[Place]]:
    """Cases of the place and its visits, by channel and by kind of point."""
    units = "channels_by_subdistrict"
    whole = whole_column(tables, ("channels", "denominator"))
    by_channel = [
        linked(("channels", channel, "cases"), (units, inputs.row, f"{channel}_cases")) for channel in CHANNELS
    ]
    matters = (
        [
            pair
            for column in ("cases", "numerator", "spot_numerator", "near_numerator")
            for pair in row_by_row(
                map(str, tables["promised_absent"].frame.index), ("matters", column), ("promised_absent", column)
            )
        ]
        if "promised_absent" in tables
        else []
    )
    compared = [name for name in ("windows_late", "windows_sent_back") if name in tables]
    opened = tables["open_next"].frame["matter_id"].items() if "open_next" in tables else ()
    at_points = {"nearby": "remote_spot", "window": "centre", "self_service": "self_service_24h"}
    return [
        linked(("channels", "all", "cases"), (units, inputs.row, "cases"), *whole),
        *(
            [linked(("channels", "window", "person_times"), ("centre_windows", DISTRICT_ROW, "visits"))]
            if inputs.row == DISTRICT_ROW
            else []
        ),
        linked(("channels", "all", "person_times"), (units, inputs.row, "person_times")),
        *row_by_row(inputs.units.codes, ("centre_windows", "visits"), ("centre_windows_simulated", "visits")),
        # Matters weigh by the cases of the whole district.
        linked((units, DISTRICT_ROW, "cases"), *whole_column(tables, ("busiest", "denominator"))),
        linked(("points_load", inputs.row, "cases"), ("load_by_kind", "remote_spot", "cases")),
        *row_by_row([*inputs.units.codes, DISTRICT_ROW], ("points_load", "cases"), (units, "nearby_cases")),
        *(
            linked(("channels", channel, "cases"), ("load_by_kind", kind, "cases"))
            for channel, kind in at_points.items()
        ),
        linked(("home_visits", inputs.row, "served"), ("home_visits_by_group", "all", "served")),
        linked(("home_visits", inputs.row, "listed"), ("home_visits_by_group", "all", "listed")),
        *row_by_row([*inputs.units.codes, DISTRICT_ROW], *((name, "whole") for name in compared)),
        *by_channel,
        *matters,
        *(linked(("open_next", str(row), "cases"), ("matters", str(matter), "cases")) for row, matter in opened),
    ]
