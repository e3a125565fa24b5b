"""Limits of a run: told by name, and nothing of a kernel is left, whatever ended it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import nbformat
import pytest

from jingan_analysis.errors import ReportFailed
from jingan_analysis.reporting import limits as module
from jingan_analysis.reporting.failed_runs import failed_folder, keep_failed, new_run_id
from jingan_analysis.reporting.limits import UNLIMITED, Limits, Stopwatch
from jingan_analysis.reporting.publication import WORK
from jingan_analysis.reporting.runner import fulfil

ROOT = Path(__file__).parents[3]
SECRET = "310106199001011234"
posix = pytest.mark.skipif(os.name != "posix", reason="process groups of POSIX systems")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit on data acts on Linux")


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def _limits(**values) -> Limits:
    return Limits(**{"cell_seconds": None, "wall_seconds": None, "memory_mib": None, **values})


def test_the_nearer_limit_acts_and_is_the_one_that_is_told(clock):
    watch = Stopwatch(_limits(cell_seconds=10, wall_seconds=25))
    assert watch.seconds_for_cell() == 10
    assert "cell_seconds = 10" in watch.told()
    clock[0] += 18.5
    assert watch.seconds_for_cell() == 7  # 6.5, rounded up
    assert "wall_seconds = 25" in watch.told()
    clock[0] += 100
    assert watch.seconds_for_cell() == 1  # nothing is left: no number that would mean "no limit"
    assert "[limits] in reports.toml" in watch.told()


def test_without_limits_there_is_none(clock):
    watch = Stopwatch(UNLIMITED)
    assert watch.seconds_for_cell() is None
    assert watch.start_seconds(60) == 60
    assert not watch.over


def test_the_start_of_a_kernel_is_part_of_the_run_but_no_cell(clock):
    watch = Stopwatch(_limits(cell_seconds=1, wall_seconds=20))
    assert watch.start_seconds(60) == 20
    assert watch.start_seconds(15) == 15
    clock[0] += 20
    assert watch.over
    assert watch.start_seconds(60) == 1
    assert "wall_seconds = 20" in watch.told()


@pytest.mark.parametrize(
    ("source", "limits", "told"),
    [
        ("import time\ntime.sleep(60)", _limits(cell_seconds=1), "the cell took longer than cell_seconds = 1"),
        (
            "import time\ntime.sleep(60)",
            _limits(cell_seconds=50, wall_seconds=8),
            "the run took longer than wall_seconds = 8",
        ),
        pytest.param(
            "taken = bytearray(3 * 2**30)", _limits(memory_mib=1024),
            "MemoryError: the kernel may use memory_mib = 1024; allow more under", marks=linux,
        ),
        ("import os\nos._exit(9)", _limits(memory_mib=2048), "the kernel may use memory_mib = 2048"),
    ],
    ids=["cell", "wall", "memory", "dead"],
)  # fmt: skip
def test_a_run_that_reaches_a_limit_says_which_and_how_to_allow_more(make_request, sample_cells, source, limits, told):
    request = make_request(sample_cells("figures", source))
    with pytest.raises(ReportFailed) as caught:
        fulfil(request, limits=limits)
    assert told in str(caught.value)
    assert "[limits] in reports.toml" in str(caught.value)
    assert not request.target.exists()


def test_a_kernel_that_starts_too_late_for_the_run_says_so(make_request, monkeypatch):
    monkeypatch.setattr("jingan_analysis.reporting.kernel._write_startup", _slow_startup)
    with pytest.raises(
        ReportFailed, match="sample: nothing ran: the run took longer than wall_seconds = 2; allow more"
    ):
        fulfil(make_request(), limits=_limits(wall_seconds=2))


def _slow_startup(folder: Path, *_: object) -> None:
    folder.mkdir(parents=True)
    (folder / "00-slow.py").write_text("import time\ntime.sleep(60)\n")


@linux
def test_memory_below_the_limit_is_not_in_the_way(make_request, sample_cells):
    fulfil(make_request(sample_cells("figures", "taken = bytearray(300 * 2**20)\nresult.figures")), limits=Limits())


def _spawning(mark: Path, then: str) -> str:
    """A cell that starts one process that ends when asked and one that does not, and goes on."""
    return textwrap.dedent(
        f"""
        import subprocess
        plain = subprocess.Popen(["sleep", "1000"])
        deaf = subprocess.Popen(["sh", "-c", "trap '' TERM; echo >{str(mark) + ".deaf"!s}; while :; do sleep 1; done"])
        import os, time
        while not os.path.exists({str(mark) + ".deaf"!r}):
            time.sleep(0.05)
        with open({str(mark) + ".new"!r}, "w") as file:
            file.write(f"{{os.getpid()}} {{plain.pid}} {{deaf.pid}}")
        os.rename({str(mark) + ".new"!r}, {str(mark)!r})
        """
    ) + then  # fmt: skip


@posix
@pytest.mark.parametrize(
    ("then", "limits"),
    [
        ("", UNLIMITED),
        ("raise ValueError", UNLIMITED),
        ("os._exit(9)", UNLIMITED),
        ("time.sleep(60)", _limits(cell_seconds=10)),
    ],
    ids=["success", "failure", "dead kernel", "timeout"],
)
def test_nothing_that_a_cell_started_is_left(make_request, sample_cells, tmp_path, monkeypatch, then, limits):
    # Only the cell that starts processes is short of time, however busy the machine is.
    monkeypatch.setattr(
        Stopwatch, "seconds_for_cell", lambda self, cell: self.limits.cell_seconds if "Popen" in cell.source else None
    )
    mark = tmp_path / "processes"
    request = make_request(sample_cells("figures", _spawning(mark, then)))
    if then:
        with pytest.raises(ReportFailed):
            fulfil(request, limits=limits)
    else:
        fulfil(request, limits=limits)
    assert _left(mark) == []


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_leaves_nothing(make_request, sample_cells, tmp_path, number):
    mark = tmp_path / "processes"
    request = make_request(sample_cells("figures", _spawning(mark, "time.sleep(60)")))
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from jingan_analysis.reporting.runner import Request, fulfil
        fulfil(Request(study="sample", period="2024-08", unit=None, district=Path({str(request.district)!r}), options={{}},
                       out=Path({str(request.out)!r}), target=Path({str(request.target)!r}),
                       notebook=Path({str(request.notebook)!r})))
        """
    )
    # Tests that were started in the background ignore Ctrl-C, and a child inherits that.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = subprocess.Popen([sys.executable, "-c", heard + script], cwd=ROOT, stderr=subprocess.PIPE)
    try:
        _wait(mark.exists, 60)
    finally:
        process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == -number
    assert _left(mark) == []
    assert list((request.out / WORK).glob("run-*")) == []


