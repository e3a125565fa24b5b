"""A run over several reports: what is up to date is left, what fails stops nothing, all of it is logged."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import papermill
import pytest

from jingan_analysis import errors
from jingan_analysis.reporting.fingerprint import request_fingerprint
from jingan_analysis.reporting.heartbeat import read_heartbeat, status
from jingan_analysis.reporting.journal import Journal, journal_path
from jingan_analysis.reporting.matrix import Report
from jingan_analysis.reporting.publication import WORK
from jingan_analysis.reporting.run_all import Round, run_all
from jingan_analysis.reporting.runner import fulfil

ROOT = Path(__file__).parents[3]
CANARY = "11010519491231002X"  # nobody's: the example of the standard, with a right check digit
DISTRICT = """
key = "demo"
[names]
en = "Sample"
zh = "示范区"
ja = "見本区"
[geography]
metric_crs = "EPSG:4549"
"""


class SampleReport(Report):
    """A report of the sample notebook, which belongs to no study."""

    def run(self, *, run_id, progress):
        request = replace(self.request, fingerprint=request_fingerprint(self.request))
        return fulfil(request, limits=self.limits, run_id=run_id, progress=progress)


@dataclass(frozen=True)
class FakeReport(Report):
    """A report that takes its time and then ends as told, without a kernel."""

    seconds: float = 0.0
    error: BaseException | None = None

    def run(self, *, run_id, progress):
        time.sleep(self.seconds)
        progress("publishing", 1, 1)
        if self.error is not None:
            raise self.error
        target = self.request.target / "latest"
        target.mkdir(parents=True, exist_ok=True)
        manifest = {"outputs": {}, "fingerprint": request_fingerprint(self.request)}
        (target / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def make(make_request, sample_cells):
    """Requests of the sample study on a district without tables."""

    def one(cells=None, **options):
        request = make_request(cells or sample_cells(), **options)
        (request.district / "district.toml").write_text(DISTRICT, encoding="utf-8")
        return request

    return one


@pytest.fixture
def run(tmp_path):
    """Runs reports; gives how they ended and what was logged."""

    def all_of(reports, **options):
        log = tmp_path / "log.jsonl"
        log.unlink(missing_ok=True)
        codes = {"ReportFailed": 4, "MissingTable": 3}
        how = Round(
            "run-1", Journal(log, "run-1"), lambda error: codes.get(type(error).__name__, 1),
            lambda name: lambda step, done, total: None, **options,
        )  # fmt: skip
        ended = run_all(tuple(reports), how)
        return ended, [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    return all_of


def _outcomes(ended) -> list[str]:
    return [each.outcome for each in ended]


@pytest.mark.usefixtures("no_kernel")
def test_what_is_published_and_unchanged_is_left(make, run, monkeypatch):
    report = SampleReport(make())
    ended, log = run([report])
    assert _outcomes(ended) == ["published"]
    assert [line["because"] for line in log if "because" in line] == [["nothing published"]]
    page = report.request.target / "latest" / "report.html"
    before = page.stat().st_ino

    with monkeypatch.context() as nothing_runs:
        nothing_runs.setattr(papermill, "execute_notebook", None)
        ended, log = run([report])
    assert _outcomes(ended) == ["unchanged"]
    assert "report started" not in {line["event"] for line in log}
    assert page.stat().st_ino == before
    assert ended[0].exit_code == 0

    ended, log = run([report], force=True)
    assert _outcomes(ended) == ["published"]
    page.write_text("damaged")
    assert _outcomes(run([report])[0]) == ["published"]
    assert page.read_text(encoding="utf-8") != "damaged"
    (report.request.district / "district.toml").write_text(DISTRICT + "buffer_m = 1000.0\n", encoding="utf-8")
    ended, log = run([report])
    assert _outcomes(ended) == ["published"]
    assert [line["because"] for line in log if "because" in line] == [["data"]]


def test_one_that_failed_is_tried_again_and_stops_no_other(make, run, sample_cells):
    good = FakeReport(make(), limits=None)
    bad = FakeReport(make(unit="310"), error=errors.MissingTable("no canteens"))
    odd = FakeReport(make(unit="311"), error=KeyError(CANARY))
    ended, _ = run([bad, odd, good], jobs=2)
    assert _outcomes(ended) == ["failed", "failed", "published"]
    assert [each.exit_code for each in ended] == [3, 1, 0]
    assert ended[1].detail.startswith("KeyError at jingan_analysis/")
    assert CANARY not in ended[1].detail
    ended, _ = run([replace(bad, error=None), odd, good])
    assert _outcomes(ended) == ["published", "failed", "unchanged"]


def test_a_page_that_leads_to_others_waits_until_they_have_ended(make, run):
    over = FakeReport(make(unit="310"), leads_to_others=True)
    others = [FakeReport(make(unit=name), seconds=0.3) for name in ("311", "312")]
    failing = FakeReport(make(unit="313"), seconds=0.1, error=errors.MissingTable("no canteens"))
    ended, log = run([over, *others, failing], jobs=4)
    assert [each.report.request.unit for each in ended] == ["310", "311", "312", "313"]
    assert _outcomes(ended) == ["published", "published", "published", "failed"]
    steps = [(line["event"], line["unit"]) for line in log if "unit" in line]
    assert {unit for _, unit in steps[:-2]} == {"311", "312", "313"}
    assert steps[-2:] == [("report started", "310"), ("report ended", "310")]


def test_the_order_is_that_of_the_matrix_and_kernels_run_side_by_side(make, run):
    names = ["310", "311", "312", "313"]
    reports = [FakeReport(make(unit=name), seconds=0.4 - 0.1 * number) for number, name in enumerate(names)]
    ended, log = run(reports, jobs=4)
    assert [each.report.request.unit for each in ended] == names
    finished = [line["unit"] for line in log if line["event"] == "report ended"]
    assert finished == names[::-1]


def test_as_many_at_a_time_as_there_are_jobs(make, run):
    seen, guard, most = [], threading.Lock(), []

    @dataclass(frozen=True)
    class Counting(FakeReport):
        def run(self, *, run_id, progress):
            with guard:
                seen.append(1)
                most.append(len(seen))
            time.sleep(0.1)
            with guard:
                seen.pop()

    run([Counting(make(unit=str(number))) for number in range(310, 316)], jobs=2)
    assert max(most) == 2


def test_two_real_kernels_at_a_time_do_not_meet(make, run):
    reports = [
        SampleReport(make(unit=unit, options={"walk_speed_mps": speed})) for unit, speed in (("310", 0.8), ("311", 1.2))
    ]
    before = dict(os.environ), Path.cwd()
    ended, _ = run(reports, jobs=2)
    assert _outcomes(ended) == ["published", "published"]
    for report, speed in zip(reports, (0.8, 1.2), strict=True):
        manifest = json.loads((report.request.target / "latest" / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["parameters"]["walk_speed_mps"] == speed
        assert manifest["unit"] == report.request.unit
    assert (dict(os.environ), Path.cwd()) == before


def test_the_log_has_one_event_a_line(make, run):
    bad = FakeReport(make(unit="310"), error=errors.ReportFailed("b: code cell 2 failed"))
    _, log = run([FakeReport(make(), ("en", "zh")), bad])
    assert [line["event"] for line in log] == [
        "run started", "report started", "report ended", "report started", "report ended", "run ended",
    ]  # fmt: skip
    assert {line["run"] for line in log} == {"run-1"}
    for line in log:
        assert dt.datetime.fromisoformat(line["time"]).utcoffset() == dt.timedelta(0)
    assert log[0]["reports"] == 2
    good, failed = log[2], log[4]
    assert (good["study"], good["unit"], good["languages"], good["outcome"]) == (
        "sample",
        None,
        ["en", "zh"],
        "published",
    )
    assert (failed["unit"], failed["outcome"], failed["exit_code"], failed["error"]) == (
        "310",
        "failed",
        4,
        "ReportFailed",
    )
    assert failed["seconds"] >= 0
    assert log[-1]["counts"] == {"published": 1, "unchanged": 0, "failed": 1}


@pytest.mark.parametrize(
    "source",
    [
        f"raise ValueError('{CANARY}')",
        f"from jingan_analysis.errors import InvalidTable\nraise InvalidTable('{CANARY}')",
        f"from jingan_analysis.reporting.settings import check_setting_name\ncheck_setting_name('{CANARY} x')",
        f"secret_{CANARY} = 1\nsecret_{CANARY}.missing",
        f"print('{CANARY}')\nimport os\nos._exit(1)",
        f"'{CANARY}' +",
    ],
    ids=["foreign", "our class", "our message quotes it", "name", "dead kernel", "syntax"],
)
def test_a_canary_in_a_failing_cell_is_in_no_log_and_no_heartbeat(make, run, sample_cells, source):
    report = SampleReport(make(sample_cells("figures", source)))
    ended, log = run([report])
    assert _outcomes(ended) == ["failed"]
    assert log[2]["error"] in {"ReportFailed", "DataRefused"}
    told = json.dumps(log, ensure_ascii=False) + json.dumps(read_heartbeat(report.request.out))
    assert CANARY not in told
    # Nothing of the failure is public: outside the private folder there is no file at all.
    assert [path for path in report.request.out.rglob("*") if path.is_file() and WORK not in path.parts] == []


def test_our_own_message_is_logged_without_the_analysts_cell(make, run, sample_cells):
    source = "from jingan_analysis.reporting.settings import check_setting_name\ncheck_setting_name('a b')"
    ended, log = run([SampleReport(make(sample_cells("figures", source)))])
    assert "The cell begins: from jingan" in ended[0].detail
    assert log[2]["message"].startswith("sample: code cell 4 failed: InvalidParameter: 'a b' is not the name")
    assert "The cell begins" not in log[2]["message"]


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX systems")
def test_a_log_is_its_owners_and_has_the_days_name(tmp_path):
    path = journal_path(tmp_path)
    assert path == tmp_path / ".work" / "log" / f"{dt.datetime.now(dt.UTC):%Y-%m-%d}.jsonl"
    Journal(path, "a").write("run started", {"reports": 1})
    Journal(path, "b").write("run started", {"reports": 2})
    assert [json.loads(line)["run"] for line in path.read_text().splitlines()] == ["a", "b"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_heartbeat_tells_what_succeeded_what_failed_and_what_is_overdue(make, run):
    out = make().out
    dated = {"stale_after": dt.date(2024, 10, 15)}
    good = FakeReport(replace(make(), **dated))
    bad = FakeReport(replace(make(unit="310"), **dated), error=errors.ReportFailed("b"))
    with pytest.raises(errors.InvalidSchedule, match="there is no heartbeat"):
        status(out, dt.datetime(2024, 10, 1, tzinfo=dt.UTC))
    run([good])
    on_time = status(out, dt.datetime(2024, 10, 15, 23, 59, tzinfo=dt.UTC))
    assert on_time.well
    late = status(out, dt.datetime(2024, 10, 16, tzinfo=dt.UTC))
    assert not late.well
    assert "OVERDUE" in late.lines[1]

    run([good, bad])
    told = read_heartbeat(out)
    assert told["run"] == "run-1"
    assert told["outcomes"] == {"published": 0, "unchanged": 1, "failed": 1}
    fine, failed = told["reports"]["demo/sample"], told["reports"]["demo/sample/310"]
    assert (fine["due"], fine["outcome"], fine["error"]) == ("2024-10-15", "unchanged", "")
    assert (failed["due"], failed["last_success"], failed["error"], failed["exit_code"]) == (
        None,
        None,
        "ReportFailed",
        4,
    )
    assert not status(out, dt.datetime(2024, 10, 1, tzinfo=dt.UTC)).well
    run([replace(bad, error=None)])
    assert status(out, dt.datetime(2024, 10, 1, tzinfo=dt.UTC)).well  # the other one is known still

    # A failure forgets neither the last success nor when the next one is due.
    run([replace(bad, error=errors.ReportFailed("b"))], force=True)
    again = read_heartbeat(out)["reports"]["demo/sample/310"]
    assert again["last_success"] is not None
    assert again["due"] == "2024-10-15"


def test_a_run_that_never_ended_is_noticed(make, run):
    class Killed(BaseException):
        pass

    report = FakeReport(make(), error=Killed())
    with pytest.raises(Killed):
        run([report])
    out = report.request.out
    assert read_heartbeat(out)["ended"] is None
    now = dt.datetime.now(dt.UTC)
    assert status(out, now).well  # it may run still
    assert not status(out, now + dt.timedelta(days=2)).well
    assert "NOT ENDED" in status(out, now).lines[0]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_of_two_kernels_that_is_stopped_leaves_none(make, sample_cells, tmp_path, number):
    source = (
        f"import os, subprocess, time\nchild = subprocess.Popen(['sleep', '1000'])\n"
        f"open({str(tmp_path)!r} + f'/pid-{{unit}}', 'w').write(f'{{os.getpid()}} {{child.pid}} ')\ntime.sleep(60)"
    )
    requests = [make(sample_cells("figures", source), unit=unit) for unit in ("310", "311")]
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from jingan_analysis.reporting.journal import Journal
        from jingan_analysis.reporting.matrix import Report
        from jingan_analysis.reporting.run_all import Round, run_all
        from jingan_analysis.reporting.runner import Request, fulfil
        class Sample(Report):
            def run(self, *, run_id, progress):
                return fulfil(self.request, run_id=run_id)
        out = Path({str(requests[0].out)!r})
        reports = [Sample(Request(study="sample", period="2024-08", unit=unit, district=Path({str(requests[0].district)!r}),
                                  options={{}}, out=out, target=out / "demo" / "sample" / "2024-08" / unit,
                                  notebook=Path({str(requests[0].notebook)!r}))) for unit in ("310", "311")]
        run_all(reports, Round("r", Journal(out / "log", "r"), lambda error: 1, lambda name: lambda *step: None, jobs=2))
        """
    )
    # Tests that were started in the background ignore Ctrl-C, and a child inherits that.
    heard = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
    process = subprocess.Popen([sys.executable, "-c", heard + script], cwd=ROOT, stderr=subprocess.PIPE)
    marks = [tmp_path / "pid-310", tmp_path / "pid-311"]
    try:
        end = time.monotonic() + 60
        while not all(mark.exists() and mark.read_text().endswith(" ") for mark in marks):
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.1)
    finally:
        process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode == -number
    left = [int(text) for mark in marks for text in mark.read_text().split() if _alive(int(text))]
    assert left == []
    assert list((requests[0].out / WORK).glob("run-*")) == []


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
