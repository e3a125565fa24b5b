"""The tables on the five linked kinds of bed, cut at the last day of the records."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.bed_effects import BedEffects
from jingan_analysis.demo.bed_movements import SIGNING, Beds, Request, move_people, stay_table
from jingan_analysis.demo.bed_places import BedPlaces, bed_settings, build_institutions, comparison_table
from jingan_analysis.demo.places import Places
from jingan_analysis.demo.relief_services import window

_SERVICES = ("assessment", "doctor_visit", "nursing", "rehabilitation", "medication")
_SERVICES_FROM = "2024-01-01"


def link_beds(places: Places, effects: BedEffects, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make the eight tables on linked beds; other seeds and effects make other districts of the same kind."""
    beds = build_institutions(places, effects, seed)
    state = move_people(places, beds, effects, seed)
    random = stream("bed records", seed)
    last = int((window()[1] - beds.months[0]).astype(np.int64))
    stays = stay_table(state)
    stays = stays[stays["start"] <= last].assign(end=lambda table: table["end"].where(table["end"] <= last))
    codes = [unit.code for unit in places.units]
    contracts = _contracts(state, stays, last)
    return {
        "institutions": beds.table,
        "bed_stock": _stock(beds, stays, last),
        "bed_episodes": _episodes(state, stays, codes),
        "bed_requests": _requests(state, codes, last, random),
        "bed_contracts": _contract_table(state, contracts, codes),
        "bed_services": _services(state, contracts, last, random),
        "data_links": _links(state, contracts, last, random),
        "comparison_occupancy": comparison_table(window()[1], seed),
    }


def _person(numbers: pd.Series) -> pd.Series:
    return numbers.map(lambda number: f"L{number + 1:05d}")


def _days(state: Beds, days: pd.Series) -> pd.Series:
    """Days since the first one as dates; empty text where there is none."""
    known = days.notna()
    dates = state.places.months[0] + days.where(known, 0).astype(np.int64).to_numpy().astype("timedelta64[D]")
    return pd.Series(np.where(known, dates.astype(str), ""), index=days.index)


def _home(state: Beds, persons: pd.Series, codes: list[str]) -> pd.Series:
    return persons.map(lambda number: codes[state.home[number]])


def _episodes(state: Beds, stays: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    table = stays.sort_values(["start", "person", "kind"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "episode_id": [f"S{number + 1:05d}" for number in range(len(table))],
            "person_id": _person(table["person"]),
            "subdistrict_code": _home(state, table["person"], codes),
            "bed_type": table["kind"],
            "inst_id": table["inst"].map(state.places.table["inst_id"]),
            "started_on": _days(state, table["start"]),
            "ended_on": _days(state, table["end"]),
            "end_reason": table["reason"].where(table["end"].notna(), ""),
            "care_grade": table["person"].map(lambda number: state.grade[number]),
        }
    )


def _stock(beds: BedPlaces, stays: pd.DataFrame, last: int) -> pd.DataFrame:
    """Bed-days by institution, month and kind: nights of the stays, the first one counted and the last one not."""
    starts = (beds.months - beds.months[0]).astype(np.int64)
    pieces = []
    end = stays["end"].fillna(last + 1).to_numpy()
    begin = stays["start"].to_numpy()
    for place, first in enumerate(starts.tolist()):
        if first > last:
            break
        until = int(starts[place + 1])
        nights = np.clip(np.minimum(end, until) - np.maximum(begin, first), 0, None)
        middle = (begin <= first + 14) & (end > first + 14)
        for kind, counts in beds.beds.items():
            mine = (stays["kind"] == kind).to_numpy()
            size = len(counts)
            rows = pd.DataFrame(
                {
                    "inst_id": beds.table["inst_id"],
                    "month": str(beds.months[place].astype("datetime64[M]")),
                    "bed_type": kind,
                    "beds_usable": counts[:, place],
                    "usable_bed_days": counts[:, place] * (until - first),
                    "occupied_bed_days": np.bincount(stays["inst"][mine], nights[mine], size).astype(np.int64),
                    "occupied_mid_month": np.bincount(stays["inst"][mine], middle[mine], size).astype(np.int64),
                }
            )
            pieces.append(rows[rows["beds_usable"] > 0])
    return pd.concat(pieces, ignore_index=True)


def _requests(state: Beds, codes: list[str], last: int, random: np.random.Generator) -> pd.DataFrame:
    """Requests of the records, those from home that came to nothing among them; those that end later are still open."""
    table = pd.DataFrame([vars(one) for one in (*state.requests, *_in_vain(state, random))])
    table = table[(table["day"] >= 0) & (table["day"] <= last)]
    table = table.sort_values(["day", "person", "to_kind", "end"], kind="stable", ignore_index=True)
    ended = table["end"] <= last
    assessed = table["day"] + np.minimum(table["end"] - table["day"], random.integers(0, 6, len(table)))
    return pd.DataFrame(
        {
            "request_id": [f"Q{number + 1:05d}" for number in range(len(table))],
            "person_id": _person(table["person"]),
            "subdistrict_code": _home(state, table["person"], codes),
            "from_type": table["from_kind"],
            "to_type": table["to_kind"],
            "requested_on": _days(state, table["day"]),
            "assessed_on": _days(state, assessed.where(assessed <= last)),
            "ended_on": _days(state, table["end"].where(ended)),
            "outcome": table["outcome"].where(ended, ""),
            "green_channel": table["green"],
        }
    )


def _in_vain(state: Beds, random: np.random.Generator) -> list[Request]:
    """Requests from home that were refused, withdrawn or ended by death: people who never had a bed."""
    declared = state.settings["requests"]
    found = []
    days = int((state.places.months[-1] - state.places.months[0]).astype(np.int64))
    for kind in SIGNING:
        moved = sum(one.from_kind == "" and one.to_kind == kind for one in state.requests)
        granted = declared["granted_per_day"][kind]
        shares = {name: declared[name] for name in ("refused", "withdrawn")} | {"died": declared["died"][kind]}
        mean = 1 / (granted * (1 + sum(shares.values())))
        for outcome, share in shares.items():
            for _ in range(int(random.poisson(moved * share))):
                person, day = len(state.home), int(random.integers(0, days))
                state.home.append(int(state.units[person]))
                wait = int(random.exponential(mean))
                found.append(Request(person, "", kind, day, day + wait, outcome, green=False))
    return found


def _contracts(state: Beds, stays: pd.DataFrame, last: int) -> pd.DataFrame:
    """Contracts by person; one ends when the person leaves the last bed."""
    rows = [(person, day, inst) for person, (day, inst) in state.signed.items() if day <= last]
    table = pd.DataFrame(rows, columns=["person", "signed", "inst"])
    left = stays.assign(end=stays["end"].fillna(np.inf)).groupby("person")["end"].max().reindex(table["person"])
    table["ended"] = left.replace(np.inf, np.nan).to_numpy()
    # Who left before the day of signing never signed.
    return table[~(table["ended"] < table["signed"])].sort_values(["signed", "person"], ignore_index=True)


def _contract_table(state: Beds, contracts: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "contract_id": [f"K{number + 1:05d}" for number in range(len(contracts))],
            "person_id": _person(contracts["person"]),
            "subdistrict_code": _home(state, contracts["person"], codes),
            "inst_id": contracts["inst"].map(state.places.table["inst_id"]),
            "signed_on": _days(state, contracts["signed"]),
            "ended_on": _days(state, contracts["ended"]),
        }
    )


