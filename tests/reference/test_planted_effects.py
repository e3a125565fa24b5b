"""Planted effects are recovered with intervals that cover near their level, and districts without effects stay quiet.

Districts of the same kind are made anew with other seeds by the generator of the demonstration district; what was planted
is read from the declared sizes, and the page that tells of them is held against those.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo import build
from jingan_analysis.demo.home_visit_loop import run_loop
from jingan_analysis.demo.planted import nothing_planted, planted_effects
from jingan_analysis.demo.relief_households import register_households
from jingan_analysis.demo.relief_needs import assess_first
from jingan_analysis.demo.relief_services import wait_for_service
from jingan_analysis.demo.units import load_census, load_units, read_data
from jingan_analysis.models.capture_recapture import chapman
from jingan_analysis.models.log_rank import log_rank
from jingan_analysis.models.proportional_hazards import proportional_hazards

pytestmark = pytest.mark.slow

END = np.datetime64("2024-08-31")
PAGE = Path(__file__).parents[2] / "data/districts/demo/PLANTED.md"
NULL_DISTRICTS = 200


@pytest.fixture(scope="module")
def ground():
    """Places and people, which no effect is planted in: made once."""
    units = load_units()
    cells = build.boundaries(units, read_data("units.toml")["district"]["outline_km2"])
    border = build.shapely.coverage_union_all(np.array(cells))
    places = build.settle_places(build.build_compounds(build.lay_streets(border), border), cells, units)
    return places, build.settle_people(places, build.build_sites(places), load_census())


def waits(ground, planted, seed):
    """Days to the first service or to the end of follow-up, whether it came, grade and sub-district."""
    first = wait_for_service(assess_first(register_households(*ground, planted, seed), planted, seed), planted, seed)
    assessed = first["assessed_on"].to_numpy().astype("datetime64[D]")
    until = first["first_service_on"].fillna(first["closed_on"]).to_numpy().astype("datetime64[D]")
    days = (np.where(np.isnat(until), END, until) - assessed).astype("timedelta64[D]").astype(float)
    grade, unit = first["grade"].to_numpy(), pd.factorize(first["subdistrict_code"], sort=True)[0]
    return days, first["first_service_on"].notna().to_numpy(), grade, unit


def test_hazard_ratios_by_grade_are_recovered_at_their_level(ground):
    planted = planted_effects()
    truth = np.log([planted.hazard_ratio["high"], planted.hazard_ratio["low"]])
    hits, estimates, failed = np.zeros(2), [], 0
    for seed in range(60):
        days, served, grade, _ = waits(ground, planted, seed)
        covariates = np.column_stack([grade == "high", grade == "low"]).astype(float)
        found = proportional_hazards(days, served, covariates, names=("high", "low"))
        hits += (np.log(found.lower) <= truth) & (truth <= np.log(found.upper))
        estimates.append(found.log_hazard_ratio)
        failed += "not_proportional" in found.caveats
    # Binomial limits of 60 intervals at 95 %: 52 to 60 leave out less than one in a hundred.
    assert (hits >= 52).all(), hits
    assert np.mean(estimates, axis=0) == pytest.approx(truth, abs=0.05)
    assert failed <= 8, "the hazards are proportional: the test of it fails at its level of five in a hundred"


def test_districts_without_effects_are_quiet(ground):
    """Log-rank tests by grade and by sub-district at five in a hundred, over 200 districts in which nothing was planted."""
    called = np.zeros(2)
    for seed in range(NULL_DISTRICTS):
        days, served, grade, unit = waits(ground, nothing_planted(), 1_000 + seed)
        called += [
            log_rank(days, served, pd.factorize(grade)[0]).p_value < 0.05,
            log_rank(days, served, unit).p_value < 0.05,
        ]
    # Ten are expected of 200; 4 to 18 leave out about one in a hundred.
    assert ((called >= 3) & (called <= 19)).all(), called


def test_the_hidden_population_is_covered_at_the_level(ground):
    planted = planted_effects()
    hits = 0
    for seed in range(40):
        listings, _ = run_loop(*ground, planted, seed)
        on = pd.crosstab(listings["person_id"], listings["source"]) > 0
        home = listings.drop_duplicates("person_id").set_index("person_id")["subdistrict_code"].reindex(on.index)
        cells = [(on["visit"] & on["data_match"]), (on["visit"] & ~on["data_match"]), (~on["visit"] & on["data_match"])]
        found = chapman(*(cell.groupby(home).sum().to_numpy() for cell in cells))
        hits += found.lower <= planted.persons <= found.upper
    assert hits >= 34, hits


def test_the_page_states_the_declared_sizes():
    text = PAGE.read_text(encoding="utf-8")
    effects = planted_effects()
    for said in (
        f"+{effects.proactive_chance_added:.0%} percentage points".replace("%", ""),
        f"its median {effects.medium_median_days:g} days",
        f"hazard ratio {effects.hazard_ratio['high']:g} for high and {effects.hazard_ratio['low']:g} for low",
        f"{effects.closed_per_day:g} a day",
        f"rate ratio {effects.rate_ratio['high']:g} for high and {effects.rate_ratio['low']:g} for low grade; alpha {effects.dispersion:g}",
        f"{effects.need_tilt['310106017000']:g} in Baoshan Road and Pengpu Xincun, {effects.need_tilt['310106012000']:g} in West Nanjing Road",
        f"chance {effects.resolved_chance:g}",
        f"half in Daning Road, {effects.one_adviser_share['310106016000']:g} in Beizhan",
        f"median {effects.judge_days[0]} days, from {effects.judge_faster_from} on {effects.judge_days[1]} days",
        f"{effects.no_follow_up:g}; {effects.no_follow_up_in['310106019000']:g} in Beizhan and Daning Road",
        f"{effects.persons:,} people; a visit finds one with chance {effects.found_by_visit:.2f}, data matching with chance {effects.found_by_data_match:.2f}",
    ):
        assert said in text, said
    neither = (1 - effects.found_by_visit) * (1 - effects.found_by_data_match)
    assert f"{neither:.2f} found by neither" in text
    assert re.search(r"200 such\s+districts", text)
