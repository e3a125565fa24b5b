"""Layout of the tables on kinds of walkers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from jingan_analysis.measures.walkers import Walker

MODEL_NOTE = (
    "Modelled: walkers of a kind differ in speed (lognormal, with the spread in the parameters), so each home has a "
    "probability of being in time. Speeds, spread, rests and the cost of stairs are assumptions; see the parameters."
)


def kind_labels(kinds: tuple[Walker, ...]) -> dict[str, str]:
    """What each kind of walker is, in words."""
    return {kind.key: _in_words(kind) for kind in kinds} | {
        "own_pace": "People as they are: each at the pace of age and frailty"
    }


def walkers(frame: pd.DataFrame, caption: str, labels: Mapping[str, str], own_pace: str) -> Table:
    """Expected reach by kind of walker.

    Parameters
    ----------
    own_pace
        Who walks how in the row of people as they are; empty where there is no such row.
    """
    return Table(
        "walkers",
        caption,
        frame,
        (
            TableColumn("persons", "People", "count", "persons"),
            TableColumn("expected", "In time, expected", "count", "persons"),
            TableColumn("share", "Share", "percent", "of people", 1),
            TableColumn("likely", "Almost certain", "percent", "of people", 1, "Live where the walk is"),
            TableColumn("unlikely", "Hardly possible", "percent", "of people", 1, "Live where the walk is"),
            TableColumn("unknown", "Walk unknown", "count", "persons"),
        ),
        row_header="If everybody walked as",
        row_labels=dict(labels),
        marks=missing_marks(frame, "z"),
        notes=(
            MODEL_NOTE,
            "Almost certain: nine in ten or more of these walkers are in time. Hardly possible: fewer than one in ten.",
            *((own_pace,) if own_pace else ()),
        ),
    )


def walkers_by_subdistrict(
    frame: pd.DataFrame, caption: str, kinds: Mapping[str, str], units: Mapping[str, str]
) -> Table:
    """Expected share in time by sub-district."""
    return Table(
        "walkers_by_subdistrict",
        caption,
        frame,
        tuple(TableColumn(name, _short(name, kinds[name]), "percent", "of people", 1) for name in frame.columns),
        row_header="Sub-district",
        row_labels=dict(units),
        marks=missing_marks(frame, "z"),
        total_row="district",
        notes=(MODEL_NOTE,),
        detail=True,
    )


def _short(name: str, label: str) -> str:
    return label.partition(":")[0] if name == "own_pace" else f"{name} m/s"


def _in_words(kind: Walker) -> str:
    stairs = ", no stairs" if kind.stairs_factor is None else ""
    rests = ""
    if kind.rest_every_m is not None:
        rests = f", a rest of {kind.rest_s:g} s every {kind.rest_every_m:g} m"
    return f"{kind.walk_speed_mps:g} m/s{stairs}{rests}"
