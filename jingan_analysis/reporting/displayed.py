"""What an executed notebook displayed, sorted into the sections of a report.

A cell's tag names its section; cells with no section's tag are the analyst's own and are not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jingan_analysis.errors import ReportFailed
from jingan_analysis.reporting.execution import tags
from jingan_analysis.reporting.manifest import REPORT_MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

SECTIONS: Final = ("headline", "figures", "evidence", "tables", "notes", "checks", "provenance")
"""Tags of published cells, in the order of the page (the method stands before the notes)."""

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_FORBIDDEN_ATTRIBUTE = re.compile(r"""\s(?:style|on[a-z]+)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_ID = re.compile(r"""\sid="([^"]*)\"""")
_FORBIDDEN_ELEMENT = re.compile(
    r"<(script|style|iframe|object)\b.*?</\1\s*>|<(?:script|iframe|object|embed|link|base|meta)\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_FIGURE = re.compile(r'<figure id="figure-([^"]+)"[^>]*>.*?<p class="figure-title">(.*?)</p>', re.DOTALL)
_FIGURE_SVG = re.compile(r'<figure id="figure-([^"]+)"[^>]*>.*?(<svg\b.*?</svg>)', re.DOTALL)
_TABLE = re.compile(r'<table id="table-([^"]+)"[^>]*>\s*<caption[^>]*>(.*?)</caption>', re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>")


class Entry(NamedTuple):
    """One figure or table of the contents list."""

    name: str
    title: str


@dataclass(frozen=True)
class Displayed:
    """A report's content as the notebook displayed it.

    Attributes
    ----------
    sections
        HTML fragments by section, in notebook order.
    particulars
        What the provenance cell handed over; becomes the manifest.
    table_csv
        CSV text of every table of the result, by name, displayed or not.
    """

    sections: Mapping[str, tuple[str, ...]]
    particulars: Mapping[str, Any]
    table_csv: Mapping[str, str]

    @property
    def figures(self) -> tuple[Entry, ...]:
        """Displayed figures with their findings."""
        return tuple(Entry(name, text_of(title)) for name, title in self._find(_FIGURE))

    @property
    def tables(self) -> tuple[Entry, ...]:
        """Displayed tables with their captions."""
        return tuple(Entry(name, text_of(caption)) for name, caption in self._find(_TABLE))

    @property
    def figure_svg(self) -> dict[str, str]:
        """The ``<svg>`` element of every displayed figure, by name."""
        return dict(self._find(_FIGURE_SVG))

    def _find(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
        for fragments in self.sections.values():
            for fragment in fragments:
                for match in pattern.finditer(fragment):
                    yield unescape(match[1]), match[2]


def read_displayed(notebook: NotebookNode) -> Displayed:
    """Sort an executed notebook's outputs into sections.

    Raises
    ------
    ReportFailed
        If the notebook shows no headline or no provenance.
    """
    sections: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for section in SECTIONS:
        outputs = [
            output for cell in notebook.cells if cell.cell_type == "code" and section in tags(cell)
            for output in cell.outputs
        ]  # fmt: skip
        sections[section] = tuple(_fragment(output, seen) for output in outputs if "text/html" in _data(output))
    handed = [_data(o)[REPORT_MIME] for c in notebook.cells for o in c.get("outputs", []) if REPORT_MIME in _data(o)]
    if not handed:
        raise ReportFailed("The notebook shows no provenance; end it with a cell 'ja.provenance(result)'")
    if not sections["headline"]:
        raise ReportFailed("The notebook shows no headline; show 'result.headline' in a cell tagged 'headline'")
    particulars = {name: value for name, value in handed[-1].items() if name != "tables"}
    return Displayed(sections, particulars, dict(handed[-1].get("tables", {})))


def text_of(fragment: str) -> str:
    """The text that a fragment of HTML shows."""
    return unescape(_MARKUP.sub("", fragment)).strip()


def _data(output: Mapping[str, Any]) -> Mapping[str, Any]:
    data: Mapping[str, Any] = output.get("data", {})
    return data


def _fragment(output: Mapping[str, Any], seen: set[str]) -> str:
    """One output, without what a strict page forbids and without identifiers that the page has already."""
    html = "".join(_data(output)["text/html"])
    html = _FORBIDDEN_ELEMENT.sub("", html)
    taken = frozenset(seen)

    def tag(match: re.Match[str]) -> str:
        text = _FORBIDDEN_ATTRIBUTE.sub("", match[0])
        for identifier in _ID.findall(text):
            if identifier in taken:
                # Shown before: links lead to the first one.
                text = text.replace(f' id="{identifier}"', "")
            seen.add(identifier)
        return text

    return _TAG.sub(tag, html)
