"""How many can be paired at all, and where places are short: the most pairs and the cut that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.models.assignment_needs import Needs
from jingan_analysis.models.largest_flow import largest_flow
from jingan_analysis.models.pairing_alike import Alike, alike
from jingan_analysis.models.pairing_candidates import NOBODY, Candidates

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Shortage:
    """Who competes for too few places.

    ``elders = most + no candidate + missing places``. The short ones are the same whichever largest pairing they are
    found from.

    Attributes
    ----------
    problem
        Who may be paired with whom.
    most
        Most older people that can be paired at all.
    short_elder
        Elders with candidates who could be left without a place in some largest pairing, shape (n,). All their
        candidates are among the short volunteers.
    short_volunteer
        Their candidates, shape (m,): full with short elders in every largest pairing.
    left_over
        Short elders without a place in the largest pairing that was found, one of many, shape (n,).
    """

    problem: Candidates
    most: int
    short_elder: Mask
    short_volunteer: Mask
    left_over: Mask

    @property
    def no_candidate(self) -> int:
        """Elders who may be paired with nobody."""
        return int((~self.problem.has_candidate).sum())

    @property
    def missing_places(self) -> int:
        """Short elders less the places of their candidates: so many have no place, whoever they are."""
        return int(self.short_elder.sum() - self.problem.capacity[self.short_volunteer].sum())

    @property
    def bound(self) -> int:
        """No pairing has more pairs: each short elder has a place of a short volunteer or none."""
        return self.problem.elders - self.no_candidate - self.missing_places

    @cached_property
    def group(self) -> Integers:
        """Group of each short elder who shares candidates with its others, -1 for other elders, shape (n,)."""
        from scipy.sparse.csgraph import connected_components

        graph = self.problem.graph(self.short_elder[self.problem.elder])
        label = connected_components(graph, directed=False)[1][: self.problem.elders]
        group = np.full(self.problem.elders, NOBODY)
        group[self.short_elder] = np.unique(label[self.short_elder], return_inverse=True)[1]
        return group

    def to_frame(self) -> pd.DataFrame:
        """One row a group of elders who compete: ``elders``, ``volunteers``, ``places`` and ``missing_places``."""
        short = self.short_elder[self.problem.elder]
        pairs = {"group": self.group[self.problem.elder[short]], "volunteer": self.problem.volunteer[short]}
        reached = pd.DataFrame(pairs).drop_duplicates()
        count = int(self.group.max(initial=NOBODY)) + 1
        elders = np.bincount(self.group[self.short_elder], minlength=count)
        volunteers = np.bincount(reached["group"], minlength=count)
        places = np.zeros(count, dtype=np.int64)
        np.add.at(places, reached["group"].to_numpy(), self.problem.capacity[reached["volunteer"].to_numpy()])
        columns = {"elders": elders, "volunteers": volunteers, "places": places, "missing_places": elders - places}
        return pd.DataFrame(columns)


def shortage(problem: Candidates, *, kinds: Alike | None = None) -> Shortage:
    """The most pairs, and where places are short.

    A largest flow gives the pairs, elders with the same candidates counted together. Whoever can be reached from an
    elder left over, by turns along an allowed pair and back along a pair in use, is short. That set is the smallest
    cut, which proves that no pairing is larger (König 1931; Ford and Fulkerson 1956), and it splits the problem
    (Dulmage and Mendelsohn 1958): in every largest pairing short volunteers are full with short elders, and all other
    elders are paired with other volunteers.

    Parameters
    ----------
    problem
        Who may be paired with whom.
    kinds
        Of a problem with the same allowed pairs, where they are known: they do not depend on capacities.

    Raises
    ------
    LedgerDoesNotClose
        If the flow does not reach the cut.

    Notes
    -----
    Dulmage, A. L. and Mendelsohn, N. S. (1958), Coverings of bipartite graphs, *Canadian Journal of Mathematics* 10.
    """
    kinds = alike(problem) if kinds is None else kinds
    # More places than candidates are never used.
    useful = np.minimum(problem.capacity, np.bincount(problem.volunteer, minlength=problem.volunteers))
    flow = largest_flow(
        Needs(kinds.members, np.ones(len(kinds.members)), useful, kinds.pair_kind, kinds.pair_volunteer)
    )
    paired = np.bincount(kinds.pair_kind, weights=flow, minlength=len(kinds.members)).astype(np.int64)
    left_over = problem.has_candidate & (kinds.turn() >= paired[kinds.kind])
    short_kind, short_volunteer = _reached(kinds, flow > 0, np.unique(kinds.kind[left_over]), problem.volunteers)
    found = Shortage(problem, int(flow.sum()), short_kind[kinds.kind], short_volunteer, left_over)
    if found.most != found.bound:
        raise LedgerDoesNotClose(f"{found.most} are paired and {found.bound} can be: the pairing is not proven largest")
    return found


def _reached(kinds: Alike, used: Mask, source: Integers, volunteers: int) -> tuple[Mask, Mask]:
    """Kinds and volunteers that exchanges lead to from kinds with elders left over, shapes (k,) and (m,)."""
    from scipy.sparse.csgraph import breadth_first_order

    n = len(kinds.members)
    size = n + volunteers
    tail = np.concatenate([kinds.pair_kind, n + kinds.pair_volunteer[used], np.full(len(source), size)])
    head = np.concatenate([n + kinds.pair_volunteer, kinds.pair_kind[used], source])
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size + 1, size + 1))
    reached = np.zeros(size + 1, dtype=np.bool_)
    reached[breadth_first_order(graph, size, return_predecessors=False)] = True
    return reached[:n], reached[n:size]
