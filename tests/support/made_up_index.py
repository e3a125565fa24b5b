"""A reports folder of made-up manifests, from which the index is made as from any other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jingan_analysis.language import speaking
from jingan_analysis.reporting.generations import INDEX_FILES
from jingan_analysis.reporting.index import index_pages
from jingan_analysis.studies.period import Period

LANGUAGES = ("en", "zh", "ja")
WORDS = {
    "overview": ("Overview", "总览", "概観"),
    "canteen": ("Canteen reach", "长者食堂可达性", "高齢者食堂の到達圏"),
    "beds": ("Linked beds", "五床联动", "ベッドの連携"),
    "relief": ("Relief coverage", "社会救助覆盖", "社会救済の到達状況"),
}
UNITS = {
    "310106006": ("Jiangning Road", "江宁路街道", "江寧路街道"),
    "310106011": ("Shimen Road Number Two", "石门二路街道", "石門二路街道"),
    "310106013": ("Jing'an Temple", "静安寺街道", "静安寺街道"),
    "310106101": ("Pengpu Town", "彭浦镇", "彭浦鎮"),
}
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 300"><path d="M0 300L600 300L600 0L0 0z" fill="#ffffff"/>'
    '<path d="M100 100L300 100L300 200L100 200z" fill="#12436d"/><text x="1" y="2">words</text></svg>'
)


def manifest(
    study: str, language: str, period: str = "2024-08", unit: str | None = None, **more: Any
) -> dict[str, Any]:
    place = LANGUAGES.index(language)
    with speaking(language):
        label = Period.parse(period).label
    return {
        "study": study, "language": language, "languages": list(LANGUAGES), "title": WORDS[study][place],
        "question": ("Who is missed", "遗漏了谁", "届いていないのは誰か")[place] + f" ({WORDS[study][place]})",
        "headline": [("Of all older people, 61.2% have one near.", "61.2%的老年人附近有。", "高齢者の61.2%は近くにある。")[place]],
        "district": {"key": "demo", "names": {"en": "Jing'an", "zh": "静安区", "ja": "静安区"}, "synthetic": True},
        "period": period, "period_label": label, "unit": unit, "unit_name": unit and UNITS[unit][place],
        "stamps": ["Synthetic"], "leads_to_others": study == "overview",
        "main_figure": {"name": "map", "title": ("A map", "一张地图", "地図")[place]}, **more,
    }  # fmt: skip


def write(
    out: Path, reports: Iterable[tuple[str, str, str | None]], *, before: Mapping[str, str] | None = None, **more: Any
) -> Path:
    """Editions of these studies, periods and units, each in three languages, and the index of them and those that were there before."""
    editions = dict(before or {})
    for study, period, unit in reports:
        told = {language: manifest(study, language, period, unit, **more) for language in LANGUAGES}
        address = "/".join(filter(None, (told["en"]["district"]["key"], study, period, unit)))
        editions[address] = "A"
        for language, page in told.items():
            folder = out / address / "A" / ("" if language == "en" else language)
            (folder / "figures").mkdir(parents=True)
            (folder / "figures" / "map.svg").write_text(PICTURE, encoding="utf-8")
            (folder / "manifest.json").write_text(json.dumps(page), encoding="utf-8")
            (folder / "report.html").write_text('<!DOCTYPE html><title>x</title><p id="figure-map">x', encoding="utf-8")
    for language, html in index_pages(out, editions).items():
        (out / INDEX_FILES[language]).write_text(html, encoding="utf-8", newline="")
    return out
