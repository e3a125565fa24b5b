"""Every published page in a real browser, from the disk; each check is shown to fail on a page with planted faults."""

from __future__ import annotations

import base64
import io
import re
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from report_pages import EVERY_REPORT, SAMPLE

from jingan_analysis.reporting.page import script_source

pytestmark = pytest.mark.browser
IN_A_SAMPLE = pytest.mark.parametrize("path", SAMPLE, indirect=True)
IN_ALL_LANGUAGES = pytest.mark.parametrize("path", ["index.html", *EVERY_REPORT], indirect=True)

NO_RESULTS = r"per [\d,]+ people|(?:\d{1,2} )?[A-Z][a-z]+ \d{4}|aged \d+ and over|24-hour"
"""Digits that are part of a unit, a date or a name."""


def loud(seen):
    """What the console said, and what was asked for beside the page itself."""
    asked = [url for url in seen.requests if not url.startswith("data:") and url != seen.path.as_uri()]
    return [*seen.console, *asked]


def characters_without_glyph(page):
    text = page.evaluate(
        """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let all = '';
        while (walk.nextNode()) if (!walk.currentNode.parentElement.closest('math, script')) all += walk.currentNode.data;
        return all + [...document.querySelectorAll('[data-label]')].map(part => part.dataset.label).join('')
            + [...document.querySelectorAll('template')].map(words => words.content.textContent).join('') }"""
    )
    css = page.evaluate("[...document.querySelectorAll('style')].map(style => style.textContent).join('')")
    faces = re.findall(r"font-family:'Report Sans'[^}]*base64,([A-Za-z0-9+/=]+)", css)
    drawn = {chr(code) for face in faces for code in TTFont(io.BytesIO(base64.b64decode(face))).getBestCmap()}
    return sorted({character for character in text if not character.isspace()} - drawn)


def structure_faults(page):
    found = [] if page.locator("h1").count() == 1 else ["not one h1"]
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    found += [f"h{before} to h{after}" for before, after in pairwise(levels) if after > before + 1]
    identifiers = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    found += [name for name in set(identifiers) if identifiers.count(name) > 1]
    return found + page.evaluate(
        """() => [...document.querySelectorAll('[aria-labelledby]')]
        .flatMap(e => e.getAttribute('aria-labelledby').split(' ')).filter(id => !document.getElementById(id))"""
    )


def table_faults(page):
    return page.evaluate(
        """() => [...document.querySelectorAll('table')].filter(table =>
            !table.caption || !table.caption.textContent.trim()
            || [...table.querySelectorAll('th')].some(cell => !cell.getAttribute('scope'))
            || [...table.querySelectorAll('tbody tr')].some(row => row.querySelectorAll('th[scope=row]').length !== 1)
            || table.parentElement.getAttribute('role') !== 'region' || table.parentElement.tabIndex !== 0
        ).map(table => table.id)"""
    )


def picture_faults(page):
    return page.evaluate(
        """() => [...document.querySelectorAll('figure svg')].filter(svg =>
            svg.getAttribute('role') !== 'img' || !svg.querySelector('title')?.textContent.trim()
            || !svg.querySelector('desc')?.textContent.trim()
        ).map(svg => svg.closest('figure').id)"""
    )


def dead_links(seen):
    targets = seen.page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    assert targets
    inside = {target for target in targets if target.startswith("#")}
    known = set(seen.page.evaluate("[...document.querySelectorAll('[id]')].map(element => '#' + element.id)"))
    outside = [target for target in targets if target not in inside]
    return sorted(inside - known) + [each for each in outside if not _is_there(seen.path.parent / each)]


def _is_there(place) -> bool:
    """Whether there is such a page and, after ``#``, such a part of it."""
    address, _, part = str(place).partition("#")
    page = Path(address).resolve()
    return page.is_file() and (not part or f'id="{part}"' in page.read_text(encoding="utf-8"))


def _shown(text: str) -> tuple[float, float]:
    """Value of a printed number, and half a unit of its last digit; percentages as shares."""
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-")
    number = re.search(r"-?\d+(?:\.(\d+))?", plain)
    scale = 0.01 if plain.strip().endswith("%") else 1.0
    return float(number[0]) * scale, 0.5 * scale * 10 ** -len(number[1] or "")


def wrong_numbers(page):
    """Numbers of sentences that are not the cell that they link to."""
    claims = page.evaluate(
        """() => [...document.querySelectorAll('a.claim')].map(link => {
            const cell = document.getElementById(decodeURIComponent(link.getAttribute('href').slice(1)));
            return [link.textContent, Number(link.querySelector('data').value), cell && cell.textContent] })"""
    )
    return [
        (said, value, cell)
        for said, value, cell in claims
        if cell is None or any(abs(_shown(text)[0] - value) > _shown(text)[1] + 1e-9 for text in (said, cell))
    ]


