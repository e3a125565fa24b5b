"""The HTML page of a report, made from what its notebook displayed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.figures.style import DARK, LIGHT, scheme_css
from jingan_analysis.reporting.displayed import Displayed
from jingan_analysis.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES: Final = Path(__file__).parent / "templates"
POLICY_MARK: Final = "<content-security-policy>"
FONT_MARK: Final = "/* <embedded font> */"
"""Where something goes later; texts from data are escaped, so none of them can hold such a mark."""

_SCHEMES_MARK: Final = "/* colour schemes of the figures go here */"
_HEAD_MARK: Final = "running head goes here"
_COUNTED: Final = "0123456789/"
"""Characters of page numbers in print; they stand in no text."""

_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
_WIDE_QUOTES: Final = (
    (re.compile(r"(?<=[A-Za-z])\N{RIGHT SINGLE QUOTATION MARK}(?=[A-Za-z])"), "&#39;"),
    (re.compile(r"\N{LEFT DOUBLE QUOTATION MARK}(?=[!-~])|(?<=[!-~])\N{RIGHT DOUBLE QUOTATION MARK}"), "&quot;"),
)
"""Typographic quotes beside Latin text: the report's font draws them as wide as a Chinese character."""

_MARKUP = re.compile(r"<[^>]*>")


def render_page(notebook: NotebookNode, displayed: Displayed, *, depth: int) -> str:
    """The whole page of an executed notebook.

    Parameters
    ----------
    depth
        Folders between the page and the index of all reports.

    Raises
    ------
    UnrenderableCharacter
        If a text has a character that the report's font cannot draw.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    exporter = TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="report",
        template_file="index.html.j2",
        file_extension=".html",
        extra_template_basedirs=[str(TEMPLATES)],
    )
    page = {**_front(displayed), "index": "../" * depth + "index.html", "style": style_sheet(running_head(displayed))}
    body, _ = exporter.from_notebook_node(notebook, {"report": page, "language": "en"})
    return seal(body)


def seal(html: str) -> str:
    """Embed the font's glyphs that a page uses and pin its content-security policy to its own styles.

    Raises
    ------
    UnrenderableCharacter
        If the font cannot draw a character of the page.
    """
    from jingan_analysis.figures.fonts import font_face_css, subset_font

    html = _narrow_quotes(html.replace("\r\n", "\n"))
    html = html.replace(FONT_MARK, font_face_css(subset_font(shown_characters(html))))
    hashes = sorted({_digest(style) for style in _STYLE.findall(html)})
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(hashes)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return html.replace(POLICY_MARK, policy)


def shown_characters(html: str) -> str:
    """Every character that a page can show, once, in code point order, without control characters."""
    text = unescape(_MARKUP.sub("", _STYLE.sub("", html)))
    return "".join(sorted(character for character in {*text, *_COUNTED} if character.isprintable()))


def style_sheet(head: str = "") -> str:
    """The style sheet of all pages with the figures' colours, still without the font.

    Parameters
    ----------
    head
        Text at the top of every printed page.
    """
    rules = (TEMPLATES / "report" / "style.css").read_text(encoding="utf-8")
    schemes = (
        f":root{{{scheme_css(LIGHT)}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{scheme_css(DARK)}}}}}"
    )
    return rules.replace(_SCHEMES_MARK, schemes).replace(_HEAD_MARK, _css_text(head))


def running_head(displayed: Displayed) -> str:
    """What every printed page says at its top: the warnings, and which report it belongs to."""
    told = displayed.particulars
    return " | ".join((*told["stamps"], told["title"], told["period_label"]))


def district_names(names: Mapping[str, str], key: str) -> tuple[str, list[tuple[str, str]]]:
    """English name of a district, its key if it has none, and the other names by language."""
    return names.get("en", key), [(language, names[language]) for language in LANGUAGES[1:] if language in names]


def _narrow_quotes(html: str) -> str:
    for pattern, narrow in _WIDE_QUOTES:
        html = pattern.sub(narrow, html)
    return html


def _css_text(text: str) -> str:
    """The text as the inside of a CSS string, unable to end the string or the style element."""
    return "".join(
        character if character.isalnum() or character in " ,.:;|-" else f"\\{ord(character):06x}" for character in text
    )


def _digest(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def _front(displayed: Displayed) -> dict[str, Any]:
    """What the template needs besides the notebook itself."""
    particulars = displayed.particulars
    name, other_names = district_names(particulars["district"]["names"], particulars["district"]["key"])
    return {
        **particulars,
        "sections": displayed.sections,
        "figures": displayed.figures,
        "tables": displayed.tables,
        "district_name": name,
        "other_names": other_names,
        "area": particulars["unit_name"] or "Whole district",
        "basis": {"resident": "Resident population", "registered": "Registered population"}.get(
            particulars["parameters"].get("basis", ""), ""
        ),
        "policy": POLICY_MARK,
    }
