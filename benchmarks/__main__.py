"""Run everything and write the tables: ``python -m benchmarks`` (minutes; ``--small`` for a quick look)."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
from pathlib import Path

from benchmarks import assignment, catchments, district_size, growth, nearest, osm_import, pairing, pairs, siting
from benchmarks.race import installed, with_version

HEAD = """# Benchmarks

Each table is one run: contenders take turns on the same input, every round begins with another one, and the ratio is
that of their medians ("times ours": how many times as long as ours). The compiled code is warm. Machines are noisy:
trust ratios, not seconds. `python -m benchmarks` makes this page, and a part of it alone is printed by its module, as
by `python -m benchmarks.district_size`. Peers come with `pip install .[benchmarks]`, are left out where they are
missing, and are never needed to run reports.
"""


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    ours = [with_version(name) for name in ("numpy", "numba", "scipy", "pandas") if installed(name)]
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}; {model}, {os.cpu_count()} cores; Python {platform.python_version()}, "
        f"{', '.join(ours)}.\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a twentieth of the size, to see that all runs")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("README.md"))
    options = parser.parse_args()
    share = 0.05 if options.small else 1.0
    nodes = int(500_000 * share)
    parts = [HEAD, machine()]
    for measure in (
        lambda: nearest.run(nodes),
        lambda: pairs.run(nodes),
        lambda: catchments.run(share),
        lambda: assignment.run(share),
        lambda: pairing.run(share),
        lambda: siting.run(small=options.small),
        osm_import.run,
        lambda: growth.run((8_000, nodes) if options.small else growth.SIZES),
        lambda: district_size.run((1, 3) if options.small else district_size.TIMES),
    ):
        parts.append(measure())
        print(parts[-1], flush=True)
    options.out.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
