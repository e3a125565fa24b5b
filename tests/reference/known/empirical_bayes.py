"""Marshall's estimator on sudden infant deaths in North Carolina, 1974-78.

Data: Cressie (1993), as shipped with libpysal (sids2); reference values by another package.
"""

import geopandas as gpd
import libpysal
import numpy as np
from esda.smoothing import Empirical_Bayes
from known_answers import KnownAnswer

from jingan_analysis.measures.empirical_bayes import shrunken_rates

COUNTIES = gpd.read_file(libpysal.examples.get_path("sids2.shp"))
DEATHS, BIRTHS = (COUNTIES[name].to_numpy(dtype=float) for name in ("SID74", "BIR74"))
REFERENCE = np.ravel(Empirical_Bayes(DEATHS, BIRTHS).r)
SOURCE = "esda, Empirical_Bayes, computed"


def county(name: str) -> int:
    return int(np.flatnonzero(COUNTIES["NAME"] == name)[0])


def answer(name: str) -> KnownAnswer:
    row = county(name)
    return KnownAnswer(
        "Empirical Bayes (Marshall)", f"SIDS 1974-78, {name}: deaths per 1,000 births", round(1000 * REFERENCE[row], 6),
        lambda: 1000 * shrunken_rates(DEATHS, BIRTHS).shrunken[row], 1e-6, SOURCE,
    )  # fmt: skip


ANSWERS = (
    *(answer(name) for name in ("Anson", "Ashe", "Mecklenburg", "Robeson")),
    KnownAnswer(
        "Empirical Bayes (Marshall)", "SIDS 1974-78: deaths per 1,000 births in the state", 2.02,
        lambda: 1000 * shrunken_rates(DEATHS, BIRTHS).mean, 0.005, "Cressie and Chan (1989): 667 deaths, 329,962 births",
    ),
)  # fmt: skip
