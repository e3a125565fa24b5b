"""The demonstration district, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.district import District, load_district

DEMO = Path(__file__).parents[3] / "data" / "districts" / "demo"


@pytest.fixture(scope="session")
def demo() -> District:
    return load_district(DEMO)
