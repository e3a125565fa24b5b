"""What all specifications agree on, and how far they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.multiverse_factors import FactorShares, factor_shares
from jingan_analysis.models.multiverse_specification import Specification
from jingan_analysis.models.multiverse_underserved import UnderservedRule

SPREAD_QUANTILES: Final = (0.0, 0.05, 0.5, 0.95, 1.0)
"""Lowest, 5 %, median, 95 % and highest rank over the specifications."""

_SPREAD_COLUMNS: Final = ("rank_min", "rank_p05", "rank_median", "rank_p95", "rank_max")


@dataclass(frozen=True)
class Multiverse:
    """Access of every unit under every specification.

    Attributes
    ----------
    specifications
        The choices, shape (n_specifications,).
    units
        Labels, sorted, shape (n_units,).
    access
        Persons-weighted mean access of the unit, supply per person, shape (n_specifications, n_units).
        NaN where it is known of nobody in the unit.
    district_access
        The same over all units, shape (n_specifications,).
    unknown_share
        Share of the unit's persons whose access is not known, shape (n_specifications, n_units).
    rank
        1 for the least access; equal units share their mean rank; NaN where access is unknown; shape
        (n_specifications, n_units).
    rank_spread
        Lowest, 5 %, median, 95 % and highest rank of every unit, shape (n_units, 5): the spread over
        choices, not a confidence interval. Over the specifications in which the unit's access is known.
    underserved
        Whether the rule marks the unit, shape (n_specifications, n_units).
    underserved_share
        Share of the specifications with known access in which the unit is underserved, shape (n_units,);
        NaN where it is never known.
    specifications_known
        Number of specifications in which the unit's access is known, shape (n_units,).
    always_underserved, never_underserved
        Underserved in every specification, in none; both False where a specification is unknown, shape
        (n_units,).
    rule
        What counts as underserved.
    drivers
        Which choice drives the disagreement of ranks.
    """

    specifications: tuple[Specification, ...]
    units: NDArray[np.object_]
    access: NDArray[np.float64]
    district_access: NDArray[np.float64]
    unknown_share: NDArray[np.float64]
    rank: NDArray[np.float64]
    rank_spread: NDArray[np.float64]
    underserved: NDArray[np.bool_]
    underserved_share: NDArray[np.float64]
    specifications_known: NDArray[np.int64]
    always_underserved: NDArray[np.bool_]
    never_underserved: NDArray[np.bool_]
    rule: UnderservedRule
    drivers: FactorShares

    def to_frame(self) -> pd.DataFrame:
        """One row a unit: spread of its rank and how often it is underserved."""
        spread = pd.DataFrame(self.rank_spread, columns=list(_SPREAD_COLUMNS))
        spread.insert(0, "unit", self.units)
        return spread.assign(
            underserved_share=self.underserved_share,
            always_underserved=self.always_underserved,
            never_underserved=self.never_underserved,
            specifications_known=self.specifications_known,
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: what holds under every choice, and which choice matters."""
        from jingan_analysis.showing import Fact, shown

        facts = [
            Fact("Specifications", len(self.specifications)),
            Fact("Units underserved under every one", int(self.always_underserved.sum())),
            Fact("Units underserved under none", int(self.never_underserved.sum())),
        ]
        notes = (
            f"Underserved: {self.rule.statement}.",
            "The spread of a rank is over choices; it is no confidence interval.",
        )
        ranks = shown("Multiverse: ranks of units under every choice", facts, self.to_frame(), notes=notes)
        return ranks + shown("Share of the variance of ranks by choice", frame=self.drivers.to_frame())

    def specification_frame(self) -> pd.DataFrame:
        """One row a specification and unit: the choices, ``access_per_person``, ``rank``, ``underserved``."""
        n_units = len(self.units)
        choices = pd.DataFrame(
            {
                "specification": [s.id for s in self.specifications],
                "method": [s.method for s in self.specifications],
                "decay": [s.decay for s in self.specifications],
                "minutes": [s.minutes for s in self.specifications],
                "walk_speed_mps": [s.walk_speed_mps for s in self.specifications],
                "denominator": [s.denominator for s in self.specifications],
            }
        )
        frame = choices.loc[choices.index.repeat(n_units)].reset_index(drop=True)
        return frame.assign(
            unit=np.tile(self.units, len(self.specifications)),
            access_per_person=self.access.ravel(),
            unknown_share=self.unknown_share.ravel(),
            rank=self.rank.ravel(),
            underserved=self.underserved.ravel(),
        )


def summarise(
    specifications: tuple[Specification, ...],
    units: NDArray[np.object_],
    access: NDArray[np.float64],
    district_access: NDArray[np.float64],
    unknown_share: NDArray[np.float64],
    rule: UnderservedRule,
) -> Multiverse:
    """Ranks, their spread, agreement and drivers from the access of units.

    Raises
    ------
    InvalidParameter
        If the specifications are not a full grid.
    """
    known = ~np.isnan(access)
    rank = unit_ranks(access)
    underserved = rule.mark(_rounded(access), _rounded_district(access, district_access)) & known
    specifications_known = known.sum(axis=0).astype(np.int64)
    share = np.full(len(units), np.nan)
    np.divide(underserved.sum(axis=0), specifications_known, out=share, where=specifications_known > 0)
    return Multiverse(
        specifications=specifications,
        units=units,
        access=access,
        district_access=district_access,
        unknown_share=unknown_share,
        rank=rank,
        rank_spread=_spread(rank),
        underserved=underserved,
        underserved_share=share,
        specifications_known=specifications_known,
        always_underserved=np.asarray(underserved.all(axis=0)),
        never_underserved=np.asarray((known & ~underserved).all(axis=0)),
        rule=rule,
        drivers=factor_shares(specifications, rank),
    )


def unit_ranks(access: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank of every unit in every specification: 1 for the least access, ties share their mean rank.

    Units whose access differs by less than one part in 10¹² of the highest are tied: the order in which a sum
    was added up makes nobody worse off. Unknown stays NaN and takes no rank from the others.
    """
    from scipy.stats import rankdata

    return np.asarray(rankdata(_rounded(access), axis=1, nan_policy="omit"), dtype=np.float64)


def _scale(access: NDArray[np.float64]) -> NDArray[np.float64]:
    """A power of ten above the highest access of each specification, shape (n_specifications, 1)."""
    highest = np.max(access, axis=1, initial=0.0, where=~np.isnan(access))
    exponent = np.ceil(np.log10(np.where(highest > 0.0, highest, 1.0)))
    return np.asarray(10.0**exponent)[:, None]


def _rounded(access: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = _scale(access)
    return np.asarray(np.round(access / scale, 12) * scale)


def _rounded_district(access: NDArray[np.float64], district: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = _scale(access)[:, 0]
    return np.asarray(np.round(district / scale, 12) * scale)


def _spread(rank: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = np.full((rank.shape[1], len(SPREAD_QUANTILES)), np.nan)
    known = ~np.isnan(rank).all(axis=0)
    if known.any():
        spread[known] = np.nanquantile(rank[:, known], SPREAD_QUANTILES, axis=0).T
    return spread
