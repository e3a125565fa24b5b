"""What a job asks for: texts of a form, a parameters cell, and paths seen from the notebook's own folder."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from jingan_analysis.errors import InvalidParameter, JinganError, ReportFailed
from jingan_analysis.reporting.notebook_job import parameters_cell, read_job, reports_folder, run_job

CELL = 'district = "../data/small"\nperiod = "2024-08"\nunit = None\nlanguage = "en"  # or "zh"\noptions = {"seed": 7}'


def write(folder: Path, source: str = CELL, *, tag: str = "parameters") -> Path:
    cell = nbformat.v4.new_code_cell(source, id="cell", metadata={"tags": [tag]})
    path = folder / "relief_coverage.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    return path


@pytest.fixture
def job(tmp_path):
    """A job on a copy in the scheduler's folder of a notebook in ``project/notebooks``."""
    original = write(tmp_path / "project" / "notebooks", "unit = 'what is there now'")
    (tmp_path / "project" / "reports").mkdir()

    def read(parameters: dict[str, str] | None = None, source: str = CELL):
        return read_job(write(tmp_path / "staging", source), parameters or {}, original=original)

    return read


def test_a_job_without_parameters_asks_for_what_the_copy_says(job, tmp_path):
    found = job()
    assert (found.study, found.period, found.unit, found.languages) == ("relief_coverage", "2024-08", None, ("en",))
    assert found.settings == {"seed": 7}
    assert found.snapshot.parent == tmp_path / "staging"
    assert found.district.resolve() == tmp_path / "project" / "data" / "small"
    assert found.out == tmp_path / "project" / "reports"


@pytest.mark.parametrize("text", ["310106001000", '"310106001000"', "'310106001000'", " 310106001000 "])
def test_a_code_is_text_with_or_without_quotes(job, text):
    assert job({"unit": text}).unit == "310106001000"


@pytest.mark.parametrize("text", ["", " ", "None"])
def test_nothing_is_the_whole_district(job, text):
    assert job({"unit": text}, 'district = "d"\nunit = "310106001000"').unit is None


def test_parameters_of_the_job_go_before_those_of_the_cell(job, tmp_path):
    found = job({"period": "2023", "district": "../elsewhere", "seed": "8", "need_threshold": "0.6"})
    assert found.period == "2023"
    assert found.district.resolve() == tmp_path / "project" / "elsewhere"
    assert found.settings == {"seed": "8", "need_threshold": "0.6"}


@pytest.mark.parametrize(
    ("text", "languages"), [("zh", ("zh",)), ('"ja"', ("ja",)), ("zh, en", ("zh", "en")), ("", ("en",))]
)
def test_one_language_or_several(job, text, languages):
    assert job({"language": text}).languages == languages


def test_an_absolute_district_stays_where_it_is(job, tmp_path):
    assert job({"district": str(tmp_path / "far")}).district == tmp_path / "far"


def test_defaults_of_a_short_cell(job):
    found = job(source='district: str = "../data/small"')
    assert (found.period, found.unit, found.languages, found.settings) == (None, None, ("en",), {})


@pytest.mark.parametrize(
    "source",
    [
        'district = "d"\nperiod = "2024-" + month',
        'district = "d"\nimport datetime',
        'district = "d"\noptions = {}\noptions["seed"] = 7',
        'district = "d"\na = b = 1',
        "%matplotlib inline",
    ],
)
def test_a_cell_that_computes_is_refused(job, source):
    with pytest.raises(InvalidParameter, match="parameters cell of relief_coverage.ipynb holds more than plain values"):
        job(source=source)


def test_other_plain_values_may_stand_in_the_cell():
    cell = nbformat.v4.new_code_cell("mine = [-1.5, 'x']", metadata={"tags": ["parameters"]})
    assert parameters_cell(nbformat.v4.new_notebook(cells=[cell]), name="n") == {"mine": [-1.5, "x"]}


@pytest.mark.parametrize(
    ("source", "told"),
    [("period = '2024'", "district=None is no folder"), ("district = 'd'\noptions = [1]", r"options=\[1\]")],
)
def test_what_a_job_cannot_do_without(job, source, told):
    with pytest.raises(InvalidParameter, match=told):
        job(source=source)


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    with pytest.raises(ReportFailed, match="no cell tagged 'parameters'"):
        read_job(write(tmp_path, tag="load"), {}, original=tmp_path / "relief_coverage.ipynb")


def test_reports_go_to_the_nearest_folder_above(tmp_path):
    deep = tmp_path / "project" / "notebooks" / "mine"
    deep.mkdir(parents=True)
    assert reports_folder(deep) == deep / "reports"
    (tmp_path / "project" / "reports").mkdir()
    assert reports_folder(deep) == tmp_path / "project" / "reports"


@pytest.mark.parametrize(
    "parameters",
    [
        {"need_treshold": "0.6"},
        {"need_threshold": "high"},
        {"need_threshold": "[0.6"},
        {"period": "2024-13"},
        {"unit": "nowhere"},
        {"language": "fr"},
        {"district": "../nowhere"},
        {"__import__('os')": "1"},
        {"options": '{"need_threshold": 0.6}'},
    ],
)
def test_wrong_parameters_are_refused_before_a_kernel_starts(job, parameters, valid_district, tmp_path, monkeypatch):
    def no_kernel(*arguments, **named):
        raise AssertionError("a kernel was about to start")

    monkeypatch.setattr("jingan_analysis.reporting.runner.execute", no_kernel)
    with pytest.raises(JinganError) as caught:
        run_job(job({"district": str(valid_district), **parameters}))
    assert any(name in str(caught.value) for name in [*parameters, *parameters.values()])
    assert list((tmp_path / "project" / "reports").iterdir()) == []


def test_the_package_works_without_the_scheduler():
    code = """
    import sys
    sys.modules["jupyter_scheduler"] = None  # as if it were not installed
    import jingan_analysis, jingan_analysis.cli, jingan_analysis.reporting.runner, jingan_analysis.reporting.notebook_job
    try:
        import jingan_analysis.reporting.jupyter_job
    except ImportError:
        print("only the module for the scheduler needs it")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.stdout == "only the module for the scheduler needs it\n"
