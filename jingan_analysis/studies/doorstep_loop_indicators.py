"""The headline indicator of home visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark
from jingan_analysis.studies.doorstep_loop_log import DISCOVER, loop_log
from jingan_analysis.studies.doorstep_loop_numbers import by_month, closure_by_unit
from jingan_analysis.studies.indicators import Indicator, Measured, sampled
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.doorstep_loop import Params

INDICATORS = (
    Indicator(
        "loop_closed",
        mark("All four steps in time"),
        mark("home-visit cases that are due"),
        ("visit_events",),
        chart="xmr",
    ),
)


def measured(district: District, params: Params) -> dict[str, Measured]:
    """Cases due whose loop closed in time, and the same by month of discovery with the study's own chart."""
    loop = loop_log(district, params.window.end).of_unit(params.unit)
    if not np.isfinite(loop.log.first_day(DISCOVER)).any():
        return {"loop_closed": Measured(0, 0)}
    whole = closure_by_unit(loop.due(params.loop_within_days), [], params)
    in_time, due = (int(whole[name].loc[DISTRICT_ROW]) for name in ("in_time", "due"))
    months = by_month(loop, params)
    series = months[["closed", "cases"]].set_axis(["numerator", "denominator"], axis=1).astype("float64")
    series["denominator"] = series["denominator"].where(series["numerator"].notna())
    return {"loop_closed": sampled(in_time, due, series, confidence=params.confidence)}
