"""Small travel-cost tables written as a matrix."""

from __future__ import annotations

import numpy as np
import pytest

from jingan_analysis.geography.travel_costs import TravelCosts


@pytest.fixture(scope="session")
def costs_of():
    """A function: rows of metres (None = beyond the cutoff or unreachable) to TravelCosts."""

    def build(rows, *, cutoff_m=1_000, unsnapped=(), n_destinations=None):
        n_destinations = len(rows[0]) if n_destinations is None else n_destinations
        pairs = sorted(
            (i, round(metres * 1000), j)
            for i, row in enumerate(rows)
            for j, metres in enumerate(row)
            if metres is not None and i not in unsnapped
        )
        column = np.array(pairs, dtype=np.int64).reshape(-1, 3)
        return TravelCosts(
            origin_ids=np.array([f"o{i}" for i in range(len(rows))], dtype=object),
            destination_ids=np.array([f"d{j}" for j in range(n_destinations)], dtype=object),
            origin=column[:, 0],
            destination=column[:, 2],
            distance_mm=column[:, 1],
            cutoff_mm=cutoff_m * 1000,
            method="walking_network",
            origin_snapped=np.array([i not in unsnapped for i in range(len(rows))], dtype=bool),
            destination_snapped=np.ones(n_destinations, dtype=bool),
        )

    return build
