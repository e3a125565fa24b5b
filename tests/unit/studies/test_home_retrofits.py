"""Adapted homes on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given
from hypothesis import strategies as st

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, UnknownUnit
from jingan_analysis.models.case_histories import OwnWindow, case_histories, window_terms
from jingan_analysis.studies import run_study
from jingan_analysis.studies.home_retrofits_falls import kept_cuts
from jingan_analysis.studies.home_retrofits_records import (
    GROUPS,
    REASONS,
    STAGE_DAYS,
    RetrofitRecords,
    countable,
    retrofit_records,
    up_to,
)
from jingan_analysis.studies.home_retrofits_stages import ENDS, by_unit, spells, stages
from jingan_analysis.studies.period import Period
from jingan_analysis.tables.protection import refuse_small_counts

END = pd.Timestamp("2024-08-31")
WINDOW = Period.parse("2024-08")
SLOW, MANY = "310106018000", ["310106012000", "310106016000"]
FALLS = ("fall_observation", "fall_events")
"""Left away where a test asks for nothing of them: their comparison takes seconds."""
STEPS = ("retrofit_assessments", "retrofit_contracts", "retrofit_works")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("home_retrofits", demo, period="2024-08", minimum_cell=1)


@pytest.fixture(scope="module")
def rows(demo):
    """Every application with its steps, by plain joins of dictionaries."""
    steps = {
        name: {row["app_id"]: row for row in demo.table(name).to_dict("records")}
        for name in ("retrofit_assessments", "retrofit_contracts", "retrofit_works")
    }
    found = []
    for row in demo.table("retrofit_applications").to_dict("records"):
        for table in steps.values():
            row |= table.get(row["app_id"], {})
        found.append(row)
    return found


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def there(value) -> bool:
    return value is not None and not pd.isna(value)


def ended(row) -> tuple[int, str]:
    """Days to the end of an application, and how it ended."""
    for day, what in ((row.get("accepted_on"), "accepted"), (row["ended_on"], row["end_reason"])):
        if there(day):
            return (day - row["applied_on"]).days, what
    return (END - row["applied_on"]).days, "open"


# ---- Stages and waiting.


def test_stages_by_a_loop(result, rows):
    reached, gone = Counter(), Counter()
    for row in rows:
        days = [row.get(day) for day in STAGE_DAYS]
        last = max(place for place, day in enumerate(days) if there(day))
        for place in range(last + 1):
            reached[place] += 1
        if last < 4:
            gone[last, ended(row)[1]] += 1
    frame = of(result, "stages")
    for place, stage in enumerate(("applied", "assessed", "contracted", "works")):
        assert frame.loc[stage, ["reached", "next"]].tolist() == [reached[place], reached[place + 1]]
        for end in ENDS:
            assert frame.loc[stage, end] == gone[place, end], (stage, end)
    assert frame.loc["total", "next"] == reached[4] == 3209
    assert all(check.passed for check in result.checks)


def incidence(rows, cause: str) -> dict[int, float]:
    """Aalen–Johansen day by day: who is still followed, who leaves how."""
    spells = [ended(row) for row in rows]
    left, share, found = 1.0, 0.0, {}
    for day in range(max(days for days, _ in spells) + 1):
        followed = sum(days >= day for days, _ in spells)
        leaving = Counter(what for days, what in spells if days == day)
        if followed:
            share += left * leaving[cause] / followed
            left *= 1 - (sum(leaving.values()) - leaving["open"]) / followed
        found[day] = share
    return found


def test_cumulative_incidence_by_days(result, rows):
    frame = of(result, "incidence")
    for cause in ("accepted", "withdrawn"):
        naive = incidence(rows, cause)
        for day in (30, 90, 120, 240):
            assert frame.loc[str(day), f"{cause}_share"] == pytest.approx(naive[day], abs=1e-12), (cause, day)
    whole = frame[["accepted_share", "withdrawn_share", "other_share", "open_share"]].sum(axis=1)
    assert np.allclose(whole, 1.0)
    assert frame.loc["120", "followed"] == sum(ended(row)[0] >= 120 for row in rows)


def test_median_and_share_of_a_sub_district(result, rows):
    mine = [row for row in rows if row["subdistrict_code"] == SLOW]
    naive = incidence(mine, "accepted")
    frame = of(result, "by_subdistrict")
    assert frame.loc[SLOW, "median_days"] == next(day for day, share in naive.items() if share >= 0.5)
    assert frame.loc[SLOW, "within_share"] == pytest.approx(naive[120], abs=1e-12)
    counts = Counter(ended(row)[1] for row in mine)
    other = counts["refused"] + counts["moved_away"] + counts["died"]
    assert frame.loc[SLOW, ["accepted", "withdrawn", "other", "open"]].tolist() == [
        counts["accepted"], counts["withdrawn"], other, counts["open"],
    ]  # fmt: skip


def test_withdrawal_is_not_censored(result, rows):
    """One minus Kaplan–Meier, with the withdrawn as if they could still be accepted, promises more than there is."""
    left = 1.0
    spells = [ended(row) for row in rows]
    for day in range(121):
        followed = sum(days >= day for days, _ in spells)
        left *= 1 - sum(days == day and what == "accepted" for days, what in spells) / followed
    assert 1 - left > of(result, "by_subdistrict").loc["district", "within_share"] + 0.05


def test_a_median_that_is_not_reached_is_not_zero(demo):
    """Where most withdraw, half never come to acceptance, and the cell says so."""
    table = demo.table("retrofit_applications")
    mine = table["subdistrict_code"] == SLOW
    first = table.index[mine & table["end_reason"].isna()][:400]
    gone = table.copy()
    gone.loc[first, "ended_on"] = gone.loc[first, "applied_on"]
    gone.loc[first, "end_reason"] = "withdrawn"
    kept = {name: demo.table(name) for name in STEPS}
    kept = {name: step[~step["app_id"].isin(gone.loc[first, "app_id"])] for name, step in kept.items()}
    changed = run_study(
        "home_retrofits", Altered(demo, missing=FALLS, retrofit_applications=gone, **kept), period="2024-08", unit=SLOW
    )
    table = changed.tables["by_subdistrict"]
    assert np.isnan(table.number(SLOW, "median_days"))
    assert table.marks[SLOW, "median_days"] in ("z", "c")


# ---- Completions and costs.


def test_homes_for_each_thousand_by_a_loop(result, rows, demo):
    points = demo.table("demand_points").set_index("point_id")["subdistrict_code"].to_dict()
    older, done = Counter(), Counter()
    for row in demo.table("population").itertuples():
        unit = points[row.point_id]
        if row.basis == "resident" and row.age_from_years >= 60 and there(unit):
            older[unit] += row.persons
    for row in rows:
        done[row["subdistrict_code"]] += there(row.get("accepted_on"))
    frame = of(result, "completions")
    for unit in older:
        assert frame.loc[unit, "rate"] == pytest.approx(1000 * done[unit] / older[unit])
        assert frame.loc[unit, "rate_lower"] < frame.loc[unit, "rate"] < frame.loc[unit, "rate_upper"]
    assert frame.loc["district", "older"] == sum(older.values()) == 307_991


def test_registered_people_are_another_denominator(demo, result):
    other = run_study("home_retrofits", Altered(demo, missing=FALLS), period="2024-08", basis="registered")
    assert other.tables["completions"].number("district", "older") != of(result, "completions").loc["district", "older"]
    assert "registered people" in " ".join(str(note) for note in other.tables["completions"].notes)


def test_costs_are_pooled_and_not_averaged(result, rows):
    done = [row for row in rows if there(row.get("accepted_on"))]
    frame = of(result, "by_year")
    pooled = sum(row["subsidy_yuan"] for row in done) / sum(row["total_yuan"] for row in done)
    mean = np.mean([row["subsidy_yuan"] / row["total_yuan"] for row in done])
    assert frame.loc["total", "subsidy_share"] == pytest.approx(pooled)
    assert abs(pooled - mean) > 0.02
    assert frame.loc["total", "median_yuan"] == np.median([row["total_yuan"] for row in done])
    years = Counter(str(row["accepted_on"].year) for row in done)
    assert frame["accepted"].drop("total").to_dict() == years
    applied = Counter(str(row["applied_on"].year) for row in rows)
    assert frame["applications"].drop("total").to_dict() == applied


# ---- Need.


def test_need_met_by_a_loop(result, rows, demo):
    need = {
        (row.subdistrict_code, row.priority_group): row.households for row in demo.table("retrofit_need").itertuples()
    }
    done = Counter((row["subdistrict_code"], row["priority_group"]) for row in rows if there(row.get("accepted_on")))
    groups, left = of(result, "by_group"), of(result, "unmet")
    for group in GROUPS:
        wanted = sum(number for (_, other), number in need.items() if other == group)
        got = sum(number for (_, other), number in done.items() if other == group)
        assert groups.loc[group, ["need", "accepted", "unmet"]].tolist() == [wanted, got, wanted - got]
        assert groups.loc[group, "met_share"] == pytest.approx(got / wanted)
        assert groups.loc[group, "accepted_share"] == pytest.approx(got / 3209)
        assert groups.loc[group, "need_share"] == pytest.approx(wanted / sum(need.values()))
    for (unit, group), number in need.items():
        assert left.loc[unit, group] == number - done[unit, group]
    assert left.loc["district", "total"] == sum(need.values()) - sum(done[key] for key in need)


def test_concentration_by_its_definition(result, demo):
    """Twice the covariance of what a household has and its rank, over the mean."""
    need, older = of(result, "need").drop("district"), of(result, "completions")["older"]
    rate = need["need"] / older.reindex(need.index)
    order = rate.sort_values().index
    weight = need.loc[order, "need"] / need["need"].sum()
    value = need.loc[order, "met"] / need.loc[order, "need"]
    rank = weight.cumsum() - weight / 2
    mean = (weight * value).sum()
    naive = 2 * ((weight * value * rank).sum() - mean * (weight * rank).sum()) / mean
    found = of(result, "concentration").loc["standard"]
    assert found["index"] == pytest.approx(naive, abs=1e-12)
    assert found["lower"] < 0 < found["upper"], "density of need was not planted"


def test_need_that_is_not_known_is_not_zero(demo):
    need = demo.table("retrofit_need")
    there = ~((need["subdistrict_code"] == SLOW) & (need["priority_group"] == "alone"))
    partly = Altered(demo, missing=FALLS, retrofit_need=need[there])
    result = run_study("home_retrofits", partly, period="2024-08")
    table = result.tables["need"]
    assert table.marks[SLOW, "need"] == table.marks["district", "unmet"] == "x"
    assert result.tables["by_group"].marks["alone", "need"] == "x"
    assert result.tables["unmet"].marks[SLOW, "alone"] == "x"
    assert not np.isnan(table.number("310106011000", "met_share"))
    assert not np.isnan(result.tables["by_group"].number("frail", "met_share"))


def test_more_homes_than_need_give_no_share(demo):
    need = demo.table("retrofit_need")
    need["households"] = need["households"].mask(need["subdistrict_code"] == SLOW, 12)
    result = run_study(
        "home_retrofits", Altered(demo, missing=FALLS, retrofit_need=need), period="2024-08", minimum_cell=1
    )
    frame = of(result, "need")
    assert np.isnan(frame.loc[SLOW, "met_share"])
    assert frame.loc[SLOW, "unmet"] == 0
    assert (of(result, "unmet").drop(index="district") >= 0).all(axis=None)


# ---- Falls.


def test_falls_in_each_time_by_a_loop(result, rows, demo):
    apps = {row["person_id"]: row for row in rows}
    watch = {row.person_id: row for row in demo.table("fall_observation").itertuples()}
    counts = Counter()
    for row in demo.table("fall_events").itertuples():
        app = apps[row.person_id]
        assert watch[row.person_id].observed_from <= row.fell_on <= watch[row.person_id].observed_to
        before = (app["applied_on"] - row.fell_on).days
        accepted, over = app.get("accepted_on"), app["ended_on"]
        if 0 < before <= 90:
            time = "prompted"
        elif before > 90:
            time = "base"
        elif there(accepted):
            time = "after" if row.fell_on >= accepted else "waiting"
        else:
            time = "base" if there(over) and row.fell_on >= over else "waiting"
        counts[row.place, time] += 1
    for place in ("home", "elsewhere"):
        frame = of(result, f"falls_{place}")
        for time in ("base", "prompted", "waiting", "after"):
            assert frame.loc[time, "falls"] == counts[place, time], (place, time)
    split = of(result, "falls_split")
    assert split["falls"].loc[["early", "late"]].sum() == counts["home", "after"]


def test_the_simple_comparison_by_a_loop(result, rows, demo):
    apps = {row["person_id"]: row for row in rows if there(row.get("accepted_on"))}
    days, falls, spans = Counter(), Counter(), {}
    for row in demo.table("fall_observation").itertuples():
        if row.person_id not in apps:
            continue
        app = apps[row.person_id]
        until = min(row.observed_to, END) + pd.Timedelta(days=1)
        spans[row.person_id, "before"] = (
            max(row.observed_from, app["applied_on"] - pd.Timedelta(days=365)),
            min(until, app["applied_on"]),
        )
        spans[row.person_id, "after"] = (max(row.observed_from, app["accepted_on"]), until)
        for when in ("before", "after"):
            first, last = spans[row.person_id, when]
            days[when] += max((last - first).days, 0)
    for row in demo.table("fall_events").itertuples():
        for when in ("before", "after"):
            first, last = spans.get((row.person_id, when), (END, END))
            falls[when] += row.place == "home" and first <= row.fell_on < last
    frame = of(result, "before_after")
    rate = {when: 1000 * falls[when] / (days[when] / (365.25 / 12)) for when in days}
    for when in ("before", "after"):
        assert frame.loc[f"home-{when}", "falls"] == falls[when]
        assert frame.loc[f"home-{when}", "rate"] == pytest.approx(rate[when])
    assert frame.loc["home-after", "ratio"] == pytest.approx(rate["after"] / rate["before"])


def test_what_was_planted_is_found(result):
    home, away = of(result, "falls_home").loc["after"], of(result, "falls_elsewhere").loc["after"]
    assert home["lower"] < 0.65 < home["upper"]
    assert away["lower"] < 1.0 < away["upper"]
    assert of(result, "before_after").loc["home-after", "upper"] < home["lower"], "the simple comparison exaggerates"
    assert of(result, "falls_home").loc["prompted", "lower"] > 1.5
    withdrawn, on_time = of(result, "withdrawals"), of(result, "on_time")
    assert withdrawn.index[withdrawn["position_widened"].isin(["above", "far_above"])].tolist() == MANY
    assert on_time.index[on_time["position_widened"].isin(["below", "far_below"])].tolist() == [SLOW]
    assert of(result, "by_group")["met_share"].idxmin() == "alone"
    text = [sentence.plain for sentence in result.headline]
    assert len(text) == 5
    assert text[-1].startswith("Next: go to the group “living alone”")


def test_too_few_falls_are_refused_with_the_reason(demo):
    events = demo.table("fall_events")
    few = Altered(demo, fall_events=events.head(40))
    result = run_study("home_retrofits", few, period="2024-08")
    assert not {"falls_home", "falls_elsewhere", "before_after"} & set(result.tables)
    told = [sentence.plain for sentence in result.notes]
    assert "At home: There are too few falls to compare: no ratio is given." in told
    assert "Away from home: There are too few falls to compare: no ratio is given." in told
    assert "falls" not in result.figures


def test_a_control_that_moves_fails_its_check(demo, rows):
    """Falls away from home are taken out after acceptance: whatever did that is in the ratio at home as well."""
    accepted = {row["person_id"]: row.get("accepted_on") for row in rows}
    events = demo.table("fall_events")
    day = pd.to_datetime(events["person_id"].map(accepted))
    fewer = events[~((events["place"] == "elsewhere") & (events["fell_on"] >= day) & (np.arange(len(events)) % 2 == 0))]
    result = run_study("home_retrofits", Altered(demo, fall_events=fewer), period="2024-08")
    passed = {check.name: check.passed for check in result.checks}
    assert not passed["falls elsewhere, the control, stay as they were"]


def test_bands_of_age_with_few_falls_join_the_one_below():
    values = np.array([69.0] * 12 + [72.0] * 3 + [77.0] * 12 + [91.0] * 4)
    assert kept_cuts(values, (70.0, 75.0, 80.0, 85.0, 90.0)) == [70.0]
    assert kept_cuts(values, (75.0, 90.0)) == [75.0]
    assert kept_cuts(np.array([60.0] * 30), (70.0, 75.0)) == []


def test_windows_of_ones_own_may_not_overlap():
    people = case_histories([0, 0], [100, 100], [5, 50], [0, 1], [40, np.nan])
    first = OwnWindow("first", [10.0, np.nan], [20.0, np.nan])
    terms = window_terms(people, [first, OwnWindow("second", [20.0, 0.0], [30.0, 10.0])])
    assert [term.name for term in terms] == ["first", "second"]
    with pytest.raises(InvalidParameter, match="overlap for 1 of 2 persons"):
        window_terms(people, [first, OwnWindow("second", [19.0, 0.0], [30.0, 10.0])])
    with pytest.raises(InvalidParameter, match="begins has shape"):
        window_terms(people, [OwnWindow("short", [1.0], [2.0, 3.0])])


# ---- Rank.


def test_no_rank_without_the_figures_of_others(result):
    assert "rank" not in result.tables
    published = of(result, "published")
    assert np.isnan(published.loc["rank", "data"])
    assert published.loc["homes", "difference"] == 0
    assert any("cannot be checked" in sentence.plain for sentence in result.notes)


@pytest.mark.parametrize(
    ("others", "rank"), [((3000, 3208), 1), ((3000, 3210), 2), ((3209, 4000), 2), ((4000, 5000), 3)]
)
def test_rank_among_others(demo, others, rank):
    peers = pd.DataFrame(
        {
            "place": ["q1", "q2", "q2"],
            "as_of": pd.to_datetime(["2024-06-30", "2024-08-31", "2024-09-30"]),
            "households": [*others, 9000],
        }
    )
    result = run_study("home_retrofits", Altered(demo, missing=FALLS, peer_retrofits=peers), period="2024-08")
    assert result.tables["rank"].number("district", "rank") == rank
    assert of(result, "published").loc["rank", "data"] == rank
    assert any(f"ranks {rank} among" in sentence.plain for sentence in result.notes)


def test_figures_of_others_from_later_days_do_not_count(demo):
    later = pd.DataFrame({"place": ["q"], "as_of": pd.to_datetime(["2025-01-01"]), "households": [9000]})
    assert retrofit_records(Altered(demo, peer_retrofits=later), WINDOW).peers is None


# ---- What is left out.


def records_of(district, **tables: pd.DataFrame) -> RetrofitRecords:
    return retrofit_records(Altered(district, **tables), WINDOW)


def counted(records: RetrofitRecords) -> dict[str, int]:
    return {reason: number for reason, (number, _) in records.exclusions.items() if number}


def test_spoiled_applications_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    works, contracts = district.table("retrofit_works"), district.table("retrofit_contracts")
    applications = district.table("retrofit_applications")
    assert counted(records_of(district)) == {}
    works.loc[works["app_id"] == "g000", "started_on"] = pd.Timestamp("2023-04-20")  # before the contract
    no_contract = contracts[contracts["app_id"] != "g001"]
    ended = applications["app_id"] == "g002"
    applications.loc[ended, "ended_on"], applications.loc[ended, "end_reason"] = pd.Timestamp("2023-07-01"), "withdrawn"
    gone = applications["app_id"] == "g008"
    applications.loc[gone, "ended_on"] = pd.Timestamp("2023-03-20")  # before the assessment
    extra = applications[applications["app_id"].isin(["g003", "g110"])].assign(
        app_id=["x1", "x2"], applied_on=pd.to_datetime(["2024-01-01", "2024-02-01"])
    )
    late = applications[applications["app_id"] == "g109"].assign(app_id="x3", applied_on=pd.Timestamp("2025-01-01"))
    late = late.assign(ended_on=pd.NaT, end_reason=None)
    records = records_of(
        district,
        retrofit_applications=pd.concat([applications, extra, late], ignore_index=True),
        retrofit_works=works,
        retrofit_contracts=no_contract,
    )
    assert counted(records) == {
        "applications_after": 1, "stage_missing": 1, "out_of_order": 3, "applied_again": 1, "applied_at_once": 1,
    }  # fmt: skip
    assert len(records.applications) == 36 - 4
    assert not set(records.applications["app_id"]) & {"g000", "g001", "g002", "g008", "x1", "x2", "x3"}


def test_who_withdrew_may_apply_again(valid_district: Path):
    district = load_district(valid_district)
    applications = district.table("retrofit_applications")
    again = applications[applications["app_id"] == "g008"].assign(
        app_id="x1", applied_on=pd.Timestamp("2024-01-01"), ended_on=pd.NaT, end_reason=None
    )
    records = records_of(district, retrofit_applications=pd.concat([applications, again], ignore_index=True))
    assert counted(records) == {}
    assert len(records.applications) == 37


def test_falls_that_cannot_count_are_counted(valid_district: Path):
    district = load_district(valid_district)
    events = district.table("fall_events")
    wrong = events.head(3).assign(
        person_id=["nobody", "b009", "b000"], fell_on=pd.to_datetime(["2024-01-01", "2024-04-01", "2024-12-01"])
    )
    records = records_of(district, fall_events=pd.concat([events, wrong], ignore_index=True))
    # The person whose watch ended on 31 March 2024 also has a fall in April in the small district.
    before = counted(records_of(district)).get("falls_outside", 0)
    assert counted(records) == {"falls_after": 1, "falls_unwatched": 1, "falls_outside": before + 1}
    assert len(records.falls) == len(events) - before


def test_what_happened_after_the_last_day_had_not_happened(demo):
    records = retrofit_records(demo, Period.parse("2023-12"))
    last = pd.Timestamp("2023-12-31")
    for day in (*STAGE_DAYS, "ended_on"):
        assert not (records.applications[day] > last).any()
    assert (records.applications["ended_on"].isna() == records.applications["end_reason"].isna()).all()
    assert records.watched["end"].max() <= last + pd.Timedelta(days=1)
    assert records.falls["fell_on"].max() <= last
    assert records.exclusions["applications_after"][0] > 500


def test_exclusions_stand_in_the_notes(demo):
    table = demo.table("retrofit_contracts")
    result = run_study(
        "home_retrofits", Altered(demo, missing=FALLS, retrofit_contracts=table.iloc[20:]), period="2024-08"
    )
    assert result.tables["exclusions"].number("stage_missing", "count") >= 15
    assert any("a step but not the one before it" in sentence.plain for sentence in result.notes)


days = st.integers(0, 60)


@st.composite
def tables(draw) -> pd.DataFrame:
    """Applications with steps on any days whatever, some of them missing, some ended."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        begun = draw(days)
        steps = [begun + draw(st.integers(-3, 30)) if draw(st.integers(0, 4)) else None for _ in range(5)]
        end = begun + draw(st.integers(0, 80)) if draw(st.booleans()) else None
        row = dict(zip(("assessed_on", "signed_on", "started_on", "finished_on", "accepted_on"), steps, strict=True))
        row |= {"applied_on": begun, "ended_on": end}
        row = {
            name: pd.NaT if day is None else pd.Timestamp("2024-06-01") + pd.Timedelta(days=day)
            for name, day in row.items()
        }
        reason = draw(st.sampled_from(REASONS)) if end is not None else None
        home, person = draw(st.integers(0, 5)), draw(st.integers(0, 8))
        unit = draw(st.sampled_from(["u1", "u2"]))
        ids = {"app_id": f"a{number}", "home_id": f"h{home}", "person_id": f"p{person}", "subdistrict_code": unit}
        rows.append(ids | row | {"end_reason": reason, "priority_group": "alone"})
    frame = pd.DataFrame(rows)
    return frame.astype(dict.fromkeys([name for name in frame if name.endswith("_on")], "datetime64[s]"))


