"""A notebook from request to published report, in a real kernel where it matters where its cells run."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jingan_analysis.errors import DataRefused, ReportBusy, ReportFailed, ReportRefused
from jingan_analysis.reporting.editions import edition_names
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.publication import WORK
from jingan_analysis.reporting.runner import fulfil

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SECRET = "310106199001011234"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file() and WORK not in path.parts
    }  # fmt: skip


def test_a_report_is_published_with_its_companions(make_request, monkeypatch, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    before = dict(os.environ)
    request = make_request(options={"walk_speed_mps": 0.8})
    steps = []
    published = fulfil(request, progress=lambda name, done, total: steps.append(name))
    assert published.folder == request.target / published.edition
    assert published.report == request.target / "latest" / "report.html"
    assert not published.unchanged
    names = set(_files(published.folder)) - {"edition.json"}
    assert names == {"report.html", "executed.ipynb", "manifest.json", "tables/by_unit.csv", "figures/shares.svg"}
    assert published.report.resolve() == published.folder / "report.html"
    assert published.headline[0] == "Of all older people, 61.2% live within ten minutes."
    assert steps[0] == "starting"
    assert steps[-1] == "publishing"
    assert {"loading the district and computing", "figures", "tables"} <= set(steps)

    html = published.report.read_text(encoding="utf-8")
    assert html.count("<h1>") == 1
    assert '<html lang="en">' in html
    assert "sample_result(" not in html  # code is hidden
    assert 'href="../../../../index.html"' in html
    assert "http" not in re.sub(r'http-equiv|xmlns="http://www.w3.org/2000/svg"', "", html)
    order = ["<h1>", 'id="key-findings"', 'class="contents"', 'id="evidence"', 'id="figure-shares"', 'id="tables"',
             'id="method"', 'id="notes"', 'id="checks"', 'id="provenance"']  # fmt: skip
    places = [html.index(mark) for mark in order]
    assert places == sorted(places)

    manifest = json.loads((published.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["walk_speed_mps"] == 0.8
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((published.folder / name).read_bytes()).hexdigest() == digest
    assert set(manifest["outputs"]) == names - {"manifest.json"}

    assert manifest["main_figure"] == {"name": "shares", "title": "Of all older people, 61.2% live within ten minutes."}
    assert manifest["leads_to_others"] is False

    index = (request.out / "index.html").read_text(encoding="utf-8")
    assert index.count('class="card"') == 1
    assert index.count('class="picture"') == 1
    assert f'<h3><a href="demo/sample/2024-08/{published.edition}/report.html">' in index
    text = (published.folder / "executed.ipynb").read_text(encoding="utf-8")
    assert str(request.district) not in text
    assert '\\"district\\": \\"../district folder/demo\\"' in text
    # Nothing is left behind: not at home, not beside the reports, not in the environment.
    assert list(home.iterdir()) == []
    assert {path.name for path in (request.out / WORK).iterdir()} <= {"cache", "held", "publish.lock"}
    assert dict(os.environ) == before


def test_the_same_inputs_give_the_same_bytes(make_request, tmp_path):
    request = make_request()
    first = fulfil(request)
    before = _files(request.out)
    again = fulfil(request)
    assert (again.edition, again.unchanged) == (first.edition, True)
    assert _files(request.out) == before
    out = tmp_path / "elsewhere"
    other = fulfil(replace(request, out=out, target=out / request.target.relative_to(request.out)))
    here, there = _files(first.folder), _files(other.folder)
    told, told_there = (json.loads(files.pop("edition.json")) for files in (here, there))  # the only file with a time
    assert here == there
    assert told["files"] == told_there["files"]


@pytest.mark.usefixtures("no_kernel")
def test_another_result_is_another_edition_and_both_stay(make_request):
    first = fulfil(make_request())
    before = _files(first.folder)
    second = fulfil(make_request(options={"walk_speed_mps": 0.8}))
    assert second.edition != first.edition
    assert second.report.resolve() == second.folder / "report.html"
    assert _files(first.folder) == before
    index = (make_request().out / "index.html").read_text(encoding="utf-8")
    assert second.edition in index
    assert first.edition not in index


@pytest.mark.usefixtures("no_kernel")
def test_the_page_follows_the_notebook(make_request, sample_cells):
    """A researcher who shows less, and adds a table of her own, gets what she shows."""
    cells = [cell for cell in sample_cells() if cell[0] != "figures"]
    own = "import dataclasses\nown = dataclasses.replace(result.tables['by_unit'], name='own', caption='Mine')\nown"
    cells.insert(-1, ("evidence", own))
    cells.insert(-1, ("", "result.tables['by_unit'].frame"))
    request = make_request(tuple(cells))
    published = fulfil(request)
    html = published.report.read_text(encoding="utf-8")
    assert "figure-shares" not in html.replace('href="#figure-shares"', "")
    assert '<table id="table-own">' in html
    assert 'class="dataframe"' not in html
    assert list((published.folder / "figures").iterdir()) == []


@pytest.mark.parametrize(
    ("source", "told", "untold"),
    [
        (
            f"\nraise ValueError('row: {SECRET}')",
            "code cell 3 failed: ValueError. The cell begins: raise ValueError",
            "Traceback",
        ),
        (
            "from jingan_analysis.reporting.settings import check_setting_name\ncheck_setting_name('a b')",
            "code cell 3 failed: InvalidParameter: 'a b' is not the name of a parameter",
            "Traceback",
        ),
        (
            f"from jingan_analysis.errors import InvalidTable\nx = '{SECRET}'\nraise InvalidTable(x)",
            "code cell 3 failed: InvalidTable. The cell begins: from jingan",
            SECRET,
        ),
        ("import os\nos._exit(9)", "code cell 3 failed: the kernel died", "Traceback"),
        ("def broken(:", "code cell 3 failed: SyntaxError", "Traceback"),
    ],
    ids=["foreign error", "our message", "our class, not ours", "dead kernel", "syntax"],
)
def test_a_failing_cell_publishes_nothing_and_spills_nothing(make_request, sample_cells, source, told, untold):
    request = make_request(sample_cells("headline", source))
    keep = request.target / "20240801T120000Z-1a2b3c4d" / "report.html"
    keep.parent.mkdir(parents=True)
    keep.write_text("the last good report")
    with pytest.raises(ReportFailed) as caught:
        fulfil(request)
    message = str(caught.value)
    assert told in message
    assert untold not in message
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert _files(request.out) == {keep.relative_to(request.out).as_posix(): b"the last good report"}
    assert list((request.out / WORK).glob("run-*")) == []


def test_data_that_do_not_carry_a_study_are_told_apart(make_request, sample_cells):
    source = (
        "import tempfile, pathlib\nfrom jingan_analysis.geography.network import Network\nimport geopandas as gpd\n"
        "Network.from_edges(gpd.GeoDataFrame({'a': []}))"
    )
    with pytest.raises(DataRefused, match="InvalidNetwork"):
        fulfil(make_request(sample_cells("headline", source)))


def test_a_result_that_shows_a_small_count_is_refused_and_says_where_but_not_how_many(make_request, sample_cells):
    source = (
        "import pandas as pd\nfrom jingan_analysis.tables.columns import persons\n"
        "from jingan_analysis.tables.protection import refuse_small_counts\n"
        "from jingan_analysis.tables.table import Table\n"
        "frame = pd.DataFrame({'persons': [7.0]}, index=['a'])\n"
        "refuse_small_counts({'area': Table('area', 'A', frame, (persons('persons', 'P'),), 'Unit')}, 10)"
    )
    with pytest.raises(ReportRefused, match=r"DisclosureRefused: .* table 'area', column 'persons'") as caught:
        fulfil(make_request(sample_cells("headline", source)))
    assert "7" not in (caught.value.logged or "7")


@pytest.mark.usefixtures("no_kernel")
def test_a_report_that_is_being_made_is_not_made_twice(make_request):
    request = make_request()
    with (
        holding(request.out, request.target),
        pytest.raises(ReportBusy, match=rf"demo/sample/2024-08 is being made by process {os.getpid()} on .* since 20"),
    ):
        fulfil(request)
    fulfil(request)
    with holding(request.out, request.target.with_name("2024-09")):
        fulfil(request)  # another report is no hindrance


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_a_killed_run_holds_nothing(make_request, tmp_path):
    request = make_request()
    mark = tmp_path / "held"
    script = textwrap.dedent(
        f"""
        import time
        from pathlib import Path
        from jingan_analysis.reporting.holding import holding
        with holding(Path({str(request.out)!r}), Path({str(request.target)!r})):
            Path({str(mark)!r}).touch()
            time.sleep(120)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    _wait(mark.exists, 30)
    with pytest.raises(ReportBusy, match=f"process {process.pid}"), holding(request.out, request.target):
        pass
    process.kill()
    process.wait(30)
    with holding(request.out, request.target):
        pass


