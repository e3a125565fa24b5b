"""How results show themselves in a notebook: a caption, the facts, the first rows, and what to know.

Plain HTML without scripts, everything escaped. Numbers have units and grouped thousands; zero, a number too small to
show and a number that is not known look different.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS: Final = 20
"""Rows of a table that are shown; the others are counted in words."""

NOT_KNOWN: Final = "not known"
"""What stands where a number is missing and nothing more is known about it."""

_UNITS: Final[Mapping[str, str]] = {
    "_km": "km",
    "_minutes": "min",
    "_mps": "m/s",
    "_mm": "mm",
    "_m": "m",
    "_s": "s",
}
"""Unit by the ending of a column's name."""

_SIGNIFICANT = 4
_MOST_DECIMALS = 4
_MINUS = "\N{MINUS SIGN}"

_WITHIN = ".jingan-shown"
_CELLS = f"{_WITHIN}{_WITHIN}"
"""Twice, so that it outweighs what notebooks say about cells."""

_STYLE = (
    f"<style>{_WITHIN} table{{margin:0 0 .4em 0}}"
    f"{_WITHIN} caption{{text-align:left;font-weight:600;padding:.2em 0;white-space:nowrap}}"
    f"{_CELLS} td,{_CELLS} th{{vertical-align:top}}"
    f"{_CELLS} td.text,{_CELLS} th.text{{text-align:left}}"
    f"{_CELLS} td.number,{_CELLS} th.number{{text-align:right;font-variant-numeric:tabular-nums}}"
    f"{_CELLS} th[scope=row]{{font-weight:400}}"
    f"{_WITHIN} ul{{margin:.2em 0 .4em 0;padding-left:1.2em}}"
    f"{_WITHIN} summary{{cursor:pointer}}"
    f"{_WITHIN} .stamp{{display:inline-block;margin:0 0 .5em 0;padding:.1em .6em;border:1.5px solid currentColor;"
    f"font-weight:600}}</style>"
)


class Fact(NamedTuple):
    """One line of a summary.

    Attributes
    ----------
    label
        What is told.
    value
        A number, a text, or None where it is not known.
    unit
        Unit, ``""`` for none.
    """

    label: str
    value: float | str | None
    unit: str = ""


