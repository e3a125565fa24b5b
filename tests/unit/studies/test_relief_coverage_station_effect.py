"""What a station changes: by loops over rows, on districts made by hand, in directions, and refusals."""

from __future__ import annotations

from itertools import pairwise, permutations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from relief_rows import case, household, relief_of

from jingan_analysis.demo.planted import planted_effects
from jingan_analysis.studies import run_study
from jingan_analysis.studies.period import Period
from jingan_analysis.studies.relief_coverage_records import relief_records
from jingan_analysis.studies.relief_coverage_station_effect import StationEffect, station_effect
from jingan_analysis.studies.relief_coverage_station_effect_figures import permutation_figure, station_figure
from jingan_analysis.studies.relief_coverage_station_effect_notes import REFUSAL_WORDS, station_checks, station_notes
from jingan_analysis.studies.relief_coverage_station_effect_page import effect_groups, station_effect_tables
from jingan_analysis.studies.relief_coverage_station_panel import first_openings, period_starts, station_panel
from jingan_analysis.studies.units import district_units
from jingan_analysis.tables.protection import protect_all, refuse_small_counts
from jingan_analysis.tables.words import Words

PROACTIVE = ("adviser_visit", "committee", "data_match")
WORDS = Words("Place", "District", "31 August 2024", "January to August")
PERIODS = [*pd.date_range("2022-09-01", "2024-06-01", freq="3MS"), pd.Timestamp(2024, 9, 1)]
Cells = dict[str, list[tuple[int, int]]]


@pytest.fixture(scope="module")
def records(demo):
    return relief_records(demo, Period.parse("2024-08"))


@pytest.fixture(scope="module")
def found(demo, records) -> StationEffect:
    codes = district_units(demo).codes
    return station_effect(
        records, codes, demo.table("stations"), proactive=PROACTIVE, months=3, confidence=0.95, seed=1
    )


