"""A district whose every text is a payload: in the reports on it, a payload is a text and nothing else."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hostile_district import REFUSED, UNDRAWABLE, write_hostile_district

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidParameter, ReportFailed, UnknownParameter, UnknownUnit, UnrenderableCharacter
from jingan_analysis.intake.check import check_district
from jingan_analysis.reporting.runner import check_request, run_report
from jingan_analysis.studies import study_names

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
DISTRICT = ROOT / "data" / "districts" / "demo"
PERIOD = "2024-08"
STUDIES = tuple(study_names())
TRANSLATED = "relief_coverage"
"""The study that is published in a second language, too: a payload meets the same code in each."""
FORMULA_STARTS = tuple("=+-@|%＝＋－＠−\t\r")
ELEMENTS = """() => [...document.querySelectorAll('*')].filter(e => !e.closest('.languages')).map(e =>
    [e.closest('svg') ? 'svg ' : '', e.tagName, ...[...e.attributes].map(a => ' ' + a.name).sort()].join(''))"""


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """The hostile district, its texts, and the folder of the reports on it."""
    folder = tmp_path_factory.mktemp("hostile")
    plant = write_hostile_district(DISTRICT, folder / "district")
    file = folder / "reports.toml"
    others = [study for study in STUDIES if study != TRANSLATED]
    file.write_text(
        f'district = "district"\nout = "reports"\nlanguages = ["en"]\nperiod = "{PERIOD}"\nstudies = {json.dumps(others)}\n'
    )
    given = ["--district", str(folder / "district"), "--period", PERIOD, "--out", str(folder / "reports")]
    for order in (
        ["run", TRANSLATED, *given, "--language", "en", "--language", "ja"],
        ["run-all", "--config", str(file)],
    ):
        command = [sys.executable, "-m", "jingan_analysis", *order, "--notebooks", str(ROOT / "notebooks")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder, plant, done


@pytest.fixture(scope="session")
def hostile(planted) -> Path:
    return planted[0] / "reports"


def page_of(out: Path, study: str | None, language: str = "en") -> Path:
    """The index, or the page of one study in its latest edition, whose main language is English."""
    if study is None:
        return out / "index.html"
    if language != "en":
        return page_of(out, study).parent / language / "report.html"
    folder = out / "demo" / study / PERIOD
    return next(path for path in (folder / "latest" / "report.html", folder / "report.html") if path.is_file())


class Visited:
    """A page, and everything that went on while it was open."""

    def __init__(self, browser, path: Path) -> None:
        self.page = browser.new_page(viewport={"width": 1100, "height": 900})
        self.events: list[str] = []
        note = self.events.append
        self.page.on("console", lambda message: note(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: note(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (note("dialog"), dialog.dismiss()))
        self.page.on("popup", lambda _: note("popup"))
        self.page.on("download", lambda _: note("download"))
        self.page.on("framenavigated", lambda frame: note(f"navigation: {frame.url}"))
        self.page.on("request", lambda request: request.url.startswith("data:") or note(f"request: {request.url}"))
        self.page.goto(path.as_uri())
        self.page.evaluate("document.fonts.ready")
        self.page.mouse.move(300, 300)
        for _ in range(15):
            self.page.keyboard.press("Tab")
        self.page.wait_for_timeout(300)
        self.quiet = self.events == [f"request: {path.as_uri()}", f"navigation: {path.as_uri()}"]


@pytest.fixture
def visited(browser):
    """Open a page and look; closed at the end."""
    opened = []

    def open_page(path: Path) -> Visited:
        opened.append(Visited(browser, path))
        return opened[-1]

    yield open_page
    for each in opened:
        each.page.close()


@pytest.mark.parametrize(
    ("study", "language"), [(None, "en"), *((study, "en") for study in STUDIES), (TRANSLATED, "ja")]
)
def test_a_payload_is_a_text_and_nothing_happens(visited, hostile, published, study, language):
    seen, twin = (visited(page_of(out, study, language)) for out in (hostile, published))
    assert seen.quiet, seen.events
    assert seen.page.evaluate("window.pwned") is None
    # The demonstration district itself is the harmless twin: same rows, other texts. Outside the pictures every element
    # with its attributes is there as often as there; in the pictures, where texts take more lines, of the same kinds.
    counts, usual = (Counter(each.page.evaluate(ELEMENTS)) for each in (seen, twin))
    assert {kind: n for kind, n in counts.items() if not kind.startswith("svg ")} == {
        kind: n for kind, n in usual.items() if not kind.startswith("svg ")
    }
    assert {kind.split()[1] for kind in counts if kind.startswith("svg ")} == {
        kind.split()[1] for kind in usual if kind.startswith("svg ")
    }
    assert not [kind for kind in counts if " on" in kind]
    links = seen.page.evaluate(
        "[...document.querySelectorAll('[href], [src]')].map(e => e.getAttribute('href') || e.src)"
    )
    assert not [link for link in links if "javascript:" in link.lower() and not link.startswith("#")]
    assert not [link for link in links if "//" in link and not link.startswith("#")]


def test_texts_show_up_as_they_are(visited, planted, hostile):
    names = load_district(planted[0] / "district").table("sub_districts")["name_en"]
    text = visited(page_of(hostile, "relief_coverage")).page.evaluate("document.body.textContent")
    assert len(names) == 14
    assert [name for name in names if name not in text] == []
    district = load_district(planted[0] / "district")
    for source in (district.config.tables[name].source for name in ("households", "relief_cases")):
        assert source.rstrip(".") in text
    assert all(name in text for name in district.names.values())


def test_no_template_is_filled_in_and_no_formula_reaches_the_method(visited, planted, hostile):
    for study in STUDIES:
        page = page_of(hostile, study)
        told = json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))
        method = json.dumps(told["method"], ensure_ascii=False)
        assert "§" not in method, "a text from data stands in the method, whose formulas are drawn"
        text = page.read_text(encoding="utf-8")
        assert "&lt;class" not in text and "<class" not in text
        assert "{{7*7}}" in text and "{share}" in text and "{0.__class__}" in text


def _cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_a_spreadsheet_finds_no_formula(hostile):
    files = sorted(path for study in STUDIES for path in (page_of(hostile, study).parent / "tables").glob("*.csv"))
    assert len(files) > 40
    sheet = openpyxl.Workbook().active
    disarmed = 0
    for file in files:
        for cell in _cells(file):
            parts = [cell, *cell.replace("\n", ";").replace("\t", ";").split(";")]
            for part in parts:
                bare = part.lstrip(' "\n\r\t\u3000')
                assert not bare.startswith(FORMULA_STARTS) or _is_number(part), (file.name, cell)
            disarmed += cell.startswith("'")
            assert sheet.cell(1, 1, cell).data_type != "f"
    assert disarmed > 50, "no formula was planted where a table shows it"


def test_pictures_hold_text_and_shapes_only(hostile, published):
    def kinds(out):
        found = set()
        for study in STUDIES:
            for file in (page_of(out, study).parent / "figures").glob("*.svg"):
                text = file.read_text(encoding="utf-8")
                assert "<!DOCTYPE" not in text and "<!ENTITY" not in text and "<?xml-stylesheet" not in text
                for element in ET.fromstring(text).iter():
                    assert element.tag.startswith("{http://www.w3.org/2000/svg}")
                    found |= {(element.tag, name) for name in ("", *element.attrib)}
                    assert element.get("href", "#").startswith("#")
        return found

    usual = kinds(published)
    assert {tag for tag, _ in kinds(hostile)} <= {tag for tag, _ in usual}
    assert not [name for _, name in kinds(hostile) if name.startswith("on") or name == "style"]


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.kinds: set[tuple[str, str]] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds |= {(tag, name) for name, _ in (("", None), *attrs)}


def test_an_executed_notebook_is_as_safe_as_its_page(hostile, published):
    def kinds(out, study):
        notebook = json.loads((page_of(out, study).parent / "executed.ipynb").read_text(encoding="utf-8"))
        outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
        assert {output["output_type"] for output in outputs} <= {"execute_result", "display_data"}
        shown = {mime for output in outputs for mime in output["data"]}
        assert shown <= {"text/html", "text/plain", "application/vnd.jingan.report+json"}
        html = "".join("".join(output["data"].get("text/html", "")) for output in outputs)
        return _Elements(html).kinds

    for study in STUDIES:
        found = kinds(hostile, study)
        assert found
        assert {tag for tag, _ in found} <= {tag for tag, _ in kinds(published, study)}
        assert not [name for _, name in found if name.startswith("on")]


def test_a_run_prints_nothing_that_a_terminal_obeys(planted):
    _, plant, done = planted
    assert len(plant.planted) > 50_000
    assert not {character for character in done.stdout + done.stderr if not character.isprintable()} - {"\n"}


def test_what_is_not_seen_is_counted_by_the_check(planted):
    report = check_district(planted[0] / "district")
    assert report.ok
    kinds = {(each.table, each.kind) for each in report.repairs}
    assert {("canteens", "invisible characters removed"), ("matters", "line breaks and tabs made blanks")} <= kinds
    assert not [character for character in str(report) if not character.isprintable() and character != "\n"]


@pytest.fixture
def with_name(tmp_path):
    """The demonstration district with the name of one unit replaced."""

    def write(name: str) -> Path:
        folder = tmp_path / f"district{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for file in DISTRICT.iterdir():
            (folder / file.name).symlink_to(file) if file.suffix != ".toml" else None
        text = (DISTRICT / "district.toml").read_text(encoding="utf-8")
        (folder / "district.toml").write_text(
            text.replace('"../../published', f'"{ROOT}/data/published'), encoding="utf-8"
        )
        units = folder / "sub_districts.geojson"
        units.unlink()
        content = (DISTRICT / "sub_districts.geojson").read_text(encoding="utf-8")
        units.write_text(content.replace('"Jiangning Road"', json.dumps(name)), encoding="utf-8")
        for file in folder.iterdir():
            if file.is_symlink():
                target = file.resolve()
                file.unlink()
                file.write_bytes(target.read_bytes())
        return folder

    return write


def test_a_character_that_the_font_lacks_fails_the_run_by_name(with_name, tmp_path):
    name = "Road " + "".join(UNDRAWABLE)
    with pytest.raises(UnrenderableCharacter) as caught:
        run_report(
            "relief_coverage", with_name(name), period=PERIOD, out=tmp_path / "out", notebooks=ROOT / "notebooks"
        )
    for character in "".join(UNDRAWABLE):
        assert f"U+{ord(character):04X}" in str(caught.value)
    assert not list((tmp_path / "out").rglob("*.html"))


@pytest.mark.parametrize("text", REFUSED)
def test_control_characters_stop_at_the_door(with_name, text):
    report = check_district(with_name(text))
    assert not report.ok
    assert "control character U+" in str(report)
    assert not [character for character in str(report) if not character.isprintable() and character != "\n"]


@pytest.mark.parametrize(
    ("given", "options", "error"),
    [
        ({}, {"basis": "<script>alert(1)</script>"}, InvalidParameter),
        ({}, {"minimum_cell": "{{7*7}}"}, InvalidParameter),
        ({}, {"</script><script>": 1}, InvalidParameter),
        ({}, {"Basis": "resident"}, InvalidParameter),
        ({}, {"__class__": 1}, InvalidParameter),
        ({}, {"share": "{share}"}, UnknownParameter),
        ({"period": "2024-08</title>"}, {}, InvalidParameter),
        ({"unit": "<img src=x>"}, {}, UnknownUnit),
    ],
)
def test_parameters_are_refused_before_anything_runs(planted, tmp_path, given, options, error):
    with pytest.raises(error):
        check_request(
            "relief_coverage", planted[0] / "district", {"period": PERIOD, **given}, options,
            out=tmp_path / "out", notebooks=ROOT / "notebooks",
        )  # fmt: skip
    assert not (tmp_path / "out").exists()


def test_a_unit_whose_code_is_a_payload_gets_no_folder(planted, tmp_path):
    codes = load_district(planted[0] / "district").table("sub_districts")["subdistrict_code"]
    hostile = [code for code in codes if not code.isalnum()]
    assert len(hostile) > 10
    for code in hostile:
        with pytest.raises(ReportFailed, match="cannot name a file or folder"):
            check_request(
                "relief_coverage", planted[0] / "district", {"period": PERIOD, "unit": code}, {},
                out=tmp_path / "out", notebooks=ROOT / "notebooks",
            )  # fmt: skip
    assert not (tmp_path / "out").exists()
