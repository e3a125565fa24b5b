"""Volunteers on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.studies import run_study
from jingan_analysis.studies import volunteer_pairing_contacts as contacts
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords, befriending_records

PERIOD, END = "2024-08", date(2024, 8, 31)
BEIZHAN, LINFEN, BAOSHAN, DANING = "310106016000", "310106021000", "310106017000", "310106019000"


@pytest.fixture(scope="module")
def result(demo):
    return run_study("volunteer_pairing", demo, period=PERIOD, minimum_cell=1)


@pytest.fixture(scope="module")
def rows(demo):
    """Rows as plain Python: volunteers, older people, pairs."""
    volunteers = {row.vol_id: row for row in demo.table("volunteers").itertuples()}
    elders = {row.person_id: row for row in demo.table("elder_needs").itertuples()}
    pairs = list(demo.table("pairings").itertuples())
    return volunteers, elders, pairs


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def test_published_totals_are_held(result):
    frame = of(result, "by_subdistrict")
    assert frame.loc["district", ["volunteers", "paired"]].tolist() == [4_475, 25_395]
    assert frame.loc["district", "ratio"] == pytest.approx(25_395 / 4_475)
    assert frame["ratio"].drop("district").mean() != pytest.approx(frame.loc["district", "ratio"], rel=0.01)


def test_coverage_by_sets(result, rows):
    _, elders, pairs = rows
    now = {row.person_id for row in pairs if pd.isna(row.ended_on)}
    listed, paired = Counter(), Counter()
    for person, row in elders.items():
        if pd.isna(row.delisted_on):
            for group in (row.subdistrict_code, row.risk_level, row.living_arrangement):
                listed[group] += 1
                paired[group] += person in now
    units, groups = of(result, "by_subdistrict"), of(result, "groups")
    for frame in (units.drop("district"), groups.drop("total")):
        for group, row in frame.iterrows():
            assert (row["listed"], row["paired"]) == (listed[group], paired[group]), group
    assert (units["listed"] == units["paired"] + units["unpaired"]).all()


def test_programmes_count_distinct_people(result, rows):
    volunteers, _, pairs = rows
    people = defaultdict(set)
    for row in pairs:
        if pd.isna(row.ended_on):
            people[volunteers[row.vol_id].programme].add(row.person_id)
    frame = of(result, "programmes")
    old, company = people["old_partners"], people["company_in_age"]
    assert frame["elders"].tolist() == [len(old), len(company), len(old | company)]
    assert frame["in_both"].tolist() == [len(old & company)] * 3
    assert frame.loc["total", "pairs"] == sum(pd.isna(row.ended_on) for row in pairs)


def test_load_by_a_loop(result, rows):
    volunteers, _, pairs = rows
    load = Counter(row.vol_id for row in pairs if pd.isna(row.ended_on))
    mine = defaultdict(list)
    for who, row in volunteers.items():
        if pd.isna(row.left_on):
            mine[row.subdistrict_code].append(load[who])
    frame = of(result, "load")
    for unit, loads in mine.items():
        row = frame.loc[unit]
        assert row["volunteers"] == len(loads)
        assert row["pairs"] == sum(loads)
        assert row["over"] == sum(one > 5 for one in loads)
        assert row["excess"] == sum(max(one - 5, 0) for one in loads)
        assert row["idle"] == loads.count(0)
        apart = sum(abs(a - b) for a in loads for b in loads) / (2 * len(loads) ** 2)
        assert row["gini"] == pytest.approx(apart / (sum(loads) / len(loads)))
    everybody = Counter(one for loads in mine.values() for one in loads)
    spread = of(result, "load_distribution")["volunteers"]
    assert [spread[str(number)] for number in range(11)] == [everybody[number] for number in range(11)]


def checks_by_hand(elders, pairs, calls, first: date, count: int):
    """Checks due and met by person, day by day, and each person's longest gap."""
    paired, kept = defaultdict(set), defaultdict(Counter)
    for row in pairs:
        start = max(row.paired_on.date(), first)
        end = END if pd.isna(row.ended_on) else row.ended_on.date()
        paired[row.person_id] |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    person_of = {row.pair_id: row.person_id for row in pairs}
    for row in calls:
        kept[person_of[row.pair_id]][row.done_on.date()] += row.contacts
    found = {}
    turns = Counter()
    for person in sorted(name for name, days in paired.items() if days):
        per_week = elders[person].required_contacts_per_week
        weeks = max(math.ceil(1 / per_week - 1e-9), 1)
        turn, turns[weeks] = turns[weeks] % weeks, turns[weeks] + 1
        due = met = 0
        for week in range(weeks - 1, count):
            if week % weeks != turn:
                continue
            days = [first + timedelta(days=7 * (week - weeks + 1) + n) for n in range(7 * weeks)]
            if all(day in paired[person] for day in days):
                due += 1
                met += sum(kept[person][day] for day in days) >= per_week * weeks - 1e-9
        found[person] = (due, met)
    return found