def unclaimed_numbers(page):
    """Digits in sentences beside the claims, and claims that the page's manifest does not list as they are printed."""
    return page.evaluate(
        """words => {
        words = new RegExp(words, 'g');
        const listed = JSON.parse(document.getElementById('manifest').textContent).claims;
        const known = new Set(listed.map(claim => [claim.text, claim.value, claim.cell].join('|')));
        const bare = [...document.querySelectorAll('#key-findings li, #evidence .figure-title, #notes li, #checks li')]
            .map(e => { const copy = e.cloneNode(true); copy.querySelectorAll('a.claim').forEach(a => a.remove());
                return copy.textContent }).filter(text => /[0-9]/.test(text.replace(words, '')));
        const unlisted = [...document.querySelectorAll('a.claim')].map(a => [a.textContent,
            Number(a.querySelector('data').value), decodeURIComponent(a.getAttribute('href').slice(1))].join('|'))
            .filter(claim => !known.has(claim));
        return [...bare, ...unlisted] }""",
        NO_RESULTS,
    )


def cut_off(page, width):
    """What runs over the edge, outside the regions that scroll by themselves."""
    wide = [] if page.evaluate("document.documentElement.scrollWidth") <= width else ["page"]
    return wide + page.evaluate(
        """width => [...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.table-scroll, .formula, svg, .skip')
            && e.getBoundingClientRect().right > width + 1 && e.getClientRects().length).map(e => e.outerHTML.slice(0, 80))""",
        width,
    )


