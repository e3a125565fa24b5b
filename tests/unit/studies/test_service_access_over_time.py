"""Channels over time and the effect of spots: against loops over the rows, in altered districts, and in regenerated ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.demo.resident_cases import cases_of_residents, no_channel_effects, planted_channel_effects
from jingan_analysis.studies import run_study
from jingan_analysis.studies.service_access import Params
from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_over_time import OverTime, over_time_notes
from jingan_analysis.studies.service_access_residence import resident_cases
from jingan_analysis.studies.service_access_shift import channel_shift
from jingan_analysis.studies.service_access_shift_page import shift_checks
from jingan_analysis.studies.service_access_shift_tables import (
    by_period,
    hidden_channels,
    period_months,
    residence_ledger,
)
from jingan_analysis.studies.service_access_spot_effect import OUTCOMES, PLACEBOS, moved, spot_effect

PERIOD, DANING = "2024-08", "310106019000"
FIRST = [str(month) for month in pd.period_range("2021-09", "2022-08", freq="M")]
LAST = [str(month) for month in pd.period_range("2023-09", "2024-08", freq="M")]
MINE = ("shift_channels", "shift_pace", "shift_index", "shift_parts", "shift_shares", "shift_modelled", "shift_ledger")
SPOTS = ("spot_effect", "spot_effect_ledger", "spot_effect_moved", "spot_effect_times", "spot_effect_groups", "spot_effect_choices", "spot_effect_basis")  # fmt: skip


@pytest.fixture(scope="module")
def result(demo):
    return run_study("service_access", demo, period=PERIOD, minimum_cell=1)


@pytest.fixture(scope="module")
def inputs(demo):
    return read_inputs(demo, Params(period=PERIOD))


@pytest.fixture(scope="module")
def cases(demo, inputs):
    return resident_cases(demo, inputs, Params(period=PERIOD))


def effect(cases, months: int = 3):
    return spot_effect(cases, months=months, confidence=0.95, seed=1)


def shift(cases, inputs, row: str = "district"):
    return channel_shift(cases, row, inputs.units.codes, confidence=0.95, seed=1)


def test_shares_index_and_parts_by_loops(result, demo):
    unit_of = dict(demo.table("committees")[["committee_id", "subdistrict_code"]].itertuples(index=False))
    count: Counter = Counter()
    for row in demo.table("resident_cases").itertuples():
        span = "first" if row.month in FIRST else "last" if row.month in LAST else ""
        unit = unit_of.get(row.committee_id, "unknown")
        for place in ("district", unit):
            count[span, place, row.channel] += row.cases
            count[span, place, "all"] += row.cases
    channels, index = result.tables["shift_channels"].frame, result.tables["shift_index"].frame
    for span in ("first", "last"):
        for channel in CHANNELS:
            assert channels.loc[channel, f"{span}_cases"] == count[span, "district", channel]
        for place in index.index:
            assert index.loc[place, f"{span}_cases"] == count[span, place, "all"]
            assert index.loc[place, f"{span}_window"] == count[span, place, "window"]

    def share(span: str, place: str, channel: str) -> float:
        return count[span, place, channel] / count[span, place, "all"]

    for place in index.index:
        half = sum(abs(share("last", place, channel) - share("first", place, channel)) for channel in CHANNELS) / 2
        assert index.loc[place, "index"] == pytest.approx(half)
        assert index.loc[place, "lower"] <= half <= index.loc[place, "upper"]
    parts = result.tables["shift_parts"].frame
    units = [*set(unit_of.values()), "unknown"]
    for channel in CHANNELS:
        within = mix = 0.0
        for unit in units:
            weights = [count[span, unit, "all"] / count[span, "district", "all"] for span in ("first", "last")]
            shares = [share(span, unit, channel) for span in ("first", "last")]
            within += sum(weights) / 2 * (shares[1] - shares[0])
            mix += sum(shares) / 2 * (weights[1] - weights[0])
        assert parts.loc[channel, "unit_within"] == pytest.approx(100 * within)
        assert parts.loc[channel, "unit_mix"] == pytest.approx(100 * mix)
        assert parts.loc[channel, "change"] == pytest.approx(100 * (within + mix))
    assert channels["change"].sum() == pytest.approx(0, abs=1e-9)
    assert result.tables["shift_pace"].frame["pace"].sum() == pytest.approx(0, abs=1e-9)


def test_periods_add_up_to_the_spans_and_models_follow_them(result):
    shares, modelled = result.tables["shift_shares"].frame, result.tables["shift_modelled"].frame
    channels = result.tables["shift_channels"].frame
    assert list(shares.index[:2]) == ["2021-09", "2021-12"] and len(shares) == 12
    for channel in CHANNELS:
        assert shares[f"{channel}_cases"].iloc[:4].sum() == channels.loc[channel, "first_cases"]
        assert shares[f"{channel}_cases"].iloc[-4:].sum() == channels.loc[channel, "last_cases"]
        assert (shares[f"{channel}_share"] - modelled[f"{channel}_share"]).abs().max() < 0.025
    assert modelled.sum(axis=1).to_numpy() == pytest.approx(np.ones(12))


def test_the_planted_effects_are_told(result):
    channels, effects = result.tables["shift_channels"].frame, result.tables["spot_effect"].frame
    assert channels.loc["window", "change_upper"] < 0 < channels.loc["online", "change_lower"]
    assert effects.loc["window", "upper"] < 0 < effects.loc["nearby", "lower"]
    assert effects.loc["window", "percent_lower"] < -0.154 < effects.loc["window", "percent_upper"]
    for name in PLACEBOS:
        assert effects.loc[name, "lower"] < 0 < effects.loc[name, "upper"]
    both = effects.loc["both", "effect"]
    assert both == pytest.approx(effects.loc["window", "effect"] + effects.loc["nearby", "effect"])
    ledger = result.tables["spot_effect_ledger"].frame
    residents = result.tables["spot_effect_groups"].frame.loc["opened", "residents"]
    assert ledger.loc["both", "year_effect"] == pytest.approx(12 * both * residents / 1000)
    assert ledger.loc["both", "month_effect"] == pytest.approx(both * residents / 1000 / 202)
    share = result.tables["spot_effect_moved"].frame.loc["spots"]
    assert share["share"] == pytest.approx(-ledger.loc["window", "year_effect"] / ledger.loc["nearby", "year_effect"])
    assert share["lower"] < 0.58 < share["upper"]
    told = " ".join(statement.plain for statement in result.headline)
    assert "People leave the windows" in told and "fewer cases at windows" in told
    assert {"channel-shift", "spot-effect-window", "spot-effect-nearby"} <= set(result.figures)


def test_one_group_and_period_by_a_loop(demo, cases):
    panel = effect(cases).panel
    found = effect(cases).outcomes["window"]
    rates, adoption, residents = panel.rates(0), panel.adoption[panel.used], panel.residents[panel.used]
    whole = weight = 0.0
    for date in (2, 3, 4, 5):
        for period in range(date, panel.periods):
            means = []
            for side in (adoption == date, (adoption < 0) | (adoption > period)):
                change = people = 0.0
                for row in np.flatnonzero(side):
                    change += residents[row] * (rates[row, period] - rates[row, date - 1])
                    people += residents[row]
                means.append(change / people)
            size = residents[adoption == date].sum()
            whole, weight = whole + size * (means[0] - means[1]), weight + size
    assert found.effect == pytest.approx(whole / weight)
    events = found.events
    assert events.loc[-1, "effect"] == 0 and events.loc[0, "units"] == 202
    assert ((events["upper"] - events["lower"]).dropna() > 0).all()


def test_every_committee_is_in_one_group_and_early_ones_are_counted(result, demo):
    groups = result.tables["spot_effect_groups"].frame
    assert groups["committees"].to_dict() == {"opened": 202, "never": 27, "early": 38}
    basis = result.tables["spot_effect_basis"].frame.loc["spots"]
    assert basis["left_out"] == 38 and basis["periods"] == 12 and basis["before"] == 2
    points = demo.table("service_points")
    early = (points["kind"] == "remote_spot") & (points["venue"] == "committee") & (points["opened_on"] < "2022-03-01")
    assert early.sum() == 38


def test_the_ledger_tells_a_difference_and_the_check_fails(result, demo):
    ledger = result.tables["shift_ledger"].frame
    assert ledger.loc["all", ["handled", "resident", "difference"]].tolist() == [43_600, 43_600, 0]
    assert all(check.passed for check in result.checks)


def test_a_case_more_by_residence_is_a_difference_and_the_check_fails(demo, inputs, result):
    def one_more(table: pd.DataFrame) -> pd.DataFrame:
        first = table.index[(table["month"] == "2024-03") & (table["channel"] == "window")][0]
        return table.assign(cases=table["cases"].where(table.index != first, table["cases"] + 7))

    lived = resident_cases(with_rows(demo, one_more), inputs, Params(period=PERIOD))
    ledger = residence_ledger(lived, demo.table("case_counts"))
    assert ledger.loc["window", "difference"] == 7 and ledger.loc["all", "months_apart"] == 1
    spoiled = {**result.tables, "shift_ledger": replace(result.tables["shift_ledger"], frame=ledger)}
    assert [check.passed for check in shift_checks(spoiled, spoiled)] == [False, True]


@pytest.fixture(scope="module")
def mine(demo):
    return run_study("service_access", demo, period=PERIOD, unit=DANING)


def test_a_sub_district_tells_its_own_shift_and_the_effect_of_the_whole_district(mine, result):
    own, whole = mine.tables["shift_channels"].frame, result.tables["shift_index"].frame
    assert own.loc["all", "first_cases"] == whole.loc[DANING, "first_cases"]
    assert "unit_within" not in mine.tables["shift_parts"].frame
    pd.testing.assert_frame_equal(mine.tables["spot_effect"].frame, result.tables["spot_effect"].frame)
    assert any("estimated for the whole district" in note.plain for note in mine.notes)
    assert any("whole district" in note.plain or "Jing'an District" in note.plain for note in mine.headline)


def test_no_small_count_of_a_period_and_no_committee_is_shown(demo, inputs, cases, mine):
    months = set()
    for unit in inputs.units.codes:
        found = shift(cases, inputs, unit)
        for least in (10, 60):
            length = period_months(found, least)
            months.add(length)
            if length is None:
                continue
            counts = by_period(found, length).filter(like="_cases").to_numpy()
            assert ((counts == 0) | (counts >= least)).all()
            assert hidden_channels(found, length, least) == []
    assert months == {3, 6, 12, None}
    committees = set(demo.table("committees")["committee_id"])
    for name in (*MINE, *SPOTS):
        assert not committees & set(map(str, mine.tables[name].frame.index))


def test_a_channel_with_few_cases_in_a_period_is_withheld_with_a_second_one(cases, inputs):
    found = shift(cases, inputs, DANING)
    counts = by_period(found, 3).filter(like="_cases").min().sort_values()
    few = int(counts.iloc[0]) + 1
    assert counts.index[0].removesuffix("_cases") in hidden_channels(found, 3, few)
    assert len(hidden_channels(found, 3, few)) >= 2
    assert set(hidden_channels(found, 3, 10**6)) == set(CHANNELS)


def with_rows(demo, change) -> Altered:
    return Altered(demo, resident_cases=change(demo.table("resident_cases")))


def test_the_order_of_rows_does_not_matter(demo, inputs, cases):
    turned = with_rows(demo, lambda table: table.iloc[::-1].reset_index(drop=True))
    again = resident_cases(turned, inputs, Params(period=PERIOD))
    assert (again.counts == cases.counts).all() and again.months == cases.months


def test_months_after_the_period_and_before_a_gap_are_in_no_figure(demo, inputs, cases):
    gap = with_rows(demo, lambda table: table[table["month"] != "2022-01"])
    found = resident_cases(gap, inputs, Params(period="2024-06"))
    assert found.months[0] == "2022-02" and found.months[-1] == "2024-06"
    table = demo.table("resident_cases")
    assert found.before_gap == table.loc[table["month"] < "2022-01", "cases"].sum()
    assert (found.counts == cases.counts[5:-2]).all()


def test_spans_shrink_with_short_records_and_the_shift_is_refused_with_too_short_ones(demo, inputs):
    short = with_rows(demo, lambda table: table[table["month"] >= "2023-01"])
    found = shift(resident_cases(short, inputs, Params(period=PERIOD)), inputs)
    assert found.span == 8 and not found.fitted.design.season and found.fitted.latest is None
    shorter = with_rows(demo, lambda table: table[table["month"] >= "2023-07"])
    lived = resident_cases(shorter, inputs, Params(period=PERIOD))
    assert shift(lived, inputs) is None
    assert effect(lived).refusal == "too_few_spots_opened"
    assert effect(lived, months=12).refusal == "too_few_months"
    notes = over_time_notes({}, OverTime(lived, None, effect(lived)), "district")
    assert [note.plain for note in notes if "do not go back far enough" in note.plain]
    assert [note.plain for note in notes if "too few committees got their spot" in note.plain]


def test_closed_unknown_and_empty_committees_are_left_out(demo, inputs):
    points = demo.table("service_points")
    spots = points.index[(points["kind"] == "remote_spot") & (points["venue"] == "committee") & (points["opened_on"] > "2022-06-01")]  # fmt: skip
    altered = points.assign(
        closed_on=points["closed_on"].where(points.index != spots[0], pd.Timestamp(2023, 5, 1)),
        opened_on=points["opened_on"].where(points.index != spots[1], pd.NaT),
    )
    district = Altered(demo, service_points=altered)
    lived = resident_cases(district, read_inputs(district, Params(period=PERIOD)), Params(period=PERIOD))
    group = pd.Series(effect(lived).panel.group, index=lived.committees.index)
    assert group[points.loc[spots[0], "committee_id"]] == "closed"
    assert group[points.loc[spots[1], "committee_id"]] == "early"
    assert (group == "opened").sum() == 200


def test_a_deeper_fall_gives_a_larger_effect_and_a_fall_everywhere_none(cases):
    window = CHANNELS.index("window")
    base = effect(cases)

    def altered(change):
        counts = cases.counts.astype(np.float64)
        counts[:, :, window] = change(counts[:, :, window])
        return effect(type(cases)(cases.months, cases.committees, np.round(counts).astype(np.int64), 0))

    months = np.arange(len(cases.months))
    opened = cases.committees["opened_on"]
    first = ((opened.dt.year - 2021) * 12 + opened.dt.month - 9).to_numpy()
    after = np.column_stack([months[:, None] > first, np.zeros(len(months), dtype=bool)])
    deeper = altered(lambda counts: np.where(after, counts * 0.7, counts))
    assert deeper.outcomes["window"].effect < base.outcomes["window"].effect - 0.5
    added = altered(lambda counts: counts + 5 * (months >= 20)[:, None])
    assert abs(added.outcomes["window"].effect - base.outcomes["window"].effect) < 0.15


@pytest.fixture(scope="module")
def regenerated(demo, inputs, cases):
    """Effects in a few districts made with other seeds, with everything planted and with nothing."""
    committees = cases.committees.reset_index()[["committee_id", "subdistrict_code", "residents"]]
    found = {}
    for name, effects in (("planted", planted_channel_effects()), ("quiet", no_channel_effects())):
        found[name] = []
        for seed in range(3):
            table = cases_of_residents(
                demo.table("case_counts"), demo.table("service_points"), committees, effects, seed
            )
            table["committee_id"] = table["committee_id"].replace("", np.nan)
            lived = resident_cases(Altered(demo, resident_cases=table), inputs, Params(period=PERIOD))
            found[name].append((effect(lived), shift(lived, inputs)))
    return found


def test_planted_effects_are_found_again(regenerated):
    effects = [found.outcomes for found, _ in regenerated["planted"]]
    percent = [found["window"].effect / found["window"].without for found in effects]
    assert np.mean(percent) == pytest.approx(-0.154, abs=0.03)
    assert all(found["window"].upper < 0 < found["nearby"].lower for found in effects)
    shares = [moved(found, confidence=0.95).share for found, _ in regenerated["planted"]]
    assert np.mean(shares) == pytest.approx(0.58, abs=0.13)
    for _, shifted in regenerated["planted"]:
        assert shifted.intervals["district"].lower > 0.15
        assert shifted.fitted.average.change.sum() == pytest.approx(0, abs=1e-12)
    # The trend of online is everywhere: it is no effect of spots.
    assert np.mean([found["online"].effect for found in effects]) == pytest.approx(0, abs=0.03)


def test_where_nothing_was_planted_hardly_anything_is_called(regenerated):
    called = sum(
        not found.outcomes[name].lower < 0 < found.outcomes[name].upper
        for found, _ in regenerated["quiet"]
        for name in OUTCOMES
    )
    # Of 18 intervals one by chance.
    assert called <= 3
    for _, shifted in regenerated["quiet"]:
        assert shifted.intervals["district"].index < 0.02
        assert shifted.intervals["district"].lower < 0.005
