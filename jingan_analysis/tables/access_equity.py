"""Layout of the tables on inequality of access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.measures.spatial_association import LocalMoran
    from jingan_analysis.tables.supply_words import SupplyWords

CLUSTER_LABELS = {
    "high-high": "high among high",
    "low-low": "low among low",
    "high-low": "high among low",
    "low-high": "low among high",
    "not significant": "–",
    "no neighbours": "no neighbours",
}


def equity(frame: pd.DataFrame, words: SupplyWords, low_share: str) -> Table:
    """Indices of inequality and of poverty of access."""
    return Table(
        "equity",
        f"Inequality of {words.supply.lower()} in reach among {words.people}, {words.place}",
        frame,
        (
            TableColumn("value", "Value", "number", "", 3),
            TableColumn("lower", "Lower", "number", "", 3),
            TableColumn("upper", "Upper", "number", "", 3),
        ),
        row_header="Measure",
        row_labels={
            "gini": "Gini (0 equal, 1 one person has all)",
            "gini_between": "Gini: between sub-districts",
            "gini_within": "Gini: within sub-districts",
            "gini_overlap": "Gini: overlap of sub-districts",
            "theil_total": "Theil T, total",
            "theil_between": "Theil T between sub-districts",
            "theil_within": "Theil T within sub-districts",
            "between_share": "Share of Theil T between sub-districts",
            "theil_l": "Theil L (not defined while somebody has nothing)",
            "atkinson": "Atkinson, aversion 0.5",
            "palma": "Palma: the tenth with most over the four tenths with least",
            "poor_share": f"Poor in access: share below {low_share} of the mean",
            "poor_gap": "Poor in access: mean gap to that line",
            "poor_severity": "Poor in access: mean squared gap",
            "frail_erreygers": "Reach along the share of frail people, Erreygers",
            "frail_wagstaff": "Reach along the share of frail people, Wagstaff",
        },
        marks=missing_marks(frame, "z"),
        notes=(
            "Every person counts once and people without any access count as zero.",
            "Intervals: bootstrap over sub-districts (over homes in a report on one), bias-corrected and accelerated, with "
            "a fixed seed. Splits into parts are exact and have none.",
            "Erreygers and Wagstaff run from -1 to 1: above 0, more of those within reach live where more are frail.",
        ),
        detail=True,
    )


def clusters(frame: pd.DataFrame, words: SupplyWords, labels: dict[str, str], local: LocalMoran) -> Table:
    """Whether sub-districts with little access lie side by side."""
    supply = words.supply.lower()
    shown = frame.assign(cluster=[CLUSTER_LABELS.get(kind, kind) for kind in frame["cluster"]])
    return Table(
        "access_clusters",
        f"Do sub-districts with few {supply} in reach lie side by side? Moran’s I of {supply} in reach among {words.people}",
        shown,
        (
            TableColumn("access", f"{words.supply} in reach", "number", words.per, 1),
            TableColumn("index", "Moran’s I", "number", "", 3),
            TableColumn("p_value", "p", "number", "", 4),
            TableColumn("q_value", "q", "number", "", 4),
            TableColumn("cluster", "Stands out as", "text"),
        ),
        row_header="Sub-district",
        row_labels=labels,
        marks=missing_marks(shown, "z"),
        total_row="district",
        notes=(
            "District: the global index; sub-districts: local indices (LISA). Neighbours touch, and count the same.",
            f"p: two-sided, {local.permutations:,} permutations, seed {local.seed}; q: with control of the false discovery "
            f"rate (Benjamini–Hochberg); named where q is at most {local.false_discovery_rate:g}.",
            f"Digest of the neighbours (SHA-256): {local.weights_digest}.",
        ),
        detail=True,
    )
