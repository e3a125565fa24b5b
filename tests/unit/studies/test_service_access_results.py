"""How cases end: against loops over the rows, on spoiled rows, and in districts with and without slow windows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.demo.case_results import finish_cases, no_case_effects, planted_case_effects
from jingan_analysis.studies import run_study
from jingan_analysis.studies.compared_shares import compared_shares

PERIOD = "2024-08"
GONGHEXIN, PENGPU_TOWN, DANING = "310106018000", "310106101000", "310106019000"
HIGH = ("above", "far_above")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("service_access", demo, period=PERIOD, minimum_cell=1)


def test_results_by_a_loop(result, demo):
    count: Counter = Counter()
    for row in demo.table("case_results").itertuples():
        for channel in (row.channel, "all"):
            count[channel, "finished"] += row.finished_cases
            count[channel, "on_time"] += row.on_time_cases
            count[channel, "first_time"] += row.first_time_cases
    frame = result.tables["case_results"].frame
    for channel in frame.index:
        for name in ("finished", "on_time", "first_time"):
            assert frame.loc[channel, name] == count[channel, name]
        for name in ("on_time", "first_time"):
            assert frame.loc[channel, f"{name}_share"] == count[channel, name] / count[channel, "finished"]
            assert frame.loc[channel, f"{name}_lower"] < frame.loc[channel, f"{name}_share"] < frame.loc[channel, f"{name}_upper"]  # fmt: skip


def test_windows_by_a_loop_and_the_planted_ones_are_found(result, demo):
    whole, part = Counter(), Counter()
    for row in demo.table("case_results").itertuples():
        if row.channel == "window":
            whole[row.subdistrict_code] += row.finished_cases
            part[row.subdistrict_code] += row.finished_cases - row.on_time_cases
    frame = result.tables["windows_late"].frame.drop(index="district")
    assert frame["whole"].to_dict() == dict(whole) and frame["part"].to_dict() == dict(part)
    assert set(frame.index[frame["position_widened"].isin(HIGH)]) == {GONGHEXIN, PENGPU_TOWN}
    first = result.tables["windows_sent_back"].frame
    assert set(first.index[first["position_widened"].isin(HIGH)]) == {DANING}
    title = result.figures["windows_late"].title.plain
    assert "Gonghexin Road" in title and "Pengpu Town" in title


def test_what_is_not_recorded_is_in_no_share_and_counted(demo):
    table = demo.table("case_results")
    gone = (table["subdistrict_code"] == DANING) & (table["channel"] == "window")
    altered = table.assign(on_time_cases=table["on_time_cases"].where(~gone))
    result = run_study("service_access", Altered(demo, case_results=altered), period=PERIOD, minimum_cell=1)
    frame = result.tables["case_results"].frame
    lost = table.loc[gone, "finished_cases"].sum()
    assert frame.loc["window", "on_time_known"] == frame.loc["window", "finished"] - lost
    kept = table[~gone & (table["channel"] == "window")]
    assert frame.loc["window", "on_time_share"] == kept["on_time_cases"].sum() / kept["finished_cases"].sum()
    assert result.tables["exclusions"].frame.loc["cases_without_result", "count"] == lost
    windows = result.tables["windows_late"].frame
    assert windows.loc[DANING, "whole"] == 0 and windows.loc[DANING, "position"] == "z"


def test_without_the_table_or_cases_of_the_window_the_section_is_left_out(demo):
    table = demo.table("case_results")
    for district in (
        Altered(demo, missing=("case_results",)),
        Altered(demo, case_results=table.assign(month="2021-01")),
    ):
        result = run_study("service_access", district, period=PERIOD)
        assert not {"case_results", "windows_late"} & set(result.tables)
        assert "windows_late" not in result.figures


def test_a_unit_speaks_of_its_own_and_is_compared_with_all(demo):
    result = run_study("service_access", demo, period=PERIOD, unit=DANING, minimum_cell=1)
    table = demo.table("case_results")
    mine = table[table["subdistrict_code"] == DANING]
    assert result.tables["case_results"].frame.loc["all", "finished"] == mine["finished_cases"].sum()
    assert len(result.tables["windows_sent_back"].frame) == 15


def bad_windows(counts: pd.DataFrame, effects, seed: int, column: str) -> set[str]:
    table = finish_cases(counts, effects, seed)
    windows = table[table["channel"] == "window"].groupby("subdistrict_code")[["finished_cases", column]].sum()
    counts = pd.DataFrame({"whole": windows["finished_cases"], "part": windows["finished_cases"] - windows[column]})
    found = compared_shares(counts, confidence=0.95)
    frame = found.frame.drop(index="district")
    return set(frame.index[frame["position_widened"].isin(HIGH)])


def test_planted_windows_are_found_again_and_without_them_hardly_any_is_called(demo):
    counts = demo.table("case_counts")
    planted = [bad_windows(counts, planted_case_effects(), seed, "first_time_cases") for seed in range(20)]
    assert sum(DANING in found for found in planted) >= 19
    assert np.mean([len(found - {DANING}) for found in planted]) < 0.3
    quiet = [bad_windows(counts, no_case_effects(), 100 + seed, "on_time_cases") for seed in range(20)]
    # One in forty of 14 windows lies above the inner limits by chance: 7 in 20 districts.
    assert sum(map(len, quiet)) <= 14, quiet
