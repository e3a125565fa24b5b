"""What a run of relief coverage works on: the place, its households and their steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.studies.relief_coverage_cascade import first_days, steps_reached

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage import Params
    from jingan_analysis.studies.relief_coverage_records import Records
    from jingan_analysis.studies.units import Units


@dataclass(frozen=True)
class Situation:
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
    """

    params: Params
    units: Units
    records: Records
    focus: Records
    synthetic: bool

    @property
    def row(self) -> str:
        """Row of the place reported on in tables by sub-district."""
        return self.units.row(self.params.unit)

    @property
    def place(self) -> str:
        """The place reported on, in words."""
        return self.units.labels[self.row]

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
