"""Table on how sure the main numbers are, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.uncertainty import DRAWS, intervals
from jingan_analysis.tables.uncertainty import uncertainty

if TYPE_CHECKING:
    from jingan_analysis.studies.uncertainty import UncertaintyQuestion
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


def uncertainty_tables(question: UncertaintyQuestion, words: SupplyWords) -> list[Table]:
    """Intervals over uncertain inputs; empty where nothing is uncertain or nobody is counted."""
    frame = intervals(question)
    if frame is None:
        return []
    slow, _, fast = question.speeds
    drawn = f"{slow:g} and {fast:g} m/s"
    return [uncertainty(frame, words, draws=DRAWS, seed=question.params.seed, speeds=drawn)]
