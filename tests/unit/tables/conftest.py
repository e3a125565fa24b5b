from __future__ import annotations

import math

import pandas as pd
import pytest

from jingan_analysis.tables.table import Table, TableColumn


@pytest.fixture
def table():
    """All kinds of cells, a group, a total in the middle of the frame, marks and text that HTML must escape."""
    frame = pd.DataFrame(
        {
            "older": [1234.0, 2000.0, 766.0],
            "share": [0.61234567891, 0.5, math.nan],
            "lower": [0.55, math.nan, 0.1],
            "note": ["<b>bold</b>", "=SUM(A1)", "plain"],
            "hidden": [1.0, 2.0, 3.0],
        },
        index=["a", "total", "b c"],
    )
    return Table(
        name="by_unit",
        caption="Shares & <intervals>",
        frame=frame,
        columns=(
            TableColumn("older", "People aged 60+", "count", "persons"),
            TableColumn("share", "Share <x>", "percent", "%", 1, group="Within reach"),
            TableColumn("lower", "Lower limit", "percent", "%", 1, group="Within reach"),
            TableColumn("note", "Remark", "text"),
        ),
        row_header="Sub-district",
        row_labels={"a": "宝山路街道", "b c": "Old <Mill>", "total": "District"},
        marks={("b c", "share"): "x", ("b c", "lower"): "c", ("total", "lower"): "z", ("a", "share"): "u"},
        total_row="total",
        notes=("95% Wilson intervals; <resident> population.",),
    )
