"""``--set name=value`` as parameters: data, never code."""

from __future__ import annotations

import datetime as dt
import json
import math
import tomllib
from collections.abc import Iterable
from keyword import iskeyword
from typing import Any, Final

from jingan_analysis.errors import InvalidParameter

_OWN_OPTION: Final = {"period": "--period", "unit": "--unit", "language": "--language"}


def parse_settings(texts: Iterable[str]) -> dict[str, Any]:
    """Settings from ``name=value`` texts.

    Raises
    ------
    InvalidParameter
        If a text has no ``=``, a name is no plain identifier or comes twice, or a value is
        neither a scalar nor a list.
    """
    settings: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        name = name.strip()
        if not separator:
            raise InvalidParameter(f"--set {text!r} has no value; write name=value")
        check_setting_name(name)
        if name in settings:
            raise InvalidParameter(f"--set {name} is given twice; give each parameter once")
        settings[name] = parse_value(value, name=name)
    return settings


def check_setting_name(name: str) -> None:
    """Refuse names that are not plain identifiers: a name ends up in a notebook cell.

    Raises
    ------
    InvalidParameter
        If the name could be anything but a parameter's name.
    """
    if not (name.isascii() and name.isidentifier()) or iskeyword(name) or name.startswith("_"):
        raise InvalidParameter(
            f"{name!r} is not the name of a parameter; a name has Latin letters, digits and underscores only"
        )
    if name in _OWN_OPTION:
        raise InvalidParameter(f"{name!r} has an option of its own; use {_OWN_OPTION[name]}")


def parse_value(text: str, *, name: str = "value") -> Any:  # noqa: ANN401
    """A TOML or JSON scalar or list; anything else is the text itself.

    Raises
    ------
    InvalidParameter
        If the value is a table, or a number that is not finite.
    """
    return _plain(_read(text.strip()), name)


def _read(text: str) -> Any:  # noqa: ANN401
    try:
        document = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        document = {}
    # A line break in the text could have added keys: then it is no single value.
    if set(document) == {"value"}:
        # A day stays the text that was typed; parameters have no date type.
        return text if isinstance(document["value"], (dt.date, dt.time)) else document["value"]
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _plain(value: Any, name: str) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_plain(item, name) for item in value]
    if isinstance(value, dict):
        raise InvalidParameter(f"{name} is a table of values; give one value or a list such as [5, 10, 15]")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidParameter(f"{name}={value} is not a finite number")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return value
