"""What is told of the supply of spots, from the files of a district by plain loops: as for canteens, with other sites."""

from __future__ import annotations

import csv
import datetime as dt
import math

import naive_canteen_reach as naive
import naive_robustness
import naive_walkers
from naive_walks import TO_METRES, population

NEAR_MM = 5 * 60_000


class SpotGround(naive.Ground):
    """Nearby spots in place of canteens; each counts one."""

    limit_mm = NEAR_MM

    def places(self, folder):
        with (folder / "service_points.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["kind"] == "remote_spot"]
        open_rows = [
            row
            for row in rows
            if (not row["opened_on"] or dt.date.fromisoformat(row["opened_on"]) <= naive.LAST_DAY)
            and (not row["closed_on"] or dt.date.fromisoformat(row["closed_on"]) >= naive.LAST_DAY)
        ]
        found = [
            {
                "id": row["point_id"],
                "unit": row["subdistrict_code"],
                "xy": TO_METRES.transform(float(row["lon"]), float(row["lat"])),
                "daily": 1.0,
            }
            for row in open_rows
        ]
        return found, len(rows) - len(open_rows)


def counts_by_home(ground):
    """Residents of each group at every home; the names are those of the canteens' groups."""
    row_of = {home["id"]: number for number, home in enumerate(ground.homes)}
    names = ("older", "frail", "aged_80_plus", "frail_80_plus", "aged_60_plus")
    found = {name: [0.0] * len(ground.homes) for name in names}
    for row in population(ground.folder, "resident"):
        old, frail = row["age_from_years"] >= 80, row["frailty"] == "frail"
        belongs = {
            "older": True,
            "frail": frail,
            "aged_80_plus": old,
            "frail_80_plus": frail and old,
            "aged_60_plus": row["age_from_years"] >= 60,
        }
        for name, counted in belongs.items():
            found[name][row_of[row["point_id"]]] += row["persons"] if counted else 0.0
    return found


def tables(ground):
    """The tables on supply by name, for all residents of the district."""
    persons = counts_by_home(ground)
    everybody = persons["older"]
    places = {code: [i for i, home in enumerate(ground.homes) if home["unit"] == code] for code in ground.names}
    places["district"] = focus = [i for i, home in enumerate(ground.homes) if home["unit"]]
    access, nobody = naive.meals_in_reach(ground, everybody)
    known = [i for i in focus if access[i] is not None and everybody[i] > 0]
    line = naive.mean([access[i] for i in known], [everybody[i] for i in known]) / 2
    means = {
        code: 10_000 * naive.mean([access[i] for i in here if access[i] is not None], [everybody[i] for i in here])
        for code, here in places.items()
        if code != "district"
    }
    groups = {name: persons[name] for name in ("older", "aged_60_plus", "frail")}
    return {
        **naive_walkers.tables(ground, persons, places, focus),
        **naive_robustness.tables(ground, groups, places),
        "access_clusters": naive.clusters(ground, means),
        "equity": naive.equity(ground, persons, access, known, line),
        "ledger": naive.ledger(ground, everybody, access, nobody),
        "edge": edge(ground, everybody, access, places),
    }


def edge(ground, everybody, access, places):
    """What can be told exactly of the border: who is near it, and reach without and with spots beyond it."""
    near = ground.within(ground.limit_mm)
    rows = {}
    for code, here in places.items():
        at_border = {i for i in here if ground.border_mm[i] <= ground.limit_mm}
        weights = [everybody[i] for i in here]
        estimate = naive.mean([access[i] for i in here], weights) * 10_000

        def share(homes, here=here, weights=weights):
            return naive.mean([float(i in homes) for i in here], weights)

        joined = {i for i in at_border if ground.homes[i]["joined"] is not None}
        rows[code] = {
            "near_border": share(at_border),
            "certain": share(near),
            "possible": share(near | joined),
            # People beyond the border are in the data: nobody unknown comes over, and the worst case is the estimate.
            "worst": estimate,
            "estimate": estimate,
            "best": math.nan,
        }
    return rows
