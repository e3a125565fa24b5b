"""Tables and figure on who has how much in reach, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.language import tr
from jingan_analysis.measures.lorenz import lorenz_curve
from jingan_analysis.studies.access_equity import (
    FALSE_DISCOVERY_RATE,
    PERMUTATIONS,
    AccessOfPeople,
    clusters,
    clusters_frame,
    equity,
)
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.uncertainty_page import uncertainty_settings
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import access_equity as layout
from jingan_analysis.tables.claims import Claim, sentence_case, state
from jingan_analysis.tables.formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.measures.spatial_association import LocalMoran, MoranI
    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.claims import Statement, Text
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


def equity_tables(near: SupplyNear, words: SupplyWords) -> list[Table]:
    """Indices with intervals, and whether low access lies side by side; empty where nobody has any access."""
    found, tables = equity(_people(near)), []
    settings = settings_table(equity_settings(near.params))
    if found is not None:
        tables.append(layout.equity(found, words, settings))
    alike = _clusters(near)
    if alike is not None:
        frame, digest = clusters_frame(alike, DISTRICT_ROW), alike[1].weights_digest
        tables.append(layout.clusters(frame, words, near.units.labels, weights_digest=digest, settings=settings))
    return tables


def equity_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning; with those of everything drawn at random."""
    return {
        "low_access_share": (
            params.low_access_share,
            tr("of the mean"),
            tr("Below this, access is low (project convention)"),
        ),
        "permutations": (float(PERMUTATIONS), tr("permutations"), tr("Permutations behind the clusters of low access")),
        "false_discovery_rate": (FALSE_DISCOVERY_RATE, "", tr("Rate of false discoveries among the clusters named")),
        **uncertainty_settings(params),
    }


def inequality_figure(near: SupplyNear, tables: Mapping[str, Table], words: SupplyWords, how: Text) -> Figure | None:
    """Lorenz curve of what is in reach; None where nobody has anything."""
    if "equity" not in tables:
        return None
    title = _title(near, tables, words)
    kept = near.with_known_access
    curve = lorenz_curve(near.catchment.access[kept], near.persons[kept])
    label = format_value(tables["equity"].number("gini", "value"), "number", 2)
    series = sentence_case(words.in_reach)
    return Figure(
        "inequality",
        title,
        state(
            "Lorenz curve of {in_reach} among {people}; catchments of {limit}; {how}",
            tables,
            words={**words.phrases, "how": how},
        ),
        title,
        lorenz(
            name="inequality",
            curves={series: (list(curve.population_share), list(curve.value_share))},
            x_title=tr("People, from the fewest {in_reach} to the most", in_reach=words.in_reach),
            y_title=tr("Share of all {in_reach}", in_reach=words.in_reach),
            gini_labels={series: tr("Gini {gini}", gini=label)},
        ),
        "equity",
    )


def _title(near: SupplyNear, tables: Mapping[str, Table], words: SupplyWords) -> Statement:
    gini = Claim("equity", "gini", "value", decimals=2)
    if near.params.unit is not None or ("between_share", "value") in tables["equity"].marks:
        return sentence_case(state("{in_reach}: Gini {gini}", tables, words=words.phrases, gini=gini))
    between = Claim("equity", "between_share", "value", kind="percent", decimals=0)
    return sentence_case(
        state(
            "{in_reach} are unequally spread: Gini {gini}, and {between} of the inequality lies between sub-districts",
            tables,
            words=words.phrases,
            gini=gini,
            between=between,
        )
    )


def _people(near: SupplyNear) -> AccessOfPeople:
    kept, params = near.with_known_access, near.params
    persons = near.persons[kept]
    return AccessOfPeople(
        access=near.catchment.access[kept],
        persons=persons,
        unit=near.residents.unit[kept],
        reached=near.reached[kept],
        frail_share=None if near.frail is None else near.frail[kept] / persons,
        line=near.low_line,
        modelled=bool(near.residents.modelled),
        seed=params.seed,
        confidence=params.confidence,
    )


def _clusters(near: SupplyNear) -> tuple[MoranI, LocalMoran] | None:
    """Whether neighbouring sub-districts are alike in supply a head; None where that cannot be told."""
    if near.params.unit is not None:
        return None
    mean = near.per_people * near.means(near.catchment.access).drop(DISTRICT_ROW)
    return clusters(mean, near.units.frame.geometry.to_numpy(), seed=near.params.seed)
