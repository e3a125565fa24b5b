"""Where should the next sites stand, whom do they reach, and how sure is that?

New sites of one kind are chosen among candidate premises so that as many people as possible have one within a walk,
with a proof; beside it stand the price of fairness, other choices nearly as good, the worth of one site more, and what
becomes of the choice if demand is not what the data say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies.next_sites_disclosure import protected
from jingan_analysis.studies.next_sites_figures import figures_of
from jingan_analysis.studies.next_sites_headline import headline
from jingan_analysis.studies.next_sites_notes import checks, method, notes
from jingan_analysis.studies.next_sites_premises import premises_of
from jingan_analysis.studies.next_sites_situation import Situation, committees_of, standing_sites
from jingan_analysis.studies.next_sites_tables import tables_of
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units
from jingan_analysis.studies.walking import Walking
from jingan_analysis.studies.walking_parameters import Minutes, Speed

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Where next")
QUESTION = mark("Where should the next sites stand, whom would they reach, and how sure is that?")

Weight = Annotated[float, Field(ge=0, le=20)]


class Params(StudyParams):
    """Parameters of where next.

    Attributes
    ----------
    facility
        Kind of site: the table that those which stand are read from.
    age_from_years
        Youngest age counted; 0 counts everybody.
    frail_weight, alone_weight
        What a frail person, or one who lives alone, counts more than another one does: 1 counts all alike, 3 counts
        each as three. Who is both counts for both.
    walk_speed_mps, access_threshold_minutes
        Walking speed and the longest walk that counts as near.
    new_sites
        New sites proposed.
    most_new_sites
        Last number of new sites on the curve of what one more is worth.
    worthwhile_persons
        People whom a further site must bring near to be worth it.
    least_floor_area_m2
        Premises that are known to be smaller are left out.
    each_unit
        Whether each sub-district must have a site, where premises allow that.
    budget_cny
        Most that all new sites may cost together; None sets no limit.
    most_moved
        Sites of the district that may close, each so that one more new one opens.
    forced, barred
        Ids of candidates that must be chosen, or must not.
    plan
        Ids of candidates of a plan made by hand, to be compared with the proposal.
    alternatives_within, most_alternatives
        Share of the people covered that an alternative may lack, and how many are sought, the proposal among them.
    draws
        Times that people are placed anew to see which sites stay.
    search_branches
        Branches after which a single search ends without a proof: the same on every machine.
    """

    facility: Literal["canteens", "stations", "service_points"] = "canteens"
    age_from_years: int = Field(default=60, ge=0, le=100)
    frail_weight: Weight = 1.0
    alone_weight: Weight = 1.0
    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    access_threshold_minutes: Minutes = float(parameter("access_threshold_minutes").value)
    new_sites: int = Field(default=int(parameter("new_sites").value), ge=0, le=50)
    most_new_sites: int = Field(default=int(parameter("most_new_sites").value), ge=0, le=50)
    worthwhile_persons: float = Field(default=float(parameter("worthwhile_persons").value), ge=0)
    least_floor_area_m2: float = Field(default=float(parameter("least_floor_area_m2").value), ge=0)
    each_unit: bool = False
    budget_cny: float | None = Field(default=None, ge=0)
    most_moved: int = Field(default=0, ge=0, le=50)
    forced: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    alternatives_within: float = Field(default=float(parameter("alternatives_within").value), ge=0, lt=0.5)
    most_alternatives: int = Field(default=int(parameter("most_alternatives").value), ge=1, le=100)
    draws: int = Field(default=50, ge=0, le=1000)
    search_branches: int = Field(default=int(parameter("search_branches").value), ge=1, le=1_000_000)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, demand points, population or the sites that stand are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    InvalidParameter
        If forced, barred or planned sites are no candidates.
    NoSiteAllowed
        If no choice keeps what the parameters ask for; the message says what to relax.
    """
    situation = situation_of(district, params)
    exact = tables_of(situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.end_label,
        unit_name=situation.units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(situation),
        stamps=(*situation.walking.stamps, *situation.residents.stamps, *situation.premises.stamps),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)


def situation_of(district: District, params: Params) -> Situation:
    """Read what a run looks at; nothing is chosen yet.

    Raises
    ------
    MissingTable, InvalidTable, UnknownUnit, InvalidParameter
        As :func:`run`.
    """
    district.require("sub_districts", "demand_points", "population", params.facility)
    units = district_units(district)
    units.require(params.unit)
    return Situation(
        params, units, district_residents(district, units, params.basis), Walking.of(district),
        premises_of(district, params), standing_sites(district, params), committees_of(district),
    )  # fmt: skip