def _services(state: Beds, contracts: pd.DataFrame, last: int, random: np.random.Generator) -> pd.DataFrame:
    """Services to people with a contract; some never get one."""
    coverage = bed_settings()["coverage"]
    first = int((np.datetime64(_SERVICES_FROM) - state.places.months[0]).astype(np.int64))
    begin = contracts["signed"].clip(lower=first)
    days = (contracts["ended"].fillna(last) - begin).clip(lower=0).to_numpy()
    rate = coverage["services_per_month"] / 30.4 * (random.random(len(contracts)) >= coverage["no_service_chance"])
    counts = random.poisson(rate * days)
    whose = np.repeat(np.arange(len(contracts)), counts)
    on = np.floor(begin.to_numpy()[whose] + random.random(len(whose)) * days[whose]).astype(np.int64)
    table = pd.DataFrame({"person": contracts["person"].to_numpy()[whose], "day": on})
    table["kind"] = np.array(_SERVICES)[random.integers(0, len(_SERVICES), len(table))]
    table = table.sort_values(["day", "person", "kind"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "service_id": [f"V{number + 1:06d}" for number in range(len(table))],
            "person_id": _person(table["person"]),
            "done_on": _days(state, table["day"]),
            "kind": table["kind"],
        }
    )


def _links(state: Beds, contracts: pd.DataFrame, last: int, random: np.random.Generator) -> pd.DataFrame:
    """Records of people whose contract is in force on the last day; one institution seldom matches them."""
    coverage = bed_settings()["coverage"]
    now = contracts[contracts["ended"].isna()].sort_values("person", ignore_index=True)
    health = random.random(len(now)) < coverage["linked_chance"]
    stale_inst = now["inst"].mode().iloc[0]
    fresh = np.where(now["inst"] == stale_inst, coverage["fresh_chance_in_first"], coverage["fresh_chance"])
    is_fresh = random.random(len(now)) < fresh
    ago: NDArray[np.int64] = np.where(is_fresh, random.integers(0, 8, len(now)), random.integers(8, 120, len(now)))
    return pd.DataFrame(
        {
            "person_id": _person(now["person"]),
            "civil_record": True,
            "health_record": health,
            "synced_on": _days(state, pd.Series(last - ago).where(pd.Series(health))),
        }
    )
