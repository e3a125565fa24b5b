from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jingan_analysis import load_district, run_study
from jingan_analysis.errors import DistrictConfigError

DEMO = Path(__file__).parents[3] / "data" / "districts" / "demo"
HOW = "people spread evenly over a grid"


@pytest.fixture(scope="module")
def modelled(tmp_path_factory):
    """The demonstration district, its population declared as modelled."""
    folder = tmp_path_factory.mktemp("modelled") / "districts" / "demo"
    shutil.copytree(DEMO, folder)
    shutil.copytree(DEMO.parents[1] / "published", folder.parents[1] / "published")
    config = folder / "district.toml"
    text = config.read_text(encoding="utf-8")
    assert "[tables.population]\n" in text
    config.write_text(
        text.replace("[tables.population]\n", f'[tables.population]\nmodelled = "{HOW}"\n'), encoding="utf-8"
    )
    return load_district(folder)


@pytest.mark.parametrize(
    ("study", "tables"),
    [
        ("canteen_reach", ("by_subdistrict", "scenarios", "groups", "far_and_frail", "equity")),
        ("service_access", ("scenarios", "tiers", "matters_by_subdistrict")),
    ],
)
def test_modelled_people_are_stamped_and_have_no_interval(modelled, study, tables):
    result = run_study(study, modelled)
    assert any(HOW in stamp for stamp in result.stamps)
    assert any("modelled here, so no interval is given" in sentence.plain for sentence in result.headline)
    for name in tables:
        table = result.tables[name]
        bounds = [column for column in table.frame.columns if column.endswith(("lower", "upper"))]
        assert bounds, name
        assert table.frame[bounds].isna().all(axis=None), name
        assert table._repr_html_()


@pytest.fixture(scope="module")
def observed(demo):
    """The demonstration district as it stands, of which another table was asked before."""
    demo.table("relief_cases")
    return run_study("canteen_reach", demo)


def test_observed_people_have_intervals_and_no_stamp(observed):
    assert not any("Modelled" in stamp for stamp in observed.stamps)
    assert observed.tables["by_subdistrict"].frame[["lower", "upper"]].notna().all(axis=None)


def test_sources_and_licences_travel_with_the_result(observed):
    # Committees are read because homes name them.
    assert set(observed.sources) == {
        "sub_districts", "committees", "demand_points", "population", "canteens", "meals", "walking_network",
        "canteen_diners", "delivery_areas",
    }  # fmt: skip
    assert all(told["source"] and told["licence"] for told in observed.sources.values())
    assert "relief_cases.csv" not in observed.inputs


def test_a_copied_district_without_its_published_figures_says_what_to_do(tmp_path):
    shutil.copytree(DEMO, tmp_path / "mine")
    with pytest.raises(
        DistrictConfigError, match="'../../published/interview.toml', which does not exist there.*take the line"
    ):
        run_study("relief_coverage", load_district(tmp_path / "mine"))
