"""From a notebook to a published report: run, render, record, publish, index."""

from __future__ import annotations

from jingan_analysis.reporting.manifest import Provenance, provenance

__all__ = ["Provenance", "provenance"]
