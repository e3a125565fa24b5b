"""Keeping small counts of people out of published tables."""

from __future__ import annotations
