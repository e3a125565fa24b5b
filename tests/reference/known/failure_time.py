"""Weibull models of R's documentation, and lifelines' log-normal one beside them."""

from functools import cache

from known_answers import KnownAnswer
from survival_data import OVARIAN, gehan, table

from jingan_analysis.models.failure_time import failure_time

OVARIAN_R = "R survival, Examples of survreg: Surv(futime, fustat) ~ ecog.ps + rx, ovarian, weibull"
GEHAN_R = "Venables and Ripley, Modern Applied Statistics with S, chapter 13: survreg on gehan, Weibull"
LIFELINES = "lifelines 0.30.3, LogNormalAFTFitter, computed"


@cache
def _ovarian():
    return failure_time(OVARIAN[:, 0], OVARIAN[:, 1].astype(int), OVARIAN[:, 3:], names=["ECOG", "treatment"])


@cache
def _gehan():
    weeks, seen, control = gehan()
    return failure_time(weeks, seen, control[:, None], names=["control"])


@cache
def _lung():
    lung = table("lung")
    return failure_time(lung.time, lung.status, lung[["age", "sex"]], names=["age", "sex"], distribution="lognormal")


def _answers(what, fit, source, *rows):
    def computed(part, position):
        return lambda: float(getattr(fit(), part) if position is None else getattr(fit(), part)[position])

    return tuple(
        KnownAnswer("Accelerated failure time", f"{what}: {label}", value, computed(part, position), tolerance, source)
        for label, part, position, value, tolerance in rows
    )


ANSWERS = (
    *_answers(
        "ovarian, Weibull", _ovarian, OVARIAN_R,
        ("intercept", "intercept", None, 6.897, 5e-4),
        ("ECOG", "log_time_ratio", 0, -0.385, 5e-4),
        ("treatment", "log_time_ratio", 1, 0.529, 5e-4),
        ("ECOG, standard error", "std_error", 0, 0.527, 5e-4),
        ("scale", "scale", None, 0.884, 5e-4),
        ("log-likelihood", "log_likelihood", None, -97.1, 5e-2),
    ),
    *_answers(
        "leukaemia, Weibull", _gehan, GEHAN_R,
        ("intercept", "intercept", None, 3.516, 5e-4),
        ("control", "log_time_ratio", 0, -1.267, 5e-4),
        ("control, standard error", "std_error", 0, 0.311, 5e-4),
        ("scale", "scale", None, 0.732, 5e-4),
        ("log-likelihood", "log_likelihood", None, -106.6, 5e-2),
    ),
    *_answers(
        "lung, log-normal", _lung, LIFELINES,
        ("age", "log_time_ratio", 0, -0.023357, 1e-6),  # lifelines stops its search earlier
        ("sex", "log_time_ratio", 1, 0.519251, 5e-6),
        ("sex, standard error", "std_error", 1, 0.155152, 5e-7),
        ("log-likelihood", "log_likelihood", None, -1158.75014, 5e-6),
    ),
)  # fmt: skip
