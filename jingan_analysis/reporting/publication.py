"""Publishing a folder whole or not at all.

A report is built in a working folder on the same file system, written to the disk, and exchanged
with the published one in one step. Whoever reads, and whenever the run is killed, there is either
the previous report or the new one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

WORK: Final = ".work"
"""Folder inside the reports folder for runs under way; starts with a dot, so no listing shows it."""

_PREVIOUS: Final = ".previous-"
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of Linux's renameat2
_HERE: Final = -100  # AT_FDCWD


@contextmanager
def working_folder(out: Path) -> Iterator[Path]:
    """A new empty folder for one run, removed afterwards; leftovers of killed runs are removed first."""
    from filelock import FileLock

    work = out / WORK
    work.mkdir(parents=True, exist_ok=True)
    sweep(work)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=work))
    # The lock dies with the process: that is how a later run knows that the folder is a leftover.
    lock = FileLock(f"{folder}.lock")
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def sweep(work: Path) -> None:
    """Remove working folders whose run is no longer alive."""
    from filelock import FileLock, Timeout

    for folder in sorted(work.glob("run-*")):
        if folder.suffix == ".lock":
            continue
        lock = FileLock(f"{folder}.lock")
        try:
            with lock.acquire(blocking=False):
                shutil.rmtree(folder, ignore_errors=True)
                Path(lock.lock_file).unlink(missing_ok=True)
        except Timeout:
            continue


@contextmanager
def publishing(out: Path) -> Iterator[None]:
    """Hold the reports folder: one run at a time publishes and rewrites the index."""
    from filelock import FileLock

    (out / WORK).mkdir(parents=True, exist_ok=True)
    with FileLock(out / WORK / "publish.lock"):
        recover(out)
        yield


def publish(built: Path, target: Path) -> None:
    """Put a finished folder in the place of a published one; call it inside :func:`publishing`.

    Subfolders of the published folder that have a manifest of their own (reports on single units)
    move along.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        _carry_over(target, built)
    to_disk(built)
    if not target.exists():
        built.rename(target)
    elif not exchange(built, target):
        previous = target.with_name(_PREVIOUS + target.name)
        target.rename(previous)
        built.rename(target)
        shutil.rmtree(previous)
    _sync(target.parent)


def recover(out: Path) -> None:
    """Finish or undo an exchange that was interrupted where the system cannot exchange in one step."""
    for previous in sorted(out.glob(f"**/{_PREVIOUS}*")):
        target = previous.with_name(previous.name.removeprefix(_PREVIOUS))
        if target.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(target)


def write_whole(path: Path, text: str) -> None:
    """Replace a text file in one step."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync(path.parent)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system cannot, and then nothing has changed.

    Raises
    ------
    OSError
        If the system can, but refuses.
    """
    if not sys.platform.startswith("linux"):
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    if library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP}:
        return False
    raise OSError(code, os.strerror(code), str(other))


def to_disk(folder: Path) -> None:
    """Have every file and folder below ``folder`` on the disk before it is published."""
    for path in sorted(folder.rglob("*")):
        _sync(path)
    _sync(folder)


def _carry_over(published: Path, built: Path) -> None:
    for child in sorted(published.iterdir()):
        if (child / "manifest.json").is_file() and not (built / child.name).exists():
            shutil.copytree(child, built / child.name)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
