"""Self-controlled case series: whether events come more often in some windows around an exposure than otherwise.

Only persons who had events tell anything, and each is compared with himself, so that whatever does not change during
the observation (sex, frailty at its start, the house) cancels out. Age and season do not, and come in as steps of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level
from jingan_analysis.models.case_histories import (
    CaseHistories,
    OwnWindow,
    RiskWindow,
    Term,
    TimeSteps,
    person_rows,
    step_terms,
    window_terms,
)
from jingan_analysis.models.conditional_poisson import (
    ConditionalFit,
    PersonRows,
    conditional_fit,
    contrasts,
    log_shares,
    profile_interval,
    terms_not_told_apart,
    terms_without_top,
)

Vector = NDArray[np.float64]
_Ratios = tuple[Vector, Vector, Vector, Vector, Vector, Vector, Vector, Vector]
Refusal = Literal["no_events", "no_time_in_a_term", "no_event_in_a_term", "terms_not_told_apart", "no_finite_estimate"]
Flag = Literal["exposure_depends_on_event"]


@dataclass(frozen=True)
class CaseSeries:
    """Incidence rate ratios of windows and steps, or why there are none.

    Attributes
    ----------
    refusal
        None where estimated. Otherwise ``no_events``; ``no_time_in_a_term``, if no person with events was ever observed
        in it; ``no_event_in_a_term``, whose ratio would be 0; ``terms_not_told_apart``, if terms do not vary within
        persons with events, or only together; ``no_finite_estimate``, if a combination of terms has all the events, so
        that a ratio would be infinite or 0. All other numbers but the counts are then NaN.
    refused_terms
        Names of the terms that the refusal is about.
    names
        Windows, then levels of the steps, p of them.
    windows
        How many of the terms are windows; they come first.
    persons, cases, exposed_cases, events
        Persons given; those with events; those of them whose exposure is known; events.
    term_days, term_events
        Person-days of the cases and events in each term, shape (p,).
    log_rate_ratio, std_error
        Shape (p,).
    rate_ratio
        Incidence rate ratio of each term against the time in no window, or against level 0, shape (p,).
    lower, upper
        Interval of the ratio from the profile likelihood, shape (p,); NaN for steps where none was asked for.
    wald_lower, wald_upper
        Wald's interval, symmetric around the log ratio, shape (p,).
    p_value
        Wald's test that the ratio is 1, shape (p,).
    log_likelihood, null_log_likelihood
        Conditional log-likelihood with all terms, and with the steps only.
    chi2, freedom, overall_p_value
        Likelihood-ratio test that no window differs from the time outside.
    flags
        ``exposure_depends_on_event`` if the interval of a window before the exposure leaves out 1: events hasten or
        delay the exposure, so the ratios after it are not to be trusted.
    confidence
        Confidence level of the intervals.
    """

    refusal: Refusal | None
    refused_terms: tuple[str, ...]
    names: tuple[str, ...]
    windows: int
    persons: int
    cases: int
    exposed_cases: int
    events: int
    term_days: Vector
    term_events: Vector
    log_rate_ratio: Vector
    std_error: Vector
    rate_ratio: Vector
    lower: Vector
    upper: Vector
    wald_lower: Vector
    wald_upper: Vector
    p_value: Vector
    log_likelihood: float
    null_log_likelihood: float
    chi2: float
    freedom: int
    overall_p_value: float
    flags: tuple[Flag, ...]
    confidence: float


@dataclass(frozen=True)
class ObservationEnd:
    """Whether events come shortly before an observation breaks off.

    Attributes
    ----------
    refusal
        ``series_refused``, where the series itself has no estimate; ``nobody_ended_early``, of those with events; None
        otherwise.
    depends
        Whether the p value is below 1 - confidence: the end of observation then depends on the event, and the ratios of
        the series are biased. None where refused.
    ended_early
        Persons with events whose observation ended early.
    observed, expected
        Events in the last days of those persons, and how many the series expects there; NaN where refused.
    ratio
        Observed over expected; NaN where refused.
    p_value
        Two-sided; NaN where refused.
    """

    refusal: Literal["series_refused", "nobody_ended_early"] | None
    depends: bool | None
    ended_early: int
    observed: float
    expected: float
    ratio: float
    p_value: float


def case_series(
    histories: CaseHistories,
    windows: Sequence[RiskWindow | OwnWindow],
    *,
    steps: Sequence[TimeSteps] = (),
    confidence: float = 0.95,
    intervals_of_steps: bool = True,
) -> CaseSeries:
    r"""Self-controlled case series by its conditional likelihood.

    .. math::

        L = \prod_i \prod_{k} \left( \frac{d_{ik} \exp(\alpha_{s(k)} + \beta_{w(k)})}
            {\sum_{m} d_{im} \exp(\alpha_{s(m)} + \beta_{w(m)})} \right)^{y_{ik}}

    Where
        y, d   events and days of person i in the time k between two changes of window or step;
        β, α   log rate ratios of the window w and the step s; both 0 outside windows and at level 0.

    Four things are assumed: events are recurrent and independent within a person, or rare; an event does not change the
    exposures after it, which a window before the exposure looks at (``flags``); it does not change how long the person
    is observed, which :func:`observation_end` looks at: deaths that follow a fall break this; and the rate is constant
    within windows and steps.

    Parameters
    ----------
    histories
        Persons, from :func:`~jingan_analysis.models.case_histories.case_histories`. Those without events count, but do
        not tell anything; those with events who were never exposed tell about the steps.
    windows
        Windows of risk, around the exposure or of each person's own; they must not overlap.
    steps
        Age bands or seasons.
    confidence
        Confidence level.
    intervals_of_steps
        Whether steps, too, get an interval from the profile likelihood: each takes some dozen fits. Without, ``lower``
        and ``upper`` of steps are NaN.

    Raises
    ------
    InvalidParameter
        If windows overlap, steps are not rising, names are the same, or the level is impossible.

    Notes
    -----
    Farrington, C. P. (1995), Relative incidence estimation from case series for vaccine safety evaluation, *Biometrics*
    51(1); Whitaker, H. J., Farrington, C. P., Spiessens, B. and Musonda, P. (2006), Tutorial in biostatistics: the
    self-controlled case series method, *Statistics in Medicine* 25(10).
    """
    terms = [*window_terms(histories, windows), *step_terms(histories, steps)]
    found = _fitted(histories, terms, len(windows), confidence, intervals_of_steps=intervals_of_steps)
    before = np.array([window.before_exposure for window in windows] + [False] * (len(terms) - len(windows)))
    if (before & _leaves_out_1(found)).any():
        return replace(found, flags=("exposure_depends_on_event",))
    return found


def observation_end(
    histories: CaseHistories,
    windows: Sequence[RiskWindow | OwnWindow],
    *,
    ended_early: ArrayLike,
    days: float,
    steps: Sequence[TimeSteps] = (),
    confidence: float = 0.95,
    series: CaseSeries | None = None,
) -> ObservationEnd:
    """Look whether observations that broke off did so shortly after an event.

    The series gives each event a chance to fall into the last ``days`` of its person. Were the ends independent of the
    events, the number that does would be a sum of such chances (Poisson binomial), whose exact tails, doubled, are the
    p value; the coefficients count as known. That holds where all events fall there, too: then no rate ratio exists.
    A season or a window that the series leaves out shows here as well.

    Parameters
    ----------
    histories, windows, steps, confidence
        As for :func:`case_series`.
    ended_early
        Whether the person died or moved away before the planned end, shape (n,).
    days
        Length of the window before the end, above 0.
    series
        Of the same histories, windows, steps and confidence, where it is known: its intervals take their time.

    Raises
    ------
    InvalidParameter
        As for :func:`case_series`, or if ``ended_early`` has the wrong shape or kind, or the days are not above 0.

    Notes
    -----
    Farrington, C. P., Anaya-Izquierdo, K., Whitaker, H. J., Hocine, M. N., Douglas, I. and Smeeth, L. (2011),
    Self-controlled case series analysis with event-dependent observation periods, *Journal of the American Statistical
    Association* 106(494), for the problem; this is the simplest look at it.
    """
    early = np.asarray(ended_early)
    if early.shape != (len(histories),) or not np.isin(early, (0, 1)).all():
        raise InvalidParameter(f"ended_early must be True or False for each person, shape ({len(histories)},)")
    if not 0.0 < days < np.inf:
        raise InvalidParameter(f"days={days!r} must be above 0")
    if series is None:
        series = case_series(histories, windows, steps=steps, confidence=confidence)
    count = int(early[np.unique(histories.person)].sum())
    if series.refusal is not None or count == 0:
        why: Literal["series_refused", "nobody_ended_early"]
        why = "nobody_ended_early" if series.refusal is None else "series_refused"
        return ObservationEnd(why, None, count, *(float("nan"),) * 4)
    end = np.where(early.astype(bool), histories.end, np.nan)[:, None]
    terms = [*window_terms(histories, windows), *step_terms(histories, steps), Term("last days", end - days, end)]
    rows = person_rows(histories, terms)
    last = rows.design[:, -1]
    share = np.exp(log_shares(rows, np.append(series.log_rate_ratio, 0.0))) * last
    chance = np.bincount(rows.counted, weights=share)
    had = np.bincount(rows.counted, weights=rows.events).astype(np.int64)
    observed, expected = float(rows.events @ last), float(chance @ had)
    p_value = _poisson_binomial_p_value(np.repeat(chance, had), int(observed))
    depends = p_value < 1.0 - series.confidence
    return ObservationEnd(None, depends, count, observed, expected, observed / expected, p_value)


def _poisson_binomial_p_value(chance: Vector, observed: int) -> float:
    """Twice the smaller tail of the number of successes in trials of these chances."""
    mass = np.ones(1)
    for one in chance[chance > 0]:
        mass = np.convolve(mass, [1.0 - one, one])
    tail = min(float(mass[: observed + 1].sum()), float(mass[observed:].sum()))
    return min(2.0 * tail, 1.0)


def _fitted(
    histories: CaseHistories, terms: Sequence[Term], windows: int, confidence: float, *, intervals_of_steps: bool
) -> CaseSeries:
    level = confidence_level(confidence)
    names = tuple(term.name for term in terms)
    if len(set(names)) < len(names):
        raise InvalidParameter("names of windows and levels must all be different")
    rows = person_rows(histories, terms)
    refusal, refused = _refusal(rows)
    told = tuple(name for name, wrong in zip(names, refused, strict=True) if wrong)
    exposed = np.isfinite(histories.exposure[np.unique(histories.person)])
    counted = (
        refusal, told, names, windows, len(histories), len(exposed), int(exposed.sum()), len(histories.event),
        rows.days @ rows.design, rows.events @ rows.design,
    )  # fmt: skip
    if refusal is not None:
        nothing, none = np.full(len(names), np.nan), float("nan")
        return CaseSeries(*counted, *(nothing,) * 8, none, none, none, windows, none, (), level)
    fit = conditional_fit(rows)
    null = conditional_fit(rows, held=dict.fromkeys(range(windows), 0.0))
    return CaseSeries(
        *counted,
        *_ratios(rows, fit, level, len(names) if intervals_of_steps else windows),
        *_test(fit, null, windows),
        (),
        level,
    )


def _refusal(rows: PersonRows) -> tuple[Refusal | None, NDArray[np.bool_]]:
    """Why there is no estimate, and the terms that it is about."""
    none = np.zeros(rows.design.shape[1], dtype=bool)
    if not len(rows.person):
        return "no_events", none
    without_time, without_event = rows.days @ rows.design <= 0, rows.events @ rows.design <= 0
    if without_time.any():
        return "no_time_in_a_term", without_time
    differences = contrasts(rows)
    together = terms_not_told_apart(differences)
    if together.any():
        return "terms_not_told_apart", together
    if without_event.any():
        return "no_event_in_a_term", without_event
    endless = terms_without_top(differences)
    return ("no_finite_estimate", endless) if endless.any() else (None, none)


def _ratios(rows: PersonRows, fit: ConditionalFit, level: float, profiled: int) -> _Ratios:
    """In the order of the attributes of :class:`CaseSeries`; the first terms have an interval of their profile."""
    from scipy.stats import norm

    beta = fit.coefficients
    error = np.sqrt(np.diag(np.linalg.inv(fit.information)))
    half = float(norm.isf((1.0 - level) / 2.0)) * error
    profile = np.full((len(beta), 2), np.nan)
    profile[:profiled] = [profile_interval(rows, fit, term, level) for term in range(profiled)]
    p_value = 2.0 * norm.sf(np.abs(beta / error))
    lower, upper = np.exp(profile).T
    return beta, error, np.exp(beta), lower, upper, np.exp(beta - half), np.exp(beta + half), p_value


def _test(fit: ConditionalFit, null: ConditionalFit, windows: int) -> tuple[float, float, float, int, float]:
    from scipy.stats import chi2

    value = max(2.0 * (fit.log_likelihood - null.log_likelihood), 0.0)
    return fit.log_likelihood, null.log_likelihood, value, windows, float(chi2.sf(value, windows))


def _leaves_out_1(found: CaseSeries) -> NDArray[np.bool_]:
    """Of each term; False where there is no interval."""
    return (found.lower > 1.0) | (found.upper < 1.0)
