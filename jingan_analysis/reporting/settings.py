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
from jingan_analysis.reporting.injection import NAME

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
    """Refuse names that are no parameter's: a name ends up as a name in a notebook.

    Raises
    ------
    InvalidParameter
        If the name could be anything but a parameter's name.
    """
    if NAME.fullmatch(name) is None or iskeyword(name):
        raise InvalidParameter(
            f"{name!r} is not the name of a parameter; a name has lower-case Latin letters, digits and underscores only"
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
    try:
        return plain_value(_read(text.strip()), name=name)
    except RecursionError:
        raise InvalidParameter(f"{name} holds lists in lists without end; give one value or a plain list") from None


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


def plain_value(value: Any, *, name: str) -> Any:  # noqa: ANN401
    """A value that JSON knows: a scalar or a list; a day becomes its text.

    Raises
    ------
    InvalidParameter
        If it is anything else, or a number that is not finite.
    """
    if isinstance(value, list | tuple):
        return [plain_value(item, name=name) for item in value]
    if isinstance(value, dict):
        raise InvalidParameter(f"{name} is a table of values; give one value or a list such as [5, 10, 15]")
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidParameter(f"{name}={value} is not a finite number")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if value is not None and not isinstance(value, str | int | float):
        raise InvalidParameter(
            f"{name} has the type {type(value).__name__}; give a text, a number, true, false or a list"
        )
    return value
