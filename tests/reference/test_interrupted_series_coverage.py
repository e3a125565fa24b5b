"""Changes planted in simulated months of occupied beds are found with intervals that hold them as often as they say.

Two breaks in 48 months of about 9,000 usable bed-days, whose log odds wander beside binomial chance, so that the
dispersion is about ten. With 200 series a share of 95 % has a standard error of 1.5 points.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_effects import counterfactual
from jingan_analysis.models.interrupted_series import interrupted_series

pytestmark = pytest.mark.slow
SERIES, MONTHS, BREAKS = 200, 48, (24, 36)
PLANTED = {"level_1": 0.3, "level_2": -0.2, "slope_1": 0.02, "slope_2": 0.01}
NOTHING = dict.fromkeys(PLANTED, 0.0)
SPREAD = 0.07
MODEL = SegmentedModel("binomial", BREAKS, season=1)
ERROR = math.sqrt(0.05 * 0.95 / SERIES)


def log_odds(planted):
    t = np.arange(MONTHS)
    eta = 0.8 + 0.008 * (t - 24) + 0.1 * np.sin(2 * np.pi * (t + 1) / 12)
    for number, at in enumerate(BREAKS, start=1):
        eta += np.where(t >= at, planted[f"level_{number}"] + planted[f"slope_{number}"] * (t - at), 0.0)
    return eta


def wandering(generator, rho):
    noise = generator.normal(size=MONTHS)
    for at in range(1, MONTHS):
        noise[at] = rho * noise[at - 1] + math.sqrt(1 - rho**2) * noise[at]
    return SPREAD * noise


def simulated(seed, planted, rho, *, comparison=False):
    generator = np.random.default_rng(seed)
    shared = wandering(generator, rho) if comparison else 0.0
    usable = generator.integers(8_000, 10_000, MONTHS)
    occupied = generator.binomial(usable, 1 / (1 + np.exp(-log_odds(planted) - shared - wandering(generator, rho))))
    options = {"size": usable}
    if comparison:
        # Ten times the beds, and whatever happens everywhere happens to it too.
        size = 10 * usable
        share = 1 / (1 + np.exp(-0.3 - log_odds(NOTHING) - shared - wandering(generator, rho)))
        options |= {"comparison": generator.binomial(size, share), "comparison_size": size}
    return interrupted_series(monthly_series(np.arange(MONTHS), occupied, **options), MODEL)


@cache
def shares(rho, *, null=False, comparison=False):
    """Share of series whose interval holds the truth, by term and then for the effect in the last month, for each kind
    of error; and the biases of the terms over their errors."""
    planted = NOTHING if null else PLANTED
    terms, truth = list(planted), np.array(list(planted.values()))
    last = [1 / (1 + math.exp(-log_odds(these)[-1])) for these in (planted, NOTHING)]
    held, left = {"": [], "newey_west_": [], "quasi_": []}, []
    for seed in range(SERIES):
        result = simulated(seed + 1000 * null, planted, rho, comparison=comparison)
        table = result.to_frame().loc[terms]
        left.append(table["estimate"].to_numpy() - truth)
        for kind, found in held.items():
            lower, upper = (table[f"{kind}{side}"].to_numpy() for side in ("lower", "upper"))
            found.append((lower <= truth) & (truth <= upper))
        effect = counterfactual(result)
        covered = effect.difference_lower[-1] <= last[0] - last[1] <= effect.difference_upper[-1]
        held[""][-1] = np.append(held[""][-1], covered)
    bias = np.mean(left, axis=0) / (np.std(left, axis=0) / math.sqrt(SERIES))
    return {kind: np.mean(found, axis=0) for kind, found in held.items()}, bias


@pytest.mark.parametrize(("rho", "comparison"), [(0.0, False), (0.5, False), (0.5, True)])
def test_planted_changes_and_effects_are_recovered_with_nominal_coverage(rho, comparison):
    held, bias = shares(rho, comparison=comparison)
    assert np.abs(bias).max() < 3.5
    assert held[""].min() > 0.95 - 3 * ERROR
    assert held[""].mean() > 0.95 - 1.5 * ERROR


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_where_nothing_happened_it_is_found_as_seldom_as_the_level_says(rho):
    held, _ = shares(rho, null=True)
    wrong = 1 - held[""]
    assert wrong.max() < 0.05 + 3 * ERROR
    assert wrong.mean() < 0.05 + 1.5 * ERROR


def test_the_usual_errors_would_find_too_much():
    held, _ = shares(0.5, null=True)
    assert held["newey_west_"].mean() < 0.85
    assert held["quasi_"].mean() < 0.88
