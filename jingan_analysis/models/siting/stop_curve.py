"""What each further site is worth, and where to stop."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter, NoSiteAllowed
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.kinds import Kinds
from jingan_analysis.models.siting.maximal_coverage import most_covered
from jingan_analysis.models.siting.plan import Coverage
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class StopCurve:
    """The best choice for each number of new sites.

    Attributes
    ----------
    new_sites
        Numbers for which some choice is allowed, rising by 1, shape (n,).
    plans
        The best choice with at most as many new sites.
    """

    new_sites: Integers
    plans: tuple[Coverage, ...]

    @property
    def covered(self) -> Floats:
        """People covered, not falling, shape (n,)."""
        return np.array([plan.value for plan in self.plans])

    @property
    def gained(self) -> Floats:
        """People whom one new site more brings near to one, NaN for the first number, shape (n,).

        A site may be worth more than the one before: sites of the best few need not be among those of the best many.
        """
        return np.append(np.nan, np.diff(self.covered))

    def stop_at(self, worthwhile: float) -> int:
        """The most new sites of which the last one still brings at least so many people near."""
        enough = np.flatnonzero(self.gained >= worthwhile)
        return int(self.new_sites[enough[-1]] if len(enough) else self.new_sites[0])

    def to_frame(self) -> pd.DataFrame:
        """One row a number: ``new_sites``, ``covered``, ``gained``, ``bound`` and ``gap``."""
        return pd.DataFrame(
            {
                "new_sites": self.new_sites,
                "covered": self.covered,
                "gained": self.gained,
                "bound": [plan.bound for plan in self.plans],
                "gap": [plan.gap for plan in self.plans],
            }
        )


def stop_curve(
    near: ArrayLike | csr_array, people: ArrayLike, rules: SiteRules, *, most_new: int, effort: Effort = PROOF
) -> StopCurve:
    """Solve the maximal coverage for 0, 1, ... new sites, each search begun at the answer before.

    Ends early once everybody is covered whom a site could cover.

    Parameters
    ----------
    near, people, effort
        As in :func:`~jingan_analysis.models.siting.maximal_coverage.maximal_coverage`.
    rules
        Which choices are allowed; their ``most_new`` is replaced.
    most_new
        The last number of new sites, at least 0.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, or ``most_new`` is below 0.
    NoSiteAllowed
        If no number of new sites up to ``most_new`` keeps the rules.
    """
    if most_new < 0:
        raise InvalidParameter(f"most_new={most_new!r} must be a whole number of at least 0")
    kinds = Kinds.of(near, rules)
    amounts = quantity("people", people, length=len(kinds.number))
    numbers: list[int] = []
    plans: list[Coverage] = []
    for count in range(most_new + 1):
        allowed = replace(rules, most_new=count)
        try:
            plan = most_covered(kinds, amounts, allowed, effort=effort, start=plans[-1].chosen if plans else None)
        except NoSiteAllowed:
            # Fewer new sites than are forced, or than quotas ask for.
            continue
        numbers.append(count)
        plans.append(plan)
        if plan.missed == 0:
            break
    if not plans:
        refuse(replace(rules, most_new=most_new))
    return StopCurve(np.array(numbers, dtype=np.int64), tuple(plans))
