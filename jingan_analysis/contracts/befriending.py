"""Tables on volunteers who keep contact with older people: volunteers, the older people, their pairs and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import COMMITTEE, PERSON, SUBDISTRICT, not_before
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

VOLUNTEER = Column(
    "vol_id", "code", Words("Volunteer id", "志愿者编号", "ボランティアID"), "Pseudonym of the volunteer.",
    references="volunteers.vol_id",
)  # fmt: skip
ELDER = Column(
    "person_id", "code", Words("Person id", "人员编号", "人物ID"), "Pseudonym of the older person.",
    references="elder_needs.person_id",
)  # fmt: skip
HOME_POINT = Column(
    "point_id", "code", Words("Point id", "需求点编号", "地点ID"), "Demand point of the home; empty where it is unknown.",
    required=False, nullable=True, references="demand_points.point_id",
)  # fmt: skip
PROGRAMMES = choices(
    ("old_partners", "Old Partners", "老伙伴", "老伙伴（老いの仲間）"),
    ("company_in_age", "Company in Old Age", "乐龄有伴", "乐龄有伴（楽齢の友）"),
)
RISKS = choices(
    ("high", "high", "高", "高"),
    ("medium", "medium", "中", "中"),
    ("low", "low", "低", "低"),
)
LIVING = choices(
    ("alone", "living alone", "独居", "一人暮らし"),
    ("all_elderly", "with older people only", "纯老", "高齢者のみの世帯"),
    ("with_others", "with others", "与家人同住", "家族と同居"),
)

_ADULT_YEARS = 18
"""A minor volunteers with a guardian and carries nobody alone (national regulations on voluntary service, 2017)."""
_OLDEST_YEARS = 110


def _of_age() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        born = table["birth_month"].str.slice(0, 4).astype("float64") + (
            table["birth_month"].str.slice(5, 7).astype("float64") - 1
        ).div(12)
        joined = table["joined_on"].dt.year + (table["joined_on"].dt.month - 1).div(12)
        of_age: pd.Series = (joined - born).between(_ADULT_YEARS - 1e-9, _OLDEST_YEARS)
        return table["birth_month"].isna() | table["joined_on"].isna() | of_age

    return RowRule(
        "birth_month",
        f"a volunteer is {_ADULT_YEARS} to {_OLDEST_YEARS} years old when joining",
        "check the month of birth and the day of joining; a child does not carry a pair",
        holds,
    )


def _told_together() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        return table["end_reason"].isna() | table["ended_on"].notna()

    return RowRule(
        "end_reason", "a pair with end_reason has ended_on", "give the day on which the pair ended, or no reason", holds
    )


VOLUNTEERS = Contract(
    "volunteers",
    Words("Volunteers", "志愿者", "ボランティア"),
    "People recruited to keep contact with older people, one row a person, those who left among them.",
    columns=(
        Column("vol_id", "code", Words("Volunteer id", "志愿者编号", "ボランティアID"), "Pseudonym of the volunteer."),
        Column("birth_month", "month", Words("Month of birth", "出生年月", "生年月"), "YYYY-MM; empty where it is unknown.", required=False, nullable=True),
        SUBDISTRICT,
        COMMITTEE,
        HOME_POINT,
        Column("programme", "choice", Words("Programme", "项目", "プログラム"), "Programme that recruited the volunteer.", choices=PROGRAMMES),
        Column("joined_on", "date", Words("Joined on", "加入日期", "参加日"), "First day as a volunteer."),
        Column("left_on", "date", Words("Left on", "退出日期", "離脱日"), "Last day as a volunteer; empty means still active.", nullable=True),
        Column("max_load", "integer", Words("Most older people", "最多结对人数", "担当上限（人）"), "How many older people the volunteer is ready to have; empty means not asked.", unit="persons", required=False, nullable=True, minimum=0, maximum=100),
    ),
    key=("vol_id",),
    person_level=True,
    rules=(not_before("joined_on", "left_on"), _of_age()),
)  # fmt: skip

ELDER_NEEDS = Contract(
    "elder_needs",
    Words("Older people in special difficulty", "特殊困难老年人", "特別な困難を抱える高齢者"),
    "The list of older people whom somebody should keep contact with, paired or not, one row a person: the denominator of coverage.",
    columns=(
        PERSON,
        SUBDISTRICT,
        COMMITTEE,
        HOME_POINT,
        Column("living_arrangement", "choice", Words("Living arrangement", "居住状况", "居住形態"), "With whom the person lives; empty where it is unknown.", required=False, nullable=True, choices=LIVING),
        Column("risk_level", "choice", Words("Risk", "风险等级", "リスク"), "Level of risk by the last assessment.", choices=RISKS),
        Column("required_contacts_per_week", "number", Words("Contacts required a week", "每周应联系次数", "週あたり必要な連絡回数"), "Visits and calls that the person should get; 0.5 is one in two weeks.", unit="contacts per week", minimum=0.1, maximum=21),
        Column("listed_on", "date", Words("Listed on", "列入日期", "登録日"), "Day on which the person was put on the list."),
        Column("delisted_on", "date", Words("Delisted on", "移出日期", "登録解除日"), "Last day on the list; empty means still on it.", required=False, nullable=True),
    ),
    key=("person_id",),
    person_level=True,
    rules=(not_before("listed_on", "delisted_on"),),
)  # fmt: skip

PAIRINGS = Contract(
    "pairings",
    Words("Pairs", "结对关系", "ペア"),
    "One volunteer's charge of one older person, from its first to its last day. Ended pairs belong to it: without them nobody can tell how long pairs last.",
    columns=(
        Column("pair_id", "code", Words("Pair id", "结对编号", "ペアID"), "Pseudonym of the pair."),
        VOLUNTEER,
        ELDER,
        Column("paired_on", "date", Words("Paired on", "结对日期", "ペア開始日"), "First day of the pair."),
        Column("ended_on", "date", Words("Ended on", "解除日期", "ペア終了日"), "Last day of the pair; empty means that it lasts.", nullable=True),
        Column(
            "end_reason", "choice", Words("Reason of end", "解除原因", "終了理由"), "Why it ended; empty while it lasts, or where it is unknown.", nullable=True,
            choices=choices(
                ("volunteer_left", "the volunteer left", "志愿者退出", "ボランティアの離脱"),
                ("gave_up", "given up by either side", "任一方放弃", "いずれかの意向"),
                ("elder_left", "the older person died or moved", "老人去世或迁出", "高齢者の死亡・転居"),
            ),
        ),
    ),
    key=("pair_id",),
    person_level=True,
    rules=(not_before("paired_on", "ended_on"), _told_together()),
)  # fmt: skip

COMPANION_CONTACTS = Contract(
    "companion_contacts",
    Words("Contacts of pairs", "结对联系记录", "ペアの連絡記録"),
    "Contacts of a pair by day and kind. The records begin on their first day: what came before is not known, which is not none.",
    columns=(
        Column("pair_id", "code", Words("Pair id", "结对编号", "ペアID"), "Pair.", references="pairings.pair_id"),
        Column("done_on", "date", Words("Date", "日期", "実施日"), "Day of the contact."),
        Column(
            "mode", "choice", Words("Kind", "方式", "方法"), "How contact was kept.",
            choices=choices(("visit", "visit", "上门", "訪問"), ("call", "telephone call", "电话", "電話"), ("errand", "errand", "代办", "用事の代行")),
        ),
        Column("contacts", "integer", Words("Contacts", "次数", "回数"), "How many on that day.", unit="contacts", required=False, nullable=True, minimum=1, maximum=50),
    ),
    key=("pair_id", "done_on", "mode"),
    person_level=True,
)  # fmt: skip

CONTRACTS = (VOLUNTEERS, ELDER_NEEDS, PAIRINGS, COMPANION_CONTACTS)
