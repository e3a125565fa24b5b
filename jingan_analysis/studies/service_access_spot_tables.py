"""From what opening a spot changes to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.service_access_spot_effect import BOTH, NEARBY, SHOWN_BY_TIME, WINDOW, moved
from jingan_analysis.studies.service_access_spot_panel import CLOSED, EARLY, EMPTY, NEVER_HAD, OPENED, PER_RESIDENTS
from jingan_analysis.tables import service_access_spot_effect as layout

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_spot_effect import SpotEffect
    from jingan_analysis.studies.service_access_spot_panel import SpotPanel
    from jingan_analysis.tables.service_access import Words
    from jingan_analysis.tables.table import Table

MONTHS_A_YEAR: Final = 12
LEAST_WITHOUT: Final = 0.25
"""Below so many cases a month for each thousand residents, a share of them says nothing."""


def spot_tables(found: SpotEffect | None, words: Words, *, district: str, confidence: float) -> list[Table]:
    """Every table on the effect; empty where it is not estimated."""
    if found is None or found.refusal is not None:
        return []
    assert found.panel is not None
    tables = [
        layout.effect_table(effects(found), words, district=district),
        layout.ledger_table(ledger(found), words, district=district),
        layout.times_table(times(found), words, district=district, outcomes=SHOWN_BY_TIME),
        layout.groups_table(groups(found.panel), words, district=district),
        layout.choices_table(found.choices, words, district=district),
        layout.basis_table(basis(found.panel), words, district=district),
    ]
    part = moved(found, confidence=confidence)
    if part is not None:
        row = {"share": part.share, "lower": part.lower, "upper": part.upper, "new": 1 - part.share}
        frame = pd.DataFrame([row], index=[layout.ONLY_ROW])
        tables.insert(2, layout.moved_table(frame, words, district=district))
    return tables


def effects(found: SpotEffect) -> pd.DataFrame:
    """The effect on every outcome, also as a share of what there would have been."""
    rows = {}
    for name, outcome in found.outcomes.items():
        whole = outcome.without if outcome.without >= LEAST_WITHOUT else np.nan
        rows[name] = {
            "without": outcome.without,
            "effect": outcome.effect,
            "lower": outcome.lower,
            "upper": outcome.upper,
            "percent": outcome.effect / whole,
            "percent_lower": outcome.lower / whole,
            "percent_upper": outcome.upper / whole,
            "before_p_value": outcome.before_p_value,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def ledger(found: SpotEffect) -> pd.DataFrame:
    """Cases lost and gained, for the mean committee a month and for all of them a year."""
    assert found.panel is not None
    residents = found.panel.residents[found.panel.group == OPENED]
    scales = {
        "month": residents.mean() / PER_RESIDENTS,
        "year": residents.sum() / PER_RESIDENTS * MONTHS_A_YEAR,
    }
    rows = {}
    for name in (WINDOW, NEARBY, BOTH):
        outcome = found.outcomes[name]
        rows[name] = {
            f"{span}_{end}": getattr(outcome, end) * scale
            for span, scale in scales.items()
            for end in ("effect", "lower", "upper")
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def times(found: SpotEffect) -> pd.DataFrame:
    """Effects by periods since the opening on the outcomes that are shown by time."""
    pieces = [
        found.outcomes[name].events[["effect", "lower", "upper"]].add_prefix(f"{name}_") for name in SHOWN_BY_TIME
    ]
    frame = pd.concat([*pieces, found.outcomes[WINDOW].events[["units", "groups"]]], axis=1)
    return frame.set_axis(frame.index.astype(str))


def groups(panel: SpotPanel) -> pd.DataFrame:
    """Committees, residents and cases a month for every thousand of them, before the first and after the last opening."""
    spans = {"before": slice(0, panel.periods_before), "after": slice(panel.last_opening, None)}
    rows = {}
    for name in (OPENED, NEVER_HAD, EARLY, CLOSED, EMPTY):
        chosen = panel.group == name
        if not chosen.any():
            continue
        residents = panel.residents[chosen].sum()
        rows[name] = {"committees": int(chosen.sum()), "residents": residents}
        for span, periods in spans.items():
            for channel in (WINDOW, NEARBY):
                cases = panel.cases[chosen][:, periods, CHANNELS.index(channel)]
                months = cases.shape[1] * panel.months
                rate = cases.sum() / residents * PER_RESIDENTS / months if residents > 0 else np.nan
                rows[name][f"{span}_{channel}"] = float(rate)
    return pd.DataFrame.from_dict(rows, orient="index")


def basis(panel: SpotPanel) -> pd.DataFrame:
    """One row: committees and periods that the effect rests on."""
    row = {
        "opened": int((panel.group == OPENED).sum()),
        "never": int((panel.group == NEVER_HAD).sum()),
        "left_out": int((~panel.used).sum()),
        "periods": panel.periods,
        "months": panel.months,
        "before": panel.periods_before,
        "open_share": panel.open_share,
    }
    return pd.DataFrame([row], index=[layout.ONLY_ROW])
