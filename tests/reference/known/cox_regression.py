"""Cox regressions of R's documentation: ties, strata, late entry, clusters, and the test of proportional hazards."""

from functools import cache

import numpy as np
from known_answers import KnownAnswer
from survival_data import OVARIAN, gehan, table

from jingan_analysis.models.proportional_hazards import proportional_hazards

SEX = "R survival, summary(coxph(Surv(time, status) ~ sex, lung))"
THREE = "R survival, summary(coxph(Surv(time, status) ~ age + sex + ph.ecog, lung))"
STRATIFIED = "R survival, tests/cancer.Rout.save, seven covariates and strata(inst)"
EXAMPLES = "R survival, Examples of coxph"
WEI = "Wei, Lin and Weissfeld (1989), table 5 and equation 3.2; R survival, tests/bladder.Rout.save"
ZPH = "R survival 3, Examples of cox.zph"
GEHAN = "Cox (1972), data of Freireich et al.; R survival, coxph on MASS::gehan"
SEVEN = ("ph.ecog", "ph.karno", "pat.karno", "wt.loss", "sex", "age", "meal.cal")


@cache
def _lung(*names, strata=None):
    kept = table("lung").dropna(subset=[*names, *([strata] if strata else [])])
    codes = kept[strata] if strata else None
    return proportional_hazards(kept.time, kept.status, kept[list(names)], names=names, strata=codes)


@cache
def _bladder(ties):
    data = table("bladder")
    numbers, names = (1, 2, 3, 4), ("rx", "size", "number")
    columns = np.column_stack([data[name] * (data.enum == k) for k in numbers for name in names])
    labels = [f"{name} {k}" for k in numbers for name in names]
    return proportional_hazards(
        data.stop, data.event, columns, names=labels, strata=data.enum, clusters=data.id, ties=ties
    )


@cache
def _leukaemia(ties):
    weeks, seen, control = gehan()
    return proportional_hazards(weeks, seen, control[:, None], names=["control"], ties=ties)


@cache
def _ovarian():
    days, died = OVARIAN[:, 0], OVARIAN[:, 1].astype(int)
    return proportional_hazards(days, died, OVARIAN[:, 2:4], names=["age", "ECOG"]).proportionality


@cache
def _two_strata():
    days, seen = (4, 3, 1, 1, 2, 2, 3), (1, 1, 1, 0, 1, 1, 0)
    x = np.array([0, 2, 1, 1, 1, 0, 0.0])[:, None]
    return proportional_hazards(days, seen, x, names=["x"], strata=(0, 0, 0, 0, 1, 1, 1))


@cache
def _late_entry():
    start, stop = (1, 2, 5, 2, 1, 7, 3, 4, 8, 8), (2, 3, 6, 7, 8, 9, 9, 9, 14, 17)
    x = np.array([1, 0, 0, 1, 0, 1, 1, 1, 0, 0.0])[:, None]
    return proportional_hazards(stop, (1,) * 7 + (0,) * 3, x, names=["x"], entry=start)


def _of(fit, part, position=None):
    def compute():
        value = getattr(fit(), part)
        return float(value if position is None else value[position])

    return compute


def _difference(position):
    """Coefficient of a later recurrence less that of the first, as R's interaction gives it."""
    return lambda: float(np.subtract(*_bladder("efron").log_hazard_ratio[[position, 0]]))


def _answers(what, fit, source, *rows):
    return tuple(
        KnownAnswer("Cox regression", f"{what}: {label}", value, _of(fit, part, position), tolerance, source)
        for label, part, position, value, tolerance in rows
    )


