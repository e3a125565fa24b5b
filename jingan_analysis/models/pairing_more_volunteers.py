"""The fewest volunteers more, and in which committees, so that everybody who could have a place has one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import DidNotConverge, InvalidParameter, LedgerDoesNotClose
from jingan_analysis.models.linear_program import maximise
from jingan_analysis.models.pairing_alike import alike
from jingan_analysis.models.pairing_candidates import NOBODY, Candidates, candidates, positions
from jingan_analysis.models.pairing_shortage import Shortage, shortage

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_MOST_NODES = 10_000
_LEAST_LACK = 1e-9
"""Where nobody of a group lacks anything on the average, all count alike."""
"""Nodes of one branch and bound; a count, so that the answer is the same on every machine."""


@dataclass(frozen=True)
class MoreVolunteers:
    """The fewest volunteers more, by committee, and a bound for all ways to place them.

    Attributes
    ----------
    added
        Volunteers more in each committee, shape (k,). Their sum is the fewest; how they are divided is one of several
        ways, near to where elders were left over.
    places
        Older people that each of them can have.
    gained
        Elders who have a place because of them.
    nowhere
        Elders who have no candidate and whom no committee reaches, shape (n,).
    beyond
        Elders with candidates who compete for too few places that no committee can add to, shape (n,).
    beyond_places
        Places that they lack, whatever is added.
    needed, committees, weight
        The proof: sets of elders who need at least so many volunteers more, shape (t,), in these committees, shape
        (t, k), with weights of at least 0 that sum to at most 1 in each committee, shape (t,).
    bound
        Needed times weight, rounded up: no way has fewer.
    complete
        Whether the solver says that it searched all ways, which is no proof of ours where the gap is above 0.
    """

    added: Integers
    places: int
    gained: int
    nowhere: Mask
    beyond: Mask
    beyond_places: int
    needed: Integers
    committees: csr_array
    weight: Floats
    bound: int
    complete: bool

    @property
    def total(self) -> int:
        """Volunteers more in all committees."""
        return int(self.added.sum())

    @property
    def gap(self) -> int:
        """Total minus bound: 0 proves that fewer will not do."""
        return self.total - self.bound

    def to_frame(self) -> pd.DataFrame:
        """One row a committee that needs some: ``committee``, by position, and ``added``."""
        some = np.flatnonzero(self.added)
        return pd.DataFrame({"committee": some, "added": self.added[some]})


def more_volunteers(
    problem: Candidates,
    committee: ArrayLike,
    elder: ArrayLike,
    *,
    committees: int,
    places: int,
    most_rounds: int = 100,
) -> MoreVolunteers:
    r"""Add as few volunteers as possible so that everybody who could have a place has one.

    .. math::
        \min_y \sum_k y_k \quad\text{subject to}\quad
        \sum_{k \in R(S)} y_k \ge \left\lceil \frac{|S| - \sum_{j \in N(S)} c_j}{a} \right\rceil
        \quad\text{for all sets } S \text{ of elders}, \quad y_k \in \{0, 1, \dots\}

    Where
        y_k    volunteers more in committee k, each with a places;
        N(S)   volunteers who are candidates of an elder in S, with capacities c_j;
        R(S)   committees whose volunteers reach an elder in S.

    Hall's condition (1935) says that these inequalities are enough. They are found as they are needed (Benders 1962):
    the fewest volunteers for those found so far are tried, and where elders are still short, each group of them is an
    inequality that the trial breaks. When nobody is short, no way has fewer. Of the ways with the fewest, that is tried
    which is nearest to where elders were left over.

    Parameters
    ----------
    problem
        Elders, volunteers and allowed pairs.
    committee, elder
        Which committee's new volunteers would reach which elder, by position, shape (r,) each.
    committees
        How many committees there are, k.
    places
        Older people that a new volunteer can have, at least 1.
    most_rounds
        Trials, at least 1; where they do not suffice, the last one is filled up, and ``gap`` says what is not proven.

    Raises
    ------
    InvalidParameter
        If committees or elders are no positions, a pair is repeated, or a number is below 1; all faults of one kind at
        once.
    DidNotConverge
        If the solver finds no way.
    LedgerDoesNotClose
        If somebody who could have a place is left without one.

    Notes
    -----
    Hall, P. (1935), On representatives of subsets, *Journal of the London Mathematical Society* 10; Benders, J. F.
    (1962), *Numerische Mathematik* 4.
    """
    for name, number in (("places", places), ("most_rounds", most_rounds), ("committees", committees)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
            raise InvalidParameter(f"{name}={number!r} must be a whole number of at least 1")
    wide = _with_committees(problem, committee, elder, committees)
    most = shortage(_with_added(wide, problem.elders, committees))
    rest = _without(wide, most)
    return _found(rest, most, committees, int(places), most_rounds)


def _with_committees(problem: Candidates, committee: ArrayLike, elder: ArrayLike, committees: int) -> Candidates:
    """Committees as further volunteers, of whom there are none yet."""
    faults: list[str] = []
    place = positions("committee", committee, faults, least=0, limit=committees, of="committees")
    who = positions("elder", elder, faults, least=0, limit=problem.elders, of="existing")
    if len(place) != len(who):
        faults.append(f"committee and elder have {len(place)} and {len(who)} values; give one a pair")
    elif not faults and (repeated := int((np.diff(np.sort(who * committees + place)) == 0).sum())):
        faults.append(f"committee and elder: {repeated} pairs stand there more than once")
    if faults:
        raise InvalidParameter("; ".join(faults))
    return candidates(
        np.concatenate([problem.elder, who]),
        np.concatenate([problem.volunteer, problem.volunteers + place]),
        # Walks to volunteers who are not there yet are not known, and play no part.
        np.zeros(len(problem.elder) + len(who)),
        capacity=np.concatenate([problem.capacity, np.zeros(committees, dtype=np.int64)]),
        existing=np.full(problem.elders, NOBODY),
    )


def _with_added(wide: Candidates, added: int | Integers, committees: int) -> Candidates:
    """With so many places in each committee."""
    capacity = wide.capacity.copy()
    capacity[len(capacity) - committees :] = added
    return replace(wide, capacity=capacity)


def _without(wide: Candidates, most: Shortage) -> Candidates:
    """Without those who are short whatever is added, and the volunteers whom they fill."""
    keep = ~most.short_elder[wide.elder] & ~most.short_volunteer[wide.volunteer]
    return replace(wide, elder=wide.elder[keep], volunteer=wide.volunteer[keep], cost=wide.cost[keep])


def _found(rest: Candidates, most: Shortage, committees: int, places: int, most_rounds: int) -> MoreVolunteers:
    kinds = alike(rest)
    start = shortage(rest, kinds=kinds)
    wanted = _spread(start, committees) / places
    added, short, complete = np.zeros(committees, dtype=np.int64), start, True
    needed, rows = np.zeros(0, dtype=np.int64), np.zeros((0, committees), dtype=np.bool_)
    for _ in range(most_rounds):
        if not short.missing_places:
            break
        more_needed, more_rows = _broken(short, committees, places)
        needed, rows = np.concatenate([needed, more_needed]), np.concatenate([rows, more_rows])
        added, complete = _trial(needed, rows, wanted)
        short = shortage(_with_added(rest, added * places, committees), kinds=kinds)
    if short.missing_places:
        # One volunteer more for each few left over that a committee reaches is always enough.
        added, complete = added + -(-_left_over(short, committees) // places), False
        short = shortage(_with_added(rest, added * places, committees), kinds=kinds)
    if short.missing_places:
        raise LedgerDoesNotClose(f"{short.missing_places} elders who could have a place have none; do not use it")
    weight = _weights(needed, rows)
    return MoreVolunteers(
        added=added,
        places=places,
        gained=start.missing_places,
        nowhere=~most.problem.has_candidate,
        beyond=most.short_elder,
        beyond_places=most.missing_places,
        needed=needed,
        committees=csr_array(rows),
        weight=weight,
        # What rounding may have added is taken off before rounding up.
        bound=int(np.ceil(needed @ weight - 1e-6)),
        complete=complete,
    )


def _spread(short: Shortage, committees: int) -> Floats:
    """Places missing, spread over the committees that reach who is worst off, shape (k,).

    Whoever is left over in the largest pairing that was found is one of many choices and depends on the order of rows.
    So each group's missing places are spread by what its elders lack when every volunteer's places are shared out
    evenly among all who could have one (two-step floating catchments), and equally over the committees that reach them.
    """
    problem = short.problem
    first = problem.volunteers - committees
    if not short.missing_places:
        return np.zeros(committees)
    lacking = np.where(short.short_elder, np.maximum(1.0 - _even_shares(problem, first), 0.0) + _LEAST_LACK, 0.0)
    groups = short.to_frame()
    whole = np.bincount(short.group[short.short_elder], weights=lacking[short.short_elder], minlength=len(groups))
    arc = np.flatnonzero((problem.volunteer >= first) & short.short_elder[problem.elder])
    elder, committee = problem.elder[arc], problem.volunteer[arc] - first
    reached = np.bincount(elder, minlength=problem.elders)
    scale = (groups["missing_places"].to_numpy() / whole)[short.group[elder]]
    spread = np.bincount(committee, weights=scale * lacking[elder] / reached[elder], minlength=committees)
    return np.asarray(spread, dtype=np.float64)


def _even_shares(problem: Candidates, first: int) -> Floats:
    """Places of each elder if those of every volunteer before ``first`` were shared out evenly, shape (n,)."""
    asked = np.bincount(problem.volunteer, minlength=problem.volunteers)
    share = np.where(np.arange(problem.volunteers) < first, problem.capacity / np.maximum(asked, 1), 0.0)
    shares = np.bincount(problem.elder, weights=share[problem.volunteer], minlength=problem.elders)
    return np.asarray(shares, dtype=np.float64)


def _left_over(short: Shortage, committees: int) -> Integers:
    """Elders left over by the first committee that reaches them, shape (k,)."""
    problem = short.problem
    first = problem.volunteers - committees
    at = np.flatnonzero(problem.volunteer >= first)
    owner, place = np.unique(problem.elder[at], return_index=True)
    reached_by = problem.volunteer[at[place]] - first
    return np.bincount(reached_by[short.left_over[owner]], minlength=committees).astype(np.int64)


def _broken(short: Shortage, committees: int, places: int) -> tuple[Integers, Mask]:
    """The inequality of each group of elders who are short: volunteers needed, and in which committees."""
    problem = short.problem
    first = problem.volunteers - committees
    groups = int(short.group.max()) + 1
    arc = np.flatnonzero(short.short_elder[problem.elder])
    member = np.zeros((groups, problem.volunteers), dtype=np.bool_)
    member[short.group[problem.elder[arc]], problem.volunteer[arc]] = True
    lacking = (
        np.bincount(short.group[short.short_elder], minlength=groups) - member[:, :first] @ problem.capacity[:first]
    )
    return -(-lacking // places), member[:, first:]


def _trial(needed: Integers, rows: Mask, wanted: Floats) -> tuple[Integers, bool]:
    """The fewest volunteers that keep the inequalities so far, and of those ways the nearest to ``wanted``."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # heavy

    count = len(wanted)
    keep = csr_array(rows.astype(np.float64))
    fewest = milp(
        np.ones(count),
        constraints=LinearConstraint(keep, lb=needed.astype(np.float64)),
        integrality=np.ones(count),
        bounds=Bounds(0, np.inf),
        options={"mip_rel_gap": 0.0, "node_limit": _MOST_NODES},
    )
    if fewest.x is None:
        raise DidNotConverge(f"no way to add volunteers was found: {fewest.message}")
    added = np.rint(fewest.x).astype(np.int64)
    nearest = _nearest(needed, keep, wanted, int(added.sum()))
    kept = nearest is not None and bool((keep @ nearest >= needed).all()) and nearest.sum() == added.sum()
    return (nearest if nearest is not None and kept else added), fewest.status == 0


