"""One contract a table: what a district's data must look like."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from jingan_analysis.contracts import (
    befriending,
    canteen_use,
    canteens,
    home_retrofits,
    home_visits,
    linked_beds,
    marriage,
    relief,
    relief_supply,
    resident_cases,
    services,
    siting,
    territory,
)
from jingan_analysis.contracts.column import Choice, Column, Words
from jingan_analysis.contracts.contract import Contract, RowRule

CONTRACTS: Final[Mapping[str, Contract]] = MappingProxyType(
    {
        contract.name: contract
        for contract in (
            *territory.CONTRACTS,
            *canteens.CONTRACTS,
            *canteen_use.CONTRACTS,
            *services.CONTRACTS,
            *resident_cases.CONTRACTS,
            *relief.CONTRACTS,
            *relief_supply.CONTRACTS,
            *home_visits.CONTRACTS,
            *linked_beds.CONTRACTS,
            *befriending.CONTRACTS,
            *home_retrofits.CONTRACTS,
            *marriage.CONTRACTS,
            *siting.CONTRACTS,
        )
    }
)
"""All contracts by table name, in reading order."""

__all__ = ["CONTRACTS", "Choice", "Column", "Contract", "RowRule", "Words"]
