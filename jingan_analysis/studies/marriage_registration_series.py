"""Did marriages change at the openings, and did they come from elsewhere: interrupted series here, elsewhere and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_effects import counterfactual
from jingan_analysis.models.interrupted_series import InterruptedSeries, interrupted_series
from jingan_analysis.models.residual_autocorrelation import residual_autocorrelation
from jingan_analysis.studies.marriage_registration_records import OPENED

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration_days import Calendar
    from jingan_analysis.studies.marriage_registration_records import MarriageRecords

Status = Literal["estimated", "too_few_before", "too_few_after", "too_thin", "not_estimated"]
PLACES = ("here", "elsewhere", "both")
LAGS = (1, 6, 12)


@dataclass(frozen=True)
class OpeningSeries:
    """Marriages by month and what the openings changed.

    Attributes
    ----------
    months
        By month with open days, ``YYYY-MM``: ``here``, ``open_days``, ``even_days`` (days in units of an ordinary
        weekday), ``elsewhere`` and ``both`` (NaN where not known), and ``used``, whether the month is in the model.
    status
        By scope that an opening brought, whether its change is estimated, or why not.
    count
        The model of counts here, log of the rate per even day; None without an estimable opening.
    linear
        Models of the rates per even day here, elsewhere and together, by place; empty without a comparison.
    """

    months: pd.DataFrame
    status: Mapping[str, Status]
    count: InterruptedSeries | None
    linear: Mapping[str, InterruptedSeries]

    @property
    def estimated(self) -> list[str]:
        """Openings in the models, in order."""
        return [scope for scope, status in self.status.items() if status == "estimated"]

    @property
    def even_days_a_month(self) -> float:
        """Even days of a month on the average over the months in the model."""
        return float(self.months.loc[self.months["used"], "even_days"].mean())


def opening_series(
    records: MarriageRecords, calendar: Calendar, *, fewest_months: int, fewest_a_month: float, confidence: float
) -> OpeningSeries:
    """Fit marriages by month here, elsewhere and together, where they are ``fewest_a_month`` on the average.

    Months are taken per even day: each open day weighs as much as its kind brings over an ordinary weekday, so that a
    month with a lucky day or with a week of holidays is compared fairly. Elsewhere the same calendar is taken.
    """
    months = _months(records, calendar)
    breaks = [f"{day:%Y-%m}" for day in records.openings.values()]
    status, first, last = _estimable(list(months.index), breaks, fewest_months)
    months["used"] = (months.index >= first) & (months.index < last)
    told: dict[str, Status] = dict(zip(OPENED, status, strict=True))
    kept = [number_of(month) for month, state in zip(breaks, status, strict=True) if state == "estimated"]
    if not kept:
        return OpeningSeries(months, told, None, {})
    used = months[months["used"]]
    if used["here"].mean() < fewest_a_month:
        return OpeningSeries(months, _instead(told, "too_thin"), None, {})
    model = SegmentedModel("poisson", tuple(kept), slope_change=False, season=1, fewest_months=fewest_months)
    numbers = [number_of(month) for month in used.index]
    series = monthly_series(numbers, used["here"], size=used["even_days"])
    count = interrupted_series(series, model, confidence=confidence)
    if count.fit is None:
        return OpeningSeries(months, _instead(told, "not_estimated"), count, {})
    return OpeningSeries(months, told, count, _linear(used, numbers, tuple(kept), fewest_months, confidence))


def _instead(told: Mapping[str, Status], reason: Status) -> dict[str, Status]:
    """The same with a reason where an opening had months enough."""
    return {scope: reason if state == "estimated" else state for scope, state in told.items()}


def _linear(
    used: pd.DataFrame, numbers: list[int], breaks: tuple[int, ...], fewest_months: int, confidence: float
) -> dict[str, InterruptedSeries]:
    """The same terms for all three: least squares is additive, so that here and elsewhere make both."""
    if used["elsewhere"].isna().any():
        return {}
    model = SegmentedModel("gaussian", breaks, slope_change=False, season=1, fewest_months=fewest_months)
    found = {
        place: interrupted_series(
            monthly_series(numbers, used[place] / used["even_days"]), model, confidence=confidence
        )
        for place in PLACES
    }
    return found if all(each.fit is not None for each in found.values()) else {}


def _months(records: MarriageRecords, calendar: Calendar) -> pd.DataFrame:
    open_month = pd.DatetimeIndex(calendar.daily.index).strftime("%Y-%m")
    marriages = records.marriages
    here = marriages.groupby(marriages["done_on"].dt.strftime("%Y-%m")).size()
    months = pd.DataFrame(
        {
            "open_days": calendar.daily.groupby(open_month).size(),
            "even_days": calendar.weights.groupby(open_month).sum(),
        }
    ).astype("float64")
    months.insert(0, "here", here.reindex(months.index).fillna(0.0).astype("float64"))
    elsewhere = pd.Series(dtype="float64") if records.elsewhere is None else records.elsewhere
    months["elsewhere"] = elsewhere.reindex(months.index)
    return months.assign(both=months["here"] + months["elsewhere"])


def _estimable(months: Sequence[str], breaks: Sequence[str], fewest: int) -> tuple[list[Status], str, str]:
    """Whether each opening has enough months beside it, and the first month used and the first one no longer used.

    What an opening changed that cannot be estimated must not pass for something else: months before it are left out
    where too few precede the first one, and months from it on where too few follow.
    """
    status: list[Status] = []
    first, last, since = (months[0] if months else ""), "9999-12", (months[0] if months else "")
    for month in breaks:
        before = sum(since <= each < month for each in months)
        after = sum(each >= month for each in months)
        if last != "9999-12" or after < fewest:
            status.append("too_few_after")
            last = min(last, month)
        elif before < fewest and "estimated" not in status:
            status.append("too_few_before")
            first = since = max(month, first)
        elif before < fewest:
            status.append("too_few_before")
            last = month
        else:
            status.append("estimated")
            since = month
    return status, first, last


def number_of(month: str) -> int:
    """Months counted from year 0."""
    year, number = month.split("-")
    return 12 * int(year) + int(number) - 1


def openings(series: OpeningSeries, records: MarriageRecords) -> pd.DataFrame:
    """One row an opening: months beside it, marriages of its scope since, and the ratio of levels.

    Returns
    -------
    DataFrame
        ``since`` marriages of the scope, ``before`` and ``after`` months in the model, ``ratio``, ``lower``, ``upper``,
        ``p_value``, ``status``; NaN where not estimated.
    """
    by_scope = records.marriages["scope"].value_counts()
    opened = [scope for scope in OPENED if scope in records.scopes]
    frame = pd.DataFrame({"since": by_scope.reindex(opened).fillna(0).astype("float64")})
    frame[["before", "after", "ratio", "lower", "upper", "p_value"]] = np.nan
    frame["status"] = pd.Series({scope: series.status[scope] for scope in opened})
    count = series.count
    if count is None or count.fit is None:
        return frame
    terms = count.to_frame().to_dict("index")
    segments = count.months_by_segment
    for place, scope in enumerate(series.estimated):
        if scope not in opened:
            continue
        row = terms[f"level_{place + 1}"]
        frame.loc[scope, ["before", "after"]] = [float(segments[place]), float(segments[place + 1])]
        frame.loc[scope, ["ratio", "lower", "upper"]] = [
            float(np.exp(row[name])) for name in ("estimate", "lower", "upper")
        ]
        frame.loc[scope, "p_value"] = row["p_value"]
    return frame


def moved_created(series: OpeningSeries) -> pd.DataFrame:
    """Change of marriages for each month of an average calendar at each opening: here, elsewhere and together.

    Returns
    -------
    DataFrame
        One row an estimated opening: ``<place>``, ``<place>_lower`` and ``<place>_upper`` of each of :data:`PLACES`, and
        ``verdict``, what the intervals say.
    """
    rows = {}
    for number, scope in enumerate(series.estimated):
        row: dict[str, float] = {}
        for place, found in series.linear.items():
            term = found.to_frame().to_dict("index")[f"level_{number + 1}"]
            for name, value in ((place, "estimate"), (f"{place}_lower", "lower"), (f"{place}_upper", "upper")):
                row[name] = term[value] * series.even_days_a_month
        if row:
            rows[scope] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame if frame.empty else frame.assign(verdict=[_verdict(row) for _, row in frame.iterrows()])


def _verdict(row: pd.Series) -> str:
    """``moved``, ``new``, ``part`` of each, ``none`` where nothing changed here, or ``open``."""
    if not row["here_lower"] > 0:
        return "none"
    fell, grew = row["elsewhere_upper"] < 0, row["both_lower"] > 0
    return {(True, False): "moved", (False, True): "new", (True, True): "part", (False, False): "open"}[fell, grew]


def course(series: OpeningSeries) -> pd.DataFrame:
    """Marriages here by month with what the model expects, with and without the openings; NaN outside the model."""
    frame = series.months.assign(expected=np.nan, without=np.nan)
    effect = None if series.count is None else counterfactual(series.count)
    if effect is None:
        return frame
    used = frame.index[frame["used"]]
    days = frame.loc[used, "even_days"].to_numpy()
    frame.loc[used, "expected"] = effect.fitted * days
    frame.loc[used, "without"] = effect.without * days
    return frame


def quarters(months: pd.DataFrame) -> pd.DataFrame:
    """Marriages, days open and even days by quarter, ``YYYY-Qn``; the first and the last one may be incomplete.

    Parameters
    ----------
    months
        Of :func:`course`.
    """
    return months[["here", "open_days", "even_days"]].groupby([quarter_of(str(month)) for month in months.index]).sum()


def quarter_of(month: str) -> str:
    """The quarter of a month, ``YYYY-Qn``."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def autocorrelation(series: OpeningSeries) -> pd.DataFrame | None:
    """Ljung–Box test of the residuals by number of lags; None without a model or too few months."""
    if series.count is None or series.count.fit is None:
        return None
    month = series.count.series.month
    lags = [lag for lag in LAGS if lag < len(month) // 2]
    if not lags:
        return None
    found = residual_autocorrelation(series.count.fit.pearson[0], month, lags=lags)
    return pd.DataFrame({"statistic": found.statistic, "p_value": found.p_value}, index=[f"{lag}" for lag in lags])
