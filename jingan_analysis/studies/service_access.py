"""Can residents get their community-affairs matters done nearby?

Three tiers are promised: a window at the sub-district's centre, a spot near home, a visit at home;
and machines that never close. The study asks four things: is a point within a short walk, can the
matter really be done there, is it open when people have time, and is it used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.published_figures import made_to_agree
from jingan_analysis.studies.result import Answer, Statements, StudyResult
from jingan_analysis.studies.service_access_disclosure import protected
from jingan_analysis.studies.service_access_figures import figures
from jingan_analysis.studies.service_access_headline import headline
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_notes import checks, method, notes
from jingan_analysis.studies.service_access_over_time import over_time
from jingan_analysis.studies.service_access_results import case_results
from jingan_analysis.studies.service_access_tables import collect
from jingan_analysis.studies.walking_parameters import Minutes, WalkingParams

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE: Final = mark("Service access")
QUESTION: Final = mark("Can residents get their community-affairs matters done near home, and when they have time?")


class Params(WalkingParams):
    """Parameters of the study.

    Attributes
    ----------
    near_minutes
        Walk within which a nearby spot counts as near.
    last_distance_m
        The "last metres", as a walking distance.
    widely_share, nearly_all_share
        Share of residents from which a matter can be done by most, by nearly all.
    hardly_share
        Share of residents below which hardly anybody has a spot near home for a promised matter.
    idle_ratio_to_median, overloaded_ratio_to_median
        Cases per month, in medians of used points of the same kind, up to which a point is nearly idle
        and from which it is overloaded.
    window_service_minutes, busy_hour_factor
        Mean time of a visit at a window, and visits of a busy hour over those of the mean open hour.
    window_wait_minutes, long_wait_share
        A longer wait for a window is long; share of the visits of a busy hour that may have one.
    office_from_hour, office_to_hour
        Office hours on weekdays: who works then can come only outside them.
    night_from_hour, night_to_hour
        The night, which may pass midnight.
    busiest_share, busiest_shares
        Share of all cases that the busiest matters are to make: the one that is spoken of, and those to compare.
    open_pairs, open_pairs_steps
        How many matters at spots are to be opened next: those that are listed, and numbers to compare.
    panel_months
        Months in a period when the effect of opening a spot is estimated.
    """

    near_minutes: Minutes = float(min(parameter("thresholds_minutes").value))
    last_distance_m: float = Field(default=parameter("last_distance_m").value, gt=0, le=5000)
    widely_share: float = Field(default=0.5, gt=0, le=1)
    nearly_all_share: float = Field(default=0.9, gt=0, le=1)
    hardly_share: float = Field(default=0.1, gt=0, le=1)
    idle_ratio_to_median: float = Field(default=parameter("idle_ratio_to_median").value, ge=0, le=1)
    overloaded_ratio_to_median: float = Field(default=parameter("overloaded_ratio_to_median").value, ge=1, le=100)
    window_service_minutes: float = Field(default=parameter("window_service_minutes").value, ge=1, le=120)
    busy_hour_factor: float = Field(default=parameter("busy_hour_factor").value, ge=1, le=10)
    window_wait_minutes: float = Field(default=float(parameter("window_wait_minutes").value), ge=0, le=180)
    long_wait_share: float = Field(default=parameter("visit_long_wait_share").value, ge=0.001, le=0.5)
    office_from_hour: int = Field(default=int(parameter("office_from_hour").value), ge=0, le=23)
    office_to_hour: int = Field(default=int(parameter("office_to_hour").value), ge=1, le=24)
    night_from_hour: int = Field(default=int(parameter("night_from_hour").value), ge=0, le=23)
    night_to_hour: int = Field(default=int(parameter("night_to_hour").value), ge=0, le=23)
    busiest_share: float = Field(default=parameter("busiest_share").value, ge=0.05, le=1)
    busiest_shares: Annotated[tuple[Annotated[float, Field(ge=0.05, le=1)], ...], Field(max_length=8)] = (
        0.5,
        0.8,
        0.95,
    )
    open_pairs: int = Field(default=30, ge=1, le=2000)
    open_pairs_steps: Annotated[tuple[Annotated[int, Field(ge=1, le=2000)], ...], Field(max_length=8)] = (
        10,
        30,
        100,
        300,
    )
    panel_months: int = Field(default=int(parameter("panel_months").value), ge=1, le=12)

    @field_validator("office_to_hour")
    @classmethod
    def _office_closes_after_it_opens(cls, hour: int, info: ValidationInfo) -> int:
        if hour <= info.data.get("office_from_hour", -1):
            raise ValueError("office hours must end after they begin; give a later hour")
        return hour

    @field_validator("night_to_hour")
    @classmethod
    def _night_has_hours(cls, hour: int, info: ValidationInfo) -> int:
        if hour == info.data.get("night_from_hour"):
            raise ValueError("the night must not end at the hour at which it begins; give another hour")
        return hour

    @property
    def limits_minutes(self) -> tuple[float, ...]:
        """All walking times that the report uses, in order."""
        return tuple(sorted({*self.thresholds_minutes, self.near_minutes, self.access_threshold_minutes}))


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district and period.

    Raises
    ------
    MissingTable, InvalidTable, UnknownUnit, InvalidParameter
        If the district's data or the parameters do not carry the study.
    """
    inputs = read_inputs(district, params)
    ended = case_results(district, inputs, params)
    later = over_time(district, inputs, params)
    exact = collect(district, inputs, params, ended, later)
    tables = protected(exact, inputs, params)
    place = inputs.units.labels[inputs.row] if params.unit is None else inputs.units.names[params.unit]
    answer = Answer(
        period_label=params.window.label,
        unit_name=inputs.units.name(params.unit),
        headline=Statements(tr("Headline"), headline(tables, inputs, params, place=place, later=later)),
        tables=tables,
        figures=lambda: figures(tables, inputs, params, place=place, ended=ended, later=later),
        checks=checks(exact, tables, inputs, params),
        notes=Statements(
            tr("Notes"), (*notes(tables, inputs, params, later), *made_to_agree(tables, synthetic=district.synthetic))
        ),
        method=method(inputs, params),
        stamps=(*inputs.walking.stamps, *inputs.residents.stamps),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
