"""The lowest and the highest of a share by sub-district, as far as they may be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jingan_analysis.studies.share_map import beyond_note, ends_of
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.table import Table, TableColumn

SHARES = {"a": 0.4, "b": 0.1, "c": 0.9, DISTRICT_ROW: 0.95}


def tables(marks: dict[tuple[str, str], str]) -> dict[str, Table]:
    frame = pd.DataFrame({"share": SHARES, "other": SHARES})
    for cell in marks:
        frame.loc[cell] = np.nan
    columns = (TableColumn("share", "Share", "percent"), TableColumn("other", "Other", "percent"))
    return {"units": Table("units", "Units", frame, columns, row_header="Unit", row_labels={}, marks=marks)}


def test_the_ends_are_those_of_the_sub_districts_never_the_whole():
    assert ends_of(tables({}), "units", "share") == ("b", "c")
    assert ends_of(tables({("b", "share"): "c"}), "units", "share") == ("a", "c")
    assert ends_of(tables({("a", "share"): "c", ("b", "share"): "c"}), "units", "share") is None


@pytest.mark.parametrize(
    ("marks", "told"),
    [({}, False), ({("b", "share"): "c"}, True), ({("b", "share"): "z"}, False), ({("b", "other"): "c"}, False)],
    ids=["all shown", "one suppressed", "nobody there", "another column"],
)
def test_suppressed_ends_are_told(marks, told):
    """Whoever is suppressed may lie beyond the ends; where nobody lives there is nothing to lie anywhere."""
    assert bool(beyond_note(tables(marks), "units", "share")) is told
