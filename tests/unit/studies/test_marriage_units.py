"""Marriages of couples who live in a sub-district: recounts by loops, books that close over all of them, nothing by subtraction."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, UnknownUnit
from jingan_analysis.studies import load_study, run_study, study_names
from jingan_analysis.studies.marriage_registration_residence import residents
from jingan_analysis.studies.units import district_units

STUDY, PERIOD = "marriage_registration", "2024-08"
SMALL, LARGE, THERE = "310106011000", "310106101000", "310106015000"
"""Few couples; many; and the unit in which inter-provincial couples were planted."""
LOCAL = {"own_district": "local", "foreign_related": "local"}


@pytest.fixture(scope="module")
def whole(demo):
    return run_study(STUDY, demo, period=PERIOD, minimum_cell=1)


@pytest.fixture(scope="module")
def units(demo):
    """Results of three units in which everything is shown."""
    return {unit: run_study(STUDY, demo, period=PERIOD, unit=unit, minimum_cell=1) for unit in (SMALL, LARGE, THERE)}


@pytest.fixture(scope="module")
def rows(demo):
    return list(demo.table("registrations").itertuples())


def of(result, table: str) -> pd.DataFrame:
    return result.tables[table].frame


def lives(row, unit: str) -> bool:
    return not pd.isna(row.residence_code) and row.residence_code == unit


def test_a_unit_by_a_loop(units, rows):
    for unit, result in units.items():
        scopes, types, minutes, short, came, missing, months = (Counter() for _ in range(7))
        for row in rows:
            if not lives(row, unit):
                continue
            scope = LOCAL.get(row.scope, row.scope)
            if row.result in {"registered", "refused"}:
                came[scope] += 1
                short[scope] += not pd.isna(row.documents_short) and bool(row.documents_short)
                minutes[scope] += 0 if pd.isna(row.minutes) else 1
            missing[row.reg_type == "marriage"] += row.result == "not_shown"
            if pd.isna(row.done_on):
                continue
            types[row.reg_type] += row.done_on.year == 2024
            if row.reg_type == "marriage":
                scopes[scope] += row.done_on.year == 2024
                months[row.done_on.strftime("%Y-%m")] += 1
        assert of(result, "scopes")["marriages"].drop("total").to_dict() == dict(scopes)
        assert of(result, "types")["registered"].drop("total").to_dict() == dict(types)
        assert of(result, "visits")["came"].drop("total").to_dict() == dict(came)
        assert of(result, "visits")["short"].drop("total").to_dict() == dict(short)
        assert of(result, "kept")["missing"].drop("total").to_dict() == {
            "marriage": missing[True],
            "other": missing[False],
        }
        if unit == LARGE:
            by_month = of(result, "by_month")["here"]
            assert by_month.to_dict() == {month: months[month] for month in by_month.index}
        else:
            quarters = Counter()
            for month, count in months.items():
                quarters[f"{month[:4]}-Q{(int(month[5:]) - 1) // 3 + 1}"] += count
            assert of(result, "by_quarter")["here"].to_dict() == dict(quarters)
        assert of(result, "residence").loc[unit, ["local", "city", "inter_province"]].to_dict() == dict(scopes)


def test_units_and_elsewhere_make_the_office(whole, rows, demo):
    frame = of(whole, "residence")
    found = Counter()
    for row in rows:
        if row.reg_type == "marriage" and not pd.isna(row.done_on) and row.done_on.year == 2024:
            found["elsewhere" if pd.isna(row.residence_code) else row.residence_code] += 1
    assert frame["marriages"].drop("total").to_dict() == dict(found)
    counts = frame[["marriages", "local", "city", "inter_province"]]
    assert (counts.drop("total").sum() == counts.loc["total"]).all()
    scopes = of(whole, "scopes")["marriages"]
    assert counts.loc["total", "city"] == scopes["city"]
    assert counts.loc["total", "local"] == scopes["own_district"] + scopes["foreign_related"]
    rates = of(whole, "rates")
    assert rates.loc["district", "marriages"] + frame.loc["elsewhere", "marriages"] == frame.loc["total", "marriages"]
    people = demo.table("population").merge(demo.table("demand_points"), on="point_id")
    people = people[(people["basis"] == "resident") & people["subdistrict_code"].notna()]
    assert (
        rates["residents"].drop("district").to_dict() == people.groupby("subdistrict_code")["persons"].sum().to_dict()
    )
    assert rates.loc[LARGE, "rate"] == pytest.approx(
        1000 * rates.loc[LARGE, "marriages"] / rates.loc[LARGE, "residents"]
    )


def test_the_planted_unit_stands_out(whole):
    share = of(whole, "residence")[["inter_province_share", "inter_province_lower"]]
    places = share.drop(["elsewhere", "total"])
    assert places["inter_province_share"].idxmax() == THERE
    others = places.drop(THERE)["inter_province_share"]
    assert places.loc[THERE, "inter_province_lower"] > others.median()
    assert "West Tianmu Road" in whole.figures["inter_province"].title.plain


def test_what_is_the_offices_is_left_out_and_it_says_so(units, whole):
    offices = {"slots", "peak_demand", "windows", "calendar", "moved_created"}
    assert offices <= set(whole.tables)
    for result in units.values():
        assert not offices & set(result.tables)
        told = " ".join(sentence.plain for sentence in result.notes)
        assert "belong to the office of the whole district" in told
        assert "elsewhere" not in of(result, "by_month" if "by_month" in result.tables else "by_quarter")
        assert not {"first_order", "total"} & set(of(result, "travel_inputs"))
        assert all(check.passed for check in result.checks)
        assert len(result.headline) <= 5


def test_a_series_needs_marriages_enough(demo, units):
    assert of(units[LARGE], "openings")["status"].tolist() == ["estimated", "estimated"]
    assert of(units[SMALL], "openings")["status"].tolist() == ["too_thin", "too_thin"]
    told = " ".join(sentence.plain for sentence in units[SMALL].notes)
    assert "fewer than 15 marriages a month" in told
    eager = run_study(STUDY, demo, period=PERIOD, unit=SMALL, minimum_cell=1, fewest_a_month=5.0)
    frame = of(eager, "openings").loc["city"]
    assert frame["status"] == "estimated"
    large = of(units[LARGE], "openings").loc["city"]
    assert frame["upper"] / frame["lower"] > large["upper"] / large["lower"]  # fewer marriages, less is known


def test_thin_months_give_way_to_quarters(demo, units, whole):
    """Quarters are told whatever the smallest count shown, so that the limit alone changes no table's rows."""
    strict = run_study(STUDY, demo, period=PERIOD, unit=SMALL, minimum_cell=30)
    for result in (strict, units[SMALL]):
        assert "by_month" not in result.tables
        assert "by_quarter" in result.tables
    assert units[SMALL].figures["course"].table == "by_quarter"
    assert "by_month" in units[LARGE].tables
    days, quarters = of(whole, "by_month")["open_days"], of(units[SMALL], "by_quarter")["open_days"]
    assert quarters["2024-Q3"] == days[["2024-07", "2024-08"]].sum()
    assert quarters.sum() == days.sum()


