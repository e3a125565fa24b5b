"""The arithmetic of where next: frames of finished numbers, without words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.measures.clustered_rates import clustered_wilson
from jingan_analysis.measures.inequality import gini
from jingan_analysis.studies.next_sites_premises import REASONS
from jingan_analysis.studies.supply_ledger import accounts_of
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from jingan_analysis.measures.catchment import Catchment
    from jingan_analysis.models.siting import Coverage
    from jingan_analysis.studies.next_sites_situation import Floats, Integers, Mask, Situation

PARTS = ("before", "gained", "missed", "unsnapped")
"""Columns that add up to the people of a row."""


def proposed(situation: Situation) -> list[str]:
    """Ids of the new sites of the proposal."""
    chosen = situation.proposal.chosen & ~situation.stands
    return situation.sites.loc[chosen, "site_id"].astype(str).tolist()


def closed(situation: Situation) -> list[str]:
    """Ids of the sites that the proposal moves."""
    gone = situation.stands & ~situation.proposal.chosen
    return situation.sites.loc[gone, "site_id"].astype(str).tolist()


def sites(situation: Situation) -> pd.DataFrame:
    """One row a proposed site: what it brings, how sure it is, and what it takes."""
    ids = proposed(situation)
    position = {str(site): at for at, site in enumerate(situation.sites["site_id"])}
    people = situation.people_here
    premises = situation.premises.table.set_index("site_id")
    meals, cost = (premises[name].astype("float64") for name in ("capacity_meals_per_day", "setup_cost_cny"))
    stays, frequency, rows = situation.staying, situation.alternatives.frequency, {}
    for site in ids:
        at = position[site]
        here = situation.near[:, [at]].toarray().ravel()
        rows[site] = {
            "subdistrict": situation.units.names[str(premises.loc[site, "subdistrict_code"])],
            "premises": str(premises.loc[site, "premises"]),
            "near": float(people[here].sum()),
            "without": situation.without.get(site, np.nan),
            "in_alternatives": float(frequency[at]),
            "stays": np.nan if stays is None else float(stays[at]),
            "capacity": float(meals.loc[site]),
            "cost": float(cost.loc[site]),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame if len(frame) else pd.DataFrame(columns=["subdistrict", "premises"])


def by_subdistrict(situation: Situation) -> pd.DataFrame:
    """People near a site before and after, by sub-district, and of the district in the last row."""
    inside = situation.residents.inside
    return _gains(situation, situation.persons, situation.residents.unit, len(situation.units), inside).set_axis(
        [*situation.units.codes, DISTRICT_ROW]
    )


def groups(situation: Situation) -> pd.DataFrame:
    """The same by group of the people counted in the place reported on; groups that the data do not tell are left out."""
    here = situation.in_focus
    rows = {
        name: _gains(situation, people, np.where(here, 0, -1), 1, here).iloc[-1]
        for name, people in situation.groups.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _gains(situation: Situation, people: Floats, group: Integers, count: int, all_of: Mask) -> pd.DataFrame:
    """Rows by group, then one for all of them."""
    before = situation.covered(situation.stands)
    after = situation.covered(situation.proposal.chosen)

    def sums(having: Mask) -> Floats:
        kept = group >= 0
        return np.append(np.bincount(group[kept], (people * having)[kept], count), (people * having)[all_of].sum())

    frame = pd.DataFrame({"persons": sums(np.ones(len(people), dtype=np.bool_)), "before": sums(before)})
    frame["gained"] = sums(after) - frame["before"]
    frame["unsnapped"] = sums(situation.unsnapped & ~after & ~before)
    frame["missed"] = frame["persons"] - frame["before"] - frame["gained"] - frame["unsnapped"]
    rates = [
        clustered_wilson(people * after, people, where, n, confidence=situation.params.confidence)
        for where, n in ((group, count), (np.where(all_of, 0, -1), 1))
    ]
    frame["before_share"] = frame["before"] / frame["persons"].where(frame["persons"] > 0)
    for bound in ("share", "lower", "upper"):
        modelled = bound != "share" and bool(situation.residents.modelled)
        frame[f"after_{bound}"] = np.nan if modelled else np.concatenate([getattr(rate, bound) for rate in rates])
    return frame


def stop_curve(situation: Situation) -> pd.DataFrame:
    """People near a site for each number of new ones, what one more is worth, and what is open of the proof."""
    curve = situation.curve
    people = np.array([situation.people_covered(plan.chosen) for plan in curve.plans])
    total = float(situation.people_here.sum())
    frame = pd.DataFrame(
        {
            "covered": people,
            "share": people / total if total > 0 else np.nan,
            "gained": np.append(np.nan, np.diff(people)),
            "gap": [plan.gap for plan in curve.plans],
        }
    )
    return frame.set_axis([str(count) for count in curve.new_sites])


def decision(situation: Situation) -> pd.DataFrame:
    """Alternatives, choices that none beats, and new sites that are worth it, counted."""
    rows = {"alternatives": len(situation.alternatives.plans), "stop": _stop_at(situation)}
    if situation.frontier is not None:
        rows["unbeaten"] = len(situation.frontier.points)
    return pd.DataFrame({"number": pd.Series(rows, dtype="int64")})


def _stop_at(situation: Situation) -> int:
    """The last number of new sites of which one more is still worth it."""
    frame = stop_curve(situation)
    enough = frame.index[frame["gained"] >= situation.params.worthwhile_persons]
    return int(enough[-1] if len(enough) else frame.index[0])


def frontier(situation: Situation) -> pd.DataFrame | None:
    """Every choice that none beats in both people covered and the worst area's share; None with fewer than two areas."""
    found = situation.frontier
    if found is None:
        return None
    best, weight = situation.proposal, found.people_of_unit
    overall = float(weight @ np.nan_to_num(found.points[0].shares)) / float(weight.sum())
    rows = [
        {
            "covered": situation.people_covered(point.chosen),
            "area": situation.area_name(int(np.nanargmin(point.shares))),
            "worst": point.worst,
            "severity": point.shortfall(max(overall, 1e-9), weight),
            "exchanged": int((point.chosen & ~best.chosen).sum()),
            "proven": "yes" if point.proven else "no",
        }
        for point in found.points
    ]
    frame = pd.DataFrame(rows, index=[str(at + 1) for at in range(len(rows))])
    frame.insert(1, "price", frame["covered"].iloc[0] - frame["covered"])
    return frame


