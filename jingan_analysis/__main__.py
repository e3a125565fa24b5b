"""``python -m jingan_analysis`` is ``jingan``."""

from __future__ import annotations

from jingan_analysis.cli import app

if __name__ == "__main__":
    app()
