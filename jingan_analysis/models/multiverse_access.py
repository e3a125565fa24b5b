"""Unit means of many specifications from one search: what two of them share is computed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Setting
from jingan_analysis.measures.catchments.methods import catchment_method
from jingan_analysis.measures.decay import Decay
from jingan_analysis.models.multiverse_specification import Specification


@dataclass(frozen=True)
class UnitMeans:
    """Persons-weighted means over units.

    Attributes
    ----------
    access
        Mean supply per person over the persons of the unit whose access is known, shape
        (n_specifications, n_units); NaN where it is known of nobody.
    district_access
        The same over all units, shape (n_specifications,).
    unknown_share
        Share of the unit's persons whose access is not known, shape (n_specifications, n_units);
        NaN where the unit has nobody.
    """

    access: NDArray[np.float64]
    district_access: NDArray[np.float64]
    unknown_share: NDArray[np.float64]


def unit_means(
    costs_of_speed: Mapping[float, TravelCosts],
    persons: Mapping[str, NDArray[np.float64]],
    supply: NDArray[np.float64],
    unit_code: NDArray[np.int64],
    specifications: Sequence[Specification],
) -> UnitMeans:
    """Mean access of every unit under every specification.

    Specifications with the same pairs, limit, method and decay differ in who is counted only: their
    denominators go through the pairs together. Ten minutes at 1.2 m/s and twelve at 1.0 are
    the same limit and are computed once.

    Parameters
    ----------
    costs_of_speed
        Walking distances at each speed; speeds may share one table.
    persons
        Persons at every origin by denominator, each of shape (n_origins,).
    supply
        Units per day at every destination, NaN for unknown capacity, shape (n_destinations,).
    unit_code
        Row of the unit of every origin, -1 outside the district, shape (n_origins,).
    specifications
        The choices to run.
    """
    n_units = int(unit_code.max(initial=-1)) + 1
    shape = (len(specifications), n_units)
    found = UnitMeans(np.full(shape, np.nan), np.full(len(specifications), np.nan), np.full(shape, np.nan))
    membership = _membership(unit_code, n_units)
    for task in _tasks(costs_of_speed, specifications, supply):
        names = sorted({specification.denominator for _, specification in task.members})
        demand = np.column_stack([persons[name] for name in names])
        means = _group_means(membership, demand, _access(task, demand, supply))
        for row, specification in task.members:
            column = names.index(specification.denominator)
            found.access[row] = means.access[column]
            found.district_access[row] = means.district_access[column]
            found.unknown_share[row] = means.unknown_share[column]
    return found


@dataclass(frozen=True, eq=False)
class _Task:
    """Specifications that differ in their denominator only."""

    method: str
    setting: Setting
    members: list[tuple[int, Specification]]


def _tasks(
    costs_of_speed: Mapping[float, TravelCosts], specifications: Sequence[Specification], supply: NDArray[np.float64]
) -> Iterator[_Task]:
    """Tasks by table, falling limit and decay: each limit narrows the pairs of the one before."""
    tables = {id(costs): costs for costs in costs_of_speed.values()}
    groups: dict[tuple[int, int], dict[Decay, dict[str, list[tuple[int, Specification]]]]] = {}
    for row, specification in enumerate(specifications):
        key = (id(costs_of_speed[specification.walk_speed_mps]), -specification.limit_mm)
        by_method = groups.setdefault(key, {}).setdefault(specification.decay, {})
        by_method.setdefault(specification.method, []).append((row, specification))
    for table, negative_mm in sorted(groups, key=lambda key: (list(tables).index(key[0]), key[1])):
        tables[table] = tables[table].within(-negative_mm)
        for decay, methods in groups[table, negative_mm].items():
            setting = Setting.of(tables[table], np.zeros(tables[table].n_origins), supply, -negative_mm, decay, None)
            for method, members in methods.items():
                yield _Task(method, setting, members)


def _access(task: _Task, demand: NDArray[np.float64], supply: NDArray[np.float64]) -> NDArray[np.float64]:
    """Access of every origin by denominator, as one catchment a column finds it, shape (n_origins, n_denominators)."""
    from jingan_analysis.measures.catchments.floating import weighted_column_sums

    within, nobody = task.setting.within, np.isnan(supply)
    pull = catchment_method(task.method)(task.setting)
    attracted = weighted_column_sums(within.origin, within.destination, pull.draws, demand, within.n_destinations)
    units = np.where(nobody, 0.0, supply)[:, None]
    ratio = np.divide(units, attracted, out=np.zeros_like(attracted), where=attracted > 0.0)
    if np.isinf(ratio).any():
        raise InvalidParameter("demand is too small to divide the supply by; give persons, not shares of a person")
    access = weighted_column_sums(within.destination, within.origin, pull.gives, ratio, within.n_origins)
    access[task.setting.beside_unknown[:, None] & (access == 0.0)] = np.nan
    access[~within.origin_snapped] = np.nan
    return np.asarray(access, dtype=np.float64)


def _membership(unit_code: NDArray[np.int64], n_units: int) -> Any:  # noqa: ANN401
    from scipy.sparse import csr_matrix

    inside = np.flatnonzero(unit_code >= 0)
    return csr_matrix((np.ones(len(inside)), (unit_code[inside], inside)), shape=(n_units, len(unit_code)))


def _group_means(
    membership: Any,  # noqa: ANN401
    demand: NDArray[np.float64],
    access: NDArray[np.float64],
) -> UnitMeans:
    """Means of every denominator (rows) over every unit (columns)."""
    people = (membership @ demand).T
    unknown = np.isnan(access)
    without, counted = np.zeros_like(people), people
    if unknown.any():
        counted = (membership @ np.where(unknown, 0.0, demand)).T
        without = (membership @ np.where(unknown, demand, 0.0)).T
        access = np.where(unknown, 0.0, access)
    amount = (membership @ (demand * access)).T
    return UnitMeans(
        access=_quotient(amount, counted),
        district_access=_quotient(amount.sum(axis=1), counted.sum(axis=1)),
        unknown_share=_quotient(without, people),
    )


def _quotient(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.full(above.shape, np.nan)
    np.divide(above, below, out=found, where=below > 0.0)
    return found
