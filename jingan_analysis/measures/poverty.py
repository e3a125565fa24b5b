"""Poverty of access: how many people are below a line, how far, and how unequally."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.weighted_points import amounts


@dataclass(frozen=True)
class AccessPoverty:
    """The three Foster–Greer–Thorbecke measures at one line.

    Attributes
    ----------
    line
        The line, in the unit of the value; whoever has less is below it.
    persons, persons_below, persons_with_zero
        All persons, those below the line, and those of them who have nothing.
    headcount_ratio
        Share of persons below the line (alpha 0).
    gap
        Mean shortfall as a share of the line, over all persons (alpha 1).
    severity
        Mean squared shortfall (alpha 2): the same gap weighs more when few bear it.
    missing
        What would lift everybody to the line: persons times shortfall, in the unit of the value.
    """

    line: float
    persons: float
    persons_below: float
    persons_with_zero: float
    headcount_ratio: float
    gap: float
    severity: float
    missing: float

    def to_frame(self) -> pd.DataFrame:
        """One row with all attributes as columns."""
        return pd.DataFrame([vars(self)])

    def _repr_html_(self) -> str:
        """How JupyterLab shows the measures; having nothing is told apart from having little."""
        from jingan_analysis.showing import Fact, number_text, percent_text, share_text, shown

        facts = [
            Fact("Line", self.line),
            Fact("Persons below the line", share_text(self.persons_below, self.persons)),
            Fact("of them persons who have nothing", share_text(self.persons_with_zero, self.persons)),
            Fact(
                "Gap: mean shortfall over all persons, of the line", percent_text(self.gap, missing="nobody lives here")
            ),
            Fact("Severity: mean squared shortfall", number_text(self.severity, missing="nobody lives here")),
            Fact("Missing to lift everybody to the line", self.missing),
        ]
        return shown("Poverty of access", facts, notes=["Amounts are in the unit of the value."])


def access_poverty(value: ArrayLike, weight: ArrayLike, *, line: float) -> AccessPoverty:
    """Headcount, gap and severity at one line; see :func:`foster_greer_thorbecke`."""
    amount, persons = amounts(value, weight)
    headcount, gap, severity = (foster_greer_thorbecke(amount, persons, line=line, alpha=alpha) for alpha in (0, 1, 2))
    below = amount < line
    return AccessPoverty(
        line=float(line),
        persons=float(persons.sum()),
        persons_below=float(persons[below].sum()),
        persons_with_zero=float(persons[amount == 0].sum()),
        headcount_ratio=headcount,
        gap=gap,
        severity=severity,
        missing=float((persons[below] * (line - amount[below])).sum()),
    )


def foster_greer_thorbecke(value: ArrayLike, weight: ArrayLike, *, line: float, alpha: float) -> float:
    r"""Population-weighted Foster–Greer–Thorbecke measure of poverty of access.

    .. math::

        P_\alpha = \frac{1}{W} \sum_{i:\, y_i < z} w_i \Bigl( \frac{z - y_i}{z} \Bigr)^\alpha

    Where
        y_i   what one person has at point i; w_i persons there; W all persons;
        z     the line: whoever has exactly that much is not poor;
        α     0 counts people, 1 adds up shortfalls, 2 lets the largest shortfalls weigh most.

    The measure of a district is the mean of those of its parts, weighted by persons.

    Parameters
    ----------
    value
        What one person has at each point, shape (n,).
    weight
        Persons at each point, shape (n,).
    line
        The line, in the unit of the value, above 0.
    alpha
        Aversion to poverty, 0 or more.

    Returns
    -------
    float
        From 0, nobody below the line, to 1, everybody has nothing; NaN where nobody lives.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the shapes differ, the line is not above 0, or alpha
        is negative.

    Notes
    -----
    Foster, J., Greer, J. and Thorbecke, E. (1984), A class of decomposable poverty measures,
    *Econometrica* 52(3).
    """
    amount, persons = amounts(value, weight)
    return float(poverty_of_draws(amount, persons[None, :], line=line, alpha=alpha)[0])


def poverty_of_draws(
    value: NDArray[np.float64], weight: NDArray[np.float64], *, line: float, alpha: float
) -> NDArray[np.float64]:
    """Poverty of many weightings of the same points: (n,) and (draws, n) give (draws,)."""
    if not (math.isfinite(line) and line > 0):
        raise InvalidParameter(f"line={line!r} must be a number above 0, in the unit of the value")
    if not (math.isfinite(alpha) and alpha >= 0):
        raise InvalidParameter(f"alpha={alpha!r} must be 0 or more: 0 counts people, 1 the gap, 2 its severity")
    # Nought to the power of nought is 1, so whoever is not below the line is left out by name.
    shortfall = np.where(value < line, np.clip((line - value) / line, 0.0, 1.0) ** alpha, 0.0)
    people = weight.sum(axis=1)
    poverty = np.full(len(weight), np.nan)
    np.divide(weight @ shortfall, people, out=poverty, where=people > 0)
    return poverty
