"""The same report, made on machines that differ in everything but inputs, parameters and versions: the same bytes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
CHECKOUT = ("jingan_analysis", "notebooks", "data")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
MACHINES = {
    "one": {"TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "threads": "1", "umask": 0o022},
    "other": {
        "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "zh_CN.GB18030", "PYTHONHASHSEED": "4294967295", "threads": "2",
        "umask": 0o077, "LANGUAGE": "ja", "COLUMNS": "40", "TERM": "dumb", "SOURCE_DATE_EPOCH": "1", "PYTHONUTF8": "1", "MPLBACKEND": "svg",
    },
}  # fmt: skip


def made(machine: str, study: str, checkout: Path, folder: Path, district: str, languages: tuple[str, ...]) -> Path:
    """A report made by the command on one machine; returns the folder of all reports."""
    told = dict(MACHINES[machine])
    umask, threads = told.pop("umask"), told.pop("threads")
    places = {name: folder / name.lower() for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")}
    for place in (*places.values(), folder / "work"):
        place.mkdir(parents=True)
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON", "JUPYTER"))
    }
    settings = {
        **clean,
        **told,
        **dict.fromkeys(THREADS, threads),
        **{name: str(place) for name, place in places.items()},
    }
    command = [sys.executable, "-m", "jingan_analysis", "run", study, "--district", district, "--period", "2024-08"]
    command += [word for language in languages for word in ("--language", language)]
    done = subprocess.run(
        [*command, "--notebooks", str(checkout / "notebooks"), "--out", str(folder / "reports")], cwd=folder / "work",
        env={**settings, "PYTHONPATH": str(checkout)}, umask=umask, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "reports"


def published(out: Path, study: str) -> dict[str, bytes]:
    """Every file of the report, of its latest edition where there are editions."""
    folder = out / "demo" / study / "2024-08"
    folder = folder / "latest" if (folder / "latest").exists() else folder
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    # An edition is named after the moment of its publication; the rest of its name, and its list of files, is content.
    moment = rb'"\d{8}T\d{6}Z-|"published": "[^"]*"'
    found["edition.json"] = re.sub(moment, b'"', found.get("edition.json", b""))
    return found


def copied(target: Path, *, day: int) -> Path:
    """A copy of the checkout, its files of another day."""
    for name in CHECKOUT:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.nb?"))
    for path in target.rglob("*"):
        os.utime(path, (day * 86400, day * 86400))
    return target


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Files that differ, each with the first place where it does."""
    found = sorted(one.keys() ^ other.keys())
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            pairs = enumerate(zip(one[name], other[name], strict=False))
            at = next((place for place, (before, after) in pairs if before != after), 0)
            found.append(
                f"{name} at {at}: {one[name][max(0, at - 40) : at + 60]!r} {other[name][max(0, at - 40) : at + 60]!r}"
            )
    return found


def both(
    tmp_path: Path, study: str, checkouts: dict[str, Path], districts: dict[str, str], languages: tuple[str, ...]
) -> list[dict[str, bytes]]:
    """The report as both machines make it, at the same time."""
    outs: dict[str, Path] = {}

    def run(machine: str) -> None:
        outs[machine] = made(
            machine, study, checkouts[machine], tmp_path / f"at {machine}", districts[machine], languages
        )

    runs = [threading.Thread(target=run, args=(machine,)) for machine in MACHINES]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert set(outs) == set(MACHINES), "a run failed; see above"
    return [published(outs[machine], study) for machine in MACHINES]


def test_another_machine_gives_the_same_bytes(tmp_path):
    """Time zone, locale, hash seed, threads, umask, home, checkout, working folder and days of the files differ."""
    checkouts = {
        "one": copied(tmp_path / "a", day=10_000),
        "other": copied(tmp_path / "someone's 龘龘" / "deep er" / "<b>&", day=19_000),
    }
    districts = {
        "one": str(checkouts["one"] / "data/districts/demo"),
        "other": os.path.relpath(checkouts["other"] / "data/districts/demo", tmp_path / "at other" / "work"),
    }
    one, other = both(tmp_path, "relief_coverage", checkouts, districts, ("en", "ja"))
    assert {Path(name).suffix for name in one} == {".html", ".ipynb", ".json", ".csv", ".svg"}
    assert len(one) > 60
    assert {"report.html", "ja/report.html"} <= one.keys()
    assert differences(one, other) == []
    # Nothing tells where it was made.
    for content in other.values():
        for word in ("龘龘", "\\u9f98", "deep er", str(tmp_path), sys.prefix):
            assert word.encode() not in content


def test_a_study_that_searches_in_parallel_gives_the_same_bytes(tmp_path):
    """The same for compiled code on one and on two threads; the checkout is the same, as compiling takes a minute."""
    district = str(ROOT / "data/districts/demo")
    one, other = both(
        tmp_path, "canteen_reach", dict.fromkeys(MACHINES, ROOT), dict.fromkeys(MACHINES, district), ("en",)
    )
    assert len(one) > 20
    assert differences(one, other) == []
    assert not [name for name, content in one.items() if sys.prefix.encode() in content]


def test_a_difference_is_found():
    assert differences({"a": b"12", "b": b"1"}, {"a": b"13", "c": b"1"}) == [
        "b", "c", "a at 1: b'12' b'13'",
    ]  # fmt: skip
