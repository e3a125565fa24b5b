"""People at each demand point: the census marginals, split by a declared rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import largest_remainder, stream
from jingan_analysis.demo.barriers import load_pocket
from jingan_analysis.demo.canteens import Sites
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.units import AgeBand, Census, read_data

LIVING = ("alone", "all_elderly", "with_others", "institution")
FRAILTY = ("frail", "not_frail")
_LIVING_SHARES = {
    60: (8, 34, 57.5, 0.5),
    65: (10, 39, 50, 1),
    70: (13, 41, 44, 2),
    75: (17, 40, 39, 4),
    80: (21, 35, 37, 7),
    85: (23, 27, 37, 13),
}
"""Per cent of an age band by living arrangement, in the order of ``LIVING``."""
_FRAIL_SHARE = {60: 0.03, 65: 0.05, 70: 0.08, 75: 0.14, 80: 0.25, 85: 0.44}
_FAR_AND_FRAIL = 1.7
_FAR_M = 750.0
_FAR_AND_FRAIL_UNITS = ("310106019000", "310106101000")


@dataclass(frozen=True)
class People:
    """Residents and registered people.

    Attributes
    ----------
    table
        The table ``population``.
    residents
        Residents of each demand point, (n,).
    older
        Residents aged 60 and over of each demand point, (n,).
    """

    table: pd.DataFrame
    residents: NDArray[np.int64]
    older: NDArray[np.int64]


def settle_people(places: Places, sites: Sites, census: Census) -> People:
    """Split every age band over the demand points, then by living arrangement and frailty.

    Residents of the district: each band's census figure, by largest remainder. Registered people
    and residents around the district: the same rule with declared totals.
    """
    inside = places.unit >= 0
    homes, older = _weights(places, inside)
    frail = _frail_tilt(places, sites)
    random = stream("people")
    tables, counts = [], {}
    for basis in ("resident", "registered"):
        for position, band in enumerate(census.all_bands):
            weights = _band_weights(homes, older, places, band, basis)
            persons = np.zeros(len(inside), dtype=np.int64)
            for here, total in ((inside, band.persons), (~inside, _outside_total(band, census))):
                factor = _factor(band, census) if basis == "registered" else 1.0
                persons[here] = largest_remainder(weights[here], round(total * factor))
            counts[basis, position] = persons
            tables.append(_rows(places, basis, band, persons, frail, random))
    table = pd.concat(tables, ignore_index=True).sort_values(
        ["basis", "point_id", "age_from_years", "living_arrangement", "frailty"], kind="stable", ignore_index=True
    )
    resident = np.array([counts["resident", position] for position in range(len(census.all_bands))])
    return People(table, resident.sum(axis=0), resident[1:].sum(axis=0))


def _outside_total(band: AgeBand, census: Census) -> int:
    return round(band.persons * census.outside_residents / census.total)


def _factor(band: AgeBand, census: Census) -> float:
    return census.registered_60_plus if band.from_years >= 60 else census.registered_under_60


def _weights(places: Places, inside: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weigh each point by its residents, and give its relative share of people aged 60 and over."""
    random = stream("homes")
    committee_size = random.uniform(0.65, 1.35, len(places.committees))
    committee_age = random.uniform(0.85, 1.15, len(places.committees))
    points = np.bincount(places.committee[inside], minlength=len(places.committees))
    homes = random.uniform(0.55, 1.6, len(places.xy)) * places.stands_for
    homes[inside] *= (committee_size / points)[places.committee[inside]]
    older = random.uniform(0.85, 1.15, len(places.xy))
    units = np.array([unit.older for unit in places.units])
    older[inside] *= units[places.unit[inside]] * committee_age[places.committee[inside]]
    pocket = in_pocket(places)
    older[pocket] *= read_data("streets.toml")["pocket"]["older"]
    return homes, older


def in_pocket(places: Places) -> NDArray[np.bool_]:
    """Whether each point lies in the planted neighbourhood inside the district, (n,)."""
    return np.asarray(shapely.contains_xy(load_pocket(), places.xy[:, 0], places.xy[:, 1]) & (places.unit >= 0))


def _band_weights(
    homes: NDArray[np.float64], older: NDArray[np.float64], places: Places, band: AgeBand, basis: str
) -> NDArray[np.float64]:
    """Older places have more of the oldest; registered people are older where residents are."""
    share = 0.3157
    if band.from_years < 60:
        return np.asarray(homes * np.clip(1 - share * older, 0.2, None))
    power = 1.0 + 0.03 * (band.from_years - 60) + (0.25 if basis == "registered" else 0.0)
    weights = homes * older**power
    if band.from_years >= 80:
        weights = weights * np.where(in_pocket(places), read_data("streets.toml")["pocket"]["oldest_old"], 1.0)
    return np.asarray(weights)


def _frail_tilt(places: Places, sites: Sites) -> NDArray[np.float64]:
    """Planted: in two units people far from a canteen are more often frail."""
    away = np.min([np.hypot(*(places.xy - place).T) for place in sites.xy], axis=0)
    units = [number for number, unit in enumerate(places.units) if unit.code in _FAR_AND_FRAIL_UNITS]
    return np.where(np.isin(places.unit, units) & (np.round(away, 2) > _FAR_M), _FAR_AND_FRAIL, 1.0)


def _rows(
    places: Places,
    basis: str,
    band: AgeBand,
    persons: NDArray[np.int64],
    frail_tilt: NDArray[np.float64],
    random: np.random.Generator,
) -> pd.DataFrame:
    """Rows of one basis and band; the band below 60 carries neither living arrangement nor frailty."""
    ids = places.point_ids
    if band.from_years < 60:
        cells = pd.DataFrame({"point_id": ids, "living_arrangement": "", "frailty": "", "persons": persons})
    else:
        living = np.array(_LIVING_SHARES[band.from_years]) / 100
        frail = np.clip(_FRAIL_SHARE[band.from_years] * frail_tilt, 0, 0.9)
        chances = np.stack([living * frail[:, None], living * (1 - frail[:, None])], axis=2).reshape(len(ids), -1)
        counts = random.multinomial(persons, chances / chances.sum(axis=1, keepdims=True))
        cells = pd.DataFrame(
            {
                "point_id": np.repeat(ids, len(LIVING) * len(FRAILTY)),
                "living_arrangement": np.tile(np.repeat(LIVING, len(FRAILTY)), len(ids)),
                "frailty": np.tile(FRAILTY, len(ids) * len(LIVING)),
                "persons": counts.ravel(),
            }
        )
    cells = cells[cells["persons"] > 0]
    cells.insert(1, "basis", basis)
    cells.insert(2, "age_from_years", band.from_years)
    cells.insert(3, "age_to_years", pd.Series(band.to_years, index=cells.index, dtype="Int64"))
    return cells
