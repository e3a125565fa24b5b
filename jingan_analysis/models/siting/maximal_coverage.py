"""Which sites bring as many people as possible near to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.costs import uncovered_costs
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.kinds import Kinds
from jingan_analysis.models.siting.nearest_sites import nearest_sites
from jingan_analysis.models.siting.plan import Coverage
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.start import starting_choice

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def maximal_coverage(
    near: ArrayLike | csr_array,
    people: ArrayLike,
    rules: SiteRules,
    *,
    effort: Effort = PROOF,
    start: Mask | None = None,
) -> Coverage:
    r"""Choose sites so that as many people as possible have one near.

    .. math::
        \max_{x, z} \sum_i w_i z_i \quad\text{subject to}\quad z_i \le \sum_{j \in N(i)} x_j, \quad
        0 \le z_i \le 1, \quad x \in X, \quad x_j \in \{0, 1\}

    Where
        x_j   whether site j is chosen, X the choices that the rules allow;
        z_i   whether group i has a chosen site near; w_i its people; N(i) the sites near it.

    The maximal covering location problem (Church and ReVelle 1974). Groups near the very same sites are one; see
    :func:`~jingan_analysis.models.siting.nearest_sites.nearest_sites` for the search.

    Parameters
    ----------
    near
        Which groups are near which sites, true or false, shape (g, s), dense or sparse.
    people
        People of each group, 0 or more, shape (g,).
    rules
        Which choices are allowed.
    effort
        When to end without a proof; the answer carries the best bound then.
    start
        A choice to begin from, shape (s,); disregarded where the rules do not allow it.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, or people are no amounts.
    NoSiteAllowed
        If no choice keeps the rules; the message says which rules to relax, and by how much.

    Notes
    -----
    Church, R. and ReVelle, C. (1974), The maximal covering location problem, *Papers of the Regional Science
    Association* 32.
    """
    kinds = Kinds.of(near, rules)
    amounts = quantity("people", people, length=len(kinds.number))
    return most_covered(kinds, amounts, rules, effort=effort, start=start)


def most_covered(
    kinds: Kinds, people: Floats, rules: SiteRules, *, effort: Effort = PROOF, start: Mask | None = None
) -> Coverage:
    """:func:`maximal_coverage` of groups that are sorted into kinds already."""
    problem = uncovered_costs(kinds.near, kinds.sums(people))
    found = nearest_sites(problem, rules, effort=effort, start=starting_choice(start, rules))
    if found.chosen is None:
        refuse(rules)
    return coverage_of(kinds, people, rules, found.chosen, bound=float(people.sum()) - found.bound)


def coverage_of(kinds: Kinds, people: Floats, rules: SiteRules, chosen: Mask, *, bound: float) -> Coverage:
    """Whom a choice covers, with a bound that somebody else has proven."""
    coverable = kinds.covered(~rules.barred | chosen)
    return Coverage(chosen, people, kinds.covered(chosen), coverable, bound)
