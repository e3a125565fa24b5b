"""Lorenz curve: cumulative shares of people and of what they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.measures.gini import gini_of_draws
from jingan_analysis.measures.weighted_points import amounts

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class LorenzCurve:
    """Cumulative shares of people and of what they have, from those with the least upwards.

    Attributes
    ----------
    population_share, value_share
        From 0 to 1, beginning with 0, shape (n + 1,). The value share is NaN throughout where
        nobody has anything.
    gini
        Gini coefficient, 0 for equal shares; NaN where nobody lives or nobody has anything.
    """

    population_share: NDArray[np.float64]
    value_share: NDArray[np.float64]
    gini: float

    def to_frame(self) -> pd.DataFrame:
        """One row a point of the curve: ``population_share`` and ``value_share``, both from 0 to 1."""
        return pd.DataFrame({"population_share": self.population_share, "value_share": self.value_share})

    def plot(self, *, label: str = "", ax: Axes | None = None) -> Axes:
        """Draw the curve against the line of equal shares; give the axes of another curve to compare.

        Parameters
        ----------
        label
            Name of the curve in the key.
        """
        from jingan_analysis.plotting import AXIS, SERIES, key, new_axes
        from jingan_analysis.showing import number_text

        fresh = ax is None
        ax = new_axes(ax, high=4.6)
        if fresh:
            ax.plot([0, 100], [0, 100], color=AXIS, linewidth=1.2, linestyle="--", label="equal shares")
            ax.set(xlim=(0, 100), ylim=(0, 100), xlabel="% of persons, least first", ylabel="% of what they have")
            ax.set_aspect("equal")
        told = f"Gini {number_text(self.gini, decimals=3, missing='not defined')}"
        colour = SERIES[(len(ax.lines) - 1) % len(SERIES)]
        x, y = self.population_share * 100, self.value_share * 100
        ax.plot(x, y, color=colour, linewidth=2.2, label=f"{label}, {told}" if label else told)
        key(ax)
        return ax

    def _repr_html_(self) -> str:
        """How JupyterLab shows the curve: its Gini coefficient and what the poorest parts have."""
        from jingan_analysis.showing import Fact, number_text, percent_text, shown

        undefined = bool(np.isnan(self.value_share).any())
        told = "not defined: nobody lives here or nobody has anything"
        facts = [Fact("Gini coefficient", told if np.isnan(self.gini) else number_text(self.gini, decimals=3))]
        if not undefined:
            at = (0.25, 0.5, 0.75)
            have = np.interp(at, self.population_share, self.value_share)
            facts += [
                Fact(f"Share of the {p:.0%} with the least", percent_text(float(v)))
                for p, v in zip(at, have, strict=True)
            ]
            nothing = float(self.population_share[self.value_share == 0.0].max(initial=0.0))
            facts.append(Fact("Persons who have nothing", percent_text(nothing)))
        return shown("Lorenz curve, weighted by persons", facts)


def lorenz_curve(value: ArrayLike, weight: ArrayLike) -> LorenzCurve:
    r"""Population-weighted Lorenz curve and Gini coefficient.

    .. math::

        G = 1 - \sum_{i=1}^{n} (F_i - F_{i-1}) (L_i + L_{i-1})

    Where
        F_i   share of the people up to point i, points sorted by value;
        L_i   their share of the value; F_0 = L_0 = 0.

    People who have nothing stay in: leaving zeros out hides exactly those without access.

    Parameters
    ----------
    value
        What one person has at each point, such as meals per person, shape (n,).
    weight
        Persons at each point, shape (n,).

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, or the shapes differ.

    Notes
    -----
    Lorenz, M. O. (1905), *Publications of the American Statistical Association* 9(70);
    Lerman, R. I. and Yitzhaki, S. (1989), *Journal of Econometrics* 42(1), for weighted data.
    """
    amount, persons = amounts(value, weight)
    order = np.argsort(amount, kind="stable")
    amount, persons = amount[order], persons[order]
    return LorenzCurve(
        population_share=_cumulative_share(persons),
        value_share=_cumulative_share(persons * amount),
        gini=float(gini_of_draws(amount, persons[None, :])[0]),
    )


def _cumulative_share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(len(parts) + 1)
    np.cumsum(parts, out=sums[1:])
    if sums[-1] <= 0:
        return np.full(len(sums), np.nan)
    # The last share is 1 to the bit: a number divided by itself.
    return np.asarray(sums / sums[-1], dtype=np.float64)
