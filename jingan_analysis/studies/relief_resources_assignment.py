"""The best possible assignment of the window's requests, against what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.assignment import Assignment, Needs, assign, needs
from jingan_analysis.models.assignment_fairness import EvenShares, by_priority, even_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.studies.relief_resources_records import Requests
    from jingan_analysis.studies.relief_resources_supply import Supply

GRADES = ("high", "medium", "low", "")
"""In order of priority; the last is a household that has not been assessed."""
GROUP = ["need_dimension", "grade", "relief_category", "subdistrict_code"]


@dataclass(frozen=True)
class Plans:
    """Requests of the window in groups, and assignments of them.

    Attributes
    ----------
    groups
        One row a group of requests that nothing tells apart, with ``wanted``, ``matched`` (units of requests that were
        matched with one of the suppliers) and ``delivered`` (of these, units delivered so far).
    suppliers
        Ids of the suppliers in the order of the problem's projects.
    problem
        What the assignments start from.
    best
        As many units as possible.
    first_high
        High grade first, then medium, then low.
    even
        The sub-district worst off as high as possible.
    """

    groups: pd.DataFrame
    suppliers: tuple[str, ...]
    problem: Needs
    best: Assignment
    first_high: Assignment
    even: EvenShares


def plans_of(requests: Requests, supply: Supply, codes: Sequence[str]) -> Plans:
    """Group the requests, open them to suppliers, assign."""
    window = requests.in_window
    ours = window["supplier"].isin(supply.table.index)
    table = window.assign(
        matched=window["requested_units"].where(ours, 0), delivered=window["delivered_units"].where(ours, 0)
    )
    groups = table.groupby(GROUP, as_index=False).agg(
        wanted=("requested_units", "sum"), matched=("matched", "sum"), delivered=("delivered", "sum")
    )
    problem = _problem(groups, supply)
    area = _positions(groups["subdistrict_code"], codes)
    return Plans(
        groups=groups,
        suppliers=tuple(supply.table.index),
        problem=problem,
        best=assign(problem),
        first_high=by_priority(problem, _positions(groups["grade"], GRADES)),
        even=even_shares(problem, area),
    )


def _problem(groups: pd.DataFrame, supply: Supply) -> Needs:
    pairs = supply.open_to(groups)
    project = supply.table.index.get_indexer(pd.Index(pairs["supplier"]))
    return needs(
        groups["wanted"].to_numpy(dtype=np.float64),
        np.ones(len(groups)),
        supply.table["room_units"].to_numpy(dtype=np.float64),
        pairs["home"].to_numpy(),
        project,
    )


def _positions(values: pd.Series, order: Sequence[str]) -> NDArray[np.int64]:
    return np.asarray(pd.Index(list(order)).get_indexer(pd.Index(values)), dtype=np.int64)
