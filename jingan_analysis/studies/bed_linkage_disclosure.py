"""What the tables on linked beds say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.bed_linkage_records import KINDS
from jingan_analysis.studies.bed_linkage_waiting import CURVE_DAYS
from jingan_analysis.tables.across import Across, linked
from jingan_analysis.tables.protection import protect_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.bed_linkage import Situation
    from jingan_analysis.tables.table import Table


def protected(situation: Situation, tables: Mapping[str, Table]) -> dict[str, Table]:
    """The tables as they may be shown."""
    # Stocks at both ends tell how much more came to a kind than left it, so one total tells the other.
    same = [linked(("flows", kind, "total"), ("flows", "total", kind)) for kind in KINDS]
    same += [
        linked(("coverage", "holders", "all"), ("contracts", situation.row, "holders")),
        linked(("coverage", "holders", "covered"), ("contracts", situation.row, "signed")),
        linked(*(("coverage", row, "all") for row in ("served", "linked", "fresh"))),
        linked(
            ("waiting", "institution", "requests"), *(("waiting_curve", str(day), "requests") for day in CURVE_DAYS)
        ),
    ]
    return protect_all(tables, situation.params.minimum_cell, Across(tuple(same)))
