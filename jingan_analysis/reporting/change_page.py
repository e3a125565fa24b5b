"""The page that tells what changed between two editions of a report, and why."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from jingan_analysis.errors import InvalidReport
from jingan_analysis.language import HTML_LANGUAGES, mark, speaking, tr
from jingan_analysis.reporting.embedded import read_embedded, read_page
from jingan_analysis.reporting.movement import Change, Edition, Movement, Step, read_cells, split
from jingan_analysis.reporting.page import POLICY_MARK, TEMPLATES, district_names, seal, style_sheet
from jingan_analysis.reporting.rerun import Conditions, rerun
from jingan_analysis.tables.formatting import format_value
from jingan_analysis.tables.html import table_html
from jingan_analysis.tables.table import Table, TableColumn
from jingan_analysis.vocabulary import LANGUAGES, Language, Mark

if TYPE_CHECKING:
    from jingan_analysis.reporting.execution import Progress

STEP_WORDS: Final[dict[Step, str]] = {
    "code": mark("Code and libraries"),
    "parameters": mark("Parameters"),
    "revised": mark("Revised data"),
    "new": mark("New data"),
}


def read_edition(report: Path) -> Edition:
    """A published edition from its page or folder.

    Raises
    ------
    InvalidReport
        If there is no page, or it carries no manifest.
    """
    page = report / "report.html" if report.is_dir() else report
    if not page.is_file():
        raise InvalidReport(f"there is no report {page.name} in {page.parent.name or 'this folder'}")
    return Edition(read_embedded(read_page(page)).manifest, read_cells(page.parent))


def compare(
    old: Edition,
    new: Edition,
    *,
    district: Path,
    old_district: Path | None,
    notebooks: Path,
    progress: Progress | None = None,
) -> Change:
    """Split the movements of the headline; runs the report as often as that takes.

    Raises
    ------
    InvalidReport
        If the editions are of different studies or units, or the present code is not that of the new edition.
    ReportFailed
        If the report cannot be run under the conditions between the two editions.
    """
    with tempfile.TemporaryDirectory() as folder:

        def run(conditions: Conditions) -> dict[str, float]:
            out = Path(tempfile.mkdtemp(dir=folder))
            page = rerun(conditions, out=out, notebooks=notebooks, progress=progress)
            found = read_embedded(read_page(page)).manifest
            if found["code_revision"] != new.manifest["code_revision"]:
                raise InvalidReport(
                    f"the code is at revision {found['code_revision']}, the newer edition was made at "
                    f"{new.manifest['code_revision']}: check that revision out, or run the report again"
                )
            return read_cells(page.parent)

        try:
            return split(old, new, run, district=district, old_district=old_district)
        except ValueError as error:
            raise InvalidReport(str(error)) from None


def change_page(old: Edition, new: Edition, change: Change) -> str:
    """The whole page, in the language of the newer edition."""
    from jinja2 import Environment, FileSystemLoader

    told = new.manifest
    language: Language = next(each for each in LANGUAGES if each == told["language"])
    name, other_names = district_names(told["district"]["names"], told["district"]["key"])
    environment = Environment(loader=FileSystemLoader(TEMPLATES / "report"), autoescape=True)
    with speaking(language):
        page = environment.get_template("changes.html.j2").render(
            tr=tr,
            title=told["title"],
            name=name,
            other_names=other_names,
            old=old.manifest,
            new=told,
            movements=table_html(_movements(change, old.manifest, told)),
            conditions=list(_conditions(old.manifest, told)),
            style=style_sheet(),
            policy=POLICY_MARK,
            language=HTML_LANGUAGES[language],
        )
        return seal(page)


def _movements(change: Change, old: Mapping[str, Any], new: Mapping[str, Any]) -> Table:
    """One row a number of either headline; what a step did not change is shown as zero."""
    claims = {claim["cell"]: claim for manifest in (old, new) for claim in manifest["claims"]}
    groups = [part.steps for part in change.movements[0].parts] if change.movements else []
    rows = {each.cell: _row(each, claims[each.cell], groups) for each in change.movements}
    columns = ["before", "after", "change", *("+".join(group) for group in groups)]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    marks: dict[tuple[str, str], Mark] = {
        (str(row), column): "x" for row in frame.index for column in columns if frame.at[row, column] == ""
    }
    words = {"+".join(group): " + ".join(tr(STEP_WORDS[step]) for step in group) for group in groups}
    return Table(
        "movements",
        tr("Numbers of the headline, before and after"),
        frame,
        (
            TableColumn("before", tr("Before"), "text"),
            TableColumn("after", tr("After"), "text"),
            TableColumn("change", tr("Change"), "text"),
            *(TableColumn(name, word, "text", group=tr("Of this change, by")) for name, word in words.items()),
        ),
        row_header=tr("Number"),
        row_labels={cell: claims[cell]["source"] for cell in rows},
        marks=marks,
        notes=(
            tr("Changes of shares are in percentage points. The parts add up to the change, but for rounding."),
            tr(
                "Parts are found by running the report again: first with the new code on the old data, then with the "
                "new parameters, then with the new data asked about the old period (revised data), and last with the "
                "new period (new data). What did not change has no column."
            ),
        ),
    )


def _row(movement: Movement, claim: Mapping[str, Any], groups: list[tuple[Step, ...]]) -> list[str]:
    share = str(claim["text"]).endswith("%")
    levels = [_level(value, claim, share=share) for value in (movement.before, movement.after)]
    parts = {part.steps: part.change for part in movement.parts}
    moves = [movement.change, *(parts.get(group) for group in groups)]
    return [*levels, *(_signed(value, claim["decimals"], share=share) for value in moves)]


def _level(value: float | None, claim: Mapping[str, Any], *, share: bool) -> str:
    return "" if value is None else format_value(value, "percent" if share else "number", claim["decimals"])


def _signed(value: float | None, decimals: int, *, share: bool) -> str:
    if value is None:
        return ""
    text = format_value(value * (100 if share else 1), "number", decimals + 1)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def _conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What the two editions were made from, where it differs: name, before, after."""
    yield from _differing({"": old["period"]}, {"": new["period"]}, tr("Period"))
    yield from _differing({"": old["code_revision"]}, {"": new["code_revision"]}, tr("Code revision"))
    yield from _differing(old["software"]["packages"], new["software"]["packages"], tr("Package"))
    yield from _differing(old["parameters"], new["parameters"], tr("Parameter"))
    yield from _differing(old["inputs"], new["inputs"], tr("Input file"))


def _differing(old: Mapping[str, Any], new: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before != after and name != "period":
            shown = [tr("none") if each is None else str(each)[:40] for each in (before, after)]
            yield f"{kind} {name}".strip(), shown[0], shown[1]