def test_contact_checks_day_by_day(result, demo, rows):
    """A few hundred people, each day of the half-year looked at."""
    _, elders, pairs = rows
    some = sorted({row.person_id for row in pairs})[::80]
    chosen = set(some)
    few = Altered(
        demo,
        pairings=demo.table("pairings")[lambda table: table["person_id"].isin(chosen)],
        elder_needs=demo.table("elder_needs")[lambda table: table["person_id"].isin(chosen)],
    )
    records = befriending_records(few, Period.parse(PERIOD))
    mine = [row for row in pairs if row.person_id in chosen]
    ids = {row.pair_id for row in mine}
    table = demo.table("companion_contacts")
    calls = list(table[table["pair_id"].isin(ids)].itertuples())
    found = contacts.contact_checks(records)
    first = min(row.done_on.date() for row in calls)
    first += timedelta(days=-first.weekday() % 7)
    assert found.first.date() == first
    by_hand = checks_by_hand(elders, mine, calls, first, len(found.weeks))
    machine = {
        person: (int(due), int(met))
        for person, due, met in zip(found.people.index, found.due.sum(axis=1), found.met.sum(axis=1), strict=True)
    }
    assert machine == by_hand
    assert sum(due for due, _ in by_hand.values()) > 5_000


def test_longest_gaps_day_by_day(demo, rows):
    _, _, pairs = rows
    chosen = set(sorted({row.person_id for row in pairs})[::160])
    few = Altered(
        demo,
        pairings=demo.table("pairings")[lambda table: table["person_id"].isin(chosen)],
        elder_needs=demo.table("elder_needs")[lambda table: table["person_id"].isin(chosen)],
    )
    found = contacts.contact_checks(befriending_records(few, Period.parse(PERIOD)))
    mine = {row.pair_id: row for row in pairs if row.person_id in chosen}
    first = found.first.date()
    days, called = defaultdict(set), defaultdict(set)
    for row in mine.values():
        end = END if pd.isna(row.ended_on) else row.ended_on.date()
        start = max(row.paired_on.date(), first)
        days[row.person_id] |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    table = demo.table("companion_contacts")
    for row in table[table["pair_id"].isin(mine)].itertuples():
        called[mine[row.pair_id].person_id].add(row.done_on.date())
    for person, there in days.items():
        if not there:
            continue
        longest, since = 0, None
        for day in sorted(there):
            if day - timedelta(days=1) not in there:
                since = day
            longest = max(longest, (day - since).days)
            if day in called[person]:
                since = day
        assert found.gaps.loc[person, "longest"] == longest, person
    assert len(found.gaps) > 150


def test_contact_is_kept_least_where_planted_and_the_reminder_is_a_shift(result):
    frame = of(result, "compliance")
    assert set(frame["share"].nsmallest(2).index) == {BEIZHAN, LINFEN}
    assert set(frame["long_gap_share"].nlargest(2).index) == {BEIZHAN, LINFEN}
    weeks = of(result, "weeks")
    assert (weeks.loc["2024-06-03":, "signal"] == "better").all()
    assert (weeks.loc[:"2024-05-27", "signal"] == "worse").all()


def test_modes_add_up(result, demo):
    table = demo.table("companion_contacts")
    inside = table[(table["done_on"] >= "2024-03-04") & (table["done_on"] <= "2024-08-25")]
    frame = of(result, "modes")
    assert frame["contacts"].drop("total").to_dict() == inside["mode"].value_counts().to_dict()
    assert frame["share"].drop("total").sum() == pytest.approx(1)


def test_ends_of_pairs_by_a_product_over_days(result, rows):
    """Aalen–Johansen by its formula, day by day."""
    _, _, pairs = rows
    ends, leave = defaultdict(Counter), Counter()
    for row in pairs:
        lasted = ((END if pd.isna(row.ended_on) else row.ended_on.date()) - row.paired_on.date()).days
        leave[lasted] += 1
        if not pd.isna(row.ended_on) and row.ended_on.date() < END:
            ends[lasted][row.end_reason] += 1
    at_risk, lasting, done = len(pairs), 1.0, Counter()
    frame = of(result, "pair_curve")
    days = {math.floor(month * 365.25 / 12): str(month) for month in range(3, 37, 3)}
    for day in range(max(days) + 1):
        before = lasting
        for reason, number in ends[day].items():
            done[reason] += before * number / at_risk
        lasting -= before * sum(ends[day].values()) / at_risk
        at_risk -= leave[day]
        if day in days:
            row = frame.loc[days[day]]
            assert row["lasting_share"] == pytest.approx(lasting, abs=1e-9)
            for reason in ("gave_up", "volunteer_left", "elder_left"):
                assert row[f"{reason}_share"] == pytest.approx(done[reason], abs=1e-9)


