"""The parameters of relief coverage as a table, so that sentences can name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables.settings import setting

if TYPE_CHECKING:
    from jingan_analysis.studies.relief_coverage import Params
    from jingan_analysis.tables.table import Table

WITHIN = setting("served_within_days")
"""Days within which an assessed household should be served."""


def relief_settings(params: Params) -> Table:
    """One row a parameter of the study."""
    return settings_table(
        {
            "need_threshold": (
                params.need_threshold,
                tr("score"),
                tr("Score from which a difficulty counts as a need"),
            ),
            "served_within_days": (
                float(params.served_within_days),
                tr("days"),
                tr("Days from the first assessment within which a household should be served"),
            ),
            "need_cutoff": (
                params.need_cutoff,
                tr("share"),
                tr("Share of the weighted dimensions from which needs are several"),
            ),
            "advisers_per_point": (
                params.advisers_per_point,
                tr("advisers"),
                tr("Fewest advisers of a sub-district's point"),
            ),
            "panel_months": (
                float(params.panel_months),
                tr("months"),
                tr("Length of a period when the effect of stations is estimated"),
            ),
            "served_days_before": (
                float(params.served_days_before),
                tr("days"),
                tr("Days before the last assessment by which a household must have been served"),
            ),
            "cases_per_full_time": (
                params.cases_per_full_time,
                tr("cases per full-time equivalent"),
                tr("Most open cases of a full-time adviser"),
            ),
            "confidence": (params.confidence, tr("probability"), tr("Confidence level of intervals")),
            "minimum_cell": (
                params.minimum_cell,
                tr("households"),
                tr("Smallest count of households that is shown"),
            ),
        }
    )
