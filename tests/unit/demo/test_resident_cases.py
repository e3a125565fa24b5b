"""Cases by where people live: what is split agrees with what was handled, and effects are where they were planted."""

from __future__ import annotations

import pandas as pd
import pytest

from jingan_analysis.demo.resident_cases import cases_of_residents, planted_channel_effects


@pytest.fixture(scope="module")
def placed(tables):
    return tables["resident_cases"].merge(
        tables["committees"][["committee_id", "subdistrict_code"]], on="committee_id", how="left"
    )


def test_months_of_both_tables_agree_by_channel(tables):
    handled = tables["case_counts"].groupby(["month", "channel"])["cases"].sum()
    lived = tables["resident_cases"].groupby(["month", "channel"])["cases"].sum()
    assert lived.loc[handled.index].to_dict() == handled.to_dict()
    assert int(handled.sum()) == 43_600


def test_home_visits_spots_and_online_stay_in_the_sub_district(tables, placed):
    keys = ["month", "channel", "subdistrict_code"]
    handled = tables["case_counts"].groupby(keys)["cases"].sum()
    lived = placed.groupby(keys)["cases"].sum().reindex(handled.index, fill_value=0)
    for channel in ("home_visit", "nearby", "online"):
        lost = (handled - lived).xs(channel, level="channel")
        assert (lost >= 0).all() and lost.sum() < 0.03 * handled.xs(channel, level="channel").sum()


def test_one_row_a_combination_and_every_month_from_the_first(tables):
    table = tables["resident_cases"]
    assert not table.duplicated(["month", "committee_id", "channel"]).any()
    assert (table["cases"] > 0).all()
    assert sorted(table["month"].unique()) == [str(m) for m in pd.period_range("2021-09", "2024-08", freq="M")]
    unknown = table.loc[table["committee_id"] == "", "cases"].sum() / table["cases"].sum()
    assert unknown == pytest.approx(planted_channel_effects().residence_unknown_chance, rel=0.1)


def test_the_same_seed_gives_the_same_rows_and_another_one_others(tables):
    committees = tables["committees"][["committee_id", "subdistrict_code"]].assign(residents=1000)
    counts, points = tables["case_counts"], tables["service_points"]
    effects = planted_channel_effects()
    first, again, other = (cases_of_residents(counts, points, committees, effects, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)
