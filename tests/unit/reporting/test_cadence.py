"""When a report is stale follows from its period, not from a clock."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.cadence import Cadence, read_day, stale_after


@pytest.mark.parametrize(
    ("period", "every", "grace", "day"),
    [
        ("2024-08", "month", 15, "2024-10-15"),  # 31 August, 30 September, 15 days
        ("2024-08", "month", 0, "2024-09-30"),
        ("2024-01", "month", 0, "2024-02-29"),
        ("2023-01", "month", 0, "2023-02-28"),
        ("2024-02", "month", 0, "2024-03-31"),  # the next period ends with its month
        ("2024-11", "quarter", 10, "2025-03-10"),
        ("2024-08", "half_year", 0, "2025-02-28"),
        ("2024", "year", 90, "2026-03-31"),
        ("2023-02", "year", 0, "2024-02-29"),
    ],
)
def test_known_days(period, every, grace, day):
    assert stale_after(period, Cadence(every=every, grace_days=grace)).isoformat() == day


def test_a_longer_cadence_and_more_grace_are_later():
    days = [stale_after("2024-08", Cadence(every=every)) for every in ("month", "quarter", "half_year", "year")]
    assert days == sorted(set(days))
    assert stale_after("2024-08", Cadence(every="month", grace_days=16)) - days[0] == dt.timedelta(days=1)


@pytest.mark.parametrize("values", [{"every": "week"}, {"every": "month", "grace_days": -1}, {"grace_days": 3}])
def test_what_is_no_cadence_is_refused(values):
    with pytest.raises(ValidationError):
        Cadence(**values)


def test_a_day_of_a_manifest_is_read_or_refused():
    assert read_day("2024-10-15") == dt.date(2024, 10, 15)
    for text in ("<script>", "2024-13-01", None):
        with pytest.raises(InvalidParameter, match="is not a day; write YYYY-MM-DD"):
            read_day(text)
