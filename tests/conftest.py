"""What holds for all tests: one thread of linear algebra, and files that take longest are handed out first.

Several workers with as many threads each as there are cores wait for each other: a fit to fourteen units took a third
less processor time on one thread. It is also what a report's kernel has.

With ``--dist loadfile`` a file stays on one worker. Left to itself the plug-in begins with the files of most tests, so
that the ones of few long tests come last, and one worker runs them while the others have nothing more to do.
"""

from __future__ import annotations

import os
from pathlib import Path

# Before anything imports numpy; workers inherit it.
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(name, "1")

TESTS = Path(__file__).parent
LONGEST_FIRST = (
    "reports/test_hostile.py",
    "reports/test_accessibility.py",
    "unit/reporting/test_canaries.py",
    "unit/studies/test_canteen_reach.py",
    "reference/test_planted_retrofits.py",
    "unit/reporting/test_publication_faults.py",
    "unit/reporting/test_limits.py",
    "unit/reporting/test_identity.py",
    "unit/studies/test_volunteer_pairing.py",
    "reference/test_planted_befriending.py",
    "unit/studies/test_disclosure.py",
    "unit/studies/test_service_access.py",
    "unit/studies/test_words_and_figures.py",
    "unit/studies/test_service_access_results.py",
    "unit/studies/test_canteen_use.py",
    "unit/reporting/test_runner.py",
    "unit/reporting/test_run_all.py",
    "unit/intake/test_bad_input.py",
    "reports/test_jupyter_jobs.py",
    "unit/studies/test_relief_coverage.py",
    "unit/studies/test_residents.py",
    "reference/test_canteen_reach_naive.py",
    "reference/test_districts_without_effects.py",
    "unit/reporting/test_verify.py",
    "unit/studies/test_canteen_reach_edges.py",
    "unit/studies/test_overview.py",
    "unit/studies/test_edge.py",
    "reference/test_service_supply_naive.py",
    "real_data/test_porto_alegre.py",
    "reports/test_pages.py",
    "unit/reporting/test_published_disclosure.py",
    "reference/test_planted_effects.py",
    "reference/test_planted_beds.py",
    "unit/measures/test_spatial_association.py",
    "reference/test_shortfall_naive.py",
    "reference/test_interrupted_series_coverage.py",
    "reference/test_walks_against_networkx.py",
    "real_data/test_jingan.py",
    "unit/models/test_monte_carlo.py",
)
"""Files that take more than fifteen seconds, as measured; a file that is missing here only comes later than is best."""

PLACES = {TESTS / name: place for place, name in enumerate(LONGEST_FIRST)}


def pytest_collection_modifyitems(items) -> None:
    """Sort files, and leave the order of the tests in each as it is."""
    items.sort(key=lambda item: PLACES.get(item.path, len(PLACES)))
