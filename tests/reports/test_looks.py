"""What a reader sees on a phone, in the dark and on paper; each check is shown to fail on a planted bad page."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SMALL_TEXT = """() => [...document.querySelectorAll('figure svg text')].filter(text => {
    const svg = text.ownerSVGElement;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return parseFloat(getComputedStyle(text).fontSize) * scale < 10;
}).map(text => text.textContent)"""

SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['page'] : []"

UNREACHABLE = """() => [...document.querySelectorAll('.figure-image, .table-scroll')].filter(box =>
    box.tabIndex !== 0 || !['auto', 'scroll'].includes(getComputedStyle(box).overflowX)).map(box => box.outerHTML.slice(0, 80))"""

CUT_FIGURES = """() => [...document.querySelectorAll('figure')].filter(figure => {
    const box = figure.getBoundingClientRect(), image = figure.querySelector('svg').getBoundingClientRect();
    return box.height > 255 * 96 / 25.4 || image.right > document.documentElement.clientWidth + 1
        || getComputedStyle(figure).breakInside !== 'avoid';
}).map(figure => figure.id)"""
"""An upright A4 page with its margins has 259 mm of height."""

CUT_TABLES = """() => [...document.querySelectorAll('table')].filter(table => {
    const upright = !table.closest('#tables') || getComputedStyle(table.closest('#tables')).page !== 'wide';
    table.parentElement.style.setProperty('width', upright ? '178mm' : '265mm');
    return table.getBoundingClientRect().width > (upright ? 178 : 265) * 96 / 25.4 + 1;
}).map(table => table.id)"""

PALE_TEXT = """() => {
    const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const linear = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
    const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
    const paper = light(rgb(getComputedStyle(document.body).backgroundColor));
    const contrast = l => (Math.max(l, paper) + 0.05) / (Math.min(l, paper) + 0.05);
    // Text in bars and cells has a ground of its own; that pair is tested with the colour schemes.
    return [...document.querySelectorAll('figure svg text')].filter(text => {
        const fill = text.closest('[fill]')?.getAttribute('fill') ?? '';
        return !/--on-/.test(fill) && contrast(light(rgb(getComputedStyle(text).fill))) < 4.5;
    }).map(text => text.textContent);
}"""

PLANTED = """<!DOCTYPE html><html lang="en"><style>
body { margin: 0; background: #16191d } figure { margin: 0 } figure svg { width: 100%; display: block }
@media print { figure svg { height: 2000px } }</style>
<body><figure id="planted"><div class="figure-image"><svg viewBox="0 0 600 300"><text y="20" font-size="12"
fill="#222222">too small, too dark</text></svg></div></figure><div class="table-scroll"><table id="wide"><tr><td>
<div style="width:1200px">wide</div></td></tr></table></div></body></html>"""


def test_text_of_figures_is_readable_on_a_phone(visit):
    page = visit(width=375).page
    assert page.evaluate(SMALL_TEXT) == []
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate(UNREACHABLE) == []


def test_figures_and_tables_fit_the_paper(visit):
    page = visit(width=673, media="print").page  # 178 mm between the margins
    assert page.evaluate(CUT_FIGURES) == []
    assert page.evaluate(CUT_TABLES) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_figures_stands_out_from_the_paper(visit, scheme):
    assert visit(scheme=scheme).page.evaluate(PALE_TEXT) == []


def test_every_check_fails_on_a_planted_bad_page(browser):
    context = browser.new_context(viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.set_content(PLANTED)
    found = {name: page.evaluate(check) for name, check in
             {"small": SMALL_TEXT, "sideways": SIDEWAYS, "unreachable": UNREACHABLE, "pale": PALE_TEXT}.items()}  # fmt: skip
    page.emulate_media(media="print")
    found |= {"figures": page.evaluate(CUT_FIGURES), "tables": page.evaluate(CUT_TABLES)}
    context.close()
    assert all(found.values()), found
