"""Small reports, published as real ones are, and what a reader sees of them."""

from __future__ import annotations

import re
from pathlib import Path

from jingan_analysis.reporting.disk import write_synced
from jingan_analysis.reporting.editions import content, read_edition
from jingan_analysis.reporting.generations import INDEX_FILES, SITE
from jingan_analysis.reporting.holding import holding
from jingan_analysis.reporting.publication import Outcome, publish, publishing, working_folder

DISTRICT = "demo/sample/2024-08"
UNIT = f"{DISTRICT}/310"


def index(out: Path, editions) -> dict[str, str]:
    links = [f'<a href="{address}/{edition}/report.html">' for address, edition in sorted(editions.items())]
    for link in links:
        assert (out / link[9:-2]).is_file(), "the index is made after its editions are in place"
    return {language: "\n".join([f'<html lang="{language}">', *links, "</html>"]) for language in INDEX_FILES}


def build(folder: Path, text: str) -> Path:
    """A report with a page in a second language."""
    folder.mkdir()
    write_synced(folder / "report.html", text.encode())
    write_synced(folder / "manifest.json", f'"{text}"'.encode())
    (folder / "zh").mkdir()
    write_synced(folder / "zh" / "report.html", f"zh {text}".encode())
    return folder


def publish_text(out: Path, text: str, address: str = DISTRICT, *, kept: int = 2) -> Outcome:
    """One whole publication: hold the report, build it, hold the folder, publish."""
    target = out / address
    with holding(out, target), working_folder(out) as folder:
        built = build(folder / "report", text)
        with publishing(out):
            return publish(built, target, out=out, index=index, kept=kept)


def links(out: Path) -> list[str]:
    """Where the index leads to; nothing without an index."""
    page = out / "index.html"
    return re.findall(r'href="([^"]*)"', page.read_text()) if page.exists() else []


def seen(out: Path) -> dict[str, object]:
    """All that a reader gets to see, byte for byte: every index, the pages that it links to, every ``latest``."""
    found: dict[str, object] = {}
    for file in INDEX_FILES.values():
        if (out / file).exists():
            found[file] = (out / file).read_text()
    for link in links(out):
        found[link] = tree((out / link).parent)
    for latest in [*out.glob("*/*/*/latest"), *out.glob("*/*/*/*/latest")]:
        if latest.exists():
            found[latest.relative_to(out).as_posix()] = tree(latest.resolve())
    return found


def faults_of(out: Path) -> list[str]:
    """What is not whole in a site: editions that are not as they were published, and a latest beside the index."""
    linked = {Path(link).parent for link in links(out)}
    found = [f"no page {link}" for link in links(out) if not (out / link).is_file()]
    for folder in linked:
        if content(out / folder) != read_edition(out / folder).files:
            found.append(f"{folder} is not as published")
        if (out / folder.parent / "latest").resolve() != (out / folder).resolve():
            found.append(f"latest beside {folder} is another edition")
    latest = [path for path in [*out.glob("*/*/*/latest"), *out.glob("*/*/*/*/latest")] if path.exists()]
    return found + [f"{path} is not in the index" for path in latest if path.parent.relative_to(out) not in
                    {folder.parent for folder in linked}]  # fmt: skip


def tree(folder: Path) -> dict[str, object]:
    """Everything below a folder: bytes of files, targets of links, folders."""
    return {
        path.relative_to(folder).as_posix(): path.readlink().as_posix() if path.is_symlink()
        else path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }  # fmt: skip


def generations(out: Path) -> list[str]:
    return sorted(path.name for path in (out / SITE).iterdir())
