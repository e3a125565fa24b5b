"""Cells to typed values: what is plain passes in bulk, what is not is repaired and counted, or refused.

The fast path recognises canonical text by one pattern a kind. Only the distinct texts that do not
match go through :mod:`jingan_analysis.intake.cell_words` one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts.schema import dtype_of
from jingan_analysis.intake.cell_words import SPREADSHEET_ERRORS, CellRefused, read_word
from jingan_analysis.intake.hidden import visible
from jingan_analysis.intake.raw_table import text_of

if TYPE_CHECKING:
    from jingan_analysis.contracts import Column

CANONICAL: Final = {
    "code": r"[!-~]+",
    "integer": r"-?[0-9]{1,18}",
    "number": r"-?[0-9]+(\.[0-9]+)?",
    "date": r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}",
    "month": r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])",
    "boolean": r"true|false",
}
SCIENTIFIC: Final = r"(?i)-?[0-9](\.[0-9]+)?E\+[0-9]+"
"""How a spreadsheet writes a long code that it took for a number."""


@dataclass(frozen=True)
class Refusal:
    """One value that could not be read, and the records that hold it.

    Attributes
    ----------
    records
        Positions in the column, shape (n,).
    hint
        The nearest valid value, to be shown only where values may be.
    """

    records: NDArray[np.int64]
    value: str
    rule: str
    mend: str
    hint: str = ""


@dataclass(frozen=True)
class TypedCells:
    """A column after typing.

    Attributes
    ----------
    cells
        The values in the contract's type (integers and booleans in their nullable type), missing
        where a cell is empty or refused.
    """

    cells: pd.Series
    refusals: tuple[Refusal, ...] = ()
    repairs: Counter[str] = field(default_factory=Counter)


def typed_cells(cells: pd.Series, column: Column) -> TypedCells:
    """Type one column of a raw table."""
    if pd.api.types.is_bool_dtype(cells.dtype) or pd.api.types.is_numeric_dtype(cells.dtype):
        done = _from_numbers(cells, column)
    elif pd.api.types.is_datetime64_any_dtype(cells.dtype):
        done = _from_days(cells, column)
    else:
        done = _from_text(cells, column)
    return done


def finished(values: pd.Series, column: Column) -> pd.Series:
    """A typed column without faults, in the contract's final type."""
    return values.astype(dtype_of(column))  # type: ignore[call-overload, no-any-return]  # the type is data


def empty_cells(column: Column, length: int) -> pd.Series:
    """A typed column that the file does not have."""
    return pd.Series([None] * length, dtype=_loose_dtype(column))


def _loose_dtype(column: Column) -> str:
    return {"int64": "Int64", "bool": "boolean"}.get(dtype_of(column), dtype_of(column))


def _from_numbers(cells: pd.Series, column: Column) -> TypedCells:
    """Numbers and booleans that a typed file holds."""
    is_bool = pd.api.types.is_bool_dtype(cells.dtype)
    if column.kind == "boolean" and is_bool:
        return TypedCells(cells.astype("boolean").reset_index(drop=True))
    if column.kind == "number" and not is_bool:
        values = cells.astype("float64").reset_index(drop=True)
        infinite = np.flatnonzero(np.isinf(values.to_numpy()))
        refusals = (Refusal(infinite, "inf", "not a finite number", "Write a number, or leave the cell empty."),)
        return TypedCells(values.where(np.isfinite(values)), refusals if len(infinite) else ())
    if column.kind == "integer" and not is_bool and _all_whole(cells):
        return TypedCells(cells.astype("Int64").reset_index(drop=True))
    texts = _number_texts(cells)
    done = _from_text(texts, column)
    if column.kind in {"code", "text"}:
        done.repairs["number read as text"] += int(texts.notna().sum())
    return done


def _all_whole(cells: pd.Series) -> bool:
    """Whether numbers are whole and exact; a column of integers with gaps comes as floats."""
    if pd.api.types.is_integer_dtype(cells.dtype):
        return True
    known = cells.dropna().to_numpy(dtype=np.float64)
    return bool(np.all((np.abs(known) < 1e15) & (known == np.round(known))))


def _number_texts(cells: pd.Series) -> pd.Series:
    if pd.api.types.is_integer_dtype(cells.dtype):
        return cells.astype("Int64").astype("str").reset_index(drop=True)
    values = [None if pd.isna(value) else text_of(value) for value in cells.tolist()]
    return pd.Series(values, dtype="str")


