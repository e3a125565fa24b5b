"""Nothing that names a person passes the last gate, wherever in a report it stands."""

from __future__ import annotations

import pytest

from jingan_analysis.errors import PublicationRefused
from jingan_analysis.reporting.gate import refuse_persons
from jingan_analysis.reporting.publication import WORK
from jingan_analysis.reporting.runner import fulfil

IDENTITY, MOBILE = "11010519491231002X", "13800138000"


@pytest.mark.parametrize("name", ["report.html", "tables/a.csv", "figures/f.svg", "manifest.json", "executed.ipynb"])
@pytest.mark.parametrize("written", [IDENTITY, MOBILE, "110105&#49;9491231002X"], ids=["identity", "mobile", "escaped"])
def test_every_file_is_looked_through(tmp_path, name, written):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"before {written} after", encoding="utf-8")
    with pytest.raises(PublicationRefused) as caught:
        refuse_persons(tmp_path)
    assert f"{name} holds 1 × " in str(caught.value)
    assert IDENTITY not in str(caught.value)
    assert MOBILE not in str(caught.value)


def test_all_faults_are_told_at_once_and_unknown_kinds_are_faults(tmp_path):
    (tmp_path / "a.csv").write_text(IDENTITY)
    (tmp_path / "b.csv").write_text(MOBILE)
    (tmp_path / "c.xlsx").write_bytes(b"PK")
    with pytest.raises(
        PublicationRefused, match=r"a\.csv holds 1 × identity.*b\.csv holds 1 × mobile.*c\.xlsx is of a kind"
    ):
        refuse_persons(tmp_path)


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ("evidence", f"from IPython.display import HTML\nHTML('<p>{IDENTITY}</p>')"),
        ("", f"print('{MOBILE}')"),
        ("", f"x = '{IDENTITY}'"),
    ],
    ids=["shown", "printed", "typed"],
)
def test_a_run_that_shows_a_person_publishes_nothing(make_request, sample_cells, tag, source):
    request = make_request((*sample_cells()[:-1], (tag, source), sample_cells()[-1]))
    keep = request.target / "report.html"
    keep.parent.mkdir(parents=True)
    keep.write_text("the last good report")
    with pytest.raises(PublicationRefused, match=r"holds [12] × "):
        fulfil(request)
    assert keep.read_text() == "the last good report"
    assert not (request.out / "index.html").exists()
    assert list((request.out / WORK).glob("run-*")) == []
