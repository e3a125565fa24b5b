"""What service access counts to hold against published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import mark
from jingan_analysis.studies.published_figures import Comparable, Held, published_table

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.tables.table import Table

COMPARABLE = (
    Comparable("centre_units", mark("Sub-districts with a centre"), "F19", every_unit=True),
    Comparable("self_service_units", mark("Sub-districts with a 24-hour point"), "F19", every_unit=True),
    Comparable("groups", mark("Groups of matters"), "F20", 0),
    Comparable("matters", mark("Matters"), "F20", 1),
    Comparable("spots", mark("Nearby spots"), "F21"),
    Comparable("cases", mark("Cases, all channels"), "F22"),
    Comparable("person_times", mark("Person-times, all channels"), "F23"),
)


def published_services(district: District, inputs: Inputs, params: Params, cases: pd.DataFrame | None) -> Table | None:
    """Published figures on service points and cases against the data of the whole district."""
    counts = _counts(district, inputs, cases)
    few = {name for name in ("cases", "person_times") if 0 < counts.get(name, 0) < params.minimum_cell}
    held = Held(counts, params.window, len(inputs.units), frozenset(few))
    return published_table(district, COMPARABLE, held)


def _counts(district: District, inputs: Inputs, cases: pd.DataFrame | None) -> dict[str, float]:
    points = inputs.points[inputs.points["subdistrict_code"].notna()]
    counts: dict[str, float] = {
        "centre_units": points[points["kind"] == "centre"]["subdistrict_code"].nunique(),
        "self_service_units": points[points["kind"] == "self_service_24h"]["subdistrict_code"].nunique(),
        "spots": int((points["kind"] == "remote_spot").sum()),
    }
    if district.has("matters"):
        matters = district.table("matters")
        counts |= {"groups": matters["group_no"].nunique(), "matters": len(matters)}
    if cases is not None:
        counts |= {"cases": int(cases["cases"].sum()), "person_times": int(cases["person_times"].sum())}
    return counts
