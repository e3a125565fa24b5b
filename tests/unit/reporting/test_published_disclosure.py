"""What a report hides is in none of its published files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from jingan_analysis import load_district, run_study
from jingan_analysis.reporting.runner import run_report

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "data" / "districts" / "demo"
UNIT = "310106013000"

pytestmark = pytest.mark.slow


def test_hidden_numbers_are_in_no_published_file(tmp_path):
    strict = {"period": "2024-08", "unit": UNIT}
    exact = run_study("relief_coverage", load_district(DEMO), minimum_cell=1, **strict).tables
    shown = run_study("relief_coverage", load_district(DEMO), minimum_cell=100, **strict).tables
    values = (
        exact[table.name].frame.at[cell]
        for table in shown.values()
        for cell, mark in table.marks.items()
        if mark == "c"
    )
    hidden = {value for value in values if isinstance(value, float) and not np.isnan(value)}
    by_chance = {value for table in shown.values() for value in table.frame.select_dtypes("number").to_numpy().flat}
    told = {repr(value) for value in hidden - by_chance if len(repr(value)) > 12}
    assert len(told) > 50

    run_report(
        "relief_coverage", DEMO, settings={"minimum_cell": 100}, out=tmp_path / "reports", notebooks=ROOT / "notebooks",
        languages=("en", "ja"), **strict,
    )  # fmt: skip
    files = [path for path in (tmp_path / "reports").rglob("*") if path.is_file() and not path.is_symlink()]
    assert {path.suffix for path in files} >= {".html", ".csv", ".svg", ".ipynb", ".json"}
    leaks = [
        (path.relative_to(tmp_path).as_posix(), number)
        for path in files
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for number in told
        if number in text
    ]
    assert leaks == []
    pages = [path.read_text(encoding="utf-8") for path in files if path.name == "report.html"]
    assert len(pages) == 2
    assert all("[c]" in page for page in pages)
