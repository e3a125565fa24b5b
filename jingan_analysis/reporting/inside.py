"""Nothing is written outside the reports folder: names are plain, and no link leads out of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from jingan_analysis.errors import PublicationRefused, ReportFailed

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_LONGEST: Final = 120
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, with any ending."""

_OWN_FOLDERS: Final = (".work", ".work/held", ".work/cache", ".site")


def file_name(name: str) -> str:
    """A name that is safe as the name of a file or folder on every system.

    Raises
    ------
    ReportFailed
        If it is not: a table or figure is named with letters, digits, ``_``, ``-`` and ``.`` only.
    """
    if _NAME.fullmatch(name) is None or len(name) > _LONGEST:
        raise ReportFailed(
            f"{name!r} cannot name a file or folder; use letters, digits, '_', '-' and '.', at most {_LONGEST} of them"
        )
    if _DEVICE.fullmatch(name):
        raise ReportFailed(f"{name!r} cannot name a file or folder: Windows keeps it for a device; choose another name")
    return name


def refuse_ways_out(out: Path, target: Path) -> None:
    """Check that the folders which a run writes into lie inside the reports folder, and are folders.

    Parameters
    ----------
    out
        Folder of all reports; it may be reached by a link, whoever named it meant that.
    target
        Folder of one report.

    Raises
    ------
    PublicationRefused
        If the report's folder is not inside, or a link stands in its place or on the way to it.
    """
    within = target.is_relative_to(out) and ".." not in target.relative_to(out).parts
    if not within or target == out:
        raise PublicationRefused("Nothing was published: the report's folder is not inside the folder of all reports")
    steps = [out / name for name in _OWN_FOLDERS]
    steps += [out.joinpath(*target.relative_to(out).parts[: n + 1]) for n in range(len(target.relative_to(out).parts))]
    for step in steps:
        if step.is_symlink() or (step.exists() and not step.is_dir()):
            name = step.relative_to(out).as_posix()
            raise PublicationRefused(
                f"Nothing was published: {name} in the folder of all reports is a link or a file, where a folder is "
                "expected; remove it and run again"
            )
