"""The arithmetic of canteen reach: frames of finished numbers, without words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.geography.boundaries import distance_to_boundary_m, outline
from jingan_analysis.geography.travel_costs import TravelCosts, reach_mm
from jingan_analysis.language import tr
from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.measures.inequality import gini
from jingan_analysis.measures.reach import cumulative_opportunities, reached
from jingan_analysis.studies.canteen_reach_meals import meals_by_site, peak_day, scheduled_days, with_all_meals
from jingan_analysis.studies.residents import Residents
from jingan_analysis.studies.robustness import RobustnessQuestion
from jingan_analysis.studies.shortfall import ShortfallQuestion
from jingan_analysis.studies.uncertainty import UncertaintyQuestion
from jingan_analysis.studies.units import DISTRICT_ROW, Units
from jingan_analysis.studies.walkers import OLD_AGE_YEARS, WalkersQuestion

if TYPE_CHECKING:
    from jingan_analysis.studies.canteen_reach import Params
    from jingan_analysis.studies.walking import Walking

GROUPS: dict[str, dict[str, object]] = {
    "older": {},
    "aged_80_plus": {"age_from_years": 80},
    "living_alone": {"living_arrangement": "alone"},
    "frail": {"frailty": "frail"},
    "frail_80_plus": {"age_from_years": 80, "frailty": "frail"},
    "alone_80_plus": {"age_from_years": 80, "living_arrangement": "alone"},
}
"""Groups of older people, as filters of :meth:`Residents.persons`."""


@dataclass(frozen=True)
class Situation:
    """Everything that the measures look at.

    Attributes
    ----------
    residents, units
        People and sub-districts.
    older
        Persons of the target age at each demand point, shape (n_points,).
    sites
        Canteens in service, one row a destination of ``costs``.
    walking
        How walks are measured.
    costs
        Walks within the longest limit.
    params
        Parameters.
    """

    residents: Residents
    units: Units
    older: NDArray[np.float64]
    sites: pd.DataFrame
    walking: Walking
    costs: TravelCosts
    params: Params

    @property
    def people(self) -> str:
        """What the counted people are called."""
        return tr("older people") if self.params.age_from_years else tr("people")

    @property
    def focus(self) -> NDArray[np.int64]:
        """Group of each point in reports on the focus: 0 inside it, -1 elsewhere, shape (n_points,)."""
        return np.where(self.residents.living_in(self.units, self.params.unit), 0, -1).astype(np.int64)

    @property
    def own(self) -> NDArray[np.bool_]:
        """Sites inside the district, shape (n_sites,)."""
        return np.asarray(self.sites["subdistrict_code"].notna(), dtype=bool)

    @property
    def daily_supply(self) -> NDArray[np.float64]:
        """Meals a day averaged over the week, NaN where the capacity is unknown, shape (n_sites,)."""
        days = self.sites["open_days_per_week"].astype("float64").fillna(7.0)
        return (self.sites["capacity_meals_per_day"] * days / 7.0).to_numpy(dtype=np.float64)

    def limit_mm(self, minutes: float, walk_speed_mps: float | None = None) -> int:
        """Longest walk for a time limit, at the main speed unless another is given."""
        return reach_mm(self.params.walk_speed_mps if walk_speed_mps is None else walk_speed_mps, minutes)

    @property
    def near(self) -> NDArray[np.bool_]:
        """Points with a canteen within the access threshold, shape (n_points,)."""
        return reached(self.costs, self.limit_mm(self.params.access_threshold_minutes))

    @cached_property
    def walkers(self) -> WalkersQuestion:
        """The question of who can make the walk."""
        params = self.params
        return WalkersQuestion(
            self.residents,
            self.units,
            self.walking,
            self.older,
            params.age_from_years,
            self.sites,
            "access_threshold_minutes",
            params,
        )

    @cached_property
    def shortfall(self) -> ShortfallQuestion:
        """The question of why some sub-districts have fewer meals in reach."""
        return ShortfallQuestion(
            self.residents,
            self.units,
            self.walking,
            self.params.age_from_years,
            self.sites,
            "site_id",
            self.daily_supply,
            self.params.access_threshold_minutes,
            100.0,
            self.params,
        )

    @cached_property
    def robustness(self) -> RobustnessQuestion:
        """The question of whether ranks by meals in reach depend on how they are measured."""
        age, residents = self.params.age_from_years, self.residents
        persons = {"older": self.older}
        if age < OLD_AGE_YEARS and self.walkers.knows_old:
            persons["aged_80_plus"] = residents.persons(age_from_years=OLD_AGE_YEARS)
        if residents.knows("frailty"):
            persons["frail"] = residents.persons(age_from_years=age, frailty="frail")
        return RobustnessQuestion(self.shortfall, persons)

    @cached_property
    def uncertainty(self) -> UncertaintyQuestion:
        """The question of how sure the main numbers are."""
        return UncertaintyQuestion(self.shortfall)

    @property
    def unsnapped(self) -> NDArray[np.bool_]:
        """Points too far from the network for a walk to be known, shape (n_points,)."""
        return ~self.costs.origin_snapped


def by_subdistrict(situation: Situation) -> pd.DataFrame:
    """Reach of older people by sub-district, and of all of them in the last row."""
    near = clustered(situation, situation.near)
    frame = pd.DataFrame(
        {
            "canteens": _per_unit_counts(situation),
            "older_persons": near["persons"],
            "reached": near["having"],
            "share": near["share"],
            "lower": near["lower"],
            "upper": near["upper"],
        }
    )
    for minutes in situation.params.thresholds_minutes:
        within = reached(situation.costs, situation.limit_mm(minutes))
        frame[f"share_{minutes:g}"] = clustered(situation, within)["share"]
    frame["not_reached"] = frame["older_persons"] - frame["reached"] - _sums(situation, situation.unsnapped)
    frame["unsnapped"] = _sums(situation, situation.unsnapped)
    own = reached(
        situation.costs.to_destinations(situation.own), situation.limit_mm(situation.params.access_threshold_minutes)
    )
    frame["share_own"] = clustered(situation, own)["share"]
    frame["share_near_border"] = clustered(situation, near_border(situation))["share"]
    return frame


def clustered(situation: Situation, having: NDArray[np.bool_]) -> pd.DataFrame:
    """Share of older people with a property, by sub-district and for the district.

    Parameters
    ----------
    having
        Whether the property holds at each demand point, shape (n_points,).
    """
    older, unit = situation.older, situation.residents.unit
    whole = np.where(situation.residents.inside, 0, -1)
    parts = [
        clustered_wilson(older * having, older, group, n, confidence=situation.params.confidence)
        for group, n in ((unit, len(situation.units)), (whole, 1))
    ]
    columns = {
        "having": [part.numerator for part in parts],
        "persons": [part.denominator for part in parts],
        "share": [part.share for part in parts],
        "lower": [part.lower for part in parts],
        "upper": [part.upper for part in parts],
    }
    index = [*situation.units.codes, DISTRICT_ROW]
    frame = pd.DataFrame({name: np.concatenate(values) for name, values in columns.items()}, index=index)
    return frame.assign(lower=np.nan, upper=np.nan) if situation.residents.modelled else frame


def near_border(situation: Situation) -> NDArray[np.bool_]:
    """Points whose catchment crosses the district's border, shape (n_points,)."""
    metres = distance_to_boundary_m(situation.residents.xy_m, outline(situation.units.frame))
    return metres * 1000.0 <= situation.limit_mm(situation.params.access_threshold_minutes)


