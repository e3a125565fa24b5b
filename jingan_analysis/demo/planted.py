"""Sizes of the planted effects, and a district in which nothing was planted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jingan_analysis.demo.units import read_data

_GRADES = ("high", "medium", "low")


@dataclass(frozen=True)
class Planted:
    """Sizes of the effects planted in the tables on relief and home visits.

    Attributes
    ----------
    proactive_chance_added
        Added to the chance of proactive discovery from the day on which a unit's station opened.
    medium_median_days
        Median days from first assessment to first service of a medium-grade household.
    hazard_ratio
        Hazard of the first service by grade, medium = 1.
    closed_per_day
        Hazard of a case to be closed without a service, a day.
    rate_ratio
        Services a month after the first by grade, medium = 1.
    dispersion
        Variance of the households' gamma factor around 1: alpha of the negative binomial.
    need_tilt
        Factor on the chance that an assessment finds a need, by unit; 1 where there is none.
    resolved_chance
        Chance that a need is gone at the second assessment after a service.
    one_adviser_share
        Share of a unit's cases that one adviser carries alone, by unit.
    judge_days
        Median days from discovery to judgement before and after ``judge_faster_from``.
    no_follow_up
        Chance of no follow-up; ``no_follow_up_in`` holds the units that differ.
    persons, found_by_visit, found_by_data_match
        People unable to come, and the chances of the two sources to find one, independent of each other.
    """

    proactive_chance_added: float
    medium_median_days: float
    hazard_ratio: Mapping[str, float]
    closed_per_day: float
    rate_ratio: Mapping[str, float]
    dispersion: float
    need_tilt: Mapping[str, float]
    resolved_chance: float
    one_adviser_share: Mapping[str, float]
    judge_days: tuple[float, float]
    judge_faster_from: str
    no_follow_up: float
    no_follow_up_in: Mapping[str, float]
    persons: int
    found_by_visit: float
    found_by_data_match: float


def planted_effects() -> Planted:
    """Read the effects of the demonstration district."""
    declared: dict[str, Any] = read_data("planted.toml")
    first, loop = declared["first_service"], declared["loop"]
    return Planted(
        proactive_chance_added=declared["station"]["proactive_chance_added"],
        medium_median_days=first["medium_median_days"],
        hazard_ratio=first["hazard_ratio"],
        closed_per_day=first["closed_without_service_per_day"],
        rate_ratio=declared["intensity"]["rate_ratio"],
        dispersion=declared["intensity"]["dispersion"],
        need_tilt=declared["needs"]["tilt"],
        resolved_chance=declared["recovery"]["resolved_chance"],
        one_adviser_share=declared["workload"]["one_adviser_share"],
        judge_days=(loop["judge_median_days_before"], loop["judge_median_days_after"]),
        judge_faster_from=loop["judge_faster_from"],
        no_follow_up=loop["no_follow_up_chance"],
        no_follow_up_in=loop["no_follow_up_chance_in"],
        persons=loop["persons"],
        found_by_visit=loop["found_by_visit"],
        found_by_data_match=loop["found_by_data_match"],
    )


def nothing_planted() -> Planted:
    """Keep the levels and leave out every effect: what a study finds in such a district is chance."""
    effects = planted_effects()
    even = dict.fromkeys(_GRADES, 1.0)
    return replace(
        effects,
        proactive_chance_added=0.0,
        hazard_ratio=even,
        rate_ratio=even,
        need_tilt={},
        resolved_chance=0.0,
        one_adviser_share={},
        judge_days=(effects.judge_days[0],) * 2,
        no_follow_up_in={},
    )
