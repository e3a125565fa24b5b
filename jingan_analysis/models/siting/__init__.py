"""Where the next sites should stand: models of location with proven answers.

>>> import numpy as np
>>> from jingan_analysis.models.siting import SiteRules, maximal_coverage
>>> near = np.array([[True, False, False], [True, True, False], [False, False, True]])
>>> found = maximal_coverage(near, [10, 20, 25], SiteRules(sites=3, most_new=2))
>>> found.chosen.tolist(), found.value, found.gap
([True, False, True], 55.0, 0.0)
"""

from jingan_analysis.models.siting.alternatives import Alternatives, alternatives
from jingan_analysis.models.siting.backup_coverage import BackupCoverage, backup_coverage
from jingan_analysis.models.siting.capacitated_coverage import CapacitatedCoverage, capacitated_coverage
from jingan_analysis.models.siting.capacitated_p_median import CapacitatedMedians, capacitated_p_median
from jingan_analysis.models.siting.frontier import Frontier, FrontierPoint, fairness_frontier
from jingan_analysis.models.siting.integer_program import PROOF, Effort
from jingan_analysis.models.siting.location_set_covering import SetCovering, location_set_covering
from jingan_analysis.models.siting.maximal_coverage import maximal_coverage
from jingan_analysis.models.siting.p_centre import Centres, p_centre
from jingan_analysis.models.siting.p_dispersion import Dispersion, p_dispersion
from jingan_analysis.models.siting.p_median import p_median
from jingan_analysis.models.siting.plan import Coverage, Medians
from jingan_analysis.models.siting.regret import LeastRegret, least_regret, staying_share
from jingan_analysis.models.siting.rules import NO_UNIT, SiteRules
from jingan_analysis.models.siting.stop_curve import StopCurve, stop_curve
from jingan_analysis.models.siting.ways import NOWHERE, Ways, ways

__all__ = [
    "NOWHERE",
    "NO_UNIT",
    "PROOF",
    "Alternatives",
    "BackupCoverage",
    "CapacitatedCoverage",
    "CapacitatedMedians",
    "Centres",
    "Coverage",
    "Dispersion",
    "Effort",
    "Frontier",
    "FrontierPoint",
    "LeastRegret",
    "Medians",
    "SetCovering",
    "SiteRules",
    "StopCurve",
    "Ways",
    "alternatives",
    "backup_coverage",
    "capacitated_coverage",
    "capacitated_p_median",
    "fairness_frontier",
    "least_regret",
    "location_set_covering",
    "maximal_coverage",
    "p_centre",
    "p_dispersion",
    "p_median",
    "staying_share",
    "stop_curve",
    "ways",
]
