"""Files that are on the disk when they are said to be, and folders that go at once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from jingan_analysis.errors import PublicationRefused


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and have it on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o644)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file, or the list of a folder's entries, on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_disk(folder: Path) -> None:
    """Have every file and folder below ``folder`` on the disk before it is published."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink():
            sync(path)
    sync(folder)


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, each of them on the disk."""
    if not folder.is_dir():
        make_folders(folder.parent)
        folder.mkdir()
        sync(folder.parent)


def remove_empty(folder: Path, *, below: Path) -> None:
    """Remove a folder if it is empty, then those above it that this leaves empty, up to ``below``."""
    while folder != below and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def remove_whole(folder: Path, *, aside: Path) -> None:
    """Remove a folder: it leaves its place in one step, and is deleted where nobody looks.

    Parameters
    ----------
    aside
        Folder on the same file system; what is left there when this is interrupted is deleted later.
    """
    gone = aside / f"gone-{folder.name}"
    shutil.rmtree(gone, ignore_errors=True)
    folder.rename(gone)
    sync(folder.parent)
    shutil.rmtree(gone, ignore_errors=True)


def point(link: Path, to: str) -> None:
    """Have a symbolic link point somewhere; what stood in its place is replaced in one step.

    Raises
    ------
    PublicationRefused
        If a folder stands in its place.
    """
    if link.is_symlink() and link.readlink() == Path(to):
        return
    if link.is_dir() and not link.is_symlink():
        raise PublicationRefused(
            f"{link.name} in {link.parent.name} is a folder and should be a link: the reports were copied without "
            "their links; move that folder away and publish again"
        )
    if os.path.lexists(link):
        fresh = replacement(link)
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(to)
        fresh.replace(link)
    else:
        link.symlink_to(to)
    sync(link.parent)


def replacement(link: Path) -> Path:
    """Where the next state of a link is made before it takes the link's place."""
    return link.with_name(f".{link.name}.new")


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path from there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
