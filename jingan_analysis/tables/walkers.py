"""Layout of the tables on kinds of walkers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark, tr
from jingan_analysis.tables.columns import persons
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.measures.walkers import Walker
    from jingan_analysis.tables.claims import Text

MODEL_NOTE = mark(
    "Modelled: walkers of a kind differ in speed (lognormal, with the spread in the parameters), so each home has a "
    "probability of being in time. Speeds, spread, rests and the cost of stairs are assumptions; see the parameters."
)


def kind_labels(kinds: tuple[Walker, ...]) -> dict[str, str]:
    """What each kind of walker is, in words."""
    return {kind.key: _in_words(kind) for kind in kinds} | {
        "own_pace": tr("People as they are: each at the pace of age and frailty")
    }


def walkers(frame: pd.DataFrame, caption: Text, labels: Mapping[str, str], own_pace: Text) -> Table:
    """Expected reach by kind of walker.

    Parameters
    ----------
    own_pace
        Who walks how in the row of people as they are; empty where there is no such row.
    """
    live, of_people = tr("Live where the walk is"), tr("of people")
    return Table(
        "walkers",
        caption,
        frame,
        (
            persons("persons", tr("People")),
            persons("expected", tr("In time, expected"), part_of="persons"),
            TableColumn("share", tr("Share"), "percent", of_people, 1, made_from=("expected", "persons")),
            TableColumn("likely", tr("Almost certain"), "percent", of_people, 1, live, part_of="persons"),
            TableColumn("unlikely", tr("Hardly possible"), "percent", of_people, 1, live, part_of="persons"),
            persons("unknown", tr("Walk unknown"), part_of="persons"),
        ),
        row_header=tr("If everybody walked as"),
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        notes=(
            tr(MODEL_NOTE),
            tr(
                "Almost certain: nine in ten or more of these walkers are in time. Hardly possible: fewer than one in ten."
            ),
            *((own_pace,) if own_pace else ()),
        ),
    )


def walkers_by_subdistrict(frame: pd.DataFrame, caption: Text, units: Mapping[str, str]) -> Table:
    """Expected share in time by sub-district."""
    return Table(
        "walkers_by_subdistrict",
        caption,
        frame,
        tuple(TableColumn(name, _short(name), "percent", tr("of people"), 1) for name in frame.columns),
        row_header=tr("Sub-district"),
        row_labels=dict(units),
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(tr(MODEL_NOTE),),
        detail=True,
    )


def _short(name: str) -> str:
    return tr("People as they are") if name == "own_pace" else tr("{speed} m/s", speed=name)


def _in_words(kind: Walker) -> str:
    values = {"speed": f"{kind.walk_speed_mps:g}"}
    if kind.rest_every_m is None:
        return tr("{speed} m/s", **values) if kind.stairs_factor is not None else tr("{speed} m/s, no stairs", **values)
    values |= {"rest": f"{kind.rest_s:g}", "every": f"{kind.rest_every_m:g}"}
    if kind.stairs_factor is not None:
        return tr("{speed} m/s, a rest of {rest} s every {every} m", **values)
    return tr("{speed} m/s, no stairs, a rest of {rest} s every {every} m", **values)
