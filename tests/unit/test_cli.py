"""The command line: exit codes, clean messages, nothing heavy before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from jingan_analysis import cli, errors
from jingan_analysis.reporting import runner
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
    monkeypatch.setattr("jingan_analysis.district.load_district", lambda path: None)
    return made


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
        "period": "2024-08", "unit": "310", "settings": {"walk_speed_mps": 0.8, "minutes": [5, 10]}, "out": Path("o"),
        "notebooks": Path("n"),
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


def test_run_all_goes_on_after_a_failure_and_says_so_at_the_end(invoke, calls):
    calls.outcomes["b"] = errors.ReportFailed("b: code cell 2 failed")
    result = invoke("run-all", "--period", "2024-08")
    assert result.exit_code == 4
    assert [study for study, _, _ in calls.calls] == ["a", "b", "c"]
    lines = result.stdout.strip().splitlines()
    assert [line.split()[1] for line in lines] == ["published", "FAILED", "published"]
    assert "code cell 2 failed" in lines[1]


def test_of_several_failures_the_gravest_decides(invoke, calls):
    calls.outcomes |= {"a": errors.ReportBusy("busy"), "b": errors.MissingTable("none"), "c": OSError(28, "full", "x")}
    assert invoke("run-all").exit_code == 3
    calls.outcomes = {"a": errors.ReportBusy("busy")}
    assert invoke("run-all").exit_code == 5


def test_run_all_is_zero_when_all_is_well(invoke, calls):
    assert invoke("run-all").exit_code == 0


def test_run_all_on_no_district_is_a_usage_error(invoke, calls, monkeypatch):
    def missing(path):
        raise errors.DistrictNotFound(f"no district at {path}")

    monkeypatch.setattr("jingan_analysis.district.load_district", missing)
    result = invoke("run-all", "--district", "nowhere")
    assert result.exit_code == 2
    assert calls.calls == []


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

    monkeypatch.setattr("jingan_analysis.reporting.index.index_page", reports_folder.index)
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
