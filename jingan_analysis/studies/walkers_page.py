"""Tables and figure on kinds of walkers, for every study that asks what people can walk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.point_map import DotStyle, dot_map
from jingan_analysis.language import mark, tr
from jingan_analysis.studies import walkers as numbers
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.studies.walkers import OWN_PACE, WalkersQuestion
from jingan_analysis.tables import walkers as layout
from jingan_analysis.tables.claims import Claim, Statement, Text, sentence_case, state
from jingan_analysis.tables.settings import SETTINGS, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.figures.cartography import SiteStyle
    from jingan_analysis.studies.walking_parameters import WalkingParams
    from jingan_analysis.tables.table import Table

CLASSES = {
    "likely": mark("9 in 10 or more"),
    "even": mark("at least half"),
    "doubtful": mark("fewer than half"),
    "unlikely": mark("fewer than 1 in 10"),
    "unknown": mark("walk unknown"),
}
"""Part of the walkers in time, near to far."""


def walkers_tables(question: WalkersQuestion, people: Text, sites: str) -> list[Table]:
    """Expected reach by kind of walker, in the place reported on and by sub-district.

    Parameters
    ----------
    people, sites
        Whom and what the report counts, such as ``residents aged 60 and over`` and ``a canteen``.
    """
    labels = layout.kind_labels(question.kinds)
    words = {
        "people": people,
        "sites": sites,
        "place": question.units.labels[question.units.row(question.params.unit)],
    }
    minutes, bound = setting("access_threshold_minutes"), _settings(question)
    caption = state(
        "{people} who can be at {sites} within {minutes} minutes, by kind of walker, {place}",
        bound, words=words, minutes=minutes,
    )  # fmt: skip
    by_unit = state(
        "{people} who can be at {sites} within {minutes} minutes, by kind of walker and sub-district",
        bound, words=words, minutes=minutes,
    )  # fmt: skip
    return [
        layout.walkers(numbers.by_kind(question), sentence_case(caption), labels, _own_pace(question)),
        layout.walkers_by_subdistrict(numbers.by_subdistrict(question), sentence_case(by_unit), question.units.labels),
    ]


def _settings(question: WalkersQuestion) -> dict[str, Table]:
    """Rows of the settings table that captions and notes are bound to."""
    minutes = {"access_threshold_minutes": (question.minutes, tr("minutes"), tr("Time limit"))}
    return {SETTINGS: settings_table({**minutes, **walker_settings(question.params)})}


def walker_settings(params: WalkingParams) -> dict[str, tuple[float, str, str]]:
    """Rows of the settings table: value, unit and meaning."""
    return {
        "slowest_walk_speed_mps": (
            min(params.walk_speeds_mps),
            tr("m/s"),
            tr("Walking speed of the slowest kind of walker"),
        ),
        "oldest_age_from_years": (
            numbers.OLD_AGE_YEARS,
            tr("years"),
            tr("Age from which people walk at most at the middle speed, where age is known"),
        ),
        "walk_speed_spread": (
            params.walk_speed_spread,
            tr("log"),
            tr("Spread of speeds of one kind of walker (project convention)"),
        ),
        "stairs_factor": (
            params.stairs_factor,
            tr("times"),
            tr("Cost of stairs, for those who take them (project convention)"),
        ),
        "rest_every_m": (
            params.rest_every_m,
            tr("metres"),
            tr("Walk after which the slowest kind rests (project convention)"),
        ),
        "rest_s": (params.rest_s, tr("seconds"), tr("Length of a rest (project convention)")),
    }


def walkers_figure(
    question: WalkersQuestion,
    tables: Mapping[str, Table],
    words: tuple[Text, str, Text],
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
        state(
            "Homes of {people} by the part of walkers ({kind}) who are at {sites} within {minutes} minutes, {place}; "
            "modelled; {how}",
            _settings(question),
            words={
                "people": people,
                "kind": _slowest(question),
                "sites": sites,
                "place": question.units.labels[place],
                "how": how,
            },
            minutes=setting("access_threshold_minutes"),
        ),
        title,
        dot_map(
            name="walkers",
            units=question.units.frame,
            points=points,
            category_styles={
                name: DotStyle(tr(label)) for name, label in CLASSES.items() if name in present or name != "unknown"
            },
            labels=question.units.names,
            legend_title=tr("Walkers in time"),
            sites=layer,
            site_styles=styles,
            site_title=site_title,
            highlight=question.params.unit,
        ),
        "walkers",
        (tr("One dot is one demand point, whatever its number of people."),),
    )


def _title(question: WalkersQuestion, tables: Mapping[str, Table], sites: str) -> Statement:
    kinds = question.kinds
    words = {"sites": sites}
    bound = {"slow_share": Claim("walkers", kinds[0].key, "share", decimals=0)}
    if OWN_PACE in tables["walkers"].frame.index:
        bound["share"] = Claim("walkers", OWN_PACE, "share", decimals=0)
        template = mark(
            "At their own pace {share} of people can be at {sites} in time; if everybody walked as the slowest do, {slow_share}"
        )
    elif len(kinds) > 1:
        bound["share"] = Claim("walkers", kinds[-1].key, "share", decimals=0)
        template = mark("Of the fastest walkers {share} can be at {sites} in time, of the slowest {slow_share}")
    else:
        template = mark("{slow_share} can be at {sites} in time")
    return state(template, tables, words=words, **bound)


def _slowest(question: WalkersQuestion) -> Statement:
    """The slowest kind of walker in words, bound to the parameters."""
    kind = question.kinds[0]
    rests = {"rest": setting("rest_s"), "every": setting("rest_every_m")} if kind.rest_every_m is not None else {}
    if rests:
        template = (
            mark("{speed} m/s, no stairs, a rest of {rest} s every {every} m")
            if kind.stairs_factor is None
            else mark("{speed} m/s, a rest of {rest} s every {every} m")
        )
    else:
        template = mark("{speed} m/s, no stairs") if kind.stairs_factor is None else mark("{speed} m/s")
    bound = {"speed": setting("slowest_walk_speed_mps"), **rests}
    return state(template, _settings(question), words={}, **bound)


def _own_pace(question: WalkersQuestion) -> Text:
    """Who walks how in the row of people as they are."""
    if OWN_PACE not in question.probabilities:
        return ""
    told: list[Text] = []
    if question.residents.knows("frailty"):
        told.append(tr("frail people walk as the slowest kind"))
    if question.knows_old:
        told.append(
            state(
                "others aged {age} and over as the next",
                _settings(question),
                age=setting("oldest_age_from_years"),
            )
        )
    told.append(tr("the rest as the fastest"))
    templates = {
        1: mark("People as they are: {first}."),
        2: mark("People as they are: {first}, {second}."),
        3: mark("People as they are: {first}, {second}, {third}."),
    }
    template = templates[len(told)]
    return state(template, {}, words=dict(zip(("first", "second", "third"), told, strict=False)))
