"""Premises where a new site could stand."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.projection import settle, to_degrees
from jingan_analysis.demo.units import Unit, read_data

_WORDS = {
    "committee": ("committee premises", "居村委用房", "居民委員会の施設"),
    "vacant": ("vacant premises", "闲置用房", "空き物件"),
    "public": ("public building", "公共用房", "公共施設"),
    "commercial": ("commercial premises", "商业用房", "商業施設"),
}
_STEP_M = 30.0


def list_candidates(places: Places) -> pd.DataFrame:
    """Make the table ``candidate_sites``: some premises of each kind, and the planted ones."""
    declared, random = read_data("candidates.toml"), stream("candidate sites")
    rows = [
        _premises(places, committee, kind, declared, random)
        for kind, words in declared["premises"].items()
        for committee in _drawn(len(places.committees), words["of_ten_committees"], random)
    ]
    rows += _planted(places, declared)
    table = pd.DataFrame(rows).sort_values(["subdistrict_code", "committee_id", "premises"], kind="stable")
    table = table.reset_index(drop=True)
    table.insert(0, "site_id", [f"N{number + 1:03d}" for number in range(len(table))])
    table[["name_en", "name_zh", "name_ja"]] = _names(table, places.units)
    table[["lon", "lat"]] = to_degrees(settle(np.array(table.pop("place").to_list())))
    return table


def _drawn(committees: int, of_ten: int, random: np.random.Generator) -> list[int]:
    return sorted(random.choice(committees, committees * of_ten // 10, replace=False).tolist())


def _premises(
    places: Places, committee: int, kind: str, declared: dict[str, Any], random: np.random.Generator
) -> dict[str, Any]:
    words, chance = declared["premises"][kind], declared["chances"]
    low, high = words["area_m2"]
    area = 5 * round(float(random.uniform(low, high)) / 5)
    known = random.random(5)
    ruled_out = declared["ruled_out"]
    reason = random.choice([*ruled_out, ""], p=[*ruled_out.values(), 1.0 - sum(ruled_out.values())])
    step_free = "" if known[2] < chance["step_free_unknown"] else bool(known[3] >= chance["not_step_free"])
    return {
        **_place(places, committee, kind, random),
        "suits": "",
        "floor_area_m2": "" if known[0] < chance["area_unknown"] else area,
        "step_free": step_free,
        "available_from": "2025-03-01" if known[4] < chance["available_later"] else "",
        "capacity_meals_per_day": ""
        if known[1] < chance["capacity_unknown"]
        else 10 * round(area * words["meals_a_m2"] / 10),
        "setup_cost_cny": 10_000 * round(area * words["cost_cny_a_m2"] / 10_000),
        "ruled_out": reason,
    }


def _place(places: Places, committee: int, kind: str, random: np.random.Generator) -> dict[str, Any]:
    """Committee premises stand in the middle of its homes, others beside one of them."""
    homes = np.flatnonzero(places.committee == committee)
    beside = places.xy[random.choice(homes)] + _STEP_M * random.uniform(-1, 1, 2)
    row = places.committees.iloc[committee]
    return {
        "premises": kind,
        "subdistrict_code": row["subdistrict_code"],
        "committee_id": row["committee_id"],
        "place": _near_centre(places, committee) if kind == "committee" else beside,
    }


def _near_centre(places: Places, committee: int) -> NDArray[np.float64]:
    return np.asarray(places.centre(committee) + np.array([3.0, -4.0]))


def _planted(places: Places, declared: dict[str, Any]) -> list[dict[str, Any]]:
    ids = places.committees["committee_id"].tolist()
    wanted = dict.fromkeys(declared["planted"]["open"], "") | declared["planted"]["ruled_out"]
    return [
        {
            "premises": "vacant",
            "subdistrict_code": places.committees["subdistrict_code"].iloc[ids.index(committee)],
            "committee_id": committee,
            "place": _near_centre(places, ids.index(committee)),
            "suits": "canteens",
            "floor_area_m2": 320,
            "step_free": True,
            "available_from": "",
            "capacity_meals_per_day": 500,
            "setup_cost_cny": 1_300_000,
            "ruled_out": reason,
        }
        for committee, reason in wanted.items()
    ]


def _names(table: pd.DataFrame, units: tuple[Unit, ...]) -> list[tuple[str, str, str]]:
    by_code = {unit.code: unit for unit in units}
    running = table.groupby(["premises", "subdistrict_code"]).cumcount().map(ascii_uppercase.__getitem__)
    names = []
    for kind, code, letter in zip(table["premises"], table["subdistrict_code"], running, strict=True):
        (en, zh, ja), unit = _WORDS[kind], by_code[code]
        names.append(
            (f"{unit.en} {en} {letter} (demo)", f"{unit.zh}{zh}{letter}（演示）", f"{unit.ja}{ja}{letter}（デモ）")
        )
    return names
