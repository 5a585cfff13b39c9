"""Every channel that can carry a notice, found from the files of `channels/`."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from siaga.cases.channels import ChannelForm
from siaga.notifying import channels
from siaga.notifying.channel import NoticeChannel


def _found() -> dict[str, NoticeChannel]:
    """In the order of the files' names."""
    modules = (import_module(f"{channels.__name__}.{file.name}") for file in iter_modules(channels.__path__))
    declared: list[NoticeChannel] = [module.CHANNEL for module in modules]
    return {channel.form.kind: channel for channel in declared}


CHANNELS: Final[Mapping[str, NoticeChannel]] = MappingProxyType(_found())
"""By their kind."""
FORMS: Final[Mapping[str, ChannelForm]] = MappingProxyType(
    {kind: channel.form for kind, channel in CHANNELS.items()}
)
"""What the room file says of each, by kind."""
