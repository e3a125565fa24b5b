"""The tail of messages on a wrong name: the nearest spelling, and all valid ones unless there are very many."""

from __future__ import annotations

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.errors import did_you_mean


def test_all_tables_are_listed_after_the_nearest():
    told = did_you_mean("canteen", CONTRACTS)
    assert told.startswith(" Did you mean 'canteens'? Known: ")
    assert all(name in told for name in CONTRACTS) and "more" not in told.split("Known: ")[1]


def test_of_very_many_the_others_are_counted():
    told = did_you_mean("N999", [f"N{number:03d}" for number in range(1, 242)])
    assert "Did you mean 'N" in told and "N001, N002" in told and told.endswith(" and 171 more.")


def test_where_nothing_is_valid_the_message_says_so():
    assert did_you_mean("x", []) == " Known: none."
