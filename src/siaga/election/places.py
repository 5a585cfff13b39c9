"""Reads where and from where is asked: platforms with their surfaces, budgets and credentials; vantages."""

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from babel import Locale

from siaga.domain.answers import Session, Surface
from siaga.domain.errors import BadInput
from siaga.election.draft import PLATFORMS, VANTAGES, Draft, PlacedPlatform
from siaga.election.fields import Section, one_of, shown, text_of
from siaga.election.model import Budget, Credential, PlatformWatch, SurfaceWatch, Vantage
from siaga.election.moments import SPAN_FORM, parse_span, span_text
from siaga.election.readers import PAGE, ReaderFacts, Recipes
from siaga.election.references import LONGEST_ADDRESS, address_problem, is_loopback, reference
from siaga.election.tree import Items

MOST_PLATFORMS: Final = 50
MOST_VANTAGES: Final = 100
MOST_SURFACES: Final = 20
MOST_BUDGETS: Final = 5
SHORTEST_EVERY: Final = timedelta(seconds=1)
LONGEST_EVERY: Final = timedelta(days=7)
LONGEST_BUDGET: Final = timedelta(days=31)
DEFAULT_CONCURRENCY: Final = 4
BARRED: Final = frozenset({"x.com", "twitter.com"})
"""Hosts whose terms forbid that machines read their pages."""

_NETWORK = re.compile(r"AS[1-9]\d{0,9}", re.ASCII)
_SECRETIVE = re.compile(r"token|secret|passw|key|bearer|auth", re.IGNORECASE)
_PLATFORM_FIELDS: Final = (
    "id",
    "reader",
    "label",
    "address",
    "surfaces",
    "budgets",
    "credential",
    "concurrency",
    "options",
    "recipe",
    "browser",
    "vantages",
)
_REQUIRED: Final = ("id", "reader", "label", "address", "surfaces", "budgets")


@cache
def known_countries() -> frozenset[str]:
    """The ISO 3166-1 codes that Unicode's tables know."""
    return frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code))


def read_country(section: Section) -> str | None:
    """The section's `country`."""
    country = section.text("country")
    if country is not None and country not in known_countries():
        section.wrong(
            "country", f"{shown(country)} is no country.", "Write its two letters, such as ID or SG."
        )
        return None
    return country


def read_platforms(top: Section, readers: Mapping[str, ReaderFacts], recipes: Recipes, draft: Draft) -> None:
    """Adds the file's platforms to the draft."""
    for section in top.sections("platforms", _PLATFORM_FIELDS, _REQUIRED, MOST_PLATFORMS):
        id = draft.id_of(section, PLATFORMS)
        word = section.choice("reader", sorted([*readers, PAGE]))
        reader = _pages(section, recipes) if word == PAGE else readers.get(word or "")
        surfaces, surface_places = _surfaces(section, word, reader)
        budgets, budget_places = _budgets(section)
        credential = _credential(section, word, reader, surfaces)
        label, address = section.text("label"), _address(section, secret=credential is not None)
        concurrency = section.integer("concurrency", 1, 256)
        options = _options(section, word, reader)
        recipe = _recipe(section, word)
        vantages, vantage_places = _asked_from(section)
        if id is None or word is None:
            continue
        watch = PlatformWatch(
            id=id,
            reader=word,
            label=label or id,
            address=address or "",
            surfaces=surfaces,
            budgets=budgets,
            credential=credential,
            concurrency=concurrency or DEFAULT_CONCURRENCY,
            options=options,
            recipe=recipe,
            vantages=vantages,
        )
        draft.platforms.append(
            PlacedPlatform(watch, section.path, surface_places, budget_places, vantage_places)
        )


def _asked_from(platform: Section) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The ids of the vantages that ask it, with the place of each; whether they exist is judged later."""
    if "vantages" not in platform.fields:
        return (), ()
    named = [
        (text, (path, item.line))
        for item, path in platform.items("vantages", MOST_VANTAGES)
        if (text := text_of(platform.faults, item, path)) is not None
    ]
    return tuple(text for text, _ in named), tuple(place for _, place in named)


def _recipe(platform: Section, word: str | None) -> str | None:
    """The path of a page's recipe. Pages are visited only where a person has said so."""
    if word != PAGE:
        for name in ("recipe", "browser"):
            if name in platform.fields and word is not None:
                platform.wrong(name, f"The reader {word} uses no browser.", f"Remove `{name}`.")
        return None
    if "browser" not in platform.fields:
        what = "A browser would visit this platform, and nobody has said that it may."
        do = "Where somebody has decided so, and its terms allow it, write `browser: switched-on`."
        platform.wrong("browser", what, do)
    else:
        platform.choice("browser", ("switched-on",))
    if "recipe" not in platform.fields:
        what = "The reader page needs a recipe."
        platform.wrong("recipe", what, "Add `recipe: FILE`, a path beside this file.")
        return None
    return platform.text("recipe", LONGEST_ADDRESS)


