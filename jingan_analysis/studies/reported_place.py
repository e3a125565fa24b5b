"""The place that a run reports on: the whole district, or one of its sub-districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jingan_analysis.studies.parameters import StudyParams
    from jingan_analysis.studies.units import Units


@dataclass(frozen=True)
class ReportedPlace:
    """What every run knows of its place.

    Attributes
    ----------
    params, units
        The parameters, and the district's sub-districts.
    """

    params: StudyParams
    units: Units

    @property
    def row(self) -> str:
        """Row of the place reported on in tables by sub-district."""
        return self.units.row(self.params.unit)

    @property
    def place(self) -> str:
        """The place reported on, in words."""
        return self.units.labels[self.row]
