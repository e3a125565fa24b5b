"""Back to an earlier edition: which one, what follows, what is refused."""

from __future__ import annotations

import pytest
from reports_folder import DISTRICT, UNIT, faults_of, index, links, publish_text, tree

from jingan_analysis.errors import ReportBusy, UnknownEdition
from jingan_analysis.reporting.editions import edition_names
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.rollback import list_editions, roll_back


@pytest.fixture
def three(tmp_path):
    """Three editions of one report, beside the report on a unit."""
    names = [publish_text(tmp_path, text, kept=3).edition for text in ("one", "two", "three")]
    publish_text(tmp_path, "unit", UNIT)
    return names


def _latest(out):
    return (out / DISTRICT / "latest" / "report.html").read_text()


def test_back_to_the_edition_before(tmp_path, three):
    editions = {name: tree(tmp_path / DISTRICT / name) for name in three}
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index) == (three[2], three[1])
    assert _latest(tmp_path) == "two"
    assert links(tmp_path)[0] == f"{DISTRICT}/{three[1]}/report.html"
    assert len(links(tmp_path)) == 2
    assert faults_of(tmp_path) == []
    assert {name: tree(tmp_path / DISTRICT / name) for name in three} == editions
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index) == (three[1], three[0])
    assert _latest(tmp_path) == "one"


def test_to_a_named_edition_and_forward_again(tmp_path, three):
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[0]) == (three[2], three[0])
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[2]) == (three[0], three[2])
    assert _latest(tmp_path) == "three"
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[2]) == (three[2], three[2])


def test_the_edition_that_is_current_stays_although_it_is_the_oldest(tmp_path, three):
    roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[0])
    new = publish_text(tmp_path, "four", kept=1).edition
    assert edition_names(tmp_path / DISTRICT) == [three[0], new]  # the one before the new one is kept
    assert roll_back(tmp_path, tmp_path / DISTRICT, index=index) == (new, three[0])


def test_what_is_not_there_is_refused_with_what_there_is(tmp_path, three):
    before = tree(tmp_path)
    with pytest.raises(
        UnknownEdition, match=rf"has no edition nope; there are: {three[0]}, {three[1]}, {three[2]} \(c"
    ):
        roll_back(tmp_path, tmp_path / DISTRICT, index=index, to="nope")
    roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[0])
    with pytest.raises(UnknownEdition, match=rf"no edition before {three[0]}; there are: {three[0]} \(current\), "):
        roll_back(tmp_path, tmp_path / DISTRICT, index=index)
    with pytest.raises(UnknownEdition, match="demo/none/2024 has no edition"):
        roll_back(tmp_path, tmp_path / "demo" / "none" / "2024", index=index)
    assert not (tmp_path / "demo" / "none").exists()
    roll_back(tmp_path, tmp_path / DISTRICT, index=index, to=three[2])
    strip = {name: held for name, held in tree(tmp_path).items() if not name.startswith(".")}
    assert strip == {name: held for name, held in before.items() if not name.startswith(".")}


def test_a_report_that_is_being_made_is_not_rolled_back(tmp_path, three):
    with holding(tmp_path, tmp_path / DISTRICT), pytest.raises(ReportBusy, match="is being made by process"):
        roll_back(tmp_path, tmp_path / DISTRICT, index=index)
    assert _latest(tmp_path) == "three"


def test_editions_are_listed_oldest_first(tmp_path, three):
    roll_back(tmp_path, tmp_path / DISTRICT, index=index)
    listed = list_editions(tmp_path, tmp_path / DISTRICT)
    assert [each.edition.name for each in listed] == three
    assert [each.current for each in listed] == [False, True, False]
    assert list_editions(tmp_path, tmp_path / "nothing") == ()
