"""Tables on the five linked kinds of bed: institutions, beds, who holds one, who waits, and what covers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import (
    CLOSED,
    NAMES,
    OPENED,
    PERSON,
    SUBDISTRICT,
    SUBDISTRICT_OR_OUTSIDE,
    not_before,
    one_name_at_least,
    told_together,
)
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

INSTITUTION = Column(
    "inst_id", "code", Words("Institution id", "机构编号", "施設ID"), "Institution.", references="institutions.inst_id",
)  # fmt: skip
BED_TYPES = choices(
    ("home_care", "home care bed", "家庭养老床位", "在宅介護ベッド"),
    ("institution", "institution bed", "养老机构床位", "養老施設ベッド"),
    ("home_sickbed", "home sickbed", "家庭病床", "在宅医療ベッド"),
    ("medical", "medical bed", "医疗病床", "医療ベッド"),
    ("hospice", "hospice bed", "安宁疗护病床", "ホスピスベッド"),
)
"""The district's five kinds. A home care bed and a home sickbed may be held by one person at a time."""
MONTH = Column("month", "month", Words("Month", "月份", "月"), "Calendar month, YYYY-MM.")
USABLE_DAYS = Column(
    "usable_bed_days", "integer", Words("Usable bed-days", "可用床日", "稼働可能延べ床日"),
    "Usable beds times the days that they were usable in the month.", unit="bed-days", minimum=0, maximum=10_000_000,
)  # fmt: skip
OCCUPIED_DAYS = Column(
    "occupied_bed_days", "integer", Words("Occupied bed-days", "占用床日", "利用延べ床日"),
    "Nights in the month on which a bed was occupied, summed over beds.", unit="bed-days", minimum=0, maximum=10_000_000,
)  # fmt: skip


def bed_type(name: str, header: Words, description: str, *, nullable: bool = False) -> Column:
    """A column that holds one of the five kinds."""
    return Column(name, "choice", header, description, nullable=nullable, choices=BED_TYPES)


def _at_most(small: str, large: str, rule: str) -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        return table[small].isna() | table[large].isna() | (table[small] <= table[large])

    return RowRule(small, rule, "check both numbers; more beds were occupied than could be", holds)


def _days_of_the_beds() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        return table["usable_bed_days"] <= 31 * table["beds_usable"]

    return RowRule(
        "usable_bed_days",
        "usable_bed_days is at most 31 times beds_usable",
        "count a bed once for each day on which it was usable, or correct the number of beds",
        holds,
    )


INSTITUTIONS = Contract(
    "institutions",
    Words("Institutions with linked beds", "联动床位机构", "連動ベッドの施設"),
    "Homes, health centres and hospitals that hold one of the five kinds of bed, or care for beds at home.",
    columns=(
        Column("inst_id", "code", Words("Institution id", "机构编号", "施設ID"), "Identifier of the institution."),
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "类型", "種別"), "Kind of institution.",
            choices=choices(
                ("elder_home", "elder-care home", "养老院", "養老院"),
                ("care_home", "small elder-care home", "长者照护之家", "小規模介護ホーム"),
                ("nursing_home", "nursing home", "护理院", "護理院"),
                ("health_centre", "community health centre", "社区卫生服务中心", "社区衛生サービスセンター"),
                ("hospital_2", "level-2 hospital", "二级医院", "二級病院"),
                ("hospital_3", "level-3 hospital", "三级医院", "三級病院"),
                ("hospice", "hospice", "安宁疗护机构", "ホスピス"),
            ),
        ),
        SUBDISTRICT_OR_OUTSIDE,
        OPENED,
        CLOSED,
        Column(
            "joined_on", "date", Words("Joined on", "签约日期", "契約日"),
            "Day of the institution's own contract on linked beds; empty means that there is none.",
            required=False, nullable=True,
        ),
    ),
    key=("inst_id",),
    rules=(one_name_at_least(), not_before("opened_on", "closed_on")),
)  # fmt: skip

