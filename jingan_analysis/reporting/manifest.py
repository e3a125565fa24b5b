"""Where a report comes from: parameters, inputs, software; the content of ``manifest.json``."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.language import speaking, spoken, tr
from jingan_analysis.vocabulary import Language

if TYPE_CHECKING:
    from jingan_analysis.studies.result import StudyResult

REPORT_MIME: Final = "application/vnd.jingan.report+json"
"""Media type under which a notebook hands its report's particulars to the publisher."""

_PACKAGES: Final = (
    "jingan-analysis", "geopandas", "ipykernel", "latex2mathml", "matplotlib", "matplotlib-fontja", "nbconvert",
    "numpy", "pandas", "pandera", "papermill", "pydantic", "pyogrio", "pyproj", "scipy", "shapely", "statsmodels",
    "zhplot",
)  # fmt: skip


@dataclass(frozen=True)
class Provenance:
    """What a reader needs to run a report again and get the same bytes.

    Attributes
    ----------
    particulars
        JSON-ready: study, district, period, parameters, inputs, software; becomes ``manifest.json``.
    tables
        Each table of the result as CSV text, by name.
    language
        The language that its words are in.
    """

    particulars: Mapping[str, Any]
    tables: Mapping[str, str]
    language: Language = field(default_factory=spoken)

    def _repr_html_(self) -> str:
        with speaking(self.language):
            return provenance_html(self.particulars)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        return {
            "text/html": self._repr_html_(),
            REPORT_MIME: {**self.particulars, "tables": dict(self.tables)},
        }


def provenance(result: StudyResult) -> Provenance:
    """Provenance of a result; shown in the last cell of every notebook, it makes the notebook publishable."""
    from jingan_analysis.tables.csv import table_csv

    particulars = {
        "study": result.study,
        "language": result.language,
        "title": result.title,
        "question": result.question,
        "district": {
            "key": result.district_key,
            "names": dict(result.district_names),
            "synthetic": result.synthetic,
        },
        "period": result.period,
        "period_label": result.period_label,
        "unit": result.unit_code,
        "unit_name": result.unit_name,
        "stamps": list(result.stamps),
        "headline": [sentence.plain for sentence in result.headline],
        "method": [{"title": part.title, "paragraphs": list(part.paragraphs)} for part in result.method],
        "claims": claims_of(result),
        "parameters": _json_ready(result.parameters),
        "inputs": dict(sorted(result.inputs.items())),
        "sources": {name: dict(told) for name, told in result.sources.items()},
        "software": {"python": platform.python_version(), "packages": package_versions()},
        "code_revision": code_revision(),
    }
    tables = {name: table_csv(table) for name, table in result.tables.items()}
    return Provenance(particulars, tables, result.language)


def claims_of(result: StudyResult) -> list[dict[str, Any]]:
    """Every number that a sentence of the report states: where, as printed, as computed, and the cell that it is."""
    return [
        {
            "where": where,
            "text": number.text,
            "value": number.value,
            "unit": number.unit,
            "decimals": number.decimals,
            "cell": number.cell_id,
            "source": number.source,
        }
        for where, statement in result.statements.items()
        for number in statement.numbers
    ]


def package_versions() -> dict[str, str]:
    """Versions of the packages that numbers and pages depend on; those not installed are left out."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def code_revision(folder: Path | None = None) -> str | None:
    """Git revision of the checkout that holds this package, ``+changes`` appended if code was edited.

    None outside a checkout, without git, or before the first commit.
    """
    root = folder or Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    revision = _git(root, "rev-parse", "--verify", "HEAD")
    if not revision:
        return None
    changed = _git(root, "status", "--porcelain", "--", "jingan_analysis", "notebooks")
    return revision + ("+changes" if changed else "")


def _git(root: Path, *arguments: str) -> str | None:
    command = ["git", "--no-optional-locks", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def provenance_html(particulars: Mapping[str, Any]) -> str:
    """Provenance as a definition list, readable in JupyterLab as well."""
    district, software = particulars["district"], particulars["software"]
    rows = [
        (tr("Study"), particulars["study"]),
        (tr("District"), district["key"]),
        (tr("Period"), particulars["period"]),
        (tr("Unit"), particulars["unit"] or tr("whole district")),
        (tr("Code revision"), particulars["code_revision"] or tr("not recorded")),
        ("Python", software["python"]),
    ]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in rows)
    parameters = {k: json.dumps(v, ensure_ascii=False) for k, v in particulars["parameters"].items()}
    sources = {name: _source(told) for name, told in particulars["sources"].items()}
    return (
        f'<h2>{escape(tr("Provenance"))}</h2><dl class="facts">{facts}</dl>'
        + _listing(tr("Parameters as used"), parameters)
        + _listing(tr("Sources and licences"), sources)
        + _listing(tr("Input files, SHA-256"), particulars["inputs"])
        + _listing(tr("Packages"), software["packages"])
    )


def _source(told: Mapping[str, str]) -> str:
    """Source, licence and date as one line; what the district states is shown as it states it."""
    parts = {
        "source": "{text}",
        "licence": tr("Licence: {text}"),
        "as_of": tr("As of {text}"),
    }
    said = [form.format(text=told[key].rstrip(".")) for key, form in parts.items() if key in told]
    return tr(". ").join(said) + tr(".")


def _listing(title: str, rows: Mapping[str, str]) -> str:
    items = "".join(f"<dt>{escape(name)}</dt><dd><code>{escape(value)}</code></dd>" for name, value in rows.items())
    return f'<h3>{escape(title)}</h3><dl class="listing">{items}</dl>' if rows else ""


def _json_ready(values: Mapping[str, Any]) -> dict[str, Any]:
    ready: dict[str, Any] = json.loads(json.dumps(dict(values), sort_keys=True, default=list))
    return ready
