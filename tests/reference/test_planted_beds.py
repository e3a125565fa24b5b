"""What the pilot did to occupancy, over regenerated districts: covered near the level of the intervals, and quiet without.

Months of occupancy are made anew with other seeds as the generator of the demonstration district sets them, trend,
season, Spring Festival and autocorrelated noise included; people are left out, who only round them to whole beds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planted_districts import ground

from jingan_analysis.demo.bed_effects import no_bed_effects, planted_bed_effects
from jingan_analysis.demo.bed_places import build_institutions, comparison_table, days_of, occupied_target
from jingan_analysis.studies.bed_linkage_series import occupancy_series

pytestmark = pytest.mark.slow

PLANTED, QUIET = 100, 200
LAST = np.datetime64("2024-08-31")


@pytest.fixture(scope="module")
def built():
    """Institutions and their beds, the same in all districts."""
    return build_institutions(ground()[0], planted_bed_effects(), 1)


def series_of(built, effects, seed: int, *, controlled: bool):
    days = days_of(built.months)
    usable = built.beds["institution"].sum(axis=0) * days
    occupied = np.round(occupied_target(built, effects, seed)["institution"] * days)
    names = built.months.astype("datetime64[M]").astype(str)
    months = pd.DataFrame({"occupied_bed_days": occupied, "usable_bed_days": usable.astype(float)}, index=names)
    months = months[built.months <= LAST].assign(
        share=lambda table: table["occupied_bed_days"] / table["usable_bed_days"]
    )
    elsewhere = comparison_table(LAST, seed).groupby("month")[["occupied_bed_days", "usable_bed_days"]].sum()
    found = occupancy_series(
        months, elsewhere if controlled else None, ("2023-08", "2024-08"), fewest_months=8, confidence=0.95
    )
    assert (found.refusal, found.too_late, found.controlled) == (None, ("2024-08",), controlled)
    return found.found.to_frame()


@pytest.mark.parametrize("controlled", [True, False])
def test_step_and_slope_are_covered_near_the_level(built, controlled):
    effects = planted_bed_effects()
    truth = {"level_1": effects.level_log_odds, "slope_1": effects.slope_log_odds_per_month}
    hits, estimates = dict.fromkeys(truth, 0), []
    for seed in range(PLANTED):
        terms = series_of(built, effects, seed, controlled=controlled)
        for name, value in truth.items():
            hits[name] += int(terms.loc[name, "lower"] <= value <= terms.loc[name, "upper"])
        estimates.append(terms.loc[list(truth), "estimate"].to_numpy())
    # Binomial limits of 100 intervals at 95 %: 89 to 100 leave out less than one in a hundred.
    assert all(count >= 89 for count in hits.values()), hits
    off = np.mean(estimates, axis=0) - list(truth.values())
    assert (np.abs(off) < 3 * np.std(estimates, axis=0) / PLANTED**0.5).all(), off


def test_districts_without_a_pilot_are_quiet(built):
    called = {"level_1": 0, "slope_1": 0}
    for seed in range(QUIET):
        terms = series_of(built, no_bed_effects(), 1_000 + seed, controlled=True)
        for name in called:
            called[name] += int(terms.loc[name, "p_value"] < 0.05)
    # Ten are expected of 200; 3 to 19 leave out less than one in a hundred.
    assert all(3 <= count <= 19 for count in called.values()), called