def test_planted_ratios_are_found(result):
    frame = of(result, "ratios")
    assert frame.loc["across", "lower"] < 1.8 < frame.loc["across", "upper"]
    assert frame.loc["programme", "lower"] < 1.6 < frame.loc["programme", "upper"]


def test_the_pairing_keeps_its_books(result):
    frame = of(result, "scenarios")
    parts = frame[["kept", "moved", "new", "unpaired"]].sum(axis=1)
    assert (parts == frame["wanted"]).all()
    assert (frame["wanted"] == frame["wanted"].iloc[0]).all()
    best = frame.drop("now")
    assert (best["kept"] + best["moved"] + best["new"] <= best["places"]).all()
    assert best["unpaired"].is_monotonic_increasing
    assert best["more_volunteers"].is_monotonic_increasing
    assert (best["mean_walk_m"] < frame.loc["now", "mean_walk_m"]).all()
    assert all(check.passed for check in result.checks)
    # Each volunteer more brings so many places at most.
    assert (best["more_volunteers"] * [5, 6, 5] >= best["unpaired"]).all()


def test_a_higher_price_breaks_fewer_pairs_and_walks_more(result):
    frame = of(result, "prices")
    assert frame["broken"].is_monotonic_decreasing
    assert frame["mean_walk_m"].is_monotonic_increasing
    assert frame["saved_m"].dropna().is_monotonic_increasing


def test_volunteers_are_missing_where_they_are_few(result):
    frame = of(result, "missing").drop("district")
    assert set(frame["more_norm"].nlargest(2).index) == {BAOSHAN, DANING}
    assert of(result, "committees")["more"].sum() <= of(result, "missing").loc["district", "more_ready"]


def test_a_unit_speaks_of_its_own(demo, rows):
    _, elders, pairs = rows
    result = run_study("volunteer_pairing", demo, period=PERIOD, unit=BEIZHAN, prices_minutes=[10.0])
    now = {row.person_id for row in pairs if pd.isna(row.ended_on)}
    mine = {person for person, row in elders.items() if row.subdistrict_code == BEIZHAN and pd.isna(row.delisted_on)}
    assert of(result, "groups").loc["total", "listed"] == len(mine)
    assert of(result, "programmes").loc["total", "elders"] == len(mine & now)
    assert any("Beizhan" in sentence.plain for sentence in result.headline)


def test_where_nobody_more_is_needed_the_advice_does_not_ask_for_none(demo):
    result = run_study("volunteer_pairing", demo, period=PERIOD, unit="310106013000", prices_minutes=[10.0])
    assert of(result, "missing").loc["310106013000", "more_ready"] == 0
    advice = [sentence.plain for sentence in result.headline][-1]
    assert "would do for everybody within reach" in advice
    assert "0 volunteers" not in advice


def spoiled(district, **changes):
    return befriending_records(Altered(district, **changes), Period.parse(PERIOD))


def counted(records: BefriendingRecords) -> dict[str, int]:
    return {reason: number for reason, (number, _) in records.exclusions.items() if number}


def test_spoiled_pairs_are_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    pairs = district.table("pairings")
    extra = pairs.iloc[[0] * 5].assign(
        pair_id=["y1", "y2", "y3", "y4", "y5"],
        vol_id=["vo01", "vo00", "vo10", "vo11", "vo01"],
        person_id=["el02", "el00", "el03", "el04", "el05"],
        paired_on=pd.to_datetime(["2022-12-01", "2024-01-01", "2025-01-01", "2024-03-01", "2024-05-01"]),
    )
    volunteers = district.table("volunteers")
    volunteers.loc[volunteers["vol_id"] == "vo11", "left_on"] = pd.Timestamp("2024-02-01")
    elders = district.table("elder_needs").assign(delisted_on=pd.NaT)
    elders.loc[elders["person_id"] == "el05", "delisted_on"] = pd.Timestamp("2024-04-01")
    records = spoiled(district, pairings=pd.concat([pairs, extra]), volunteers=volunteers, elder_needs=elders)
    found = counted(records)
    # vo11 left with two pairs of her own still open.
    assert found == {
        "pairs_after": 1,
        "pairs_without_volunteer": 2,
        "pairs_after_list": 1,
        "pairs_repeated": 1,
        "pairs_left_open": 2,
        "contacts_after_pair": 10,
    }
    open_ends = records.pairs[records.pairs["vol_id"] == "vo11"]
    assert (open_ends["end_reason"] == "volunteer_left").all()
    assert (open_ends["ended_on"] == pd.Timestamp("2024-02-01")).all()


