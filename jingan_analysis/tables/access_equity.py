"""Layout of the tables on inequality of access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr, worded
from jingan_analysis.tables.claims import Claim, bind, sentence_case, state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting, share_setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.supply_words import SupplyWords

CLUSTERS = {
    "high-high": mark("high among high"),
    "low-low": mark("low among low"),
    "high-low": mark("high among low"),
    "low-high": mark("low among high"),
    "not significant": "–",
    "no neighbours": mark("no neighbours"),
}
"""How a sub-district stands out among its neighbours, by code."""

MEASURES = {
    "gini": mark("Gini (0 equal, 1 one person has all)"),
    "gini_between": mark("Gini: between sub-districts"),
    "gini_within": mark("Gini: within sub-districts"),
    "gini_overlap": mark("Gini: overlap of sub-districts"),
    "theil_total": mark("Theil T, total"),
    "theil_between": mark("Theil T between sub-districts"),
    "theil_within": mark("Theil T within sub-districts"),
    "between_share": mark("Share of Theil T between sub-districts"),
    "theil_l": mark("Theil L (not defined while somebody has nothing)"),
    "atkinson": mark("Atkinson, aversion 0.5"),
    "palma": mark("Palma: the tenth with most over the four tenths with least"),
    "poor_gap": mark("Poor in access: mean gap to that line"),
    "poor_severity": mark("Poor in access: mean squared gap"),
    "frail_erreygers": mark("Reach along the share of frail people, Erreygers"),
    "frail_wagstaff": mark("Reach along the share of frail people, Wagstaff"),
}


def equity(frame: pd.DataFrame, words: SupplyWords, settings: Table) -> Table:
    """Indices of inequality and of poverty of access.

    Parameters
    ----------
    settings
        Parameters with the share of the mean below which access is low.
    """
    low_share = bind(share_setting("low_access_share"), {SETTINGS: settings}).text
    return Table(
        "equity",
        state("Inequality of {in_reach} among {people}, {place}", {}, words=words.phrases),
        frame,
        (
            TableColumn("value", tr("Value"), "number", "", 3),
            TableColumn("lower", tr("Lower"), "number", "", 3),
            TableColumn("upper", tr("Upper"), "number", "", 3),
        ),
        row_header=tr("Measure"),
        row_labels=worded(MEASURES)
        | {"poor_share": tr("Poor in access: share below {share} of the mean", share=low_share)},
        marks=missing_marks(frame, "z"),
        notes=(
            tr("Every person counts once and people without any access count as zero."),
            tr(
                "Intervals: bootstrap over sub-districts (over homes in a report on one), bias-corrected and accelerated, "
                "with a fixed seed. Splits into parts are exact and have none."
            ),
            tr(
                "Erreygers and Wagstaff run from -1 to 1: above 0, more of those within reach live where more are frail."
            ),
        ),
        detail=True,
    )


def clusters(
    frame: pd.DataFrame, words: SupplyWords, labels: dict[str, str], *, weights_digest: str, settings: Table
) -> Table:
    """Whether sub-districts with little access lie side by side.

    Parameters
    ----------
    weights_digest
        Digest of who is whose neighbour.
    settings
        Parameters with the permutations, their seed and the rate of false discoveries.
    """
    return Table(
        "access_clusters",
        state(
            "Do sub-districts with few {in_reach} lie side by side? Moran’s I of {in_reach} among {people}",
            {},
            words=words.phrases,
        ),
        frame,
        (
            TableColumn("access", sentence_case(words.in_reach), "number", words.per, 1),
            TableColumn("index", tr("Moran’s I"), "number", "", 3),
            TableColumn("p_value", tr("p"), "number", "", 4),
            TableColumn("q_value", tr("q"), "number", "", 4),
            TableColumn("cluster", tr("Stands out as"), "text", labels=worded(CLUSTERS)),
        ),
        row_header=tr("Sub-district"),
        row_labels=labels,
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=_cluster_notes(weights_digest, settings),
        detail=True,
    )


def _cluster_notes(weights_digest: str, settings: Table) -> tuple[Text, ...]:
    return (
        tr("District: the global index; sub-districts: local indices (LISA). Neighbours touch, and count the same."),
        state(
            "p: two-sided, {permutations} permutations, seed {seed}; q: with control of the false discovery rate "
            "(Benjamini–Hochberg); named where q is at most {rate}.",
            {SETTINGS: settings},
            permutations=Claim(SETTINGS, "permutations", "value", kind="count"),
            seed=setting("seed"),
            rate=setting("false_discovery_rate"),
        ),
        tr("Digest of the neighbours (SHA-256): {digest}.", digest=weights_digest),
    )
