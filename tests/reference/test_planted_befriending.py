"""What was planted in befriending, over regenerated districts: covered near the level of the intervals, quiet without.

Districts a tenth as large are made anew with other seeds by the generator of the demonstration district.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from planted_districts import declared_once, ground

from jingan_analysis.demo.befriending_effects import (
    BefriendingEffects,
    no_befriending_effects,
    planted_befriending_effects,
)
from jingan_analysis.demo.befriending_people import Size, last_day, list_elders, recruit
from jingan_analysis.demo.pair_contacts import keep_contact
from jingan_analysis.demo.pair_movements import move_pairs
from jingan_analysis.measures.p_prime_chart import p_prime_chart
from jingan_analysis.studies.volunteer_pairing_lasting import CAUSES, ratios

pytestmark = pytest.mark.slow

DISTRICTS = 60
SIZE = Size(volunteers=450, listed=3_200, paired=None)
PROGRAMMES = np.array(["old_partners", "company_in_age"])


@cache
def people(planted: bool, seed: int):
    effects = planted_befriending_effects() if planted else no_befriending_effects()
    with declared_once():
        places, residents = ground()
        volunteers = recruit(places, residents, effects, SIZE, seed)
        elders = list_elders(places, residents, SIZE, seed)
        return effects, volunteers, elders, move_pairs(places, volunteers, elders, effects, seed)


def ratios_of(planted: bool, seed: int) -> pd.DataFrame:
    """The study's hazard ratios in one district."""
    _, volunteers, elders, pairs = people(planted, seed)
    committee, last = ground()[0].committee, last_day()
    ended = pairs["end"].to_numpy() <= last
    spells = pd.DataFrame(
        {
            "days": np.minimum(pairs["end"], last + 1) - pairs["start"],
            "cause": np.where(ended, pairs["reason"].map(CAUSES), 0),
            "across": (
                committee[volunteers.point[pairs["volunteer"]]] != committee[elders.point[pairs["elder"]]]
            ).astype(float),
            "vol_id": pairs["volunteer"],
        }
    )
    stays = pd.DataFrame(
        {
            "days": np.minimum(volunteers.left, last + 1) - volunteers.joined,
            "left": volunteers.left <= last,
            "programme": PROGRAMMES[volunteers.programme],
        }
    )
    return ratios(spells, stays, confidence=0.95)


def test_hazard_ratios_are_covered_near_the_level():
    effects = planted_befriending_effects()
    truth = {"across": effects.across_committees_hazard_ratio, "programme": effects.company_leaving_hazard_ratio}
    hits = dict.fromkeys(truth, 0)
    for seed in range(DISTRICTS):
        frame = ratios_of(planted=True, seed=seed)
        for name, value in truth.items():
            hits[name] += int(frame.loc[name, "lower"] <= value <= frame.loc[name, "upper"])
    # Binomial limits of 60 intervals at 95 %: 52 to 60 leave out less than one in a hundred.
    assert all(count >= 52 for count in hits.values()), hits


def test_districts_without_effects_are_quiet():
    called = {"across": 0, "programme": 0}
    for seed in range(DISTRICTS):
        frame = ratios_of(planted=False, seed=1_000 + seed)
        for name in called:
            called[name] += int(frame.loc[name, "p_value"] < 0.05)
    # Three are expected of 60; more than 9 in less than one of a hundred.
    assert all(count <= 9 for count in called.values()), called


def shares(effects: BefriendingEffects, seed: int, *, planted: bool) -> tuple[np.ndarray, np.ndarray]:
    """Contacts made and due by week, of pairs that need one a week and lasted all the weeks."""
    _, volunteers, elders, pairs = people(planted, seed)
    first = int((np.datetime64("2024-03-04") - np.datetime64("2021-01-01")).astype(int))
    weekly = (elders.risk[pairs["elder"]] == 1) & (pairs["start"] <= first) & (pairs["end"] > last_day())
    with declared_once():
        made = keep_contact(ground()[0], volunteers, elders, pairs[weekly], effects, seed)
    week = (made["day"].to_numpy() - first) // 7
    counts = np.bincount(week, minlength=26)[:25]
    return counts, np.full(25, int(weekly.sum()))


def test_the_reminder_is_a_shift_and_without_it_charts_seldom_cry():
    """A volunteer who is away misses everybody, so that weeks vary more than chance: the chart allows for it."""
    effects = planted_befriending_effects()
    found = [p_prime_chart(*shares(effects, seed, planted=True)).shift for seed in range(20)]
    # With a tenth of the district most charts see it, not all.
    assert sum(bool(shift.any()) for shift in found) >= 14
    quiet = [p_prime_chart(*shares(no_befriending_effects(), 1_000 + seed, planted=False)) for seed in range(40)]
    # Of 1,000 points about 3 lie beyond three standard deviations, and some more as limits are estimated.
    assert sum(int(chart.outside.sum()) for chart in quiet) <= 25
    assert sum(bool(chart.shift.any()) for chart in quiet) <= 10
