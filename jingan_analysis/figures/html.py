"""A figure as accessible HTML: finding, subtitle, picture with text alternative, notes, link to its data."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import text_html

if TYPE_CHECKING:
    from jingan_analysis.figures.figure import Figure

NATURAL_WIDTH: Final = 720
"""CSS pixels a figure is drawn at where no style sheet says otherwise, as in JupyterLab."""

_SVG_START = re.compile(r"<svg\b[^>]*>")


def figure_html(figure: Figure) -> str:
    """One figure with its caption.

    Classes: ``figure``, ``figure-title``, ``figure-subtitle``, ``figure-image``, ``figure-notes``,
    ``figure-data``; no style attributes. The finding in the caption links its numbers to table cells; the
    picture carries the finding and its text alternative for those who cannot see it.

    Raises
    ------
    ValueError
        If the figure's picture is not an SVG element.
    """
    picture, data = escape(tr("Picture")), escape(tr("Data behind this figure"))
    notes = "".join(f"<li>{text_html(note)}</li>" for note in figure.notes)
    parts = [
        f'<figure id="figure-{escape(figure.name)}" class="figure">',
        f'<figcaption><p class="figure-title">{figure.title.html}</p>',
        f'<p class="figure-subtitle">{text_html(figure.subtitle)}</p></figcaption>',
        # A narrow screen scrolls the picture in its box, with the keyboard too.
        f'<div class="figure-image" role="group" aria-label="{picture}" tabindex="0">{_described(figure)}</div>',
        f'<ul class="figure-notes">{notes}</ul>' if notes else "",
        f'<p class="figure-data"><a href="#table-{escape(figure.table)}">{data}</a></p>',
        "</figure>",
    ]
    return "\n".join(part for part in parts if part)


def _described(figure: Figure) -> str:
    """The picture with its role, title and description."""
    start = _SVG_START.search(figure.svg)
    if start is None:
        raise ValueError(f"figure {figure.name!r}: its svg has no <svg> element; build it with figures.svg.to_svg")
    title_id, description_id = f"figure-{figure.name}-title", f"figure-{figure.name}-description"
    opening = (
        f'{start.group()[:-1]} width="{NATURAL_WIDTH}" role="img" '
        f'aria-labelledby="{escape(title_id)} {escape(description_id)}">'
        f'<title id="{escape(title_id)}">{escape(figure.title.plain)}</title>'
        f'<desc id="{escape(description_id)}">{escape(figure.alternative.plain)}</desc>'
    )
    return figure.svg[: start.start()] + opening + figure.svg[start.end() :]
