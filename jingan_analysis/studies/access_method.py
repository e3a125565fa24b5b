"""How walkers, inequality, shortfalls, robustness and uncertainty are computed, in the words of the method section.

The sections are English and marked for translation; a study shows them through :func:`worded_sections`.
"""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies.result import Section

WALKERS: Final = Section(
    mark("Who can make the walk"),
    (
        mark(
            "Walkers of one kind differ in speed (lognormal). A home's probability is the share of walkers of that kind who are in time; with "
            "waits at crossings, forty equally likely speeds are searched, each on its own fastest way. The slowest kind takes no stairs and "
            "rests on the way; for the others a metre of stairs costs more than a metre on the level. Expected people are people times "
            "probability. Spread, rests and the cost of stairs are assumptions, named among the parameters."
        ),
        formulas.WALKER,
        formulas.WALKER_WHERE,
    ),
)
EQUITY: Final = Section(
    mark("Inequality"),
    (
        mark(
            "The Gini and the Lorenz curve weigh homes by their people and keep people without access as zeros. Theil's T splits exactly "
            "into inequality between and within sub-districts, the Gini into these two and an overlap. Intervals are bootstraps over "
            "sub-districts, bias-corrected and accelerated, because neighbours share what is near them. Whether sub-districts with little lie "
            "side by side is Moran's I, with permutations and a false discovery rate."
        ),
        formulas.GINI,
        formulas.GINI_WHERE,
        formulas.THEIL,
        formulas.THEIL_WHERE,
        formulas.MORAN,
        formulas.MORAN_WHERE,
    ),
)
WHY_HERE: Final = Section(
    mark("Why here"),
    (
        mark(
            "A sub-district's shortfall is the district's mean less its own. Four counterfactuals make conditions even: as many sites around "
            "as the average resident has (distance), every site shared by equally many (competition), all sites equally large (capacity), every "
            "possible crossing open (barriers, with a new search of all walks). All four together explain the whole shortfall; each part is its "
            "mean effect over all orders (Shapley 1953; Shorrocks 2013)."
        ),
        formulas.SHAPLEY,
        formulas.SHAPLEY_WHERE,
        mark(
            "Possible crossings are short straight links between ends of streets that are far apart on foot and meet no other street, one in "
            "some distance along a barrier. Each is opened alone, and the people whose nearest walk comes within the limit are counted."
        ),
    ),
)
ROBUSTNESS: Final = Section(
    mark("Does it depend on how one measures?"),
    (
        mark(
            "Every combination of three methods (E2SFCA; 3SFCA, Wan et al. 2012; M2SFCA, Delamater 2013), three decays, all time limits, all "
            "walking speeds and every group of people that supply could be for is computed, and sub-districts are ranked in each (Steegen et al. "
            "2016). The spread of a rank is over choices and no confidence interval. The variance of ranks is split by choice (law of total variance)."
        ),
    ),
)
UNCERTAINTY: Final = Section(
    mark("How sure"),
    (
        mark(
            "Speed, homes and unknown capacities are drawn from their distributions, the same draws for every number (common random numbers), and all "
            "is computed anew in each draw. The intervals say what these three leave open, not what errors in the data would add. One input after "
            "the other is then held at its middle: how much narrower the interval becomes says which matters most."
        ),
    ),
)


def worded_sections(*sections: Section) -> tuple[Section, ...]:
    """Sections of this file in the spoken language."""
    return tuple(Section(tr(section.title), tuple(map(tr, section.paragraphs))) for section in sections)
