"""Individuals chart: viscosity of aircraft primer paint, batches 1 to 15.

Montgomery, Introduction to Statistical Quality Control, section 6.4 (individual measurements).
"""

import numpy as np
from known_answers import KnownAnswer

from jingan_analysis.measures.control_chart import ControlChart, control_chart

VISCOSITY = (
    33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84,
)  # fmt: skip
SOURCE = "Montgomery, Introduction to Statistical Quality Control, section 6.4"


def found() -> ControlChart:
    return control_chart(np.array(VISCOSITY))


ANSWERS = (
    KnownAnswer("XmR chart", "primer viscosity: mean", 33.52, lambda: found().centre[0], 0.005, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: mean moving range", 0.48, lambda: found().mean_moving_range[0], 0.005, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: upper limit", 34.80, lambda: found().upper[0], 0.01, SOURCE),
    KnownAnswer("XmR chart", "primer viscosity: lower limit", 32.24, lambda: found().lower[0], 0.01, SOURCE),
)  # fmt: skip
