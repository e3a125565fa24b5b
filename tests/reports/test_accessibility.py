"""Every page by axe-core (WCAG 2.0, 2.1, 2.2 A and AA, and best practices) and by keyboard, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest
from report_pages import EVERY_REPORT, SAMPLE, TRANSLATED, WALKED

pytestmark = pytest.mark.browser

IN_EVERY_LANGUAGE = pytest.mark.parametrize("path", WALKED, indirect=True)
IN_A_SAMPLE = pytest.mark.parametrize("path", SAMPLE, indirect=True)
IN_ALL_LANGUAGES = pytest.mark.parametrize("path", ["index.html", *EVERY_REPORT], indirect=True)
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
OF_COLOUR = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""All that another colour scheme changes."""
BUT_CONTRAST = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
"""All that another language can change: colours are the same in each, and measuring them takes most of the time."""
MAP = ".figure-image[role=application]"
STATUS = ".heard[role=status]"

PLANTED = """<!DOCTYPE html><html><head><title>x</title></head><body><img src="data:,"><h1>One</h1><h4>Four</h4>
<main><p style="color:#bbb;background:#fff">pale</p><div role="application"><button></button></div>
<div style="height:20px;overflow:auto"><p style="height:99px">deep</p></div><table><tr><td aria-sort="up">1</td></tr></table>
</main></body></html>"""


USED = {"include": [["#tip"], ["figure:has([role=application])"], ["table:has([aria-sort])"]]}
"""What the use of a page changes."""

REPEATED = """() => document.querySelectorAll('tbody').forEach(body => {
    const met = {};
    for (const row of [...body.rows]) {
        const look = [...row.cells].map(cell => cell.localName + '.' + cell.className + /^\\[.\\]$/.test(cell.textContent)).join();
        met[look] = (met[look] ?? 0) + 1;
        if (met[look] > 4) row.remove();
    }
})"""
"""Takes rows away that look as four others of the table do, for axe-core measures the contrast of every cell."""


