"""Is a report what it says it is? Its own seal, its companions, and the same run once more."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jingan_analysis.errors import InvalidReport
from jingan_analysis.reporting.disk import digests
from jingan_analysis.reporting.editions import LATEST, content, read_edition
from jingan_analysis.reporting.embedded import read_embedded, read_page, without_manifest
from jingan_analysis.reporting.report_links import without_links
from jingan_analysis.reporting.rerun import conditions_of, rerun

if TYPE_CHECKING:
    from jingan_analysis.reporting.execution import Progress

_MOST_CELLS: Final = 20
"""Cells of one table, and places of the page, that are told one by one."""

_NEEDED: Final = frozenset(
    {"claims", "code_revision", "headline", "inputs", "options", "outputs", "parameters", "period", "software", "study"}
    | {"language", "languages", "unit"}
)
_MOST_TEXT: Final = 120
_PIECE = re.compile(r"<[^>]*>|[^<]+")
_ID = re.compile(r'\sid="([^"]*)"')


class Difference(NamedTuple):
    """One thing that is not as the report says.

    Attributes
    ----------
    where
        File, table and cell, input or package.
    reported, found
        Short texts; empty where there is nothing.
    """

    where: str
    reported: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: {self.reported or 'nothing'} in the report, {self.found or 'nothing'} now"


@dataclass(frozen=True)
class Verification:
    """What was looked at, and what differs.

    Attributes
    ----------
    study, period
        Of the report.
    changed
        What was changed in the published files after they were written.
    conditions
        Inputs, versions and code that are not those of the report; they explain differences of the run.
    results
        Cells of tables, figures and texts that the run gives otherwise; None where nothing was run.
    """

    study: str
    period: str
    changed: tuple[Difference, ...]
    conditions: tuple[Difference, ...]
    results: tuple[Difference, ...] | None

    @property
    def identical(self) -> bool:
        """Whether nothing differs that was looked at."""
        return not (self.changed or self.conditions or self.results)

    def __str__(self) -> str:
        parts = {
            "Changed after publication": self.changed,
            "Other conditions than the report's": self.conditions,
            "Another result": self.results or (),
        }
        lines = [f"{self.study}, {self.period}: {self._verdict}"]
        for title, found in parts.items():
            lines += [f"{title}:", *(f"  {each}" for each in found)] if found else []
        return "\n".join(lines)

    @property
    def _verdict(self) -> str:
        if self.results is None:
            return "DIFFERS" if self.changed else "unchanged since it was published; give the district to run it again"
        if self.identical:
            return "identical"
        if not self.changed and not self.results:
            return "same results under other conditions"
        return "DIFFERS"


def verify(report: Path, district: Path | None, *, notebooks: Path, progress: Progress | None = None) -> Verification:
    """Check a published report against its own seal and companions and, with the district, against a new run.

    Parameters
    ----------
    report
        The page, the edition or the ``latest`` folder that holds it, or the report's folder that holds those.
    district
        Folder of the district's data; None looks at the published files only.
    notebooks
        Folder with the studies' notebooks.
    progress
        As for :func:`jingan_analysis.reporting.runner.run_report`.

    Raises
    ------
    InvalidReport
        If there is no such page, or it carries no manifest that a run could be made from.
    ReportFailed, InvalidParameter, DistrictNotFound
        If the report cannot be run again.
    """
    report = report / LATEST if (report / LATEST).is_dir() else report
    page = report / "report.html" if report.is_dir() else report
    if not page.is_file():
        raise InvalidReport(f"there is no report {page.name} in {page.parent.name or 'this folder'}")
    told = read_embedded(read_page(page))
    manifest = told.manifest
    lacking = sorted(_NEEDED - manifest.keys())
    if lacking:
        raise InvalidReport(f"the manifest of {page.name} lacks {', '.join(lacking)}: it cannot be verified")
    changed = [] if told.unchanged else [Difference(page.name, "the content that was sealed", "another")]
    changed += _files(manifest["outputs"], _companions(page.parent))
    changed += _further_files(page, manifest["outputs"])
    if district is None:
        return Verification(manifest["study"], manifest["period"], tuple(changed), (), None)
    with tempfile.TemporaryDirectory() as folder:
        main = rerun(conditions_of(manifest, district), out=Path(folder), notebooks=notebooks, progress=progress)
        other = manifest["language"] != manifest["languages"][0]
        again = main.parent / manifest["language"] / main.name if other else main
        fresh = read_embedded(read_page(again)).manifest
        conditions = tuple(_conditions(manifest, fresh))
        results = tuple(_results(page, again, manifest, fresh))
    return Verification(manifest["study"], manifest["period"], tuple(changed), conditions, results)


def _companions(folder: Path) -> dict[str, str]:
    """Digests of tables and figures beside a page; reports on units below it are their own."""
    found: dict[str, str] = {}
    for name in ("tables", "figures"):
        if (folder / name).is_dir():
            found |= {f"{name}/{file}": digest for file, digest in digests(folder / name).items()}
    return found


def _further_files(page: Path, looked_at: Mapping[str, str]) -> Iterator[Difference]:
    """Files of the edition, such as its executed notebook, that the page itself does not answer for."""
    reported = read_edition(page.parent).files
    if reported:
        found = content(page.parent)
        others = (reported.keys() | found.keys()) - looked_at.keys() - {page.name}
        others = {name for name in others if not name.startswith(("tables/", "figures/"))}
        yield from _files(*({name: files[name] for name in others & files.keys()} for files in (reported, found)))


def _files(reported: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(reported.keys() | found.keys()):
        if reported.get(name) != found.get(name):
            yield Difference(name, _short(reported.get(name)), _short(found.get(name)))


def _conditions(told: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _named("input", told["inputs"], now["inputs"], short=True)
    yield from _named("parameter", told["parameters"], now["parameters"])
    yield from _named("package", told["software"]["packages"], now["software"]["packages"])
    for name, before, after in (
        ("python", told["software"]["python"], now["software"]["python"]),
        ("code revision", told["code_revision"], now["code_revision"]),
    ):
        if before != after:
            yield Difference(name, before or "", after or "")


def _named(kind: str, told: Mapping[str, Any], now: Mapping[str, Any], *, short: bool = False) -> Iterator[Difference]:
    for name in sorted(told.keys() | now.keys()):
        if told.get(name) != now.get(name):
            before, after = (_short(values.get(name)) if short else str(values.get(name, "")) for values in (told, now))
            yield Difference(f"{kind} {name}", before, after)


def _results(published: Path, again: Path, told: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """What the run gives otherwise, down to the cell and the place on the page."""
    here, there = _companions(published.parent), _companions(again.parent)
    for name in sorted(here.keys() | there.keys()):
        if here.get(name) == there.get(name):
            continue
        if name.endswith(".csv") and name in here and name in there:
            yield from _cells(name, published.parent / name, again.parent / name)
        else:
            yield Difference(name, _short(here.get(name)), _short(there.get(name)))
    for number, (before, after) in enumerate(zip_longest(told["headline"], now["headline"], fillvalue=""), start=1):
        if before != after:
            yield Difference(f"headline, sentence {number}", before, after)
    yield from _claims(told["claims"], now["claims"])
    if not any(_conditions(told, now)):  # else the page differs in what it says of its conditions
        pages = [read_page(path) for path in (published, again)]
        yield from _passages(*(without_links(without_manifest(page)) for page in pages))


def _claims(told: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[Difference]:
    """Numbers of sentences that another run states otherwise."""
    before, after = ({(each["where"], each["cell"]): each["text"] for each in claims} for claims in (told, now))
    for where, cell in dict.fromkeys([*before, *after]):
        old, new = before.get((where, cell), ""), after.get((where, cell), "")
        if old != new:
            yield Difference(f"{where}, #{cell}", old, new)


def _passages(before: str, after: str) -> Iterator[Difference]:
    """Where two pages differ, with the last identifier before each place."""
    here, there = list(_pieces(before)), list(_pieces(after))
    if len(here) != len(there):
        yield Difference("report.html", f"{len(here)} pieces of text and markup", str(len(there)))
    differing = [(old, new) for old, new in zip(here, there, strict=False) if old != new]
    for old, new in differing[:_MOST_CELLS]:
        yield Difference(f"report.html at #{old[0]}", old[1][:_MOST_TEXT], new[1][:_MOST_TEXT])


def _pieces(page: str) -> Iterator[tuple[str, str]]:
    """Last identifier and text of every run of text and every tag."""
    last = "top"
    for match in _PIECE.finditer(page):
        named = _ID.search(match[0])
        last = named[1] if named and match[0].startswith("<") else last
        yield last, match[0].strip()


def _cells(name: str, published: Path, again: Path) -> Iterator[Difference]:
    before, after = _table(published), _table(again)
    differing = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    for key in differing[:_MOST_CELLS]:
        yield Difference(f"{name}, row {key[0]}, column {key[1]}", before.get(key, ""), after.get(key, ""))
    if len(differing) > _MOST_CELLS:
        yield Difference(f"{name}, further cells", str(len(differing) - _MOST_CELLS), "other values")


def _table(path: Path) -> dict[tuple[str, str], str]:
    """Cells of a table by row and column name."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["row"], column): value for row in rows for column, value in row.items() if column != "row"}


def _short(digest: str | None) -> str:
    return f"SHA-256 {digest[:12]}…" if digest else ""
