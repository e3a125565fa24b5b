"""A display table: finished numbers with captions, units and notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from jingan_analysis.language import speaking, spoken
from jingan_analysis.vocabulary import Language, Mark

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text

Counted = Literal["", "persons", "households"]
"""What a column counts, if it counts people or households: such counts pass the disclosure policy."""

CellKind = Literal["text", "count", "number", "percent", "setting"]
"""``percent`` cells hold shares from 0 to 1 and are shown as percentages; ``setting`` cells show a
parameter with as many decimals as it was given."""


@dataclass(frozen=True)
class TableColumn:
    """How one column of a table is shown.

    Attributes
    ----------
    name
        Column of the frame.
    header
        Header shown, without the unit.
    kind
        How values are formatted.
    unit
        Unit shown under the header, ``""`` for none.
    decimals
        Decimals shown (of the percentage, for ``percent``).
    group
        Spanning header above neighbouring columns of the same group, ``""`` for none.
    labels
        For ``text`` columns of codes: what is shown for each code. The frame and the CSV file keep the code, which is
        the same in every language.
    counts
        Whether the column counts people or households; small ones are not shown.
    made_from
        Columns that this column is computed from: it is not shown where one of them is not.
    part_of
        Column of counts that this count, or this share, is a part of: what remains of it counts people, too.
    reports
        For ``text`` columns: each value names a study, and a page that is published beside its report leads there.
    """

    name: str
    header: str
    kind: CellKind = "number"
    unit: Text = ""
    decimals: int = 0
    group: Text = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    counts: Counted = ""
    made_from: tuple[str, ...] = ()
    part_of: str = ""
    reports: bool = False


@dataclass(frozen=True)
class Table:
    """One table of a report.

    Attributes
    ----------
    name
        Identifier, also the name of its CSV file.
    caption
        What the table shows, for whom and when.
    frame
        Finished numbers; the index (unique texts) identifies rows, and claims refer to it. A number
        that is missing is NaN and has a mark.
    row_header
        Header of the row labels.
    row_labels
        Label shown for each row, by index value; the index value itself where absent.
    marks
        Shorthand by (row, column): ``x`` not available, ``c`` suppressed, ``u`` low reliability,
        ``z`` not applicable.
    total_row
        Index value of the row that is the district total, set apart at the end; None for none.
    notes
        What a reader must know to read it: denominators, interval method, exclusions.
    detail
        Whether the table is for those who ask for more: a page shows its caption and unfolds it on demand.
    partitions
        Whole and parts, columns of counts: in every row the parts add up to the whole, so one part alone cannot be
        suppressed.
    overlapping
        Columns of counts whose rows count some people twice, so that they do not add up to the total row.
    uncounted
        Rows of columns of counts that count neither people nor households, such as canteens in a table of exclusions.
    language
        The language that its words are in.
    """

    name: str
    caption: Text
    frame: pd.DataFrame
    columns: tuple[TableColumn, ...]
    row_header: str
    row_labels: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    total_row: str | None = None
    notes: tuple[Text, ...] = ()
    detail: bool = False
    partitions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    overlapping: tuple[str, ...] = ()
    uncounted: frozenset[str] = frozenset()
    language: Language = field(default_factory=spoken)

    def number(self, row: str, column: str) -> float:
        """One cell as a number, NaN where it has a mark instead."""
        return float(cast("float", self.frame.at[row, column]))

    def column(self, name: str) -> TableColumn:
        """The display rule of one column.

        Raises
        ------
        KeyError
            If the table shows no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name!r} has no column {name!r}")

    def _repr_html_(self) -> str:
        """How JupyterLab shows the table."""
        from jingan_analysis.figures.notebook import for_notebook  # only notebooks need it
        from jingan_analysis.tables.html import table_html  # html knows tables, not the reverse

        with speaking(self.language):
            return for_notebook(table_html(self))
