"""Who could be paired with whom: the best pairing by walks, what it would break, and where volunteers are short."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.models.pairing import pair
from jingan_analysis.models.pairing_candidates import NOBODY, Candidates, candidates
from jingan_analysis.models.pairing_curve import pairing_curve
from jingan_analysis.models.pairing_more_volunteers import more_volunteers
from jingan_analysis.studies.committee_centres import committee_centres
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.studies.volunteer_pairing_records import PROGRAMME_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.models.pairing import Pairing
    from jingan_analysis.models.pairing_more_volunteers import MoreVolunteers
    from jingan_analysis.studies.residents import Residents
    from jingan_analysis.studies.volunteer_pairing_records import BefriendingRecords
    from jingan_analysis.studies.walking import Walking

    Integers = NDArray[np.int64]

_MM_A_METRE = 1000.0


@dataclass(frozen=True)
class Ground:
    """Who takes part, and how far they live from each other.

    Attributes
    ----------
    places
        One row a place that an older person should have with a volunteer, two for those whom both programmes look after:
        ``person_id``, ``subdistrict_code``, ``point`` (position of the home), ``programme`` (only volunteers of it; missing
        for any) and ``existing`` (row of ``volunteers``, -1 for none).
    volunteers
        Active volunteers with a home: ``point``, ``max_load`` (NaN where nobody asked), ``subdistrict_code``, ``programme``.
    elder, volunteer, walk_mm
        Allowed pairs by row of ``places`` and ``volunteers`` and the walk between the two homes, shape (e,) each.
    committee_ids, committee, committee_elder
        Committees, and which place a new volunteer in which committee could take, by position.
    unasked
        Older people that a volunteer is taken to be ready for who was never asked.
    from_committee
        People whose home is not known, so that the middle of their committee stands for it.
    left_out
        Older people on the list, and active volunteers, of whom not even that is known.
    """

    places: pd.DataFrame
    volunteers: pd.DataFrame
    elder: Integers
    volunteer: Integers
    walk_mm: Integers
    committee_ids: NDArray[np.object_]
    committee: Integers
    committee_elder: Integers
    unasked: int
    from_committee: int
    left_out: int

    @property
    def can_pair(self) -> bool:
        """Whether anybody could be paired with anybody."""
        return len(self.places) > 0 and len(self.volunteers) > 0

    @cached_property
    def _allowed(self) -> Candidates:
        """The allowed pairs, with as many places as each volunteer is ready for."""
        return candidates(
            self.elder, self.volunteer, self.walk_mm,
            capacity=self._places(None), existing=self.places["existing"].to_numpy(dtype=np.int64),
        )  # fmt: skip

    def _places(self, most: int | None) -> Integers:
        """Places of each volunteer: no more than they are ready for, and than ``most``, shape (m,)."""
        known = "max_load" in self.volunteers
        ready = (
            self.volunteers["max_load"].to_numpy(dtype=np.float64) if known else np.full(len(self.volunteers), np.nan)
        )
        asked = np.where(np.isnan(ready), self.unasked, ready)
        return np.minimum(asked, np.inf if most is None else most).astype(np.int64)

    def problem(self, most: int | None) -> Candidates:
        """Candidates where a volunteer has at most so many, and no more than they are ready for; None for the latter alone."""
        return replace(self._allowed, capacity=self._places(most))


def ground(
    records: BefriendingRecords,
    residents: Residents,
    points: pd.DataFrame,
    walking: Walking,
    *,
    walk_speed_mps: float,
    longest_minutes: float,
    kept_minutes: float,
    unasked: int,
) -> Ground:
    """Find homes and walks.

    Parameters
    ----------
    points
        The table ``demand_points``, in the order of ``residents``.
    longest_minutes, kept_minutes
        Longest walk of a new pair, and of one that exists and may be kept.
    unasked
        Older people that a volunteer is taken to be ready for who was never asked.
    """
    centre = committee_centres(points)
    listed, guessed_elders = _at_home(records.listed, points, centre)
    active, guessed_volunteers = _at_home(records.active, points, centre)
    missing = len(records.listed) + len(records.active) - len(listed) - len(active)
    places = _places(records, listed, active)
    limit = reach_mm(walk_speed_mps, longest_minutes)
    homes, home_of = np.unique(active["point"], return_inverse=True)
    walks = _walks(residents, homes, walking, reach_mm(walk_speed_mps, max(longest_minutes, kept_minutes)))
    new, old = _new_pairs(walks, places, active, home_of, limit), _far_pairs(walks, places, home_of, limit)
    elder, volunteer, walk = (np.concatenate(both) for both in zip(new, old, strict=True))
    to_centres = _walks(residents, centre.to_numpy(), walking, limit)
    point = places["point"].to_numpy()
    committee_elder, committee, _ = _people_of(to_centres, point, np.arange(len(centre)))
    return Ground(
        places, active, elder, volunteer, walk, centre.index.to_numpy(dtype=object), committee, committee_elder,
        unasked=unasked, from_committee=guessed_elders + guessed_volunteers, left_out=missing,
    )  # fmt: skip


def _at_home(people: pd.DataFrame, points: pd.DataFrame, centre: pd.Series) -> tuple[pd.DataFrame, int]:
    """People with the position of their home, and for how many the middle of their committee stands for it."""
    nowhere = pd.Series(np.nan, index=people.index)
    ids = people.get("point_id", nowhere)
    committees = people.get("committee_id", nowhere)
    found = pd.Index(points["point_id"]).get_indexer(pd.Index(ids)).astype("float64")
    known = pd.Series(found, index=people.index).where(ids.notna() & (found >= 0))
    position = known.fillna(committees.map(centre).astype("float64"))
    there = position.notna()
    placed = people[there].assign(point=position[there].astype("int64"))
    return placed, int((there & known.isna()).sum())


def _places(records: BefriendingRecords, listed: pd.DataFrame, active: pd.DataFrame) -> pd.DataFrame:
    """One place an older person and volunteer at present, and one for everybody without."""
    pairs = records.lasting[records.lasting["person_id"].isin(listed.index)]
    # Two pairs of one programme are one place: the longer one stays.
    pairs = pairs.sort_values(["person_id", "paired_on"], kind="stable").drop_duplicates(["person_id", "programme"])
    pairs = pairs[pairs["vol_id"].isin(active.index)]
    in_both = pairs.groupby("person_id")["programme"].transform("nunique") > 1
    now = pd.DataFrame(
        {
            "person_id": pairs["person_id"],
            "programme": pairs["programme"].astype(object).where(in_both, None),
            "existing": active.index.get_indexer(pd.Index(pairs["vol_id"])),
        }
    )
    without = listed.index.difference(pd.Index(pairs["person_id"]), sort=False)
    new = pd.DataFrame({"person_id": without, "programme": None, "existing": NOBODY})
    places = pd.concat([now, new], ignore_index=True).sort_values("person_id", kind="stable", ignore_index=True)
    return places.join(listed[["subdistrict_code", "point"]], on="person_id")


def _walks(residents: Residents, position: Integers, walking: Walking, cutoff_mm: int) -> TravelCosts:
    """Walks from every demand point to some of them."""
    names = [str(number) for number in position]
    sites = pd.DataFrame({"point": names, "x_m": residents.xy_m[position, 0], "y_m": residents.xy_m[position, 1]})
    return walking.costs(residents, sites, "point", cutoff_mm)


def _new_pairs(
    walks: TravelCosts, places: pd.DataFrame, active: pd.DataFrame, home_of: Integers, limit_mm: int
) -> tuple[Integers, Integers, Integers]:
    """Pairs within the limit; a place of one programme only with its volunteers."""
    elder, volunteer, walk = _people_of(walks.within(limit_mm), places["point"].to_numpy(), home_of)
    number = {code: place for place, code in enumerate(PROGRAMME_CODES)}
    only = places["programme"].map(number).fillna(-1).to_numpy(dtype=np.int64)[elder]
    fits = (only < 0) | (only == active["programme"].map(number).to_numpy()[volunteer])
    return elder[fits], volunteer[fits], walk[fits]


def _far_pairs(
    walks: TravelCosts, places: pd.DataFrame, home_of: Integers, limit_mm: int
) -> tuple[Integers, Integers, Integers]:
    """Pairs that exist beyond the limit, as far as was searched: they may be kept."""
    elder = np.flatnonzero(places["existing"] >= 0)
    volunteer = places["existing"].to_numpy(dtype=np.int64)[elder]
    asked = pd.DataFrame(
        {"from": places["point"].to_numpy()[elder], "to": home_of[volunteer], "elder": elder, "volunteer": volunteer}
    )
    table = pd.DataFrame({"from": walks.origin, "to": walks.destination, "walk": walks.distance_mm})
    found = asked.merge(table[table["walk"] > limit_mm], on=["from", "to"])
    return tuple(found[name].to_numpy(dtype=np.int64) for name in ("elder", "volunteer", "walk"))  # type: ignore[return-value]


def _people_of(walks: TravelCosts, elders_at: Integers, others_at: Integers) -> tuple[Integers, Integers, Integers]:
    """From walks between places to pairs of people there: positions in ``elders_at`` and ``others_at``, and the walk."""
    elders, first_elder, elder_count = _by_place(elders_at, walks.n_origins)
    others, first_other, other_count = _by_place(others_at, walks.n_destinations)
    each = other_count[walks.destination]
    sizes = elder_count[walks.origin] * each
    row = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    elder = elders[first_elder[walks.origin[row]] + within // each[row]]
    other = others[first_other[walks.destination[row]] + within % each[row]]
    return elder, other, walks.distance_mm[row]


def _by_place(place: Integers, count: int) -> tuple[Integers, Integers, Integers]:
    """People in order of their place, where each place begins, and how many it has."""
    counts = np.bincount(place, minlength=count)
    return np.argsort(place, kind="stable"), np.cumsum(counts) - counts, counts


@dataclass(frozen=True)
class Decision:
    """Best pairings of several scenarios.

    Attributes
    ----------
    ground
        Who takes part.
    limits
        Most older people of a volunteer by scenario; None stands for as many as each is ready for. The first is the main
        one.
    price_mm
        Walk that must be saved for each broken pair.
    prices_mm
        Prices of the table of prices.
    new_places
        Older people that a new volunteer would have, by scenario.
    """

    ground: Ground
    limits: Mapping[str, int | None]
    price_mm: int
    prices_mm: tuple[int, ...]
    new_places: Mapping[str, int]

    @cached_property
    def pairings(self) -> dict[str, Pairing]:
        """The best pairing of each scenario."""
        return {name: pair(self.ground.problem(most), self.price_mm) for name, most in self.limits.items()}

    @cached_property
    def more(self) -> dict[str, MoreVolunteers]:
        """The fewest volunteers more of each scenario, by committee."""
        place = self.ground
        return {
            name: more_volunteers(
                self.pairings[name].problem, place.committee, place.committee_elder,
                committees=len(place.committee_ids), places=self.new_places[name],
            )
            for name in self.limits
        }  # fmt: skip

    @property
    def main(self) -> str:
        """The main scenario."""
        return next(iter(self.limits))


def by_scenario(decision: Decision) -> pd.DataFrame:
    """What each scenario gives: one row a scenario, ``now`` first.

    Columns ``places`` of volunteers, ``wanted`` by older people, what becomes of these (``kept``, ``moved``, ``new``,
    ``no_volunteer_near``, ``no_room``), ``mean_walk_m`` of pairs, ``more_volunteers`` that would give everybody within
    reach of a committee a place, and ``still_without``, for whom none would.
    """
    place = decision.ground
    wanted, has = len(place.places), place.places["existing"].to_numpy() >= 0
    any_problem = decision.pairings[decision.main].problem
    walks = any_problem.cost[any_problem.is_existing]
    rows: dict[str, dict[str, float]] = {
        "now": {
            "places": np.nan, "wanted": wanted, "kept": int(has.sum()), "moved": 0, "new": 0,
            "no_volunteer_near": np.nan, "no_room": np.nan, "unpaired": int((~has).sum()),
            "mean_walk_m": float(walks.mean()) / _MM_A_METRE if len(walks) else np.nan,
        }
    }  # fmt: skip
    for name, found in decision.pairings.items():
        more = decision.more[name]
        rows[name] = {
            "places": int(found.problem.capacity.sum()),
            "wanted": wanted,
            "kept": int(found.kept.sum()),
            "moved": int(found.moved.sum()),
            "new": int(found.newly_paired.sum()),
            "no_volunteer_near": int(found.no_candidate.sum()),
            "no_room": int(found.no_capacity.sum()),
            "unpaired": int((~found.paired).sum()),
            "mean_walk_m": float(np.nanmean(found.walk)) / _MM_A_METRE if found.paired.any() else np.nan,
            "more_volunteers": more.total,
            "still_without": int(more.nowhere.sum()) + more.beyond_places,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def by_price(decision: Decision) -> pd.DataFrame:
    """The main scenario at several prices of a broken pair; the last row breaks as few as can be.

    Columns ``price_mm`` (NaN in the last row), ``broken``, ``mean_walk_m``, and ``saved_m`` for each pair broken beyond those
    that must be.
    """
    main = decision.pairings[decision.main]
    curve = pairing_curve(main.problem, decision.prices_mm, known=main)
    beyond = np.where(curve.broken_for_it > 0, curve.broken_for_it, np.nan)
    return pd.DataFrame(
        {
            "price_mm": [*curve.price[:-1].astype(np.float64), np.nan],
            "broken": curve.broken,
            "mean_walk_m": curve.walking / max(curve.paired, 1) / _MM_A_METRE,
            "saved_m": curve.saved / beyond / _MM_A_METRE,
        }
    )


def by_unit(decision: Decision, codes: Sequence[str], committee_units: pd.Series) -> pd.DataFrame:
    """Where places are wanted, left without and volunteers missing, by sub-district; the district last.

    Columns ``wanted`` and ``unpaired`` (older people of the sub-district, main scenario), and ``more_<scenario>``, volunteers
    more in its committees.
    """
    found = decision.pairings[decision.main]
    unit = decision.ground.places["subdistrict_code"]
    frame = pd.DataFrame(
        {"wanted": unit.value_counts(), "unpaired": unit[~found.paired].value_counts()}, index=list(codes)
    )
    for name, more in decision.more.items():
        added = pd.Series(more.added, index=decision.ground.committee_ids)
        frame[f"more_{name}"] = added.groupby(committee_units.reindex(added.index)).sum()
    frame = frame.fillna(0).astype("int64")
    frame.loc[DISTRICT_ROW] = frame.sum()
    return frame


def by_committee(decision: Decision) -> pd.DataFrame:
    """Committees that need volunteers in the main scenario, most first: ``more``, by committee."""
    more = decision.more[decision.main]
    frame = pd.DataFrame({"more": more.added}, index=[str(code) for code in decision.ground.committee_ids])
    return frame[frame["more"] > 0].sort_values("more", ascending=False, kind="stable")
