"""Whole or not at all: publication, interruption, leftovers."""

from __future__ import annotations

import threading

import pytest
from filelock import FileLock

from jingan_analysis.reporting import publication
from jingan_analysis.reporting.publication import WORK, publish, publishing, recover, sweep, working_folder, write_whole


def _built(folder, text):
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(text)
    (folder / "manifest.json").write_text(text)
    return folder


@pytest.fixture(params=["one step", "two steps"])
def either_way(request, monkeypatch):
    if request.param == "two steps":
        monkeypatch.setattr(publication, "exchange", lambda one, other: False)


@pytest.mark.usefixtures("either_way")
def test_a_published_folder_is_replaced_whole(tmp_path):
    target = tmp_path / "out" / "d" / "s" / "p"
    for text in ("first", "second"):
        with publishing(tmp_path / "out"):
            publish(_built(tmp_path / "out" / WORK / text, text), target)
        assert {path.name: path.read_text() for path in target.iterdir()} == {
            "report.html": text,
            "manifest.json": text,
        }
    assert [path.name for path in target.parent.iterdir()] == ["p"]


@pytest.mark.usefixtures("either_way")
def test_reports_on_units_stay_when_the_district_is_published_again(tmp_path):
    target = tmp_path / "p"
    publish(_built(tmp_path / "a", "district"), target)
    publish(_built(tmp_path / "b", "unit"), target / "310")
    (target / "leftover").mkdir()
    publish(_built(tmp_path / "c", "district again"), target)
    assert (target / "report.html").read_text() == "district again"
    assert (target / "310" / "report.html").read_text() == "unit"
    assert not (target / "leftover").exists()


def test_a_reader_never_misses_the_report(tmp_path):
    target = tmp_path / "p"
    publish(_built(tmp_path / "start", "0" * 100_000), target)
    if not publication.exchange(_built(tmp_path / "x", "x"), _built(tmp_path / "y", "y")):
        pytest.skip("this file system cannot exchange two folders in one step")
    done = threading.Event()
    broken = []

    def read():
        while not done.is_set():
            try:
                text = (target / "report.html").read_text()
            except OSError as error:
                broken.append(error)
            else:
                if len(text) != 100_000 or len(set(text)) != 1:
                    broken.append(text[:10])

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(60):
        publish(_built(tmp_path / f"b{number}", str(number % 10) * 100_000), target)
    done.set()
    reader.join()
    assert broken == []


@pytest.mark.parametrize("finished", [False, True])
def test_an_interrupted_exchange_is_mended_at_the_next_start(tmp_path, finished):
    parent = tmp_path / "out" / "d" / "s"
    _built(parent / ".previous-p", "old")
    if finished:
        _built(parent / "p", "new")
    with publishing(tmp_path / "out"):
        pass
    assert [path.name for path in parent.iterdir()] == ["p"]
    assert (parent / "p" / "report.html").read_text() == ("new" if finished else "old")


def test_recovery_leaves_whole_reports_alone(tmp_path):
    _built(tmp_path / "d" / "s" / "p", "whole")
    recover(tmp_path)
    assert (tmp_path / "d" / "s" / "p" / "report.html").read_text() == "whole"


def test_a_working_folder_is_empty_and_goes_with_the_run(tmp_path):
    with working_folder(tmp_path) as folder:
        assert list(folder.iterdir()) == []
        (folder / "big").mkdir()
    assert list((tmp_path / WORK).iterdir()) == []


def test_a_working_folder_goes_with_a_failed_run(tmp_path):
    with pytest.raises(RuntimeError, match="failed"), working_folder(tmp_path):
        raise RuntimeError("failed")
    assert list((tmp_path / WORK).iterdir()) == []


def test_leftovers_of_dead_runs_are_swept_and_living_runs_are_not(tmp_path):
    work = tmp_path / WORK
    (work / "run-dead").mkdir(parents=True)
    (work / "run-alive").mkdir()
    with FileLock(work / "run-alive.lock"):
        sweep(work)
        assert (work / "run-alive").is_dir()
        assert not (work / "run-dead").exists()
    sweep(work)
    assert not (work / "run-alive").exists()


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "index.html"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \udcff")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]
