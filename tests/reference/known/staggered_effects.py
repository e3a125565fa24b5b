"""Minimum wage and teen employment, 500 counties from 2003 to 2007: R's did, with its data set mpdta.

Callaway, B. and Sant'Anna, P. H. C. (2021), Difference-in-differences with multiple time periods, Journal of
Econometrics 225(2); the numbers are those of the package's vignette "Getting Started with the did Package" and of its
README, without covariates. Standard errors there come from a bootstrap; the analytical ones are computed with moderndid.
``data/mpdta.csv`` has one row a county: its code, the year in which its minimum wage first rose (0: it did not), and the
logarithm of teen employment in each year.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from known_answers import KnownAnswer

from jingan_analysis.models.staggered_aggregates import aggregate_effects
from jingan_analysis.models.staggered_effects import group_time_effects

DID = "R did, Getting Started with the did Package (mpdta)"
MODERNDID = "moderndid 0.2.0, computed"
DATA = Path(__file__).parents[1] / "data" / "mpdta.csv"

CELLS = {
    (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
    (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
    (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
}  # fmt: skip
EVENTS = {-3: 0.0305, -2: -0.0006, -1: -0.0245, 0: -0.0199, 1: -0.0510, 2: -0.1373, 3: -0.1008}
ERRORS = {(2004, 2004): 0.0233, (2004, 2006): 0.0364, (2006, 2007): 0.0202, (2007, 2007): 0.0167}
OVERALL = {
    "simple": (-0.0400, 0.0120), "group": (-0.0310, 0.0124), "event": (-0.0772, 0.0200), "calendar": (-0.0417, 0.0160),
}  # fmt: skip
NOT_YET = {
    "simple": (-0.0398, 0.0121), "group": (-0.0305, 0.0126), "event": (-0.0774, 0.0196), "calendar": (-0.0443, 0.0156),
}  # fmt: skip


@cache
def _cells(comparison="never_treated"):
    counties = pd.read_csv(DATA)
    adoption = np.where(counties.first_treat == 0, -1, counties.first_treat - 2003)
    return group_time_effects(counties.iloc[:, 2:], adoption, comparison=comparison)


def _cell(key):
    found = _cells()
    place = np.flatnonzero((found.group + 2003 == key[0]) & (found.period + 2003 == key[1]))[0]
    return float(found.effect[place]), float(found.std_error[place])


def _event(event):
    found = aggregate_effects(_cells(), "event")
    return float(found.effect[found.at == event][0])


def _overall(aggregation, comparison="never_treated"):
    found = aggregate_effects(_cells(comparison), aggregation)
    return found.overall, found.overall_std_error


def _answer(quantity, expected, compute, source=DID, tolerance=5e-5):
    return KnownAnswer(
        "Staggered difference-in-differences", f"mpdta: {quantity}", expected, compute, tolerance, source
    )


ANSWERS = (
    *(_answer(f"ATT{key}", value, lambda key=key: _cell(key)[0]) for key, value in CELLS.items()),
    _answer("p value of the pre-trend test", 0.16812, lambda: _cells().pre_trend_p_value, tolerance=5e-6),
    *(_answer(f"ATT at event time {e}", value, lambda e=e: _event(e)) for e, value in EVENTS.items()),
    _answer("overall by event time", -0.0772, lambda: _overall("event")[0]),
    *(
        _answer(f"standard error of ATT{key}", value, lambda key=key: _cell(key)[1], MODERNDID)
        for key, value in ERRORS.items()
    ),
    *(
        _answer(f"{what}, {aggregation}", value, lambda a=aggregation, k=k: _overall(a)[k], MODERNDID)
        for aggregation, pair in OVERALL.items()
        for k, (what, value) in enumerate(zip(("overall", "standard error"), pair, strict=True))
        if (aggregation, k) != ("event", 0)
    ),
    *(
        _answer(
            f"{what}, {aggregation}, against the not yet treated", value,
            lambda a=aggregation, k=k: _overall(a, "not_yet_treated")[k], MODERNDID,
        )
        for aggregation, pair in NOT_YET.items()
        for k, (what, value) in enumerate(zip(("overall", "standard error"), pair, strict=True))
    ),
)  # fmt: skip
