"""When a unit counts as underserved: two rules, each with its parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter


class UnderservedRule(Protocol):
    """Tells underserved units from the others, one specification a row."""

    @property
    def statement(self) -> str:
        """The rule in words."""

    def mark(self, access: NDArray[np.float64], district_access: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Underserved units; access (n_specifications, n_units), district_access (n_specifications,)."""


@dataclass(frozen=True)
class BelowMeanShare:
    """A unit whose mean access is below a share of the district's mean, or 0.

    A unit exactly at the share is not underserved. A unit of unknown access is not marked; who asks
    must look at the unknown ones too.

    Raises
    ------
    InvalidParameter
        If the share does not lie between 0 (excluded) and 1.
    """

    share: float = 0.5

    def __post_init__(self) -> None:
        _check_share(self.share)

    @property
    def statement(self) -> str:
        """The rule in words."""
        return f"mean access is 0 or below {self.share:.0%} of the district's mean"

    def mark(self, access: NDArray[np.float64], district_access: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Underserved units, shape (n_specifications, n_units)."""
        return np.asarray((access == 0.0) | (access < self.share * district_access[:, None]), dtype=np.bool_)


@dataclass(frozen=True)
class LowestShare:
    """A unit among the lowest share of the units and below the district's mean, or 0.

    With n units of known access, a unit is among the lowest if fewer than share × n units (but at
    least the very lowest) are strictly lower counted with itself; equal units stand or fall together.
    Where all units are alike, none is underserved.

    Raises
    ------
    InvalidParameter
        If the share does not lie between 0 (excluded) and 1.
    """

    share: float = 0.25

    def __post_init__(self) -> None:
        _check_share(self.share)

    @property
    def statement(self) -> str:
        """The rule in words."""
        return f"mean access is 0, or among the lowest {self.share:.0%} of units and below the district's mean"

    def mark(self, access: NDArray[np.float64], district_access: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Underserved units, shape (n_specifications, n_units)."""
        from scipy.stats import rankdata

        rank = rankdata(access, method="min", axis=1, nan_policy="omit")
        places = np.maximum(1.0, self.share * (~np.isnan(access)).sum(axis=1))[:, None]
        low = (rank <= places + 1e-9) & (access < district_access[:, None])
        return np.asarray((access == 0.0) | low, dtype=np.bool_)


def _check_share(share: float) -> None:
    if not 0.0 < share <= 1.0:
        raise InvalidParameter(f"share={share!r} must lie above 0 and at most at 1, such as 0.5 for one half")
