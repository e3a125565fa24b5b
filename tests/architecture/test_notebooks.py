"""One notebook a study; a notebook orchestrates and never computes."""

import ast
import json
from pathlib import Path

import pytest

from jingan_analysis.studies import load_study, study_names
from jingan_analysis.studies.parameters import check_parameters

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CELLS, MOST_LINES = 8, 5


def faults(notebook: dict) -> list[str]:
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    found = [] if len(cells) <= MOST_CELLS else [f"{len(cells)} code cells, at most {MOST_CELLS}"]
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        lines = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
        if len(lines) > MOST_LINES:
            found.append(f"cell {number} has {len(lines)} lines, at most {MOST_LINES}")
        if any(isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)) for node in ast.walk(ast.parse(source))):
            found.append(f"cell {number} defines a function")
        if cell["outputs"] or cell["execution_count"] is not None:
            found.append(f"cell {number} has a committed output")
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    return found if len(tagged) == 1 else [*found, f"{len(tagged)} cells tagged parameters, exactly 1 wanted"]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_studies_and_notebooks_come_in_pairs():
    assert sorted(path.stem for path in NOTEBOOKS) == sorted(study_names())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_its_budget(path):
    assert faults(read(path)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_cell_is_valid_for_its_study(path):
    cell = next(cell for cell in read(path)["cells"] if "parameters" in cell["metadata"].get("tags", []))
    names: dict = {}
    exec("".join(cell["source"]), names)
    check_parameters(
        load_study(path.stem).Params, {"period": names["period"], "unit": names["unit"], **names["options"]}
    )
    assert (ROOT / "notebooks" / names["district"]).resolve() == (ROOT / "data" / "districts" / "demo")


def code(source: str, **more: object) -> dict:
    return {"cell_type": "code", "source": source, "outputs": [], "execution_count": None, "metadata": {}, **more}


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("x = 1")] * 9, "9 code cells"),
        ([code("\n".join(f"a{i} = {i}" for i in range(6)))], "has 6 lines"),
        ([code("def f():\n    return 1")], "defines a function"),
        ([code("1", outputs=[{}])], "committed output"),
        ([code("1")], "tagged parameters"),
    ],
)
def test_a_notebook_over_budget_is_found(cells, words):
    assert any(words in fault for fault in faults({"cells": cells}))
