"""Published reports, made once a session by the real command, and a real browser to look at them with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from report_pages import FOLDERS, PAGES, PERIOD, ROOT, STUDIES

from jingan_analysis.reporting.generations import current_editions

DISTRICT = ROOT / "data" / "districts" / "demo"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def published(tmp_path_factory, worker_id) -> Path:
    """Folder of all reports on the demonstration district, each in three languages; made once for all workers."""
    if worker_id == "master":
        return publish(tmp_path_factory.mktemp("published") / "reports")
    shared = tmp_path_factory.getbasetemp().parent / "published"
    with FileLock(f"{shared}.lock"):
        return shared / "reports" if shared.exists() else publish(shared / "reports")


def publish(out: Path) -> Path:
    """Make all reports by the real command; those of the checkout need not be made again where there are no others."""
    out.parent.mkdir(exist_ok=True)
    if set(current_editions(ROOT / "reports")) == {f"demo/{study}/{PERIOD}" for study in STUDIES}:
        shutil.copytree(ROOT / "reports", out, symlinks=True, ignore=shutil.ignore_patterns(".work"))
    command = [sys.executable, "-m", "jingan_analysis", "run-all", "--district", str(DISTRICT), "--period", PERIOD]
    command += [part for language in FOLDERS for part in ("--language", language)]
    done = subprocess.run([*command, "--out", str(out)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return out


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A headless Chromium with a home of its own, skipped where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine; install Debian's package 'chromium' to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        home = str(tmp_path_factory.mktemp("home"))
        apart = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env={**os.environ, **apart})
        yield running
        running.close()


@dataclass
class Visit:
    """A page that was opened, and everything that went on meanwhile."""

    page: object
    path: Path
    console: list[str]
    requests: list[str]


@pytest.fixture(params=PAGES)
def path(request, published) -> Path:
    """One published page."""
    return published / request.param


@pytest.fixture
def visit(browser, path):
    """Open a page; width, scheme and media can be chosen."""
    contexts = []

    def open_page(*, width: int = 1100, scheme: str = "light", media: str | None = None, at: Path = path) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        seen = Visit(page, at, [], [])
        page.on("console", lambda message: seen.console.append(message.text))
        page.on("pageerror", lambda error: seen.console.append(str(error)))
        page.on("request", lambda request: seen.requests.append(request.url))
        if media is not None:
            page.emulate_media(media=media)
        page.goto(at.as_uri())
        page.evaluate("document.fonts.ready")
        return seen

    yield open_page
    for context in contexts:
        context.close()
