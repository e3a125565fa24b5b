"""Acute coronary events in Sicily around the smoking ban of January 2005: a tutorial's numbers.

Lopez Bernal, J., Cummins, S. and Gasparrini, A. (2017), Interrupted time series regression for the evaluation of public
health interventions: a tutorial, International Journal of Epidemiology 46(1); data beside the project, 59 months. The
lower limit that they print as 0.864 is 0.8647.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.models.interrupted_design import SegmentedModel, monthly_series
from jingan_analysis.models.interrupted_effects import counterfactual
from jingan_analysis.models.interrupted_series import interrupted_series
from jingan_analysis.models.placebo_breaks import placebo_breaks

pytestmark = pytest.mark.real_data
HOME = Path(os.environ.get("JINGAN_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
BAN = 12 * 2005
NORMAL = 1.959963984540054


@pytest.fixture(scope="module")
def sicily():
    file = HOME / "known_answers" / "its_sicily.csv"
    if not file.is_file():
        pytest.skip(f"the real data are missing: no file {file}; JINGAN_REAL_DATA can name another place")
    table = pd.read_csv(file)
    month = (12 * table["year"] + table["month"] - 1).to_numpy()
    return monthly_series(month, table["aces"], size=table["stdpop"])


@pytest.mark.parametrize(
    ("season", "quasi", "published", "dispersion", "tolerance"),
    [(0, False, (0.894, 0.864, 0.925), 3.56, 1e-3), (2, True, (0.885, 0.839, 0.933), 2.26, 5e-4)],
)
def test_the_published_rate_ratios(sicily, season, quasi, published, dispersion, tolerance):
    found = interrupted_series(sicily, SegmentedModel("poisson", (BAN,), slope_change=False, season=season))
    place = int(found.fit.design.level[0])
    error = np.sqrt(found.fit.bread[place, place] * (found.fit.dispersion if quasi else 1.0))
    limits = found.fit.estimate[place] + NORMAL * error * np.array([0, -1, 1])
    assert np.exp(limits) == pytest.approx(published, rel=0, abs=tolerance)
    assert found.fit.dispersion == pytest.approx(dispersion, abs=5e-3)
    assert found.months_by_segment == (36, 23)


def test_without_centring_the_level_is_not_that_of_the_ban(sicily):
    """The authors' correction: the change of slope hardly moves the change of level, if it counts from the ban."""
    step = interrupted_series(sicily, SegmentedModel("poisson", (BAN,), slope_change=False, season=2))
    both = interrupted_series(sicily, SegmentedModel("poisson", (BAN,), season=2))
    levels = [found.to_frame().loc["level_1", "estimate"] for found in (step, both)]
    assert abs(levels[1] - levels[0]) < 0.02
    assert both.to_frame().loc["slope_1", "p_value"] > 0.3
    # As if counted from the start of the series, 36 months earlier.
    uncentred = levels[1] - 36 * both.to_frame().loc["slope_1", "estimate"]
    assert abs(uncentred - levels[0]) > 0.04


def test_the_ban_stands_out_among_months_without_one(sicily):
    found = interrupted_series(sicily, SegmentedModel("poisson", (BAN,), season=2))
    placebo = placebo_breaks(found)
    assert len(placebo.table) == 21
    assert (placebo.share_level, placebo.share_level_t) == (0, 0)
    effect = counterfactual(found)
    assert (effect.ratio_upper[36:48] < 1).all()
