"""Which uncertain input matters most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.monte_carlo import Model, MonteCarlo, headline, monte_carlo
from jingan_analysis.models.monte_carlo_inputs import (
    Distribution,
    Fixed,
    central_inputs,
    draw_inputs,
    streams,
)


@dataclass(frozen=True)
class IfKnown:
    """How much narrower the interval would be if one input were known.

    Attributes
    ----------
    inputs
        Names of the uncertain inputs, shape (n_inputs,).
    numbers
        Headline numbers, shape (n_numbers,).
    width
        Width of the interval with everything uncertain, shape (n_numbers,).
    width_if_known
        Width with the input at its centre, shape (n_inputs, n_numbers).
    shrinkage
        1 - width_if_known / width, shape (n_inputs, n_numbers); below 0 where the input's centre is
        a place at which the others matter more; NaN where the interval has no width.
    everything_uncertain
        The run that the others are compared with.
    """

    inputs: tuple[str, ...]
    numbers: tuple[str, ...]
    width: NDArray[np.float64]
    width_if_known: NDArray[np.float64]
    shrinkage: NDArray[np.float64]
    everything_uncertain: MonteCarlo

    def to_frame(self) -> pd.DataFrame:
        """One row a headline number and input, the input that matters most first."""
        n_inputs, n_numbers = self.shrinkage.shape
        return (
            pd.DataFrame(
                {
                    "number": np.tile(self.numbers, n_inputs),
                    "input": np.repeat(self.inputs, n_numbers),
                    "width": np.tile(self.width, n_inputs),
                    "width_if_known": self.width_if_known.ravel(),
                    "shrinkage": self.shrinkage.ravel(),
                }
            )
            .sort_values(["number", "shrinkage", "input"], ascending=[True, False, True])
            .reset_index(drop=True)
        )

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: what would narrow each interval."""
        from jingan_analysis.showing import shown

        notes = ("Shrinkage: how much narrower the interval becomes when the input is held at its centre.",)
        return shown("Which input matters most", frame=self.to_frame(), notes=notes)


@dataclass(frozen=True)
class SobolIndices:
    """Shares of the variance of each headline number.

    Attributes
    ----------
    inputs, numbers
        Names, shapes (n_inputs,) and (n_numbers,).
    first_order
        Share of the variance that the input explains by itself, shape (n_inputs, n_numbers); an
        estimate, so it may fall a little below 0. NaN where the number does not vary.
    total
        The same with all interactions that the input takes part in, shape (n_inputs, n_numbers).
    first_order_error, total_error
        Standard errors of the estimates from the finite number of draws, shape (n_inputs, n_numbers).
    variance
        Of each headline number, shape (n_numbers,).
    undefined
        Draws left out because the number is not defined in one of their runs, shape (n_numbers,).
    draws, seed, runs
        Draws of each sample, seed, and how often the model ran: draws × (n_inputs + 2).
    """

    inputs: tuple[str, ...]
    numbers: tuple[str, ...]
    first_order: NDArray[np.float64]
    total: NDArray[np.float64]
    first_order_error: NDArray[np.float64]
    total_error: NDArray[np.float64]
    variance: NDArray[np.float64]
    undefined: NDArray[np.int64]
    draws: int
    seed: int
    runs: int

    def to_frame(self) -> pd.DataFrame:
        """One row a headline number and input, the largest total first."""
        n_inputs, n_numbers = self.total.shape
        return (
            pd.DataFrame(
                {
                    "number": np.tile(self.numbers, n_inputs),
                    "input": np.repeat(self.inputs, n_numbers),
                    "first_order": self.first_order.ravel(),
                    "first_order_standard_error": self.first_order_error.ravel(),
                    "total": self.total.ravel(),
                    "total_standard_error": self.total_error.ravel(),
                }
            )
            .sort_values(["number", "total", "input"], ascending=[True, False, True])
            .reset_index(drop=True)
        )


def interval_if_known(
    model: Model,
    inputs: Mapping[str, Distribution],
    *,
    draws: int,
    seed: int,
    confidence: float,
) -> IfKnown:
    r"""By how much each interval would shrink if one input were known to be at its centre.

    .. math::

        s_j = 1 - \frac{w(X_{-j}, x_j = c_j)}{w(X)}

    Where
        w     width of the percentile interval; X all inputs uncertain;
        c_j   centre of input j. All runs share their draws, so the comparison holds no extra noise.

    It is the sentence a reader can act on: "if walking speeds were measured, the interval would be
    40 % narrower". It looks at one place, the centre, and the shares of several inputs do not add
    up; :func:`sobol_indices` averages over all places and tells interactions apart.

    Raises
    ------
    InvalidParameter
        As :func:`jingan_analysis.models.monte_carlo.monte_carlo`, or if no input is uncertain.

    Notes
    -----
    A one-at-a-time form of factor fixing: Saltelli, A. et al. (2008), *Global Sensitivity Analysis: The
    Primer*, Wiley, chapter 1.
    """
    uncertain = _uncertain(inputs)
    whole = monte_carlo(model, inputs, draws=draws, seed=seed, confidence=confidence)
    centre = central_inputs(inputs)
    known = [
        monte_carlo(model, {**inputs, name: Fixed(centre[name])}, draws=draws, seed=seed, confidence=confidence)
        for name in uncertain
    ]
    width = whole.upper - whole.lower
    width_if_known = np.array([run.upper - run.lower for run in known])
    ratio = np.full(width_if_known.shape, np.nan)
    # An interval as wide as the rounding of its bounds has no width that could shrink.
    wide = width > 1e-9 * np.maximum(np.abs(whole.lower), np.abs(whole.upper))
    np.divide(width_if_known, width, out=ratio, where=wide)
    return IfKnown(uncertain, whole.names, width, width_if_known, 1.0 - ratio, whole)