@pytest.mark.usefixtures("no_kernel")
def test_a_notebook_that_answers_something_else_is_not_published(make_request, sample_cells):
    load = dict(sample_cells())["load"].replace("period=period", "period='2023-08'")
    request = make_request(sample_cells("load", load))
    with pytest.raises(ReportFailed, match="reports on period='2023-08', asked for '2024-08'"):
        fulfil(request)
    assert not request.target.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "No notebook sample.ipynb"),
        ("{", "is not a notebook"),
        ('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "no cell tagged 'parameters'"),
    ],
    ids=["missing", "broken", "untagged"],
)
def test_a_notebook_that_cannot_run_is_told_before_a_kernel_starts(make_request, text, message):
    request = make_request()
    request.notebook.unlink()
    if text is not None:
        request.notebook.write_text(text)
    with pytest.raises(ReportFailed, match=message):
        fulfil(request)
    assert not request.out.exists()


@pytest.mark.usefixtures("no_kernel")
def test_a_unit_has_a_report_of_its_own_below_the_district(make_request):
    whole = make_request()
    fulfil(whole)
    unit = make_request(unit="310")
    published = fulfil(unit)
    page = published.report.read_text(encoding="utf-8")
    assert unit.target == whole.target / "310"
    assert 'href="../../../../../index.html"' in page
    assert '<p class="kicker">宝山路街道</p>' in page
    district = fulfil(whole)
    assert published.report.read_text(encoding="utf-8") == page
    index = (whole.out / "index.html").read_text(encoding="utf-8")
    assert index.count('class="card"') == 1
    for address in (f"2024-08/{district.edition}", f"2024-08/310/{published.edition}"):
        assert index.count(f'<a href="demo/sample/{address}/report.html">') == 1


