from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.contracts.opening_hours import InvalidOpeningHours, OpeningHours

MO, TU, WE, TH, FR, SA, SU = range(7)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24/7", 168),
        ("Mo-Fr 09:00-17:00", 40),
        ("Mo-Fr 09:00-17:00; Sa 09:00-12:00", 43),
        ("Mo,We,Fr 08:30-12:00,13:00-16:30", 21),
        ("09:00-10:00", 7),
        ("off", 0),
        ("Mo-Su 09:00-17:00; We off", 48),
        ("Mo-Su 09:00-17:00; Su 10:00-12:00", 50),
        ("Sa-Mo 10:00-11:00", 3),
        ("Su 22:00-02:00", 4),
        ("Mo 00:00-24:00", 24),
        ("mo-fr 9:00 - 17:00", 40),
        ("Mo 09:00-12:00,11:00-13:00", 4),
    ],
)
def test_hours_per_week(text: str, hours: float) -> None:
    assert OpeningHours.parse(text).hours_per_week == hours


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "empty"),
        ("Mo-Fr", "no times"),
        ("Mo-Fr 09:00-25:00", "'09:00-25:00'"),
        ("Mo-Fr 09:70-10:00", "'09:70-10:00'"),
        ("Mo-Xx 09:00-17:00", "'Xx'"),
        ("Mo-We-Fr 09:00-17:00", "'Mo-We-Fr'"),
        ("PH off", "holidays"),
        ("Jan Mo 09:00-10:00", "'Jan Mo'"),
        ("Mo 09:00-09:00", "ends when it begins"),
        ("Mo 09:00", "'09:00'"),
        ("周一至周五 09:00-17:00", "not a rule"),
        ("Mo 09:00-17:00,", "''"),
    ],
)
def test_the_message_names_what_is_wrong(text: str, part: str) -> None:
    with pytest.raises(InvalidOpeningHours) as caught:
        OpeningHours.parse(text)
    assert part in str(caught.value)


def test_the_closing_minute_is_closed() -> None:
    hours = OpeningHours.parse("Mo 09:00-17:00")
    assert not hours.open_at(MO, 9 * 60 - 1)
    assert hours.open_at(MO, 9 * 60)
    assert hours.open_at(MO, 17 * 60 - 1)
    assert not hours.open_at(MO, 17 * 60)
    assert not hours.open_at(TU, 10 * 60)


def test_a_span_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    hours = OpeningHours.parse("Mo-Su 22:00-02:00; Mo off")
    assert hours.open_at(MO, 60), "Sunday's night goes on into Monday"
    assert not hours.open_at(MO, 23 * 60)
    assert not hours.open_at(TU, 60), "Monday was closed, so its night is, too"


def test_an_hour_open_in_part_does_not_count_as_open() -> None:
    week = OpeningHours.parse("Mo 09:30-12:00").weekly()
    assert week.shape == (7, 24)
    assert week.dtype == np.bool_
    assert week[MO].nonzero()[0].tolist() == [10, 11]
    assert not week[TU:].any()


DAY = st.sampled_from(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"])
TIME = st.tuples(st.integers(0, 23), st.integers(0, 59))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.tuples(DAY, TIME, TIME), min_size=1, max_size=4, unique_by=lambda rule: rule[0]))
def test_agrees_with_a_minute_by_minute_reading(rules: list) -> None:
    rules = [rule for rule in rules if rule[1] != rule[2]] or [("Mo", (9, 0), (10, 0))]
    text = "; ".join(f"{day} {a[0]:02d}:{a[1]:02d}-{b[0]:02d}:{b[1]:02d}" for day, a, b in rules)
    names = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    naive = [False] * (7 * 1440)
    for day, a, b in rules:
        first, last = a[0] * 60 + a[1], b[0] * 60 + b[1]
        minute = first
        while minute % 1440 != last:
            naive[(names.index(day) * 1440 + minute) % (7 * 1440)] = True
            minute += 1
    hours = OpeningHours.parse(text)
    assert [hours.open_at(m // 1440, m % 1440) for m in range(7 * 1440)] == naive
    assert hours.hours_per_week == pytest.approx(sum(naive) / 60)
    whole = [[all(naive[d * 1440 + h * 60 : d * 1440 + h * 60 + 60]) for h in range(24)] for d in range(7)]
    assert hours.weekly().tolist() == whole
