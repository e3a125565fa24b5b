"""Tables on the registration of marriages: registrations, slots by day, registrations elsewhere, and travel by scope."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import not_before
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

OFFICE = Column(
    "office_id", "code", Words("Office id", "登记机关编号", "登記機関ID"), "Office, or its point, that registers."
)
TYPES = choices(
    ("marriage", "marriage", "结婚", "結婚"),
    ("divorce", "divorce", "离婚", "離婚"),
    ("reissue", "certificate issued again", "补领证件", "証書の再交付"),
)
SCOPES = choices(
    ("own_district", "own district", "本区", "本区"),
    ("city", "city-wide", "全市通办", "全市通弁"),
    ("inter_province", "inter-provincial", "跨省通办", "省間通弁"),
    ("foreign_related", "foreign-related", "涉外", "渉外（国際）"),
)
AREAS = choices(
    ("own_district", "own district", "本区", "本区"),
    ("elsewhere_in_city", "elsewhere in the city", "本市其他区", "市内の他区"),
    ("other_province", "other province", "外省市", "他の省・市"),
    ("abroad", "abroad, Hong Kong, Macao or Taiwan", "境外（外国及港澳台、华侨）", "国外・香港・マカオ・台湾"),
)
RESULTS = choices(
    ("registered", "registered", "已登记", "登記済み"),
    ("refused", "not accepted on the day", "当日未受理", "当日不受理"),
    ("not_shown", "did not come", "预约未到", "来庁なし"),
    ("withdrawn", "withdrawn", "撤回", "取り下げ"),
)
RESIDENCE = Column(
    "residence_code", "code", Words("Sub-district of residence", "居住街镇代码", "居住する街道・鎮のコード"),
    "Sub-district of the district in which the couple lives, or the one of them who lives in the district; empty where neither does, or "
    "where it was not noted. Where a party is registered (hukou) does not matter here.",
    required=False, nullable=True, references="sub_districts.subdistrict_code",
)  # fmt: skip
_PARTIES = ("party_a_area", "party_b_area")
_MOST_MINUTES = 300
"""Five hours: nobody is longer at a window in one visit."""
_DAY = 1440
_FARTHEST = 10_000


def _scope_fits_areas() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        def any_from(area: str) -> pd.Series:
            return (table[list(_PARTIES)] == area).any(axis=1)

        own, city, abroad = any_from("own_district"), any_from("elsewhere_in_city"), any_from("abroad")
        scope = table["scope"]
        fits: pd.Series = (
            ((scope == "own_district") & own & ~abroad)
            | ((scope == "city") & city & ~own & ~abroad)
            | ((scope == "inter_province") & ~own & ~city & ~abroad)
            | ((scope == "foreign_related") & abroad)
        )
        return fits

    return RowRule(
        "scope",
        "scope fits the areas of the two parties",
        "own_district needs a party of the district; city a party of elsewhere in the city and none of the district; inter_province two of "
        "other provinces; foreign_related a party from abroad, and no other scope has one",
        holds,
    )


def _registered_with_day() -> RowRule:
    return RowRule(
        "done_on",
        "done_on is given where the result is registered, and only there",
        "give the day of the registration, or the result that it had",
        lambda table: (table["result"] == "registered").fillna(value=False) == table["done_on"].notna(),
    )


def _at_most(part: str, whole: str, mend: str) -> RowRule:
    return RowRule(part, f"{part} is at most {whole}", mend, lambda table: table[part] <= table[whole])


def _in_rising_order(*names: str) -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        rising = table[names[0]].notna()
        for lower, higher in pairwise(names):
            rising &= table[lower] <= table[higher]
        return rising

    return RowRule(
        names[0], f"{', '.join(names)} do not fall", "give the least, the most likely and the largest value", holds
    )


def _minutes(prefix: str, en: str, zh: str, ja: str) -> tuple[Column, ...]:
    parts = (
        ("low", "least", "最少", "最小"),
        ("mode", "most likely", "最可能", "最頻"),
        ("high", "most", "最多", "最大"),
    )
    return tuple(
        Column(
            f"{prefix}_{part}_minutes", "number", Words(f"{en}, {en_part}", f"{zh}（{zh_part}）", f"{ja}（{ja_part}）"),
            f"{en} of a couple one way, the {en_part} on the average.", unit="minutes", minimum=0, maximum=_FARTHEST,
        )
        for part, en_part, zh_part, ja_part in parts
    )  # fmt: skip


REGISTRATIONS = Contract(
    "registrations",
    Words("Registrations of marriages", "婚姻登记记录", "婚姻届出の記録"),
    "One application of one couple for a registration, whatever came of it. Where the two are registered is told by area, where they live by sub-district at most.",
    columns=(
        Column("reg_id", "code", Words("Registration id", "登记编号", "届出ID"), "Pseudonym of the application."),
        Column("reg_type", "choice", Words("Type", "登记类别", "種類"), "What is registered.", choices=TYPES),
        Column("scope", "choice", Words("Scope", "办理范围", "受付範囲"), "By which rule the couple may register here.", choices=SCOPES),
        Column("party_a_area", "choice", Words("Area of party A", "甲方户籍地", "当事者Aの戸籍地"), "Where one party is registered.", choices=AREAS),
        Column("party_b_area", "choice", Words("Area of party B", "乙方户籍地", "当事者Bの戸籍地"), "Where the other party is registered.", choices=AREAS),
        Column("applied_on", "date", Words("Applied on", "申请日期", "申請日"), "Day on which the appointment was asked for."),
        Column("slot_on", "date", Words("Appointment on", "预约日期", "予約日"), "Day of the appointment; empty where there is none.", nullable=True),
        Column("done_on", "date", Words("Registered on", "登记日期", "登記日"), "Day of the registration; empty where there is none.", nullable=True),
        OFFICE,
        Column("minutes", "number", Words("Minutes at the window", "窗口办理分钟数", "窓口の所要時間（分）"), "Time at the window; empty means not noted.", unit="minutes", nullable=True, minimum=1, maximum=_MOST_MINUTES),
        Column("documents_short", "boolean", Words("Documents short", "材料不齐", "書類の不備"), "Whether documents were missing at the window; empty means not noted.", nullable=True),
        Column("result", "choice", Words("Result", "办理结果", "結果"), "What came of it; empty while it is open.", nullable=True, choices=RESULTS),
        RESIDENCE,
    ),
    key=("reg_id",),
    person_level=True,
    rules=(
        _scope_fits_areas(),
        not_before("applied_on", "slot_on"),
        not_before("slot_on", "done_on"),
        not_before("applied_on", "done_on"),
        _registered_with_day(),
    ),
)  # fmt: skip

APPOINTMENTS = Contract(
    "appointments",
    Words("Slots by day", "每日预约号源", "日別の予約枠"),
    "Slots of one office on one open day. A day without a row is a day on which the office is closed.",
    columns=(
        OFFICE,
        Column("slot_on", "date", Words("Day", "日期", "日"), "Open day."),
        Column("capacity", "integer", Words("Slots", "号源数", "枠数"), "Slots offered.", unit="slots", minimum=0, maximum=5_000),
        Column("booked", "integer", Words("Booked", "已预约数", "予約数"), "Slots booked.", unit="slots", minimum=0),
        Column("shown", "integer", Words("Came", "实到数", "来庁数"), "Booked slots to which the couple came.", unit="slots", minimum=0),
        Column("windows", "integer", Words("Windows", "窗口数", "窓口数"), "Windows that were open; empty means not known.", unit="windows", required=False, nullable=True, minimum=1, maximum=100),
        Column("open_minutes", "integer", Words("Minutes open", "开放分钟数", "開庁時間（分）"), "Minutes for which windows were open; empty means not known.", unit="minutes", required=False, nullable=True, minimum=30, maximum=_DAY),
    ),
    key=("office_id", "slot_on"),
    rules=(
        _at_most("booked", "capacity", "check both numbers; a slot that does not exist cannot be booked"),
        _at_most("shown", "booked", "check both numbers; who comes without a slot does not count here"),
    ),
)  # fmt: skip

COMPARISON_REGISTRATIONS = Contract(
    "comparison_registrations",
    Words("Marriages registered elsewhere", "其他登记机关的结婚登记数", "他の機関での結婚登記"),
    "Marriages registered by month at the other offices of the city from which couples may have moved, to tell moved registrations from new ones.",
    columns=(
        Column("place", "code", Words("Place", "登记地", "場所"), "Place of comparison."),
        Column("month", "month", Words("Month", "月份", "月"), "YYYY-MM."),
        Column("marriages", "integer", Words("Marriages", "结婚登记数", "結婚登記数"), "Marriages registered there.", unit="couples", minimum=0),
    ),
    key=("place", "month"),
)  # fmt: skip

REGISTRATION_TRAVEL = Contract(
    "registration_travel",
    Words("Travel by scope", "各办理范围的路程时间", "受付範囲別の移動時間"),
    "What is assumed of the way to this office and to the office that would be responsible without the opening. An assumption with its spread, not data on people.",
    columns=(
        Column("scope", "choice", Words("Scope", "办理范围", "受付範囲"), "Scope of the couples.", choices=SCOPES),
        *_minutes("here", "Way to this office", "到本登记机关的路程", "この機関までの移動"),
        *_minutes("alternative", "Way to the responsible office", "到原登记机关的路程", "本来の機関までの移動"),
    ),
    key=("scope",),
    rules=(
        _in_rising_order("here_low_minutes", "here_mode_minutes", "here_high_minutes"),
        _in_rising_order("alternative_low_minutes", "alternative_mode_minutes", "alternative_high_minutes"),
    ),
)  # fmt: skip

CONTRACTS = (REGISTRATIONS, APPOINTMENTS, COMPARISON_REGISTRATIONS, REGISTRATION_TRAVEL)
