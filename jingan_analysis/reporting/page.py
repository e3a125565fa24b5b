"""The HTML page of a report, made from what its notebook displayed."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, get_args

from jingan_analysis.figures.style import DARK, LIGHT, scheme_css
from jingan_analysis.language import HTML_LANGUAGES, LANGUAGE_NAMES, mark, spoken, tr
from jingan_analysis.reporting.displayed import Displayed
from jingan_analysis.reporting.formula_font import formula_font_css
from jingan_analysis.reporting.generations import INDEX_FILES
from jingan_analysis.reporting.mathematics import paragraph_html
from jingan_analysis.studies.period import Period
from jingan_analysis.tables.formatting import format_day
from jingan_analysis.vocabulary import LANGUAGES, Language

if TYPE_CHECKING:
    from nbformat import NotebookNode

Script = Literal["report", "reports"]
TEMPLATES: Final = Path(__file__).parent / "templates"
POLICY_MARK: Final = "<content-security-policy>"
FONT_MARK: Final = "/* <embedded font> */"
"""Where something goes later; texts from data are escaped, so none of them can hold such a mark."""

_SCHEMES_MARK: Final = "/* colour schemes of the figures go here */"
BASES: Final = {"resident": mark("Resident population"), "registered": mark("Registered population")}
_HEAD_MARK: Final = "running head goes here"
_COUNTED: Final = "0123456789/"
"""Characters of page numbers in print; they stand in no text."""

_ROOT: Final = "\N{SQUARE ROOT}"
_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_SCRIPT_TEXT: Final = "\n{}"
_CODE = re.compile(r"<script>.*?</script>", re.DOTALL)
_LABEL = re.compile(r'\sdata-label="([^"]*)"')
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
_WIDE_QUOTES: Final = (
    (re.compile(r"(?<=[A-Za-z])\N{RIGHT SINGLE QUOTATION MARK}(?=[A-Za-z])"), "&#39;"),
    (
        re.compile("\N{LEFT DOUBLE QUOTATION MARK}(?=[!-~])([^“”]*)(?<=[!-~])\N{RIGHT DOUBLE QUOTATION MARK}"),
        r"&quot;\1&quot;",
    ),
)
"""Typographic quotes around Latin text, both or neither: the report's font draws them as wide as Chinese characters."""

_MARKUP = re.compile(r"<[^>]*>")


class Sibling(NamedTuple):
    """The same page in another language.

    Attributes
    ----------
    language
        Language tag (BCP 47).
    name
        The language's name in itself.
    href
        Where it is from this page; empty for this page.
    """

    language: str
    name: str
    href: str


def siblings(languages: Sequence[Language], language: Language) -> tuple[Sibling, ...]:
    """The pages of one edition as seen from the page in ``language``; none where there is only one."""
    if len(languages) < 2:
        return ()
    up = "" if language == languages[0] else "../"
    folders = {other: "" if other == languages[0] else f"{other}/" for other in languages}
    links = {other: "" if other == language else f"{up}{folders[other]}report.html" for other in languages}
    return tuple(Sibling(HTML_LANGUAGES[other], LANGUAGE_NAMES[other], links[other]) for other in languages)


def render_page(notebook: NotebookNode, displayed: Displayed, *, depth: int, siblings: Sequence[Sibling] = ()) -> str:
    """The whole page of an executed notebook.

    Parameters
    ----------
    depth
        Folders between the page and the index of all reports, which has a page in the same language.
    siblings
        The pages of all languages of the edition.

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
    exporter.environment.autoescape = True
    exporter.environment.globals["tr"] = tr
    page = {
        **_front(displayed),
        "index": "../" * depth + INDEX_FILES[spoken()],
        "siblings": siblings,
        "style": style_sheet(running_head(displayed)),
        "words": script_words(),
        "script": script_source(),
    }
    body, _ = exporter.from_notebook_node(notebook, {"report": page, "language": HTML_LANGUAGES[spoken()]})
    return seal(body)


def seal(html: str, *, typed: str = "") -> str:
    """Embed the glyphs that a page uses and pin its content-security policy to its own styles and its one script.

    A script that came in some other way has no hash in the policy, so no browser runs it.

    Parameters
    ----------
    typed
        Characters that a reader may type into the page; those that the font has are embedded as well.

    Raises
    ------
    UnrenderableCharacter
        If the font cannot draw a character of the page.
    """
    from jingan_analysis.figures.fonts import font_faces, missing_characters

    html = _narrow_quotes(html.replace("\r\n", "\n"))
    formulas = formula_characters(html)
    known = set(typed) - set(missing_characters(typed))
    characters = "".join(sorted(known | set(shown_characters(html))))
    fonts = font_faces(characters, among=characters if typed else "")
    fonts += formula_font_css(formulas) if formulas else ""
    html = html.replace(FONT_MARK, fonts)
    hashes = sorted({_digest(style) for style in _STYLE.findall(html)})
    scripts = _scripts(html)
    policy = "; ".join(
        (
            "default-src 'none'",
            *([f"script-src {' '.join(map(_digest, scripts))}"] if scripts else []),
            f"style-src {' '.join(hashes)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return html.replace(POLICY_MARK, policy)


def shown_characters(html: str) -> str:
    """Every character that a page can show outside formulas, once, in code point order, without control characters.

    What the script shows counts as well: its words, and names that stand in ``data-label``.
    """
    words = _CODE.sub("", _MATH.sub("", _STYLE.sub("", html)))
    text = unescape(_MARKUP.sub("", words) + "".join(_LABEL.findall(html)))
    return "".join(sorted(character for character in {*text, *_COUNTED} if character.isprintable()))


def formula_characters(html: str) -> str:
    """Every character of a page's formulas, signs of roots included, once, in code point order."""
    formulas = "".join(_MATH.findall(html))
    text = unescape(_MARKUP.sub("", formulas)) + (_ROOT if "<msqrt" in formulas or "<mroot" in formulas else "")
    return "".join(sorted(character for character in set(text) if character.isprintable()))


