"""Groups near the very same sites as one kind, and the integer program of covering them under further demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, hstack, vstack

from jingan_analysis.models.siting.alike import alike
from jingan_analysis.models.siting.integer_program import Program
from jingan_analysis.models.siting.near import near_pairs
from jingan_analysis.models.siting.rules import SiteRules
from jingan_analysis.models.siting.site_program import site_program

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Kinds:
    """Kinds of groups.

    Attributes
    ----------
    matrix
        Which groups are near which sites, shape (g, s).
    near
        Which kinds are near which sites, shape (k, s).
    number
        Kind of each group, shape (g,).
    """

    matrix: csr_array
    near: csr_array
    number: Integers

    @classmethod
    def of(cls, near: ArrayLike | csr_array, rules: SiteRules) -> Kinds:
        """The kinds of a table of who is near what.

        Raises
        ------
        InvalidParameter
            If it does not hold true or false for each group and each of the rules' sites.
        """
        matrix = near_pairs(near, rules)
        first, number = alike(matrix)
        return cls(matrix, csr_array(matrix[first]), number)

    def __len__(self) -> int:
        return int(self.near.shape[0])

    def sums(self, amounts: Floats) -> Floats:
        """Amounts of groups by kind: shape (k,) of (g,), or (r, k) of (r, g)."""
        if amounts.ndim == 1:
            return np.bincount(self.number, weights=amounts, minlength=len(self)).astype(np.float64)
        return np.array([self.sums(row) for row in amounts]).reshape(len(amounts), len(self))

    def covered(self, chosen: Mask) -> Mask:
        """Groups with a chosen site near, shape (g,)."""
        return np.asarray((self.near @ chosen.astype(np.int32) > 0)[self.number])


@dataclass(frozen=True)
class Demands:
    """Further limits of a covering: lower <= sites x + covered z + more t <= upper.

    Attributes
    ----------
    sites, covered, more
        Shapes (r, s), (r, k) and (r, m).
    lower, upper
        Infinite where there is no limit, shape (r,).
    """

    sites: csr_array
    covered: csr_array
    more: csr_array
    lower: Floats
    upper: Floats

    @classmethod
    def of(
        cls,
        kinds: Kinds,
        *,
        sites: ArrayLike | None = None,
        covered: ArrayLike | None = None,
        more: ArrayLike | None = None,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> Demands:
        """Limits of which parts may be left out."""
        given = {
            name: part for name, part in (("sites", sites), ("covered", covered), ("more", more)) if part is not None
        }
        parts = {name: csr_array(np.atleast_2d(np.asarray(part, dtype=np.float64))) for name, part in given.items()}
        rows = next(iter(parts.values())).shape[0]
        widths = {"sites": int(kinds.near.shape[1]), "covered": len(kinds), "more": 0}
        whole = {name: parts.get(name, csr_array((rows, width))) for name, width in widths.items()}
        return cls(
            **whole, lower=np.broadcast_to(lower, rows).astype(float), upper=np.broadcast_to(upper, rows).astype(float)
        )

    @classmethod
    def stack(cls, parts: Sequence[Demands]) -> Demands:
        """Several limits as one; each with the same further amounts."""
        one = {
            name: csr_array(vstack([getattr(part, name) for part in parts])) for name in ("sites", "covered", "more")
        }
        limits = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("lower", "upper")}
        return cls(**one, **limits)


def covering_program(
    kinds: Kinds, rules: SiteRules, gain: Floats, demands: Demands | None = None, *, more_cost: Floats | None = None
) -> Program:
    r"""Choose sites for the most gain from kinds that are covered.

    .. math::
        \max_{x, z, t} \sum_k g_k z_k - \sum_m c_m t_m \quad\text{subject to}\quad z_k \le \sum_{j \in N(k)} x_j,
        \quad l \le A x + B z + C t \le u, \quad x \in X, \quad 0 \le z \le 1, \quad t \ge 0

    Where
        x_j   whether site j is chosen, X the choices that the rules allow;
        z_k   whether kind k is covered, g_k its gain, N(k) the sites near it;
        t_m   a further amount, c_m its cost.

    The covered share z of a kind need not be whole: with whole sites it is 0 or 1 wherever more of it is never worse.

    Returns
    -------
    Program
        Columns are the sites, the kinds, then the further amounts; what it minimises is the cost less the gain.
    """
    more_cost = np.zeros(0) if more_cost is None else more_cost
    count, sites, more = len(kinds), rules.sites, len(more_cost)
    choice = site_program(np.zeros(sites), rules)
    one = csr_array((np.ones(count), (np.arange(count), np.arange(count))), shape=(count, count))
    rows = [
        hstack([kinds.near.astype(np.float64), -one, csr_array((count, more))]),
        hstack([choice.rows, csr_array((choice.rows.shape[0], count + more))]),
    ]
    lower, upper = [np.zeros(count), choice.row_lower], [np.full(count, np.inf), choice.row_upper]
    if demands is not None:
        rows.append(hstack([demands.sites, demands.covered, demands.more]))
        lower.append(demands.lower)
        upper.append(demands.upper)
    return Program(
        cost=np.concatenate([choice.cost, -gain, more_cost]),
        rows=csr_array(vstack(rows)),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
        lower=np.concatenate([choice.lower, np.zeros(count + more)]),
        upper=np.concatenate([choice.upper, np.ones(count), np.full(more, np.inf)]),
        whole=np.concatenate([choice.whole, np.zeros(count + more, dtype=np.bool_)]),
    )


def covering_point(kinds: Kinds, chosen: Mask, more: Floats | None = None) -> Floats:
    """A choice as a point of the program."""
    covered = kinds.near @ chosen.astype(np.int32) > 0
    return np.concatenate([chosen, covered, np.zeros(0) if more is None else more]).astype(np.float64)
