"""The process map, read back from the finished SVG."""

from __future__ import annotations

from itertools import pairwise
from re import findall

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.figures.flow_graph import FlowEdge, FlowNode, flow_graph

NAMES = {
    "en": ("Start", "Discovery", "Judgement of needs", "Rejection", "Home visit", "Withdrawal", "Follow-up", "End"),
    "zh": ("开始", "自主掌握", "需求研判", "不予受理", "上门办理", "撤回", "跟踪评估", "结束"),
    "ja": ("開始", "自主的な把握", "ニーズの検討・判断", "却下", "訪問処理", "取り下げ", "フォローアップ評価", "終了"),
}
KEYS = ("start", "discover", "judge", "reject", "visit", "withdraw", "follow_up", "end")
MAIN = ("start", "discover", "judge", "visit", "follow_up", "end")
ASIDE = ("reject", "withdraw")
EDGES = {
    ("start", "discover"): 4596, ("discover", "judge"): 4195, ("judge", "visit"): 3747, ("visit", "follow_up"): 3284,
    ("follow_up", "end"): 3284, ("judge", "reject"): 243, ("discover", "withdraw"): 166, ("judge", "withdraw"): 152,
    ("visit", "withdraw"): 248, ("discover", "visit"): 227, ("judge", "follow_up"): 58, ("visit", "end"): 66,
    ("visit", "visit"): 284, ("discover", "discover"): 52, ("follow_up", "visit"): 61,
}  # fmt: skip
DEVIATIONS = 6


def nodes(names=NAMES["en"]):
    return [FlowNode(key, name, aside=key in ASIDE) for key, name in zip(KEYS, names, strict=True)]


def edges(counts):
    foreseen = {*pairwise(MAIN), *((a, b) for a, b in counts if b in ASIDE)}
    return [FlowEdge(a, b, n, f"{n:,} · 12 d", (a, b) in foreseen) for (a, b), n in counts.items()]


@pytest.mark.parametrize("language", NAMES)
def test_a_loop_with_its_usual_deviations_is_readable(language, assert_readable, texts_of):
    svg = flow_graph(name="f", nodes=nodes(NAMES[language]), edges=edges(EDGES))
    assert_readable(svg)
    shown = "".join(text.text for text in texts_of(svg))
    assert all(name.replace(" ", "") in shown.replace(" ", "") for name in NAMES[language])
    assert all(f"{count:,} · 12 d" in shown for count in EDGES.values())


def test_what_is_not_foreseen_is_dashed_and_what_is_frequent_is_wide():
    svg = flow_graph(name="f", nodes=nodes(), edges=edges(EDGES))
    assert svg.count("stroke-dasharray") == DEVIATIONS
    few = flow_graph(name="f", nodes=nodes(), edges=edges({**EDGES, ("start", "discover"): 1}))
    assert few != svg


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from([(a, b) for a in MAIN[1:-1] for b in MAIN[1:]]), min_size=1, max_size=8))
def test_no_arrow_leaves_the_sheet(pairs):
    svg = flow_graph(name="f", nodes=nodes(), edges=edges(dict.fromkeys(sorted(pairs), 10)))
    width = float(findall(r'viewBox="0 0 ([\d.]+)', svg)[0])
    across = [float(x) for path in findall(r' d="([^"]+)"', svg) for x in findall(r"(-?[\d.]+) -?[\d.]+", path)]
    assert len(across) > 10 * len(pairs)
    assert min(across) >= -1
    assert max(across) <= width + 1


def test_arrows_that_go_back_keep_clear_of_the_ways_out():
    svg = flow_graph(
        name="f", nodes=nodes(), edges=edges({**EDGES, ("visit", "judge"): 40, ("follow_up", "judge"): 40})
    )
    paths = [
        ([float(x) for x in findall(r"(-?[\d.]+) -?[\d.]+", d)], style)
        for d, style in findall(r' d="([^"]+)"([^>]*)', svg)
    ]
    dashed = [across for across, style in paths if "stroke-dasharray" in style]
    loops = sum(a == b for a, b in EDGES)
    to_the_left = [across for across in dashed if min(across) < across[0]]
    assert len(dashed) == DEVIATIONS + 2
    assert len(to_the_left) == len(dashed) - loops
    assert all(max(across) <= across[0] for across in to_the_left)


def test_an_edge_without_its_node_is_refused():
    with pytest.raises(ValueError, match="1 edges name no node"):
        flow_graph(name="f", nodes=nodes(), edges=[FlowEdge("start", "elsewhere", 1, "1", expected=True)])
