"""All platforms, found in this package: a file `lemmy.py` that has a `Platform` named `lemmy` is one."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

import siaga.platforms
from siaga.platforms.platform import Platform


@cache
def platforms() -> Mapping[str, Platform]:
    """Every platform by its id, which is the word that an election file uses; in alphabetical order.

    Raises:
        RuntimeError: a file's platform has another id than the file's name.
    """
    found: dict[str, Platform] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(siaga.platforms.__path__)):
        platform = getattr(import_module(f"siaga.platforms.{name}"), name, None)
        if not isinstance(platform, Platform):
            continue
        if platform.id != name:
            message = f"platforms/{name}.py calls its platform {platform.id}"
            raise RuntimeError(message)
        found[name] = platform
    return MappingProxyType(found)
