"""Doorstep loop: does every home-visit case go from discovery to follow-up, and who is never discovered.

The event log of home visits is held against the four steps of the published loop: discovery, judgement of needs,
home visit, follow-up. Open cases are censored, not failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies.doorstep_loop_disclosure import protected
from jingan_analysis.studies.doorstep_loop_figures import figures_of
from jingan_analysis.studies.doorstep_loop_headline import headline
from jingan_analysis.studies.doorstep_loop_log import LoopLog, loop_log
from jingan_analysis.studies.doorstep_loop_notes import checks, method, notes
from jingan_analysis.studies.doorstep_loop_numbers import conformance_of, graph_of
from jingan_analysis.studies.doorstep_loop_tables import tables_of
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.reported_place import ReportedPlace
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.models.conformance import Conformance
    from jingan_analysis.models.directly_follows import DirectlyFollows

TITLE = mark("The closed loop of home visits")
QUESTION = mark("Does every home-visit case go from discovery to follow-up, and who is never discovered?")


class Params(StudyParams):
    """Parameters of the doorstep loop.

    Attributes
    ----------
    loop_within_days
        Days from discovery within which all four steps should have happened.
    judge_within_days
        Days from discovery within which a case should be judged.
    step_within_days
        Days within which one step should follow the one before.
    reopened_within_days
        Days after closing within which a new case of the same person counts as reopened.
    """

    loop_within_days: int = Field(default=int(parameter("loop_within_days").value), ge=1, le=730)
    judge_within_days: int = Field(default=int(parameter("judge_within_days").value), ge=1, le=365)
    step_within_days: int = Field(default=int(parameter("step_within_days").value), ge=1, le=730)
    reopened_within_days: int = Field(default=int(parameter("reopened_within_days").value), ge=1, le=730)


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    everyone
        All events of the whole district.
    district, focus
        Events of the cases that are due, in the whole district and in the place reported on. Most tables are about
        them: they have all been followed for as long as the loop should take at least.
    synthetic
        Whether the data are made up.
    """

    params: Params
    everyone: LoopLog
    district: LoopLog
    focus: LoopLog
    synthetic: bool

    @cached_property
    def conformance(self) -> Conformance:
        """Alignments of the cases of the place."""
        return self.conformance_of_all if self.focus is self.district else conformance_of(self.focus)

    @cached_property
    def conformance_of_all(self) -> Conformance:
        """Alignments of the cases of the whole district."""
        return conformance_of(self.district)

    @cached_property
    def graph(self) -> DirectlyFollows:
        """What followed what in the place."""
        return graph_of(self.focus)


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district.

    Raises
    ------
    MissingTable, InvalidTable
        If sub-districts or the event log are missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    district.require("sub_districts", "visit_events")
    units = district_units(district)
    units.require(params.unit)
    loop = loop_log(district, params.window.end)
    due = loop.due(params.loop_within_days)
    situation = Situation(params, units, loop, due, due.of_unit(params.unit), district.synthetic)
    exact = tables_of(district, situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.end_label,
        unit_name=units.name(params.unit),
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
