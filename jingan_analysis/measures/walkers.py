"""Kinds of walkers, and the probability that somebody of a kind reaches a facility in time.

One speed for everybody draws a circle with a hard edge: inside all arrive, outside nobody does. People
differ; so a demand point has a probability, which is the share of its walkers who arrive in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.geography.impedance import impedance
from jingan_analysis.geography.nearest import nearest_on
from jingan_analysis.geography.search_graph import SearchGraph
from jingan_analysis.geography.snapping import snap
from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.measures.quantity import quantity

if TYPE_CHECKING:
    from jingan_analysis.geography.network import Network
    from jingan_analysis.geography.snapping import Snapping

_FASTEST = 0.999
"""Part of walkers whose reach is searched; who is faster still is counted at this speed, so that a probability is
at most 0.001 too low."""

_SPEEDS = 40
"""Speeds searched where waits make the way depend on the speed; a probability is then exact to 1/80."""


@dataclass(frozen=True)
class Walker:
    """A kind of walker, as a distribution.

    Attributes
    ----------
    key
        Name of the kind.
    walk_speed_mps
        Median speed on the level in metres per second.
    speed_spread
        Standard deviation of the logarithm of the speed: 0.2 means that two in three walk within a fifth of the median.
    stairs_factor
        Cost of a metre of stairs over a metre on the level; None for who cannot take stairs.
    rest_every_m
        Walk after which they rest; None for who needs no rest.
    rest_s
        Seconds of a rest.
    """

    key: str
    walk_speed_mps: float
    speed_spread: float
    stairs_factor: float | None = 1.0
    rest_every_m: float | None = None
    rest_s: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no walker can be."""
        faults = [
            f"{name}={value} must be {rule}"
            for name, value, holds, rule in (
                ("walk_speed_mps", self.walk_speed_mps, self.walk_speed_mps > 0, "above 0 metres per second"),
                ("speed_spread", self.speed_spread, self.speed_spread >= 0, "0 or more"),
                (
                    "stairs_factor",
                    self.stairs_factor,
                    self.stairs_factor is None or self.stairs_factor >= 1,
                    "at least 1, or None",
                ),
                (
                    "rest_every_m",
                    self.rest_every_m,
                    self.rest_every_m is None or self.rest_every_m > 0,
                    "above 0 metres, or None",
                ),
                ("rest_s", self.rest_s, self.rest_s >= 0, "0 seconds or more"),
            )
            if not holds
        ]
        if faults:
            raise InvalidParameter(f"walker {self.key!r}: {'; '.join(faults)}")

    def speed_at(self, share: ArrayLike) -> NDArray[np.float64]:
        """Speed in metres per second below which this share of the walkers stays."""
        return np.asarray(self.walk_speed_mps * np.exp(self.speed_spread * ndtri(share)), dtype=np.float64)

    def share_at_least(self, walk_speed_mps: ArrayLike) -> NDArray[np.float64]:
        """Share of these walkers who walk at least this fast; all of them at 0, none at infinity."""
        speed = np.asarray(walk_speed_mps, dtype=np.float64)
        if self.speed_spread == 0:
            return (speed <= self.walk_speed_mps).astype(np.float64)
        with np.errstate(divide="ignore"):
            return np.asarray(ndtr(-np.log(speed / self.walk_speed_mps) / self.speed_spread), dtype=np.float64)

    def rest_seconds(self, distance_m: ArrayLike) -> NDArray[np.float64]:
        """Seconds of rest on a walk: one rest after every full stretch, none at the door."""
        distance = np.asarray(distance_m, dtype=np.float64)
        if self.rest_every_m is None:
            return np.zeros_like(distance)
        return np.asarray(np.maximum(np.ceil(distance / self.rest_every_m) - 1, 0) * self.rest_s, dtype=np.float64)

    def speed_needed(self, distance_m: ArrayLike, minutes: float) -> NDArray[np.float64]:
        """Speed in metres per second that arrives just in time; infinite where the rests alone take too long."""
        distance = np.asarray(distance_m, dtype=np.float64)
        left_s = minutes * 60.0 - self.rest_seconds(distance)
        needed = np.full(distance.shape, np.inf)
        np.divide(distance, left_s, out=needed, where=left_s > 0)
        return needed


