"""What the tables on marriages say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.studies.marriage_registration_records import OPENED
from jingan_analysis.tables.across import Across, linked
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    records = situation.records
    start = pd.Timestamp(records.window.start)
    same = [
        *(linked(("scopes", scope, "marriages"), ("travel_saved", scope, "couples")) for scope in OPENED),
        # What came under the last opening stands in the last stage, and in the period where that began within it.
        linked(("openings", "foreign_related", "since"), ("stages", "foreign_related", "foreign_related")),
    ]
    if records.openings["foreign_related"] >= start:
        same.append(linked(("openings", "foreign_related", "since"), ("scopes", "foreign_related", "marriages")))
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))
