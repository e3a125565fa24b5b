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
    from jingan_analysis.measures.empirical_bayes import ShrunkenShares
    from jingan_analysis.measures.funnel import Funnel

POSITIONS = {-2: "far_below", -1: "below", 0: "within", 1: "above", 2: "far_above"}
"""Codes of the table by where a unit lies: beyond the outer, beyond the inner limits, within."""
_CURVE_POINTS = 60


@dataclass(frozen=True)
class Comparison:
    """The shares of all units.

    Attributes
    ----------
    frame
        One row a unit and the district last: ``whole``, ``part``, ``raw``, ``shrunken``, ``lower``, ``upper``, ``weight``,
        ``position`` by chance alone and ``position_widened`` with over-dispersion allowed for.
    shrunken, funnel
        The models behind it.
    """

    frame: pd.DataFrame
    shrunken: ShrunkenShares
    funnel: Funnel

    def limits(self) -> pd.DataFrame:
        """The funnel's limits for drawing, by size; widened ones where the units vary more than by chance."""
        largest = float(self.funnel.denominator.max())
        sizes = np.unique(np.ceil(np.linspace(largest / _CURVE_POINTS, largest * 1.04, _CURVE_POINTS)))
        drawn = self.funnel.limits_at(sizes, widened=True)
        names = ("lower_inner", "upper_inner", "lower_outer", "upper_outer")
        return pd.DataFrame({name: getattr(drawn, name) for name in names}, index=sizes)


def compared_shares(counts: pd.DataFrame, *, confidence: float) -> Comparison | None:
    """Shares of ``part`` in ``whole`` by unit; None where too few units have any."""
    if (counts["whole"] > 0).sum() < FEWEST_UNITS:
        return None
    part, whole = counts["part"].to_numpy(), counts["whole"].to_numpy()
    shrunken, funnel = shrunken_shares(part, whole, confidence=confidence), funnel_of_shares(part, whole)
    frame = counts.assign(
        raw=shrunken.raw,
        shrunken=shrunken.shrunken,
        lower=shrunken.lower,
        upper=shrunken.upper,
        weight=shrunken.weight,
        position=[POSITIONS[int(code)] for code in funnel.outside],
        position_widened=[POSITIONS[int(code)] for code in funnel.outside_widened],
    )
    # A unit without any stands nowhere.
    frame.loc[whole == 0, ["shrunken", "lower", "upper", "weight"]] = np.nan
    frame.loc[whole == 0, ["position", "position_widened"]] = "z"
    total = {"whole": whole.sum(), "part": part.sum(), "raw": part.sum() / whole.sum()}
    blank = {"position": "z", "position_widened": "z"}
    return Comparison(pd.concat([frame, pd.DataFrame([total | blank], index=[DISTRICT_ROW])]), shrunken, funnel)


def funnel_points(frame: pd.DataFrame, *, whole: str = "whole") -> pd.DataFrame:
    """The units of a comparison's table that may be drawn: ``size``, ``value``, and ``outside`` the wider limits as a code."""
    known = frame.drop(index=DISTRICT_ROW)
    known = known[known["raw"].notna()]
    outside = known["position_widened"].map({place: code for code, place in POSITIONS.items()})
    return pd.DataFrame({"size": known[whole], "value": known["raw"], "outside": outside})


def apart(frame: pd.DataFrame, *, far: tuple[str, ...]) -> list[str]:
    """Units of a comparison's table beyond the wider limits on one side, in its order."""
    known = frame[frame["raw"].notna() & frame["position_widened"].isin(far)]
    return [str(row) for row in known.index if row != DISTRICT_ROW]