def pale_texts(page):
    """Text outside the figures below WCAG AA, 4.5 to 1."""
    return page.evaluate(
        """() => {
        const rgba = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length === 3 ? [...n, 1] : n };
        const linear = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
        const luminance = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
        const ground = e => { for (let at = e; at; at = at.parentElement) {
            const c = rgba(getComputedStyle(at).backgroundColor); if (c[3] > 0) return c } return [255, 255, 255, 1] };
        return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') &&
            [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).filter(e => {
            const a = luminance(rgba(getComputedStyle(e).color)), b = luminance(ground(e));
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5 }).map(e => e.outerHTML.slice(0, 100)) }"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_quiet_and_asks_for_nothing(visit, scheme):
    assert loud(visit(scheme=scheme)) == []


@IN_A_SAMPLE
def test_the_policy_is_in_force(visit):
    seen = visit()
    page = seen.page
    ran = page.evaluate(
        """() => { window.ran = false; const s = document.createElement('script'); s.textContent = 'window.ran = true';
        document.body.append(s); s.remove(); const b = document.createElement('button');
        b.setAttribute('onclick', 'window.ran = true'); document.body.append(b); b.click(); b.remove(); return window.ran }"""
    )
    assert not ran
    applied = page.evaluate(
        """() => { const p = document.createElement('p'); p.setAttribute('style', 'position:fixed');
        document.body.append(p); const got = getComputedStyle(p).position; p.remove(); return got }"""
    )
    assert applied == "static"
    assert page.locator("[style], iframe, object, embed").count() == 0
    scripts = page.locator("script:not([type='application/json'])").all_text_contents()
    own = script_source("reports" if seen.path.name.startswith("index.") else "report")
    assert scripts == [f"\n{own}"]
    assert page.locator("link:not([href='data:,'])").count() == 0


@IN_ALL_LANGUAGES
def test_every_shown_character_has_a_glyph_in_the_embedded_font(visit):
    page = visit().page
    assert characters_without_glyph(page) == []
    assert page.evaluate("document.fonts.check(\"16px 'Report Sans'\", '静隣暖心')")
    assert page.evaluate("[...document.fonts].every(face => face.status === 'loaded')")
    # Figures and text are set in that font and not in one that happens to be on this machine.
    families = page.evaluate(
        """() => [...new Set([...document.querySelectorAll('p, td, th, h1, h2, svg text')]
        .map(element => getComputedStyle(element).fontFamily.split(',')[0]))]"""
    )
    assert {family.strip("\"'") for family in families} == {"Report Sans"}


def test_structure(visit):
    seen = visit()
    page = seen.page
    own = {"index.zh.html": "zh-CN", "index.ja.html": "ja"}
    assert page.evaluate("document.documentElement.lang") == own.get(seen.path.name, "en")
    assert page.title()
    assert page.locator("main").count() == page.locator("footer").count() == 1
    assert structure_faults(page) == []


@IN_A_SAMPLE
def test_the_skip_link_comes_first_and_works(visit):
    page = visit().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.wait_for_url("**#main", timeout=5000)


def test_tables_have_captions_scopes_and_a_region_to_scroll_in(visit):
    assert table_faults(visit().page) == []


def test_pictures_say_in_words_what_they_show(visit):
    page = visit().page
    assert picture_faults(page) == []
    assert page.locator("img:not([alt])").count() == 0


def test_every_link_leads_somewhere(visit):
    assert dead_links(visit()) == []


def test_every_number_in_a_sentence_is_the_cell_that_it_links_to(visit):
    assert wrong_numbers(visit().page) == []


def test_every_number_in_a_sentence_is_a_claim_of_the_manifest(visit):
    seen = visit()
    if seen.path.name.startswith("index."):
        pytest.skip("the index repeats headlines without their tables")
    assert unclaimed_numbers(seen.page) == []


def test_a_report_has_claims_a_map_and_two_further_figures(visit):
    seen = visit()
    if seen.path.name.startswith("index."):
        pytest.skip("the index has no figures")
    assert seen.page.locator("#key-findings a.claim").count() >= 3
    assert 3 <= seen.page.locator("#key-findings li").count() <= 6
    assert seen.page.locator("figure").count() >= 3
    for data in seen.page.locator(".figure-data a").all():
        assert seen.page.locator(f"table{data.get_attribute('href')}").count() == 1


@IN_A_SAMPLE
def test_a_folded_table_unfolds_for_a_link_and_on_paper(visit):
    page = visit().page
    if not page.locator("details.fold").count():
        assert not page.locator("table").count(), "only a page without tables folds none"
        return
    for name in page.evaluate("[...document.querySelectorAll('details.fold table')].map(table => table.id)"):
        table = page.locator(f"[id='{name}']")
        assert not table.locator("tbody").first.is_visible(), name
        page.evaluate("name => { location.hash = '#' + name }", name)
        table.locator("tbody").first.wait_for(state="visible", timeout=5000)
    paper = visit(media="print").page
    heights = paper.evaluate("[...document.querySelectorAll('details.fold table')].map(table => table.offsetHeight)")
    assert min(heights) > 20


@IN_ALL_LANGUAGES
@pytest.mark.parametrize("width", [375, 768])
def test_a_narrow_screen_never_scrolls_sideways(visit, width):
    assert cut_off(visit(width=width).page, width) == []


def test_data_are_stamped_as_synthetic_at_the_top(visit):
    page = visit().page
    stamp = page.locator(".stamps li").first
    language = page.evaluate("document.documentElement.lang")
    assert {"en": "Synthetic", "zh-CN": "合成", "ja": "合成"}[language] in stamp.inner_text()
    assert stamp.bounding_box()["y"] < 450


@IN_A_SAMPLE
def test_a_page_prints(visit):
    page = visit().page
    data = page.pdf(prefer_css_page_size=True)
    assert data.startswith(b"%PDF")
    assert re.search(rb"/MediaBox ?\[0 0 59[45][.\d]* 84[12]", data)  # A4 upright


@IN_A_SAMPLE
def test_paper_is_white_even_where_the_screen_is_dark(visit):
    page = visit(scheme="dark", media="print").page
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert ink == "rgb(0, 0, 0)"
    assert paper == "rgb(255, 255, 255)"
    assert page.locator(".stamps li").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit, scheme):
    assert pale_texts(visit(scheme=scheme).page) == []


@pytest.mark.parametrize("path", ["demo/canteen_reach/2024-08/latest/report.html"], indirect=True)
def test_every_check_finds_what_is_planted(visit, path, tmp_path):
    html = path.read_text(encoding="utf-8")
    spoilt = tmp_path / "report.html"
    faults = """<h1>A second one</h1><h4 id="main">\u3299</h4><a href="#nowhere">x</a><a href="no.html">y</a>
        <img src="https://example.invalid/pixel.png"><div><table id="bare"><tr><td>1</td></tr></table></div>
        <figure id="mute"><svg viewBox="0 0 1 1"></svg></figure><p><font color="#dddddd">pale</font></p>
        <hr width="2000"><div id="notes"><ul><li>9 people</li></ul></div></main>"""
    html = html.replace("</main>", faults)
    html = re.sub(r'(<a class="claim"[^>]*><data value=")', r"\g<1>7", html, count=1)
    spoilt.write_text(html, encoding="utf-8")
    seen = visit(width=375, at=spoilt)
    page = seen.page
    assert any("example.invalid" in text for text in loud(seen))
    assert characters_without_glyph(page) == ["\u3299"]
    assert {"not one h1", "main"} < set(structure_faults(page))
    assert table_faults(page) == ["bare"]
    assert picture_faults(page) == ["mute"]
    assert {"#nowhere", "no.html"} <= set(dead_links(seen))
    assert len(wrong_numbers(page)) == 1
    assert len(unclaimed_numbers(page)) == 2
    assert any("<hr" in text for text in cut_off(page, 375))
    assert any("pale" in text for text in pale_texts(page))
