"""Canteens inside the district and just over its border."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.places import Places
from jingan_analysis.demo.projection import settle, to_degrees, to_metres
from jingan_analysis.demo.units import read_data


@dataclass(frozen=True)
class Sites:
    """All sites, those of the district first.

    Attributes
    ----------
    table
        The table ``canteens``, in WGS 84.
    xy
        Places in metres, (n, 2).
    daily
        Meals that the generator aims at on an open weekday, (n,).
    overloaded
        Whether a site serves more than its kitchen is made for, (n,).
    """

    table: pd.DataFrame
    xy: NDArray[np.float64]
    daily: NDArray[np.float64]
    overloaded: NDArray[np.bool_]

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Whether each site is the district's, (n,)."""
        return (self.table["subdistrict_code"] != "").to_numpy()


def build_sites(places: Places) -> Sites:
    """Place the declared sites, each beside the home nearest to its declared place."""
    declared = read_data("sites.toml")
    inside, outside = declared["inside"], declared["outside"]
    centroids = {unit.code: to_metres(np.array([unit.centroid]))[0] for unit in places.units}
    wanted = np.array([centroids[row["unit"]] + np.array(row["at"]) for row in inside])
    beyond = to_metres(np.array([row["place"] for row in outside]))
    numbers = {unit.code: number for number, unit in enumerate(places.units)}
    groups = [numbers[row["unit"]] for row in inside] + [-1] * len(outside)
    spots = [_beside_home(places, at, group) for at, group in zip([*wanted, *beyond], groups, strict=True)]
    xy = settle(np.array(spots))
    rows = [*inside, *outside]
    table = _table(rows, [places.units[group] if group >= 0 else None for group in groups])
    table[["lon", "lat"]] = to_degrees(xy)
    daily = np.array([row["daily"] for row in rows], dtype=np.float64)
    return Sites(table, xy, daily, np.array([row.get("overloaded", False) for row in rows]))


def _beside_home(places: Places, at: NDArray[np.float64], group: int) -> NDArray[np.float64]:
    homes = places.xy[places.unit == group]
    away = np.round(np.hypot(*(homes - at).T), 3)
    return np.asarray(homes[int(np.argmin(away))] + np.array([4.0, 3.0]))


def _table(rows: list[dict[str, object]], units: list[object]) -> pd.DataFrame:
    names = [_names(number, unit) for number, unit in enumerate(units)]
    return pd.DataFrame(
        {
            "site_id": [f"C{number + 1:02d}" for number in range(len(rows))],
            "name_en": [name[0] for name in names],
            "name_zh": [name[1] for name in names],
            "name_ja": [name[2] for name in names],
            "kind": "canteen",
            "subdistrict_code": [getattr(unit, "code", "") for unit in units],
            "opened_on": [row.get("opened_on", "") for row in rows],
            "closed_on": "",
            "lon": np.nan,
            "lat": np.nan,
            "seats": [row.get("seats", "") for row in rows],
            "capacity_meals_per_day": [row.get("capacity", "") for row in rows],
            "open_days_per_week": [row["open_days"] for row in rows],
            "delivers": [row["delivers"] for row in rows],
            "hours": [row["hours"] for row in rows],
        }
    )


def _names(number: int, unit: object) -> tuple[str, str, str]:
    en, zh, ja = (getattr(unit, language, "") for language in ("en", "zh", "ja"))
    if unit is None:
        en, zh, ja = "Outside", "区外", "区外"
    return (
        f"{en} canteen {number + 1} (demo)",
        f"{zh}社区长者食堂{number + 1}（演示）",
        f"{ja}コミュニティ高齢者食堂{number + 1}（デモ）",
    )
