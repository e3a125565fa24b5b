"""One report from one study: check, execute, render, publish."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingan_analysis.errors import InvalidParameter, ReportFailed
from jingan_analysis.language import speaking
from jingan_analysis.reporting.agreement import refuse_disagreement
from jingan_analysis.reporting.companions import write_figures, write_notebook, write_tables
from jingan_analysis.reporting.disk import digests
from jingan_analysis.reporting.displayed import Displayed, read_displayed
from jingan_analysis.reporting.editions import LATEST, refuse_reserved_name
from jingan_analysis.reporting.embedded import embed
from jingan_analysis.reporting.execution import Progress, Workplace, execute, load_notebook
from jingan_analysis.reporting.failed_runs import failed_folder, new_run_id
from jingan_analysis.reporting.fingerprint import request_fingerprint
from jingan_analysis.reporting.gate import refuse_persons
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.index import index_pages
from jingan_analysis.reporting.inside import file_name, refuse_ways_out
from jingan_analysis.reporting.limits import UNLIMITED, Limits, Stopwatch
from jingan_analysis.reporting.page import render_page, siblings
from jingan_analysis.reporting.process_group import terminable
from jingan_analysis.reporting.publication import WORK, publish, publishing, working_folder
from jingan_analysis.reporting.report_links import link_reports, report_hrefs
from jingan_analysis.reporting.settings import check_setting_name, parse_value, plain_value
from jingan_analysis.vocabulary import LANGUAGES, Language

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from jingan_analysis.district import District


@dataclass(frozen=True)
class Published:
    """A report that was published.

    Attributes
    ----------
    study, title
        Of the report.
    folder
        The edition's folder, which never changes again.
    report
        Its HTML page, by the path that always leads to the latest edition.
    headline
        Its key findings as plain text.
    edition
        Name of the edition.
    unchanged
        Whether it had been published before: the run gave the very same files.
    """

    study: str
    title: str
    folder: Path
    report: Path
    headline: tuple[str, ...]
    edition: str = ""
    unchanged: bool = False


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
        Folder of this report's editions, inside ``out``.
    notebook
        The study's notebook.
    languages
        Languages of the edition; the first one's page is ``report.html``, the others lie in folders named after them.
    stale_after
        The last day on which this is the newest report that there should be; None where no newer one is expected.
    fingerprint
        What the report is made from, in digests; see :mod:`jingan_analysis.reporting.fingerprint`.
    leads_to_others
        Whether the page leads to the reports of other studies: the index has it first.
    """

    study: str
    period: str
    unit: str | None
    district: Path
    options: Mapping[str, Any]
    out: Path
    target: Path
    notebook: Path
    languages: tuple[Language, ...] = ("en",)
    stale_after: dt.date | None = None
    fingerprint: Mapping[str, str] = field(default_factory=dict)
    leads_to_others: bool = False

    @property
    def dated(self) -> dict[str, str]:
        """``stale_after`` as manifests and pages state it; empty where there is none."""
        return {} if self.stale_after is None else {"stale_after": self.stale_after.isoformat()}


