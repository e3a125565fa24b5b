"""What the use of canteens says in words: sentences of the headline, notes and checks; every number bound to a cell."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.contracts.canteen_use import MODES
from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Check
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import listed
from jingan_analysis.tables.settings import SETTINGS
from jingan_analysis.tables.shown import all_shown, cell, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.studies.canteen_reach_numbers import Situation
    from jingan_analysis.studies.canteen_reach_use import CanteenUse
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

SIGNIFICANT = 0.05
"""Below this adjusted p a sub-district is named (wording only; the table shows every p)."""

MOST_NAMED = 3


def reached_by_neither(situation: Situation, tables: Tables) -> Statement | None:
    """Who can neither walk nor have a meal delivered; None without delivery areas."""
    row = situation.units.row(situation.params.unit)
    claims = {
        "delivered": Claim("delivery", row, "delivery_only"),
        "neither": Claim("delivery", row, "neither"),
        "share": Claim("delivery", row, "share"),
    }
    if not all_shown(tables, claims):
        return None
    if cell(tables, "delivery", row, "neither") == 0:
        return state(
            "Delivery is offered to all {delivered} {people} beyond the walk, so that nobody whose home is known is reached by neither.",
            tables,
            words={"people": situation.people},
            delivered=claims["delivered"],
        )
    worst = least_reached(situation, tables)
    if worst is None:
        return state(
            "Delivery is offered to {delivered} of those beyond the walk; {neither} {people} ({share}) are reached by neither.",
            tables,
            words={"people": situation.people},
            **claims,
        )
    return state(
        "Delivery is offered to {delivered} of those beyond the walk; {neither} {people} ({share}) are reached by neither, "
        "more of them in {worst} than anywhere else.",
        tables,
        words={"people": situation.people, "worst": situation.units.names[worst]},
        **claims,
    )


def least_reached(situation: Situation, tables: Tables) -> str | None:
    """The sub-district with most people reached by neither; None in a report on one, or where nobody is."""
    if "delivery" not in tables or situation.params.unit is not None:
        return None
    neither = tables["delivery"].frame["neither"].drop(DISTRICT_ROW)
    return str(neither.idxmax()) if (neither > 0).any() else None


def who_eats(situation: Situation, tables: Tables) -> Statement | None:
    """How many older people eat at a canteen, against the need that a survey found; None without diners."""
    row = situation.units.row(situation.params.unit)
    need = Claim(SETTINGS, "meal_help_need_share", "value", decimals=1, kind="percent")
    share = Claim("penetration", row, "share")
    if not all_shown(tables, {"share": share}):
        return None
    low = clearly_fewer(tables)
    if situation.params.unit is not None or not low:
        return state(
            "{share} of {people} of {place} ate at a canteen in the twelve months; in a national survey {need} need help with meals.",
            tables,
            words={"people": situation.people, "place": situation.units.labels[row]},
            share=share,
            need=need,
        )
    return state(
        "{share} of {people} ate at a canteen in the twelve months, clearly fewer in {places} (down to {low}); in a national "
        "survey {need} need help with meals.",
        tables,
        words={"people": situation.people, "places": fewer_names(situation, low)},
        share=share,
        low=Claim("penetration", low[-1], "share"),
        need=need,
    )


def clearly_fewer(tables: Tables) -> list[str]:
    """Sub-districts whose share of diners lies below that of the others by more than chance, lowest last."""
    rows = tables["penetration"].frame.drop(DISTRICT_ROW)
    known = rows[rows["p_value"] < SIGNIFICANT].sort_values("share", ascending=False, kind="stable")
    return [str(code) for code in known.index[known["share"] < cell(tables, "penetration", DISTRICT_ROW, "share")]]


def fewer_names(situation: Situation, codes: list[str]) -> str:
    """Names of these sub-districts, of the lowest ones where there are many, lowest last."""
    return listed([situation.units.names[code] for code in codes[-MOST_NAMED:]])


def what_next(situation: Situation, tables: Tables) -> Statement | None:
    """What the use of canteens suggests; None where delivery areas are unknown or everybody is reached and seated."""
    row = situation.units.row(situation.params.unit)
    if not shown(tables, "delivery", row, "neither"):
        return None
    worst = situation.params.unit or least_reached(situation, tables)
    some = cell(tables, "delivery", row, "neither") > 0 and worst is not None
    length = f"{situation.params.minutes_per_sitting:g}"
    short = shown(tables, "sittings_by_length", length, "short_median") and (
        cell(tables, "sittings_by_length", length, "short_median") > 0
    )
    seats = {"short": Claim("sittings_by_length", length, "short_median")} if short else {}
    if not some:
        if not short:
            return None
        return state(
            "Next: seats or further sittings where lunch fills the room on an ordinary day (canteens: {short}), and why people in reach do not come.",
            tables, words={}, **seats,
        )  # fmt: skip
    assert worst is not None
    words = {"worst": situation.units.names[worst]}
    gap = {"missed": Claim("delivery", worst, "neither")}
    if short:
        template = mark(
            "Next: bring delivery to the {missed} people of {worst} whom neither reaches, and find seats or further sittings where "
            "lunch fills the room on an ordinary day (canteens: {short})."
        )
        return state(template, tables, words=words, **gap, **seats)
    return state(
        "Next: bring delivery to the {missed} people of {worst} whom neither reaches; a site there comes second.",
        tables,
        words=words,
        **gap,
    )


def use_notes(use: CanteenUse, tables: Tables) -> list[Statement]:
    """What is not known of the use, and what else a reader must know."""
    found = []
    if use.areas is None:
        found.append(
            mark(
                "Where canteens deliver is not in the data (table delivery_areas): nobody is counted as reached by delivery, and no distance stands in for it."
            )
        )
    if use.diners is None:
        found.append(
            mark(
                "Who eats at the canteens is not in the data for these twelve months (table canteen_diners): meals are counted, and not people."
            )
        )
    if use.meals is not None and use.kinds is None:
        found.append(
            mark("The list of public holidays does not cover these twelve months, so no effect of weekends and holidays is estimated.")
        )  # fmt: skip
    elif use.meals is not None and use.model is None:
        found.append(mark("Days with meals are too few, or too much alike, for an effect of weekends and holidays."))
    sentences = [state(template, tables) for template in found]
    if "penetration" in tables:
        sentences.append(
            state(
                "Need for help with meals was asked in a national survey, and a share of people who ate says nothing of how many needed to: the two stand side by side and are not subtracted.",
                tables,
            )
        )  # fmt: skip
    return sentences


def use_checks(exact: Tables, tables: Tables) -> list[Check]:
    """Accounts of meals and people that must close, told with the numbers that may be shown."""
    found = []
    if "meals_by_kind" in exact:
        kinds, weeks = exact["meals_by_kind"], exact["meals_by_week"].frame
        total = kinds.number("all", "all")
        parts = [
            float(kinds.frame["all"].drop("all").to_numpy(dtype=np.float64).sum()),
            sum(kinds.number("all", mode) for mode in MODES),
            float(weeks["all"].to_numpy(dtype=np.float64).sum()),
        ]
        if "capacity_use" in exact:
            parts.append(exact["capacity_use"].number("all", "meals"))
        found.append(
            Check(
                tr("meals add up in every way"),
                all(isclose(part, total, rel_tol=1e-12) for part in parts),
                state(
                    "By meal, by mode, by week and by canteen the meals add up to the same {meals}.",
                    tables,
                    meals=Claim("meals_by_kind", "all", "all"),
                ),
            )
        )
    if "delivery" in exact:
        frame = exact["delivery"].frame
        parts_of = frame[["both", "foot_only", "delivery_only", "neither", "unknown"]].sum(axis=1)
        whole = exact["by_subdistrict"].frame["older_persons"]
        found.append(
            Check(
                tr("everybody is reached in one way"),
                bool(np.allclose(parts_of, frame["persons"], rtol=1e-12) and np.allclose(frame["persons"], whole)),
                state(
                    "On foot and by delivery, on foot only, by delivery only, by neither and unknown add up to the {persons} people counted in the district.",
                    tables,
                    persons=Claim("delivery", DISTRICT_ROW, "persons"),
                ),
            )
        )  # fmt: skip
    return found
