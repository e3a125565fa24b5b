"""Premises planted in the demonstration district are found, or left out for their reason, and the proof says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.demo.units import read_data
from jingan_analysis.district import load_district
from jingan_analysis.studies.next_sites import Params, situation_of

pytestmark = pytest.mark.slow

DISTRICT = Path(__file__).parents[2] / "data/districts/demo"


@pytest.fixture(scope="module")
def situation():
    return situation_of(load_district(DISTRICT), Params(period="2024-08"))


def planted(situation, kind):
    """Vacant premises in the committees that the generator names."""
    table = situation.premises.table
    wanted = set(read_data("candidates.toml")["planted"][kind])
    return table[table["committee_id"].isin(wanted) & (table["premises"] == "vacant") & (table["floor_area_m2"] == 320)]


def gains(situation):
    """People gained by each candidate alone, most first."""
    people = np.where(situation.residents.inside & ~situation.covered(situation.stands), situation.persons, 0.0)
    gained = pd.Series(people @ situation.near, index=situation.sites["site_id"])
    return gained[~situation.stands].sort_values(ascending=False)


def test_the_open_one_is_among_the_best_by_themselves(situation):
    (site,) = planted(situation, "open")["site_id"]
    assert site in gains(situation).index[:3]


def test_the_one_ruled_out_has_its_reason_and_is_never_chosen(situation):
    (row,) = planted(situation, "ruled_out").itertuples()
    assert row.reason == "ownership"
    assert row.site_id not in set(situation.sites["site_id"])


def test_one_new_site_is_the_best_of_all_by_themselves(situation):
    one = situation_of(load_district(DISTRICT), Params(period="2024-08", new_sites=1))
    chosen = one.sites.loc[one.proposal.chosen & ~one.stands, "site_id"]
    assert chosen.tolist() == [gains(situation).index[0]]
    assert one.proposal.gap == pytest.approx(0, abs=1e-9)


def test_page_and_generator_say_the_same():
    page = (DISTRICT / "PLANTED.md").read_text(encoding="utf-8")
    for committees in read_data("candidates.toml")["planted"].values():
        assert all(committee in page for committee in committees)
