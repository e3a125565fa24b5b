"""Individuals chart: viscosity of aircraft primer paint, batches 1 to 15.

Montgomery, Introduction to Statistical Quality Control, section 6.4 (individual measurements).
"""

import numpy as np
from known_answers import KnownAnswer

from jingan_analysis.measures.control_chart import ControlChart, control_chart

VISCOSITY = (
    33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84,
)  # fmt: skip
NORMAL = (
    -0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123, -0.68685285,
    -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314, 0.49785048, -1.96661716,
    0.70135590, -0.47279141,
)  # fmt: skip
"""The first twenty standard normal numbers of R's ``set.seed(123)``, with which NHSRplotthedots tests itself."""
DOTS = "NHSRplotthedots, tests/testthat/_snaps/ptd_spc_standard.md"
SOURCE = "Montgomery, Introduction to Statistical Quality Control, section 6.4"


def found() -> ControlChart:
    return control_chart(np.array(VISCOSITY))


def dots() -> ControlChart:
    return control_chart(np.array(NORMAL))


ANSWERS = (
    KnownAnswer("XmR chart", "normal numbers: mean", 0.142, lambda: dots().centre[0], 5e-4, DOTS),
    KnownAnswer("XmR chart", "normal numbers: lower limit", -3.01, lambda: dots().lower[0], 5e-3, DOTS),
    KnownAnswer("XmR chart", "normal numbers: upper limit", 3.29, lambda: dots().upper[0], 5e-3, DOTS),
    KnownAnswer("XmR chart", "primer viscosity: mean", 33.52, lambda: found().centre[0], 0.005, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: mean moving range", 0.48, lambda: found().mean_moving_range[0], 0.005, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: upper limit", 34.80, lambda: found().upper[0], 0.01, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: lower limit", 32.24, lambda: found().lower[0], 0.01, SOURCE),
)  # fmt: skip