ANSWERS = (
    *_answers(
        "lung by sex", lambda: _lung("sex"), SEX,
        ("coefficient", "log_hazard_ratio", 0, -0.5310, 5e-5),
        ("standard error", "std_error", 0, 0.1672, 5e-5),
        ("concordance", "concordance", None, 0.579, 5e-4),
        ("likelihood ratio", "likelihood_ratio", None, 10.63, 5e-3),
    ),
    *_answers(
        "lung by age, sex, ECOG", lambda: _lung("age", "sex", "ph.ecog"), THREE,
        ("age", "log_hazard_ratio", 0, 0.011067, 5e-7),
        ("sex", "log_hazard_ratio", 1, -0.552612, 5e-7),
        ("ECOG", "log_hazard_ratio", 2, 0.463728, 5e-7),
        ("standard error of age", "std_error", 0, 0.009267, 5e-7),
        ("standard error of sex", "std_error", 1, 0.167739, 5e-7),
        ("standard error of ECOG", "std_error", 2, 0.113577, 5e-7),
        ("concordance", "concordance", None, 0.637, 5e-4),
        ("likelihood ratio", "likelihood_ratio", None, 30.5, 5e-2),
    ),
    *_answers(
        "lung, 7 covariates, strata", lambda: _lung(*SEVEN, strata="inst"), STRATIFIED,
        *(
            (f"{name}, {label}", part, position, value, 5e-8)
            for position, (name, pair) in enumerate(
                zip(SEVEN, ((0.7299987, 0.2689397), (0.0130512, 0.0137362), (-0.0140955, 0.0093680),
                            (-0.0148821, 0.0084811), (-0.6612534, 0.2339979), (0.0050920, 0.0137288),
                            (-0.0002398, 0.0003019)), strict=True)
            )
            for label, part, value in zip(("coefficient", "standard error"), ("log_hazard_ratio", "std_error"), pair, strict=True)
        ),
        ("likelihood ratio", "likelihood_ratio", None, 30.6, 5e-2),
        ("score test", "score_chi2", None, 30.72, 5e-3),
    ),
    *_answers(
        "seven spells in two strata", _two_strata, EXAMPLES,
        ("coefficient", "log_hazard_ratio", 0, 0.8023, 5e-5),
        ("standard error", "std_error", 0, 0.8224, 5e-5),
        ("likelihood ratio", "likelihood_ratio", None, 1.09, 5e-3),
    ),
    *_answers(
        "ten spells with late entry", _late_entry, EXAMPLES,
        ("coefficient", "log_hazard_ratio", 0, -0.02111, 5e-6),
        ("standard error", "std_error", 0, 0.79518, 5e-6),
        ("concordance", "concordance", None, 0.526, 5e-4),
    ),
    *_answers(
        "bladder, Breslow", lambda: _bladder("breslow"), WEI,
        *((f"treatment, recurrence {k + 1}", "log_hazard_ratio", 3 * k, value, 5e-8)
          for k, value in enumerate((-0.5176209, -0.6194404, -0.6998771, -0.6507935))),
        *((f"robust variance, recurrence {k + 1}", "covariance", (3 * k, 3 * k), value, 5e-8)
          for k, value in enumerate((0.09455501, 0.13242834, 0.1723588, 0.2398112))),
        ("robust covariance, recurrences 1 and 2", "covariance", (0, 3), 0.06017669, 5e-9),
        ("robust covariance, recurrences 3 and 4", "covariance", (6, 9), 0.1590865, 5e-8),
    ),
    *_answers(
        "bladder, Efron", lambda: _bladder("efron"), EXAMPLES,
        ("treatment, recurrence 1", "log_hazard_ratio", 0, -0.52598, 5e-6),
        ("its standard error", "model_std_error", 0, 0.31583, 5e-6),
        ("its robust standard error", "std_error", 0, 0.31524, 5e-6),
        ("size, robust standard error", "std_error", 1, 0.08863, 5e-6),
        ("number, robust standard error", "std_error", 2, 0.07459, 5e-6),
        ("likelihood ratio", "likelihood_ratio", None, 30.09, 5e-3),
    ),
    *(
        KnownAnswer("Cox regression", f"bladder, Efron: treatment, recurrence {k + 1} less 1", value, _difference(3 * k), 5e-6, EXAMPLES)
        for k, value in ((1, -0.10633), (2, -0.17251), (3, -0.10945))
    ),
    KnownAnswer("Cox regression", "leukaemia: control, Efron", 1.572, _of(lambda: _leukaemia("efron"), "log_hazard_ratio", 0), 5e-4, GEHAN),
    KnownAnswer("Cox regression", "leukaemia: its standard error", 0.412, _of(lambda: _leukaemia("efron"), "std_error", 0), 5e-4, GEHAN),
    KnownAnswer("Cox regression", "leukaemia: control, Breslow", 1.509, _of(lambda: _leukaemia("breslow"), "log_hazard_ratio", 0), 5e-4, GEHAN),
    KnownAnswer("Grambsch-Therneau test", "ovarian: age, chi-squared", 0.698, _of(_ovarian, "chi2", 0), 5e-4, ZPH),
    KnownAnswer("Grambsch-Therneau test", "ovarian: ECOG, chi-squared", 2.371, _of(_ovarian, "chi2", 1), 5e-4, ZPH),
    KnownAnswer("Grambsch-Therneau test", "ovarian: global chi-squared", 3.633, _of(_ovarian, "global_chi2"), 5e-4, ZPH),
    KnownAnswer("Grambsch-Therneau test", "ovarian: global p value", 0.16, _of(_ovarian, "global_p_value"), 5e-3, ZPH),
)  # fmt: skip
