"""Who eats at canteens: persons counted once, as a share of the older residents of their sub-district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.canteen_use import MODES
from jingan_analysis.measures.rates import wilson_rates
from jingan_analysis.models.holm import holm
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from jingan_analysis.studies.period import Period

MEALS_BY_MODE = [f"{mode}_meals" for mode in MODES]


@dataclass(frozen=True)
class Diners:
    """Older people who ate at the district's canteens in the twelve months.

    Attributes
    ----------
    visits
        One row a person and canteen: ``person_id``, ``site_id`` and meals by mode.
    persons
        One row a person: ``subdistrict_code`` of the home (empty if unknown or outside) and ``meals`` at all canteens.
    left_out
        What is counted apart, by reason.
    """

    visits: pd.DataFrame
    persons: pd.DataFrame
    left_out: dict[str, int]


def diners_of(table: pd.DataFrame, own_sites: Collection[str], window: Period, age_from_years: int) -> Diners | None:
    """Older diners of the twelve months, each once; None where the table holds no row for these twelve months.

    A person's home and year of birth are those of the row with most meals. Who reaches the age in the calendar year of the
    last day counts as old enough.
    """
    of_year = table["year_to"] == pd.Timestamp(window.end)
    own = table["site_id"].isin(set(own_sites))
    rows = table[of_year & own].assign(meals=lambda found: found[MEALS_BY_MODE].sum(axis=1))
    if rows.empty:
        return None
    rows = rows.sort_values(["person_id", "meals", "site_id"], ascending=[True, False, True])
    first = rows.drop_duplicates("person_id").set_index("person_id")
    age = window.end.year - first["birth_year"].astype("float64")
    if age_from_years == 0:
        older, unknown = pd.Series(True, index=first.index), pd.Series(False, index=first.index)
    else:
        older, unknown = age >= age_from_years, age.isna()
    homes = rows.groupby("person_id")["subdistrict_code"].nunique()
    visits = rows[rows["person_id"].isin(first.index[older])]
    persons = first.loc[older, ["subdistrict_code"]].assign(meals=visits.groupby("person_id")["meals"].sum())
    left_out = {
        "diners_other_year": int((~of_year).sum()),
        "diners_elsewhere": int((of_year & ~own).sum()),
        "diners_age_unknown": int(unknown.sum()),
        "diners_younger": int((~older & ~unknown).sum()),
        "diners_two_homes": int((homes[persons.index] > 1).sum()),
        "diners_home_unknown": int(persons["subdistrict_code"].isna().sum()),
    }
    return Diners(visits[["person_id", "site_id", *MEALS_BY_MODE]], persons, left_out)


def penetration(
    diners: Diners, older_by_row: pd.Series, codes: Sequence[str], *, regular_meals: float, confidence: float
) -> pd.DataFrame:
    """Older diners as a share of the older residents, by sub-district of the home and for all of them.

    ``p_value`` tests a sub-district against all others together (score test of two shares), adjusted by Holm for as many
    tests as there are sub-districts. Meals per diner and regular diners are of the same persons. Where more diners than residents are on record, both can
    not be right and no share is given. The interval (Wilson) takes persons as independent.

    Parameters
    ----------
    older_by_row
        Older residents by sub-district and in the row of the district.
    regular_meals
        Meals in the year from which a diner is regular.
    """
    known = diners.persons[diners.persons["subdistrict_code"].isin(list(codes))]
    counted = pd.DataFrame(
        {"diners": 1, "meals": known["meals"], "regulars": known["meals"] >= regular_meals},
        index=known.index,
    )
    frame = counted.groupby(known["subdistrict_code"]).sum().reindex(list(codes), fill_value=0)
    frame.loc[DISTRICT_ROW] = counted.sum()
    frame = frame.astype("float64")
    frame.insert(0, "older_persons", older_by_row.reindex(frame.index).to_numpy(dtype=np.float64))
    possible = frame["diners"] <= frame["older_persons"]
    rates = wilson_rates(frame["diners"].where(possible, 0), frame["older_persons"], confidence=confidence)
    for name, values in (("share", rates.share), ("lower", rates.lower), ("upper", rates.upper)):
        frame[name] = np.where(possible, values, np.nan)
    regular = wilson_rates(frame["regulars"], frame["diners"], confidence=confidence)
    return frame.assign(
        p_value=_against_the_others(frame),
        meals_per_diner=frame["meals"] / frame["diners"].replace(0, np.nan),
        regular_share=regular.share,
    )


def _against_the_others(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Adjusted p values of each sub-district against the others; NaN for the district and where there is no test."""
    from scipy.stats import norm  # heavy

    having, persons = (frame[name].to_numpy(dtype=np.float64) for name in ("diners", "older_persons"))
    having, persons = np.where(np.isnan(frame["share"]), np.nan, having), persons.copy()
    others, rest = having[-1] - having, persons[-1] - persons
    pooled = having[-1] / persons[-1] if persons[-1] else np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(pooled * (1.0 - pooled) * (1.0 / persons + 1.0 / rest))
        score = (having / persons - others / rest) / error
    p_values = 2.0 * norm.sf(np.abs(score))
    p_values[-1] = np.nan
    return holm(p_values)


def meals_on_record(diners: Diners, meals: pd.DataFrame) -> pd.DataFrame:
    """Meals served to older people by mode, and those of diners on record; all modes in the last row.

    Parameters
    ----------
    meals
        Rows of the meals of the same canteens and months.
    """
    served = meals.groupby("mode", observed=True)["elder_meals"].sum()
    frame = pd.DataFrame(
        {
            "served": [float(served.get(mode, 0)) for mode in MODES],
            "on_record": diners.visits[MEALS_BY_MODE].sum().to_numpy(dtype=np.float64),
        },
        index=list(MODES),
    )
    frame.loc["all"] = frame.sum()
    frame = frame[(frame > 0).any(axis=1)]
    return frame.assign(without=frame["served"] - frame["on_record"])


def older_by_row(older: NDArray[np.float64], unit: NDArray[np.int64], codes: Sequence[str]) -> pd.Series:
    """Older residents by sub-district and of the district, from those of each point (unit -1 is outside)."""
    inside = unit >= 0
    sums = np.bincount(unit[inside], older[inside], len(codes))
    return pd.Series(np.append(sums, sums.sum()), index=[*codes, DISTRICT_ROW])
