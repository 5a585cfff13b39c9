"""What a platform's section must fulfil for its reader: surfaces, credential, options and recipe."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from siaga.config.addresses import is_loopback
from siaga.config.lookup import field_of, items_of, text_of
from siaga.config.reading import FileReading
from siaga.config.tree import Fields, Items
from siaga.config.wording import quoted, use_one_of
from siaga.domain.answers import Session
from siaga.domain.errors import BadInput
from siaga.election.readers import PAGE, ReaderFacts, Recipes
from siaga.election.sections import CredentialSection, SurfaceSection
from siaga.election.values import session_of

BARRED: Final = frozenset({"x.com", "twitter.com"})
"""Hosts whose terms forbid that machines read their pages."""
_SECRETIVE = re.compile(r"token|secret|passw|key|bearer|auth", re.IGNORECASE)


def check_platforms(reading: FileReading, readers: Mapping[str, ReaderFacts], recipes: Recipes) -> None:
    """Add a fault for each thing that a platform's reader cannot do or does not know."""
    for tree in items_of(reading.root, "platforms"):
        if isinstance(tree, Fields):
            _check(reading, tree, readers, recipes)


def _check(reading: FileReading, tree: Fields, readers: Mapping[str, ReaderFacts], recipes: Recipes) -> None:
    word = text_of(tree, "reader", str)
    known = sorted([*readers, PAGE])
    if word is None or word not in known:
        if word is not None:
            what = f"{quoted(word)} is not known here."
            reading.wrong(tree.position_of("reader"), what, use_one_of(word, known))
        return
    _check_browser(reading, tree, word)
    facts = _facts_of_page(reading, tree, recipes) if word == PAGE else readers[word]
    if facts is None:
        return
    reader = _Reader(word, facts)
    sessions = _check_surfaces(reading, tree, reader)
    if _check_credential(reading, tree, reader, sessions):
        _check_encrypted(reading, tree)
    _check_options(reading, tree, reader)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A reader by the word that the file uses."""

    word: str
    facts: ReaderFacts


def _check_browser(reading: FileReading, tree: Fields, word: str) -> None:
    """Pages are visited only where a person has said so."""
    if word != PAGE:
        for name in tree.fields.keys() & {"recipe", "browser"}:
            what = f"The reader {word} uses no browser."
            reading.wrong(tree.position_of(name), what, f"Remove `{name}`.")
        return
    if "browser" not in tree.fields:
        what = "A browser would visit this platform, and nobody has said that it may."
        do = "Where somebody has decided so, and its terms allow it, write `browser: switched-on`."
        reading.wrong(tree.position_of("browser"), what, do)
    if "recipe" not in tree.fields:
        do = "Add `recipe: FILE`, a path beside this file."
        reading.wrong(tree.position_of("recipe"), "The reader page needs a recipe.", do)


def _facts_of_page(reading: FileReading, tree: Fields, recipes: Recipes) -> ReaderFacts | None:
    """What the platform's recipe says; None where it has faults, the first of which is said at its line."""
    path = text_of(tree, "recipe", str)
    if path is None:
        return None
    host = (text_of(tree, "address", _host) or "").removeprefix("www.")
    if host in BARRED or any(host.endswith(f".{barred}") for barred in BARRED):
        what = f"The terms of {host} forbid machines on its pages."
        reading.wrong(tree.position_of("address"), what, "Ask it by its API: `reader: x`.")
        return None
    try:
        return recipes(path)
    except BadInput as bad:
        first = bad.faults[0]
        where = f", line {first.line}" if first.line else ""
        what = f"The recipe has a fault{where}: {first.what}"
        reading.wrong(tree.position_of("recipe"), what, first.do)
        return None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _check_surfaces(reading: FileReading, tree: Fields, reader: _Reader) -> list[tuple[str, Session]]:
    """The surfaces that the reader can ask, each with its session."""
    asked: list[tuple[str, Session]] = []
    for section in reading.all_sound(SurfaceSection, items_of(tree, "surfaces")):
        surface = section.surface
        sessions = reader.facts.surfaces.get(surface, frozenset())
        if not sessions:
            what = f"The reader {reader.word} cannot ask {surface}."
            do = use_one_of(surface, sorted(reader.facts.surfaces))
            reading.wrong(section.position_of("surface"), what, do)
            continue
        session = session_of(section, reader.facts)
        if session not in sessions:
            what = f"{surface} says nothing in a {session} session with the reader {reader.word}."
            reading.wrong(section.position_of("session"), what, f"Write {' or '.join(sorted(sessions))}.")
        elif (surface, session) in asked:
            what = f"{surface} stands here twice for {session} sessions."
            do = "Keep one, with the `every` that you need."
            reading.wrong(section.position_of("surface"), what, do)
        else:
            asked.append((surface, session))
    return asked


def _check_credential(
    reading: FileReading, tree: Fields, reader: _Reader, asked: list[tuple[str, Session]]
) -> bool:
    """Whether a sound credential is there. No fault quotes the file: it may be the secret itself."""
    kind = reader.facts.credential
    at = tree.position_of("credential")
    signed_in = [surface for surface, session in asked if session is Session.SIGNED_IN]
    if "credential" not in tree.fields:
        if signed_in:
            what = f"{', '.join(signed_in)} is asked signed in, and there is no credential (a {kind})."
            reading.wrong(at, what, "Add `credential: {environment: NAME}` or `{file: PATH}`.")
        return False
    if kind is None:
        reading.wrong(at, f"The reader {reader.word} uses no credential.", "Remove it.")
        return False
    surfaces = field_of(tree, "surfaces")
    if not signed_in and isinstance(surfaces, Items) and len(asked) == len(surfaces.items):
        do = "Remove it, or write `session: signed-in` at a surface."
        reading.wrong(at, "No surface is asked signed in, so nothing uses the credential.", do)
    credential = field_of(tree, "credential")
    if kind == "password" and isinstance(credential, Fields) and "account" not in credential.fields:
        do = "Add `account:` with its handle."
        reading.wrong(credential.position_of("account"), "A password belongs to an account.", do)
    return reading.sound(CredentialSection, credential) is not None


def _check_encrypted(reading: FileReading, tree: Fields) -> None:
    address = text_of(tree, "address", str) or ""
    if address.startswith("http:") and not is_loopback(address):
        what = "A credential would travel unencrypted."
        reading.wrong(tree.position_of("address"), what, "Write https://.")


def _check_options(reading: FileReading, tree: Fields, reader: _Reader) -> None:
    options = field_of(tree, "options")
    for name in options.fields if isinstance(options, Fields) else ():
        assert isinstance(options, Fields)
        at = options.position_of(name)
        known = reader.facts.options
        if _SECRETIVE.search(name):
            do = "Remove it, change it where it came from, and write `credential: {environment: NAME}`."
            reading.wrong(at, "A secret must not stand in an election file.", do)
        elif name not in known:
            do = f"Remove it. It knows {', '.join(sorted(known)) if known else 'none'}."
            reading.wrong(at, f"The reader {reader.word} has no option {quoted(name)}.", do)
        elif (value := text_of(options, name, str)) and known[name].pattern.fullmatch(value) is None:
            what = f"{quoted(value)} is no value of {name}."
            reading.wrong(at, what, f"Write {known[name].say}.")
