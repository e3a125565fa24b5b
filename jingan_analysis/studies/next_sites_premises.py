"""Premises where a new site could stand: those of the data, or committees' middles, and why some are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.errors import InvalidParameter, did_you_mean
from jingan_analysis.language import tr
from jingan_analysis.studies.committee_centres import committee_centres
from jingan_analysis.studies.units import place_names

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.next_sites import Params

REASONS = (
    "ownership", "fire_safety", "kitchen", "heritage", "demolition", "other",
    "suits_other", "too_small", "not_step_free", "not_yet", "barred", "elsewhere",
)  # fmt: skip
"""Why premises are left out, in the order in which the first one that holds is told."""


@dataclass(frozen=True)
class Premises:
    """Candidates for a new site.

    Attributes
    ----------
    table
        One row a candidate: ``site_id``, ``x_m``, ``y_m``, ``subdistrict_code``, ``premises``, ``floor_area_m2``,
        ``capacity_meals_per_day``, ``setup_cost_cny`` (missing where unknown) and ``reason``, why it is left out; empty
        where it may be chosen.
    names
        Display name by id.
    generated
        Whether the district lists none, so that the middle of each committee stands for premises there.
    """

    table: pd.DataFrame
    names: dict[str, str]
    generated: bool

    @property
    def open(self) -> pd.DataFrame:
        """Candidates that may be chosen."""
        return self.table[self.table["reason"] == ""].reset_index(drop=True)

    @property
    def stamps(self) -> tuple[str, ...]:
        """What every page must say."""
        if not self.generated:
            return ()
        return (
            tr("Candidate sites are generated: no premises are listed, so the middle of each committee stands for one"),
        )


def premises_of(district: District, params: Params) -> Premises:
    """Read or generate the candidates and tell which are left out.

    Raises
    ------
    InvalidParameter
        If forced, barred or planned sites are no candidates, or are left out for a reason; all at once.
    """
    generated = not district.has("candidate_sites")
    table = _of_committees(district) if generated else district.table("candidate_sites")
    table = _complete(table).sort_values("site_id", ignore_index=True)
    table = table.assign(reason=_reasons(table, params))
    _require_named(table, params)
    names = place_names(table, "site_id") if len(table) else {}
    return Premises(table, names, generated)


def _of_committees(district: District) -> pd.DataFrame:
    """The home in the middle of each committee as premises of the committee."""
    points = district.table("demand_points")
    if not district.has("committees") or "committee_id" not in points:
        return pd.DataFrame({"site_id": [], "x_m": [], "y_m": [], "subdistrict_code": []})
    centres = committee_centres(points)
    committees = district.table("committees").set_index("committee_id").loc[centres.index]
    middle = points.iloc[centres.to_numpy()]
    return pd.DataFrame(
        {
            "site_id": centres.index.to_numpy(dtype=object),
            "x_m": middle["x_m"].to_numpy(),
            "y_m": middle["y_m"].to_numpy(),
            "premises": "committee",
            **{name: committees[name].to_numpy() for name in committees.columns if name != "kind"},
        }
    )


def _complete(table: pd.DataFrame) -> pd.DataFrame:
    """The table with all columns, missing where the district does not have them."""
    known = {
        "premises": "other", "suits": None, "floor_area_m2": np.nan, "step_free": None, "available_from": pd.NaT,
        "capacity_meals_per_day": np.nan, "setup_cost_cny": np.nan, "ruled_out": None,
    }  # fmt: skip
    missing = {name: pd.Series([value] * len(table), index=table.index) for name, value in known.items()}
    return table.assign(**{name: column for name, column in missing.items() if name not in table})


def _reasons(table: pd.DataFrame, params: Params) -> pd.Series:
    """Why each candidate is left out, empty where it is not."""
    none = pd.Series(data=False, index=table.index)
    tests = {
        "suits_other": table["suits"].notna() & (table["suits"] != params.facility),
        "too_small": _true(table["floor_area_m2"] < params.least_floor_area_m2),
        "not_step_free": _true(table["step_free"] == False),  # noqa: E712 a nullable column
        "not_yet": _true(pd.to_datetime(table["available_from"]) > pd.Timestamp(params.window.end)),
        "barred": table["site_id"].isin(params.barred),
        "elsewhere": none if params.unit is None else table["subdistrict_code"] != params.unit,
    }
    found = table["ruled_out"].astype(object).where(table["ruled_out"].notna(), "")
    for reason, holds in tests.items():
        found = found.mask((found == "") & holds, reason)
    return found.astype(object)


def _true(mask: pd.Series) -> pd.Series:
    """A mask in which what is unknown is false."""
    return mask.astype("boolean").fillna(value=False).astype(bool)


def _require_named(table: pd.DataFrame, params: Params) -> None:
    ids, faults = table["site_id"].astype(str).tolist(), []
    reason = dict(zip(ids, table["reason"], strict=True))
    for name in ("forced", "barred", "plan"):
        for site in getattr(params, name):
            if site not in reason:
                faults.append(f"{name}: {site!r} is no candidate site.{did_you_mean(site, ids)}")
            elif name != "barred" and reason[site]:
                faults.append(
                    f"{name}: {site!r} is left out ({reason[site]}); leave it away, or change what rules it out"
                )
    if faults:
        raise InvalidParameter("; ".join(faults))
