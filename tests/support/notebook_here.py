"""A notebook's cells run in the process of the tests: where its kernel is not what is tested, none has to start."""

from __future__ import annotations

import ast
import io
import json
from contextlib import redirect_stdout
from typing import Any

import nbformat


def run_here(notebook, *_, on_cell, **_options):
    """Papermill's work in this process: cells one after the other, with what they print and show."""
    done = copied(notebook)
    names: dict[str, Any] = {}
    for cell in done.cells:
        if cell.cell_type == "code":
            on_cell(cell)
            run_cell(cell, names)
    return done


def copied(notebook):
    return nbformat.from_dict(json.loads(json.dumps(notebook)))


def run_cell(cell, names: dict[str, Any]) -> None:
    """Run a cell as a kernel does: the value of its last line, if that is an expression, is shown."""
    tree, said, value = ast.parse(cell.source), io.StringIO(), None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with redirect_stdout(said):
        exec(compile(tree, "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=said.getvalue())] if said.getvalue() else []
    if value is not None:
        cell.outputs.append(nbformat.v4.new_output("execute_result", {"text/plain": repr(value), **_shown(value)}))


def _shown(value) -> dict[str, Any]:
    if hasattr(value, "_repr_mimebundle_"):
        return value._repr_mimebundle_()
    return {"text/html": value._repr_html_()} if hasattr(value, "_repr_html_") else {}
