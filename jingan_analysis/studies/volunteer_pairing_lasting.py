"""How long pairs and volunteers last, and whether pairs across committees end sooner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.errors import DidNotConverge
from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at
from jingan_analysis.models.proportional_hazards import proportional_hazards
from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.models.survival_summaries import survival_at
from jingan_analysis.studies.volunteer_pairing_records import PROGRAMME_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords

CAUSES = {"gave_up": 1, "volunteer_left": 2, "elder_left": 3, "unknown": 4}
"""How a pair may end; 0 is lasting."""
CURVE_MONTHS = tuple(range(3, 37, 3))
_MONTH_DAYS = 365.25 / 12
EVENTS_PER_COVARIATE = 10
"""With fewer ends for each covariate no ratio is estimated: Peduzzi et al. (1995)."""


def days_of(months: float) -> float:
    """Days in so many months, on the average."""
    return float(np.floor(months * _MONTH_DAYS))


def pair_spells(records: BefriendingRecords, unit: str | None) -> pd.DataFrame:
    """Pairs of a sub-district's older people: ``days`` to the end or the last day, ``cause``, ``across``, ``vol_id``."""
    pairs = records.pairs if unit is None else records.pairs[records.pairs["subdistrict_code"] == unit]
    until = pairs["ended_on"].fillna(records.end)
    cause = pairs["end_reason"].astype(object).where(pairs["end_reason"].notna(), "unknown").map(CAUSES)
    return pd.DataFrame(
        {
            "days": (until - pairs["paired_on"]).dt.days.astype("float64"),
            "cause": cause.mask(pairs["lasts"], 0).astype("int64"),
            "across": pairs["across"],
            "vol_id": pairs["vol_id"],
        }
    )


def has_ends(spells: pd.DataFrame) -> bool:
    """Whether any pair ended: a file of lasting pairs alone tells nothing of how long pairs last."""
    return bool((spells["cause"] > 0).any())


def pair_curve(spells: pd.DataFrame, lasting_months: int, *, confidence: float) -> pd.DataFrame:
    """Pairs by months since they began, the given ones among them: share lasting, given up, without the volunteer or the older person any more.

    Columns ``lasting_share``, ``gave_up_share`` with its interval, ``volunteer_left_share``, ``elder_left_share``, and
    ``unknown_share`` where reasons are missing: cumulative incidences that add up to 1 with the first.
    """
    curve = cumulative_incidence(spells["days"], spells["cause"], confidence=confidence)[0]
    months = sorted({*CURVE_MONTHS, lasting_months})
    at = incidence_at(curve, [days_of(month) for month in months])
    frame = pd.DataFrame({"lasting_share": at.survival}, index=[str(month) for month in months])
    for name, code in CAUSES.items():
        known = code <= len(at.incidence)
        frame[f"{name}_share"] = at.incidence[code - 1] if known else np.where(np.isnan(at.survival), np.nan, 0.0)
    frame = frame.assign(gave_up_lower=at.lower[0], gave_up_upper=at.upper[0])
    return frame.drop(columns=[] if (spells["cause"] == CAUSES["unknown"]).any() else "unknown_share")


def pairs_lasting(spells: pd.DataFrame, months: int, *, confidence: float) -> pd.DataFrame:
    """Pairs within a committee, across two, and all: ``pairs``, ``gave_up``, and the share lasting so many months.

    The share counts every end. ``unknown`` holds pairs of which a committee is not known.
    """
    across = spells["across"]
    parts = {
        "same": across == 0,
        "across": across == 1,
        "unknown": across.isna(),
        "total": across.isna() | across.notna(),
    }
    rows = {}
    for name, where in parts.items():
        mine = spells[where]
        if len(mine) or name == "total":
            row = {"pairs": len(mine), "gave_up": int((mine["cause"] == CAUSES["gave_up"]).sum())}
            rows[name] = row | _lasting(mine["days"], mine["cause"] > 0, months, confidence)
    return pd.DataFrame.from_dict(rows, orient="index")


def _lasting(days: pd.Series, ended: pd.Series, months: int, confidence: float) -> dict[str, float]:
    names = ("lasting_share", "lasting_lower", "lasting_upper")
    if not len(days):
        return dict.fromkeys(names, np.nan)
    at = survival_at(kaplan_meier(days, ended, confidence=confidence)[0], [days_of(months)])
    return dict(zip(names, (float(part[0]) for part in (at.survival, at.lower, at.upper)), strict=True))


def volunteer_spells(records: BefriendingRecords, unit: str | None) -> pd.DataFrame:
    """Volunteers who live in a sub-district: ``days`` until they left or the last day, ``left`` and ``programme``."""
    people = records.volunteers if unit is None else records.volunteers[records.volunteers["subdistrict_code"] == unit]
    until = people["left_on"].fillna(records.end)
    return pd.DataFrame(
        {
            "days": (until - people["joined_on"]).dt.days.astype("float64"),
            "left": ~people["active"],
            "programme": people["programme"],
        }
    )


def volunteers_staying(spells: pd.DataFrame, months: int, *, confidence: float) -> pd.DataFrame:
    """Volunteers of each programme and all: ``volunteers``, ``left``, and the shares still there.

    After once the months ``first_share`` with its interval, after twice ``second_share``.
    """
    rows: dict[str, dict[str, float]] = {}
    for code in (*PROGRAMME_CODES, "total"):
        mine = spells if code == "total" else spells[spells["programme"] == code]
        rows[code] = {"volunteers": len(mine), "left": int(mine["left"].sum())}
        for prefix, span in (("first", months), ("second", 2 * months)):
            found = _lasting(mine["days"], mine["left"], span, confidence)
            rows[code] |= {name.replace("lasting", prefix): value for name, value in found.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def ratios(pairs: pd.DataFrame, volunteers: pd.DataFrame, *, confidence: float) -> pd.DataFrame:
    """Hazard ratios that the records carry: giving up a pair across committees against one within, leaving by programme.

    Columns ``events`` of both groups, ``ratio`` with its interval, ``p_value`` and ``drift_p_value`` (of a ratio that
    changes with time). Pairs of one volunteer are a cluster. A row is missing where events are too few.
    """
    known = pairs[pairs["across"].notna()]
    second = volunteers["programme"] == PROGRAMME_CODES[1]
    rows = {
        "across": _ratio(
            known["days"], known["cause"] == CAUSES["gave_up"], known["across"] == 1, confidence,
            clusters=pd.factorize(known["vol_id"])[0],
        ),
        "programme": _ratio(volunteers["days"], volunteers["left"], second, confidence),
    }  # fmt: skip
    found = {name: row for name, row in rows.items() if row is not None}
    columns = ["events", "ratio", "lower", "upper", "p_value", "drift_p_value"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns)


def _ratio(
    days: pd.Series,
    happened: pd.Series,
    exposed: pd.Series,
    confidence: float,
    *,
    clusters: NDArray[np.int64] | None = None,
) -> dict[str, float] | None:
    if min(int((happened & exposed).sum()), int((happened & ~exposed).sum())) < EVENTS_PER_COVARIATE:
        return None
    try:
        model = proportional_hazards(
            days, happened, exposed.to_numpy(dtype=np.float64)[:, None], names=["exposed"], clusters=clusters,
            confidence=confidence,
        )  # fmt: skip
    except DidNotConverge:
        return None
    return {
        "events": model.events,
        "ratio": float(model.hazard_ratio[0]),
        "lower": float(model.lower[0]),
        "upper": float(model.upper[0]),
        "p_value": float(model.p_value[0]),
        "drift_p_value": float(model.proportionality.adjusted[0]),
    }
