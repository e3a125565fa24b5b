"""Columns that count people or households, and the rates made from them: all that the disclosure policy must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.table import TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text

AT_RISK_NOTE = mark(
    "Number at risk: still followed on that day, neither ended nor at the end of the records. It is hidden where it lies so little "
    "below the one before that few would be told by the difference."
)

POINTS = 100.0
"""Percentage points in a share."""


def persons(name: str, header: str, *, group: Text = "", unit: Text = "", part_of: str = "") -> TableColumn:
    """A count of people; ``unit`` is what stands under the header in place of ``persons``."""
    return TableColumn(name, header, "count", unit or tr("persons"), 0, group, counts="persons", part_of=part_of)


def households(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of households."""
    return TableColumn(name, header, "count", tr("households"), 0, group, counts="households", part_of=part_of)


def cases(name: str, header: str, *, group: Text = "", part_of: str = "") -> TableColumn:
    """A count of cases: behind each stands at least one person, so few cases are few people."""
    return TableColumn(name, header, "count", tr("cases"), 0, group, counts="persons", part_of=part_of)


def interval(
    prefix: str, group: Text, *, made_from: tuple[str, ...] = (), part_of: str = "", unit: str = ""
) -> tuple[TableColumn, ...]:
    """A share under ``<prefix>share`` with the bounds of its interval.

    Parameters
    ----------
    made_from
        Columns of counts that the share is computed from.
    part_of
        Column of counts that it is a share of, where the counted part is no column of the table.
    """
    return tuple(
        TableColumn(
            f"{prefix}{name}",
            header,
            "percent",
            unit,
            1,
            group,
            made_from=made_from if name == "share" else (*made_from, f"{prefix}share"),
            part_of=part_of if name == "share" else "",
        )
        for name, header in {"share": tr("Share"), "lower": tr("Lower"), "upper": tr("Upper")}.items()
    )


def points(name: str, header: str, group: str = "", made_from: tuple[str, ...] = ()) -> TableColumn:
    """A difference of shares in percentage points."""
    return TableColumn(name, header, "number", tr("percentage points"), 1, group, made_from=made_from)


def p_value(name: str, group: str, made_from: tuple[str, ...] = ()) -> TableColumn:
    """The p of a test, to four decimals."""
    return TableColumn(name, tr("p"), "number", "", 4, group, made_from=made_from)


def uncounted(units: pd.Series) -> frozenset[str]:
    """Rows of a table of many units that count neither people nor households."""
    people = {"persons", "households", tr("persons"), tr("households")}
    return frozenset(str(row) for row, unit in units.items() if unit not in people)
