"""R's MASS: days away from school (quine) and motor insurance claims (Insurance).

Venables, W. N. and Ripley, B. D. (2002), Modern Applied Statistics with S, 4th ed., sections 7.3 and 7.4. quine is from
Aitkin, M. (1978); one row a child of rural New South Wales in ``data/quine.csv``. Insurance is from Baxter, Coutts and
Ross (1980): for each district, car group and age of driver, the numbers of policy-holders and of claims.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from known_answers import KnownAnswer

from jingan_analysis.models.count_regression import count_regression

QUINE = "R MASS, glm.nb(Days ~ Sex + Eth + Age + Lrn, quine), printed"
NESTED = "R MASS, Examples of glm.nb: Days ~ Sex/(Age + Eth*Lrn)"
INSURANCE = "R MASS, Examples of Insurance: Poisson with offset(log(Holders))"
DATA = Path(__file__).parents[1] / "data"

# Four districts, each with four car groups (by litres), each with four ages of driver, in order.
HOLDERS = (
    197, 264, 246, 1680, 284, 536, 696, 3582, 133, 286, 355, 1640, 24, 71, 99, 452,
    85, 139, 151, 931, 149, 313, 419, 2443, 66, 175, 221, 1110, 9, 48, 72, 322,
    35, 73, 89, 648, 53, 155, 240, 1635, 24, 78, 121, 692, 7, 29, 43, 245,
    20, 33, 40, 316, 31, 81, 122, 724, 18, 39, 68, 344, 3, 16, 25, 114,
)  # fmt: skip
CLAIMS = (
    38, 35, 20, 156, 63, 84, 89, 400, 19, 52, 74, 233, 4, 18, 19, 77,
    22, 19, 22, 87, 25, 51, 49, 290, 14, 46, 39, 143, 4, 15, 12, 53,
    5, 11, 10, 67, 10, 24, 37, 187, 8, 19, 24, 101, 3, 2, 8, 37,
    2, 5, 4, 36, 7, 10, 22, 102, 5, 7, 16, 63, 0, 6, 8, 33,
)  # fmt: skip
POLYNOMIALS = np.array([[-3, 1, -1], [-1, -1, 3], [1, -1, -3], [3, 1, 1]]) / np.sqrt([20, 4, 20])
"""R's contrasts of four ordered levels: linear, quadratic, cubic."""

INSURANCE_NAMES = ("District2", "District3", "District4", "Group.L", "Group.Q", "Group.C", "Age.L", "Age.Q", "Age.C")
INSURANCE_COEFFICIENTS = (
    0.025868, 0.038524, 0.234205, 0.429708, 0.004632, -0.029294, -0.394432, -0.000355, -0.016737,
)  # fmt: skip
QUINE_NAMES = ("SexM", "EthN", "AgeF1", "AgeF2", "AgeF3", "LrnSL")
QUINE_COEFFICIENTS = (0.08232, -0.56937, -0.44843, 0.08808, 0.35690, 0.29211)
QUINE_ERRORS = (0.15992, 0.15333, 0.23975, 0.23619, 0.24832, 0.18647)


@cache
def _insurance():
    place = np.arange(64)
    district = (place // 16)[:, None] == [1, 2, 3]
    covariates = np.column_stack([district, POLYNOMIALS[place // 4 % 4], POLYNOMIALS[place % 4]])
    return count_regression(CLAIMS, covariates, names=INSURANCE_NAMES, exposure=HOLDERS).poisson


@cache
def _quine():
    return pd.read_csv(DATA / "quine.csv")


@cache
def _main_effects():
    q = _quine()
    columns = [q.Sex == "M", q.Eth == "N", q.Age == "F1", q.Age == "F2", q.Age == "F3", q.Lrn == "SL"]
    return count_regression(q.Days, np.column_stack(columns), names=QUINE_NAMES)


@cache
def _nested():
    q = _quine()
    within = [
        q.Age == "F1",
        q.Age == "F2",
        q.Age == "F3",
        q.Eth == "N",
        q.Lrn == "SL",
        (q.Eth == "N") & (q.Lrn == "SL"),
    ]
    columns = [q.Sex == "M", *(((q.Sex == sex) & term) for sex in "FM" for term in within)]
    return count_regression(q.Days, np.column_stack(columns), names=[f"x{k}" for k in range(13)]).negative_binomial


def _answer(method, quantity, expected, compute, tolerance, source):
    return KnownAnswer(method, quantity, expected, compute, tolerance, source)


POISSON, NEGATIVE = "Poisson regression", "Negative binomial regression"
ANSWERS = (
    *(
        _answer(POISSON, f"Insurance: {name}", value, lambda k=k: _insurance().log_rate_ratio[k], 5e-7, INSURANCE)
        for k, (name, value) in enumerate(zip(INSURANCE_NAMES, INSURANCE_COEFFICIENTS, strict=True))
    ),
    _answer(POISSON, "Insurance: intercept", -1.810508, lambda: _insurance().intercept, 5e-7, INSURANCE),
    *(
        _answer(NEGATIVE, f"quine: {name}", value, lambda k=k: _main_effects().negative_binomial.log_rate_ratio[k], 5e-6, QUINE)
        for k, (name, value) in enumerate(zip(QUINE_NAMES, QUINE_COEFFICIENTS, strict=True))
    ),
    *(
        _answer(
            NEGATIVE, f"quine: standard error of {name}", value,
            lambda k=k: _main_effects().negative_binomial.std_error[k], 5e-6, QUINE,
        )
        for k, (name, value) in enumerate(zip(QUINE_NAMES, QUINE_ERRORS, strict=True))
    ),
    _answer(NEGATIVE, "quine: theta", 1.274892646, lambda: 1 / _main_effects().negative_binomial.alpha, 1e-6, QUINE),
    _answer(NEGATIVE, "quine: Akaike's criterion", 1109.2, lambda: _main_effects().negative_binomial.akaike, 0.05, QUINE),
    _answer(NEGATIVE, "quine, nested: theta", 1.598, lambda: 1 / _nested().alpha, 5e-4, NESTED),
    _answer(
        NEGATIVE, "quine, nested: standard error of theta", 0.213,
        lambda: _nested().alpha_std_error / _nested().alpha ** 2, 5e-4, NESTED,
    ),
    _answer(NEGATIVE, "quine, nested: twice the log-likelihood", -1063.025, lambda: 2 * _nested().log_likelihood, 5e-4, NESTED),
)  # fmt: skip
