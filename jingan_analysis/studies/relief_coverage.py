"""Relief coverage: who is entitled to service-type relief and was never reached.

The register of entitled households is followed through the records of the service: case, assessment, plan,
first service. What a household lacks says where it was lost; who it is says whom the service misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, field_validator

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.relief_coverage_disclosure import protected
from jingan_analysis.studies.relief_coverage_figures import figures_of
from jingan_analysis.studies.relief_coverage_headline import headline
from jingan_analysis.studies.relief_coverage_needs import DIMENSIONS
from jingan_analysis.studies.relief_coverage_notes import checks, method, notes
from jingan_analysis.studies.relief_coverage_records import relief_records
from jingan_analysis.studies.relief_coverage_situation import Situation
from jingan_analysis.studies.relief_coverage_tables import tables_of
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Relief coverage")
QUESTION = mark("Who is entitled to service-type relief and was never reached?")

Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Source = Literal["window", "online", "adviser_visit", "committee", "data_match", "referral"]


class Params(StudyParams):
    """Parameters of relief coverage.

    Attributes
    ----------
    need_threshold
        A score from here on counts as a need; scores run from 0 to 1.
    proactive_sources
        Discovery sources by which the service found the household.
    served_within_days
        Days from the first assessment within which a household should have its first service.
    need_weights
        Weights of the ten need dimensions, in the order of the contract, when needs in several ways are counted; only
        their proportions matter.
    need_cutoff
        Share of the weighted dimensions from which a household is in need in several ways.
    advisers_per_point
        Fewest active advisers that a sub-district's own point should have.
    panel_months
        Months in a period when the effect of stations is estimated.
    served_days_before
        Days before the last assessment by which the first service must lie for a household to count as served in between.
    cases_per_full_time
        Most open cases that an adviser should have for each full-time equivalent.
    """

    need_threshold: float = Field(default=parameter("need_threshold").value, gt=0, le=1)
    proactive_sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=6)] = parameter(
        "proactive_sources"
    ).value
    served_within_days: int = Field(default=int(parameter("served_within_days").value), ge=1, le=730)
    need_weights: Annotated[tuple[Weight, ...], Field(min_length=len(DIMENSIONS), max_length=len(DIMENSIONS))] = (
        1.0,
    ) * len(DIMENSIONS)
    need_cutoff: float = Field(default=parameter("need_cutoff").value, gt=0, le=1)
    advisers_per_point: int = Field(default=int(parameter("advisers_per_point").value), ge=1, le=50)
    panel_months: int = Field(default=int(parameter("panel_months").value), ge=1, le=12)
    served_days_before: int = Field(default=int(parameter("served_days_before").value), ge=0, le=730)
    cases_per_full_time: float = Field(default=parameter("cases_per_full_time").value, ge=1, le=500)

    @field_validator("need_weights")
    @classmethod
    def _some_weight(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if not sum(weights) > 0:
            raise ValueError("at least one dimension must weigh something")
        return weights


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, households, cases, assessments or services are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require("sub_districts", "households", "relief_cases", "need_assessments", "service_events")
    units = district_units(district)
    units.require(params.unit)
    records = relief_records(district, params.window)
    stations = district.table("stations") if district.has("stations") else None
    situation = Situation(params, units, records, records.of_unit(params.unit), district.synthetic, stations)
    exact, absent = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.label,
        unit_name=units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(district, situation, tables),
        checks=checks(district, situation, exact, tables),
        notes=notes(situation, tables, absent),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
