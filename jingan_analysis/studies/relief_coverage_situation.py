"""What a run of relief coverage works on: the place, its households and their steps."""

from __future__ import annotations

from dataclasses import dataclass
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


def days_and_steps(records: Records) -> tuple[pd.DataFrame, pd.DataFrame]:
    """First days and steps reached of the eligible households."""
    days = first_days(records)
    return days, steps_reached(days)
