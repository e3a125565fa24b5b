"""Ready units for a schedule: systemd's service and timer, or a line for cron."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from jingan_analysis.reporting.matrix import Matrix

NAME: Final = "jingan-reports"
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_RUNNER_MIB: Final = 1_024
"""Memory beside the kernels'."""


@dataclass(frozen=True)
class Schedule:
    """What is to run, and when.

    Attributes
    ----------
    config
        Absolute path of the ``reports.toml``.
    matrix
        Its content.
    at
        Time of day, ``HH:MM``, in the matrix's time zone. Every day: where nothing has changed there is nothing to do.
    jobs
        Kernels at a time.
    python
        The interpreter that has the package.
    """

    config: Path
    matrix: Matrix
    at: str = "05:30"
    jobs: int = 1
    python: Path = Path(sys.executable)

    def __post_init__(self) -> None:
        if _TIME.fullmatch(self.at) is None:
            raise InvalidParameter(f"--at {self.at!r} is no time of day; write HH:MM, such as 05:30")
        for path in (self.config, self.python):
            if any(ord(character) < 32 for character in str(path)) or str(path.parent).endswith("\\"):
                raise InvalidParameter(
                    f"{str(path)!r} cannot stand in a unit: a line would end there; rename the folder"
                )

    def command(self, name: str, *more: str) -> tuple[str, ...]:
        """The words of a command of ours."""
        return (str(self.python), "-m", "jingan_analysis", name, "--config", str(self.config), *more)

    @property
    def memory_mib(self) -> int | None:
        """Most memory of the whole run; None is no limit."""
        each = self.matrix.limits.memory_mib
        return None if each is None else each * self.jobs + _RUNNER_MIB


def systemd_units(schedule: Schedule) -> dict[str, str]:
    """Service, timer, and the service that tells of a failure, by file name."""
    folder = _specifiers(str(schedule.config.parent))
    memory = [] if schedule.memory_mib is None else [f"MemoryMax={schedule.memory_mib}M"]
    service = [
        "[Unit]",
        "Description=Reports that are new or have changed",
        f"OnFailure={NAME}-failed.service",
        "",
        "[Service]",
        "Type=oneshot",
        f"WorkingDirectory={folder}",
        f"ExecStart={_exec(schedule.command('run-all', '--jobs', str(schedule.jobs)))}",
        *memory,
        "TimeoutStopSec=60",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "UMask=0022",
        "Nice=10",
    ]
    timer = [
        "[Unit]",
        "Description=Every day, look whether reports are to be made",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {schedule.at}:00 {schedule.matrix.timezone}",
        "Persistent=true",
        f"Unit={NAME}.service",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    failed = [
        "[Unit]",
        "Description=Say which reports failed or are overdue",
        "",
        "[Service]",
        "Type=oneshot",
        "# What it prints is in the system's log. Put a command that sends mail in its place, if mail is wanted.",
        f"WorkingDirectory={folder}",
        f"ExecStart={_exec(schedule.command('status'))}",
        "# Failures are its subject, not its own.",
        "SuccessExitStatus=7",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
    ]
    units = {f"{NAME}.service": service, f"{NAME}.timer": timer, f"{NAME}-failed.service": failed}
    return {name: "\n".join(lines) + "\n" for name, lines in units.items()}


def cron_lines(schedule: Schedule) -> str:
    """Lines for a crontab."""
    hour, minute = schedule.at.split(":")
    words = schedule.command("run-all", "--jobs", str(schedule.jobs))
    run = f"cd {shlex.quote(str(schedule.config.parent))} && {shlex.join(words)}"
    # In a crontab a percent sign ends the command, wherever it stands.
    return (
        "# CRON_TZ is known to cronie; where cron does not know it, the time is that of the machine.\n"
        "# What is printed is sent by mail to the owner of the crontab; the exit code is not.\n"
        f"CRON_TZ={schedule.matrix.timezone}\n"
        f"{int(minute)} {int(hour)} * * * {run.replace('%', chr(92) + '%')}\n"
    )


def _exec(words: tuple[str, ...]) -> str:
    """A command line as systemd reads it: quoted, without variables and specifiers."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    safe = _specifiers(word.replace("\\", "\\\\").replace('"', '\\"')).replace("$", "$$")
    return safe if re.fullmatch(r"[\w@/.:=+-]+", safe) else f'"{safe}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")
