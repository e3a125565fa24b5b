"""The example of the competition authorities."""

from known_answers import KnownAnswer

from jingan_analysis.measures.herfindahl import herfindahl

ANSWERS = (
    KnownAnswer(
        "Herfindahl–Hirschman", "four firms of 30, 30, 20 and 20 per cent", 2600, lambda: 10_000 * herfindahl([30, 30, 20, 20]).index, 1e-9,
        "US Department of Justice, Herfindahl-Hirschman Index",
    ),
)  # fmt: skip
