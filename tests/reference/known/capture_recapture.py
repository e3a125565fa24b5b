"""Two-list estimates in textbooks."""

from known_answers import KnownAnswer

from jingan_analysis.models.capture_recapture import chapman, under_dependence

ANSWERS = (
    KnownAnswer(
        "Lincoln–Petersen", "cottontail rabbits: hidden (87 marked, 14 caught, 7 of them marked)", 174 - 94,
        lambda: under_dependence(7, 80, 7, odds_ratio=1.0), 1e-9,
        "textbook example, N = 174; its first source was not looked up",
    ),
    KnownAnswer(
        "Chapman", "cottontail rabbits: all", 164, lambda: chapman(7, 80, 7).total, 1e-9,
        "the same numbers by Chapman (1951): 88 x 15 / 8 - 1",
    ),
)  # fmt: skip
