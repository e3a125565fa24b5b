"""Whether a finding depends on how access is measured: the same question under every reasonable choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.models.multiverse import BelowMeanShare, multiverse, specification_grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jingan_analysis.measures.decay import Decay
    from jingan_analysis.models.multiverse import Multiverse
    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.studies.units import Units
    from jingan_analysis.studies.walking_parameters import WalkingParams

METHODS = ("e2sfca", "3sfca", "m2sfca")
DECAYS: tuple[Decay, ...] = ("uniform", "gaussian", "linear")
ALL = "specifications"
"""Row of all combinations in the table of choices."""


@dataclass(frozen=True, eq=False)
class RobustnessQuestion:
    """What is varied.

    Attributes
    ----------
    near
        Sites, their supply, and where people live.
    persons
        People at each demand point by denominator, each of shape (n_points,).
    """

    near: SupplyNear
    persons: Mapping[str, NDArray[np.float64]]

    @property
    def params(self) -> WalkingParams:
        """Time limits and speeds."""
        return self.near.params

    @property
    def units(self) -> Units:
        """Sub-districts."""
        return self.near.units

    @cached_property
    def found(self) -> Multiverse | None:
        """Ranks under every choice; None with one sub-district or without any supply of known size in reach."""
        known = np.isfinite(self.near.supply) & (self.near.supply > 0)
        if len(self.units) < 2 or not known[self.near.walks.destination].any():
            return None
        chosen = specification_grid(
            methods=METHODS,
            minutes=tuple(dict.fromkeys(self.params.thresholds_minutes)),
            decays=DECAYS,
            walk_speeds_mps=tuple(dict.fromkeys(self.params.walk_speeds_mps)),
            denominators=tuple(self.persons),
        )
        return multiverse(
            self.near.walks,
            self.persons,
            self.near.supply,
            self.near.residents.unit,
            chosen,
            underserved=BelowMeanShare(self.params.low_access_share),
            outside=~self.near.residents.inside,
        )


def by_subdistrict(question: RobustnessQuestion) -> pd.DataFrame | None:
    """Spread of the rank and how often a sub-district is underserved, one row a sub-district."""
    found = question.found
    if found is None:
        return None
    frame = found.to_frame()
    frame.index = pd.Index([question.units.codes[int(row)] for row in frame["unit"]])
    columns = ["rank_median", "rank_p05", "rank_p95", "rank_min", "rank_max", "underserved_share"]
    kept = frame[columns].reindex(question.units.codes)
    always = frame["always_underserved"].reindex(question.units.codes, fill_value=False)
    never = frame["never_underserved"].reindex(question.units.codes, fill_value=False)
    verdict = np.where(always, "always", np.where(never, "never", "depends"))
    return kept.assign(verdict=np.where(kept["rank_median"].isna(), "unknown", verdict))


def choices(question: RobustnessQuestion) -> pd.DataFrame | None:
    """What each choice contributes to the disagreement of ranks.

    Returns
    -------
    DataFrame
        ``options`` and ``share`` of the variance of ranks; one row a choice with several options, one for interactions,
        and one for all combinations.
    """
    found = question.found
    if found is None:
        return None
    drivers = found.drivers
    rows = {
        name: {
            "options": float(len({getattr(specification, name) for specification in found.specifications})),
            "share": float(share),
        }
        for name, share in zip(drivers.factors, drivers.main, strict=True)
    }
    rows["interactions"] = {"options": np.nan, "share": drivers.interactions}
    rows[ALL] = {"options": float(len(found.specifications)), "share": np.nan}
    return pd.DataFrame.from_dict(rows, orient="index")
