"""Cells to values: the repairs that are allowed are counted, everything else is refused."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.contracts import Column, Words
from jingan_analysis.contracts.column import choices
from jingan_analysis.intake.cells import typed_cells

OPTIONS = choices(
    ("canteen", "community canteen", "社区长者食堂", "コミュニティ高齢者食堂"), ("other", "other", "其他", "その他")
)


def column(kind: str, **more) -> Column:
    return Column("thing", kind, Words("Thing", "东西", "もの"), "A thing.", nullable=True, **more)


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    ("kind", "given_text", "value", "repair"),
    [
        ("code", "0010", "0010", None),
        ("code", " 0010 ", "0010", "blanks stripped"),
        ("code", "\u30000010", "0010", "blanks stripped"),
        ("code", "００１０Ａ", "0010A", "full-width to half-width"),
        ("code", "静-01", "静-01", None),
        ("text", "（总）食堂", "（总）食堂", None),
        ("number", "12.5", 12.5, None),
        ("number", "1,234.5", 1234.5, "thousands separators removed"),
        ("number", "１，２３４", 1234.0, "full-width to half-width"),
        ("number", "1e3", 1000.0, None),
        ("integer", "-7", -7, None),
        ("integer", "1,234", 1234, "thousands separators removed"),
        ("integer", "3.0", 3, "decimal point removed"),
        ("date", "2024-08-31", dt.datetime(2024, 8, 31), None),
        ("date", "2024/8/31", dt.datetime(2024, 8, 31), "date rewritten"),
        ("date", "2024年8月31日", dt.datetime(2024, 8, 31), "date rewritten"),
        ("date", "1940-06-01", dt.datetime(1940, 6, 1), None),
        ("month", "2024-08", "2024-08", None),
        ("month", "2024年8月", "2024-08", "month rewritten"),
        ("month", "2024/8", "2024-08", "month rewritten"),
        ("month", "2024-08-01", "2024-08", "month rewritten"),
        ("boolean", "true", True, None),
        ("boolean", "是", True, "yes or no rewritten"),
        ("boolean", "いいえ", False, "yes or no rewritten"),
        ("boolean", "NO", False, "yes or no rewritten"),
        ("boolean", "1", True, "yes or no rewritten"),
        ("choice", "canteen", "canteen", None),
        ("choice", "社区长者食堂", "canteen", "label to code"),
        ("choice", "コミュニティ高齢者食堂", "canteen", "label to code"),
        ("choice", "Community  Canteen", "canteen", "label to code"),
        ("hours", "Mo-Fr 09：00-17：00", "Mo-Fr 09:00-17:00", "full-width to half-width"),
    ],
)
def test_what_is_understood_and_counted(kind: str, given_text: str, value: object, repair: str | None) -> None:
    done = typed_cells(text(given_text, given_text, None), column(kind, choices=OPTIONS if kind == "choice" else ()))
    assert done.refusals == ()
    assert done.cells.iloc[0] == value
    assert done.cells.iloc[1] == value
    assert pd.isna(done.cells.iloc[2])
    if repair is None:
        assert not +done.repairs
    else:
        assert done.repairs[repair] == 2


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("number", "12 persons"), ("number", "N/A"), ("number", "inf"), ("number", "nan"), ("number", "1,23"), ("number", "0x10"), ("number", "1_000"), ("number", "1e999"),
        ("integer", "3.5"), ("integer", "many"), ("integer", "1e20"), ("integer", "-"),
        ("date", "2024-02-30"), ("date", "31.08.2024"), ("date", "20240831"), ("date", "45535"), ("date", "1899-12-31"), ("date", "2101-01-01"), ("date", "2024-08-31 10:00"),
        ("month", "2024-13"), ("month", "August"), ("month", "2024-08-15"), ("month", "1800-01"),
        ("boolean", "maybe"), ("boolean", "2"),
        ("choice", "cantine"),
        ("hours", "always"),
        ("code", "3.10106E+11"), ("code", "#REF!"), ("text", "#N/A"),
    ],
)  # fmt: skip
def test_what_is_refused_stays_missing_and_is_reported_once(kind: str, refused: str) -> None:
    done = typed_cells(text(refused, None, refused), column(kind, choices=OPTIONS if kind == "choice" else ()))
    assert done.cells.isna().all()
    assert [refusal.records.tolist() for refusal in done.refusals] == [[0, 2]]
    assert refused not in done.refusals[0].rule + done.refusals[0].mend or kind == "hours"
    assert done.refusals[0].mend.endswith(".")


def test_the_bounds_of_dates_are_inclusive() -> None:
    done = typed_cells(text("1900-01-01", "2100-12-31"), column("date"))
    assert done.refusals == ()
    assert str(done.cells.dtype) == "datetime64[s]"


def test_numbers_of_a_typed_file() -> None:
    assert typed_cells(pd.Series([310106011000, 7]), column("code")).cells.tolist() == ["310106011000", "7"]
    assert typed_cells(pd.Series([3.101060110e11, None]), column("code")).cells.iloc[0] == "310106011000"
    with_gap = typed_cells(pd.Series([59.0, None]), column("integer"))
    assert with_gap.cells.iloc[0] == 59
    assert with_gap.cells.isna().tolist() == [False, True]
    assert not +with_gap.repairs, "an integer column with gaps is plain"
    assert typed_cells(pd.Series([1.0, 2.5]), column("integer")).refusals[0].records.tolist() == [1]
    assert typed_cells(pd.Series([float("inf"), 2.5]), column("number")).refusals[0].records.tolist() == [0]
    assert typed_cells(pd.Series([1, 0]), column("boolean")).cells.tolist() == [True, False]


def test_days_of_a_typed_file() -> None:
    days = pd.Series(pd.to_datetime(["2024-08-31", None]))
    assert typed_cells(days, column("date")).cells.iloc[0] == dt.datetime(2024, 8, 31)
    assert typed_cells(days, column("month")).refusals[0].records.tolist() == [0], "the 31st is not a month"
    timed = pd.Series(pd.to_datetime(["2024-08-31 10:00", "2024-08-30 00:00"]))
    assert typed_cells(timed, column("date")).refusals[0].records.tolist() == [0]
    zoned = pd.Series(pd.to_datetime(["2024-08-31"], utc=True))
    assert len(typed_cells(zoned, column("date")).refusals) == 1


def test_the_callers_column_is_left_alone() -> None:
    given_cells = text(" 1,000 ", "x")
    typed_cells(given_cells, column("integer"))
    assert given_cells.tolist() == [" 1,000 ", "x"]


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.lists(st.one_of(st.none(), st.integers(-(10**12), 10**12)), min_size=1, max_size=30))
def test_integers_come_back_exactly(numbers: list[int | None]) -> None:
    done = typed_cells(text(*[None if n is None else f"{n:,}" for n in numbers]), column("integer"))
    assert [None if pd.isna(v) else int(v) for v in done.cells] == numbers
    assert done.repairs["thousands separators removed"] == sum(n is not None and abs(n) >= 1000 for n in numbers)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    st.lists(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(
        ["{0.year}-{0.month:02}-{0.day:02}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日"]
    ),
)
def test_days_come_back_exactly_in_every_spelling(days: list[dt.date], spelling: str) -> None:
    done = typed_cells(text(*[spelling.format(day) for day in days]), column("date"))
    assert [value.date() for value in done.cells] == days
