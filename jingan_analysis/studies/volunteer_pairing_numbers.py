"""Who has a volunteer and what volunteers carry: pooled ratios, distinct people, load over the norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.workload import workload
from jingan_analysis.studies.rate_columns import grouped, with_shares
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.studies.volunteer_pairing_records import LIVING_CODES, PROGRAMME_CODES, RISK_CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords

MOST_LOAD_SHOWN = 10
"""Volunteers with more older people than this stand in one row."""


def paired(records: BefriendingRecords) -> pd.Series:
    """Whether each older person on the list has a volunteer."""
    listed = records.listed
    return pd.Series(listed.index.isin(records.lasting["person_id"]), index=listed.index)


def by_unit(records: BefriendingRecords, codes: Sequence[str], *, confidence: float) -> pd.DataFrame:
    """Older people on the list, paired and not, and the volunteers of the same sub-district; the district last.

    Columns ``listed``, ``paired`` with its share and interval, ``unpaired``, ``volunteers``, and ``ratio``: paired
    older people over volunteers, pooled, NaN where there is no volunteer. Both live in the sub-district, whoever is
    paired with whom. A person counts once, whatever the number of volunteers.
    """
    listed, has = records.listed, paired(records)
    flags = pd.DataFrame({"listed": True, "paired": has, "unpaired": ~has})
    frame = grouped(flags, listed["subdistrict_code"], codes, DISTRICT_ROW)
    active = records.active
    present = pd.DataFrame({"volunteers": True}, index=active.index)
    frame = frame.join(grouped(present, active["subdistrict_code"], codes, DISTRICT_ROW))
    frame["ratio"] = frame["paired"] / frame["volunteers"].where(frame["volunteers"] > 0)
    return with_shares(frame, {"paired": "listed"}, confidence=confidence)


def by_group(records: BefriendingRecords, unit: str | None, *, confidence: float) -> pd.DataFrame:
    """Older people on the list by risk and by living arrangement: ``listed``, ``paired`` with its share, ``unpaired``."""
    listed, has = records.listed, paired(records)
    if unit is not None:
        mine = listed["subdistrict_code"] == unit
        listed, has = listed[mine], has[mine]
    groups = {code: listed["risk_level"] == code for code in RISK_CODES}
    if "living_arrangement" in listed and listed["living_arrangement"].notna().any():
        groups |= {code: listed["living_arrangement"] == code for code in LIVING_CODES}
        groups["unknown"] = listed["living_arrangement"].isna()
    groups["total"] = pd.Series(data=True, index=listed.index)
    rows = {
        name: {"listed": int(where.sum()), "paired": int((where & has).sum()), "unpaired": int((where & ~has).sum())}
        for name, where in groups.items()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    kept = (frame["listed"] > 0) | (frame.index == "total")
    return with_shares(frame[kept], {"paired": "listed"}, confidence=confidence)


def by_programme(records: BefriendingRecords, unit: str | None) -> pd.DataFrame:
    """Volunteers, pairs and distinct older people of each programme; the last row counts everybody once.

    Columns ``volunteers``, ``pairs``, ``elders``, ``in_both`` (of them with a volunteer of the other programme as well)
    and ``ratio``, older people over volunteers.
    """
    pairs, active = records.lasting, records.active
    if unit is not None:
        pairs, active = pairs[pairs["subdistrict_code"] == unit], active[active["subdistrict_code"] == unit]
    kinds = pairs.groupby("person_id")["programme"].nunique()
    both = kinds >= len(PROGRAMME_CODES)
    rows = {}
    for code in (*PROGRAMME_CODES, "total"):
        mine = pairs if code == "total" else pairs[pairs["programme"] == code]
        elders = mine["person_id"].unique()
        volunteers = len(active) if code == "total" else int((active["programme"] == code).sum())
        rows[code] = {
            "volunteers": volunteers,
            "pairs": len(mine),
            "elders": len(elders),
            "in_both": int(both.reindex(elders).sum()),
            "ratio": len(elders) / volunteers if volunteers else np.nan,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def loads(records: BefriendingRecords) -> pd.DataFrame:
    """Every active volunteer with sub-district and ``load``, the older people who are paired with them.

    It is never shown: a volunteer is a person.
    """
    active = records.active
    held = records.lasting["vol_id"].value_counts()
    load = held.reindex(active.index, fill_value=0).to_numpy(dtype=np.int64)
    return pd.DataFrame({"unit": active["subdistrict_code"], "load": load}, index=active.index)


def load_by_unit(loads: pd.DataFrame, codes: Sequence[str], *, norm: int, confidence: float) -> pd.DataFrame:
    """Load of the volunteers who live in each sub-district; the district, computed from all of them, last.

    Columns ``volunteers``, ``idle`` (without an older person), ``over`` (above the norm) with its share and interval,
    ``pairs``, ``mean``, ``excess`` (older people above the norm, volunteer by volunteer) and ``gini``. What
    nobody stands behind is NaN.
    """
    parts = {code: loads.loc[loads["unit"] == code, "load"] for code in codes} | {DISTRICT_ROW: loads["load"]}
    rows = {name: _load(part.to_numpy(dtype=np.float64), norm) for name, part in parts.items()}
    return with_shares(pd.DataFrame.from_dict(rows, orient="index"), {"over": "volunteers"}, confidence=confidence)


def _load(load: NDArray[np.float64], norm: int) -> dict[str, float]:
    counts = {"volunteers": len(load), "idle": int((load == 0).sum()), "pairs": int(load.sum())}
    if not len(load):
        return counts | {"over": 0, "mean": np.nan, "excess": 0, "gini": np.nan}
    found = workload(load, np.ones(len(load)), norm=norm)
    spread = {"mean": found.mean, "gini": found.gini}
    return counts | spread | {"over": int(found.over_norm or 0), "excess": int(found.excess_cases or 0)}


def load_distribution(loads: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    """Volunteers by number of older people; the last row holds all with more than :data:`MOST_LOAD_SHOWN`."""
    mine = loads["load"] if unit is None else loads.loc[loads["unit"] == unit, "load"]
    counts = mine.clip(upper=MOST_LOAD_SHOWN + 1).value_counts()
    rows = [str(load) for load in range(MOST_LOAD_SHOWN + 1)] + ["more"]
    found = [int(counts.get(load, 0)) for load in range(MOST_LOAD_SHOWN + 2)]
    frame = pd.DataFrame({"volunteers": found}, index=rows)
    frame.loc["total"] = len(mine)
    return frame
