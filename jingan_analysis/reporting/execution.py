"""Executing a study's notebook with papermill."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.errors import (
    DataRefused,
    DisclosureRefused,
    InvalidNetwork,
    InvalidTable,
    MissingTable,
    ReportFailed,
    ReportRefused,
)
from jingan_analysis.reporting.failed_runs import keep_failed
from jingan_analysis.reporting.failure import Failure, read_failure
from jingan_analysis.reporting.injection import INJECTED, inject
from jingan_analysis.reporting.kernel import KERNEL_NAME, private_kernel
from jingan_analysis.reporting.limits import UNLIMITED, Stopwatch, memory_told

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode
    from traitlets.config import Config

Progress = Callable[[str, int, int], None]
"""Called with what happens now, steps done and steps in all."""

_KINDS: Final[dict[str, type[ReportFailed]]] = {
    **{error.__name__: DataRefused for error in (InvalidNetwork, InvalidTable, MissingTable)},
    DisclosureRefused.__name__: ReportRefused,
}
"""What a failed cell is called by those who wait for the report, by the class of its error."""

_ENGINE: Final = "jingan"
_START_SECONDS: Final = 60
_STEPS: Final = {
    "parameters": "parameters",
    "load": "loading the district and computing",
    "provenance": "recording provenance",
}


@dataclass(frozen=True)
class Workplace:
    """Folders of one run.

    Attributes
    ----------
    folder
        Working folder of the run, thrown away afterwards.
    cache
        What is worth keeping between runs.
    failed
        Where the notebook goes if it fails; None keeps it nowhere.
    """

    folder: Path
    cache: Path
    failed: Path | None = None


def load_notebook(path: Path) -> NotebookNode:
    """A study's notebook, checked for what the runner needs.

    Raises
    ------
    ReportFailed
        If there is none, it cannot be read, or no cell is tagged ``parameters``.
    """
    import nbformat

    if not path.is_file():
        raise ReportFailed(f"No notebook {path.name} in {path.parent}; a study's notebook has the study's name")
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as error:
        raise ReportFailed(f"{path.name} is not a notebook ({type(error).__name__}); restore or rewrite it") from None
    if not any("parameters" in tags(cell) for cell in notebook.cells):
        raise ReportFailed(f"{path.name} has no cell tagged 'parameters'; tag the one that sets district and period")
    return notebook


def execute(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    workplace: Workplace,
    *,
    study: str,
    progress: Progress,
    watch: Stopwatch | None = None,
) -> NotebookNode:
    """Run a notebook in an empty working folder of its own; the executed notebook stays in memory.

    Parameters
    ----------
    watch
        The limits of the run that this is a part of; None is no limit.

    Raises
    ------
    DataRefused
        If a cell failed because of the district's data.
    ReportRefused
        If the study's result shows what the disclosure policy hides.
    ReportFailed
        If it failed otherwise, or ran into a limit; says which cell and why, without data.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    watch = watch or Stopwatch(UNLIMITED)
    limits, failure = watch.limits, workplace.folder / "failure.json"
    steps = _Steps(notebook, parameters, progress)
    try:
        with private_kernel(
            workplace.folder / "state", failure=failure, cache=workplace.cache, limits=limits
        ) as kernel:
            return _run(notebook, parameters, kernel, workplace.folder / "work", steps, watch)
    except papermill.PapermillExecutionError as error:
        # Not "from error": its text holds the whole traceback.
        why = read_failure(failure) or Failure(error.ename, None, None)
        kind = _KINDS.get(why.error, ReportFailed) if why.message is not None else ReportFailed
        short = memory_told(limits) if why.error == "MemoryError" else ""
        raise steps.failed(kind, study, f"{why}: {short}" if short else str(why), workplace) from None
    except CellTimeoutError:
        raise steps.failed(ReportFailed, study, watch.told(), workplace) from None
    except DeadKernelError:
        died = f"the kernel died, perhaps for lack of memory: {memory_told(limits)}".rstrip(": ")
        raise steps.failed(ReportFailed, study, died, workplace) from None
    except RuntimeError as error:
        if not str(error).startswith("Kernel "):  # the client's own for a kernel that died or was silent at its start
            raise
        why_not = watch.told() if watch.over else f"the kernel did not start within {_START_SECONDS} s; run it again"
        raise steps.failed(ReportFailed, study, why_not, workplace) from None


