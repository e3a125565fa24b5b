"""Layout of the table on what the other side of the border could change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.supply_words import SupplyWords


def edge(frame: pd.DataFrame, words: SupplyWords, labels: Mapping[str, str], unknown: str, settings: Table) -> Table:
    """Bounds of reach and of supply a head.

    Parameters
    ----------
    unknown
        What the data do not hold: ``people or canteens``.
    settings
        Parameters, with ``outside_density_ratio``: how dense the other side is at most.
    """
    in_reach = tr("{supply} in reach", supply=words.supply)
    within = tr("Within reach")
    return Table(
        "edge",
        state(
            "At the border: what {unknown} beyond it, of which nothing is known, could change within {limit}, {people}",
            {},
            words={"unknown": unknown, "limit": words.limit, "people": words.people},
        ),
        frame,
        (
            TableColumn("near_border", tr("Live near the border"), "percent", tr("of people"), 1),
            TableColumn("certain", tr("At least"), "percent", tr("of people"), 1, within),
            TableColumn("possible", tr("At most"), "percent", tr("of people"), 1, within),
            TableColumn("worst", tr("Worst case"), "number", words.per, 1, in_reach),
            TableColumn("estimate", tr("Counting the inside alone"), "number", words.per, 1, in_reach),
            TableColumn("best", tr("Best case"), "number", words.per, 1, in_reach),
        ),
        row_header=tr("Sub-district"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(
            tr(
                "Within reach: no walk is shorter than the straight line, so who lives farther from the border than the limit "
                "reaches nothing beyond it; who lives nearer is counted out in the one column and in in the other."
            ),
            _what_the_bounds_assume(words.supply, settings),
            tr(
                "To replace these bounds by numbers, add the places beyond the border, as far as two walks, to the data."
            ),
        ),
    )


def _what_the_bounds_assume(supply: str, settings: Table) -> Statement:
    words = {"supply": supply}
    if settings.number("outside_density_ratio", "value") == 1:
        return state(
            "{supply} in reach: modelled. Worst case: the other side is as dense as this one in people, has nothing of its "
            "own, and comes over here. Best case: nobody comes, and the other side offers as much in proportion. A single "
            "large site right behind the border can lift one sub-district above its best case.",
            {},
            words=words,
        )
    return state(
        "{supply} in reach: modelled. Worst case: the other side is {ratio} times as dense as this one in people, has "
        "nothing of its own, and comes over here. Best case: nobody comes, and the other side offers as much in "
        "proportion. A single large site right behind the border can lift one sub-district above its best case.",
        {SETTINGS: settings},
        words=words,
        ratio=setting("outside_density_ratio"),
    )
