"""Jobs created in a real JupyterLab with a real browser: one is published and opened from there, one fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest

pytest.importorskip("jupyter_scheduler", reason="the extra 'scheduler' is not installed")

ROOT = Path(__file__).parents[2]
STUDY = "relief_coverage"
SCHEDULER = "jingan_analysis.reporting.jupyter_job.ReportScheduler"
HER_WORDS = "Read again before the meeting in September."
TOKEN = "only-for-this-test"
PATIENCE = 150
"""Seconds that a job may take."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Lab:
    """A JupyterLab that runs, and the project around the folder that it serves."""

    url: str
    project: Path
    data: Path


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """JupyterLab in the notebooks of a project of its own, with all that it writes beside it."""
    project, state = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "data", project / "data")
    (project / "reports").mkdir()
    (project / "notebooks").mkdir()
    notebook = nbformat.read(ROOT / "notebooks" / f"{STUDY}.ipynb", as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(HER_WORDS, id="her-words"))
    nbformat.write(notebook, project / "notebooks" / f"{STUDY}.ipynb")
    command = [
        sys.executable, "-m", "jupyterlab", "--allow-root", "--no-browser", "--ip=127.0.0.1", "--port=0",
        f"--IdentityProvider.token={TOKEN}", "--LabApp.extension_manager=readonly",
        f"--SchedulerApp.scheduler_class={SCHEDULER}",
    ]  # fmt: skip
    with (
        (state / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=project / "notebooks", env=_environment(state), stdout=log, stderr=log, start_new_session=True
        ) as server,
    ):
        try:
            yield Lab(_address(state, server), project, state / "data")
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def _environment(state: Path) -> dict[str, str]:
    """Everything that Jupyter writes goes below one folder, and it asks nobody for news."""
    places = {
        "HOME": "home", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }  # fmt: skip
    for folder in places.values():
        (state / folder).mkdir()
    quiet = state / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    search = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, **{name: str(state / folder) for name, folder in places.items()}, "PYTHONPATH": search}


def _address(state: Path, server: subprocess.Popen) -> str:
    """Where the server listens, as soon as it does."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert server.poll() is None, (state / "log").read_text()
        for told in (state / "runtime").glob("jpserver-*.json"):
            try:
                url = json.loads(told.read_text())["url"]
                with urlopen(f"{url}api/status?token={TOKEN}"):
                    return url
            except (OSError, ValueError):
                continue
        time.sleep(0.2)
    raise AssertionError((state / "log").read_text())


@pytest.fixture
def page(browser, lab):
    context = browser.new_context(viewport={"width": 1300, "height": 850})
    page = context.new_page()
    page.goto(f"{lab.url}lab/tree/{STUDY}.ipynb?reset&token={TOKEN}")
    page.locator(".jp-Notebook").wait_for(timeout=60_000)
    yield page
    context.close()


def create_job(page, name: str, parameters: dict[str, str]) -> None:
    """Fill in JupyterLab's form and send it off."""
    page.locator(f'.jp-DirListing-item:has-text("{STUDY}")').click(button="right")
    page.locator('.lm-Menu-itemLabel:text-is("Create Job")').click()
    # The form starts afresh when it has learnt what the server offers: what was typed before is lost.
    page.get_by_role("checkbox", name="HTML", checked=True).wait_for()
    page.locator('input[name="jobName"]').fill(name)
    for number, (key, value) in enumerate(parameters.items()):
        page.get_by_title("Add new parameter").click()
        page.locator(f'input[name="parameter-{number}-name"]').fill(key)
        page.locator(f'input[name="parameter-{number}-value"]').fill(value)
        page.keyboard.press("Tab")  # the form looks at a value when it is left
    assert page.locator('input[name="jobName"]').input_value() == name
    page.get_by_role("button", name="Create", exact=True).click()


def wait_for(page, name: str, status: str):
    """The row of a job in the list, once it says that status."""
    row = page.locator("tr", has_text=name)
    until = time.monotonic() + PATIENCE
    while not (ended := row.locator("td").filter(has_text=re.compile("^(Completed|Failed)$")).all_inner_texts()):
        assert time.monotonic() < until, page.locator("table").inner_text()
        page.wait_for_timeout(1000)
        page.get_by_role("button", name="Reload").click()
    assert ended == [status]
    return row


def test_a_job_is_published_and_its_page_opened_from_the_list(page, lab):
    create_job(page, "in August", {"period": "2024-08", "need_threshold": "0.6"})
    row = wait_for(page, "in August", "Completed")
    published = lab.project / "reports" / "demo" / STUDY
    [html] = published.rglob("report.html")
    manifest = json.loads((html.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["period"] == "2024-08"
    assert manifest["options"] == {"need_threshold": 0.6}  # a number, not the text that was typed
    assert (lab.project / "reports" / "index.html").is_file()

    row.get_by_title("Download").click()
    row.get_by_role("link", name=f"{STUDY}.ipynb").wait_for()  # the last file that is fetched
    row.get_by_role("link", name="HTML").click()
    report = page.frame_locator(".jp-HTMLViewer iframe")
    headline = report.locator("#key-findings")
    headline.wait_for(timeout=60_000)
    assert manifest["headline"][0] in headline.inner_text()
    [copy] = (lab.project / "notebooks" / "jobs").glob("*/*.html")
    assert copy.read_bytes() == html.read_bytes()
    # Her notebook ran, not the one in the repository.
    assert HER_WORDS in copy.with_suffix(".ipynb").read_text(encoding="utf-8")


def test_a_job_with_a_wrong_parameter_is_shown_as_failed_with_the_reason(page, lab):
    before = sorted((lab.project / "reports").rglob("*.html"))
    create_job(page, "misspelt", {"need_treshold": "0.6"})
    row = wait_for(page, "misspelt", "Failed")
    row.get_by_text("misspelt").click()
    alert = page.get_by_role("alert").filter(has_text="need_treshold")
    alert.wait_for()
    told = alert.inner_text()
    assert "Did you mean 'need_threshold'?" in told
    assert "Traceback" not in told
    assert sorted((lab.project / "reports").rglob("*.html")) == before