DIRECTIONS = {
    "more live here": (lambda table: table.assign(residence_code=table["residence_code"].fillna(SMALL)), "rate", 1),
    "fewer live here": (lambda table: table.assign(residence_code=table["residence_code"].mask(table.index % 2 == 0)), "rate", -1),
}  # fmt: skip


@pytest.mark.parametrize("name", DIRECTIONS)
def test_who_lives_here_moves_the_rate(demo, units, name):
    change, column, way = DIRECTIONS[name]
    changed = run_study(
        STUDY,
        Altered(demo, registrations=change(demo.table("registrations"))),
        period=PERIOD,
        unit=SMALL,
        minimum_cell=1,
    )
    before, after = of(units[SMALL], "rates").loc[SMALL, column], of(changed, "rates").loc[SMALL, column]
    assert way * (after - before) > 0


def test_documents_short_of_one_scope_raise_its_share_and_the_advice(demo):
    table = demo.table("registrations")
    mine = (table["residence_code"] == LARGE) & (table["scope"] == "city") & table["documents_short"].notna()
    table.loc[mine.fillna(value=False), "documents_short"] = True
    changed = run_study(STUDY, Altered(demo, registrations=table), period=PERIOD, unit=LARGE)
    assert of(changed, "visits").loc["city", "short_share"] == 1
    assert any("“City-wide”" in sentence.plain for sentence in changed.headline)
    assert "documents" in changed.figures


def test_a_unit_in_which_nobody_lives_who_married(demo):
    table = demo.table("registrations")
    table["residence_code"] = table["residence_code"].where(table["residence_code"] != SMALL)
    result = run_study(STUDY, Altered(demo, registrations=table), period=PERIOD, unit=SMALL)
    assert of(result, "scopes").loc["total", "marriages"] == 0
    assert of(result, "rates").loc[SMALL, "rate"] == 0
    assert all(check.passed for check in result.checks)


