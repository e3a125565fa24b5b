"""Whether people leave the windows: shares of channels by month of acceptance, like months compared with like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import DidNotConverge, InvalidParameter
from jingan_analysis.measures.share_shift import ShareDecomposition, decompose_shift
from jingan_analysis.models.share_trends import YEAR, TrendDesign, YearlyChange, share_trends, yearly_change
from jingan_analysis.models.shift_interval import ShiftInterval, shift_interval
from jingan_analysis.studies.service_access_channels import CHANNELS
from jingan_analysis.studies.service_access_residence import UNKNOWN_ROW
from jingan_analysis.studies.units import DISTRICT_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jingan_analysis.models.multinomial_shares import MultinomialShares
    from jingan_analysis.studies.service_access_residence import Counts, ResidentCases

FEWEST_MONTHS = 3
"""With fewer months that are seen in two years, a single odd one would pass for a shift."""

WITH_SPOT, WITHOUT_SPOT, UNKNOWN = "with_spot", "without_spot", UNKNOWN_ROW


@dataclass(frozen=True)
class FittedShares:
    """The modelled shares of one area.

    Attributes
    ----------
    channels
        Positions of the channels that have any case, in the order of the model, shape (k,).
    model, design
        The model and its columns.
    average, latest
        Mean change in a year over all months, and over the last twelve where there are more; as shares.
    """

    channels: NDArray[np.int64]
    model: MultinomialShares
    design: TrendDesign
    average: YearlyChange
    latest: YearlyChange | None


@dataclass(frozen=True)
class ChannelShift:
    """Shares of channels earlier and later.

    Attributes
    ----------
    cases
        What it is made from.
    span
        Months in each of the two spans: the first and the last ones of the records, the same months of the year.
    counts
        Cases of the area reported on, shape (n_months, channels).
    first, last
        Cases of the two spans by committee, those without a residence last, shape (m + 1, channels).
    dispersion
        How many times the variance of shares is that of independent cases, in the whole district; 1 where not modelled.
    intervals
        The shift by sub-district and in the district; a row without cases in a span is absent.
    by_unit
        Parts of the change over sub-districts; None in a report on one of them.
    by_spot
        Parts over committees with and without a spot of their own, and cases without a residence.
    groups
        Groups of ``by_spot``, in its order.
    fitted
        Modelled shares; None where the counts do not carry them.
    """

    cases: ResidentCases
    span: int
    counts: Counts
    first: Counts
    last: Counts
    dispersion: float
    intervals: dict[str, ShiftInterval]
    by_unit: ShareDecomposition | None
    by_spot: ShareDecomposition
    groups: tuple[str, ...]
    fitted: FittedShares | None


def channel_shift(
    cases: ResidentCases, row: str, codes: Sequence[str], *, confidence: float, seed: int
) -> ChannelShift | None:
    """Find how channels shifted; None where too few months are seen twice, or the area has no case in one of the spans.

    Parameters
    ----------
    row
        Row of the tables by sub-district that the report speaks of.
    codes
        All sub-districts.
    """
    span = min(YEAR, len(cases.months) - YEAR)
    if span < FEWEST_MONTHS:
        return None
    first, last = cases.counts[:span].sum(axis=0), cases.counts[-span:].sum(axis=0)
    here = cases.in_area(row)
    if not (first[here].sum() and last[here].sum()):
        return None
    area = cases.counts[:, here].sum(axis=1)
    everywhere = _fitted(cases.counts.sum(axis=1), cases.months_of_year, confidence, seed)
    fitted = everywhere if row == DISTRICT_ROW else _fitted(area, cases.months_of_year, confidence, seed)
    dispersion = 1.0 if everywhere is None else everywhere.model.dispersion
    found = {
        unit: shift_interval(first[chosen].sum(axis=0), last[chosen].sum(axis=0), dispersion=dispersion, confidence=confidence, seed=seed)
        for unit in (*codes, UNKNOWN_ROW, DISTRICT_ROW)
        if first[chosen := cases.in_area(unit)].sum() and last[chosen].sum()
    }  # fmt: skip
    groups = _spot_groups(cases, here)
    return ChannelShift(
        cases, span, area, first, last, dispersion, found,
        _over_units(cases, first, last, codes) if row == DISTRICT_ROW else None,
        decompose_shift(*(_grouped(counts, groups.values()) for counts in (first, last))),
        tuple(groups), fitted,
    )  # fmt: skip


def _fitted(counts: Counts, months_of_year: NDArray[np.int64], confidence: float, seed: int) -> FittedShares | None:
    present = np.flatnonzero(counts.sum(axis=0) > 0)
    try:
        model, design = share_trends(counts[:, present], months_of_year)
    except (DidNotConverge, InvalidParameter):
        return None
    average = yearly_change(model, design, confidence=confidence, seed=seed)
    latest = yearly_change(model, design, months=slice(-YEAR, None), confidence=confidence, seed=seed)
    return FittedShares(present, model, design, average, latest if len(counts) > YEAR and design.bends else None)


def _over_units(cases: ResidentCases, first: Counts, last: Counts, codes: Sequence[str]) -> ShareDecomposition:
    groups = [cases.in_area(code) for code in codes]
    unknown = cases.in_area(UNKNOWN_ROW)
    return decompose_shift(*(_grouped(counts, [*groups, unknown]) for counts in (first, last)))


def _spot_groups(cases: ResidentCases, here: NDArray[np.bool_]) -> dict[str, NDArray[np.bool_]]:
    """Committees of the area by whether they ever had a spot; groups without anybody are left out."""
    last = np.arange(len(here)) == len(here) - 1
    with_spot = np.append(cases.with_spot, False)
    groups = {WITH_SPOT: here & with_spot, WITHOUT_SPOT: here & ~with_spot & ~last, UNKNOWN: here & last}
    return {name: chosen for name, chosen in groups.items() if chosen.any()}


def _grouped(counts: Counts, groups: Iterable[NDArray[np.bool_]]) -> NDArray[np.int64]:
    return np.array([counts[chosen].sum(axis=0) for chosen in groups])


def present_channels(counts: Counts) -> list[str]:
    """Names of the channels that have any case."""
    return [CHANNELS[number] for number in np.flatnonzero(counts.sum(axis=0) > 0)]
