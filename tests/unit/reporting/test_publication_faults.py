"""Every call to the file system fails in turn, and is a process's last one: the site is the old one or the new one."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from faults import Faults, failing, forked, watched
from reports_folder import DISTRICT, UNIT, faults_of, generations, index, links, publish_text, seen, tree

from jingan_analysis.reporting import editions
from jingan_analysis.reporting.generations import WORK
from jingan_analysis.reporting.rollback import roll_back

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


def _nothing(out):
    out.mkdir()


def _two_editions(out):
    publish_text(out, "one")
    publish_text(out, "two")


def _editions_and_units(out):
    _two_editions(out)
    publish_text(out, "unit", UNIT)


def _older_layout(out):
    (out / DISTRICT).mkdir(parents=True)
    (out / DISTRICT / "report.html").write_text("from before there were editions")
    (out / "index.html").write_text("the index of then")


def _older_index(out):
    """A site whose generations have the index in one language."""
    _two_editions(out)
    for file in ("index.zh.html", "index.ja.html"):
        (out / file).unlink()
        for page in (out / ".site").glob(f"[0-9]*/{file}"):
            page.unlink()


def _publish(out):
    publish_text(out, "new")


def _publish_unit(out):
    publish_text(out, "new", UNIT)


def _again(out):
    publish_text(out, "two")


def _roll_back(out):
    roll_back(out, out / DISTRICT, index=index)


SCENARIOS = {
    "the first report": (_nothing, _publish),
    "an edition more, an old one pruned": (_editions_and_units, _publish),
    "the first report on a unit": (_two_editions, _publish_unit),
    "the same content again": (_two_editions, _again),
    "a folder of the older layout": (_older_layout, _publish),
    "a site with an index in English only": (_older_index, _publish),
    "back to an earlier edition": (_editions_and_units, _roll_back),
}
KINDS = {
    "ENOSPC": {"strike": failing(errno.ENOSPC)},
    "EIO": {"strike": failing(errno.EIO)},
    "a disk that stays full": {"strike": failing(errno.ENOSPC), "lasting": True, "room_only": True},
    "a disk that is gone": {"strike": failing(errno.EIO), "lasting": True},
    "SIGKILL": {"strike": lambda: os.kill(os.getpid(), signal.SIGKILL)},
}


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch):
    """All happens in one second, so that the same steps give the same bytes."""
    monkeypatch.setattr(editions, "_now", lambda: dt.datetime(2024, 11, 25, 20, 30, 12, tzinfo=dt.UTC))


@pytest.fixture
def home(tmp_path):
    """A folder in memory where there is one: thousands of publications do not wear a disk out."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="reports-", dir=memory) as folder:
        yield Path(folder)


class Trial:
    """One scenario: the folder before it, and what it leads to where nothing fails."""

    def __init__(self, home: Path, name: str) -> None:
        prepare, self.act = SCENARIOS[name]
        self.home, self.before = home, home / "before"
        prepare(self.before)
        self.act(self.fresh())  # what is imported then is no call of a publication
        self.old = seen(self.before)
        out = self.fresh()
        self.clean = Faults()
        assert self.struck(self.clean, out)
        self.new = seen(out)
        self.after_new = self.next_one(out)
        self.after_old = self.next_one(self.fresh())

    def fresh(self) -> Path:
        out = self.home / "reports"
        shutil.rmtree(out, ignore_errors=True)
        return shutil.copytree(self.before, out, symlinks=True)

    def next_one(self, out: Path) -> dict[str, object]:
        """The whole folder after one more publication, hidden files included."""
        with watched(Faults()):  # without waiting for the disk
            publish_text(out, "the next one")
        assert faults_of(out) == []
        shutil.rmtree(out / WORK / "held")  # its locks stay, one a report that was ever made
        return tree(out)

    def run(self, at: int, kind: str) -> bool | None:
        """Strike at one call; whether the run said that it went well, None if it was killed."""
        out = self.fresh()
        faults = Faults(at, **KINDS[kind])
        if kind == "SIGKILL":
            child = forked(lambda: self.struck(faults, out))
            _, status = os.waitpid(child, 0)
            assert os.WIFSIGNALED(status), "the call was made"
            return None
        return self.struck(faults, out)

    def struck(self, faults: Faults, out: Path) -> bool:
        with watched(faults):
            try:
                self.act(out)
            except OSError as error:
                if error.errno not in {errno.ENOSPC, errno.EIO}:
                    raise
                return False
        return True


