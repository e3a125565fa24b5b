"""Ten children of Oxford: aseptic meningitis after measles, mumps and rubella vaccine.

Farrington, C. P. (1995) from Miller, E. et al. (1993), *The Lancet* 341; ``amdat`` of R's SCCS. Observed from day 366 to
730 of age; days 15 to 35 after the vaccination are the window of risk, ages 366 to 547 and 548 to 730 the steps. Stata
prints the log-likelihood of person-time cut at every change, 38 rows, rather than added up.
"""

from functools import cache
from itertools import pairwise

import numpy as np
from known_answers import KnownAnswer

from jingan_analysis.models.case_histories import RiskWindow, TimeSteps, case_histories
from jingan_analysis.models.case_series import case_series
from jingan_analysis.models.conditional_poisson import PersonRows, conditional_fit

OXFORD = "Whitaker et al. (2006), section 3.1; printed by Stata, help sccsdta, case 3.1"
MENINGITIS = (398, 413, 449, 455, 472, 474, 485, 524, 700, 399)
VACCINATED = (458, 392, 429, 433, 432, 395, 470, 496, 428, 716)
WINDOW, AGE = "window", "second half of the year"


@cache
def oxford():
    children = case_histories([366] * 10, [731] * 10, MENINGITIS, range(10), VACCINATED)
    return case_series(children, [RiskWindow("15 to 35 days after", 15, 36)], steps=[TimeSteps("age", [548])])


@cache
def _cut_at_every_change():
    rows = []
    for child, (event, dose) in enumerate(zip(MENINGITIS, VACCINATED, strict=True)):
        cuts = sorted({366, 548, 731, min(dose + 15, 731), min(dose + 36, 731)})
        for left, right in pairwise(cuts):
            rows.append((child, right - left, left <= event < right, dose + 15 <= left < dose + 36, left >= 548))
    table = np.array(rows, dtype=float)
    return PersonRows(table[:, 0].astype(int), table[:, 1], table[:, 2], table[:, 3:])


def _of(attribute, term):
    return lambda: float(getattr(oxford(), attribute)[term])


def _error_of_ratio(term):
    return lambda: float(oxford().rate_ratio[term] * oxford().std_error[term])


def _wald():
    fit = conditional_fit(_cut_at_every_change())
    return float(fit.coefficients @ fit.information @ fit.coefficients)


METHOD = "Self-controlled case series"
PRINTED = (
    (WINDOW, 0, (12.037, 8.528, 3.002, 48.259)),
    (AGE, 1, (0.225, 0.252, 0.025, 2.016)),
)
ANSWERS = (
    *(
        KnownAnswer(METHOD, f"Oxford: {name}, {what}", value, compute, 5e-4, OXFORD)
        for name, term, values in PRINTED
        for what, value, compute in zip(
            ("rate ratio", "standard error of the ratio", "lower", "upper"),
            values,
            (_of("rate_ratio", term), _error_of_ratio(term), _of("wald_lower", term), _of("wald_upper", term)),
            strict=True,
        )
    ),
    KnownAnswer(
        METHOD,
        "Oxford: conditional log-likelihood",
        -10.088277,
        lambda: conditional_fit(_cut_at_every_change()).log_likelihood,
        5e-7,
        OXFORD,
    ),
    KnownAnswer(METHOD, "Oxford: Wald's chi squared of both terms", 19.10, _wald, 5e-3, OXFORD),
)
