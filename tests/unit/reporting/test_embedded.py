"""The manifest inside a page, and the seal over both."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidReport
from jingan_analysis.reporting.embedded import embed, read_embedded, without_manifest

PAGE = "<!DOCTYPE html><html><head><title>静</title>\n</head><body><p>61.2%</p></body></html>"
MANIFEST = {"study": "sample", "parameters": {"speed": 1.0, "name": "</script><script>alert(1)</script> 静隣暖心"}}


def test_a_page_carries_its_manifest_and_is_else_as_it_was():
    page = embed(PAGE, MANIFEST)
    found = read_embedded(page)
    assert found.manifest == MANIFEST
    assert found.unchanged
    assert without_manifest(page).replace("\n\n", "\n").replace("\n</head>", "</head>") == PAGE.replace(
        "\n</head>", "</head>"
    )


def test_nothing_in_a_manifest_ends_its_element():
    page = embed(PAGE, MANIFEST)
    assert page.count("<script") == page.count("</script>") == 1
    assert "alert" in page
    assert page.isascii() == PAGE.isascii()


def test_a_title_of_zeros_is_no_seal():
    title = f"{'0' * 64} data-seal=&quot;{'0' * 64}&quot;"
    page = embed(PAGE.replace("静", title), MANIFEST)
    assert title in page
    assert read_embedded(page).unchanged


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_other_character_breaks_the_seal(data):
    page = embed(PAGE, MANIFEST)
    at = data.draw(st.integers(0, len(page) - 1))
    other = data.draw(st.characters(exclude_categories=("Cs",)).filter(lambda one: one != page[at]))
    with suppress(InvalidReport):  # the block itself may be broken
        assert not read_embedded(page[:at] + other + page[at + 1 :]).unchanged


def test_the_same_manifest_gives_the_same_bytes_in_any_order():
    assert embed(PAGE, {"b": 1, "a": 2}) == embed(PAGE, {"a": 2, "b": 1})


@pytest.mark.parametrize(
    ("page", "words"),
    [("<html></html>", "carries no manifest"), (embed(PAGE, MANIFEST).replace('"study":', '"study'), "cannot be read")],
)
def test_a_page_without_a_readable_manifest_is_refused(page, words):
    with pytest.raises(InvalidReport, match=words):
        read_embedded(page)


@pytest.mark.parametrize("page", ["<p>no head</p>", embed(PAGE, MANIFEST)])
def test_a_page_is_sealed_once(page):
    with pytest.raises(InvalidReport, match="no head of its own, or carries a manifest already"):
        embed(page, MANIFEST)
