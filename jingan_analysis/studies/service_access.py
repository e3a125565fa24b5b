"""Can residents get their community-affairs matters done nearby?

Three tiers are promised: a window at the sub-district's centre, a spot near home, a visit at home;
and machines that never close. The study asks four things: is a point within a short walk, can the
matter really be done there, is it open when people have time, and is it used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.result import Shelf, Statements, StudyResult
from jingan_analysis.studies.service_access_figures import figures
from jingan_analysis.studies.service_access_headline import headline
from jingan_analysis.studies.service_access_inputs import read_inputs
from jingan_analysis.studies.service_access_notes import checks, method, notes
from jingan_analysis.studies.service_access_tables import collect

if TYPE_CHECKING:
    from jingan_analysis.district import District

TITLE: Final = "Service access"
QUESTION: Final = "Can residents get their community-affairs matters done near home, and when they have time?"

Speed = Annotated[float, Field(ge=parameter("walk_speed_mps").minimum, le=parameter("walk_speed_mps").maximum)]
Minutes = Annotated[float, Field(gt=0, le=60)]


class Params(StudyParams):
    """Parameters of the study.

    Attributes
    ----------
    walk_speed_mps
        Main walking speed.
    walk_speeds_mps
        Speeds of the scenarios.
    thresholds_minutes
        Walking times of the reach tables.
    near_minutes
        Walk within which a nearby spot counts as near.
    access_threshold_minutes
        Longest walk at which a matter counts as done near home.
    last_distance_m
        The "last metres", as a walking distance.
    widely_share, nearly_all_share
        Share of residents from which a matter can be done by most, by nearly all.
    hardly_share
        Share of residents below which hardly anybody has a spot near home for a promised matter.
    idle_ratio_to_median, overloaded_ratio_to_median
        Cases per month, in medians of used points of the same kind, up to which a point is nearly idle
        and from which it is overloaded.
    """

    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    walk_speeds_mps: Annotated[tuple[Speed, ...], Field(min_length=1, max_length=6)] = tuple(
        parameter("walk_speeds_mps").value
    )
    thresholds_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1, max_length=6)] = tuple(
        float(minutes) for minutes in parameter("thresholds_minutes").value
    )
    near_minutes: Minutes = float(min(parameter("thresholds_minutes").value))
    access_threshold_minutes: Minutes = float(parameter("access_threshold_minutes").value)
    last_distance_m: float = Field(default=parameter("last_distance_m").value, gt=0, le=5000)
    widely_share: float = Field(default=0.5, gt=0, le=1)
    nearly_all_share: float = Field(default=0.9, gt=0, le=1)
    hardly_share: float = Field(default=0.1, gt=0, le=1)
    idle_ratio_to_median: float = Field(default=parameter("idle_ratio_to_median").value, ge=0, le=1)
    overloaded_ratio_to_median: float = Field(default=parameter("overloaded_ratio_to_median").value, ge=1, le=100)

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
    tables = collect(district, inputs, params)
    place = inputs.units.labels[inputs.row] if params.unit is None else inputs.units.names[params.unit]
    synthetic = ("Synthetic demonstration data: no figure here describes a real place",) if district.synthetic else ()
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
        unit_name=None if params.unit is None else inputs.units.names[params.unit],
        parameters=params.model_dump(mode="json"),
        headline=Statements("Headline", headline(tables, inputs, params, place=place)),
        tables=Shelf(tables),
        figures=Shelf(figures(tables, inputs, params, place=place)),
        checks=checks(tables, inputs, params),
        notes=Statements("Notes", notes(tables, inputs, params)),
        method=method(inputs, params),
        stamps=(*synthetic, *inputs.walking.stamps),
        inputs=district.input_digests(),
    )
