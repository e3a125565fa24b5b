"""Districts made of data nobody here wrote, built in temporary folders; the repository holds no copy of that data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PERIOD = "2024-08"


def builder(name: str):
    """A module beside this file: the tests are no package, so it is loaded by its path."""
    spec = spec_from_file_location(f"real_data_{name}", HERE / f"{name}.py")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def real_data():
    """Subfolder of the real data by name; the test is skipped where it is missing."""
    home = Path(os.environ.get("JINGAN_REAL_DATA") or ROOT.parent / "shared" / "data").resolve()

    def folder(name: str) -> Path:
        if not (home / name).is_dir():
            pytest.skip(f"the real data are missing: no folder {home / name}; JINGAN_REAL_DATA can name another place")
        return home / name

    return folder


def jingan(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [sys.executable, "-m", "jingan_analysis", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@dataclass(frozen=True)
class Report:
    """One published report, and what the command printed."""

    folder: Path
    printed: str

    @property
    def page(self) -> str:
        """The HTML page."""
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @property
    def text(self) -> str:
        """What a reader sees of the page, without drawings and styles."""
        bare = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", self.page, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))

    def table(self, name: str) -> pd.DataFrame:
        """One published table, by its row keys."""
        return pd.read_csv(self.folder / "tables" / f"{name}.csv", index_col=0, comment="#")


@pytest.fixture(scope="session")
def publish(tmp_path_factory):
    """Run canteen reach on a district by the real command and return its published report."""

    def run(district: Path, *options: str) -> Report:
        out = tmp_path_factory.mktemp("reports")
        done = jingan("run", "canteen_reach", "--district", district, "--period", PERIOD, "--out", out, *options)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        found = list(out.glob("*/canteen_reach/**/report.html"))
        assert len(found) == 1, found
        return Report(found[0].parent, done.stdout)

    return run


# --- Porto Alegre -----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def write_porto_alegre(real_data, tmp_path_factory):
    """Write the district without its streets; options change it."""
    source = real_data("porto_alegre")
    write = builder("porto_alegre_district").write_district

    def make(**options) -> Path:
        return write(source, tmp_path_factory.mktemp("real") / "porto_alegre", **options)

    return make


@pytest.fixture(scope="session")
def porto_alegre_import(write_porto_alegre, real_data) -> tuple[Path, str]:
    """Hexagons with people, health care as sites, and streets brought in by the real command; what it printed."""
    folder = write_porto_alegre()
    done = jingan("import-network", real_data("porto_alegre") / "osm.pbf", folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder, done.stdout


@pytest.fixture(scope="session")
def porto_alegre(porto_alegre_import) -> Path:
    """The district with its streets."""
    return porto_alegre_import[0]


@pytest.fixture(scope="session")
def porto_alegre_report(porto_alegre, publish) -> Report:
    """Canteen reach on it, with the capacities as unknown as they are."""
    return publish(porto_alegre)


# --- the home district --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def write_home(real_data, tmp_path_factory):
    """Write the district with its real boundaries, committees and canteens; options spoil it."""
    source = real_data("jingan")
    write = builder("jingan_district").write_district

    def make(**options) -> Path:
        return write(source, tmp_path_factory.mktemp("real") / "home", **options)

    return make


@pytest.fixture(scope="session")
def home(write_home) -> Path:
    """The district as it should be written."""
    return write_home()


@pytest.fixture(scope="session")
def home_report(home, publish) -> Report:
    """Canteen reach on it."""
    return publish(home)


@pytest.fixture(scope="session")
def unit_of_address() -> dict[str, str]:
    """The unit that a canteen's address lies in, by the canteen's name."""
    return builder("jingan_district").UNIT_OF_ADDRESS