def alternatives(situation: Situation) -> pd.DataFrame:
    """Choices nearly as good, best first, with the sites that each has and the proposal has not."""
    found = situation.alternatives
    best = found.plans[0]
    people = [situation.people_covered(plan.chosen) for plan in found.plans]
    rows = [
        {
            "covered": covered,
            "lost": people[0] - covered,
            "exchanged": int((plan.chosen & ~best.chosen).sum()),
            "sites": _listed(situation, plan),
        }
        for covered, plan in zip(people, found.plans, strict=True)
    ]
    return pd.DataFrame(rows, index=[str(at + 1) for at in range(len(rows))])


def _listed(situation: Situation, plan: Coverage) -> str:
    return ", ".join(situation.sites.loc[plan.chosen & ~situation.stands, "site_id"].astype(str))


def scenarios(situation: Situation) -> pd.DataFrame | None:
    """The proposal, and the choice of least regret, if only some of the people count; None with fewer than two scenarios."""
    least = situation.least_regret
    if least is None:
        return None
    proposal = situation.covered(situation.proposal.chosen)
    rows = {}
    for at, (name, people) in enumerate(situation.scenarios.items()):
        best, mine = least.best[at].value, float(people[proposal].sum() / people.sum())
        rows[name] = {
            "persons": float(people.sum()),
            "best": best,
            "proposal": mine,
            "regret": 100.0 * (best - mine),
            "least": float(least.covered[at]),
            "least_regret": 100.0 * float(least.regret[at]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def access(situation: Situation) -> pd.DataFrame:
    """Supply a person before and after, by sub-district and in the district."""
    before, after = situation.supplied_now, situation.supplied_then
    unit, inside = situation.residents.unit, situation.residents.inside
    rows = {}
    for position, code in enumerate([*situation.units.codes, DISTRICT_ROW]):
        here = inside if code == DISTRICT_ROW else unit == position
        rows[code] = {
            f"{name}_{when}": value
            for when, catchment in (("before", before), ("after", after))
            for name, value in access_of(situation, catchment, here).items()
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    for name in ("per_100", "none", "gini"):
        frame[f"{name}_change"] = frame[f"{name}_after"] - frame[f"{name}_before"]
    frame["none_change"] *= 100.0
    return frame


def ledger(situation: Situation) -> pd.DataFrame:
    """Where people and supply are, before and after."""
    parts = {
        when: accounts_of(catchment, situation.persons, situation.residents.inside, situation.unsnapped)
        for when, catchment in (("before", situation.supplied_now), ("after", situation.supplied_then))
    }
    return pd.DataFrame(
        {f"{name}_{when}": part[name] for name in ("persons", "supply") for when, part in parts.items()}
    )


def access_of(situation: Situation, catchment: Catchment, here: Mask) -> dict[str, float]:
    """Mean supply of a hundred people, share of people with none in reach, and Gini, of some points."""
    known = here & np.isfinite(catchment.access) & (situation.persons > 0)
    people, access = situation.persons[known], catchment.access[known]
    total = float(people.sum())
    if total <= 0:
        return dict.fromkeys(("per_100", "none", "gini"), float("nan"))
    return {
        "per_100": 100.0 * float(people @ access) / total,
        "none": float(people[access <= 0].sum()) / total,
        "gini": float(gini(access, people)) if (access > 0).any() else float("nan"),
    }


def candidates(situation: Situation) -> pd.DataFrame:
    """One row a candidate, left out or not."""
    table = situation.premises.table
    found = pd.DataFrame(
        {
            "subdistrict": table["subdistrict_code"].map(situation.units.names).to_numpy(),
            "premises": table["premises"].astype(str).to_numpy(),
            "area": table["floor_area_m2"].astype("float64").to_numpy(),
            "status": _status(situation).to_numpy(),
        },
        index=table["site_id"].astype(str),
    )
    people = situation.people_here
    near = pd.Series(people @ situation.near, index=situation.sites["site_id"].astype(str))
    found["near"] = near.reindex(found.index).to_numpy(dtype=np.float64)
    return found.rename_axis(None)


def _status(situation: Situation) -> pd.Series:
    """``proposed``, ``alternative``, ``possible``, or why a candidate is left out."""
    table = situation.premises.table
    ids = table["site_id"].astype(str)
    often = situation.sites["site_id"].astype(str)[situation.alternatives.frequency > 0]
    status = table["reason"].mask(table["reason"] == "", "possible")
    status = status.mask((status == "possible") & ids.isin(often), "alternative")
    return status.mask(ids.isin(proposed(situation)), "proposed")


def left_out(situation: Situation) -> pd.DataFrame:
    """Candidates by why they are left out, those that may be chosen, and all of them."""
    reasons = situation.premises.table["reason"]
    rows = {"all": len(reasons), "open": int((reasons == "").sum())}
    rows |= {reason: int((reasons == reason).sum()) for reason in REASONS if (reasons == reason).any()}
    return pd.DataFrame({"candidates": pd.Series(rows, dtype="int64")})
