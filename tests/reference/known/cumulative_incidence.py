"""Cumulative incidence of relapse and of death from the transplant, with lifelines' variance beside it."""

from known_answers import KnownAnswer
from survival_data import table

from jingan_analysis.models.competing_risks import cumulative_incidence, incidence_at

CMPRSK = "R cmprsk, cuminc(ftime, Status, D) on casebase::bmtcrr (Scrucca, Santucci and Aversa 2010)"
LIFELINES = "lifelines 0.30.3, AalenJohansenFitter, computed"


def _incidence(disease, cause, month):
    def compute():
        data = table("bmtcrr")
        result = cumulative_incidence(data.months, data.status, groups=(data.disease == "AML").astype(int))
        return float(incidence_at(result[disease == "AML"], [month]).incidence[cause - 1, 0])

    return compute


# Ten spells without ties: lifelines breaks ties at random.
DAYS = (3, 5, 8, 12, 13, 21, 22, 30, 41, 50)
CAUSES = (1, 2, 0, 1, 2, 1, 0, 2, 1, 0)


def _ten(cause, day, part):
    return lambda: float(getattr(incidence_at(cumulative_incidence(DAYS, CAUSES)[0], [day]), part)[cause - 1, 0])


PUBLISHED = {
    ("ALL", 1): (0.3713851, 0.3875571, 0.3875571),
    ("AML", 1): (0.2414530, 0.2663827, 0.2810390),
    ("ALL", 2): (0.3698630, 0.3860350, 0.3860350),
    ("AML", 2): (0.4439103, 0.4551473, 0.4551473),
}
COMPUTED = {
    (1, 13, "incidence"): 0.21428571428571425,
    (1, 13, "std_error"): 0.13504129591905778,
    (1, 41, "incidence"): 0.4809523809523808,
    (1, 41, "std_error"): 0.17800105431551963,
    (1, 41, "lower"): 0.13919469757289507,
    (1, 41, "upper"): 0.7620655566124352,
    (2, 30, "incidence"): 0.36666666666666653,
    (2, 30, "std_error"): 0.17213917974512877,
    (2, 30, "lower"): 0.0812415713185583,
    (2, 30, "upper"): 0.6696571266559369,
}

ANSWERS = (
    *(
        KnownAnswer(
            "Cumulative incidence",
            f"transplants: {disease}, cause {cause}, month {month}",
            value,
            _incidence(disease, cause, month),
            5e-8,
            CMPRSK,
        )
        for (disease, cause), values in PUBLISHED.items()
        for month, value in zip((20, 40, 60), values, strict=True)
    ),
    *(
        KnownAnswer(
            "Cumulative incidence",
            f"ten spells: cause {cause}, day {day}, {part}",
            value,
            _ten(cause, day, part),
            5e-9,
            LIFELINES,
        )
        for (cause, day, part), value in COMPUTED.items()
    ),
)
