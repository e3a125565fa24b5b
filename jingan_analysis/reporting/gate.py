"""The last gate before publication: no file of a report may hold a number that names a person."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Final

from jingan_analysis.disclosure.identity_numbers import identity_numbers
from jingan_analysis.errors import PublicationRefused

_TEXT: Final = frozenset({".html", ".csv", ".svg", ".json", ".ipynb"})


def refuse_persons(folder: Path) -> None:
    """Look through every file that would be published.

    Raises
    ------
    PublicationRefused
        If one holds an identity number or a mobile telephone number, or is of a kind that cannot be looked through; the
        message tells files and counts, never a number.
    """
    faults = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in _TEXT:
            faults.append(f"{name} is of a kind that cannot be looked through")
            continue
        found = identity_numbers(unescape(path.read_text(encoding="utf-8")))
        faults += [f"{name} holds {count} × {kind}" for kind, count in found.items()]
    if faults:
        raise PublicationRefused(
            f"Nothing was published: {'; '.join(faults)}. Take the column with it out of what the notebook shows, or "
            "out of the district's tables; the last good report stays where it is."
        )
