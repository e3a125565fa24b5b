"""Layout of the table on how sure the main numbers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Statement
    from jingan_analysis.tables.supply_words import SupplyWords


SHOWN_TIMES = {"share": 100.0, "gini": 100.0, "low_share": 100.0, "not_reached": 0.001}
"""Shares in hundredths and persons in thousands, so that one column with one decimal can hold all."""


def uncertainty(frame: pd.DataFrame, words: SupplyWords, settings: Table) -> Table:
    """Main numbers with intervals, and what would narrow them.

    Parameters
    ----------
    settings
        Parameters with the number of draws, the seed, and the slowest and the fastest speed that is drawn.
    """
    shown = frame.copy()
    bounds = ["value", "lower", "upper"]
    for row, factor in SHOWN_TIMES.items():
        shown.loc[shown.index == row, bounds] *= factor
    width, shrinks = tr("of its width"), tr("Interval would shrink if known:")
    return Table(
        "uncertainty",
        state(
            "How sure: main numbers for {people}, {place}, when walking speed, homes and capacities are known only roughly",
            {},
            words=words.phrases,
        ),
        shown,
        (
            TableColumn("value", tr("In this report"), "number", "", 1),
            TableColumn("lower", tr("Lower"), "number", "", 1, made_from=("value",)),
            TableColumn("upper", tr("Upper"), "number", "", 1, made_from=("value",)),
            TableColumn("speed", tr("Walking speed"), "percent", width, 0, shrinks),
            TableColumn("homes", tr("Homes"), "percent", width, 0, shrinks),
            TableColumn("capacity", tr("Capacities"), "percent", width, 0, shrinks),
        ),
        row_header=tr("Number"),
        row_labels={
            "share": tr("Within reach, % of people"),
            "not_reached": tr("Not reached, thousand persons"),
            "in_reach": sentence_case(tr("{in_reach}, {per}", in_reach=words.in_reach, per=words.per)),
            "gini": tr("Gini of {in_reach}, × 100", in_reach=words.in_reach),
            "low_share": tr("Low access, % of people"),
        },
        marks=missing_marks(shown, "z"),
        notes=(
            _drawn(settings),
            tr(
                "In the report’s own number, sites of unknown capacity bring nothing; in the draws they bring something, so "
                "the interval can lie above the number."
            ),
            tr(
                "Shrinkage below 0: the other inputs matter more when this one is at its middle. [z]: not uncertain here."
            ),
        ),
    )


def _drawn(settings: Table) -> Statement:
    return state(
        "Monte Carlo, {draws} draws, seed {seed}: the speed of everybody between {slow} and {fast} m/s (triangular, most often "
        "the main speed); people of each sub-district placed anew at its homes; unknown capacities anywhere between the "
        "smallest and the largest known. Lower and upper hold the middle of the draws, at the confidence in the parameters.",
        {SETTINGS: settings},
        draws=Claim(SETTINGS, "monte_carlo_draws", "value", kind="count"),
        seed=setting("seed"),
        slow=setting("slowest_speed_mps"),
        fast=setting("fastest_speed_mps"),
    )