def _nearest(needed: Integers, keep: csr_array, wanted: Floats, total: int) -> Integers | None:
    """Of the ways with this total, one with the least sum of distances d from ``wanted``."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_array, eye_array

    count = len(wanted)
    one, row = eye_array(count), csr_array(np.ones((1, count)))
    matrix = block_array([[keep, None], [row, None], [one, one], [-one, one]])
    low = np.concatenate([needed, [total], wanted, -wanted]).astype(np.float64)
    high = np.full(len(low), np.inf)
    high[len(needed)] = total
    found = milp(
        np.concatenate([np.zeros(count), np.ones(count)]),
        constraints=LinearConstraint(csr_array(matrix), lb=low, ub=high),
        integrality=np.concatenate([np.ones(count), np.zeros(count)]),
        bounds=Bounds(0, np.inf),
        options={"mip_rel_gap": 0.005, "node_limit": _MOST_NODES},
    )
    return None if found.x is None else np.rint(found.x[:count]).astype(np.int64)


def _weights(needed: Integers, rows: Mask) -> Floats:
    """Weights of the inequalities that sum to at most 1 in each committee; made so before they are trusted."""
    if not len(needed):
        return np.zeros(0)
    columns = csr_array(rows.T.astype(np.float64))
    weight = np.maximum(maximise(needed.astype(np.float64), columns, np.ones(columns.shape[0])).x, 0.0)
    return np.asarray(weight / max(float((columns @ weight).max()), 1.0))
