"""Nothing that names a person passes the last gate, wherever in a report it stands."""

from __future__ import annotations

import json

import pytest

from jingan_analysis.errors import PublicationRefused
from jingan_analysis.reporting.gate import findings, refuse_persons
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
    ("suffix", "text"),
    [
        (".html", "<p>138<b>0013</b>8<!-- x -->000</p>"),
        (".html", '<p>138<a class="claim" href="#x"><data value="1">0013</data></a>8000</p>'),
        (".html", "<p>&#x31;38&nbsp;0013\n8000</p>"),
        (".html", '<p title="13800138000"></p>'),
        (".html", "<p>138&#8203;0013&shy;8000</p>"),
        (".svg", "<text><tspan>138</tspan><tspan>00138000</tspan></text>"),
        (".json", '{"a": "\\u0031380013800\\u0030"}'),
        (".json", '{"a": 13800138000}'),
        (".json", '{"13800138000": 1}'),
        (".ipynb", '{"source": ["138", "00138000"]}'),
        (".ipynb", '{"text/html": "<i>138<\\/i>00138000"}'),
        (".csv", "a,5,13800138000,5\n"),
        (".csv", "'13800138000\n"),
    ],
)
def test_a_number_counts_however_a_reader_meets_it(suffix, text):
    assert findings(text, suffix)["mobile telephone number"] == 1


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".html", "<tr><td>138</td><td>0013</td><td>8000</td></tr>"),
        (".html", f'<p id="x">{"0123456789abcdef" * 4}</p><data value="0.13800138000">13.8%</data>'),
        (".html", '<td id="cell-by-310106006000-x">1,380,013</td>'),
        (".svg", '<path d="M138 13L138.13 80.5"/><text>138</text><text>00138000</text>'),
        (".json", '{"value": 0.13800138000, "cell": "cell-by-310106014000-share", "seed": 20240831}'),
        (".ipynb", '{"source": ["138\\n", "0013 8000"]}'),
        (".csv", "310106006000,121.4496812,31.2343837,20240831\n138,0013,8000\n"),
    ],
)
def test_other_numbers_pass(suffix, text):
    assert findings(text, suffix) == {}


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "\U000e0041"])
@pytest.mark.parametrize("suffix", [".html", ".csv", ".svg", ".json", ".ipynb"])
def test_hidden_characters_do_not_pass(suffix, hidden):
    assert findings(f'["a{hidden}b"]', suffix) == {"hidden character": 1}
    if suffix == ".json":
        assert findings(json.dumps([f"a{hidden}b\n\t"]), suffix) == {"hidden character": 1}


def test_a_name_of_a_file_is_looked_at_and_not_told(tmp_path):
    (tmp_path / f"{MOBILE}.csv").write_text("a\n")
    with pytest.raises(PublicationRefused, match="the name of file 1 holds") as caught:
        refuse_persons(tmp_path)
    assert MOBILE not in str(caught.value)


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