def _run(
    notebook: NotebookNode,
    parameters: Mapping[str, Any],
    kernel: type[AsyncKernelManager],
    here: Path,
    steps: _Steps,
    watch: Stopwatch,
) -> NotebookNode:
    """Hand a notebook to papermill, in an empty folder ``here``."""
    import papermill

    _register_engine()
    here.mkdir(parents=True)
    executed: NotebookNode = papermill.execute_notebook(
        inject(notebook, parameters),
        None,
        engine_name=_ENGINE,
        kernel_name=KERNEL_NAME,
        kernel_manager_class=kernel,
        language="python",
        progress_bar=False,
        # Not papermill's cwd, which would move this whole process there.
        resources={"metadata": {"path": str(here)}},
        on_cell=steps.start,
        start_timeout=watch.start_seconds(_START_SECONDS),
        timeout_func=watch.seconds_for_cell,
        config=_encrypted(),
        shutdown_kernel="immediate",
    )
    return executed


def _encrypted() -> Config:
    """Encrypt what goes between kernel and runner where the installed libraries can."""
    import zmq
    from traitlets.config import Config

    return Config({"KernelManager": {"transport_encryption": "auto"}} if zmq.has("curve") else {})


def tags(cell: NotebookNode) -> list[str]:
    """Tags of a cell."""
    return list(cell.metadata.get("tags", []))


class _Steps:
    """Which code cell runs, for the progress bar and for the failure message."""

    def __init__(self, notebook: NotebookNode, parameters: Mapping[str, Any], progress: Progress) -> None:
        self._notebook = notebook
        self._parameters = parameters
        self._total = sum(cell.cell_type == "code" for cell in notebook.cells)
        self._progress = progress
        self._number = 0
        self._source = ""

    def start(self, cell: NotebookNode) -> None:
        if cell.cell_type != "code":
            return
        if INJECTED in tags(cell):
            return
        self._number += 1
        self._source = cell.source
        known = [_STEPS.get(tag, tag) for tag in tags(cell)]
        self._progress(known[0] if known else f"cell {self._number}", self._number - 1, self._total)

    def failed(self, kind: type[ReportFailed], study: str, why: str, workplace: Workplace) -> ReportFailed:
        """The error to raise; the notebook is kept, without outputs, where only its owner can read it."""
        where = f"{study}: code cell {self._number} failed" if self._number else f"{study}: nothing ran"
        told = f"{where}: {why.rstrip('.')}."
        first = next((line.strip() for line in self._source.splitlines() if line.strip()), "")
        message = f"{told} The cell begins: {first[:100]}" if first else told
        if workplace.failed is not None:
            kept = keep_failed(self._notebook, workplace.failed, study, {"failure": told, **self._parameters})
            message = f"{message.rstrip('.')}. Run {workplace.failed.name}; the notebook, without outputs: {kept}"
        return kind(message, logged=told)


def _register_engine() -> None:
    from papermill.engines import NBClientEngine, papermill_engines

    class ReportingEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
        """Papermill's engine that tells which cell it starts."""

        @classmethod
        def execute_managed_notebook(
            cls,
            nb_man: Any,  # noqa: ANN401
            kernel_name: str,
            *,
            on_cell: Callable[[NotebookNode], None],
            **options: Any,  # noqa: ANN401
        ) -> Any:  # noqa: ANN401
            start = nb_man.cell_start

            def told(cell: NotebookNode, cell_index: int | None = None, **more: Any) -> None:  # noqa: ANN401
                on_cell(cell)
                start(cell, cell_index, **more)

            nb_man.cell_start = told
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    papermill_engines.register(_ENGINE, ReportingEngine)
