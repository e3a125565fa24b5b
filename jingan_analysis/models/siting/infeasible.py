"""Why no choice of sites keeps all rules, and the least that would have to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from scipy.sparse import csr_array, hstack

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models.siting.integer_program import Program, solve
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program


@dataclass(frozen=True)
class Relaxation:
    """One rule that would have to give.

    Attributes
    ----------
    rule
        Key of the rule in ``SiteRules``.
    unit
        Position of the unit that a quota is about, else None.
    limit, needed
        The limit as given, and the nearest one that works while all other rules stay.
    """

    rule: str
    unit: int | None
    limit: float
    needed: float

    def __str__(self) -> str:
        of = "" if self.unit is None else f" of unit {self.unit}"
        return f"{self.rule}{of} {self.needed:g} in place of {self.limit:g}"


def relaxations(rules: SiteRules) -> tuple[Relaxation, ...]:
    """Each rule that alone could give so that some choice is allowed, and how far it would have to.

    Forced and barred sites, and standing ones that may not close, stay as they are. Empty where some choice is allowed
    already, or where no rule alone is enough.
    """
    limits, found = rules.limits(), []
    if allowed_choice(rules) is not None:
        return ()
    for row, (name, unit) in enumerate(limits.names):
        answer = solve(_elastic(rules, row))
        if answer.x is None:
            continue
        upward = np.isfinite(limits.upper[row])
        limit = float(limits.upper[row] if upward else limits.lower[row])
        needed = limit + answer.value if upward else limit - answer.value
        offset = _own_scale(rules, name, limit)
        found.append(Relaxation(name, unit, offset(limit), offset(needed)))
    return tuple(found)


def _own_scale(rules: SiteRules, name: str, limit: float) -> Callable[[float], float]:
    """From the limit of a row to the number that was given: rows of counts carry a constant."""
    if name == "most_closed":
        return lambda value: float(rules.standing.sum()) - value
    if name == "most_new":
        return lambda value: value - (limit - float(rules.most_new or 0))
    return lambda value: value


def _elastic(rules: SiteRules, row: int) -> Program:
    """The rules with one limit that may be broken, at a cost of 1 a unit."""
    limits = rules.limits()
    rigid = site_program(np.zeros(rules.sites), rules, limits=limits)
    slack = np.zeros((len(limits.names), 1))
    slack[row] = -1.0 if np.isfinite(limits.upper[row]) else 1.0
    return Program(
        cost=np.append(rigid.cost, 1.0),
        rows=csr_array(hstack([rigid.rows, slack])),
        row_lower=rigid.row_lower,
        row_upper=rigid.row_upper,
        lower=np.append(rigid.lower, 0.0),
        upper=np.append(rigid.upper, np.inf),
        whole=np.append(rigid.whole, False),
    )


def refuse(rules: SiteRules) -> NoReturn:
    """Say that no choice is allowed, and what to relax.

    Raises
    ------
    NoSiteAllowed
        Always.
    """
    found = relaxations(rules)
    if not found:
        raise NoSiteAllowed(
            "no choice of sites keeps all rules, and no single one of them is to blame: relax several, or bar and "
            "force fewer sites"
        )
    raise NoSiteAllowed(
        "no choice of sites keeps all rules; any one of these would do, and is the least that does: "
        + "; ".join(map(str, found))
    )
