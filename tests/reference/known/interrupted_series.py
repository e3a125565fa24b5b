"""Cigarette sales in California around Proposition 99, and Stata's Newey–West errors of US investment.

Packs a head and year, 1970 to 2000: Abadie, A., Diamond, A. and Hainmueller, J. (2010), Synthetic control methods for
comparative case studies, Journal of the American Statistical Association 105(490), after Orzechowski and Walker, The Tax
Burden on Tobacco. The break is 1989; years take the place of months. Stata keeps the series in single precision.

Investment and interest, quarterly, 1959 to 2009: data set macrodata of statsmodels, whose tests keep what Stata 12 printed
for ``newey g_realinv g_realgdp L.realint, lag(4)`` (regression/tests/results/results_macro_ols_robust.py).
"""

from functools import cache

import numpy as np
from known_answers import KnownAnswer

from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_series import interrupted_series
from jingan_analysis.models.newey_west import newey_west

PACKS = (
    123.0, 121.0, 123.5, 124.4, 126.7, 127.1, 128.0, 126.4, 126.1, 121.9, 120.2, 118.6, 115.4, 110.8, 104.8, 102.8,
    99.7, 97.5, 90.1, 82.4, 77.8, 68.7, 67.5, 63.4, 58.6, 56.4, 54.5, 53.8, 52.3, 47.2, 41.6,
)  # fmt: skip
LINDEN = "Linden (2015), Stata Journal 15(2), single group: newey, lag(1)"
R = "R, lm(cigsale ~ year0 * post), printed in Mendez, Six ways to evaluate a policy: Proposition 99"
STATA = "Stata 12, newey, lag(4); statsmodels, results_macro_ols_robust"


@cache
def _california():
    series = monthly_series(np.arange(1970, 2001), np.float32(PACKS).astype(float))
    return interrupted_series(series, SegmentedModel("gaussian", (1989,), season=0, lags=1))


def _cell(term, column):
    return lambda: _california().to_frame().loc[term, column]


def _start():
    """The level in the first year, 19 years before the break."""
    table = _california().to_frame()["estimate"]
    return table["intercept"] - 19 * table["trend"]


@cache
def _investment():
    """Coefficients and Newey–West covariance of real GDP's growth, last quarter's interest and the intercept."""
    from statsmodels.datasets import macrodata

    data = macrodata.load_pandas().data
    growth = {name: 400 * np.diff(np.log(data[name].to_numpy())) for name in ("realinv", "realgdp")}
    x = np.column_stack([growth["realgdp"], data["realint"].to_numpy()[:-1], np.ones(len(data) - 1)])
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ x.T @ growth["realinv"]
    scores = x * (growth["realinv"] - x @ beta)[:, None]
    return beta, newey_west(scores, np.arange(len(x)), bread, freedom=len(x) - 3, lags=4)


def _stata(place):
    return lambda: float(np.sqrt(_investment()[1].covariance[place, place]))


def _answer(method, quantity, expected, compute, tolerance, source):
    return KnownAnswer(method, quantity, expected, compute, tolerance, source)


SERIES, ERRORS = "Interrupted time series", "Newey–West"
ANSWERS = (
    _answer(SERIES, "California: level in 1970", 132.2258, _start, 5e-5, LINDEN),
    _answer(SERIES, "California: slope before", -1.779474, _cell("trend", "estimate"), 5e-7, LINDEN),
    _answer(SERIES, "California: change of level", -20.0581, _cell("level_1", "estimate"), 5e-5, LINDEN),
    _answer(SERIES, "California: change of slope", -1.494652, _cell("slope_1", "estimate"), 5e-7, LINDEN),
    _answer(SERIES, "California: level at the break", 98.41579, _cell("intercept", "estimate"), 5e-6, R),
    *(
        _answer(SERIES, f"California: plain error of {name}", value, _cell(term, "quasi_std_error"), 5e-5, R)
        for name, term, value in (
            ("level at the break", "intercept", 2.4746),
            ("slope before", "trend", 0.2170),
            ("change of level", "level_1", 3.7471),
            ("change of slope", "slope_1", 0.4846),
        )
    ),
    _answer(SERIES, "California: residual error", 5.182, lambda: np.sqrt(_california().fit.dispersion), 5e-4, R),
    _answer(ERRORS, "California: error of slope before", 0.3834188, _cell("trend", "newey_west_std_error"), 5e-8, LINDEN),
    _answer(ERRORS, "California: error of change of level", 4.724395, _cell("level_1", "newey_west_std_error"), 5e-7, LINDEN),
    _answer(ERRORS, "US investment: error of growth", 0.33125644884286, _stata(0), 1e-9, STATA),
    _answer(ERRORS, "US investment: error of interest", 0.29582347593197, _stata(1), 1e-9, STATA),
    _answer(ERRORS, "US investment: error of intercept", 1.1859338087713, _stata(2), 1e-9, STATA),
    _answer(ERRORS, "US investment: covariance of growth and interest", 0.0003953117603, lambda: float(_investment()[1].covariance[0, 1]), 1e-9, STATA),
)  # fmt: skip