BED_STOCK = Contract(
    "bed_stock",
    Words("Beds and bed-days", "床位与床日", "ベッドと延べ床日"),
    "Beds of one kind in one institution by month, and on how many days they were usable and occupied. A month without a row is not known, which is not zero.",
    columns=(
        INSTITUTION,
        MONTH,
        bed_type("bed_type", Words("Kind of bed", "床位类型", "ベッドの種別"), "Kind of bed."),
        Column("beds_usable", "integer", Words("Usable beds", "可用床位", "稼働可能ベッド"), "Beds usable at the end of the month.", unit="beds", minimum=0, maximum=100_000),
        USABLE_DAYS,
        OCCUPIED_DAYS,
        Column(
            "occupied_mid_month", "integer", Words("Occupied on the 15th", "15日占用床位", "15日の利用ベッド"),
            "Beds occupied on the 15th; empty means not counted.", unit="beds", required=False, nullable=True, minimum=0, maximum=100_000,
        ),
    ),
    key=("inst_id", "month", "bed_type"),
    rules=(
        _at_most("occupied_bed_days", "usable_bed_days", "occupied_bed_days is at most usable_bed_days"),
        _at_most("occupied_mid_month", "beds_usable", "occupied_mid_month is at most beds_usable"),
        _days_of_the_beds(),
    ),
)  # fmt: skip

BED_EPISODES = Contract(
    "bed_episodes",
    Words("Stays in linked beds", "床位入住记录", "ベッド利用期間"),
    "One stay of one person in one kind of bed. A person moved to another kind has a new row that begins on the day the former ends.",
    columns=(
        Column("episode_id", "code", Words("Episode id", "入住编号", "利用ID"), "Pseudonym of the stay."),
        PERSON,
        SUBDISTRICT,
        bed_type("bed_type", Words("Kind of bed", "床位类型", "ベッドの種別"), "Kind of bed."),
        INSTITUTION,
        Column("started_on", "date", Words("Started on", "入住日期", "開始日"), "First night in the bed."),
        Column("ended_on", "date", Words("Ended on", "结束日期", "終了日"), "Day on which the bed was left; empty means still in it.", nullable=True),
        Column(
            "end_reason", "choice", Words("Reason of end", "结束原因", "終了理由"), "Why the stay ended; empty while it lasts.", nullable=True,
            choices=choices(
                ("transferred", "moved to another kind of bed", "转至其他床位", "他のベッドへ移動"),
                ("home", "went home without a bed", "回家", "自宅へ"),
                ("left", "gave up the bed", "退住", "退所・解約"),
                ("died", "died", "死亡", "死亡"),
            ),
        ),
        Column("care_grade", "integer", Words("Care grade", "照护等级", "要介護等級"), "Grade of the unified assessment of care needs at the start; empty means not assessed.", required=False, nullable=True, minimum=1, maximum=6),
    ),
    key=("episode_id",),
    person_level=True,
    rules=(not_before("started_on", "ended_on"), told_together("end_reason", "ended_on", "the end")),
)  # fmt: skip

BED_REQUESTS = Contract(
    "bed_requests",
    Words("Requests for a move", "转床申请", "移動の申請"),
    "A request to move a person to another kind of bed, from request to its end. An open one has neither end nor outcome.",
    columns=(
        Column("request_id", "code", Words("Request id", "申请编号", "申請ID"), "Pseudonym of the request."),
        PERSON,
        SUBDISTRICT,
        bed_type("from_type", Words("From kind", "转出床位", "移動元"), "Kind of bed held when the request was made; empty means none.", nullable=True),
        bed_type("to_type", Words("To kind", "转入床位", "移動先"), "Kind of bed asked for."),
        Column("requested_on", "date", Words("Requested on", "申请日期", "申請日"), "Day of the request."),
        Column("assessed_on", "date", Words("Assessed on", "评估日期", "評価日"), "Day of the admission assessment; empty means none so far.", required=False, nullable=True),
        Column("ended_on", "date", Words("Ended on", "办结日期", "終了日"), "Day of the move, the refusal, the withdrawal or the death; empty means still open.", nullable=True),
        Column(
            "outcome", "choice", Words("Outcome", "结果", "結果"), "How the request ended; empty while it is open.", nullable=True,
            choices=choices(
                ("moved", "moved", "已转入", "移動した"),
                ("refused", "refused", "未批准", "不承認"),
                ("withdrawn", "withdrawn", "撤回", "取り下げ"),
                ("died", "died while waiting", "等待期间死亡", "待機中に死亡"),
            ),
        ),
        Column("green_channel", "boolean", Words("Green channel", "绿色通道", "優先ルート"), "Whether the move went through the green channel; empty means unknown.", required=False, nullable=True),
    ),
    key=("request_id",),
    person_level=True,
    rules=(
        not_before("requested_on", "assessed_on"),
        not_before("requested_on", "ended_on"),
        told_together("outcome", "ended_on", "the outcome"),
    ),
)  # fmt: skip

