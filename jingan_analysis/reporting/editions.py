"""Editions of a report: folders that never change once they are published.

An edition is named after the second it was published in and its content, such as ``20241125T203012Z-1a2b3c4d``. Names
of one report's editions sort in the order of publication, also where the clock was set back. No unit may be named
like that, so editions of a district's report and the folders of its units' reports stand beside each other.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.disk import digests, write_synced

EDITION_FILE: Final = "edition.json"
"""What an edition tells of itself; the only file of an edition with a time in it."""

LATEST: Final = "latest"
"""Name of the link beside the editions of a report that leads to the current one."""

_NAME = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{8}")
_TIME: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Edition:
    """One published edition.

    Attributes
    ----------
    name
        Name of its folder.
    published
        When, in UTC, as ISO 8601; empty where the edition does not tell.
    previous
        The edition that was current before it, None for the first.
    files
        SHA-256 of every file of it but ``edition.json``, as they were published.
    """

    name: str
    published: str
    previous: str | None
    files: Mapping[str, str]


def is_edition_name(name: str) -> bool:
    """Whether a folder of that name is an edition, and not the folder of a unit."""
    return _NAME.fullmatch(name) is not None


def refuse_reserved_name(unit: str) -> None:
    """Refuse a unit whose folder would be taken for an edition.

    Raises
    ------
    InvalidParameter
        If the code of the unit has the form of an edition's name, or is ``latest``.
    """
    if unit == LATEST or is_edition_name(unit):
        raise InvalidParameter(
            f"unit={unit!r} is how editions are named; give the sub-district another code in the district's tables"
        )


def edition_names(target: Path) -> list[str]:
    """Names of a report's editions, oldest first."""
    if not target.is_dir():
        return []
    found = (path for path in target.iterdir() if is_edition_name(path.name))
    return sorted(path.name for path in found if path.is_dir() and not path.is_symlink())


def read_edition(folder: Path) -> Edition:
    """What an edition tells of itself; as little as its name where its file is lost or spoilt."""
    try:
        told = json.loads((folder / EDITION_FILE).read_text(encoding="utf-8"))
        return Edition(folder.name, str(told["published"]), told["previous"], dict(told["files"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return Edition(folder.name, "", None, {})


def content(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of an edition, or of a folder that becomes one, as they are now."""
    return {name: digest for name, digest in digests(folder).items() if name != EDITION_FILE}


def write_edition(built: Path, target: Path, *, previous: str | None) -> Edition:
    """Make a finished folder an edition of a report: give it a name and its ``edition.json``."""
    now = _now()
    files = content(built)
    edition = Edition(_next_name(now, files, edition_names(target)), now.isoformat(), previous, files)
    told: dict[str, Any] = {
        "edition": edition.name,
        "files": files,
        "previous": previous,
        "published": edition.published,
    }
    text = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    write_synced(built / EDITION_FILE, text.encode())
    return edition


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def _next_name(now: dt.datetime, files: Mapping[str, str], existing: list[str]) -> str:
    """Name after all existing ones, by at least a second: order matters more than a second's truth."""
    if existing:
        newest = dt.datetime.strptime(existing[-1].partition("-")[0], _TIME).replace(tzinfo=dt.UTC)
        now = max(now, newest + dt.timedelta(seconds=1))
    digest = hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()
    return f"{now.strftime(_TIME)}-{digest[:8]}"
