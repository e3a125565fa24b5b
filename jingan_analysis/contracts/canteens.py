"""Tables on canteens for older people."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import (
    CLOSED,
    HOURS,
    NAMES,
    OPENED,
    POINT,
    SUBDISTRICT_OR_OUTSIDE,
    not_before,
    one_name_at_least,
)
from jingan_analysis.contracts.contract import Contract

SITE_ID = Column("site_id", "code", Words("Site id", "助餐点编号", "食堂ID"), "Identifier of the site.")

CANTEENS = Contract(
    "canteens",
    Words("Canteens", "社区长者食堂", "コミュニティ高齢者食堂"),
    "Places where older people get meals. Sites outside the district serve its residents near the edge, but are not its canteens.",
    columns=(
        SITE_ID,
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "类型", "種別"), "Kind of site.",
            choices=choices(
                ("canteen", "community canteen", "社区长者食堂", "コミュニティ高齢者食堂"),
                ("meal_point", "meal point", "助餐点", "配食ポイント"),
                ("elder_table", "elder table in a restaurant", "长者餐桌", "高齢者テーブル"),
                ("other", "other", "其他", "その他"),
            ),
        ),
        SUBDISTRICT_OR_OUTSIDE,
        OPENED,
        CLOSED,
        *POINT,
        Column("seats", "integer", Words("Seats", "座位数", "座席数"), "Seats; empty means unknown.", unit="seats", required=False, nullable=True, minimum=0, maximum=5_000),
        Column(
            "capacity_meals_per_day", "number", Words("Capacity (meals/day)", "日供餐能力（份）", "1日の供給能力（食）"),
            "Meals that the kitchen can serve on an open day, all modes; empty means unknown, which is not zero.",
            unit="meals per day", nullable=True, minimum=0, maximum=50_000,
        ),
        Column("open_days_per_week", "integer", Words("Open days a week", "每周开放天数", "週の営業日数"), "Days a week on which meals are served.", unit="days", required=False, nullable=True, minimum=0, maximum=7),
        Column("delivers", "boolean", Words("Delivers", "是否送餐", "配達の有無"), "Whether meals are brought to homes; empty means unknown.", required=False, nullable=True),
        HOURS,
    ),
    key=("site_id",),
    geometry="point",
    rules=(one_name_at_least(), not_before("opened_on", "closed_on")),
)  # fmt: skip

MEALS = Contract(
    "meals",
    Words("Meals served", "供餐记录", "提供食数"),
    "Meals served by site, day, meal and mode. A day without a row is a day without meals.",
    columns=(
        Column("site_id", "code", Words("Site id", "助餐点编号", "食堂ID"), "Site.", references="canteens.site_id"),
        Column("served_on", "date", Words("Date", "日期", "日付"), "Day of service."),
        Column(
            "meal", "choice", Words("Meal", "餐次", "食事"), "Which meal.",
            choices=choices(("breakfast", "breakfast", "早餐", "朝食"), ("lunch", "lunch", "午餐", "昼食"), ("dinner", "dinner", "晚餐", "夕食")),
        ),
        Column(
            "mode", "choice", Words("Mode", "方式", "方法"), "How it reached the diner.",
            choices=choices(("dine_in", "dine in", "堂食", "店内"), ("takeaway", "take away", "外带", "持ち帰り"), ("delivery", "delivery", "送餐", "配達")),
        ),
        Column("elder_meals", "integer", Words("Meals to older people", "老年人餐数", "高齢者の食数"), "Meals to people aged 60 and over.", unit="meals", minimum=0, maximum=100_000),
        Column("other_meals", "integer", Words("Meals to others", "其他餐数", "その他の食数"), "Meals to everybody else.", unit="meals", minimum=0, maximum=100_000),
    ),
    key=("site_id", "served_on", "meal", "mode"),
)  # fmt: skip

CONTRACTS = (CANTEENS, MEALS)
