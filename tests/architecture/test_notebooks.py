"""One notebook a study, which orchestrates and never computes; and notebooks that teach, named ``howto_``."""

import ast
import json
from pathlib import Path

import pytest

from jingan_analysis.studies import load_study, study_names
from jingan_analysis.studies.parameters import check_parameters

ROOT = Path(__file__).parents[2]
HOWTO = "howto_"
EVERY = sorted((ROOT / "notebooks").glob("*.ipynb"))
NOTEBOOKS = [path for path in EVERY if not path.stem.startswith(HOWTO)]
HOWTOS = [path for path in EVERY if path.stem.startswith(HOWTO)]
MOST_CELLS, MOST_LINES = 8, 5
MOST_HOWTO_CELLS, MOST_HOWTO_LINES = 10, 12
"""A notebook that teaches shows its steps, so its cells may be longer; it is no study and has no parameters cell."""


def faults(
    notebook: dict, *, most_cells: int = MOST_CELLS, most_lines: int = MOST_LINES, howto: bool = False
) -> list[str]:
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    found = [] if len(cells) <= most_cells else [f"{len(cells)} code cells, at most {most_cells}"]
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        lines = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
        if len(lines) > most_lines:
            found.append(f"cell {number} has {len(lines)} lines, at most {most_lines}")
        if any(isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)) for node in ast.walk(ast.parse(source))):
            found.append(f"cell {number} defines a function")
        if cell["outputs"] or cell["execution_count"] is not None:
            found.append(f"cell {number} has a committed output")
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if howto:
        return [*found, *(f"a how-to has no cell tagged parameters, not {len(tagged)}" for _ in tagged[:1])]
    return found if len(tagged) == 1 else [*found, f"{len(tagged)} cells tagged parameters, exactly 1 wanted"]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def code(source: str, **more: object) -> dict:
    return {"cell_type": "code", "source": source, "outputs": [], "execution_count": None, "metadata": {}, **more}


def test_studies_and_notebooks_come_in_pairs():
    assert sorted(path.stem for path in NOTEBOOKS) == sorted(study_names())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_keeps_its_budget(path):
    assert faults(read(path)) == []


@pytest.mark.parametrize("path", HOWTOS, ids=lambda path: path.stem)
def test_howto_keeps_its_own_budget(path):
    assert faults(read(path), most_cells=MOST_HOWTO_CELLS, most_lines=MOST_HOWTO_LINES, howto=True) == []


def test_a_howto_is_no_study():
    assert HOWTOS
    assert not {path.stem for path in HOWTOS} & set(study_names())


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("x = 1")] * 11, "11 code cells"),
        ([code("\n".join(f"a{i} = {i}" for i in range(13)))], "has 13 lines"),
        ([code("1", execution_count=1)], "committed output"),
        ([code("x = 1", metadata={"tags": ["parameters"]})], "tagged parameters"),
    ],
)
def test_a_howto_over_budget_is_found(cells, words):
    found = faults({"cells": cells}, most_cells=MOST_HOWTO_CELLS, most_lines=MOST_HOWTO_LINES, howto=True)
    assert any(words in fault for fault in found)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_parameters_cell_is_valid_for_its_study(path):
    cell = next(cell for cell in read(path)["cells"] if "parameters" in cell["metadata"].get("tags", []))
    names: dict = {}
    exec("".join(cell["source"]), names)
    check_parameters(
        load_study(path.stem).Params, {"period": names["period"], "unit": names["unit"], **names["options"]}
    )
    assert (ROOT / "notebooks" / names["district"]).resolve() == (ROOT / "data" / "districts" / "demo")


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
