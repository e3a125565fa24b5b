"""One run at a time for one report; a second one says who is at it."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jingan_analysis.errors import ReportBusy
from jingan_analysis.reporting.publication import WORK


@contextmanager
def holding(out: Path, target: Path) -> Iterator[None]:
    """Hold one report while it is made.

    The lock belongs to the process: a run that was killed holds nothing any more, so no lock is ever stale.

    Parameters
    ----------
    out
        Folder of all reports.
    target
        Folder of this report, inside ``out``.

    Raises
    ------
    ReportBusy
        If another run holds the report; says which process, where and since when.
    """
    from filelock import FileLock, Timeout

    name = target.relative_to(out).as_posix()
    folder = out / WORK / "held"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('/', '--')}.lock"
    told = path.with_suffix(".json")
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise ReportBusy(f"{name} is being made by {_holder(told)}; wait for that run, or end it") from None
    try:
        started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        note = {"process": os.getpid(), "host": platform.node(), "since": started}
        told.write_text(json.dumps(note), encoding="utf-8")
        yield
    finally:
        told.unlink(missing_ok=True)
        lock.release()


def _holder(told: Path) -> str:
    """Who holds a report, as far as it is written down: the note comes a moment after the lock."""
    try:
        found = json.loads(told.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return "another run"
    return f"process {found['process']} on {found['host']} since {found['since']}"
