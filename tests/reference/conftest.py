"""Naive modules beside this file: the tests are no package, so they are loaded by their path."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace

import pytest

import jingan_analysis as ja
from jingan_analysis.studies import canteen_reach

DEMO = Path(__file__).parents[2] / "data" / "districts" / "demo"


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


@pytest.fixture(scope="session")
def canteen_ground(naive_canteen_reach):
    """Places, walks and meals of the demonstration district, found once by the naive side for every module."""
    return naive_canteen_reach.Ground(DEMO)


@pytest.fixture(scope="session")
def canteen_report():
    """Reports of canteen reach on the demonstration district, each made once for every module."""
    district = ja.load_district(DEMO)

    @cache
    def report(**options):
        """The result of the study, and the situation that it was made of."""
        situations = []

        def remembered(*given, find=canteen_reach._situation):
            situations.append(find(*given))
            return situations[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(canteen_reach, "_situation", remembered)
            result = ja.run_study("canteen_reach", district, period="2024-08", **options)
        ((situation, _),) = situations
        return SimpleNamespace(params=situation.params, result=result, situation=situation)

    return report
