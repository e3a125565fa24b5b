"""One cell's text to one value: the repairs that are allowed, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.contracts.opening_hours import InvalidOpeningHours, OpeningHours
from jingan_analysis.intake.headers import HALF_WIDTH, folded

if TYPE_CHECKING:
    from jingan_analysis.contracts import Column

FIRST_DAY: Final = dt.date(1900, 1, 1)
LAST_DAY: Final = dt.date(2100, 12, 31)
YES: Final = frozenset({"是", "有", "yes", "y", "はい", "true", "1"})
NO: Final = frozenset({"否", "无", "no", "n", "いいえ", "false", "0"})
SPREADSHEET_ERRORS: Final = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_LONG = re.compile(r"-?\d(\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年\s?(\d{1,2})月\s?(\d{1,2})日)", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|/(\d{1,2})|年\s?(\d{1,2})月)(?:[-/]0?1)?", re.ASCII)


class CellRefused(ValueError):
    """A cell's text is not a value of its column; never leaves intake."""

    def __init__(self, rule: str, mend: str, *, hint: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.mend = mend
        self.hint = hint


@dataclass(frozen=True)
class Word:
    """A value and the repairs that it took to read it."""

    value: Any
    repairs: tuple[str, ...] = ()


def read_word(text: str, column: Column) -> Word:
    """Read one stripped, non-empty text.

    Raises
    ------
    CellRefused
        If it is not a value of the column even after the allowed repairs. Neither the rule nor
        the mend repeats the text.
    """
    if text in SPREADSHEET_ERRORS:
        raise CellRefused("the cell holds an error of the spreadsheet", "Mend the formula in the spreadsheet.")
    half = text if column.kind == "text" else text.translate(HALF_WIDTH).strip()
    word = READERS[column.kind](half, column)
    repairs = ("full-width to half-width",) if half != text else ()
    return Word(word.value, (*repairs, *word.repairs))


def _code(text: str, column: Column) -> Word:
    if _LONG.fullmatch(text):
        raise CellRefused(
            f"{column.name} is a code in scientific notation, so digits are lost",
            "Format the column as text in the spreadsheet, enter the code again and export again.",
        )
    return Word(text)


def _text(text: str, column: Column) -> Word:
    del column
    return Word(text)


def _number(text: str, column: Column) -> Word:
    if _GROUPED.fullmatch(text):
        return Word(float(text.replace(",", "")), ("thousands separators removed",))
    if not _DECIMAL.fullmatch(text) or abs(float(text)) == float("inf"):
        raise CellRefused(
            f"{column.name} is not a number",
            f"Write digits only, without a unit{_where_empty(column)}.",
        )
    return Word(float(text))


def _integer(text: str, column: Column) -> Word:
    grouped = ("thousands separators removed",) if _GROUPED.fullmatch(text) else ()
    bare = text.replace(",", "") if grouped else text
    if _WHOLE.fullmatch(bare):
        return Word(int(bare), grouped)
    if not _DECIMAL.fullmatch(bare) or not float(bare).is_integer() or abs(float(bare)) >= 1e15:
        raise CellRefused(
            f"{column.name} is not a whole number",
            f"Write a whole number, without a unit{_where_empty(column)}.",
        )
    return Word(int(float(bare)), (*grouped, "decimal point removed"))


def _choice(text: str, column: Column) -> Word:
    wanted = folded(text)
    codes = list(
        dict.fromkeys(
            choice.code
            for choice in column.choices
            if wanted in map(folded, (choice.code, choice.label.en, choice.label.zh, choice.label.ja))
        )
    )
    if len(codes) == 1:
        return Word(codes[0], ("label to code",))
    allowed = ", ".join(f"{choice.code} ({choice.label.zh})" for choice in column.choices)
    words = [
        folded(word) for each in column.choices for word in (each.code, each.label.en, each.label.zh, each.label.ja)
    ]
    near = get_close_matches(wanted, words, n=1, cutoff=0.5)
    raise CellRefused(
        f"{column.name} is not one of its choices",
        f"Write one of: {allowed}.",
        hint=f" The nearest is {near[0]!r}." if near else "",
    )


def _date(text: str, column: Column) -> Word:
    match = _DAY.fullmatch(text)
    if match is None:
        raise CellRefused(f"{column.name} is not a date", f"Write the day as 2024-08-31{_where_empty(column)}.")
    try:
        day = dt.date(*(int(part) for part in match.groups() if part is not None))
    except ValueError:
        raise CellRefused(f"{column.name} is not a day of the calendar", "Write a day that exists.") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise CellRefused(
            f"{column.name} lies outside {FIRST_DAY} to {LAST_DAY}",
            f"Write the true date{_where_empty(column)}.",
        )
    return Word(dt.datetime(day.year, day.month, day.day), ("date rewritten",))  # noqa: DTZ001 - days have no zone


def _month(text: str, column: Column) -> Word:
    match = _MONTH.fullmatch(text)
    parts = [int(part) for part in match.groups() if part is not None] if match else []
    if not parts or not 1 <= parts[1] <= 12:
        raise CellRefused(f"{column.name} is not a month", f"Write the month as 2024-08{_where_empty(column)}.")
    if not FIRST_DAY.year <= parts[0] <= LAST_DAY.year:
        raise CellRefused(f"{column.name} lies outside {FIRST_DAY:%Y-%m} to {LAST_DAY:%Y-%m}", "Write the true month.")
    return Word(f"{parts[0]}-{parts[1]:02d}", ("month rewritten",))


def _boolean(text: str, column: Column) -> Word:
    word = folded(text)
    if word in YES or word in NO:
        return Word(word in YES, () if word in {"true", "false"} else ("yes or no rewritten",))
    raise CellRefused(
        f"{column.name} is neither yes nor no", f"Write 是 or 否, yes or no, 1 or 0{_where_empty(column)}."
    )


def _hours(text: str, column: Column) -> Word:
    try:
        OpeningHours.parse(text)
    except InvalidOpeningHours as error:
        mend = "Write hours such as 'Mo-Fr 09:00-17:00; Sa 09:00-12:00' or '24/7', or leave the cell empty if unknown."
        raise CellRefused(f"{column.name} cannot be read: {error}", mend) from None
    return Word(text)


def _where_empty(column: Column) -> str:
    return ", or leave the cell empty if it is unknown" if column.nullable else ""


READERS: Final[dict[str, Callable[[str, Column], Word]]] = {
    "code": _code,
    "text": _text,
    "choice": _choice,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "month": _month,
    "boolean": _boolean,
    "hours": _hours,
}
