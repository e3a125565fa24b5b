"""Which sites keep the longest way of anybody as short as possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models.siting.covering_rows import covering_rows
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.plan import open_share
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program
from jingan_analysis.models.siting.ways import NOWHERE, Ways

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_WITHOUT_SITE = 20
"""Groups without a site that are asked for at a time."""


@dataclass(frozen=True)
class Centres:
    """Sites, and the longest way that is left.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    value
        The longest way of a group with people to its nearest chosen site.
    bound
        No choice leaves everybody a shorter way than this.
    """

    chosen: Mask
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Value less bound as a share of the value; 0 for a proven optimum."""
        return open_share(self.bound, self.value)


def p_centre(ways: Ways, rules: SiteRules, *, effort: Effort = PROOF) -> Centres:
    r"""Choose sites so that the longest way of a group with people to its nearest one is shortest.

    .. math::
        \min_{x} \max_{i: w_i > 0}\ \min_{j: x_j = 1} d_{ij} \quad\text{subject to}\quad x \in X, \quad
        x_j \in \{0, 1\}

    Where
        x_j    whether site j is chosen, X the choices that the rules allow;
        d_ij   what one person of group i travels to site j; w_i the people of group i.

    The p-centre (Hakimi 1964), by halving the list of different ways: a length is enough if some choice covers every
    group within it (Minieka 1970), which the rows of a covering decide. Rows are asked for a few groups only, and for
    more as a choice leaves them further off: what is not enough for some is not enough for all (Contardo, Iori and
    Kramer 2019). A way that is enough is shortened to what its choice really needs before the next halving.

    Parameters
    ----------
    ways
        What each group travels to each site. Every group with people must have a site within reach.
    rules
        Which choices are allowed.
    effort
        Limits of each single search; where one is cut short, ``bound`` is what was proven.

    Raises
    ------
    NoSiteAllowed
        If no choice keeps the rules, or none brings a site in reach of every group with people.

    Notes
    -----
    Hakimi, S. L. (1964), Optimum locations of switching centers and the absolute centers and medians of a graph,
    *Operations Research* 12. Minieka, E. (1970), The m-center problem, *SIAM Review* 12.
    """
    lengths = np.unique(ways.cost)
    if not (ways.people > 0).any() or not len(lengths):
        chosen = allowed_choice(rules)
        if chosen is None:
            refuse(rules)
        if (ways.people > 0).any():
            _refuse_unreached(rules)
        return Centres(chosen, 0.0, 0.0)
    search = _Search(ways, rules, effort)
    found, known = search.within(float(lengths[-1]))
    if found is None:
        _refuse_unreached(rules, known)
    low = proven = 0
    while low < (high := int(np.searchsorted(lengths, search.value))):
        middle = (low + high) // 2
        found, known = search.within(float(lengths[middle]))
        if found is None:
            low = middle + 1
            # What is not enough rules out everything shorter; a search cut short rules out nothing.
            proven = max(proven, low) if known else proven
    return Centres(search.best, search.value, float(lengths[min(proven, high)]))


class _Search:
    """Choices that cover everybody within a length, and the best choice met on the way."""

    def __init__(self, ways: Ways, rules: SiteRules, effort: Effort) -> None:
        self.ways, self.rules, self.effort = ways, rules, effort
        self.group = ways.group
        self.wanted = ways.people > 0
        self.asked = np.zeros(ways.groups, dtype=np.bool_)
        self.best, self.value = np.zeros(ways.sites, dtype=np.bool_), np.inf

    def within(self, length: float) -> tuple[Mask | None, bool]:
        """A choice, None where there is none or none was found, and whether that is known."""
        while True:
            chosen, known = self._covering(length)
            if chosen is None:
                return None, known
            site, cost = self.ways.nearest(chosen)
            way = np.where(site == NOWHERE, np.inf, cost)
            longest = float(way[self.wanted].max())
            if longest < self.value:
                self.best, self.value = chosen, longest
            far = np.flatnonzero(self.wanted & (way > length))
            if not len(far):
                return chosen, True
            self.asked[_one_of_each_place(far, site[far], way[far])] = True

    def _covering(self, length: float) -> tuple[Mask | None, bool]:
        """A choice that covers the groups asked for, None where there is none or none was found."""
        entry = self.asked[self.group] & (self.ways.cost <= length)
        start = np.concatenate([[0], np.cumsum(np.bincount(self.group[entry], minlength=self.ways.groups))])
        site = self.ways.site[entry]
        near = csr_array((np.ones(len(site), dtype=np.int32), site, start), shape=(self.ways.groups, self.ways.sites))
        near.sort_indices()
        demands = covering_rows(near, self.rules, self.asked)
        if demands.hopeless.any():
            return None, True
        answer = solve(site_program(np.zeros(self.rules.sites), self.rules, demands=demands.rows), effort=self.effort)
        return (None, not answer.possible) if answer.x is None else (answer.x > 0.5, True)


def _one_of_each_place(groups: Integers, site: Integers, way: Floats) -> Integers:
    """The group with the longest way to each site, and some of those without one."""
    place = np.where(site == NOWHERE, -1 - np.arange(len(site)) % _WITHOUT_SITE, site)
    furthest_first = np.argsort(-way, kind="stable")
    return groups[furthest_first[np.unique(place[furthest_first], return_index=True)[1]]]


def _refuse_unreached(rules: SiteRules, known: bool = True) -> NoReturn:
    if allowed_choice(rules) is None:
        refuse(rules)
    choice = "no choice" if known else "no choice found within the effort"
    raise NoSiteAllowed(
        f"{choice} that the rules allow brings a site in reach of every group with people; allow more sites, or leave "
        "out groups that no site reaches and count them"
    )
