"""Table on how sure the main numbers are, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.uncertainty import DRAWS, drawn_speeds, intervals
from jingan_analysis.tables.uncertainty import uncertainty

if TYPE_CHECKING:
    from jingan_analysis.studies.uncertainty import UncertaintyQuestion
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


def uncertainty_tables(question: UncertaintyQuestion, words: SupplyWords) -> list[Table]:
    """Intervals over uncertain inputs; empty where nothing is uncertain or nobody is counted."""
    frame = intervals(question)
    if frame is None:
        return []
    return [uncertainty(frame, words, settings_table(uncertainty_settings(question.params)))]


def uncertainty_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    slow, _, fast = drawn_speeds(params)
    speed = tr("metres per second")
    return {
        "seed": (float(params.seed), "", tr("Seed of everything random")),
        "monte_carlo_draws": (
            float(DRAWS),
            tr("draws"),
            tr("Draws behind the intervals over speeds, homes and capacities"),
        ),
        "slowest_speed_mps": (slow, speed, tr("Slowest walking speed that is drawn")),
        "fastest_speed_mps": (fast, speed, tr("Fastest walking speed that is drawn")),
    }
