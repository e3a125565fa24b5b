"""Overview: do the data bear out what was published, and how does each system stand.

A register of every published claim, held against the data by the studies' own counts, and one line a system with its headline
indicators and what the rules of a control chart say of the latest month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import mark
from jingan_analysis.studies.overview_disclosure import protected
from jingan_analysis.studies.overview_figures import figures_of
from jingan_analysis.studies.overview_headline import headline
from jingan_analysis.studies.overview_notes import checks, method, notes
from jingan_analysis.studies.overview_register import register
from jingan_analysis.studies.overview_scoreboard import scoreboard
from jingan_analysis.studies.overview_tables import tables_of
from jingan_analysis.studies.parameters import StudyParams
from jingan_analysis.studies.result import Answer, StudyResult
from jingan_analysis.studies.units import district_name, district_units

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.overview_register import Entry
    from jingan_analysis.studies.overview_scoreboard import Score

TITLE = mark("Overview")
QUESTION = mark("Do the data bear out what was published, and how does each system stand?")

LEADS_TO_OTHERS = True


class Params(StudyParams):
    """Parameters of the overview.

    Attributes
    ----------
    months_shown
        Latest months of every indicator that are charted.
    """

    months_shown: int = Field(default=int(parameter("overview_months").value), ge=12, le=36)


@dataclass(frozen=True)
class Situation:
    """One run.

    Attributes
    ----------
    params
        The parameters.
    entries
        The register of published claims, of the whole district.
    scores
        The scoreboard of the place reported on.
    place, district
        The place reported on and the whole district, in words.
    synthetic
        Whether the data are made up.
    """

    params: Params
    entries: list[Entry]
    scores: list[Score]
    place: str
    district: str
    synthetic: bool


def run(district: District, params: Params) -> StudyResult:
    """Answer the question for one district; whatever tables it has not got is said line by line.

    Raises
    ------
    InvalidTable
        If a table that something is counted from is wrong.
    DistrictConfigError, InvalidParameter
        If a file of published figures is missing or wrong.
    UnknownUnit
        If ``params.unit`` is not a sub-district.
    """
    unit_name = None
    if params.unit is not None:
        units = district_units(district)
        units.require(params.unit)
        unit_name = units.name(params.unit)
    situation = Situation(
        params,
        register(district, params),
        scoreboard(district, params),
        unit_name or district_name(district),
        district_name(district),
        district.synthetic,
    )
    exact = tables_of(situation)
    tables = protected(situation, exact)
    answer = Answer(
        period_label=params.window.label,
        unit_name=unit_name,
        headline=headline(situation, tables),
        tables=tables,
        figures=lambda: figures_of(situation, tables),
        checks=checks(situation, exact, tables),
        notes=notes(situation, tables),
        method=method(),
    )
    return StudyResult.of((__name__, TITLE, QUESTION), district, params, answer)
