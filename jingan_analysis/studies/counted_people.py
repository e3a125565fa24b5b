"""Whom a report on people of an age counts, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import Text, state
from jingan_analysis.tables.settings import setting

if TYPE_CHECKING:
    from jingan_analysis.tables.table import Table
    from jingan_analysis.vocabulary import PopulationBasis


class CountsPeople(Protocol):
    """Parameters that say whose people count, and from which age on."""

    @property
    def basis(self) -> PopulationBasis:
        """Residents or registered people."""

    @property
    def age_from_years(self) -> int:
        """Youngest age counted; 0 counts everybody."""


def counted_people(params: CountsPeople, tables: Mapping[str, Table]) -> Text:
    """Whom the report counts, such as ``residents aged 60 and over``."""
    basis = tr("residents") if params.basis == "resident" else tr("registered residents")
    if not params.age_from_years:
        return basis
    return state("{whom} aged {age} and over", tables, words={"whom": basis}, age=setting("age_from_years"))
