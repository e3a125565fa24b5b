"""How the numbers on the use of canteens were made."""

from __future__ import annotations

from jingan_analysis.language import tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.result import Section


def use_method() -> tuple[Section, ...]:
    """Sections of the method, for a reader who wants to check them."""
    return (
        Section(
            tr("On foot, by delivery, by neither"),
            (
                tr(
                    "A home is reached by delivery if some canteen in service says that it delivers to the home’s committee. Crossed with "
                    "the walk this gives four parts; a fifth holds homes whose walk or committee is not known. No distance stands in for "
                    "areas that are not stated."
                ),
            ),
        ),
        Section(
            tr("Who eats"),
            (
                tr(
                    "Persons are counted once, however many canteens they went to, at the home that stands on the record with most of their "
                    "meals, and divided by the older residents of its sub-district."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        Section(
            tr("Meals against capacity"),
            (
                tr(
                    "Used capacity is the sum of meals over the sum of capacity × days, once over days with meals and once over the days that "
                    "were scheduled. Canteens of unknown capacity stand apart."
                ),
                formulas.CAPACITY_USE,
                tr(formulas.CAPACITY_USE_WHERE),
            ),
        ),
        Section(
            tr("Meals by kind of day"),
            (
                tr(
                    "A negative binomial regression of daily meals with a level for each canteen; its over-dispersion is estimated, not "
                    "fixed. Kinds of day, season and trend are the same for all canteens on a day, so what canteens share on a day would "
                    "count as often as there are canteens: errors are clustered by date (Cameron and Trivedi 2013)."
                ),
                formulas.DAILY_MEALS,
                tr(formulas.DAILY_MEALS_WHERE),
                tr(
                    "Days without meals are not in the model but in the table of days by kind: a closed day is a decision, not a small demand."
                ),
            ),
        ),
        Section(
            tr("Seats at lunch"),
            (
                tr(
                    "Whole sittings that fit into the hours of lunch in which a canteen is open, times its seats, against the lunches eaten in "
                    "on each day. The length of a sitting is an assumption; a table shows what follows from others."
                ),
                formulas.SEATS,
                tr(formulas.SEATS_WHERE),
            ),
        ),
    )
