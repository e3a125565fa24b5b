"""Whether waits by formula hold when the centres are simulated, and what one busy hour alone does to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from jingan_analysis.models.queue_simulation import simulate_waits
from jingan_analysis.models.queueing import mean_wait

if TYPE_CHECKING:
    from jingan_analysis.models.queue_simulation import SimulatedWaits
    from jingan_analysis.studies.service_access import Params

_MINUTES_AN_HOUR: Final = 60.0


class _Plan(NamedTuple):
    """Hours before those that are watched, the watched ones, and runs."""

    before: float
    watched: float
    runs: int


_LONG_RUN: Final = _Plan(40.0, 40.0, 600)
_DAY: Final = _Plan(2.0, 1.0, 3_000)
FARTHEST_ERRORS: Final = 4.5
"""Standard errors that the formula may lie away from a simulation: chance goes beyond once in a hundred thousand times."""


def simulated_windows(windows: pd.DataFrame, params: Params) -> pd.DataFrame | None:
    """Waits at the windows needed: by formula, by simulation of a busy hour without end, and of one within a day.

    Parameters
    ----------
    windows
        As :func:`~jingan_analysis.studies.service_access_queue.windows_at_centres` gives them.

    Returns
    -------
    DataFrame
        Index sub-district; ``visits``, ``needed``, mean waits ``formula``, ``long_run`` and ``day`` in minutes, and
        ``errors_apart``: the difference of the first two in standard errors. None where no centre has visits and hours.
    """
    rows = {}
    for number, (unit, row) in enumerate(windows[windows["needed"] > 0].iterrows()):
        if pd.notna(row["visits_an_hour"]):
            rows[str(unit)] = _hall(row, params, number)
    return pd.DataFrame.from_dict(rows, orient="index") if rows else None


def _hall(row: pd.Series, params: Params, number: int) -> dict[str, float]:
    mean, servers, minutes = float(row["visits_an_hour"]), int(row["needed"]), params.window_service_minutes
    busy = mean * params.busy_hour_factor

    def simulated(plan: _Plan, before: float, stream: int) -> SimulatedWaits:
        return simulate_waits(
            servers=servers, rates=[before / _MINUTES_AN_HOUR, busy / _MINUTES_AN_HOUR],
            lengths=[plan.before * _MINUTES_AN_HOUR, plan.watched * _MINUTES_AN_HOUR], service=minutes,
            longer_than=params.window_wait_minutes, runs=plan.runs, seed=params.seed + 2 * number + stream,
        )  # fmt: skip

    formula = float(mean_wait(servers, busy * minutes / _MINUTES_AN_HOUR, minutes))
    long_run = simulated(_LONG_RUN, busy, 0)
    day = simulated(_DAY, mean, 1)
    return {
        "visits": float(row["visits"]),
        "needed": float(servers),
        "formula": formula,
        "long_run": long_run.mean,
        "day": day.mean,
        "errors_apart": abs(long_run.mean - formula) / long_run.mean_error if long_run.mean_error > 0 else float("nan"),
    }
