"""The table of parameters that every report carries, so that sentences can name them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.table import Table, TableColumn


def settings_table(settings: Mapping[str, tuple[float, str, str]]) -> Table:
    """Parameters as rows.

    Parameters
    ----------
    settings
        (value, unit, meaning) by parameter name.
    """
    frame = pd.DataFrame(list(settings.values()), index=list(settings), columns=["value", "unit", "meaning"])
    return Table(
        SETTINGS,
        tr("Parameters of this report"),
        frame,
        (
            TableColumn("value", tr("Value"), "setting"),
            TableColumn("unit", tr("Unit"), "text"),
            TableColumn("meaning", tr("Meaning"), "text"),
        ),
        row_header=tr("Parameter"),
        detail=True,
    )


def within(template: str, settings: Table, name: str) -> Statement:
    """A marked sentence with one limit in days bound to the table of parameters."""
    return state(template, {settings.name: settings}, days=Claim(settings.name, name, "value"))
