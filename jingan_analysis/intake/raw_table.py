"""A table as its file holds it, before the contract is applied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence


class UnreadableFile(ValueError):
    """A file cannot be read at all; carries the rule that it breaks and how to mend it.

    Never leaves intake: it becomes a fault of the table.
    """

    def __init__(self, rule: str, mend: str, row: int | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.mend = mend
        self.row = row


@dataclass(frozen=True)
class RawTable:
    """A table as its file holds it.

    Attributes
    ----------
    frame
        One column a header, in the file's order. Text formats give text only.
    rows
        Row number of each record as a person sees it, shape (n,).
    geometry
        shapely geometries as the file holds them, shape (n,), None in a cell without one;
        None for a file without shapes.
    ragged
        (row, fields found) of records that have more fields than the header; they are kept cut.
    blank_rows
        Number of rows without any value, left out.
    """

    frame: pd.DataFrame = field(repr=False)  # rows about people stay out of every message
    rows: NDArray[np.int64]
    geometry: NDArray[np.object_] | None = field(default=None, repr=False)
    ragged: tuple[tuple[int, int], ...] = ()
    blank_rows: int = 0


def text_of(value: Any) -> str | None:  # noqa: ANN401 - whatever a cell can hold
    """A cell's value as exact text: codes keep their digits, dates become ``YYYY-MM-DD``."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _number_text(value: float) -> str:
    if not value.is_integer():
        return repr(value)
    # A spreadsheet keeps 15 digits: a longer number has lost its last ones, and must not look whole.
    return str(int(value)) if abs(value) < 1e15 else f"{value:.14E}"


def text_table(
    header: Sequence[str],
    records: Sequence[Sequence[Any]],
    rows: Sequence[int],
    *,
    geometry: NDArray[np.object_] | None = None,
    ragged: tuple[tuple[int, int], ...] = (),
) -> RawTable:
    """Make a raw table of text from records of any cell values; rows without any value are left out.

    Raises
    ------
    UnreadableFile
        If two columns have the same header.
    """
    refuse_duplicates(header)
    columns = list(zip(*records, strict=True)) if records else [()] * len(header)
    texts = {
        name: pd.array([text_of(cell) or None for cell in cells], dtype="str")
        for name, cells in zip(header, columns, strict=True)
    }
    frame = pd.DataFrame(texts, index=pd.RangeIndex(len(records)))
    blank = np.asarray(frame.isna().all(axis=1), dtype=np.bool_)
    if geometry is not None:
        blank = blank & pd.isna(geometry)
        geometry = geometry[~blank]
    kept = frame[~blank].reset_index(drop=True)
    return RawTable(kept, np.asarray(rows, dtype=np.int64)[~blank], geometry, ragged, int(blank.sum()))


def refuse_duplicates(header: Sequence[str]) -> None:
    """Two columns of one name cannot be told apart.

    Raises
    ------
    UnreadableFile
        Naming the positions of the columns.
    """
    seen: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        if name in seen:
            where = f"columns {seen[name]} and {position} have the same header"
            raise UnreadableFile(where, "Rename or remove one of them.", row=1)
        seen[name] = position
