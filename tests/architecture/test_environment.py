"""environment.yml, the lock and pyproject.toml say the same."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"pyosmium": "osmium", "matplotlib-base": "matplotlib"}


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, rest = re.match(r"([A-Za-z0-9_.-]+)(.*)", line).groups()
        found[CONDA_NAMES.get(name, name)] = rest.strip()
    return found


def test_conda_environment_has_exactly_the_project_dependencies(project):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = [line for line in environment["dependencies"] if isinstance(line, str)]
    pip = next(entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert "--editable ." in pip
    wanted = {
        **requirements(project["dependencies"]),
        "python": project["requires-python"],
        "pip": "",
    }
    assert requirements([*conda, *(line for line in pip if not line.startswith("--"))]) == wanted


def test_lock_pins_every_dependency_with_hashes_and_names_no_index(project):
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = {line.split("==")[0] for line in text.splitlines() if re.match(r"[a-z0-9]", line)}
    wanted = requirements([*project["dependencies"], *project["optional-dependencies"]["dev"]])
    assert set(wanted) <= pinned
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|--index-url|--extra-index|file:", text)
    blocks = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in block for block in blocks)
