"""One report from one study: check, execute, render, publish."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingan_analysis.errors import ReportFailed
from jingan_analysis.reporting.companions import digests, write_figures, write_notebook, write_tables
from jingan_analysis.reporting.displayed import Displayed, read_displayed
from jingan_analysis.reporting.embedded import embed
from jingan_analysis.reporting.execution import Progress, Workplace, execute, load_notebook
from jingan_analysis.reporting.gate import refuse_persons
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.index import write_index
from jingan_analysis.reporting.inside import file_name, refuse_ways_out
from jingan_analysis.reporting.page import render_page
from jingan_analysis.reporting.publication import WORK, publish, publishing, working_folder
from jingan_analysis.reporting.settings import check_setting_name, parse_value, plain_value

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Published:
    """A report that was published.

    Attributes
    ----------
    study, title
        Of the report.
    folder
        The folder that was published.
    report
        Its HTML page.
    headline
        Its key findings as plain text.
    """

    study: str
    title: str
    folder: Path
    report: Path
    headline: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A checked request for one report; names and values are right, nothing has run.

    Attributes
    ----------
    study, period, unit
        What is asked for.
    district
        Folder of the district.
    options
        Further parameters of the study.
    out
        Folder of all reports.
    target
        Folder of this report, inside ``out``.
    notebook
        The study's notebook.
    """

    study: str
    period: str
    unit: str | None
    district: Path
    options: Mapping[str, Any]
    out: Path
    target: Path
    notebook: Path


def run_report(
    study: str,
    district_path: Path,
    *,
    period: str | None,
    unit: str | None = None,
    settings: Mapping[str, Any] | None = None,
    out: Path,
    notebooks: Path,
    progress: Progress | None = None,
) -> Published:
    """Run a study's notebook and publish its report, whole or not at all.

    Everything that can be wrong about names and values is checked before a kernel starts.

    Parameters
    ----------
    period
        Such as ``2024-08``; None takes the district's default period.
    settings
        Further parameters by name; texts are read as TOML or JSON values.
    out
        Folder of all reports; this one goes to ``<district>/<study>/<period>[/<unit>]``.
    notebooks
        Folder with ``<study>.ipynb``.
    progress
        Called with what happens now, steps done, steps in all.

    Raises
    ------
    UnknownStudy, UnknownParameter, InvalidParameter, UnknownUnit, DistrictNotFound, DistrictConfigError
        Before anything runs.
    ReportFailed
        If a cell failed; the last good report stays where it is.
    ReportBusy
        If another run is making the same report.
    PublicationRefused
        If a file of the report holds a number that names a person, or a link leads out of the folder of all reports.
    """
    given = {name: value for name, value in (("period", period), ("unit", unit)) if value is not None}
    request = check_request(study, Path(district_path), given, settings or {}, out=out, notebooks=notebooks)
    return fulfil(request, progress=progress)


def check_request(
    study: str,
    district_path: Path,
    given: Mapping[str, str],
    settings: Mapping[str, Any],
    *,
    out: Path,
    notebooks: Path,
) -> Request:
    """Check names and values against the study and the district; see :func:`run_report`."""
    from jingan_analysis.district import load_district
    from jingan_analysis.studies import load_study
    from jingan_analysis.studies.units import district_units

    known = load_study(study)
    district = load_district(district_path)
    options = read_settings(settings)
    params = known.parameters(district, {**given, **options})
    # The kernel works in a folder of its own: a relative path would lead somewhere else there.
    out = out.resolve()
    if params.unit is not None:
        district_units(district).require(params.unit)
    parts = [district.key, study, params.period, *([params.unit] if params.unit is not None else [])]
    return Request(
        study=study,
        period=params.period,
        unit=params.unit,
        district=district_path.resolve(),
        options=options,
        out=out,
        target=out.joinpath(*map(file_name, parts)),
        notebook=notebooks / f"{study}.ipynb",
    )


def fulfil(request: Request, *, progress: Progress | None = None) -> Published:
    """Run a checked request and publish its report; see :func:`run_report`."""
    notebook = load_notebook(request.notebook)
    tell = progress or _silent
    tell("starting", 0, 1)
    inputs = {
        "district": str(request.district),
        "period": request.period,
        "unit": request.unit,
        "options": dict(request.options),
    }
    request.out.mkdir(parents=True, exist_ok=True)
    refuse_ways_out(request.out, request.target)
    with holding(request.out, request.target), working_folder(request.out) as folder:
        workplace = Workplace(folder, request.out.resolve() / WORK / "cache")
        executed = execute(notebook, inputs, workplace, study=request.study, progress=tell)
        tell("publishing", 1, 1)
        displayed = read_displayed(executed)
        _expect(displayed, request)
        built = folder / "report"
        _build(built, executed, displayed, request)
        refuse_persons(built)
        with publishing(request.out):
            refuse_ways_out(request.out, request.target)
            publish(built, request.target)
            write_index(request.out)
    told = displayed.particulars
    return Published(
        request.study, told["title"], request.target, request.target / "report.html", tuple(told["headline"])
    )


def read_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Further parameters with texts read as values.

    Raises
    ------
    InvalidParameter
        If a name is no plain identifier or a value is no scalar or list.
    """
    for name in settings:
        check_setting_name(name)
    return {
        name: parse_value(value, name=name) if isinstance(value, str) else plain_value(value, name=name)
        for name, value in settings.items()
    }


def _expect(displayed: Displayed, request: Request) -> None:
    """Refuse to publish, under a name that was asked for, a notebook that reports on something else."""
    asked = {"study": request.study, "period": request.period, "unit": request.unit}
    for name, value in asked.items():
        told = displayed.particulars[name]
        if told != value:
            raise ReportFailed(
                f"{request.study}: the notebook reports on {name}={told!r}, asked for {value!r}; let the cells after "
                "the parameters cell use 'district', 'period', 'unit' and 'options'"
            )


def _build(built: Path, executed: NotebookNode, displayed: Displayed, request: Request) -> None:
    """Write the whole folder of a report."""
    built.mkdir()
    write_tables(displayed, built / "tables")
    write_figures(displayed, built / "figures")
    manifest = {**displayed.particulars, "options": dict(request.options)}
    page = render_page(executed, displayed, depth=len(request.target.relative_to(request.out).parts))
    page = embed(page, {**manifest, "outputs": digests(built)})
    (built / "report.html").write_text(page, encoding="utf-8", newline="")
    write_notebook(executed, built / "executed.ipynb", places=_places(request))
    text = json.dumps({**manifest, "outputs": digests(built)}, ensure_ascii=False, indent=2, sort_keys=True)
    (built / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="")


def _places(request: Request) -> dict[str, str]:
    """Absolute places as a reader of the executed notebook may see them: from its folder, or by name only."""
    home = request.notebook.resolve().parent
    near = request.district.is_relative_to(home.parent)
    return {
        str(request.district): Path(os.path.relpath(request.district, home)).as_posix()
        if near
        else request.district.name,
        str(Path(__file__).resolve().parents[2]): "..",
    }


def _silent(step: str, done: int, total: int) -> None:
    """No progress shown."""
