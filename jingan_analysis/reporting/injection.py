"""Parameters on their way into a notebook: one JSON document, never source text made from values.

A value that becomes source text can become code: papermill writes each parameter as an assignment. Here a cell of
fixed words reads one JSON document, and the document is one string literal. The notebook's own parameters cell keeps
its plain assignments for whoever opens it in JupyterLab; the cell behind it shows what this run used instead.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.errors import InvalidParameter

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS: Final = "parameters"
"""Tag of the cell that sets a notebook's own parameters."""

INJECTED: Final = "injected-parameters"
"""Tag of the cell that sets those of a run; papermill's word, so that other tools know it."""

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
"""What a parameter's name looks like."""

_SOURCE: Final = '''\
# The parameters of this run, as one JSON document; they take the place of those above.
import json

globals().update(json.loads(r"""
{document}
"""))'''


def inject(notebook: NotebookNode, parameters: Mapping[str, Any]) -> NotebookNode:
    """A copy of a notebook with a cell behind its parameters cell that sets the parameters of a run.

    Raises
    ------
    InvalidParameter
        If a name or a value cannot travel; see :func:`injected_source`.
    """
    import nbformat

    ready = deepcopy(notebook)
    cell = nbformat.v4.new_code_cell(injected_source(parameters), metadata={"tags": [INJECTED]})  # type: ignore[no-untyped-call]
    cells = [each for each in ready.cells if INJECTED not in each.metadata.get("tags", [])]
    behind = next(n for n, each in enumerate(cells, start=1) if PARAMETERS in each.metadata.get("tags", []))
    ready.cells = [*cells[:behind], cell, *cells[behind:]]
    return ready


def injected_source(parameters: Mapping[str, Any]) -> str:
    """The source of that cell. Whatever the values hold, it is the same few words around one string literal.

    Raises
    ------
    InvalidParameter
        If a name is not lower-case letters, digits and underscores, or a value is nothing that JSON knows.
    """
    for name in parameters:
        if NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"{name!r} is not the name of a parameter; a name has lower-case Latin letters, digits and underscores"
            )
    try:
        document = json.dumps(dict(parameters), indent=1, sort_keys=True, ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidParameter(f"the parameters cannot be written as JSON: {error}") from None
    source = _SOURCE.replace("{document}", document)
    # JSON in ASCII has never three quotes in a row and ends with a bracket; should that ever fail, nothing runs.
    literals = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    if literals != [f"\n{document}\n"]:
        raise InvalidParameter("the parameters cannot be written as one text; simplify their values")
    return source
