"""Tables and figure on who has how much in reach, for every study with sites and a catchment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.lorenz import lorenz
from jingan_analysis.measures.lorenz import lorenz_curve
from jingan_analysis.studies.access_equity import AccessOfPeople, clusters, clusters_frame, equity
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import access_equity as layout
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.formatting import format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.measures.spatial_association import LocalMoran, MoranI
    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


def equity_tables(near: SupplyNear, words: SupplyWords) -> list[Table]:
    """Indices with intervals, and whether low access lies side by side; empty where nobody has any access."""
    found, tables = equity(_people(near)), []
    if found is not None:
        low_share = format_value(near.params.low_access_share, "percent", 0)
        tables.append(layout.equity(found, words, low_share))
    alike = _clusters(near)
    if alike is not None:
        frame = clusters_frame(alike, DISTRICT_ROW)
        tables.append(layout.clusters(frame, words, near.units.labels, alike[1]))
    return tables


def equity_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    return {
        "low_access_share": (params.low_access_share, "of the mean", "Below this, access is low (project convention)"),
    }


def inequality_figure(near: SupplyNear, tables: Mapping[str, Table], words: SupplyWords, how: str) -> Figure | None:
    """Lorenz curve of what is in reach; None where nobody has anything."""
    if "equity" not in tables:
        return None
    table, supply = tables["equity"], f"{words.supply} in reach"
    gini, bound = Claim("equity", "gini", "value", decimals=2), {}
    template = f"{supply}: Gini {{gini}}"
    if near.params.unit is None and ("between_share", "value") not in table.marks:
        template = f"{supply} are unequally spread: Gini {{gini}}, and {{between}} of the inequality lies between sub-districts"
        bound["between"] = Claim("equity", "between_share", "value", kind="percent", decimals=0)
    title = state(template, tables, words={}, gini=gini, **bound)
    kept = near.with_known_access
    curve = lorenz_curve(near.catchment.access[kept], near.persons[kept])
    label = format_value(table.number("gini", "value"), "number", 2)
    return Figure(
        "inequality",
        title,
        f"Lorenz curve of {supply.lower()} among {words.people}; catchments of {words.limit}; {how}",
        title,
        lorenz(
            name="inequality",
            curves={supply: (list(curve.population_share), list(curve.value_share))},
            x_title=f"People, from the fewest {supply.lower()} to the most",
            y_title=f"Share of all {supply.lower()}",
            gini_labels={supply: f"Gini {label}"},
        ),
        "equity",
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
