"""How well places could be joined to the streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.snapping import snap
from jingan_analysis.language import tr
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables.claims import state
from jingan_analysis.tables.marks import missing_marks
from jingan_analysis.tables.settings import SETTINGS, setting
from jingan_analysis.tables.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jingan_analysis.geography.snapping import Snapping
    from jingan_analysis.studies.walking import Walking

SNAPPING = "snapping"


def snapping_table(walking: Walking, places: Mapping[str, NDArray[np.float64]]) -> Table | None:
    """Off-network legs by kind of place; None without a network.

    Parameters
    ----------
    places
        Metric coordinates, shape (n, 2), by what lies there: a word marked for translation, such as ``Homes``.
    """
    if walking.network is None:
        return None
    network, cap_m = walking.network, walking.snap_cap_m
    rows = {name: _legs(snap(network, xy_m, cap_m=cap_m)) for name, xy_m in places.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    leg = tr("From the door to the street")
    return Table(
        SNAPPING,
        tr("From the door to the street: how places were joined to the walking network"),
        frame,
        (
            TableColumn("places", tr("Places"), "count"),
            TableColumn("joined", tr("Joined"), "count"),
            TableColumn("beyond_cap", tr("Too far"), "count"),
            TableColumn("moved_from_island", tr("Nearer street passed over"), "count"),
            TableColumn("median_m", tr("Median"), "number", tr("metres"), 0, leg),
            TableColumn("p95_m", tr("95th percentile"), "number", tr("metres"), 0, leg),
            TableColumn("longest_m", tr("Longest"), "number", tr("metres"), 0, leg),
        ),
        row_header=tr("Places"),
        row_labels={name: tr(name) for name in places},
        marks=missing_marks(frame, "z"),
        notes=(
            state(
                "A place is joined to the nearest point of the nearest street, at most {cap} metres away; that leg is part "
                "of every walk. Too far: no walk is known for it, and it is counted apart. Nearer street passed over: that "
                "street is an island of the network, from which no other street can be reached.",
                {SETTINGS: settings_table(walking.settings)},
                cap=setting("snap_cap_m"),
            ),
        ),
        detail=True,
    )


def _legs(found: Snapping) -> dict[str, float]:
    metres = found.off_network_mm[found.snapped] / 1000.0
    median, high, longest = np.quantile(metres, [0.5, 0.95, 1.0]) if len(metres) else (np.nan, np.nan, np.nan)
    return {
        "places": len(found),
        "joined": int(found.snapped.sum()),
        "beyond_cap": int((~found.snapped).sum()),
        "moved_from_island": int((found.moved_from_island & found.snapped).sum()),
        "median_m": float(median),
        "p95_m": float(high),
        "longest_m": float(longest),
    }
