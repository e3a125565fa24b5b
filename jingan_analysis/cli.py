"""The ``jingan`` command: run, check and list from a shell or a schedule."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from jingan_analysis.errors import (
    DataRefused,
    DistrictConfigError,
    DistrictNotFound,
    InvalidNetwork,
    InvalidParameter,
    InvalidTable,
    JinganError,
    MissingTable,
    PublicationRefused,
    ReportBusy,
    ReportFailed,
    UnknownEdition,
    UnknownParameter,
    UnknownStudy,
    UnknownUnit,
)
from jingan_analysis.vocabulary import LANGUAGES, Language

if TYPE_CHECKING:
    from jingan_analysis.reporting.runner import Published

app = typer.Typer(
    name="jingan",
    help="Who do a district's civil-affairs services reach, who do they miss, and what should be done next.",
    epilog="Exit codes: 0 good, 2 wrong names or values, 3 bad data, 4 failed notebook, 5 busy, 6 refused, 1 else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_USAGE: Final = (
    DistrictConfigError, DistrictNotFound, InvalidParameter, UnknownEdition, UnknownParameter, UnknownStudy,
    UnknownUnit,
)  # fmt: skip

_EXIT_CODES: Final[tuple[tuple[tuple[type[JinganError], ...], int], ...]] = (
    (_USAGE, 2),
    ((DataRefused, InvalidTable, MissingTable, InvalidNetwork), 3),
    ((ReportFailed,), 4),
    ((ReportBusy,), 5),
    ((PublicationRefused,), 6),
)
"""What ended a command; 1 is anything else. A schedule can tell data to mend from a run to repeat."""

_GRAVEST_FIRST: Final = (6, 4, 3, 2, 1, 5)
"""Of several failures of one command, this decides its exit code."""

StudyArgument = Annotated[str, typer.Argument(help="Name of the study; `jingan list` shows them.")]
DistrictOption = Annotated[Path, typer.Option("--district", help="Folder of the district's data.")]
DistrictFolder = Annotated[Path, typer.Argument(metavar="DISTRICT", help="Folder of the district's data.")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="YYYY-MM (January to that month) or YYYY; else the district's default.")
]
UnitOption = Annotated[str | None, typer.Option("--unit", help="Code of one sub-district to report on.")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder of all reports.")]
NotebooksOption = Annotated[Path | None, typer.Option("--notebooks", help="Folder of the studies' notebooks.")]
SettingsOption = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One more parameter.")]

_DISTRICT: Final = Path("data/districts/demo")
_OUT: Final = Path("reports")


@app.command()
def run(
    study: StudyArgument,
    district: DistrictOption = _DISTRICT,
    period: PeriodOption = None,
    settings: SettingsOption = None,
    unit: UnitOption = None,
    out: OutOption = _OUT,
    notebooks: NotebooksOption = None,
) -> None:
    """Run one study and publish its report."""
    from jingan_analysis.reporting.runner import run_report
    from jingan_analysis.reporting.settings import parse_settings

    with _clean_errors(), _progress() as show:
        published = run_report(
            study, district, period=period, unit=unit, settings=parse_settings(settings or []), out=out,
            notebooks=notebooks or _notebooks(), progress=show(study),
        )  # fmt: skip
    _announce(published)


@app.command("run-all")
def run_all(
    district: DistrictOption = _DISTRICT,
    period: PeriodOption = None,
    unit: UnitOption = None,
    out: OutOption = _OUT,
    notebooks: NotebooksOption = None,
) -> None:
    """Run every study; one that fails does not stop the others."""
    from jingan_analysis.district import load_district
    from jingan_analysis.reporting.runner import run_report
    from jingan_analysis.studies import study_names

    with _clean_errors():
        load_district(district)
    outcomes: list[tuple[str, bool, str]] = []
    codes: set[int] = set()
    with _progress() as show:
        for study in study_names():
            try:
                published = run_report(
                    study, district, period=period, unit=unit, out=out, notebooks=notebooks or _notebooks(),
                    progress=show(study),
                )  # fmt: skip
            except JinganError as error:
                outcomes.append((study, False, _text(error)))
                codes.add(_exit_code(error))
            except OSError as error:
                outcomes.append((study, False, _system_text(error)))
                codes.add(1)
            else:
                outcomes.append((study, True, str(published.report)))
    _summary(outcomes)
    if codes:
        raise typer.Exit(min(codes, key=_GRAVEST_FIRST.index))


@app.command("list")
def list_studies() -> None:
    """List the studies with their questions."""
    from jingan_analysis.studies import load_study, study_names

    with _clean_errors():
        for name in study_names():
            study = load_study(name)
            typer.echo(f"{name}\n    {study.title}\n    {study.question}")


@app.command()
def check(district: DistrictFolder = _DISTRICT) -> None:
    """List all faults of a district's data at once; exit code 1 if there are any."""
    from jingan_analysis.intake.check import check_district

    with _clean_errors():
        report = check_district(district)
    typer.echo(str(report))
    if not report.ok:
        raise typer.Exit(1)


@app.command()
def verify(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A published report.html, or its folder.")],
    district: Annotated[
        Path | None, typer.Option("--district", help="Folder of the district's data, to run the report again.")
    ] = None,
    notebooks: NotebooksOption = None,
) -> None:
    """Say whether a report is unchanged, and with its district whether the same run gives the same bytes."""
    from jingan_analysis.reporting.verify import verify as look

    with _clean_errors(), _progress() as show:
        found = look(report, district, notebooks=notebooks or _notebooks(), progress=show("verify"))
    typer.echo(str(found))
    if not found.identical:
        raise typer.Exit(1)


