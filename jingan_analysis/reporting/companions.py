"""The files beside a report: tables, figures and the executed notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.reporting.displayed import Displayed, text_of
from jingan_analysis.reporting.injection import INJECTED
from jingan_analysis.reporting.inside import file_name

if TYPE_CHECKING:
    from nbformat import NotebookNode

_SVG_TITLE = re.compile(r"<title\b[^>]*>(.*?)</title>", re.DOTALL)
_SVG_DESCRIPTION = re.compile(r"<desc\b[^>]*>(.*?)</desc>", re.DOTALL)
_DESCRIBED = re.compile(r'\s(?:width="720"|role="img"|aria-labelledby="[^"]*")')
_WRITTEN: Final[tuple[Callable[[str], str], ...]] = (
    lambda place: json.dumps(place)[1:-1],
    lambda place: repr(place)[1:-1],
    escape,
    str,
)
"""How a place can stand in a cell: in the run's JSON document, in a Python literal, in HTML, as it is."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def write_tables(displayed: Displayed, folder: Path) -> None:
    """One UTF-8 CSV file, unrounded, for every displayed table of the result."""
    folder.mkdir()
    for name, _ in displayed.tables:
        if name in displayed.table_csv:
            (folder / f"{file_name(name)}.csv").write_text(displayed.table_csv[name], encoding="utf-8", newline="")


def write_figures(displayed: Displayed, folder: Path) -> None:
    """One SVG file that stands alone, with its font, for every displayed figure."""
    from jingan_analysis.figures.svg import standalone_svg

    folder.mkdir()
    characters = "".join({*chain(*displayed.figure_svg.values())})
    for name, svg in displayed.figure_svg.items():
        title, description = _SVG_TITLE.search(svg), _SVG_DESCRIPTION.search(svg)
        alone = standalone_svg(
            _undescribed(svg),
            title=text_of(title[1]) if title else name,
            description=text_of(description[1]) if description else "",
            among=characters,
        )
        (folder / f"{file_name(name)}.svg").write_text(alone, encoding="utf-8", newline="")


def write_notebook(notebook: NotebookNode, path: Path, *, places: dict[str, str]) -> None:
    """The executed notebook without times, addresses, warnings and absolute places; same run, same bytes.

    Parameters
    ----------
    places
        What stands in for each absolute path.
    """
    import nbformat

    clean = nbformat.from_dict(_without_clock(notebook))  # type: ignore[no-untyped-call]
    text: str = nbformat.writes(clean, version=4)  # type: ignore[no-untyped-call]
    for place in sorted(places, key=len, reverse=True):
        for written in _WRITTEN:
            text = text.replace(_json_inside(written(place)), _json_inside(written(places[place])))
    path.write_text(text + "\n", encoding="utf-8", newline="")


def _json_inside(text: str) -> str:
    """A text as it stands between the quotation marks of a notebook's JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _undescribed(svg: str) -> str:
    """An inline figure's SVG as the study made it: its words are added again, once, by the standalone file."""
    opening, end, rest = svg.partition(">")
    rest = _SVG_DESCRIPTION.sub("", _SVG_TITLE.sub("", rest, count=1), count=1)
    return _DESCRIBED.sub("", opening) + end + rest


def _without_clock(notebook: NotebookNode) -> dict[str, Any]:
    clean: dict[str, Any] = json.loads(json.dumps(notebook))
    clean["metadata"].pop("papermill", None)
    clean["metadata"].pop("widgets", None)
    clean["metadata"]["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    for cell in clean["cells"]:
        cell["metadata"].pop("papermill", None)
        cell["metadata"].pop("execution", None)
        if INJECTED in cell["metadata"].get("tags", []):
            cell["id"] = INJECTED
        if "outputs" in cell:
            # Warnings name files of this machine, and may quote data; they are no result.
            cell["outputs"] = [output for output in cell["outputs"] if output.get("name") != "stderr"]
        for output in cell.get("outputs", []):
            _without_address(output)
    return clean


def _without_address(output: dict[str, Any]) -> None:
    data = output.get("data", {})
    if "text/plain" in data:
        data["text/plain"] = _ADDRESS.sub("", "".join(data["text/plain"]))
    if "text" in output:
        output["text"] = _ADDRESS.sub("", "".join(output["text"]))
