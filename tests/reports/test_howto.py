"""Notebooks that teach run from top to bottom, stamped where they show figures of made-up data."""

import time
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from jingan_analysis.district import SYNTHETIC

ROOT = Path(__file__).parents[2]
HOWTOS = sorted((ROOT / "notebooks").glob("howto_*.ipynb"))


def html_of(out):
    """What an output shows; a board of widgets has nothing for a page without a kernel."""
    data = out.get("data", {})
    return data.get("text/html", "widget" if "application/vnd.jupyter.widget-view+json" in data else "")


@pytest.mark.slow
@pytest.mark.parametrize("path", HOWTOS, ids=lambda path: path.stem)
def test_howto_runs_and_stamps_its_results(path):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}})
    start = time.monotonic()
    client.execute()
    assert time.monotonic() - start < 60
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    printed = [(cell.id, "".join(map(html_of, cell.outputs))) for cell in cells]
    assert [name for name, html in printed if not html] == []
    # Her own list of places is no figure of the district; a board of widgets is stamped inside.
    assert {name for name, html in printed if SYNTHETIC not in html} <= {"sites", "board"}
    assert not [out for cell in cells for out in cell.outputs if out.output_type in {"stream", "error"}]
