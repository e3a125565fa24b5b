"""Going back to an edition of a report that was published before."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from jingan_analysis.errors import UnknownEdition
from jingan_analysis.reporting.editions import Edition, edition_names, read_edition
from jingan_analysis.reporting.generations import IndexMaker, current_editions, replace_site
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.publication import publishing


class Listed(NamedTuple):
    """An edition among those of its report.

    Attributes
    ----------
    edition
        What it tells of itself.
    current
        Whether it is the one that readers are led to.
    """

    edition: Edition
    current: bool


def list_editions(out: Path, target: Path) -> tuple[Listed, ...]:
    """Editions of a report, oldest first.

    Parameters
    ----------
    out
        Folder of all reports.
    target
        Folder of the report's editions, inside ``out``.
    """
    current = current_editions(out).get(target.relative_to(out).as_posix())
    return tuple(Listed(read_edition(target / name), name == current) for name in edition_names(target))


def roll_back(out: Path, target: Path, *, index: IndexMaker, to: str | None = None) -> tuple[str, str]:
    """Have readers led to an earlier edition again; ``latest`` and the index follow in one step.

    No edition is changed or removed.

    Parameters
    ----------
    out
        Folder of all reports.
    target
        Folder of the report's editions, inside ``out``.
    index
        Makes the pages of the index.
    to
        Name of an edition; None takes the one that was current before.

    Returns
    -------
    tuple
        The edition that was current, and the one that is now.

    Raises
    ------
    UnknownEdition
        If there is no such edition; the message names those there are.
    ReportBusy
        If a run is making the report.
    """
    address = target.relative_to(out).as_posix()
    if not target.is_dir():  # and none is made by holding it
        raise UnknownEdition(f"{address} has no edition in {out.name}; `jingan run` publishes the first one")
    with holding(out, target), publishing(out):
        there = list_editions(out, target)
        standing = current_editions(out)
        current = standing.get(address)
        chosen = to if to is not None else _before(there)
        if chosen is None or chosen not in {each.edition.name for each in there}:
            asked = f"no edition {to}" if to is not None else f"no edition before {current or 'any that is current'}"
            raise UnknownEdition(f"{address} has {asked}; {_told(there)}")
        if chosen != current:
            replace_site(out, {**standing, address: chosen}, index)
    return current or "", chosen


def _before(there: tuple[Listed, ...]) -> str | None:
    return next((each.edition.previous for each in there if each.current), None)


def _told(there: tuple[Listed, ...]) -> str:
    names = [f"{each.edition.name}{' (current)' if each.current else ''}" for each in there]
    return f"there are: {', '.join(names)}" if names else "there is none; `jingan run` publishes the first one"
