"""The integer program of a choice of sites under the rules, before a model adds what it asks of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from jingan_analysis.models.siting.integer_program import Program, solve
from jingan_analysis.models.siting.rules import Limits, SiteRules

Mask = NDArray[np.bool_]


def site_program(
    cost: NDArray[np.float64], rules: SiteRules, *, limits: Limits | None = None, demands: csr_array | None = None
) -> Program:
    """Choose sites at the least cost so that all rules and demands are kept.

    Parameters
    ----------
    cost
        Cost of each site, shape (s,).
    limits
        The limits of the rules, where the caller has them already.
    demands
        Rows each of which wants at least one of its sites, shape (d, s).
    """
    limits = rules.limits() if limits is None else limits
    demands = csr_array((0, rules.sites)) if demands is None else demands
    return Program(
        cost=cost,
        rows=csr_array(vstack([demands, limits.rows])),
        row_lower=np.concatenate([np.ones(demands.shape[0]), limits.lower]),
        row_upper=np.concatenate([np.full(demands.shape[0], np.inf), limits.upper]),
        lower=rules.kept.astype(np.float64),
        upper=1.0 - rules.barred.astype(np.float64),
        whole=np.ones(rules.sites, dtype=np.bool_),
    )


def allowed_choice(rules: SiteRules) -> Mask | None:
    """Some choice that keeps all rules, with few sites; None where there is none."""
    found = solve(site_program(np.ones(rules.sites), rules))
    return None if found.x is None else found.x > 0.5