def shown(
    caption: str,
    facts: Iterable[Fact] = (),
    frame: pd.DataFrame | None = None,
    *,
    n_rows: int | None = None,
    missing: Mapping[str, str] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """One result as HTML.

    Parameters
    ----------
    caption
        What it is.
    facts
        Its summary.
    frame
        Its rows, as ``to_frame()`` gives them; the first twenty are shown, folded where there is a summary.
    n_rows
        Number of all rows, where the frame holds the first only.
    missing
        By column: what a missing number there means; ``not known`` unless given.
    notes
        What a reader must know.
    """
    summary = list(facts)
    parts = [_facts_table(caption, summary)] if summary else []
    if frame is not None:
        every = len(frame) if n_rows is None else n_rows
        table = _frame_table("" if summary else caption, frame, missing or {}, every)
        rows = f"{_text(min(MOST_ROWS, len(frame)))} of {_text(every)} rows"
        parts.append(f"<details><summary>{rows}</summary>{table}</details>" if summary else table)
    if notes:
        parts.append(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>")
    return f'{_STYLE}<div class="jingan-shown">{"".join(parts)}</div>'


def stamps_html(stamps: Iterable[str]) -> str:
    """Warnings that belong to data, each in a box of its own; none are nothing."""
    boxes = "".join(f'<div><span class="stamp">{escape(stamp)}</span></div>' for stamp in stamps)
    return f'{_STYLE}<div class="jingan-shown">{boxes}</div>' if boxes else ""


class Stamped:
    """Results under the warnings that belong to their data, to end a notebook's cell with.

    Pictures (matplotlib axes) carry the warnings, too, so that they keep them where they are copied to.

    Parameters
    ----------
    stamps
        Warnings, such as those of a district; none print nothing.
    things
        Results, tables, texts, axes.
    """

    def __init__(self, stamps: Iterable[str], *things: object) -> None:
        self._stamps = tuple(stamps)
        self._things = tuple(Picture.of(thing, self._stamps) if _is_axes(thing) else thing for thing in things)

    def __repr__(self) -> str:
        return "\n".join([*self._stamps, *map(str, self._things)])

    def _repr_html_(self) -> str:
        return stamps_html(self._stamps) + "".join(map(_html_of, self._things))


class Picture:
    """A finished picture, taken from axes whose figure is closed then: a notebook shows it once, where it stands."""

    def __init__(self, png: bytes, description: str) -> None:
        self._png, self._description = png, description

    @classmethod
    def of(cls, axes: Any, stamps: Sequence[str]) -> Picture:  # noqa: ANN401 — matplotlib is not imported for a type
        """The picture of some axes, with the stamps below it."""
        import matplotlib.pyplot as plt

        figure, picture = axes.get_figure(), io.BytesIO()
        if stamps:
            figure.supxlabel("\n".join(stamps), fontsize=8, x=0.01, ha="left")
        # Without the day and the version, so that the same result is the same picture.
        figure.savefig(picture, format="png", dpi=110, bbox_inches="tight", metadata={"Software": None})
        plt.close(figure)
        told = (axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel())
        return cls(picture.getvalue(), ", ".join(filter(None, told)) or "Map")

    def __repr__(self) -> str:
        return f"Picture: {self._description}"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._png).decode("ascii")
        return f'<div><img src="data:image/png;base64,{data}" alt="{escape(self._description)}"></div>'


def number_text(value: float | str | None, *, decimals: int | None = None, missing: str = NOT_KNOWN) -> str:
    """One value as text: four digits, grouped thousands, a true minus sign.

    Zero is ``0``; what is not zero and would look like it is ``<`` or ``>`` the smallest number shown.

    Parameters
    ----------
    decimals
        Decimals shown; as many as four digits need, without noughts at the end, unless given.
    missing
        Text for None and NaN.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return missing
    if isinstance(value, str | bool):
        return ("no", "yes")[value] if isinstance(value, bool) else value
    sign = _MINUS if value < 0 else ""
    if math.isinf(value):
        return f"{sign}infinite"
    if value == 0 or isinstance(value, int):
        return f"{sign}{abs(int(value)):,}"
    places = _decimals([value]) if decimals is None else decimals
    text = f"{abs(value):,.{places}f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if any(digit in text for digit in "123456789"):
        return f"{sign}{text}"
    return f"{'>' if value < 0 else '<'} {sign}{10.0**-places:.{places}f}"


def share_text(part: float, whole: float) -> str:
    """A number of things and its part of all, such as ``12 of 1,200 (1.0%)``; no part where there is nothing."""
    told = f"{number_text(part)} of {number_text(whole)}"
    return f"{told} ({percent_text(part / whole)})" if whole > 0 else told


def percent_text(share: float, *, missing: str = NOT_KNOWN) -> str:
    """A part of 1 as a percentage: ``0%`` is exactly none, ``<0.1%`` is some."""
    if math.isnan(share):
        return missing
    return number_text(share * 100, decimals=1) + "%"


def length_text(distance_mm: float) -> str:
    """A length in whole metres, or millimetres where it has some."""
    return f"{number_text(distance_mm / 1000.0, decimals=0 if distance_mm % 1000 == 0 else 1)} m"


def _text(value: float) -> str:
    return number_text(value)


def _indexed(frame: pd.DataFrame) -> pd.DataFrame:
    """The labels of the rows as a first column."""
    labelled = frame.copy()
    labelled.insert(0, str(frame.index.name or " "), frame.index.to_numpy(), allow_duplicates=True)
    return labelled


def _is_axes(thing: object) -> bool:
    return hasattr(thing, "get_figure") and hasattr(thing, "get_xlabel")


def _html_of(thing: Any) -> str:  # noqa: ANN401 — whatever a notebook shows
    if hasattr(thing, "reset_index") and hasattr(thing, "columns"):
        numbered = thing.index.name is None and thing.index.dtype.kind in "iu"
        return shown("", frame=thing if numbered else _indexed(thing))
    show = getattr(thing, "_repr_html_", None)
    return str(show()) if callable(show) else f"<p>{escape(str(thing))}</p>"


def _facts_table(caption: str, facts: Sequence[Fact]) -> str:
    rows = "".join(
        f'<tr><th scope="row" class="text">{escape(fact.label)}</th>'
        f'<td class="text">{escape(number_text(_plain(fact.value)))}'
        f"{'&nbsp;' + escape(fact.unit) if fact.unit else ''}</td></tr>"
        for fact in facts
    )
    return f"<table><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>"


def _frame_table(caption: str, frame: pd.DataFrame, missing: Mapping[str, str], n_rows: int) -> str:
    head = "".join(
        f'<th scope="col" class="{_alignment(frame[name])}">{escape(_header(str(name)))}</th>' for name in frame
    )
    first = frame.head(MOST_ROWS)
    columns = [_column(first[name], str(name), missing.get(str(name), NOT_KNOWN)) for name in first]
    body = "".join(
        "<tr>"
        + "".join(f'<td class="{_alignment(frame[name])}">{cell}</td>' for name, cell in zip(frame, cells, strict=True))
        + "</tr>"
        for cells in zip(*columns, strict=True)
    )
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    more = n_rows - len(first)
    rest = f"<p>{_text(more)} more {'row' if more == 1 else 'rows'}: <code>.to_frame()</code> has all.</p>"
    return f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest if more else ''}"


def _column(values: pd.Series[Any], name: str, missing: str) -> list[str]:
    """Escaped texts of one column: as many decimals in each row, shares as percentages."""
    cells = [_plain(value) for value in values]
    numbers = [value for value in cells if isinstance(value, float) and math.isfinite(value)]
    percent = "share" in name.split("_") and bool(numbers)
    if percent:
        cells = [value * 100 if isinstance(value, float) else value for value in cells]
    # A sum of whole persons may be off by a rounding.
    whole = all(math.isclose(value, round(value), rel_tol=1e-9) for value in numbers)
    decimals = 1 if percent else 0 if whole else _decimals(numbers)
    sign = "%" if percent else ""
    texts = [number_text(value, decimals=decimals, missing=missing) for value in cells]
    known = [value is not None and not (isinstance(value, float) and math.isnan(value)) for value in cells]
    return [escape(text + (sign if here else "")) for text, here in zip(texts, known, strict=True)]


def _plain(value: Any) -> float | str | None:  # noqa: ANN401 — whatever a table holds
    """A value of a table as one of Python's own."""
    found = value.item() if hasattr(value, "item") else value
    if type(found).__name__ in {"NAType", "NaTType"}:
        return None
    if found is None or isinstance(found, (bool, int, float, str)):
        return found
    return str(found)


def _alignment(values: pd.Series[Any]) -> str:
    return "number" if values.dtype.kind in "iuf" else "text"


def _header(name: str) -> str:
    """A column's name in words, with its unit."""
    for ending, unit in _UNITS.items():
        if name.endswith(ending):
            return f"{_in_words(name.removesuffix(ending))} ({unit})"
    return _in_words(name)


def _in_words(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _decimals(numbers: Sequence[float]) -> int:
    """Decimals that show four digits of the largest number."""
    largest = max((abs(value) for value in numbers), default=0.0)
    if largest == 0:
        return 0
    return min(max(_SIGNIFICANT - 1 - math.floor(math.log10(largest)), 0), _MOST_DECIMALS)
