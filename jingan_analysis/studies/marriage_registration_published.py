"""What was published on the registration of marriages: three openings, and no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.marriage_registration import Params, Situation
    from jingan_analysis.tables.table import Table

COMPARABLE = (Comparable("openings", mark("Openings of the registration of marriages"), "F26"),)


def published_marriages(district: District, situation: Situation) -> Table | None:
    """What the published sentence can mean and what it cannot: it gives no number to hold the records against."""
    return published_table(district, COMPARABLE, _held(situation.params, len(situation.units)))


def held(_: District, params: Params, units: int) -> Held:
    """Nothing: a sentence without a number has no count to be held against."""
    return _held(params, units)


def _held(params: Params, units: int) -> Held:
    return Held({}, params.window, units)