def test_contacts_before_and_after_a_pair_are_left_out(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("companion_contacts")
    extra = table.iloc[[0, 0, 0]].assign(
        pair_id=["pr00", "pr09", "pr00"], done_on=pd.to_datetime(["2023-02-01", "2023-10-05", "2024-09-09"])
    )
    records = spoiled(district, companion_contacts=pd.concat([table, extra]))
    assert counted(records) == {"contacts_before_pair": 1, "contacts_after_pair": 1, "contacts_after": 1}
    assert len(records.contacts) == len(table)


def test_what_happens_after_the_last_day_has_not_happened(demo):
    records = befriending_records(demo, Period.parse("2023-12"))
    assert records.pairs["paired_on"].max() <= pd.Timestamp("2023-12-31")
    assert records.pairs["ended_on"].max() < pd.Timestamp("2023-12-31")
    assert records.exclusions["pairs_after"][0] > 1_000
    assert (records.pairs["ended_on"].isna() == records.pairs["lasts"]).all()


def test_a_report_needs_no_contacts(valid_district: Path):
    bare = Altered(load_district(valid_district), missing=("companion_contacts",))
    result = run_study("volunteer_pairing", bare, period=PERIOD, minimum_cell=1)
    assert {"compliance", "weeks", "modes"} & set(result.tables) == set()
    assert any("“companion_contacts”" in sentence.plain for sentence in result.notes)


def test_lasting_pairs_alone_tell_nothing_of_how_long_pairs_last(valid_district: Path):
    district = load_district(valid_district)
    pairs = district.table("pairings")
    result = run_study(
        "volunteer_pairing", Altered(district, pairings=pairs[pairs["ended_on"].isna()]), period=PERIOD, minimum_cell=1
    )
    assert {"lasting", "pair_curve"} & set(result.tables) == set()
    assert any("no pair that ended" in sentence.plain for sentence in result.notes)


def test_homes_that_are_not_known_are_told_and_their_committee_stands_for_them(valid_district: Path):
    district = load_district(valid_district)
    elders = district.table("elder_needs").assign(point_id=None)
    result = run_study("volunteer_pairing", Altered(district, elder_needs=elders), period=PERIOD, minimum_cell=1)
    assert of(result, "scenarios").loc["ready", "wanted"] == 18
    nobody = elders.assign(committee_id=None)
    result = run_study("volunteer_pairing", Altered(district, elder_needs=nobody), period=PERIOD, minimum_cell=1)
    assert "scenarios" not in result.tables
    assert any("Nobody's home is known" in sentence.plain for sentence in result.notes)


def test_volunteers_who_were_never_asked_take_the_middle_number(valid_district: Path):
    district = load_district(valid_district)
    volunteers = district.table("volunteers").drop(columns="max_load")
    result = run_study("volunteer_pairing", Altered(district, volunteers=volunteers), period=PERIOD, minimum_cell=1)
    assert of(result, "scenarios")["places"].drop("now").tolist() == [36, 36, 30]


@pytest.mark.parametrize(
    ("name", "value"), [("norm", 0), ("price_minutes", -1.0), ("prices_minutes", ()), ("long_gap_days", 0)]
)
def test_parameters_out_of_range_are_told(demo, name, value):
    with pytest.raises(InvalidParameter, match=name):
        run_study("volunteer_pairing", demo, period=PERIOD, **{name: value})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.sampled_from([0.25, 0.5, 1.0, 2.0]), min_size=1, max_size=12))
def test_checks_do_not_overlap_and_more_contacts_never_hurt(seed, per_week):
    random = np.random.default_rng(seed)
    n, weeks = len(per_week), 12
    covered = random.random((n, weeks)) < 0.9
    kept = random.poisson(1.0, (n, weeks))
    due, met = contacts._checked(covered, kept, np.array(per_week))
    assert not (met & ~due).any()
    for row, rate in enumerate(per_week):
        k = max(math.ceil(1 / rate), 1)
        at = np.flatnonzero(due[row])
        assert (np.diff(at) % k == 0).all()
        assert all(covered[row, week - k + 1 : week + 1].all() for week in at)
    more = contacts._checked(covered, kept + 1, np.array(per_week))[1]
    assert not (met & ~more).any()
