"""A fingerprint differs exactly where what a report is made from differs."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from jingan_analysis.reporting import fingerprint as module
from jingan_analysis.reporting.disk import digests
from jingan_analysis.reporting.fingerprint import (
    PARTS,
    code_digests,
    differing,
    district_digests,
    published_fingerprint,
    request_fingerprint,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def request_(make_request):
    """A request on a copy of the demonstration district's smaller files."""
    request = make_request()
    shutil.copytree(ROOT / "data" / "districts" / "demo", request.district, dirs_exist_ok=True)
    return request


def test_every_part_has_a_digest_and_equal_things_are_equal(request_):
    first = request_fingerprint(request_)
    assert set(first) == set(PARTS)
    assert differing(first, request_fingerprint(request_)) == ()
    assert differing({}, first) == PARTS


@pytest.mark.parametrize(
    "change",
    [
        {"period": "2024-07"},
        {"unit": "310106012000"},
        {"options": {"a": 1}},
        {"stale_after": dt.date(2024, 10, 15)},
        {"languages": ("en", "zh")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_parameter(request_, change):
    other = request_fingerprint(replace(request_, **change))
    assert differing(request_fingerprint(request_), other) == ("parameters",)


@pytest.mark.parametrize("file", ["district.toml", "canteens.csv", "population.parquet"])
def test_any_file_of_the_district(request_, file):
    before = request_fingerprint(request_)
    path = request_.district / file
    path.write_bytes(path.read_bytes() + b"\n")
    assert differing(before, request_fingerprint(request_)) == ("data",)
    if file != "district.toml":
        path.unlink()
        assert differing(before, request_fingerprint(request_)) == ("data",)


def test_a_changed_byte_is_seen_even_where_the_size_is_the_same(request_):
    before = request_fingerprint(request_)
    path = request_.district / "canteens.csv"
    content = path.read_bytes()
    path.write_bytes(content[:-2] + bytes([content[-2] ^ 1]) + content[-1:])
    assert path.stat().st_size == len(content)
    assert differing(before, request_fingerprint(request_)) == ("data",)


def test_published_figures_and_the_projects_parameters_count(request_):
    """The copy's published figures lie elsewhere: that they are missing is a difference, too."""
    here, there = district_digests(ROOT / "data" / "districts" / "demo"), district_digests(request_.district)
    assert {name for name in here if here[name] != there[name]} == {"published figures/interview.toml"}
    assert there["published figures/interview.toml"] == "missing"
    assert {f"parameters/{path.name}" for path in (ROOT / "data" / "parameters").glob("*.toml")} < set(here)


def test_another_notebook(request_):
    before = request_fingerprint(request_)
    request_.notebook.write_text(request_.notebook.read_text() + "\n")
    assert differing(before, request_fingerprint(request_)) == ("notebook",)


def test_another_commit_other_packages(request_, monkeypatch):
    before = request_fingerprint(request_)
    monkeypatch.setattr(module, "package_versions", lambda: {"numpy": "0.0"})
    assert differing(before, request_fingerprint(request_)) == ("packages",)
    monkeypatch.setattr(module, "code_revision", lambda: "another")
    assert differing(before, request_fingerprint(request_)) == ("code", "packages")


def test_code_counts_without_a_commit_compiled_code_does_not(tmp_path):
    (tmp_path / "room" / "__pycache__").mkdir(parents=True)
    source = tmp_path / "room" / "a.py"
    source.write_text("x = 1")
    before = code_digests(tmp_path)
    assert set(before) == {"room/a.py"}
    (tmp_path / "room" / "__pycache__" / "a.pyc").write_bytes(b"compiled")
    assert code_digests(tmp_path) == before
    source.write_text("x = 2")
    assert code_digests(tmp_path) != before
    assert "reporting/templates/report/style.css" in code_digests()


def test_what_is_published_tells_its_fingerprint_as_long_as_it_is_whole(tmp_path):
    assert published_fingerprint(tmp_path) == {}
    (tmp_path / "report.html").write_text("page")
    manifest = {"fingerprint": {"code": "a"}, "outputs": digests(tmp_path)}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert published_fingerprint(tmp_path) == {"code": "a"}
    (tmp_path / "report.html").write_text("damaged")
    assert published_fingerprint(tmp_path) == {}
    (tmp_path / "report.html").unlink()
    assert published_fingerprint(tmp_path) == {}
    for text in ("{", "[]"):
        (tmp_path / "manifest.json").write_text(text)
        assert published_fingerprint(tmp_path) == {}


def test_a_damaged_page_in_another_language_is_a_damaged_report(tmp_path):
    for folder in (tmp_path, tmp_path / "zh"):
        folder.mkdir(exist_ok=True)
        (folder / "report.html").write_text(f"page in {folder.name}")
        outputs = {"report.html": digests(folder)["report.html"]}
        manifest = {"fingerprint": {"code": "a"}, "languages": ["en", "zh"], "outputs": outputs}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    assert published_fingerprint(tmp_path) == {"code": "a"}
    (tmp_path / "zh" / "report.html").write_text("damaged")
    assert published_fingerprint(tmp_path) == {}
    shutil.rmtree(tmp_path / "zh")
    assert published_fingerprint(tmp_path) == {}
