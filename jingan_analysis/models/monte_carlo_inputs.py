"""What is known about an input, as a distribution to draw from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level, quantity

Value = float | NDArray[np.float64]
"""One drawn input: a number, or an array of one number a place."""


class Distribution(Protocol):
    """An input that can be drawn; its centre is the value used where nothing is uncertain."""

    def draw(self, stream: np.random.Generator) -> Value:
        """One draw from the input's own stream."""
        ...

    def centre(self) -> Value:
        """The value of the point estimate."""
        ...


@dataclass(frozen=True)
class Fixed:
    """An input that is known.

    Attributes
    ----------
    value
        A number, or an array of any shape.
    """

    value: ArrayLike

    def draw(self, stream: np.random.Generator) -> Value:  # noqa: ARG002 - a known input uses no chance
        """The value."""
        return self.centre()

    def centre(self) -> Value:
        """The value."""
        return _plain(np.asarray(self.value, dtype=np.float64))


@dataclass(frozen=True)
class Normal:
    """Normal distribution cut off at 0: counts, speeds and capacities are not negative.

    Attributes
    ----------
    mean, standard_deviation
        Of the distribution before it is cut, numbers or arrays. Where the standard deviation is
        large against the mean, the cut raises the mean of the draws.
    """

    mean: ArrayLike
    standard_deviation: ArrayLike

    def __post_init__(self) -> None:
        _refuse("standard_deviation", np.asarray(self.standard_deviation) < 0, "must not be negative")
        _refuse("mean", np.asarray(self.mean) < 0, "must not be negative where the distribution is cut at 0")

    def draw(self, stream: np.random.Generator) -> Value:
        """By the inverse of the distribution function, so that a draw rises with its uniform number."""
        from scipy.special import ndtr, ndtri

        mean, deviation = np.broadcast_arrays(*_floats(self.mean, self.standard_deviation))
        u = _uniform(stream, mean.shape)
        cut = np.full(mean.shape, -np.inf)
        np.divide(-mean, deviation, out=cut, where=deviation > 0)
        below = ndtr(cut)
        above_cut = np.minimum(below + u * (1.0 - below), 1.0 - 2.0**-53)  # the sum may round to 1, which is infinite
        return _plain(np.maximum(mean + deviation * ndtri(above_cut), 0.0))

    def centre(self) -> Value:
        """The mean before the cut."""
        return _plain(_floats(self.mean, self.standard_deviation)[0])


@dataclass(frozen=True)
class LogNormal:
    """A factor of spread around a median: speeds, and what is right to within a factor.

    Attributes
    ----------
    median
        Above 0, a number or array.
    spread
        Geometric standard deviation, 1 or more: two thirds of draws lie between median / spread and
        median × spread.
    """

    median: ArrayLike
    spread: ArrayLike

    def __post_init__(self) -> None:
        _refuse("median", ~(np.asarray(self.median) > 0), "must be above 0")
        _refuse("spread", ~(np.asarray(self.spread) >= 1), "is a factor and must be 1 or more")

    def draw(self, stream: np.random.Generator) -> Value:
        """By the inverse of the distribution function."""
        from scipy.special import ndtri

        median, spread = np.broadcast_arrays(*_floats(self.median, self.spread))
        return _plain(median * spread ** ndtri(_uniform(stream, median.shape)))

    def centre(self) -> Value:
        """The median."""
        return _plain(_floats(self.median, self.spread)[0])


@dataclass(frozen=True)
class Uniform:
    """Anything between two bounds, none likelier than another.

    Attributes
    ----------
    low, high
        Numbers or arrays.
    """

    low: ArrayLike
    high: ArrayLike

    def __post_init__(self) -> None:
        _refuse("low", ~(np.asarray(self.low) <= np.asarray(self.high)), "must not be above high")

    def draw(self, stream: np.random.Generator) -> Value:
        """One number between the bounds."""
        low, high = np.broadcast_arrays(*_floats(self.low, self.high))
        return _plain(low + (high - low) * _uniform(stream, low.shape))

    def centre(self) -> Value:
        """Halfway."""
        low, high = np.broadcast_arrays(*_floats(self.low, self.high))
        return _plain((low + high) / 2.0)


