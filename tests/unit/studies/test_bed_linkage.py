"""Linked beds on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.interrupted_design import monthly_series
from jingan_analysis.studies import run_study
from jingan_analysis.studies.bed_linkage_records import KINDS, bed_records
from jingan_analysis.studies.bed_linkage_series import _festival_days, occupancy_series
from jingan_analysis.studies.period import Period

END, YEAR_START = pd.Timestamp("2024-08-31"), pd.Timestamp("2023-09-01")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("bed_linkage", demo, period="2024-08", minimum_cell=1)


@pytest.fixture(scope="module")
def stays(demo):
    return list(demo.table("bed_episodes").itertuples())


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def test_occupancy_is_bed_days_over_bed_days(result, demo):
    occupied, usable = Counter(), Counter()
    for row in demo.table("bed_stock").itertuples():
        key = (
            row.bed_type,
            "now" if row.month == "2024-08" else "before" if row.month < "2024" and row.month >= "2023" else "",
        )
        occupied[key] += row.occupied_bed_days
        usable[key] += row.usable_bed_days
    frame = of(result, "occupancy")
    for kind in KINDS:
        now, before = (occupied[kind, when] / usable[kind, when] for when in ("now", "before"))
        assert frame.loc[kind, "share"] == pytest.approx(now, abs=1e-12)
        assert frame.loc[kind, "before_share"] == pytest.approx(before, abs=1e-12)
        n1, b1 = occupied[kind, "now"] / 31, usable[kind, "now"] / 31
        n0, b0 = occupied[kind, "before"] / 365, usable[kind, "before"] / 365
        assert frame.loc[kind, "by_residents"] == pytest.approx(100 * (n1 - n0) / b1, abs=1e-9)
        assert frame.loc[kind, "by_beds"] == pytest.approx(-100 * n0 * (b1 - b0) / (b0 * b1), abs=1e-9)
        assert frame.loc[kind, "change"] == pytest.approx(100 * (now - before), abs=1e-9)
    assert (frame["change"] - frame["by_residents"] - frame["by_beds"]).abs().max() < 1e-12 * 100


def test_moves_by_a_loop_over_stays(result, stays):
    arrivals = {}
    for row in stays:
        arrivals.setdefault((row.person_id, row.started_on), []).append(row)
    moves, came = Counter(), set()
    for row in stays:
        if pd.isna(row.ended_on) or row.end_reason != "transferred":
            continue
        after = [one for one in arrivals.get((row.person_id, row.ended_on), []) if one is not row]
        assert len(after) == 1
        came.add(after[0].episode_id)
        if YEAR_START <= row.ended_on <= END:
            moves[row.bed_type, after[0].bed_type] += 1
    for row in stays:
        if not pd.isna(row.ended_on) and row.end_reason != "transferred" and row.ended_on >= YEAR_START:
            moves[row.bed_type, row.end_reason] += 1
        if row.episode_id not in came and row.started_on >= YEAR_START:
            moves["home", row.bed_type] += 1
    frame = of(result, "flows")
    for origin in (*KINDS, "home"):
        for target in (*KINDS, "home", "left", "died"):
            assert frame.loc[origin, target] == moves[origin, target], (origin, target)
    assert frame.loc["total", "total"] == sum(moves.values()) > 9_000


def test_stocks_by_a_loop_and_nothing_is_unexplained(result, stays):
    frame = of(result, "account")
    for column, day in (("opening", YEAR_START - pd.Timedelta(days=1)), ("closing", END)):
        held = Counter(
            row.bed_type for row in stays if row.started_on <= day and (pd.isna(row.ended_on) or row.ended_on > day)
        )
        assert frame[column].drop("total").to_dict() == held
    assert (frame["unexplained"] == 0).all()
    assert all(check.passed for check in result.checks)


def test_days_after_coming_to_a_medical_bed_by_a_loop(result, stays):
    """Without censoring the estimate is a mean: people who came two years before the end were all seen for a year."""
    from jingan_analysis.studies.bed_linkage_flows import courses_of, days_after

    early = pd.DataFrame(stays)
    first = pd.Timestamp("2021-01-01")
    came = early[(early["bed_type"] == "medical") & (early["started_on"] >= first)]
    start = came.groupby("person_id")["started_on"].min()
    start = start[start < END - pd.Timedelta(days=370)]
    mine = early[early["person_id"].isin(start.index)]
    frame = days_after(courses_of(mine, first, END), confidence=0.95)
    days, persons = Counter(), len(start)
    for row in mine.itertuples():
        zero = start[row.person_id]
        begin, end = max(row.started_on, zero), END + pd.Timedelta(days=1) if pd.isna(row.ended_on) else row.ended_on
        end = min(end, zero + pd.Timedelta(days=365))
        if end > begin and not (row.bed_type == "home_sickbed" and _beside(row, mine)):
            days[row.bed_type] += (end - begin).days
    for kind in ("institution", "medical", "hospice"):
        assert frame.loc["medical", kind] == pytest.approx(days[kind] / persons, abs=0.02), kind


def test_days_after_coming_to_a_bed_with_people_still_in_one_by_a_product_over_days(stays):
    """Day by day, of those still watched in a state, the share that moves to each other one carries the chances on."""
    from jingan_analysis.studies.bed_linkage_flows import courses_of, days_after

    first = pd.Timestamp("2021-01-01")
    mine: dict[str, list] = {person: [] for person in sorted({row.person_id for row in stays})[::5]}
    for row in stays:
        if row.person_id in mine:
            mine[row.person_id].append(row)
    rows = pd.DataFrame([row for rows in mine.values() for row in rows])
    frame = days_after(courses_of(rows, first, END), confidence=0.95)
    for kind in ("home_sickbed", "medical"):
        came = [rows for rows in mine.values() if any(row.bed_type == kind for row in rows)]
        walks = [walk for rows in came if (walk := _states_by_day(rows, kind, first))]
        assert sum(len(walk) > 1 for walk in walks) == frame.loc[kind, "persons"] > 300
        assert sum(len(walk) < 365 for walk in walks) > 30, "nobody's year is cut off by the last day"
        chances, days = {kind: 1.0}, Counter()
        for day in range(365):
            days.update(chances)
            moved = Counter((walk[day], walk[day + 1]) for walk in walks if day + 1 < len(walk))
            watched: Counter = Counter()
            for (state, _), number in moved.items():
                watched[state] += number
            after: Counter = Counter({state: chance for state, chance in chances.items() if not watched[state]})
            for (state, target), number in moved.items():
                after[target] += chances.get(state, 0.0) * number / watched[state]
            chances = after
        assert sum(days.values()) == pytest.approx(365)
        days["home_care"] += days.pop("both", 0.0)
        for state in (*KINDS, "home", "left", "died"):
            assert frame.loc[kind, state] == pytest.approx(days[state], abs=1e-9), (kind, state)


def test_who_comes_back_to_a_bed_does_not_bring_back_those_who_stay_at_home():
    from jingan_analysis.studies.bed_linkage_flows import courses_of, days_after

    day = pd.Timestamp("2021-01-01")
    stays = pd.DataFrame(
        [(f"P{one}", "medical", day, day + pd.Timedelta(days=10), "home") for one in range(10)]
        + [
            (f"P{one}", "medical", day + pd.Timedelta(days=30), day + pd.Timedelta(days=34), "left") for one in range(3)
        ],
        columns=["person_id", "bed_type", "started_on", "ended_on", "end_reason"],
    )
    frame = days_after(courses_of(stays, day, END), confidence=0.95)
    assert frame.loc["medical", "medical"] == pytest.approx(10 + 0.3 * 4)
    assert frame.loc["medical", "home"] == pytest.approx(0.3 * 20 + 0.7 * 355)
    assert frame.loc["medical", "left"] == pytest.approx(0.3 * (365 - 34))


def _states_by_day(rows: list, kind: str, first: pd.Timestamp) -> list[str]:
    """What a person holds on each day from coming to a kind of bed on, as far as it is known; empty if never."""
    states, day, last = [], min(row.started_on for row in rows), END + pd.Timedelta(days=1)
    while day < last and len(states) <= 365:
        held = [row for row in rows if row.started_on <= day and (pd.isna(row.ended_on) or day < row.ended_on)]
        if held:
            state = "both" if len(held) > 1 else held[0].bed_type
        else:
            state = max((row for row in rows if row.ended_on <= day), key=lambda row: row.ended_on).end_reason
        new = not states and state == kind and any(row.started_on == day for row in held)
        if states or (new and day >= first):
            states.append(state)
        day += pd.Timedelta(days=1)
    if states and states[-1] == "died":
        states += ["died"] * 365
    return states


def _beside(row, stays) -> bool:
    mine = stays[(stays["person_id"] == row.person_id) & (stays["bed_type"] == "home_care")]
    return bool(((mine["started_on"] <= row.started_on) & ~(mine["ended_on"] <= row.started_on)).any())


def test_requests_by_a_loop(result, demo):
    counts: Counter = Counter()
    for row in demo.table("bed_requests").itertuples():
        if row.requested_on >= YEAR_START:
            counts[row.to_type, "requests"] += 1
            counts[row.to_type, "open" if pd.isna(row.outcome) else row.outcome] += 1
    frame = of(result, "waiting")
    for kind in KINDS:
        for column in ("requests", "moved", "refused", "withdrawn", "died", "open"):
            assert frame.loc[kind, column] == counts[kind, column], (kind, column)
    ends = ["moved", "refused", "withdrawn", "died", "open"]
    assert (frame[ends].sum(axis=1) == frame["requests"]).all()


def test_coverages_by_sets(result, demo):
    stays, contracts = demo.table("bed_episodes"), demo.table("bed_contracts")
    holders = {
        row.person_id
        for row in stays.itertuples()
        if pd.isna(row.ended_on) and row.bed_type in ("institution", "home_care")
    }
    signed = {row.person_id for row in contracts.itertuples() if pd.isna(row.ended_on)}
    since = date(2024, 8, 31) - timedelta(days=90)
    served = {row.person_id for row in demo.table("bed_services").itertuples() if row.done_on.date() > since}
    links = [row for row in demo.table("data_links").itertuples() if row.person_id in signed]
    linked = {row.person_id for row in links if row.civil_record and row.health_record and not pd.isna(row.synced_on)}
    fresh = {row.person_id for row in links if row.person_id in linked and (END - row.synced_on).days <= 7}
    frame = of(result, "coverage")
    assert frame.loc["holders", ["covered", "all"]].tolist() == [len(holders & signed), len(holders)]
    assert frame.loc["served", ["covered", "all"]].tolist() == [len(served & signed), len(signed)]
    assert frame.loc["linked", ["covered", "all"]].tolist() == [len(linked), len(signed)]
    assert frame.loc["fresh", ["covered", "all"]].tolist() == [len(fresh), len(signed)]
    assert frame.loc["institutions", ["covered", "all"]].tolist() == [31, 33]
    contracts_table = of(result, "contracts")
    assert contracts_table["holders"].drop("district").sum() == len(holders)


def test_beds_needed_keep_within_the_share(result):
    """Erlang's loss by the plain recursion."""
    frame = of(result, "needed")
    for kind, row in frame.iterrows():

        def loss(beds: int, load: float) -> float:
            blocked = 1.0
            for number in range(1, beds + 1):
                blocked = load * blocked / (number + load * blocked)
            return blocked

        load = row["arrivals"] * row["mean_days"]
        assert row["load"] == pytest.approx(load)
        assert loss(int(row["needed"]), load) <= 0.05 < loss(int(row["needed"]) - 1, load), kind
        assert row["blocked_share"] == pytest.approx(loss(int(row["beds"]), load), abs=1e-9)


