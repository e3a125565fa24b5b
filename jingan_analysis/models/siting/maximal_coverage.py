"""Which sites bring as many people as possible near to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.alike import alike
from jingan_analysis.models.siting.costs import uncovered_costs
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.near import near_pairs
from jingan_analysis.models.siting.nearest_sites import nearest_sites
from jingan_analysis.models.siting.plan import Coverage
from jingan_analysis.models.siting.rules import SiteRules

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
    matrix = near_pairs(near, rules)
    amounts = quantity("people", people, length=matrix.shape[0])
    first, number = alike(matrix)
    kinds = csr_array(matrix[first])
    together = np.bincount(number, weights=amounts, minlength=len(first)).astype(np.float64)
    allowed = start is not None and rules.allows(start)
    found = nearest_sites(uncovered_costs(kinds, together), rules, effort=effort, start=start if allowed else None)
    if found.chosen is None:
        refuse(rules)
    covered = matrix @ found.chosen.astype(np.int32) > 0
    coverable = matrix @ (~rules.barred | found.chosen).astype(np.int32) > 0
    return Coverage(found.chosen, amounts, covered, coverable, float(amounts.sum()) - found.bound)
