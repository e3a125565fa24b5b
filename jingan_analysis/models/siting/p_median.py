"""Which sites let all people together travel least."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models.siting.costs import costs
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.nearest_sites import nearest_sites
from jingan_analysis.models.siting.plan import Medians
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.start import starting_choice
from jingan_analysis.models.siting.ways import NOWHERE, Ways

Mask = NDArray[np.bool_]


def p_median(ways: Ways, rules: SiteRules, *, effort: Effort = PROOF, start: Mask | None = None) -> Medians:
    r"""Choose sites so that people travel least in all, each to the nearest one.

    .. math::
        \min_{x, y} \sum_i w_i \sum_j d_{ij} y_{ij} \quad\text{subject to}\quad \sum_j y_{ij} = 1, \quad
        y_{ij} \le x_j, \quad x \in X, \quad x_j \in \{0, 1\}, \quad y \ge 0

    Where
        x_j    whether site j is chosen, X the choices that the rules allow;
        y_ij   the share of group i that goes to site j; w_i its people, d_ij what one of them travels.

    The p-median (Hakimi 1964; ReVelle and Swain 1970); see
    :func:`~jingan_analysis.models.siting.nearest_sites.nearest_sites` for the search.

    Parameters
    ----------
    ways
        What each group travels to each site, of :func:`~jingan_analysis.models.siting.ways.ways`. Where it says what
        stands for people with no chosen site in reach, they are counted with that; else each group with people must
        have a site.
    rules
        Which choices are allowed.
    effort
        When to end without a proof; the answer carries the best bound then.
    start
        A choice to begin from, shape (s,); disregarded where the rules do not allow it.

    Raises
    ------
    NoSiteAllowed
        If no choice keeps the rules, or none brings a site in reach of every group that must have one.

    Notes
    -----
    Hakimi, S. L. (1964), Optimum locations of switching centers and the absolute centers and medians of a graph,
    *Operations Research* 12. ReVelle, C. S. and Swain, R. W. (1970), Central facilities location, *Geographical
    Analysis* 2.
    """
    longest = float(ways.cost.max(initial=0.0))
    # One group without a site must outweigh whatever all others could save.
    instead = float(ways.people.sum()) * longest + 1.0 if np.isnan(ways.beyond) else ways.beyond
    alone = np.where(ways.people > 0, np.maximum(ways.people, 1.0), 0.0) if np.isnan(ways.beyond) else ways.people
    problem = costs(
        ways.start, ways.site, ways.cost * np.repeat(ways.people, np.diff(ways.start)), alone * instead, ways.sites
    )
    found = nearest_sites(problem, rules, effort=effort, start=starting_choice(start, rules))
    if found.chosen is None:
        refuse(rules)
    site, cost = ways.nearest(found.chosen)
    if np.isnan(ways.beyond) and ((site == NOWHERE) & (ways.people > 0)).any():
        _refuse_unreached(ways, rules, found.bound >= instead)
    return Medians(found.chosen, ways.people, site, cost, found.bound)


def _refuse_unreached(ways: Ways, rules: SiteRules, proven: bool) -> None:
    populated = ways.people > 0
    reachable = np.zeros(ways.groups, dtype=np.bool_)
    reachable[ways.group[~rules.barred[ways.site]]] = True
    never = int((populated & ~reachable).sum())
    if never:
        raise NoSiteAllowed(
            f"{never} of {int(populated.sum())} groups with people have no site in reach that may be chosen; give "
            "beyond, what a person without a site counts as, or leave those groups out and count them"
        )
    known = "no choice" if proven else "no choice that was found"
    raise NoSiteAllowed(
        f"{known} that the rules allow brings a site in reach of every group with people; allow more sites, or give "
        "beyond, what a person without a site counts as"
    )
