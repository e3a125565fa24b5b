"""Contenders in turn, each round begun by another one; medians, spread, ratios; peak memory in a process of its own."""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Result:
    """Seconds of one contender; the ratio is to ours."""

    contender: str
    seconds: tuple[float, ...]
    note: str = ""

    @property
    def middle(self) -> float:
        return median(self.seconds)

    def row(self, ours: Result) -> list[str]:
        spread = f"{min(self.seconds):.3g} to {max(self.seconds):.3g}" if len(self.seconds) > 1 else "one run"
        ratio = "1" if self is ours else f"{self.middle / ours.middle:.3g}"
        return [self.contender, f"{self.middle:.3g}", spread, ratio, self.note]


def race(
    contenders: Mapping[str, Callable[[int], object]],
    *,
    rounds: Mapping[str, int],
    notes: Mapping[str, str] | None = None,
) -> list[Result]:
    """Time each contender, called with the number of the round; the first is ours, and is warmed up."""
    names = list(contenders)
    contenders[names[0]](0)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(max(rounds.values())):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if turn >= rounds[name]:
                continue
            gc.collect()
            start = time.perf_counter()
            contenders[name](turn)
            taken[name].append(time.perf_counter() - start)
    return [Result(name, tuple(taken[name]), (notes or {}).get(name, "")) for name in names]


def table(title: str, results: list[Result]) -> str:
    lines = [f"### {title}", "", "| | median s | spread s | times ours | |", "|---|---:|---:|---:|---|"]
    lines += [f"| {' | '.join(result.row(results[0]))} |" for result in results]
    return "\n".join(lines) + "\n"


def installed(*names: str) -> bool:
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in names)


def with_version(name: str) -> str:
    return f"{name} {version(name)}"


def peak_of(module: str, *arguments: object) -> dict[str, float]:
    """Run ``module`` in a process of its own; it prints one JSON object."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def peak_while(work: Callable[[], object]) -> tuple[object, float, float]:
    """The answer, and resident megabytes before and at the most; the work must let go of the interpreter lock."""
    gc.collect()
    before, most, done = resident_mb(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, resident_mb())
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    found = work()
    done.set()
    watcher.join()
    return found, before, max(most, resident_mb())
