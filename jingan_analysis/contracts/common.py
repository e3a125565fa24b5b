"""Columns that several tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words
from jingan_analysis.contracts.contract import RowRule

if TYPE_CHECKING:
    import pandas as pd

LON = Column(
    "lon", "number", Words("Longitude", "经度", "経度"),
    "Longitude in the datum that district.toml declares for the table.",
    unit="degrees", minimum=-180, maximum=180,
)  # fmt: skip
LAT = Column(
    "lat", "number", Words("Latitude", "纬度", "緯度"),
    "Latitude in the datum that district.toml declares for the table.",
    unit="degrees", minimum=-90, maximum=90,
)  # fmt: skip
POINT = (LON, LAT)

NAME_ZH = Column(
    "name_zh",
    "text",
    Words("Name (Chinese)", "中文名称", "中国語名"),
    "Name in Chinese.",
    required=False,
    nullable=True,
)
NAME_JA = Column(
    "name_ja",
    "text",
    Words("Name (Japanese)", "日文名称", "日本語名"),
    "Name in Japanese.",
    required=False,
    nullable=True,
)
NAME_EN = Column(
    "name_en", "text", Words("Name (English)", "英文名称", "英語名"), "Name in English.", required=False, nullable=True
)
NAMES = (NAME_EN, NAME_ZH, NAME_JA)

SUBDISTRICT = Column(
    "subdistrict_code", "code", Words("Sub-district code", "街镇代码", "街道・鎮コード"),
    "Sub-district that the row belongs to.", references="sub_districts.subdistrict_code",
)  # fmt: skip
SUBDISTRICT_OR_OUTSIDE = Column(
    "subdistrict_code", "code", Words("Sub-district code", "街镇代码", "街道・鎮コード"),
    "Sub-district that the row belongs to; empty for a place outside the district.",
    nullable=True, references="sub_districts.subdistrict_code",
)  # fmt: skip
PERSON = Column("person_id", "code", Words("Person id", "人员编号", "人物ID"), "Pseudonym of the older person.")
COMMITTEE = Column(
    "committee_id", "code", Words("Committee id", "居村委代码", "居民委員会コード"),
    "Residents' or villagers' committee; empty where it is unknown or outside the district.",
    required=False, nullable=True, references="committees.committee_id",
)  # fmt: skip
OPENED = Column(
    "opened_on", "date", Words("Opened on", "启用日期", "開設日"),
    "First day of service; empty means open before the records begin.", required=False, nullable=True,
)  # fmt: skip
CLOSED = Column(
    "closed_on", "date", Words("Closed on", "停用日期", "閉鎖日"),
    "Last day of service; empty means still open.", required=False, nullable=True,
)  # fmt: skip
HOURS = Column(
    "hours", "hours", Words("Opening hours", "开放时间", "開所時間"),
    "Opening hours such as 'Mo-Fr 09:00-17:00; Sa 09:00-12:00' or '24/7'; empty means unknown.",
    required=False, nullable=True,
)  # fmt: skip


def one_name_at_least() -> RowRule:
    """A place needs a name in at least one language."""
    return RowRule(
        "name_en",
        "a name in at least one language",
        "write the place's name in one of the name columns",
        lambda table: table[["name_en", "name_zh", "name_ja"]].notna().any(axis=1),
    )


def not_before(first: str, second: str) -> RowRule:
    """Two dates in order; an empty one cannot break the rule."""

    def holds(table: pd.DataFrame) -> pd.Series:
        return table[first].isna() | table[second].isna() | (table[second] >= table[first])

    return RowRule(second, f"{second} is not before {first}", "check both dates; one of them is wrong", holds)


def told_together(reason: str, day: str, end: str) -> RowRule:
    """A reason and its day are both given or both empty; ``end`` names what the two tell of, in words."""

    def holds(table: pd.DataFrame) -> pd.Series:
        return table[reason].isna() == table[day].isna()

    return RowRule(
        reason, f"{reason} and {day} are both given or both empty", f"give {end} with its day, or neither", holds
    )
