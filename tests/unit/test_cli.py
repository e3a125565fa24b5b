"""The command line: exit codes, clean messages, nothing heavy before it is needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from jingan_analysis import cli, errors
from jingan_analysis.district import load_district
from jingan_analysis.reporting import runner
from jingan_analysis.reporting.limits import UNLIMITED, Limits
from jingan_analysis.reporting.matrix import LeftOut, Plan, Report
from jingan_analysis.reporting.runner import Published

ROOT = Path(__file__).parents[2]
SECRET = "310106199001011234"


@pytest.fixture
def invoke():
    def call(*arguments):
        return CliRunner().invoke(cli.app, list(arguments))

    return call


@pytest.fixture
def calls(monkeypatch):
    """Every call of run_report; the outcome is an error to raise, by study, or a published report."""
    made = SimpleNamespace(calls=[], outcomes={}, unchanged=False)

    def run_report(study, district, *, progress, **options):
        made.calls.append((study, district, options))
        progress("figures", 3, 8)
        if study in made.outcomes:
            raise made.outcomes[study]
        folder = Path("reports") / study
        report = folder / "latest" / "report.html"
        return Published(study, f"Title of {study}", folder, report, ("One in two.",), "edition-1", made.unchanged)

    monkeypatch.setattr(runner, "run_report", run_report)
    monkeypatch.setattr("jingan_analysis.studies.study_names", lambda: ("a", "b", "c"))
    return made


@pytest.fixture
def matrix(monkeypatch, tmp_path, calls):
    """A folder without a reports.toml, and a plan of the studies a, b and c that are nowhere else; gives the matrices."""
    asked = []

    def plan(matrix, notebooks, *, source):
        asked.append(matrix)
        district, out = tmp_path / "d", matrix.out.absolute()
        reports = tuple(
            Report(
                runner.Request(study, "2024-08", None, district, {}, out, out / "demo" / study / "2024-08", notebooks / study),
                matrix.languages, {}, matrix.limits,
            )
            for study in ("a", "b", "c")
        )  # fmt: skip
        return Plan(reports, (LeftOut("b", "its records do not say where"),) if matrix.units == "all" else ())

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jingan_analysis.reporting.matrix.plan", plan)
    monkeypatch.setattr("jingan_analysis.reporting.run_all.surroundings", lambda folder: {})
    return asked


def test_the_command_line_starts_light():
    code = "import sys, jingan_analysis.cli as cli; print(sorted({'pandas', 'matplotlib', 'nbconvert', 'papermill', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_names_every_command(invoke):
    result = invoke("--help")
    assert result.exit_code == 0
    for command in (
        "run",
        "run-all",
        "schedule",
        "status",
        "list",
        "check",
        "template",
        "dictionary",
        "import-network",
        "editions",
        "rollback",
    ):
        assert command in result.output


def test_run_hands_on_what_was_typed(invoke, calls):
    result = invoke(
        "run", "a", "--district", "d", "--period", "2024-08", "--set", "walk_speed_mps=0.8", "--set", "minutes=[5, 10]",
        "--unit", "310", "--out", "o", "--notebooks", "n",
    )  # fmt: skip
    assert result.exit_code == 0
    study, district, options = calls.calls[0]
    assert (study, district) == ("a", Path("d"))
    assert options == {
        "period": "2024-08", "unit": "310", "settings": {"walk_speed_mps": 0.8, "minutes": [5, 10]},
        "languages": ("en",), "out": Path("o"), "notebooks": Path("n"),
    }  # fmt: skip
    assert "One in two." in result.stdout
    assert "report.html" in result.stdout
    assert "a: figures" in result.stderr


@pytest.mark.parametrize(
    ("unchanged", "told"), [(False, "Published as edition-1"), (True, "Unchanged since edition-1")]
)
def test_run_says_whether_there_is_a_new_edition(invoke, calls, unchanged, told):
    calls.unchanged = unchanged
    assert told in invoke("run", "a").stdout


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UnknownStudy("no study of that name"), 2),
        (errors.UnknownParameter("Did you mean 'walk_speed_mps'?"), 2),
        (errors.InvalidParameter("out of range"), 2),
        (errors.DistrictNotFound("no such folder"), 2),
        (errors.MissingTable("no canteens"), 3),
        (errors.DataRefused("canteens.csv, row 3"), 3),
        (errors.ReportFailed("code cell 3 failed"), 4),
        (errors.ReportBusy("made by process 7"), 5),
        (errors.PublicationRefused("report.html holds 1"), 6),
        (errors.ReportRefused("code cell 2 failed: DisclosureRefused"), 6),
        (errors.UnrenderableCharacter("no glyph"), 1),
        (OSError(28, "No space left on device", "reports"), 1),
    ],
)
def test_an_error_is_one_clean_message(invoke, calls, error, code):
    calls.outcomes["a"] = error
    result = invoke("run", "a")
    assert result.exit_code == code
    assert "Traceback" not in result.output
    message = result.stderr.strip().splitlines()[-1]
    assert message.startswith("Error: ")
    assert "'\"" not in message
    assert result.stdout == ""


def test_a_setting_that_could_be_code_never_reaches_a_notebook(invoke, calls):
    result = invoke("run", "a", "--set", "x;import os=1")
    assert result.exit_code == 2
    assert "not the name of a parameter" in result.stderr
    assert calls.calls == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--set", "walk_sped_mps=1"], "Did you mean 'walk_speed_mps'"),
        (["--set", "walk_speed_mps=fast"], "walk_speed_mps='fast'"),
        (["--set", "walk_speed_mps=[1.0]"], "walk_speed_mps"),
        (["--set", "walk_speed_mps=99"], "walk_speed_mps=99"),
        (["--unit", "310199999999"], "No sub-district has the code '310199999999'"),
        (["--period", "2024-13"], "2024-13"),
        (["--district", "nowhere"], "nowhere"),
    ],
)
def test_what_was_mistyped_is_told_before_a_kernel_starts(invoke, monkeypatch, tmp_path, typed, told):
    def never(*arguments, **options):
        raise AssertionError("a kernel would have started")

    monkeypatch.setattr(runner, "execute", never)
    district = [] if "--district" in typed else ["--district", str(ROOT / "data" / "districts" / "demo")]
    result = invoke("run", "canteen_reach", *typed, *district, "--out", str(tmp_path / "out"))
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert not (tmp_path / "out").exists()


def test_run_all_goes_on_after_a_failure_and_says_so_at_the_end(invoke, calls, matrix):
    calls.outcomes["b"] = errors.ReportFailed("b: code cell 2 failed")
    result = invoke("run-all", "--period", "2024-08")
    assert result.exit_code == 4
    assert sorted(study for study, _, _ in calls.calls) == ["a", "b", "c"]
    *lines, total = result.stdout.strip().splitlines()
    assert re.fullmatch(r"3 reports: 2 published, 1 failed in 0:00:\d\d \(h:mm:ss\)", total)
    assert [line.split()[:2] for line in lines] == [["a", "published"], ["b", "FAILED"], ["c", "published"]]
    assert "code cell 2 failed" in lines[1]


def test_of_several_failures_the_gravest_decides(invoke, calls, matrix):
    calls.outcomes |= {"a": errors.ReportBusy("busy"), "b": errors.MissingTable("none"), "c": OSError(28, "full", "x")}
    assert invoke("run-all").exit_code == 3
    calls.outcomes = {"a": errors.ReportBusy("busy")}
    assert invoke("run-all").exit_code == 5
    calls.outcomes = {"a": KeyError(SECRET)}
    result = invoke("run-all")
    assert result.exit_code == 1
    assert SECRET not in result.output


def test_run_all_is_zero_when_all_is_well(invoke, calls, matrix):
    assert invoke("run-all").exit_code == 0


def test_run_all_says_what_it_leaves_out_of_the_units_and_why(invoke, calls, matrix, tmp_path):
    (tmp_path / "reports.toml").write_text('district = "d"\nunits = "all"\n')
    result = invoke("run-all", "--log", str(tmp_path / "my.jsonl"))
    assert result.exit_code == 0
    *reports, last, total = result.stdout.strip().splitlines()
    assert len(reports) == 3
    assert total.startswith("3 reports: 3 published in ")
    assert last.split(maxsplit=3) == ["b", "left", "out", "its units: its records do not say where"]
    assert json.loads((tmp_path / "my.jsonl").read_text().splitlines()[0])["left_out"] == ["b"]


def test_a_sub_district_that_the_data_do_not_tell_of_is_refused_before_anything_runs(invoke, valid_district, tmp_path):
    file = valid_district / "registrations.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line.rpartition(",")[0] for line in lines), encoding="utf-8")
    code = load_district(valid_district).table("sub_districts")["subdistrict_code"].iloc[0]
    asked = (
        "run",
        "marriage_registration",
        "--district",
        str(valid_district),
        "--period",
        "2024-08",
        "--out",
        str(tmp_path / "out"),
    )
    result = invoke(*asked, "--unit", code)
    assert result.exit_code == 2
    assert f"unit='{code}': marriage_registration has no report on a sub-district of" in result.stderr
    assert "fill the column residence_code in, or leave unit out" in result.stderr
    assert not (tmp_path / "out").exists()
    result = invoke(*asked, "--unit", "310106013000")
    assert result.exit_code == 2
    assert "No sub-district has the code '310106013000'" in result.stderr


def test_run_all_without_a_file_is_every_study_on_the_whole_district_without_limits(invoke, matrix):
    invoke("run-all")
    assert matrix[0].studies is None
    assert (matrix[0].units, matrix[0].languages, matrix[0].limits) == ("district", ("en",), UNLIMITED)


def test_run_all_takes_the_file_here_or_the_one_named_and_what_is_typed_goes_first(invoke, calls, matrix, tmp_path):
    text = 'district = "x"\nout = "o"\nlanguages = ["ja"]\nperiod = "2024-07"\n'
    (tmp_path / "reports.toml").write_text(text)
    (tmp_path / "other.toml").write_text(text.replace("ja", "zh"))
    invoke("run-all")
    invoke("run-all", "--config", "other.toml")
    typed = (
        "--district",
        "d",
        "--period",
        "2024-08",
        "--unit",
        "310",
        "--out",
        "p",
        "--language",
        "en",
        "--language",
        "zh",
    )
    invoke("run-all", *typed)
    here, other, own = matrix
    assert (here.languages, here.period, here.district, here.out) == (
        ("ja",),
        "2024-07",
        tmp_path / "x",
        tmp_path / "o",
    )
    assert here.limits == Limits()
    assert other.languages == ("zh",)
    assert (own.languages, own.period, own.district, own.out) == (("en", "zh"), "2024-08", Path("d"), Path("p"))
    assert own.units == ("310",)
    assert {options["out"] for _, _, options in calls.calls} == {tmp_path / "o", tmp_path / "p"}
    assert invoke("run-all", "--language", "fr").exit_code == 2
    invoke("run-all", "--district", "d", "--unit", "all")
    assert matrix[-1].units == "all"


def test_run_all_writes_its_log_where_it_is_told(invoke, matrix, tmp_path):
    invoke("run-all", "--log", str(tmp_path / "my.jsonl"))
    assert len((tmp_path / "my.jsonl").read_text().splitlines()) == 2 + 2 * 3


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--district", "nowhere"], "no district at 'nowhere'"),
        (["--config", "nowhere.toml"], "there is no nowhere.toml"),
        (["--period", "2024-13", "--unit", "310199999999"], "period='2024-13' is not a period"),
        (["--period", "2024-13", "--unit", "310199999999"], "No sub-district has the code '310199999999'"),
    ],
)
def test_what_run_all_cannot_do_is_told_before_anything_runs(invoke, calls, tmp_path, monkeypatch, typed, told):
    monkeypatch.setattr("jingan_analysis.studies.study_names", lambda: ("relief_coverage",))
    monkeypatch.chdir(ROOT)
    result = invoke("run-all", *typed, "--out", str(tmp_path / "out"))
    assert result.exit_code == 2
    assert told in result.stderr
    assert calls.calls == []
    assert not (tmp_path / "out").exists()


def test_schedule_prints_units_with_absolute_paths(invoke, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("reports.toml").write_text('district = "d"\ntimezone = "Asia/Tokyo"\n')
    printed = invoke("schedule", "--systemd", "--at", "06:15", "--jobs", "1")
    assert printed.exit_code == 0
    assert f"--config {tmp_path / 'reports.toml'} --jobs 1" in printed.stdout
    assert "OnCalendar=*-*-* 06:15:00 Asia/Tokyo" in printed.stdout
    assert printed.stdout.count("[Unit]") == 3
    assert "CRON_TZ=Asia/Tokyo\n15 6 * * * cd " in invoke("schedule", "--cron", "--at", "06:15").stdout
    for wrong in ([], ["--cron", "--systemd"], ["--cron", "--at", "7"], ["--cron", "--config", "none.toml"]):
        assert invoke("schedule", *wrong).exit_code == 2


def test_status_tells_what_failed_with_a_code_of_its_own(invoke, calls, matrix):
    assert invoke("status").exit_code == 2  # nothing has run yet
    invoke("run-all")
    good = invoke("status")
    assert good.exit_code == 0
    assert "3 published" in good.stdout
    calls.outcomes["b"] = errors.ReportFailed("b: code cell 2 failed")
    invoke("run-all")
    bad = invoke("status")
    assert bad.exit_code == 7
    assert "demo/b  FAILED (ReportFailed, code 4)" in bad.stdout


def test_an_unknown_option_is_a_usage_error(invoke):
    assert invoke("run", "a", "--perod", "2024").exit_code == 2


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (False, 1)])
def test_check_prints_all_faults_and_exits_by_them(invoke, monkeypatch, ok, code):
    class Report(SimpleNamespace):
        def __str__(self):
            return "canteens.csv row 3"

    monkeypatch.setattr("jingan_analysis.intake.check.check_district", lambda path: Report(ok=ok))
    result = invoke("check", "d")
    assert result.exit_code == code
    assert "canteens.csv row 3" in result.stdout


def test_template_knows_its_languages(invoke, monkeypatch):
    written = []
    monkeypatch.setattr(
        "jingan_analysis.intake.template.write_template", lambda path, language: written.append(language) or path
    )
    done = invoke("template", "d", "--language", "zh")
    assert done.exit_code == 0
    assert done.stdout.strip().endswith("jingan check d")
    result = invoke("template", "d", "--language", "fr")
    assert result.exit_code == 2
    assert "en, zh, ja" in result.stderr
    assert written == ["zh"]


def test_import_network_prints_its_summary(invoke, monkeypatch):
    monkeypatch.setattr(
        "jingan_analysis.intake.osm_network.import_network", lambda file, district: f"{file} into {district}"
    )
    result = invoke("import-network", "a.osm.pbf", "d")
    assert result.exit_code == 0
    assert "a.osm.pbf into d" in result.stdout


@pytest.fixture
def two_editions(tmp_path):
    """A report of the demonstration district with two editions, as the commands would find it."""
    from reports_folder import publish_text

    address = "demo/relief_coverage/2024-08"
    return tmp_path, [publish_text(tmp_path, text, address).edition for text in ("one", "two")]


def test_editions_and_rollback(invoke, monkeypatch, two_editions):
    import reports_folder

    monkeypatch.setattr("jingan_analysis.reporting.index.index_pages", reports_folder.index)
    out, (first, second) = two_editions
    asked = ["relief_coverage", "--district", str(ROOT / "data" / "districts" / "demo"), "--period", "2024-08"]
    asked += ["--out", str(out)]
    assert [line[:27] for line in invoke("editions", *asked).stdout.splitlines()] == [f"  {first}", f"* {second}"]
    done = invoke("rollback", *asked)
    assert (done.exit_code, done.stdout) == (0, f"relief_coverage: {first} is current, {second} was\n")
    assert [line[0] for line in invoke("editions", *asked).stdout.splitlines()] == ["*", " "]
    assert (out / "demo/relief_coverage/2024-08/latest/report.html").read_text() == "one"
    refused = invoke("rollback", *asked)
    assert refused.exit_code == 2
    assert f"no edition before {first}; there are: {first} (current), {second}" in refused.stderr
    assert "as before" in invoke("rollback", *asked, "--to", first).stdout
    assert invoke("rollback", *asked, "--unit", "nowhere").exit_code == 2


def test_a_busy_report_is_not_rolled_back(invoke, two_editions):
    from jingan_analysis.reporting.holding import holding

    out, _ = two_editions
    asked = ["--district", str(ROOT / "data" / "districts" / "demo"), "--period", "2024-08", "--out", str(out)]
    with holding(out, out / "demo" / "relief_coverage" / "2024-08"):
        busy = invoke("rollback", "relief_coverage", *asked)
    assert busy.exit_code == 5
    assert "is being made by process" in busy.stderr
