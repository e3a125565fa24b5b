"""Public data sets of waiting and survival times that textbooks and R's documentation compute with.

CSV files in ``tests/reference/data``: ``lung`` (North Central Cancer Treatment Group, Loprinzi et al. 1994; status 1 is
a death) and ``bladder`` (Wei, Lin and Weissfeld 1989), as in R's survival package 3.x; ``bmtcrr`` (177 bone marrow
transplants, Scrucca, Santucci and Aversa 2010; 1 relapse, 2 death from the transplant), as in R's casebase package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parents[1] / "reference" / "data"


@cache
def table(name):
    return pd.read_csv(FOLDER / f"{name}.csv")


# Freireich et al. (1963), 42 children with leukaemia, weeks in remission: Cox (1972); MASS::gehan.
GEHAN_6MP = (6, 6, 6, 7, 10, 13, 16, 22, 23)
GEHAN_6MP_CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
GEHAN_CONTROL = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)


def gehan():
    """Weeks, whether the relapse was seen, and 1 for the control group."""
    weeks = np.array([*GEHAN_6MP, *GEHAN_6MP_CENSORED, *GEHAN_CONTROL], dtype=float)
    seen = np.array([1] * 9 + [0] * 12 + [1] * 21)
    return weeks, seen, np.array([0] * 21 + [1] * 21)


# Edmonson et al. (1979), days, death, age, ECOG performance, treatment: survival::ovarian.
OVARIAN = np.array(
    [
        (59, 1, 72.3315, 1, 1), (115, 1, 74.4932, 1, 1), (156, 1, 66.4658, 2, 1), (421, 0, 53.3644, 1, 2),
        (431, 1, 50.3397, 1, 1), (448, 0, 56.4301, 2, 1), (464, 1, 56.937, 2, 2), (475, 1, 59.8548, 2, 2),
        (477, 0, 64.1753, 1, 1), (563, 1, 55.1781, 2, 2), (638, 1, 56.7562, 2, 1), (744, 0, 50.1096, 1, 2),
        (769, 0, 59.6301, 2, 2), (770, 0, 57.0521, 1, 2), (803, 0, 39.2712, 1, 1), (855, 0, 43.1233, 2, 1),
        (1040, 0, 38.8932, 2, 1), (1106, 0, 44.6, 1, 1), (1129, 0, 53.9068, 1, 2), (1206, 0, 44.2055, 1, 2),
        (1227, 0, 59.589, 2, 2), (268, 1, 74.5041, 2, 1), (329, 1, 43.137, 1, 1), (353, 1, 63.2192, 2, 2),
        (365, 1, 64.4247, 1, 2), (377, 0, 58.3096, 1, 2),
    ]
)  # fmt: skip