def sobol_indices(model: Model, inputs: Mapping[str, Distribution], *, draws: int, seed: int) -> SobolIndices:
    r"""First-order and total Sobol' indices of named inputs, each a number or a whole array.

    .. math::

        S_j = \frac{\frac1n \sum_d f(B)_d \left(f(A_B^{(j)})_d - f(A)_d\right)}{V}, \qquad
        T_j = \frac{\frac1{2n} \sum_d \left(f(A)_d - f(A_B^{(j)})_d\right)^2}{V}

    Where
        A, B      two independent samples of all inputs;
        A_B^(j)   sample A with input j taken from B; an array is exchanged whole, as a group;
        f         the headline number less its mean over A and B; V its variance over A and B;
        n         draws.

    scipy's ``sobol_indices`` has the same estimators, for single numbers only; it takes powers of two
    and reports 0 where nothing varies.

    Parameters
    ----------
    model, inputs
        As in :func:`jingan_analysis.models.monte_carlo.monte_carlo`.
    draws
        Draws of each sample; the model runs draws × (n_inputs + 2) times.
    seed
        0 or more; sample A is the sample of ``monte_carlo`` with the same seed.

    Raises
    ------
    InvalidParameter
        If there are fewer than two draws, no input is uncertain, or the model gives other numbers
        in one draw than in another.

    Notes
    -----
    First order: Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output,
    *Computer Physics Communications* 181(2), table 2 (b). Total: Jansen, M. J. W. (1999), Analysis of
    variance designs for model output, *Computer Physics Communications* 117(1–2). Groups of inputs:
    Sobol', I. M. (2001), *Mathematics and Computers in Simulation* 55(1–3).
    """
    if draws < 2:
        raise InvalidParameter(f"draws={draws!r} must be 2 or more; some hundreds give usable indices")
    uncertain = _uncertain(inputs)
    names = tuple(model(central_inputs(inputs)))
    runs = np.empty((len(uncertain) + 2, draws, len(names)))
    first, second = streams(inputs, seed), streams(inputs, seed, sample=1)
    for d in range(draws):
        a, b = draw_inputs(inputs, first), draw_inputs(inputs, second)
        for row, drawn in enumerate([a, b, *({**a, name: b[name]} for name in uncertain)]):
            runs[row, d] = headline(model, drawn, names)
    estimates = [_estimate(runs[:, :, k]) for k in range(len(names))]
    first_order, total, first_error, total_error = np.moveaxis(np.array([found for found, _ in estimates]), 0, -1)
    return SobolIndices(
        inputs=uncertain,
        numbers=names,
        first_order=first_order,
        total=total,
        first_order_error=first_error,
        total_error=total_error,
        variance=np.array([variance for _, variance in estimates]),
        undefined=np.isnan(runs).any(axis=0).sum(axis=0).astype(np.int64),
        draws=draws,
        seed=seed,
        runs=runs.shape[0] * draws,
    )


def _estimate(runs: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Indices and their standard errors, shape (4, n_inputs), of one number's runs (n_inputs + 2, draws)."""
    defined = runs[:, ~np.isnan(runs).any(axis=0)]
    n = defined.shape[1]
    nothing = np.full((4, len(runs) - 2), np.nan)
    if n < 2:
        return nothing, float("nan")
    variance = float(defined[:2].var())
    if variance <= (1e-12 * float(np.abs(defined).max())) ** 2:
        return nothing, 0.0  # rounding only: the number does not vary
    a, b, *exchanged = defined - defined[:2].mean()
    moved = np.array(exchanged)
    alone, together = b * (moved - a) / variance, 0.5 * (a - moved) ** 2 / variance
    spread = ((a**2 + b**2) / 2.0 - variance) / variance  # how each draw moves the variance itself
    indices = np.array([alone.mean(axis=1), together.mean(axis=1)])
    errors = [
        (terms - index[:, None] * spread).std(axis=1, ddof=1) / np.sqrt(n)
        for terms, index in zip((alone, together), indices, strict=True)
    ]
    return np.concatenate([indices, np.array(errors)]), variance


def _uncertain(inputs: Mapping[str, Distribution]) -> tuple[str, ...]:
    names = tuple(name for name, distribution in inputs.items() if not isinstance(distribution, Fixed))
    if not names:
        raise InvalidParameter("no input is uncertain; give at least one distribution that is not Fixed")
    return names
