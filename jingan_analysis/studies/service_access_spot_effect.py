"""What opening a spot changes: cases of its committee's residents before and after, against committees that have none yet.

Staggered difference-in-differences on a panel of committees and periods. Cases at windows and at spots tell what moved and what is new;
channels that a spot has nothing to do with tell whether the committees would have moved alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.models.adoption_panel import treated_units
from jingan_analysis.models.simultaneous_intervals import simultaneous_critical_value, simultaneous_p_value
from jingan_analysis.models.staggered_aggregates import AggregateEffects, aggregate_effects
from jingan_analysis.models.staggered_effects import FEWEST_UNITS, GroupTimeEffects, group_time_effects
from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.service_access_spot_panel import NEVER_HAD, OPENED, SpotPanel, spot_panel

if TYPE_CHECKING:
    from jingan_analysis.models.staggered_effects import Comparison
    from jingan_analysis.studies.service_access_residence import ResidentCases

Refusal = Literal["too_few_months", "too_few_spots_opened", "too_few_to_compare_with"]

WINDOW, NEARBY, BOTH = "window", "nearby", "both"
OUTCOMES: Final = {
    WINDOW: (WINDOW,),
    NEARBY: (NEARBY,),
    BOTH: (WINDOW, NEARBY),
    "self_service": ("self_service",),
    "online": ("online",),
    "home_visit": ("home_visit",),
}
"""What is compared, and the channels that it adds up."""

PLACEBOS: Final = ("self_service", "online", "home_visit")
"""Channels that a spot should not change."""

SHOWN_BY_TIME: Final = (WINDOW, NEARBY, "online")


@dataclass(frozen=True)
class OutcomeEffect:
    """The effect on one outcome, in cases a month for every thousand residents.

    Attributes
    ----------
    effect, lower, upper
        Mean over committees and periods with a spot, weighted by residents.
    without
        What there would have been without a spot: mean of the same committees and periods, less the effect.
    influence
        Of each committee compared on the effect; sums of products are covariances; shape (n_used,).
    before_p_value
        Test that the committees did not move apart before the opening, by the largest difference over its standard error.
    events
        One row a number of periods since the opening: ``effect`` from the last period before it, ``lower`` and ``upper`` that hold for all of
        them at once, ``groups`` (dates) and ``units`` behind it.
    """

    effect: float
    lower: float
    upper: float
    without: float
    influence: NDArray[np.float64]
    before_p_value: float
    events: pd.DataFrame


@dataclass(frozen=True)
class SpotEffect:
    """The effect of spots, or why it is not estimated.

    Attributes
    ----------
    panel
        Committees, periods and cases that it is about; None where the records are too short for one.
    refusal
        Why nothing was estimated; None where it was.
    outcomes
        By name of :data:`OUTCOMES`; empty where nothing was estimated.
    choices
        The effect on window cases under other choices: one row each with ``effect``, ``lower``, ``upper`` in per cent of what there would
        have been.
    """

    panel: SpotPanel | None
    refusal: Refusal | None
    outcomes: dict[str, OutcomeEffect]
    choices: pd.DataFrame


def spot_effect(cases: ResidentCases, *, months: int, confidence: float, seed: int) -> SpotEffect:
    """Estimate the effect for the whole district, or refuse.

    Parameters
    ----------
    months
        Months in a period.
    confidence, seed
        Level of the intervals, and the seed of the draws for those that hold at once.
    """
    panel = spot_panel(cases, months=months)
    refusal = _refusal(panel)
    if panel is None or refusal is not None:
        return SpotEffect(panel, refusal, {}, pd.DataFrame())
    outcomes = {
        name: _outcome(panel, panel.rates(*map(CHANNELS.index, channels)), confidence=confidence, seed=seed)
        for name, channels in OUTCOMES.items()
    }
    return SpotEffect(panel, None, outcomes, _choices(panel, outcomes[WINDOW], confidence))


def _refusal(panel: SpotPanel | None) -> Refusal | None:
    if panel is None:
        return "too_few_months"
    if (panel.group == OPENED).sum() < FEWEST_UNITS:
        return "too_few_spots_opened"
    return "too_few_to_compare_with" if (panel.group == NEVER_HAD).sum() < FEWEST_UNITS else None


def _effects(
    panel: SpotPanel,
    rates: NDArray[np.float64],
    *,
    confidence: float,
    comparison: Comparison = "not_yet_treated",
    weighted: bool = True,
) -> GroupTimeEffects:
    return group_time_effects(
        rates,
        panel.adoption[panel.used],
        weights=panel.residents[panel.used] if weighted else None,
        comparison=comparison,
        base_period="universal",
        confidence=confidence,
    )


def _outcome(panel: SpotPanel, rates: NDArray[np.float64], *, confidence: float, seed: int) -> OutcomeEffect:
    effects = _effects(panel, rates, confidence=confidence)
    mean, events = aggregate_effects(effects, "simple"), aggregate_effects(effects, "event")
    before = events.at < -1
    influence = events.influence[:, before]
    apart = simultaneous_p_value(events.effect[before], influence.T @ influence, seed=seed)
    return OutcomeEffect(
        mean.overall, mean.overall_lower, mean.overall_upper, _level(panel, rates) - mean.overall,
        mean.overall_influence, apart, _events(panel, events, confidence, seed),
    )  # fmt: skip


def _level(panel: SpotPanel, rates: NDArray[np.float64], *, weighted: bool = True) -> float:
    """Mean rate of the committees and periods with a spot."""
    weights = panel.treated[panel.used] * (panel.residents[panel.used][:, None] if weighted else 1.0)
    return float((rates * weights).sum() / weights.sum())


def _events(panel: SpotPanel, found: AggregateEffects, confidence: float, seed: int) -> pd.DataFrame:
    """Effects by periods since the opening with a band that holds all of them."""
    covariance = found.influence.T @ found.influence
    half = simultaneous_critical_value(covariance, confidence=confidence, seed=seed) * np.sqrt(np.diag(covariance))
    half = np.where(found.at == -1, np.nan, half)
    frame = pd.DataFrame(
        {"effect": found.effect, "lower": found.effect - half, "upper": found.effect + half, "groups": found.groups},
        index=found.at,
    )
    frame["units"] = treated_units(panel.adoption[panel.group == OPENED], panel.periods, found.at)
    return frame


def _choices(panel: SpotPanel, main: OutcomeEffect, confidence: float) -> pd.DataFrame:
    """The effect on window cases in per cent, as estimated and under other choices."""
    rates = panel.rates(CHANNELS.index(WINDOW))
    never = aggregate_effects(_effects(panel, rates, confidence=confidence, comparison="never_treated"), "simple")
    alike = aggregate_effects(_effects(panel, rates, confidence=confidence, weighted=False), "simple")
    ratio = aggregate_effects(_effects(panel, _relative(panel, rates), confidence=confidence), "simple")
    level = _level(panel, rates)
    relative_level = _level(panel, _relative(panel, rates))
    rows = {
        "main": (main.effect, main.lower, main.upper, main.without),
        "never": (*_interval(never), level - never.overall),
        "alike": (*_interval(alike), _level(panel, rates, weighted=False) - alike.overall),
        "proportional": (*_interval(ratio), relative_level - ratio.overall),
    }
    shares = {name: [value / without for value in values] for name, (*values, without) in rows.items()}
    return pd.DataFrame.from_dict(shares, orient="index", columns=["effect", "lower", "upper"])


def _interval(found: AggregateEffects) -> tuple[float, float, float]:
    return found.overall, found.overall_lower, found.overall_upper


def _relative(panel: SpotPanel, rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rates over the level that committees of the same date had before the first opening of all."""
    found, adoption, residents = rates.copy(), panel.adoption[panel.used], panel.residents[panel.used]
    for date in np.unique(adoption):
        same = adoption == date
        found[same] /= np.average(rates[same, : panel.periods_before].mean(axis=1), weights=residents[same])
    return found


@dataclass(frozen=True)
class Moved:
    """Of the cases that spots gained, the share that windows lost.

    Attributes
    ----------
    share, lower, upper
        By the delta method; the rest are cases that would not have been made.
    """

    share: float
    lower: float
    upper: float


def moved(found: SpotEffect, *, confidence: float) -> Moved | None:
    """Cases moved from windows over cases gained at spots; None where it is not sure that windows lost and spots gained."""
    from scipy.stats import norm

    window, nearby = found.outcomes[WINDOW], found.outcomes[NEARBY]
    if not (nearby.lower > 0 > window.upper):
        return None
    share = -window.effect / nearby.effect
    influence = -(window.influence + share * nearby.influence) / nearby.effect
    half = float(norm.isf((1 - confidence) / 2)) * float(np.sqrt((influence**2).sum()))
    return Moved(share, share - half, share + half)
