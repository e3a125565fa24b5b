"""A published report against its seal, its companions and a second run, on a small district and the real notebook."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from jingan_analysis.errors import InvalidReport
from jingan_analysis.reporting import runner
from jingan_analysis.reporting.embedded import embed, read_embedded, without_manifest
from jingan_analysis.reporting.fingerprint import PARTS
from jingan_analysis.reporting.runner import run_report
from jingan_analysis.reporting.verify import verify

NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
STUDY = "relief_coverage"


@pytest.fixture(scope="module")
def published(tmp_path_factory, write_district):
    """A report and the district that it is about."""
    home = tmp_path_factory.mktemp("verify")
    district = write_district(home / "small")
    found = run_report(
        STUDY, district, period="2024-08", settings={"minimum_cell": 1}, out=home / "reports", notebooks=NOTEBOOKS,
        stale_after=date(2024, 10, 15),
    )  # fmt: skip
    return found.folder, district


@pytest.fixture
def report(published, tmp_path):
    """A copy to spoil."""
    return Path(shutil.copytree(published[0], tmp_path / "report"))


def changed(page: Path, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def a_cell(page: Path) -> tuple[str, str]:
    """Identifier of a table's cell with a number, and the cell."""
    found = re.search(r'<td id="(cell-[^"]+)"[^>]*>[^<]*\d[^<]*</td>', page.read_text(encoding="utf-8"))
    return found[1], found[0]


def test_the_same_run_is_identical(published):
    report, district = published
    found = verify(report, district, notebooks=NOTEBOOKS)
    assert str(found) == f"{STUDY}, 2024-08: identical"
    assert found.identical


def test_when_a_report_is_stale_stands_in_it_and_outlasts_the_second_run(published, monkeypatch):
    """The page has no clock: the day is given to the run again, or the pages would differ."""
    report, district = published
    manifest = read_embedded((report / "report.html").read_text(encoding="utf-8")).manifest
    assert manifest["stale_after"] == "2024-10-15"
    assert set(manifest["fingerprint"]) == set(PARTS)
    seen = []
    run = runner.run_report
    monkeypatch.setattr(runner, "run_report", lambda *given, **named: seen.append(named) or run(*given, **named))
    verify(report, district, notebooks=NOTEBOOKS)
    assert [named["stale_after"] for named in seen] == [date(2024, 10, 15)]


def test_a_report_is_found_by_its_folder_its_latest_and_its_page(published):
    folder, _ = published
    for place in (folder, folder.parent, folder.parent / "latest", folder.parent / "latest" / "report.html"):
        assert verify(place, None, notebooks=NOTEBOOKS).identical


def test_a_changed_notebook_or_manifest_beside_the_page_is_found(report):
    changed(report / "executed.ipynb", "relief", "belief")
    (report / "manifest.json").unlink()
    (report / "zh").mkdir()
    (report / "zh" / "report.html").touch()
    found = verify(report, None, notebooks=NOTEBOOKS)
    assert {each.where for each in found.changed} == {"executed.ipynb", "manifest.json", "zh/report.html"}


def test_without_the_district_only_the_files_are_looked_at(report):
    found = verify(report / "report.html", None, notebooks=NOTEBOOKS)
    assert found.identical
    assert "give the district to run it again" in str(found)


def test_a_changed_digit_is_found_and_where_it_is(report, published):
    page = report / "report.html"
    identifier, cell = a_cell(page)
    changed(page, cell, re.sub(r">([^<]*)\d", r">\g<1>X", cell))
    files_only = verify(report, None, notebooks=NOTEBOOKS)
    assert [each.where for each in files_only.changed] == ["report.html"]
    assert "DIFFERS" in str(files_only)
    found = verify(report, published[1], notebooks=NOTEBOOKS)
    assert not found.identical
    assert [each.where for each in found.results] == [f"report.html at #{identifier}"]
    assert "X" in found.results[0].reported


def test_a_changed_table_is_found_to_the_cell(report, published):
    table = report / "tables" / "by_subdistrict.csv"
    row, value = re.search(r"^(\d+),[^,]*,(\d+)", table.read_text(encoding="utf-8"), re.MULTILINE).groups()
    header = table.read_text(encoding="utf-8").splitlines()[0].split(",")
    changed(table, f",{value}", ",999")
    found = verify(report, published[1], notebooks=NOTEBOOKS)
    assert [each.where for each in found.changed] == ["tables/by_subdistrict.csv"]
    (cell,) = found.results
    assert cell.where == f"tables/by_subdistrict.csv, row {row}, column {header[2]}"
    assert (cell.reported, cell.found) == ("999", value)


def test_a_lost_figure_and_one_too_many_are_found(report):
    figure = next(iter(sorted((report / "figures").iterdir())))
    figure.rename(figure.with_name("other.svg"))
    found = verify(report, None, notebooks=NOTEBOOKS)
    assert {each.where for each in found.changed} == {f"figures/{figure.name}", "figures/other.svg"}


def test_a_changed_input_is_named_with_what_it_changes(report, published, tmp_path):
    district = Path(shutil.copytree(published[1], tmp_path / "small"))
    households = district / "households.csv"
    lines = households.read_text(encoding="utf-8").splitlines()
    households.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    cases = district / "relief_cases.csv"
    gone = lines[-1].split(",")[0]
    kept = [line for line in cases.read_text(encoding="utf-8").splitlines() if gone not in line]
    cases.write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = verify(report, district, notebooks=NOTEBOOKS)
    assert "input households.csv" in {each.where for each in found.conditions}
    assert any(each.where.startswith("tables/cascade.csv, row eligible") for each in found.results)
    assert not found.changed


def test_another_version_is_told_and_the_results_are_the_same(report, published):
    page = report / "report.html"
    text = page.read_text(encoding="utf-8")
    manifest = read_embedded(text).manifest
    manifest["software"]["packages"]["numpy"] = "1.0"
    page.write_text(embed(without_manifest(text), manifest), encoding="utf-8", newline="")
    found = verify(report, published[1], notebooks=NOTEBOOKS)
    assert [each.where for each in found.conditions] == ["package numpy"]
    assert found.results == ()
    assert "same results under other conditions" in str(found)
    assert not found.identical


def test_what_is_no_report_is_refused(tmp_path):
    with pytest.raises(InvalidReport, match="there is no report"):
        verify(tmp_path, None, notebooks=NOTEBOOKS)
    (tmp_path / "report.html").write_text("<html></html>")
    with pytest.raises(InvalidReport, match="carries no manifest"):
        verify(tmp_path, None, notebooks=NOTEBOOKS)
    (tmp_path / "report.html").write_text(embed("<html><head></head></html>", {"study": STUDY}))
    with pytest.raises(InvalidReport, match="lacks claims, code_revision, headline"):
        verify(tmp_path, None, notebooks=NOTEBOOKS)
    (tmp_path / "report.html").write_text(embed("<html><head></head></html>", [STUDY]))
    with pytest.raises(InvalidReport, match="no object of names and values"):
        verify(tmp_path, None, notebooks=NOTEBOOKS)
