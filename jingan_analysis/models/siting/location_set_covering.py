"""The fewest sites, or the cheapest, that leave nobody without one near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import LedgerDoesNotClose, NoSiteAllowed
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.covering_rows import covering_rows
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.near import near_pairs
from jingan_analysis.models.siting.plan import open_share
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class SetCovering:
    """Sites that cover everybody who can be covered.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    value
        What they cost together: their number, or the sum of the rules' costs.
    bound
        No choice that covers as much costs less.
    hopeless
        Groups with people that no site may cover, shape (g,).
    hopeless_people
        People in them.
    """

    chosen: Mask
    value: float
    bound: float
    hopeless: Mask
    hopeless_people: float

    @property
    def gap(self) -> float:
        """Value less bound as a share of the value; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.bound, self.value)


def location_set_covering(
    near: ArrayLike | csr_array, people: ArrayLike, rules: SiteRules, *, effort: Effort = PROOF
) -> SetCovering:
    r"""Choose the fewest sites, or those that cost least, so that each group with people has one near.

    .. math::
        \min_x \sum_j c_j x_j \quad\text{subject to}\quad \sum_{j \in N(i)} x_j \ge 1, \quad x \in X, \quad
        x_j \in \{0, 1\}

    Where
        x_j   whether site j is chosen, X the choices that the rules allow;
        c_j   the cost of site j where the rules have costs, else 1; N(i) the sites near group i.

    The location set covering problem (Toregas et al. 1971). Groups near no site that may be chosen are left out and
    counted.

    Parameters
    ----------
    near
        Which groups are near which sites, true or false, shape (g, s), dense or sparse.
    people
        People of each group, shape (g,); groups without people demand nothing.
    rules
        Which choices are allowed.
    effort
        When to end without a proof.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, or people are no amounts.
    NoSiteAllowed
        If the rules allow no choice, or none that covers everybody whom a site could cover.

    Notes
    -----
    Toregas, C., Swain, R., ReVelle, C. and Bergman, L. (1971), The location of emergency service facilities,
    *Operations Research* 19.
    """
    matrix = near_pairs(near, rules)
    amounts = quantity("people", people, length=matrix.shape[0])
    demands = covering_rows(matrix, rules, amounts > 0)
    cost = np.ones(rules.sites) if rules.cost is None else np.asarray(rules.cost, dtype=np.float64)
    answer = solve(site_program(cost, rules, demands=demands.rows), effort=effort)
    if answer.x is None:
        _refuse(rules, possible=answer.possible)
    chosen = answer.x > 0.5
    if (demands.rows @ chosen.astype(np.float64) < 1).any() or not rules.allows(chosen):
        raise LedgerDoesNotClose("the sites leave out a group that a site may cover; do not use them")
    value = float(cost[chosen].sum())
    return SetCovering(
        chosen, value, min(answer.bound, value), demands.hopeless, float(amounts[demands.hopeless].sum())
    )


def _refuse(rules: SiteRules, *, possible: bool) -> NoReturn:
    if allowed_choice(rules) is None:
        refuse(rules)
    if possible:
        raise NoSiteAllowed("no choice that covers everybody was found within the effort; allow more seconds or nodes")
    raise NoSiteAllowed(
        "no choice that the rules allow covers everybody whom a site could cover; allow more sites or more budget, or "
        "ask maximal_coverage how many can be covered"
    )
