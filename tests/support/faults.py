"""Make a chosen call to the file system fail, or be the last one of its process.

Calls are seen through Python's audit events, which come before the call and stop it if they raise. ``os.fsync`` and
``os.write`` have no event and are wrapped.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import contextmanager

EVENTS = {
    "open": "open", "os.mkdir": "mkdir", "os.rename": "rename", "os.symlink": "symlink", "os.link": "link",
    "os.remove": "unlink", "os.rmdir": "rmdir", "os.scandir": "scandir", "os.listdir": "listdir", "os.chmod": "chmod",
    "os.truncate": "truncate", "os.utime": "utime",
}  # fmt: skip
_ROOM = frozenset({"open to write", "mkdir", "rename", "symlink", "link", "truncate", "write", "fsync"})
"""Calls that a full disk can refuse."""

_watching: dict[int, Faults] = {}
_hooked = []


class Faults:
    """Counts the calls of this thread, and strikes at one of them or from one on.

    Parameters
    ----------
    at
        Number of the call to strike at, from 0; None only counts.
    strike
        Called instead of the call; raises, or ends the process.
    lasting
        Strike at all later calls too.
    room_only
        Strike only at calls that need room on the disk.
    """

    def __init__(
        self, at: int | None = None, strike: Callable[[], None] | None = None, *, lasting=False, room_only=False
    ):
        self.at, self.strike, self.lasting, self.room_only = at, strike, lasting, room_only
        self.calls: list[str] = []
        self.struck = 0

    def see(self, call: str) -> None:
        number = len(self.calls)
        self.calls.append(call)
        hit = self.at is not None and (number >= self.at if self.lasting else number == self.at)
        if hit and (call in _ROOM or not self.room_only):
            self.struck += 1
            self.strike()


def failing(code: int) -> Callable[[], None]:
    def strike() -> None:
        raise OSError(code, os.strerror(code))

    return strike


@contextmanager
def watched(faults: Faults, *, sync: bool = False):
    """Have every call of the block seen; ``fsync`` is only counted unless ``sync``: a kill loses no written page."""
    if not _hooked:
        sys.addaudithook(_hook)
        _hooked.append(True)
    fsync, write = os.fsync, os.write

    def seen_fsync(descriptor):
        faults.see("fsync")
        return fsync(descriptor) if sync else None

    def seen_write(descriptor, data):
        faults.see("write")
        return write(descriptor, data)

    os.fsync, os.write = seen_fsync, seen_write
    _watching[threading.get_ident()] = faults
    try:
        yield faults
    finally:
        del _watching[threading.get_ident()]
        os.fsync, os.write = fsync, write


def _hook(event: str, arguments: tuple) -> None:
    if event not in EVENTS:
        return
    faults = _watching.get(threading.get_ident())
    if faults is None:
        return
    call = EVENTS[event]
    if call == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND):
        call = "open to write"
    faults.see(call)


def forked(work: Callable[[], None]) -> int:
    """Start work in a child process and give its number; it ends with 0, or 1 if the work raised."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child only uses files
        child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException:  # noqa: BLE001  # whatever it was, this process ends here
        sys.excepthook(*sys.exc_info())
        os._exit(1)
