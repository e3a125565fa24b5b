"""Kaplan–Meier curves of the lung cancer and the leukaemia data."""

from functools import cache

from known_answers import KnownAnswer
from survival_data import gehan, table

from jingan_analysis.models.survival import kaplan_meier
from jingan_analysis.models.survival_summaries import survival_at, survival_quantiles

R_SEX = "R survival 3, print(survfit(Surv(time, status) ~ sex, lung)); interval of log type"
R_ECOG = "R survival, tests/cancer.Rout.save, survfit(Surv(time, status) ~ ph.ecog, lung); interval of log type"
GEHAN = "Freireich et al. (1963); Kleinbaum and Klein, Survival Analysis, Stata's sts list; log-minus-log interval"


@cache
def _lung(column):
    kept = table("lung").dropna(subset=[column])
    curves = kaplan_meier(kept.time, kept.status, groups=kept[column], interval="log")
    return {curve.group: curve for curve in curves}


def _median(column, group, part):
    return lambda: float(getattr(survival_quantiles(_lung(column)[group]), part)[0])


def _ecog(group, day, part):
    def compute():
        curve = _lung("ph.ecog")[group]
        if part == "std_error":
            return float(curve.std_error[curve.times <= day][-1])
        return float(getattr(survival_at(curve, [day]), part)[0])

    return compute


def _gehan(group, week, part):
    def compute():
        weeks, seen, control = gehan()
        curve = kaplan_meier(weeks, seen, groups=control)[group]
        return float(getattr(curve, part)[curve.times <= week][-1])

    return compute


def _gehan_median(group):
    def compute():
        weeks, seen, control = gehan()
        return float(survival_quantiles(kaplan_meier(weeks, seen, groups=control)[group]).days[0])

    return compute


ANSWERS = (
    *(
        KnownAnswer(
            "Kaplan-Meier", f"lung: median survival of {who}, days, {part}", value, _median("sex", code, part), 0, R_SEX
        )
        for who, code, values in (("men", 1, (270, 212, 310)), ("women", 2, (426, 348, 550)))
        for part, value in zip(("days", "lower", "upper"), values, strict=True)
    ),
    *(
        KnownAnswer(
            "Kaplan-Meier",
            f"lung: median at ECOG {code}, days, {part}",
            value,
            _median("ph.ecog", code, part),
            0,
            R_ECOG,
        )
        for code, values in ((1, (306, 268, 429)), (2, (199, 156, 288)))
        for part, value in zip(("days", "lower", "upper"), values, strict=True)
    ),
    *(
        KnownAnswer(
            "Kaplan-Meier", f"lung: ECOG {code} on day {day}, {part}", value, _ecog(code, day, part), tolerance, R_ECOG
        )
        for code, day, values in (
            (0, 90, (56, 0.889, 0.0396, 0.8146, 0.970)),
            (0, 365, (22, 0.535, 0.0728, 0.4100, 0.699)),
            (1, 270, (53, 0.561, 0.0487, 0.4729, 0.665)),
            (2, 30, (46, 0.9, 0.0424, 0.821, 0.987)),
        )
        for part, value, tolerance in zip(
            ("at_risk", "survival", "std_error", "lower", "upper"), values, (0, 5e-4, 5e-5, 5e-4, 5e-4), strict=True
        )
    ),
    KnownAnswer("Kaplan-Meier", "leukaemia: median remission on 6-MP, weeks", 23, _gehan_median(0), 0, GEHAN),
    KnownAnswer("Kaplan-Meier", "leukaemia: median remission of controls, weeks", 8, _gehan_median(1), 0, GEHAN),
    *(
        KnownAnswer(
            "Kaplan-Meier", f"leukaemia: 6-MP in week {week}, {part}", value, _gehan(0, week, part), 5e-5, GEHAN
        )
        for week, values in (
            (6, (0.8571, 0.0764, 0.6197, 0.9516)),
            (10, (0.7529, 0.0963, 0.5032, 0.8894)),
            (23, (0.4482, 0.1346)),
        )
        for part, value in zip(("survival", "std_error", "lower", "upper"), values, strict=False)
    ),
)
