"""Which sites stand as far apart as possible."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NoReturn, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, vstack

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.models.siting.conflicts import cliques
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program

Among = Literal["new", "all"]
"""Pairs that count: those with a new site, or all."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Dispersion:
    """Sites, and how far apart the two closest ones are.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    value
        How far apart the closest two are, of the pairs that count; infinite where no pair counts.
    bound
        Under no choice that the rules allow are they further apart.
    """

    chosen: Mask
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Bound less value as a share of the bound; 0 for a proven optimum."""
        if self.value == self.bound:
            return 0.0
        return 1.0 - self.value / self.bound


def p_dispersion(
    apart: ArrayLike, rules: SiteRules, *, sites: int, among: Among = "new", effort: Effort = PROOF
) -> Dispersion:
    r"""Choose a number of sites so that the closest two of them are as far apart as possible.

    .. math::
        \max_{x} \min_{i < j: x_i = x_j = 1} d_{ij} \quad\text{subject to}\quad \sum_j x_j \ge p, \quad x \in X, \quad
        x_j \in \{0, 1\}

    Where
        x_j    whether site j is chosen, X the choices that the rules allow; p the number of sites;
        d_ij   how far site i and site j are apart, of the pairs that count.

    The p-dispersion problem (Kuby 1987; Erkut 1990), by halving the list of different distances: one can be kept if
    some choice has no two sites closer, and sets of sites that are all closer to each other give one site at most. A
    distance that can be kept is raised to what its choice really keeps before the next halving.

    Parameters
    ----------
    apart
        Minutes or metres between sites, the same in both directions, shape (s, s); infinity where there is no way. The
        diagonal says nothing.
    rules
        Which choices are allowed.
    sites
        Fewest sites of the choice, standing ones that stay among them. Rules such as ``most_new`` limit the most.
    among
        Pairs that count: ``new`` those with a site that does not stand yet, ``all`` also those of two standing sites.
        Where two standing sites that stay are close, ``all`` can do no better than their distance, and new sites might
        stand anywhere beyond it; therefore where the next ones should stand is asked with ``new``. ``all`` is for
        standing sites that may close.
    effort
        Limits of each single search; where one is cut short, ``bound`` is what was proven.

    Raises
    ------
    InvalidParameter
        If distances do not fit the rules, differ between directions, or are negative or NaN; if the number of sites is
        none that there could be, or the pairs have no such name.
    NoSiteAllowed
        If no choice keeps the rules, or none has so many sites.

    Notes
    -----
    Kuby, M. J. (1987), Programming models for facility dispersion: the p-dispersion and maxisum dispersion problems,
    *Geographical Analysis* 19. Erkut, E. (1990), The discrete p-dispersion problem, *European Journal of Operational
    Research* 46.
    """
    distance = _distances(apart, rules)
    _check(rules, sites, among)
    search = _Search(distance, rules, sites, among, effort)
    best, known = search.at_least(0.0)
    if best is None:
        _refuse_few(rules, sites, proven=known)
    lengths = search.lengths
    low, high = int(np.searchsorted(lengths, search.closest(best))), len(lengths) - 1
    proven = high
    while low < high:
        middle = (low + high + 1) // 2
        found, known = search.at_least(float(lengths[middle]))
        if found is not None:
            best, low = found, int(np.searchsorted(lengths, search.closest(found)))
        else:
            high = middle - 1
            # What cannot be kept rules out everything longer; a search cut short rules out nothing.
            proven = high if known else proven
    return Dispersion(best, search.closest(best), float(lengths[max(proven, low)]))


class _Search:
    """Choices whose sites keep a distance."""

    def __init__(self, distance: Floats, rules: SiteRules, sites: int, among: Among, effort: Effort) -> None:
        self.distance, self.rules, self.sites, self.effort = distance, rules, sites, effort
        counts = np.ones(distance.shape, dtype=np.bool_)
        if among == "new":
            counts = ~(rules.standing[:, None] & rules.standing[None, :])
        np.fill_diagonal(counts, val=False)
        self.counts = counts & ~rules.barred[:, None] & ~rules.barred[None, :]
        self.program = site_program(np.zeros(rules.sites), rules)

    @property
    def lengths(self) -> Floats:
        """Different distances that count, the last one infinite: that no two sites count."""
        return np.unique(np.append(self.distance[self.counts], np.inf))

    def closest(self, chosen: Mask) -> float:
        """How far apart the closest two of the chosen sites are."""
        among = self.distance[np.ix_(chosen, chosen)][self.counts[np.ix_(chosen, chosen)]]
        return float(among.min(initial=np.inf))

    def at_least(self, length: float) -> tuple[Mask | None, bool]:
        """A choice, None where there is none or none was found, and whether that is known."""
        closer = self.counts & (self.distance < length)
        kept = self.rules.kept
        if closer[np.ix_(kept, kept)].any():
            return None, True
        near_kept = closer[:, kept].any(axis=1)
        free = self.rules.free & ~near_kept
        rows = cliques(closer & free[:, None] & free[None, :])
        program = replace(
            self.program,
            rows=csr_array(vstack([np.ones((1, self.rules.sites)), rows, self.program.rows])),
            row_lower=np.concatenate([[float(self.sites)], np.full(rows.shape[0], -np.inf), self.program.row_lower]),
            row_upper=np.concatenate([[np.inf], np.ones(rows.shape[0]), self.program.row_upper]),
            upper=np.where(near_kept, 0.0, self.program.upper),
        )
        answer = solve(program, effort=self.effort)
        return (None, not answer.possible) if answer.x is None else (answer.x > 0.5, True)


def _distances(apart: ArrayLike, rules: SiteRules) -> Floats:
    distance = np.array(apart, dtype=np.float64)
    if distance.shape != (rules.sites, rules.sites):
        raise InvalidParameter(
            f"apart has the shape {distance.shape}; give how far each of {rules.sites} sites is from each, shape "
            f"({rules.sites}, {rules.sites})"
        )
    np.fill_diagonal(distance, 0.0)
    wrong = ~(distance >= 0)
    if wrong.any():
        one, other = np.argwhere(wrong)[0].tolist()
        raise InvalidParameter(
            f"apart: {int(wrong.sum())} of {rules.sites * (rules.sites - 1)} distances are negative or NaN, the first "
            f"from site {one} to site {other}; give 0 or more, infinity where there is no way"
        )
    uneven = ~np.isclose(distance, distance.T, rtol=1e-9, atol=0.0)
    if uneven.any():
        one, other = np.argwhere(uneven)[0].tolist()
        raise InvalidParameter(
            f"apart: {int(uneven.sum()) // 2} pairs of sites are not as far there as back, the first of sites {one} "
            f"and {other}; give one distance a pair, such as np.minimum(apart, apart.T)"
        )
    # Last digits that differ would be two distances to halve between.
    return np.minimum(distance, distance.T)


def _check(rules: SiteRules, sites: int, among: str) -> None:
    if isinstance(sites, bool) or sites != int(sites) or not 1 <= sites <= rules.sites:
        raise InvalidParameter(f"sites={sites!r} must be a whole number from 1 to the {rules.sites} sites of the rules")
    if among not in get_args(Among):
        raise InvalidParameter(f"among={among!r} must be one of {', '.join(map(repr, get_args(Among)))}")


def _refuse_few(rules: SiteRules, sites: int, *, proven: bool) -> NoReturn:
    if allowed_choice(rules) is None:
        refuse(rules)
    if not proven:
        raise NoSiteAllowed(
            f"no choice of {sites} sites was found within the effort; allow more seconds or nodes, or ask for fewer"
        )
    largest = solve(site_program(np.full(rules.sites, -1.0), rules))
    count = 0 if largest.x is None else int((largest.x > 0.5).sum())
    raise NoSiteAllowed(
        f"no choice that the rules allow has {sites} sites, and the largest has {count}; ask for no more than "
        f"{count}, or relax the rules"
    )
