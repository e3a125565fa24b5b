"""Intervals on headline numbers when inputs are known only as distributions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.monte_carlo_inputs import Distribution, Value, central_inputs, draw_inputs, streams

Model = Callable[[Mapping[str, Value]], Mapping[str, float]]
"""From one draw of the inputs to headline numbers; NaN where a number is not defined."""


@dataclass(frozen=True)
class MonteCarlo:
    """Headline numbers over many draws of the inputs.

    Attributes
    ----------
    names
        Headline numbers, shape (n_numbers,).
    point
        Each number at the central inputs, shape (n_numbers,). It may differ from the mean where
        the model is not linear.
    mean
        Over the defined draws, shape (n_numbers,).
    lower, upper
        Percentile interval over the defined draws, shape (n_numbers,); NaN where none is defined.
    standard_error
        Of the mean, from the finite number of draws alone, shape (n_numbers,).
    undefined
        Draws in which the number is not defined, shape (n_numbers,).
    each_draw
        The numbers of every draw, shape (draws, n_numbers).
    inputs
        The distributions by name.
    draws, seed, confidence
        As asked for.
    """

    names: tuple[str, ...]
    point: NDArray[np.float64]
    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    undefined: NDArray[np.int64]
    each_draw: NDArray[np.float64]
    inputs: Mapping[str, Distribution]
    draws: int
    seed: int
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """One row a headline number."""
        return pd.DataFrame(
            {
                "number": self.names,
                "point": self.point,
                "mean": self.mean,
                "lower": self.lower,
                "upper": self.upper,
                "confidence": self.confidence,
                "monte_carlo_standard_error": self.standard_error,
                "draws": self.draws,
                "undefined_draws": self.undefined,
            }
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: every number with its interval."""
        from jingan_analysis.showing import Fact, shown

        facts = [Fact("Draws", self.draws), Fact("Seed", str(self.seed)), Fact("Uncertain inputs", len(self.inputs))]
        return shown(f"Monte Carlo: intervals at {self.confidence:g}", facts, self.to_frame())


def monte_carlo(
    model: Model,
    inputs: Mapping[str, Distribution],
    *,
    draws: int,
    seed: int,
    confidence: float,
) -> MonteCarlo:
    r"""Propagate uncertain inputs to headline numbers.

    .. math::

        \bar Y = \frac1n \sum_{d=1}^n f(X^{(d)}), \qquad
        [q_{\alpha/2}, q_{1-\alpha/2}] \text{ of } f(X^{(1)}), \dots, f(X^{(n)})

    Where
        X^(d)   draw d of all inputs, independent of one another;
        f       the model; q percentiles; 1 - α the confidence.

    Each input draws from a stream of its own, keyed by its name and the seed: scenarios run with
    one seed see the same people and the same speeds (common random numbers), so that the
    difference between two of them is far more certain than each alone; see :func:`difference`.
    More draws go on where fewer stopped.

    Parameters
    ----------
    model
        From one draw, by input name, to headline numbers by name. It must not change what it gets.
    inputs
        Distributions by name.
    draws
        Number of draws; enough that one lies beyond each end of the interval.
    seed
        0 or more.
    confidence
        Level of the interval.

    Raises
    ------
    InvalidParameter
        If there are too few draws, the seed or level is out of range, or the model gives other
        headline numbers in one draw than in another.

    Notes
    -----
    JCGM 101:2008, *Propagation of distributions using a Monte Carlo method*.
    """
    _check_draws(draws, confidence_level(confidence))
    centre = model(central_inputs(inputs))
    names = tuple(centre)
    stream = streams(inputs, seed)
    values = np.empty((draws, len(names)))
    for d in range(draws):
        values[d] = headline(model, draw_inputs(inputs, stream), names)
    point = np.array([float(centre[name]) for name in names])
    return _summary(names, point, values, inputs=inputs, seed=seed, confidence=confidence)


def difference(after: MonteCarlo, before: MonteCarlo) -> MonteCarlo:
    """What a scenario changes, draw by draw.

    Parameters
    ----------
    after, before
        Two scenarios over the same draws: same seed, number of draws, and distributions of the inputs
        that they share. An input that only one of them has adds its own uncertainty.

    Returns
    -------
    MonteCarlo
        Of the differences (after minus before) of the headline numbers that both have.

    Raises
    ------
    InvalidParameter
        If the draws are not the same or no headline number is shared.
    """
    if (after.seed, after.draws) != (before.seed, before.draws):
        raise InvalidParameter(
            f"the scenarios were drawn apart (seed {after.seed} and {before.seed}, {after.draws} and {before.draws} "
            "draws); run both with one seed and one number of draws"
        )
    names = tuple(name for name in after.names if name in before.names)
    if not names:
        raise InvalidParameter(f"no headline number is shared: {after.names!r} and {before.names!r}")
    here, there = [after.names.index(name) for name in names], [before.names.index(name) for name in names]
    return _summary(
        names,
        after.point[here] - before.point[there],
        after.each_draw[:, here] - before.each_draw[:, there],
        inputs={**before.inputs, **after.inputs},
        seed=after.seed,
        confidence=after.confidence,
    )


def headline(model: Model, drawn: Mapping[str, Value], names: tuple[str, ...]) -> list[float]:
    """The headline numbers of one draw in the order of ``names``; infinite ones count as undefined.

    Raises
    ------
    InvalidParameter
        If the model gives other headline numbers.
    """
    found = model(drawn)
    if set(found) != set(names):
        raise InvalidParameter(
            f"the model gave {sorted(found)!r} in one draw and {sorted(names)!r} at the central inputs; "
            "give every number always, NaN where it is not defined"
        )
    numbers = [float(found[name]) for name in names]
    return [number if np.isfinite(number) else float("nan") for number in numbers]


def _summary(
    names: tuple[str, ...],
    point: NDArray[np.float64],
    values: NDArray[np.float64],
    *,
    inputs: Mapping[str, Distribution],
    seed: int,
    confidence: float,
) -> MonteCarlo:
    tail = (1.0 - confidence) / 2.0
    rows = np.full((4, len(names)), np.nan)
    for k, column in enumerate(values.T):
        defined = column[~np.isnan(column)]
        if defined.size:
            rows[:3, k] = [defined.mean(), *np.quantile(defined, [tail, 1.0 - tail])]
        if defined.size > 1:
            rows[3, k] = defined.std(ddof=1) / np.sqrt(defined.size)
    mean, lower, upper, error = rows
    undefined = np.isnan(values).sum(axis=0).astype(np.int64)
    return MonteCarlo(
        names, point, mean, lower, upper, error, undefined, values, dict(inputs), len(values), seed, confidence
    )


def _check_draws(draws: int, confidence: float) -> None:
    least = int(np.ceil(round(2.0 / (1.0 - confidence), 6)))
    if draws < least:
        raise InvalidParameter(f"draws={draws!r} is too few for an interval at {confidence:.0%}; give at least {least}")
