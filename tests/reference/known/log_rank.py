"""Log-rank tests of the lung cancer and the leukaemia data."""

from known_answers import KnownAnswer
from survival_data import gehan, table

from jingan_analysis.models.log_rank import log_rank

LUNG = "R survival, survdiff(Surv(time, status) ~ sex, lung), printed with six digits"
GEHAN = "Cox (1972), data of Freireich et al.; R survival, survdiff on MASS::gehan"


def _lung():
    lung = table("lung")
    return log_rank(lung.time, lung.status, lung.sex)


def _gehan():
    return log_rank(*gehan())


ANSWERS = (
    KnownAnswer("Log-rank test", "lung: chi-squared by sex", 10.3267, lambda: _lung().chi2, 5e-5, LUNG),
    KnownAnswer("Log-rank test", "lung: p value by sex", 0.00131116, lambda: _lung().p_value, 5e-9, LUNG),
    KnownAnswer(
        "Log-rank test", "lung: expected deaths of men", 91.5817, lambda: float(_lung().expected[0]), 5e-5, LUNG
    ),
    KnownAnswer(
        "Log-rank test", "lung: expected deaths of women", 73.4183, lambda: float(_lung().expected[1]), 5e-5, LUNG
    ),
    KnownAnswer("Log-rank test", "leukaemia: chi-squared", 16.8, lambda: _gehan().chi2, 0.05, GEHAN),
    KnownAnswer(
        "Log-rank test", "leukaemia: expected on 6-MP", 19.25, lambda: float(_gehan().expected[0]), 5e-3, GEHAN
    ),
    KnownAnswer(
        "Log-rank test", "leukaemia: expected controls", 10.75, lambda: float(_gehan().expected[1]), 5e-3, GEHAN
    ),
)
