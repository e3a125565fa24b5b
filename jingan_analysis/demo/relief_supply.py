"""People and places of relief: stations and advisers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.projection import settle, to_degrees, to_metres
from jingan_analysis.demo.units import read_data

_STATION = ("Jing'an Neighborhood Caring Station", "静邻暖心屋", "静隣暖心ハウス")


def build_stations(places: Places) -> pd.DataFrame:
    """Make the table ``stations``: the three named units have one each."""
    rows, xy = [], []
    numbers = {unit.code: number for number, unit in enumerate(places.units)}
    for position, declared in enumerate(read_data("relief.toml")["stations"]):
        number = numbers[declared["unit"]]
        unit = places.units[number]
        homes = places.xy[places.unit == number]
        at = to_metres(np.array([unit.centroid]))[0] + np.array([-120.0, 90.0])
        xy.append(homes[int(np.argmin(np.round(np.hypot(*(homes - at).T), 2)))])
        rows.append(
            {
                "station_id": f"ST{position + 1}",
                "name_en": f"{unit.en} {_STATION[0]}",
                "name_zh": f"{unit.zh}{_STATION[1]}",
                "name_ja": f"{unit.ja}{_STATION[2]}",
                "subdistrict_code": unit.code,
                "opened_on": declared["opened_on"],
                "hours": "Mo-Fr 09:00-17:00; Sa 09:00-12:00",
            }
        )
    table = pd.DataFrame(rows)
    table[["lon", "lat"]] = to_degrees(settle(np.array(xy)))
    return table


def register_advisers(places: Places) -> pd.DataFrame:
    """Make the table ``advisers``: two officers a unit, a cadre in nearly every committee, others spread."""
    declared = read_data("relief.toml")["advisers"]
    random = stream("advisers")
    committees = places.committees[["committee_id", "subdistrict_code"]]
    lost = set(committees_without_adviser(places))
    staffed = committees[~committees["committee_id"].isin(lost)]
    rows = [_adviser("relief_officer", unit.code, "", 1.0) for unit in places.units for _ in range(2)]
    rows += [_adviser("committee_cadre", code, committee, 0.3) for committee, code in staffed.itertuples(index=False)]
    for role, fte in (("social_worker", 0.5), ("volunteer", 0.1)):
        for place in random.choice(len(staffed), declared[f"{role}s"], replace=False):
            committee, code = staffed.iloc[int(place)]
            rows.append(_adviser(role, code, committee, fte))
    unstaffed = committees[committees["committee_id"].isin(lost)]
    gone = [_adviser("committee_cadre", code, committee, 0.3) for committee, code in unstaffed.itertuples(index=False)]
    for place in random.choice(len(staffed), declared["left"] - len(gone), replace=False):
        committee, code = staffed.iloc[int(place)]
        gone.append(_adviser("volunteer", code, committee, 0.1))
    table = pd.DataFrame(rows + gone)
    registered = np.datetime64("2022-01-10") + random.integers(0, 650, len(table))
    left = np.datetime64("2023-11-15") + random.integers(0, 280, len(gone))
    table["registered_on"] = registered.astype(str)
    table["left_on"] = [""] * len(rows) + list(left.astype(str))
    table = table.sort_values(["subdistrict_code", "registered_on", "committee_id"], kind="stable", ignore_index=True)
    table.insert(0, "adviser_id", [f"A{number + 1:03d}" for number in range(len(table))])
    return table


def committees_without_adviser(places: Places) -> list[str]:
    """Planted: committees whose only adviser left before the window's end."""
    chosen: list[str] = []
    for code, count in read_data("relief.toml")["advisers"]["committees_without"].items():
        here = places.committees.loc[places.committees["subdistrict_code"] == code, "committee_id"]
        chosen += [str(name) for name in here.iloc[1 : 1 + 3 * count : 3]]
    return chosen


def _adviser(role: str, code: str, committee: str, fte: float) -> dict[str, Any]:
    return {"role": role, "subdistrict_code": code, "committee_id": committee, "fte": fte}
