"""A job on a study's notebook: its texts and its parameters cell as a request to the runner.

A form knows texts only, and a job runs a copy of the notebook that lies somewhere else. So texts are
read as values here, paths are those of the notebook that the copy was made from, and what a job
leaves out is what the copy's parameters cell says.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.execution import load_notebook, tags
from jingan_analysis.reporting.runner import Published, run_report
from jingan_analysis.reporting.settings import parse_value

if TYPE_CHECKING:
    from nbformat import NotebookNode

_OWN: Final = ("district", "period", "unit", "language")
_REPORTS: Final = "reports"


@dataclass(frozen=True)
class NotebookJob:
    """What a job asks for; nothing is checked against the study or the district yet.

    Attributes
    ----------
    study
        Name of the study, which is the notebook's.
    snapshot
        The notebook to run.
    district
        Folder of the district.
    period, unit
        None for the district's default period, and for the whole district.
    languages
        Of the pages, the main one first.
    settings
        Further parameters by name; texts are not read yet.
    out
        Folder of all reports.
    """

    study: str
    snapshot: Path
    district: Path
    period: str | None
    unit: str | None
    languages: tuple[str, ...]
    settings: Mapping[str, Any]
    out: Path


def read_job(snapshot: Path, parameters: Mapping[str, str], *, original: Path) -> NotebookJob:
    """What a job asks for, from its parameters and, where they are silent, from the parameters cell.

    Parameters
    ----------
    snapshot
        Copy of the notebook as it was when the job was created; this is what runs.
    parameters
        Texts by name.
    original
        Where the notebook was copied from: relative paths start in its folder.

    Raises
    ------
    ReportFailed
        If the snapshot is no notebook with a parameters cell.
    InvalidParameter
        If the parameters cell holds more than plain values, or no district is given.
    """
    cell = parameters_cell(load_notebook(snapshot), name=snapshot.name)
    options = cell.get("options") or {}
    if not isinstance(options, dict):
        raise InvalidParameter(f"options={options!r} is no table of parameters; write options = {{}} or name them")
    own = {name: cell.get(name) for name in _OWN} | {
        name: _text(parameters[name]) for name in _OWN if name in parameters
    }
    if not isinstance(own["district"], str):
        raise InvalidParameter(f"district={own['district']!r} is no folder; name the folder of the district's data")
    home = original.parent
    return NotebookJob(
        study=snapshot.stem,
        snapshot=snapshot,
        district=home / own["district"],
        period=own["period"],
        unit=own["unit"],
        languages=tuple(language.strip() for language in str(own["language"] or "en").split(",")),
        settings={**options, **{name: text for name, text in parameters.items() if name not in _OWN}},
        out=reports_folder(home),
    )


def run_job(job: NotebookJob) -> Published:
    """Run a job's notebook and publish its report; see :func:`~jingan_analysis.reporting.runner.run_report`."""
    return run_report(
        job.study,
        job.district,
        period=job.period,
        unit=job.unit,
        settings=job.settings,
        out=job.out,
        notebooks=job.snapshot.parent,
        **_in_languages(job.languages),
    )


def parameters_cell(notebook: NotebookNode, *, name: str) -> dict[str, Any]:
    """Values by name of a notebook's parameters cell.

    Raises
    ------
    InvalidParameter
        If the cell holds anything but lines such as ``period = "2024-08"``: what it computes would be
        overruled by the parameters that are put below it.
    """
    source = next(cell.source for cell in notebook.cells if "parameters" in tags(cell))
    values: dict[str, Any] = {}
    try:
        for statement in ast.parse(source).body:
            key, value = _assigned(statement)
            values[key] = ast.literal_eval(value)
    except (SyntaxError, ValueError, TypeError):
        raise InvalidParameter(
            f'The parameters cell of {name} holds more than plain values; write lines such as period = "2024-08" '
            "there and compute in the cells below it"
        ) from None
    return values


def reports_folder(home: Path) -> Path:
    """The folder ``reports`` that is nearest above a notebook's folder; if there is none, a new one inside it."""
    places = [folder / _REPORTS for folder in (home, *home.parents)]
    return next((place for place in places if place.is_dir()), home / _REPORTS)


def _assigned(statement: ast.stmt) -> tuple[str, ast.expr]:
    """Name and value of a plain assignment."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            return name, value
    raise ValueError


def _text(text: str) -> str | None:
    """A text without the quotes of a notebook's cell; None where it says nothing.

    Codes of sub-districts are text, even those that look like numbers.
    """
    text = text.strip()
    if text in {"", "None"}:
        return None
    value = parse_value(text)
    return value if isinstance(value, str) else text


def _in_languages(languages: tuple[str, ...]) -> dict[str, Any]:
    """How the runner is told the languages of the pages."""
    return {"languages": languages}
