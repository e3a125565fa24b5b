"""Home retrofits on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from altered import Altered
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies.home_retrofits_records import (
    GROUPS,
    REASONS,
    STAGE_DAYS,
    STAGES,
    countable,
    retrofit_records,
)
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


def told(sentences, words: str) -> bool:
    return any(words in sentence.plain for sentence in sentences)


def is_accepted(row: dict) -> bool:
    return not pd.isna(row.get("accepted_on", pd.NaT))


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
    assert [int(day) for day in frame.index] == list(range(15, 241, 15))
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
            assert row["other_share"] == pytest.approx(done["other"], abs=1e-9)
            assert row["open_share"] == pytest.approx(lasting, abs=1e-9)
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
        exact = chi2.ppf(0.025, 2 * done[unit]) / 2, chi2.ppf(0.975, 2 * done[unit] + 2) / 2
        assert row["rate_lower"] == pytest.approx(1000 * exact[0] / older[unit])
        assert row["rate_upper"] == pytest.approx(1000 * exact[1] / older[unit])
    assert len(frame) == 15
    assert frame.loc["district", "rate"] == pytest.approx(1000 * 3_209 / sum(older.values()))


def test_subsidies_are_pooled(result, applications):
    paid = [row for row in applications if not pd.isna(row.get("accepted_on", pd.NaT))]
    pooled = sum(row["subsidy_yuan"] for row in paid) / sum(row["total_yuan"] for row in paid)
    frame = of(result, "by_year")
    assert frame.loc["total", "subsidy_share"] == pytest.approx(pooled)
    mean = sum(row["subsidy_yuan"] / row["total_yuan"] for row in paid) / len(paid)
    assert frame.loc["total", "subsidy_share"] != pytest.approx(mean, rel=0.005)
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
        assert row["met_share"] == pytest.approx(done[group] / need[group])
        assert row["unmet"] == need[group] - done[group]
    assert frame.loc["none", "accepted"] == done["none"]
    assert frame.loc["none", ["need", "met", "unmet"]].isna().all()
    assert frame.loc["total", "met_share"] == pytest.approx((3_209 - done["none"]) / sum(need.values()))
    assert frame.loc[list(GROUPS), "met_share"].idxmin() == "alone"


def test_need_left_by_place_and_group(result, demo, applications):
    left = Counter()
    for row in demo.table("retrofit_need").itertuples():
        left[row.subdistrict_code, row.priority_group] += row.households
    for row in applications:
        if is_accepted(row) and row["priority_group"] != "none":
            left[row["subdistrict_code"], row["priority_group"]] -= 1
    frame = of(result, "unmet")
    for (unit, group), number in left.items():
        assert frame.loc[unit, group] == max(number, 0), (unit, group)
    most = max(left, key=left.__getitem__)
    assert most == (UNIT, "alone")
    assert told(result.headline, f"in Pengpu Xincun, where most households are left ({left[most]})")


def test_concentration_by_the_covariance_formula(result, demo, applications):
    """Sub-districts in the order of their need; the index is twice the weighted sum of value and rank, less one."""
    older = of(result, "completions")["older"]
    need, met = Counter(), Counter()
    for row in demo.table("retrofit_need").itertuples():
        need[row.subdistrict_code] += row.households
    for row in applications:
        met[row["subdistrict_code"]] += is_accepted(row) and row["priority_group"] != "none"
    below, total = 0.0, 0.0
    for unit in sorted(need, key=lambda unit: need[unit] / older[unit]):
        # The value is homes for each household in need, and households are the weight: their product is homes.
        total += met[unit] * (below + need[unit] / 2) / sum(need.values())
        below += need[unit]
    index = 2 * total / sum(met.values()) - 1
    row = of(result, "concentration").loc["standard"]
    assert row["index"] == pytest.approx(index, abs=1e-12)
    assert row["lower"] < row["index"] < row["upper"]
    assert abs(index) < 0.05


def test_falls_within_persons_and_the_simple_comparison(result):
    """Planted: 0.65 at home after acceptance, nothing elsewhere; falls prompt applications."""
    home, elsewhere = of(result, "falls_home"), of(result, "falls_elsewhere")
    assert home.loc["after", "lower"] < 0.65 < home.loc["after", "upper"]
    assert home.loc["after", "upper"] < 1 < home.loc["prompted", "lower"]
    assert elsewhere.loc["after", "lower"] < 1 < elsewhere.loc["after", "upper"]
    simple = of(result, "before_after")
    assert simple.loc["home-after", "ratio"] < home.loc["after", "ratio"]
    assert simple.loc["home-after", "upper"] < 0.65


def test_the_simple_comparison_by_a_loop(result, demo, applications):
    own = {row["person_id"]: row for row in applications if is_accepted(row)}
    times, falls = defaultdict(dict), Counter()
    for row in demo.table("fall_observation").itertuples():
        if row.person_id in own:
            applied, accepted = own[row.person_id]["applied_on"], own[row.person_id]["accepted_on"]
            over = (END if pd.isna(row.observed_to) else min(row.observed_to, END)) + pd.Timedelta(days=1)
            times["before"][row.person_id] = (
                max(row.observed_from, applied - pd.Timedelta(days=365)),
                min(applied, over),
            )
            times["after"][row.person_id] = max(row.observed_from, accepted), over
    for row in demo.table("fall_events").itertuples():
        for when, spans in times.items():
            first, over = spans.get(row.person_id, (END, END))
            falls[row.place, when] += first <= row.fell_on < over
    days = {when: sum(max((b - a).days, 0) for a, b in spans.values()) for when, spans in times.items()}
    frame = of(result, "before_after")
    for place in ("home", "elsewhere"):
        for when in ("before", "after"):
            assert frame.loc[f"{place}-{when}", "falls"] == falls[place, when]
            assert frame.loc[f"{place}-{when}", "months"] == pytest.approx(days[when] * 12 / 365.25)
        rates = {when: falls[place, when] / days[when] for when in ("before", "after")}
        assert frame.loc[f"{place}-after", "ratio"] == pytest.approx(rates["after"] / rates["before"])


def test_no_rank_without_other_districts(result):
    assert "rank" not in result.tables
    assert told(result.notes, "cannot be checked: no figures of the others are given")
    assert not told(result.notes, "the district ranks")
    assert not told(result.headline, "rank")
    assert pd.isna(of(result, "published").loc["rank", "data"])


def test_the_rank_counts_the_latest_figure_up_to_the_last_day(valid_district: Path):
    district = load_district(valid_district)
    peers = district.table("peer_retrofits")
    later = peers.iloc[[0, 0]].assign(
        place=["q1", "q3"], as_of=pd.to_datetime(["2024-09-01", "2024-08-31"]), households=[99, 24]
    )
    altered = Altered(district, peer_retrofits=pd.concat([peers, later], ignore_index=True))
    result = run_study("home_retrofits", altered, period=PERIOD, minimum_cell=1)
    frame = of(result, "rank")
    assert frame["households"].to_dict() == {"q2": 40, "district": 24, "q3": 24, "q1": 20}
    assert frame["rank"].to_dict() == {"q2": 1, "district": 2, "q3": 2, "q1": 4}
    assert told(result.notes, "By number of adapted homes (24) the district ranks 2")
    assert not told(result.notes, "cannot be checked")


def counted(records) -> dict[str, int]:
    return {reason: number for reason, (number, _) in records.exclusions.items() if number}


def test_the_small_district_leaves_nothing_out(valid_district: Path):
    records = retrofit_records(load_district(valid_district), Period.parse(PERIOD))
    assert counted(records) == {}
    assert (len(records.applications), records.applications["accepted_on"].notna().sum()) == (36, 24)


def test_spoiled_applications_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("retrofit_applications")
    extra = table.iloc[[0] * 5].assign(
        app_id=["x1", "x2", "x3", "x4", "x5"],
        home_id=["y1", "m000", "y3", "m011", "m008"],
        person_id=["z1", "z2", "b010", "z4", "b008"],
        applied_on=pd.to_datetime(["2024-09-09", "2024-01-09", "2024-01-09", "2024-01-09", "2023-06-01"]),
    )
    # Accepted and withdrawn.
    both = table["app_id"] == "g004"
    table.loc[both, ["ended_on", "end_reason"]] = [pd.Timestamp("2023-07-01"), "withdrawn"]
    works = district.table("retrofit_works").set_index("app_id", drop=False)
    # Accepted before the contract; and after the last day, which is no fault.
    works.loc["g001", ["started_on", "finished_on", "accepted_on"]] = pd.Timestamp("2023-04-20")
    works.loc["g003", "accepted_on"] = pd.Timestamp("2024-10-01")
    contracts = district.table("retrofit_contracts")
    spoiled = Altered(
        district,
        retrofit_applications=pd.concat([table, extra], ignore_index=True),
        retrofit_works=works.reset_index(drop=True),
        retrofit_contracts=contracts[contracts["app_id"] != "g002"],
    )
    records = retrofit_records(spoiled, Period.parse(PERIOD))
    assert counted(records) == {
        "applications_after": 1,
        "stage_missing": 1,
        "out_of_order": 2,
        "applied_again": 1,
        "applied_at_once": 2,
    }
    kept = records.applications.set_index("app_id")
    assert not set(kept.index) & {"g001", "g002", "g004", "x1", "x2", "x3", "x4"}
    # Who withdrew may apply again; what is accepted later is open.
    assert {"g003", "g008", "x5"} <= set(kept.index)
    assert pd.isna(kept.loc["g003", "accepted_on"])
    assert (len(kept), kept["accepted_on"].notna().sum()) == (34, 20)
    result = run_study("home_retrofits", spoiled, period=PERIOD, minimum_cell=1)
    assert of(result, "stages").loc["total", ["reached", "next"]].tolist() == [34, 20]
    assert told(result.notes, "applications with days out of order (2)")


def test_spoiled_falls_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    watch, events = district.table("fall_observation"), district.table("fall_events")
    late = watch.iloc[[0]].assign(person_id="z9", observed_from=pd.Timestamp("2024-09-01"))
    # After the last day; of somebody unknown; before the watch; on its last day, which counts, and the day after it.
    extra = events.iloc[[0] * 5].assign(
        person_id=["b000", "z1", "b000", "b009", "b009"],
        fell_on=pd.to_datetime(["2024-09-01", "2024-01-01", "2021-12-31", "2024-03-31", "2024-04-01"]),
    )
    altered = Altered(district, fall_observation=pd.concat([watch, late]), fall_events=pd.concat([events, extra]))
    records = retrofit_records(altered, Period.parse(PERIOD))
    assert counted(records) == {"watched_after": 1, "falls_after": 1, "falls_unwatched": 1, "falls_outside": 2}
    assert len(records.falls) == len(events) + 1
    assert len(records.watched) == len(watch)


def test_too_few_falls_are_not_compared(valid_district: Path):
    result = run_study("home_retrofits", load_district(valid_district), period=PERIOD, minimum_cell=1)
    assert "falls_home" in result.tables
    assert "falls_elsewhere" not in result.tables
    assert told(result.notes, "Away from home: There are too few falls to compare")


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
    gone = {"by_group", "need", "unmet", "concentration", "falls_home", "falls_elsewhere", "before_after", "rank"}
    assert not gone & set(result.tables)
    assert of(result, "stages").loc["total", ["reached", "next"]].tolist() == [36, 24]
    for name in ("retrofit_need", "fall_observation", "fall_events"):
        assert told(result.notes, f"The district has no table “{name}”"), name
    assert told(result.notes, "cannot be checked: no figures of the others are given")


def test_without_people_there_is_no_rate(valid_district: Path):
    bare = Altered(load_district(valid_district), missing=("population",))
    result = run_study("home_retrofits", bare, period=PERIOD, minimum_cell=1)
    assert list(of(result, "completions").columns) == ["accepted"]
    assert "concentration" not in result.tables
    assert told(result.notes, "The district has no table “population”")


def test_a_unit_speaks_of_its_own(demo, applications):
    result = run_study("home_retrofits", demo, period=PERIOD, unit=UNIT)
    mine = [row for row in applications if row["subdistrict_code"] == UNIT]
    assert of(result, "stages").loc["applied", "reached"] == len(mine)
    assert of(result, "stages").loc["total", "next"] == sum(map(is_accepted, mine))
    assert of(result, "by_year").loc["total", "applications"] == len(mine)
    assert list(of(result, "unmet").index) == [UNIT]
    assert told(result.headline, "In Pengpu Xincun")
    assert told(result.headline, f"{sum(map(is_accepted, mine))} of {len(mine)} applications")
    persons = {row["person_id"] for row in mine}
    watched = demo.table("fall_observation")["person_id"]
    assert of(result, "falls_checks").loc["home", "persons"] == watched.isin(persons).sum()


def test_small_counts_are_not_shown(valid_district: Path):
    """With the usual smallest count; nothing between nought and it is left in any table."""
    district, least = load_district(valid_district), int(parameter("minimum_cell").value)
    open_ = run_study("home_retrofits", district, period=PERIOD, unit="010001000000", minimum_cell=1)
    result = run_study("home_retrofits", district, period=PERIOD, unit="010001000000")
    assert of(open_, "stages").loc["total", ["next", "withdrawn", "refused"]].tolist() == [8, 1, 1]
    hidden = 0
    for name, table in result.tables.items():
        for column in table.columns:
            if column.counts and column.name in table.frame:
                values = table.frame[column.name]
                assert not ((values > 0) & (values < least)).any(), (name, column.name)
                hidden += values.isna().sum() - of(open_, name)[column.name].isna().sum()
    assert hidden > 0
    assert pd.isna(of(result, "stages").loc["total", "withdrawn"])


DAY = pd.Timestamp("2023-01-01")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.integers(0, 2),
            st.integers(0, 120),
            st.integers(1, 60),
            st.sampled_from(["accepted", "withdrawn", "open"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_home_and_a_person_count_once_at_a_time(drawn):
    """No two that count are open at once, no home is adapted twice, and none is left out without such a reason."""
    rows = []
    for number, (home, person, first, lasts, end) in enumerate(drawn):
        over, done = DAY + pd.Timedelta(days=first + lasts), end == "accepted"
        rows.append(
            {"app_id": f"a{number}", "home_id": f"h{home}", "person_id": f"p{person}"}
            | {"applied_on": DAY + pd.Timedelta(days=first), "over": END if end == "open" else over}
            | dict.fromkeys((*STAGE_DAYS[1:], "finished_on"), over if done else pd.NaT)
            | {"ended_on": over if end == "withdrawn" else pd.NaT}
        )
    table = pd.DataFrame(rows)
    table = table.astype(dict.fromkeys((*STAGE_DAYS, "finished_on", "ended_on", "over"), "datetime64[ns]"))
    kept, left_out = countable(table)
    assert len(kept) + sum(number for number, _ in left_out.values()) == len(table)
    ordered = list(table.sort_values(["applied_on", "app_id"]).itertuples())
    counts, barred = set(kept["app_id"]), set()
    for first, second in combinations(ordered, 2):
        shared = first.home_id == second.home_id or first.person_id == second.person_id
        again = first.home_id == second.home_id and not pd.isna(first.accepted_on)
        if first.app_id in counts and ((shared and first.over > second.applied_on) or again):
            barred.add(second.app_id)
    assert counts == {row.app_id for row in ordered} - barred


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("accepted_within_days", 0),
        ("pre_exposure_days", 400),
        ("early_days", 0),
        ("naive_days", 29),
        ("fewest_falls", 1),
    ],
)
def test_parameters_out_of_range_are_told(demo, name, value):
    with pytest.raises(InvalidParameter, match=name):
        run_study("home_retrofits", demo, period=PERIOD, **{name: value})
