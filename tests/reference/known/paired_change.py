"""Tests of paired grades on textbook tables.

Unaided distance vision of 7477 women, right and left eye: Stuart, A. (1955), Biometrika 42; chi-squared 11.96. Approval of
the prime minister by 1600 voters at two times: Agresti, A. (2002), Categorical Data Analysis, 2nd ed., section 10.1.
Complete response of 161 patients before and after consolidation therapy (Cavo et al. 2012): Fagerland, M. W., Lydersen,
S. and Laake, P. (2017), Statistical Analysis of Contingency Tables, chapter 8, as R's contingencytables prints it.
"""

from functools import cache

from known_answers import KnownAnswer

from jingan_analysis.models.paired_change import paired_change

VISION = ((1520, 266, 124, 66), (234, 1512, 432, 78), (117, 362, 1772, 205), (36, 82, 179, 492))
APPROVAL = ((570, 86), (150, 794))
RESPONSE = ((59, 6), (16, 80))
STUART = "Stuart (1955); R coin, Examples of mh_test"
AGRESTI = "Agresti (2002), section 10.1"
FAGERLAND = "Fagerland, Lydersen and Laake (2017), ch. 8; R contingencytables"


@cache
def _found(table):
    grades = tuple(f"g{k}" for k in range(len(table)))
    before = [grades[i] for i, row in enumerate(table) for count in row for _ in range(count)]
    after = [grades[j] for row in table for j, count in enumerate(row) for _ in range(count)]
    return paired_change(before, after, grades=grades, cut=grades[-1])


ANSWERS = (
    KnownAnswer(
        "Stuart–Maxwell", "vision: chi-squared, 3 df", 11.96, lambda: _found(VISION).marginal_chi2, 5e-3, STUART
    ),
    KnownAnswer("Stuart–Maxwell", "vision: p value", 0.007533, lambda: _found(VISION).marginal_p_value, 5e-7, STUART),
    KnownAnswer("McNemar", "approval: z", -4.17, lambda: _found(APPROVAL).mcnemar_z, 5e-3, AGRESTI),
    KnownAnswer("McNemar", "response: z", -2.132, lambda: _found(RESPONSE).mcnemar_z, 5e-4, FAGERLAND),
    KnownAnswer(
        "McNemar, exact", "response: p value", 0.052479, lambda: _found(RESPONSE).mcnemar_p_value, 5e-7, FAGERLAND
    ),
    KnownAnswer("Bonett–Price", "response: lower limit", 0.0032, lambda: _found(RESPONSE).lower, 5e-5, FAGERLAND),
    KnownAnswer("Bonett–Price", "response: upper limit", 0.1195, lambda: _found(RESPONSE).upper, 5e-5, FAGERLAND),
)