@app.command()
def editions(
    study: StudyArgument,
    district: DistrictOption = _DISTRICT,
    period: PeriodOption = None,
    unit: UnitOption = None,
    out: OutOption = _OUT,
) -> None:
    """List the editions of a report, oldest first; a star marks the one that readers are led to."""
    from jingan_analysis.reporting.rollback import list_editions

    with _clean_errors():
        for listed in list_editions(out.resolve(), _report(study, district, period, unit, out)):
            mark = "*" if listed.current else " "
            typer.echo(f"{mark} {listed.edition.name}  published {listed.edition.published or 'at an unknown time'}")


@app.command()
def rollback(
    study: StudyArgument,
    district: DistrictOption = _DISTRICT,
    period: PeriodOption = None,
    unit: UnitOption = None,
    to: Annotated[str | None, typer.Option("--to", help="Name of an edition; else the one before.")] = None,
    out: OutOption = _OUT,
) -> None:
    """Lead readers to an earlier edition of a report again; `jingan editions` lists them."""
    from jingan_analysis.reporting.index import index_page
    from jingan_analysis.reporting.rollback import roll_back

    with _clean_errors():
        before, now = roll_back(out.resolve(), _report(study, district, period, unit, out), index=index_page, to=to)
    typer.echo(f"{study}: {now} is current" + (f", {before} was" if now != before else " as before"))


def _report(study: str, district: Path, period: str | None, unit: str | None, out: Path) -> Path:
    """Folder of a report's editions."""
    from jingan_analysis.reporting.runner import check_request

    given = {name: value for name, value in (("period", period), ("unit", unit)) if value is not None}
    return check_request(study, district, given, {}, out=out, notebooks=_notebooks()).target


@app.command()
def template(
    district: DistrictFolder,
    language: Annotated[str, typer.Option("--language", help="Language of the headers: en, zh or ja.")] = "en",
) -> None:
    """Write an empty district: workbooks with headers, notes and drop-down lists."""
    from jingan_analysis.intake.template import write_template

    with _clean_errors():
        path = write_template(district, _language(language))
    typer.echo(f"Wrote {path} and its tables. Fill in what you have, remove the rest, then: jingan check {district}")


@app.command()
def dictionary() -> None:
    """Print the data dictionary of all tables as Markdown."""
    from jingan_analysis.intake.dictionary import data_dictionary

    typer.echo(data_dictionary(), nl=False)


@app.command("import-network")
def import_network(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OpenStreetMap extract, .osm.pbf or .osm.")],
    district: DistrictFolder,
) -> None:
    """Make a district's walking network from an OpenStreetMap extract."""
    from jingan_analysis.intake.osm_network import import_network as import_file

    with _clean_errors():
        typer.echo(str(import_file(file, district)))


@contextmanager
def _clean_errors() -> Iterator[None]:
    """Errors raised on purpose become one message and an exit code: 2 for what was typed, 1 for the rest."""
    try:
        yield
    except JinganError as error:
        _fail(_text(error), _exit_code(error))
    except OSError as error:
        _fail(_system_text(error), 1)


def _exit_code(error: JinganError) -> int:
    return next((code for kinds, code in _EXIT_CODES if isinstance(error, kinds)), 1)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(code)


def _text(error: JinganError) -> str:
    # str() of a LookupError quotes its argument; the argument is the message.
    return str(error.args[0]) if error.args else type(error).__name__


def _system_text(error: OSError) -> str:
    return f"{error.strerror or type(error).__name__}: {error.filename or 'no file named'}"


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise InvalidParameter(f"language={text!r} is not known; use one of {', '.join(LANGUAGES)}")


def _notebooks() -> Path:
    """The notebooks folder here, or else the one of the checkout that holds this package."""
    here = Path("notebooks")
    return here if here.is_dir() else Path(__file__).resolve().parents[1] / "notebooks"


@contextmanager
def _progress() -> Iterator[Callable[[str], Callable[[str, int, int], None]]]:
    """Progress bars on a terminal, one line a step elsewhere; both on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _step_lines
        return
    columns = (TextColumn("{task.fields[study]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:

        def bar(study: str) -> Callable[[str, int, int], None]:
            task = progress.add_task("starting", study=study, total=None)

            def step(name: str, done: int, total: int) -> None:
                progress.update(task, description=name, completed=done, total=total)

            return step

        yield bar


def _step_lines(study: str) -> Callable[[str, int, int], None]:
    def step(name: str, done: int, total: int) -> None:  # noqa: ARG001
        sys.stderr.write(f"{study}: {name}\n")
        sys.stderr.flush()

    return step


def _announce(published: Published) -> None:
    typer.echo(f"{published.title}")
    for sentence in published.headline:
        typer.echo(f"  {sentence}")
    typer.echo(f"{'Unchanged since' if published.unchanged else 'Published as'} {published.edition}")
    typer.echo(f"{published.report}")


def _summary(outcomes: list[tuple[str, bool, str]]) -> None:
    width = max((len(study) for study, _, _ in outcomes), default=0)
    for study, good, detail in outcomes:
        typer.echo(f"{study:<{width}}  {'published' if good else 'FAILED   '}  {detail}")
