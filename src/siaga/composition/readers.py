"""The readers of an election's platforms: those of `platforms/`, and pages by their recipes."""

from collections.abc import Mapping
from pathlib import Path

from siaga.election.model import Election
from siaga.election.readers import PAGE
from siaga.platforms.conversation import PlatformReader
from siaga.platforms.registry import platforms
from siaga.probing.page import PageReader
from siaga.probing.recipes import load_recipe


def readers_of(election: Election, directory: Path) -> Mapping[str, PlatformReader]:
    """The reader of each platform, by the platform's id. Recipes are looked up in `directory`.

    Raises:
        BadInput: a recipe has faults.
    """
    return {
        platform.id: page(directory, platform.recipe or "")
        if platform.reader == PAGE
        else platforms()[platform.reader]
        for platform in election.platforms
    }


def page(directory: Path, recipe: str) -> PageReader:
    """The reader that a recipe's file declares.

    Raises:
        BadInput: it cannot be read or has faults.
    """
    return PageReader(load_recipe(directory / recipe))
