"""Runs on a district of canaries, made to fail at every step: not one byte of a canary is left anywhere.

Most runs execute the notebook's cells in this process, so that a failure can be planted at any call of the package. They
go through the same runner as a real run. A handful of real kernels shows that the difference does not matter.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from types import FunctionType

import nbformat
import pandas as pd
import papermill
import pytest
from canaries import MARKS, PERSON_TABLES, canaries_below, canaries_in, forms, person, write_canary_district

import jingan_analysis as ja
from jingan_analysis.district import load_district
from jingan_analysis.errors import DataRefused, InvalidTable, JinganError, PublicationRefused, ReportFailed
from jingan_analysis.intake.check import check_district
from jingan_analysis.reporting import execution
from jingan_analysis.reporting.failure import describe
from jingan_analysis.reporting.runner import run_report
from jingan_analysis.studies import study_names

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
PERIOD = "2024-08"
STEPS = {
    "relief_coverage": 8,
    "relief_resources": 6,
    "doorstep_loop": 6,
    "bed_linkage": 6,
    "volunteer_pairing": 5,
    "home_retrofits": 6,
    "marriage_registration": 5,
    "canteen_reach": 6,
    "service_access": 4,
    "overview": 5,
    "next_sites": 3,
}
"""Failures planted at so many calls, from the first to the last; more where tables on people are read."""

CELLS = ("load", "headline", "figures", "tables", "checks", "notes", "provenance")


@pytest.fixture(scope="session")
def canary_district(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("aviary") / "demo"
    assert write_canary_district(ROOT / "data/districts/demo", folder) > 100_000
    config = folder / "district.toml"
    text = config.read_text(encoding="utf-8").replace('"../../published', f'"{ROOT}/data/published')
    config.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory, write_district) -> Path:
    """Few people, so that a run takes a second."""
    folder = tmp_path_factory.mktemp("cage")
    assert write_canary_district(write_district(folder / "plain"), folder / "small") > 1000
    return folder / "small"


@pytest.fixture(scope="session")
def loaded(small):
    """The small district, read once for all runs in this process."""
    return load_district(small)


class PlantedError(Exception):
    """A foreign error that quotes a row."""


class Bomb:
    """Counts the calls of functions and fails at one of them, quoting people as pandas and careless code do."""

    def __init__(self, at: int | None = None) -> None:
        self.at, self.calls = at, 0

    def tick(self, arguments) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise self._error(arguments)

    def _error(self, arguments) -> Exception:
        rows = [str(value.head(2).to_dict()) for value in arguments if isinstance(value, pd.DataFrame)]
        text = f"{person(self.at)} {rows}"
        kinds = (
            ValueError,
            KeyError,
            InvalidTable,
            PlantedError,
            lambda text: UnicodeEncodeError("ascii", text, 0, 1, text),
        )
        return kinds[self.at % len(kinds)](text)


@contextmanager
def mined(bomb: Bomb):
    """Have every function of studies, tables, figures and disclosure report its calls, wherever its name stands."""
    rooms = tuple(f"jingan_analysis.{room}" for room in ("studies", "tables", "figures", "disclosure"))
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(rooms)]
    known: dict = {}
    changed = []
    for module in modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value.__module__.startswith(rooms):
                changed.append((module, name, value))
                setattr(module, name, known.setdefault(value, _reporting(value, bomb)))
    try:
        yield
    finally:
        for module, name, value in changed:
            setattr(module, name, value)


def _reporting(function, bomb: Bomb):
    @wraps(function)
    def call(*given, **named):
        bomb.tick([*given, *named.values()])
        return function(*given, **named)

    return call


def run_here(notebook, *_, on_cell, fail_at=None, bomb=None, failure=None, **options):
    """Papermill's work in this process: cells one after the other, outputs, and its error with the whole traceback."""
    done = nbformat.from_dict(json.loads(json.dumps(notebook)))
    names: dict = {}
    for number, cell in enumerate(done.cells):
        if cell.cell_type != "code":
            continue
        on_cell(cell)
        try:
            with mined(bomb or Bomb()):
                _run_cell(cell, names)
            _fail(cell, fail_at, names)
        except Exception as error:
            failure.write_text(json.dumps(asdict(describe(error))), encoding="utf-8")
            quoted = [f"{type(error).__name__}: {error}", str(person(number))]
            cell.outputs = [
                nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=quoted)
            ]
            raise papermill.PapermillExecutionError(
                number, number, cell.source, type(error).__name__, str(error), quoted
            ) from error
    return done


def _fail(cell, fail_at, names) -> None:
    if fail_at in cell.metadata.get("tags", []):
        raise ValueError(f"after {fail_at}: {names['home'].table('households').head(3).to_dict()}")


def _run_cell(cell, names) -> None:
    *lines, last = cell.source.rstrip().split("\n")
    shown = cell.metadata.get("tags", [""])[0] in (*CELLS[1:], "evidence")
    exec("\n".join(lines if shown else [*lines, last]), names)
    if shown:
        value = eval(last, names)
        data = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {"text/html": value._repr_html_()}
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": repr(value), **data})]


