"""What a report says of the small counts that it does not show."""

from __future__ import annotations

from jingan_analysis.language import tr
from jingan_analysis.studies.result import Section


def small_counts() -> Section:
    """The section on suppression of every method."""
    return Section(
        tr("Small counts"),
        (
            tr(
                "Counts of people, households or cases below the smallest shown count (see the parameters) are suppressed, "
                "and so are counts that leave so few of what they are a part of, and shares that stand for so few. Further "
                "counts go with them until none follows from the sums that the tables show; a count that one table hides "
                "stands in no other one. What is computed from a suppressed count is suppressed, too. Zero is shown as zero."
            ),
            tr(
                "This keeps anybody from computing a hidden count from this report; it does not bound how closely one could "
                "be guessed, nor what several reports tell together."
            ),
        ),
    )
