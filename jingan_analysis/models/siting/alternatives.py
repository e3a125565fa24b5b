"""Other choices that are nearly as good, so that planners have something to negotiate about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.integer_program import PROOF, Effort, solve
from jingan_analysis.models.siting.kinds import Demands, Kinds, covering_program
from jingan_analysis.models.siting.maximal_coverage import coverage_of, most_covered
from jingan_analysis.models.siting.plan import Coverage
from jingan_analysis.models.siting.rules import SiteRules

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Alternatives:
    """The best choice and others nearly as good.

    Attributes
    ----------
    plans
        Best first; the first is an optimum. The bound of each holds for all that differ enough from those before it.
    within
        Share of the optimum that an alternative may lack.
    differ
        Sites that an alternative leaves out, at least, of each plan before it.
    complete
        Whether no further choice is within the share and differs as much: proven.
    """

    plans: tuple[Coverage, ...]
    within: float
    differ: int
    complete: bool

    @property
    def frequency(self) -> Floats:
        """Share of the plans that have each site, shape (s,)."""
        return np.asarray(np.mean([plan.chosen for plan in self.plans], axis=0), dtype=np.float64)

    @property
    def always(self) -> Mask:
        """Sites that all plans have, shape (s,); where the list is complete, nothing as good does without them."""
        return np.asarray(np.all([plan.chosen for plan in self.plans], axis=0))

    def to_frame(self) -> pd.DataFrame:
        """One row a plan: ``covered``, ``lost`` against the best, and ``exchanged``, sites that the best has not."""
        best = self.plans[0]
        return pd.DataFrame(
            {
                "covered": [plan.value for plan in self.plans],
                "lost": [best.value - plan.value for plan in self.plans],
                "exchanged": [int((plan.chosen & ~best.chosen).sum()) for plan in self.plans],
            }
        )


def alternatives(
    near: ArrayLike | csr_array,
    people: ArrayLike,
    rules: SiteRules,
    *,
    within: float = 0.02,
    differ: int = 1,
    most: int = 20,
    effort: Effort = PROOF,
) -> Alternatives:
    r"""Find the best choice, then the best of those that differ from all before, while it lacks little.

    .. math::
        \max_{x, z} \sum_i w_i z_i \quad\text{subject to}\quad
        \sum_{j \in P} (1 - x_j) \ge d \quad\text{for all plans } P \text{ before}, \quad
        \sum_i w_i z_i \ge (1 - \varepsilon) W^*

    Where
        x_j   whether site j is chosen; z_i whether group i, with w_i people, has one near;
        P     sites of a plan that may be left out; d the sites that must be;
        W*    people covered by the best choice, epsilon the share that may be lacking.

    The alternatives of modelling to generate them (Brill, Chang and Hopkins 1982), in order of what they cover.

    Parameters
    ----------
    near, people, rules
        As in :func:`~jingan_analysis.models.siting.maximal_coverage.maximal_coverage`.
    within
        Share of the optimum that an alternative may lack, from 0 to below 1.
    differ
        Sites that an alternative leaves out of each plan before it, at least 1.
    most
        Plans after which the search ends, the best one counted.
    effort
        Effort of each plan; a search that it cuts short ends the list.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, or a number is out of its range.
    NoSiteAllowed
        If no choice keeps the rules.

    Notes
    -----
    Brill, E. D., Chang, S.-Y. and Hopkins, L. D. (1982), Modeling to generate alternatives: the HSJ approach and an
    illustration using a problem in land use planning, *Management Science* 28.
    """
    faults = [] if 0 <= within < 1 else [f"within={within!r} must be a share from 0 to below 1"]
    faults += [f"{name}={n!r} must be at least 1" for name, n in (("differ", differ), ("most", most)) if n < 1]
    if faults:
        raise InvalidParameter("; ".join(faults))
    kinds = Kinds.of(near, rules)
    amounts = quantity("people", people, length=len(kinds.number))
    plans, complete = [most_covered(kinds, amounts, rules, effort=effort)], False
    least = (1 - within) * plans[0].value
    while len(plans) < most and not complete:
        found, complete = _following(kinds, amounts, rules, plans, least, differ, effort)
        if found is None:
            break
        plans.append(found)
    return Alternatives(tuple(plans), within, differ, complete)


def _following(
    kinds: Kinds, people: Floats, rules: SiteRules, plans: list[Coverage], least: float, differ: int, effort: Effort
) -> tuple[Coverage | None, bool]:
    """The best choice that differs from all plans and covers enough; None, and whether there is none for certain."""
    gain = kinds.sums(people)
    left_out = np.array([plan.chosen & rules.free for plan in plans], dtype=np.float64)
    demands = Demands.stack(
        [
            Demands.of(kinds, sites=left_out, upper=left_out.sum(axis=1) - differ),
            Demands.of(kinds, covered=gain, lower=least * (1 - 1e-9)),
        ]
    )
    answer = solve(covering_program(kinds, rules, gain, demands), effort=effort)
    if answer.x is None:
        return None, not answer.possible
    chosen = answer.x[: rules.sites] > 0.5
    return coverage_of(kinds, people, rules, chosen, bound=-answer.bound), False
