"""A finished figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jingan_analysis.language import speaking, spoken
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from jingan_analysis.tables.claims import Statement, Text


@dataclass(frozen=True)
class Figure:
    """One figure of a report.

    Attributes
    ----------
    name
        Identifier, also the name of its SVG file.
    title
        The finding, as a sentence.
    subtitle
        Statistical subtitle: what is measured, of whom, when, unit.
    alternative
        Text alternative that states the finding for somebody who cannot see the figure.
    svg
        One ``<svg>`` element, deterministic, without title text, scripts or external references.
    table
        Name of the table with the figure's data.
    notes
        Short notes under the figure: source, modelled, exclusions.
    language
        The language that its words are in.
    """

    name: str
    title: Statement
    subtitle: Text
    alternative: Statement
    svg: str
    table: str
    notes: tuple[Text, ...] = ()
    language: Language = field(default_factory=spoken)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the figure."""
        from jingan_analysis.figures.html import figure_html  # html knows figures, not the reverse
        from jingan_analysis.figures.notebook import for_notebook  # only notebooks need it

        with speaking(self.language):
            return for_notebook(figure_html(self))
