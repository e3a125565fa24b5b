"""What a caring station changes: sub-districts before and after theirs opened, against those that have none.

Staggered difference-in-differences on a panel of sub-districts and periods. The outcome is the share of the cases opened
in a period that the service found itself. With so few sub-districts chance is looked at by permuting the dates of
opening over them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import pandas as pd

from jingan_analysis.measures.share_variance import share_variance
from jingan_analysis.models.adoption_panel import adoption_panel, treated_units
from jingan_analysis.models.permutation import PermutationTest, permutation_test
from jingan_analysis.models.permutation_by_precision import (
    assignments,
    event_time_effects,
    precision_test,
    smallest_p_value,
)
from jingan_analysis.models.staggered_aggregates import aggregate_effects
from jingan_analysis.models.staggered_effects import FEWEST_PRE_PERIODS, group_time_effects
from jingan_analysis.studies.relief_coverage_station_panel import StationPanel, first_openings, station_panel

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from jingan_analysis.models.adoption_panel import AdoptionPanel
    from jingan_analysis.studies.relief_coverage_records import Records

Refusal = Literal[
    "no_station_opened_in_records",
    "too_few_periods_before",
    "nobody_to_compare_with",
    "cells_without_cases",
    "too_few_assignments",
]
LONGER_MONTHS = (6, 12)
"""Half years, then years, are tried where shorter periods leave a sub-district without a case in one of them."""

MOST_ASSIGNMENTS, DRAWS = 20_000, 4_999
"""All ways to give the dates are looked at if they are no more than that; otherwise so many are drawn."""


@dataclass(frozen=True)
class StationEffect:
    """The effect of stations on the share of cases found proactively, or why it is not estimated.

    Attributes
    ----------
    panel
        Sub-districts, periods and cases that it is about.
    refusal
        Why nothing was estimated; None where it was, and then no other attribute is None.
    test
        The mean effect over all treated sub-districts and periods, as a difference of shares, with the interval and the p
        value of the permutation test by precision.
    plain
        The same effect with the permutation test that takes all sub-districts as equally exact.
    events
        One row a number of periods since the opening: ``effect`` with its permutation interval ``lower`` to ``upper``,
        ``std_error`` from the spread between sub-districts of one date (NaN where a date has one), ``groups`` (dates) and
        ``units`` behind it. -1, the last period before, is what all are measured from.
    before_p_value
        Permutation test that sub-districts did not move apart before the opening.
    lengthened
        Whether the periods are longer than asked for, since in shorter ones some sub-district had no case.
    """

    panel: StationPanel
    refusal: Refusal | None
    test: PermutationTest | None = None
    plain: PermutationTest | None = None
    events: pd.DataFrame | None = None
    before_p_value: float = float("nan")
    lengthened: bool = False

    @cached_property
    def few_periods_before(self) -> bool:
        """Whether so few periods lie before the first opening that a common trend can hardly be seen."""
        return self.panel.periods_before < FEWEST_PRE_PERIODS


def station_effect(
    records: Records,
    codes: Sequence[str],
    stations: pd.DataFrame,
    *,
    proactive: Collection[str],
    months: int,
    confidence: float,
    seed: int,
) -> StationEffect:
    """Estimate the effect for the whole district, or refuse.

    Parameters
    ----------
    codes
        All sub-districts.
    stations
        The table ``stations``.
    proactive
        Discovery sources by which the service found the household.
    months
        Months in a period; longer ones are tried where a sub-district had no case in one of these.
    confidence, seed
        Level of the intervals, and the seed of the draw where there are too many assignments to look at all.
    """
    opened = first_openings(stations, records.end)
    asked: StationEffect | None = None
    for length in (months, *(longer for longer in LONGER_MONTHS if longer > months)):
        panel = station_panel(records, codes, opened, proactive, months=length)
        found = _estimated(panel, confidence=confidence, seed=seed)
        if found.refusal is None:
            return replace(found, lengthened=length > months)
        asked = asked or found
        if asked.refusal != "cells_without_cases":
            break
    # Longer periods were of no help: the reason is that of the periods asked for.
    assert asked is not None
    return asked


def _estimated(panel: StationPanel, *, confidence: float, seed: int) -> StationEffect:
    """The effect in periods of one length."""
    refusal = _refusal(panel)
    if refusal is not None:
        return StationEffect(panel, refusal)
    used = panel.used
    part, whole = panel.proactive[used], panel.cases[used]
    checked = adoption_panel(part / whole, panel.adoption[used], whole.sum(axis=1))
    variance = share_variance(part, whole)
    looked_at = assignments(checked.adoption, most=MOST_ASSIGNMENTS, draws=DRAWS, seed=seed)
    if smallest_p_value(checked, variance, looked_at) > 1.0 - confidence + 1e-12:
        return StationEffect(panel, "too_few_assignments")
    test = precision_test(checked, variance, looked_at, confidence=confidence)
    plain = permutation_test(
        checked.outcomes,
        checked.adoption,
        weights=checked.weights,
        most_assignments=MOST_ASSIGNMENTS,
        draws=DRAWS,
        seed=seed,
        confidence=confidence,
    )
    chance = event_time_effects(checked, variance, looked_at, constant=test.effect, confidence=confidence)
    limits = pd.DataFrame({"lower": chance.lower, "upper": chance.upper}, index=chance.at)
    events = _events(checked, confidence).join(limits)
    return StationEffect(panel, None, test, plain, events, chance.before_p_value)


def _refusal(panel: StationPanel) -> Refusal | None:
    """What keeps this panel from being compared, if anything does."""
    if not panel.treated:
        return "too_few_periods_before" if panel.opened_in_records else "no_station_opened_in_records"
    if not panel.never:
        return "nobody_to_compare_with"
    return "cells_without_cases" if (panel.cases[panel.used] == 0).any() else None


def _events(panel: AdoptionPanel, confidence: float) -> pd.DataFrame:
    """Effects by periods since the opening, measured from the last period before it."""
    effects = group_time_effects(
        panel.outcomes, panel.adoption, weights=panel.weights, base_period="universal", confidence=confidence
    )
    found = aggregate_effects(effects, "event")
    frame = pd.DataFrame({"effect": found.effect, "std_error": found.std_error, "groups": found.groups}, index=found.at)
    frame["units"] = treated_units(panel.adoption, panel.periods, found.at)
    return frame
