"""Generations of the site: its index and its latest editions change together, in one step.

A generation is a numbered folder in ``.site`` that holds the index in every language and a link to the current edition
of every report. ``.site/current`` is a link to one generation, and all that a reader opens leads through it:
``index.html``, its like in other languages, and the ``latest`` of every report. Replacing that one link is the only
step that changes what a reader sees. A generation that ``current`` never reached was never published, and the edition
that it should have brought is removed with it.

All functions but the readers need the reports folder to be held; see
:func:`jingan_analysis.reporting.publication.publishing`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from jingan_analysis.reporting.disk import (
    make_folders,
    point,
    remove_empty,
    remove_whole,
    replacement,
    sync,
    to_disk,
    write_synced,
)
from jingan_analysis.reporting.editions import LATEST, is_edition_name
from jingan_analysis.vocabulary import LANGUAGES, Language

SITE: Final = ".site"
WORK: Final = ".work"
"""Folder inside the reports folder for runs under way; starts with a dot, so no listing shows it."""

_CURRENT: Final = "current"
_INDEX: Final = "index.html"
INDEX_FILES: Final[Mapping[Language, str]] = {
    language: _INDEX if language == "en" else f"index.{language}.html" for language in LANGUAGES
}
"""File of the index by its language."""

_ARRIVING: Final = "arriving"
"""File of a generation that is not yet published: the edition that goes if the generation goes."""

IndexMaker = Callable[[Path, Mapping[str, str]], Mapping[Language, str]]
"""Makes the pages of the index, by language, from the reports folder and the current edition of every report."""


def flat(address: str) -> str:
    """The address of a report as one file name; no name of an address has a plus sign."""
    return address.replace("/", "+")


def current_editions(out: Path, *, generation: int | None = None) -> dict[str, str]:
    """Current edition of every report by its address ``<district>/<study>/<period>[/<unit>]``.

    Parameters
    ----------
    generation
        Another generation than the current one.
    """
    folder = out / SITE / (_CURRENT if generation is None else str(generation)) / LATEST
    if not folder.is_dir():
        return {}
    found = {link.name.replace("+", "/"): link.readlink().name for link in sorted(folder.iterdir())}
    return {address: edition for address, edition in found.items() if (out / address / edition).is_dir()}


class Arrival(NamedTuple):
    """A finished edition that is not yet in its place.

    Attributes
    ----------
    address
        Of its report.
    folder
        Where it is, on the same file system; it has the edition's name.
    """

    address: str
    folder: Path


def replace_site(out: Path, editions: Mapping[str, str], index: IndexMaker, *, arriving: Arrival | None = None) -> None:
    """Have the site show these editions: all of them, with an index of them, or none.

    Parameters
    ----------
    editions
        Current edition of every report by address.
    arriving
        An edition among them that has yet to be moved into its place.

    Raises
    ------
    Exception
        Whatever hinders it; then the site is as it was.
    """
    try:
        _prepare(out)
        number = _current_number(out) + 1
        folder = out / SITE / str(number)
        folder.mkdir()
        if arriving is not None:
            _settle(out, arriving, folder)
        for language, page in index(out, editions).items():
            write_synced(folder / INDEX_FILES[language], page.encode())
        _link_editions(folder, editions)
        to_disk(folder)
        sync(folder.parent)
        _commit(out, number)
    except BaseException:
        with suppress(OSError):  # what cannot be removed now is swept by the next run
            recover(out)
        raise
    # It is published. What fails from here on fails nobody; a later run removes what stays.
    with suppress(OSError):
        sync(out / SITE)  # nothing of the previous site goes before the step away from it is on the disk
        recover(out)


def recover(out: Path) -> None:
    """Remove what interrupted runs left: generations that were never published, and what they should have brought."""
    site, work = out / SITE, out / WORK
    for gone in sorted(work.glob("gone-*")):
        shutil.rmtree(gone)
    for file in INDEX_FILES.values():
        replacement(out / file).unlink(missing_ok=True)
    if not site.is_dir():
        return
    replacement(site / _CURRENT).unlink(missing_ok=True)
    current = _current_number(out)
    for number in _numbers(site):
        told = site / str(number) / _ARRIVING
        if number > current:
            _take_back(out, told)
        told.unlink(missing_ok=True)
        if number not in {current, current - 1}:
            shutil.rmtree(site / str(number))
    for file in INDEX_FILES.values():
        # It was made for a generation that never came: the first one, or the first with an index in that language.
        if (out / file).is_symlink() and not (out / file).exists():
            (out / file).unlink()
    if not current:
        remove_empty(site, below=out)


def superseded_editions(out: Path) -> dict[str, str]:
    """Editions that the index before the current one leads to: a reader may have it open."""
    return current_editions(out, generation=_current_number(out) - 1)


def _current_number(out: Path) -> int:
    link = out / SITE / _CURRENT
    return int(link.readlink().name) if link.is_symlink() else 0


def _numbers(site: Path) -> list[int]:
    return sorted(int(folder.name) for folder in site.iterdir() if folder.name.isdecimal())


def _prepare(out: Path) -> None:
    """Have the index in every language be a link into the current generation, without a reader seeing any change.

    The index of an older layout is a file. It becomes the first generation before it is replaced by the link.
    """
    make_folders(out / SITE)
    index = out / _INDEX
    if not _current_number(out) and index.is_file() and not index.is_symlink():
        folder = out / SITE / "1"
        folder.mkdir()
        (folder / LATEST).mkdir()
        write_synced(folder / _INDEX, index.read_bytes())
        to_disk(folder)
        sync(folder.parent)
        _commit(out, 1)
    for file in INDEX_FILES.values():
        point(out / file, f"{SITE}/{_CURRENT}/{file}")


def _settle(out: Path, arriving: Arrival, generation: Path) -> None:
    """Move an edition to where the coming generation leads; write down first that it belongs to it."""
    target, name = out / arriving.address, arriving.folder.name
    write_synced(generation / _ARRIVING, f"{arriving.address}/{name}\n".encode())
    sync(generation)
    sync(generation.parent)
    make_folders(target)
    arriving.folder.rename(target / name)
    sync(target)
    up = "../" * len(target.relative_to(out).parts)
    point(target / LATEST, f"{up}{SITE}/{_CURRENT}/{LATEST}/{flat(arriving.address)}")


def _link_editions(generation: Path, editions: Mapping[str, str]) -> None:
    # One flat folder: however many reports there are, it is one folder to have on the disk.
    folder = generation / LATEST
    folder.mkdir()
    for address, edition in sorted(editions.items()):
        (folder / flat(address)).symlink_to(f"../../../{address}/{edition}")


def _commit(out: Path, number: int) -> None:
    """The one step that readers see."""
    link = out / SITE / _CURRENT
    fresh = replacement(link)
    fresh.symlink_to(str(number))
    fresh.replace(link)


def _take_back(out: Path, told: Path) -> None:
    """Remove the edition that an unpublished generation brought, and the folders that were made for it."""
    text = told.read_text(encoding="utf-8") if told.exists() else ""
    name = Path(text.strip())
    # Half a line could name the folder of a whole district.
    if not text.endswith("\n") or not is_edition_name(name.name) or name.is_absolute() or ".." in name.parts:
        return
    edition = out / name
    if edition.is_dir():
        remove_whole(edition, aside=out / WORK)
    latest = edition.parent / LATEST
    replacement(latest).unlink(missing_ok=True)
    if latest.is_symlink() and not latest.exists():
        latest.unlink()
    remove_empty(edition.parent, below=out)