@dataclass(frozen=True)
class Triangular:
    """A most likely value between two bounds, as experts state it.

    Attributes
    ----------
    low, mode, high
        Numbers or arrays, in rising order.
    """

    low: ArrayLike
    mode: ArrayLike
    high: ArrayLike

    def __post_init__(self) -> None:
        low, mode, high = _floats(self.low, self.mode, self.high)
        _refuse("mode", ~((low <= mode) & (mode <= high)), "must lie between low and high")

    def draw(self, stream: np.random.Generator) -> Value:
        """By the inverse of the distribution function."""
        low, mode, high = np.broadcast_arrays(*_floats(self.low, self.mode, self.high))
        u = _uniform(stream, low.shape)
        rising = u * (high - low) <= mode - low
        up = low + np.sqrt(u * (high - low) * (mode - low))
        down = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
        return _plain(np.where(rising, up, down))

    def centre(self) -> Value:
        """The mode."""
        return _plain(np.broadcast_arrays(*_floats(self.low, self.mode, self.high))[1])


@dataclass(frozen=True)
class MarginOfError:
    r"""Survey counts published with a margin of error.

    .. math::

        SE = MOE / z_{(1 + c) / 2}, \qquad X \sim N(\hat X, SE^2),\; X \ge 0

    Where
        MOE   published margin; c its confidence, 90 % in the American Community Survey (z = 1.645);
        X     the count.

    Attributes
    ----------
    count, margin
        Published counts and margins, numbers or arrays.
    confidence
        Level of the margin.

    Notes
    -----
    U.S. Census Bureau (2020), *Understanding and Using American Community Survey Data: What All Data
    Users Need to Know*, chapter 7.
    """

    count: ArrayLike
    margin: ArrayLike
    confidence: float = 0.90

    def __post_init__(self) -> None:
        confidence_level(self.confidence)
        _refuse("margin", np.asarray(self.margin) < 0, "must not be negative; negative codes stand for no margin")
        _refuse("count", np.asarray(self.count) < 0, "must not be negative; negative codes stand for no count")

    def _normal(self) -> Normal:
        from scipy.special import ndtri

        return Normal(self.count, np.asarray(self.margin) / ndtri((1.0 + self.confidence) / 2.0))

    def draw(self, stream: np.random.Generator) -> Value:
        """Counts around the published ones, never below 0."""
        return self._normal().draw(stream)

    def centre(self) -> Value:
        """The published counts."""
        return self._normal().centre()


@dataclass(frozen=True)
class UnknownCapacity:
    """Capacities of which some are not known, only bounded.

    Attributes
    ----------
    capacity
        Units per day, NaN where not known, shape (n_sites,).
    low, high
        Bounds of an unknown one, numbers or arrays of shape (n_sites,).
    """

    capacity: ArrayLike
    low: ArrayLike
    high: ArrayLike

    def __post_init__(self) -> None:
        quantity("capacity", self.capacity, unknown=True)
        _refuse("low", ~(np.asarray(self.low) <= np.asarray(self.high)), "must not be above high")
        _refuse("low", np.asarray(self.low) < 0, "must not be negative")

    def _bounded(self) -> tuple[NDArray[np.float64], Uniform]:
        capacity, low, high = np.broadcast_arrays(*_floats(self.capacity, self.low, self.high))
        return capacity, Uniform(low, high)

    def draw(self, stream: np.random.Generator) -> Value:
        """Known capacities as they are, unknown ones anywhere between the bounds."""
        capacity, bounded = self._bounded()
        return np.where(np.isnan(capacity), bounded.draw(stream), capacity)

    def centre(self) -> Value:
        """Known capacities as they are, unknown ones halfway between the bounds."""
        capacity, bounded = self._bounded()
        return np.where(np.isnan(capacity), bounded.centre(), capacity)


