"""Publishing a report whole or not at all.

A report is built in a working folder on the same file system, written to the disk, and becomes an edition: a folder
that never changes again. One step makes it the latest one and puts it into the index
(:mod:`jingan_analysis.reporting.generations`). Whoever reads, and whenever the run is killed, the site is entirely the
previous one or entirely the new one.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.reporting.disk import remove_whole, sync, to_disk
from jingan_analysis.reporting.editions import content, edition_names, read_edition, write_edition
from jingan_analysis.reporting.generations import (
    SITE,
    WORK,
    Arrival,
    IndexMaker,
    current_editions,
    recover,
    replace_site,
    superseded_editions,
)

__all__ = ["WORK", "Outcome", "publish", "publishing", "sweep", "working_folder"]


class Outcome(NamedTuple):
    """What came of publishing a report.

    Attributes
    ----------
    edition
        Name of the edition that is current now.
    unchanged
        Whether it was current before, because it has the very same content.
    """

    edition: str
    unchanged: bool


@contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """A new empty folder for one run, removed afterwards; leftovers of killed runs are removed first."""
    from filelock import FileLock

    work = out / WORK
    work.mkdir(parents=True, exist_ok=True)
    sweep(work)
    folder = work / f"run-{secrets.token_hex(8)}"
    # The lock dies with the process: that is how a later run knows that the folder is a leftover. It is there before
    # the folder, so no other run ever takes this one for a leftover.
    with FileLock(f"{folder}.lock") as lock:
        try:
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                Path(lock.lock_file).unlink(missing_ok=True)


def sweep(work: Path) -> None:
    """Remove working folders whose run is no longer alive."""
    from filelock import FileLock, Timeout

    for folder in sorted({path.with_suffix("") for path in work.glob("run-*")}):
        lock = FileLock(f"{folder}.lock")
        try:
            with lock.acquire(blocking=False):
                shutil.rmtree(folder, ignore_errors=True)
                Path(lock.lock_file).unlink(missing_ok=True)
        except Timeout:
            continue


@contextmanager
def publishing(out: Path) -> Iterator[None]:
    """Hold the reports folder: one run at a time changes what readers see."""
    from filelock import FileLock

    (out / WORK).mkdir(parents=True, exist_ok=True)
    with FileLock(out / WORK / "publish.lock"):
        recover(out)
        yield


def publish(built: Path, target: Path, *, out: Path, index: IndexMaker, kept: int | None = None) -> Outcome:
    """Make a finished folder the current edition of a report; call it inside :func:`publishing`.

    Parameters
    ----------
    built
        The finished folder, on the file system of the reports.
    target
        Folder of the report's editions, inside ``out``.
    out
        Folder of all reports.
    index
        Makes the pages of the index.
    kept
        Editions of the report to keep; None takes the parameter ``editions_kept``.

    Raises
    ------
    OSError
        If the disk is full or fails; then the site is as it was.
    """
    kept = int(parameter("editions_kept").value) if kept is None else kept
    address = target.relative_to(out).as_posix()
    standing = current_editions(out)
    previous = standing.get(address)
    if previous is not None and content(built) == content(target / previous):
        _prune(out, target, kept=kept)
        return Outcome(previous, unchanged=True)
    edition = write_edition(built, target, previous=previous)
    built = built.rename(built.with_name(edition.name))
    to_disk(built)
    replace_site(out, {**standing, address: edition.name}, index, arriving=Arrival(address, built))
    _prune(out, target, kept=kept)
    return Outcome(edition.name, unchanged=False)


def _prune(out: Path, target: Path, *, kept: int) -> None:
    """Remove old editions of a report; never fails, as what stays is removed by a later run.

    The current edition, the one before it, and the one that the previous index leads to are always kept.
    """
    with suppress(OSError):
        sync(out / SITE)  # no edition goes before the step away from it is on the disk
        address = target.relative_to(out).as_posix()
        current = current_editions(out)[address]
        needed = {current, read_edition(target / current).previous, superseded_editions(out).get(address)}
        for name in edition_names(target)[: -max(kept, 1)]:
            if name not in needed:
                remove_whole(target / name, aside=out / WORK)
