"""A sample notebook and request: the runner without a district."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import nbformat
import papermill
import pytest
from notebook_here import run_here

from jingan_analysis.figures import fonts
from jingan_analysis.reporting import execution, manifest
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


_glyphs = cache(fonts.subset_font)


@pytest.fixture(scope="module", autouse=True)
def _glyphs_cut_once():
    """The glyphs of the same characters are cut out of the font once a process: tests of the fonts show that they are the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "subset_font", _glyphs)
        yield


@pytest.fixture
def no_kernel(monkeypatch):
    """Cells run in this process, without the three seconds that a kernel takes to start: where it is not what is tested."""

    @contextmanager
    def nobody(folder, **_):
        folder.mkdir(parents=True)
        yield None

    monkeypatch.setattr(execution, "private_kernel", nobody)
    monkeypatch.setattr(papermill, "execute_notebook", run_here)
    # What the cells of the sample change in their process is put back.
    monkeypatch.setattr(manifest, "code_revision", manifest.code_revision)
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def make_request(tmp_path, request_in):
    """The same in a folder of the test's own."""
    return partial(request_in, tmp_path)


@pytest.fixture(scope="session")
def request_in():
    """A checked request for the sample study, all in one folder; ``cells`` replaces the notebook's cells."""

    def make(
        home, cells=CELLS, *, unit: str | None = None, options=None, period: str = "2024-08", languages=("en",)
    ) -> Request:
        notebook = write_sample_notebook(home / "notebooks" / "sample.ipynb", cells)
        district = home / "district folder" / "demo"
        district.mkdir(parents=True, exist_ok=True)
        out = home / "reports"
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
