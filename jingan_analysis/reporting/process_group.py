"""The processes of a kernel and of everything that its cells started: ended together, whatever ends the run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_GRACE_SECONDS: Final = 2.0
"""Between asking a group to end and ending it."""

_LOOK_SECONDS: Final = 0.02
_alive: set[ProcessGroup] = set()
_guard: Final = threading.Lock()


class Terminated(SystemExit):
    """The process was asked to end; raised where the main thread is, so that everything is tidied up."""


class ProcessGroup:
    """A kernel and what its cells started, as far as they stayed in its session.

    Parameters
    ----------
    leader
        The kernel's process, a child of this one that leads a session of its own.
    """

    def __init__(self, leader: subprocess.Popen[bytes]) -> None:
        self._leader = leader
        self._number = leader.pid
        with _guard:
            _alive.add(self)

    def end(self) -> None:
        """Ask all processes of the group to end, end those that do not, and reap the kernel."""
        try:
            if os.name != "posix":
                self._leader.kill()
            elif self._send(signal.SIGTERM) and not self._gone(_GRACE_SECONDS):
                self._send(signal.SIGKILL)
                self._gone(_GRACE_SECONDS)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._leader.wait(_GRACE_SECONDS)
        finally:
            with _guard:
                _alive.discard(self)

    def _send(self, number: int) -> bool:
        """Signal the whole group; False if nobody is in it any more."""
        try:
            os.killpg(self._number, number)
        except (ProcessLookupError, PermissionError):  # macOS refuses where only the dead are left
            return False
        return True

    def _gone(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._leader.poll()  # reaps it: until then it counts as a member of its group
            if not self._send(0):
                return True
            time.sleep(_LOOK_SECONDS)
        return False


def end_all() -> None:
    """End every group of this process, so that the threads that wait for a kernel go on."""
    with _guard:
        groups = tuple(_alive)
    for group in groups:
        group.end()


@contextmanager
def terminable() -> Iterator[None]:
    """Inside the block a request to end (SIGTERM) unwinds like Ctrl-C does; afterwards the process ends by it.

    Without it the process would end at once and leave kernels and working folders. Acts in the main thread only, and
    not where somebody else handles the signal already.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _unwind)
    try:
        yield
    except Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _unwind(number: int, frame: object) -> None:  # noqa: ARG001
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: tidying up is not interrupted
    raise Terminated(128 + number)