def test_the_pilot_is_found_and_the_second_break_is_refused(result):
    effects = of(result, "effects")
    assert list(effects.index) == ["2023-08-after0", "2023-08-after6", "2023-08-after12", "2024-08-after0"]
    assert effects["difference"].isna().tolist() == [False, False, False, True]
    assert result.tables["effects"].marks["2024-08-after0", "difference"] == "z"
    terms = of(result, "terms")
    assert terms.loc["level_1", "lower"] < 0.10 < terms.loc["level_1", "upper"]
    assert terms.loc["slope_1", "lower"] < 0.014 < terms.loc["slope_1", "upper"]
    assert "level_2" not in terms.index


def test_without_a_named_break_nothing_is_estimated(demo):
    quiet = run_study("bed_linkage", demo, period="2024-08", breaks=())
    assert "effects" not in quiet.tables
    assert any("No month is named" in sentence.plain for sentence in quiet.headline)


def test_two_months_show_no_change():
    months = pd.DataFrame(
        {"occupied_bed_days": [510.0, 590.0], "usable_bed_days": [1000.0, 1000.0], "share": [0.51, 0.59]},
        index=["2023-08", "2024-08"],
    )
    found = occupancy_series(months, None, ("2024-08",), fewest_months=8, confidence=0.95)
    assert found.refusal == "two_points_only"


