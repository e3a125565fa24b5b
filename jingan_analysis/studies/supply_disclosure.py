"""What the tables on people and supply say of each other's counts; see :class:`jingan_analysis.tables.across.Across`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jingan_analysis.tables.across import Place
    from jingan_analysis.tables.table import Table

OF_PEOPLE = {"edge": ("near_border", "certain", "possible")}
"""Shares of people by sub-district, by table."""


def shares_of_people(
    tables: Mapping[str, Table], whole: tuple[str, str], more: Mapping[str, Iterable[str]]
) -> dict[tuple[str, str], Place]:
    """Columns of shares of all people by sub-district, and the column (table and name) that counts these people.

    Parameters
    ----------
    more
        Columns of the study's own tables, besides those that every study on supply has.
    """
    kinds = {"walkers_by_subdistrict": [column.name for column in tables["walkers_by_subdistrict"].columns]}
    named = {**OF_PEOPLE, **kinds, **more}
    return {(table, column): (whole[0], "", whole[1]) for table, columns in named.items() for column in columns}
