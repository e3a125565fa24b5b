"""What the last run did and which reports are overdue: for whoever watches that nobody has to."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.errors import InvalidSchedule
from jingan_analysis.reporting.disk import write_whole
from jingan_analysis.reporting.journal import OUTCOMES, Outcome
from jingan_analysis.reporting.publication import WORK

if TYPE_CHECKING:
    from jingan_analysis.reporting.matrix import Report

_LONGEST: Final = dt.timedelta(days=1)
"""A run that has not ended after this has been killed."""


@dataclass(frozen=True)
class Ended:
    """How one report ended.

    Attributes
    ----------
    report
        Which.
    outcome
        ``published``, ``unchanged`` (nothing to do) or ``failed``.
    detail
        For the command line: the page, or what went wrong.
    exit_code
        0, or the code of the failure.
    error
        Class of the failure; empty if there was none.
    """

    report: Report
    outcome: Outcome
    detail: str
    exit_code: int = 0
    error: str = ""


@dataclass(frozen=True)
class Status:
    """Whether all is well, and what is not.

    Attributes
    ----------
    lines
        The heartbeat in words.
    well
        Whether the last run ended, no report failed and none is overdue.
    """

    lines: tuple[str, ...]
    well: bool


def heartbeat_path(out: Path) -> Path:
    """Where the heartbeat of a reports folder is."""
    return out / WORK / "heartbeat.json"


def read_heartbeat(out: Path) -> dict[str, Any]:
    """The last heartbeat; empty before the first run, or if it cannot be read."""
    try:
        told = json.loads(heartbeat_path(out).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def beat(out: Path, run_id: str, started: dt.datetime, reports: Iterable[Report], ended: Iterable[Ended]) -> None:
    """Write the heartbeat of a run that has ended, or that begins: then nothing has ended yet.

    Reports that are not part of this run stay as they were, as long as something of them is published.

    Parameters
    ----------
    started
        In the time zone whose days count.
    """
    now, done = dt.datetime.now(started.tzinfo), {each.report.key: each for each in ended}
    before = read_heartbeat(out).get("reports", {})
    kept = {key: told for key, told in before.items() if (out / Path(*key.split("/")[:2])).is_dir()}
    these = {each.key: _report(each, done.get(each.key), before.get(each.key, {}), now) for each in reports}
    told = {
        "run": run_id,
        "started": _moment(started),
        "ended": _moment(now) if done else None,
        "outcomes": {outcome: sum(each.outcome == outcome for each in done.values()) for outcome in OUTCOMES},
        "reports": dict(sorted((kept | these).items())),
    }
    heartbeat_path(out).parent.mkdir(parents=True, exist_ok=True)
    write_whole(heartbeat_path(out), json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def _report(report: Report, ended: Ended | None, before: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """What is known of one report; without an end, what was known before."""
    good = ended is not None and ended.outcome != "failed"
    dated: Mapping[str, Any] = report.request.dated if good else {"stale_after": before.get("due")}
    due: str | None = dated.get("stale_after")
    return {
        "study": report.request.study,
        "unit": report.request.unit,
        "languages": list(report.languages),
        "period": report.request.period if good else before.get("period"),
        "outcome": ended.outcome if ended is not None else before.get("outcome"),
        "error": ended.error if ended is not None else before.get("error", ""),
        "exit_code": ended.exit_code if ended is not None else before.get("exit_code", 0),
        "last_success": _moment(now) if good else before.get("last_success"),
        "due": due,
        "overdue": _overdue(due, now),
    }


def status(out: Path, now: dt.datetime) -> Status:
    """The heartbeat in words, overdue as of now.

    Parameters
    ----------
    now
        In the time zone whose days count.

    Raises
    ------
    InvalidSchedule
        If there is no heartbeat.
    """
    told = read_heartbeat(out)
    if not told:
        raise InvalidSchedule(f"there is no heartbeat in {out.name}: no run-all has run there; run it, or name --out")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in told["outcomes"].items())
    end = f"ended {told['ended']}; {counts}" if told["ended"] else "NOT ENDED: it runs still, or it was ended"
    lines = [f"Last run {told['run']}: started {told['started']}, {end}"]
    well = told["ended"] is not None or now - dt.datetime.fromisoformat(told["started"]) < _LONGEST
    width = max(map(len, told["reports"]), default=0)
    for key, report in told["reports"].items():
        overdue = _overdue(report["due"], now)
        well = well and not overdue and report["outcome"] != "failed"
        lines.append(f"{key:<{width}}  {_line(report, overdue=overdue)}")
    return Status(tuple(lines), well)


def _line(report: Mapping[str, Any], *, overdue: bool) -> str:
    outcome = report["outcome"] or "never ran"
    parts = [f"FAILED ({report['error']}, code {report['exit_code']})" if outcome == "failed" else outcome]
    parts.append(f"last success {report['last_success'] or 'never'}")
    if report["due"]:
        parts.append(f"newer one due by {report['due']}{', OVERDUE' if overdue else ''}")
    return "; ".join(parts)


def _overdue(due: str | None, now: dt.datetime) -> bool:
    return due is not None and now.date() > dt.date.fromisoformat(due)


def _moment(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
