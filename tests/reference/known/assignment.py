"""Transport problems with published optima."""

import numpy as np
from known_answers import KnownAnswer
from scipy.sparse import csr_array

from jingan_analysis.models.linear_program import maximise

SUPPLY, DEMAND = (350, 600), (325, 300, 275)
MILES = ((2.5, 1.7, 1.8), (2.5, 1.8, 1.4))
"""Thousands, from Seattle and San Diego to New York, Chicago and Topeka; freight is 90 dollars a case and 1,000 miles."""


def canning() -> float:
    """Least freight in thousands of dollars: as the largest negative cost with every demand met."""
    cost = 0.09 * np.array(MILES).ravel()
    rows, columns, sign = zip(
        *[(i, 3 * i + j, 1.0) for i in range(2) for j in range(3)],
        *[(2 + j, 3 * i + j, -1.0) for i in range(2) for j in range(3)],
        strict=True,
    )
    matrix = csr_array((sign, (rows, columns)), shape=(5, 6))
    return -maximise(-cost, matrix, np.array([*SUPPLY, *(-d for d in DEMAND)], dtype=float)).value


ANSWERS = (
    KnownAnswer(
        "Transport problem", "canning plants: least freight, thousand dollars", 153.675, canning, 5e-4,
        "Dantzig (1963), Linear Programming and Extensions, ch. 3.3; GAMS model library, trnsport",
    ),
)  # fmt: skip