def script_source(name: Script = "report") -> str:
    """The script of a report, or that of the index (``reports``): one file each, written by hand."""
    return (TEMPLATES / "report" / f"{name}.js").read_text(encoding="utf-8")


def script_words() -> dict[str, str]:
    """What the script says, in the spoken language."""
    return {
        "map": tr("Map. Arrow keys move between areas, Page Up and Page Down also to sites, Escape closes the box."),
        "fact": tr("{name}: {value}"),
        "between": tr("; "),
        "ascending": tr("Sorted by {column}, ascending"),
        "descending": tr("Sorted by {column}, descending"),
        "original": tr("Rows are in their original order"),
    }


def style_sheet(head: str = "", *, more: str = "") -> str:
    """The style sheet of all pages with the figures' colours, still without the font.

    Parameters
    ----------
    head
        Text at the top of every printed page.
    more
        File of further rules.
    """
    files = ("style.css", *([more] if more else []))
    rules = "".join((TEMPLATES / "report" / file).read_text(encoding="utf-8") for file in files)
    schemes = (
        f":root{{{scheme_css(LIGHT)}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{scheme_css(DARK)}}}}}"
    )
    return rules.replace(_SCHEMES_MARK, schemes).replace(_HEAD_MARK, _css_text(head))


def running_head(displayed: Displayed) -> str:
    """What every printed page says at its top: the warnings, and which report it belongs to."""
    told = displayed.particulars
    return " | ".join((*told["stamps"], told["title"], told["period_label"]))


def district_names(names: Mapping[str, str], key: str) -> tuple[str, list[tuple[str, str]]]:
    """Name of a district in the spoken language, its key if it has none, and the other names by language tag."""
    others = [language for language in LANGUAGES if language in names and language != spoken()]
    return names.get(spoken(), key), [(HTML_LANGUAGES[language], names[language]) for language in others]


def _narrow_quotes(html: str) -> str:
    for pattern, narrow in _WIDE_QUOTES:
        html = pattern.sub(narrow, html)
    return html


def _css_text(text: str) -> str:
    """The text as the inside of a CSS string, unable to end the string or the style element."""
    return "".join(
        character if character.isalnum() or character in " ,.:;|-" else f"\\{ord(character):06x}" for character in text
    )


def _scripts(html: str) -> list[str]:
    """The scripts of ours that a page has."""
    texts = [_SCRIPT_TEXT.format(script_source(name)) for name in get_args(Script)]
    return [text for text in texts if f"<script>{text}</script>" in html]


def _digest(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


def _front(displayed: Displayed) -> dict[str, Any]:
    """What the template needs besides the notebook itself."""
    particulars = displayed.particulars
    name, other_names = district_names(particulars["district"]["names"], particulars["district"]["key"])
    basis = BASES.get(particulars["parameters"].get("basis", ""), "")
    return {
        **particulars,
        "sections": displayed.sections,
        "figures": displayed.figures,
        "tables": displayed.tables,
        "method": [
            {"title": part["title"], "paragraphs": [paragraph_html(text) for text in part["paragraphs"]]}
            for part in particulars["method"]
        ],
        "district_name": name,
        "other_names": other_names,
        "area": particulars["unit_name"] or tr("Whole district"),
        "basis": tr(basis),
        "policy": POLICY_MARK,
        **stale_dates(particulars),
    }


def stale_dates(particulars: Mapping[str, Any]) -> dict[str, str]:
    """When the data end and when newer ones are due, in words; nothing where no date is known."""
    until = particulars.get("stale_after")
    if until is None:
        return {}
    ended = Period.parse(particulars["period"]).end
    return {"ended": format_day(ended), "due": format_day(date.fromisoformat(until))}
