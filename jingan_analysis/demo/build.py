"""All tables of the demonstration district, from the ground up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from jingan_analysis.demo.allocation import SEED
from jingan_analysis.demo.bed_effects import planted_bed_effects
from jingan_analysis.demo.befriending import befriend
from jingan_analysis.demo.befriending_effects import planted_befriending_effects
from jingan_analysis.demo.boundaries import boundaries
from jingan_analysis.demo.candidates import list_candidates
from jingan_analysis.demo.canteen_effects import planted_canteen_effects
from jingan_analysis.demo.canteen_use import canteen_use
from jingan_analysis.demo.canteens import build_sites
from jingan_analysis.demo.case_results import finish_cases, planted_case_effects
from jingan_analysis.demo.cases import count_cases, list_home_visits
from jingan_analysis.demo.compounds import build_compounds
from jingan_analysis.demo.home_retrofits import adapt_homes
from jingan_analysis.demo.home_visit_loop import run_loop
from jingan_analysis.demo.linked_beds import link_beds
from jingan_analysis.demo.marriage import register_marriages
from jingan_analysis.demo.marriage_effects import planted_marriage_effects
from jingan_analysis.demo.matters import list_matters
from jingan_analysis.demo.meals import serve_meals
from jingan_analysis.demo.network import walking_network
from jingan_analysis.demo.people import People, settle_people
from jingan_analysis.demo.places import Places, settle_places
from jingan_analysis.demo.planted import Planted, planted_effects
from jingan_analysis.demo.projection import to_degrees
from jingan_analysis.demo.relief_advisers_at_work import close_cases, train
from jingan_analysis.demo.relief_households import register_households
from jingan_analysis.demo.relief_needs import assess_again, assess_first, assessment_table
from jingan_analysis.demo.relief_projects import list_projects, list_providers, list_resources, restrict_projects
from jingan_analysis.demo.relief_requests import match_requests
from jingan_analysis.demo.relief_services import agree_plans, give_services, wait_for_service
from jingan_analysis.demo.relief_supply import build_stations, register_advisers
from jingan_analysis.demo.resident_cases import cases_of_residents, planted_channel_effects
from jingan_analysis.demo.retrofit_effects import planted_retrofit_effects
from jingan_analysis.demo.service_points import build_service_points, equip_points
from jingan_analysis.demo.streets import lay_streets
from jingan_analysis.demo.units import Unit, load_census, load_units, read_data

Tables = dict[str, pd.DataFrame]
"""Tables by contract name; points and lines in WGS 84 degrees, empty text for an empty cell."""


def build_tables() -> Tables:
    """Every table of the district; the same each time."""
    units = load_units()
    cells = boundaries(units, read_data("units.toml")["district"]["outline_km2"])
    border = shapely.coverage_union_all(np.array(cells))
    streets = lay_streets(border)
    compounds = build_compounds(streets, border)
    places = settle_places(compounds, cells, units)
    sites = build_sites(places)
    people = settle_people(places, sites, load_census())
    meals = serve_meals(sites)
    return {
        "sub_districts": _sub_districts(units, cells),
        "committees": places.committees,
        "demand_points": places.demand_points(),
        "population": people.table,
        "walking_network": walking_network(streets, compounds),
        "canteens": sites.table,
        "meals": meals,
        **canteen_use(places, people, sites, meals, planted_canteen_effects()),
        **_services(places, people),
        **relief_tables(places, people, planted_effects()),
        **link_beds(places, planted_bed_effects()),
        **befriend(places, people, planted_befriending_effects()),
        **adapt_homes(places, people, planted_retrofit_effects()),
        **register_marriages(planted_marriage_effects()),
        "candidate_sites": list_candidates(places),
    }


def _sub_districts(units: tuple[Unit, ...], cells: list[Polygon]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "subdistrict_code": [unit.code for unit in units],
            "name_en": [unit.en for unit in units],
            "name_zh": [unit.zh for unit in units],
            "name_ja": [unit.ja for unit in units],
            "kind": [unit.kind for unit in units],
            "area_km2": [unit.km2 for unit in units],
            "committee_count": [unit.committees for unit in units],
            "geometry": [Polygon(to_degrees(np.asarray(cell.exterior.coords))) for cell in cells],
        }
    )


def _services(places: Places, people: People) -> Tables:
    matters = list_matters()
    points = build_service_points(places)
    point_matters = equip_points(points, matters)
    counts = count_cases(points, point_matters, matters, places, people)
    return {
        "service_points": points,
        "matters": matters.table,
        "matter_channels": matters.channels(),
        "point_matters": point_matters,
        "case_counts": counts,
        "case_results": finish_cases(counts, planted_case_effects()),
        "resident_cases": cases_of_residents(
            counts, points, _with_residents(places, people), planted_channel_effects()
        ),
        "home_visit_targets": list_home_visits(places, people),
    }


def _with_residents(places: Places, people: People) -> pd.DataFrame:
    """Committees with the residents of their demand points."""
    inside = places.committee >= 0
    residents = np.bincount(places.committee[inside], people.residents[inside], len(places.committees))
    return places.committees[["committee_id", "subdistrict_code"]].assign(residents=residents)


def relief_tables(places: Places, people: People, planted: Planted, seed: int = SEED) -> Tables:
    """Tables on relief and the loop of home visits; other seeds and effects make other districts of the same kind."""
    register = register_households(places, people, planted, seed)
    first = wait_for_service(assess_first(register, planted, seed), planted, seed)
    again = assess_again(first, planted, seed)
    providers = list_providers()
    projects = list_projects(providers)
    rules = restrict_projects(projects)
    resources = list_resources(providers)
    homes = first.merge(register.households[["household_id", "relief_category"]], on="household_id")
    plans = agree_plans(homes, projects, rules, seed)
    events = give_services(register, first, plans, projects, planted, seed)
    advisers = register_advisers(places)
    sessions, records = train(advisers, seed)
    listings, visits = run_loop(places, people, planted, seed)
    return {
        "households": register.households,
        "relief_cases": close_cases(register, first, advisers, planted, seed),
        "need_assessments": assessment_table(first, again),
        "service_plans": plans,
        "service_events": events,
        "need_requests": match_requests(first, plans, events, resources, seed),
        "providers": providers,
        "projects": projects,
        "project_eligibility": rules,
        "resources": resources,
        "advisers": advisers,
        "training_sessions": sessions,
        "training_records": records,
        "stations": build_stations(places),
        "target_listings": listings,
        "visit_events": visits,
    }
