"""One run at a time for one report; a second one says who is at it."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jingan_analysis.errors import ReportBusy
from jingan_analysis.reporting.disk import write_synced
from jingan_analysis.reporting.generations import flat
from jingan_analysis.reporting.publication import WORK


@contextmanager
def holding(out: Path, target: Path) -> Iterator[None]:
    """Hold one report while it is made.

    The lock belongs to the process: a run that was killed holds nothing any more, so no lock is ever stale. The note
    that names the holder is locked in the same way: a note that nobody holds is a dead run's and is not believed,
    whatever process has its number now.

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
    path = folder / f"{flat(name)}.lock"
    note = path.with_suffix(".json")
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise ReportBusy(f"{name} is being made by {_holder(note)}; wait for that run, or end it") from None
    try:
        with _noted(note):
            yield
    finally:
        lock.release()


@contextmanager
def _noted(note: Path) -> Iterator[None]:
    """Have a locked note say who this process is."""
    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    told = {"process": os.getpid(), "host": platform.node(), "since": started}
    fresh = note.with_name(f"{note.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        write_synced(fresh, json.dumps(told).encode())
        with fresh.open(encoding="utf-8") as file:
            _lock(file.fileno(), alone=True)
            fresh.replace(note)
            yield
    finally:
        with suppress(OSError):
            note.unlink(missing_ok=True)
            fresh.unlink(missing_ok=True)


def _holder(note: Path) -> str:
    """Who holds a report, as far as it is known: the note comes a moment after the lock."""
    try:
        with note.open(encoding="utf-8") as file:
            if _lock(file.fileno(), alone=False):  # then its writer does not hold it any more
                return "another run"
            told = json.load(file)
        return f"process {told['process']} on {told['host']} since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another run"


def _lock(descriptor: int, *, alone: bool) -> bool:
    """Lock an open note, alone or as one of its readers; False where that cannot be, and then notes are believed."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
