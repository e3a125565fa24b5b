"""Funnel plots: the additive over-dispersion, without winsorising, is DerSimonian and Laird's random effects.

Ten units made up here; the share of each is compared with the pooled share, and the variance by chance is that of the
pooled share.
"""

from known_answers import KnownAnswer

from jingan_analysis.measures.funnel import funnel_of_shares

CASES = (12, 30, 9, 44, 25, 61, 8, 19, 33, 70)
PEOPLE = (80, 120, 60, 150, 140, 260, 20, 90, 200, 310)
METHOD = "Funnel plot"
STATSMODELS = "statsmodels 0.15.0, computed (meta_analysis.combine_effects, method_re='dl')"

ANSWERS = (
    KnownAnswer(METHOD, "ten units: variance between units", 0.0013167592,
                lambda: funnel_of_shares(CASES, PEOPLE, winsorised=0.0).tau ** 2, 5e-11, STATSMODELS),
    KnownAnswer(METHOD, "ten units: I φ, the sum of squared z", 18.556345,
                lambda: 10 * funnel_of_shares(CASES, PEOPLE, winsorised=0.0).phi, 5e-7, STATSMODELS),
)  # fmt: skip
