"""Demand points and the committees they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from jingan_analysis.demo.compounds import Compound
from jingan_analysis.demo.projection import settle, to_degrees
from jingan_analysis.demo.units import Unit


@dataclass(frozen=True)
class _Kind:
    key: str
    zh: str
    ja: str
    en: str


_HOMES_A_BLOCK = 6.0
_RESIDENTS = _Kind("residents", "居委会", "居民委員会", "Residents' Committee")
_VILLAGERS = _Kind("villagers", "村委会", "村民委員会", "Villagers' Committee")


@dataclass(frozen=True)
class Places:
    """Where people live.

    Attributes
    ----------
    xy
        Demand points in metres, (n, 2): those of the district first, then those around it.
    unit
        Number of each point's unit, (n,); -1 around the district.
    stands_for
        Homes that each point stands for, (n,): around the district one point stands for a whole block.
    committee
        Row of each point's committee in ``committees``, (n,); -1 around the district.
    committees
        The table ``committees``.
    units
        The units, by number.
    """

    xy: NDArray[np.float64]
    unit: NDArray[np.int64]
    stands_for: NDArray[np.float64]
    committee: NDArray[np.int64]
    committees: pd.DataFrame
    units: tuple[Unit, ...]

    @property
    def point_ids(self) -> NDArray[np.str_]:
        """Identifier of each demand point."""
        return np.array([f"D{number + 1:05d}" for number in range(len(self.xy))])

    def demand_points(self) -> pd.DataFrame:
        """Make the table ``demand_points``."""
        degrees = to_degrees(self.xy)
        codes = np.array([unit.code for unit in self.units] + [""])
        ids = np.append(self.committees["committee_id"].to_numpy(dtype=str), "")
        return pd.DataFrame(
            {
                "point_id": self.point_ids,
                "subdistrict_code": codes[self.unit],
                "committee_id": ids[self.committee],
                "lon": degrees[:, 0],
                "lat": degrees[:, 1],
            }
        )

    def centre(self, committee: int) -> NDArray[np.float64]:
        """Find the home nearest to the middle of a committee's homes, in metres."""
        homes = self.xy[self.committee == committee]
        away = np.round(np.hypot(*(homes - np.median(homes, axis=0)).T), 3)
        return np.asarray(homes[int(np.argmin(away))])


def settle_places(compounds: Sequence[Compound], cells: Sequence[Polygon], units: tuple[Unit, ...]) -> Places:
    """Give every home its unit, split each unit's homes among its committees."""
    xy = settle(np.vstack([compound.homes for compound in compounds]))
    stands_for = np.concatenate([_homes_each(compound) for compound in compounds])
    unit = np.full(len(xy), -1)
    for number, cell in enumerate(cells):
        unit[shapely.contains_xy(cell, xy[:, 0], xy[:, 1])] = number
    order = np.lexsort((xy[:, 0], -xy[:, 1], np.where(unit < 0, len(units), unit)))
    xy, unit, stands_for = xy[order], unit[order], stands_for[order]
    committee = np.full(len(xy), -1)
    tables, first = [], 0
    for number, member in enumerate(units):
        homes = np.flatnonzero(unit == number)
        committee[homes] = first + _neighbourhoods(xy[homes], member.committees)
        tables.append(_committees(member))
        first += member.committees
    return Places(xy, unit, stands_for, committee, pd.concat(tables, ignore_index=True), units)


def _homes_each(compound: Compound) -> NDArray[np.float64]:
    alone = len(compound.homes) == 1
    return np.full(len(compound.homes), _HOMES_A_BLOCK if alone else 1.0)


def _neighbourhoods(xy: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Split points into compact groups of nearly equal size by halving along the longer side."""
    labels = np.zeros(len(xy), dtype=np.int64)
    if count == 1:
        return labels
    low = count // 2
    axis = int(np.ptp(xy[:, 1]) > np.ptp(xy[:, 0]))
    order = np.argsort(xy[:, axis], kind="stable")
    cut = len(xy) * low // count
    labels[order[:cut]] = _neighbourhoods(xy[order[:cut]], low)
    labels[order[cut:]] = low + _neighbourhoods(xy[order[cut:]], count - low)
    return labels


def _committees(unit: Unit) -> pd.DataFrame:
    """Rows of the table ``committees`` for one unit; ids end in 901 and up, which no real committee's does."""
    numbers = range(1, unit.committees + 1)
    kinds = [_VILLAGERS if number > unit.committees - unit.villagers_committees else _RESIDENTS for number in numbers]
    named = list(zip(numbers, kinds, strict=True))
    return pd.DataFrame(
        {
            "committee_id": [f"{unit.code[:9]}{900 + number}" for number in numbers],
            "subdistrict_code": unit.code,
            "name_en": [f"{unit.en} {kind.en} {number} (demo)" for number, kind in named],
            "name_zh": [f"{unit.zh}第{number}{kind.zh}（演示）" for number, kind in named],
            "name_ja": [f"{unit.ja}第{number}{kind.ja}（デモ）" for number, kind in named],
            "kind": [kind.key for kind in kinds],
        }
    )