@pytest.fixture(scope="module")
def every(demo, whole):
    """What all the pages of the district show at the usual smallest count."""
    codes = district_units(demo).codes
    return {unit: run_study(STUDY, demo, period=PERIOD, unit=unit) for unit in (None, *codes)}


@pytest.mark.slow
def test_no_page_shows_a_count_that_another_one_hides(every):
    """What the page of the district hides of a sub-district, its own page and those of the others hide too."""
    hidden = {cell for cell, mark in every[None].tables["residence"].marks.items() if mark == "c"}
    assert hidden
    for unit, result in every.items():
        own = {cell for cell, mark in result.tables["residence"].marks.items() if mark == "c"}
        assert hidden <= own
        for scope in ("local", "city", "inter_province"):
            if unit is not None and (unit, scope) in own:
                assert result.tables["scopes"].marks[scope, "marriages"] == "c"


@pytest.mark.slow
def test_hidden_times_and_scopes_do_not_follow_by_subtraction(every):
    """Every line of sums that a reader of one page can set up has none or at least two unknowns."""
    for unit, result in every.items():
        stages, openings = of(result, "stages").drop(index="compared", errors="ignore"), of(result, "openings")
        course = of(result, "by_quarter" if "by_quarter" in result.tables else "by_month")["here"]
        for scope in openings.index:
            if not np.isnan(openings.loc[scope, "since"]):
                assert stages[scope].isna().sum() != 1, (unit, scope)
        if stages["marriages"].notna().all():
            assert course.isna().sum() != 1, unit
        if not np.isnan(of(result, "scopes").loc["total", "marriages"]):
            assert course[course.index >= "2024"].isna().sum() != 1, unit
        saved = result.tables["travel_saved"]
        if any(saved.marks.get((scope, "couples")) == "c" for scope in ("city", "inter_province")):
            assert saved.marks["total", "hours"] == "c", unit


def bare(folder: Path):
    """The small district with a file that has no column of residence."""
    file = folder / "registrations.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.rpartition(",")[0] for line in lines), encoding="utf-8")
    return load_district(folder)


def test_without_the_column_the_district_is_told_and_a_unit_refused(valid_district: Path):
    district = bare(valid_district)
    unit = district.table("sub_districts")["subdistrict_code"].iloc[0]
    result = run_study(STUDY, district, period=PERIOD, minimum_cell=1)
    assert not {"residence", "rates"} & set(result.tables)
    assert any("do not say where the couples live" in sentence.plain for sentence in result.notes)
    with pytest.raises(InvalidParameter, match="has no report on a sub-district of .*residence_code"):
        run_study(STUDY, district, period=PERIOD, unit=unit)


def test_an_empty_column_is_as_good_as_none(valid_district: Path):
    district = load_district(valid_district)
    table = district.table("registrations").assign(residence_code=pd.NA)
    assert load_study(STUDY).unit_refused(Altered(district, registrations=table)) is not None
    assert load_study(STUDY).unit_refused(district) is None


def test_a_unit_that_is_none_and_a_study_that_always_can(demo):
    for name in study_names():
        study = load_study(name)
        assert study.unit_refused(demo) is None
        study.require_unit(demo, None)
        with pytest.raises(UnknownUnit, match="No sub-district has the code '310115001000'"):
            study.require_unit(demo, "310115001000")


def test_the_small_district_has_pages_of_its_units(valid_district: Path):
    district = load_district(valid_district)
    for unit in district_units(district).codes:
        result = run_study(STUDY, district, period=PERIOD, unit=unit)
        assert all(check.passed for check in result.checks)


def test_ages_at_which_people_marry_where_the_bands_tell_them(demo):
    units = district_units(demo)
    assert residents(demo, units, "resident").ages is None
    population = demo.table("population")
    young = population[population["age_to_years"] == 59]
    parts = [
        young.assign(age_from_years=low, age_to_years=high, persons=young["persons"] * share)
        for low, high, share in ((0, 19, 0.25), (20, 39, 0.5), (40, 59, 0.25))
    ]
    finer = pd.concat([population.drop(index=young.index), *parts])
    found = residents(Altered(demo, population=finer), units, "resident")
    assert found.ages == (20, 39)
    all_young = residents(Altered(demo, population=young), units, "resident")
    assert found.persons.to_numpy() == pytest.approx(all_young.persons.to_numpy() / 2)
    assert residents(Altered(demo, missing=("population",)), units, "resident") is None