def _sums(situation: Situation, having: NDArray[np.bool_]) -> NDArray[np.float64]:
    inside = situation.residents.inside
    sums = np.bincount(situation.residents.unit[inside], (situation.older * having)[inside], len(situation.units))
    return np.append(sums, sums.sum())


def _per_unit_counts(situation: Situation) -> NDArray[np.int64]:
    position = situation.units.positions(situation.sites["subdistrict_code"])
    counts = np.bincount(position[position >= 0], minlength=len(situation.units))
    return np.append(counts, counts.sum())


def scenarios(situation: Situation) -> pd.DataFrame:
    """Reach in the focus for every speed and threshold, one row a combination."""
    rows = {}
    for speed in situation.params.walk_speeds_mps:
        for minutes in situation.params.thresholds_minutes:
            within = reached(situation.costs, situation.limit_mm(minutes, speed))
            rows[f"{speed:g}-{minutes:g}"] = {
                "walk_speed_mps": speed,
                "minutes": minutes,
                **_focus_rate(situation, situation.older, within),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def groups(situation: Situation) -> pd.DataFrame:
    """Reach in the focus by group of older people; groups that the data do not tell are left out."""
    rows = {}
    for name, wanted in GROUPS.items():
        if any(not situation.residents.knows(column) for column in wanted if column != "age_from_years"):
            continue
        if name != "older" and not _bands_allow(situation, wanted):
            continue
        people = situation.residents.persons(**{"age_from_years": situation.params.age_from_years, **wanted})  # type: ignore[arg-type]  # the dictionary's keys are those of the call
        rows[name] = _focus_rate(situation, people, situation.near)
        rows[name]["unsnapped"] = float((people * situation.unsnapped)[situation.focus == 0].sum())
        rows[name]["not_reached"] = rows[name]["persons"] - rows[name]["reached"] - rows[name]["unsnapped"]
    return pd.DataFrame.from_dict(rows, orient="index")


def _bands_allow(situation: Situation, wanted: dict[str, object]) -> bool:
    age = wanted.get("age_from_years")
    return age is None or situation.residents.bands_begin_at(int(str(age)))


def frail_by_subdistrict(situation: Situation) -> pd.DataFrame:
    """Frail older people by sub-district, and how many have no canteen near."""
    frail = situation.residents.persons(age_from_years=situation.params.age_from_years, frailty="frail")
    frame = clustered(replace(situation, older=frail), ~situation.near & ~situation.unsnapped)
    return frame.rename(columns={"having": "frail_far", "persons": "frail_persons"})


def _focus_rate(situation: Situation, people: NDArray[np.float64], having: NDArray[np.bool_]) -> dict[str, float]:
    rate = clustered_wilson(people * having, people, situation.focus, 1, confidence=situation.params.confidence)
    return {
        "persons": float(rate.denominator[0]),
        "reached": float(rate.numerator[0]),
        "share": float(rate.share[0]),
        "lower": np.nan if situation.residents.modelled else float(rate.lower[0]),
        "upper": np.nan if situation.residents.modelled else float(rate.upper[0]),
    }


def access_by_subdistrict(situation: Situation) -> pd.DataFrame | None:
    """Meals per 100 older people and day by sub-district, with what hides behind the mean; None without a known capacity."""
    if not np.isfinite(situation.daily_supply).any():
        return None
    access = situation.shortfall.catchment.access
    inside = situation.residents.inside & np.isfinite(access)
    group = np.where(inside, situation.residents.unit, -1)
    unknown = situation.residents.inside & np.isnan(access)
    line = situation.shortfall.low_line
    low = (access < line).astype(float) if line > 0 else np.full(len(access), np.nan)
    rows = {}
    for position, code in enumerate([*situation.units.codes, DISTRICT_ROW]):
        here = inside if code == DISTRICT_ROW else group == position
        place = situation.residents.inside & ((code == DISTRICT_ROW) | (situation.residents.unit == position))
        rows[code] = {
            "capacity": _capacity(situation, None if code == DISTRICT_ROW else code),
            "meals_per_100": 100.0 * _mean(access, situation.older, here),
            "none_share": _mean((access <= 0).astype(float), situation.older, here),
            "low_share": _mean(low, situation.older, here),
            "gini": _gini(access, situation.older, here),
            "unknown_share": _mean(unknown.astype(float), situation.older, place),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def loads(situation: Situation, canteens: pd.DataFrame) -> pd.DataFrame | None:
    """How many canteens are overloaded or idle; None where no utilisation is known."""
    if "utilisation" not in canteens or not canteens["utilisation"].notna().any():
        return None
    known = canteens["utilisation"].dropna()
    rows = {
        "known": len(known),
        "overloaded": int((known >= situation.params.overload_share).sum()),
        "idle": int((known < situation.params.idle_share).sum()),
        "unknown": int(canteens["utilisation"].isna().sum()),
    }
    return pd.DataFrame({"canteens": pd.Series(rows)})


def _capacity(situation: Situation, code: str | None) -> float:
    here = situation.own if code is None else (situation.sites["subdistrict_code"] == code).to_numpy(dtype=bool)
    known = situation.daily_supply[here]
    return float(np.nansum(known)) if np.isfinite(known).any() or not here.any() else float("nan")


def _mean(value: NDArray[np.float64], weight: NDArray[np.float64], here: NDArray[np.bool_]) -> float:
    total = weight[here].sum()
    return float((value[here] * weight[here]).sum() / total) if total > 0 else float("nan")


def _gini(value: NDArray[np.float64], weight: NDArray[np.float64], here: NDArray[np.bool_]) -> float:
    kept = here & (weight > 0)
    return float(gini(value[kept], weight[kept])) if (value[kept] > 0).any() else float("nan")


def canteen_loads(situation: Situation, meals: pd.DataFrame | None) -> pd.DataFrame:
    """Load of each canteen inside the focus over the twelve months."""
    sites = situation.sites
    own = situation.own if situation.params.unit is None else sites["subdistrict_code"] == situation.params.unit
    reach = situation.costs.within(situation.limit_mm(situation.params.access_threshold_minutes))
    frame = pd.DataFrame(
        {
            "subdistrict_code": sites["subdistrict_code"].to_numpy(),
            "capacity": sites["capacity_meals_per_day"].to_numpy(dtype=np.float64),
            "older_in_reach": np.bincount(reach.destination, situation.older[reach.origin], len(sites)),
        },
        index=sites["site_id"].to_list(),
    )
    if meals is not None:
        frame = frame.join(meals_by_site(meals))
        # A day without a row is a day without meals, and so is a year of such days.
        frame[["meals", "open_days"]] = frame[["meals", "open_days"]].fillna(0)
        capacity = frame["capacity"].where(frame["capacity"] > 0)
        frame["utilisation"] = frame["meals_per_open_day"] / capacity
        scheduled = scheduled_days(sites.set_index("site_id"), situation.params.window)
        frame["scheduled_days"] = scheduled.reindex(frame.index).to_numpy(dtype=np.float64)
        frame["utilisation_scheduled"] = frame["meals"] / (capacity * frame["scheduled_days"]).replace(0.0, np.nan)
        peak = peak_day(with_all_meals(meals), situation.params.peak_day_share)
        frame["utilisation_peak"] = peak.reindex(frame.index) / capacity
    return frame[np.asarray(own, dtype=bool)]


def walk_class(situation: Situation) -> NDArray[np.object_]:
    """Shortest threshold within which each point has a canteen, as text; ``beyond`` or ``unsnapped``."""
    found = np.full(len(situation.older), "beyond", dtype=object)
    for minutes in sorted(situation.params.thresholds_minutes, reverse=True):
        found[reached(situation.costs, situation.limit_mm(minutes))] = f"{minutes:g}"
    found[situation.unsnapped] = "unsnapped"
    return found


def choice_of_canteens(situation: Situation) -> NDArray[np.float64]:
    """Number of canteens within the access threshold of each point, shape (n_points,)."""
    ones = np.ones(len(situation.sites))
    return cumulative_opportunities(
        situation.costs, ones, situation.limit_mm(situation.params.access_threshold_minutes)
    )
