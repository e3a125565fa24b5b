"""What was planted in adapted homes, over regenerated districts: covered near the level of the intervals, and quiet without.

Districts are made anew with other seeds by the generator of the demonstration district. Falls are compared for some of
the people only, so that they are made anew quickly.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from planted_districts import UNITS, declared_once, ground

from jingan_analysis.demo.home_retrofits import adapt_homes
from jingan_analysis.demo.retrofit_effects import no_retrofit_effects, planted_retrofit_effects
from jingan_analysis.models.case_series import case_series
from jingan_analysis.studies.home_retrofits_falls import Options, before_after, histories_of, own_windows, steps_of
from jingan_analysis.studies.home_retrofits_records import RetrofitRecords, countable, up_to, watched_falls
from jingan_analysis.studies.home_retrofits_stages import compared
from jingan_analysis.studies.period import Period

pytestmark = pytest.mark.slow

PLANTED, QUIET = 30, 30
WINDOW = Period.parse("2024-08")
END = pd.Timestamp("2024-08-31")
OPTIONS = Options(before_days=90, early_days=90, naive_days=365, fewest=50, confidence=0.95)
SOME = 700


def read(tables: dict[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """A table as the loader gives it: days as dates, empty text as missing."""
    table = tables[name].copy()
    for column in table:
        if column.endswith("_on") or column.startswith("observed_"):
            table[column] = pd.to_datetime(table[column].replace("", None))
    return table.replace("", None) if name == "retrofit_applications" else table


def applications_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    table = read(tables, "retrofit_applications")
    for name in ("retrofit_assessments", "retrofit_contracts", "retrofit_works"):
        table = table.join(read(tables, name).set_index("app_id"), on="app_id")
    kept, left_out = countable(up_to(table, END))
    assert all(number == 0 for number, _ in left_out.values())
    return kept


def falls_of(tables: dict[str, pd.DataFrame], applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    observation = read(tables, "fall_observation").head(SOME)
    events = read(tables, "fall_events")
    events = events[events["person_id"].isin(observation["person_id"])]
    watched, falls, _ = watched_falls(observation, events, applications, END)
    return watched, falls


@cache
def district(planted: bool, seed: int) -> dict[str, float | bool]:
    """Ratios at home and elsewhere with their intervals, and which sub-districts are called, of one district."""
    effects = planted_retrofit_effects() if planted else no_retrofit_effects()
    with declared_once():
        tables = adapt_homes(*ground(), effects, seed)
    applications = applications_of(tables)
    watched, falls = falls_of(tables, applications)
    found: dict[str, float | bool] = {}
    for place in ("home", "elsewhere"):
        histories = histories_of(watched, falls[falls["place"] == place])
        series = case_series(
            histories, own_windows(watched, OPTIONS), steps=steps_of(watched, histories), intervals_of_steps=False
        )
        assert series.refusal is None
        for number, name in enumerate(("prompted", "waiting", "after")):
            found[f"{place} {name}"] = series.rate_ratio[number]
            found[f"{place} {name} lower"], found[f"{place} {name} upper"] = series.lower[number], series.upper[number]
    simple = before_after(watched, falls, "home", OPTIONS).loc["after"]
    found |= {"simple": simple["ratio"], "simple lower": simple["lower"], "simple upper": simple["upper"]}
    records = RetrofitRecords(WINDOW, applications, None, None, None, None, {})
    for name, cause in {"withdrawn": "withdrawn", "accepted": "accepted"}.items():
        frame = compared(records, UNITS, cause, 120, confidence=0.95).frame
        for unit in UNITS:
            found[f"{name} {unit}"] = frame.loc[unit, "position_widened"]
    return found


LEAST = 25
"""Of thirty intervals at 95 % fewer cover in less than one of a hundred runs of the binomial."""


def covered(rows: pd.DataFrame, name: str, truth: float) -> int:
    return int(((rows[f"{name} lower"] <= truth) & (rows[f"{name} upper"] >= truth)).sum())


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    return pd.DataFrame([district(True, seed) for seed in range(PLANTED)])


@pytest.fixture(scope="module")
def quiet() -> pd.DataFrame:
    return pd.DataFrame([district(False, 1_000 + seed) for seed in range(QUIET)])


def test_the_fall_ratio_is_covered_near_the_level_and_not_biased(planted):
    truth = planted_retrofit_effects().fall_ratio_after
    assert covered(planted, "home after", truth) >= LEAST
    off = np.log(planted["home after"]) - np.log(truth)
    assert abs(off.mean()) < 3 * off.std() / PLANTED**0.5


def test_falls_that_prompt_an_application_are_kept_apart(planted):
    """In the 90 days before, 75 have 2.2 times as many falls and 15 as many as ever."""
    effects = planted_retrofit_effects()
    days = OPTIONS.before_days
    truth = (effects.prompting_days * effects.prompting_ratio + days - effects.prompting_days) / days
    assert covered(planted, "home prompted", truth) >= LEAST
    assert covered(planted, "home waiting", 1.0) >= LEAST


def test_the_simple_comparison_is_biased(planted):
    """It sets the falls that prompted an application against the home: an effect larger than there is."""
    truth = planted_retrofit_effects().fall_ratio_after
    assert planted["simple"].mean() < 0.9 * truth
    assert covered(planted, "simple", truth) < PLANTED / 2


def test_falls_elsewhere_are_quiet(planted):
    for name in ("prompted", "waiting", "after"):
        assert covered(planted, f"elsewhere {name}", 1.0) >= LEAST, name


def test_districts_without_effects_are_quiet(quiet):
    for place in ("home", "elsewhere"):
        for name in ("prompted", "waiting", "after"):
            assert covered(quiet, f"{place} {name}", 1.0) >= LEAST, (place, name)


def test_units_with_more_withdrawals_and_slow_steps_are_called(planted, quiet):
    effects = planted_retrofit_effects()
    for unit in effects.withdrawal_ratio_in:
        assert planted[f"withdrawn {unit}"].isin(["above", "far_above"]).mean() > 0.5, unit
    for unit in effects.slower_in:
        assert planted[f"accepted {unit}"].isin(["below", "far_below"]).all(), unit
    calls = quiet[[name for name in quiet if name.startswith(("withdrawn", "accepted"))]]
    # One in twenty lies beyond the inner limits by chance, which are exact and therefore a little wide.
    assert 0.01 < (calls != "within").to_numpy().mean() < 0.07


def test_prompting_alone_makes_the_simple_comparison_see_an_effect():
    """No effect of the home at all: it is the time before that is worse."""
    prompting = replace(planted_retrofit_effects(), fall_ratio_after=1.0)
    with declared_once():
        tables = adapt_homes(*ground(), prompting, 7)
    applications = applications_of(tables)
    watched, falls, _ = watched_falls(read(tables, "fall_observation"), read(tables, "fall_events"), applications, END)
    histories = histories_of(watched, falls[falls["place"] == "home"])
    series = case_series(
        histories, own_windows(watched, OPTIONS), steps=steps_of(watched, histories), intervals_of_steps=False
    )
    assert series.lower[2] < 1 < series.upper[2]
    assert before_after(watched, falls, "home", OPTIONS)["upper"].loc["after"] < 1
