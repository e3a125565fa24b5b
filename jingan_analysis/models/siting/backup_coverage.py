"""Which sites bring people near to one, and as many as possible near to a second one for when the first is shut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.siting.infeasible import refuse
from jingan_analysis.models.siting.integer_program import PROOF, Effort, Program, solve
from jingan_analysis.models.siting.kinds import Kinds
from jingan_analysis.models.siting.plan import open_share
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import allowed_choice, site_program
from jingan_analysis.models.siting.start import starting_choice

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class BackupCoverage:
    """Sites, and how many of them are near each group.

    Attributes
    ----------
    chosen
        Sites, those that stand already among them, shape (s,).
    people
        People of each group, shape (g,).
    times
        Chosen sites near each group, shape (g,).
    first_share
        What having one site near counts, 0 to 1; a second one counts the rest of 1.
    bound
        No choice that the rules allow has a larger value.
    """

    chosen: Mask
    people: Floats
    times: Integers
    first_share: float
    bound: float

    @property
    def covered(self) -> float:
        """People with one chosen site near or more."""
        return float(self.people[self.times >= 1].sum())

    @property
    def backed_up(self) -> float:
        """People with two chosen sites near or more."""
        return float(self.people[self.times >= 2].sum())

    @property
    def value(self) -> float:
        """People covered and people backed up, each counted with its share."""
        return self.first_share * self.covered + (1.0 - self.first_share) * self.backed_up

    @property
    def gap(self) -> float:
        """Bound less value as a share of the bound; 0 for a proven optimum, up to the last digits of sums."""
        return open_share(self.value, self.bound)


def backup_coverage(
    near: ArrayLike | csr_array,
    people: ArrayLike,
    rules: SiteRules,
    *,
    first_share: float = 0.5,
    effort: Effort = PROOF,
    start: Mask | None = None,
) -> BackupCoverage:
    r"""Choose sites so that many people have one near, and many a second one.

    .. math::
        \max_{x, z, u} \sum_i w_i \big(\theta z_i + (1 - \theta) u_i\big) \quad\text{subject to}\quad
        z_i + u_i \le \sum_{j \in N(i)} x_j, \quad 0 \le u_i \le z_i \le 1, \quad x \in X, \quad x_j \in \{0, 1\}

    Where
        x_j     whether site j is chosen, X the choices that the rules allow; N(i) the sites near group i;
        z_i     whether group i has a chosen site near, u_i whether it has a second one; w_i its people;
        theta   what the first one counts.

    The backup coverage location problem in its form with weights (Hogan and ReVelle 1986, BACOP2). Standing and forced
    sites count like others. From 0.5 on the first site near counts no less than the second, and z takes it by itself;
    below, half a first and half a second one would be worth more than one whole first, so that z must be whole.

    Parameters
    ----------
    near
        Which groups are near which sites, true or false, shape (g, s), dense or sparse.
    people
        People of each group, 0 or more, shape (g,).
    rules
        Which choices are allowed.
    first_share
        What one site near counts, 0 to 1: 1 is maximal coverage, 0.5 counts both alike, and 0 counts only people with
        two.
    effort
        When to end without a proof; the answer carries the best bound then.
    start
        A choice to begin from, shape (s,); disregarded where the rules do not allow it.

    Raises
    ------
    InvalidParameter
        If shapes do not fit, people are no amounts, or the share is not from 0 to 1.
    NoSiteAllowed
        If no choice keeps the rules; the message says which rules to relax, and by how much.

    Notes
    -----
    Hogan, K. and ReVelle, C. (1986), Concepts and applications of backup coverage, *Management Science* 32.
    """
    if not 0.0 <= first_share <= 1.0:
        raise InvalidParameter(
            f"first_share={first_share!r} must be a share from 0 to 1, such as 0.8: what one site near counts; a "
            "second one counts the rest"
        )
    kinds = Kinds.of(near, rules)
    amounts = quantity("people", people, length=len(kinds.number))
    first = starting_choice(start, rules)
    program = _program(kinds, amounts, rules, float(first_share))
    answer = solve(program.whole, effort=effort, start=None if first is None else program.point(first))
    known = [] if first is None else [first]
    if answer.x is not None and rules.allows(chosen := answer.x[: rules.sites] > 0.5):
        known.append(chosen)
    if not known:
        # A search cut short may end without a choice: any one that the rules allow is an answer, if a poor one.
        chosen_anyhow = allowed_choice(rules)
        if chosen_anyhow is None:
            refuse(rules)
        known.append(chosen_anyhow)
    found = (_result(kinds.matrix, amounts, chosen, float(first_share), -answer.bound) for chosen in known)
    return max(found, key=lambda one: one.value)


def _result(matrix: csr_array, people: Floats, chosen: Mask, first_share: float, bound: float) -> BackupCoverage:
    times = np.asarray(matrix @ chosen.astype(np.int64), dtype=np.int64)
    found = BackupCoverage(chosen, people, times, first_share, bound)
    # The sum of the data and that of the solver may differ in the last digits.
    return found if bound >= found.value else BackupCoverage(chosen, people, times, first_share, found.value)


@dataclass(frozen=True)
class _Backed:
    """The program; columns are sites, whether each kind has one near, and whether it has a second one."""

    kinds: csr_array
    whole: Program

    def point(self, chosen: Mask) -> Floats:
        """A choice as a point of the program."""
        times = self.kinds @ chosen.astype(np.float64)
        return np.concatenate([chosen, times >= 1, times >= 2]).astype(np.float64)


def _program(every: Kinds, people: Floats, rules: SiteRules, first_share: float) -> _Backed:
    """Groups near the very same sites are one; those without people, or near no site, are none."""
    together = every.sums(people)
    asking = (together > 0) & (np.diff(every.near.indptr) > 0)
    kinds, weight = csr_array(every.near[asking], dtype=np.float64), together[asking]
    choice, count = site_program(np.zeros(rules.sites), rules), len(weight)
    one, none = eye_array(count), csr_array((count, rules.sites))
    rows = [
        hstack([kinds, -one, -one]),
        hstack([none, one, -one]),
        hstack([choice.rows, csr_array((choice.rows.shape[0], 2 * count))]),
    ]
    program = Program(
        cost=np.concatenate([choice.cost, -first_share * weight, -(1.0 - first_share) * weight]),
        rows=csr_array(vstack(rows)),
        row_lower=np.concatenate([np.zeros(2 * count), choice.row_lower]),
        row_upper=np.concatenate([np.full(2 * count, np.inf), choice.row_upper]),
        lower=np.concatenate([choice.lower, np.zeros(2 * count)]),
        upper=np.concatenate([choice.upper, np.ones(2 * count)]),
        whole=np.concatenate([choice.whole, np.full(count, first_share < 0.5), np.zeros(count, dtype=np.bool_)]),
    )
    return _Backed(kinds, program)
