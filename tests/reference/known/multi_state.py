"""Multi-state models: R's etm and cmprsk for the Aalen–Johansen estimate, msm for panels, textbooks for generators."""

from functools import cache

import numpy as np
from known_answers import KnownAnswer
from multi_state_data import TWELVE, TWOWAY4, cav_visits, spells_of
from survival_data import table

from jingan_analysis.models.markov_generator import absorbing_chain, probabilities_of_generator, sojourn_of_generator
from jingan_analysis.models.multi_state import probabilities_at, transition_probabilities
from jingan_analysis.models.panel_likelihood import panel_log_likelihood
from jingan_analysis.models.panel_transitions import panel_transitions
from jingan_analysis.models.state_spells import state_spells

ETM = "R etm 1.1.1, etm and trcov, computed"
CMPRSK = "R cmprsk, cuminc(ftime, Status, D) on casebase::bmtcrr (Scrucca, Santucci and Aversa 2010)"
MSM_TEST = "R msm, tests/testthat/test_models.r on cav"
MSM_PAGE = "R msm, ?msm on cav, printed"
MSM = "R msm 1.7 on cav, reltol 1e-14, computed"
SNELL = "Grinstead and Snell, Introduction to Probability, examples 11.13 to 11.15 (drunkard's walk)"


@cache
def _twelve(start):
    return transition_probabilities(spells_of(TWELVE), start=start)


def _etm(start, day, row, column, part):
    def compute():
        found = probabilities_at(_twelve(start), [day])
        return float(found.probability[0, row, column] if part == "P" else found.std_error[0, row, column] ** 2)

    return compute


# Start, day, row, column: probability and variance.
TRANSITIONS = {
    (0, 5, 0, 1): (0.458333333333333, 0.0229311342592593),
    (0, 9, 0, 0): (0.636188271604938, 0.0210468059862095),
    (0, 9, 0, 2): (0.181712962962963, 0.0135122961141118),
    (0, 13, 0, 1): (0.222307956104252, 0.0193956054471279),
    (0, 13, 1, 0): (0.362654320987654, 0.0268698321521110),
    (0, 13, 1, 2): (0.410322359396433, 0.0271658825760213),
    (5, 13, 0, 1): (0.211934156378601, 0.0190202204948433),
    (5, 13, 1, 2): (0.404320987654321, 0.0320351000863690),
}


def _bmtcrr(disease, cause, month):
    """Hundredths of a month take the place of days: the estimate knows their order only."""

    def compute():
        data = table("bmtcrr")
        data = data[data.disease == disease]
        at = np.round(data.months.to_numpy() * 100).astype(int)
        to = np.where(data.status == 0, -1, data.status)
        stays = state_spells(
            np.arange(len(at)), np.zeros(len(at)), to, np.zeros(len(at)), at, states=("alive", "relapse", "death")
        )
        return float(probabilities_at(transition_probabilities(stays), [month * 100]).probability[0, 0, cause])

    return compute


INCIDENCES = {
    ("ALL", 1, 20): 0.3713851,
    ("AML", 1, 40): 0.2663827,
    ("ALL", 2, 60): 0.3860350,
    ("AML", 2, 20): 0.4439103,
}


def _deviance(exact):
    return lambda: -2 * panel_log_likelihood(*cav_visits(), TWOWAY4, exact=exact)


@cache
def _cav(exact):
    return panel_transitions(*cav_visits(), TWOWAY4 > 0, exact=exact)


def _fitted(exact, part, a, b):
    return lambda: float(getattr(_cav(exact), part)[a - 1, b - 1])


# From, to: intensity and interval, as printed.
PRINTED = {
    (1, 2): (0.12787, 0.11135, 0.14684),
    (1, 4): (0.04250, 0.03412, 0.05294),
    (2, 1): (0.22512, 0.16755, 0.30247),
    (2, 2): (-0.60794, -0.70880, -0.52143),
    (2, 3): (0.34261, 0.27317, 0.42970),
    (2, 4): (0.04021, 0.01129, 0.14324),
    (3, 2): (0.13062, 0.07952, 0.21457),
    (3, 4): (0.30648, 0.23822, 0.39429),
}
# From, to: intensity and standard error with exact times of death, and without.
COMPUTED = {
    (1, 2): (0.127874288248772, 0.00902272775062687, 0.126072422160183, 0.00895862524095278),
    (1, 4): (0.0424852529023311, 0.00476339536644076, 0.0486417017986113, 0.00480338026411691),
    (2, 1): (0.225101079816380, 0.0339215190132785, 0.237890170607714, 0.0352664496132319),
    (2, 2): (-0.607963288965078, 0.0476139792136428, -0.618834158584220, 0.0492602332558564),
    (2, 4): (0.0402681114311680, 0.0260546256461209, 0.0758855699979260, 0.0220941006484410),
    (3, 4): (0.306458028023881, 0.0393892730003994, 0.334387696500467, 0.0460243189646723),
}
ESTIMATE = np.array(
    [
        [-0.170359541151103, 0.127874288248772, 0, 0.0424852529023311],
        [0.225101079816380, -0.607963288965079, 0.342594097717531, 0.040268111431168],
        [0, 0.130624022061312, -0.4370820500851927, 0.3064580280238807],
        [0, 0, 0, 0],
    ]
)
# All steps of the walk take one unit of time on average.
DRUNKARD = np.array(
    [[-1, 0.5, 0, 0.5, 0], [0.5, -1, 0.5, 0, 0], [0, 0.5, -1, 0, 0.5], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]], dtype=float
)

