"""Parameters on the use of canteens as rows of the settings table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.intake.parameters import parameter
from jingan_analysis.language import spoken, tr

if TYPE_CHECKING:
    from jingan_analysis.studies.canteen_reach import Params


def use_settings(params: Params) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning, with the source of what was not chosen here."""
    language = spoken()

    def found(name: str, unit: str, meaning: str) -> tuple[float, str, str]:
        return parameter(name).value, unit, f"{meaning} ({parameter(name).source_in(language)})"

    return {
        "peak_day_share": (
            params.peak_day_share,
            tr("of days"),
            tr("Days that a peak day is not exceeded by (project convention)"),
        ),
        "regular_meals_per_year": (
            params.regular_meals_per_year,
            tr("meals"),
            tr("Regular diner from here on, in twelve months (project convention)"),
        ),
        "minutes_per_sitting": (
            params.minutes_per_sitting,
            tr("minutes"),
            tr("A diner holds a seat at lunch (project convention)"),
        ),
        "lunch_minutes": (
            parameter("lunch_to_minute").value - parameter("lunch_from_minute").value,
            tr("minutes"),
            tr("Lunch lasts at most (project convention: from half past ten to one)"),
        ),
        "fewest_days_of_a_kind": (
            params.fewest_days_of_a_kind,
            tr("days"),
            tr("Fewest days of a kind for an estimate (project convention)"),
        ),
        "meal_help_need_share": found(
            "meal_help_need_share", tr("of people"), tr("Older people who need help with meals, for comparison")
        ),
        "elder_share_compared": found(
            "elder_share_compared", tr("of diners"), tr("Older people among diners elsewhere, for comparison")
        ),
        "kitchen_capacity_compared": found(
            "kitchen_capacity_compared", tr("meals per day"), tr("Capacity of a canteen, for comparison")
        ),
    }
