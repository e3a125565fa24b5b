"""The index in a real browser: what its search finds, what it says of the age of data, and what it is without a script."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import axe_playwright_python
import pytest
from made_up_index import UNITS, WORDS, write

from jingan_analysis.reporting.generations import INDEX_FILES

pytestmark = pytest.mark.browser

FILES = pytest.mark.parametrize("file", INDEX_FILES.values())
REPORTS = [
    *((study, "2024-08", unit) for study in ("overview", "canteen", "beds") for unit in (None, *UNITS)),
    ("relief", "2024-08", None),
    ("canteen", "2024-02", None),
    ("canteen", "2024-02", "310106006"),
]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    return write(tmp_path_factory.mktemp("made_up"), REPORTS, stale_after="2024-10-15")


@pytest.fixture
def front(browser, made_up):
    """Open an index; the reader's clock can be set."""
    contexts = []

    def open_page(file="index.html", *, now=None, out=made_up, more="", **options):
        context = browser.new_context(**{"viewport": {"width": 1100, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("request", lambda request: request.url.startswith("data:") or page.said.append(request.url))
        if now:
            page.clock.set_fixed_time(now)
        page.goto((out / file).as_uri() + more)
        page.evaluate("document.fonts.ready")
        page.said.pop(0)  # the page itself was asked for
        return page

    yield open_page
    for context in contexts:
        context.close()


def seek(page, text):
    page.locator("#sought").fill(text)
    return titles(page)


def titles(page):
    return page.locator(".card:visible h3").all_inner_texts()


def links(page):
    """Units and periods that can be followed, studies apart."""
    return page.locator(".card details li a:visible").all_inner_texts()


# ---- The search.


@pytest.mark.parametrize(
    ("text", "studies"),
    [
        ("canteen", ["canteen"]),
        ("  CANTEEN  reach ", ["canteen"]),
        ("食堂", ["canteen"]),
        ("高齢者食堂", ["canteen"]),
        ("长者 可达", ["canteen"]),
        ("ベッド", ["beds"]),
        ("ﾍﾞｯﾄﾞ", ["beds"]),
        ("ｃａｎｔｅｅｎ", ["canteen"]),
        ("联动 食堂", []),
        ("61.2% relief", ["relief"]),
        ("61.2%　社会救助", ["relief"]),
        ("食堂、到達圏", ["canteen"]),
        ("2024-02", ["canteen"]),
        ("静安区", ["overview", "canteen", "beds", "relief"]),
        ("nothing of the kind", []),
    ],
)
@FILES
def test_a_study_is_found_by_words_of_any_language_in_any_language(front, file, text, studies):
    page = front(file)
    language = list(INDEX_FILES.values()).index(file)
    assert sorted(seek(page, text)) == sorted(WORDS[study][language] for study in studies)


@pytest.mark.parametrize("text", ["310106011", "shimen road", "石门二路", "石門二路", "Ｓhimen"])
@FILES
def test_a_unit_is_found_by_its_code_and_by_each_of_its_names(front, file, text):
    page = front(file)
    seek(page, text)
    name = UNITS["310106011"][list(INDEX_FILES.values()).index(file)]
    assert links(page) == [name] * 3, "in each study that has a report on it, unfolded"
    assert "3" in page.locator(".found").inner_text()
    seek(page, f"{text} 食堂")
    assert links(page) == [name]
    assert len(titles(page)) == 1


@pytest.mark.parametrize("text", ["jingan temple", "Jing'an temple", "Jing’an Temple", "JINGʼAN TEMPLE"])
def test_an_apostrophe_does_not_matter(front, text):
    page = front()
    seek(page, text)
    assert links(page) == ["Jing'an Temple"] * 3


def test_hits_are_counted_and_told(front):
    page = front()
    status = page.locator(".search [role=status]")
    assert status.inner_text() == ""
    seek(page, "canteen")
    assert status.inner_text() == "Reports found: 7 of 18"
    seek(page, "canteen jiangning")
    assert status.inner_text() == "Reports found: 2 of 18"
    seek(page, "")
    assert status.inner_text() == ""
    assert len(titles(page)) == 4


def test_nothing_found_can_be_cleared(front):
    page = front()
    assert not page.locator(".nothing").is_visible()
    seek(page, "no such thing")
    assert page.locator(".nothing").is_visible()
    assert not page.locator("h2").is_visible()
    page.locator(".nothing button").click()
    assert not page.locator(".nothing").is_visible()
    assert len(titles(page)) == 4
    assert page.evaluate("document.activeElement.id") == "sought"


def test_what_the_search_unfolds_it_folds_again_and_nothing_else(front):
    page = front()
    page.locator("details summary").first.click()
    assert page.locator("details[open]").count() == 1
    seek(page, "shimen")
    assert page.locator("details[open]").count() == 3
    seek(page, "")
    assert page.locator("details[open]").count() == 1
    assert page.locator("details").first.get_attribute("open") is not None


def test_a_period_heads_what_is_found_in_it(front):
    page = front()
    seek(page, "jiangning canteen")
    found = page.locator(".periods > li:visible")
    assert found.count() == 1
    assert found.inner_text().startswith("1 January 2024 to 29 February 2024")


def test_the_search_by_keyboard(front):
    page = front()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "sought"
    page.keyboard.type("beds/")
    assert page.locator("#sought").input_value() == "beds/", "in the field it is a character"
    page.keyboard.press("Escape")
    assert page.locator("#sought").input_value() == ""
    assert len(titles(page)) == 4
    page.keyboard.type("beds")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Linked beds"
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")


def test_the_field_has_a_name_and_a_description(front):
    page = front()
    assert page.get_by_role("search").count() == 1
    assert page.get_by_role("searchbox", name="Search the reports").count() == 1
    assert page.evaluate(
        "document.getElementById(document.getElementById('sought').getAttribute('aria-describedby')).textContent"
    )


def test_a_composed_word_is_sought_when_it_is_whole(front):
    page = front()
    page.evaluate(
        """() => { const field = document.getElementById('sought'); field.value = 'shi tang';
        field.dispatchEvent(new InputEvent('input', { isComposing: true })) }"""
    )
    assert len(titles(page)) == 4
    page.evaluate(
        """() => { const field = document.getElementById('sought'); field.value = '食堂';
        field.dispatchEvent(new CompositionEvent('compositionend')) }"""
    )
    assert titles(page) == ["Canteen reach"]


def test_what_is_sought_survives_another_language_and_the_way_back(front):
    page = front()
    seek(page, "食堂 100%")
    assert titles(page) == []
    seek(page, "食堂 61.2%")
    page.get_by_role("link", name="日本語").click()
    assert page.url.split("#")[0].endswith("index.ja.html")
    assert page.locator("#sought").input_value() == "食堂 61.2%"
    assert titles(page) == ["高齢者食堂の到達圏"]
    page.locator("h3 a:visible").click()
    assert page.title() == "x"
    page.go_back()
    assert titles(page) == ["高齢者食堂の到達圏"]
    seek(page, "")
    assert "#" not in page.url


@pytest.mark.parametrize(
    "more", ["#q=%", "#q=%E9%A3", "#q=", "#demo.beds", "#q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"]
)
def test_an_address_of_any_kind_does_no_harm(front, more):
    page = front(more=more)
    assert page.said == []
    assert page.locator("main img").count() == 0
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    assert len(titles(page)) == 4


# ---- Age.


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2024-08-15T12:00:00", ""),
        ("2024-08-31T12:00:00", ""),
        ("2024-09-01T00:30:00", "(one day old)"),
        ("2024-09-30T12:00:00", "(30 days old)"),
        ("2024-10-30T23:30:00", "(60 days old)"),
        ("2024-10-31T12:00:00", "(2 months old)"),
        ("2024-11-29T12:00:00", "(2 months old)"),
        ("2024-11-30T12:00:00", "(3 months old)"),
        ("2025-02-27T12:00:00", "(5 months old)"),
        ("2025-02-28T12:00:00", "(6 months old)"),
        ("2026-08-30T12:00:00", "(23 months old)"),
        ("2026-08-31T12:00:00", "(24 months old)"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_age_of_data_is_that_on_the_day_of_the_reader(front, now, told, zone):
    page = front(now=dt.datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(zone)), timezone_id=zone)
    assert "Data to 31 August 2024" in page.locator(".card").first.inner_text()
    assert page.locator(".age").first.inner_text() == told


@FILES
def test_a_newer_report_is_due_only_after_its_day(front, file):
    for day, due in (("2024-10-15", 0), ("2024-10-16", 4)):
        page = front(file, now=f"{day}T12:00:00+08:00", timezone_id="Asia/Shanghai")
        assert page.locator(".stale:visible").count() == due


# ---- Without a script, on paper, on a phone.


@FILES
def test_without_a_script_everything_is_listed_and_nothing_is_offered_that_does_not_work(front, file):
    page = front(file, java_script_enabled=False)
    assert page.locator(".card:visible").count() == 4
    assert not page.locator("#search").is_visible()
    assert not page.locator(".stale").first.is_visible()
    assert page.locator(".age").first.text_content() == ""
    page.locator("details summary").first.click()
    assert page.locator(".units a:visible").count() == 4
    assert page.locator(".card a[href*='report.html']").count() == len(REPORTS) + page.locator(".picture").count()


@FILES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_index_is_quiet_while_it_is_used(front, file, scheme):
    page = front(file, color_scheme=scheme)
    seek(page, "食堂")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.locator("summary").first.click()
    assert page.said == []


@FILES
@pytest.mark.parametrize("text", ["", "食堂", "nothing of the kind", "x" * 300])
def test_a_narrow_screen_shows_the_whole_page(front, file, text):
    page = front(file, viewport={"width": 360, "height": 800})
    seek(page, text)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    over = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(e => !e.closest('svg, .skip') && e.getClientRects().length
        && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert over == []


def test_titles_lead_to_their_cards_until_one_searches(front):
    page = front()
    jump = page.get_by_role("navigation", name="Contents, Jing'an")
    assert jump.locator("a").all_inner_texts() == titles(page)
    jump.get_by_text("Relief coverage").click()
    assert page.locator(".card:target h3").inner_text() == "Relief coverage"
    seek(page, "beds")
    assert not jump.is_visible()


def test_the_one_that_leads_to_others_stands_first_and_apart(front):
    page = front()
    assert titles(page)[0] == "Overview"
    assert page.locator(".card.first").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_has_the_colours_of_the_page(front, scheme):
    page = front(color_scheme=scheme)
    shape = page.locator(".picture svg path").first
    assert (
        shape.evaluate("shape => getComputedStyle(shape).fill")
        == {"light": "rgb(18, 67, 109)", "dark": "rgb(127, 178, 229)"}[scheme]
    )
    box = page.locator(".picture svg").first.bounding_box()
    assert box["width"] > 100
    assert page.get_by_role("link", name="A map").count() == 4
    page.emulate_media(media="print", color_scheme=scheme)
    assert shape.evaluate("shape => getComputedStyle(shape).fill") == "rgb(18, 67, 109)"


def test_paper_has_the_list_and_nothing_to_use_or_to_grow_old(front):
    page = front(now="2026-01-01T12:00:00")
    page.emulate_media(media="print")
    for gone in ("#search", ".jump", ".age", ".stale", ".languages"):
        assert not page.locator(gone).first.is_visible(), gone
    text = page.locator("main").inner_text()
    for told in ("Canteen reach", "Data to 31 August 2024", "4 sub-districts", "61.2%"):
        assert told in text
    assert page.locator(".picture svg").first.is_visible()


# ---- Texts of strangers.

PAYLOAD = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'&{{7*7}}"


@FILES
def test_a_payload_is_a_text_and_nothing_else(front, tmp_path, file):
    hostile = {
        "title": PAYLOAD, "question": PAYLOAD, "headline": [PAYLOAD], "stamps": ["", PAYLOAD], "period_label": PAYLOAD,
        "main_figure": {"name": "map", "title": PAYLOAD},
        "district": {"key": "demo", "names": {"en": PAYLOAD, "zh": PAYLOAD, "ja": PAYLOAD}, "synthetic": False},
    }  # fmt: skip
    reports = [("canteen", "2024-08", None), ("canteen", "2024-02", None), ("beds", "2024-08", "310106006")]
    out = write(tmp_path, reports, **hostile)
    page = front(file, out=out)
    seek(page, "<IMG")
    seek(page, PAYLOAD)
    assert len(titles(page)) == 2
    assert page.evaluate("window.pwned") is None
    assert page.locator("main script, main img").count() == 0
    assert page.said == []
    assert page.locator("h3").first.inner_text() == PAYLOAD
    assert page.locator(".picture svg").first.get_attribute("aria-label") == PAYLOAD
    assert not re.search("49", page.locator("main").inner_text())


# ---- Several districts, by axe-core.

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")


@pytest.mark.parametrize("text", ["", "食堂", "nothing of the kind"])
def test_axe_finds_nothing_with_several_districts_and_in_every_state_of_the_search(front, tmp_path, text):
    studies = [(study, "2024-08", unit) for study in WORDS for unit in (None, "310106006")]
    write(tmp_path, studies)
    away = {"key": "away", "names": {"en": "Away", "zh": "远区", "ja": "遠区"}, "synthetic": False}
    out = write(tmp_path, studies, before={f"demo/{study}/2024-08": "A" for study in WORDS}, district=away)
    page = front(out=out, bypass_csp=True)
    assert page.locator("h2").count() == 2
    seek(page, text)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations.map(rule => rule.id)")
    assert found == []
