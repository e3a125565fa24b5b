"""Published figures on service points and cases beside what the data hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from jingan_analysis.intake.published import published_claims

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.intake.published import PublishedClaim
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs


@dataclass(frozen=True)
class Comparable:
    """One published number and how it is counted here.

    Attributes
    ----------
    row, label
        Row of the table and its label.
    claim
        Identifier of the claim.
    position
        Which of its numbers it is; None for "all sub-districts".
    """

    row: str
    label: str
    claim: str
    position: int | None = 0


COMPARABLE: Final = (
    Comparable("centre_units", "Sub-districts with a centre", "F19", None),
    Comparable("self_service_units", "Sub-districts with a 24-hour point", "F19", None),
    Comparable("groups", "Groups of matters", "F20", 0),
    Comparable("matters", "Matters", "F20", 1),
    Comparable("spots", "Nearby spots", "F21"),
    Comparable("cases", "Cases, all channels", "F22"),
    Comparable("person_times", "Person-times, all channels", "F23"),
)
AGREES, DIFFERS = "agrees", "differs"
OTHER_DATE = "not compared: published for another date"
NOT_HELD = "not compared: the district has no such table"
ALL_UNITS = "sub-districts"


def published_figures(
    district: District, inputs: Inputs, params: Params, cases: pd.DataFrame | None
) -> pd.DataFrame | None:
    """Published numbers, the same counted in the data of the whole district, and whether they agree.

    A number with a date is held only against a window that ends on it; rounded numbers agree within
    half a step, lower bounds if the data are not below them. None without published figures.
    """
    path = district.published_path
    if path is None:
        return None
    claims = {claim.id: claim for claim in published_claims(path)}
    held = _counts(district, inputs, cases)
    rows = {
        entry.row: _compared(entry, claims[entry.claim], held, inputs, params)
        for entry in COMPARABLE
        if entry.claim in claims
    }
    if not rows:
        return None
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.astype(dict.fromkeys(["published", "data", "difference"], "float64"))


def _compared(
    entry: Comparable, claim: PublishedClaim, held: dict[str, float], inputs: Inputs, params: Params
) -> dict[str, object]:
    published = float(len(inputs.units)) if entry.position is None else claim.values[entry.position]  # noqa: PD011  # a tuple
    same_date = claim.as_of in ("", params.window.end.isoformat())
    data = held.get(entry.row) if same_date else None
    status = _status(claim, published, data) if data is not None else (NOT_HELD if same_date else OTHER_DATE)
    return {
        "label": entry.label,
        "claim": claim.statement,
        "published": published,
        "data": data,
        "difference": None if data is None else data - published,
        "unit": ALL_UNITS if entry.position is None else claim.units[entry.position],
        "status": status,
        "can_mean": claim.can_mean,
        "cannot_mean": claim.cannot_mean,
    }


def _status(claim: PublishedClaim, published: float, data: float) -> str:
    if claim.precision == "at_least":
        return AGREES if data >= published else DIFFERS
    tolerance = (claim.rounded_to or 0.0) / 2
    return AGREES if abs(data - published) <= tolerance else DIFFERS


def _counts(district: District, inputs: Inputs, cases: pd.DataFrame | None) -> dict[str, float]:
    points = inputs.points[inputs.points["subdistrict_code"].notna()]
    held: dict[str, float] = {
        "centre_units": points[points["kind"] == "centre"]["subdistrict_code"].nunique(),
        "self_service_units": points[points["kind"] == "self_service_24h"]["subdistrict_code"].nunique(),
        "spots": int((points["kind"] == "remote_spot").sum()),
    }
    if district.has("matters"):
        matters = district.table("matters")
        held |= {"groups": matters["group_no"].nunique(), "matters": len(matters)}
    if cases is not None:
        held |= {"cases": int(cases["cases"].sum()), "person_times": int(cases["person_times"].sum())}
    return held
