"""A sample notebook and request: the runner without a district."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import nbformat
import pytest

from jingan_analysis.reporting.runner import Request

HERE = Path(__file__).parent
CELLS = (
    (
        "parameters",
        'district = "../data/districts/demo"\nperiod = "2024-08"\nunit = None\nlanguage = "en"\noptions = {}',
    ),
    (
        "load",
        f"import sys\nsys.path.insert(0, {str(HERE)!r})\nfrom sample_result import sample_result\n"
        "import jingan_analysis as ja\nimport jingan_analysis.reporting.manifest as manifest\n"
        "manifest.code_revision = lambda: None  # a commit between two runs is no difference of the runs\n"
        "from jingan_analysis.language import speaking\n"
        "with speaking(language):\n    result = sample_result(period=period, unit=unit, **options)",
    ),
    ("headline", "result.headline"),
    ("figures", "result.figures"),
    ("tables", "result.tables"),
    ("checks", "result.checks"),
    ("notes", "result.notes"),
    ("provenance", "ja.provenance(result)"),
)


def write_sample_notebook(path: Path, cells: tuple[tuple[str, str], ...] = CELLS) -> Path:
    notebook = nbformat.v4.new_notebook()
    for number, (tag, source) in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata={"tags": [tag] if tag else []})
        notebook.cells.append(cell)
    notebook.metadata["kernelspec"] = {"display_name": "Elsewhere", "language": "python", "name": "not-here"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="session", autouse=True)
def _one_font_list(tmp_path_factory):
    """Let all kernels share matplotlib's list of fonts; each would take a second to make its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
    yield
    patch.undo()


@pytest.fixture
def make_request(tmp_path):
    """A checked request for the sample study; ``cells`` replaces the notebook's cells."""

    def make(
        cells=CELLS, *, unit: str | None = None, options=None, period: str = "2024-08", languages=("en",)
    ) -> Request:
        notebook = write_sample_notebook(tmp_path / "notebooks" / "sample.ipynb", cells)
        district = tmp_path / "district folder" / "demo"
        district.mkdir(parents=True, exist_ok=True)
        out = tmp_path / "reports"
        target = out / "demo" / "sample" / period
        return Request(
            study="sample", period=period, unit=unit, district=district, options=options or {}, out=out,
            target=target if unit is None else target / unit, notebook=notebook, languages=languages,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def sample_cells():
    """The sample notebook's cells as (tag, source), one source replaced."""

    def cells(tag: str | None = None, source: str = "") -> tuple[tuple[str, str], ...]:
        return tuple((name, source if name == tag else old) for name, old in CELLS)

    return cells


@pytest.fixture(scope="session")
def sample_result():
    """The function that makes the sample result; the notebook's kernel imports the same file."""
    spec = spec_from_file_location("sample_result", HERE / "sample_result.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.sample_result
