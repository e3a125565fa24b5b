"""How much more of each project would be used: from one unit to as many as anybody wants."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.assignment import Assignment, proven, whole_flow
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.assignment_types import merged


def what_more_adds(problem: Needs, best: Assignment, *, units: int | None = None) -> NDArray[np.float64]:
    """What some units more of each project would add, each project by itself.

    Where all values are equal, ``one_more`` says 1 of every scarce project; this tells which is the scarcest. What more
    units add never grows from one to the next (the value is a concave function of a capacity), and a project that is
    not scarce adds nothing however many there are.

    Parameters
    ----------
    problem, best
        A problem and its best assignment.
    units
        Units more; None takes as many as the project's groups want.

    Returns
    -------
    NDArray
        Value added, exactly, shape (p,).

    Raises
    ------
    InvalidParameter
        If ``units`` is below 0.
    """
    if units is not None and units < 0:
        raise InvalidParameter(f"units={units!r} must be at least 0, or None for as many as are wanted")
    wanted = np.zeros(len(problem.capacity), dtype=np.int64)
    np.add.at(wanted, problem.project, problem.wanted[problem.group])
    more = wanted if units is None else np.minimum(wanted, units)
    small, added = merged(problem), np.zeros(len(problem.capacity))
    # Projects of one class are open to the same groups: the same number more adds the same.
    known: dict[int, float] = {}
    for place in np.flatnonzero(best.scarce & (more > 0)):
        category = int(small.class_of[place])
        if category not in known:
            capacity = problem.capacity.copy()
            capacity[place] += more[place]
            changed = small.with_capacity(capacity)
            known[category] = proven(changed, whole_flow(changed))[0] - best.value
        added[place] = known[category]
    return added