@pytest.fixture
def attempt(monkeypatch, tmp_path, small, loaded, capfd, caplog):
    """Run a study in this process with a failure planted; returns the error and everything that was said."""
    caplog.set_level("INFO")
    monkeypatch.setattr(ja, "load_district", lambda *_: loaded)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path)

    def run(study: str, *, notebooks: Path = ROOT / "notebooks", **planted):
        @contextmanager
        def no_kernel(folder, *, failure, **_):
            folder.mkdir(parents=True)
            planted["failure"] = failure
            yield "here"

        monkeypatch.setattr(execution, "private_kernel", no_kernel)
        monkeypatch.setattr(
            papermill, "execute_notebook", lambda *given, **more: run_here(*given, **{**more, **planted})
        )
        try:
            # Everything is shown, so that all that could hold a canary is made.
            everything = {"minimum_cell": 1}
            run_report(study, small, period=PERIOD, settings=everything, out=tmp_path / "reports", notebooks=notebooks)
        except JinganError as error:
            caught = error
        else:
            caught = None
        said = capfd.readouterr()
        told = "\n".join((said.out, said.err, caplog.text, repr(caught), str(caught)))
        assert canaries_in(told.encode()) == set(), told[:2000]
        assert canaries_below(tmp_path) == {}
        return caught

    return run


def test_every_table_on_people_has_canaries_that_can_be_found(canary_district, tmp_path):
    assert len(PERSON_TABLES) == 27
    for name in PERSON_TABLES:
        found = canaries_in(next(canary_district.glob(f"{name}.*")).read_bytes())
        assert {mark.encode() for mark in MARKS} <= found
    for mark in MARKS:
        for number, form in enumerate(forms(mark)):
            file = tmp_path / f"{number}.bin"
            file.write_bytes(b"before " + form + b" after")
            assert canaries_below(tmp_path), (mark, form)
            file.unlink()
    (tmp_path / f"{MARKS[0]}.csv").touch()
    assert canaries_below(tmp_path), "the name of a file"


def test_a_district_of_canaries_is_a_good_district(canary_district):
    report = check_district(canary_district)
    assert report.ok
    assert canaries_in(str(report).encode()) == set()


@pytest.mark.parametrize("study", sorted(STEPS))
def test_a_run_that_succeeds_shows_none_and_one_that_fails_at_any_call_tells_none(attempt, study, tmp_path):
    bomb = Bomb()
    assert attempt(study, bomb=bomb) is None
    names = {path.suffix for path in (tmp_path / "reports").rglob("*") if path.is_file()}
    assert {".html", ".csv", ".svg", ".json", ".ipynb"} <= names
    assert bomb.calls > 1000
    for step in range(STEPS[study]):
        at = 1 + (bomb.calls - 1) * step // (STEPS[study] - 1)
        planted = Bomb(at)
        error = attempt(study, bomb=planted)
        if planted.calls < at:  # what the first run remembered is not called again: the last of these calls instead
            at = planted.calls
            error = attempt(study, bomb=Bomb(at))
        assert isinstance(error, ReportFailed), f"call {at} of {bomb.calls}"
        assert "code cell" in str(error)


@pytest.mark.parametrize("cell", CELLS)
def test_a_failure_after_any_cell_tells_none(attempt, cell):
    assert isinstance(attempt("relief_coverage", fail_at=cell), ReportFailed)


def test_all_studies_are_among_them():
    assert sorted(STEPS) == sorted(study_names())


@pytest.fixture
def spoiled(small, tmp_path_factory):
    """The canaries with one cell of one of their tables replaced."""

    def spoil(table: str, column: str, value: str, *, reject: bool = False) -> Path:
        folder = tmp_path_factory.mktemp("spoiled") / "demo"
        shutil.copytree(small, folder)
        file = folder / f"{table}.csv"
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        frame.loc[3:5, column] = value
        frame.to_csv(file, index=False)
        if reject:
            config = folder / "district.toml"
            text = config.read_text(encoding="utf-8")
            config.write_text(
                text.replace(f"[tables.{table}]\n", f'[tables.{table}]\non_fault = "reject"\n'), encoding="utf-8"
            )
        return folder

    return spoil


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("households", "relief_from", "1881-02-28"),  # outside the calendar of the contract
        ("households", "relief_category", "Serinus"),
        ("households", "members", "金丝雀"),
        ("households", "household_id", person(7)[-1]),  # the same key three times
        ("relief_cases", "household_id", person(9)[0]),  # refers to nobody
        ("relief_cases", "opened_on", "Serinus"),
        ("need_assessments", "score_income", "19906660123"),
        ("service_plans", "case_id", "Serinus"),
        ("service_events", "minutes", "六合弄3号"),
        ("service_events", "done_on", "1881/02/28"),
        ("advisers", "fte", "金丝雀"),
        ("advisers", "role", "Serinus\x00"),
    ],
)
def test_faults_of_the_data_tell_none(spoiled, table, column, value):
    """Not even the check on one's own terminal repeats a value of these tables: the row's number is enough to find it."""
    folder = spoiled(table, column, value)
    report = check_district(folder)
    assert any(fault.table == table for fault in report.faults)
    with pytest.raises(InvalidTable) as caught:
        load_district(folder).table(table)
    told = f"{report}\n{report.rows()}\n{caught.value}\n{caught.value!r}\n{describe(caught.value)}"
    assert canaries_in(told.encode()) == set()


