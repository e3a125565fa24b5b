"""Cases by where people live: a trend in every channel, and what changes where a spot opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import SEED, stream
from jingan_analysis.demo.matters import CHANNELS
from jingan_analysis.demo.units import read_data

ANYWHERE = ("window", "self_service")
"""Channels that people use all over the district: cases of a sub-district's points are not those of its residents."""

_NEVER = 10**6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ChannelEffects:
    """Sizes of what is planted in the table on cases by where people live.

    Attributes
    ----------
    first_month
        First month of the table.
    season
        Cases of each month of the year over those of a usual one, January first.
    yearly_ratio
        Cases of a year over those of the year before, by channel, up to the first month of ``case_counts``; 1 where
        absent.
    window_ratio_with_spot
        Window cases of a committee's residents with a spot of their own, over those without.
    nearby_ratio_without_spot
        Cases at spots of a committee's residents without a spot of their own, over those with one.
    months_to_full_effect
        Months from the opening in which both are reached, in equal steps.
    residence_unknown_chance
        Chance that the residence of a case is not recorded.
    committee_spread
        Standard deviation of the logarithm of each committee's usual level, by channel.
    dispersion
        Variance of the gamma factor of each committee, month and channel, around 1.
    """

    first_month: str
    season: Sequence[float]
    yearly_ratio: Mapping[str, float]
    window_ratio_with_spot: float
    nearby_ratio_without_spot: float
    months_to_full_effect: int
    residence_unknown_chance: float
    committee_spread: float
    dispersion: float


def planted_channel_effects() -> ChannelEffects:
    """Read the effects of the demonstration district."""
    return ChannelEffects(**read_data("planted.toml")["channel_shift"])


def no_channel_effects() -> ChannelEffects:
    """No trend, and nothing changes where a spot opens; season and usual levels stay."""
    return replace(
        planted_channel_effects(), yearly_ratio={}, window_ratio_with_spot=1.0, nearby_ratio_without_spot=1.0
    )


def cases_of_residents(
    counts: pd.DataFrame, points: pd.DataFrame, committees: pd.DataFrame, effects: ChannelEffects, seed: int = SEED
) -> pd.DataFrame:
    """Make the table ``resident_cases``.

    In months of ``case_counts`` its cases are split over the committees: home visits, spots and online within the
    sub-district, windows and machines over the whole district. In earlier months each committee's cases are Poisson
    with a gamma factor.

    Parameters
    ----------
    counts, points
        The tables ``case_counts`` and ``service_points``.
    committees
        ``committee_id``, ``subdistrict_code`` and ``residents``.
    """
    random = stream("resident cases", seed)
    known = sorted(counts["month"].unique())
    months = [str(month) for month in pd.period_range(effects.first_month, known[-1], freq="M")]
    openness = _openness(points, committees["committee_id"], months, effects.months_to_full_effect)
    pieces = []
    for channel in CHANNELS:
        weights = _weights(channel, committees["residents"].to_numpy(), months, known[0], openness, effects, random)
        areas = committees["subdistrict_code"].mask(np.full(len(committees), channel in ANYWHERE), "")
        here = counts[counts["channel"] == channel]
        pieces.append(_counted(channel, weights, areas, here, months, committees["committee_id"], effects, random))
    table = pd.concat(pieces, ignore_index=True)
    return table.sort_values(["month", "committee_id", "channel"], ignore_index=True)


def _openness(points: pd.DataFrame, committees: pd.Series, months: Sequence[str], ramp: int) -> Floats:
    """How far the effect of each committee's own spot has come, from 0 to 1, (n_months, n_committees)."""
    spots = points[(points["kind"] == "remote_spot") & (points["venue"] == "committee")]
    opened = pd.to_datetime(spots["opened_on"]).groupby(spots["committee_id"]).min().reindex(committees)
    first = np.where(opened.isna(), _NEVER, opened.dt.year.fillna(0) * 12 + opened.dt.month.fillna(0))
    here = np.array([int(month[:4]) * 12 + int(month[5:]) for month in months])
    # Spots open in mid-month.
    return np.asarray(np.clip((here[:, None] - first + 0.5) / ramp, 0.0, 1.0))


def _weights(
    channel: str, residents: Floats, months: Sequence[str], anchor: str, openness: Floats, effects: ChannelEffects,
    random: np.random.Generator,
) -> Floats:  # fmt: skip
    """Relative expected cases, (n_months, n_committees)."""
    place = np.arange(len(months)) - months.index(anchor)
    season = np.array([effects.season[int(month[5:]) - 1] for month in months])
    trend = effects.yearly_ratio.get(channel, 1.0) ** (np.minimum(place, 0) / 12)
    level = residents * np.exp(effects.committee_spread * random.standard_normal(len(residents)))
    effect = np.ones_like(openness)
    if channel == "window":
        effect = 1 - (1 - effects.window_ratio_with_spot) * openness
    elif channel == "nearby":
        effect = effects.nearby_ratio_without_spot + (1 - effects.nearby_ratio_without_spot) * openness
    return np.asarray((season * trend)[:, None] * level * effect)


def _counted(
    channel: str, weights: Floats, areas: pd.Series, counts: pd.DataFrame, months: Sequence[str], ids: pd.Series,
    effects: ChannelEffects, random: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Rows of one channel: split where ``case_counts`` knows the month, drawn where it does not."""
    known = np.isin(months, counts["month"].unique())
    found = np.zeros((len(months), len(ids) + 1), dtype=np.int64)
    for area in sorted(areas.unique()):
        inside = np.flatnonzero(areas == area)
        here = counts if area == "" else counts[counts["subdistrict_code"] == area]
        totals = here.groupby("month")["cases"].sum().reindex(list(months), fill_value=0).to_numpy()
        scale = totals[known].sum() / weights[np.ix_(known, inside)].sum()
        for row in range(len(months)):
            chance = weights[row, inside]
            if known[row]:
                lost = random.binomial(totals[row], effects.residence_unknown_chance)
                own = random.multinomial(totals[row] - lost, chance / chance.sum())
            else:
                factor = random.gamma(1 / effects.dispersion, effects.dispersion, len(inside))
                own = random.poisson(chance * scale * (1 - effects.residence_unknown_chance) * factor)
                lost = random.poisson(chance.sum() * scale * effects.residence_unknown_chance)
            found[row, inside] = own
            found[row, -1] += lost
    rows, columns = np.nonzero(found)
    names = np.append(ids.to_numpy(dtype=object), "")
    return pd.DataFrame(
        {
            "month": np.array(months, dtype=object)[rows],
            "committee_id": names[columns],
            "channel": channel,
            "cases": found[rows, columns],
        }
    )
