"""The loop of home visits: against loops over the rows, in the directions that altered logs must take, and refused input."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis import load_district, run_study
from jingan_analysis.errors import MissingTable, UnknownUnit

END = date(2024, 8, 31)
DANING = "310106019000"
STEPS = ("discover", "judge", "visit", "follow_up")


@pytest.fixture(scope="module")
def result(demo):
    return run_study("doorstep_loop", demo, minimum_cell=1)


@pytest.fixture(scope="module")
def cases(demo):
    """Events of each case as (day, activity), in the order of the process on one day, exact repeats once."""
    order = ("discover", "judge", "reject", "visit", "follow_up", "withdraw")
    found = defaultdict(set)
    for row in demo.table("visit_events").itertuples():
        found[row.case_id].add((row.happened_on.date(), order.index(row.activity), row.activity))
    return {case: [(day, activity) for day, _, activity in sorted(events)] for case, events in found.items()}


@pytest.fixture(scope="module")
def due(cases):
    return {
        case: events for case, events in cases.items()
        if min(day for day, activity in events if activity == "discover") <= END - timedelta(days=60)
    }  # fmt: skip


def loop_days(events) -> int | None:
    """Days from discovery until all four steps have happened in order."""
    start = day = min(on for on, activity in events if activity == "discover")
    for step in STEPS[1:]:
        later = [on for on, activity in events if activity == step and on >= day]
        if not later:
            return None
        day = min(later)
    return (day - start).days


def test_closing_in_time_agrees_with_a_loop(result, due):
    in_time = sum(days is not None and days <= 60 for days in map(loop_days, due.values()))
    frame = result.tables["closure"].frame
    assert frame.loc["district", ["due", "in_time"]].tolist() == [len(due), in_time]
    assert frame.drop("district")[["due", "in_time"]].sum().tolist() == [len(due), in_time]
    ends = result.tables["outcomes"].frame["cases"]
    late = sum(days is not None and days > 60 for days in map(loop_days, due.values()))
    left = sum(
        loop_days(events) is None and any(activity in ("reject", "withdraw") for _, activity in events)
        for events in due.values()
    )
    assert ends.to_dict() == {
        "closed_in_time": in_time, "closed_late": late, "ended_otherwise": left,
        "overdue": len(due) - in_time - late - left, "total": len(due),
    }  # fmt: skip


def test_courses_and_transitions_agree_with_a_loop(result, due):
    courses = Counter(tuple(activity for _, activity in events) for events in due.values())
    most = [count for _, count in courses.most_common(10)]
    shown = result.tables["variants"].frame["cases"]
    assert sorted(shown.iloc[:10], reverse=True) == most
    assert shown["total"] == len(due) == shown.iloc[:-1].sum()
    pairs = Counter(pair for course, count in courses.items() for pair in pairwise(course) for _ in range(count))
    frame = result.tables["transitions"].frame
    counted = {
        (origin, target): times
        for origin, target, times in zip(frame["origin"], frame["target"], frame["transitions"], strict=True)
        if origin != "start" and target != "end"
    }
    assert counted == dict(pairs)


def test_waits_agree_with_a_loop(result, due):
    done = withdrawn = rejected = waiting = left_out = 0
    for events in due.values():
        begun = [day for day, activity in events if activity == "visit"]
        if not begun:
            continue
        start = min(begun)
        following = [day for day, activity in events if activity == "follow_up" and day >= start]
        if not following and any(activity == "follow_up" for _, activity in events):
            left_out += 1
            continue
        until = min(following, default=date.max)
        away = [
            (day, activity) for day, activity in events if activity in ("withdraw", "reject") and start <= day < until
        ]
        done += bool(following) and not away
        withdrawn += any(activity == "withdraw" for _, activity in away)
        rejected += any(activity == "reject" for _, activity in away)
        waiting += not following and not away
    row = result.tables["steps"].frame.loc["follow_up"]
    assert left_out > 0
    assert row[["done", "withdrawn", "rejected", "waiting"]].tolist() == [done, withdrawn, rejected, waiting]


def test_months_agree_with_a_loop(result, cases):
    frame = result.tables["by_month"].frame
    for month in ("2023-05", "2024-03", "2024-07"):
        here = [
            events for events in cases.values()
            if f"{min(day for day, activity in events if activity == 'discover'):%Y-%m}" == month
        ]  # fmt: skip
        assert frame.loc[month, "cases"] == len(here)
        quick = 0
        for events in here:
            start = min(day for day, activity in events if activity == "discover")
            judged = [day for day, activity in events if activity == "judge"]
            gone = [day for day, activity in events if activity in ("withdraw", "reject")]
            quick += bool(judged) and (min(judged) - start).days <= 14 and not any(day < min(judged) for day in gone)
        assert frame.loc[month, "judged"] == quick
    assert np.isnan(frame.loc["2024-08", "judged_share"])
    assert np.isnan(frame.loc["2024-07", "closed_share"])


def test_people_who_came_back_agree_with_a_loop(result, demo, cases):
    person = demo.table("visit_events").drop_duplicates("case_id").set_index("case_id")["person_id"]
    opened = defaultdict(list)
    for case, events in cases.items():
        opened[person[case]].append((case, min(day for day, activity in events if activity == "discover")))
    closed = back = 0
    for case, events in cases.items():
        ends = [day for day, activity in events if activity == "follow_up"]
        if not ends or min(ends) > END - timedelta(days=90):
            continue
        closed += 1
        back += any(
            other != case and start >= dict(opened[person[case]])[case]
            and min(ends) <= start <= min(ends) + timedelta(days=90)
            for other, start in opened[person[case]]
        )  # fmt: skip
    assert result.tables["reopened"].frame.loc["district", ["closed", "reopened"]].tolist() == [closed, back]


def test_incidence_adds_up_and_one_minus_kaplan_meier_overstates(result, due):
    frame = result.tables["incidence"].frame
    shares = frame[["closed_share", "withdrawn_share", "rejected_share", "open_share"]]
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0, abs=1e-12)
    from jingan_analysis.models.survival import kaplan_meier

    days, closed = [], []
    for events in due.values():
        start = min(day for day, activity in events if activity == "discover")
        length = loop_days(events)
        gone = [(day - start).days for day, activity in events if activity in ("withdraw", "reject")]
        seen = length is not None and not any(day < length for day in gone)
        days.append(length if seen else min([*gone, (END - start).days]))
        closed.append(seen)
    curve = kaplan_meier(np.array(days, dtype=float), np.array(closed))[0]
    naive = 1 - curve.survival[np.searchsorted(curve.times, 180, side="right") - 1]
    assert naive > frame.loc["180", "closed_share"] + 0.05


def test_planted_effects_are_found(result):
    frame = result.tables["closure"].frame
    low = frame["in_time_share"].drop("district").nsmallest(2)
    assert set(low.index) == {DANING, "310106016000"}
    assert (frame.loc[low.index, "in_time_upper"] < frame.loc["district", "in_time_share"]).all()
    months = result.tables["by_month"].frame["judged_signal"]
    assert set(months["2024-03":"2024-07"]) == {"better"}
    hidden = result.tables["hidden"].frame.loc["independent"]
    assert hidden["found"] + hidden["lower"] < 7800 < hidden["found"] + hidden["upper"]
    deviations = result.tables["deviations"].frame["cases_share"]
    assert deviations["skipped_judge"] == pytest.approx(0.05, abs=0.01)
    assert deviations["repeated"] == pytest.approx(0.07, abs=0.02)


def test_a_unit_has_the_same_numbers_as_its_row(demo, result):
    unit = run_study("doorstep_loop", demo, unit=DANING, minimum_cell=1)
    assert unit.tables["outcomes"].frame.loc["total", "cases"] == result.tables["closure"].frame.loc[DANING, "due"]
    assert unit.tables["closure"].frame.equals(result.tables["closure"].frame)
    assert unit.unit_name == "Daning Road"


def altered(demo, change):
    events = demo.table("visit_events")
    return run_study("doorstep_loop", Altered(demo, visit_events=change(events)), minimum_cell=1)


def test_a_shorter_limit_closes_fewer_and_makes_more_due(demo, result):
    short = run_study("doorstep_loop", demo, loop_within_days=30, minimum_cell=1)
    before, after = (r.tables["closure"].frame.loc["district"] for r in (result, short))
    assert after["due"] > before["due"]
    assert after["in_time_share"] < before["in_time_share"]


def test_without_follow_ups_no_loop_closes_and_cases_wait(demo):
    found = altered(demo, lambda events: events[events["activity"] != "follow_up"])
    assert found.tables["closure"].frame.loc["district", "in_time"] == 0
    steps = found.tables["steps"].frame
    assert steps.loc["follow_up", "done"] == 0
    assert np.isnan(steps.loc["follow_up", "median_days"])
    # Nothing has happened that should not have: open cases are not blamed for what is still to come.
    assert found.tables["deviations"].frame.loc["skipped_follow_up", "cases"] == 0


def test_cycles_and_events_before_discovery_are_counted_as_deviations(demo, result):
    def change(events):
        first = events[events["activity"] == "discover"].head(300)
        again = first.assign(event_id="z" + first["event_id"], happened_on=first["happened_on"] + pd.Timedelta(days=1))
        early = first.head(100).assign(
            event_id="y" + first["event_id"].head(100), activity="visit",
            happened_on=first["happened_on"].head(100) - pd.Timedelta(days=3),
        )  # fmt: skip
        return pd.concat([events, again, early])

    found = altered(demo, change)
    before, after = (r.tables["deviations"].frame["cases"] for r in (result, found))
    assert after["repeated"] > before["repeated"] + 250
    assert found.tables["exclusions"].frame.loc["before_discovery", "count"] == 100
    assert any("dated before their discovery" in note.plain for note in found.notes)
    assert after["none"] < before["none"] - 250


def test_what_is_doubtful_is_counted_and_nothing_is_lost(demo):
    def change(events):
        late = events.head(5).assign(event_id="l" + events["event_id"].head(5), happened_on=pd.Timestamp("2024-10-01"))
        twice = events.head(7).assign(event_id="t" + events["event_id"].head(7))
        orphans = events[events["activity"] == "judge"].head(4)
        orphans = orphans.assign(event_id="o" + orphans["event_id"], case_id="o" + orphans["case_id"])
        moved = events.copy()
        rows = moved.index[moved["case_id"] == moved["case_id"].iloc[0]]
        moved.loc[rows[:1], "subdistrict_code"] = DANING
        moved.loc[rows[1:], "subdistrict_code"] = "310106006000"
        return pd.concat([moved, late, twice, orphans])

    counts = altered(demo, change).tables["exclusions"].frame["count"]
    base = run_study("doorstep_loop", demo, minimum_cell=1).tables["exclusions"].frame["count"]
    assert counts["events_after"] == 5
    assert counts["events_twice"] == base["events_twice"] + 7
    assert counts["never_begun"] == 4
    assert counts["cases_moved"] == 1


def test_an_empty_unit_has_an_answer(demo):
    events = demo.table("visit_events")
    found = run_study(
        "doorstep_loop", Altered(demo, visit_events=events[events["subdistrict_code"] != DANING]), unit=DANING
    )
    assert "no case of home visits" in found.headline.sentences[0].plain
    assert found.tables["closure"].frame.loc[DANING, "due"] == 0


def test_without_listings_the_hidden_are_left_out_and_it_is_said(demo):
    found = run_study("doorstep_loop", Altered(demo, missing=("target_listings",)))
    assert "hidden" not in found.tables
    assert any("target_listings" in note.plain for note in found.notes)


def test_an_unknown_unit_is_refused(demo):
    with pytest.raises(UnknownUnit, match="310106099000"):
        run_study("doorstep_loop", demo, unit="310106099000")


def test_the_log_is_needed(tmp_path, demo):
    shutil.copytree(demo.path, tmp_path / "district")
    config = tmp_path / "district" / "district.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(re.sub(r"\[tables\.visit_events\].*?(?=\n\[|\Z)", "", text, flags=re.DOTALL), encoding="utf-8")
    with pytest.raises(MissingTable, match="visit_events"):
        run_study("doorstep_loop", load_district(tmp_path / "district"))


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_numbers_do_not_depend_on_the_language(demo, result, language):
    other = run_study("doorstep_loop", demo, language=language, minimum_cell=1)
    for name, table in result.tables.items():
        numbers = table.frame.select_dtypes("number")
        assert numbers.equals(other.tables[name].frame.select_dtypes("number")), name
