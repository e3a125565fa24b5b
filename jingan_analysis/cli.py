"""The ``jingan`` command: run, check and list from a shell or a schedule."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from jingan_analysis.errors import (
    DataRefused,
    DistrictConfigError,
    DistrictNotFound,
    InvalidNetwork,
    InvalidParameter,
    InvalidSchedule,
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
    from collections.abc import Sequence

    from jingan_analysis.reporting.heartbeat import Ended
    from jingan_analysis.reporting.matrix import Matrix
    from jingan_analysis.reporting.runner import Published

app = typer.Typer(
    name="jingan",
    help="Who do a district's civil-affairs services reach, who do they miss, and what should be done next.",
    epilog="Exit codes: 0 good, 2 wrong names or values, 3 bad data, 4 failed notebook, 5 busy, 6 refused, "
    "7 status: failed or overdue, 1 else.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_USAGE: Final = (
    DistrictConfigError, DistrictNotFound, InvalidParameter, InvalidSchedule, UnknownEdition, UnknownParameter,
    UnknownStudy,
    UnknownUnit,
)  # fmt: skip

_EXIT_CODES: Final[tuple[tuple[tuple[type[JinganError], ...], int], ...]] = (
    (_USAGE, 2),
    ((DataRefused, InvalidTable, MissingTable, InvalidNetwork), 3),
    ((ReportBusy,), 5),
    ((PublicationRefused,), 6),
    ((ReportFailed,), 4),
)
"""What ended a command; 1 is anything else. A schedule can tell data to mend from a run to repeat."""

_GRAVEST_FIRST: Final = (6, 4, 3, 2, 1, 5)
"""Of several failures of one command, this decides its exit code."""

_NOT_WELL: Final = 7
"""Of ``jingan status``: a report failed or is overdue."""

StudyArgument = Annotated[str, typer.Argument(help="Name of the study; `jingan list` shows them.")]
DistrictOption = Annotated[Path, typer.Option("--district", help="Folder of the district's data.")]
DistrictFolder = Annotated[Path, typer.Argument(metavar="DISTRICT", help="Folder of the district's data.")]
PeriodOption = Annotated[
    str | None, typer.Option("--period", help="YYYY-MM (January to that month) or YYYY; else the district's default.")
]
UnitOption = Annotated[str | None, typer.Option("--unit", help="Code of one sub-district to report on.")]
UnitsOption = Annotated[
    str | None, typer.Option("--unit", help="Code of one sub-district, or `all`: the whole and each of them.")
]
OutOption = Annotated[Path, typer.Option("--out", help="Folder of all reports.")]
NotebooksOption = Annotated[Path | None, typer.Option("--notebooks", help="Folder of the studies' notebooks.")]
LanguageOption = Annotated[
    list[str] | None,
    typer.Option("--language", help="en, zh or ja; once for each language of the report, the main one first."),
]
SettingsOption = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="One more parameter.")]
ConfigOption = Annotated[Path | None, typer.Option("--config", help="The reports.toml; else the one here.")]
JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, help="Kernels at a time; else 2, or 1 on one core.")]

PlanOption = Annotated[
    Path | None,
    typer.Option("--plan", metavar="SITES.CSV", help="For next_sites: a plan made by hand, a CSV file with site_id."),
]

_DISTRICT: Final = Path("data/districts/demo")
_OUT: Final = Path("reports")


@app.command()
def run(  # noqa: PLR0913, PLR0917
    study: StudyArgument,
    district: DistrictOption = _DISTRICT,
    period: PeriodOption = None,
    settings: SettingsOption = None,
    unit: UnitOption = None,
    languages: LanguageOption = None,
    out: OutOption = _OUT,
    notebooks: NotebooksOption = None,
    plan: PlanOption = None,
) -> None:
    """Run one study and publish its report."""
    from jingan_analysis.reporting.runner import run_report
    from jingan_analysis.reporting.settings import parse_settings

    with _clean_errors(), _progress() as show:
        given = parse_settings(settings or [])
        if plan is not None:
            given = _with_plan(given, plan)
        published = run_report(
            study, district, period=period, unit=unit, settings=given,
            languages=languages or ("en",), out=out, notebooks=notebooks or _notebooks(), progress=show(study),
        )  # fmt: skip
    _announce(published)


def _with_plan(settings: dict[str, Any], path: Path) -> dict[str, Any]:
    """Settings with the sites of a plan, which a report then keeps as a parameter."""
    from jingan_analysis.intake.site_plan import read_site_plan

    if "plan" in settings:
        raise InvalidParameter("--plan and --set plan=... say the same; give one of them")
    return {**settings, "plan": list(read_site_plan(path))}


@app.command("run-all")
def run_all(  # noqa: PLR0913, PLR0917
    config: ConfigOption = None,
    district: Annotated[Path | None, typer.Option("--district", help="Folder of the district's data.")] = None,
    period: PeriodOption = None,
    unit: UnitsOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of all reports.")] = None,
    notebooks: NotebooksOption = None,
    language: LanguageOption = None,
    jobs: JobsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Make what is up to date, too.")] = False,
    log: Annotated[Path | None, typer.Option("--log", help="File of the log; else one a day in the reports.")] = None,
) -> None:
    """Make every report of reports.toml, or every study; what is up to date is left, one that fails stops no other."""
    from jingan_analysis.reporting.failed_runs import new_run_id
    from jingan_analysis.reporting.journal import Journal, journal_path
    from jingan_analysis.reporting.matrix import plan
    from jingan_analysis.reporting.run_all import Round
    from jingan_analysis.reporting.run_all import run_all as make

    clock = time.monotonic()
    with _clean_errors(), _progress() as show:
        given = {
            "district": district, "period": period, "units": unit if unit in (None, "all") else (unit,), "out": out,
            "languages": language and tuple(map(_language, language)),
        }  # fmt: skip
        matrix, source = _matrix(config, {name: value for name, value in given.items() if value is not None})
        planned = plan(matrix, notebooks or _notebooks(), source=source)
        run_id = new_run_id()
        journal = Journal(log or journal_path(matrix.out), run_id)
        how = Round(
            run_id, journal, _exit_code, show, jobs or _jobs(), force, matrix.zone,
            tuple(each.study for each in planned.left_out),
        )  # fmt: skip
        ended = make(planned.reports, how)
    width = max(len(name) for name in (*(each.report.name for each in ended), *(out.study for out in planned.left_out)))
    for each in ended:
        word = "FAILED" if each.outcome == "failed" else each.outcome
        typer.echo(f"{each.report.name:<{width}}  {word:<9}  {each.detail}")
    for out_of_units in planned.left_out:
        typer.echo(f"{out_of_units.study:<{width}}  {'left out':<9}  its units: {out_of_units.reason}")
    typer.echo(_counted(ended, time.monotonic() - clock))
    codes = {each.exit_code for each in ended} - {0}
    if codes:
        raise typer.Exit(min(codes, key=_GRAVEST_FIRST.index))


@app.command()
def schedule(
    config: ConfigOption = None,
    systemd: Annotated[bool, typer.Option("--systemd", help="Print a service and a timer for systemd.")] = False,
    cron: Annotated[bool, typer.Option("--cron", help="Print lines for a crontab.")] = False,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help="Time of day in the file's time zone.")] = "05:30",
    jobs: JobsOption = None,
) -> None:
    """Print ready units that make the reports of reports.toml every day; where nothing is new, nothing is done."""
    from jingan_analysis.reporting.matrix import REPORTS_FILE, read_matrix
    from jingan_analysis.reporting.units import Schedule, cron_lines, systemd_units

    file = (config or Path(REPORTS_FILE)).absolute()
    with _clean_errors():
        if systemd == cron:
            raise InvalidParameter("--systemd or --cron: name one of them")
        units = Schedule(file, read_matrix(file), at, jobs or _jobs())
        if cron:
            typer.echo(cron_lines(units), nl=False)
            return
        for name, text in systemd_units(units).items():
            typer.echo(f"# /etc/systemd/system/{name}\n{text}")
        typer.echo("# Then: systemctl daemon-reload && systemctl enable --now jingan-reports.timer")


@app.command()
def status(
    config: ConfigOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of all reports.")] = None,
) -> None:
    """Say what the last run-all did; exit code 7 if a report failed or is overdue."""
    from datetime import datetime

    from jingan_analysis.reporting.heartbeat import status as look

    with _clean_errors():
        matrix, _ = _matrix(config, {} if out is None else {"out": out})
        found = look(matrix.out, datetime.now(matrix.zone))
    typer.echo("\n".join(found.lines))
    if not found.well:
        raise typer.Exit(_NOT_WELL)


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
def changes(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier report.html, or its folder.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later report.html, or its folder.")],
    district: DistrictOption = _DISTRICT,
    old_district: Annotated[
        Path | None, typer.Option("--old-district", help="Folder of the data of the earlier edition, if kept.")
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="The page to write.")] = Path("changes.html"),
    notebooks: NotebooksOption = None,
) -> None:
    """Tell what changed between two editions: code, parameters, revised data or new data."""
    from jingan_analysis.reporting.change_page import change_page, compare, read_edition
    from jingan_analysis.reporting.disk import write_whole

    with _clean_errors(), _progress() as show:
        before, after = read_edition(old), read_edition(new)
        change = compare(
            before, after, district=district, old_district=old_district, notebooks=notebooks or _notebooks(),
            progress=show("changes"),
        )  # fmt: skip
        write_whole(to, change_page(before, after, change))
    typer.echo(f"Wrote {to}: {', '.join(change.steps) or 'nothing'} changed")


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
    from jingan_analysis.reporting.index import index_pages
    from jingan_analysis.reporting.rollback import roll_back

    with _clean_errors():
        before, now = roll_back(out.resolve(), _report(study, district, period, unit, out), index=index_pages, to=to)
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
    except (JinganError, OSError) as error:
        from jingan_analysis.reporting.run_all import told

        _fail(told(error), _exit_code(error))


def _exit_code(error: BaseException) -> int:
    return next((code for kinds, code in _EXIT_CODES if isinstance(error, kinds)), 1)


def _fail(message: str, code: int) -> NoReturn:
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(code)


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise InvalidParameter(f"language={text!r} is not known; use one of {', '.join(LANGUAGES)}")


def _matrix(config: Path | None, given: dict[str, object]) -> tuple[Matrix, str]:
    """The matrix of a file, or of all studies where there is none, with what was typed in its place; and its name."""
    from jingan_analysis.reporting.limits import UNLIMITED
    from jingan_analysis.reporting.matrix import REPORTS_FILE, Matrix, read_matrix

    file = config or Path(REPORTS_FILE)
    if config is None and not file.is_file():
        return Matrix(district=_DISTRICT, out=_OUT, limits=UNLIMITED).model_copy(update=given), "The command line"
    return read_matrix(file).model_copy(update=given), file.name


def _jobs() -> int:
    return min(2, os.cpu_count() or 1)


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


def _counted(ended: Sequence[Ended], seconds: float) -> str:
    """How many reports ended how, and how long it took."""
    from jingan_analysis.reporting.run_all import counts

    told = ", ".join(f"{number} {outcome}" for outcome, number in counts(ended).items() if number)
    reports = "1 report" if len(ended) == 1 else f"{len(ended)} reports"
    return f"{reports}: {told} in {dt.timedelta(seconds=round(seconds))} (h:mm:ss)"


def _announce(published: Published) -> None:
    typer.echo(f"{published.title}")
    for sentence in published.headline:
        typer.echo(f"  {sentence}")
    typer.echo(f"{'Unchanged since' if published.unchanged else 'Published as'} {published.edition}")
    typer.echo(f"{published.report}")
