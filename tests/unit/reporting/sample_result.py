"""A small made-up result, for tests of the runner; imported inside the notebook's kernel too."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.style import INK, SERIES, publication_style
from jingan_analysis.figures.svg import to_svg
from jingan_analysis.studies.result import Check, Checks, Section, Shelf, Statements, StudyResult
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.table import Table, TableColumn

TITLE = "Who can walk to a canteen <sample>"


def sample_table() -> Table:
    frame = pd.DataFrame(
        {"older": [1200.0, 800.0, 2000.0], "share": [0.5, np.nan, 0.61234567]}, index=["a", "b", "total"]
    )
    return Table(
        name="by_unit",
        caption="Older people within 10 minutes, 静隣暖心ハウス & others",
        frame=frame,
        columns=(
            TableColumn("older", "People aged 60 and over", "count", "persons"),
            TableColumn("share", "Within 10 minutes", "percent", "% of persons", 1),
        ),
        row_header="Unit",
        row_labels={"a": "宝山路街道", "b": "Old <Mill>", "total": "District"},
        marks={("b", "share"): "x"},
        total_row="total",
        notes=("Walking at 1.0 m/s.",),
    )


def sample_svg() -> str:
    with publication_style():
        canvas = Canvas(figsize=(600 / 72, 300 / 72), label="shares")
        axes = canvas.add_axes((0.3, 0.1, 0.6, 0.8))
        axes.barh([0, 1], [0.5, 0.61], color=SERIES[0])
        axes.text(0.1, 0.5, "宝山路街道", color=INK)
        return to_svg(canvas)


def sample_result(
    *, period: str = "2024-08", unit: str | None = None, study: str = "sample", walk_speed_mps: float = 1.0
) -> StudyResult:
    tables = {"by_unit": sample_table()}
    claim = Claim("by_unit", "total", "share")
    finding = state("Of all older people, {share} live within ten minutes.", tables, share=claim)
    second = state(
        "In {unit} it is {share}.", tables, words={"unit": "宝山路街道"}, share=Claim("by_unit", "a", "share")
    )
    figure = Figure(
        name="shares",
        title=finding,
        subtitle="Share of people aged 60 and over, by unit",
        alternative=second,
        svg=sample_svg(),
        table="by_unit",
        notes=("Modelled.",),
    )
    return StudyResult(
        study=study, title=TITLE, question="Which older people have no canteen near?", district_key="demo",
        district_names={"en": "Sample", "zh": "示范区", "ja": "見本区"}, synthetic=True, period=period,
        period_label="1 January 2024 to 31 August 2024", unit_code=unit, unit_name=None if unit is None else "宝山路街道",
        parameters={"walk_speed_mps": walk_speed_mps, "basis": "resident", "minutes": (5, 10)},
        headline=Statements("Key findings", (finding, second)), tables=Shelf(tables), figures=Shelf({"shares": figure}),
        checks=Checks((Check("Ledger of people closes", True, second),)), notes=Statements("Caveats", (second,)),
        method=(Section("Reach", ("People count as reached when minutes ≤ 10.",)),),
        stamps=("Synthetic demonstration data",), inputs={"population.parquet": "ab" * 32},
    )  # fmt: skip
