"""A plan made by hand: read in the languages and encodings that offices write, and every fault told with its row."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from jingan_analysis.cli import app
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.site_plan import read_site_plan


def order(district, out):
    """The command up to its plan."""
    return ["run", "next_sites", "--district", str(district), "--period", "2024-08", "--out", str(out)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("site_id,why\nN031,corner\n N147 ,school\n", "utf-8"),
        ("候选场所编号,备注\nN031,街角\nN147,学校\n", "gb18030"),
        ("備考,候補地ID\n角,N031\n学校,N147\n", "cp932"),
        ("\ufeffSite id\nN031\nN147\n", "utf-8"),
    ],
)
def test_a_plan_is_read_as_offices_write_it(tmp_path, text, encoding):
    file = tmp_path / "plan.csv"
    file.write_bytes(text.encode(encoding))
    assert read_site_plan(file) == ("N031", "N147")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name\nCorner\n", "no column is called 'site_id'"),
        ("site_id,why\nN031,\n,school\nN031,\nN147,\n", "row 3 has no site_id; row 4: 'N031' stands there twice"),
        ('site_id\n"N031\n', "--plan plan.csv"),
    ],
)
def test_faults_name_the_file_and_every_row(tmp_path, text, told):
    file = tmp_path / "plan.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidParameter) as fault:
        read_site_plan(file)
    assert told in str(fault.value) and "plan.csv" in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidParameter, match="there is no such file"):
        read_site_plan(tmp_path / "none.csv")


def test_the_command_line_says_the_same_in_one_line(tmp_path, valid_district):
    file = tmp_path / "plan.csv"
    file.write_text("site_id\nn00\nn99\n", encoding="utf-8")
    given = order(valid_district, tmp_path / "out")
    found = CliRunner().invoke(app, [*given, "--plan", str(file)])
    assert (
        found.exit_code == 4 and "plan: 'n99' is no candidate site" in found.stderr and "Traceback" not in found.stderr
    )
    twice = CliRunner().invoke(app, [*given, "--plan", str(file), "--set", "plan=['n00']"])
    assert twice.exit_code == 2 and "give one of them" in twice.stderr


def test_sites_of_a_plan_reach_the_report(tmp_path, valid_district):
    file = tmp_path / "plan.csv"
    file.write_text("site_id\nn00\nn01\n", encoding="utf-8")
    given = order(valid_district, tmp_path / "out")
    less = ["--set", "draws=0", "--set", "most_new_sites=2", "--set", "access_threshold_minutes=6.0"]
    found = CliRunner().invoke(app, [*given, *less, "--plan", str(file)])
    assert found.exit_code == 0, found.stderr
    page = next((tmp_path / "out").glob("small/next_sites/2024-08/latest/report.html")).read_text(encoding="utf-8")
    assert "Plan made by hand" in page
