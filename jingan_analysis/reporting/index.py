"""``index.html``: the list of everything published, made from the manifests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jingan_analysis.language import HTML_LANGUAGES, spoken, tr
from jingan_analysis.reporting.page import POLICY_MARK, TEMPLATES, district_names, seal, style_sheet
from jingan_analysis.reporting.publication import write_whole


def write_index(out: Path) -> Path:
    """Rewrite the index of a reports folder; call it while the folder is held for publishing."""
    path = out / "index.html"
    write_whole(path, index_html(read_manifests(out)))
    return path


def read_manifests(out: Path) -> dict[str, Mapping[str, Any]]:
    """Manifests of all published reports by their folder, relative to the reports folder."""
    found = sorted([*out.glob("*/*/*/manifest.json"), *out.glob("*/*/*/*/manifest.json")], key=lambda path: path.parent)
    return {
        path.parent.relative_to(out).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in found
        if not path.relative_to(out).parts[0].startswith(".") and (path.parent / "report.html").is_file()
    }


def index_html(manifests: Mapping[str, Mapping[str, Any]]) -> str:
    """The index page of the given manifests, districts and titles in alphabetical order, latest period first."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES / "report"), autoescape=False)  # noqa: S701  (escaped by hand)
    page = environment.get_template("reports.html.j2").render(
        tr=tr,
        districts=_districts(manifests),
        count=len(manifests),
        style=style_sheet(),
        policy=POLICY_MARK,
        language=HTML_LANGUAGES[spoken()],
    )
    return seal(page)


def _districts(manifests: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    districts: dict[str, dict[str, Any]] = {}
    for folder, manifest in sorted(manifests.items(), key=_reading_order):
        key = manifest["district"]["key"]
        name, other_names = district_names(manifest["district"]["names"], key)
        district = districts.setdefault(
            key,
            {
                "key": key,
                "name": name,
                "other_names": other_names,
                "stamp": tr("Synthetic demonstration data") if manifest["district"]["synthetic"] else "",
                "reports": [],
            },
        )
        district["reports"].append(_card(folder, manifest))
    return [districts[key] for key in sorted(districts)]


def _reading_order(item: tuple[str, Mapping[str, Any]]) -> tuple[Any, ...]:
    manifest = item[1]
    period = [-ord(character) for character in manifest["period"]]
    return (manifest["district"]["key"], period, manifest["title"], manifest["unit"] or "")


def _card(folder: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    synthetic = manifest["district"]["synthetic"]
    return {
        "href": quote(f"{folder}/report.html"),
        "title": manifest["title"],
        "period_label": manifest["period_label"],
        "area": manifest["unit_name"] or tr("Whole district"),
        # The district's own stamp already says what the first stamp of a report on synthetic data says.
        "stamps": manifest["stamps"][1 if synthetic else 0 :],
        "finding": manifest["headline"][0] if manifest["headline"] else "",
    }
