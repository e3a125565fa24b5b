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
    low_access_share
        Access below this share of the district's mean counts as low.
    walk_speed_spread
        Standard deviation of the logarithm of the speed among walkers of one kind; 0 makes all alike.
    stairs_factor
        Metres on the level that a metre of stairs is worth, for walkers who take stairs.
    rest_every_m, rest_s
        Walk after which the slowest kind of walker rests, and the seconds of a rest.
    crossing_gap_m, crossing_detour_m, crossing_spacing_m
        Longest link that is looked at as a possible crossing, the least walk that it must spare, and the distance
        along a barrier within which one is enough.
    outside_density_ratio
        How dense people and sites beyond the border are at most, in terms of the district's, where nothing is known
        of them.
    """

    walk_speed_mps: Speed = parameter("walk_speed_mps").value
    walk_speeds_mps: Annotated[tuple[Speed, ...], Field(min_length=1, max_length=6)] = tuple(
        parameter("walk_speeds_mps").value
    )
    thresholds_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1, max_length=6)] = tuple(
        float(minutes) for minutes in parameter("thresholds_minutes").value
    )
    access_threshold_minutes: Minutes = float(parameter("access_threshold_minutes").value)
    low_access_share: Annotated[float, Field(gt=0, lt=1)] = parameter("low_access_ratio").value
    walk_speed_spread: Annotated[float, Field(ge=0, le=1)] = parameter("walk_speed_spread").value
    stairs_factor: Annotated[float, Field(ge=1, le=10)] = parameter("stairs_factor").value
    rest_every_m: Annotated[float, Field(ge=20, le=2000)] = parameter("rest_every_m").value
    rest_s: Annotated[float, Field(ge=0, le=600)] = parameter("rest_s").value
    crossing_gap_m: Annotated[float, Field(ge=10, le=500)] = parameter("crossing_gap_m").value
    crossing_detour_m: Annotated[float, Field(ge=100, le=5000)] = parameter("crossing_detour_m").value
    crossing_spacing_m: Annotated[float, Field(ge=20, le=2000)] = parameter("crossing_spacing_m").value
    outside_density_ratio: Annotated[float, Field(ge=0, le=10)] = parameter("outside_density_ratio").value
