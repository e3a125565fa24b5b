"""What a run of relief coverage works on: the place, its households and their steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.studies.compared_shares import Comparison
from jingan_analysis.studies.relief_coverage_cascade import first_days, steps_reached
from jingan_analysis.studies.relief_coverage_comparison import comparison
from jingan_analysis.studies.relief_coverage_equity import Equity, equity, first_scores
from jingan_analysis.studies.relief_coverage_further import FurtherServices, further_services
from jingan_analysis.studies.relief_coverage_grade_change import GradeChange, grade_change
from jingan_analysis.studies.relief_coverage_hazards import Hazards, hazards
from jingan_analysis.studies.relief_coverage_several_needs import NeedRule, latest_scores
from jingan_analysis.studies.relief_coverage_station_effect import StationEffect, station_effect
from jingan_analysis.studies.relief_coverage_waiting import Waits, waits_of
from jingan_analysis.studies.reported_place import ReportedPlace

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage import Params
    from jingan_analysis.studies.relief_coverage_records import Records


@dataclass(frozen=True)
class Situation(ReportedPlace):
    """One run.

    Attributes
    ----------
    params
        The parameters.
    units
        The district's sub-districts.
    records
        Records of the whole district.
    focus
        Records of the place reported on: a sub-district, or the whole district.
    synthetic
        Whether the data are made up.
    stations
        The table of stations; None where the district has none.
    """

    params: Params
    records: Records
    focus: Records
    synthetic: bool
    stations: pd.DataFrame | None = None

    @cached_property
    def days(self) -> pd.DataFrame:
        """First day of each kind of record, one row an eligible household of the district."""
        return first_days(self.records)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Steps reached, one row an eligible household of the district."""
        return steps_reached(self.days)

    @cached_property
    def focus_days(self) -> pd.DataFrame:
        """First days of the eligible households of the place reported on."""
        return self.days.loc[self.focus.eligible.index]

    @cached_property
    def focus_steps(self) -> pd.DataFrame:
        """Steps reached by the eligible households of the place reported on."""
        return self.steps.loc[self.focus.eligible.index]

    @cached_property
    def assessed(self) -> pd.Index:
        """Eligible households of the district that were assessed by the last day."""
        return self.steps.index[self.steps["assessed"]]

    @cached_property
    def focus_assessed(self) -> pd.Index:
        """Those of the place reported on."""
        return self.focus_steps.index[self.focus_steps["assessed"]]

    @cached_property
    def comparison(self) -> Comparison | None:
        """Sub-districts compared by their share of never served households."""
        unit = self.records.eligible["subdistrict_code"]
        confidence = self.params.confidence
        return comparison(self.days["served"].isna(), unit, self.units.codes, confidence=confidence)

    @property
    def need_rule(self) -> NeedRule:
        """When a household is in need in several ways."""
        params = self.params
        return NeedRule(params.need_threshold, np.array(params.need_weights), params.need_cutoff)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Scores of the last assessment of the district's assessed households."""
        return latest_scores(self.records, self.assessed)

    @cached_property
    def focus_scores(self) -> pd.DataFrame:
        """Those of the place reported on."""
        return self.scores.loc[self.scores.index.intersection(self.focus_assessed)]

    @cached_property
    def waits(self) -> Waits:
        """Waits for the first service in the whole district."""
        return waits_of(self.records)

    @cached_property
    def focus_waits(self) -> Waits:
        """Those of the place reported on."""
        return self.waits.of_unit(self.params.unit)

    @cached_property
    def hazards(self) -> Hazards | None:
        """Who comes to a first service sooner."""
        params = self.params
        return hazards(self.focus_waits, params.proactive_sources, confidence=params.confidence)

    @cached_property
    def further(self) -> FurtherServices | None:
        """Services after the first one."""
        params = self.params
        return further_services(self.focus, self.focus_waits, params.proactive_sources, confidence=params.confidence)

    @cached_property
    def equity(self) -> Equity | None:
        """Services against need."""
        scores = first_scores(self.focus, self.focus_assessed)
        services = self.focus.in_window(self.focus.events)["household_id"].value_counts()
        return equity(
            scores,
            self.need_rule.weights,
            self.focus_days["served"].notna().loc[scores.index],
            services.reindex(scores.index, fill_value=0),
            self.focus.households["committee_id"].loc[scores.index],
            confidence=self.params.confidence,
        )

    @cached_property
    def station_effect(self) -> StationEffect | None:
        """What stations change, in the whole district; None where there is no table of stations."""
        params = self.params
        if self.stations is None:
            return None
        return station_effect(
            self.records,
            self.units.codes,
            self.stations,
            proactive=params.proactive_sources,
            months=params.panel_months,
            confidence=params.confidence,
            seed=params.seed,
        )

    @cached_property
    def grades(self) -> GradeChange:
        """Changes of grade in the place reported on."""
        params = self.params
        return grade_change(self.focus, served_days_before=params.served_days_before, confidence=params.confidence)
