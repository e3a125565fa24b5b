"""Tables on the closed loop of home visits: who is listed for it, and what was done."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import SUBDISTRICT
from jingan_analysis.contracts.contract import Contract

PERSON = Column("person_id", "code", Words("Person id", "人员编号", "人物ID"), "Pseudonym of the person.")

TARGET_LISTINGS = Contract(
    "target_listings",
    Words("Discovery listings", "主动发现名单", "把握名簿"),
    "People found to be unable to come, by who found them: a person found twice stands in two rows. One source alone says nothing of those never found.",
    columns=(
        PERSON,
        SUBDISTRICT,
        Column(
            "source", "choice", Words("Source", "发现来源", "把握経路"), "Who found the person; the two must work apart.",
            choices=choices(
                ("visit", "visits by committees and advisers", "居委和顾问走访", "居民委員会・顧問の訪問"),
                ("data_match", "matching of records", "数据比对", "データ照合"),
            ),
        ),
        Column("listed_on", "date", Words("Listed on", "列入日期", "登録日"), "Day on which this source found the person."),
    ),
    key=("person_id", "source"),
    person_level=True,
)  # fmt: skip

VISIT_EVENTS = Contract(
    "visit_events",
    Words("Event log of home visits", "上门办理事件日志", "訪問処理イベントログ"),
    "One activity of one case of the loop: discovery, judgement, home visit, follow-up; or its end otherwise. The names of an XES log stand in brackets.",
    columns=(
        Column("event_id", "code", Words("Event id", "事件编号", "イベントID"), "Pseudonym of the event."),
        Column("case_id", "code", Words("Loop case id", "上门个案编号", "訪問ケースID"), "Case of the loop (case:concept:name); a person who returns has a new one."),
        PERSON,
        SUBDISTRICT,
        Column(
            "activity", "choice", Words("Activity", "环节", "活動"), "What was done (concept:name).",
            choices=choices(
                ("discover", "discovery", "自主掌握", "自主的な把握"),
                ("judge", "judgement of needs", "需求研判", "ニーズの検討・判断"),
                ("visit", "home visit", "上门办理", "訪問処理"),
                ("follow_up", "follow-up", "跟踪评估", "フォローアップ評価"),
                ("reject", "rejection", "不予受理", "却下"),
                ("withdraw", "withdrawal", "撤回", "取り下げ"),
            ),
        ),
        Column("happened_on", "date", Words("Happened on", "发生日期", "発生日"), "Day of the activity (time:timestamp)."),
    ),
    key=("event_id",),
    person_level=True,
)  # fmt: skip

CONTRACTS = (TARGET_LISTINGS, VISIT_EVENTS)
