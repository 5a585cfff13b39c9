"""The kinds of event that a case's history is made of: one module a kind, found by itself."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from siaga.cases.event import CaseEvent

_modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
EVENTS: Final[Mapping[str, type[CaseEvent]]] = MappingProxyType(
    {
        declared.kind: declared
        for module in _modules
        for declared in vars(module).values()
        if isinstance(declared, type)
        and issubclass(declared, CaseEvent)
        and declared.__module__ == module.__name__
    }
)
"""All of them by their kind, in the order of their names."""
