"""The reports that tests of finished pages look at, as addresses inside the folder of all reports."""

from __future__ import annotations

from pathlib import Path

from jingan_analysis.reporting.generations import INDEX_FILES

ROOT = Path(__file__).parents[2]
PERIOD = "2024-08"
STUDIES = tuple(
    sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if not path.stem.startswith("howto_"))
)
FOLDERS = {"en": "", "zh": "zh/", "ja": "ja/"}
"""Where the page in each language lies in an edition, the main one first."""


def page(study: str, language: str = "en") -> str:
    """Address of a report."""
    return f"demo/{study}/{PERIOD}/latest/{FOLDERS[language]}report.html"


PAGES = (*INDEX_FILES.values(), *map(page, STUDIES))
"""For what a page does in any language: English reports only."""

TRANSLATED = tuple(page(study, language) for study in STUDIES for language in FOLDERS if language != "en")
EVERY_REPORT = tuple(page(study, language) for study in STUDIES for language in FOLDERS)
"""For what the words of a language can spoil."""

SAMPLE = (INDEX_FILES["en"], page("canteen_reach"), page("doorstep_loop"))
"""For what the one script and the one template do, whatever a page is about."""

WALKED = (*SAMPLE, page("relief_resources", "zh"), page("relief_coverage", "ja"), page("service_access", "ja"))
"""For what takes long, a walk through a whole page: every study once, every language."""
