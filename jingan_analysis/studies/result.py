"""What every study returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from jingan_analysis.district import SYNTHETIC
from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.html import figure_html
from jingan_analysis.figures.notebook import for_notebook
from jingan_analysis.language import speaking, spoken, tr
from jingan_analysis.tables.claims import Statement
from jingan_analysis.tables.html import table_html
from jingan_analysis.tables.protection import refuse_small_counts
from jingan_analysis.tables.table import Table
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.parameters import StudyParams
    from jingan_analysis.tables.claims import Text

Shown = TypeVar("Shown", Table, Figure)


class Shelf(Mapping[str, Shown], Generic[Shown]):
    """Tables or figures by name, in reading order; a notebook cell shows them all.

    Figures are nearly half of a study's work, and who only wants its tables need not wait for them: given as a function
    they are drawn when somebody first looks, in the language that was spoken when the shelf was made.
    """

    def __init__(self, items: Mapping[str, Shown] | Callable[[], Mapping[str, Shown]]) -> None:
        self._made: dict[str, Shown] | None = None if callable(items) else dict(items)
        self._make: Callable[[], Mapping[str, Shown]] | None = items if callable(items) else None
        self._language = spoken()

    @property
    def made(self) -> bool:
        """Whether everything on the shelf is made already."""
        return self._made is not None

    @property
    def _items(self) -> dict[str, Shown]:
        if self._made is None and self._make is not None:
            with speaking(self._language):
                self._made = dict(self._make())
            # What it was made from is let go.
            self._make = None
        return self._made or {}

    def __getitem__(self, name: str) -> Shown:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def _repr_html_(self) -> str:
        return for_notebook("\n".join(map(_item_html, self._items.values())))


def _item_html(item: Table | Figure) -> str:
    with speaking(item.language):
        return table_html(item) if isinstance(item, Table) else figure_html(item)


@dataclass(frozen=True)
class Statements:
    """A run of statements under one heading: headline, notes, exclusions."""

    title: str
    sentences: tuple[Statement, ...]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.sentences)

    def __len__(self) -> int:
        return len(self.sentences)

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{sentence.html}</li>" for sentence in self.sentences)
        return for_notebook(f"<h2>{escape(self.title)}</h2><ul>{items}</ul>")


@dataclass(frozen=True)
class Check:
    """One thing that was verified while the study ran.

    Attributes
    ----------
    name
        What was checked.
    passed
        Whether it held. A ledger that does not close raises instead.
    detail
        What was found, with its numbers bound.
    """

    name: str
    passed: bool
    detail: Statement


@dataclass(frozen=True)
class Checks:
    """All checks of a study, in the language that their words are in."""

    items: tuple[Check, ...]
    language: Language = field(default_factory=spoken)

    def __iter__(self) -> Iterator[Check]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def _repr_html_(self) -> str:
        with speaking(self.language):
            items = "".join(map(_check_html, self.items))
            return for_notebook(f'<h2>{escape(tr("Checks"))}</h2><ul class="checks">{items}</ul>')


def _check_html(check: Check) -> str:
    verdict = tr("Passed: {check}.", check=check.name) if check.passed else tr("Not passed: {check}.", check=check.name)
    return f"<li><strong>{escape(verdict)}</strong> {check.detail.html}</li>"


@dataclass(frozen=True)
class Section:
    """A titled run of paragraphs on the method."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a study found; see :class:`StudyResult` for each part.

    Attributes
    ----------
    period_label
        The window of the answer in words.
    unit_name
        The sub-district reported on, or None for the whole district.
    stamps
        Warnings of this study, such as modelled travel; that data are synthetic is added for it.
    figures
        How to draw the figures; nobody does before they are looked at. It reads no table that has not been read.
    """

    period_label: str
    unit_name: str | None
    headline: Statements
    tables: Mapping[str, Table]
    figures: Callable[[], Mapping[str, Figure]]
    checks: Checks
    notes: Statements
    method: tuple[Section, ...]
    stamps: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudyResult:
    """The answer of one study for one district and period.

    Attributes
    ----------
    study, title, question
        Name of the study, its title and the question it answers.
    language
        The language that every word of the result is in.
    district_key, district_names
        Key of the district and its names by language.
    synthetic
        Whether the district's data are made up; stamped on every page.
    period, period_label
        The period as given, such as ``2024-08``, and in words.
    unit_code, unit_name
        The sub-district reported on, or None for the whole district.
    parameters
        All parameters as used, JSON-ready.
    headline
        Three to five sentences: finding, how sure, for whom, what it suggests.
    tables, figures
        By name, in reading order.
    checks
        What was verified.
    notes
        Caveats and counted exclusions that a reader must know.
    method
        How the numbers were made.
    stamps
        Short warnings shown at the top: synthetic, modelled travel.
    inputs
        SHA-256 of every input file that was read, by path relative to the district.
    sources
        Source, licence and date of every table that was read, by table, as far as they are stated.
    """

    study: str
    title: str
    question: str
    district_key: str
    district_names: Mapping[str, str]
    synthetic: bool
    period: str
    period_label: str
    unit_code: str | None
    unit_name: str | None
    parameters: Mapping[str, Any]
    headline: Statements
    tables: Shelf[Table]
    figures: Shelf[Figure]
    checks: Checks
    notes: Statements
    method: tuple[Section, ...]
    stamps: tuple[str, ...]
    inputs: Mapping[str, str]
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    language: Language = field(default_factory=spoken)

    @property
    def statements(self) -> dict[str, Statement]:
        """Every sentence of the report with numbers bound, by where it stands."""
        found: dict[str, Text] = {f"headline {n}": sentence for n, sentence in enumerate(self.headline, start=1)}
        for name, figure in self.figures.items():
            found |= {f"figure {name}, title": figure.title, f"figure {name}, alternative": figure.alternative}
            found |= {f"figure {name}, subtitle": figure.subtitle}
            found |= {f"figure {name}, note {n}": note for n, note in enumerate(figure.notes, start=1)}
        for name, table in self.tables.items():
            found |= {f"table {name}, caption": table.caption}
            found |= {f"table {name}, note {n}": note for n, note in enumerate(table.notes, start=1)}
            found |= {f"table {name}, unit of {column.name}": column.unit for column in table.columns}
            # A header above several columns stands on the page once, over the first of them.
            groups = groupby(table.columns, key=lambda column: column.group)
            found |= {f"table {name}, group of {next(columns).name}": group for group, columns in groups}
        found |= {f"check {n}": check.detail for n, check in enumerate(self.checks, start=1)}
        found |= {f"note {n}": sentence for n, sentence in enumerate(self.notes, start=1)}
        return {where: text for where, text in found.items() if isinstance(text, Statement)}

    @classmethod
    def of(cls, study: tuple[str, str, str], district: District, params: StudyParams, answer: Answer) -> StudyResult:
        """Put an answer together with what identifies it.

        Parameters
        ----------
        study
            Module name, title and question, both in English: they are translated here.

        Raises
        ------
        DisclosureRefused
            If a table shows a count that the disclosure policy hides.
        """
        module, title, question = study
        refuse_small_counts(answer.tables, params.minimum_cell)
        return cls(
            study=module.rpartition(".")[2],
            title=tr(title),
            question=tr(question),
            district_key=district.key,
            district_names=district.names,
            synthetic=district.synthetic,
            period=params.period,
            period_label=answer.period_label,
            unit_code=params.unit,
            unit_name=answer.unit_name,
            parameters=params.model_dump(mode="json"),
            headline=answer.headline,
            tables=Shelf(answer.tables),
            figures=Shelf(answer.figures),
            checks=answer.checks,
            notes=answer.notes,
            method=answer.method,
            stamps=(*((tr(SYNTHETIC),) if district.synthetic else ()), *answer.stamps),
            inputs=district.input_digests(),
            sources=district.sources(),
        )
