"""What the tables on changes of grade say of each other's counts, for the disclosure policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.relief_coverage_grade_change import NOT_SERVED, SERVED, TOTAL
from jingan_analysis.tables.across import linked, row_by_row
from jingan_analysis.tables.relief_coverage_grade_change import CHANGES, RAW_ROW, SAME_ROW

if TYPE_CHECKING:
    from jingan_analysis.tables.across import Place


def grade_change_across() -> list[frozenset[Place]]:
    """Cells that show the same count, or follow from each other."""
    rows, net = (SERVED, NOT_SERVED, TOTAL), "grade_difference"
    return [
        *(
            pair
            for column in ("households", *CHANGES)
            for pair in row_by_row(rows, ("grade_change", column), ("grade_transitions", column))
        ),
        *(
            linked(("grade_change", group, "net_share"), *((net, row, f"{group}_net") for row in (RAW_ROW, SAME_ROW)))
            for group in (SERVED, NOT_SERVED)
        ),
    ]
