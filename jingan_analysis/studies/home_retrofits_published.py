"""What the study on adapted homes counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.home_retrofits_completions import ranked
from jingan_analysis.studies.home_retrofits_records import retrofit_records
from jingan_analysis.studies.published_figures import Comparable, Held, published_table
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.home_retrofits import Params, Situation
    from jingan_analysis.studies.home_retrofits_records import RetrofitRecords
    from jingan_analysis.tables.table import Table

_OTHERS = ("peer_retrofits",)
_RECORDS = (
    "sub_districts",
    "retrofit_applications",
    "retrofit_assessments",
    "retrofit_contracts",
    "retrofit_works",
)
COMPARABLE = (
    Comparable("homes", mark("Adapted homes so far"), "F13", needs=_RECORDS),
    Comparable(
        "rank",
        mark("Rank among central districts by adapted homes"),
        "F14",
        needs=(*_RECORDS, *_OTHERS),
        of_others=_OTHERS,
    ),
)


def published_retrofits(district: District, situation: Situation) -> Table | None:
    """Published figures on adapted homes against the records of the whole district; the rank only where others are given."""
    return published_table(district, COMPARABLE, _held(situation.records, situation.params, len(situation.units)))


def held(district: District, params: Params, units: int) -> Held | None:
    """What the records of a district hold; None where it has not got them."""
    if not all(map(district.has, _RECORDS)):
        return None
    return _held(retrofit_records(district, params.window), params, units)


def _held(records: RetrofitRecords, params: Params, units: int) -> Held:
    counts: dict[str, float] = {"homes": int(records.applications["accepted_on"].notna().sum())}
    others = ranked(records)
    if others is not None:
        counts["rank"] = float(others["rank"].loc[DISTRICT_ROW])
    few = frozenset({"homes"} if 0 < counts["homes"] < params.minimum_cell else ())
    return Held(counts, params.window, units, few)