def run_report(  # noqa: PLR0913  # what a command line can say; all but two are named by the caller
    study: str,
    district_path: Path,
    *,
    period: str | None,
    unit: str | None = None,
    settings: Mapping[str, Any] | None = None,
    languages: Sequence[str] = ("en",),
    out: Path,
    notebooks: Path,
    stale_after: dt.date | None = None,
    limits: Limits = UNLIMITED,
    kept: int | None = None,
    run_id: str | None = None,
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
    languages
        Languages of the pages, the main one first; all are published together or none.
    out
        Folder of all reports; this one goes to ``<district>/<study>/<period>[/<unit>]/<edition>``.
    notebooks
        Folder with ``<study>.ipynb``.
    stale_after
        The last day on which this is the newest report that there should be; the page says so afterwards.
    limits
        Of time and memory.
    kept
        How many editions of the report stay; None takes the parameter ``editions_kept``.
    run_id
        Under which a failed notebook is kept; None makes one.
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
    request = check_request(
        study, Path(district_path), given, settings or {}, languages=languages, out=out, notebooks=notebooks
    )
    request = replace(request, stale_after=stale_after)
    # Taken before the run: data that change meanwhile make the report be made again.
    request = replace(request, fingerprint=request_fingerprint(request))
    return fulfil(request, limits=limits, kept=kept, run_id=run_id, progress=progress)


def check_request(
    study: str,
    district_path: Path,
    given: Mapping[str, str],
    settings: Mapping[str, Any],
    *,
    languages: Sequence[str] = ("en",),
    out: Path,
    notebooks: Path,
    district: District | None = None,
) -> Request:
    """Check names and values against the study and the district; see :func:`run_report`.

    Parameters
    ----------
    district
        The district of that path if it is loaded already.
    """
    from jingan_analysis.district import load_district
    from jingan_analysis.studies import load_study

    known = load_study(study)
    district = district or load_district(district_path)
    options = read_settings(settings)
    params = known.parameters(district, {**given, **options})
    # The kernel works in a folder of its own: a relative path would lead somewhere else there.
    out = out.resolve()
    known.require_unit(district, params.unit)
    if params.unit is not None:
        refuse_reserved_name(params.unit)
    parts = [district.key, study, params.period, *([params.unit] if params.unit is not None else [])]
    return Request(
        study=study,
        period=params.period,
        unit=params.unit,
        district=district_path.resolve(),
        options=options,
        languages=check_languages(languages),
        out=out,
        target=out.joinpath(*map(file_name, parts)),
        notebook=notebooks / f"{study}.ipynb",
        leads_to_others=known.leads_to_others,
    )


def fulfil(
    request: Request,
    *,
    limits: Limits = UNLIMITED,
    kept: int | None = None,
    run_id: str | None = None,
    progress: Progress | None = None,
) -> Published:
    """Run a checked request and publish its report; see :func:`run_report`."""
    notebook = load_notebook(request.notebook)
    tell = progress or _silent
    tell("starting", 0, 1)
    watch = Stopwatch(limits)
    failed = failed_folder(request.out.resolve(), run_id or new_run_id())
    request.out.mkdir(parents=True, exist_ok=True)
    refuse_ways_out(request.out, request.target)
    with terminable(), holding(request.out, request.target), working_folder(request.out) as folder:
        built = folder / "report"
        built.mkdir()
        pages: dict[Language, Displayed] = {}
        for number, language in enumerate(request.languages):
            workplace = Workplace(folder / language, request.out.resolve() / WORK / "cache", failed)
            executed = execute(
                notebook,
                _inputs(request, language),
                workplace,
                study=request.study,
                progress=_share(tell, number, request),
                watch=watch,
            )
            shown = read_displayed(executed)
            pages[language] = replace(shown, particulars={**shown.particulars, **request.dated})
            _expect(pages[language], request, language)
            _build(built if number == 0 else built / language, executed, pages[language], request)
        tell("publishing", 1, 1)
        refuse_disagreement(pages)
        refuse_persons(built)
        with publishing(request.out):
            refuse_ways_out(request.out, request.target)
            outcome = publish(built, request.target, out=request.out, index=index_pages, kept=kept)
    told = pages[request.languages[0]].particulars
    return Published(
        request.study,
        told["title"],
        request.target / outcome.edition,
        request.target / LATEST / "report.html",
        tuple(told["headline"]),
        outcome.edition,
        outcome.unchanged,
    )


def _inputs(request: Request, language: Language) -> dict[str, Any]:
    """Parameters of the notebook."""
    return {
        "district": str(request.district),
        "period": request.period,
        "unit": request.unit,
        "language": language,
        "options": dict(request.options),
    }


def _share(tell: Progress, number: int, request: Request) -> Progress:
    """Progress of one language as its share of the whole run."""
    count = len(request.languages)
    name = f"{request.languages[number]}: " if count > 1 else ""

    def shared(step: str, done: int, total: int) -> None:
        tell(f"{name}{step}", number * total + done, count * total)

    return shared


def check_languages(languages: Sequence[str]) -> tuple[Language, ...]:
    """Languages, each once.

    Raises
    ------
    InvalidParameter
        If one is not known, comes twice, or there is none.
    """
    known: dict[str, Language] = {language: language for language in LANGUAGES}
    if not languages or len(set(languages)) < len(languages) or not set(languages) <= set(known):
        told = ", ".join(languages) or "none"
        raise InvalidParameter(f"language={told}: name one or more of {', '.join(LANGUAGES)}, each once")
    return tuple(known[language] for language in languages)


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


def _expect(displayed: Displayed, request: Request, language: Language) -> None:
    """Refuse to publish, under a name that was asked for, a notebook that reports on something else."""
    asked = {"study": request.study, "period": request.period, "unit": request.unit, "language": language}
    for name, value in asked.items():
        told = displayed.particulars[name]
        if told != value:
            raise ReportFailed(
                f"{request.study}: the notebook reports on {name}={told!r}, asked for {value!r}; let the cells after "
                "the parameters cell use 'district', 'period', 'unit', 'language' and 'options'"
            )


def _build(built: Path, executed: NotebookNode, displayed: Displayed, request: Request) -> None:
    """Write the page of one language with its companions."""
    built.mkdir(exist_ok=True)
    write_tables(displayed, built / "tables")
    write_figures(displayed, built / "figures")
    language: Language = displayed.particulars["language"]
    manifest = {
        **displayed.particulars,
        "options": dict(request.options),
        "languages": list(request.languages),
        **({"fingerprint": dict(request.fingerprint)} if request.fingerprint else {}),
        **_for_the_index(displayed, request),
    }
    depth = len(request.target.relative_to(request.out).parts) + 1 + (language != request.languages[0])
    with speaking(language):
        page = render_page(executed, displayed, depth=depth, siblings=siblings(request.languages, language))
    main = language == request.languages[0]
    page = link_reports(page, report_hrefs(request.out, request.target, language, main=main))
    outputs = _own_digests(built, request.languages)
    page = embed(page, {**manifest, "outputs": outputs})
    (built / "report.html").write_text(page, encoding="utf-8", newline="")
    write_notebook(executed, built / "executed.ipynb", places=_places(request))
    outputs = _own_digests(built, request.languages)
    text = json.dumps({**manifest, "outputs": outputs}, ensure_ascii=False, indent=2, sort_keys=True)
    (built / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="")


def _for_the_index(displayed: Displayed, request: Request) -> dict[str, Any]:
    """What the index shows of a report besides its words: its first figure, and whether it stands before the others."""
    shown = [{"name": figure.name, "title": figure.title} for figure in displayed.figures[:1]]
    return {"leads_to_others": request.leads_to_others, **({"main_figure": shown[0]} if shown else {})}


def _own_digests(built: Path, languages: Sequence[Language]) -> dict[str, str]:
    """Digests of a page's own files; the pages in other languages below it have manifests of their own."""
    others = tuple(f"{language}/" for language in languages)
    return {name: digest for name, digest in digests(built).items() if not name.startswith(others)}


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