@pytest.mark.parametrize(
    "breaks", [("2023-13",), ("2023-8",), ("2024-08", "2023-08"), ("2023-08", "2023-08"), ("soon",)]
)
def test_breaks_that_are_no_months_in_order_are_told(demo, breaks):
    with pytest.raises(InvalidParameter, match="breaks"):
        run_study("bed_linkage", demo, period="2024-08", breaks=breaks)


def test_festival_days_fall_in_their_months():
    days = _festival_days(["2022-01", "2022-02", "2023-01", "2024-01", "2024-02", "2020-01", "2020-02"])
    assert days.tolist() == [0, 7, 7, 0, 7, 7, 0]


def test_spoiled_stays_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    stays = district.table("bed_episodes")
    extra = stays.iloc[[1, 1, 1, 1]].assign(
        episode_id=["y1", "y2", "y3", "y4"],
        person_id=["d01", "d01", "p9", "d02"],
        bed_type=["institution", "medical", "institution", "institution"],
        inst_id=["o0", "o2", "o1", "o0"],
        started_on=pd.to_datetime(["2024-05-01", "2024-05-02", "2024-07-01", "2025-02-01"]),
    )
    shut = district.table("institutions").assign(closed_on=pd.to_datetime([None, "2024-06-30", None]))
    spoiled = Altered(district, bed_episodes=pd.concat([stays, extra]), institutions=shut)
    records = bed_records(spoiled, Period.parse("2024-08"))
    counted = {reason: number for reason, (number, _) in records.exclusions.items() if number}
    assert counted == {"stays_after": 1, "stays_in_closed": 1, "stays_overlapping": 1, "stays_at_once": 1}
    assert not set(records.stays["episode_id"]) & {"y1", "y2", "y3", "y4"}


