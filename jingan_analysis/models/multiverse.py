"""Multiverse: the same question under every reasonable choice of method, limit, decay, speed and denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, did_you_mean
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.methods import catchment_method
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.multiverse_access import unit_means
from jingan_analysis.models.multiverse_factors import FactorShares, factor_shares
from jingan_analysis.models.multiverse_result import Multiverse, summarise
from jingan_analysis.models.multiverse_specification import Specification, specification_grid
from jingan_analysis.models.multiverse_underserved import BelowMeanShare, LowestShare, UnderservedRule

__all__ = [
    "BelowMeanShare",
    "FactorShares",
    "LowestShare",
    "Multiverse",
    "Specification",
    "UnderservedRule",
    "factor_shares",
    "multiverse",
    "specification_grid",
]


def multiverse(
    costs: TravelCosts | Mapping[float, TravelCosts],
    persons: Mapping[str, ArrayLike],
    supply: ArrayLike,
    unit: ArrayLike,
    specifications: Sequence[Specification],
    *,
    underserved: UnderservedRule | None = None,
    outside: ArrayLike | None = None,
) -> Multiverse:
    """Access of every unit under every specification, from one search and shared work.

    A unit's access in a specification is the mean over the persons of that specification's denominator
    whose access is known, weighted by those persons. Ranks and shares compare units within one
    specification, so denominators of different size do not mix.

    Parameters
    ----------
    costs
        Walking distances searched once, at the longest reach of all specifications. Where waits on the
        way were turned into millimetres at one walking speed, a table for each speed: {speed: table}.
    persons
        Persons at every origin by denominator, each of shape (n_origins,).
    supply
        Units per day at every destination, NaN for unknown capacity, shape (n_destinations,).
    unit
        Label of the unit of every origin, such as its sub-district, shape (n_origins,).
    specifications
        The choices; see :func:`specification_grid`.
    underserved
        What counts as underserved; by default a mean access below half of the district's.
    outside
        Origins outside the district, who compete for supply but are in no unit, shape (n_origins,).

    Raises
    ------
    InvalidParameter
        If a denominator or method is not known, an array has the wrong shape or a wrong amount, a label is
        missing, there is no specification or not a full grid, or distances hold for another speed.
    ValueError
        If a limit is beyond the cutoff of the search.

    Notes
    -----
    Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016), Increasing transparency through a
    multiverse analysis, *Perspectives on Psychological Science* 11(5). The spread over specifications
    is over choices; it is not a confidence interval.
    """
    chosen = tuple(specifications)
    tables = _tables(costs, chosen)
    first = next(iter(tables.values()))
    groups = _groups(persons, chosen, first.n_origins)
    units_per_day = quantity("supply", supply, length=first.n_destinations, unknown=True)
    beyond = _outside(outside, first.n_origins)
    code, units = _units(unit, beyond)
    means = unit_means(tables, groups, units_per_day, code, chosen)
    rule = BelowMeanShare() if underserved is None else underserved
    return summarise(chosen, units, means.access, means.district_access, means.unknown_share, rule)


def _tables(
    costs: TravelCosts | Mapping[float, TravelCosts], specifications: tuple[Specification, ...]
) -> dict[float, TravelCosts]:
    if not specifications:
        raise InvalidParameter("specifications is empty; make some with specification_grid")
    for method in {specification.method for specification in specifications}:
        catchment_method(method)
    speeds = sorted({specification.walk_speed_mps for specification in specifications})
    tables = dict.fromkeys(speeds, costs) if isinstance(costs, TravelCosts) else dict(costs)
    if missing := [speed for speed in speeds if speed not in tables]:
        raise InvalidParameter(f"costs has no table for walk_speed_mps={missing}; it has {sorted(tables)}")
    found = {speed: tables[speed] for speed in speeds}
    for speed, table in found.items():
        if table.walk_speed_mps is not None and table.walk_speed_mps != speed:
            raise InvalidParameter(
                f"waits on the way became millimetres at {table.walk_speed_mps} m/s, so these distances do not hold "
                f"at {speed} m/s; search once a speed and give costs={{speed: table}}"
            )
    if len({(table.n_origins, table.n_destinations) for table in found.values()}) > 1:
        raise InvalidParameter("the tables of costs have different numbers of places; search the same places")
    return found


def _groups(
    persons: Mapping[str, ArrayLike], specifications: tuple[Specification, ...], n_origins: int
) -> dict[str, NDArray[np.float64]]:
    wanted = sorted({specification.denominator for specification in specifications})
    for name in wanted:
        if name not in persons:
            raise InvalidParameter(f"persons has no denominator {name!r}.{did_you_mean(name, persons)}")
    return {name: quantity(f"persons[{name!r}]", persons[name], length=n_origins) for name in wanted}


def _outside(outside: ArrayLike | None, n_origins: int) -> NDArray[np.bool_]:
    mask = np.zeros(n_origins, dtype=np.bool_) if outside is None else np.asarray(outside)
    if mask.shape != (n_origins,) or mask.dtype != np.bool_:
        raise InvalidParameter(f"outside has shape {mask.shape} and type {mask.dtype}; give booleans ({n_origins},)")
    return mask


def _units(unit: ArrayLike, outside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Row of the unit of every origin, -1 outside, and the labels in order."""
    labels = pd.Series(np.asarray(unit, dtype=object))
    if len(labels) != len(outside):
        raise InvalidParameter(f"unit has {len(labels)} labels; give one for each of {len(outside)} origins")
    missing = int((labels.isna() & ~outside).sum())
    if missing:
        raise InvalidParameter(f"unit: {missing} origins have no label; name their unit or mark them in outside")
    code, found = pd.factorize(labels.mask(outside), sort=True)
    return code.astype(np.int64), np.asarray(found, dtype=object)
