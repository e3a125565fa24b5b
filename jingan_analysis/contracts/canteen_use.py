"""Tables on who eats at canteens and where canteens bring meals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words
from jingan_analysis.contracts.common import COMMITTEE, not_before
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

MODES = ("dine_in", "takeaway", "delivery")
"""How a meal reaches the diner, in the order of the reports."""

_CANTEEN = Column(
    "site_id", "code", Words("Site id", "助餐点编号", "食堂ID"), "Canteen.", references="canteens.site_id",
)  # fmt: skip
_HOME = Column(
    "subdistrict_code", "code", Words("Sub-district code", "街镇代码", "街道・鎮コード"),
    "Sub-district of the diner's home; empty where it is unknown or outside the district.",
    nullable=True, references="sub_districts.subdistrict_code",
)  # fmt: skip


def _meals(mode: str, en: str, zh: str, ja: str, what: str) -> Column:
    return Column(
        f"{mode}_meals", "integer", Words(en, zh, ja), f"Meals {what} in the twelve months.",
        unit="meals", minimum=0, maximum=2_000,
    )  # fmt: skip


def _some_meal() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        return table[[f"{mode}_meals" for mode in MODES]].sum(axis=1) > 0

    return RowRule(
        "dine_in_meals", "a diner has at least one meal", "leave out the row of a person without a meal there", holds
    )


DINERS = Contract(
    "canteen_diners",
    Words("Diners of canteens", "食堂就餐人员", "食堂の利用者"),
    "One row a person and canteen: meals in the twelve months that end with year_to. Persons who ate at two canteens have two rows with one person_id.",
    columns=(
        Column("person_id", "code", Words("Person id", "人员编号", "人物ID"), "Pseudonym of the diner, the same at every canteen."),
        _CANTEEN,
        _HOME,
        COMMITTEE,
        Column("birth_year", "integer", Words("Year of birth", "出生年份", "生年"), "Year of birth; empty means unknown.", unit="year", nullable=True, minimum=1880, maximum=2100),
        _meals("dine_in", "Meals eaten in", "堂食餐数", "店内の食数", "eaten at the canteen"),
        _meals("takeaway", "Meals taken away", "外带餐数", "持ち帰りの食数", "taken away"),
        _meals("delivery", "Meals delivered", "送餐餐数", "配達の食数", "brought to the home"),
        Column("first_on", "date", Words("First meal on", "首次用餐日期", "最初の食事日"), "Day of the first meal in the twelve months."),
        Column("last_on", "date", Words("Last meal on", "末次用餐日期", "最後の食事日"), "Day of the last meal in the twelve months."),
        Column("year_to", "date", Words("Twelve months to", "统计截止日期", "集計最終日"), "Last day of the twelve months that the meals are counted over."),
    ),
    key=("person_id", "site_id", "year_to"),
    rules=(_some_meal(), not_before("first_on", "last_on"), not_before("last_on", "year_to")),
    person_level=True,
)  # fmt: skip

DELIVERY_AREAS = Contract(
    "delivery_areas",
    Words("Delivery areas", "送餐范围", "配達区域"),
    "Committees whose homes a canteen brings meals to. A committee without a row is served by none.",
    columns=(
        _CANTEEN,
        Column("committee_id", "code", Words("Committee id", "居村委代码", "居民委員会コード"), "Committee whose homes the canteen delivers to.", references="committees.committee_id"),
    ),
    key=("site_id", "committee_id"),
)  # fmt: skip

CONTRACTS = (DINERS, DELIVERY_AREAS)
