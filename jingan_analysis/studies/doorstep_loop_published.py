"""What the study on the loop of home visits counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.doorstep_loop_log import ACTIVITIES, STEPS, loop_log
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.doorstep_loop import Params, Situation
    from jingan_analysis.studies.doorstep_loop_log import LoopLog
    from jingan_analysis.tables.table import Table

COMPARABLE = (Comparable("steps", mark("Steps of the loop on record"), "F24", needs=("visit_events",)),)


def published_loop(district: District, situation: Situation) -> Table | None:
    """The published number of steps against the records of the whole district."""
    params = situation.params
    return published_table(district, COMPARABLE, _held(situation.everyone, params, len(situation.units)))


def held(district: District, params: Params, units: int) -> Held | None:
    """What the event log holds; None without one."""
    if not district.has("visit_events"):
        return None
    return _held(loop_log(district, params.window.end), params, units)


def _held(loop: LoopLog, params: Params, units: int) -> Held:
    """Steps of the loop that at least one case took."""
    taken = set(loop.table["activity"])
    return Held({"steps": sum(ACTIVITIES[code] in taken for code in STEPS)}, params.window, units)
