"""Erlang B and C.

The capacity table of Lucent gives the load at which 2 % are turned away. Of its 45 rows, those for 33, 41, 45, 55, 61, 63
and 69 channels have misprinted digits (41: 31.915 for 31.9158; 61: 50.389 for 50.589) and are left out. The clinic of
Gross and Harris has three doctors, six patients an hour and 20 minutes each: a share of 4/9 waits, by exact fractions.
"""

from known_answers import KnownAnswer
from scipy.optimize import brentq

from jingan_analysis.models.queueing import (
    erlang_b,
    erlang_c,
    mean_wait,
    servers_for_long_waits,
    share_waiting_longer,
    waiting_queue,
)

LUCENT = "Lucent Technologies, Traffic Engineering, Erlang-B capacity table for 2 % blocking"
ERLANG_C = "R ErlangC 0.1.0, README: 100 calls in 30 minutes of 180 s each, answered within 20 s, printed"
GROSS_HARRIS = "Gross and Harris, Fundamentals of Queueing Theory, M/M/c example of the eye clinic"
MATHEMATICA = "Mathematica, ln B; quoted in the tests of capacity_planning, erlang_test.py"
CLOSED = "Erlang (1917), by hand: B = (a^c / c!) / (1 + a + ... + a^c / c!)"
TURNED_AWAY, WAITING = "Erlang B", "Erlang C"
CAPACITY = (
    (1, 0.020), (3, 0.602), (5, 1.657), (7, 2.935), (9, 4.345), (11, 5.842), (15, 9.010), (21, 14.036), (31, 22.827),
    (51, 41.189), (71, 60.082), (89, 77.342),
)  # fmt: skip
"""Channels, and the load in erlangs at which 2 % are turned away."""


def _load_at(servers, share):
    return brentq(lambda load: float(erlang_b(servers, load)) - share, 1e-9, 2.0 * servers, xtol=1e-12)


def _log_b(servers, load):
    from math import log

    return log(float(erlang_b(servers, load)))


CLINIC = {"arrivals_per_day": 6 * 24, "mean_stay_days": 20 / 60 / 24}
ANSWERS = (
    *(
        KnownAnswer(TURNED_AWAY, f"{servers} channels: load with 2 % turned away", load, lambda c=servers: _load_at(c, 0.02), 5e-4, LUCENT)
        for servers, load in CAPACITY
    ),
    KnownAnswer(TURNED_AWAY, "1 server, load 1", 1 / 2, lambda: float(erlang_b(1, 1)), 1e-15, CLOSED),
    KnownAnswer(TURNED_AWAY, "2 servers, load 1", 1 / 5, lambda: float(erlang_b(2, 1)), 1e-15, CLOSED),
    KnownAnswer(TURNED_AWAY, "100 servers, load 120: logarithm", -1.62826407041, lambda: _log_b(100, 120), 5e-12, MATHEMATICA),
    KnownAnswer(TURNED_AWAY, "10 000 servers, load 12 000: logarithm", -1.78927734649, lambda: _log_b(10_000, 12_000), 5e-12, MATHEMATICA),
    KnownAnswer(TURNED_AWAY, "100 servers, load 20: logarithm", -84.1661482002, lambda: _log_b(100, 20), 5e-11, MATHEMATICA),
    KnownAnswer(WAITING, "14 agents, load 10: share who wait", 0.1741319, lambda: float(erlang_c(14, 10)), 5e-8, ERLANG_C),
    KnownAnswer(
        WAITING, "14 agents, load 10: share within 20 s", 0.88835,
        lambda: 1 - float(share_waiting_longer(14, 10, 180, 20)), 5e-6, ERLANG_C,
    ),
    KnownAnswer(WAITING, "14 agents, load 10: mean wait, s", 7.83593701177724, lambda: float(mean_wait(14, 10, 180)), 5e-14, ERLANG_C),
    KnownAnswer(
        WAITING, "load 10, 80 % within 20 s: agents", 14, lambda: servers_for_long_waits(10, 180, 20, 0.2).servers, 0, ERLANG_C
    ),
    KnownAnswer(WAITING, "eye clinic: mean number who wait", 8 / 9, lambda: waiting_queue(3, **CLINIC).mean_waiting, 1e-12, GROSS_HARRIS),
    KnownAnswer(
        WAITING, "eye clinic: mean time in the clinic, minutes", 28.9,
        lambda: (waiting_queue(3, **CLINIC).mean_wait_days + CLINIC["mean_stay_days"]) * 1440, 0.05, GROSS_HARRIS,
    ),
)  # fmt: skip
