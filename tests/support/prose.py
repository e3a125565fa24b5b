"""What a finished page says in words: every passage, with the numbers in it that are links, and where it stands.

Read from the published HTML with the standard library, not with the code that wrote it. The section of provenance is not
read: it is a list of parameters, versions and digests, and of what the district states about its sources.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col"}
_UNREAD = {"script", "style", "template", "math", "tbody", "svg", "code"}
"""What is no sentence: cells and row labels of tables, letters inside a picture, formulas, digests, the script's words."""

_INLINE = {"span", "strong", "em", "br", "i"}
_SPOKEN = ("aria-label", "aria-description", "alt", "title")


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Node]:
        """The elements in it, itself first."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", kind: str = "", **attributes: str) -> list[Node]:
        """Elements in it by tag, class and attributes."""
        return [
            each
            for each in self
            if (not tag or each.tag == tag)
            and (not kind or kind in each.classes)
            and all(each.attributes.get(name) == value for name, value in attributes.items())
        ]


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("page")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in (node.tag for node in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree(html: str) -> Node:
    """The elements of a page."""
    reader = _Tree()
    reader.feed(html)
    reader.close()
    return reader.open[0]


@dataclass(frozen=True)
class Linked:
    """A number that is a link to a cell: as shown, as computed, and how its source is named."""

    text: str
    value: float | None
    cell: str
    names: str


@dataclass
class Passage:
    """One text.

    Attributes
    ----------
    where
        The place as the manifest names it, such as ``figure map, title``; else what kind of text it is.
    parts
        Words, and the numbers that are links, in reading order.
    copy
        Whether it repeats the text of that place without links, as alternatives and contents do.
    """

    where: str
    parts: list[str | Linked]
    copy: bool = False

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def linked(self) -> list[Linked]:
        return [part for part in self.parts if isinstance(part, Linked)]


@dataclass
class Prose:
    """A page in words.

    Attributes
    ----------
    passages
        Every text of the page.
    cells
        What each cell shows, by its identifier.
    sources
        How each cell is named on the page: caption, row label, column header.
    tables
        How many tables there are.
    manifest
        The manifest inside the page.
    claims
        What it lists, by place.
    """

    passages: list[Passage]
    cells: dict[str, str]
    sources: dict[str, str]
    tables: int
    manifest: dict[str, Any]
    claims: dict[str, list[dict[str, Any]]]


def read_prose(html: str) -> Prose:
    """All texts of a finished page."""
    page = tree(html)
    manifest = json.loads(page.all("script", id="manifest")[0].text)
    claims: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for claim in manifest["claims"]:
        claims[claim["where"]].append(claim)
    placed = {id(node): passage for node, passage in _placed(page)}
    provenance = {id(part): Passage("", []) for part in page.all(id="provenance")}
    tables = [table for table in page.all("table") if table.attributes.get("id")]
    known = [_columns(table) for table in tables]
    return Prose(
        [each for each in _passages(page, placed | provenance) if each.text.strip()],
        {cell: text for found in known for cell, (text, _) in found.items()},
        {cell: source for found in known for cell, (_, source) in found.items()},
        len(tables),
        manifest,
        dict(claims),
    )


def _parts(node: Node) -> list[str | Linked]:
    parts: list[str | Linked] = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        elif "claim" in child.classes:
            value = [float(data.attributes["value"]) for data in child.all("data")]
            cell = child.attributes["href"].removeprefix("#")
            parts.append(Linked(child.text, value[0] if value else None, cell, child.attributes.get("title", "")))
        elif child.tag not in _UNREAD:
            parts += _parts(child)
    return parts


def _placed(page: Node) -> Iterator[tuple[Node, Passage]]:
    """The texts that the manifest has a name for."""
    for section, kind in (("key-findings", "headline"), ("checks", "check"), ("notes", "note")):
        items = [item for part in page.all(id=section) for item in part.all("li")]
        for number, item in enumerate(items, start=1):
            yield item, Passage(f"{kind} {number}", _parts(item))
    for figure in page.all("figure"):
        yield from _of_figure(figure)
    for scroll in page.all(kind="table-scroll"):
        yield from _of_table(scroll)
    for notes in page.all(kind="table-notes"):
        name = _table_before(page, notes)
        items = [item for item in notes.all("li") if not item.all(kind="mark")]
        for number, item in enumerate(items, start=1):
            yield item, Passage(f"table {name}, note {number}", _parts(item))
    for fold in page.all("details", "fold"):
        name = fold.all("table")[0].attributes["id"].removeprefix("table-")
        summary = fold.all("summary")[0]
        yield summary, Passage(f"table {name}, caption", _parts(summary), copy=True)
    for link in [link for part in page.all(kind="contents") for link in part.all("a")]:
        kind, _, name = link.attributes["href"].removeprefix("#").partition("-")
        if kind in ("figure", "table"):
            part = "title" if kind == "figure" else "caption"
            yield link, Passage(f"{kind} {name}, {part}", _parts(link), copy=True)


def _of_figure(figure: Node) -> Iterator[tuple[Node, Passage]]:
    name = figure.attributes.get("id", "").removeprefix("figure-")
    for kind in ("title", "subtitle"):
        for node in figure.all("p", f"figure-{kind}"):
            yield node, Passage(f"figure {name}, {kind}", _parts(node))
    for tag, kind in (("title", "title"), ("desc", "alternative")):
        for node in figure.all(tag):
            yield node, Passage(f"figure {name}, {kind}", _parts(node), copy=True)
    for notes in figure.all(kind="figure-notes"):
        for number, item in enumerate(notes.all("li"), start=1):
            yield item, Passage(f"figure {name}, note {number}", _parts(item))


def _of_table(scroll: Node) -> Iterator[tuple[Node, Passage]]:
    table = scroll.all("table")[0]
    name = table.attributes.get("id", "").removeprefix("table-")
    for caption in table.all("caption"):
        yield caption, Passage(f"table {name}, caption", _parts(caption))
    columns = _column_names(table)
    for group, head in _heads(table):
        column = columns.pop(0) if columns else ""
        if group is not None:
            yield group, Passage(f"table {name}, group of {column}", _parts(group))
        for unit in head.all("span", "unit"):
            yield unit, Passage(f"table {name}, unit of {column}", _parts(unit))


def _heads(table: Node) -> list[tuple[Node | None, Node]]:
    """The header of each column but the first, after the spanning header that begins with it."""
    first, *second = [row.all("th") for head in table.all("thead") for row in head.all("tr")]
    below = [head for row in second for head in row]
    heads: list[tuple[Node | None, Node]] = []
    for head in first[1:]:
        if head.attributes.get("scope") == "colgroup":
            members = [below.pop(0) for _ in range(int(head.attributes["colspan"]))]
            heads += [(head if place == 0 else None, member) for place, member in enumerate(members)]
        else:
            heads.append((None, head))
    return heads


def _rows(table: Node) -> list[Node]:
    return [row for body in table.all("tbody") for row in body.all("tr")]


def _column_names(table: Node) -> list[str]:
    for row in _rows(table):
        start = f"cell-{table.attributes['id'].removeprefix('table-')}-{row.attributes['data-row']}-"
        start = start.replace(" ", "_")
        return [cell.attributes["id"].removeprefix(start) for cell in row.all("td")]
    return []


def _columns(table: Node) -> dict[str, tuple[str, str]]:
    """What every cell shows, and how it is named."""
    caption = table.all("caption")[0].text if table.all("caption") else ""
    names, spanning = [], ""
    left = 0
    for group, head in _heads(table) if table.all("thead") else []:
        if group is not None:
            spanning, left = group.text, int(group.attributes["colspan"])
        unit = "".join(each.text for each in head.all("span", "unit"))
        own = head.text.removesuffix(unit)
        names.append(" ".join(filter(None, (spanning if left > 0 else "", own))))
        left -= 1
    return {
        cell.attributes["id"]: (cell.text, f"{caption}: {row.all('th')[0].text}, {name}")
        for row in _rows(table)
        for cell, name in zip(row.all("td"), names, strict=False)
        if "id" in cell.attributes
    }


def _table_before(page: Node, notes: Node) -> str:
    """Name of the table that notes stand under: the last one before them."""
    name = ""
    for node in page:
        if node is notes:
            break
        if node.tag == "table":
            name = node.attributes.get("id", "").removeprefix("table-")
    return name


def _passages(node: Node, placed: dict[int, Passage]) -> Iterator[Passage]:
    """Every text of an element: those that have a place, and all others by what kind of element holds them."""
    yield from _attributes(node)
    if id(node) in placed:
        yield placed[id(node)]
        return
    if node.tag in _UNREAD:
        for child in node.all("title") + node.all("desc") if node.tag == "svg" else ():
            yield from _passages(child, placed)
        return
    words: list[str | Linked] = []
    for child in node.children:
        if isinstance(child, str):
            words.append(child)
        elif id(child) not in placed and (child.tag in _INLINE or "claim" in child.classes):
            words += _parts(Node("", {}, [child]))
            yield from (passage for part in child for passage in _attributes(part))
        else:
            yield from _passages(child, placed)
    if any(not isinstance(part, str) or part.strip() for part in words):
        yield Passage(" ".join([node.tag, *node.classes[:1]]), words)


def _attributes(node: Node) -> Iterator[Passage]:
    """What an element says in its attributes; how a number names its source is read with the number."""
    if node.tag == "meta" and node.attributes.get("name") == "description":
        yield Passage("description", [node.attributes["content"]])
    for name in _SPOKEN:
        if name in node.attributes and "claim" not in node.classes:
            yield Passage(f"{name} of {node.tag}", [node.attributes[name]])
