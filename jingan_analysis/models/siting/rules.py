"""Which sites may stand together: how many, what they cost, what exists already, what each unit must have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

NO_UNIT = -1
"""Unit of a site that counts for none."""


@dataclass(frozen=True)
class Limits:
    """Linear limits on the choice of sites: lower <= rows x <= upper, with a name for each row.

    Attributes
    ----------
    rows
        Shape (r, s).
    lower, upper
        Infinite where there is no limit, shape (r,).
    names
        What a limit is about, for messages and for what to relax: a key of ``SiteRules``, and a position for units.
    """

    rows: csr_array
    lower: Floats
    upper: Floats
    names: tuple[tuple[str, int | None], ...]

    def excess(self, chosen: Mask) -> Floats:
        """By how much a choice breaks each limit, 0 where it keeps it, shape (r,)."""
        at = self.rows @ chosen.astype(np.float64)
        return np.asarray(np.maximum(np.maximum(self.lower - at, at - self.upper), 0.0), dtype=np.float64)


@dataclass(frozen=True)
class SiteRules:
    """Which sets of sites may be chosen.

    Attributes
    ----------
    sites
        Number of sites s: those that stand already and candidates together.
    most_new
        Most sites opened that do not stand yet; None sets no limit.
    standing
        Sites that exist already; they stay unless they may close, shape (s,).
    may_close
        Standing sites that may be closed, shape (s,).
    most_closed
        Most standing sites closed; None sets no limit.
    moves
        Whether each site that closes allows one new site more, so that it may be said to move.
    forced, barred
        Sites that must be chosen, or must not, shape (s,).
    cost, budget
        What each chosen site costs, 0 or more, shape (s,), and the most that all may cost together.
    unit, least_in_unit, most_in_unit
        Unit of each site, ``NO_UNIT`` for none, shape (s,); the fewest and the most sites of each unit, shape (u,).
    """

    sites: int
    most_new: int | None = None
    standing: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    may_close: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    most_closed: int | None = None
    moves: bool = False
    forced: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    barred: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    cost: Floats | None = None
    budget: float | None = None
    unit: Integers | None = None
    least_in_unit: Integers | None = None
    most_in_unit: Integers | None = None

    def __post_init__(self) -> None:
        for name in ("standing", "may_close", "forced", "barred"):
            if not len(getattr(self, name)):
                object.__setattr__(self, name, np.zeros(self.sites, dtype=np.bool_))
        if faults := [*self._shape_faults(), *self._count_faults(), *self._unit_faults()]:
            raise InvalidParameter("; ".join(faults))
        both = self.forced & self.barred
        if both.any():
            raise InvalidParameter(f"{int(both.sum())} sites are forced and barred, the first at {int(both.argmax())}")

    def _shape_faults(self) -> list[str]:
        faults = []
        if isinstance(self.sites, bool) or self.sites < 1:
            faults.append(f"sites={self.sites!r} must be a whole number of at least 1")
        for name in ("standing", "may_close", "forced", "barred"):
            mask = getattr(self, name)
            if mask.dtype != np.bool_ or mask.shape != (self.sites,):
                faults.append(f"{name} must be true or false for each of {self.sites} sites")
            elif name == "may_close" and (mask & ~self.standing).any():
                faults.append("may_close names a site that does not stand")
        if (self.cost is None) != (self.budget is None):
            faults.append("cost and budget belong together: give both or neither")
        elif self.cost is not None and self.budget is not None:
            try:
                quantity("cost", self.cost, length=self.sites)
                quantity("budget", [self.budget])
            except InvalidParameter as fault:
                faults.append(str(fault))
        return faults

    def _count_faults(self) -> list[str]:
        found = []
        for name in ("most_new", "most_closed"):
            count = getattr(self, name)
            if count is not None and (isinstance(count, bool) or count != int(count) or count < 0):
                found.append(f"{name}={count!r} must be a whole number of at least 0, or None for no limit")
        return found

    def _unit_faults(self) -> list[str]:
        if self.unit is None:
            given = [name for name in ("least_in_unit", "most_in_unit") if getattr(self, name) is not None]
            return [f"{name} asks for the unit of each site" for name in given]
        faults = []
        if self.unit.shape != (self.sites,) or self.unit.dtype.kind not in "iu" or (self.unit < NO_UNIT).any():
            faults.append(f"unit must be a position, or {NO_UNIT} for none, for each of {self.sites} sites")
        units = int(self.unit.max(initial=NO_UNIT)) + 1
        for name in ("least_in_unit", "most_in_unit"):
            quota = getattr(self, name)
            if quota is not None and (quota.ndim != 1 or len(quota) < units or (quota < 0).any()):
                faults.append(f"{name} must be a number of at least 0 for each of {units} units")
        return faults

    @cached_property
    def kept(self) -> Mask:
        """Sites of every choice: forced, and standing ones that may not close, shape (s,)."""
        return self.forced | (self.standing & ~self.may_close & ~self.barred)

    @cached_property
    def free(self) -> Mask:
        """Sites that may be chosen or not, shape (s,)."""
        return ~self.kept & ~self.barred

    @cached_property
    def only_a_count(self) -> bool:
        """Whether the rules are no more than a number of new sites beside those that are kept."""
        plain = self.budget is None and self.unit is None and self.most_new is not None
        return plain and not (self.standing & ~self.kept).any()

    @cached_property
    def room(self) -> int:
        """New sites that a count leaves beside those that are kept; below 0 where too many are forced."""
        return int(self.most_new or 0) - int(np.count_nonzero(self.kept & ~self.standing))

    def limits(self) -> Limits:
        """All limits but forced and barred sites, as rows."""
        return self._limits

    @cached_property
    def _limits(self) -> Limits:
        rows, lower, upper, names = [], [], [], []

        def add(name: str, row: Floats, least: float, most: float, position: int | None = None) -> None:
            rows.append(row)
            lower.append(least)
            upper.append(most)
            names.append((name, position))

        stand = self.standing.astype(np.float64)
        if self.most_new is not None:
            # Chosen new ones, less closed ones where those move: a constant of the closed goes to the limit.
            back = stand if self.moves else 0.0 * stand
            add("most_new", (1.0 - stand) + back, -np.inf, self.most_new + float(back.sum()))
        if self.most_closed is not None:
            add("most_closed", stand, float(stand.sum()) - self.most_closed, np.inf)
        if self.cost is not None and self.budget is not None:
            add("budget", np.asarray(self.cost, dtype=np.float64), -np.inf, float(self.budget))
        self._add_units(add)
        matrix = csr_array(np.array(rows).reshape(len(rows), self.sites))
        return Limits(matrix, np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64), tuple(names))

    def _add_units(self, add: Callable[..., None]) -> None:
        if self.unit is None:
            return
        for name in ("least_in_unit", "most_in_unit"):
            quota = getattr(self, name)
            for position, count in enumerate([] if quota is None else quota.tolist()):
                inside = (self.unit == position).astype(np.float64)
                least, most = (count, np.inf) if name == "least_in_unit" else (-np.inf, count)
                if name == "most_in_unit" or count > 0:
                    add(name, inside, float(least), float(most), position)

    def allows(self, chosen: Mask) -> bool:
        """Whether a choice keeps all rules, with a hair of room for sums of costs."""
        if (self.kept & ~chosen).any() or (self.barred & chosen).any():
            return False
        return not (self.limits().excess(chosen) > 1e-9 * (1.0 + (self.budget or 0.0))).any()