@given(tables())
def test_every_application_is_counted_or_left_out_and_no_stage_loses_one(table):
    kept, left_out = countable(up_to(table, END))
    assert len(kept) + sum(number for number, _ in left_out.values()) == len(table)
    records = RetrofitRecords(WINDOW, kept, None, None, None, None, left_out)
    frame = stages(records, None)  # raises where its ledger does not close
    assert frame.loc["total", "reached"] == len(kept)
    assert (frame["next"].iloc[:-2].to_numpy() == frame["reached"].iloc[1:-1].to_numpy()).all()
    units = by_unit(records, ["u1", "u2"], 30, confidence=0.95)
    assert units.loc["district", "applications"] == len(kept)
    assert (units[["accepted", "withdrawn", "other", "open"]].sum(axis=1) == units["applications"]).all()
    lengths, cause = spells(kept, END)
    assert (lengths >= 0).all()
    assert int((cause == 1).sum()) == frame.loc["total", "next"]


# ---- Reports on one sub-district, and what they need.


def test_a_sub_district_speaks_of_its_own_and_hides_small_counts(demo):
    unit = "310106015000"
    result = run_study("home_retrofits", demo, period="2024-08", unit=unit)
    refuse_small_counts(result.tables, 10)
    table = demo.table("retrofit_applications")
    assert result.tables["by_subdistrict"].number(unit, "applications") == (table["subdistrict_code"] == unit).sum()
    hidden = [cell for table in result.tables.values() for cell, mark in table.marks.items() if mark == "c"]
    assert len(hidden) > 30
    assert "c" in {result.tables["stages"].marks.get((stage, "died")) for stage in ("applied", "assessed", "works")}
    assert "West Tianmu Road" in result.headline.sentences[0].plain


def test_a_report_needs_no_optional_table(valid_district: Path):
    optional = ("population", "retrofit_need", "fall_observation", "fall_events", "peer_retrofits")
    bare = Altered(load_district(valid_district), missing=optional)
    result = run_study("home_retrofits", bare, period="2024-08", minimum_cell=1)
    told = " ".join(sentence.plain for sentence in result.notes)
    assert all(f"“{name}”" in told for name in optional[:-1])
    assert not {"need", "unmet", "by_group", "rank", "falls_home", "concentration"} & set(result.tables)
    assert "rate" not in result.tables["completions"].frame


def test_a_district_where_nobody_was_accepted_yet(valid_district: Path):
    district = load_district(valid_district)
    works = district.table("retrofit_works").iloc[:0]
    result = run_study("home_retrofits", Altered(district, retrofit_works=works), period="2024-08", minimum_cell=1)
    assert result.tables["stages"].number("total", "next") == 0
    assert np.isnan(result.tables["by_subdistrict"].number("district", "median_days"))
    assert "incidence" not in result.tables


def test_an_unknown_unit_is_told(demo):
    with pytest.raises(UnknownUnit):
        run_study("home_retrofits", demo, period="2024-08", unit="310106099000")
