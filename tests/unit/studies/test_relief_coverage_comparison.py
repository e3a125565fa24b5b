"""Sub-districts compared: by hand, by formula, and in their directions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from jingan_analysis.studies import run_study
from jingan_analysis.studies.relief_coverage_comparison import comparison


def people(counts: dict[str, tuple[int, int]]) -> tuple[pd.Series, pd.Series]:
    """Never served or not, and the unit, of (never served, eligible) households by unit."""
    flags = [(unit, number < never) for unit, (never, eligible) in counts.items() for number in range(eligible)]
    return pd.Series([flag for _, flag in flags], dtype=bool), pd.Series([unit for unit, _ in flags], dtype=object)


def test_counts_and_weights_are_those_of_the_households(demo) -> None:
    result = run_study("relief_coverage", demo, period="2024-08", minimum_cell=1)
    frame, coverage = result.tables["comparison"].frame, result.tables["by_subdistrict"].frame
    assert frame["eligible"].tolist() == coverage["eligible"].tolist()
    assert frame["never_served"].tolist() == coverage["never_served"].tolist()
    units = frame.drop(index="district")
    # The posterior mean lies between the own share and a mean common to all, at the own weight.
    common = (units["shrunken"] - units["weight"] * units["raw"]) / (1 - units["weight"])
    assert common.max() - common.min() < 1e-9
    assert (units["eligible"].rank() == units["weight"].rank()).all(), "more households, more weight of their own"
    assert units["lower"].lt(units["shrunken"]).all()
    assert units["upper"].gt(units["shrunken"]).all()


def test_positions_by_chance_agree_with_binomial_tails(demo) -> None:
    frame = run_study("relief_coverage", demo, period="2024-08", minimum_cell=1).tables["comparison"].frame
    share = frame.loc["district", "raw"]
    for _, row in frame.drop(index="district").iterrows():
        above = binom.sf(row["never_served"] - 1, row["eligible"], share)
        below = binom.cdf(row["never_served"], row["eligible"], share)
        expected = {
            "far_above": above < 0.001,
            "above": 0.001 <= above < 0.025,
            "far_below": below < 0.001,
            "below": 0.001 <= below < 0.025,
        }
        assert [name for name, true in expected.items() if true] in ([row["position"]], [])
        assert (row["position"] == "within") == (min(above, below) >= 0.025)


def test_small_units_are_drawn_in_most_and_one_outlier_stands_apart() -> None:
    counts = {f"U{number}": (48 + number % 5, 100) for number in range(12)} | {"tiny": (5, 5), "odd": (190, 200)}
    found = comparison(*people(counts), list(counts), confidence=0.95)
    assert found is not None
    assert found.frame.loc["tiny", "raw"] == 1.0
    assert found.frame.loc["tiny", "shrunken"] < 0.85
    assert found.frame["weight"].idxmin() == "tiny"
    assert found.frame.loc["odd", "position"] == "far_above"
    assert found.frame.loc["tiny", "position"] == "within", "all of five is no wonder"
    drawn = found.limits()
    assert (drawn["upper_outer"] >= drawn["upper_inner"]).all()
    assert drawn.index.max() >= 200


def test_units_that_differ_by_chance_only_get_one_share() -> None:
    counts = {f"U{number}": (50, 100) for number in range(8)}
    found = comparison(*people(counts), list(counts), confidence=0.95)
    assert found is not None
    assert found.shrunken.pooling == "complete"
    assert np.ptp(found.frame["shrunken"].dropna()) == 0
    assert found.funnel.reason == "no_overdispersion"


def test_a_unit_without_households_stands_nowhere_and_too_few_units_are_not_compared() -> None:
    counts = {f"U{number}": (40 + number, 100) for number in range(6)}
    found = comparison(*people(counts), [*counts, "empty"], confidence=0.95)
    assert found is not None
    assert found.frame.loc["empty", "eligible"] == 0
    assert found.frame.loc["empty", ["raw", "shrunken", "weight"]].isna().all()
    assert found.frame.loc["empty", "position"] == "z"
    assert comparison(*people({"A": (1, 2), "B": (1, 2)}), ["A", "B"], confidence=0.95) is None


def test_a_hidden_count_hides_what_is_made_of_it(demo) -> None:
    table = run_study("relief_coverage", demo, period="2024-08", minimum_cell=40).tables["comparison"]
    hidden = [row for row in table.frame.index if table.marks.get((str(row), "never_served")) == "c"]
    assert hidden
    for row in hidden:
        for column in ("raw", "shrunken", "lower", "upper", "weight", "position", "position_widened"):
            assert table.marks[row, column] == "c"
            assert pd.isna(table.frame.loc[row, column])


@pytest.mark.parametrize("unit", [None, "310106012000"])
def test_figures_say_what_the_table_says(demo, unit: str | None) -> None:
    result = run_study("relief_coverage", demo, period="2024-08", unit=unit)
    assert {"shrinkage", "funnel"} <= set(result.figures)
    assert result.figures["funnel"].table == "comparison"
