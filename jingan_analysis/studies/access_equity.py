"""Who has how much access: indices of inequality and poverty with intervals, and whether low access clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from jingan_analysis.measures.area_bootstrap import area_bootstrap
from jingan_analysis.measures.atkinson import atkinson
from jingan_analysis.measures.concentration import erreygers_index, wagstaff_index
from jingan_analysis.measures.gini import gini, gini_decomposition
from jingan_analysis.measures.palma import palma_ratio
from jingan_analysis.measures.poverty import foster_greer_thorbecke
from jingan_analysis.measures.spatial_association import local_moran, moran_i
from jingan_analysis.measures.spatial_weights import SpatialWeights
from jingan_analysis.measures.theil import theil_decomposition, theil_l, theil_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.measures.area_bootstrap import Statistic
    from jingan_analysis.measures.spatial_association import LocalMoran, MoranI

ATKINSON_EPSILON = 0.5
"""Aversion to inequality; at 1 and above a single person without access makes the index 1."""

DRAWS = 500
PERMUTATIONS = 9999
FALSE_DISCOVERY_RATE = 0.05

FEWEST_UNITS = 8
"""With fewer units a permutation cannot tell a cluster from chance."""


@dataclass(frozen=True, eq=False)
class AccessOfPeople:
    """Access of the people reported on; every array has the shape (n_points,).

    Attributes
    ----------
    access
        Supply a person, never NaN.
    persons
        People, above 0.
    unit
        Number of the sub-district.
    reached
        Whether a site is within reach.
    frail_share
        Part of the people who are frail; None where the data do not tell.
    line
        Access below which somebody counts as poor in access.
    modelled
        Whether people or homes are modelled: no interval is given then.
    seed, confidence
        Of the bootstrap over areas.
    """

    access: NDArray[np.float64]
    persons: NDArray[np.float64]
    unit: NDArray[np.int64]
    reached: NDArray[np.bool_]
    frail_share: NDArray[np.float64] | None
    line: float
    modelled: bool
    seed: int
    confidence: float


def equity(people: AccessOfPeople) -> pd.DataFrame | None:
    """Indices of inequality and of poverty of access; None where nobody has any access.

    Returns
    -------
    DataFrame
        ``value``, ``lower`` and ``upper``, one row an index; parts of an index have no interval.
    """
    if not (people.access > 0).any():
        return None
    access, persons, unit = people.access, people.persons, people.unit
    parts = gini_decomposition(access, persons, unit)
    split = theil_decomposition(access, persons, unit)
    rows = {
        "gini": _with_interval(people, gini),
        "gini_between": _exact(parts.between),
        "gini_within": _exact(parts.within),
        "gini_overlap": _exact(parts.overlap),
        "theil_total": _with_interval(people, theil_t),
        "theil_between": _exact(split.between),
        "theil_within": _exact(split.within),
        "between_share": _exact(split.between / split.total if split.total > 0 else np.nan),
        "theil_l": _exact(theil_l(access, persons).index),
        "atkinson": _with_interval(people, partial(atkinson, epsilon=ATKINSON_EPSILON)),
        "palma": _with_interval(people, palma_ratio),
    }
    for alpha, name in enumerate(("poor_share", "poor_gap", "poor_severity")):
        measure = partial(foster_greer_thorbecke, line=people.line, alpha=float(alpha))
        rows[name] = _with_interval(people, measure)
    if people.frail_share is not None and np.ptp(people.frail_share) > 0:
        rows["frail_erreygers"] = _along_frailty(people, partial(erreygers_index, bounds=(0.0, 1.0)))
        rows["frail_wagstaff"] = _along_frailty(people, partial(wagstaff_index, bounds=(0.0, 1.0)))
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "lower", "upper"])
    return frame.replace([np.inf, -np.inf], np.nan)


def _exact(value: float) -> tuple[float, float, float]:
    return value, np.nan, np.nan


def _with_interval(
    people: AccessOfPeople,
    measure: Statistic,
    value: NDArray[np.float64] | None = None,
    ranking: NDArray[np.float64] | None = None,
) -> tuple[float, float, float]:
    # Sub-districts are the areas of the bootstrap; inside a single one, its homes are.
    areas = people.unit if len(np.unique(people.unit)) > 1 else np.arange(len(people.unit))
    found = area_bootstrap(
        measure,
        people.access if value is None else value,
        people.persons,
        areas,
        seed=people.seed,
        draws=DRAWS,
        confidence=people.confidence,
        ranking=ranking,
    )
    bounds = (np.nan, np.nan) if people.modelled else (found.lower, found.upper)
    return (found.estimate, *bounds)


def _along_frailty(people: AccessOfPeople, measure: Statistic) -> tuple[float, float, float]:
    return _with_interval(people, measure, people.reached.astype(np.float64), people.frail_share)


def neighbours(polygons: NDArray[np.object_], codes: list[str]) -> SpatialWeights:
    """Sub-districts that touch, at a corner too; each neighbour counts the same."""
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="intersects")
    apart, names = first != second, np.array(codes, dtype=object)
    return SpatialWeights.from_pairs(names, names[first[apart]], names[second[apart]])


def clusters(mean: pd.Series, polygons: NDArray[np.object_], *, seed: int) -> tuple[MoranI, LocalMoran] | None:
    """Whether neighbours are alike in access, on the whole and each; None with few units or unknown means.

    Parameters
    ----------
    mean
        Mean access by sub-district code.
    polygons
        Boundaries in the order of the codes.
    """
    if len(mean) < FEWEST_UNITS or mean.isna().any():
        return None
    codes = [str(code) for code in mean.index]
    weights, values = neighbours(polygons, codes), mean.to_numpy(dtype=np.float64)
    return (
        moran_i(values, codes, weights, seed=seed, permutations=PERMUTATIONS),
        local_moran(
            values,
            codes,
            weights,
            seed=seed,
            permutations=PERMUTATIONS,
            false_discovery_rate=FALSE_DISCOVERY_RATE,
        ),
    )


def clusters_frame(found: tuple[MoranI, LocalMoran], total_row: str) -> pd.DataFrame:
    """One row a sub-district and one for all: ``access``, ``index``, ``p_value``, ``q_value`` and ``cluster``."""
    whole, local = found
    frame = pd.DataFrame(
        {
            "access": local.value,
            "index": local.index,
            "p_value": local.p_value,
            "q_value": local.q_value,
            "cluster": local.cluster,
        },
        index=list(local.ids),
    )
    total = {"access": np.nan, "index": whole.index, "p_value": whole.p_value, "q_value": np.nan, "cluster": ""}
    return pd.concat([frame, pd.DataFrame(total, index=[total_row])])
