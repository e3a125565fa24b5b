"""Alkire–Foster: the worked example of four people and four dimensions.

Alkire and Foster (2008), Counting and multidimensional poverty measurement, OPHI Working Paper 7: achievements of four
people, cut-offs (13, 12, 3, 1), equal weights, poor from two dimensions on.
"""

import numpy as np
from known_answers import KnownAnswer

from jingan_analysis.measures.multidimensional_poverty import MultidimensionalPoverty, multidimensional_poverty

ACHIEVEMENTS = ((13.1, 14, 4, 1), (15.2, 7, 5, 0), (12.5, 10, 1, 0), (20, 11, 3, 1))
CUT_OFFS = (13, 12, 3, 1)
SOURCE = "Alkire and Foster (2008), OPHI Working Paper 7"


def found() -> MultidimensionalPoverty:
    return multidimensional_poverty(np.array(ACHIEVEMENTS) < CUT_OFFS, (1, 1, 1, 1), cutoff=0.5)


ANSWERS = (
    KnownAnswer("Alkire–Foster", "four people: headcount H", 1 / 2, lambda: found().headcount, 1e-12, SOURCE),
    KnownAnswer("Alkire–Foster", "four people: intensity A", 3 / 4, lambda: found().intensity, 1e-12, SOURCE),
    KnownAnswer("Alkire–Foster", "four people: adjusted headcount M0", 3 / 8, lambda: found().adjusted, 1e-12, SOURCE),
)
