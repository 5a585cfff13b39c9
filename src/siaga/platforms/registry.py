"""All readers, by the word that an election file uses. Adding a platform adds a line here."""

from collections.abc import Mapping
from typing import Final

from siaga.platforms.bluesky import Bluesky
from siaga.platforms.conversation import Platform
from siaga.platforms.mastodon import Mastodon
from siaga.platforms.matrix import Matrix
from siaga.platforms.nostr import Nostr
from siaga.platforms.x import X
from siaga.platforms.youtube import YouTube

READERS: Final[Mapping[str, Platform]] = {
    reader.id: reader for reader in (Bluesky(), Mastodon(), Matrix(), Nostr(), X(), YouTube())
}
