"""Parameters of every study that asks what people can walk to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies.parameters import StudyParams

Speed = Annotated[float, Field(ge=parameter("walk_speed_mps").minimum, le=parameter("walk_speed_mps").maximum)]
Minutes = Annotated[float, Field(gt=0, le=60)]


class WalkingParams(StudyParams):
    """Walking speeds and time limits.

    Attributes
    ----------
    walk_speed_mps
        Walking speed of the main results, metres a second.
    walk_speeds_mps
        Speeds of the scenarios.
    thresholds_minutes
        Time limits of the scenarios.
    access_threshold_minutes
        Time limit of the main results: the longest walk that counts as within reach.
    """

    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    walk_speeds_mps: Annotated[tuple[Speed, ...], Field(min_length=1, max_length=6)] = tuple(
        parameter("walk_speeds_mps").value
    )
    thresholds_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1, max_length=6)] = tuple(
        float(minutes) for minutes in parameter("thresholds_minutes").value
    )
    access_threshold_minutes: Minutes = float(parameter("access_threshold_minutes").value)
