"""Transport problems and set covers with published optima.

Dantzig's canning plants are ``trnsport`` of the GAMS model library (miles in thousands; freight is 90 dollars a case and
1,000 miles). The workers of OR-Tools, the canneries of P & T and lpSolve's example stand here as published.
The Steiner triple system of 9 points is the affine plane over three elements.
"""

from functools import partial
from itertools import combinations, product

import numpy as np
from known_answers import KnownAnswer
from scipy.sparse import csr_array

from jingan_analysis.models.linear_program import maximise
from jingan_analysis.models.set_cover import smallest_cover

CANNING = 0.09 * np.array([(2.5, 1.7, 1.8), (2.5, 1.8, 1.4)])
WORKERS = np.array([(90, 80, 75, 70), (35, 85, 55, 65), (125, 95, 90, 95), (45, 110, 95, 115), (50, 100, 90, 100)])
CANNERIES = np.array([(464, 513, 654, 867), (352, 416, 690, 791), (995, 682, 388, 685)])
NO = 10_000
BRONSON = np.array(
    [
        (NO, 7, 7.7, 8.4, 0),
        (NO, NO, 7, 7.7, 0),
        (NO, NO, NO, 7, 0),
        (0, 0.7, 1.4, 2.1, NO),
        (8, NO, NO, NO, 0),
        (NO, 9, NO, NO, 0),
        (NO, NO, 8, NO, 0),
        (NO, NO, NO, 10, 0),
    ]
)


def least_cost(cost, supply, demand):
    """Least cost of meeting every demand: as the largest negative cost."""
    sources, places = cost.shape
    at = np.arange(cost.size)
    leaves = csr_array((np.ones(cost.size), (at // places, at)), shape=(sources, cost.size))
    arrives = csr_array((np.ones(cost.size), (at % places, at)), shape=(places, cost.size))
    demands = np.array(demand, dtype=float)
    found = maximise(-cost.ravel().astype(float), leaves, np.array(supply, dtype=float), at_least=(arrives, demands))
    return -found.value


def points_on_every_line():
    """Fewest points that meet every line of the affine plane over three elements: three points that sum to zero."""
    points = list(product(range(3), repeat=2))
    lines = [
        trio
        for trio in combinations(range(len(points)), 3)
        if all(sum(points[i][k] for i in trio) % 3 == 0 for k in range(2))
    ]
    pairs = [(line, point) for line, trio in enumerate(lines) for point in trio]
    return float(smallest_cover(*zip(*pairs, strict=True), elements=len(lines), sets=len(points)).size)


STEINER = (
    "Fulkerson, Nemhauser & Trotter (1974), Two computationally difficult set covering problems, "
    "Mathematical Programming Study 2; MIPLIB, stein9"
)

ANSWERS = (
    KnownAnswer(
        "Transport problem", "canning plants: least freight, thousand dollars", 153.675,
        partial(least_cost, CANNING, (350, 600), (325, 300, 275)), 5e-4,
        "Dantzig (1963), Linear Programming and Extensions, ch. 3.3; GAMS model library, trnsport",
    ),
    KnownAnswer(
        "Transport problem", "five workers, four tasks: least cost", 265.0,
        partial(least_cost, WORKERS, (1,) * 5, (1,) * 4), 5e-6,
        "OR-Tools documentation, Solving an assignment problem",
    ),
    KnownAnswer(
        "Transport problem", "canneries and warehouses of P & T: least cost, dollars", 152_535.0,
        partial(least_cost, CANNERIES, (75, 125, 100), (80, 65, 70, 85)), 5e-4,
        "Hillier & Lieberman, Introduction to Operations Research, ch. The transportation and assignment problems",
    ),
    KnownAnswer(
        "Transport problem", "eight sources, five places: least cost", 7790.0,
        partial(least_cost, BRONSON, (200, 300, 350, 200, 100, 50, 100, 150), (250, 100, 400, 500, 200)), 5e-4,
        "Bronson (1981), Operations Research; example of lp.transport in R's lpSolve",
    ),
    KnownAnswer("Set cover", "Steiner triple system of 9 points: smallest cover", 5.0,
                points_on_every_line, 0.0, STEINER),
)  # fmt: skip
