"""Erlang's formulas: who is turned away where there is no waiting, and how long they wait where there is.

Servers are beds, places or advisers. The offered load is arrivals a day times the mean stay in days: the number of beds
that would be in use if there were always one free. All formulas take Poisson arrivals, servers that are alike and open
to everybody, and a steady state: months of the same demand. Erlang B holds for stays of any distribution with that
mean; Erlang C and the waits hold for exponential stays only, first come first served, and nobody who gives up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

_MOST_SERVERS = 1_000_000
"""The recursion takes a step a server: more of them is a mistaken unit."""


@dataclass(frozen=True)
class WaitingQueue:
    """A queue for several servers in its steady state, or why it has none.

    Attributes
    ----------
    servers
        Number of servers c.
    load
        Offered load a.
    refusal
        ``load_not_below_servers`` where more arrives than can be served: the queue grows for ever, so that waits are
        infinite and no number of today's records stands for them. None otherwise.
    occupancy
        Share of servers in use, a / c; 1 where refused.
    waits
        Share of arrivals who wait (Erlang C), from 0 to 1; 1 where refused.
    mean_wait_days
        Mean wait of all arrivals, those who do not wait included, days; infinite where refused.
    mean_wait_of_those_who_wait_days
        Mean wait of those who wait, days; infinite where refused.
    mean_waiting
        Mean number of people who wait; infinite where refused.
    """

    servers: int
    load: float
    refusal: Literal["load_not_below_servers"] | None
    occupancy: float
    waits: float
    mean_wait_days: float
    mean_wait_of_those_who_wait_days: float
    mean_waiting: float


@dataclass(frozen=True)
class FewestServers:
    """The fewest servers that keep within a limit, and what one fewer would do.

    Attributes
    ----------
    servers
        The number of servers.
    reached
        What they reach, in the unit of the limit.
    with_one_fewer
        What one server fewer would reach; above the limit, perhaps infinite. NaN where no server is needed.
    limit
        The limit asked for.
    load
        Offered load.
    """

    servers: int
    reached: float
    with_one_fewer: float
    limit: float
    load: float


def erlang_b(servers: ArrayLike, load: ArrayLike) -> NDArray[np.float64]:
    r"""Share of arrivals who find every server busy and are turned away (M/G/c/c).

    .. math::

        B(c, a) = \frac{a^c / c!}{\sum_{k=0}^{c} a^k / k!}, \qquad
        B(0, a) = 1, \quad B(k, a) = \frac{a\, B(k - 1, a)}{k + a\, B(k - 1, a)}

    Where
        c   servers; a offered load. The recursion adds and multiplies positive numbers only: it neither overflows nor
            cancels, for thousands of servers.

    The servers are busy a (1 - B) / c of the time.

    Parameters
    ----------
    servers
        Whole numbers of 0 or more.
    load
        Arrivals a day times mean stay in days, 0 or more; broadcast with the servers.

    Returns
    -------
    NDArray
        Shares from 0 to 1, in the broadcast shape: ``float`` takes the one of a single pair.

    Raises
    ------
    InvalidParameter
        If a number of servers is not whole, negative or above a million, or a load is negative, infinite or NaN.

    Notes
    -----
    Erlang, A. K. (1917), Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges, *Elektroteknikeren* 13; Jagerman, D. L. (1974), Some properties of the Erlang loss function,
    *Bell System Technical Journal* 53(3), for the recursion; Sevastyanov, B. A. (1957), *Theory of Probability and its
    Applications* 2(1), for stays of any distribution.
    """
    c, a = np.broadcast_arrays(_whole(servers), _amounts("load", load))
    blocked = np.ones(a.shape)
    for k in range(1, int(c.max(initial=0)) + 1):
        blocked = np.where(k <= c, a * blocked / (k + a * blocked), blocked)
    return np.asarray(blocked, dtype=np.float64)


def erlang_c(servers: ArrayLike, load: ArrayLike) -> NDArray[np.float64]:
    r"""Share of arrivals who have to wait (M/M/c); 1 where the load is not below the servers.

    .. math:: C(c, a) = \frac{c\, B(c, a)}{c - a + a\, B(c, a)}, \qquad a < c

    Where
        B   share turned away without waiting, :func:`erlang_b`. Waiting is never rarer than being turned away:
            :math:`C \ge B`.

    Parameters and errors are those of :func:`erlang_b`.

    Notes
    -----
    Erlang (1917); Gross, D., Shortle, J. F., Thompson, J. M. and Harris, C. M. (2008), *Fundamentals of Queueing
    Theory*, 4th ed., section 2.3.
    """
    blocked = erlang_b(servers, load)
    c, a = np.broadcast_arrays(_whole(servers), _amounts("load", load))
    waits = np.ones(blocked.shape)
    np.divide(c * blocked, c - a + a * blocked, out=waits, where=a < c)
    return waits


def mean_wait(servers: ArrayLike, load: ArrayLike, mean_stay: ArrayLike) -> NDArray[np.float64]:
    r"""Mean wait of all arrivals in the unit of the stay; infinite where the load is not below the servers.

    .. math:: W_q = \frac{C(c, a)\, s}{c - a}

    Where
        s   mean stay, above 0, such as days; broadcast with the servers and the load.

    Raises
    ------
    InvalidParameter
        As for :func:`erlang_b`, or if a mean stay is not above 0.
    """
    waits = erlang_c(servers, load)
    stay = _above_zero("mean_stay", mean_stay)
    waits, c, a, stay = np.broadcast_arrays(waits, _whole(servers), _amounts("load", load), stay)
    wait = np.full(waits.shape, np.inf)
    np.divide(waits * stay, c - a, out=wait, where=a < c)
    return wait


def share_waiting_longer(
    servers: ArrayLike, load: ArrayLike, mean_stay: ArrayLike, than: ArrayLike
) -> NDArray[np.float64]:
    r"""Share of all arrivals who wait longer than a time; 1 where the load is not below the servers.

    .. math:: P(W > t) = C(c, a)\, e^{-(c - a)\, t / s}

    Where
        t   the time ``than``, 0 or more, in the unit of the mean stay s; at 0 it is the share who wait.

    Raises
    ------
    InvalidParameter
        As for :func:`mean_wait`, or if a time is negative, infinite or NaN.
    """
    waits = erlang_c(servers, load)
    stay, time = _above_zero("mean_stay", mean_stay), _amounts("than", than)
    spare = np.maximum(_whole(servers) - _amounts("load", load), 0.0)
    return np.asarray(waits * np.exp(-spare * time / stay), dtype=np.float64)


def waiting_queue(servers: int, arrivals_per_day: float, mean_stay_days: float) -> WaitingQueue:
    """Waits for one number of servers; see :func:`erlang_c` and :func:`mean_wait`.

    Raises
    ------
    InvalidParameter
        As for :func:`mean_wait`, or if the arrivals are negative, infinite or NaN.
    """
    stay = float(_above_zero("mean_stay_days", mean_stay_days))
    arrivals = float(_amounts("arrivals_per_day", arrivals_per_day))
    load = arrivals * stay
    waits, wait = float(erlang_c(servers, load)), float(mean_wait(servers, load, stay))
    if load >= servers:
        return WaitingQueue(servers, load, "load_not_below_servers", 1.0, 1.0, np.inf, np.inf, np.inf)
    spare = servers - load
    return WaitingQueue(servers, load, None, load / servers, waits, wait, stay / spare, waits * load / spare)


def servers_for_blocking(load: float, limit: float) -> FewestServers:
    """The fewest servers that turn away no more than a share of the arrivals.

    Each further server turns away less, so the first within the limit is the fewest. The same holds for waits.

    Parameters
    ----------
    load
        Offered load.
    limit
        Largest share turned away, above 0 and at most 1.

    Raises
    ------
    InvalidParameter
        If the load or the limit is impossible, or more than a million servers would be needed.
    """
    load, limit = _load_and_limit(load, limit, most=1.0)
    return _fewest(_losses(load), load, limit)


def servers_for_mean_wait(load: float, mean_stay: float, limit: float) -> FewestServers:
    """The fewest servers for which arrivals wait no longer than ``limit`` on average, in the unit of the mean stay.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, or more than a million servers would be needed.
    """
    stay = float(_above_zero("mean_stay", mean_stay))
    load, limit = _load_and_limit(load, limit, most=np.inf)
    found = (waits * stay / (c - load) if c > load else np.inf for c, waits in enumerate(_waits(load)))
    return _fewest(found, load, limit)


def servers_for_long_waits(load: float, mean_stay: float, than: float, limit: float) -> FewestServers:
    """The fewest servers for which no more than a share ``limit`` of the arrivals wait longer than ``than``.

    Parameters
    ----------
    load
        Offered load.
    mean_stay, than
        Mean stay and the time, in the same unit.
    limit
        Largest share who wait longer, above 0 and at most 1.

    Raises
    ------
    InvalidParameter
        If an argument is impossible, or more than a million servers would be needed.
    """
    times = float(_amounts("than", than)) / float(_above_zero("mean_stay", mean_stay))
    load, limit = _load_and_limit(load, limit, most=1.0)
    found = (waits * np.exp(-max(c - load, 0.0) * times) for c, waits in enumerate(_waits(load)))
    return _fewest(found, load, limit)


def _losses(load: float) -> Iterator[float]:
    """Erlang B for 0, 1, 2, ... servers."""
    blocked = 1.0
    yield blocked
    for k in range(1, _MOST_SERVERS + 1):
        blocked = load * blocked / (k + load * blocked)
        yield blocked


def _waits(load: float) -> Iterator[float]:
    """Erlang C for 0, 1, 2, ... servers."""
    for c, blocked in enumerate(_losses(load)):
        yield c * blocked / (c - load + load * blocked) if c > load else 1.0


def _fewest(found: Iterator[float], load: float, limit: float) -> FewestServers:
    before = float("nan")
    for servers, reached in enumerate(found):
        if reached <= limit:
            return FewestServers(servers, float(reached), before, limit, load)
        before = float(reached)
    raise InvalidParameter(
        f"load={load!r} with limit={limit!r} would need more than {_MOST_SERVERS} servers; check the units of arrivals "
        "and stay"
    )


def _load_and_limit(load: float, limit: float, *, most: float) -> tuple[float, float]:
    checked = float(_amounts("load", load))
    if not (0.0 < limit <= most and np.isfinite(limit)):
        allowed = "a finite time above 0" if most > 1.0 else "a share above 0 and at most 1"
        raise InvalidParameter(f"limit={limit!r} must be {allowed}; no number of servers keeps within 0")
    return checked, float(limit)


def _amounts(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Finite amounts of 0 or more as float64, in the shape they have.

    Raises
    ------
    InvalidParameter
        If one is negative, infinite or NaN.
    """
    amounts = np.asarray(values, dtype=np.float64)
    if not (np.isfinite(amounts) & (amounts >= 0)).all():
        raise InvalidParameter(f"{name} must be finite and 0 or more; leave out what is not known before, and count it")
    return amounts


def _above_zero(name: str, values: ArrayLike) -> NDArray[np.float64]:
    amounts = _amounts(name, values)
    if not (amounts > 0).all():
        raise InvalidParameter(f"{name} must be above 0, in the unit of the times")
    return amounts


def _whole(servers: ArrayLike) -> NDArray[np.float64]:
    number = _amounts("servers", servers)
    if (number != np.floor(number)).any() or (number > _MOST_SERVERS).any():
        raise InvalidParameter(f"servers must be whole numbers from 0 to {_MOST_SERVERS}")
    return number
