"""Good sets of sites without a proof: open the best next site, then exchange one for another while that helps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.costs import Costs
from jingan_analysis.models.siting.rules import Limits, SiteRules

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ROUNDING = 1e-10
"""Share of the total that sums of costs may be off by: smaller savings are none."""


def greedy(costs: Costs, rules: SiteRules) -> Mask:
    """Beside the sites that are kept, open the site that saves most, again and again, while the rules allow one.

    Standing sites that may close are open at first. Quotas of units come first: while one is short, only its sites are
    opened.

    Returns
    -------
    Mask
        Chosen sites, shape (s,): may break the rules where they cannot be met one site at a time.
    """
    from jingan_analysis.models.siting import vertex_search as compiled  # heavy

    limits = rules.limits()
    chosen = rules.kept | (rules.standing & ~rules.barred)
    near, gain = costs.each(chosen), np.empty(costs.sites)
    while True:
        compiled.opening_gains(costs.ways, near, gain)
        allowed, short = _openable(rules, limits, chosen)
        if not allowed.any():
            return chosen
        site = int(np.argmax(np.where(allowed, gain, -1.0)))
        if gain[site] <= _ROUNDING * costs.beyond.sum() and not short:
            return chosen
        chosen[site] = True
        compiled.settle(costs.ways, site, near)


def _openable(rules: SiteRules, limits: Limits, chosen: Mask) -> tuple[Mask, bool]:
    """Sites that may be opened next, and whether some quota is short."""
    at = limits.rows @ chosen.astype(np.float64)
    matrix = limits.rows.toarray()
    over = (at[:, None] + matrix > limits.upper[:, None] + 1e-9) & (matrix > 0)
    allowed = rules.free & ~chosen & ~over.any(axis=0)
    short = at < limits.lower - 1e-9
    if short.any():
        helps = allowed & (matrix[short] > 0).any(axis=0)
        return (helps, True) if helps.any() else (allowed, False)
    return allowed, False


def improve(costs: Costs, rules: SiteRules, chosen: Mask) -> Mask:
    """Exchange a chosen site for another, or open one more, whatever saves most, until nothing saves.

    Vertex substitution (Teitz and Bart 1968), every exchange evaluated in one pass over the groups (Whitaker 1983;
    Resende and Werneck 2007).

    Parameters
    ----------
    chosen
        A set that the rules allow, shape (s,).

    Returns
    -------
    Mask
        A set that the rules allow and that no single exchange makes better, shape (s,).

    Notes
    -----
    Teitz, M. B. and Bart, P. (1968), Heuristic methods for estimating the generalized vertex median of a weighted
    graph, *Operations Research* 16. Whitaker, R. A. (1983), A fast algorithm for the greedy interchange for
    large-scale clustering and median location problems, *INFOR* 21. Resende, M. G. C. and Werneck, R. F. (2007), A
    fast swap-based local search procedure for location problems, *Annals of Operations Research* 150.
    """
    from jingan_analysis.models.siting import vertex_search as compiled  # heavy

    limits, chosen = rules.limits(), chosen.copy()
    dense = limits.rows.toarray()
    groups, sites = len(costs.beyond), costs.sites
    first, near, next_near = np.empty(groups, dtype=np.int64), np.empty(groups), np.empty(groups)
    enough = _ROUNDING * float(costs.beyond.sum())
    while True:
        opened = np.flatnonzero(chosen)
        place = np.full(sites, -1)
        place[opened] = np.arange(len(opened))
        gain, loss, both = np.empty(sites), np.empty(len(opened)), np.empty((sites, len(opened)))
        compiled.two_nearest(costs.ways, costs.beyond, place, first, near, next_near)
        compiled.changes(costs.ways, place, (first, near, next_near), gain, loss, both)
        # A last column closes nothing.
        saved = np.column_stack([both - loss + gain[:, None], gain])
        saved[~_exchangeable(rules, limits, dense, chosen, opened)] = -np.inf
        site, closed = np.unravel_index(int(saved.argmax()), saved.shape)
        if saved[site, closed] <= enough:
            return chosen
        chosen[site] = True
        if closed < len(opened):
            chosen[opened[closed]] = False


def _exchangeable(rules: SiteRules, limits: Limits, dense: Floats, chosen: Mask, opened: NDArray[np.int64]) -> Mask:
    """Whether a site may be opened while another closes, shape (s, n + 1); the last column closes none."""
    allowed = np.zeros((len(chosen), len(opened) + 1), dtype=np.bool_)
    allowed[rules.free & ~chosen] = True
    allowed[:, :-1] &= rules.free[opened]
    at = dense @ chosen.astype(np.float64)
    for row, here, lower, upper in zip(dense, at, limits.lower, limits.upper, strict=True):
        after = here + row[:, None] - np.append(row[opened], 0.0)
        allowed &= (after <= upper + 1e-9) & (after >= lower - 1e-9)
    return allowed
