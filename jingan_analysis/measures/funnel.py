"""Funnel plots: which of many units differ from a common value by more than chance would make them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.counts import events_over_exposures, parts_of_wholes
from jingan_analysis.measures.funnel_limits import (
    FunnelKind,
    FunnelLimits,
    Overdispersion,
    exact_limits,
    standard_error,
    widened_limits,
)
from jingan_analysis.measures.quantity import quantity

FunnelReason = Literal["", "too_few_units", "no_overdispersion", "no_variation_possible"]
"""Why limits are not widened: fewer than five units, no more variation than chance makes, or a centre (a share of 0
or 1, a rate of 0) around which chance makes no variation."""

FEWEST_UNITS: Final = 5

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Funnel:
    """Units around a common value.

    Attributes
    ----------
    kind
        ``share`` (binomial) or ``rate`` (Poisson).
    numerator, denominator
        Counts and what they are counted over, shape (n,).
    value
        Numerator over denominator; NaN where the denominator is 0; shape (n,).
    centre
        The common value.
    z
        Standard deviations that a unit lies from the centre, without over-dispersion; NaN where unknown; shape (n,).
    limits
        Exact limits by chance alone, one of each unit.
    outside
        Where the units lie by chance alone, as :meth:`FunnelLimits.outside` says; shape (n,).
    phi
        Over-dispersion factor: mean of the squared winsorised z; 1 where fewer than five units are known.
    tau
        Standard deviation between units, in the unit of the value; 0 where there is no more than chance.
    overdispersion
        How the widened limits use it.
    widened
        Limits that allow for over-dispersion, one of each unit; the exact limits where ``reason`` says why not.
    outside_widened
        Where the units lie by the widened limits; shape (n,).
    reason
        Why the limits are not widened; empty where they are.
    """

    kind: FunnelKind
    numerator: Array
    denominator: Array
    value: Array
    centre: float
    z: Array
    limits: FunnelLimits
    outside: NDArray[np.int8]
    phi: float
    tau: float
    overdispersion: Overdispersion
    widened: FunnelLimits
    outside_widened: NDArray[np.int8]
    reason: FunnelReason

    def __len__(self) -> int:
        return len(self.value)

    def limits_at(self, sizes: ArrayLike, *, widened: bool = False) -> FunnelLimits:
        """The limits for units of other sizes, to draw the funnel; whole numbers for shares."""
        size = quantity("sizes", sizes)
        if not widened or self.reason:
            return exact_limits(self.kind, self.centre, size)
        return widened_limits(self.kind, self.centre, size, self.overdispersion, self.phi, self.tau)


def funnel_of_shares(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    centre: float | None = None,
    overdispersion: Overdispersion = "additive",
    winsorised: float = 0.1,
) -> Funnel:
    r"""Funnel of shares, with and without over-dispersion.

    .. math::

        z_i = \frac{y_i - \theta_0}{s_i}, \quad s_i = \sqrt{\theta_0 (1 - \theta_0) / n_i}, \quad
        \hat\phi = \frac1I \sum z_{w,i}^2, \quad
        \hat\tau^2 = \max\!\left(0, \frac{I \hat\phi - (I - 1)}{\sum w_i - \sum w_i^2 / \sum w_i}\right),
        \quad w_i = s_i^{-2}

    Where
        y_i    share of unit i with n_i people; θ_0 the centre; I units;
        z_w    z with what lies beyond its quantiles q and 1 - q drawn in to them, so that true outliers do not
               excuse themselves.

    The widened limits are :math:`\theta_0 \pm z_p \sqrt{s^2 + \tau^2}` (additive: units differ a little from each
    other whatever their size) or :math:`\theta_0 \pm z_p \sqrt{\phi}\, s` (multiplicative). Without over-dispersion
    the limits are exact, and widened ones are nowhere narrower; see :func:`.funnel_limits.exact_limits`. Widened
    limits say which units differ more than units usually do; that units differ at all may be the finding.

    Parameters
    ----------
    numerators, denominators
        Counts, shape (n,), with 0 <= numerator <= denominator.
    centre
        The value to compare with, such as a target; the pooled share where None.
    overdispersion
        ``additive``, random effects by DerSimonian and Laird, or ``multiplicative``.
    winsorised
        Part of the units at each end whose z is drawn in.

    Raises
    ------
    InvalidParameter
        If a count is not a whole number of 0 or more, a numerator is above its denominator, shapes differ, nobody is
        in any unit and no centre is given, or an option is not allowed.

    Notes
    -----
    Spiegelhalter, D. J. (2005), Funnel plots for comparing institutional performance, *Statistics in Medicine* 24(8);
    Spiegelhalter, D. J. (2005), Handling over-dispersion of performance indicators, *Quality and Safety in Health
    Care* 14(5); Spiegelhalter, D. et al. (2012), Statistical methods for healthcare regulation: rating, screening and
    surveillance, *Journal of the Royal Statistical Society A* 175(1).
    """
    part, whole = parts_of_wholes(numerators, denominators)
    return _funnel("share", part, whole, centre, overdispersion, winsorised)


def funnel_of_rates(
    counts: ArrayLike,
    exposures: ArrayLike,
    *,
    centre: float | None = None,
    overdispersion: Overdispersion = "additive",
    winsorised: float = 0.1,
) -> Funnel:
    r"""Funnel of rates, with and without over-dispersion.

    As :func:`funnel_of_shares`, with :math:`s_i = \sqrt{\theta_0 / e_i}` for exposure e_i and Poisson limits.
    With expected events as exposure the rates are standardised ratios.

    Parameters
    ----------
    counts
        Whole numbers of events, shape (n,).
    exposures
        What they are counted over, shape (n,).
    centre, overdispersion, winsorised
        As for :func:`funnel_of_shares`.

    Raises
    ------
    InvalidParameter
        If a count is not a whole number of 0 or more, events happened without exposure, shapes differ, there is no
        exposure and no centre is given, or an option is not allowed.
    """
    count, exposure = events_over_exposures(counts, exposures)
    return _funnel("rate", count, exposure, centre, overdispersion, winsorised)


def _funnel(
    kind: FunnelKind,
    numerator: Array,
    denominator: Array,
    centre: float | None,
    overdispersion: Overdispersion,
    winsorised: float,
) -> Funnel:
    middle = _checked(kind, numerator, denominator, centre, overdispersion, winsorised)
    known = denominator > 0
    value, z = np.full(len(known), np.nan), np.full(len(known), np.nan)
    value[known] = numerator[known] / denominator[known]
    error = standard_error(kind, middle, denominator)
    varies = middle > 0 and (kind == "rate" or middle < 1)
    if varies:
        z[known] = (value[known] - middle) / error[known]
    phi, tau, reason = _dispersion(z[known], error[known], winsorised) if varies else (1.0, 0.0, _NO_VARIATION)
    limits = exact_limits(kind, middle, denominator)
    if not reason and (tau == 0 if overdispersion == "additive" else phi <= 1):
        reason = "no_overdispersion"
    widened = limits if reason else widened_limits(kind, middle, denominator, overdispersion, phi, tau)
    return Funnel(
        kind, numerator, denominator, value, middle, z, limits, limits.outside(value), phi, tau, overdispersion,
        widened, widened.outside(value), reason,
    )  # fmt: skip


_NO_VARIATION: Final[FunnelReason] = "no_variation_possible"


def _dispersion(z: Array, error: Array, winsorised: float) -> tuple[float, float, FunnelReason]:
    """Over-dispersion factor and standard deviation between units."""
    units = len(z)
    if units < FEWEST_UNITS:
        return 1.0, 0.0, "too_few_units"
    low, high = np.quantile(z, [winsorised, 1.0 - winsorised])
    phi = float(np.mean(np.clip(z, low, high) ** 2))
    weight = error**-2.0
    spare = float(weight.sum() - weight @ weight / weight.sum())
    return phi, float(np.sqrt(max(0.0, (units * phi - (units - 1)) / spare))), ""


def _checked(
    kind: FunnelKind,
    numerator: Array,
    denominator: Array,
    centre: float | None,
    overdispersion: Overdispersion,
    winsorised: float,
) -> float:
    """The centre, once the options are known to be allowed."""
    faults = []
    if overdispersion not in get_args(Overdispersion):
        faults.append(
            f"overdispersion={overdispersion!r} is unknown; allowed are {', '.join(get_args(Overdispersion))}"
        )
    if not 0.0 <= winsorised < 0.5:
        faults.append(
            f"winsorised={winsorised!r} must be at least 0 and below 0.5, such as 0.1 for a tenth at each end"
        )
    most = 1.0 if kind == "share" else np.inf
    if centre is None and denominator.sum() == 0:
        faults.append("denominators are all 0, so there is no pooled value; give a centre")
    if centre is not None and not (0.0 <= centre <= most and np.isfinite(centre)):
        faults.append(
            f"centre={centre!r} must be a {kind} of 0 or more" + (" and at most 1" if kind == "share" else "")
        )
    if faults:
        raise InvalidParameter("; ".join(faults))
    return float(numerator.sum() / denominator.sum()) if centre is None else float(centre)
