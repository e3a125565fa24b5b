"""Whatever things are called, and whatever lies in the reports folder, nothing is written outside it."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import (
    DistrictConfigError,
    InvalidParameter,
    JinganError,
    PublicationRefused,
    ReportFailed,
    UnknownStudy,
    UnknownUnit,
)
from jingan_analysis.reporting.inside import file_name, refuse_ways_out
from jingan_analysis.reporting.runner import check_request, fulfil

ROOT = Path(__file__).parents[3]
OUTSIDE = (
    "", ".", "..", ".hidden", "../x", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "C:\\x", "C:x", "//server/share", "a b", "a\n", "a\x00b",
    "con", "CON", "nul", "NUL.csv", "com1", "LPT9.txt", "aux", "prn.html", "a.", "a.b.", "-rf", "~", "$HOME", "%2e%2e", "．．", "a\u202eb", "é", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_leave_their_folder_are_refused(name):
    with pytest.raises(ReportFailed, match="cannot name a file"):
        file_name(name)


@pytest.mark.parametrize("name", ["by_unit", "310106012000", "2024-08", "v1.2", "console", "a", "com", "x" * 120])
def test_plain_names_pass(name):
    assert file_name(name) == name


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_a_name_that_passes_stays_in_its_folder(name):
    folder = Path("/reports")
    try:
        path = folder / file_name(name)
    except ReportFailed:
        return
    assert Path(os.path.normpath(path)) == path
    assert path.parent == folder
    assert path.name == name


@pytest.fixture
def checked(valid_district, tmp_path):
    """What a request says after its check, with some of its words replaced."""

    def check(study="relief_coverage", *, period="2024-08", unit=None, key=None, code=None):
        config = valid_district / "district.toml"
        if key is not None:
            config.write_text(
                config.read_text(encoding="utf-8").replace('key = "small"', f"key = {key}"), encoding="utf-8"
            )
        if code is not None:
            for file in valid_district.glob("*.*"):
                file.write_text(file.read_text(encoding="utf-8").replace("010001000000", code), encoding="utf-8")
        given = {name: value for name, value in (("period", period), ("unit", unit)) if value is not None}
        return check_request(study, valid_district, given, {}, out=tmp_path / "out", notebooks=ROOT / "notebooks")

    return check


def test_a_plain_request_stays_inside(checked, tmp_path):
    assert checked(unit="010001000000").target == tmp_path / "out/small/relief_coverage/2024-08/010001000000"


@pytest.mark.parametrize("key", ['"../x"', '"/etc"', '"a/b"', '"."', '"a\\u0000b"', '"A"', '"a\\n"', '""', '"con "'])
def test_a_district_key_that_leaves_is_refused(checked, key):
    with pytest.raises(DistrictConfigError, match="key"):
        checked(key=key)


def test_a_district_named_like_a_device_is_refused(checked):
    with pytest.raises(ReportFailed, match="Windows keeps it for a device"):
        checked(key='"con"')


@pytest.mark.parametrize(
    "study", ["../relief_coverage", "/etc/passwd", "relief_coverage\x00", "..", "relief_coverage/..", "os"]
)
def test_a_study_that_leaves_is_unknown(checked, study):
    with pytest.raises(UnknownStudy):
        checked(study)


@pytest.mark.parametrize("period", ["../2024", "2024-08/..", "/2024", "2024-08\n", "2024\x00", "２０２４"])
def test_a_period_that_leaves_is_invalid(checked, period):
    with pytest.raises(InvalidParameter, match="period"):
        checked(period=period)


@pytest.mark.parametrize("unit", ["../x", "/etc", "010001000000/..", "\x00"])
def test_a_unit_that_leaves_is_unknown(checked, unit):
    with pytest.raises(UnknownUnit):
        checked(unit=unit)


@pytest.mark.parametrize("code", ["..~x", "a~b", "nul", "..", "<b>"])
def test_a_unit_with_such_a_code_has_no_report_of_its_own(checked, code):
    with pytest.raises(JinganError, match="cannot name a file"):
        checked(code=code.replace("~", "/"), unit=code.replace("~", "/"))


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("name", ["../../x", "/tmp/x", "a/b", "con", "a\x00b"])
@pytest.mark.parametrize("kind", ["table", "figure"])
def test_a_table_or_figure_that_leaves_is_refused(make_request, sample_cells, kind, name):
    shelf = "tables['by_unit']" if kind == "table" else "figures['shares']"
    evidence = f"import dataclasses\nfrom jingan_analysis.reporting.companions import *\ndataclasses.replace(result.{shelf}, name={name!r})"
    provenance = f"import dataclasses\nown = ja.provenance(result)\ndataclasses.replace(own, tables={{**own.tables, {name!r}: 'x'}})"
    request = make_request((*sample_cells()[:-1], ("evidence", evidence), ("provenance", provenance)))
    outside = set(request.out.parent.rglob("*"))
    with pytest.raises(ReportFailed, match="cannot name a file"):
        fulfil(request)
    created = set(request.out.parent.rglob("*")) - outside
    assert all(path.is_relative_to(request.out) for path in created)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need rights elsewhere")
@pytest.mark.parametrize("where", ["demo", "demo/sample", "demo/sample/2024-08", ".work", ".work/held", ".work/cache"])
@pytest.mark.parametrize("dangling", [False, True])
def test_a_planted_link_is_not_followed(make_request, tmp_path, where, dangling):
    request = make_request()
    elsewhere = tmp_path / "elsewhere"
    if not dangling:
        elsewhere.mkdir()
        (elsewhere / "keep.txt").write_text("kept")
    planted = request.out / where
    planted.parent.mkdir(parents=True)
    planted.symlink_to(elsewhere)
    with pytest.raises(PublicationRefused, match="is a link or a file"):
        fulfil(request)
    assert planted.is_symlink()
    assert elsewhere.exists() != dangling
    assert dangling or [path.name for path in elsewhere.iterdir()] == ["keep.txt"]


@pytest.mark.usefixtures("no_kernel")
def test_a_link_planted_while_the_notebook_runs_is_not_followed(make_request, sample_cells, tmp_path):
    request = make_request()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    plant = f"from pathlib import Path\nPath({str(request.out)!r}, 'demo').symlink_to({str(elsewhere)!r})"
    request = make_request((("", plant), *sample_cells()))
    with pytest.raises(PublicationRefused, match="demo in the folder of all reports is a link"):
        fulfil(request)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.usefixtures("no_kernel")
def test_a_linked_index_is_replaced_and_not_written_through(make_request, tmp_path):
    request = make_request()
    victim = tmp_path / "victim.txt"
    victim.write_text("kept")
    request.out.mkdir(parents=True)
    (request.out / "index.html").symlink_to(victim)
    fulfil(request)
    assert victim.read_text() == "kept"
    assert 'class="card"' in (request.out / "index.html").read_text(encoding="utf-8")


def test_the_reports_folder_itself_may_be_a_link(make_request, tmp_path):
    request = make_request()
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    out = tmp_path / "link"
    refuse_ways_out(out, out / "demo" / "sample")
    refuse_ways_out(request.out, request.target)


@pytest.mark.parametrize("target", ["/etc", "{out}", "{out}/../x", "{out}/a/../../x"])
def test_a_target_that_is_not_inside_is_refused(make_request, target):
    request = make_request()
    moved = dataclasses.replace(request, target=Path(target.format(out=request.out)))
    with pytest.raises(PublicationRefused, match="not inside the folder of all reports"):
        fulfil(moved)