BED_CONTRACTS = Contract(
    "bed_contracts",
    Words("Contracts on linked beds", "五床联动签约", "連動ベッド契約"),
    "Contracts of older people with an institution on linked beds.",
    columns=(
        Column("contract_id", "code", Words("Contract id", "签约编号", "契約ID"), "Pseudonym of the contract."),
        PERSON,
        SUBDISTRICT,
        INSTITUTION,
        Column("signed_on", "date", Words("Signed on", "签约日期", "契約日"), "Day of the contract."),
        Column("ended_on", "date", Words("Ended on", "终止日期", "終了日"), "Last day of the contract; empty means in force.", required=False, nullable=True),
    ),
    key=("contract_id",),
    person_level=True,
    rules=(not_before("signed_on", "ended_on"),),
)  # fmt: skip

BED_SERVICES = Contract(
    "bed_services",
    Words("Services to people with linked beds", "床位服务记录", "ベッド利用者へのサービス"),
    "One listed medical or care service to one person.",
    columns=(
        Column("service_id", "code", Words("Service id", "服务编号", "サービスID"), "Pseudonym of the service."),
        PERSON,
        Column("done_on", "date", Words("Date", "日期", "実施日"), "Day of the service."),
        Column(
            "kind", "choice", Words("Service", "服务", "サービス"), "What was done.",
            choices=choices(
                ("assessment", "assessment", "评估", "評価"),
                ("doctor_visit", "visit of a doctor", "医生查床", "医師の訪問"),
                ("nursing", "nursing", "护理", "看護"),
                ("rehabilitation", "rehabilitation", "康复", "リハビリ"),
                ("medication", "medication review", "用药指导", "服薬指導"),
            ),
        ),
    ),
    key=("service_id",),
    person_level=True,
)  # fmt: skip

DATA_LINKS = Contract(
    "data_links",
    Words("Linked records", "数据联通", "データ連携"),
    "Whether a person's records of civil affairs and of health are linked, and when they were last matched.",
    columns=(
        PERSON,
        Column("civil_record", "boolean", Words("Civil affairs record", "民政档案", "民政記録"), "Whether civil affairs hold a record."),
        Column("health_record", "boolean", Words("Health record", "健康档案", "健康記録"), "Whether health services hold a record."),
        Column("synced_on", "date", Words("Last matched on", "最近同步日期", "最終同期日"), "Last day on which the two records were matched; empty means never.", nullable=True),
    ),
    key=("person_id",),
    person_level=True,
)  # fmt: skip

COMPARISON_OCCUPANCY = Contract(
    "comparison_occupancy",
    Words("Occupancy elsewhere", "对照地区入住情况", "比較地域の入居状況"),
    "Bed-days of places that had no linked beds, by month: what would have happened anyway.",
    columns=(
        Column("place", "code", Words("Place", "地区", "地域"), "Name or code of the place."),
        MONTH,
        bed_type("bed_type", Words("Kind of bed", "床位类型", "ベッドの種別"), "Kind of bed."),
        USABLE_DAYS,
        OCCUPIED_DAYS,
    ),
    key=("place", "month", "bed_type"),
    rules=(_at_most("occupied_bed_days", "usable_bed_days", "occupied_bed_days is at most usable_bed_days"),),
)  # fmt: skip

CONTRACTS = (
    INSTITUTIONS,
    BED_STOCK,
    BED_EPISODES,
    BED_REQUESTS,
    BED_CONTRACTS,
    BED_SERVICES,
    DATA_LINKS,
    COMPARISON_OCCUPANCY,
)