ANSWERS = (
    *(
        KnownAnswer(
            "Aalen-Johansen",
            f"twelve people: {part} from {row} on day {start} to {column} on day {day}",
            value,
            _etm(start, day, row, column, part),
            5e-12,
            ETM,
        )
        for (start, day, row, column), values in TRANSITIONS.items()
        for part, value in zip(("P", "variance"), values, strict=True)
    ),
    *(
        KnownAnswer(
            "Aalen-Johansen",
            f"transplants: {disease}, from alive to cause {cause}, month {month}",
            value,
            _bmtcrr(disease, cause, month),
            5e-8,
            CMPRSK,
        )
        for (disease, cause, month), value in INCIDENCES.items()
    ),
    # msm's own exponential is exact to about 1e-11 a pair, and there are 2224.
    KnownAnswer("Panel", "cav: -2 log L at twoway4.q, exact deaths", 4908.81676837903, _deviance((3,)), 1e-7, MSM_TEST),
    KnownAnswer(
        "Panel", "cav: -2 log L at twoway4.q, no exact deaths", 4833.00640639644, _deviance(()), 1e-7, MSM_TEST
    ),
    KnownAnswer(
        "Panel", "cav: -2 log L at its maximum", 3968.798, lambda: -2 * _cav((3,)).log_likelihood, 5e-4, MSM_PAGE
    ),
    # The optimiser of the page stopped where the deviance was 1.2e-5 above its minimum: up to 1.1e-4 away.
    *(
        KnownAnswer("Panel", f"cav: {part} {a} to {b}, printed", value, _fitted((3,), part, a, b), 1.2e-4, MSM_PAGE)
        for (a, b), values in PRINTED.items()
        for part, value in zip(("generator", "lower", "upper"), values, strict=True)
    ),
    # Even so tight an optimiser leaves 2e-6.
    *(
        KnownAnswer("Panel", f"cav, {how}: {part} {a} to {b}", value, _fitted(exact, part, a, b), 4e-6, MSM)
        for (a, b), values in COMPUTED.items()
        for (how, exact, part), value in zip(
            (
                ("exact deaths", (3,), "generator"),
                ("exact deaths", (3,), "std_error"),
                ("deaths at visits", (), "generator"),
                ("deaths at visits", (), "std_error"),
            ),
            values,
            strict=True,
        )
    ),
    *(
        KnownAnswer(
            "Markov generator",
            f"cav: P from {a} to {b} in 5 years",
            value,
            lambda a=a, b=b: float(probabilities_of_generator(ESTIMATE, [5])[0, a - 1, b - 1]),
            5e-11,
            "R msm 1.7, pmatrix.msm, computed",
        )
        for (a, b), value in {(1, 1): 0.5196783807220788, (2, 3): 0.1808946737367399, (3, 4): 0.700711470823823}.items()
    ),
    *(
        KnownAnswer(
            "Markov generator",
            f"cav: years in {b} from 1, within 5 years",
            value,
            lambda b=b: float(sojourn_of_generator(ESTIMATE, 5)[0, b - 1]),
            5e-7,
            "R msm 1.7, totlos.msm, computed",
        )
        for b, value in {1: 3.58396525654839, 2: 0.578589216166353, 4: 0.592586640470978}.items()
    ),
    *(
        KnownAnswer(
            "Markov generator",
            f"cav: years in {b} from 1",
            value,
            lambda b=b: float(absorbing_chain(ESTIMATE).time_in[0, b - 1]),
            5e-6,
            "R msm 1.7, totlos.msm, computed",
        )
        for b, value in {1: 8.81637101633767, 2: 2.22990009366121, 3: 1.74784256436067}.items()
    ),
    *(
        KnownAnswer(
            "Markov generator",
            f"drunkard's walk: visits to {b} from {a}",
            value,
            lambda a=a, b=b: float(absorbing_chain(DRUNKARD).mean_visits[a - 1, b - 1]),
            1e-12,
            SNELL,
        )
        for (a, b), value in {(1, 1): 1.5, (1, 2): 1.0, (1, 3): 0.5, (2, 2): 2.0}.items()
    ),
    *(
        KnownAnswer(
            "Markov generator",
            f"drunkard's walk: home from {a}",
            value,
            lambda a=a: float(absorbing_chain(DRUNKARD).absorbed_in[a - 1, 0]),
            1e-12,
            SNELL,
        )
        for a, value in {1: 0.75, 2: 0.5, 3: 0.25}.items()
    ),
)