def _pages(platform: Section, recipes: Recipes) -> ReaderFacts | None:
    """What the platform's recipe says; None where it has faults, which are told at its line."""
    path = platform.text("recipe", LONGEST_ADDRESS) if "recipe" in platform.fields else None
    if path is None:
        return None
    host = (urlsplit(platform.text("address", LONGEST_ADDRESS) or "").hostname or "").removeprefix("www.")
    if host in BARRED or any(host.endswith(f".{one}") for one in BARRED):
        what = f"The terms of {host} forbid machines on its pages."
        platform.wrong("address", what, "Ask it by its API: `reader: x`.")
        return None
    try:
        return recipes(path)
    except BadInput as bad:
        first = bad.faults[0]
        where = f", line {first.line}" if first.line else ""
        platform.wrong("recipe", f"The recipe has a fault{where}: {first.what}", first.do)
        return None


def _surfaces(
    platform: Section, word: str | None, reader: ReaderFacts | None
) -> tuple[tuple[SurfaceWatch, ...], tuple[tuple[str, int], ...]]:
    surfaces: list[SurfaceWatch] = []
    places: list[tuple[str, int]] = []
    for section in platform.sections(
        "surfaces", ("surface", "every", "session"), ("surface", "every"), MOST_SURFACES
    ):
        surface = section.choice("surface", tuple(Surface))
        every = section.parsed("every", parse_span)
        if every is not None and not SHORTEST_EVERY <= every <= LONGEST_EVERY:
            do = f"Write a span from {span_text(SHORTEST_EVERY)} to {span_text(LONGEST_EVERY)}, such as 5m."
            section.wrong("every", f"A round every {span_text(every)} is out of range.", do)
            every = None
        session = section.choice("session", tuple(Session))
        if surface is None or every is None or reader is None:
            continue
        said_in = reader.surfaces.get(surface, frozenset())
        if not said_in:
            do = one_of(surface, sorted(reader.surfaces))
            section.wrong("surface", f"The reader {word} cannot ask {surface}.", do)
            continue
        if session is None:
            session = Session.PUBLIC if Session.PUBLIC in said_in else Session.SIGNED_IN
        elif session not in said_in:
            what = f"{surface} says nothing in a {session} session with the reader {word}."
            section.wrong("session", what, f"Write {' or '.join(sorted(said_in))}.")
            continue
        if any(surface == other.surface and session == other.session for other in surfaces):
            what = f"{surface} stands here twice for {session} sessions."
            section.wrong("surface", what, "Keep one, with the `every` that you need.")
            continue
        surfaces.append(SurfaceWatch(surface, every, Session(session)))
        places.append((section.path, section.line))
    return tuple(surfaces), tuple(places)


def _budgets(platform: Section) -> tuple[tuple[Budget, ...], tuple[tuple[str, int], ...]]:
    budgets: list[Budget] = []
    places: list[tuple[str, int]] = []
    for section in platform.sections("budgets", ("requests", "per"), ("requests", "per"), MOST_BUDGETS):
        requests = section.integer("requests", 1, 10_000_000)
        per = section.parsed("per", parse_span)
        if per is not None and per > LONGEST_BUDGET:
            do = f"Write at most {span_text(LONGEST_BUDGET)}. {SPAN_FORM}"
            section.wrong("per", f"A budget per {span_text(per)} is out of range.", do)
        elif requests is not None and per is not None:
            budgets.append(Budget(requests, per))
            places.append((section.path, section.line))
    return tuple(budgets), tuple(places)


