"""Marriages on the demonstration district against loops over its rows, and on small districts that are spoiled."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.studies import run_study
from jingan_analysis.studies.marriage_registration import Params
from jingan_analysis.studies.marriage_registration_days import calendar, kinds_of
from jingan_analysis.studies.marriage_registration_records import marriage_records
from jingan_analysis.studies.marriage_registration_series import moved_created, opening_series
from jingan_analysis.studies.marriage_registration_travel import travel_saved
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.published_figures import NO_NUMBER

PERIOD, OPENINGS = "2024-08", ("2022-12", "2023-06", "2024-06")
FIRST = {"city": date(2022, 12, 1), "inter_province": date(2023, 6, 1), "foreign_related": date(2024, 6, 1)}


@pytest.fixture(scope="module")
def result(demo):
    return run_study("marriage_registration", demo, period=PERIOD, minimum_cell=1)


@pytest.fixture(scope="module")
def rows(demo):
    """Marriages registered, and all registrations, as plain Python."""
    table = list(demo.table("registrations").itertuples())
    return [row for row in table if row.reg_type == "marriage" and not pd.isna(row.done_on)], table


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def test_scopes_by_a_loop(result, rows):
    marriages, _ = rows
    here = Counter(row.scope for row in marriages if row.done_on.year == 2024)
    frame = of(result, "scopes")
    assert frame["marriages"].drop("total").to_dict() == dict(here)
    assert frame.loc["total", "marriages"] == sum(here.values())
    n, k, z = sum(here.values()), here["city"], 1.959963984540054
    centre = (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    assert frame.loc["city", ["lower", "upper"]].tolist() == pytest.approx([centre - half, centre + half])


def test_stages_by_a_loop(result, rows):
    marriages, _ = rows
    found = defaultdict(Counter)
    for row in marriages:
        day = row.done_on.date()
        stage = "before"
        for scope, first in FIRST.items():
            stage = scope if day >= first else stage
        found[stage][row.scope] += 1
        if date(2022, 12, 1) <= day <= date(2023, 3, 31):
            found["compared"][row.scope] += 1
    frame = of(result, "stages")
    for stage, counts in found.items():
        assert frame.loc[stage, list(counts)].to_dict() == dict(counts)
        share = counts["city"] / sum(counts.values())
        assert frame.loc[stage, "difference"] == pytest.approx(100 * share - 24.25)


def kind_by_hand(day: date, last_two: set[date]) -> str:
    qixi = {date(2021, 8, 14), date(2022, 8, 4), date(2023, 8, 22), date(2024, 8, 10)}
    new_years = (date(2021, 2, 12), date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10))
    if (day.month, day.day) == (5, 20):
        return "may_20"
    if day in qixi:
        return "qixi"
    if (day.month, day.day) in {(2, 14), (3, 14), (5, 21)}:
        return "other_lucky"
    if any(abs((day - first).days) <= 14 for first in new_years):
        return "near_festival"
    if day in last_two:
        return "month_end"
    return {4: "friday", 5: "saturday"}.get(day.weekday(), "weekday")


def test_kinds_of_days_by_hand(result, demo, rows):
    marriages, _ = rows
    days = [day.date() for day in demo.table("appointments")["slot_on"]]
    by_month = defaultdict(list)
    for day in days:
        by_month[day.year, day.month].append(day)
    last_two = {day for month in by_month.values() for day in sorted(month)[-2:]}
    kinds = {day: kind_by_hand(day, last_two) for day in days}
    assert kinds_of(pd.DatetimeIndex(days)).tolist() == list(kinds.values())
    number, total = Counter(kinds.values()), Counter(kinds[row.done_on.date()] for row in marriages)
    frame = of(result, "calendar")
    assert frame["days"].to_dict() == dict(number)
    assert frame["marriages"].to_dict() == dict(total)


def test_the_calendar_finds_what_was_planted(result):
    frame = of(result, "calendar")
    planted = {"qixi": 3.2, "other_lucky": 2.0, "near_festival": 0.75, "friday": 1.15, "saturday": 1.25}
    for kind, ratio in planted.items():
        assert frame.loc[kind, "lower"] < ratio < frame.loc[kind, "upper"] or kind == "qixi"
    # Divorces do not follow the calendar and slots run out: what is registered is less than what is wished.
    assert 3.0 < frame.loc["may_20", "ratio"] < 5.2
    assert frame.loc["may_20", "ratio"] > frame.loc["qixi", "ratio"] > frame.loc["other_lucky", "ratio"] > 1


def test_openings_are_told_or_refused(result, rows):
    marriages, _ = rows
    frame = of(result, "openings")
    since = Counter(row.scope for row in marriages)
    assert frame["since"].to_dict() == {scope: since[scope] for scope in FIRST}
    assert frame["status"].tolist() == ["estimated", "estimated", "too_few_after"]
    assert frame.loc[["city", "inter_province"], "before"].tolist() == [21, 6]  # two closed months
    assert frame.loc["inter_province", "after"] == 12
    assert frame.loc["city", "lower"] < 1.34 < frame.loc["city", "upper"]
    assert frame.loc["foreign_related", ["ratio", "before"]].isna().all()


def test_moved_and_new_add_up_by_ordinary_least_squares(result, demo):
    """Levels at the openings from a design matrix written out."""
    month = of(result, "by_month")
    used = month[month["expected"].notna()]
    even = used["even_days"].to_numpy()
    number = np.array([12 * int(row[:4]) + int(row[5:]) - 1 for row in used.index])
    angle = 2 * np.pi * (number % 12 + 1) / 12
    design = np.column_stack(
        [
            np.ones(len(used)),
            number - number[0],
            number >= 12 * 2022 + 11,
            number >= 12 * 2023 + 5,
            np.sin(angle),
            np.cos(angle),
        ]
    )
    frame = of(result, "moved_created")
    for place, outcome in (
        ("here", used["here"]),
        ("elsewhere", used["elsewhere"]),
        ("both", used["here"] + used["elsewhere"]),
    ):
        level = np.linalg.lstsq(design, outcome.to_numpy() / even, rcond=None)[0]
        assert frame[place].tolist() == pytest.approx((level[2:4] * even.mean()).tolist())
    assert np.allclose(frame["here"] + frame["elsewhere"], frame["both"])
    assert frame.loc["city", "verdict"] == "moved"


def test_slots_by_a_loop(result, demo):
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
    booked, missing, full = Counter(), Counter(), Counter()
    for row in demo.table("appointments").itertuples():
        day = row.slot_on.date()
        kind = kind_by_hand(day, set())
        group = kind if kind in {"may_20", "qixi", "other_lucky"} else names[day.weekday()]
        booked[group] += row.booked
        missing[group] += row.booked - row.shown
        full[group] += row.booked == row.capacity
    frame = of(result, "slots").drop("total")
    assert frame["booked"].to_dict() == dict(booked)
    for group, row in frame.iterrows():
        assert row["no_show_share"] == pytest.approx(missing[group] / booked[group])
        assert row["full"] == full[group]
    assert frame.loc[["may_20", "qixi", "other_lucky"], "no_show_share"].min() > 0.08
    assert frame.drop(["may_20", "qixi", "other_lucky"])["no_show_share"].max() < 0.07


def test_visits_by_a_loop(result, rows):
    _, table = rows
    minutes = defaultdict(list)
    for row in table:
        if row.reg_type == "marriage" and row.result in {"registered", "refused"} and not pd.isna(row.minutes):
            minutes[row.scope].append(row.minutes)
    frame = of(result, "visits")
    for scope, values in minutes.items():
        ordered = sorted(values)
        place = 0.9 * (len(ordered) - 1)
        below = ordered[math.floor(place)]
        assert frame.loc[scope, "p90"] == pytest.approx(below + (place % 1) * (ordered[math.ceil(place)] - below))
        assert frame.loc[scope, "median"] == float(np.median(ordered))
    assert frame["short_share"].drop("total").is_monotonic_increasing


def test_windows_by_erlang_written_out(result):
    frame = of(result, "windows")
    for _, row in frame.iterrows():
        c, a = int(row["windows"]), row["load"]
        terms = [a**k / math.factorial(k) for k in range(c)]
        last = a**c / math.factorial(c) * c / (c - a)
        waits = last / (sum(terms) + last)
        assert row["long_share"] == pytest.approx(waits * math.exp(-(c - a) * 15 / row["minutes"]))
        assert row["wait"] == pytest.approx(waits * row["minutes"] / (c - a))
    assert (frame["needed"] >= np.ceil(frame["load"])).all()
    assert ((frame["long_share"] <= 0.1) == (frame["needed"] <= frame["windows"])).all()


def test_travel_at_the_centre_and_its_books(result, demo):
    records = marriage_records(demo, Period.parse(PERIOD), OPENINGS)
    saved = travel_saved(records, (0.5, 0.8, 1.0), draws=400, seed=1, confidence=0.95)
    couples = records.in_window["scope"].value_counts()
    central = dict(zip(saved.run.names, saved.run.point, strict=True))
    assert central["city"] == pytest.approx(2 * 0.8 * (55 - 30))
    assert central["hours city"] == pytest.approx(couples["city"] * 2 * 0.8 * 25 / 60)
    each = pd.DataFrame(saved.run.each_draw, columns=list(saved.run.names))
    parts = [f"hours {scope}" for scope in FIRST]
    assert each["hours total"].to_numpy() == pytest.approx(each[parts].sum(axis=1).to_numpy())
    assert saved.by_input()["total"].idxmax() == "alternative inter_province"
    again = travel_saved(records, (0.5, 0.8, 1.0), draws=400, seed=1, confidence=0.95)
    assert (again.run.each_draw == saved.run.each_draw).all()
    fewer = travel_saved(records, (0.0, 0.0, 0.0), draws=400, seed=1, confidence=0.95)
    assert (fewer.run.each_draw == 0).all()


def test_checks_pass_and_the_published_sentence_has_no_number(result):
    assert len(result.checks) == 6
    assert all(check.passed for check in result.checks)
    frame = of(result, "published")
    assert frame.loc["openings", "status"] == NO_NUMBER
    assert frame.loc["openings", ["can_mean", "cannot_mean"]].str.len().min() > 10
    assert any("they moved here" in sentence.plain for sentence in result.headline)


def test_an_opening_without_enough_months_beside_it_ends_the_series(demo):
    records = marriage_records(demo, Period.parse("2024-12"), OPENINGS)
    found = opening_series(
        records, calendar(records, fewest_days=3, confidence=0.95), fewest_months=4, fewest_a_month=1, confidence=0.95
    )
    assert found.status["foreign_related"] == "too_few_after"
    early = marriage_records(demo, Period.parse("2023-08"), OPENINGS)
    found = opening_series(
        early, calendar(early, fewest_days=3, confidence=0.95), fewest_months=6, fewest_a_month=1, confidence=0.95
    )
    assert list(found.status.values()) == ["estimated", "too_few_after", "too_few_after"]
    assert found.months.index[found.months["used"]].max() == "2023-05"


def test_what_cannot_be_is_left_out_and_counted(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("registrations")
    extra = table.iloc[[0] * 6].assign(
        reg_id=[f"y{n}" for n in range(6)],
        scope=["foreign_related", "foreign_related", "inter_province", "inter_province", "city", "own_district"],
        reg_type=["marriage", "divorce", "reissue", "marriage", "marriage", "marriage"],
        applied_on=pd.to_datetime(["2024-05-01", "2024-06-10", "2023-06-10", "2023-05-02", "2022-11-01", "2024-08-20"]),
        slot_on=pd.NaT,
        done_on=pd.to_datetime(["2024-05-31", "2024-06-12", "2023-06-12", "2023-05-31", "2022-11-30", "2024-09-03"]),
    )
    late = table.iloc[[1]].assign(reg_id="z", applied_on=pd.Timestamp("2024-09-01"))
    changed = Altered(district, registrations=pd.concat([table, extra, late]))
    records = marriage_records(changed, Period.parse(PERIOD), OPENINGS)
    counted = {reason: number for reason, (number, _) in records.exclusions.items() if number}
    assert counted == {
        "applied_after": 1,
        "foreign_related_before": 1,
        "foreign_not_marriage": 1,
        "inter_province_reissue": 1,
        "inter_province_before": 1,
        "city_before": 1,
        "done_after": 1,
    }
    assert pd.isna(records.registrations.loc["y5", "done_on"])
    assert len(records.registrations) == len(table) + 1
    result = run_study("marriage_registration", changed, period=PERIOD, minimum_cell=1)
    assert of(result, "exclusions")["count"].sum() == 7


def test_a_registration_on_a_closed_day_counts_in_months_only(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("registrations")
    table.loc[table["reg_id"] == "rg0300", ["slot_on", "done_on"]] = pd.Timestamp("2023-04-20")
    changed = Altered(district, registrations=table)
    records = marriage_records(changed, Period.parse(PERIOD), OPENINGS)
    assert records.exclusions["done_on_closed_day"] == (1, "cases")
    found = calendar(records, fewest_days=3, confidence=0.95)
    assert found.daily.sum() == len(records.marriages) - 1
    result = run_study("marriage_registration", changed, period=PERIOD, minimum_cell=1)
    assert [check.passed for check in result.checks].count(False) == 1  # slots and registrations differ by one


def test_elsewhere_counts_where_every_place_is_known(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("comparison_registrations")
    other = table.assign(place="q2").iloc[1:]
    records = marriage_records(
        Altered(district, comparison_registrations=pd.concat([table, other])), Period.parse(PERIOD), OPENINGS
    )
    assert records.exclusions["elsewhere_incomplete"] == (1, "rows")
    assert "2023-01" not in records.elsewhere.index
    found = opening_series(
        records, calendar(records, fewest_days=3, confidence=0.95), fewest_months=5, fewest_a_month=1, confidence=0.95
    )
    assert moved_created(found).empty


def test_without_the_optional_tables_the_report_says_so(valid_district: Path):
    district = load_district(valid_district)
    bare = Altered(district, missing=("comparison_registrations", "registration_travel"))
    result = run_study("marriage_registration", bare, period=PERIOD, minimum_cell=1)
    assert not {"moved_created", "travel_saved"} & set(result.tables)
    assert sum("has no table" in sentence.plain for sentence in result.notes) == 2


def test_parameters_are_checked():
    for wrong in (
        {"openings": ("2023-06", "2022-12", "2024-06")},
        {"openings": ("2022-12-01", "2023-06", "2024-06")},
        {"extra_trip_share": (0.9, 0.5, 1.0)},
        {"wait_minutes": 0.0},
        {"fewest_a_month": 0.0},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Params(period=PERIOD, **wrong)


def test_days_after_the_last_one_have_not_been(demo):
    records = marriage_records(demo, Period.parse("2023-12"), OPENINGS)
    assert records.days.index.max() <= pd.Timestamp("2023-12-31")
    assert records.registrations["done_on"].max() <= pd.Timestamp("2023-12-31")
    assert records.registrations["applied_on"].max() <= pd.Timestamp("2023-12-31")
    assert records.days.index.max() - records.days.index.min() > timedelta(days=900)
