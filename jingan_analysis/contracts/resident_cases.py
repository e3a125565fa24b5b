"""Cases by where people live, over years: who uses which channel, and how that changes."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words
from jingan_analysis.contracts.contract import Contract
from jingan_analysis.contracts.services import CHANNEL

RESIDENT_CASES = Contract(
    "resident_cases",
    Words("Cases by residents' committee", "居民区办件量", "居民委員会別の件数"),
    "Cases (件) accepted by month, committee in whose area the applicant lives, and channel, over as many months as are on "
    "record. A combination without a row had no case, if its month has any row; a month without any row is not known. In months "
    "that case_counts has as well, all rows of a channel add up to the cases there.",
    columns=(
        Column("month", "month", Words("Month", "月份", "月"), "Month of acceptance, YYYY-MM."),
        Column(
            "committee_id", "code", Words("Committee of residence", "居住地居村委代码", "居住地の居民委員会コード"),
            "Committee in whose area the applicant lives, wherever the case is handled; empty where the residence is not "
            "recorded or lies outside the district.",
            nullable=True, references="committees.committee_id",
        ),
        CHANNEL,
        Column("cases", "integer", Words("Cases", "件数", "件数"), "Cases accepted.", unit="cases", minimum=0, maximum=1_000_000),
    ),
    key=("month", "committee_id", "channel"),
)  # fmt: skip

CONTRACTS = (RESIDENT_CASES,)