@pytest.mark.usefixtures("no_kernel")
def test_as_many_editions_stay_as_the_run_is_told(make_request):
    for speed in (0.8, 0.9, 1.0, 1.1):
        request = make_request(options={"walk_speed_mps": speed})
        fulfil(request, kept=3)
    assert len(edition_names(request.target)) == 3


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("file", ["report.html", "manifest.json"])
def test_a_full_disk_leaves_the_previous_report_whole(make_request, monkeypatch, file):
    request = make_request()
    fulfil(request)
    before = _files(request.out)
    write = Path.write_text

    def full(path: Path, text: str, **options: object) -> int:
        if path.name == file:
            write(path, text[: len(text) // 2], **options)  # what fits
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        fulfil(request)
    assert _files(request.out) == before
    assert list((request.out / WORK).glob("run-*")) == []


@pytest.mark.usefixtures("no_kernel")  # before and after; the run that is killed has one, in a process of its own
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_the_previous_report_whole(make_request, sample_cells, tmp_path, number):
    request = make_request()
    fulfil(request)
    before = _files(request.out)
    mark = tmp_path / "kernel.pid"
    sleep = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(120)"
    make_request(sample_cells("figures", sleep))
    script = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        from jingan_analysis.reporting.runner import Request, fulfil
        if __name__ == "__main__":
            fulfil(Request(study="sample", period="2024-08", unit=None, district=Path({str(request.district)!r}), options={{}},
                           out=Path({str(request.out)!r}), target=Path({str(request.target)!r}),
                           notebook=Path({str(request.notebook)!r})))
        """
    )
    process = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    try:
        _wait(lambda: mark.exists() and mark.read_text() != "", 60)
    finally:
        process.send_signal(number)
    assert process.wait(30) == -number
    assert _files(request.out) == before
    leftovers = [path for path in (request.out / WORK).glob("run-*") if path.is_dir()]
    assert len(leftovers) == (1 if number == signal.SIGKILL else 0)  # who is asked to end tidies up
    _wait(lambda: not _alive(int(mark.read_text())), 30)  # the kernel does not outlive its runner

    make_request()
    fulfil(request)
    assert _files(request.out) == before
    assert list((request.out / WORK).glob("run-*")) == []


def _wait(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
