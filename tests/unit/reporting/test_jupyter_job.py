"""JupyterLab's scheduler with our execution manager, in one process: what a job becomes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("jupyter_scheduler", reason="the extra 'scheduler' is not installed")

from jupyter_scheduler.environments import CondaEnvironmentManager
from jupyter_scheduler.models import CreateJob, CreateJobDefinition, Status, UpdateJobDefinition
from jupyter_scheduler.orm import create_tables
from traitlets.utils.importstring import import_item

from jingan_analysis.reporting.jupyter_job import ReportExecutionManager, ReportScheduler

ROOT = Path(__file__).parents[3]
STUDY = "relief_coverage"
SECRET = "310106199001011234"


class Later:
    """A process that the test starts itself, and that is then no process."""

    def __init__(self, target) -> None:
        self.run, self.pid = target, 0
        LATER.append(self)

    def start(self) -> None:
        pass


LATER: list[Later] = []


@pytest.fixture
def project(tmp_path, write_district) -> Path:
    """A project with a district, a notebook in a folder of the researcher's own, and reports."""
    write_district(tmp_path / "project" / "data" / "small")
    (tmp_path / "project" / "reports").mkdir()
    mine = tmp_path / "project" / "notebooks" / "mine"
    mine.mkdir(parents=True)
    notebook = nbformat.read(ROOT / "notebooks" / f"{STUDY}.ipynb", as_version=4)
    [cell] = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    cell.source = cell.source.replace("../data/districts/demo", "../../data/small")
    nbformat.write(notebook, mine / f"{STUDY}.ipynb")
    return tmp_path / "project"


@pytest.fixture
def scheduler(project, tmp_path, monkeypatch):
    """The scheduler of a JupyterLab in ``notebooks``; its jobs wait until the test runs them."""
    LATER.clear()
    monkeypatch.setattr(
        "jupyter_scheduler.scheduler.mp.get_context", lambda method: type("Context", (), {"Process": Later})
    )
    url = f"sqlite:///{tmp_path / 'scheduler.sqlite'}"
    create_tables(url)
    return ReportScheduler(
        root_dir=str(project / "notebooks"), environments_manager=CondaEnvironmentManager(), db_url=url,
        staging_path=str(tmp_path / "staging"), task_runner_class=None,
    )  # fmt: skip


@pytest.fixture
def run(scheduler):
    """Create a job as the form does, run it, and say what the list of jobs says."""

    def create(
        notebook: str = f"mine/{STUDY}.ipynb", formats=("html", "ipynb"), meanwhile=lambda: None, **parameters: str
    ):
        asked = CreateJob(
            input_uri=notebook, runtime_environment_name="here", name="job", output_formats=list(formats),
            parameters=parameters,
        )  # fmt: skip
        job = scheduler.create_job(asked)
        assert scheduler.get_job(job, job_files=False).status == Status.QUEUED
        meanwhile()
        LATER[-1].run()
        return scheduler.get_job(job, job_files=False)

    return create


def replace_cell(path: Path, tag: str, source: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]
    cell.source = source
    nbformat.write(notebook, path)


def test_a_job_publishes_the_report_and_hands_out_the_same_page(run, scheduler, project):
    # The job runs the notebook as it was when the job was created.
    hers = project / "notebooks" / "mine" / f"{STUDY}.ipynb"
    job = run(period="2024-07", need_threshold="0.3", meanwhile=hers.unlink)
    assert (job.status, job.status_message) == (Status.COMPLETED, None)
    assert job.start_time <= job.end_time
    [page] = (project / "reports").rglob("report.html")
    manifest = json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["district"]["key"], manifest["period"]) == ("small", "2024-07")
    assert manifest["options"] == {"need_threshold": 0.3}
    files = scheduler.get_staging_paths(job)
    assert Path(files["html"]).read_bytes() == page.read_bytes()
    assert Path(files["ipynb"]).read_bytes() == (page.parent / "executed.ipynb").read_bytes()


