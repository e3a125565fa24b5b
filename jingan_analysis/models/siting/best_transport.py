"""The search for sites with limited room: an integer program, whose choice is then costed by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.siting.integer_program import Effort, solve
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice
from jingan_analysis.models.siting.start import starting_choice
from jingan_analysis.models.siting.transport import Transport

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Transported:
    """A choice of sites, and where units go.

    Attributes
    ----------
    chosen
        Shape (s,); None where no choice that carries the demand was found.
    flow
        Units of each pair, shape (k,).
    bound
        No choice costs less; infinite where it is proven that there is none.
    """

    chosen: Mask | None
    flow: Floats
    bound: float


def best_transport(transport: Transport, rules: SiteRules, *, effort: Effort, start: Mask | None) -> Transported:
    """Choose sites under the rules so that units cost least in all.

    Parameters
    ----------
    start
        A choice to begin from, shape (s,); disregarded where the rules do not allow it, or it cannot carry the demand.

    Raises
    ------
    InvalidParameter
        If the start is not true or false for each site.
    """
    start = starting_choice(start, rules)
    first = None if start is None else _costed(transport, start)
    point = None if first is None else transport.point(*first)
    answer = solve(transport.program(rules), effort=effort, start=point)
    found = None
    if answer.x is not None and rules.allows(chosen := answer.x[: rules.sites] > 0.5):
        found = _costed(transport, chosen)
    known = [one for one in (found, first) if one is not None]
    if not known and answer.possible and (any_choice := allowed_choice(rules)) is not None:
        # A search cut short may end without a choice: any one that the rules allow is an answer, if a poor one.
        known = [one for one in (_costed(transport, any_choice),) if one is not None]
    if not known:
        return Transported(None, np.zeros(len(transport.cost)), answer.bound)
    chosen, flow = min(known, key=lambda one: float(transport.cost @ one[1]))
    return Transported(chosen, flow, min(answer.bound, float(transport.cost @ flow)))


def _costed(transport: Transport, chosen: Mask) -> tuple[Mask, Floats] | None:
    flow = transport.flows(chosen)
    return None if flow is None else (chosen, flow)
