"""Waits of a queue for several servers by simulation: what Erlang's formula takes for granted can be changed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class SimulatedWaits:
    """Waits of those who come in the watched part of each run.

    Attributes
    ----------
    mean, mean_error
        Mean wait and its standard error over runs, in the unit of the service time. NaN where nobody came.
    long, long_error
        Share who wait longer than the time given, and its standard error.
    arrivals
        Arrivals watched, over all runs.
    """

    mean: float
    mean_error: float
    long: float
    long_error: float
    arrivals: int


def simulate_waits(  # all are named by the caller
    *,
    servers: int,
    rates: Sequence[float],
    lengths: Sequence[float],
    service: float,
    longer_than: float,
    watched: int = -1,
    runs: int = 1_000,
    seed: int = 0,
) -> SimulatedWaits:
    r"""Waits at servers that are alike, first come first served, from an empty beginning.

    Arrivals are a Poisson process with a rate of its own in each stretch of time; service times are exponential. The
    workloads of the servers follow Kiefer and Wolfowitz, for all runs at once:

    .. math:: W_{n+1} = R\left( (W_n + S_n e_1 - T_n)^+ \right), \qquad \text{wait}_n = W_n^{(1)}

    Where
        W   work ahead at each server, ascending; S service time; T time to the next arrival; R sorts; e_1 the server
            with the least work.

    Parameters
    ----------
    servers
        Number of servers, at least 1.
    rates, lengths
        Arrivals a unit of time, and duration, of each stretch.
    service
        Mean service time, above 0.
    longer_than
        A longer wait is long.
    watched
        Number of the stretch whose arrivals count; the last one by default.
    runs
        Independent repetitions, from 2; errors are those of a ratio of sums over them.
    seed
        Of the random numbers.

    Raises
    ------
    InvalidParameter
        If a number is negative, not finite or zero where it must not be, or rates and lengths differ in number.

    Notes
    -----
    Kiefer, J. and Wolfowitz, J. (1955), On the theory of queues with many servers, *Transactions of the American
    Mathematical Society* 78(1).
    """
    _check(servers, rates, lengths, service, runs)
    random = np.random.default_rng(seed)
    ends = np.cumsum(lengths)
    stretch = range(len(rates))[watched]
    begin = float(ends[stretch] - lengths[stretch])
    times, present = _arrivals(random, rates, lengths, runs)
    work, clock = np.zeros((runs, servers)), np.zeros(runs)
    waited, long, came = np.zeros(runs), np.zeros(runs), np.zeros(runs)
    for each in range(times.shape[1]):
        here = present[:, each]
        work = np.maximum(work - np.where(here, times[:, each] - clock, 0.0)[:, None], 0.0)
        clock = np.where(here, times[:, each], clock)
        wait = work[:, 0].copy()
        counts = here & (times[:, each] >= begin) & (times[:, each] < ends[stretch])
        waited += np.where(counts, wait, 0.0)
        long += counts & (wait > longer_than)
        came += counts
        work[:, 0] += np.where(here, random.exponential(service, runs), 0.0)
        work.sort(axis=1)
    return SimulatedWaits(*_ratio(waited, came), *_ratio(long, came), int(came.sum()))


def _arrivals(
    random: np.random.Generator, rates: Sequence[float], lengths: Sequence[float], runs: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Times of arrival in order, one row a run, and which entries are arrivals."""
    parts, begin = [], 0.0
    for rate, length in zip(rates, lengths, strict=True):
        counts = random.poisson(rate * length, runs)
        # Given their number, arrivals of a Poisson process are spread evenly over the time.
        drawn = begin + length * random.random((runs, int(counts.max(initial=0))))
        parts.append(np.where(np.arange(drawn.shape[1]) < counts[:, None], drawn, np.inf))
        begin += length
    times = np.sort(np.concatenate(parts, axis=1), axis=1)
    present = np.isfinite(times)
    return np.where(present, times, 0.0), present


def _ratio(amounts: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[float, float]:
    """Ratio of sums and its standard error over runs."""
    if not counts.sum() > 0:
        return (np.nan, np.nan)
    ratio = float(amounts.sum() / counts.sum())
    return ratio, float(np.std(amounts - ratio * counts, ddof=1) / np.sqrt(len(counts)) / counts.mean())


def _check(servers: int, rates: Sequence[float], lengths: Sequence[float], service: float, runs: int) -> None:
    if servers < 1 or runs < 2:
        raise InvalidParameter(f"servers={servers!r} and runs={runs!r} must be at least 1 and 2")
    if len(rates) != len(lengths) or not rates:
        raise InvalidParameter(f"{len(rates)} rates and {len(lengths)} lengths: give one of each for every stretch")
    numbers = np.array([*rates, *lengths, service], dtype=np.float64)
    if not (np.isfinite(numbers) & (numbers >= 0)).all() or not service > 0 or not sum(lengths) > 0:
        raise InvalidParameter("rates, lengths and service must be finite and 0 or more, and service above 0")
