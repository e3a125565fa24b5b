"""reports.toml: every fault at once, before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.district import load_district
from jingan_analysis.errors import DistrictNotFound, InvalidSchedule
from jingan_analysis.reporting.limits import Limits
from jingan_analysis.reporting.matrix import REPORTS_FILE, Matrix, plan, read_matrix
from jingan_analysis.studies import study_names

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "data" / "districts" / "demo"
NOTEBOOKS = ROOT / "notebooks"


@pytest.fixture
def write(tmp_path):
    """Writes a reports.toml on the demonstration district."""

    def text(content: str, district: str | None = None) -> Path:
        path = tmp_path / "reports.toml"
        path.write_text(f"district = {(district or str(DEMO))!r}\n{content}", encoding="utf-8")
        return path

    return text


def _plan(path: Path):
    return plan(read_matrix(path), NOTEBOOKS, source=path.name).reports


def test_the_projects_own_file_asks_for_every_study_in_every_language():
    matrix = read_matrix(ROOT / REPORTS_FILE)
    reports = plan(matrix, NOTEBOOKS, source=REPORTS_FILE).reports
    studies = [report.request.study for report in reports]
    assert sorted(studies) == list(study_names())
    assert studies[-1] == "overview"  # it leads to the others, so they are made first
    assert {report.languages for report in reports} == {("en", "zh", "ja")}
    assert matrix.out == ROOT / "reports"
    assert matrix.district == DEMO
    assert {report.limits for report in reports} == {Limits()}
    assert {report.request.period for report in reports} == {"2024-08"}


def test_folders_are_relative_to_the_file(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (home / "reports.toml").write_text('district = "data"\nout = "../pages"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    matrix = read_matrix(Path("home/reports.toml"))
    assert matrix.district == home / "data"
    assert matrix.out.resolve() == tmp_path / "pages"


def test_studies_times_units_in_the_order_of_file_and_district(write):
    path = write('studies = ["relief_coverage", "canteen_reach"]\nunits = "all"\nperiod = "2024-06"\n')
    reports = _plan(path)
    assert len(reports) == 2 * (1 + 14)
    assert [report.request.study for report in reports[::15]] == ["relief_coverage", "canteen_reach"]
    units = [report.request.unit for report in reports[:15]]
    assert units == [report.request.unit for report in reports[15:]]
    assert units[0] is None
    assert len(set(units)) == 15
    assert reports[0].name == "relief_coverage"
    assert reports[0].key == "demo/relief_coverage"
    assert reports[1].name == f"relief_coverage {units[1]}"
    assert reports[1].key == f"demo/relief_coverage/{units[1]}"
    assert {report.request.period for report in reports} == {"2024-06"}
    assert len({report.request.target for report in reports}) == 30


def test_every_study_of_the_demonstration_district_has_a_report_for_each_unit(write):
    found = plan(read_matrix(write('units = "all"\n')), NOTEBOOKS, source="file")
    assert found.left_out == ()
    assert len(found.reports) == len(study_names()) * 15


@pytest.fixture
def without_homes(valid_district):
    """A district whose registrations do not say where the couples live."""
    file = valid_district / "registrations.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.rpartition(",")[0] for line in lines), encoding="utf-8")
    return valid_district


def test_all_units_leave_out_what_cannot_be_told_of_them_and_say_why(write, without_homes):
    path = write(
        'studies = ["marriage_registration", "canteen_reach"]\nunits = "all"\nperiod = "2024-08"\n', str(without_homes)
    )
    found = plan(read_matrix(path), NOTEBOOKS, source=path.name)
    ((study, reason),) = ((each.study, each.reason) for each in found.left_out)
    assert study == "marriage_registration"
    assert "fill the column residence_code in" in reason
    by_study = [report.request.study for report in found.reports]
    assert by_study.count("marriage_registration") == 1
    assert by_study.count("canteen_reach") == 1 + 3


def test_named_units_that_a_study_cannot_tell_of_are_a_fault(write, without_homes):
    codes = load_district(without_homes).table("sub_districts")["subdistrict_code"].tolist()
    path = write(
        f'studies = ["marriage_registration", "canteen_reach"]\nunits = {[*codes[:2], "9"]}\nperiod = "2024-08"\n',
        str(without_homes),
    )
    with pytest.raises(InvalidSchedule) as caught:
        _plan(path)
    _, *faults = str(caught.value).splitlines()
    assert len(faults) == 2
    assert faults[0].strip().startswith("units: No sub-district has the code '9'")
    assert (
        faults[1]
        .strip()
        .startswith(f"marriage_registration: units={', '.join(codes[:2])}, 9: no report on a sub-district")
    )


def test_a_broken_table_of_registrations_stops_no_other_report(write, valid_district):
    (valid_district / "registrations.csv").write_text("reg_id\nx\n", encoding="utf-8")
    path = write(
        'studies = ["marriage_registration", "canteen_reach"]\nunits = "all"\nperiod = "2024-08"\n', str(valid_district)
    )
    assert len(_plan(path)) == 2 * 4


def test_settings_limits_and_cadence_reach_the_reports(write):
    path = write(
        'studies = ["canteen_reach", "relief_coverage"]\n[settings.canteen_reach]\nwalk_speed_mps = 0.8\n'
        '[limits]\ncell_seconds = 5\n[cadence]\nevery = "month"\n'
    )
    canteens, relief = _plan(path)
    assert canteens.request.options == {"walk_speed_mps": 0.8}
    assert relief.request.options == {}
    assert canteens.limits == Limits(cell_seconds=5, wall_seconds=1_800, memory_mib=4_096)
    assert canteens.request.dated == {"stale_after": "2024-10-15"}


def test_the_number_of_editions_kept_reaches_the_run(write, monkeypatch):
    told = []
    monkeypatch.setattr("jingan_analysis.reporting.runner.run_report", lambda *_, kept, **__: told.append(kept))
    for line in ("editions_kept = 3\n", ""):
        (report,) = _plan(write(f'studies = ["relief_coverage"]\n{line}'))
        report.run(run_id="a", progress=lambda *_: None)
    assert told == [3, None]  # nothing said: the parameter says it


def test_without_a_cadence_nothing_is_ever_stale(write):
    assert _plan(write('studies = ["relief_coverage"]\n'))[0].request.dated == {}


def test_every_fault_of_the_file_is_told_with_what_is_allowed(write):
    path = write(
        'timezone = "Asia/Shangai"\nlangages = ["en"]\nlanguages = ["en", "fr"]\nunits = "al"\neditions_kept = 0\n'
        'studies = ["a", "a"]\n[limits]\ncell_secs = 5\nwall_seconds = "x"\n[cadence]\nevery = "week"\n'
    )
    with pytest.raises(InvalidSchedule) as caught:
        read_matrix(path)
    first, *faults = str(caught.value).splitlines()
    assert first == "reports.toml cannot be used:"
    expected = {
        "timezone='Asia/Shangai'": "IANA name such as 'Asia/Shanghai'",
        "langages": "Did you mean 'languages'?",
        "languages.1='fr'": "'en', 'zh' or 'ja'",
        "units='al'": "'district', 'all', or a list of codes",
        "editions_kept=0": "greater than or equal to 1",
        "studies=": "name each once",
        "limits.cell_secs": "Did you mean 'cell_seconds'?",
        "limits.wall_seconds='x'": "valid integer; correct limits.wall_seconds",
        "cadence.every='week'": "'month', 'quarter', 'half_year' or 'year'",
    }
    assert len(faults) == len(expected)
    for key, allowed in expected.items():
        assert any(fault.strip().startswith(key) and allowed in fault for fault in faults), key


@pytest.mark.parametrize("units", ["[]", "[310106]", "3", '["a", "a"]', "{}"])
def test_units_of_another_form_are_refused(write, units):
    with pytest.raises(InvalidSchedule, match="units"):
        read_matrix(write(f"units = {units}\n"))


def test_everything_that_does_not_exist_is_told_at_once(write):
    path = write(
        'studies = ["canteen_rech", "relief_coverage"]\nunits = ["310106", "310106011000"]\nperiod = "2024-13"\n'
        "[settings.relief_coverage]\nneed_treshold = 1\nconfidence = 7.0\n[settings.next]\na = 1\n"
    )
    with pytest.raises(InvalidSchedule) as caught:
        _plan(path)
    _, *faults = str(caught.value).splitlines()
    expected = [
        "settings.next: not one of the studies", "period: period='2024-13'", "units: No sub-district has the code '310106'",
        "canteen_rech: Unknown study 'canteen_rech'. Did you mean 'canteen_reach'?",
        "settings.relief_coverage: Unknown parameter 'need_treshold'. Did you mean 'need_threshold'?",
        "settings.relief_coverage: Parameters are not valid: confidence=7.0",
    ]  # fmt: skip
    assert len(faults) == len(expected)
    for fault, start in zip(faults, expected, strict=True):
        assert fault.strip().startswith(start)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"district = ", "correct the TOML"),
        (b'district = "\xff"', "save it as UTF-8"),
        (b"", "district is missing; add it"),
    ],
    ids=["no TOML", "no text", "empty"],
)
def test_a_file_that_cannot_be_read(tmp_path, content, told):
    path = tmp_path / "reports.toml"
    path.write_bytes(content)
    with pytest.raises(InvalidSchedule, match=told):
        read_matrix(path)


def test_a_file_or_a_district_that_is_not_there(tmp_path, write):
    with pytest.raises(InvalidSchedule, match="there is no reports.toml in .*; name one with --config"):
        read_matrix(tmp_path / "nowhere" / "reports.toml")
    with pytest.raises(DistrictNotFound):
        _plan(write("", district="nowhere"))


def test_a_matrix_is_frozen_and_knows_its_zone():
    matrix = Matrix(district=Path("d"), timezone="Asia/Shanghai")
    assert matrix.zone.key == "Asia/Shanghai"
    with pytest.raises(ValueError, match="frozen"):
        matrix.out = Path("elsewhere")