def _from_days(cells: pd.Series, column: Column) -> TypedCells:
    """Timestamps that a typed file holds."""
    days = cells.reset_index(drop=True)
    naive = getattr(days.dtype, "tz", None) is None
    if column.kind == "date" and naive and bool((days.dropna() == days.dropna().dt.normalize()).all()):
        inside = days.isna() | days.dt.year.between(1900, 2100)
        if bool(inside.all()):
            return TypedCells(days.astype("datetime64[s]"))
    pattern = "%Y-%m-%d" if naive and column.kind in {"date", "month"} else "%Y-%m-%d %H:%M:%S%z"
    with_time = "%Y-%m-%d %H:%M:%S" if naive else pattern
    plain = days.dt.strftime(pattern).astype("str")
    if naive:
        timed = (days != days.dt.normalize()) & days.notna()
        plain = plain.mask(timed, days.dt.strftime(with_time).astype("str"))
    return _from_text(plain.where(pd.notna(days)), column)


def _from_text(cells: pd.Series, column: Column) -> TypedCells:

    texts, repairs, damaged = _visible(cells.reset_index(drop=True).astype("str"))
    trimmed = texts.str.strip()
    repairs["blanks stripped"] += int(((texts != trimmed) & texts.notna()).sum())
    texts = trimmed.mask(trimmed == "")
    plain = _canonical(texts, column)
    values = _bulk(texts.where(plain), column)
    odd = np.flatnonzero((texts.notna() & values.isna()).to_numpy())
    refusals = list(damaged)
    words: dict[int, Any] = {}
    for text, at in texts.iloc[odd].groupby(texts.iloc[odd], sort=False).indices.items():
        records = odd[at]
        try:
            word = read_word(str(text), column)
        except CellRefused as refused:
            refusals.append(Refusal(records, str(text), refused.rule, refused.mend, refused.hint))
            continue
        for kind in word.repairs:
            repairs[kind] += len(records)
        words.update(dict.fromkeys(records.tolist(), word.value))
    if words:
        values = _filled(values, words, column)
    return TypedCells(values, tuple(refusals), +repairs)


def _visible(texts: pd.Series) -> tuple[pd.Series, Counter[str], list[Refusal]]:
    """Texts without what nobody sees; each different text with a character beyond plain ASCII is looked at once."""
    odd = texts.str.contains(r"[^ -~]", regex=True).fillna(value=False).to_numpy(dtype=bool).nonzero()[0]
    repairs: Counter[str] = Counter()
    refusals: list[Refusal] = []
    seen: dict[int, str | None] = {}
    for text, at in texts.iloc[odd].groupby(texts.iloc[odd], sort=False).indices.items():
        records = odd[at]
        try:
            shown, needed = visible(str(text))
        except ValueError as damage:
            rule, _, mend = str(damage).partition("; ")
            refusals.append(Refusal(records, str(text), rule, mend))
            seen.update(dict.fromkeys(records.tolist()))
            continue
        for kind in needed:
            repairs[kind] += len(records)
        if needed:
            seen.update(dict.fromkeys(records.tolist(), shown))
    if seen:
        texts = texts.copy()
        texts.loc[list(seen)] = list(seen.values())
    return texts, repairs, refusals


def _canonical(texts: pd.Series, column: Column) -> pd.Series:
    if column.kind == "choice":
        return texts.isin([choice.code for choice in column.choices])
    if column.kind not in CANONICAL:  # every text is text; every opening hours need reading
        return texts.notna() & ~texts.isin(SPREADSHEET_ERRORS) & (column.kind == "text")
    plain = texts.str.fullmatch(CANONICAL[column.kind]).fillna(value=False).astype(bool)
    if column.kind == "code":
        plain &= ~texts.str.fullmatch(SCIENTIFIC).fillna(value=False).astype(bool) & ~texts.isin(SPREADSHEET_ERRORS)
    return plain


def _bulk(texts: pd.Series, column: Column) -> pd.Series:
    """Canonical texts to values; missing where a text only looks canonical (2024-02-30)."""
    if column.kind == "number":
        return pd.to_numeric(texts, errors="coerce").astype("float64")
    if column.kind == "integer":
        known = texts.notna()
        numbers = pd.Series(pd.NA, index=texts.index, dtype="Int64")
        numbers[known] = pd.to_numeric(texts[known]).astype("Int64")
        return numbers
    if column.kind == "date":
        return pd.to_datetime(texts, format="%Y-%m-%d", errors="coerce").astype("datetime64[s]")
    if column.kind == "boolean":
        return texts.map({"true": True, "false": False}).astype("boolean")
    return texts


def _filled(values: pd.Series, words: dict[int, Any], column: Column) -> pd.Series:
    filled = values.copy()
    extra = pd.Series(list(words.values()), index=list(words), dtype=_loose_dtype(column))
    filled.loc[extra.index] = extra
    return filled