def test_a_stay_after_death_is_left_out(valid_district: Path):
    district = load_district(valid_district)
    stays = district.table("bed_episodes")
    died = stays["episode_id"] == "e010"
    stays.loc[died, ["ended_on", "end_reason"]] = [pd.Timestamp("2024-01-01"), "died"]
    later = stays[died].assign(episode_id="y5", started_on=pd.Timestamp("2024-03-01"), ended_on=pd.NaT, end_reason=None)
    records = bed_records(Altered(district, bed_episodes=pd.concat([stays, later])), Period.parse("2024-08"))
    assert records.exclusions["stays_after_death"] == (1, "cases")


def test_two_kinds_at_home_are_held_at_once(valid_district: Path):
    district = load_district(valid_district)
    stays = district.table("bed_episodes").iloc[:1]
    pair = pd.concat(
        [
            stays.assign(episode_id=f"y{n}", person_id="p1", bed_type=kind, ended_on=pd.NaT, end_reason=None)
            for n, kind in enumerate(("home_care", "home_sickbed"))
        ]
    )
    records = bed_records(Altered(district, bed_episodes=pair), Period.parse("2024-08"))
    assert len(records.stays) == 2


def test_what_ended_after_the_last_day_had_not_ended(demo):
    records = bed_records(demo, Period.parse("2023-12"))
    assert records.stays["ended_on"].max() <= pd.Timestamp("2023-12-31")
    assert records.exclusions["stays_after"][0] > 1_000
    assert (records.requests["ended_on"].isna() == records.requests["outcome"].isna()).all()


def test_a_report_needs_no_optional_table(valid_district: Path):
    optional = ("bed_requests", "bed_contracts", "bed_services", "data_links", "comparison_occupancy")
    bare = Altered(load_district(valid_district), missing=optional)
    result = run_study("bed_linkage", bare, period="2024-08", minimum_cell=1)
    told = " ".join(sentence.plain for sentence in result.notes)
    assert all(f"“{name}”" in told for name in optional)
    assert {"waiting", "contracts"} & set(result.tables) == set()


def test_stays_that_do_not_match_bed_days_fail_their_check(demo):
    fewer = Altered(demo, bed_episodes=demo.table("bed_episodes").iloc[:-40])
    result = run_study("bed_linkage", fewer, period="2024-08")
    passed = {check.name: check.passed for check in result.checks}
    assert not passed["bed-days are the nights of the stays"]
    assert passed["stock and flow close for every kind and month"]


def test_a_comparison_goes_in_only_if_it_tells_of_every_month(demo):
    series = demo.table("comparison_occupancy")
    short = Altered(demo, comparison_occupancy=series[series["month"] > "2022"])
    result = run_study("bed_linkage", short, period="2024-08")
    assert not any(str(row).startswith("comparison") for row in of(result, "terms").index)
    assert "comparison_share" not in of(result, "by_month")


def test_a_unit_speaks_of_its_own(demo):
    unit = "310106020000"
    result = run_study("bed_linkage", demo, period="2024-08", unit=unit)
    places = demo.table("institutions").set_index("inst_id")["subdistrict_code"]
    stock = demo.table("bed_stock")
    mine = stock[
        (stock["inst_id"].map(places) == unit) & (stock["month"] == "2024-08") & (stock["bed_type"] == "institution")
    ]
    expected = mine["occupied_bed_days"].sum() / mine["usable_bed_days"].sum()
    assert of(result, "occupancy").loc["institution", "share"] == pytest.approx(expected)


def test_months_are_those_of_the_series(result):
    frame = of(result, "by_month")
    assert len(frame) == 44
    series = monthly_series(np.arange(44), frame["occupied_bed_days"], size=frame["usable_bed_days"])
    assert len(series.month) == 44
    assert (frame["fitted"] - frame["share"]).abs().max() < 0.02
    assert (frame["without"] == frame["fitted"])[frame.index < "2023-08"].all()
