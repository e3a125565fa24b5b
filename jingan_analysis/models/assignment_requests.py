"""From groups back to single requests: the older request first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.assignment import Plan
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.assignment_types import overlap


@dataclass(frozen=True)
class ServedRequests:
    """What a plan means for each request.

    ``wanted = served + no_project + no_capacity`` in every request.

    Attributes
    ----------
    served, no_project, no_capacity
        Units of each request that are served, that no project is open to, and that find no room, shape (r,).
    request, project, units
        Which project serves which request, and with how many units, ordered by request, shape (k,).
    """

    served: NDArray[np.int64]
    no_project: NDArray[np.int64]
    no_capacity: NDArray[np.int64]
    request: NDArray[np.int64]
    project: NDArray[np.int64]
    units: NDArray[np.int64]


def assign_back(
    problem: Needs, plan: Plan, group: ArrayLike, wanted: ArrayLike, waiting_since: ArrayLike
) -> ServedRequests:
    """Hand the units of each group to its requests: the one that waits longest is served whole before the next one.

    Of requests since the same time the one that stands first comes first. The projects of a group are used up in their
    order; which of them serves which request of one group is no decision of the model.

    Parameters
    ----------
    problem, plan
        A problem and a plan for it.
    group
        Group of each request, shape (r,).
    wanted
        Units of each request, shape (r,); together those of its group.
    waiting_since
        Any number that is smaller for a request that came earlier, such as days, shape (r,).

    Raises
    ------
    InvalidParameter
        If lengths differ, a time is not known, or the requests do not make up the groups.
    """
    member, units, since = _checked(problem, group, wanted, waiting_since)
    line = np.lexsort((np.arange(len(member)), since, member))
    end = np.cumsum(units[line])
    # Where the group of each request begins on the line of all units.
    begin = (np.cumsum(problem.wanted) - problem.wanted)[member[line]]
    left = plan.served[member[line]] - (end - units[line] - begin)
    served = np.zeros(len(member), dtype=np.int64)
    served[line] = np.clip(left, 0, units[line])
    pairs = np.lexsort((problem.project, problem.group))
    pair, place, share = overlap(plan.flow[pairs], served[line])
    request, project = line[place], problem.project[pairs][pair]
    order = np.lexsort((project, request))
    unserved, open_to = units - served, problem.has_project[member]
    return ServedRequests(
        served=served,
        no_project=np.where(open_to, 0, unserved),
        no_capacity=np.where(open_to, unserved, 0),
        request=request[order],
        project=project[order],
        units=share[order],
    )


def _checked(
    problem: Needs, group: ArrayLike, wanted: ArrayLike, waiting_since: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    amounts = quantity("wanted", wanted)
    member, since = np.asarray(group), np.asarray(waiting_since, dtype=np.float64)
    if member.shape != amounts.shape or since.shape != amounts.shape:
        raise InvalidParameter(
            f"group has shape {member.shape} and waiting_since {since.shape}; give one each for {len(amounts)} requests"
        )
    if len(member) and (member.dtype.kind not in "iu" or (member < 0).any() or (member >= len(problem.wanted)).any()):
        raise InvalidParameter(f"group must be whole positions of the problem's {len(problem.wanted)} groups")
    if np.isnan(since).any():
        raise InvalidParameter(
            f"waiting_since: {int(np.isnan(since).sum())} of {len(since)} are NaN, the first at position "
            f"{int(np.argmax(np.isnan(since)))}; decide where requests without a date stand"
        )
    if (amounts % 1 > 0).any():
        raise InvalidParameter(f"wanted: {int((amounts % 1 > 0).sum())} are no whole number of units")
    member, units = member.astype(np.int64), amounts.astype(np.int64)
    total = np.zeros(len(problem.wanted), dtype=np.int64)
    np.add.at(total, member, units)
    wrong = total != problem.wanted
    if wrong.any():
        raise InvalidParameter(
            f"wanted: the requests of {int(wrong.sum())} groups are not what the group wants, the first at position "
            f"{int(np.argmax(wrong))}; give all requests of every group"
        )
    return member, units, since