@dataclass(frozen=True)
class Reallocation:
    r"""Where in its area each counted person lives.

    .. math::

        (X_i)_{i \in a} \sim \operatorname{Multinomial}(N_a, p), \qquad p_i = w_i / \textstyle\sum_{k \in a} w_k
        \quad \text{or} \quad p \sim \operatorname{Dirichlet}(\kappa\, w_i / \textstyle\sum_k w_k)

    Where
        N_a   whole persons of area a, kept in every draw;
        w_i   weight of point i: floor space, dwellings;
        κ     how far the weights are trusted; without it the shares are taken as known.

    Attributes
    ----------
    persons
        Persons of each area, whole numbers, shape (n_areas,).
    area
        Area of each point, from 0, shape (n_points,).
    weight
        Weight of each point, shape (n_points,).
    trust
        κ, above 0; None for the multinomial with shares taken as known.

    Raises
    ------
    InvalidParameter
        If persons are not whole, an area number is out of range, or an area has persons and no weight.

    Notes
    -----
    Mosimann, J. E. (1962), On the compound multinomial distribution, *Biometrika* 49(1/2).
    """

    persons: ArrayLike
    area: ArrayLike
    weight: ArrayLike
    trust: float | None = None

    def __post_init__(self) -> None:
        persons, area, weight = self._checked()
        if self.trust is not None and not 0 < self.trust < np.inf:
            raise InvalidParameter(
                f"trust={self.trust!r} must be above 0, or None where the weights are taken as known"
            )
        lost = (persons > 0) & ~(np.bincount(area, weight, len(persons)) > 0)
        _refuse("weight", lost, "must be above 0 at some point of every area with persons; counted by area")

    def _checked(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        persons = quantity("persons", self.persons)
        weight = quantity("weight", self.weight)
        area = np.asarray(self.area)
        if area.shape != weight.shape or not np.issubdtype(area.dtype, np.integer):
            raise InvalidParameter(f"area has shape {area.shape} and type {area.dtype}; give one whole number a point")
        _refuse("area", (area < 0) | (area >= len(persons)), "must be the number of an area in persons")
        _refuse("persons", persons != np.floor(persons), "must be whole; round them so that their total stays")
        return persons, area.astype(np.int64), weight

    @cached_property
    def _areas(self) -> list[tuple[int, NDArray[np.int64], NDArray[np.float64]]]:
        """Persons, points and shares of each area where somebody lives."""
        persons, area, weight = self._checked()
        weighed = np.flatnonzero(weight > 0)
        order = weighed[np.argsort(area[weighed], kind="stable")]
        points = np.split(order, np.searchsorted(area[order], np.arange(1, len(persons))))
        return [
            (int(persons[a]), points[a], weight[points[a]] / weight[points[a]].sum()) for a in np.flatnonzero(persons)
        ]

    def draw(self, stream: np.random.Generator) -> Value:
        """Whole persons at every point; each area keeps its total."""
        drawn = np.zeros(np.shape(self.weight))
        for persons, points, share in self._areas:
            drawn_share = share if self.trust is None else stream.dirichlet(self.trust * share)
            drawn[points] = stream.multinomial(persons, drawn_share)
        return drawn

    def centre(self) -> Value:
        """Expected persons at every point."""
        persons, area, weight = self._checked()
        total = np.bincount(area, weight, len(persons))[area]
        share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        expected: NDArray[np.float64] = persons[area] * share
        return expected


def streams(inputs: Mapping[str, Distribution], seed: int, *, sample: int = 0) -> dict[str, np.random.Generator]:
    """One stream of random numbers an input, keyed by its name.

    Adding, leaving out or re-ordering inputs never changes the draws of another: what scenarios
    share, they draw alike.

    Parameters
    ----------
    inputs
        Inputs by name.
    seed
        Seed of the whole run, 0 or more.
    sample
        Number of the sample where several independent ones are needed.

    Raises
    ------
    InvalidParameter
        If the seed is negative.
    """
    if seed < 0:
        raise InvalidParameter(f"seed={seed!r} must be 0 or more")
    return {
        name: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(sample, *_key(name)))) for name in inputs
    }


def draw_inputs(inputs: Mapping[str, Distribution], stream: Mapping[str, np.random.Generator]) -> dict[str, Value]:
    """The next draw of every input; arrays are read-only, since models share them."""
    return {name: _read_only(distribution.draw(stream[name])) for name, distribution in inputs.items()}


def central_inputs(inputs: Mapping[str, Distribution]) -> dict[str, Value]:
    """The centre of every input; arrays are read-only."""
    return {name: _read_only(distribution.centre()) for name, distribution in inputs.items()}


def _key(name: str) -> tuple[int, ...]:
    return tuple(int(word) for word in np.frombuffer(sha256(name.encode()).digest()[:16], dtype="<u4"))


def _read_only(value: Value) -> Value:
    if isinstance(value, np.ndarray):
        value = value.view()
        value.flags.writeable = False
    return value


def _uniform(stream: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Strictly between 0 and 1, so that no inverse is infinite."""
    return np.maximum(stream.random(shape), 2.0**-54)


def _floats(*values: ArrayLike) -> list[NDArray[np.float64]]:
    return [np.asarray(value, dtype=np.float64) for value in values]


def _plain(value: Any) -> Value:  # noqa: ANN401 - a number or an array
    found: NDArray[np.float64] = np.asarray(value, dtype=np.float64)
    return float(found) if found.ndim == 0 else found


def _refuse(name: str, faulty: Any, rule: str) -> None:  # noqa: ANN401 - a number or an array
    if (count := int(np.count_nonzero(faulty))) > 0:
        raise InvalidParameter(f"{name}: {count} of {np.size(faulty)} values {rule}")
