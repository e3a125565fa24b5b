"""What arrives in a kernel is what was sent, and none of it is ever source text."""

from __future__ import annotations

import ast
import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.reporting.execution import Workplace, execute
from jingan_analysis.reporting.injection import INJECTED, inject, injected_source
from jingan_analysis.reporting.runner import read_settings

NASTY = (
    "", "'", '"', '"""', "'''", '"""))\nimport os\nos._exit(9)\n#', '\\"""', "\\", "\\\\'", "a\nb", "\r\n", "\x00", "\x1b[31m", "\x7f",
    "{share}", "{0.__class__}", "{{7*7}}", "{document}", "%s", "%time 1", "!ls", "?", "help?", "# comment", "\ud800", "\udfff\ud800", "\u2028",
    "\u202eabc", "\ufeff", "\U0001f600", "静邻暖心", "__import__('os').system('x')", "$(id)", "`id`", "nan", "None", "\\u0041", "\\N{BULLET}",
)  # fmt: skip
SCALARS = (
    st.sampled_from(NASTY)
    | st.text(st.characters(codec=None, categories=None))
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.booleans()
    | st.none()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda name: name != "json")


def exact(value):
    """A value with its types: 1, 1.0 and True are three things, and so are 0.0 and -0.0."""
    return [exact(item) for item in value] if isinstance(value, list) else (type(value).__name__, repr(value))


@given(st.dictionaries(NAMES, VALUES, max_size=5))
@settings(max_examples=400, deadline=None)
def test_what_arrives_is_what_was_sent(parameters):
    names: dict = {}
    exec(compile(injected_source(parameters), "cell", "exec"), names)
    arrived = {name: exact(value) for name, value in names.items() if name not in {"__builtins__", "json"}}
    assert arrived == {name: exact(value) for name, value in parameters.items()}


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_values_never_become_source(parameters):
    def shape(source):
        return [type(node).__name__ for node in ast.walk(ast.parse(source))]

    source = injected_source(parameters)
    assert shape(source) == shape(injected_source({}))
    assert source.isascii()
    assert source.isprintable() or not set(source) - {"\n"} - {chr(code) for code in range(32, 127)}


@pytest.mark.parametrize(
    "name", ["", "A", "aB", "_a", "1a", "a b", "a=1;b", "a\n", "x\nimport os", "__class__", "ａ", "é", "a-b", "a.b"]
)
def test_names_that_are_no_parameters_are_refused(name):
    with pytest.raises(InvalidParameter, match="not the name of a parameter"):
        injected_source({name: 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), {1, 2}, object(), b"x"])
def test_what_json_does_not_know_is_refused(value):
    with pytest.raises(InvalidParameter, match="cannot be written as JSON"):
        injected_source({"a": [value]})
    with pytest.raises(InvalidParameter, match=r"not a finite number|has the type"):
        read_settings({"a": [value]})


def test_a_notebook_keeps_its_own_cell_and_gets_one_more():
    own = nbformat.v4.new_code_cell("period = '2023'", metadata={"tags": ["parameters"]})
    rest = nbformat.v4.new_code_cell("period")
    notebook = nbformat.v4.new_notebook(cells=[own, rest])
    once = inject(notebook, {"period": "2024-08"})
    again = inject(once, {"period": "2025"})
    assert len(notebook.cells) == 2, "the caller's notebook was changed"
    assert [cell.source for cell in once.cells] == [own.source, injected_source({"period": "2024-08"}), rest.source]
    assert [cell.metadata.get("tags") for cell in again.cells] == [["parameters"], [INJECTED], None]
    assert "2025" in again.cells[1].source


def test_the_kernel_itself_gets_what_was_sent(tmp_path):
    """The same through papermill and a real kernel, which looks for magics of its own in a cell's source."""
    sent = {
        "nasty": list(NASTY),
        "numbers": [0.1, -0.0, 5e-324, 1.7976931348623157e308, 2**63, -1],
        "options": {"a": [None, True]},
    }
    cells = [
        nbformat.v4.new_code_cell("nasty = numbers = options = None", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print(json.dumps([nasty, numbers, options]))"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    done = execute(notebook, sent, Workplace(tmp_path, tmp_path / "cache"), study="sample", progress=lambda *_: None)
    assert json.loads(done.cells[2].outputs[0]["text"]) == [sent["nasty"], sent["numbers"], sent["options"]]
    assert "papermill" not in done.cells[1].source
    assert done.cells[1].outputs == []
