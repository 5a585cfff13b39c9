"""All simulated contracts, found in this folder: a file `lemmy.py` that declares `CONTRACT` is Lemmy's."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from siaga.simulation import contracts
from siaga.simulation.contracts.contract import Contract


def _found() -> dict[str, type[Contract]]:
    """In the order of the files' names; what contracts share declares none."""
    modules = {
        file.name: import_module(f"{contracts.__name__}.{file.name}")
        for file in iter_modules(contracts.__path__)
    }
    return {name: module.CONTRACT for name, module in modules.items() if hasattr(module, "CONTRACT")}


CONTRACTS: Final[Mapping[str, type[Contract]]] = MappingProxyType(_found())
"""By the reader's id, as `PlatformWatch.reader` has it."""
