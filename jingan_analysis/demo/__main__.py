"""``python -m jingan_analysis.demo [--out DIR]``: write the demonstration district."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from jingan_analysis.demo.build import build_tables
from jingan_analysis.demo.write import write_district

DEFAULT = Path("data/districts/demo")


def main(arguments: list[str] | None = None) -> int:
    """Write the folder and say where it is."""
    parser = argparse.ArgumentParser(prog="python -m jingan_analysis.demo", description=main.__doc__)
    parser.add_argument("--out", type=Path, default=DEFAULT, help=f"folder to write (default: {DEFAULT})")
    folder: Path = parser.parse_args(arguments).out
    write_district(build_tables(), folder)
    size = sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
    sys.stdout.write(f"{folder}: {size / 1e6:.1f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