def opened(days: dict[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame({"subdistrict_code": list(days), "opened_on": pd.to_datetime(list(days.values()))})


def made(cells: Cells, *, first: str = "2022-09-01"):
    """Records with so many cases, and so many of them found proactively, by sub-district and quarter.

    The first case is opened on ``first`` in the first sub-district and belongs to no whole period if that is earlier.
    """
    rows: list[dict[str, Any]] = [case("A", first, number="-first")]
    for unit, periods in cells.items():
        for start, (number, proactive) in zip(PERIODS, periods, strict=False):
            for k in range(number):
                row = case(unit, str((start + pd.Timedelta(days=1 + k % 80)).date()), number=f"-{start.date()}-{k}")
                rows.append({**row, "discovery_source": "committee" if k < proactive else "window"})
    return relief_of(households=[household(unit, subdistrict_code=unit) for unit in cells], relief_cases=rows)


def even(units: str, *, periods: int = 8, cases: int = 20, proactive: int = 8) -> Cells:
    return {unit: [(cases, proactive)] * periods for unit in units}


def effect_of(cells: Cells, days: dict[str, str | None], **options: Any) -> StationEffect:
    first = options.pop("first", "2022-08-31")
    given = {"proactive": PROACTIVE, "months": 3, "confidence": 0.9, "seed": 1, **options}
    return station_effect(made(cells, first=first), list(cells), opened(days), **given)


def raised(cells: Cells, unit: str, since: int, by: int) -> Cells:
    """So many more of the cases of a sub-district found proactively from that period on."""
    moved = [(n, p + by * (number >= since)) for number, (n, p) in enumerate(cells[unit])]
    return {**cells, unit: moved}


# By loops over rows


def test_the_panel_agrees_with_loops_over_rows(demo, found) -> None:
    unit = {row.household_id: row.subdistrict_code for row in demo.table("households").itertuples()}
    panel = found.panel
    assert list(panel.starts) == PERIODS, "two months since the first case are no whole period"
    for i, code in enumerate(panel.codes):
        for t, (start, end) in enumerate(pairwise(PERIODS)):
            mine = [
                row.discovery_source in PROACTIVE
                for row in demo.table("relief_cases").itertuples()
                if unit[row.household_id] == code and start <= row.opened_on < end
            ]
            assert (panel.cases[i, t], panel.proactive[i, t]) == (len(mine), sum(mine))
    days = {row.subdistrict_code: row.opened_on for row in demo.table("stations").itertuples()}
    expected = [sum(days[code] >= start for start in PERIODS[1:]) if code in days else -1 for code in panel.codes]
    assert panel.adoption.tolist() == expected
    assert (panel.treated, panel.early) == (("310106017000", "310106101000"), ("310106014000",))
    assert len(panel.never) == 11


def naive_effect(shares: np.ndarray, dates: list[int], sizes: np.ndarray) -> float:
    """Size-weighted mean over treated sub-districts and periods of the difference in differences."""
    never = [i for i, date in enumerate(dates) if date < 0]
    total = weight = 0.0
    for i, date in enumerate(dates):
        if date < 0:
            continue
        for t in range(date, shares.shape[1]):
            others = sum(sizes[j] * (shares[j, t] - shares[j, date - 1]) for j in never) / sum(sizes[j] for j in never)
            total += sizes[i] * (shares[i, t] - shares[i, date - 1] - others)
            weight += sizes[i]
    return total / weight


def test_the_effect_and_both_p_values_agree_with_every_order_of_the_dates(found) -> None:
    assert found.refusal is None
    panel = found.panel
    used = panel.adoption != 0
    cases, shares = panel.cases[used], panel.proactive[used] / panel.cases[used]
    sizes, dates = cases.sum(axis=1), panel.adoption[used].tolist()
    # The variance of a share: that of its cases, and what shares vary beyond it.
    overall = (panel.proactive[used].sum() + 1) / (cases.sum() + 2)
    chance = overall * (1 - overall) / cases
    rest = shares - shares.mean(axis=1, keepdims=True) - shares.mean(axis=0) + shares.mean()
    variance = chance + max((rest**2).sum() / (12 * 7) - chance.mean(), 0)
    effects, ratios = [], []
    for order in orders_of_two(dates):
        effects.append(naive_effect(shares, order, sizes))
        ratios.append(abs(effects[-1]) / naive_error(order, sizes, variance))
    assert len(effects) == found.test.assignments == 13 * 12
    assert found.test.exact
    assert [found.test.effect, found.plain.effect] == pytest.approx([effects[0]] * 2)
    assert found.test.studentised == pytest.approx(ratios[0])
    assert found.test.p_value == pytest.approx(np.mean(np.array(ratios) >= ratios[0] - 1e-9))
    assert found.plain.p_value == pytest.approx(np.mean(np.abs(effects) >= abs(effects[0]) - 1e-9))


def orders_of_two(dates: list[int]) -> list[list[int]]:
    """All ways to give two different dates to the sub-districts, the real one first."""
    first, second = sorted(date for date in dates if date >= 0)
    ways = []
    for i, j in permutations(range(len(dates)), 2):
        way = [-1] * len(dates)
        way[i], way[j] = first, second
        ways.append(way)
    return [dates, *(way for way in ways if way != dates)]


def naive_error(dates: list[int], sizes: np.ndarray, variance: np.ndarray) -> float:
    """From the coefficient of each share in the effect, found by moving it."""
    zero, total = np.zeros(variance.shape), 0.0
    for cell in np.ndindex(variance.shape):
        zero[cell] = 1.0
        total += naive_effect(zero, dates, sizes) ** 2 * variance[cell]
        zero[cell] = 0.0
    return total**0.5


def test_the_planted_effect_lies_in_the_interval_of_the_demonstration_district(found) -> None:
    planted = planted_effects().proactive_chance_added
    assert found.test.lower < planted < found.test.upper
    assert found.test.effect > 0
    # Large sub-districts have the stations: the test that takes all as equally exact is much less sure.
    assert found.test.upper - found.test.lower < 0.75 * (found.plain.upper - found.plain.lower)
    assert found.few_periods_before
    assert found.before_p_value > 0.05
    assert found.events["std_error"].isna().all(), "each date has one sub-district: no spread, no standard error"


# Districts made by hand


def test_a_known_effect_is_found_exactly() -> None:
    cells = raised(raised(even("ABCDEFG"), "A", 3, 6), "B", 5, 6)
    found = effect_of(cells, {"A": "2023-06-01", "B": "2023-12-01"})
    assert found.refusal is None
    assert found.test.effect == pytest.approx(0.3)
    assert (found.test.lower, found.test.upper) == pytest.approx((0.3, 0.3)), "nothing else moves"
    assert found.events["effect"].to_dict() == pytest.approx({time: 0.3 * (time >= 0) for time in range(-5, 5)})
    assert found.panel.open_share == 1.0


def test_a_station_that_opens_on_the_first_day_of_a_period_is_open_for_all_of_it() -> None:
    first, last, next_one = (
        effect_of(even("ABCDEFGHIJK"), {"A": day, "B": day}).panel for day in ("2023-06-01", "2023-08-31", "2023-09-01")
    )
    assert (first.adoption[0], last.adoption[0], next_one.adoption[0]) == (3, 3, 4)
    assert first.open_share == next_one.open_share == 1.0
    # One of 92 days of the first of five periods, which have 92, 91, 91, 92 and 92 days.
    assert last.open_share == pytest.approx((1 + 91 + 91 + 92 + 92) / (92 + 91 + 91 + 92 + 92))


def test_the_period_of_the_opening_counts_as_treated_so_that_the_base_is_clean() -> None:
    # The effect begins in mid-period: half of it in the period of the opening, all of it afterwards.
    cells = even("ABCDEFGHIJKL")
    for unit in "AB":
        cells[unit] = [(20, 8 + (3 if t == 3 else 6 if t > 3 else 0)) for t in range(8)]
    found = effect_of(cells, {"A": "2023-07-16", "B": "2023-07-16"})
    assert found.events["effect"].loc[[-2, 0, 1, 4]].tolist() == pytest.approx([0, 0.15, 0.3, 0.3])
    assert 0.3 * found.panel.open_share < found.test.effect + 0.01 < 0.3, "smaller by the days without, never larger"
    late = effect_of(cells, {"A": "2023-09-01", "B": "2023-09-01"})
    assert late.test.effect == pytest.approx(0.15), "with the half treated period as base half of the effect is lost"


def test_openings_after_the_last_day_and_of_unknown_day() -> None:
    end = pd.Timestamp(2024, 8, 31)
    table = opened({"A": "2024-09-01", "B": None, "C": "2024-08-31", "D": "2020-01-01"})
    assert first_openings(table, end).index.tolist() == ["B", "C", "D"]
    twice = pd.concat([table, opened({"C": "2023-01-01", "A": "2025-01-01"})])
    assert first_openings(twice, end)["C"] == pd.Timestamp(2023, 1, 1), "the first one counts"
    panel = station_panel(made(even("ABCDE")), list("ABCDE"), first_openings(table, end), PROACTIVE, months=3)
    assert panel.adoption.tolist() == [-1, 0, 7, 0, -1], "after the last day is never, not known is from the start"
    assert (panel.never, panel.early, panel.treated) == (("A", "E"), ("B", "D"), ("C",))
    assert panel.open_days[2].tolist() == [0, 0, 0, 0, 0, 0, 0, 1]
    assert panel.open_days[1].sum() == (end - pd.Timestamp(2022, 8, 31)).days


def test_sub_districts_with_a_station_from_the_start_take_no_part() -> None:
    cells = raised(raised(even("ABCDEFGH"), "A", 3, 6), "B", 4, 2)
    days: dict[str, str | None] = {"A": "2023-06-01", "B": "2023-09-01"}
    without = effect_of(cells, days)
    wild = {**cells, "Z": [(20, 20 * (t % 2)) for t in range(8)], "Y": [(0, 0)] * 8}
    # Z had its station always; that of Y opened when one period had passed.
    with_them = effect_of(wild, {**days, "Z": None, "Y": "2022-12-05"})
    assert with_them.refusal is None, "they need no cases either"
    assert with_them.panel.early == ("Z", "Y")
    assert (with_them.test.effect, with_them.test.p_value) == (without.test.effect, without.test.p_value)
    assert with_them.test.assignments == without.test.assignments == 8 * 7


def test_whole_periods_are_counted_back_from_the_last_day_to_the_first_case() -> None:
    end = pd.Timestamp(2024, 8, 31)
    assert period_starts(pd.Timestamp(2024, 3, 1), end, 3) == tuple(
        pd.to_datetime(["2024-03-01", "2024-06-01", "2024-09-01"])
    )
    assert len(period_starts(pd.Timestamp(2024, 3, 2), end, 3)) == 2, "one day short is not whole"
    assert period_starts(end, end, 3) == (pd.Timestamp(2024, 9, 1),)
    early = made(even("ABC"), first="2022-06-15")
    panel = station_panel(early, list("ABC"), first_openings(opened({}), early.end), PROACTIVE, months=3)
    assert panel.periods == 8
    assert panel.cases.sum() == 3 * 8 * 20, "the first case lies before the first whole period"


# Directions


def test_what_moves_all_alike_is_no_effect_and_what_moves_only_others_is_one() -> None:
    days: dict[str, str | None] = {"A": "2023-06-01", "B": "2023-09-01"}
    cells = raised(raised(even("ABCDEFGH"), "A", 3, 3), "B", 4, 3)
    before = effect_of(cells, days).test.effect
    together, others = cells, cells
    for unit in cells:
        together = raised(together, unit, 4, 4)
        others = raised(others, unit, 4, 4 * (unit not in days))
    assert effect_of(together, days).test.effect == pytest.approx(before)
    assert effect_of(others, days).test.effect < before - 0.1
    more = raised(cells, "A", 3, 4)
    assert effect_of(more, days).test.effect > before + 0.05


def test_fewer_cases_make_less_sure() -> None:
    generator = np.random.default_rng(4)
    days: dict[str, str | None] = {"A": "2023-06-01", "B": "2023-09-01"}
    widths = []
    for cases in (8, 200):
        cells = {unit: [(cases, int(generator.binomial(cases, 0.4))) for _ in range(8)] for unit in "ABCDEFGHI"}
        test = effect_of(cells, days).test
        widths.append(test.upper - test.lower)
    assert widths[1] < widths[0] / 2


# Refusals


def refusal(cells: Cells, days: dict[str, str | None], **options: Any) -> str | None:
    return effect_of(cells, days, **options).refusal


def test_refusals_by_their_reason() -> None:
    cells = even("ABCDEFGHIJKL")
    inside = {"A": "2023-06-01", "B": "2023-09-01"}
    assert refusal(cells, inside) is None
    assert refusal(cells, {}) == "no_station_opened_in_records"
    assert refusal(cells, {"A": None, "B": "2022-01-01"}) == "no_station_opened_in_records"
    assert refusal(cells, {"A": "2024-09-01"}) == "no_station_opened_in_records", "after the last day"
    assert refusal(cells, {"A": "2022-12-24", "B": None}) == "too_few_periods_before"
    assert refusal(cells, dict.fromkeys(cells, "2023-06-01")) == "nobody_to_compare_with"
    assert refusal(cells, {"A": "2023-06-01"}, confidence=0.95) == "too_few_assignments", "at best 1 in 12"
    assert refusal(cells, {"A": "2023-06-01"}, confidence=0.9) is None
    half = dict.fromkeys("ABC", "2023-06-01")
    assert refusal(even("ABCDEF"), half, confidence=0.92) == "too_few_assignments", "the other half is as extreme"
    assert refusal(even("ABCDEF"), half, confidence=0.9) is None


def test_no_cases_at_all_are_refused() -> None:
    records = relief_of(households=[household("A")])
    found = station_effect(
        records, ["A"], opened({"A": "2024-08-31"}), proactive=PROACTIVE, months=3, confidence=0.95, seed=1
    )
    assert found.refusal == "no_station_opened_in_records"


def test_a_sub_district_without_a_case_in_a_period_makes_the_periods_longer() -> None:
    cells = even("ABCDEFGHIJKL")
    # One of three in the gap's neighbour, so that a half year has cases.
    cells["K"] = [(20, 8)] * 5 + [(0, 0)] + [(20, 8)] * 2
    days: dict[str, str | None] = {"A": "2023-09-01", "B": "2024-03-01"}
    found = effect_of(cells, days)
    assert (found.refusal, found.panel.months, found.panel.periods, found.lengthened) == (None, 6, 4, True)
    assert found.panel.adoption[:2].tolist() == [2, 3]
    assert not effect_of(even("ABCDEFGHIJKL"), days).lengthened
    # In half years one period lies before these openings, in years not even that: the gap remains the reason.
    early: dict[str, str | None] = {"A": "2023-03-01", "B": "2023-06-01"}
    assert refusal(even("ABCDEFGHIJKL"), early) is None
    assert refusal(cells, early) == "cells_without_cases"
    cells["K"] = [(20, 8)] * 4 + [(0, 0)] * 4
    assert refusal(cells, days) == "cells_without_cases"


def test_a_single_treated_sub_district_has_intervals_only_where_they_can_be_had() -> None:
    generator = np.random.default_rng(2)
    cells = {unit: [(30, int(generator.binomial(30, 0.4))) for _ in range(8)] for unit in "ABCDE"}
    found = effect_of(cells, {"C": "2023-06-01"}, confidence=0.75)
    assert found.refusal is None
    assert found.test.assignments == 5
    assert found.test.smallest_p_value == pytest.approx(0.2)
    assert np.isfinite([found.test.lower, found.test.upper]).all()
    assert found.events["std_error"].isna().all()
    assert found.events["units"].tolist() == [1] * 8


def test_many_dates_are_sampled_with_the_seed() -> None:
    generator = np.random.default_rng(3)
    cells = {unit: [(30, int(generator.binomial(30, 0.4))) for _ in range(8)] for unit in "ABCDEFGHIJKLMN"}
    days: dict[str, str | None] = {unit: str(day.date()) for unit, day in zip("ABCDE", PERIODS[2:7], strict=True)}
    first, again = (effect_of(cells, days, confidence=0.95) for _ in range(2))
    assert first.refusal is None
    assert not first.test.exact
    assert first.test.assignments == first.plain.assignments == 5_000
    assert first.test.p_value == again.test.p_value


# Tables, figures and notes


@pytest.fixture(scope="module")
def shown(demo, found):
    """Tables under the disclosure policy, beside those of the report."""
    report = run_study("relief_coverage", demo, period="2024-08")
    tables = dict(report.tables) | {table.name: table for table in station_effect_tables(found, WORDS)}
    return protect_all(tables, 10)


@pytest.fixture(scope="module")
def situation(demo):
    window = Period.parse("2024-08")
    return SimpleNamespace(units=district_units(demo), params=SimpleNamespace(window=window), place="Place")


def test_tables_say_what_was_found(found, shown) -> None:
    row = shown["station_effect"].frame.loc["effect"]
    assert row["effect"] == pytest.approx(100 * found.test.effect)
    assert [row["plain_lower"], row["plain_upper"]] == pytest.approx([100 * found.plain.lower, 100 * found.plain.upper])
    basis = shown["station_effect_basis"].frame.loc["effect"]
    assert basis[["treated", "compared", "periods", "months", "before"]].tolist() == [2, 11, 8, 3, 2]
    periods = shown["station_effect_periods"]
    assert periods.frame.index.tolist() == [str(time) for time in range(-4, 6)]
    assert periods.marks["-1", "lower"] == "z"
    assert periods.marks["5", "upper"] == "x", "one sub-district has no interval"
    assert any("no standard error" in str(note) for note in periods.notes)
    bins = shown["station_effect_permutations"].frame
    assert bins["count"].sum() == 156
    assert bins.loc[bins["as_extreme"] == "yes", "count"].sum() / 156 == pytest.approx(found.test.p_value)
    refuse_small_counts(shown, 10)


def test_every_case_of_the_periods_is_counted_once(found, shown, records) -> None:
    for district, closes in ((records, True), (records.of_unit("310106017000"), False)):
        check = station_checks(shown, found, district)
        assert [each.passed for each in check] == [closes]


def test_cases_before_and_after_add_up_and_small_ones_are_hidden(found, shown) -> None:
    frame = effect_groups(found.panel)
    assert frame["cases"].sum() == found.panel.cases.sum()
    assert (frame[["before_cases", "between_cases", "after_cases"]].sum(axis=1) == frame["cases"]).all()
    treated = found.panel.adoption > 0
    assert frame.loc["treated", "before_cases"] == found.panel.cases[treated, :2].sum()
    assert frame.loc["treated", "after_cases"] == found.panel.cases[treated, 4:].sum()
    # Stations stand where discovery was better already.
    assert frame.loc["treated", "before_share"] > frame.loc["compared", "before_share"]
    table = protect_all({"station_effect_groups": shown["station_effect_groups"]}, 31)["station_effect_groups"]
    assert table.marks["early", "before_cases"] == "c"
    hidden = [column for (row, column), mark in table.marks.items() if row == "early" and mark == "c"]
    assert len([column for column in hidden if column.endswith("cases")]) >= 2, "one alone follows from the sum"


def test_figures_and_notes_on_the_demonstration_district(found, shown, situation) -> None:
    event, permuted = station_figure(situation, shown), permutation_figure(situation, shown)
    assert event is not None
    assert permuted is not None
    assert "could be chance" in str(event.title)
    assert f"{100 * found.test.effect:.1f} percentage points" in str(event.title)
    assert "156 ways" in str(permuted.title)
    notes = [str(note) for note in station_notes(situation, shown, found)]
    for part in (
        "Baoshan Road, Pengpu Town",
        "Caojiadu",
        "did not move apart",
        "Only 2 periods",
        "91% of the days",
        "overstates",
    ):
        assert sum(part in note for note in notes) == 1, part
    assert not any(any(letter.isdigit() for letter in note.template) for note in station_notes(situation, shown, found))


@pytest.mark.parametrize(("effect", "words"), [(0.3, "rises by 28.9"), (-0.3, "falls: −3"), (0.0, "could be chance")])
def test_the_title_follows_the_interval(situation, effect: float, words: str) -> None:
    cells = even("ABCDEFGHIJKLM", cases=30, proactive=14)
    generator = np.random.default_rng(1)
    cells = {unit: [(n, int(p + generator.integers(-1, 2))) for n, p in periods] for unit, periods in cells.items()}
    moved = raised(raised(cells, "A", 3, round(30 * effect)), "B", 5, round(30 * effect))
    found = effect_of(moved, {"A": "2023-06-01", "B": "2023-12-01"}, confidence=0.95)
    figure = station_figure(situation, {table.name: table for table in station_effect_tables(found, WORDS)})
    assert figure is not None
    assert words in str(figure.title)


def test_what_is_refused_or_missing_has_a_sentence_and_no_table(situation) -> None:
    assert station_effect_tables(None, WORDS) == []
    assert station_notes(situation, {}, None) == [], "the study says itself that the district has no such table"
    for days, reason in (({}, "no_station_opened_in_records"), ({"A": "2023-06-01"}, "too_few_assignments")):
        found = effect_of(even("ABCDE"), days)
        assert station_effect_tables(found, WORDS) == []
        assert [str(note) for note in station_notes(situation, {}, found)] == [REFUSAL_WORDS[reason]]
    assert station_figure(situation, {}) is None
    assert permutation_figure(situation, {}) is None