@pytest.mark.parametrize("name", SCENARIOS)
def test_wherever_a_publication_breaks_the_site_is_old_or_new(home, name):
    trial = Trial(home, name)
    assert (trial.old == trial.new) == (name == "the same content again")
    ends, wrong = Counter(), []
    for turn, kind in enumerate(KINDS):
        # An error is an error, whichever it is: two kinds take turns. A kill meets every call.
        first, step = (0, 1) if kind == "SIGKILL" else (turn % 2, 2)
        for at in range(first, len(trial.clean.calls), step):
            went_well = trial.run(at, kind)
            out = trial.home / "reports"
            now = seen(out)
            end = "new" if now == trial.new else "old" if now == trial.old else "BROKEN"
            ends[end] += 1
            told = went_well is None or went_well == (end == "new") or trial.old == trial.new
            rest = trial.next_one(out)
            if end == "BROKEN" or not told or rest != (trial.after_new if end == "new" else trial.after_old):
                wrong.append((kind, at, trial.clean.calls[at], end, went_well))
    assert wrong == []
    if trial.old != trial.new:
        assert ends["old"] > 0 and ends["new"] > 0  # faults fell on both sides of the step
    print(f"{name}: {len(trial.clean.calls)} calls, {sum(ends.values())} faults, {dict(ends)}")


def test_a_site_between_old_and_new_would_be_noticed(tmp_path):
    """The comparison itself: an index that was moved without its latest, and a page that is half written."""
    _two_editions(tmp_path)
    old = seen(tmp_path)
    assert faults_of(tmp_path) == []
    page = next(iter((tmp_path / DISTRICT).glob("*/report.html"))).resolve()
    page.write_text(page.read_text()[:-1])
    (tmp_path / DISTRICT / "latest").unlink()
    (tmp_path / DISTRICT / "latest").symlink_to(page.parent.name)
    assert seen(tmp_path) != old
    assert len(faults_of(tmp_path)) == 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_call_is_missed(tmp_path, name):
    """A second observer, which sees every built-in function that Python calls, counts the same calls."""
    prepare, act = SCENARIOS[name]
    prepare(tmp_path / "warm")
    act(tmp_path / "warm")  # imports read files too
    prepare(tmp_path / "reports")
    called = Counter()

    def observe(frame, event, function):
        home = getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__
        if event == "c_call" and home in {"posix", "_io", "io"}:
            called[function.__name__] += 1

    with watched(Faults(), sync=True) as counted:
        sys.setprofile(observe)
        try:
            act(tmp_path / "reports")
        finally:
            sys.setprofile(None)
    counted = Counter("open" if call == "open to write" else call for call in counted.calls)
    called["rename"] += called.pop("replace", 0)
    called["unlink"] += called.pop("remove", 0)
    harmless = {"stat", "lstat", "fstat", "readlink", "close", "getpid", "getuid", "geteuid", "fspath", "getcwd", "uname",
                "urandom", "is_dir", "is_file", "is_symlink", "_path_normpath", "read", "readinto", "fileno", "seek", "tell",
                "isatty", "text_encoding", "__enter__", "__exit__"}  # fmt: skip
    assert {name: number for name, number in called.items() if name not in harmless and number} == dict(counted)


def test_kills_at_any_moment_leave_a_whole_site(home):
    """A loop that publishes two reports is killed 200 times, each time a little later, up to four publications."""
    out = home / "reports"
    publish_text(out, "district")
    start = time.perf_counter()
    publish_text(out, "unit", UNIT)
    step, delay = 4 * (time.perf_counter() - start) / 200, 0.0
    moved, idle = set(), 0

    def loop(seed):
        for number in range(10_000):
            publish_text(out, f"{seed} {number}", (DISTRICT, UNIT)[number % 2])

    for kill in range(200):
        child = forked(partial(loop, kill))
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        assert faults_of(out) == [], f"kill {kill}"
        assert len(links(out)) == 2
        before = len(moved)
        moved.add((out / "index.html").read_text())
        # Late kills must hit publications that come after finished ones, however busy the machine is.
        idle = 0 if len(moved) > before else idle + 1
        delay = delay + step if idle < 10 else 1.3 * delay + step
    assert len(moved) > 20, "the loop published between the kills"
    publish_text(out, "last", UNIT)
    publish_text(out, "last")
    assert len(generations(out)) == 3
    assert sorted(path.name for path in (out / WORK).iterdir()) == ["held", "publish.lock"]
    assert [path.suffix for path in (out / WORK / "held").iterdir()] == [".lock", ".lock"]
    assert len(list((out / DISTRICT).glob("*-*"))) == len(list((out / UNIT).glob("*-*"))) == 2
