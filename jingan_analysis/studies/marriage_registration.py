"""Registration of marriages: where couples come from, what the openings changed, and whether the office carries its peak days.

Registrations by scope and by where the couples live, an interrupted series here and elsewhere that tells moved
registrations from new ones, days that couples choose, slots and windows, visits, and the travel that the openings save as
a distribution. Of a sub-district the couples who live there are told; slots and windows are those of the whole office.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import Field, field_validator

from jingan_analysis.errors import InvalidTable
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.marriage_registration_days import Calendar, calendar
from jingan_analysis.studies.marriage_registration_disclosure import protected
from jingan_analysis.studies.marriage_registration_figures import figures_of
from jingan_analysis.studies.marriage_registration_headline import headline
from jingan_analysis.studies.marriage_registration_notes import checks, method, notes
from jingan_analysis.studies.marriage_registration_records import MarriageRecords, marriage_records
from jingan_analysis.studies.marriage_registration_residence import Residents, rates, residence, residents
from jingan_analysis.studies.marriage_registration_series import OpeningSeries, opening_series
from jingan_analysis.studies.marriage_registration_slots import Targets, peak_demand, slot_use, windows
from jingan_analysis.studies.marriage_registration_tables import tables_of
from jingan_analysis.studies.marriage_registration_travel import TravelSaved, travel_saved
from jingan_analysis.studies.marriage_registration_unit import unit_headline
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Registration of marriages")
QUESTION = mark(
    "Where do couples come from, did the three openings bring new registrations or only move them, and can the office carry its peak days?"
)


class Params(StudyParams):
    """Parameters of the registration of marriages.

    Attributes
    ----------
    openings
        First months of the city-wide, inter-provincial and foreign-related opening, ``YYYY-MM``, in order.
    benchmark_share, benchmark_months
        The city's share of couples who registered outside their own district, and the months that it is of.
    fewest_months
        Months that the series must have before the first opening, between openings and from the last one on.
    fewest_a_month
        Marriages a month that the series must have on the average.
    fewest_days
        Open days that a kind of day must have for its ratio.
    wished_share
        Share of those who wish a peak day that should get it.
    wait_minutes, long_wait_share
        A longer wait at the windows is long, and so large a share may have one.
    extra_trip_share
        Share of couples whom an opening saves the way to the responsible office: least, most likely, most.
    draws
        Draws of the assumptions on travel.
    """

    openings: tuple[str, str, str] = tuple(parameter("marriage_openings").value)
    benchmark_share: float = Field(default=parameter("city_cross_district_share").value, ge=0, le=1)
    benchmark_months: tuple[str, ...] = Field(
        default=tuple(parameter("city_cross_district_months").value), min_length=1, max_length=24
    )
    fewest_months: int = Field(default=int(parameter("fewest_months_between_openings").value), ge=4, le=36)
    fewest_a_month: float = Field(default=parameter("fewest_marriages_a_month").value, ge=1, le=200)
    fewest_days: int = Field(default=int(parameter("fewest_open_days_of_a_kind").value), ge=2, le=60)
    wished_share: float = Field(default=parameter("day_wished_share").value, ge=0.5, le=0.999)
    wait_minutes: float = Field(default=parameter("window_wait_minutes").value, ge=1, le=180)
    long_wait_share: float = Field(default=parameter("long_wait_share").value, ge=0.001, le=0.5)
    extra_trip_share: tuple[float, float, float] = tuple(parameter("extra_trip_share").value)
    draws: int = Field(default=int(parameter("travel_draws").value), ge=200, le=20_000)

    @field_validator("openings", "benchmark_months")
    @classmethod
    def _months_in_order(cls, months: tuple[str, ...]) -> tuple[str, ...]:
        for month in months:
            if not _is_month(month):
                raise ValueError(f"{month!r} is not a month; write YYYY-MM, such as 2022-12")
        if list(months) != sorted(set(months)):
            raise ValueError("the months must be different and in order")
        return months

    @field_validator("extra_trip_share")
    @classmethod
    def _shares_in_order(cls, shares: tuple[float, float, float]) -> tuple[float, float, float]:
        low, mode, high = shares
        if not 0 <= low <= mode <= high <= 1:
            raise ValueError("give three shares from 0 to 1: least, most likely, most")
        return shares


def _is_month(text: str) -> bool:
    try:
        return len(text) == len("2022-12") and str(pd.Period(text, freq="M")) == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    records
        Records of the whole office up to the last day.
    people
        Residents by sub-district; None where they are not known.
    """

    params: Params
    records: MarriageRecords
    people: Residents | None

    @cached_property
    def own(self) -> MarriageRecords:
        """Records of the couples reported on: all of them, or those who live in the sub-district."""
        return self.records.of(self.params.unit)

    @property
    def whose(self) -> str:
        """The couples reported on, in words: those of the office of the district, or those who live in the sub-district."""
        return self.place if self.params.unit is None else tr("couples who live in {place}", place=self.place)

    @cached_property
    def lived(self) -> pd.DataFrame | None:
        """Marriages of the period by sub-district of residence; None where no registration tells it."""
        if not self.records.with_homes:
            return None
        return residence(self.records, self.units, confidence=self.params.confidence)

    @cached_property
    def rates(self) -> pd.DataFrame | None:
        """Marriages of the period for every thousand residents; None where either is not known."""
        if self.lived is None or self.people is None:
            return None
        return rates(self.lived, self.people, confidence=self.params.confidence)

    @cached_property
    def calendar(self) -> Calendar:
        """Kinds of open days and what they do to marriages."""
        return calendar(self.records, fewest_days=self.params.fewest_days, confidence=self.params.confidence)

    @cached_property
    def series(self) -> OpeningSeries:
        """Marriages by month and what the openings changed."""
        params = self.params
        return opening_series(
            self.own,
            self.calendar,
            fewest_months=params.fewest_months,
            fewest_a_month=params.fewest_a_month,
            confidence=params.confidence,
        )

    @property
    def thin(self) -> bool:
        """Whether a sub-district has so few marriages a month that its course is told by quarter."""
        mean = self.series.months["here"].mean()
        return self.params.unit is not None and bool(mean < self.params.fewest_a_month)

    @property
    def targets(self) -> Targets:
        """What the office should reach."""
        params = self.params
        return Targets(params.wished_share, params.wait_minutes, params.long_wait_share, params.confidence)

    @cached_property
    def use(self) -> pd.DataFrame:
        """Slots by day of the week."""
        return slot_use(self.records, self.calendar, confidence=self.params.confidence)

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Slots that days need which couples choose."""
        return peak_demand(self.records, self.calendar, self.targets)

    @cached_property
    def windows(self) -> pd.DataFrame | None:
        """Waits at the windows."""
        return windows(self.records, self.calendar, self.demand, self.use, self.targets)

    @cached_property
    def travel(self) -> TravelSaved | None:
        """Travel that the openings save."""
        params = self.params
        return travel_saved(
            self.own,
            params.extra_trip_share,
            draws=params.draws,
            seed=params.seed,
            confidence=params.confidence,
        )


def refuses_unit(district: District) -> str | None:
    """Why the district's data tell nothing of a sub-district; None where they do, or where the run will say what is wrong."""
    if not district.has("registrations"):
        return None
    try:
        table = district.table("registrations")
    except InvalidTable:
        return None
    if table["residence_code"].notna().any():
        return None
    return "its registrations do not say in which sub-district the couples live; fill the column residence_code in, or leave unit out"


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district, or for the couples who live in one of its sub-districts.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, registrations or slots are missing or wrong.
    UnknownUnit
        If ``params.unit`` is no sub-district.
    InvalidParameter
        If ``params.unit`` is given and no registration says where the couples live.
    """
    district.require("sub_districts", "registrations", "appointments")
    units = district_units(district)
    units.require(params.unit)
    records = marriage_records(district, params.window, params.openings)
    situation = Situation(params, units, records, residents(district, units, params.basis))
    exact = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.label,
        unit_name=units.name(params.unit),
        headline=headline(tables) if params.unit is None else unit_headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(situation),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
