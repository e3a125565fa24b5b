"""On foot, by delivery, by both or by neither: every older resident is in one part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

PARTS = ("both", "foot_only", "delivery_only", "neither", "unknown")
"""The parts, which add up to everybody; ``unknown`` is a home whose walk or whose committee is not known."""


def delivered_to(committees: pd.Series, areas: pd.DataFrame, sites: pd.Series) -> tuple[Bools, Bools]:
    """Whether some canteen in service delivers to each home, and whether that is known, both of shape (n_points,).

    Parameters
    ----------
    committees
        Committee of each home; missing where it is not known.
    areas
        Pairs of ``site_id`` and ``committee_id``.
    sites
        Identifiers of the canteens in service.
    """
    served = set(areas.loc[areas["site_id"].isin(set(sites)), "committee_id"])
    return committees.isin(served).to_numpy(dtype=bool), committees.notna().to_numpy(dtype=bool)


def parts_of(on_foot: Bools, snapped: Bools, delivered: Bools, area_known: Bools) -> dict[str, Bools]:
    """The part that each home is in, by name, each of shape (n_points,); a home is in exactly one."""
    known = snapped & area_known
    return {
        "both": known & on_foot & delivered,
        "foot_only": known & on_foot & ~delivered,
        "delivery_only": known & ~on_foot & delivered,
        "neither": known & ~on_foot & ~delivered,
        "unknown": ~known,
    }


def by_place(
    parts: Mapping[str, Bools],
    older: NDArray[np.float64],
    unit: NDArray[np.int64],
    codes: Sequence[str],
    *,
    confidence: float,
    modelled: bool,
) -> pd.DataFrame:
    """Older people by part, by sub-district and for the district in the last row; see :func:`_counted`."""
    whole = np.where(unit >= 0, 0, -1)
    found = [
        _counted(parts, older, group, n, confidence=confidence, modelled=modelled)
        for group, n in ((unit, len(codes)), (whole, 1))
    ]
    return pd.concat(found).set_axis([*codes, DISTRICT_ROW])


def by_group(
    parts: Mapping[str, Bools],
    persons: Mapping[str, NDArray[np.float64]],
    focus: NDArray[np.int64],
    *,
    confidence: float,
    modelled: bool,
) -> pd.DataFrame:
    """People of each group by part in the focus (0 inside it, -1 elsewhere); see :func:`_counted`."""
    found = [_counted(parts, older, focus, 1, confidence=confidence, modelled=modelled) for older in persons.values()]
    return pd.concat(found).set_axis(list(persons))


def _counted(
    parts: Mapping[str, Bools],
    older: NDArray[np.float64],
    group: NDArray[np.int64],
    n_groups: int,
    *,
    confidence: float,
    modelled: bool,
) -> pd.DataFrame:
    """``persons``, the parts, ``reached`` and ``not_reached`` on foot, and the share of neither with its interval.

    Neighbours share walk and committee, so the interval rests on the effective number of homes.
    """
    inside = group >= 0
    frame = pd.DataFrame(
        {name: np.bincount(group[inside], (older * part)[inside], n_groups) for name, part in parts.items()}
    )
    frame.insert(0, "persons", np.bincount(group[inside], older[inside], n_groups))
    frame["reached"] = frame["both"] + frame["foot_only"]
    frame["not_reached"] = frame["delivery_only"] + frame["neither"]
    rate = clustered_wilson(older * parts["neither"], older, group, n_groups, confidence=confidence)
    nothing = np.full(n_groups, np.nan)
    return frame.assign(
        share=rate.share, lower=nothing if modelled else rate.lower, upper=nothing if modelled else rate.upper
    )
