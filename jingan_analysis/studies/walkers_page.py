"""Tables and figure on kinds of walkers, for every study that asks what people can walk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.studies import walkers as numbers
from jingan_analysis.studies.walkers import OWN_PACE, WalkersQuestion
from jingan_analysis.tables import walkers as layout
from jingan_analysis.tables.claims import Claim, Statement, state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.figures.cartography import SiteStyle
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.table import Table

CLASSES = {
    "likely": DotStyle("9 in 10 or more"),
    "even": DotStyle("at least half"),
    "doubtful": DotStyle("fewer than half"),
    "unlikely": DotStyle("fewer than 1 in 10"),
    "unknown": DotStyle("walk unknown"),
}
"""Part of the walkers in time, near to far."""


def walkers_tables(question: WalkersQuestion, people: str, sites: str) -> list[Table]:
    """Expected reach by kind of walker, in the place reported on and by sub-district.

    Parameters
    ----------
    people, sites
        Whom and what the report counts, such as ``residents aged 60 and over`` and ``a canteen``.
    """
    minutes = f"{question.minutes:g} minutes"
    labels = layout.kind_labels(question.kinds)
    place = question.units.labels[question.units.row(question.params.unit)]
    caption = f"{people[0].upper()}{people[1:]} who can be at {sites} within {minutes}, by kind of walker"
    return [
        layout.walkers(numbers.by_kind(question), f"{caption}, {place}", labels, _own_pace(question)),
        layout.walkers_by_subdistrict(
            numbers.by_subdistrict(question), f"{caption} and sub-district", labels, question.units.labels
        ),
    ]


def walker_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    return {
        "walk_speed_spread": (
            params.walk_speed_spread,
            "log",
            "Spread of speeds of one kind of walker (project convention)",
        ),
        "stairs_factor": (
            params.stairs_factor,
            "times",
            "Cost of stairs, for those who take them (project convention)",
        ),
        "rest_every_m": (params.rest_every_m, "metres", "Walk after which the slowest kind rests (project convention)"),
        "rest_s": (params.rest_s, "seconds", "Length of a rest (project convention)"),
    }


def walkers_figure(
    question: WalkersQuestion,
    tables: Mapping[str, Table],
    words: tuple[str, str, str],
    site_layer: tuple[pd.DataFrame, dict[str, SiteStyle], str],
) -> Figure | None:
    """Where the slowest kind of walker can make the walk; None where nobody's walk is known.

    Parameters
    ----------
    words
        Whom the report counts, what they walk to, and when and how the walk is measured.
    site_layer
        Sites with ``x_m``, ``y_m`` and ``kind``, styles by kind, and title of the legend.
    """
    people, sites, how = words
    if not (tables["walkers"].frame["persons"] > 0).all():
        return None
    slowest, place = question.kinds[0], question.units.row(question.params.unit)
    points = pd.DataFrame(question.residents.xy_m, columns=["x_m", "y_m"]).assign(
        category=numbers.probability_class(question.probabilities[slowest.key])
    )[question.residents.inside & (question.persons > 0)]
    present = set(points["category"])
    title = _title(question, tables, sites)
    layer, styles, site_title = site_layer
    return Figure(
        "walkers",
        title,
        f"Homes of {people} by the part of walkers ({layout.kind_labels(question.kinds)[slowest.key]}) who are at {sites} "
        f"within {question.minutes:g} minutes, {question.units.labels[place]}; modelled; {how}",
        title,
        dot_map(
            name="walkers",
            units=question.units.frame,
            points=points,
            category_styles={name: style for name, style in CLASSES.items() if name in present or name != "unknown"},
            labels=question.units.names,
            legend_title="Walkers in time",
            sites=layer,
            site_styles=styles,
            site_title=site_title,
            highlight=question.params.unit,
        ),
        "walkers",
        ("One dot is one demand point, whatever its number of people.",),
    )


def _title(question: WalkersQuestion, tables: Mapping[str, Table], sites: str) -> Statement:
    kinds = question.kinds
    words = {"sites": sites}
    bound = {"slow_share": Claim("walkers", kinds[0].key, "share", decimals=0)}
    if OWN_PACE in tables["walkers"].frame.index:
        bound["share"] = Claim("walkers", OWN_PACE, "share", decimals=0)
        template = "At their own pace {share} of people can be at {sites} in time; if everybody walked as the slowest do, {slow_share}"
    elif len(kinds) > 1:
        bound["share"] = Claim("walkers", kinds[-1].key, "share", decimals=0)
        template = "Of the fastest walkers {share} can be at {sites} in time, of the slowest {slow_share}"
    else:
        template = "{slow_share} can be at {sites} in time"
    return state(template, tables, words=words, **bound)


def _own_pace(question: WalkersQuestion) -> str:
    if OWN_PACE not in question.probabilities:
        return ""
    kinds = question.kinds
    frail = f"frail people walk as the slowest kind ({kinds[0].walk_speed_mps:g} m/s)"
    old = f"others aged {numbers.OLD_AGE_YEARS} and over as the next ({kinds[min(1, len(kinds) - 1)].walk_speed_mps:g} m/s)"
    rest = f"the rest as the fastest ({kinds[-1].walk_speed_mps:g} m/s)"
    known = [frail] * question.residents.knows("frailty") + [old] * question.knows_old
    return f"People as they are: {', '.join([*known, rest])}."
