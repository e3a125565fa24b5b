"""Units for systemd and cron: read back by a parser, and by systemd where it is installed."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.limits import UNLIMITED
from jingan_analysis.reporting.matrix import Matrix
from jingan_analysis.reporting.units import Schedule, cron_lines, systemd_units

SERVICE, TIMER, FAILED = "jingan-reports.service", "jingan-reports.timer", "jingan-reports-failed.service"
MATRIX = Matrix(district=Path("d"), timezone="Asia/Shanghai")
HOSTILE = "/srv/月 报 100% \"a\" $HOME 'b'; x/reports.toml"


def _schedule(config: str = "/srv/reports/reports.toml", **options) -> Schedule:
    given = {"matrix": MATRIX, "python": Path("/opt/py thon/bin/python"), "jobs": 2, **options}
    return Schedule(Path(config), **given)


def _read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str
    parser.read_string(text)
    return parser


def _words(command: str) -> list[str]:
    """A command line as systemd reads it: quotes, then the doubled signs."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', command)
    plain = [re.sub(r"\\(.)", r"\1", quoted) if quoted else bare for quoted, bare in found]
    return [word.replace("%%", "%").replace("$$", "$") for word in plain]


def test_the_units_have_what_a_schedule_needs():
    units = {name: _read(text) for name, text in systemd_units(_schedule()).items()}
    assert set(units) == {SERVICE, TIMER, FAILED}
    service, timer = units[SERVICE], units[TIMER]
    assert service["Unit"]["OnFailure"] == FAILED
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["PrivateTmp"] == "yes"
    assert service["Service"]["MemoryMax"] == f"{2 * 4096 + 1024}M"
    assert service["Service"]["WorkingDirectory"] == "/srv/reports"
    assert timer["Timer"]["OnCalendar"] == "*-*-* 05:30:00 Asia/Shanghai"
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Timer"]["Unit"] == SERVICE
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert _words(service["Service"]["ExecStart"]) == [
        "/opt/py thon/bin/python", "-m", "jingan_analysis", "run-all", "--config", "/srv/reports/reports.toml",
        "--jobs", "2",
    ]  # fmt: skip
    assert _words(units[FAILED]["Service"]["ExecStart"])[3] == "status"


def test_without_a_limit_of_memory_there_is_none():
    matrix = MATRIX.model_copy(update={"limits": UNLIMITED})
    assert "MemoryMax" not in systemd_units(_schedule(matrix=matrix))[SERVICE]


@pytest.mark.parametrize("name", [SERVICE, FAILED])
def test_a_path_with_every_special_character_stays_one_word(name):
    service = _read(systemd_units(_schedule(HOSTILE))[name])["Service"]
    words = _words(service["ExecStart"])
    assert words[5] == HOSTILE
    assert "$HOME" not in service["ExecStart"].replace("$$", "")
    assert not re.search("(?<!%)%(?!%)", service["ExecStart"])
    assert service["WorkingDirectory"].replace("%%", "%") == HOSTILE.rpartition("/")[0]


def test_the_line_for_cron():
    lines = [line for line in cron_lines(_schedule(HOSTILE, at="04:05")).splitlines() if not line.startswith("#")]
    assert lines[0] == "CRON_TZ=Asia/Shanghai"
    minute, hour, *days, command = lines[1].split(" ", 5)
    assert (minute, hour, days) == ("5", "4", ["*", "*", "*"])
    assert not re.search(r"(?<!\\)%", command)  # cron would end the command there
    words = shlex.split(command.replace("\\%", "%"))
    assert words[:3] == ["cd", HOSTILE.rpartition("/")[0], "&&"]
    assert words[3:] == list(_schedule(HOSTILE).command("run-all", "--jobs", "2"))


@pytest.mark.parametrize("at", ["24:00", "5:30", "05:60", "", "05:30\nExecStart=x"])
def test_a_time_of_another_form_is_refused(at):
    with pytest.raises(InvalidParameter, match="is no time of day; write HH:MM"):
        _schedule(at=at)


@pytest.mark.parametrize("config", ["/srv/a\nExecStart=evil/reports.toml", "/srv/a\\/reports.toml"])
def test_a_path_that_would_end_a_line_is_refused(config):
    with pytest.raises(InvalidParameter, match="rename the folder"):
        _schedule(config)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
@pytest.mark.parametrize("folder", ["plain", "月 报 100% 'b'"])
def test_systemd_accepts_the_units(tmp_path, folder):
    home = tmp_path / folder
    home.mkdir()
    units = systemd_units(_schedule(str(home / "reports.toml"), python=Path(shutil.which("true"))))
    for name, text in units.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *(str(tmp_path / name) for name in units)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "jingan-reports" in line or "Unknown" in line]
    assert told == []
    calendar = _read(units[TIMER])["Timer"]["OnCalendar"]
    done = subprocess.run(["systemd-analyze", "calendar", calendar], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "21:30:00 UTC" in done.stdout  # 05:30 in Shanghai
