"""The values of a conversation keep secrets to themselves."""

import re

from siaga.platforms.conversation import Instance, Page, PlatformReader
from siaga.platforms.registry import platforms
from siaga.probing.page import PageReader, Recipe


def test_an_instance_does_not_show_its_secret() -> None:
    assert "s3cret" not in repr(Instance("https://a.example", secret="s3cret"))


def test_a_page_does_not_print_its_picture() -> None:
    assert "PNG" not in repr(Page((), picture=b"PNG"))


def test_platforms_and_pages_are_readers_alike() -> None:
    readers: list[PlatformReader] = [*platforms().values(), PageReader(Recipe("a", 1, {}, ()))]
    for reader in readers:
        assert re.fullmatch(r"[a-z-]+@\d+(\.\d+)?", reader.reader)
