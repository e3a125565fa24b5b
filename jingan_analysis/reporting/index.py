"""The list of everything published, made from the manifests of the current editions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jingan_analysis.errors import InvalidReport
from jingan_analysis.language import HTML_LANGUAGES, spoken, tr
from jingan_analysis.reporting.page import POLICY_MARK, TEMPLATES, district_names, seal, style_sheet


def index_page(out: Path, editions: Mapping[str, str]) -> str:
    """The index of a reports folder whose reports have these current editions, by their addresses."""
    return index_html(read_manifests(out, editions))


def read_manifests(out: Path, editions: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """Manifests of editions by their folder, relative to the reports folder; an edition without a page is left out.

    An edition has one manifest here: those of its pages in further languages lie in folders below it.

    Raises
    ------
    InvalidReport
        If a manifest cannot be read.
    """
    folders = (f"{address}/{edition}" for address, edition in sorted(editions.items()))
    return {folder: _manifest(out / folder, folder) for folder in folders if (out / folder / "report.html").is_file()}


def _manifest(edition: Path, told: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidReport(
            f"the manifest of {told} cannot be read ({type(error).__name__}), and the index is made from it; "
            "`jingan rollback` leads readers to an earlier edition, and without its folder it is not listed"
        ) from None
    return found


def index_html(manifests: Mapping[str, Mapping[str, Any]]) -> str:
    """The index page of the given manifests, districts and titles in alphabetical order, latest period first."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES / "report"), autoescape=True)
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
