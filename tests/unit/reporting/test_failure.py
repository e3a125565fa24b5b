"""A failed cell is told without data."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from jingan_analysis import errors
from jingan_analysis.reporting.failure import Failure, describe, read_failure, watch
from jingan_analysis.reporting.settings import check_setting_name, parse_value

SECRET = "310106199001011234"


def _caught(action) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011
        action()
    return caught.value


def test_a_message_of_the_package_is_told():
    error = _caught(lambda: check_setting_name("a b"))
    told = describe(error)
    assert told.error == "InvalidParameter"
    assert told.message == error.args[0]
    assert told.place is not None
    assert told.place.startswith("jingan_analysis/reporting/settings.py:")
    assert str(told).startswith("InvalidParameter: 'a b' is not the name")


def test_a_message_of_anybody_else_is_not_told():
    def fail():
        raise ValueError(SECRET)

    told = describe(_caught(fail))
    assert told == Failure("ValueError", None, None)
    assert SECRET not in str(told)


def test_an_error_from_below_the_package_tells_the_place_only():
    error = _caught(lambda: parse_value(None))
    told = describe(error)
    assert told.error == "AttributeError"
    assert told.message is None
    assert str(told).startswith("AttributeError at jingan_analysis/reporting/settings.py:")


def test_our_error_class_raised_by_somebody_else_is_not_trusted():
    def fail():
        raise errors.InvalidTable(SECRET)

    assert SECRET not in str(describe(_caught(fail)))


def test_a_subclass_from_elsewhere_is_not_trusted():
    class Leaky(errors.JinganError):
        pass

    assert describe(Leaky(SECRET)).message is None


def test_a_watched_shell_writes_failures_only(tmp_path):
    registered = {}
    shell = SimpleNamespace(events=SimpleNamespace(register=registered.__setitem__))
    file = tmp_path / "failure.json"
    watch(shell, str(file))
    registered["post_run_cell"](SimpleNamespace(error_in_exec=None, error_before_exec=None))
    assert read_failure(file) is None
    registered["post_run_cell"](SimpleNamespace(error_in_exec=KeyError(SECRET), error_before_exec=None))
    assert read_failure(file) == Failure("KeyError", None, None)
    assert SECRET not in json.dumps(json.loads(file.read_text()))
