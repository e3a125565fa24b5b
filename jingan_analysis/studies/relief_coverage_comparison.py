"""Sub-districts compared fairly: shares drawn towards their mean, and limits that chance keeps to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.empirical_bayes import shrunken_shares
from jingan_analysis.measures.funnel import FEWEST_UNITS, funnel_of_shares
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jingan_analysis.measures.empirical_bayes import ShrunkenShares
    from jingan_analysis.measures.funnel import Funnel

POSITIONS = {-2: "far_below", -1: "below", 0: "within", 1: "above", 2: "far_above"}
"""Codes of the table by where a unit lies: beyond the outer, beyond the inner limits, within."""
_CURVE_POINTS = 60


@dataclass(frozen=True)
class Comparison:
    """The shares of never served households of all units.

    Attributes
    ----------
    frame
        One row a unit and the district last: ``eligible``, ``never_served``, ``raw``, ``shrunken``, ``lower``, ``upper``,
        ``weight``, ``position`` by chance alone and ``position_widened`` with over-dispersion allowed for.
    shrunken, funnel
        The models behind it.
    """

    frame: pd.DataFrame
    shrunken: ShrunkenShares
    funnel: Funnel

    def limits(self) -> pd.DataFrame:
        """The funnel's limits for drawing, by eligible households; widened ones where the units vary more than by chance."""
        largest = float(self.funnel.denominator.max())
        sizes = np.unique(np.ceil(np.linspace(largest / _CURVE_POINTS, largest * 1.04, _CURVE_POINTS)))
        drawn = self.funnel.limits_at(sizes, widened=True)
        names = ("lower_inner", "upper_inner", "lower_outer", "upper_outer")
        return pd.DataFrame({name: getattr(drawn, name) for name in names}, index=sizes)


def comparison(
    never_served: pd.Series, unit: pd.Series, rows: Sequence[str], *, confidence: float
) -> Comparison | None:
    """Compare units by their share of never served households; None where too few units have eligible ones.

    Parameters
    ----------
    never_served
        Whether each eligible household was never served.
    unit
        Code of the sub-district of each, with the same index.
    rows
        Codes of all units, in the order of the table.
    """
    counts = pd.DataFrame({"eligible": True, "never_served": never_served}).groupby(unit).sum()
    counts = counts.reindex(list(rows), fill_value=0).astype("int64")
    if (counts["eligible"] > 0).sum() < FEWEST_UNITS:
        return None
    part, whole = counts["never_served"].to_numpy(), counts["eligible"].to_numpy()
    shrunken = shrunken_shares(part, whole, confidence=confidence)
    funnel = funnel_of_shares(part, whole)
    frame = counts.assign(
        raw=shrunken.raw,
        shrunken=shrunken.shrunken,
        lower=shrunken.lower,
        upper=shrunken.upper,
        weight=shrunken.weight,
        position=[POSITIONS[int(code)] for code in funnel.outside],
        position_widened=[POSITIONS[int(code)] for code in funnel.outside_widened],
    )
    # A unit without eligible households stands nowhere.
    frame.loc[whole == 0, ["shrunken", "lower", "upper", "weight"]] = np.nan
    frame.loc[whole == 0, ["position", "position_widened"]] = "z"
    total = {"eligible": whole.sum(), "never_served": part.sum(), "raw": part.sum() / whole.sum()}
    blank = {"position": "z", "position_widened": "z"}
    return Comparison(pd.concat([frame, pd.DataFrame([total | blank], index=[DISTRICT_ROW])]), shrunken, funnel)
