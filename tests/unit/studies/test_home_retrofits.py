"""Home retrofits on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies.home_retrofits_records import GROUPS, REASONS, STAGE_DAYS, STAGES, retrofit_records
from jingan_analysis.studies.period import Period

PERIOD, END = "2024-08", pd.Timestamp("2024-08-31")
UNIT = "310106020000"


@pytest.fixture(scope="module")
def result(demo):
    return run_study("home_retrofits", demo, period=PERIOD, minimum_cell=1)


@pytest.fixture(scope="module")
def applications(demo):
    """Applications with the days of their stages, as plain dictionaries."""
    rows = {row["app_id"]: row for row in demo.table("retrofit_applications").to_dict("records")}
    for name in ("retrofit_assessments", "retrofit_contracts", "retrofit_works"):
        for row in demo.table(name).to_dict("records"):
            rows[row["app_id"]] |= row
    return list(rows.values())


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def reached(row: dict) -> int:
    return sum(not pd.isna(row.get(day, pd.NaT)) for day in STAGE_DAYS)


def test_the_published_total_is_held(result):
    published = of(result, "published")
    assert 3_209 in published["published"].tolist()
    assert of(result, "completions").loc["district", "accepted"] == 3_209


def test_stages_by_a_loop_and_the_ledger_closes(result, applications):
    frame = of(result, "stages")
    came, ended = Counter(), Counter()
    for row in applications:
        stage = reached(row)
        for number in range(stage):
            came[STAGES[number]] += 1
        if stage < len(STAGES):
            ended[STAGES[stage - 1], "open" if pd.isna(row["end_reason"]) else row["end_reason"]] += 1
    for number, stage in enumerate(STAGES[:-1]):
        row = frame.loc[stage]
        assert row["reached"] == came[stage]
        assert row["next"] == came[STAGES[number + 1]]
        for reason in (*REASONS, "open"):
            assert row[reason] == ended[stage, reason], (stage, reason)
        assert row["reached"] == row["next"] + sum(row[reason] for reason in (*REASONS, "open"))
    assert all(check.passed for check in result.checks)


def test_acceptance_and_withdrawal_by_a_product_over_days(result, applications):
    """Aalen–Johansen by its formula; one minus Kaplan–Meier would be larger."""
    leave, ends = Counter(), defaultdict(Counter)
    for row in applications:
        accepted = row.get("accepted_on", pd.NaT)
        until = accepted if not pd.isna(accepted) else row["ended_on"] if not pd.isna(row["ended_on"]) else END
        days = (until - row["applied_on"]).days
        leave[days] += 1
        if not pd.isna(accepted):
            ends[days]["accepted"] += 1
        elif not pd.isna(row["end_reason"]):
            ends[days]["withdrawn" if row["end_reason"] == "withdrawn" else "other"] += 1
    frame = of(result, "incidence")
    at_risk, lasting, alone, done = len(applications), 1.0, 1.0, Counter()
    for day in range(int(frame.index[-1]) + 1):
        for cause, number in ends[day].items():
            done[cause] += lasting * number / at_risk
        alone *= 1 - ends[day]["accepted"] / at_risk
        lasting -= lasting * sum(ends[day].values()) / at_risk
        at_risk -= leave[day]
        if str(day) in frame.index:
            row = frame.loc[str(day)]
            assert row["accepted_share"] == pytest.approx(done["accepted"], abs=1e-9)
            assert row["withdrawn_share"] == pytest.approx(done["withdrawn"], abs=1e-9)
    assert done["accepted"] < 1 - alone - 0.02


def test_adapted_homes_for_each_thousand_older_people(result, demo, applications):
    unit_of = demo.table("demand_points").set_index("point_id")["subdistrict_code"].to_dict()
    older, done = Counter(), Counter()
    for row in demo.table("population").itertuples():
        if row.basis == "resident" and row.age_from_years >= 60 and not pd.isna(unit_of[row.point_id]):
            older[unit_of[row.point_id]] += row.persons
    for row in applications:
        done[row["subdistrict_code"]] += not pd.isna(row.get("accepted_on", pd.NaT))
    frame = of(result, "completions")
    for unit, row in frame.drop("district").iterrows():
        assert row["rate"] == pytest.approx(1000 * done[unit] / older[unit])
        assert row["rate_lower"] < row["rate"] < row["rate_upper"]


def test_subsidies_are_pooled(result, applications):
    paid = [row for row in applications if not pd.isna(row.get("accepted_on", pd.NaT))]
    pooled = sum(row["subsidy_yuan"] for row in paid) / sum(row["total_yuan"] for row in paid)
    frame = of(result, "by_year")
    assert frame.loc["total", "subsidy_share"] == pytest.approx(pooled)
    assert frame["accepted"].drop("total").sum() == 3_209


def test_need_by_group(result, demo, applications):
    need, done = Counter(), Counter()
    for row in demo.table("retrofit_need").itertuples():
        need[row.priority_group] += row.households
    for row in applications:
        done[row["priority_group"]] += not pd.isna(row.get("accepted_on", pd.NaT))
    frame = of(result, "by_group")
    for group in GROUPS:
        row = frame.loc[group]
        assert (row["accepted"], row["need"]) == (done[group], need[group])
        assert row["need_share"] == pytest.approx(need[group] / sum(need.values()))
        assert row["accepted_share"] == pytest.approx(done[group] / 3_209)
    assert frame.loc[list(GROUPS), "met_share"].idxmin() == "alone"


def test_falls_within_persons_and_the_simple_comparison(result):
    """Planted: 0.65 at home after acceptance, nothing elsewhere; falls prompt applications."""
    home, elsewhere = of(result, "falls_home"), of(result, "falls_elsewhere")
    assert home.loc["after", "lower"] < 0.65 * 1.1
    assert home.loc["after", "upper"] < 1 < home.loc["prompted", "lower"]
    assert elsewhere.loc["after", "lower"] < 1 < elsewhere.loc["after", "upper"]
    simple = of(result, "before_after")
    assert simple.loc["home-after", "ratio"] < home.loc["after", "ratio"]


def test_no_rank_without_other_districts(result, valid_district: Path):
    assert "rank" not in result.tables
    peers = load_district(valid_district)
    found = run_study("home_retrofits", peers, period=PERIOD, minimum_cell=1)
    frame = of(found, "rank")
    assert sorted(frame["rank"]) == sorted(frame["households"].rank(ascending=False, method="min"))
    # Of each place the latest figure counts.
    assert 10 not in frame["households"].tolist()


def test_spoiled_applications_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("retrofit_applications")
    extra = table.iloc[[0, 11]].assign(
        app_id=["x1", "x2"], applied_on=pd.to_datetime(["2024-09-09", "2024-01-09"]), home_id=["y1", "y2"]
    )
    works = district.table("retrofit_works")
    early = works.assign(accepted_on=works["accepted_on"].where(works.index != 0, pd.Timestamp("2023-05-26")))
    contracts = district.table("retrofit_contracts")
    late = contracts.assign(signed_on=contracts["signed_on"].where(contracts.index != 1, pd.Timestamp("2023-09-01")))
    spoiled = Altered(
        district, retrofit_applications=pd.concat([table, extra]), retrofit_works=early, retrofit_contracts=late
    )
    records = retrofit_records(spoiled, Period.parse(PERIOD))
    counted = {reason: number for reason, (number, _) in records.exclusions.items() if number}
    assert counted["applications_after"] == 1
    # Works begun before the contract are no order of stages.
    assert sum(counted.values()) >= 2
    plain = retrofit_records(district, Period.parse(PERIOD))
    assert len(records.applications) == len(plain.applications) + 1 - (sum(counted.values()) - 1)


def test_what_happens_after_the_last_day_has_not_happened(demo):
    records = retrofit_records(demo, Period.parse("2022-12"))
    for day in STAGE_DAYS:
        assert not (records.applications[day] > pd.Timestamp("2022-12-31")).any()
    assert records.exclusions["applications_after"][0] > 1_000


def test_a_report_needs_no_optional_table(valid_district: Path):
    optional = ("retrofit_need", "fall_events", "fall_observation", "peer_retrofits")
    result = run_study(
        "home_retrofits", Altered(load_district(valid_district), missing=optional), period=PERIOD, minimum_cell=1
    )
    assert not {"by_group", "falls_home", "rank"} & set(result.tables)
    assert "stages" in result.tables


def test_a_unit_speaks_of_its_own(demo, applications):
    result = run_study("home_retrofits", demo, period=PERIOD, unit=UNIT)
    mine = [row for row in applications if row["subdistrict_code"] == UNIT]
    assert of(result, "stages").loc["applied", "reached"] == len(mine)
    assert any("Pengpu Xincun" in sentence.plain for sentence in result.headline)


@pytest.mark.parametrize(
    ("name", "value"), [("accepted_within_days", 0), ("pre_exposure_days", 400), ("fewest_falls", 1)]
)
def test_parameters_out_of_range_are_told(demo, name, value):
    with pytest.raises(InvalidParameter, match=name):
        run_study("home_retrofits", demo, period=PERIOD, **{name: value})