def test_a_failed_notebook_is_kept_for_its_owner_without_outputs(make_request, sample_cells):
    source = f"print('{SECRET}'[:0])\nraise ValueError('{SECRET}'[:3] + '{SECRET}'[3:])"
    request = make_request(sample_cells("figures", source), options={"walk_speed_mps": 0.8})
    run_id = new_run_id()
    with pytest.raises(ReportFailed, match=f"code cell 4 failed: ValueError. The cell begins: .* Run {run_id}; "):
        fulfil(request, run_id=run_id)
    folder = failed_folder(request.out, run_id)
    assert {path.name for path in folder.iterdir()} == {"sample.ipynb", "sample.json"}
    kept = nbformat.read(folder / "sample.ipynb", as_version=4)
    assert [cell.source for cell in kept.cells][3] == source
    assert all(cell.outputs == [] and cell.execution_count is None for cell in kept.cells)
    told = json.loads((folder / "sample.json").read_text(encoding="utf-8"))
    assert told["failure"] == "sample: code cell 4 failed: ValueError."
    assert told["options"] == {"walk_speed_mps": 0.8}
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder)] == [0o700, 0o700]
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_outputs_that_a_notebook_was_saved_with_are_not_kept(tmp_path):
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("stream", text=SECRET)], execution_count=3)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    path = keep_failed(notebook, tmp_path / "failed" / "1", "sample", {})
    assert SECRET not in path.read_text(encoding="utf-8")
    assert cell.outputs  # the caller's notebook is as it was


def test_of_failed_runs_the_last_twenty_stay(tmp_path):
    notebook = nbformat.v4.new_notebook()
    for number in range(23):
        for _ in range(2):  # two reports of one study fail in one run
            keep_failed(notebook, tmp_path / "failed" / f"run-{number:02}", "sample", {})
    kept = sorted(path.name for path in (tmp_path / "failed").iterdir())
    assert kept == [f"run-{number:02}" for number in range(3, 23)]
    assert {path.name for path in (tmp_path / "failed" / "run-22").glob("*.ipynb")} == {
        "sample.ipynb",
        "sample-2.ipynb",
    }


def _left(mark: Path) -> list[int]:
    return [number for number in map(int, mark.read_text().split()) if _alive(number)]


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"  # ended; only the one who would reap it has not looked yet


def _wait(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
