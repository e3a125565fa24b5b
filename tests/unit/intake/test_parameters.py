"""Parameter files: every number has a unit, a range, a source and a date."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from jingan_analysis.contracts.relief import RELIEF_CASES
from jingan_analysis.errors import InvalidParameter, UnknownParameter
from jingan_analysis.intake.parameters import Parameter, parameter, parameters, read_parameters
from jingan_analysis.vocabulary import LANGUAGES

ROOT = Path(__file__).resolve().parents[3]
GOOD = """
[speed_mps]
value = 1.0
unit = "metres per second"
minimum = 0.5
maximum = 2.0
source = "project convention: a test"
as_of = "2025"
description = "A speed."
"""


def written(folder, **files):
    for stem, text in files.items():
        (folder / f"{stem}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", list(parameters()))
def test_every_parameter_is_documented_and_in_range(name):
    found = parameter(name)
    assert isinstance(found, Parameter)
    assert found.name == name
    for text in (found.source, found.as_of, found.description):
        assert len(text) >= 4
    numbers = found.value if isinstance(found.value, tuple) else (found.value,)
    assert numbers
    if isinstance(numbers[0], float):
        assert found.unit
        assert all(found.minimum <= number <= found.maximum for number in numbers)
        assert found.minimum < found.maximum


@pytest.mark.parametrize("name", list(parameters()))
def test_a_source_in_another_language_names_the_same_numbers(name):
    found = parameter(name)
    assert found.source_in("en") == found.source
    for language in found.sources:
        assert Counter(_numbers(found.source_in(language))) == Counter(_numbers(found.source))


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


@pytest.mark.parametrize("name", ["walk_speed_mps", "access_threshold_minutes"])
def test_sources_that_reports_show_are_there_in_every_language(name):
    found = parameter(name)
    assert len({found.source_in(language) for language in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("walk_speed_mps", 1.0),
        ("walk_speeds_mps", (0.8, 1.0, 1.3)),
        ("thresholds_minutes", (5.0, 10.0, 15.0)),
        ("access_threshold_minutes", 15.0),
        ("last_distance_m", 100.0),
        ("detour_factor", 1.3),
        ("snap_cap_m", 200.0),
        ("minimum_cell", 10.0),
        ("confidence", 0.95),
        ("meals_per_canteen_day_calibration", 400.0),
        ("meal_help_need_share", 0.221),
        ("advisers_per_point", 2.0),
        ("reference_year", 2024.0),
    ],
)
def test_the_values_that_studies_rely_on(name, value):
    assert parameter(name).value == value


def test_what_no_source_confirms_is_declared_a_convention():
    conventions = {name for name, found in parameters().items() if found.is_convention}
    assert {
        "detour_factor",
        "snap_cap_m",
        "minimum_cell",
        "overloaded_utilisation",
        "idle_ratio_to_median",
    } <= conventions
    assert not {"meal_help_need_share", "advisers_per_point", "access_threshold_minutes"} & conventions


def test_proactive_sources_are_codes_of_the_contract():
    column = next(column for column in RELIEF_CASES.columns if column.name == "discovery_source")
    proactive = parameter("proactive_sources").value
    assert set(proactive) < {choice.code for choice in column.choices}
    assert "window" not in proactive


def test_an_unknown_name_gets_the_nearest_one():
    with pytest.raises(UnknownParameter, match=r"Unknown parameter 'walk_sped_mps'. Did you mean 'walk_speed_mps'\?"):
        parameter("walk_sped_mps")


def test_files_are_read_once_and_cannot_be_changed():
    assert parameters() is parameters()
    with pytest.raises(TypeError):
        parameters()["walk_speed_mps"] = None  # type: ignore[index]  # the point of the test


def test_names_are_unique_over_the_files():
    names = [
        name
        for file in (ROOT / "data" / "parameters").glob("*.toml")
        for name in tomllib.loads(file.read_text("utf-8"))
    ]
    assert sorted(names) == sorted(parameters())


def test_a_good_folder_is_read(tmp_path):
    found = read_parameters(written(tmp_path, one=GOOD))
    assert found["speed_mps"].value == 1.0
    assert found["speed_mps"].maximum == 2.0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value = 1.0", "value = 3.0", r"one.toml, speed_mps: .*3 is outside its range 0.5 to 2"),
        ("value = 1.0", "value = [1.0, 0.1]", r"0.1 is outside its range"),
        ("value = 1.0", "value = nan", r"nan is outside its range"),
        ("value = 1.0", "value = []", r"value is an empty list"),
        ("value = 1.0", 'value = "fast"', r"speed_mps: value"),
        ("value = 1.0", "", r"speed_mps: value: Field required"),
        ('unit = "metres per second"', "", r"numbers need unit, minimum and maximum"),
        ("maximum = 2.0", "", r"numbers need unit, minimum and maximum"),
        ('source = "project convention: a test"', 'source = " "', r"source is empty"),
        ('as_of = "2025"', "", r"as_of: Field required"),
        ('as_of = "2025"', 'as_of = "2025"\nnorm = 3', r"norm: Extra inputs are not permitted"),
        ("[speed_mps]", "[speed_mps", r"one.toml: "),
    ],
)
def test_faulty_files_are_refused(tmp_path, old, new, message):
    with pytest.raises(InvalidParameter, match=message):
        read_parameters(written(tmp_path, one=GOOD.replace(old, new)))


def test_all_faults_are_told_at_once(tmp_path):
    folder = written(tmp_path, a=GOOD, b=GOOD, c=GOOD.replace("speed_mps", "other").replace("1.0", "9.0"), d="[")
    with pytest.raises(InvalidParameter) as caught:
        read_parameters(folder)
    for part in ("b.toml, speed_mps: a parameter of that name exists already", "c.toml, other:", "d.toml:"):
        assert part in str(caught.value)


def test_an_empty_folder_is_a_fault(tmp_path):
    with pytest.raises(InvalidParameter, match=r"no \.toml file in"):
        read_parameters(tmp_path)


def test_what_canteens_are_compared_with_is_marked_as_no_norm():
    """An unconfirmed capacity says so, a survey of the country and a share of another district say whose they are."""
    assert parameter("kitchen_capacity_compared").value == 150
    assert parameter("kitchen_capacity_compared").source.startswith("not confirmed")
    assert "not a norm" in parameter("kitchen_capacity_compared").description
    assert parameter("elder_share_compared").value == 0.75
    assert "Fengxian" in parameter("elder_share_compared").source
    assert "not a norm" in parameter("meals_per_canteen_day_calibration").description
    assert parameter("minutes_per_sitting").is_convention
    assert parameter("regular_meals_per_year").is_convention
