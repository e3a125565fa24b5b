"""A small district that is right in every way; tests spoil copies of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WEST, SOUTH, STEP = 120.30, 31.20, 0.01
"""Three units side by side, each one hundredth of a degree wide and high (about 950 m by 1,110 m)."""

UNITS = ("010001000000", "010002000000", "010003000000")

CONFIG = """\
key = "small"
synthetic = true

[names]
en = "Small"
zh = "小区"
ja = "小さな区"

[geography]
metric_crs = "EPSG:4549"
buffer_m = 3000
detour_factor = 1.3
snap_cap_m = 200

[tables.sub_districts]
file = "sub_districts.geojson"
format = "geojson"
datum = "WGS84"

[tables.walking_network]
file = "walking_network.geojson"
format = "geojson"
datum = "WGS84"
"""

POINT_TABLES = ("demand_points", "canteens", "service_points", "stations", "candidate_sites")


def unit_of(column: int) -> str:
    return UNITS[column]


def square(west: float, south: float, width: float = STEP, height: float = STEP) -> list[list[list[float]]]:
    east, north = round(west + width, 6), round(south + height, 6)
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(properties: dict[str, Any], kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def unit_features() -> list[dict[str, Any]]:
    return [
        feature(
            {
                "subdistrict_code": code,
                "name_en": f"Unit {number}",
                "name_zh": f"第{number}街道",
                "kind": "subdistrict",
            },
            "Polygon",
            square(round(WEST + (number - 1) * STEP, 6), SOUTH),
        )
        for number, code in enumerate(UNITS, start=1)
    ]


def edge_features() -> list[dict[str, Any]]:
    """A grid of streets over the three units, 0.0025 degrees apart."""
    across, up, spacing = 13, 5, 0.0025
    edges = []
    for i in range(across):
        for j in range(up):
            here = [round(WEST + i * spacing, 6), round(SOUTH + j * spacing, 6)]
            for step_i, step_j, length in ((1, 0, 240.0), (0, 1, 280.0)):
                if i + step_i < across and j + step_j < up:
                    there = [round(here[0] + step_i * spacing, 6), round(here[1] + step_j * spacing, 6)]
                    properties = {
                        "edge_id": f"e{len(edges):04d}",
                        "from_node": f"n{i}-{j}",
                        "to_node": f"n{i + step_i}-{j + step_j}",
                        "length_m": length,
                    }
                    edges.append(feature(properties, "LineString", [here, there]))
    return edges


def plain_tables() -> dict[str, str]:
    """CSV text of every table that has no shapes."""
    committees = ["committee_id,subdistrict_code,name_en"]
    demand = ["point_id,subdistrict_code,committee_id,lon,lat"]
    population = ["point_id,basis,age_from_years,age_to_years,persons"]
    advisers = ["adviser_id,role,subdistrict_code,committee_id,registered_on,left_on,fte"]
    for u, code in enumerate(UNITS):
        for c in range(2):
            committees.append(f"c{u}{c},{code},Committee {u}{c}")
            advisers.append(f"a{u}{c},social_worker,{code},c{u}{c},2023-01-01,,0.5")
        for p in range(10):
            lon, lat = WEST + u * STEP + 0.001 + 0.0008 * p, SOUTH + 0.002 + 0.0006 * p
            demand.append(f"p{u}{p},{code},c{u}{p % 2},{lon:.6f},{lat:.6f}")
            population += [
                f"p{u}{p},resident,{low},{high},{n}" for low, high, n in ((0, "59", 200), (60, "79", 80), (80, "", 20))
            ]
    middle = [f"{WEST + (u + 0.5) * STEP:.6f},{SOUTH + 0.5 * STEP:.6f}" for u in range(3)]
    months = [f"2024-{month:02d}" for month in range(1, 9)]
    return {
        "committees": "\n".join(committees),
        "demand_points": "\n".join(demand),
        "population": "\n".join(population),
        "canteens": "\n".join(
            ["site_id,name_en,kind,subdistrict_code,lon,lat,opened_on,seats,capacity_meals_per_day,delivers,hours"]
            + [
                f"s{u},Canteen {u},canteen,{UNITS[u]},{middle[u]},2022-05-01,{40 + u},{300 - 50 * u},true,Mo-Fr 10:30-13:00"
                for u in range(2)
            ]
        ),
        "candidate_sites": "\n".join(
            [
                "site_id,name_en,premises,subdistrict_code,committee_id,lon,lat,floor_area_m2,step_free,available_from,capacity_meals_per_day,setup_cost_cny,ruled_out"
            ]
            + [
                f"n{u}{k},Premises {u}{k},{('vacant', 'committee')[k]},{UNITS[u]},c{u}{k},"
                f"{WEST + u * STEP + 0.002 + 0.005 * k:.6f},{SOUTH + 0.003 + 0.004 * k:.6f},{150 + 50 * k},true,,{100 + 20 * u},{200000 + 100000 * k},"
                for u in range(3)
                for k in range(2)
            ]
            + [
                f"n{u}9,Premises {u}9,vacant,{UNITS[u]},,{WEST + (u + 0.5) * STEP:.6f},{SOUTH + 0.004:.6f},{90 + 60 * u},,{('', '', '2025-01-01')[u]},,,{('', 'fire_safety', '')[u]}"
                for u in range(3)
            ]
        ),
        "meals": "\n".join(
            ["site_id,served_on,meal,mode,elder_meals,other_meals"]
            + [f"s{u},{month}-15,lunch,dine_in,{120 + 10 * u},{30}" for u in range(2) for month in months]
        ),
        "service_points": "\n".join(
            ["point_id,name_en,kind,subdistrict_code,committee_id,lon,lat,hours,windows"]
            + [f"w{u},Centre {u},centre,{UNITS[u]},,{middle[u]},Mo-Fr 09:00-17:00,8" for u in range(3)]
            + [f"k{u},Kiosk {u},self_service_24h,{UNITS[u]},c{u}0,{middle[u]},24/7,1" for u in range(3)]
        ),
        "matters": "matter_id,group_no,name_en\nm1,1,Card\nm2,2,Pension",
        "matter_channels": "matter_id,channel\nm1,window\nm1,self_service\nm2,window",
        "point_matters": "\n".join(
            ["point_id,matter_id"] + [f"w{u},m{m}" for u in range(3) for m in (1, 2)] + [f"k{u},m1" for u in range(3)]
        ),
        "case_counts": "\n".join(
            ["month,subdistrict_code,point_id,channel,matter_id,cases,person_times"]
            + [f"{month},{UNITS[u]},w{u},window,m1,{50 + u},{60 + u}" for month in months for u in range(3)]
        ),
        "case_results": "\n".join(
            ["month,subdistrict_code,channel,finished_cases,on_time_cases,first_time_cases"]
            + [f"{month},{UNITS[u]},window,{50 + u},{45 + u},{40 + u}" for month in months for u in range(3)]
        ),
        "resident_cases": "\n".join(
            ["month,committee_id,channel,cases"]
            + [
                f"{month},c{u}{c},window,{30 + u if c == 0 else 19}"
                for month in months
                for u in range(3)
                for c in range(2)
            ]
            + [f"{month},,window,3" for month in months]
        ),
        "home_visit_targets": "\n".join(
            ["subdistrict_code,target_group,listed_persons,served_persons"]
            + [f"{code},oldest_old,{40},{12}" for code in UNITS]
        ),
        "households": "\n".join(
            ["household_id,subdistrict_code,committee_id,members,relief_category,relief_from,relief_to"]
            + [f"h{u}{h},{UNITS[u]},c{u}{h % 2},{1 + h % 4},low_income,2023-01-01," for u in range(3) for h in range(8)]
        ),
        "relief_cases": "\n".join(
            ["case_id,household_id,opened_on,discovery_source,closed_on"]
            + [f"x{u}{h},h{u}{h},2024-02-01,adviser_visit," for u in range(3) for h in range(6)]
        ),
        "need_assessments": _assessments(),
        "providers": "provider_id,name_en,provider_type\ny1,Bureau,government\ny2,Club,social_organisation",
        "projects": "project_id,name_en,need_dimension,layer,annual_capacity_units,provider_id\n"
        "j1,Care,illness,support,60,y1\nj2,Repair,housing,development,,y2",
        "project_eligibility": "project_id,grade,relief_category,subdistrict_code\nj2,medium,,\nj2,,low_income,",
        "resources": "resource_id,resource_list_no,name_en,kind,need_dimension,provider_id,quantity_units,valid_to\n"
        "r1,1,Fund,funds,income,y1,40,\nr2,2,Hall,premises,,y2,,2024-06-30",
        "need_requests": "\n".join(
            [
                "request_id,case_id,need_dimension,requested_on,requested_units,project_id,matched_on,accepted,delivered_units"
            ]
            + [f"q{u}{h},x{u}{h},illness,2024-02-21,6,j1,2024-03-10,true,5" for u in range(3) for h in range(4)]
            + [f"q{u}9,x{u}4,housing,2024-02-21,4,,,," for u in range(3)]
        ),
        "service_plans": "\n".join(
            ["plan_id,case_id,project_id,agreed_on,layer,planned_units"]
            + [f"l{u}{h},x{u}{h},j1,2024-03-10,support,6" for u in range(3) for h in range(4)]
        ),
        "service_events": "\n".join(
            ["event_id,case_id,project_id,done_on,minutes"]
            + [f"v{u}{h}{month},x{u}{h},j1,{month}-20,45" for u in range(3) for h in range(3) for month in months[3:]]
        ),
        "advisers": "\n".join(advisers),
        "training_sessions": "session_id,stage,held_on,hours\ni1,primary,2023-02-01,3\ni2,intermediate,2023-06-01,6",
        "training_records": "\n".join(
            ["adviser_id,session_id,attended"]
            + [f"a{u}{c},i1,true" for u in range(3) for c in range(2)]
            + [f"a{u}0,i2,true" for u in range(3)]
        ),
        "target_listings": "\n".join(
            ["person_id,subdistrict_code,source,listed_on"]
            + [f"b{u}{n:02d},{UNITS[u]},visit,2024-02-01" for u in range(3) for n in range(8)]
            + [f"b{u}{n:02d},{UNITS[u]},data_match,2024-03-01" for u in range(3) for n in range(4, 12)]
        ),
        "visit_events": "\n".join(
            ["event_id,case_id,person_id,subdistrict_code,activity,happened_on"]
            + [
                f"n{u}{n}{position},g{u}{n},b{u}{n:02d},{UNITS[u]},{step},2024-0{2 + position}-0{1 + n}"
                for u in range(3)
                for n in range(8)
                for position, step in enumerate(("discover", "judge", "visit", "follow_up")[: 4 - n % 3])
            ]
        ),
        **_canteen_use(),
        **_linked_beds(),
        **_befriending(),
        **_home_retrofits(),
        **_marriage(),
        "stations": "station_id,name_en,subdistrict_code,opened_on,lon,lat,hours\n"
        f"t0,Station,{UNITS[0]},2023-06-01,{middle[0]},Mo-Sa 09:00-18:00",
    }


def _linked_beds() -> dict[str, str]:
    """Two homes and a hospital: nine residents, of whom three went to a medical bed and came back."""
    months = [f"2023-{month:02d}" for month in range(1, 13)] + [f"2024-{month:02d}" for month in range(1, 9)]
    persons = [(u, n) for u in range(3) for n in range(3)]
    stays = [
        f"e{u}{n}0,d{u}{n},{UNITS[u]},institution,o{n % 2},2023-02-01,{'2024-03-01,transferred' if n == 0 else ','},3"
        for u, n in persons
    ]
    stays += [f"e{u}01,d{u}0,{UNITS[u]},medical,o2,2024-03-01,2024-03-15,transferred,3" for u in range(3)]
    stays += [f"e{u}02,d{u}0,{UNITS[u]},institution,o0,2024-03-15,,,3" for u in range(3)]
    requests = [
        f"w{u}{n},d{u}0,{UNITS[u]},{kinds},2024-02-{20 + n},,2024-03-{day},moved,true"
        for u in range(3)
        for n, (kinds, day) in enumerate((("institution,medical", "01"), ("medical,institution", "15")))
    ]
    return {
        "institutions": "inst_id,name_en,kind,subdistrict_code,joined_on\n"
        f"o0,Home,elder_home,{UNITS[0]},2023-09-01\no1,House,care_home,{UNITS[1]},\no2,Hospital,hospital_2,{UNITS[2]},2023-09-01",
        "bed_stock": "\n".join(
            ["inst_id,month,bed_type,beds_usable,usable_bed_days,occupied_bed_days,occupied_mid_month"]
            + [
                f"o{home},{month},institution,10,280,{150 + 5 * place},5"
                for home in range(2)
                for place, month in enumerate(months[:20])
            ]
            + [f"o2,{month},medical,5,140,60,2" for month in months]
        ),
        "bed_episodes": "\n".join(
            ["episode_id,person_id,subdistrict_code,bed_type,inst_id,started_on,ended_on,end_reason,care_grade", *stays]
        ),
        "bed_requests": "\n".join(
            [
                "request_id,person_id,subdistrict_code,from_type,to_type,requested_on,assessed_on,ended_on,outcome,green_channel",
                *requests,
            ]
        ),
        "bed_contracts": "\n".join(
            ["contract_id,person_id,subdistrict_code,inst_id,signed_on,ended_on"]
            + [f"k{u}{n},d{u}{n},{UNITS[u]},o0,2023-10-01," for u, n in persons]
        ),
        "bed_services": "\n".join(
            ["service_id,person_id,done_on,kind"] + [f"f{u}{n},d{u}{n},2024-07-{10 + n},nursing" for u, n in persons]
        ),
        "data_links": "\n".join(
            ["person_id,civil_record,health_record,synced_on"] + [f"d{u}{n},true,true,2024-08-30" for u, n in persons]
        ),
        "comparison_occupancy": "\n".join(
            ["place,month,bed_type,usable_bed_days,occupied_bed_days"]
            + [f"q,{month},institution,1000,{500 + 2 * place}" for place, month in enumerate(months)]
        ),
    }


def _canteen_use() -> dict[str, str]:
    """Eight diners of each canteen, two of whom eat at both, at lunch on all eight days; one committee a canteen is delivered to."""
    header = "person_id,site_id,subdistrict_code,committee_id,birth_year,dine_in_meals,takeaway_meals,delivery_meals,first_on,last_on,year_to"
    rows = [
        f"dn{n if n < 2 else 10 * u + n},s{u},{UNITS[u if n > 1 else 0]},c{u if n > 1 else 0}{n % 2},194{n},8,0,0,2024-01-15,2024-08-15,2024-08-31"
        for u in range(2)
        for n in range(8)
    ]
    return {
        "canteen_diners": "\n".join([header, *rows]),
        "delivery_areas": "site_id,committee_id\ns0,c00\ns1,c11",
    }


def _befriending() -> dict[str, str]:
    """Two volunteers a unit, six older people on its list, five of them paired and in contact every week."""
    persons = [(u, n) for u in range(3) for n in range(6)]
    return {
        "volunteers": "\n".join(
            ["vol_id,birth_month,subdistrict_code,committee_id,point_id,programme,joined_on,left_on,max_load"]
            + [
                f"vo{u}{n},195{n}-03,{UNITS[u]},c{u}{n},p{u}{n},{('old_partners', 'company_in_age')[n]},2023-01-01,,6"
                for u in range(3)
                for n in range(2)
            ]
        ),
        "elder_needs": "\n".join(
            [
                "person_id,subdistrict_code,committee_id,point_id,living_arrangement,risk_level,required_contacts_per_week,listed_on"
            ]
            + [f"el{u}{n},{UNITS[u]},c{u}{n % 2},p{u}{n},alone,medium,1,2023-02-01" for u, n in persons]
        ),
        "pairings": "\n".join(
            ["pair_id,vol_id,person_id,paired_on,ended_on,end_reason"]
            + [f"pr{u}{n},vo{u}{n % 2},el{u}{n},2023-03-01,," for u, n in persons if n < 5]
            + [f"pr{u}9,vo{u}0,el{u}5,2023-03-01,2023-09-30,gave_up" for u in range(3)]
        ),
        "companion_contacts": "\n".join(
            ["pair_id,done_on,mode"]
            + [f"pr{u}{n},2024-07-{day:02d},call" for u, n in persons if n < 5 for day in (2, 9, 16, 23, 30)]
        ),
    }


def _home_retrofits() -> dict[str, str]:
    """Twelve applications a unit: eight accepted, one withdrawn, one refused, one in its works, one not yet assessed."""
    homes = [(u, n) for u in range(3) for n in range(12)]
    ends = {8: "2023-05-01,withdrawn", 9: "2023-04-10,refused"}
    groups = ("frail", "alone", "low_income", "aged_80", "none")
    applied = [
        f"g{u}{n:02},m{u}{n:02},b{u}{n:02},{UNITS[u]},c{u}{n % 2},2023-0{3 if n < 10 else 7}-{10 + n},committee,"
        f"{groups[n % 5]},{ends.get(n, ',')}"
        for u, n in homes
    ]
    return {
        "retrofit_applications": "\n".join(
            [
                "app_id,home_id,person_id,subdistrict_code,committee_id,applied_on,channel,priority_group,ended_on,end_reason",
                *applied,
            ]
        ),
        "retrofit_assessments": "\n".join(
            ["app_id,assessed_on,risk_items"]
            + [f"g{u}{n:02},2023-0{4 if n < 10 else 8}-02,4" for u, n in homes if n != 11]
        ),
        "retrofit_contracts": "\n".join(
            ["app_id,signed_on,package,total_yuan,subsidy_yuan"]
            + [
                f"g{u}{n:02},2023-0{5 if n < 10 else 9}-01,basic,{4000 + 100 * n},3000"
                for u, n in homes
                if n < 8 or n == 10
            ]
        ),
        "retrofit_works": "\n".join(
            ["app_id,started_on,finished_on,accepted_on,items_done"]
            + [f"g{u}{n:02},2023-05-20,2023-05-25,2023-06-{10 + n},3" for u, n in homes if n < 8]
            + [f"g{u}10,2024-08-20,,,2" for u in range(3)]
        ),
        "retrofit_need": "\n".join(
            ["subdistrict_code,priority_group,households"]
            + [f"{code},{group},{20 + 5 * place}" for code in UNITS for place, group in enumerate(groups[:4])]
        ),
        "fall_observation": "\n".join(
            ["person_id,birth_month,observed_from,observed_to"]
            + [f"b{u}{n:02},194{n % 10}-05,2022-01-01,{'2024-03-31' if n == 9 else ''}" for u, n in homes]
        ),
        "fall_events": "\n".join(
            ["person_id,fell_on,place,injury"]
            + [f"b{u}{n:02},{day},{place},true" for u, n in homes for day, place in _falls_of(n)]
        ),
        "peer_retrofits": "place,as_of,households\nq1,2024-06-30,20\nq2,2024-08-31,40\nq2,2023-12-31,10",
    }


def _marriage() -> dict[str, str]:
    """Twelve registrations a month, a third of them from elsewhere in the city; one couple in twelve does not come."""
    months = [f"2023-{month:02d}" for month in range(1, 13)] + [f"2024-{month:02d}" for month in range(1, 9)]
    areas = {"own_district": "own_district,elsewhere_in_city", "city": "elsewhere_in_city,other_province"}
    rows, days = [], []
    for m, month in enumerate(months):
        for n in range(12):
            scope = "city" if n % 3 == 0 else "own_district"
            day = f"{month}-{11 + n // 4}"
            end = ",b1,,,not_shown" if n == 11 else f"{day},b1,{14 + n},{'true' if n == 1 else 'false'},registered"
            home = ("", *UNITS)[n % 4]
            rows.append(f"rg{m:02}{n:02},marriage,{scope},{areas[scope]},{month}-02,{day},{end},{home}")
        days += [f"b1,{month}-{11 + d},6,4,{3 if d == 2 else 4},1,420" for d in range(3)]
    header = "reg_id,reg_type,scope,party_a_area,party_b_area,applied_on,slot_on,done_on,office_id,minutes,documents_short,result,residence_code"
    return {
        "registrations": "\n".join([header, *rows]),
        "appointments": "\n".join(["office_id,slot_on,capacity,booked,shown,windows,open_minutes", *days]),
        "comparison_registrations": "\n".join(
            ["place,month,marriages"] + [f"q1,{month},{90 + m % 7}" for m, month in enumerate(months)]
        ),
        "registration_travel": "scope,here_low_minutes,here_mode_minutes,here_high_minutes,alternative_low_minutes,alternative_mode_minutes,alternative_high_minutes\ncity,10,25,60,30,60,100",
    }


def _falls_of(number: int) -> list[tuple[str, str]]:
    """Three falls of a person, in every quarter of a year and before, between and after application and acceptance."""
    days = (
        "2022-02-03",
        "2022-05-04",
        "2022-08-05",
        "2022-11-06",
        "2023-03-01",
        "2023-05-09",
        "2023-12-08",
        "2024-04-09",
    )
    return [(days[(number * 3 + place) % 8], "home" if place < 2 else "elsewhere") for place in range(3)]


def _assessments() -> str:
    needs = "income housing illness disability education employment social_security social_participation child_burden child_environment"
    header = ["assessment_id", "household_id", "assessed_on", *(f"score_{need}" for need in needs.split()), "grade"]
    rows = [[f"z{u}{h}", f"h{u}{h}", "2024-02-20", *["0.4"] * 10, "medium"] for u in range(3) for h in range(5)]
    return "\n".join(",".join(row) for row in [header, *rows])


def write_small_district(folder: Path) -> Path:
    """Write the district with all tables; the geometry tables as GeoJSON, the others as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    config = CONFIG
    for name, text in plain_tables().items():
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
        config += f'\n[tables.{name}]\nfile = "{name}.csv"\nformat = "csv"\n'
        config += 'datum = "WGS84"\n' if name in POINT_TABLES else ""
    (folder / "sub_districts.geojson").write_text(json.dumps(collection(unit_features())), encoding="utf-8")
    (folder / "walking_network.geojson").write_text(json.dumps(collection(edge_features())), encoding="utf-8")
    (folder / "district.toml").write_text(config, encoding="utf-8")
    return folder


@pytest.fixture
def valid_district(tmp_path: Path) -> Path:
    """The folder of a district without any fault: three units, six committees, thirty demand points."""
    return write_small_district(tmp_path / "small")


@pytest.fixture(scope="session")
def write_district() -> Callable[[Path], Path]:
    """Write that district into a folder of one's own."""
    return write_small_district
