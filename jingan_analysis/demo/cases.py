"""Cases handled from January to August 2024, and home visits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import largest_remainder, stream
from jingan_analysis.demo.matters import CHANNELS, Matters
from jingan_analysis.demo.people import People
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.units import Unit, read_data

_POINT_KIND = {"window": "centre", "nearby": "remote_spot", "self_service": "self_service_24h"}
_MONTH_WEIGHTS = (1.0, 0.7, 1.1, 1.05, 1.0, 1.05, 1.1, 1.1)
_RETURN_VISITS = {"window": 1.0, "nearby": 0.6, "home_visit": 0.5, "self_service": 0.15, "online": 0.2}
_BUSY = 7.0

Counts = NDArray[np.integer[Any]]


def count_cases(
    points: pd.DataFrame, point_matters: pd.DataFrame, matters: Matters, places: Places, people: People
) -> pd.DataFrame:
    """Make the table ``case_counts``; totals of cases and person-times are met exactly."""
    declared = read_data("matters.toml")["cases"]
    months = [f"{declared['first_month'][:5]}{number + 1:02d}" for number in range(declared["months"])]
    residents = np.bincount(places.unit[places.unit >= 0], people.residents[places.unit >= 0])
    weights = _point_weights(points, residents, places.units)
    random = stream("cases")
    pieces = []
    for channel in CHANNELS:
        if channel in _POINT_KIND:
            offers = _offers(points, point_matters, matters, channel, weights)
        else:
            offers = _unit_offers(places.units, matters, channel, residents)
        chance = np.outer(_MONTH_WEIGHTS, offers["weight"].to_numpy()).ravel()
        counts = random.multinomial(declared["by_channel"][channel], chance / chance.sum())
        repeated = pd.concat([offers.assign(month=month) for month in months], ignore_index=True)
        pieces.append(repeated.assign(channel=channel, cases=counts)[counts > 0])
    table = pd.concat(pieces, ignore_index=True)
    repeats = table["cases"].to_numpy() * table["channel"].map(_RETURN_VISITS).to_numpy()
    extra = random.multinomial(declared["person_times"] - int(table["cases"].sum()), repeats / repeats.sum())
    table["person_times"] = table["cases"] + extra
    columns = ["month", "subdistrict_code", "point_id", "channel", "matter_id"]
    return table.sort_values(columns, ignore_index=True)[[*columns, "cases", "person_times"]]


def _point_weights(points: pd.DataFrame, residents: Counts, units: tuple[Unit, ...]) -> pd.Series:
    """How much each point is used; the planted spots are idle or far too busy."""
    random = stream("point use")
    numbers = {unit.code: number for number, unit in enumerate(units)}
    share = residents / residents.sum()
    per_kind = points.groupby(["kind", "subdistrict_code"])["point_id"].transform("size").to_numpy()
    unit = points["subdistrict_code"].map(numbers).to_numpy()
    weights = share[unit] / per_kind * random.uniform(0.35, 1.65, len(points))
    for name, factor in (("idle", 0.0), ("busy", _BUSY)):
        for code, count in read_data("spots.toml")["remote"][name].items():
            here = np.flatnonzero((points["kind"] == "remote_spot") & (points["subdistrict_code"] == code))
            weights[random.choice(here, count, replace=False)] *= factor
    return pd.Series(weights, index=points["point_id"].to_numpy())


def _offers(
    points: pd.DataFrame, point_matters: pd.DataFrame, matters: Matters, channel: str, weights: pd.Series
) -> pd.DataFrame:
    of_kind = points.loc[points["kind"] == _POINT_KIND[channel], ["point_id", "subdistrict_code"]]
    demand = pd.Series(matters.demand, index=matters.table["matter_id"].to_numpy())
    offers = point_matters.merge(of_kind, on="point_id")
    total = offers["matter_id"].map(demand).groupby(offers["point_id"]).transform("sum")
    chance = offers["matter_id"].map(demand) / total * offers["point_id"].map(weights)
    return offers.assign(weight=chance)


def _unit_offers(units: tuple[Unit, ...], matters: Matters, channel: str, residents: Counts) -> pd.DataFrame:
    ids = matters.table["matter_id"].to_numpy()[matters.open_in[channel]]
    demand = matters.demand[matters.open_in[channel]]
    size = residents / residents.sum()
    if channel == "home_visit":
        size = size * np.array([unit.reach for unit in units])
    return pd.DataFrame(
        {
            "subdistrict_code": np.repeat([unit.code for unit in units], len(ids)),
            "point_id": "",
            "matter_id": np.tile(ids, len(units)),
            "weight": np.outer(size, demand).ravel(),
        }
    )


def list_home_visits(places: Places, people: People) -> pd.DataFrame:
    """Make the table ``home_visit_targets``."""
    declared = read_data("spots.toml")["home_visits"]
    inside = places.unit >= 0
    older = np.bincount(places.unit[inside], people.older[inside])
    random = stream("home visits")
    pieces = []
    for group, total in declared["listed"].items():
        listed = largest_remainder(older * random.uniform(0.8, 1.2, len(older)), total)
        reach = np.array([unit.reach for unit in places.units])
        served = random.binomial(listed, np.clip(declared["served_share"][group] * reach, 0, 0.9))
        codes = [unit.code for unit in places.units]
        columns = {"subdistrict_code": codes, "target_group": group, "listed_persons": listed, "served_persons": served}
        pieces.append(pd.DataFrame(columns))
    return pd.concat(pieces, ignore_index=True).sort_values("subdistrict_code", kind="stable", ignore_index=True)
