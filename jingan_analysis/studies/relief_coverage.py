"""Relief coverage: who is entitled to service-type relief and was never reached.

The register of entitled households is followed through the records of the service: case, assessment, plan,
first service. What a household lacks says where it was lost; who it is says whom the service misses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.relief_coverage_figures import figures_of
from jingan_analysis.studies.relief_coverage_headline import headline
from jingan_analysis.studies.relief_coverage_notes import checks, method, notes
from jingan_analysis.studies.relief_coverage_records import relief_records
from jingan_analysis.studies.relief_coverage_situation import Situation
from jingan_analysis.studies.relief_coverage_tables import tables_of
from jingan_analysis.studies.result import Shelf, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = "Relief coverage"
QUESTION = "Who is entitled to service-type relief and was never reached?"

Source = Literal["window", "online", "adviser_visit", "committee", "data_match", "referral"]


class Params(StudyParams):
    """Parameters of relief coverage.

    Attributes
    ----------
    need_threshold
        A score from here on counts as a need; scores run from 0 to 1.
    proactive_sources
        Discovery sources by which the service found the household.
    advisers_per_point
        Fewest active advisers that a sub-district's own point should have.
    """

    need_threshold: float = Field(default=0.5, gt=0, le=1)
    proactive_sources: Annotated[tuple[Source, ...], Field(min_length=1, max_length=6)] = parameter(
        "proactive_sources"
    ).value
    advisers_per_point: int = Field(default=int(parameter("advisers_per_point").value), ge=1, le=50)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, households, cases, assessments or services are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    units = district_units(district)
    units.require(params.unit)
    records = relief_records(district, params.window)
    situation = Situation(params, units, records, records.of_unit(params.unit), district.synthetic)
    tables, absent = tables_of(district, situation)
    return StudyResult(
        study=__name__.rpartition(".")[2],
        title=TITLE,
        question=QUESTION,
        district_key=district.key,
        district_names=district.names,
        synthetic=district.synthetic,
        period=params.period,
        period_label=params.window.label,
        unit_code=params.unit,
        unit_name=None if params.unit is None else units.names[params.unit],
        parameters=params.model_dump(mode="json"),
        headline=headline(situation, tables),
        tables=Shelf(tables),
        figures=Shelf(figures_of(district, situation, tables)),
        checks=checks(situation, tables),
        notes=notes(situation, tables, absent),
        method=method(),
        stamps=_stamps(district),
        inputs=district.input_digests(),
    )


def _stamps(district: District) -> tuple[str, ...]:
    return ("Synthetic demonstration data: no figure here describes a real place",) if district.synthetic else ()