def _credential(
    platform: Section, word: str | None, reader: ReaderFacts | None, surfaces: tuple[SurfaceWatch, ...]
) -> Credential | None:
    """No fault here quotes what the file says: it may be the secret itself."""
    signed_in = any(surface.session is Session.SIGNED_IN for surface in surfaces)
    if "credential" not in platform.fields:
        if signed_in and reader is not None:
            names = ", ".join(one.surface for one in surfaces if one.session is Session.SIGNED_IN)
            what = f"{names} is asked signed in, and there is no credential (a {reader.credential})."
            platform.wrong("credential", what, "Add `credential: {environment: NAME}` or `{file: PATH}`.")
        return None
    section = platform.section("credential", ("environment", "file", "account"))
    if section is None or reader is None or word is None:
        return None
    if reader.credential is None:
        platform.wrong("credential", f"The reader {word} uses no credential.", "Remove it.")
        return None
    declared = platform.fields.get("surfaces")
    if not signed_in and isinstance(declared, Items) and len(surfaces) == len(declared.items):
        do = "Remove it, or write `session: signed-in` at a surface."
        platform.wrong("credential", "No surface is asked signed in, so nothing uses the credential.", do)
    if len(section.fields.keys() & {"environment", "file"}) != 1:
        do = "Write exactly one: `environment: NAME` of a variable, or `file: PATH` beside this file."
        platform.wrong("credential", "It must be said in one place where the secret is found.", do)
        return None
    account = section.text("account")
    if reader.credential == "password" and account is None:
        section.wrong("account", "A password belongs to an account.", "Add `account:` with its handle.")
    environment, file = reference(section)
    if environment is None and file is None:
        return None
    return Credential(reader.credential, environment, file, account)


def _address(platform: Section, *, secret: bool) -> str | None:
    address = platform.text("address", LONGEST_ADDRESS)
    if address is None:
        return None
    problem = address_problem(address, ("https", "http"))
    if problem is None and secret and address.startswith("http:") and not is_loopback(address):
        problem = ("A credential would travel unencrypted.", "Write https://.")
    if problem is not None:
        platform.wrong("address", *problem)
        return None
    return address.rstrip("/")


def _options(platform: Section, word: str | None, reader: ReaderFacts | None) -> tuple[tuple[str, str], ...]:
    if "options" not in platform.fields:
        return ()
    tree = platform.fields["options"]
    names = tuple(getattr(tree, "fields", {}))
    section = platform.section("options", names)
    options: list[tuple[str, str]] = []
    for name in section.fields if section else ():
        assert section is not None
        if _SECRETIVE.search(name):
            do = "Remove it, change it where it came from, and write `credential: {environment: NAME}`."
            section.wrong(name, "A secret must not stand in an election file.", do)
        elif reader is None:
            continue
        elif (option := reader.options.get(name)) is None:
            known = f"It knows {', '.join(sorted(reader.options))}." if reader.options else "It knows none."
            section.wrong(name, f"The reader {word} has no option {shown(name)}.", f"Remove it. {known}")
        elif (text := section.text(name)) is not None:
            if option.pattern.fullmatch(text) is None:
                section.wrong(name, f"{shown(text)} is no value of {name}.", f"Write {option.say}.")
            options.append((name, text))
    return tuple(options)


def read_vantages(top: Section, draft: Draft) -> None:
    """Adds the file's vantages to the draft."""
    known = ("id", "country", "province", "network", "proxy", "family")
    for section in top.sections("vantages", known, ("id",), MOST_VANTAGES):
        id, country = draft.id_of(section, VANTAGES), read_country(section)
        province = section.text("province")
        network = section.text("network")
        if network is not None and _NETWORK.fullmatch(network) is None:
            section.wrong("network", f"{shown(network)} is no network.", "Write its number, such as AS7713.")
        proxy, proxy_environment = _proxy(section)
        family = section.integer("family", 4, 6)
        if family == 5:
            section.wrong("family", "There is no address family 5.", "Write 4 or 6.")
        if id is not None:
            draft.vantages.append(Vantage(id, country, province, network, proxy, proxy_environment, family))


def _proxy(vantage: Section) -> tuple[str | None, str | None]:
    if getattr(vantage.fields.get("proxy"), "fields", None) is not None:
        section = vantage.section("proxy", ("environment",), ("environment",))
        return None, None if section is None else reference(section)[0]
    proxy = vantage.text("proxy", LONGEST_ADDRESS)
    problem = None if proxy is None else address_problem(proxy, ("socks5", "http"))
    if problem is not None:
        what, do = problem
        vantage.wrong("proxy", what, f"{do} One with a password: `proxy: {{environment: NAME}}`.")
        return None, None
    return proxy, None
