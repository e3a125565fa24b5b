"""Making all reports of a matrix: what is up to date is left, what fails stops nothing else."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jingan_analysis.errors import JinganError
from jingan_analysis.reporting.editions import LATEST
from jingan_analysis.reporting.failure import describe
from jingan_analysis.reporting.fingerprint import differing, published_fingerprint, request_fingerprint, surroundings
from jingan_analysis.reporting.heartbeat import Ended, beat
from jingan_analysis.reporting.journal import OUTCOMES, Facts, Journal, Outcome
from jingan_analysis.reporting.process_group import end_all, terminable

if TYPE_CHECKING:
    from jingan_analysis.reporting.execution import Progress
    from jingan_analysis.reporting.matrix import Report

Show = Callable[[str], "Progress"]


@dataclass(frozen=True)
class Round:
    """How a run over a matrix is made.

    Attributes
    ----------
    run_id
        Name of this run.
    journal
        Its log.
    exit_code
        Code of an error, for the log and the end.
    show
        Makes the progress of one report.
    jobs
        Kernels at a time.
    force
        Make what is up to date, too.
    zone
        Whose days count.
    left_out
        Studies that have no reports on sub-districts, for the log.
    """

    run_id: str
    journal: Journal
    exit_code: Callable[[BaseException], int]
    show: Show
    jobs: int = 1
    force: bool = False
    zone: dt.tzinfo = field(default=dt.UTC)
    left_out: Sequence[str] = ()


def run_all(reports: Sequence[Report], how: Round) -> tuple[Ended, ...]:
    """Make the reports and say how each ended, in the order given, however long each took.

    The heartbeat is written when the run begins and when it ends.

    Parameters
    ----------
    reports
        Of one reports folder.
    """
    out, started, clock = reports[0].request.out, dt.datetime.now(how.zone), time.monotonic()
    beat(out, how.run_id, started, reports, ())
    left_out: Facts = {"left_out": tuple(how.left_out)} if how.left_out else {}
    how.journal.write("run started", {"reports": len(reports), **left_out})
    around = _surroundings(reports)
    ended = _in_turn(reports, how, around)
    beat(out, how.run_id, started, reports, ended)
    how.journal.write("run ended", {"counts": counts(ended), "seconds": _since(clock)})
    return ended


def _surroundings(reports: Iterable[Report]) -> dict[Path, Mapping[str, str]]:
    return {folder: surroundings(folder) for folder in {report.request.district for report in reports}}


def counts(ended: Iterable[Ended]) -> dict[Outcome, int]:
    """How many reports ended how, by outcome."""
    outcomes = [each.outcome for each in ended]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}


def _in_turn(reports: Sequence[Report], how: Round, around: Mapping[Path, Mapping[str, str]]) -> tuple[Ended, ...]:
    """Reports on threads of their own: this one only waits, so that Ctrl-C and SIGTERM reach it at once.

    A page that leads to other reports waits until all of them have ended, so that it leads to what is there.
    """
    futures: dict[int, Future[Ended]] = {}
    with terminable(), ThreadPoolExecutor(how.jobs, thread_name_prefix="report") as pool:
        try:
            for leads in (False, True):
                turn = [place for place, report in enumerate(reports) if report.leads_to_others is leads]
                for place in turn:
                    report = reports[place]
                    futures[place] = pool.submit(_on_its_thread, report, how, around[report.request.district])
                for place in turn:
                    futures[place].result()
            return tuple(futures[place].result() for place in range(len(reports)))
        except BaseException:
            for future in futures.values():
                future.cancel()
            # The threads that wait for a kernel see it end, tidy up, and then the pool can close.
            end_all()
            raise


def _on_its_thread(report: Report, how: Round, around: Mapping[str, str]) -> Ended:
    """Make one report, and leave nothing open of what talks to kernels: it belongs to the thread."""
    from jupyter_core.utils import ensure_event_loop

    try:
        return _one(report, how, around)
    finally:
        ensure_event_loop().close()


def _one(report: Report, how: Round, around: Mapping[str, str]) -> Ended:
    """Make one report if it is not up to date; never raises for what concerns this report alone."""
    facts: Facts = {"study": report.request.study, "unit": report.request.unit, "languages": report.languages}
    clock = time.monotonic()
    try:
        because = _because(report, around)
        if because or how.force:
            how.journal.write("report started", {**facts, "because": because})
            report.run(run_id=how.run_id, progress=how.show(report.name))
    except Exception as error:  # noqa: BLE001  (whatever it is, the other reports are made)
        ended = Ended(report, "failed", told(error), how.exit_code(error), type(error).__name__)
        _note(how.journal, ended, facts, clock, error)
        return ended
    outcome: Outcome = "published" if because or how.force else "unchanged"
    ended = Ended(report, outcome, str(report.request.target / LATEST / "report.html"))
    _note(how.journal, ended, facts, clock)
    return ended


def _note(journal: Journal, ended: Ended, facts: Facts, clock: float, error: Exception | None = None) -> None:
    end: Facts = {"outcome": ended.outcome, "seconds": _since(clock), "exit_code": ended.exit_code}
    journal.write("report ended", {**facts, **end}, error)


def _because(report: Report, around: Mapping[str, str]) -> tuple[str, ...]:
    """What is not as it was when the published edition was made; empty means that there is nothing to do."""
    published = published_fingerprint(report.request.target / LATEST)
    if not published:
        return ("nothing published",)
    return differing(published, request_fingerprint(report.request, around))


def _since(clock: float) -> float:
    return round(time.monotonic() - clock, 1)


def told(error: BaseException) -> str:
    """What the command line says of an error: our message, the system's, or the class and place of a foreign one."""
    if isinstance(error, JinganError):
        # str() of a LookupError quotes its argument; the argument is the message.
        return str(error.args[0]) if error.args else type(error).__name__
    if isinstance(error, OSError):
        return f"{error.strerror or type(error).__name__}: {error.filename or 'no file named'}"
    return str(describe(error))
