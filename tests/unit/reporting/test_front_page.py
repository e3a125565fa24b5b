"""What the index shows: a card a study, led by the report on the whole district."""

from __future__ import annotations

import pytest

from jingan_analysis.language import speaking
from jingan_analysis.reporting.front_page import Page, shelves
from jingan_analysis.reporting.manifest import provenance

LABELS = {"2023-12": "year 2023", "2024-02": "to February", "2024-08": "to August", "2024": "year 2024"}
CODES = ("320", "310", "330")


@pytest.fixture
def report(sample_result):
    """An edition in English; the names of its folder say what it is on."""
    told = provenance(sample_result()).particulars

    def make(study="alpha", period="2024-08", unit=None, *, key="demo", **changes):
        district = {"key": key, "names": {"en": key.title()}, "synthetic": key == "demo"}
        manifest = {
            **told, "study": study, "title": study.title(), "period": period, "period_label": LABELS[period],
            "unit": unit, "unit_name": unit and f"Unit {unit}", "district": district, **changes,
        }  # fmt: skip
        return {"en": Page("/".join(filter(None, (key, study, period, unit, "A"))), manifest)}

    return make


def shown(reports):
    return shelves(reports, lambda page, figure: f"<svg {page.folder} {figure['name']}>")


def cards(reports):
    (shelf,) = shown(reports)
    return shelf.cards


def test_a_study_is_one_card_whatever_its_units(report):
    (card,) = cards([report(unit=code) for code in CODES] + [report()])
    assert card.lead.href == "demo/alpha/2024-08/A/report.html"
    assert card.area == ""
    assert [link.told.text for link in card.units] == ["Unit 310", "Unit 320", "Unit 330"]
    assert card.units[0].href == "demo/alpha/2024-08/310/A/report.html"
    assert card.others == ()


def test_without_a_report_on_the_district_a_unit_leads(report):
    (card,) = cards([report(unit=code) for code in CODES])
    assert card.area == "Unit 310"
    assert card.lead.href == "demo/alpha/2024-08/310/A/report.html"
    assert [link.told.text for link in card.units] == ["Unit 320", "Unit 330"], "the one that leads is not told twice"


def test_a_report_on_the_district_leads_before_newer_ones_on_units(report):
    (card,) = cards(
        [report(period="2024-08", unit="310"), report(period="2024-02"), report(period="2024-02", unit="310")]
    )
    assert card.period == "to February"
    assert card.ended == "29 February 2024"
    assert [link.href for link in card.units] == ["demo/alpha/2024-02/310/A/report.html"]
    (newer,) = card.others
    assert (newer.label.text, newer.whole, len(newer.units)) == ("to August", None, 1)


def test_other_periods_follow_latest_first(report):
    told = [report(period=period) for period in ("2024-02", "2024", "2023-12", "2024-08")]
    (card,) = cards([*told, report(period="2023-12", unit="310")])
    assert card.period == "year 2024"
    assert card.ended_day == "2024-12-31"
    assert [batch.label.text for batch in card.others] == ["to August", "to February", "year 2023"]
    assert card.others[0].whole.href == "demo/alpha/2024-08/A/report.html"
    assert [len(batch.units) for batch in card.others] == [0, 0, 1]


def test_each_report_is_led_to_exactly_once(report):
    reports = [
        report(study, period, unit) for study in ("alpha", "beta") for period in LABELS for unit in (None, *CODES)
    ]
    reports = [each for number, each in enumerate(reports) if number % 5]
    led = []
    for card in cards(reports):
        batches = [link for batch in card.others for link in (*([batch.whole] if batch.whole else []), *batch.units)]
        led += [link.href for link in (card.lead, *card.units, *batches)]
    assert sorted(led) == sorted(f"{page.folder}/report.html" for each in reports for page in each.values())


def test_what_leads_to_others_comes_first_then_the_latest_period_then_the_title(report):
    reports = [
        report("alpha", "2024-02"), report("gamma"), report("beta"), report("beta", "2024-02"),
        report("zeta", "2023-12", leads_to_others=True),
    ]  # fmt: skip
    for language in ("en", "zh", "ja"):
        with speaking(language):
            found = cards(reports)
        assert [card.lead.told.text for card in found] == ["Zeta", "Beta", "Gamma", "Alpha"]
        assert [card.first for card in found] == [True, False, False, False]


def test_titles_order_the_cards_and_not_the_names_of_modules(report):
    assert [card.lead.told.text for card in cards([report("alpha", title="Zoo"), report("zeta", title="Ant")])] == [
        "Ant",
        "Zoo",
    ]


def test_two_studies_of_one_title_stay_two_cards(report):
    assert len({card.anchor for card in cards([report("alpha", title="Same"), report("beta", title="Same")])}) == 2


def test_districts_are_shelves_of_their_own(report):
    own, demo = shown([report(), report(key="away"), report("beta", key="away")])
    assert (own.key, own.stamp, len(own.cards)) == ("away", "", 2)
    assert (demo.key, demo.stamp, len(demo.cards)) == ("demo", "Synthetic demonstration data", 1)


def test_a_stamp_that_the_district_has_is_not_repeated(report):
    synthetic, real = (card for shelf in shown([report(), report(key="real")]) for card in shelf.cards)
    stamps = report()["en"].manifest["stamps"]
    assert (synthetic.stamps, real.stamps) == (tuple(stamps[1:]), tuple(stamps))


def test_the_picture_is_that_of_the_report_that_leads(report):
    figure = {"name": "map", "title": "Where"}
    (card,) = cards([report(main_figure=figure), report(unit="310", main_figure=figure)])
    assert card.thumbnail.svg == "<svg demo/alpha/2024-08/A map>"
    assert card.thumbnail.href == "demo/alpha/2024-08/A/report.html#figure-map"


def test_an_edition_from_before_there_were_pictures_has_none(report):
    (card,) = cards([report()])
    assert "main_figure" not in report()["en"].manifest
    assert "leads_to_others" not in report()["en"].manifest
    assert card.thumbnail is None
    assert not card.first


def test_a_newer_report_is_due_only_where_the_manifest_says_so(report):
    due, never = cards([report("alpha", stale_after="2024-10-15"), report("beta")])
    assert due.stale == {"until": "2024-10-15", "ended": "31 August 2024", "due": "15 October 2024"}
    assert never.stale == {}


def test_a_report_without_a_finding_is_a_card_too(report):
    (card,) = cards([report(headline=[])])
    assert card.finding == ""


def test_a_card_is_found_by_its_words_and_a_link_by_its_own(report):
    card, _ = cards([report(unit=None), report(unit="310"), report(period="2024-02"), report("beta")])
    for told in ("Alpha", "alpha", "2024-08", "to August", "Demo", card.question, card.finding):
        assert told in card.lead.search
    (unit,), (older,) = card.units, card.others
    assert "310" in unit.search and "Unit 310" in unit.search
    assert "Unit 310" not in card.lead.search
    assert "2024-02" in older.whole.search and "to February" in older.whole.search


def test_addresses_are_quoted(report):
    (card,) = cards([report(key="a b#c")])
    assert card.lead.href == "a%20b%23c/alpha/2024-08/A/report.html"
