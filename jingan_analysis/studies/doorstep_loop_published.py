"""What the study on the loop of home visits counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.doorstep_loop_log import ACTIVITIES, STEPS
from jingan_analysis.studies.published_figures import Comparable, Held

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.doorstep_loop import Params

COMPARABLE = (Comparable("steps", mark("Steps of the loop on record"), "F24", needs=("visit_events",)),)


def held(district: District, params: Params, units: int) -> Held | None:
    """What the event log holds: steps of the loop that at least one case took; None without a log."""
    if not district.has("visit_events"):
        return None
    events = district.table("visit_events")
    taken = set(events.loc[events["happened_on"].dt.date <= params.window.end, "activity"])
    return Held({"steps": sum(ACTIVITIES[code] in taken for code in STEPS)}, params.window, units)
