"""Home retrofits: are homes made safe for the right people, in good time, and do they fall less.

Applications are followed to acceptance with withdrawal competing; adapted homes are held against older residents and
against need; falls are compared within persons, with the time before an application kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.home_retrofits_completions import older_people
from jingan_analysis.studies.home_retrofits_disclosure import protected
from jingan_analysis.studies.home_retrofits_falls import PLACES, Falls, Options, falls_at
from jingan_analysis.studies.home_retrofits_figures import figures_of
from jingan_analysis.studies.home_retrofits_headline import headline
from jingan_analysis.studies.home_retrofits_notes import checks, method, notes
from jingan_analysis.studies.home_retrofits_records import RetrofitRecords, retrofit_records
from jingan_analysis.studies.home_retrofits_stages import compared
from jingan_analysis.studies.home_retrofits_tables import tables_of
from jingan_analysis.studies.home_retrofits_targeting import Concentration, concentration
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units
from jingan_analysis.tables.formatting import format_day

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.compared_shares import Comparison

TITLE = mark("Home retrofits")
QUESTION = mark("Are homes made safe for the right people, in good time, and do people fall less?")
COMPARED = {"withdrawals": "withdrawn", "on_time": "accepted"}
"""How applications ended that sub-districts are compared by, by table."""


class Params(StudyParams):
    """Parameters of home retrofits.

    Attributes
    ----------
    accepted_within_days
        Days from an application within which works should be accepted, and within which withdrawals are compared.
    pre_exposure_days
        Days before an application that are kept apart when falls are compared: a fall may have prompted it.
    early_days
        Days after acceptance that are also told apart.
    naive_days
        Days before an application that the simple comparison of falls counts.
    fewest_falls
        Falls that a comparison must have.
    """

    accepted_within_days: int = Field(default=int(parameter("accepted_within_days").value), ge=1, le=1000)
    pre_exposure_days: int = Field(default=int(parameter("pre_exposure_days").value), ge=1, le=365)
    early_days: int = Field(default=int(parameter("early_days").value), ge=1, le=365)
    naive_days: int = Field(default=int(parameter("naive_days").value), ge=30, le=1830)
    fewest_falls: int = Field(default=int(parameter("fewest_falls").value), ge=10, le=10_000)


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    records
        Records of the whole district up to the last day.
    older
        People aged 60 and over by sub-district; None where the district does not tell.
    synthetic
        Whether the data are made up.
    """

    params: Params
    records: RetrofitRecords
    older: pd.Series | None
    synthetic: bool

    @property
    def since(self) -> str:
        """From the first application to the last day, in words: all counts are of this time."""
        return tr("{first} to {last}", first=format_day(self.records.first.date()), last=self.params.window.end_label)

    @property
    def options(self) -> Options:
        """How falls are compared."""
        params = self.params
        return Options(
            params.pre_exposure_days, params.early_days, params.naive_days, params.fewest_falls, params.confidence
        )

    @cached_property
    def comparisons(self) -> dict[str, Comparison | None]:
        """Sub-districts compared by how applications ended, by table."""
        params, codes = self.params, self.units.codes
        return {
            name: compared(self.records, codes, cause, params.accepted_within_days, confidence=params.confidence)
            for name, cause in COMPARED.items()
        }

    def comparison(self, name: str) -> Comparison | None:
        """One of them; None where too few sub-districts have applications that are old enough."""
        return self.comparisons[name]

    @cached_property
    def concentration(self) -> Concentration | None:
        """Adapted homes along how needy sub-districts are, in the whole district."""
        return concentration(self.records, self.older, confidence=self.params.confidence)

    @cached_property
    def watched(self) -> pd.DataFrame:
        """People of the place who are watched for falls; in a sub-district those who applied there."""
        watched, unit = self.records.watched, self.params.unit
        assert watched is not None
        mine = watched if unit is None else watched[watched["subdistrict_code"] == unit]
        return mine.reset_index(names="watched")

    @cached_property
    def falls_seen(self) -> pd.DataFrame:
        """Their falls."""
        assert self.records.falls is not None
        place = pd.Series(self.watched.index, index=self.watched["watched"])
        falls = self.records.falls
        mine = falls[falls["watched"].isin(place.index)]
        return mine.assign(watched=mine["watched"].map(place))

    @cached_property
    def falls(self) -> dict[str, Falls]:
        """Falls at home and elsewhere compared within persons; empty where nobody is watched."""
        if self.records.watched is None:
            return {}
        return {place: falls_at(self.watched, self.falls_seen, place, self.options) for place in PLACES}


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts, applications, assessments, contracts or works are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require(
        "sub_districts", "retrofit_applications", "retrofit_assessments", "retrofit_contracts", "retrofit_works"
    )
    units = district_units(district)
    units.require(params.unit)
    records = retrofit_records(district, params.window)
    situation = Situation(params, units, records, older_people(district, units, params.basis), district.synthetic)
    exact = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=situation.since,
        unit_name=units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
