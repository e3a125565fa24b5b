"""Relief resources: do needs meet the right project, and what would the best use of the same lists serve.

Requests for help are followed to their match; the lists of projects and resources are held against them; and the best
possible assignment under capacity, eligibility and area is computed and proven, against what happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.models.assignment_robustness import Robustness, noisy_capacities, robustness
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.relief_resources_assignment import Plans, plans_of
from jingan_analysis.studies.relief_resources_disclosure import protected
from jingan_analysis.studies.relief_resources_figures import figures_of
from jingan_analysis.studies.relief_resources_headline import headline
from jingan_analysis.studies.relief_resources_notes import checks, method, notes
from jingan_analysis.studies.relief_resources_records import Requests, requests_of
from jingan_analysis.studies.relief_resources_supply import Supply, supply_of
from jingan_analysis.studies.relief_resources_tables import tables_of
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Relief resources")
QUESTION = mark("Do needs meet the right project, and what would the best use of the same lists serve?")


class Params(StudyParams):
    """Parameters of relief resources.

    Attributes
    ----------
    capacity_spread
        How far stated capacities may be off in the scenarios, as a share.
    scenarios
        Number of scenarios.
    """

    capacity_spread: float = Field(default=parameter("capacity_spread").value, ge=0, le=1)
    scenarios: int = Field(default=100, ge=10, le=2_000)


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    district, focus
        Requests of the whole district, and of the place reported on.
    supply, plans, robust
        Suppliers, assignments and scenarios, always of the whole district: capacity is shared.
    synthetic
        Whether the data are made up.
    """

    params: Params
    district: Requests
    focus: Requests
    supply: Supply
    plans: Plans
    robust: Robustness
    synthetic: bool


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, households, cases, assessments, services, requests or projects are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require(
        "sub_districts", "households", "relief_cases", "need_assessments", "service_events", "need_requests", "projects"
    )
    units = district_units(district)
    units.require(params.unit)
    requests = requests_of(district, params.window)
    supply = supply_of(district, requests, params.window)
    plans = plans_of(requests, supply, units.codes)
    capacities = noisy_capacities(
        plans.problem, spread=params.capacity_spread, scenarios=params.scenarios, seed=params.seed
    )
    situation = Situation(
        params, units, requests, requests.of_unit(params.unit), supply, plans, robustness(plans.problem, capacities),
        district.synthetic,
    )  # fmt: skip
    exact = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.label,
        unit_name=units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
