"""A district with some of its tables replaced or taken away, for tests that ask: what if the data were different?"""

from __future__ import annotations

from typing import Any

import pandas as pd


class Altered:
    """Like the district given, but for the tables named."""

    def __init__(self, district: Any, *, missing: tuple[str, ...] = (), **tables: pd.DataFrame) -> None:
        self._district, self._missing, self._tables = district, missing, tables

    def __getattr__(self, name: str) -> Any:
        return getattr(self._district, name)

    def unread(self) -> Altered:
        return Altered(self._district.unread(), missing=self._missing, **self._tables)

    def has(self, name: str) -> bool:
        return name not in self._missing and (name in self._tables or self._district.has(name))

    def table(self, name: str) -> pd.DataFrame:
        assert self.has(name), f"the study asked for the missing table {name}"
        return self._tables[name].copy() if name in self._tables else self._district.table(name)
