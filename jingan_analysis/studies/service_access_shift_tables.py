"""From shifting channels to the tables of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.language import tr
from jingan_analysis.studies.service_access_channels import ALL, CHANNELS
from jingan_analysis.studies.service_access_residence import UNKNOWN_ROW
from jingan_analysis.studies.service_access_shift import present_channels
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables import service_access_shift as layout
from jingan_analysis.tables.columns import POINTS
from jingan_analysis.tables.formatting import format_month

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_residence import ResidentCases
    from jingan_analysis.studies.service_access_shift import ChannelShift, FittedShares
    from jingan_analysis.tables.service_access import Words
    from jingan_analysis.tables.table import Table

PERIODS = (3, 6, 12)
"""Months in a period of the series: the shortest in which no channel has fewer cases than :data:`FEWEST_CASES`."""

FEWEST_CASES = 10
"""A share of fewer cases swings with every one of them."""

WINDOW = CHANNELS.index("window")


def shift_tables(found: ChannelShift | None, inputs: Inputs, words: Words, *, minimum_cell: int) -> list[Table]:
    """Every table on the shift; empty without one."""
    if found is None:
        return []
    spans = span_labels(found)
    tables = [
        layout.channels_table(by_channel(found, inputs.row), words, spans=spans),
        *([] if found.fitted is None else [_pace_table(found.fitted, words)]),
        layout.index_table(by_subdistrict(found, inputs), inputs.units.labels, words, spans=spans),
        *_parts_table(found, words),
    ]
    months = period_months(found)
    if months is None:
        return tables
    labels = {month: format_month(month) for month in found.cases.months}
    channels = present_channels(found.counts)
    hidden = hidden_channels(found, months, minimum_cell)
    shares = _without(by_period(found, months), hidden)
    tables.append(layout.shares_table(shares, words, labels=labels, channels=channels, hidden=hidden))
    if found.fitted is not None:
        modelled = _without(modelled_by_period(found, months), hidden)
        tables.append(layout.modelled_table(modelled, words, labels=labels, channels=channels, hidden=hidden))
    return tables


def span_labels(found: ChannelShift) -> tuple[str, str]:
    """The two spans in words."""
    months = found.cases.months
    ends = ((months[0], months[found.span - 1]), (months[-found.span], months[-1]))
    first, last = (tr("{first} to {last}", first=format_month(a), last=format_month(b)) for a, b in ends)
    return first, last


def by_channel(found: ChannelShift, row: str) -> pd.DataFrame:
    """Cases and shares of the two spans, and their change in percentage points."""
    here = found.cases.in_area(row)
    frame = pd.DataFrame(
        {"first_cases": found.first[here].sum(axis=0), "last_cases": found.last[here].sum(axis=0)}, index=list(CHANNELS)
    )
    frame.loc[ALL] = frame.sum()
    for span in ("first", "last"):
        frame[f"{span}_share"] = frame[f"{span}_cases"] / float(frame[f"{span}_cases"].loc[ALL])
    change = found.intervals[row]
    _put(frame, "change", list(CHANNELS), (change.change, change.change_lower, change.change_upper))
    return frame


def _pace_table(fitted: FittedShares, words: Words) -> Table:
    return layout.pace_table(paces(fitted), words, latest=fitted.latest is not None)


def _parts_table(found: ChannelShift, words: Words) -> list[Table]:
    """Parts of the changes; one group has none but the change itself."""
    by_unit = found.by_unit is not None
    return [layout.parts_table(parts(found), words, groups=found.groups, by_unit=by_unit)] if by_unit or len(found.groups) > 1 else []  # fmt: skip


def paces(fitted: FittedShares) -> pd.DataFrame:
    """Modelled change of each share in a year, over all months and the last twelve, in percentage points."""
    names = [CHANNELS[number] for number in fitted.channels]
    frame = pd.DataFrame(index=names)
    for name, pace in (("pace", fitted.average), ("latest", fitted.latest)):
        if pace is not None:
            _put(frame, name, names, (pace.change, pace.lower, pace.upper))
    return frame


def _put(frame: pd.DataFrame, name: str, rows: list[str], values: tuple[np.ndarray, ...]) -> None:
    for suffix, column in zip(("", "_lower", "_upper"), values, strict=True):
        frame[f"{name}{suffix}"] = pd.Series(column * POINTS, index=rows).reindex(frame.index)


def by_subdistrict(found: ChannelShift, inputs: Inputs) -> pd.DataFrame:
    """Cases, the share of windows and the shift index in every sub-district and the district."""
    rows = {}
    for row in (*inputs.units.codes, UNKNOWN_ROW, DISTRICT_ROW):
        here = found.cases.in_area(row)
        interval = found.intervals.get(row)
        first, last = found.first[here].sum(axis=0), found.last[here].sum(axis=0)
        shares = [_ratio(counts[WINDOW], counts.sum()) for counts in (first, last)]
        rows[row] = {
            "first_cases": first.sum(),
            "first_window": first[WINDOW],
            "first_share": shares[0],
            "last_cases": last.sum(),
            "last_window": last[WINDOW],
            "last_share": shares[1],
            "change": (shares[1] - shares[0]) * POINTS,
            "index": np.nan if interval is None else interval.index,
            "lower": np.nan if interval is None else interval.lower,
            "upper": np.nan if interval is None else interval.upper,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")


def parts(found: ChannelShift) -> pd.DataFrame:
    """Parts of each change in percentage points."""
    columns = {"change": found.by_spot.change}
    if found.by_unit is not None:
        columns |= {"unit_within": found.by_unit.within, "unit_mix": found.by_unit.mix}
    columns |= {f"within_{group}": found.by_spot.by_group[number] for number, group in enumerate(found.groups)}
    columns["spot_mix"] = found.by_spot.mix
    return pd.DataFrame(columns, index=list(CHANNELS)) * POINTS


def period_months(found: ChannelShift, least: int = FEWEST_CASES) -> int | None:
    """Months in a period of the series; None where even in a year some channel has fewer cases."""
    for months in PERIODS:
        counts = _by_period(found.counts, months)
        if len(counts) > 1 and not ((counts > 0) & (counts < least)).any():
            return months
    return None


def hidden_channels(found: ChannelShift, months: int, minimum_cell: int) -> list[str]:
    """Channels of which no period is shown, for one has too few cases; if there is one, the next smallest beside it.

    Periods add up to the spans of another table, and the channels of a period to its cases: one hidden period, or one
    hidden channel, could be worked out.
    """
    counts = _by_period(found.counts, months)
    names = sorted(present_channels(found.counts), key=lambda name: int(found.counts[:, CHANNELS.index(name)].sum()))
    few = np.asarray(((counts > 0) & (counts < minimum_cell)).any(axis=0))
    hidden = [name for name in names if few[CHANNELS.index(name)]]
    return [*hidden, *[name for name in names if name not in hidden][:1]] if len(hidden) == 1 else hidden


def _without(frame: pd.DataFrame, channels: list[str]) -> pd.DataFrame:
    columns = [f"{channel}_{name}" for channel in channels for name in ("cases", "share")]
    return frame.assign(**dict.fromkeys(frame.columns.intersection(columns), np.nan))


def by_period(found: ChannelShift, months: int) -> pd.DataFrame:
    """Cases and shares of the channels by whole periods, counted back from the last month."""
    counts = _by_period(found.counts, months)
    frame = pd.DataFrame({"cases": counts.sum(axis=1)}, index=_starts(found.cases, months))
    for channel in present_channels(found.counts):
        frame[f"{channel}_cases"] = counts[:, CHANNELS.index(channel)]
        frame[f"{channel}_share"] = frame[f"{channel}_cases"] / frame["cases"].where(frame["cases"] > 0)
    return frame


def modelled_by_period(found: ChannelShift, months: int) -> pd.DataFrame:
    """Modelled shares by the same periods: modelled cases of the months over their cases."""
    assert found.fitted is not None
    whole = found.counts.sum(axis=1)
    expected = _by_period(found.fitted.model.shares * whole[:, None], months)
    all_cases = _by_period(whole[:, None].astype(np.float64), months)
    shares = np.divide(expected, all_cases, out=np.full_like(expected, np.nan), where=all_cases > 0)
    names = [f"{channel}_share" for channel in present_channels(found.counts)]
    return pd.DataFrame(shares, index=_starts(found.cases, months), columns=names)


def _by_period(counts: np.ndarray, months: int) -> np.ndarray:
    periods = len(counts) // months
    kept = counts[len(counts) - periods * months :]
    return np.asarray(kept.reshape(periods, months, -1).sum(axis=1))


def _starts(cases: ResidentCases, months: int) -> list[str]:
    return list(cases.months[len(cases.months) % months :: months])


def residence_ledger(cases: ResidentCases, counts: pd.DataFrame | None) -> pd.DataFrame | None:
    """Cases by residence beside ``case_counts`` in the months that both hold, the whole district; None without such months."""
    shared = [] if counts is None else sorted(set(cases.months) & set(counts["month"]))
    if counts is None or not shared:
        return None
    rows = np.isin(cases.months, shared)
    lived = cases.counts[rows].sum(axis=1)
    handled = counts.pivot_table(index="month", columns="channel", values="cases", aggfunc="sum")
    handled_counts = handled.reindex(index=shared, columns=list(CHANNELS)).fillna(0).to_numpy(dtype=np.int64)
    frame = pd.DataFrame(
        {
            "handled": handled_counts.sum(axis=0),
            "resident": lived.sum(axis=0),
            "unknown": cases.counts[rows][:, -1].sum(axis=0),
            "months_apart": (handled_counts != lived).sum(axis=0),
        },
        index=list(CHANNELS),
    )
    frame.loc[ALL] = frame.sum()
    frame.loc[ALL, "months_apart"] = (handled_counts != lived).any(axis=1).sum()
    frame["difference"] = frame["resident"] - frame["handled"]
    return frame
