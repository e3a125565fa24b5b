"""Linked beds: did occupancy change with the pilot, where do people move and wait, and are the coverages full.

Bed-days of the five kinds, the stays of people in them, their requests to move, and their contracts, services and
records are counted; a change of occupancy is told only where enough months carry it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import Field, field_validator

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies.bed_linkage_disclosure import protected
from jingan_analysis.studies.bed_linkage_figures import figures_of
from jingan_analysis.studies.bed_linkage_flows import Account, Courses, account_of, courses_of
from jingan_analysis.studies.bed_linkage_headline import headline
from jingan_analysis.studies.bed_linkage_notes import checks, method, notes
from jingan_analysis.studies.bed_linkage_occupancy import by_month
from jingan_analysis.studies.bed_linkage_records import BedRecords, bed_records
from jingan_analysis.studies.bed_linkage_series import OccupancySeries, occupancy_series
from jingan_analysis.studies.bed_linkage_tables import tables_of
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE = mark("Linked beds")
QUESTION = mark("Do the five linked kinds of bed work together, and did the pilot change anything?")


class Params(StudyParams):
    """Parameters of linked beds.

    Attributes
    ----------
    breaks
        Months in which something began that may have changed occupancy, ``YYYY-MM``, in order; none estimates no change.
    fewest_months
        Months that the series must have before the first break, between breaks and after the last one.
    moved_within_days
        Days from a request within which a move should have happened.
    bounce_within_days
        Days after a move within which a move back counts.
    service_within_days
        Days within which a person with a contract should have had a listed service.
    fresh_within_days
        Days within which linked records should have been matched.
    blocked_share
        Share of arrivals that may find no free bed.
    """

    breaks: tuple[str, ...] = Field(default=(), max_length=4)
    fewest_months: int = Field(default=int(parameter("fewest_months").value), ge=4, le=60)
    moved_within_days: int = Field(default=int(parameter("moved_within_days").value), ge=1, le=365)
    bounce_within_days: int = Field(default=int(parameter("bounce_within_days").value), ge=1, le=365)
    service_within_days: int = Field(default=int(parameter("bed_service_within_days").value), ge=1, le=365)
    fresh_within_days: int = Field(default=int(parameter("record_fresh_within_days").value), ge=0, le=365)
    blocked_share: float = Field(default=parameter("blocked_share").value, ge=0.001, le=0.5)

    @field_validator("breaks")
    @classmethod
    def _months_in_order(cls, months: tuple[str, ...]) -> tuple[str, ...]:
        for month in months:
            if len(month) != 7 or not _is_month(month):  # YYYY-MM
                raise ValueError(f"{month!r} is not a month; write YYYY-MM, such as 2023-08")
        if list(months) != sorted(set(months)):
            raise ValueError("the months must be different and in order")
        return months


def _is_month(text: str) -> bool:
    try:
        return str(pd.Period(text, freq="M")) == text
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
        Records of the whole district up to the last day.
    synthetic
        Whether the data are made up.
    """

    params: Params
    records: BedRecords
    synthetic: bool

    @property
    def first(self) -> pd.Timestamp:
        """First day on which stays are watched: that of the first month with bed-days, no later than the period's."""
        months = self.records.stock["month"]
        return min(pd.Timestamp(months.min()), self.records.start) if len(months) else self.records.start

    @cached_property
    def series(self) -> OccupancySeries:
        """Occupancy of institutions of the place by month, and what its breaks changed."""
        params = self.params
        return occupancy_series(
            by_month(self.records.stock_of(params.unit)),
            self.records.comparison,
            params.breaks,
            fewest_months=params.fewest_months,
            confidence=params.confidence,
        )

    @cached_property
    def account(self) -> Account:
        """Stock and flow by kind and month, of people whose home is in the place."""
        return account_of(self.records.stays_of(self.params.unit), self.first, self.records.end)

    @cached_property
    def courses(self) -> Courses:
        """What each of them held, one bed after the other."""
        return courses_of(self.records.stays_of(self.params.unit), self.first, self.records.end)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, institutions, bed-days or stays are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require("sub_districts", "institutions", "bed_stock", "bed_episodes")
    units = district_units(district)
    units.require(params.unit)
    situation = Situation(params, units, bed_records(district, params.window), district.synthetic)
    exact = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.year_label,
        unit_name=units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
