"""Volunteers and older people in difficulty: who has somebody, who keeps contact, and who could be paired with whom.

Pairs on the last day, the contacts of the weeks on record, how long pairs and volunteers last, and the best pairing by
walks, with a price on every pair that is broken and a proof that no other is better.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

import pandas as pd
from pydantic import Field

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies import volunteer_pairing_contacts as contacts
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.residents import district_residents
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import Units, district_units
from jingan_analysis.studies.volunteer_pairing_decision import Decision, Ground, ground
from jingan_analysis.studies.volunteer_pairing_disclosure import protected
from jingan_analysis.studies.volunteer_pairing_figures import figures_of
from jingan_analysis.studies.volunteer_pairing_headline import headline
from jingan_analysis.studies.volunteer_pairing_lasting import pair_spells, volunteer_spells
from jingan_analysis.studies.volunteer_pairing_notes import checks, method, notes
from jingan_analysis.studies.volunteer_pairing_numbers import loads
from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords, befriending_records
from jingan_analysis.studies.volunteer_pairing_tables import tables_of
from jingan_analysis.studies.walking import Walking
from jingan_analysis.studies.walking_parameters import Minutes, Speed

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Volunteers for older people")
QUESTION = mark("Who has a volunteer, who keeps contact, and how could pairs be made better?")

Price = Annotated[float, Field(ge=0, le=120)]


class Params(StudyParams):
    """Parameters of volunteers for older people.

    Attributes
    ----------
    norm
        Older people that one volunteer should have at most.
    most
        Older people that one volunteer has at most in the middle scenario.
    long_gap_days
        A longer time without a contact is a long gap.
    lasting_months
        Months after which a pair is counted as lasting.
    walk_speed_mps, longest_walk_minutes, kept_walk_minutes
        Walking speed, the longest walk of a new pair, and that of one which exists and may be kept.
    price_minutes, prices_minutes
        Walk that must be saved for each pair that is broken: of the main result, and of the table of prices.
    """

    norm: int = Field(default=int(parameter("elders_per_volunteer_norm").value), ge=1, le=50)
    most: int = Field(default=int(parameter("elders_per_volunteer_most").value), ge=1, le=50)
    long_gap_days: int = Field(default=int(parameter("long_gap_days").value), ge=1, le=180)
    lasting_months: int = Field(default=int(parameter("lasting_months").value), ge=1, le=60)
    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    longest_walk_minutes: Minutes = float(parameter("pair_walk_minutes").value)
    kept_walk_minutes: Annotated[float, Field(gt=0, le=120)] = float(parameter("kept_pair_walk_minutes").value)
    price_minutes: Price = float(parameter("broken_pair_price_minutes").value)
    prices_minutes: Annotated[tuple[Price, ...], Field(min_length=1, max_length=8)] = tuple(
        float(minutes) for minutes in parameter("broken_pair_prices_minutes").value
    )


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    records
        Records of the whole district up to the last day.
    ground
        Homes and walks of those who could be paired; None where nobody's home is known.
    walking
        How walks are measured.
    committees
        Sub-district by committee, and the committee's name.
    """

    params: Params
    records: BefriendingRecords
    ground: Ground | None
    walking: Walking
    committees: pd.DataFrame

    @cached_property
    def loads(self) -> pd.DataFrame:
        """Older people of every active volunteer of the district."""
        return loads(self.records)

    @cached_property
    def contact_checks(self) -> contacts.ContactChecks | None:
        """Checks of contact in the whole district; None without records of contacts."""
        return contacts.contact_checks(self.records)

    @cached_property
    def weeks(self) -> pd.DataFrame | None:
        """Checks of the place by week."""
        checks_made = self.contact_checks
        return None if checks_made is None else contacts.weekly(checks_made, self.params.unit)

    @cached_property
    def pair_spells(self) -> pd.DataFrame:
        """How long pairs of the place's older people lasted."""
        return pair_spells(self.records, self.params.unit)

    @cached_property
    def volunteer_spells(self) -> pd.DataFrame:
        """How long volunteers of the place stayed."""
        return volunteer_spells(self.records, self.params.unit)

    @cached_property
    def decision(self) -> Decision | None:
        """The best pairings of the whole district: pairs cross the borders of sub-districts."""
        if self.ground is None:
            return None
        params = self.params

        def millimetres(minutes: float) -> int:
            return reach_mm(params.walk_speed_mps, minutes)

        return Decision(
            self.ground,
            {"ready": None, "most": params.most, "norm": params.norm},
            millimetres(params.price_minutes),
            tuple(millimetres(minutes) for minutes in params.prices_minutes),
            {"ready": params.norm, "most": params.most, "norm": params.norm},
        )


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, demand points, population, volunteers, older people on the list or pairs are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require("sub_districts", "demand_points", "population", "volunteers", "elder_needs", "pairings")
    units = district_units(district)
    units.require(params.unit)
    situation = _situation(district, params, units)
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
        method=method(situation),
        stamps=situation.walking.stamps,
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)


def _situation(district: District, params: Params, units: Units) -> Situation:
    records = befriending_records(district, params.window)
    walking = Walking.of(district)
    found = ground(
        records,
        district_residents(district, units, params.basis),
        district.table("demand_points"),
        walking,
        walk_speed_mps=params.walk_speed_mps,
        longest_minutes=params.longest_walk_minutes,
        kept_minutes=params.kept_walk_minutes,
        unasked=params.most,
    )
    return Situation(params, units, records, found if found.can_pair else None, walking, _committees(district))


def _committees(district: District) -> pd.DataFrame:
    """``subdistrict_code`` and names by committee; empty where the district has no such table."""
    if not district.has("committees"):
        return pd.DataFrame(columns=["subdistrict_code"])
    return district.table("committees").set_index("committee_id")
