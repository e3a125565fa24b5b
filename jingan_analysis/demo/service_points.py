"""Centres, 24-hour spots and remote spots, and what each of them can handle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.matters import Matters
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.projection import settle, to_degrees, to_metres
from jingan_analysis.demo.units import Unit, read_data

_CENTRE_HOURS = ("Mo-Fr 09:00-17:00", "Mo-Fr 08:30-17:00; Sa 09:00-12:00")
_KINDS = {
    "centre": ("community affairs centre", "社区事务受理服务中心", "コミュニティ事務受付サービスセンター"),
    "self_service_24h": ("24-hour self-service spot", "24小时自助服务点", "24時間セルフサービススポット"),
    "remote_spot": ("remote service spot", "远程服务点", "遠隔サービススポット"),
}


def build_service_points(places: Places) -> pd.DataFrame:
    """Make the table ``service_points``."""
    rows: list[dict[str, Any]] = []
    for number, unit in enumerate(places.units):
        centroid = to_metres(np.array([unit.centroid]))[0]
        rows.append(_point("centre", unit, _home(places, number, centroid), "other", _CENTRE_HOURS[number % 3 == 0]))
        rows[-1]["windows"] = str(6 + unit.committees // 4)
        night = _home(places, number, centroid + np.array([380.0, -260.0]))
        rows.append(_point("self_service_24h", unit, night, "other", "24/7"))
    rows += _committee_spots(places)
    rows += _other_spots(places)
    table = pd.DataFrame(rows)
    order = table["kind"].map({kind: position for position, kind in enumerate(_KINDS)})
    table = table.assign(order=order).sort_values(["order", "subdistrict_code"], kind="stable", ignore_index=True)
    table.insert(0, "point_id", [f"S{number + 1:03d}" for number in range(len(table))])
    table[["name_en", "name_zh", "name_ja"]] = _names(table, places.units)
    table[["lon", "lat"]] = to_degrees(settle(np.array(table.pop("place").to_list())))
    return table.drop(columns="order")


def _point(kind: str, unit: Unit, place: NDArray[np.float64], venue: str, hours: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "subdistrict_code": unit.code,
        "committee_id": "",
        "venue": venue,
        "opened_on": "",
        "closed_on": "",
        "place": place,
        "hours": hours,
        "windows": "1",
    }


def _home(places: Places, number: int, at: NDArray[np.float64]) -> NDArray[np.float64]:
    homes = places.xy[places.unit == number]
    return np.asarray(homes[int(np.argmin(np.round(np.hypot(*(homes - at).T), 2)))])


def _committee_spots(places: Places) -> list[dict[str, Any]]:
    """One spot at the middle of each committee that has one."""
    declared = read_data("spots.toml")["remote"]
    hours = _dealt(declared["hours"], len(places.committees), "spot hours")
    rows, seen = [], dict.fromkeys((unit.code for unit in places.units), 0)
    units = {unit.code: unit for unit in places.units}
    for number, row in enumerate(places.committees.itertuples()):
        unit = units[str(row.subdistrict_code)]
        seen[unit.code] += 1
        if seen[unit.code] > unit.committees - declared["committees_without"].get(unit.code, 0):
            continue
        spot = _point("remote_spot", unit, places.centre(number), "committee", hours[number]["text"])
        rows.append({**spot, "committee_id": row.committee_id, "opened_on": f"2022-{1 + number % 12:02d}-15"})
    return rows


def _other_spots(places: Places) -> list[dict[str, Any]]:
    rows = []
    numbers = {unit.code: number for number, unit in enumerate(places.units)}
    for code, (buildings, parks) in read_data("spots.toml")["remote"]["elsewhere"].items():
        number = numbers[code]
        homes = places.xy[places.unit == number]
        for turn, venue in enumerate(["building"] * buildings + ["park"] * parks):
            place = homes[(turn + 1) * len(homes) // 5]
            spot = _point("remote_spot", places.units[number], place, venue, "Mo-Fr 09:00-18:00")
            rows.append({**spot, "opened_on": "2023-05-08"})
    return rows


def _dealt(kinds: list[dict[str, Any]], count: int, name: str) -> list[dict[str, Any]]:
    """Deal ``of_ten`` kinds to rows in a random order that is the same each time."""
    deck = [kind for kind in kinds for _ in range(kind["of_ten"])]
    cards = [deck[position % len(deck)] for position in range(count)]
    return [cards[place] for place in stream(name).permutation(count)]


def _names(table: pd.DataFrame, units: tuple[Unit, ...]) -> list[tuple[str, str, str]]:
    by_code = {unit.code: unit for unit in units}
    running = table.groupby(["kind", "subdistrict_code"]).cumcount() + 1
    names = []
    for kind, code, number in zip(table["kind"], table["subdistrict_code"], running, strict=True):
        en, zh, ja = _KINDS[kind]
        unit, tail = by_code[code], f" {number}" if kind == "remote_spot" else ""
        names.append((f"{unit.en} {en}{tail} (demo)", f"{unit.zh}{zh}{tail}（演示）", f"{unit.ja}{ja}{tail}（デモ）"))
    return names


def equip_points(points: pd.DataFrame, matters: Matters) -> pd.DataFrame:
    """Make the table ``point_matters``: centres handle all, spots what their devices and staff allow."""
    random = stream("point matters")
    spots = points["kind"] == "remote_spot"
    sizes = iter(_dealt(read_data("spots.toml")["remote"]["matters"], int(spots.sum()), "spot sizes"))
    ids = matters.table["matter_id"].to_numpy()
    nearby = np.flatnonzero(matters.open_in["nearby"])
    pieces = []
    for point_id, kind in zip(points["point_id"], points["kind"], strict=True):
        chosen = np.flatnonzero(matters.open_in["self_service" if kind == "self_service_24h" else "window"])
        if kind == "remote_spot":
            size = next(sizes)
            score = np.log(matters.demand[nearby]) + random.normal(0.0, 1.2, len(nearby))
            best = np.argsort(-np.round(score, 6), kind="stable")[: random.integers(size["low"], size["high"] + 1)]
            chosen = np.sort(nearby[best])
        pieces.append(pd.DataFrame({"point_id": point_id, "matter_id": ids[chosen]}))
    return pd.concat(pieces, ignore_index=True)