def test_a_cell_that_fails_fails_the_job_without_data(run, project, caplog, capfd):
    path = project / "notebooks" / "mine" / f"{STUDY}.ipynb"
    replace_cell(path, "load", f"raise ValueError(f'{{{int(SECRET) - 1} + 1}} has no income')")
    job = run()
    assert job.status == Status.FAILED
    assert job.status_message.startswith(f"ReportFailed: {STUDY}: code cell 2 failed: ValueError")
    assert job.end_time is not None
    assert list((project / "reports").rglob("report.html")) == []
    assert f"Job {job.job_id} failed: ReportFailed" in caplog.text
    told = "".join([caplog.text, job.status_message, *capfd.readouterr()])
    assert "Traceback" not in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"need_treshold": "0.3"}, "UnknownParameter: .*Did you mean 'need_threshold'"),
        ({"period": "2024-13"}, "InvalidParameter: .*2024-13"),
        ({"unit": "nowhere"}, "UnknownUnit: .*nowhere"),
        ({"district": "../nowhere"}, "DistrictNotFound: .*nowhere"),
    ],
)
def test_wrong_parameters_fail_the_job_with_the_reason(run, monkeypatch, parameters, told):
    monkeypatch.setattr("jingan_analysis.reporting.runner.execute", lambda *arguments, **named: 1 / 0)
    job = run(**parameters)
    assert job.status == Status.FAILED
    assert re.match(told, job.status_message)


def test_what_went_wrong_unforeseen_is_told_without_its_words(run, monkeypatch, caplog, capfd):
    def fails(*arguments, **named):
        raise KeyError(SECRET)

    monkeypatch.setattr("jingan_analysis.reporting.notebook_job.run_report", fails)
    job = run()
    assert job.status == Status.FAILED
    assert job.status_message.startswith("KeyError at jingan_analysis/reporting/notebook_job.py:")
    assert SECRET not in "".join([caplog.text, *capfd.readouterr()])


def test_a_long_reason_fits_into_the_database(run):
    job = run(unit="x" * 2000)
    assert len(job.status_message) == 1024


def test_a_format_that_no_report_has_is_refused(run, project):
    job = run(formats=("html", "latex"))
    assert job.status == Status.FAILED
    assert job.status_message == "InvalidParameter: A report has no output format latex; choose html, ipynb"


@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments:DeprecationWarning")  # jupyter-scheduler's own
def test_a_notebook_that_is_no_study_runs_as_jupyter_runs_it(run, scheduler, project):
    cells = [nbformat.v4.new_code_cell("print(6 * seven)", id="cell")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), project / "notebooks" / "sums.ipynb")
    job = run("sums.ipynb", formats=["ipynb"], seven="7")
    assert (job.status, job.status_message) == (Status.COMPLETED, None)
    done = nbformat.read(scheduler.get_staging_paths(job)["ipynb"], as_version=4)
    assert done.cells[-1].outputs[0].text == "42\n"
    job = run("sums.ipynb", formats=["ipynb"])
    assert job.status == Status.FAILED
    assert "NameError" in job.status_message
    assert list((project / "reports").iterdir()) == []


def test_a_job_on_a_schedule_knows_the_notebook_that_it_was_made_from(scheduler, project, monkeypatch):
    asked = []
    monkeypatch.setattr("jingan_analysis.reporting.jupyter_job.run_job", asked.append)
    definition = scheduler.create_job_definition(
        CreateJobDefinition(
            input_uri=f"mine/{STUDY}.ipynb",
            runtime_environment_name="here",
            name="monthly",
            output_formats=[],
            schedule="0 6 * * *",
            timezone="Asia/Shanghai",
        )
    )
    model = scheduler.get_job_definition(definition)
    staged = scheduler.get_staging_paths(model)["input"]
    # What the scheduler does when the time has come.
    given = model.dict(exclude={"schedule", "timezone"}, exclude_none=True)
    scheduler.create_job(CreateJob(**given, input_uri=staged))
    LATER[-1].run()
    assert asked[-1].district.resolve() == project / "data" / "small"

    path = project / "notebooks" / f"{STUDY}.ipynb"
    path.write_bytes((project / "notebooks" / "mine" / f"{STUDY}.ipynb").read_bytes())
    replace_cell(path, "parameters", 'district = "../data/small"')
    update = UpdateJobDefinition(
        input_uri=f"{STUDY}.ipynb", runtime_environment_name="here", runtime_environment_parameters=None,
        schedule="0 7 * * *", timezone="Asia/Shanghai",
    )  # fmt: skip
    scheduler.update_job_definition(definition, update)
    model = scheduler.get_job_definition(definition)
    assert model.runtime_environment_parameters == {"notebook": f"{STUDY}.ipynb"}
    assert model.schedule == "0 7 * * *"


def test_make_lab_names_the_scheduler_and_jupyter_knows_how_to_use_it():
    name = re.search(r"^SCHEDULER := (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert import_item(name) is ReportScheduler
    made = ReportScheduler(
        root_dir=".", environments_manager=CondaEnvironmentManager(), db_url="", task_runner_class=None
    )
    assert made.execution_manager_class is ReportExecutionManager
