"""Why occupancy changed: more residents, or another number of beds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import quantity
from jingan_analysis.models.shapley import shapley_values

OccupancyOrder = Literal["beds_first", "shapley"]
"""Who changes first: the beds, under the residents of before; or nobody, which is the mean of both orders."""


@dataclass(frozen=True)
class OccupancyChange:
    """Change of occupancy, as shares of 1.

    ``by_residents + by_beds`` is ``change`` to within rounding.

    Attributes
    ----------
    before, after
        Residents over beds, shape (n,).
    change
        After less before, shape (n,).
    by_residents
        What more or fewer residents did, shape (n,).
    by_beds
        What more or fewer beds did, shape (n,): new beds lower occupancy without anybody leaving.
    order
        Who changes first.
    """

    before: NDArray[np.float64]
    after: NDArray[np.float64]
    change: NDArray[np.float64]
    by_residents: NDArray[np.float64]
    by_beds: NDArray[np.float64]
    order: OccupancyOrder


def occupancy_change(
    residents_before: ArrayLike,
    beds_before: ArrayLike,
    residents_after: ArrayLike,
    beds_after: ArrayLike,
    *,
    order: OccupancyOrder = "shapley",
) -> OccupancyChange:
    r"""Exact decomposition of a change of occupancy.

    .. math::

        \frac{N_1}{B_1} - \frac{N_0}{B_0}
            = \underbrace{\frac{N_1 - N_0}{B_1}}_{\text{residents}}
              \underbrace{{} - \frac{N_0 (B_1 - B_0)}{B_0 B_1}}_{\text{beds}}
            = \frac{N_1 - N_0}{2} \Bigl(\frac{1}{B_0} + \frac{1}{B_1}\Bigr)
              + \frac{N_0 + N_1}{2} \Bigl(\frac{1}{B_1} - \frac{1}{B_0}\Bigr)

    Where
        N, B   residents and beds before (0) and after (1).

    The first form is ``beds_first``; it credits residents at the new number of beds. The second, symmetric in time, is
    the midpoint form and the Shapley value of the two factors. They differ by half of
    (N1 - N0)(B1 - B0) / (B0 B1).

    Parameters
    ----------
    residents_before, residents_after
        0 or more, shape (n,).
    beds_before, beds_after
        Above 0, shape (n,).
    order
        Who changes first.

    Raises
    ------
    InvalidParameter
        If a number is impossible, there is no bed, or the order is unknown.

    Notes
    -----
    Kitagawa, E. M. (1955), Components of a difference between two rates, *Journal of the American Statistical
    Association* 50(272); Shorrocks, A. F. (2013), Decomposition procedures for distributional analysis: a unified
    framework based on the Shapley value, *Journal of Economic Inequality* 11(1).
    """
    if order not in get_args(OccupancyOrder):
        raise InvalidParameter(f"order={order!r} is unknown; give 'beds_first' or 'shapley'")
    n0 = quantity("residents_before", residents_before)
    b0, n1, b1 = (
        quantity(name, values, length=len(n0))
        for name, values in (
            ("beds_before", beds_before),
            ("residents_after", residents_after),
            ("beds_after", beds_after),
        )
    )
    if np.any(b0 == 0) or np.any(b1 == 0):
        raise InvalidParameter("beds_before and beds_after must be above 0; without beds there is no occupancy")
    before, after, beds_alone = n0 / b0, n1 / b1, n0 / b1
    if order == "shapley":
        residents, beds = shapley_values(np.array([before, n1 / b0, beds_alone, after]))
    else:
        residents, beds = (n1 - n0) / b1, -n0 * (b1 - b0) / (b0 * b1)
    return OccupancyChange(before, after, after - before, residents, beds, order)
