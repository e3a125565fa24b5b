"""JupyterLab's own scheduler runs reports: *Create Job* on a study's notebook publishes its report.

Needs the extra ``scheduler``; nothing else in the package imports this module. It is switched on by
``--SchedulerApp.scheduler_class=jingan_analysis.reporting.jupyter_job.ReportScheduler``.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_scheduler.executors import DefaultExecutionManager
from jupyter_scheduler.models import Status
from jupyter_scheduler.orm import Job
from jupyter_scheduler.scheduler import Scheduler
from jupyter_scheduler.utils import get_utc_timestamp
from traitlets import default

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.failure import describe
from jingan_analysis.reporting.notebook_job import read_job, run_job
from jingan_analysis.studies import study_names

if TYPE_CHECKING:
    from jupyter_scheduler.models import CreateJob, CreateJobDefinition, UpdateJobDefinition

_FILES: Final = {"html": "report.html", "ipynb": "executed.ipynb"}
"""File of a published report for each output format of a job."""

_ORIGIN: Final = "notebook"
"""Parameter of a job's environment: the notebook that was copied, seen from the root of the server."""

_LONGEST: Final = 1024
"""Characters of a status message that the scheduler's database has room for."""


class ReportExecutionManager(DefaultExecutionManager):  # type: ignore[misc]  # jupyter-scheduler has no types
    """Runs a job on a study's notebook as ``jingan run`` does, and a job on any other notebook as Jupyter does.

    The scheduler makes one for each job and calls :meth:`execute` in a process of its own.
    """

    @property
    def is_report(self) -> bool:
        """Whether the job's notebook has the name of a study."""
        return Path(self.staging_paths["input"]).stem in study_names()

    def execute(self) -> None:
        """Publish the report, and hand its page and its notebook to the scheduler.

        Raises
        ------
        JinganError
            As :func:`~jingan_analysis.reporting.runner.run_report` does; the scheduler calls :meth:`on_failure`.
        """
        if not self.is_report:
            super().execute()
            return
        job = self.model
        formats = job.output_formats or []
        if unknown := sorted(set(formats) - set(_FILES)):
            raise InvalidParameter(f"A report has no output format {', '.join(unknown)}; choose {', '.join(_FILES)}")
        origin = (job.runtime_environment_parameters or {}).get(_ORIGIN, job.input_filename)
        asked = read_job(Path(self.staging_paths["input"]), job.parameters or {}, original=Path(self.root_dir, origin))
        published = run_job(asked)
        for name in formats:
            shutil.copyfile(published.folder / _FILES[name], self.staging_paths[name])

    def on_failure(self, e: Exception) -> None:
        """Have the list of jobs show that the job failed, and why, without data.

        The scheduler itself would show and log the traceback, which can quote rows of tables.
        """
        if not self.is_report:
            super().on_failure(e)
            return
        why = str(describe(e))
        logging.getLogger(__name__).error("Job %s failed: %s", self.job_id, why)
        told = {"status": Status.FAILED, "status_message": why[:_LONGEST], "end_time": get_utc_timestamp()}
        with self.db_session() as session:
            session.query(Job).filter(Job.job_id == self.job_id).update(told)
            session.commit()


class ReportScheduler(Scheduler):  # type: ignore[misc]
    """JupyterLab's scheduler with our execution manager; it remembers where a job's notebook was copied from.

    A job runs a copy of the notebook in a folder of the scheduler, and the district's folder in its
    parameters cell is seen from the folder of the notebook itself.
    """

    @default("execution_manager_class")
    def _reports(self) -> type[ReportExecutionManager]:
        return ReportExecutionManager

    def create_job(self, model: CreateJob) -> str:
        """Create a job and start it."""
        # A job on a schedule is given the copy that was made for the schedule; where that came from is known.
        created: str = super().create_job(_with_origin(model) if model.job_definition_id is None else model)
        with self.db_session() as session:
            # A new job is called stopped until its process has started, which takes seconds; it is waiting.
            waiting = session.query(Job).filter(Job.job_id == created, Job.status == Status.STOPPED)
            waiting.update({"status": Status.QUEUED})
            session.commit()
        return created

    def create_job_definition(self, model: CreateJobDefinition) -> str:
        """Create a job that runs on a schedule."""
        created: str = super().create_job_definition(_with_origin(model))
        return created

    def update_job_definition(self, job_definition_id: str, model: UpdateJobDefinition) -> None:
        """Change a job that runs on a schedule; its notebook can be another one afterwards."""
        super().update_job_definition(job_definition_id, _with_origin(model) if model.input_uri else model)


def _with_origin(model: Any) -> Any:  # noqa: ANN401
    """The model of a job that says which notebook it is about."""
    known = model.runtime_environment_parameters or {}
    return model.copy(update={"runtime_environment_parameters": {**known, _ORIGIN: model.input_uri}})