def test_a_run_on_faulty_data_tells_none(attempt, spoiled, monkeypatch):
    faulty = load_district(spoiled("households", "relief_category", "Serinus"))
    monkeypatch.setattr(ja, "load_district", lambda *_: faulty)
    error = attempt("relief_coverage")
    assert isinstance(error, DataRefused)
    assert "[withheld]" in str(error)


def test_rejected_rows_stay_beside_their_input(spoiled):
    """They are kept as they stand, where the table itself is, and are nobody else's to read."""
    folder = spoiled("households", "members", "金丝雀", reject=True)
    assert load_district(folder).rejected("households") == 3
    kept = folder / "rejected" / "households.csv"
    assert canaries_in(kept.read_bytes())
    assert os.name != "posix" or kept.stat().st_mode & 0o077 == 0


@pytest.fixture
def notebooks(tmp_path_factory):
    """A folder with relief coverage's notebook, further cells put in before its last one."""

    def write(*cells: tuple[str, str], only: bool = False) -> Path:
        folder = tmp_path_factory.mktemp("notebooks")
        notebook = nbformat.read(ROOT / "notebooks" / "relief_coverage.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        more = [nbformat.v4.new_code_cell(source, metadata={"tags": [tag] if tag else []}) for tag, source in cells]
        notebook.cells = [code[0], *more] if only else [*code[:-1], *more, code[-1]]
        nbformat.write(notebook, folder / "relief_coverage.ipynb")
        return folder

    return write


@pytest.mark.parametrize("tag", ["evidence", "tables"])
def test_a_refused_publication_tells_none(attempt, notebooks, tag):
    error = attempt("relief_coverage", notebooks=notebooks((tag, "home.table('households').head()")))
    assert isinstance(error, PublicationRefused)
    assert "× identity number" in str(error)


SPILL = """import logging, sys, warnings
import jingan_analysis as ja
rows = ja.load_district(district).table("households").head(5).to_dict()
print(rows); print(rows, file=sys.stderr); sys.__stderr__.write(str(rows)); warnings.warn(str(rows)); logging.error(rows)
"""


@pytest.fixture
def command(tmp_path):
    """The command in a process of its own, everything it can write to in one folder."""
    places = {
        name: tmp_path / name.lower()
        for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "work", "MPLCONFIGDIR")
    }
    for place in places.values():
        place.mkdir()

    def start(district: Path, notebooks: Path) -> subprocess.Popen:
        arguments = ["run", "relief_coverage", "--district", str(district), "--period", PERIOD]
        return subprocess.Popen(
            [sys.executable, "-m", "jingan_analysis", *arguments, "--notebooks", str(notebooks), "--out", str(tmp_path / "reports")],
            cwd=places["work"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), **{name: str(place) for name, place in places.items()}},
        )  # fmt: skip

    return start


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        ("raise KeyError(rows)", 4, "KeyError"),
        ("ja.load_district(district).table('households').loc[str(rows)]", 4, "KeyError"),
        ("import os; os._exit(3)", 4, "kernel died"),
    ],
    ids=["error", "error of pandas", "dead kernel"],
)
def test_a_real_kernel_that_fails_leaves_none(command, canary_district, notebooks, tmp_path, end, code, told):
    process = command(canary_district, notebooks(("load", SPILL + end), only=True))
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, err[:500]
    assert told in err
    assert canaries_in((out + err).encode()) == set()
    assert canaries_below(tmp_path) == {}


def test_a_real_run_leaves_none(command, canary_district, tmp_path):
    process = command(canary_district, ROOT / "notebooks")
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err[:500]
    assert canaries_in((out + err).encode()) == set()
    assert canaries_below(tmp_path) == {}


def test_a_real_run_on_faulty_data_leaves_none(command, spoiled, tmp_path):
    process = command(spoiled("relief_cases", "opened_on", "Serinus"), ROOT / "notebooks")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, err[:500]
    assert canaries_in((out + err).encode()) == set()
    assert canaries_below(tmp_path) == {}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_a_run_that_is_killed_leaves_none(command, canary_district, notebooks, tmp_path):
    reached = tmp_path / "reached"
    wait = f"import time; open({str(reached)!r}, 'w').close(); time.sleep(100)"
    process = command(canary_district, notebooks(("load", SPILL + wait), only=True))
    end = time.monotonic() + 100
    while not reached.exists():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    out, err = process.communicate(timeout=60)
    assert canaries_in((out + err).encode()) == set()
    assert list((tmp_path / "reports").rglob("*"))  # what the killed run left, hidden
    assert canaries_below(tmp_path) == {}