def violations(page, part: dict[str, object] | None = None, rules: dict[str, object] = RULES) -> list[str]:
    """Rule and place of everything that axe-core finds."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async ([part, rules]) => (await axe.run(part ?? document, rules)).violations", [part, rules])
    return [
        f"{rule['id']}: {', '.join(str(node['target']) for node in rule['nodes'][:5])} ({len(rule['nodes'])})"
        for rule in found
    ]


@pytest.fixture
def unguarded(browser, path):
    """Open the page without its policy, which would keep axe-core out as it keeps everything else out."""
    contexts = []

    def open_page(*, scheme: str = "light", width: int = 1100, html: str | None = None):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        if html is None:
            page.goto(path.as_uri())
        else:
            page.set_content(html)
        page.evaluate("document.fonts.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()


def unfold(page):
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def test_axe_finds_nothing(unguarded):
    page = unguarded()
    page.evaluate(REPEATED)
    assert violations(page) == []
    unfold(page)
    assert violations(page) == []


def test_axe_finds_nothing_pale_in_the_dark(unguarded):
    page = unguarded(scheme="dark")
    unfold(page)
    page.evaluate(REPEATED)
    assert violations(page, rules=OF_COLOUR) == []


@pytest.mark.parametrize("path", TRANSLATED, indirect=True)
def test_axe_finds_nothing_in_other_languages(unguarded):
    page = unguarded()
    assert page.evaluate("document.documentElement.lang") in ("zh-CN", "ja")
    unfold(page)
    assert violations(page, rules=BUT_CONTRAST) == []


@pytest.mark.parametrize("path", TRANSLATED[:1], indirect=True)
def test_without_contrast_axe_still_finds_what_words_can_spoil(unguarded):
    found = {each.split(":")[0] for each in violations(unguarded(html=PLANTED), rules=BUT_CONTRAST)}
    assert {"html-has-lang", "image-alt", "heading-order", "button-name"} <= found
    assert "color-contrast" not in found


@IN_A_SAMPLE
def test_axe_finds_nothing_on_a_phone(unguarded):
    page = unguarded(width=375)
    unfold(page)
    assert violations(page) == []


@IN_A_SAMPLE
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_the_page_is_used(unguarded, scheme):
    page = unguarded(scheme=scheme)
    if not page.locator("figure").count():
        pytest.skip("a page without figures and tables has nothing to use")
    unfold(page)
    page.locator("th button").first.click()
    page.locator(MAP).first.focus()
    page.keyboard.press("Home")
    assert page.locator("#tip").is_visible()
    assert violations(page, USED) == []
    page.locator("a.claim").first.hover()
    page.locator("#tip p").first.wait_for(state="visible")
    page.wait_for_timeout(300)
    assert violations(page, USED) == []


@pytest.mark.parametrize("path", [path for path in TRANSLATED if "/canteen_reach/" in path][:1], indirect=True)
def test_axe_finds_what_is_planted_in_what_it_is_shown(unguarded):
    page = unguarded()
    unfold(page)
    rows = page.locator("tbody tr").count()
    page.evaluate(REPEATED)
    assert page.locator("table").count() < page.locator("tbody tr").count() < rows / 2
    page.locator(MAP).first.focus()
    page.keyboard.press("Home")
    page.evaluate(
        "document.querySelectorAll('#tip .tip-title, tbody td').forEach(part => { part.style.color = '#bbb' })"
    )
    assert [each.split(":")[0] for each in violations(page, USED)] == ["color-contrast"]
    page.keyboard.press("Escape")
    assert [each.split(":")[0] for each in violations(page)] == ["color-contrast"]
    assert [each.split(":")[0] for each in violations(page, rules=OF_COLOUR)] == ["color-contrast"]


@pytest.mark.parametrize("path", ["index.html"], indirect=True)
def test_axe_finds_what_is_planted(unguarded):
    found = {each.split(":")[0] for each in violations(unguarded(html=PLANTED))}
    assert {
        "html-has-lang",
        "image-alt",
        "heading-order",
        "color-contrast",
        "button-name",
        "aria-valid-attr-value",
    } <= found


# ---- By keyboard.

FOCUSED = """() => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const name = (at.getAttribute('aria-label') ?? at.textContent).trim().slice(0, 40);
    return { body: at === document.body, id: at.dataset.walk ?? null, shown, ring, what: `${at.localName}.${at.className}: ${name}` };
}"""

REACHABLE = """() => {
    const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
        .filter(each => each.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }));
    all.forEach((each, place) => { each.dataset.walk = place });
    return all.map((each, place) => String(place));
}"""


def walk(page, most: int) -> list[dict]:
    """Where Tab leads, until it leaves the page."""
    steps = []
    for _ in range(most):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        if step["body"]:
            break
        steps.append(step)
    return steps


def outer(page, number: str) -> str:
    return page.locator(f"[data-walk='{number}']").evaluate("each => each.outerHTML")


def walk_faults(page) -> list[str]:
    wanted = page.evaluate(REACHABLE)
    steps = walk(page, len(wanted) + 20)
    found = [f"not visible: {step['what']}" for step in steps if not step["shown"]]
    found += [f"no ring: {step['what']}" for step in steps if not step["ring"]]
    if len(steps) > len(wanted):
        found.append("trapped")
    met = [step["id"] for step in steps]
    found += [f"never reached: {outer(page, each)[:90]}" for each in wanted if each not in met]
    # The order of the page is the order of reading.
    return found if met == wanted else [*found, "another order than on the page"]


@IN_EVERY_LANGUAGE
def test_tab_walks_through_the_whole_page(visit):
    page = visit().page
    page.emulate_media(reduced_motion="reduce")
    assert walk_faults(page) == []


@IN_A_SAMPLE
def test_a_walk_finds_what_is_planted(visit):
    page = visit().page
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(
        """() => {
        const a = html => document.querySelector('main').insertAdjacentHTML('beforeend', html);
        a('<a href="#x" class="bare">bare</a><a href="#x" tabindex="-1">no stop</a><button tabindex="3">first</button>');
        a('<p class="heard"><a href="#x">hidden</a></p>');
        document.querySelector('.bare').style.outline = 'none'; }"""
    )
    found = walk_faults(page)
    assert any(each.startswith("no ring: a.bare") for each in found)
    assert any(each.startswith("never reached") and "no stop" in each for each in found)
    assert "another order than on the page" in found


def reports_only(page):
    if not page.locator(MAP).count():
        pytest.skip("a page without a map")


@IN_EVERY_LANGUAGE
def test_a_map_is_one_stop_and_arrows_walk_through_its_units(visit):
    page = visit().page
    reports_only(page)
    box = page.locator(MAP).first
    assert box.evaluate("box => box.querySelectorAll('[tabindex], a, button').length") == 0
    box.focus()
    tip, status = page.locator("#tip"), page.locator(STATUS)
    names = box.locator("[data-unit]").evaluate_all("all => all.map(unit => unit.dataset.label)")
    assert len(names) > 3
    told = []
    for key in ("Home", "ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft", "End"):
        page.keyboard.press(key)
        told.append(tip.locator(".tip-title").inner_text())
        assert told[-1] in names
        assert status.inner_text().startswith(told[-1])
        assert box.locator(".picked").count() == 1
    assert (told[0], told[-1]) == (names[0], names[-1])
    assert len(set(told)) >= 3
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    assert box.locator(".picked").count() == 0
    assert box.evaluate("box => box === document.activeElement"), "Escape closes the box and leaves the focus"


@IN_A_SAMPLE
def test_page_down_comes_to_every_unit_and_every_site(visit):
    page = visit().page
    reports_only(page)
    box = page.locator(MAP).first
    parts = box.locator("[data-unit], [data-kind]").count()
    box.focus()
    met = []
    for _ in range(parts):
        page.keyboard.press("PageDown")
        met.append(page.locator("#tip").inner_text())
        assert met[-1].strip()
    assert box.locator("[data-unit]").evaluate_all("all => all.map(unit => unit.dataset.label)") == [
        text.split("\n")[0] for text in met if text.split("\n")[0] in unit_names(box)
    ]


def unit_names(box) -> set[str]:
    return set(box.locator("[data-unit]").evaluate_all("all => all.map(unit => unit.dataset.label)"))


@IN_ALL_LANGUAGES
def test_a_map_tells_what_stands_in_the_table(visit):
    page = visit().page
    reports_only(page)
    for box in page.locator(MAP).all():
        box.focus()
        page.keyboard.press("Home")
        unit = box.locator("[data-unit]").first.get_attribute("data-unit")
        values = page.locator("#tip dd").all_inner_texts()
        assert values, box.evaluate("box => box.closest('figure').id")
        rows = page.evaluate(
            """unit => [...document.querySelectorAll('tr')].filter(row => row.dataset.row === unit)
            .map(row => [...row.cells].slice(1).map(cell => cell.textContent))""",
            unit,
        )
        assert any(set(values) <= set(row) for row in rows)
        page.keyboard.press("Escape")


def test_a_suppressed_value_stays_suppressed_and_is_explained(visit):
    page = visit().page
    reports_only(page)
    box = page.locator(MAP).first
    # Plant a suppressed cell; the map must have no other source than the table.
    unit = box.locator("[data-unit]").first.get_attribute("data-unit")
    page.evaluate(
        """unit => document.querySelectorAll('tr').forEach(row => { if (row.dataset.row !== unit) return;
        [...row.cells].slice(1).forEach(cell => { cell.textContent = '[c]' });
        const notes = row.closest('.table-scroll').nextElementSibling;
        if (notes?.matches('.table-notes')) notes.insertAdjacentHTML('afterbegin', '<li><span class="mark">[c]</span> hidden here</li>'); })""",
        unit,
    )
    box.focus()
    page.keyboard.press("Home")
    assert set(page.locator("#tip dd").all_inner_texts()) == {"[c]"}
    assert "[c] hidden here" in page.locator("#tip .tip-mark").first.inner_text()


@IN_A_SAMPLE
def test_a_pointer_can_rest_on_what_it_called_up(visit):
    page = visit().page
    reports_only(page)
    unit = page.locator(f"{MAP} [data-unit] path").first
    unit.scroll_into_view_if_needed()
    box = unit.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator("#tip")
    tip.wait_for(state="visible")
    place = tip.bounding_box()
    page.mouse.move(place["x"] + 3, place["y"] + 3)
    page.wait_for_timeout(500)
    assert tip.is_visible(), "hoverable"
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden", timeout=3000)


@IN_A_SAMPLE
def test_a_tap_on_a_map_tells_and_a_tap_elsewhere_ends_it(browser, path):
    context = browser.new_context(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        reports_only(page)
        unit = page.locator(f"{MAP} [data-unit] path").first
        unit.scroll_into_view_if_needed()
        unit.tap()
        tip = page.locator("#tip")
        tip.wait_for(state="visible")
        edges = tip.bounding_box()
        assert edges["x"] >= 0
        assert edges["x"] + edges["width"] <= 375
        page.locator("figcaption").first.tap()
        tip.wait_for(state="hidden", timeout=3000)
    finally:
        context.close()


def columns_of(table, place: int) -> list[str]:
    return (
        table.locator("tbody")
        .first.locator("tr")
        .evaluate_all("(rows, place) => rows.map(row => row.cells[place].textContent)", place)
    )


def as_number(text: str) -> float | None:
    plain = re.sub(r"[,\s]", "", text).replace("\N{MINUS SIGN}", "-")
    found = re.match(r"-?\d+(\.\d+)?", plain)
    return float(found[0]) if found else None


@IN_A_SAMPLE
def test_a_table_sorts_by_keyboard_and_goes_back(visit):
    page = visit().page
    page.emulate_media(reduced_motion="reduce")
    reports_only(page)
    table = page.locator("table:has(tbody.total)").first
    page.evaluate(
        "id => { const fold = document.getElementById(id).closest('details'); if (fold) fold.open = true }",
        table.get_attribute("id"),
    )
    head, place = table.evaluate(
        """table => { const row = table.tBodies[0].rows[0];
        const place = [...row.cells].findIndex(cell => cell.classList.contains('number'));
        const heads = [...table.querySelectorAll('th button')];
        return [heads.findIndex(button => button.closest('th') === table.tHead.rows[0].cells[place]), place] }"""
    )
    button, total = table.locator("th button").nth(head), table.locator("tbody.total").inner_text()
    before = columns_of(table, place)
    button.focus()
    seen = []
    for _ in range(3):
        page.keyboard.press("Enter")
        seen.append((button.evaluate("button => button.closest('th').ariaSort"), columns_of(table, place)))
        assert page.locator(STATUS).inner_text()
        assert table.locator("tbody").last.inner_text() == total
    numbers = [[as_number(text) for text in texts] for _, texts in seen]
    assert [order for order, _ in seen] == ["ascending", "descending", None]
    assert numbers[0] == sorted(numbers[0])
    assert numbers[1] == sorted(numbers[0], reverse=True)
    assert seen[2][1] == before
    assert button.evaluate("button => button.getBoundingClientRect().height") >= 24


@IN_A_SAMPLE
def test_marks_sort_last_and_numbers_by_value(visit):
    page = visit().page
    reports_only(page)
    table = page.locator("table:has(tbody.total)").first
    order = table.evaluate(
        """table => { const cells = [...table.tBodies[0].rows].map(row => row.cells[1]);
        ['[c]', '1,000', '\u22125', '99.5%', '7 [u]', '[x]'].forEach((text, place) => {
            cells[place].textContent = text; cells[place].className = 'number' });
        cells.slice(6).forEach(cell => { cell.textContent = '[z]' });
        const button = table.tHead.rows[0].cells[1].querySelector('button') ?? table.querySelectorAll('th button')[1];
        const told = () => [...table.tBodies[0].rows].map(row => row.cells[1].textContent);
        button.click(); const up = told().slice(0, 6); button.click(); return [up, told().slice(0, 6)] }"""
    )
    assert order[0] == ["\N{MINUS SIGN}5", "7 [u]", "99.5%", "1,000", "[c]", "[x]"]
    assert order[1] == ["1,000", "99.5%", "7 [u]", "\N{MINUS SIGN}5", "[c]", "[x]"]


@IN_EVERY_LANGUAGE
def test_a_number_names_its_table_on_focus_and_leads_to_its_cell(visit):
    page = visit().page
    page.emulate_media(reduced_motion="reduce")
    reports_only(page)
    link = page.locator("#key-findings a.claim").first
    while page.evaluate("!document.activeElement.matches('a.claim')"):
        page.keyboard.press("Tab")
    tip = page.locator("#tip")
    assert tip.is_visible()
    target = page.evaluate("decodeURIComponent(document.activeElement.hash.slice(1))")
    caption = page.evaluate("id => document.getElementById(id).closest('table').caption.textContent", target)
    assert tip.inner_text().startswith(caption)
    assert link.get_attribute("aria-describedby") == "tip"
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Enter")
    cell = page.locator(f"[id='{target}']")
    cell.wait_for(state="visible", timeout=5000)
    assert cell.evaluate("cell => cell.matches(':target') && getComputedStyle(cell).outlineStyle") == "solid"


def test_every_number_leads_to_a_cell_that_is_in_sight(visit):
    page = visit().page
    page.emulate_media(reduced_motion="reduce")
    reports_only(page)
    for link in page.locator("#key-findings a.claim").all():
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(50)
        hidden = page.evaluate(
            """() => { const cell = document.querySelector(':target'), box = cell.getBoundingClientRect();
            const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return cell === at || cell.contains(at) ? '' : cell.id }"""
        )
        assert hidden == ""


@IN_A_SAMPLE
def test_what_the_script_adds_is_not_on_paper(visit):
    page = visit().page
    reports_only(page)
    page.locator(MAP).first.focus()
    page.keyboard.press("Home")
    page.emulate_media(media="print")
    assert not page.locator("#tip").is_visible()
    assert page.locator(".picked").first.evaluate("mark => getComputedStyle(mark).display") == "none"
    shown = page.evaluate(
        """[...document.querySelectorAll('.sort')].flatMap(button =>
        [getComputedStyle(button).display, getComputedStyle(button, '::after').display])"""
    )
    # A button that were a box would be missing from heads that are repeated on the next page.
    assert set(shown) == {"contents", "none"}


@IN_A_SAMPLE
def test_without_a_script_the_page_is_whole(browser, path):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1100, "height": 900})
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        assert page.locator("h1").is_visible()
        assert page.locator("th button, [role=application], #tip").count() == 0
        links = page.locator("a.claim")
        assert links.count() == page.locator("a.claim[title]").count()
    finally:
        context.close()


@pytest.mark.parametrize(("day", "shown"), [("2024-10-15T23:00", False), ("2024-10-16T00:30", True)])
@IN_A_SAMPLE
def test_old_data_say_so_on_the_readers_own_day(browser, path, tmp_path, day, shown):
    html = path.read_text(encoding="utf-8").replace("<body>", '<body data-stale-after="2024-10-15">', 1)
    banner = '<main id="main"><p class="stale" id="stale" role="status" hidden>These data are old.</p>'
    dated = tmp_path / "report.html"
    dated.write_text(html.replace('<main id="main">', banner, 1), encoding="utf-8")
    context = browser.new_context(timezone_id="Asia/Shanghai")
    try:
        page = context.new_page()
        page.clock.set_fixed_time(f"{day}+08:00")
        page.goto(dated.as_uri())
        if path.name.startswith("index."):
            pytest.skip("the index dates each of its cards: test_front_page.py")
        assert page.locator("#stale").is_visible() is shown
    finally:
        context.close()


def test_a_page_is_light(visit):
    seen = visit()
    assert seen.path.stat().st_size < 2_000_000