def reach_probability(
    origin_xy: NDArray[np.float64],
    destination_xy: NDArray[np.float64],
    walker: Walker,
    *,
    network: Network,
    minutes: float,
    snap_cap_m: float = 200.0,
) -> NDArray[np.float64]:
    r"""Probability that a walker reaches any facility in time.

    .. math::

        P_i = \Pr\Big(\min_j \big(d_{ij}/v + w_{ij} + r(d_{ij})\big) \le T\Big), \qquad \ln v \sim N(\ln m, s^2)

    Where
        d_ij   walk from point i to facility j on ways that this walker can use, stairs counted at their factor;
        w_ij   waits on the way; r rests on it;
        v      walking speed with median m and logarithmic spread s; T the time limit, inclusive.

    Without waits on the network the nearest facility is the same at every speed, and the probability is the share of
    walkers at least as fast as the walk needs. With waits the best way depends on the speed: 40 equally
    likely speeds are searched. Rests follow the length of the walk, a wait counting as the metres it costs.

    Parameters
    ----------
    origin_xy, destination_xy
        Positions in metres, shapes (n_origins, 2) and (n_destinations, 2).
    minutes
        Time limit.

    Returns
    -------
    NDArray
        Probability, shape (n_origins,). 0 where no way leads to a facility in time; NaN where the point is off the
        network, so that its walk is not known.

    Raises
    ------
    InvalidParameter
        If the limit is not positive or a coordinate is not finite.
    """
    if not minutes > 0:
        raise InvalidParameter(f"minutes={minutes} must be above 0")
    usable = impedance(network, stairs_factor=walker.stairs_factor).usable
    homes, facilities = (snap(network, xy, cap_m=snap_cap_m, usable=usable) for xy in (origin_xy, destination_xy))
    if network.wait_s.any() and walker.speed_spread > 0:
        speeds = walker.speed_at((np.arange(_SPEEDS) + 0.5) / _SPEEDS).tolist()
        in_time = [_in_time(walker, network, homes, facilities, minutes, speed) for speed in speeds]
        probability = np.mean(in_time, axis=0)
    elif walker.speed_spread > 0:
        fastest = float(walker.speed_at(_FASTEST))
        distance_m = _distance_m(walker, network, homes, facilities, minutes, fastest)
        needed = walker.speed_needed(distance_m, minutes)
        probability = np.where(np.isnan(distance_m), 0.0, walker.share_at_least(needed))
    else:
        probability = _in_time(walker, network, homes, facilities, minutes, walker.walk_speed_mps)
    return np.where(homes.snapped, probability, np.nan)


def _distance_m(
    walker: Walker, network: Network, homes: Snapping, facilities: Snapping, minutes: float, walk_speed_mps: float
) -> NDArray[np.float64]:
    """Walk to the nearest facility at one speed, waits as metres, NaN beyond the time limit."""
    cost = impedance(network, walk_speed_mps=walk_speed_mps, stairs_factor=walker.stairs_factor)
    cutoff_mm = max(reach_mm(walk_speed_mps, minutes), 1)
    return nearest_on(SearchGraph.of(network, cost), homes, facilities, cutoff_mm).distance_mm / 1000.0


def _in_time(
    walker: Walker, network: Network, homes: Snapping, facilities: Snapping, minutes: float, walk_speed_mps: float
) -> NDArray[np.bool_]:
    """Whether a walk at one speed, with its rests, arrives in time."""
    distance_m = _distance_m(walker, network, homes, facilities, minutes, walk_speed_mps)
    # The search has compared whole millimetres with the limit already; rests only take time away.
    left_s = minutes * 60.0 - walker.rest_seconds(distance_m)
    rests = walker.rest_seconds(distance_m) > 0
    return ~np.isnan(distance_m) & (~rests | (distance_m <= left_s * walk_speed_mps))


def mixed_probability(probability: ArrayLike, persons: ArrayLike) -> NDArray[np.float64]:
    """Probability of a place where several kinds of walkers live.

    Parameters
    ----------
    probability
        Probability of each kind at each place, NaN where not known, shape (n_kinds, n_places).
    persons
        People of each kind at each place, shape (n_kinds, n_places).

    Returns
    -------
    NDArray
        Mean over the people, shape (n_places,); NaN where nobody lives or a kind that lives there is not known.

    Raises
    ------
    InvalidParameter
        If the shapes differ or a number of people is negative or not finite.
    """
    known, people = np.atleast_2d(np.asarray(probability, dtype=np.float64)), np.atleast_2d(np.asarray(persons))
    if known.shape != people.shape:
        raise InvalidParameter(
            f"probability has shape {known.shape} and persons {people.shape}; give one for the other"
        )
    heads = quantity("persons", people.ravel()).reshape(people.shape)
    total = heads.sum(axis=0)
    reached = np.where(heads > 0, heads * known, 0.0).sum(axis=0)
    mean = np.full(len(total), math.nan)
    np.divide(reached, total, out=mean, where=total > 0)
    return mean
