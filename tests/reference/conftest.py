"""Naive modules beside this file: the tests are no package, so they are loaded by their path."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest


def beside(name: str):
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    sys.modules[name] = module  # one naive module imports the other by this name
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def naive_canteen_reach():
    """The naive computation of canteen reach."""
    beside("naive_walks")
    beside("naive_walkers")
    beside("naive_equity")
    beside("naive_robustness")
    return beside("naive_canteen_reach")


@pytest.fixture(scope="session")
def naive_service_supply(naive_canteen_reach):
    """The naive computation of what is told of the supply of spots."""
    return beside("naive_service_supply")


@pytest.fixture(scope="session")
def naive_walks(naive_canteen_reach):
    """The naive search that the computation of canteen reach uses."""
    return sys.modules["naive_walks"]
